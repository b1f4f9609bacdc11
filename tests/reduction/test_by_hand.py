"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

from fractions import Fraction as F

import numpy as np
import pytest

from theory.errors import InvalidInput
from theory.intervals import proportion
from theory.reduction import (
    World,
    abstain,
    estimate_delta,
    estimate_error,
    estimate_iiv_error,
    estimate_reduction,
    iiv_error,
    regurgitate,
    split_at,
    temper,
    theorem_1_bound,
)
from theory.reduction.attained import (
    _inside,
    _program,
    _sets,
    _spread,
    _thresholds,
    _world_of_sizes,
)
from theory.reduction.exact_lp import Program, _proposal, dot, objections, solve_exactly
from theory.reduction.simplex import simplex
from theory.reduction.world import expectation

TRAINING = [True] * 6 + [False] * 4
GENERATED = [True] * 9 + [False] * 1
ERRORS = [True] * 1 + [False] * 9
TWO = World(
    p=[F(1), F(0), F(0), F(1, 2), F(1, 2), F(0), F(0)],
    valid=[True, False, False, True, True, False, False],
    n_responses=[3, 4],
    mu=[F(1, 4), F(3, 4)],
)
"""Two prompts of different size, asked with different frequency."""


def ends(count, level):
    """Both ends of one share, at the level that each of two shares gets."""
    e = proportion(count, 10, confidence_level=1 - (1 - level) / 2)
    return e.low, e.high


def test_delta_of_two_samples_by_hand():
    """0.9 of the generations and 0.6 of the training examples lie above."""
    e = estimate_delta(TRAINING, GENERATED, confidence_level=0.9)
    (p_low, p_high), (q_low, q_high) = ends(6, 0.9), ends(9, 0.9)
    assert e.value == pytest.approx(0.3)
    assert e.low == pytest.approx(max(0, q_low - p_high))
    assert e.high == pytest.approx(q_high - p_low)
    other = estimate_delta(GENERATED, TRAINING, confidence_level=0.9)
    assert (other.value, other.low, other.high) == (e.value, e.low, e.high)
    surely = estimate_delta([False] * 50, [True] * 50)
    assert 0 < surely.low < surely.value == 1


def test_is_it_valid_error_of_two_samples_by_hand():
    """Half the training examples below, and half the errors above: (0.4 + 0.1)/2."""
    e = estimate_iiv_error(TRAINING, ERRORS, confidence_level=0.9)
    (p_low, p_high), (e_low, e_high) = ends(6, 0.9), ends(1, 0.9)
    assert e.value == pytest.approx(0.25)
    assert e.low == pytest.approx((1 - p_high + e_low) / 2)
    assert e.high == pytest.approx((1 - p_low + e_high) / 2)


