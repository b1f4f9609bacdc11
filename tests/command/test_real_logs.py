"""Logs that the tools themselves wrote, read by us and counted by hand."""

import json
from pathlib import Path

import pytest

from hallucination_theory.logs.labels import ReadOptions
from hallucination_theory.logs.read import read_logs
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import KINDS

DATA = Path(__file__).resolve().parents[1] / "data"
BY_HAND = json.loads((DATA / "logs" / "by_hand.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", BY_HAND)
def test_each_record_came_to_what_a_reader_of_the_raw_log_says(name):
    """``by_hand.json`` was written from the raw records, in their order in the file."""
    options = ReadOptions(filter=BY_HAND[name].get("filter"))
    (log,) = read_logs(DATA / name, options, Recogniser())
    assert [KINDS[kind] for kind in log.kind] == BY_HAND[name]["records"].split()


def test_there_are_logs_of_three_tools():
    assert len(BY_HAND) >= 10
    for tool in ("inspect", "lm_eval", "lighteval"):
        assert any(Path(name).name.startswith(tool) for name in BY_HAND)
