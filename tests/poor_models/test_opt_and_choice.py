"""opt(G), Theorems 3 and 4, Corollary 2 (Sec. 3.3.2, App. C)."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from theory.errors import InvalidInput
from theory.poor_models import (
    PRONOUN_PROMPTS,
    PRONOUN_RESPONSES,
    ExactOpt,
    Vocabulary,
    count_ngrams,
    fit_maximum_likelihood,
    opt_bound,
    opt_linear,
    opt_ngrams,
    opt_ngrams_below,
    opt_of_family,
    opt_of_view,
    opt_planar,
    pronoun_world,
    theorem_3_bound,
    theorem_4,
)
from theory.poor_models.error_curve import best_threshold
from theory.poor_models.multiple_choice import factor, n_choices
from theory.poor_models.ngram_opt import response_pairs
from theory.reduction import World, generative_error, iiv_distribution, iiv_error, uniform_model
from theory.testing.strategies import models, worlds

F = Fraction
choice_worlds = worlds(n_valid=1, ragged=False)
BOTH = [PRONOUN_RESPONSES, PRONOUN_RESPONSES]


def every_threshold(q):
    """Thresholds that tell all cuts apart: the values, and points between and around them."""
    values = sorted({F(0), F(1), *q})
    return [*values, *((a + b) / 2 for a, b in pairwise(values))]


@settings(max_examples=40)
@given(world=worlds(nonsense=True), data=st.data())
def test_best_threshold_is_the_least_iiv_error_over_all_thresholds(world, data):
    """Min over t in [0, 1] of err_iiv(f_t), against one evaluation per threshold."""
    q = data.draw(models(world))
    value, threshold = best_threshold(world, q)
    assert iiv_error(world, q, threshold) == value
    assert value == min(iiv_error(world, q, t) for t in every_threshold(q))


@settings(max_examples=40)
@given(world=worlds(), data=st.data())
def test_opt_of_a_finite_family(world, data):
    """opt(G) = min over models and thresholds; err >= 2 opt(G) - k/K - delta for each member."""
    family = [data.draw(models(world)) for _ in range(3)]
    opt = opt_of_family(world, family)
    errors = [iiv_error(world, q, t) for q in family for t in every_threshold(q)]
    assert opt.value == min(errors)
    assert iiv_error(world, family[opt.member], opt.threshold) == opt.value
    for q in family:
        result = opt_bound(world, q, opt)
        assert result.slack >= 0
        assert result.bound == 2 * opt.value - result.size_ratio - result.delta


@settings(max_examples=40)
@given(world=worlds(), data=st.data())
def test_opt_of_a_view_is_the_best_of_all_its_classifiers(world, data):
    """Sum over cells of min(D(V), D(E)), against all 2^cells classifiers."""
    view = data.draw(st.lists(st.integers(0, 3), min_size=world.n_examples, max_size=18))
    view = view[: world.n_examples]
    D = iiv_distribution(world)
    wrong = [
        sum(d for d, v, f in zip(D, view, world.valid, strict=True) if plus[v] != f)
        for plus in product([False, True], repeat=4)
    ]
    assert opt_of_view(world, view).value == min(wrong)


def linear_twin(points, valid, weights, falling):
    """Try all labelings of distinct points; a linear program tells which are realisable."""
    d, best = points.shape[1], F(1)
    bounds = [(None, 0 if falling else None)] * d + [(None, None)]
    for labels in product([-1, 1], repeat=len(points)):
        rows = -np.array(labels)[:, None] * np.column_stack([points, np.ones(len(points))])
        found = linprog(np.zeros(d + 1), A_ub=rows, b_ub=-np.ones(len(points)), bounds=bounds)
        if found.success:
            pairs = zip(labels, valid, weights, strict=True)
            best = min(best, sum((w for s, v, w in pairs if (s > 0) != v), F(0)))
    return best


@settings(max_examples=12)
@given(world=worlds(max_prompts=2, max_responses=3), data=st.data(), falling=st.booleans())
def test_opt_linear_is_the_best_of_all_realisable_labelings(world, data, falling):
    """The set-cover search finds what trying every labeling finds, Fraction for Fraction."""
    corner = st.tuples(st.integers(-2, 2), st.integers(-2, 2))
    points = data.draw(
        st.lists(corner, min_size=world.n_examples, max_size=world.n_examples, unique=True)
    )
    points = np.array(points, dtype=float)
    opt = opt_linear(world, points, falling=falling)
    assert opt.value == linear_twin(points, world.valid, iiv_distribution(world), falling)
    says = points @ opt.member > opt.threshold
    assert sum(iiv_distribution(world)[says != world.valid], F(0)) == opt.value
    assert not falling or (opt.member <= 0).all()


@settings(max_examples=15)
@given(world=worlds(max_prompts=3, max_responses=6), data=st.data())
def test_lines_in_the_plane_agree_with_the_integer_program(world, data):
    """Two exact searches, collinear and repeated points included."""
    corner = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
    points = data.draw(st.lists(corner, min_size=world.n_examples, max_size=world.n_examples))
    opt = opt_planar(world, points)
    assert opt.value == opt_linear(world, points).value


def test_a_margin_too_narrow_for_floats_still_separates():
    """Errors at 1 and 10^9, both answers at 0: separable, so opt = 0 (floats found 1/4)."""
    world = World(p=[1, 0, 1, 0], valid=[True, False, True, False], n_responses=[2, 2])
    features = [[0], [1], [0], [1e9]]
    for falling in (False, True):
        opt = opt_linear(world, features, falling=falling)
        assert opt.value == 0
        assert (np.array(features) @ opt.member > opt.threshold).tolist() == world.valid.tolist()
    # A model of the family that never errs: the bound may not be above its err.
    assert theorem_3_bound(world, world.p, opt_linear(world, features)).holds


@settings(max_examples=30)
@given(
    world=choice_worlds,
    places=st.lists(
        st.sampled_from([0.0, 1e-12, 1.0, 1e9, -1e9, 3e-300]), min_size=20, max_size=20
    ),
)
def test_opt_of_one_feature_of_any_scale_is_that_of_its_ranks(world, places):
    """One number per example: opt depends on the order alone, and ranks are small numbers."""
    values = np.array(places[: world.n_examples], dtype=float)
    ranks = np.unique(values, return_inverse=True)[1].astype(float)
    opt = opt_linear(world, values[:, None])
    assert opt.value == opt_linear(world, ranks[:, None]).value
    assert opt.value == opt_planar(world, np.column_stack([ranks, 0 * ranks])).value


def test_a_line_in_the_plane_may_be_as_narrow_as_it_needs_to_be():
    """Answers at 0, errors at 1 and 10^9 on a line: floats found no direction, and opt was 1/4."""
    world = World(p=[1, 0, 1, 0], valid=[True, False, True, False], n_responses=[2, 2])
    assert opt_planar(world, [[0, 0], [1, 1e-9], [0, 0], [1e9, 3]]).value == 0


@settings(max_examples=60)
@given(
    world=worlds(max_prompts=2, max_responses=5),
    places=st.lists(st.sampled_from([0, 1, -1, 2, 1e-12, 1e9, 1e200]), min_size=20, max_size=20),
)
def test_two_exact_searches_agree_at_any_scale(world, places):
    """Lines through pairs with exact signs, and Gordan's subsets in rationals: the same opt."""
    points = np.array(places[: 2 * world.n_examples], dtype=float).reshape(-1, 2)
    assert opt_planar(world, points).value == opt_linear(world, points).value


