"""Learners in closed form against learners that read the pairs; what each is known for."""

import numpy as np
import pytest

from simulations.facts import (
    draw_banded,
    fact_trial,
    fact_trials,
    uniform_law,
    zipf_law,
)
from simulations.facts.learners import (
    LEARNERS,
    abstainer,
    committing_guesser,
    regurgitator,
    smoothed_counts,
    tempered,
    tilter,
)
from simulations.facts.prompt_laws import banded_law
from tests.facts.pair_by_pair import draw_corpus, learn
from theory.errors import InvalidInput
from theory.facts import calibrated_memoriser, missing_mass
from theory.reduction import (
    bound_of_split,
    error_of_split,
    iiv_error_of_split,
    signed_gap_of_split,
    split_at,
    theorem_1_bound,
)

FACTS = banded_law([3, 2, 1], [2, 3, 4]).facts(n_responses=[7, 12, 5], answer_prob=[0.9, 0.5, 0.75])
SURE = ["calibrated memoriser", "regurgitator", "abstainer", "smoothed counts", "tempered"]


def gap(model, z=None):
    return signed_gap_of_split(model.split(z))


@pytest.mark.parametrize("learner", SURE)
@pytest.mark.parametrize("seed", range(4))
def test_closed_form_equals_the_learner_that_reads_the_pairs(learner, seed):
    """err, err_iiv and the signed gap, at 1/K and at other thresholds (rtol: a sum of ~70)."""
    corpus = draw_corpus(FACTS, 12, rng=seed)
    p_hat = learn(corpus, learner, rng=0)
    model = LEARNERS[learner](corpus.sample(), rng=np.random.default_rng(0))
    for z in (None, 0.05, 0.2, 0.6):
        slow, fast = split_at(corpus.world, p_hat, z), model.split(z)
        for quantity in (error_of_split, iiv_error_of_split, signed_gap_of_split):
            assert quantity(fast) == pytest.approx(quantity(slow), rel=1e-12, abs=1e-14)


def test_guesser_has_the_law_of_the_guesser_that_reads_the_pairs():
    """On one unseen prompt with 4 answers: err is 0 with probability 1/4, else 1, both ways."""
    facts = uniform_law(1).facts(n_responses=4, answer_prob=0.5)
    corpus = next(
        c for c in (draw_corpus(facts, 1, rng=s) for s in range(99)) if c.sample().n_unseen
    )
    rng = np.random.default_rng(0)
    fast = [
        error_of_split(committing_guesser(corpus.sample(), rng=rng).split()) for _ in range(600)
    ]
    slow = [
        theorem_1_bound(corpus.world, learn(corpus, "committing guesser", rng=rng)).err
        for _ in range(600)
    ]
    assert set(fast) == set(slow) == {0.0, 0.5}
    assert np.mean(fast) == pytest.approx(0.375, abs=0.04)
    assert np.mean(slow) == pytest.approx(0.375, abs=0.04)


@pytest.mark.parametrize("learner", LEARNERS)
def test_closed_form_equals_its_own_array(learner):
    """Every learner, adversaries too, against its written-out prompts x responses array."""
    facts = banded_law([3, 1], [3, 6]).facts(n_responses=[8, 9], answer_prob=[1.0, 0.9])
    for seed in range(5):
        model = LEARNERS[learner](draw_banded(facts, 8, rng=seed), rng=np.random.default_rng(seed))
        slow, fast = theorem_1_bound(*model.explicit()), bound_of_split(model.split())
        assert (fast.err, fast.err_iiv, fast.delta) == pytest.approx(
            (slow.err, slow.err_iiv, slow.delta), rel=1e-12, abs=1e-14
        )


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize("N", [10, 10**4, 10**8])
def test_theorem_1_holds_for_every_learner(learner, N):
    world = zipf_law(10**6, max_bands=60).facts(answer_prob=0.9)
    model = LEARNERS[learner](draw_banded(world, N, rng=1), rng=np.random.default_rng(1))
    assert bound_of_split(model.split()).holds


