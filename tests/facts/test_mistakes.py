"""The pitfalls of confidence targets and the logs of simulated models."""

import pytest

from simulations.confidence_targets import stated_target_log
from theory.errors import InvalidInput
from theory.grading import pitfalls


@pytest.mark.parametrize("t", [0.5, 0.75, 0.9])
def test_each_pitfall_reverses_a_decision_or_a_ranking(t):
    """At a confidence just below t (and where t > 1/2, for the third one)."""
    found = pitfalls(t=t, confidence=t - 0.01)
    reversed_ones = [(p.right > 0) != (p.wrong > 0) for p in found]
    assert reversed_ones == [True, True, True, True]
    assert found[0].quantity == f"answer at confidence {(1 + t) / 2:g}, t = {t:g}?"


def test_a_calibrated_model_answers_above_the_stated_target():
    log = stated_target_log(300, [0, 0.5], overconfidence=1.0, rng=20260515)
    assert len(log) == 600
    for row in log:
        assert (row["outcome"] == "abstain") == (row["confidence"] <= row["t"])


def test_a_model_that_ignores_the_target_answers_alike():
    log = stated_target_log(100, [0, 0.9], overconfidence=None, rng=20260516)
    assert [r["outcome"] for r in log[:100]] == [r["outcome"] for r in log[100:]]
    assert all(r["outcome"] != "abstain" for r in log)


def test_bad_logs():
    with pytest.raises(InvalidInput, match="overconfidence must be"):
        stated_target_log(5, [0], overconfidence=0, rng=0)
    with pytest.raises(InvalidInput, match="t must be in"):
        stated_target_log(5, [1], overconfidence=1, rng=0)
