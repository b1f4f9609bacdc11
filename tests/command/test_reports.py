"""``--json`` of every command: one line, its envelope, its schema; the examples of the help."""

import json
import shlex
from copy import deepcopy
from shlex import quote

import click
import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner

from hallucination_theory import __version__
from hallucination_theory.bounds.terms import MEANING
from hallucination_theory.cli import COMMANDS, SECTIONS, cli
from hallucination_theory.commands import language_models
from hallucination_theory.commands.command import meanings, report_schema
from tests.command.reports import FIRST
from tests.command.test_output import DATA

T50, T75 = DATA / "lm_eval_facts_t50.jsonl", DATA / "lm_eval_facts_t75.jsonl"
WEIGHED = quote(str(DATA / "lm_eval_weighed.jsonl"))
JUDGED = quote(str(DATA / "lm_eval_weighed_judge.jsonl"))
LINES = [
    "check birth_months.csv --judge-fpr 0.1",
    "check birth_months.csv --judge-fpr 0.1 --judge-fnr 0.1",
    "check counted.csv",
    "check fractions.csv --exact --threshold per-prompt",
    f"check {WEIGHED} --judge {JUDGED}",
    f"check {WEIGHED} --given-candidates",
    f"check birth_months.csv {WEIGHED}",
    "singletons corpus.csv",
    "singletons corpus.csv --errors 364 --curve --until 0.2 --by response",
    "singletons --counts counts.csv --errors 364",
    "singletons --sql duckdb",
    "score answers.jsonl",
    "score careful.csv guesser.csv --t 0.5 --seed 7",
    "score careful.csv guesser.csv --separate --abstain dunno",
    f"score {quote(str(T50))} {quote(str(T75))}",
    f"score {quote(str(DATA / 'inspect_half_blind.eval'))}",
    f"score {quote(str(DATA / 'inspect_match.json'))}",
    f"score {quote(str(DATA / 'lm_eval_choices.jsonl'))}",
    "score repeated.csv",
    "score answers.jsonl --human labels.csv",
    "facts facts.csv --out task",
    "facts facts.csv --out judged --wrong 2 --judge",
    "rubric --t 0.75",
    "rubric --t 0.75 --lm-eval . --data questions.jsonl",
    "memory --facts 1e3 --bits 4256 --t 0.5",
    "memory --facts 2 --answers 2 --bits 5 --t 0",
    "simulate-facts --prompts 1e3 --samples 500",
    "simulate-facts --prompts 1e3 --samples 500 --seed 3 --law uniform",
    "language-models --out tables --part ngram --reduced",
    "language-models --weights gpt2 --reduced",
    "example more",
]
"""Each command, with options that add fields."""
SETTINGS = cli.context_settings


def run(line):
    return CliRunner().invoke(cli, shlex.split(line))


@pytest.fixture
def examples(tmp_path, monkeypatch):
    """The folder that ``example`` writes."""
    monkeypatch.chdir(tmp_path)
    assert run("example .").exit_code == 0
    return tmp_path


@pytest.fixture
def there(examples, monkeypatch):
    """The same folder with two more files, and language models that take no time."""
    monkeypatch.setattr(language_models, "language_model_table", lambda *_: {"err": np.ones(2)})
    monkeypatch.setattr(language_models, "write_weights", lambda folder, _: [folder / "config"])
    (examples / "counted.csv").write_text(
        "prompt,response,valid,train_prob,model_prob,count\n"
        "a,x,true,1,0.5,3\na,y,false,0,0.5,0\nb,x,true,1,0.5,0\nb,y,false,0,0.5,0\n"
    )
    (examples / "repeated.csv").write_text(
        "question,outcome,epoch,confidence,subset\n"
        "a,correct,1,0.5,x\na,wrong,2,0.6,x\nb,abstain,1,,y\nb,wrong,2,,y\n"
    )
    (examples / "labels.csv").write_text("question,kind\ncapital of Canada,wrong\n")
    return examples


def closed(schema):
    """The same schema without room for fields that it does not name."""
    schema = deepcopy(schema)
    nodes = [schema]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if "properties" in node and isinstance(node["properties"], dict):
                node.setdefault("additionalProperties", False)
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
    return schema


def validate(report, name):
    jsonschema.Draft202012Validator(closed(report_schema(name))).validate(report)


def test_a_report_is_one_line_that_fits_the_published_schema(there):
    """Every field is in the schema, and some line shows every field that the schema names."""
    seen = {name: set() for name in COMMANDS}
    for line in LINES:
        result = run(f"{line} --json")
        assert result.exit_code == 0, (line, result.output)
        assert result.stdout.count("\n") == 1, line
        report = json.loads(result.stdout)
        name = line.split()[0]
        validate(report, name)
        assert list(report)[: len(FIRST)] == FIRST
        assert (report["schema_version"], report["package_version"]) == (1, __version__)
        seen[name] |= set(report)
    for name in COMMANDS:
        assert seen[name] == set(report_schema(name)["properties"]), name


