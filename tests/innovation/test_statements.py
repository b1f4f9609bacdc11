"""Innovation and hallucination (X10 a-e), by full enumeration of small worlds, exact."""

from fractions import Fraction as F
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.innovation import bounds_by_sparsity
from theory.errors import InvalidInput
from theory.innovation import (
    InnovationBound,
    average_in_blocks,
    calibrated_innovation,
    innovation_bound,
    innovation_rate,
)
from theory.testing.strategies import distributions
from theory.trade_off import level_sets, within_bin_miscalibration

SEEN = F(1, 4)
"""Mass of every model on the observed statement, which is statement 0."""


def models(n_unseen, parts=6):
    """Every way to spread 3/4 over the unseen statements in sixths of it."""
    for weights in product(range(parts + 1), repeat=n_unseen):
        if sum(weights) == parts:
            yield [SEEN, *[(1 - SEEN) * F(w, parts) for w in weights]]


def small_worlds():
    """One observed fact, 1 to 4 unseen statements, some of which are facts, and every model."""
    for n_unseen in range(1, 5):
        observed = [True] + [False] * n_unseen
        for left in range(n_unseen + 1):
            for g in models(n_unseen):
                yield g, observed, left


def hallucination_rates(g, n_left):
    """g(H) for each equally likely set of unseen facts: regular facts, enumerated."""
    unseen = range(1, len(g))
    return [sum(g[y] for y in unseen if y not in facts) for facts in combinations(unseen, n_left)]


def probability(rates, event):
    return F(sum(map(event, rates)), len(rates))


WORLDS = [
    (innovation_bound(g, np.array(seen), n_facts=left + 1), hallucination_rates(g, left))
    for g, seen, left in small_worlds()
]


def test_a_hallucination_is_innovation():
    """(a) g(H) <= g(U) without exception; so g(H) > 0 only if g(U) > 0."""
    for bound, rates in WORLDS:
        assert max(rates) <= bound.innovation


def test_b_innovation_is_hallucination_with_high_probability():
    """(b) g(U) > 0: Pr[g(H) > 0 | data] >= 1 - (K - |O|)/|U|, attained by a point mass."""
    reached = 0
    for bound, rates in WORLDS:
        chance = probability(rates, lambda h: h > 0)
        assert chance >= bound.hallucination_probability
        reached += chance == bound.hallucination_probability < 1
    assert reached > 0


@pytest.mark.parametrize("gamma", [F(3, 10), F(1, 3), F(3, 5), F(1)])
def test_c_by_markov(gamma):
    """(c) Pr[g(H) >= g(U)(1 - (K - |O|)/(gamma |U|))] >= 1 - gamma."""
    positive = 0
    for bound, rates in WORLDS:
        least = bound.by_markov(gamma)
        assert probability(rates, lambda h, m=least: h >= m) >= 1 - gamma
        positive += 0 < least < bound.innovation
    assert positive > 0


def test_d_by_the_heaviest_unseen_statement():
    """(d) Pr[g(H) >= g(U)/(K - |O| + 1)] >= 1 - (K - |O|)/|U|; own masses on the same event."""
    for bound, rates in WORLDS:
        needed = 1 - bound.fact_probability
        assert bound.by_own_masses >= bound.by_heaviest or bound.fact_probability == 1
        for least in (bound.by_heaviest, bound.by_own_masses):
            assert probability(rates, lambda h, m=least: h >= m) >= needed


def test_the_bound_from_own_masses_is_the_best_possible():
    """By own masses is the least g(H) over facts that spare the heaviest; surely, over all."""
    for bound, rates in WORLDS:
        assert min(rates) == bound.surely
        assert bound.by_own_masses in rates or bound.fact_probability == 1


def test_d_is_sharp():
    """Uniform on K - |O| + 1 unseen statements: g(H) = g(U)/(K - |O| + 1) if the rest are facts.

    A little heavier on one of them: the event has probability 1 - (K - |O|)/|U| exactly.
    """
    seen = np.array([True, False, False, False])
    even = innovation_bound([SEEN] * 4, seen, n_facts=3)
    assert hallucination_rates([SEEN] * 4, 2) == [even.by_heaviest] * 3
    tilted = [SEEN, F(26, 100), F(25, 100), F(24, 100)]
    bound, rates = innovation_bound(tilted, seen, n_facts=3), hallucination_rates(tilted, 2)
    reached = probability(rates, lambda h: h >= bound.by_heaviest)
    assert F(2, 3) == reached  # 25/100 reaches a third of 3/4, 24/100 does not
    higher = [SEEN, F(27, 100), F(24, 100), F(24, 100)]
    bound, rates = innovation_bound(higher, seen, n_facts=3), hallucination_rates(higher, 2)
    assert probability(rates, lambda h: h >= bound.by_heaviest) == 1 - bound.fact_probability


@given(st.data())
def test_e_calibration_forces_innovation(data):
    """(e) g(U) >= p'(U) - TV(g, p') >= p(U)/(|O| + 1) - TV(g, p') for every partition."""
    n = data.draw(st.integers(2, 6))
    p, g = data.draw(distributions(n)), data.draw(distributions(n))
    observed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    blocks = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    e = calibrated_innovation(p, g, observed, blocks)
    assert innovation_rate(g, observed) >= e.bound >= e.bound_from_missing_mass


