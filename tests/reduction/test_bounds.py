"""Corollary 1, Theorem 1, nonsense, X1-X3: exact rationals, tolerance zero."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import reduction
from theory.arrays import as_numbers
from theory.errors import InvalidInput
from theory.reduction import World, split_at, theorem_1_bound
from theory.testing.strategies import models, worlds

# --- the statements, in paper order ---------------------------------------------------------------


@given(world=worlds(nonsense=True))
def test_iiv_distribution(world):
    """D is a distribution: half on V, half on E, nothing on nonsense."""
    D = reduction.iiv_distribution(world)
    assert sum(D) == 1
    assert sum(D[world.valid]) == sum(D[world.errors]) == F(1, 2)
    assert not D[world.nonsense].any()


@given(world=worlds(max_prompts=1), data=st.data())
def test_corollary_1(world, data):
    """err >= 2 err_iiv - |V|/|E| - delta without prompts."""
    result = reduction.corollary_1_bound(world, data.draw(models(world)))
    assert result.size_ratio == F(world.max_valid, world.min_errors)
    assert result.slack >= 0
    assert result.holds


@given(world=worlds(), data=st.data())
def test_theorem_1(world, data):
    """err >= 2 err_iiv - max|V_c| / min|E_c| - delta."""
    result = theorem_1_bound(world, data.draw(models(world)))
    assert result.slack >= 0
    assert result.holds


@given(world=worlds(), data=st.data())
def test_theorem_1_bounds_the_iiv_error_too(world, data):
    """err_iiv <= (1 + k/K + delta) / 2."""
    result = theorem_1_bound(world, data.draw(models(world)))
    assert result.err_iiv <= (1 + result.size_ratio + result.delta) / 2


@given(world=worlds(nonsense=True))
def test_the_uniform_model_has_delta_zero(world):
    """1/|X_c| < 1/K, so A is empty: calibration at 1/K does not need q = p."""
    uniform = reduction.uniform_model(world)
    assert not reduction.classify(world, uniform).any()
    assert reduction.calibration_delta(world, uniform) == 0


@given(world=worlds(nonsense=True, max_responses=8), data=st.data())
def test_nonsense(world, data):
    """With X = N + E + V, err = p_hat(N or E) and D(N) = 0 the same bound holds."""
    result = theorem_1_bound(world, data.draw(models(world)))
    assert result.slack >= 0
    assert result.slack == result.slack_terms.total


@given(world=worlds(nonsense=True), data=st.data())
def test_x1_slack_decomposition(world, data):
    """err - bound = overshoot + unused room + ragged + sign, each >= 0, exactly."""
    result = theorem_1_bound(world, data.draw(models(world)))
    assert min(vars(result.slack_terms).values()) >= 0
    assert result.slack_terms.total == result.slack


@given(world=worlds(), data=st.data())
def test_x1_signed_gap_may_replace_delta(world, data):
    """err >= 2 err_iiv - k/K - (p_hat(A) - p(A))."""
    r = theorem_1_bound(world, data.draw(models(world)))
    assert r.err >= 2 * r.err_iiv - r.size_ratio - r.signed_gap


@given(world=worlds(nonsense=True), data=st.data())
def test_x2_per_prompt_thresholds(world, data):
    """err >= 2 err_iiv - sum mu |V_c|/|E_c| - delta, all taken at thresholds 1/|E_c|."""
    result = reduction.per_prompt_bound(world, data.draw(models(world)))
    assert result.slack >= 0
    assert result.slack_terms.total == result.slack
    assert result.slack_terms.ragged == 0
    assert result.size_ratio <= F(world.max_valid, world.min_errors)


@pytest.mark.parametrize(("k", "K"), [(1, 1), (1, 2), (3, 7), (5, 5), (2, 364)])
def test_x3_tight_family(k, K):
    """Corollary 1 is an equality: err_iiv = 1/2, delta = 0, err = 1 - |V|/|E|."""
    result = reduction.corollary_1_bound(*reduction.tight_world(k, K))
    assert (result.err_iiv, result.delta) == (F(1, 2), 0)
    assert result.err == result.bound == 1 - F(k, K)
    assert result.slack == 0


def test_x3_any_p_on_valid_is_tight():
    """Equality does not depend on p."""
    world, p_hat = reduction.tight_world(3, 4)
    skewed = World(p=[F(1, 7), F(6, 7), F(0)] + [F(0)] * 4, valid=world.valid)
    assert theorem_1_bound(skewed, p_hat).slack == 0


# --- non-vacuity and sharpness --------------------------------------------------------------------


def test_theorem_1_says_something():
    """The uniform model on one answer of 365 must err by 363/364, and errs by 364/365."""
    world = World(p=[F(1)] + [F(0)] * 364, valid=[True] + [False] * 364)
    result = theorem_1_bound(world, reduction.uniform_model(world))
    assert (result.err, result.bound) == (F(364, 365), F(363, 364))


def test_two_cannot_be_improved():
    """With a factor above 2 the tight family breaks the bound."""
    result = reduction.corollary_1_bound(*reduction.tight_world(1, 1000))
    assert result.err < (2 + F(1, 100)) * result.err_iiv - result.size_ratio - result.delta


def test_x2_is_sharper_when_errors_differ_in_number():
    """A prompt with few errors and one with many: k/K = 1 against an average of 51/100."""
    world = World(
        p=[F(1), F(0)] + [F(1)] + [F(0)] * 50,
        valid=[True, False] + [True] + [False] * 50,
        n_responses=[2, 51],
    )
    uniform = reduction.uniform_model(world)
    assert reduction.per_prompt_bound(world, uniform).bound > theorem_1_bound(world, uniform).bound


# --- two independent ways -------------------------------------------------------------------------


def slow_twin(world, p_hat, z):
    """Theorem 1's quantities as sums over a dictionary of examples, straight from Sec. 3.1."""
    prompt = world.prompt_of_example
    err = err_iiv = q_above = p_above = F(0)
    for x in range(world.n_examples):
        c = prompt[x]
        n_errors = sum(1 for y in range(world.n_examples) if prompt[y] == c and world.errors[y])
        plus = p_hat[x] > z
        D = world.mu[c] * (
            world.p[x] / 2 if world.valid[x] else F(int(world.errors[x]), 2 * n_errors)
        )
        err += 0 if world.valid[x] else world.mu[c] * p_hat[x]
        err_iiv += D if plus != world.valid[x] else 0
        q_above += world.mu[c] * p_hat[x] if plus else 0
        p_above += world.mu[c] * world.p[x] if plus else 0
    return err, err_iiv, abs(q_above - p_above)


