"""One small example for every statement, checked: what ``notebooks/13_map.ipynb`` runs.

Each check raises if its statement fails on its example and returns the numbers in one line.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from theory.calibration.auditor import audit_delta
from theory.calibration.curve import delta_curve
from theory.calibration.ece import answer_ece
from theory.calibration.examples import swapped_confidences
from theory.calibration.rescaling import cross_entropy, rescale
from theory.confidence_targets.hle import always_right, always_wrong, rms_calibration_error
from theory.facts.best_bounds import best_interval, closed_lower, closed_upper
from theory.facts.closed_form import drop_term
from theory.facts.four_events import four_events_term
from theory.facts.from_counts import CountsOfCounts
from theory.facts.missing_mass_bounds import (
    LEMMA_1_TIGHTER_FACTOR,
    corollary_3_interval,
    lemma_1_interval,
)
from theory.facts.models import calibrated_memoriser
from theory.facts.samples import (
    FactSample,
    expected_missing_mass,
    expected_singleton_rate,
    missing_mass,
    singleton_rate,
)
from theory.facts.theorem_2 import (
    lemma_2_bound,
    printed_lower_term,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.facts.world import FactWorld
from theory.grading.graders import Grader, confidence_target, optimal_answers, swap_penalty
from theory.grading.meta_evaluation import count
from theory.grading.outcomes import Outcomes
from theory.grading.targets import penalty
from theory.innovation.calibrated import calibrated_innovation
from theory.innovation.floor import floor_of_facts
from theory.innovation.statements import innovation_bound
from theory.memory.calibrated import known_share_error, least_calibrated_error
from theory.memory.codes import HammingMemory
from theory.memory.exam import best_system, critical_error
from theory.memory.importance import share_memory
from theory.memory.judge import judge_floor
from theory.other_factors.hardness import advantage, decryption_world, random_ciphertext_distance
from theory.other_factors.shift import gigo_bound, shift_bound
from theory.poor_models.ngram_opt import pronoun_world
from theory.poor_models.opt import opt_bound, opt_of_family
from theory.reduction.attained import least_slack
from theory.reduction.bounds import (
    calibration_delta,
    generative_error,
    iiv_distribution,
    signed_gap,
    theorem_1_bound,
)
from theory.reduction.small_term import best_bound
from theory.reduction.tight import tight_world
from theory.reduction.world import World, uniform_model
from theory.testing.choice import assert_observation_2, assert_theorem_3, assert_theorem_4
from theory.testing.facts import assert_calibrated_memoriser, assert_trade_off
from theory.testing.grading import assert_answer_rule, assert_brier_identity, assert_observation_1
from theory.testing.reduction import (
    assert_best_bound,
    assert_corollary_1,
    assert_per_prompt_bound,
    assert_slack_identity,
    assert_theorem_1,
    assert_tight,
)
from theory.testing.shrinking import StatementViolation
from theory.trade_off.kalai_vempala import kalai_vempala_bound
from theory.trade_off.never_errs import table_and_calculator

F = Fraction
CHECKS: dict[str, Callable[[], str]] = {}
"""Item of the map -> its check."""


def check(*items: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register one check for one or several items of the map."""

    def register(function: Callable[[], str]) -> Callable[[], str]:
        CHECKS.update(dict.fromkeys(items, function))
        return function

    return register


def require(holds: bool, shown: str) -> str:
    """Return ``shown`` if the statement holds.

    Raises
    ------
    StatementViolation
        If it does not.
    """
    if not holds:
        raise StatementViolation(shown, {})
    return shown


def ragged() -> tuple[World, list[Fraction]]:
    """Two prompts of different size whose four slack terms are all positive."""
    world = World(
        p=[F(1), F(0), F(0), F(1), F(0), F(0), F(0), F(0)],
        valid=[True, False, False, True, True, False, False, False],
        n_responses=[3, 5],
        mu=[F(1, 4), F(3, 4)],
    )
    return world, [F(0), F(3, 4), F(1, 4), F(5, 9), F(1, 9), F(1, 9), F(1, 9), F(1, 9)]