@pytest.mark.parametrize("name", COMMANDS)
def test_a_report_that_differs_from_its_schema_is_seen(there, name):
    """A field more, a field less, a number for a text: none passes."""
    line = next(line for line in LINES if line.startswith(name))
    report = json.loads(run(f"{line} --json").stdout)
    last = list(report)[-1]
    for changed in (
        report | {"surprise": 1},
        report | {"schema_version": 2},
        report | {"command": "other"},
        {key: value for key, value in report.items() if key not in {last, "seed"}},
        report | {last: {"x": []}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            validate(changed, name)


def test_what_was_used_is_in_the_report(there):
    """Arguments and options by the names that a user types, defaults too; the seed apart."""
    report = json.loads(run("score careful.csv guesser.csv --t 0.5 --seed 1e3 --json").stdout)
    assert report["seed"] == 1000
    inputs = report["inputs"]
    assert (inputs["logs"], inputs["t"]) == (["careful.csv", "guesser.csv"], [0.5])
    assert inputs["confidence-level"] == 0.95
    assert not {"seed", "json", "quiet", "schema"} & set(inputs)
    drawn = [json.loads(run(f"simulate-facts --prompts 99 --samples 99 {s} --json").stdout)
             for s in ("", "--seed 0", "--seed 1")]  # fmt: skip
    assert [report["seed"] for report in drawn] == [0, 0, 1]
    assert drawn[0] == drawn[1] != drawn[2]
    assert json.loads(run("memory --facts 9 --bits 9 --t 0 --json").stdout)["seed"] is None


def test_the_text_of_check_and_its_schema_say_the_same():
    """The meaning of each term is told twice, in the table and in the schema."""
    told = {name: text.strip() for name, text in MEANING.items()}
    described = meanings("check") | meanings("check", "slack_terms")
    assert told == {name: described[name] for name in told}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_schema_is_printed_and_names_each_field_with_its_meaning(name):
    schema = json.loads(run(f"{name} --schema").stdout)
    assert schema == report_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    help_text = " ".join(run(f"{name} --help").stdout.split())
    for field, meaning in (meanings("envelope") | meanings(name)).items():
        assert f"{field} {meaning}" in help_text


EXAMPLES = [f"{name} {line}" for name in COMMANDS for line in cli.get_command(None, name).examples]


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_examples_of_the_help_run(examples, line):
    assert line in run(f"{line.split()[0]} --help").stdout
    result = run(line)
    assert result.exit_code == 0, result.output
    assert result.stdout or "--quiet" in line


def test_every_command_has_examples_and_a_place():
    assert {line.split()[0] for line in EXAMPLES} == set(COMMANDS)
    text = run("--help").stdout
    own, reproduce = text.split("Reproduce:")
    for name in COMMANDS:
        assert (name in reproduce.split()) == (name in SECTIONS["Reproduce"])
        assert (f"\n  {name} " in own) == (name not in SECTIONS["Reproduce"])


def test_example_writes_whole_files_or_leaves_what_is_there(tmp_path):
    """Written again they are the same; another file of that name is not touched."""
    folder = tmp_path / "new" / "folder"
    for _ in range(2):
        assert run(f"example {folder}").exit_code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert "birth_months.csv" in names
    (folder / "birth_months.csv").write_text("mine")
    (folder / "corpus.csv").unlink()
    result = run(f"example {folder}")
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "birth_months.csv must be a new one" in result.output
    assert (folder / "birth_months.csv").read_text() == "mine"
    assert not (folder / "corpus.csv").exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_quiet_prints_nothing_but_json(there, name):
    line = next(line for line in LINES if line.startswith(name))
    result = run(f"{line} --quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_fail_below_has_an_exit_code_of_its_own(there):
    """22 of 100 right: 0.22 at t = 0. The guesser has 24, and less at t = 0.75."""
    both = "score careful.csv guesser.csv --quiet"
    assert run(f"{both} --t 0 --fail-below 0.22").exit_code == 0
    below = run(f"{both} --t 0 --fail-below 0.23")
    assert (below.exit_code, below.stdout) == (3, "")
    assert below.stderr == "careful.csv scores 0.22 at t = 0, below 0.23.\n"
    assert "guesser.csv scores -2.01 at t = 0.75" in run(f"{both} --t .75 --fail-below -1").stderr
    with_json = run("score careful.csv --t 0 --fail-below 1 --json")
    assert with_json.exit_code == 3
    assert json.loads(with_json.stdout)["logs"][0]["targets"][0]["score"] == 0.22


@pytest.mark.parametrize("options", ["0", "0 --t 0 --t 0.5", "nan --t 0"])
def test_fail_below_needs_a_number_and_one_target(there, options):
    result = run(f"score careful.csv --fail-below {options}")
    assert result.exit_code == 2
    assert "--fail-below must be a number, given with one --t" in result.output


def helps(name):
    """Option -> what the help says about it, for options that take a value and may be left out."""
    command = cli.get_command(None, name)
    context = click.Context(command, info_name=name, parent=click.Context(cli, **SETTINGS))
    options = [p for p in command.params if isinstance(p, click.Option)]
    return {
        option: option.get_help_record(context)[1]
        for option in options
        if not option.is_flag and not option.required
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_defaults_are_named_in_the_help(name):
    for option, text in helps(name).items():
        assert (option.to_info_dict()["default"] is None) or "[default: " in text, option.name


@pytest.mark.parametrize(
    ("name", "option", "default"),
    [
        ("score", "--t", "(0, 0.5, 0.75, 0.9)"),
        ("score", "--seed", "0"),
        ("simulate-facts", "--seed", "0"),
        ("facts", "--seed", "0"),
        ("simulate-facts", "--exponent", "(1)"),
        ("check", "--tolerance", "(1e-09; 0 with --exact)"),
        ("language-models", "--part", "(all)"),
        ("rubric", "--template", "(the words of --show-template)"),
    ],
)
def test_what_the_code_fills_in_is_named_too(name, option, default):
    (text,) = (text for given, text in helps(name).items() if option in given.opts)
    assert text.endswith(f"[default: {default}]")