@given(world=worlds(nonsense=True), data=st.data())
def test_slow_twin_agrees(world, data):
    """Split and formulas against a direct sum over examples, at 1/K and at any threshold."""
    p_hat = data.draw(models(world))
    z = data.draw(st.sampled_from([None, F(0), F(1, 3), F(1, 2), F(1)]))
    at = F(1, world.min_errors) if z is None else z
    err, err_iiv, delta = slow_twin(world, p_hat, at)
    assert reduction.generative_error(world, p_hat) == err
    assert reduction.iiv_error(world, p_hat, z) == err_iiv
    assert reduction.calibration_delta(world, p_hat, z) == delta
    mistakes = reduction.classify(world, p_hat, z) != world.valid
    assert sum(reduction.iiv_distribution(world)[mistakes]) == err_iiv


@given(world=worlds(), data=st.data())
def test_float_agrees_with_exact(world, data):
    """Floats differ by rounding only, unless a response ties with the threshold."""
    p_hat = data.draw(models(world))
    z = F(1, world.min_errors)
    exact, rounded = theorem_1_bound(world, p_hat), None
    if z not in p_hat:
        rounded = theorem_1_bound(world.to_float(), p_hat.astype(float))
        for name in ("err", "err_iiv", "delta", "bound", "slack"):
            # A dozen sums of at most 18 terms below 1: 1e-13 is a thousand rounding errors.
            assert getattr(rounded, name) == pytest.approx(float(getattr(exact, name)), abs=1e-13)