def test_what_each_learner_is_known_for():
    """At K = N = 10^6, R = 365: err and delta of each in units of MM, up to luck.

    Each unseen prompt tosses a coin of spread 1/2 at most, of six standard deviations together;
    the tilter lifts 182 of 365 responses, a half but for 1/365.
    """
    world = uniform_law(10**6).facts(n_responses=365)
    sample = draw_banded(world, 10**6, rng=2)
    MM = missing_mass(sample)
    luck, around = 1 - 1 / 365, 1 / 365 + 6 * 0.5 / np.sqrt(sample.n_unseen)
    known = {
        "calibrated memoriser": (luck, 0.0),
        "regurgitator": (0.0, 1.0),
        "committing guesser": (luck, luck),
        "tilter": (luck, 0.0),
    }
    for learner, (err, delta) in known.items():
        model = LEARNERS[learner](sample, rng=np.random.default_rng(3))
        assert error_of_split(model.split()) / MM == pytest.approx(err, abs=around), learner
        assert abs(gap(model)) / MM == pytest.approx(delta, abs=around), learner
    assert error_of_split(abstainer(sample).split()) == 0
    assert error_of_split(regurgitator(sample).split()) == 0


@pytest.mark.parametrize("z", [0.0, 1e-4, 1 / 364, 0.1, 0.5, 0.9])
def test_memoriser_is_calibrated_and_the_rivals_are_not(z):
    sample = draw_banded(zipf_law(10**5, max_bands=50).facts(answer_prob=0.8), 10**4, rng=4)
    assert gap(calibrated_memoriser(sample), z) == 0
    assert abs(gap(abstainer(sample), z)) > 0.1 or z < 0.2


def test_limits_of_smoothing_and_temperature():
    """Pseudo-count -> 0 and T = 1 are the memoriser; T -> infinity is uniform."""
    sample = draw_banded(uniform_law(50).facts(n_responses=9, answer_prob=0.8), 60, rng=6)
    base = error_of_split(calibrated_memoriser(sample).split())
    assert error_of_split(smoothed_counts(sample, 1e-12).split()) == pytest.approx(base)
    assert error_of_split(tempered(sample, 1.0).split()) == pytest.approx(base)
    unseen_share = sample.n_unseen / 50
    hot = error_of_split(tempered(sample, 1e9).split())
    assert hot == pytest.approx(unseen_share * 8 / 10, rel=1e-6)


def test_tilter_is_as_random_as_lemma_2_allows():
    """Its err_iiv varies over luck; the memoriser's does not."""
    sample = draw_banded(uniform_law(400).facts(n_responses=10**4), 400, rng=7)
    rng = np.random.default_rng(8)
    losses = [2 * iiv_error_of_split(tilter(sample, rng=rng).split()) for _ in range(400)]
    Q = sample.unseen_mass(2)
    assert np.std(losses) == pytest.approx(np.sqrt(Q) / 2, rel=0.15)
    assert np.mean(losses) == pytest.approx(missing_mass(sample), abs=5 * np.sqrt(Q / 400))


def test_trials_do_not_depend_on_how_many_run():
    world = uniform_law(100).facts()
    few = fact_trials([world] * 2, [50, 60], rng=9)
    many = fact_trials([world] * 5, [50, 60, 70, 80, 90], rng=9)
    assert many["err"][:2].tolist() == few["err"].tolist()
    assert len(set(many["err"])) > 1


def test_memoriser_errs_between_the_best_bounds_at_internet_scale():
    """K = N = 10^12, Zipf: lower_paper < lower_best < err < upper_best < upper_paper."""
    world = zipf_law(10**12, max_bands=1000).facts(answer_prob=0.9)
    t = fact_trial(world, 10**12, rng=10)
    assert 0 < t.lower_paper < t.lower_best < t.err < t.upper_best < t.upper_paper < 1
    assert t.delta == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: smoothed_counts(s, 0), "pseudo_count must be > 0, got 0"),
        (lambda s: tempered(s, -1), "temperature must be > 0, got -1"),
        (lambda s: fact_trial(s.world, 5, rng=0, learner="oracle"), "learner must be one of"),
    ],
)
def test_bad_input_is_refused(call, message):
    sample = draw_banded(uniform_law(3).facts(), 5, rng=0)
    with pytest.raises(InvalidInput, match=message):
        call(sample)