def test_a_floor_of_the_reduction_by_hand():
    """2 err_iiv at its least, delta at its most, each with half of the allowance."""
    told = estimate_reduction(
        training_above=TRAINING,
        generated_above=GENERATED,
        error_above=ERRORS,
        generated_valid=[True] * 7 + [False] * 3,
        size_ratio=0.125,
        confidence_level=0.9,
    )
    each = 0.95
    least = estimate_iiv_error(TRAINING, ERRORS, confidence_level=each).low
    most = estimate_delta(TRAINING, GENERATED, confidence_level=each).high
    assert told.floor == pytest.approx(2 * least - 0.125 - most)
    assert told.bound == pytest.approx(2 * 0.25 - 0.125 - 0.3)
    assert told.err.value == pytest.approx(0.3)
    assert told.floor < 2 * told.err_iiv.low - 0.125 - told.delta.high


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: estimate_delta([True], [True], confidence_level=1), "confidence_level must be in"),
        (lambda: estimate_delta([1], [1], confidence_level=-0.5), r"in \(0, 1\), got -0.5"),
        (lambda: estimate_error([True], confidence_level=0), "confidence_level must be in"),
        (lambda: World(TWO.p, TWO.valid, np.zeros(0, dtype=int)), "n_responses must be non-empty"),
        (
            lambda: estimate_reduction(
                training_above=[1],
                generated_above=[1],
                error_above=[1],
                generated_valid=[1],
                size_ratio=0,
            ),
            "size_ratio must be > 0",
        ),
        (lambda: abstain(TWO, TWO.p, [False] * 7, 2), "share must be in"),
        (lambda: abstain(TWO, TWO.p, [False] * 6, 1), "idk must be a mask"),
        (lambda: abstain(TWO, TWO.p, [True, True, *[False] * 5], 1), "one row per prompt"),
        (lambda: temper(TWO, TWO.p, 0), "temperature must be a positive"),
        (lambda: temper(TWO, TWO.p, np.inf), "temperature must be a positive"),
        (lambda: regurgitate(TWO, TWO.p, TWO.p, -1), "share must be in"),
    ],
)
def test_out_of_range_is_refused(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


def test_abstaining_moves_a_share_to_idk_where_there_is_one():
    """The second prompt has no IDK row and is left alone."""
    q = [F(1, 2), F(1, 4), F(1, 4), F(1, 4), F(1, 4), F(1, 4), F(1, 4)]
    idk = [True, *[False] * 6]
    moved = abstain(TWO, q, idk, F(1, 2)).tolist()
    assert moved == [F(3, 4), F(1, 8), F(1, 8), F(1, 4), F(1, 4), F(1, 4), F(1, 4)]
    assert abstain(TWO, q, idk, F(0)).tolist() == q


def test_a_temperature_by_hand():
    """Square roots at T = 2, squares at T = 1/2, and no overflow where T is tiny."""
    q = [0.64, 0.36, 0.0, 1.0, 0.0, 0.0, 0.0]
    assert temper(TWO.to_float(), q, 2).tolist() == pytest.approx(
        [0.8 / 1.4, 0.6 / 1.4, 0, 1, 0, 0, 0]
    )
    squares = [0.64**2, 0.36**2]
    assert temper(TWO.to_float(), q, 0.5)[:2] == pytest.approx(np.array(squares) / sum(squares))
    assert temper(TWO.to_float(), q, 1e-300).tolist() == [1, 0, 0, 1, 0, 0, 0]


def test_regurgitating_mixes_by_hand():
    q = [F(1, 2), F(1, 2), F(0), F(1, 4), F(1, 4), F(1, 4), F(1, 4)]
    memory = [F(0), F(1), F(0), F(1), F(0), F(0), F(0)]
    mixed = regurgitate(TWO, q, memory, F(1, 3)).tolist()
    assert mixed == [F(1, 3), F(2, 3), F(0), F(1, 2), F(1, 6), F(1, 6), F(1, 6)]


def test_an_expectation_weighs_prompts_by_mu():
    assert expectation(TWO, np.array([F(1), F(0)])) == F(1, 4)
    assert expectation(TWO, np.array([F(2), F(4)])) == F(7, 2)


def test_thresholds_of_each_prompt_are_taken_in_order():
    """At the first prompt nothing lies above 1, at the second all lies above 0."""
    q = [F(1, 2), F(1, 2), F(0), F(1, 4), F(1, 4), F(1, 4), F(1, 4)]
    split = split_at(TWO, q, [F(1), F(0)])
    assert split.p_above.tolist() == [0, 1]
    assert [int(x) for x in split.n_errors_above] == [0, 2]
    # D errs on all of V at the first prompt and on all of E at the second.
    assert iiv_error(TWO, q, [F(1), F(0)]) == F(1, 2) * F(1, 4) + F(1, 2) * F(3, 4)


def test_a_split_of_some_prompts_is_the_split_of_their_world():
    """Masses stay, weights are scaled to 1: exactly, for every pair out of three prompts."""
    q = [F(1, 2), F(1, 2), F(1, 4), F(3, 4), F(1, 3), F(1, 3), F(1, 3)]
    p, valid = [F(1), F(0), F(1), F(0), F(0), F(1), F(0)], [1, 0, 1, 0, 0, 1, 0]
    mu, sizes = np.array([F(1, 6), F(1, 3), F(1, 2)]), np.array([2, 2, 3])
    split = split_at(World(p, valid, sizes, mu), q, F(3, 10))
    for left_out in range(3):
        kept = np.arange(3) != left_out
        rows = np.repeat(kept, sizes)
        world = World(
            [x for x, y in zip(p, rows, strict=True) if y],
            np.array(valid)[rows],
            sizes[kept],
            mu[kept] / mu[kept].sum(),
        )
        alone = split_at(world, [x for x, y in zip(q, rows, strict=True) if y], F(3, 10))
        part = split.of(kept)
        for name, values in vars(alone).items():
            assert np.array_equal(getattr(part, name), values), name


TWO_SIZES = _world_of_sizes([2, 1], [3, 3], [F(1, 4), F(3, 4)])
"""Two prompts with 2 and 1 valid responses among 3 errors, asked with different frequency."""
KINDS = ["va", "vb", "ea", "eb", "pa", "pb"]
VARIABLES = [*KINDS, *(f"{kind}2" for kind in KINDS), "delta"]
"""Valid or errors, above or below, and p; the second prompt's have a 2."""


def row(**terms):
    """One row of the program, by the names of its variables."""
    return [F(terms.get(name, 0)) for name in VARIABLES]


@pytest.mark.parametrize(("per_prompt", "size_ratio"), [(False, F(2, 3)), (True, F(5, 12))])
def test_the_program_of_the_least_slack_by_hand(per_prompt, size_ratio):
    """An error above at the first prompt, the valid response at the second; thresholds 1/3.

    slack = err - 2 err_iiv + size ratio + delta, 2 err_iiv = p_below + (errors above)/3.
    """
    counts = ((0, 1), (1, 0))
    program = _program(TWO_SIZES, _thresholds(TWO_SIZES, per_prompt), counts, per_prompt)
    a, b = F(1, 4), F(3, 4)
    rest = size_ratio - a / 3
    sums = [row(va=1, vb=1, ea=1, eb=1), row(pa=1, pb=1)]
    sums += [row(va2=1, vb2=1, ea2=1, eb2=1), row(pa2=1, pb2=1)]
    assert (program.F, program.g) == (sums, [1] * 4)
    first = row(va=rest, vb=rest, ea=a + rest, eb=a + rest, pb=-a)
    second = row(ea2=b, eb2=b, pb2=-b, delta=1)
    assert program.c == [x + y for x, y in zip(first, second, strict=True)]
    limits = [
        (row(va=-1), 0),
        (row(va=1), 0),
        (row(vb=1), F(2, 3)),
        (row(ea=-1), -F(1, 3)),
        (row(ea=1), 1),
        (row(eb=1), F(2, 3)),
        (row(pa=1), 0),
        (row(pb=1), 1),
        (row(va2=-1), -F(1, 3)),
        (row(va2=1), 1),
        (row(vb2=1), 0),
        (row(ea2=-1), 0),
        (row(ea2=1), 0),
        (row(eb2=1), 1),
        (row(pa2=1), 1),
        (row(pb2=1), 0),
        (row(va=a, ea=a, pa=-a, va2=b, ea2=b, pa2=-b, delta=-1), 0),
        (row(va=-a, ea=-a, pa=a, va2=-b, ea2=-b, pa2=b, delta=-1), 0),
    ]
    assert list(zip(program.G, program.h, strict=True)) == limits


def test_as_many_lie_above_as_exist_and_fit():
    """One valid response and three errors, of which fewer than 3 fit above 1/3."""
    blank = _world_of_sizes([1], [3], None)
    found = [counts for (counts,) in _sets(blank, _thresholds(blank, False))]
    assert found == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]