def test_blocks_do_not_change_the_answer():
    """A world larger than one block gives the sums of one prompt at a time."""
    rng = np.random.default_rng(3)
    C, R = 700, 300
    weights = rng.random((C, R))
    valid = np.arange(R) < 3
    p = np.where(valid, weights, 0)
    world = World(
        p=(p / p.sum(1, keepdims=True)).ravel(), valid=np.tile(valid, C), n_responses=[R] * C
    )
    q = (weights**9 / (weights**9).sum(1, keepdims=True)).ravel()
    assert world.n_examples > 2**17
    above = q > 1 / (R - 3)
    D = reduction.iiv_distribution(world)
    result = theorem_1_bound(world, q)
    # Each side adds 2e5 terms; pairwise summation keeps 1e-12.
    assert result.err == pytest.approx(q[~world.valid].sum() / C, abs=1e-12)
    assert result.err_iiv == pytest.approx(D[above != world.valid].sum(), abs=1e-12)
    assert result.slack == pytest.approx(result.slack_terms.total, abs=1e-12)


# --- conventions ----------------------------------------------------------------------------------


def test_equality_is_below_the_threshold():
    """p_hat = 1/K exactly is classified as an error."""
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    p_hat = as_numbers("p_hat", [F(1, 2), F(1, 2), F(0)])
    assert not reduction.classify(world, p_hat).any()
    assert split_at(world, p_hat).q_above.tolist() == [0]
    assert not reduction.classify(world.to_float(), [0.5, 0.5, 0.0]).any()


@pytest.mark.parametrize("z", [-0.1, 1.1, float("nan")])
def test_threshold_out_of_range(z):
    """Thresholds are probabilities."""
    world = World(p=[1.0, 0, 0], valid=[True, False, False])
    with pytest.raises(InvalidInput, match=r"threshold must be in \[0, 1\], got"):
        reduction.calibration_delta(world, world.p, z)


def test_threshold_shape_and_kind():
    """One threshold, or one for each prompt; exact with exact."""
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    with pytest.raises(InvalidInput, match=r"threshold must be a number or of shape \(1,\)"):
        reduction.iiv_error(world, world.p, [F(1, 2), F(1, 2)])
    with pytest.raises(TypeError, match="exact threshold"):
        reduction.iiv_error(world, world.p, 0.5)
    assert reduction.iiv_error(world, world.p, 0) == reduction.iiv_error(world, world.p, F(0)) == 0


def test_corollary_1_wants_one_prompt():
    """Two prompts belong to Theorem 1."""
    world = World(p=[1.0, 0, 1.0, 0], valid=[True, False, True, False], n_responses=[2, 2])
    with pytest.raises(InvalidInput, match="number of prompts must be 1 for Corollary 1, got 2"):
        reduction.corollary_1_bound(world, world.p)


def test_tight_world_bad_sizes():
    """More valid responses than errors cannot be tight this way."""
    with pytest.raises(InvalidInput, match="n_errors must be >= n_valid = 3, got 2"):
        reduction.tight_world(3, 2)


# --- hypotheses, dropped one at a time ------------------------------------------------------------


def test_without_noiseless_training_theorem_1_fails():
    """p(E) = 1: a calibrated model errs by 2/K, yet 2 err_iiv - k/K - delta = 1.

    All training mass lies on one error; the model gives it 2/K, the valid response the rest. Both
    are above 1/K, so delta = 0; D shows the popular error half of the time, and f_hat accepts it.
    """
    K = 10
    p = [F(0), F(1)] + [F(0)] * (K - 1)
    p_hat = [1 - F(2, K), F(2, K)] + [F(0)] * (K - 1)
    D = [p[0] / 2] + [p[x] / 2 + F(1, 2 * K) for x in range(1, K + 1)]
    above = [x for x in range(K + 1) if p_hat[x] > F(1, K)]
    err_iiv = sum(D[x] for x in above if x > 0)
    delta = abs(sum(p_hat[x] - p[x] for x in above))
    err = sum(p_hat[1:])
    assert (err, delta) == (F(2, K), 0)
    assert 2 * err_iiv - F(1, K) - delta == 1 > err
    with pytest.raises(InvalidInput, match="noiseless training data"):
        World(p=p, valid=[True] + [False] * K)