def small_sample() -> FactSample:
    """Three facts, six samples: one seen twice, one once, one never; two abstentions and more."""
    world = FactWorld([F(1, 2), F(1, 3), F(1, 6)], 5, [F(1, 2), F(2, 5), F(3, 5)])
    return FactSample.of_prompts(world, 6, [2, 1, 0])


@check("Sec. 3.1 D")
def _distribution() -> str:
    D = iiv_distribution(ragged()[0])
    return require(sum(D.tolist()) == 1, f"sum of D = {sum(D.tolist())}")


@check("Eq. (1)", "Sec. 3.1 err_iiv", "Sec. 3.1 delta", "Thm 1")
def _theorem_1() -> str:
    b = assert_theorem_1(*ragged())
    return f"err = {b.err}, err_iiv = {b.err_iiv}, delta = {b.delta}, bound = {b.bound}"


@check("Cor. 1", "X3")
def _corollary_1() -> str:
    b = assert_corollary_1(*tight_world(3, 7))
    assert_tight(*tight_world(3, 7))
    return f"err = {b.err} = bound, slack = {b.slack}"


@check("Sec. 5 nonsense")
def _nonsense() -> str:
    world = World(
        p=[F(1)] + [F(0)] * 4, valid=[True] + [False] * 4, nonsense=[False] * 3 + [True] * 2
    )
    b = assert_theorem_1(world, [F(1, 4), F(0), F(0), F(1, 2), F(1, 4)])
    return f"err = {b.err}, bound = {b.bound}"


@check("Sec. 3.1 delta identity", "Erratum 2", "Sec. 3.1 descent")
def _slope() -> str:
    world, p_hat = World(p=[1, 0, 0], valid=[True, False, False]), [0.6, 0.2, 0.2]
    step = 1e-6
    up, down = (cross_entropy(world, rescale(world, p_hat, 1 + h)) for h in (step, -step))
    slope, difference = signed_gap(world, p_hat), (up - down) / (2 * step)
    # A central difference is off by step^2 and by 1e-16/step.
    return require(
        abs(slope - difference) < 1e-8, f"slope {slope:.6f}, difference quotient {difference:.6f}"
    )


@check("Sec. 3.1 auditor")
def _auditor() -> str:
    e = audit_delta([0.9] * 50 + [0.1] * 50, [0.9] * 80 + [0.1] * 20, 0.5)
    return require(
        e.low < e.value < e.high, f"delta = {e.value:.2f} in [{e.low:.2f}, {e.high:.2f}]"
    )


@check("Sec. 3.1 delta curve")
def _curve() -> str:
    world, p_hat = ragged()
    curve = delta_curve(world, p_hat)
    at = [calibration_delta(world, p_hat, z) for z in (F(0), F(1, 2), F(1))]
    return require(len(curve.delta) > 1, f"delta_z at 0, 1/2, 1 = {at[0]}, {at[1]}, {at[2]}")


@check("delta against ECE")
def _weaker() -> str:
    world, p_hat = swapped_confidences()
    delta, ece = calibration_delta(world, p_hat), answer_ece(world, p_hat)
    return require(delta == 0 and ece > 0.7, f"delta = {delta}, ECE = {ece:.2f}")


@check("Sec. 3.1 not every system errs")
def _table() -> str:
    world, p_hat = table_and_calculator(10, 80, 10, answer_prob=F(3, 4))
    err, delta = generative_error(world, p_hat), calibration_delta(world, p_hat)
    return require(err == 0 and delta == F(5, 8), f"err = {err}, delta = {delta}")


