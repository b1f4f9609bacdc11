"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

from fractions import Fraction as F

import numpy as np
import pytest

from theory.calibration import (
    audit_delta,
    audit_delta_curve,
    cross_entropy,
    equal_mass_bins,
    multiple_choice_ece,
    swapped_confidences,
    unweighted_cross_entropy,
)
from theory.errors import InvalidInput
from theory.intervals import proportion
from theory.reduction import World


def test_the_auditor_counts_what_lies_above_and_only_that():
    """Three of four training scores and one of four generations above 1/2; ties are below."""
    e = audit_delta([0.9, 0.8, 0.7, 0.5], [0.6, 0.5, 0.4, 0.0], 0.5)
    assert e.value == 0.5
    assert audit_delta([0.9, 0.2, 0.2, 0.2], [0.9, 0.9, 0.9, 0.9], 0.5).value == 0.75
    assert audit_delta([0.0, 1.0], [1.0, 0.0], 0.5).value == 0


@pytest.mark.parametrize(("level", "each"), [(0.9, 0.98), (0.8, 0.96)])
def test_the_curve_gives_each_threshold_its_part_of_the_allowance(level, each):
    """1 - (1 - level)/5: wider than one interval alone, and exactly as wide as that level's."""
    scores = [0.9] * 30 + [0.1] * 10, [0.9] * 10 + [0.1] * 30
    curve = audit_delta_curve(*scores, [0.1, 0.3, 0.5, 0.7, 0.8], confidence_level=level)
    alone = audit_delta(*scores, 0.5, confidence_level=each)
    assert curve[2].low == pytest.approx(alone.low, abs=1e-12)
    assert curve[2].high == pytest.approx(alone.high, abs=1e-12)
    single = audit_delta(*scores, 0.5, confidence_level=level)
    assert curve[2].high > single.high > single.low > curve[2].low
    with pytest.raises(InvalidInput, match="confidence_level must be in"):
        audit_delta_curve(*scores, [0.5], confidence_level=1)


def test_one_share_has_the_exact_interval_of_clopper_and_pearson():
    """3 of 4: the ends leave half the allowance on each side (closed form at 4 of 4)."""
    full = proportion(4, 4, confidence_level=0.9)
    assert full.low == pytest.approx(0.05 ** (1 / 4))
    assert full.high == 1


def test_equal_mass_bins_by_hand():
    """Ten tenths in five bins: two each, the sums 0.1 + 0.2 + ... rounded or not."""
    values = np.arange(10) / 10
    assert equal_mass_bins(values, np.full(10, 0.1), 5).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert equal_mass_bins(values, np.full(10, 0.1), 10).tolist() == list(range(10))
    assert equal_mass_bins([0.1, 0.2, 0.3], [1, 1, 1], 3).tolist() == [0, 1, 2]


def test_each_choice_counts_as_one_nth_of_its_prompt():
    """Prompts of 2 and of 4 choices; bins of width one half, weights 1/4 and 1/8."""
    world = World(
        p=[1, 0, 1, 0, 0, 0], valid=[True, False, True, False, False, False], n_responses=[2, 4]
    )
    q = [0.6, 0.4, 0.6, 0.4, 0.0, 0.0]
    # Above 1/2: weights 1/4 and 1/8, confidence 0.6, both right. Below: 1/4 at 0.4, then 1/8 each
    # at 0.4, 0, 0, all wrong.
    above, below = (3 / 8) * (1 - 0.6), (1 / 4 + 1 / 8) * 0.4
    assert multiple_choice_ece(world, q, n_bins=2) == pytest.approx(above + below)


def test_swapped_confidences_keep_both_responses_above_the_threshold():
    """rho = 1/10: more than ten errors, so that 1/K < rho."""
    world, q = swapped_confidences(F(1, 10))
    assert world.n_errors.tolist() == [11]
    assert q.tolist()[:2] == [F(1, 10), F(9, 10)]
    assert swapped_confidences(F(2, 5))[0].n_errors.tolist() == [3]


def test_what_training_never_shows_costs_no_entropy():
    """Also if the model gives it no probability; training data without any costs infinity."""
    world = World(p=[1.0, 0.0, 0.0], valid=[True, True, False])
    for loss in (cross_entropy, unweighted_cross_entropy):
        assert loss(world, [0.5, 0.0, 0.5]) == pytest.approx(np.log(2))
        assert loss(world, [0.0, 0.5, 0.5]) == np.inf


@pytest.mark.parametrize("kind", [float, np.float32, np.float64])
def test_a_threshold_is_rounded_as_the_scores_are(kind):
    """A score of 0.1 in single precision is not above 0.1, whatever type the threshold has."""
    scores = np.full(20, 0.1, dtype=np.float32)
    assert audit_delta(scores, scores + np.float32(0.1), kind(0.1)).value == 1


def test_the_level_of_a_curve_is_checked_before_it_is_shared():
    """1 - 1.5/2 = 1/4 would pass at each of two thresholds."""
    with pytest.raises(InvalidInput, match=r"confidence_level must be in \(0, 1\), got -0.5"):
        audit_delta_curve([0.1], [0.1], [0.2, 0.3], confidence_level=-0.5)


@pytest.mark.parametrize(("more", "bins"), [(0.995e-9, [0, 1]), (1.005e-9, [1, 1])])
def test_a_bin_may_be_overfull_by_its_rounding(more, bins):
    """Two bins; the first example has half of the mass and a billionth of a bin more."""
    assert equal_mass_bins([0.1, 0.2], [1 + more, 1 - more], 2).tolist() == bins
