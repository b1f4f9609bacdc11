"""Which bounds are attained and by how much the others miss (extension X8)."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InvalidInput
from theory.reduction import (
    World,
    best_bound,
    best_size_ratio,
    corollary_1_bound,
    least_slack,
    per_prompt_bound,
    theorem_1_bound,
)
from theory.reduction.exact_lp import Program, dot, in_fractions, objections, solve_exactly
from theory.testing import assert_tight
from theory.testing.strategies import models, worlds

F = Fraction
PROFILES = [
    ([1], [2], None),
    ([2], [5], None),
    ([3], [2], None),
    ([1, 2], [2, 3], None),
    ([2, 2], [2, 3], [F(1, 5), F(4, 5)]),
    ([3, 1], [2, 4], [F(1, 3), F(2, 3)]),
    ([1, 1, 2], [1, 2, 2], None),
]


@pytest.mark.parametrize("per_prompt", [False, True])
@pytest.mark.parametrize(("n_valid", "n_errors", "mu"), PROFILES)
def test_least_slack_is_what_the_best_small_term_saves(n_valid, n_errors, mu, per_prompt):
    """Over all p and q: min slack = size ratio - sum mu min(1, |V_c|/K), attained, exactly."""
    found = least_slack(n_valid, n_errors, mu, per_prompt=per_prompt)
    bound = (per_prompt_bound if per_prompt else theorem_1_bound)(found.world, found.p_hat)
    assert found.attained
    assert found.slack == bound.slack
    assert found.slack == bound.size_ratio - best_size_ratio(found.world, per_prompt=per_prompt)
    assert best_bound(found.world, found.p_hat, per_prompt=per_prompt).slack == 0


@pytest.mark.parametrize(("V", "E"), [(v, e) for v in (1, 2, 3) for e in (1, 2, 3, 4)])
def test_corollary_1_is_attained_iff_V_is_at_most_E(V, E):
    """Otherwise it misses by V/E - 1."""
    found = least_slack([V], [E])
    assert found.slack == max(F(0), F(V, E) - 1)
    assert corollary_1_bound(found.world, found.p_hat).slack == found.slack
    if V <= E:
        assert_tight(found.world, found.p_hat)


def test_theorem_1_is_attained_for_equal_V_though_E_differ():
    found = least_slack([2, 2], [2, 4])
    assert_tight(found.world, found.p_hat)


@given(data=st.data())
@settings(max_examples=15)
def test_no_world_and_model_fall_below_the_least_slack(data):
    """The program is over all p and q: random ones with the same sizes never do better."""
    world = data.draw(worlds(max_prompts=2, max_responses=4))
    p_hat = data.draw(models(world))
    for per_prompt, bound in ((False, theorem_1_bound), (True, per_prompt_bound)):
        floor = least_slack(world.n_valid, world.n_errors, world.mu, per_prompt=per_prompt)
        assert bound(world, p_hat).slack >= floor.slack


@given(data=st.data())
@settings(max_examples=50)
def test_x8_holds_and_is_never_below_theorem_1(data):
    """X8: err >= 2 err_iiv - sum mu min(1, |V_c|/K) - delta; terms >= 0 that sum to the slack."""
    world = data.draw(worlds(nonsense=True))
    p_hat = data.draw(models(world))
    for per_prompt, loose in ((False, theorem_1_bound), (True, per_prompt_bound)):
        best = best_bound(world, p_hat, per_prompt=per_prompt)
        terms = best.slack_terms
        assert best.holds
        assert best.bound >= loose(world, p_hat).bound
        assert min(terms.overshoot, terms.unused_room, terms.ragged, terms.sign) >= 0
        assert terms.total == best.slack


def test_each_above_set_has_its_own_least_slack():
    """An error above 1/K = 1/|E_c| costs only its excess: approached, not attained (strictness).

    A valid response above costs its room 1/K, and that is attained.
    """
    found = least_slack([1], [2])
    assert found.by_set == {
        ((0, 0),): (0, True),
        ((0, 1),): (0, False),
        ((1, 0),): (F(1, 2), True),
    }


@pytest.mark.parametrize("excess", [F(1, 10), F(1, 10**6)])
def test_the_infimum_of_the_error_above_is_approached(excess):
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    p_hat = [F(1, 2) - excess, F(1, 2) + excess, F(0)]
    assert theorem_1_bound(world, p_hat).slack == 2 * excess


def test_a_proposal_that_is_not_optimal_is_not_returned(monkeypatch):
    """The solver is not trusted: too coarse a rounding is caught, and rationals decide."""
    import theory.reduction.exact_lp

    monkeypatch.setattr(theory.reduction.exact_lp, "MAX_DENOMINATOR", 1)
    third = Program([F(1)], [[F(-3)]], [F(-1)], [], [])
    assert objections(third, [F(0)], [F(0)], []) == ["G x <= h"]
    assert objections(third, [F(1)], [F(0)], []) == ["equal values"]
    assert objections(third, [F(1, 3)], [F(-1, 3)], []) == []
    assert solve_exactly(third) == (F(1, 3), [F(1, 3)])


def test_a_program_feasible_only_within_the_solvers_tolerance_is_infeasible():
    """x <= 0 and x >= 10^-12: HiGHS finds x = 0 feasible."""
    narrow = Program([F(1)], [[F(1)], [F(-1)]], [F(0), F(-1, 10**12)], [], [])
    assert solve_exactly(narrow) is None


small = st.integers(-3, 3).map(F)


@settings(max_examples=60)
@given(st.data())
def test_rationals_and_the_solver_agree_and_every_answer_is_proved(data):
    """Optimal with equal dual value, or infeasible with Farkas's multipliers, exactly."""
    n, m, k = (data.draw(st.integers(a, b)) for a, b in ((1, 4), (0, 3), (0, 2)))
    draw = [[data.draw(st.lists(small, min_size=n, max_size=n)) for _ in range(r)] for r in (m, k)]
    right = [data.draw(st.lists(small, min_size=r, max_size=r)) for r in (m, k)]
    cost = [abs(v) for v in data.draw(st.lists(small, min_size=n, max_size=n))]
    program = Program(cost, draw[0], right[0], draw[1], right[1])
    x, y_G, y_F = in_fractions(program)
    found = solve_exactly(program)
    if x is None:
        assert found is None
        assert all(y <= 0 for y in y_G)
        columns = zip(*program.G, *program.F, strict=True) if m + k else [()] * n
        assert all(dot(column, [*y_G, *y_F]) <= 0 for column in columns)
        assert dot(program.h, y_G) + dot(program.g, y_F) > 0
    else:
        assert objections(program, x, y_G, y_F) == []
        assert found[0] == dot(program.c, x)


def test_a_program_without_a_least_value_is_said():
    with pytest.raises(ArithmeticError, match="no least value"):
        solve_exactly(Program([F(-1)], [], [], [], []))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1]), "n_valid and n_errors must be equally long"),
        (([], []), "n_valid and n_errors must be equally long"),
        (([0], [1]), "n_valid and n_errors must be >= 1, got 0"),
        (([1], [2], [F(1, 2)]), "sum of mu must be 1"),
    ],
)
def test_bad_sizes(arguments, message):
    with pytest.raises(InvalidInput, match=message):
        least_slack(*arguments)


def test_best_bound_in_float():
    world = World(p=[1, 0, 0, 0], valid=[True, True, True, False])
    best = best_bound(world, [0.25, 0.25, 0.25, 0.25])
    assert best.size_ratio == 1.0
    assert best.bound == pytest.approx(0.0, abs=1e-15)  # sums of four exact quarters