@check("KV 2024 Cor. 1")
def _kalai_vempala() -> str:
    b = kalai_vempala_bound(0.5, 0, n_samples=10**6, n_facts=100, n_possible=10**9)
    return require(b.sampling_term < 7 / 10**3, f"0.5 monofacts force {b.bound:.3f}")


@check("Def. 1")
def _definition_1() -> str:
    world = FactWorld([F(1)], 3, [F(3, 4)]).with_answers([1])
    return require(world.p.tolist() == [0, F(3, 4), 0, F(1, 4)], "p = 0, 3/4, 0 and IDK 1/4")


@check("Def. 2", "Cor. 3", "Lem. 1", "Erratum 3")
def _singletons() -> str:
    sample = small_sample()
    sr, MM = singleton_rate(sample), missing_mass(sample)
    means = [f(sample.world, 6) for f in (expected_singleton_rate, expected_missing_mass)]
    paper, own = (
        lemma_1_interval(float(sr), 10**6, factor=f).above for f in (4.42, LEMMA_1_TIGHTER_FACTOR)
    )
    return require(
        0 <= means[0] - means[1] <= F(1, 6)
        and corollary_3_interval(0.2, 10**6).above < own < paper,
        f"sr = {sr}, MM = {MM}; E sr - E MM = {float(means[0] - means[1]):.3f} <= 1/6",
    )


@check("Lem. 2", "Thm 2 lower", "Erratum 6", "Erratum 4")
def _lower() -> str:
    terms = [printed_lower_term(n) for n in (7_892, 7_893, 306_953, 306_954)]
    floor = theorem_2_lower(0.2, 10**8, min_errors=364).bound
    return require(
        terms[0] > 1 > terms[1] and terms[2] > 0.2 > terms[3] and lemma_2_bound(0.2, 100).bound < 0,
        f"sr = 0.2, N = 10^8: err >= {floor:.3f}; says nothing below N = 7,893",
    )


@check("Thm 2 upper")
def _upper() -> str:
    assert_calibrated_memoriser(small_sample())
    return f"delta_z = 0 for all z; sr = 0.2, N = 10^6: err <= {_ceiling():.4f}"


def _ceiling() -> float:
    return theorem_2_upper(0.2, 10**6, max_errors=364).bound


@check("X4")
def _four_events() -> str:
    total = four_events_term(10**4, min_responses=365).total
    return require(abs(total - 0.0679) < 5e-5, "N = 10^4, 99 %: term 0.0679, paper 0.895")


@check("X9")
def _closed() -> str:
    term = drop_term(10**4, stretch=365 / 364)
    low = closed_lower(0.2, 10**6, min_errors=364).bound
    high = closed_upper(0.2, 10**6, max_errors=364).bound
    return require(
        abs(term - 0.02654) < 5e-6,
        f"N = 10^4, 99 %: term 0.0265; N = 10^6, sr = 0.2: err in [{low:.4f}, {high:.4f}]",
    )


@check("X13")
def _counted() -> str:
    few = CountsOfCounts(10**6, [1], [10**4])
    found = best_interval(few)
    return require(
        found.method == "X13" and found.upper - found.lower < 9e-4,
        f"N = 10^6, sr = 0.01: missing mass in [{found.lower:.5f}, {found.upper:.5f}]",
    )


def choice() -> tuple[World, list[list[Fraction]]]:
    """Three choices, two models: one uniform, one that prefers an error."""
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    return world, [[F(1, 3)] * 3, [F(1, 4), F(1, 2), F(1, 4)]]


@check("Sec. 3.3.2 opt(G)")
def _opt() -> str:
    world, family = choice()
    b = opt_bound(world, family[1], opt_of_family(world, family))
    return require(b.slack >= 0, f"opt(G) = {b.opt}, err = {b.err} >= {b.bound}")


@check("Thm 3")
def _theorem_3() -> str:
    b = assert_theorem_3(*choice())[0]
    return f"uniform guess: err = {b.err}, bound = {b.bound}"