def test_an_infimum_that_a_model_attains_comes_with_it():
    """The valid response above 1/2: slack 1/2, also strictly inside; an error above: only at it."""
    blank = _world_of_sizes([1], [2], None)
    z = _thresholds(blank, False)
    for counts, attained in ((((1, 0),), True), (((0, 1),), False)):
        program = _program(blank, z, counts, False)
        found = solve_exactly(program)
        inside, x = _inside(counts, program, found)
        assert inside == attained
        assert dot(program.c, x) == found[0]
        assert [dot(r, x) for r in program.F] == program.g
        assert all(dot(r, x) <= most for r, most in zip(program.G, program.h, strict=True))
        assert (x[0 if attained else 2] > z[0]) == attained


def test_masses_are_spread_evenly_among_responses_of_one_kind():
    """2 valid and 3 wrong responses, one of each above."""
    blank = _world_of_sizes([2], [3], None)
    masses = [F(1, 2), F(1, 8), F(1, 4), F(1, 8), F(1, 3), F(2, 3), F(0)]
    world, q = _spread(blank, ((1, 1),), masses)
    assert world.p.tolist() == [F(1, 3), F(2, 3), 0, 0, 0]
    assert q.tolist() == [F(1, 2), F(1, 8), F(1, 4), F(1, 16), F(1, 16)]