def test_a_wrong_threshold_breaks_theorem_1():
    """At a threshold above 1/K valid mass below it is no longer small: err < bound."""
    world = World(p=[F(1)] + [F(0)] * 9, valid=[True] + [False] * 9)
    z = F(1)  # everything is below: err_iiv = 1/2, delta = 0
    p_hat = world.p
    bound = (
        2 * reduction.iiv_error(world, p_hat, z)
        - F(1, 9)
        - reduction.calibration_delta(world, p_hat, z)
    )
    assert reduction.generative_error(world, p_hat) == 0 < bound == F(8, 9)


def test_without_delta_theorem_1_fails():
    """The abstainer never errs: without its delta the bound would exclude it."""
    world = World(p=[F(0), F(1)] + [F(0)] * 98, valid=[True, True] + [False] * 98)
    idk = as_numbers("p_hat", [F(1)] + [F(0)] * 99)
    result = theorem_1_bound(world, idk)
    assert (result.err, result.delta) == (0, 1)
    assert 2 * result.err_iiv - result.size_ratio == F(96, 98) > result.err


def test_without_the_size_ratio_theorem_1_fails():
    """|V| = |E|, all of p_hat on V at the threshold: err = 0 although 2 err_iiv - delta = 1."""
    result = theorem_1_bound(*reduction.tight_world(5, 5))
    assert result.err == 0 < 2 * result.err_iiv - result.delta == 1


# --- many worlds ----------------------------------------------------------------------------------


def random_rational_world(rng):
    """Ragged world and model with small integer weights; ties with the threshold are common."""
    sizes = rng.integers(2, 7, size=rng.integers(1, 4))
    p, q, valid = [], [], []
    for n in sizes:
        k = int(rng.integers(1, n))
        weights = [int(w) for w in rng.integers(0, 4, size=k)]
        weights[0] += 1
        p += [F(w, sum(weights)) for w in weights] + [F(0)] * int(n - k)
        guess = [int(w) for w in rng.integers(0, 4, size=n)]
        guess[-1] += 1
        q += [F(w, sum(guess)) for w in guess]
        valid += [True] * k + [False] * int(n - k)
    share = [int(w) for w in rng.integers(1, 5, size=len(sizes))]
    mu = [F(w, sum(share)) for w in share]
    return World(p=p, valid=valid, n_responses=sizes, mu=mu), as_numbers("q", q)


@pytest.mark.parametrize("n_worlds", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_many_rational_worlds(n_worlds):
    """Theorem 1 and X1 on random rational worlds, tolerance zero."""
    rng = np.random.default_rng(20250904)
    positive = tight = 0
    for _ in range(n_worlds):
        result = theorem_1_bound(*random_rational_world(rng))
        terms = result.slack_terms
        assert terms.overshoot >= 0
        assert terms.unused_room >= 0
        assert terms.ragged >= 0
        assert terms.sign >= 0
        assert terms.total == result.slack >= 0
        positive += result.bound > 0
        tight += result.slack == 0
    assert positive > n_worlds // 100
    assert tight > n_worlds // 1000


def test_rounding_alone_violates_no_bound():
    """Tight in Fractions, slack -5e-17 in floats: not a violation, even if sums may miss 1 by 0."""
    exact, p_hat = reduction.tight_world(2, 3)
    world = World(p=[0.5, 0.5, 0, 0, 0], valid=exact.valid, tolerance=0.0)
    result = theorem_1_bound(world, np.array(p_hat, dtype=float))
    assert result.slack < 0
    assert result.holds