@check("Thm 4")
def _theorem_4() -> str:
    world, family = choice()
    b = assert_theorem_4(world, family[1])
    return f"t = {b.threshold}: err = {b.err}, bound = {b.bound}"


@check("Cor. 2")
def _corollary_2() -> str:
    errors = {
        generative_error(pronoun_world(), [x, 1 - x, x, 1 - x]) for x in (F(0), F(1, 3), F(1))
    }
    return require(errors == {F(1, 2)}, "err = 1/2 for every trigram model")


@check("Def. 3", "Obs. 2")
def _hardness() -> str:
    world = decryption_world([2, 0, 3, 1], F(1, 2))
    b = assert_observation_2(world, uniform_model(world))
    return require(
        advantage(F(1, 2)) == 0, f"no key: err = {b.err}, beta = {b.beta} (>= {b.bound})"
    )


@check("Erratum 5")
def _ciphertexts() -> str:
    same, more = random_ciphertext_distance(4, 4), random_ciphertext_distance(4, 7)
    return require(same == 0 < more, f"distance {same} if H = M, {more} for 7 over 4")


@check("Sec. 3.4 shift")
def _shift() -> str:
    b = shift_bound(*ragged(), [F(1), F(0)])
    return require(b.slack >= 0, f"err {b.err_train} -> {b.err_test}, moved at most {b.bound}")


@check("Sec. 3.4 GIGO")
def _gigo() -> str:
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    b = gigo_bound(world, [F(4, 5), F(1, 10), F(1, 10)], F(1, 5))
    return require(b.err == b.share, f"a fifth of the data false, learned: err = {b.err}")


@check("Obs. 1")
def _observation_1() -> str:
    assert_observation_1([F(1, 2)] * 2, [[1, 0, 0], [0, 1, 0]], [False, False, True])
    return "guessing earns 1/2, abstaining 0"


@check("Sec. 4.2 target", "Sec. 4.2 behavioural calibration")
def _target() -> str:
    for t in (F(0), F(1, 2), F(3, 4), F(9, 10)):
        for q in (F(1, 4), t, F(19, 20)):
            assert_answer_rule(confidence_target(t), q)
    return "answered iff q > t at t = 0, 1/2, 3/4, 9/10"


@check("Erratum 1")
def _penalty() -> str:
    return require(penalty(F(3, 4)) == 3, f"penalty at t = 3/4 is {penalty(F(3, 4))}")


@check("Table 2")
def _table_2() -> str:
    c = count()
    return require(c.n_binary == 9, f"{c.n_binary} of {c.n_benchmarks} benchmarks are binary")


@check("SimpleQA")
def _simpleqa() -> str:
    L = swap_penalty(Outcomes(22, 26, 52), Outcomes(24, 75, 1))
    return require(L == 2 / 49, f"ranks swap at penalty {2 / 49:.4f}")


@check("HLE")
def _hle() -> str:
    wrong, right = always_wrong(100), always_right(100)
    errors = [rms_calibration_error(a.confidence, a.correct) for a in (wrong, right)]
    return require(errors == [0, 1], "calibration error 0 if always wrong, 1 if always right")


@check("X1")
def _slack() -> str:
    s = assert_slack_identity(*ragged()).slack_terms
    return f"{s.overshoot} + {s.unused_room} + {s.ragged} + {s.sign} = {s.total}"


@check("X2")
def _per_prompt() -> str:
    b = assert_per_prompt_bound(*ragged())
    return f"err = {b.err}, bound = {b.bound}"


@check("X5")
def _trade_off() -> str:
    for delta in (F(0), F(1, 20), F(1)):
        assert_trade_off(small_sample(), delta)
    return "err + delta >= MM (1 - 1/R) at delta = 0, 1/20, 1"


@check("X6")
def _brier() -> str:
    for q in (F(0), F(1, 3), F(1)):
        assert_brier_identity(q, True)
        assert_brier_identity(q, False)
    return "y - (y - q)^2 at q = 0, 1/3, 1"


