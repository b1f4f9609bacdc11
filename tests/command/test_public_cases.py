"""Inputs that public reports describe, rebuilt small: read right, or refused in one sentence.

``tests/data/cases/right.json`` names for each folder the report it follows, what is right in words,
the command, and the answers that are acceptable.
"""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli

CASES = Path(__file__).resolve().parents[1] / "data" / "cases"
RIGHT = json.loads((CASES / "right.json").read_text(encoding="utf-8"))
KINDS = {
    "abstained": ("abstain", "refusal"),
    "undetermined": ("empty", "unparsed", "unscored"),
}


def run(argv, monkeypatch):
    monkeypatch.chdir(CASES)
    return CliRunner().invoke(cli, argv)


def refused(result, pattern):
    sentence = result.stderr.strip()
    return (
        result.exit_code == 2
        and isinstance(result.exception, SystemExit)
        and len(sentence.splitlines()) <= 3
        and re.search(pattern, sentence) is not None
    )


def is_right(answer, result):
    """Tell whether a printed JSON object is the acceptable answer."""
    if result.exit_code != 0:
        return False
    shown = json.loads(result.stdout)
    if "counts" in answer:
        return all(shown[name] == pytest.approx(x) for name, x in answer["counts"].items())
    log = shown["logs"][0]
    target = log["targets"][0]
    checks = {
        "outcomes": lambda right: all(_count(log["outcomes"], k) == n for k, n in right.items()),
        "confidence": lambda right: _confidence(log["confidence"], right),
        "n_records": lambda right: log["n_records"] == right,
        "rates": lambda right: all(target[k] == pytest.approx(x) for k, x in right.items()),
        "rates_reach": lambda right: all(target[f"{k}_interval"][1] >= x for k, x in right.items()),
        "score": lambda right: target["score"] == pytest.approx(right),
        "width": lambda _: target["score_interval"][1] > target["score_interval"][0],
        "same_kind": lambda _: len({_wrong_or_empty(each) for each in shown["logs"]}) == 1,
    }
    return all(checks[name](right) for name, right in answer.items())


def _count(outcomes, kind):
    return sum(outcomes[k] for k in KINDS.get(kind, (kind,)))


def _confidence(shown, right):
    if right is None or shown is None:
        return right is shown
    return all(shown[name] == pytest.approx(x, abs=5e-5) for name, x in right.items())


def _wrong_or_empty(log):
    """How many empty answers of a log count as empty: both logs of case 90 hold one."""
    return log["outcomes"]["empty"]


@pytest.mark.parametrize("case", RIGHT)
def test_a_reported_input_is_read_right_or_refused(case, monkeypatch):
    import shlex

    result = run(shlex.split(RIGHT[case]["argv"]), monkeypatch)
    accepted = RIGHT[case]["accept"]
    assert any(
        refused(result, a["refuse"]) if "refuse" in a else is_right(a, result) for a in accepted
    ), f"{RIGHT[case]['right']}\n{result.output}\n{result.exception!r}"
