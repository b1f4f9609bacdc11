"""The peers of the benchmarks do the same work as ours, and the report judges as it says."""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from theory.grading import confidence_target
from theory.poor_models import Vocabulary, count_ngrams, fit_maximum_likelihood
from theory.reduction import World, theorem_1_bound

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"

SENTENCES = [["a", "b", "a"], ["a", "b"], ["b", "c", "a", "b"], ["a"]] * 3


@pytest.fixture(scope="module")
def peers():
    return _module("peers")


@pytest.fixture(scope="module")
def report():
    return _module("report")


def _module(name):
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(BENCHMARKS)
        return __import__(name)


@pytest.fixture(scope="module")
def world_and_model():
    rng = np.random.default_rng(1)
    sizes = np.array([4, 5, 8, 6])
    valid = np.concatenate([np.arange(n) < 2 for n in sizes])
    starts = np.cumsum(sizes) - sizes
    p, q = rng.random((2, sizes.sum()))
    p *= valid
    p /= np.repeat(np.add.reduceat(p, starts), sizes)
    q = q**4 / np.repeat(np.add.reduceat(q**4, starts), sizes)
    return World(p, valid, sizes), q


def test_loop_and_groupby_compute_theorem_1(peers, world_and_model):
    world, q = world_and_model
    bound = theorem_1_bound(world, q)
    expected = pytest.approx((bound.err, bound.err_iiv, bound.delta), rel=1e-12)
    columns = (world.prompt_of_example, world.valid, world.p, q)
    assert peers.theorem_1_by_loop(*columns) == expected
    frame = pd.DataFrame(dict(zip(("prompt", "valid", "p", "q"), columns, strict=True)))
    assert peers.theorem_1_by_groupby(frame) == expected
    assert bound.delta > 0


def test_counters_and_groupby_count_singletons(peers):
    frame = pd.DataFrame({"prompt": ["a", "b", "a", "c"]})
    assert peers.singleton_rate_by_groupby(frame) == 0.5
    assert peers.training_counts([1.0, 0.0], 4, seed=0) == Counter({0: 4})
    assert peers.singleton_rate_by_loop(Counter([0, 1, 0, 2]), 4) == 0.5
    assert peers.missing_mass_by_loop([0.5, 0.3, 0.2], Counter([0, 0])) == 0.5


@pytest.mark.parametrize("order", [2, 3])
def test_the_dictionary_chain_is_the_ngram_model(peers, order):
    """Log-probabilities agree; a sentence that training excludes has none."""
    vocabulary = Vocabulary.of(SENTENCES)
    model = fit_maximum_likelihood(count_ngrams(vocabulary.encode(SENTENCES), order))
    ours = model.sentence_log_probabilities(vocabulary.encode(SENTENCES))
    chain = peers.MarkovChain(order - 1).fit(SENTENCES)
    theirs = chain.log_probabilities(SENTENCES)
    assert theirs == pytest.approx(ours.tolist(), rel=1e-12)
    assert chain.log_probabilities([["c", "c"]]) == [-np.inf]
    assert {tuple(s[:1]) for s in chain.generate(50, seed=0)} == {("a",), ("b",)}


@pytest.mark.slow
def test_nltk_fits_the_same_model(peers):
    pytest.importorskip("nltk", reason="the extra peers is not installed")
    model = peers.nltk_model(SENTENCES, 2)
    chain = peers.MarkovChain(1).fit(SENTENCES)
    follows = chain.counts["a",]
    assert model.score("b", ["a"]) == pytest.approx(follows["b"] / sum(follows.values()))


def test_the_loop_scores_as_the_grader_does(peers):
    """At t = 3/4: one right answer, one wrong, one withheld."""
    grader = confidence_target(0.75)
    expected = (grader.correct + grader.wrong + grader.abstain) / 3
    scores = peers.confidence_scores_by_loop([True, False, True], [0.9, 0.8, 0.5], [0.75])
    assert scores == [pytest.approx(expected)]


def test_the_report_shows_growth_beyond_what_was_stated(report):
    """Ten times the size: 12 times the cost is linear, 40 times is not, unless numpy's own is."""
    rows = [
        {"size": 10**5, "ours": 1.0, "floor": 0.5, "today": 20.0},
        {"size": 10**6, "ours": 12.0, "floor": 5.0},
        {"size": 10**7, "ours": 480.0, "floor": 50.0},
        {"size": 10**8, "ours": 19200.0, "floor": 1500.0},
    ]
    growth = {"simulator": "S", "unit": "rows", "stated": 1, "rows": rows}
    lines = list(report.growth_rows(growth))
    assert lines[0] == ["S", "10^5 rows", "1 s", "500 ms", "2.00", "20 s", "20", "", ""]
    assert lines[1][-2:] == ["x 12.0", "x 10.0"]
    assert lines[2][-2:] == ["x 40.0", "x 10.0 (exceeded)"]
    assert lines[3][-2:] == ["x 40.0", "x 10.0 (floor x 30.0)"]


def test_the_report_judges_targets(report):
    compare = {
        "topic": "T",
        "seconds": {"ours": 2.0, "floor": 1.0, "loop": 100.0, "other": 1.0},
        "at_most": {"floor": 1.5},
        "faster": {"loop": 50},
    }
    assert list(report.compare_rows(compare)) == [
        ["T", "2 s", "floor", "1 s", "2.00", "at most 1.5 x", "**no**"],
        ["", "2 s", "loop", "100 s", "1 / 50.0", "50 x as fast", "yes"],
        ["", "2 s", "other", "1 s", "2.00", "", ""],
    ]


def test_only_the_measured_part_of_the_readme_changes(report, tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    monkeypatch.setattr(report, "README", readme)
    results = tmp_path / "results.json"
    one = {"fullname": "b.py::t", "extra_info": {"note": 1}, "stats": {"min": 1e-5}}
    results.write_text(json.dumps({"benchmarks": [one]}))
    report.main(str(results))
    text = readme.read_text()
    assert text.startswith(f"before\n{report.BEGIN}\n")
    assert text.endswith(f"{report.END}\nafter\n")
    assert "| `b.py::t` | 10 us | note: 1 |" in text
    assert "old" not in text
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in text


def test_the_committed_table_is_measured_and_within_what_is_stated():
    """No simulator grows faster than stated, and no target is missed unseen."""
    measured = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    assert "| simulator | size | ours |" in measured
    assert "(exceeded)" not in measured