@check("X8")
def _best() -> str:
    found = least_slack([1, 2], [2, 3])
    best = assert_best_bound(found.world, found.p_hat)
    loose = theorem_1_bound(found.world, found.p_hat)
    return require(best.slack == 0, f"Theorem 1 misses by {loose.slack}, X8 by {best.slack}")


@check("trade-off families")
def _abstaining() -> str:
    rubric = Grader(1, 0, -3)
    kept = [bool(optimal_answers(rubric, q)) for q in (F(1, 2), F(4, 5))]
    world, p_hat = table_and_calculator(1, 8, 1, answer_prob=F(3, 4))
    bound = best_bound(world, p_hat)
    return require(kept == [False, True], f"who never errs has delta = {bound.delta}")


@check("X7")
def _banded() -> str:
    world = FactWorld([F(1)], 5, n_prompts=4)
    mean = expected_missing_mass(world, 3)
    by_hand = sum((F(3, 4) ** 3 * F(1, 4) for _ in range(4)), F(0))
    enumerated = np.mean([4 - len({a, b, c}) for a in range(4) for b in range(4) for c in range(4)])
    return require(
        mean == by_hand == F(float(enumerated)) / 4, f"E MM of 4 equal prompts, N = 3: {mean}"
    )


@check("DS 2026 (a)-(d)")
def _innovation() -> str:
    b = innovation_bound([F(1, 2)] + [F(1, 8)] * 4, np.array([True] + [False] * 4), n_facts=2)
    return require(
        (b.hallucination_probability, b.by_heaviest, b.by_own_masses)
        == (F(3, 4), F(1, 4), F(3, 8)),
        f"g(U) = 1/2: g(H) >= {b.by_own_masses} with probability {b.hallucination_probability}",
    )


@check("DS 2026 (e)")
def _calibrated_innovation() -> str:
    p = [F(1, 2), F(1, 2), F(0)]
    e = calibrated_innovation(p, p, np.array([True, False, False]), [0, 0, 1])
    return require(
        (e.bound, e.bound_from_missing_mass) == (F(1, 2), F(1, 4)), f"p(U) = 1/2 forces {e.bound}"
    )


@check("X10")
def _delta_free() -> str:
    sample = small_sample()
    floor = floor_of_facts(calibrated_memoriser(sample), sample.n_answers == 0)
    return require(floor.err == floor.expected_err, f"err = {floor.err} = its mean, whatever delta")


@check("X11")
def _exam() -> str:
    half = np.log(365) / 2
    wrong = [best_system(t, 365, half).wrong for t in (0, 0.5)]
    return require(
        critical_error(F(1, 2), 365) == F(1, 365) and wrong[0] > 0.38 and wrong[1] < 0.0014,
        f"half a memory: {wrong[0]:.1%} wrong at t = 0, {wrong[1]:.2%} at t = 1/2",
    )


@check("X11 importance")
def _importance() -> str:
    best = share_memory([0.5, 0.005], 0.5, 365, float(np.log(365)), n_facts=[1, 100])
    return require(best.answered[0] == 1 and best.answered[1] < 1e-4, "the famous fact is kept")


@check("X11 codes")
def _hamming() -> str:
    code = HammingMemory(2, 3)
    error = (code.recall(code.store([[1, 1, 0, 1, 0, 0, 1]])) != [[1, 1, 0, 1, 0, 0, 1]]).sum()
    return require(error == 1 and code.error == F(1, 8), "4 of 7 bits: wrong in 1/8 of the answers")


@check("X12", "X12 least error")
def _calibrated() -> str:
    b = float(np.log(4)) / 2
    floor, least = judge_floor(4, b).error_floor(), least_calibrated_error(4, b).lower
    known = known_share_error(4, b)
    return require(floor < least < known, f"{floor:.3f} < least err {least:.3f} < {known}")
