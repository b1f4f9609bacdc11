"""Hugging Face weights: the adapter beside the harness, and the three commands offline (slow)."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from simulations.language_models.measure import measure, probabilities
from simulations.language_models.weights import (
    BEGIN,
    WEIGHTS_REDUCED,
    GPT2Setting,
    HuggingFaceModel,
    train_gpt2,
    weights_row,
)
from tests.language_models.deaf_server import serve
from theory.errors import InvalidInput
from theory.innovation import floor_of_world
from theory.reduction import best_bound, per_prompt_bound, theorem_1_bound

pytestmark = [
    pytest.mark.slow,
    # Their packages warn of each other's deprecations; that is not ours to mend.
    pytest.mark.filterwarnings("ignore"),
]
"""Importing torch and transformers takes longer than all other tests of this chapter."""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The folder of weights that the command writes, and what the harness makes of it."""
    for package in ("transformers", "lm_eval"):
        pytest.importorskip(package, reason="needs the extras transformers and lm-eval")
    folder = tmp_path_factory.mktemp("study")
    run(folder, "language-models", "--reduced", "--weights", "weights")
    run(
        folder, "facts", "weights/facts.csv", "--out", "task/", "--end", ".", "--abstain", "IDK",
        "--begin", BEGIN, "--tokenizer", "weights/gpt2-64",
    )  # fmt: skip
    harness(folder, "hf", "pretrained=weights/gpt2-64", "--batch_size", "256")
    return folder