def test_the_simplex_method_by_hand():
    """x + y = 3, x - y = 1; 2 x = 1/2; a row that says nothing; one that says the same twice."""
    two = simplex([F(1), F(3)], [[F(1), F(1)], [F(1), F(-1)]], [F(3), F(1)])
    assert two == ([2, 1], [2, -1])
    assert simplex([F(1)], [[F(2)]], [F(1, 2)]) == ([F(1, 4)], [F(1, 2)])
    nothing = simplex([F(1), F(1)], [[F(0), F(0)], [F(1), F(1)]], [F(0), F(1)])
    assert nothing == ([1, 0], [0, 1])
    assert simplex([F(1)], [[F(1)], [F(2)]], [F(1), F(2)]) == ([1], [1, 0])


def test_the_simplex_method_proves_that_nothing_is_feasible():
    """-x = 1 times 1; x = 2 less x = 1; 0 = 0 added to the first changes nothing."""
    assert simplex([F(1)], [[F(-1)]], [F(1)]) == (None, [1])
    assert simplex([F(1)], [[F(1)], [F(1)]], [F(1), F(2)]) == (None, [-1, 1])
    assert simplex([F(1)], [[F(0)], [F(-1)]], [F(0), F(1)]) == (None, [1, 1])


def test_an_artificial_column_at_zero_leaves_before_costs_are_looked_at():
    """-x = 0: the least -x is 0, and not without limit."""
    assert simplex([F(-1)], [[F(-1)]], [F(0)]) == ([0], [1])


def test_what_the_solver_proposes_is_rounded_to_the_fraction_it_stands_for():
    """997 x >= 1."""
    program = Program([F(1)], [[F(-997)]], [F(-1)], [], [])
    assert _proposal(program) == ([F(1, 997)], [F(-1, 997)], [])


def test_objections_look_at_every_number():
    """x + y = 0 with y = -1, and x + y = 1 at the price of the dearer."""
    level = Program([F(1), F(1)], [], [], [[F(1), F(1)]], [F(0)])
    assert objections(level, [F(1), F(-1)], [], [F(1)]) == ["x >= 0"]
    dear = Program([F(1), F(3)], [], [], [[F(1), F(1)]], [F(1)])
    assert objections(dear, [F(0), F(1)], [], [F(3)]) == ["reduced costs >= 0"]
    assert objections(dear, [F(1), F(0)], [], [F(1)]) == []


def test_whole_thresholds_of_an_exact_world_are_taken_in_order():
    q = [F(1, 2), F(1, 2), F(0), F(1, 4), F(1, 4), F(1, 4), F(1, 4)]
    split = split_at(TWO, q, [1, 0])
    assert split.threshold.tolist() == [1, 0]
    assert split.p_above.tolist() == [0, 1]
    assert split.tolerance == 0


def test_sums_that_are_exactly_one_still_have_roundings():
    """(0 + 1e-12) (2 + k/K) with k/K = 1/2."""
    world = World(p=[1.0, 0.0, 0.0], valid=[True, False, False], tolerance=0)
    found = theorem_1_bound(world, [0.5, 0.25, 0.25])
    assert found.tolerance == pytest.approx(2.5e-12, rel=1e-12, abs=0)
    assert found.holds