@given(p=distributions(5), seen=st.lists(st.booleans(), min_size=5, max_size=5))
def test_a_calibrated_model_innovates_if_mass_is_missing(p, seen):
    """(e) with g = p': the distance is 0, and g(U) > 0 iff p(U) > 0 within each block."""
    blocks = np.array([0, 0, 1, 1, 1])
    g = average_in_blocks(np.array(p, dtype=object), blocks)
    e = calibrated_innovation(p, g, np.array(seen), blocks)
    assert e.distance == 0
    assert innovation_rate(g, np.array(seen)) == e.bound
    assert e.bound > 0 or e.missing_mass == 0


def test_e_is_sharp_in_the_limit():
    """One block of a seen fact with little mass and an unseen fact with the rest."""
    for tiny in (F(1, 10), F(1, 1000)):
        e = calibrated_innovation([tiny, 1 - tiny], [F(1, 2)] * 2, np.array([True, False]), [0, 0])
        assert e.bound - e.bound_from_missing_mass == tiny / 2


@given(p=distributions(6), g=distributions(6))
def test_the_distance_is_that_of_the_2024_bound_on_level_sets(p, g):
    """Calibration at every level: TV(g, p') is the miscalibration of Kalai and Vempala."""
    blocks = level_sets(g)
    e = calibrated_innovation(p, g, np.zeros(6, dtype=bool), blocks)
    assert e.distance == within_bin_miscalibration(p, g)
    assert e.bound == 1 - e.distance


def test_floats_and_fractions_agree():
    for g, seen, left in list(small_worlds())[::7]:
        exact = innovation_bound(g, np.array(seen), left + 1)
        near = innovation_bound(np.array(g, dtype=float), np.array(seen), left + 1)
        for name in ("innovation", "by_heaviest", "by_own_masses", "surely", "fact_probability"):
            assert getattr(near, name) == pytest.approx(float(getattr(exact, name)), abs=1e-15)


# Each hypothesis, dropped.


def test_b_needs_regular_facts():
    """Whoever knows which unseen statement is a fact innovates and never hallucinates."""
    bound = innovation_bound([F(1, 2), F(1, 2), 0, 0], np.array([True, False, False, False]), 2)
    rate_if_statement_1_is_the_fact = 0
    assert bound.hallucination_probability == F(2, 3)
    assert rate_if_statement_1_is_the_fact < bound.by_heaviest
    assert hallucination_rates([F(1, 2), F(1, 2), 0, 0], 1).count(0) == 1  # of three, regularly


def test_d_needs_at_most_K_facts():
    """Told that one unseen statement is a fact where three are: the promise fails."""
    g, seen = [SEEN] * 4, np.array([True, False, False, False])
    told = innovation_bound(g, seen, n_facts=2)
    rates = hallucination_rates(g, 3)
    assert probability(rates, lambda h: h >= told.by_heaviest) == 0 < 1 - told.fact_probability


def test_a_needs_observations_that_are_facts():
    """A false statement in the data is repeated: g(H) = 1, g(U) = 0."""
    g, observed, facts = [F(1), F(0)], np.array([True, False]), np.array([False, True])
    assert innovation_rate(g, observed) == 0 < sum(np.array(g)[~facts])


def test_e_needs_the_distance_to_the_averaged_distribution():
    """A memoriser does not innovate, whatever is missing: the distance takes it all."""
    memoriser = [F(1), F(0), F(0)]
    e = calibrated_innovation(
        [F(1, 2), F(1, 2), F(0)],
        memoriser,
        np.array([True, False, False]),
        level_sets(memoriser),
    )
    assert (e.missing_mass, e.bound) == (F(1, 2), 0)


# Which is sharper, and bad input.


def test_the_2024_bound_is_sharper_iff_facts_are_sparse():
    """K = 10, 7 observed, p(U) = 0.2, 99 %: Das and Srivastava's from |Y| = 308, 2024's later."""
    t = bounds_by_sparsity([307, 308, 15_010, 15_011, 17_110, 17_111, 10**7])
    assert (t["markov"] > 0).tolist() == [False, True] + [True] * 5
    assert (t["kalai_vempala"] > 0).tolist() == [False] * 3 + [True] * 4
    sharper = t["kalai_vempala"] > t["markov"]
    assert sharper.tolist() == [False] * 4 + [False, True, True]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: innovation_rate([0.5, 0.6], [True, False]), "p_hat must be a distribution"),
        (lambda: innovation_rate([0.5, 0.5], [1, 0]), "observed must be 2 booleans"),
        (lambda: innovation_bound([0.5, 0.5], [True, True], 1), "n_facts must be >= 2"),
        (lambda: innovation_bound([0.5, 0.5], [True, False], 0), "n_facts must be a whole number"),
        (
            lambda: InnovationBound(0.5, 3, 1, (0.5,)).by_markov(0),
            r"gamma must be in \(0, 1\]",
        ),
        (
            lambda: calibrated_innovation([1, 0], [1, 0], [True, False], [0.5, 1]),
            "blocks must be 2 whole numbers",
        ),
        (lambda: bounds_by_sparsity([10]), "n_statements must be a whole number >= 11"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()


def test_a_model_without_innovation_hallucinates_surely_nothing():
    """g(U) = 0: nothing is claimed, though every unseen statement may be a fact."""
    bound = innovation_bound([F(1), F(0), F(0)], [True, False, False], n_facts=2)
    assert bound.innovation == 0
    assert bound.hallucination_probability == 0


def test_floats_and_fractions_are_not_mixed():
    with pytest.raises(TypeError, match="both be float or both be Fractions"):
        calibrated_innovation([0.5, 0.5], [F(1, 2), F(1, 2)], [True, False], [0, 0])