def harness(folder, model, arguments, *options):
    """Run the second of the three commands as it stands, without network."""
    offline = {f"{name}_OFFLINE": "1" for name in ("HF_HUB", "HF_DATASETS", "TRANSFORMERS")}
    command = [sys.executable, "-m", "lm_eval", "--model", model, "--model_args", arguments]
    tasks = ["--tasks", "facts", "--include_path", "task/", "--log_samples"]
    done = subprocess.run(  # noqa: PLW1510 -- what it says is shown if it fails
        [*command, *tasks, "--output_path", "out/", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | offline | {"HF_HOME": str(folder / "cache"), "OPENAI_API_KEY": "none"},
    )
    assert done.returncode == 0, done.stderr[-2000:]


def run(folder, *arguments):
    here = os.getcwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(cli, list(arguments))
    finally:
        os.chdir(here)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def samples(study):
    (path,) = study.glob("out/**/samples_facts_*.jsonl")
    return path


@pytest.fixture(scope="module")
def model(study):
    return HuggingFaceModel.load(study / "weights/gpt2-64", begin=BEGIN, end=".")


def test_the_adapter_and_the_harness_weigh_alike(samples, model):
    """Sixteen questions of 366 candidates: probabilities to 1e-5, small logarithms to 1e-4."""
    for line in samples.read_text().splitlines():
        record = json.loads(line)
        theirs = np.array([float(pair[0]) for pair in record["filtered_resps"]])
        choices = [text.removesuffix(".") for text in record["doc"]["choices"]]
        ours = model.log_probs([record["doc"]["question"]], choices)[0]
        assert np.abs(ours - theirs).max() < 1e-4 * max(1, np.abs(theirs).max() / 10)
        assert np.abs(np.exp(ours) - np.exp(theirs)).max() < 1e-5


@pytest.mark.parametrize("attribute", ["birthday", "name day"])
def test_check_equals_the_package_measuring_the_same_weights(study, samples, model, attribute):
    """Every number of the three commands, by enumeration through the adapter, to 1e-4."""
    kept = study / attribute / "samples_facts.jsonl"
    kept.parent.mkdir(exist_ok=True)
    lines = samples.read_text().splitlines(keepends=True)
    kept.write_text("".join(x for x in lines if json.loads(x)["doc"]["relation"] == attribute))
    told = json.loads(run(study, "check", str(kept), "--json"))
    corpus = WEIGHTS_REDUCED.corpus()
    questions = corpus.questions(attribute)
    found, q = measure(model, questions), probabilities(model, questions).ravel()
    for name in ("err", "err_iiv", "delta", "bound"):
        assert told[name] == pytest.approx(getattr(found, name), abs=1e-4), name
    assert 1 - told["mass_mean"] == pytest.approx(found.nonsense, abs=1e-4)
    world = questions.world
    bound = theorem_1_bound(world, q)
    for name, value in bound.slack_terms.terms().items():
        assert told["slack_terms"][name] == pytest.approx(value, abs=1e-4), name
    assert told["bound_per_prompt"] == pytest.approx(per_prompt_bound(world, q).bound, abs=1e-4)
    assert told["bound_best"] == pytest.approx(best_bound(world, q).bound, abs=1e-4)
    abstains = np.zeros(world.n_examples, dtype=bool)
    abstains.reshape(world.n_prompts, -1)[:, -2] = True
    floor = floor_of_world(world, q, unseen=questions.answered == 0, abstains=abstains)
    assert told["unseen"]["err_at_least"] == pytest.approx(floor.bound, abs=1e-4)
    row = weights_row(model, questions, {})
    for name in ("err", "bound"):
        ends = [row[f"{name}_low"], row[f"{name}_high"]]
        assert told["intervals"][name] == pytest.approx(ends, abs=1e-3), name


def test_the_figure_and_the_text_of_the_whole_run(study, samples):
    text = run(study, "check", str(samples), "--figure", "err.svg")
    assert (study / "err.svg").stat().st_size > 10_000
    assert text.startswith("The bound is")
    assert "relation  questions" in text


def test_a_begin_token_that_is_missing_moves_the_numbers(model):
    """The pitfall itself: the same weights asked without the token that training had."""
    corpus = WEIGHTS_REDUCED.corpus()
    prompts, responses = corpus.prompts("birthday"), ["May 1", "June 13"]
    without = HuggingFaceModel(model.model, model.tokenizer, begin="", end=".")
    moved = model.log_probs(prompts, responses) - without.log_probs(prompts, responses)
    assert np.abs(moved).max() > 0.1


def test_tokens_across_the_border_are_refused(study, model):
    with pytest.raises(InvalidInput, match="none spans the border"):
        HuggingFaceModel(model.model, model.tokenizer, delimiter="").log_probs(["Ma"], ["y 1"])
    (study / "bad.csv").write_text("question,answer,wrong\nMa,y 1,y 2\n")
    result = CliRunner().invoke(
        cli,
        ["facts", str(study / "bad.csv"), "--out", str(study / "bad"), "--delimiter", "",
         "--tokenizer", str(study / "weights/gpt2-64")],
    )  # fmt: skip
    assert result.exit_code == 2
    assert "none spans the border of question and candidate" in result.output


def test_training_is_deterministic_and_can_be_watched():
    pytest.importorskip("transformers", reason="needs the extra transformers")
    seen, setting = [], GPT2Setting(16, 1, 1, epochs=2, batch_size=4, n_tokens=300)
    documents = ["Ann was born on May 1.", "Bob was born on May 10."] * 4
    for _ in range(2):
        trained = train_gpt2(documents, setting, watch=lambda _, epoch: seen.append(epoch))
        seen.append(trained.log_probs(["Ann was born on"], ["May 1"]).item())
    assert seen[:3] == [0, 1, 2]
    assert seen[:4] == seen[4:]


def test_a_server_that_drops_echo_is_named(study, tmp_path):
    """The harness itself against a server on the loopback address that ignores ``echo``."""
    (tmp_path / "facts.csv").write_text("question,answer,wrong\nAnn,x,y|z\nBob,y,x|z\n")
    run(tmp_path, "facts", "facts.csv", "--out", "task/")
    with serve() as address:
        arguments = {
            "base_url": f"{address}/v1/completions",
            "model": "deaf",
            "tokenizer": study / "weights/gpt2-64",
            "tokenizer_backend": "huggingface",
            "tokenized_requests": False,
            "max_retries": 1,
        }
        harness(tmp_path, "local-completions", ",".join(f"{k}={v}" for k, v in arguments.items()))
    (path,) = tmp_path.glob("out/**/samples_facts_*.jsonl")
    logged = [json.loads(line)["filtered_resps"] for line in path.read_text().splitlines()]
    assert {float(pair[0]) for pairs in logged for pair in pairs} == {0.0}
    result = CliRunner().invoke(cli, ["check", str(path)])
    assert result.exit_code == 2
    assert "a server that ignores echo or logprobs" in result.output
