"""Whole numbers never wrap, and nothing of a frozen object can be written to."""

import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest

from theory.confidence_targets import risk_coverage
from theory.errors import InvalidInput
from theory.facts import FactSample, FactWorld, calibrated_memoriser, good_turing_estimate
from theory.grading import Examinees, Outcomes, answers_at
from theory.poor_models import opt_linear
from theory.reduction import World, abstain, estimate_error, split_at

F = Fraction


def world(**changes):
    given = {"p": [0.5, 0.5, 0, 1, 0], "valid": [True, True, False, True, False]}
    return World(**given | {"n_responses": [3, 2]} | changes)


def sample():
    facts = FactWorld(mu=[0.5, 0.5], n_responses=[3, 5], answer_prob=0.5, n_prompts=[2, 4])
    return FactSample(facts, 9, [0, 1, 1], n_answers=[1, 2, 0], n_prompts=[2, 2, 2])


FROZEN = [
    world(),
    World(p=[F(1), F(0)], valid=[True, False]),
    split_at(world(), world().p),
    sample().world,
    sample(),
    calibrated_memoriser(sample()),
    Examinees([0.2, 0.8], [0.5, 0.5]),
]


def arrays(thing):
    public = (name for name in dir(thing) if not name.startswith("_"))
    found = {name: getattr(thing, name) for name in public}
    return {name: value for name, value in found.items() if isinstance(value, np.ndarray)}


@pytest.mark.parametrize("thing", FROZEN, ids=lambda thing: type(thing).__name__)
def test_kept_arrays_cannot_be_written_to_nor_can_those_of_copies(thing):
    """``w.n_valid[0] = 7`` would change every later number of a world."""
    arrays(thing)  # so that what is computed once is there before the copies are made
    for same in (thing, copy.copy(thing), copy.deepcopy(thing), pickle.loads(pickle.dumps(thing))):
        kept = {name for name in arrays(same) if name in vars(same)}
        assert kept
        for name in kept:
            assert not arrays(same)[name].flags.writeable, name
            assert np.array_equal(arrays(same)[name], arrays(thing)[name])


def test_a_frozen_object_does_not_share_its_callers_arrays():
    counts = np.array([1, 2, 0])
    facts = sample().world
    kept = FactSample(facts, 9, np.array([0, 1, 1]), counts, np.array([2, 2, 2]))
    counts[0] = 5
    assert kept.n_answers.tolist() == [1, 2, 0]


@pytest.mark.parametrize("tolerance", [float("nan"), -1e-9, 1.0, float("inf"), "a"])
def test_a_tolerance_is_a_number_below_one(tolerance):
    """With nan every check would pass and err could be 1.8."""
    with pytest.raises(InvalidInput, match=r"tolerance must be in \[0, 1\)"):
        world(tolerance=tolerance)


def test_masked_arrays_are_refused():
    """np.asarray would bring back what the mask hides."""
    hidden = np.ma.masked_array([0.5, 0.5, 0, 1, 0], mask=[0, 1, 0, 0, 0])
    for call in (
        lambda: world(p=hidden),
        lambda: world().check_model(hidden),
        lambda: world(valid=np.ma.masked_array([True, True, False, True, False])),
        lambda: world(n_responses=np.ma.masked_array([3, 2])),
        lambda: good_turing_estimate(np.ma.masked_array([1, 2])),
        lambda: Outcomes(np.ma.masked_array([1]), np.array([1]), np.array([1])),
        lambda: estimate_error(np.ma.masked_array([True, False], mask=[0, 1])),
        lambda: risk_coverage(np.ma.masked_array([0.5, 0.6], mask=[0, 1]), [True, False]),
        lambda: answers_at(np.ma.masked_array([0.5, 0.6], mask=[0, 1]), 0.5),
        lambda: opt_linear(world(), np.ma.masked_array(np.eye(5))),
        lambda: abstain(world(), world().p, np.ma.masked_array([False] * 5), 0.5),
        lambda: split_at(world(), world().p, np.ma.masked_array([0.5, 0.5])),
    ):
        with pytest.raises(InvalidInput, match="must be an array without a mask"):
            call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: FactWorld(mu=[1], n_responses=3, n_prompts=[10**19]),
        lambda: FactWorld(mu=[1], n_responses=3, n_prompts=[10**400]),
        lambda: FactWorld(mu=[0.5, 0.5], n_responses=3, n_prompts=[2**62, 2**62]),
        lambda: FactWorld(mu=[0.5, 0.5], n_responses=3, n_prompts=2**62),
        lambda: FactWorld(mu=[1], n_responses=np.array([2**64 - 1], dtype=np.uint64)),
        lambda: good_turing_estimate([2**62, 2**62]),
        lambda: world(n_responses=np.array([2**64 - 1, 6], dtype=np.uint64)),
    ],
)
def test_whole_numbers_too_large_for_their_sums_are_refused(call):
    """10^19 prompts turned negative; 2^64 - 1 and 6 responses added up to 5."""
    with pytest.raises(InvalidInput, match=r"the sum of \w+ must be at most 2\^62, got"):
        call()


def test_products_of_counts_do_not_wrap():
    """2^40 prompts seen 2^24 times are 2^64 samples, 0 in 64 bits."""
    facts = FactWorld(mu=[1], n_responses=3, n_prompts=2**40)
    with pytest.raises(InvalidInput, match="at most n_samples = 10 in all, got 1844674407370955"):
        FactSample(facts, 10, [0], n_answers=[2**24], n_prompts=[2**40])


def test_narrow_counts_add_up():
    """100 + 100 is 200 in eight bits too."""
    narrow = np.array([100, 100, 1], dtype=np.int8)
    assert good_turing_estimate(narrow) == pytest.approx(1 / 201)
    assert Outcomes(*narrow).total == 201
    assert Outcomes(narrow, narrow, narrow).total.tolist() == [300, 300, 3]
    assert Outcomes(narrow, narrow, narrow) == Outcomes(narrow, narrow, narrow)