def test_an_upper_bound_is_refused_where_opt_itself_is_needed():
    world = pronoun_world()
    with pytest.raises(TypeError, match="gives no lower bound on err"):
        opt_bound(world, uniform_model(world), F(1, 2))
    with pytest.raises(TypeError, match="must be an ExactOpt"):
        theorem_3_bound(world, uniform_model(world), F(1, 2))


@settings(max_examples=40)
@given(world=choice_worlds, data=st.data())
def test_theorem_3(world, data):
    """All |V_c| = 1, C = K + 1: err >= 2 (1 - 1/C) opt(G) for every member."""
    family = [data.draw(models(world)) for _ in range(2)]
    opt = opt_of_family(world, family)
    C = n_choices(world)
    for q in family:
        result = theorem_3_bound(world, q, opt)
        assert result.bound == 2 * (1 - F(1, C)) * opt.value
        assert result.slack >= 0


def test_theorem_3_is_tight_for_two_choices():
    """C = 2 and a coin at every prompt: err = 1/2 = 2 (1 - 1/2) opt(G)."""
    world = pronoun_world()
    coin = uniform_model(world)
    result = theorem_3_bound(world, coin, opt_of_family(world, [coin]))
    assert result.bound == F(1, 2)
    assert result.slack == 0


@settings(max_examples=40)
@given(world=choice_worlds, data=st.data())
def test_theorem_4(world, data):
    """Some t in [0, 1]: err >= 2 (1 - 1/C) err_iiv(f_t), whatever the calibration."""
    q = data.draw(models(world))
    result = theorem_4(world, q)
    assert 0 <= result.threshold <= 1
    assert result.err_iiv == iiv_error(world, q, result.threshold)
    assert result.err == generative_error(world, q)
    assert result.slack >= 0


@settings(max_examples=40)
@given(world=choice_worlds, data=st.data())
def test_theorem_4_averages_over_thresholds(world, data):
    """The proof's twin: for t uniform on [0, 1] the mean of 2 (1 - 1/C) err_iiv(f_t) is <= err."""
    q = data.draw(models(world))
    cuts = sorted({F(0), F(1), *q})
    mean = sum((b - a) * iiv_error(world, q, a) for a, b in pairwise(cuts))
    C = n_choices(world)
    assert 2 * (1 - F(1, C)) * mean <= generative_error(world, q)


def random_choice_world(rng):
    n_prompts, C = int(rng.integers(1, 4)), int(rng.integers(2, 6))
    weights = rng.integers(0, 7, (n_prompts, C))
    weights[:, 0] += weights.sum(axis=1) == 0
    mu = rng.integers(1, 6, n_prompts)
    p = np.eye(C, dtype=int)[rng.integers(0, C, n_prompts)].ravel()
    world = World(
        p=[F(int(x)) for x in p],
        valid=p == 1,
        n_responses=[C] * n_prompts,
        mu=[F(int(m), int(mu.sum())) for m in mu],
    )
    return world, [F(int(w), int(row.sum())) for row in weights for w in row]


@pytest.mark.slow
def test_theorem_4_on_ten_thousand_random_rational_worlds():
    """No tolerance; somewhere the bound is positive, somewhere it is met with equality."""
    rng = np.random.default_rng(2025)
    results = [theorem_4(*random_choice_world(rng)) for _ in range(10_000)]
    assert min(r.slack for r in results) == 0
    assert max(r.bound for r in results) > F(1, 3)


@pytest.mark.parametrize("order", range(1, 11))
def test_corollary_2_every_order_too_short_errs_by_half(order):
    """opt(G) = 1/2 for n <= 8, so every such model errs >= 1/2; the context of n = 9 reaches."""
    world = pronoun_world()
    opt = opt_ngrams(world, PRONOUN_PROMPTS, BOTH, order)
    assert opt.value == (F(1, 2) if order <= 8 else 0)
    assert opt_ngrams_below(world, PRONOUN_PROMPTS, BOTH, order).value == opt.value
    assert factor(n_choices(world), exact=True) * opt.value == opt.value


@pytest.mark.parametrize("order", range(1, 11))
def test_fitted_models_err_exactly_half_until_they_reach_the_pronoun(order):
    """Maximum likelihood on equally many of both sentences: err = 1/2 exactly, then 0 exactly."""
    pairs = zip(PRONOUN_PROMPTS, PRONOUN_RESPONSES, strict=True)
    text = [[*prompt, *response] for prompt, response in pairs]
    vocabulary = Vocabulary.of(text)
    model = fit_maximum_likelihood(count_ngrams(vocabulary.encode(text), order), exact=True)
    p_hat = model.response_probabilities(
        vocabulary.encode(PRONOUN_PROMPTS, complete=False),
        vocabulary.encode([*PRONOUN_RESPONSES, *PRONOUN_RESPONSES]),
        [2, 2],
    )
    world = pronoun_world()
    if order == 1:  # a unigram model spreads mass over other word orders; compare the two answers
        assert p_hat[0] == p_hat[1] == p_hat[2] == p_hat[3]
        p_hat = p_hat / (2 * p_hat[0])
    result = theorem_3_bound(world, p_hat, opt_ngrams(world, PRONOUN_PROMPTS, BOTH, order))
    assert result.err == result.bound == (F(1, 2) if order <= 8 else 0)


@settings(max_examples=15)
@given(data=st.data(), order=st.integers(1, 3))
def test_opt_of_ngrams_lies_between_its_two_bounds(data, order):
    """View opt <= opt(G) <= fitted, on random worlds of words; the fitted one is another type."""
    words = st.lists(st.sampled_from("ab"), min_size=1, max_size=2)
    prompts = data.draw(st.lists(words, min_size=1, max_size=2))
    responses = [data.draw(st.lists(words, min_size=2, max_size=4)) for _ in prompts]
    p = [F(int(i == 0)) for answers in responses for i in range(len(answers))]
    sizes = [len(answers) for answers in responses]
    world = World(p=p, valid=[x == 1 for x in p], n_responses=sizes)
    below, opt = (
        search(world, prompts, responses, order) for search in (opt_ngrams_below, opt_ngrams)
    )
    assert below.value <= opt.value


def test_some_trigram_model_errs_more_and_none_less():
    """The corollary is about every trigram model: 200 random laws of her/his after "out of"."""
    world = pronoun_world()
    opt = opt_ngrams(world, PRONOUN_PROMPTS, BOTH, 3)
    for numerator in range(201):
        her = F(numerator, 200)
        assert theorem_3_bound(world, [her, 1 - her] * 2, opt).err == F(1, 2)
    skewed = pronoun_world(mu=[F(3, 4), F(1, 4)])
    assert generative_error(skewed, [F(0), F(1)] * 2) == F(3, 4)


def test_opt_of_ngrams_respects_what_a_model_can_do():
    """Falling weights are a real restriction: a longer copy of a wrong answer cannot be right."""
    prompts, responses = [["a"]], [[["b"], ["b", "b"]]]
    world = World(p=[F(0), F(1)], valid=[False, True])
    assert opt_ngrams(world, prompts, responses, 1).value == F(1, 2)
    table = [[c[((), "b")]] for c in response_pairs(prompts, responses, 1)]
    assert opt_linear(world, table).value == 0


TWO_VALID = World(p=[0.5, 0.5, 0], valid=[True, True, False])
UNEVEN = World(p=[1, 0, 1, 0, 0], valid=[True, False, True, False, False], n_responses=[2, 3])
JUNK = World(p=[1, 0, 0], valid=[True, False, False], nonsense=[False, False, True])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: opt_of_family(TWO_VALID, []), "family must be of at least one model"),
        (lambda: opt_of_view(TWO_VALID, [1, 2]), "view must be of length 3"),
        (lambda: theorem_4(TWO_VALID, TWO_VALID.p), r"\|V_c\| must be 1 at each prompt"),
        (
            lambda: theorem_3_bound(TWO_VALID, TWO_VALID.p, ExactOpt(0, 0, 0)),
            "got 2 at prompt 0; use theory.poor_models.opt_bound",
        ),
        (lambda: theorem_4(UNEVEN, UNEVEN.p), "the same at each prompt .* got 3 at prompt 1"),
        (lambda: theorem_4(JUNK, JUNK.p), "without nonsense"),
        (lambda: opt_linear(TWO_VALID, [[1], [2]]), r"features must be of shape \(3, d\)"),
        (lambda: opt_linear(TWO_VALID, [[1], [2], [np.nan]]), "features must be finite"),
        (lambda: opt_planar(TWO_VALID, [[1], [2], [3]]), r"of shape \(3, 2\)"),
        (
            lambda: opt_linear(World(p=[0.5, 0.5, 0, 0], valid=[1, 1, 0, 0]), XOR, max_rounds=1),
            "max_rounds must be large enough",
        ),
        (lambda: response_pairs([["a"]], [[["b"]]], 0), "order must be a whole number >= 1"),
        (lambda: response_pairs([["a"]], [], 2), "responses must be a list for each of 1"),
        (
            lambda: opt_ngrams(TWO_VALID, [["a"]], [[["b"]]], 2),
            r"responses must be as many as the world has, \[3\]",
        ),
    ],
)
def test_bad_input_is_said_in_one_sentence(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


XOR = [[0, 0], [1, 1], [0, 1], [1, 0]]


def test_theorem_3_needs_one_valid_answer():
    """With |V_c| = 2 the statement is false: 2 (1 - 1/3) opt(G) = 2/3 > err = 1/2."""
    world = World(p=[F(1, 2), F(1, 2), F(0)], valid=[True, True, False])
    q = [F(1, 2), F(0), F(1, 2)]
    opt = opt_of_family(world, [q])
    assert generative_error(world, q) == F(1, 2)
    assert factor(3, exact=True) * opt.value == F(2, 3)
