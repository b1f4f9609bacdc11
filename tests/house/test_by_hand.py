"""Small numbers worked by hand where the mutation check found that broad tests leave room."""

from fractions import Fraction

import numpy as np
import pytest

from notebooks.checks import ragged
from theory.arrays import as_numbers, as_whole_numbers, blocks, increasing
from theory.calibration import unweighted_cross_entropy
from theory.errors import InvalidInput, MissingExtra, require, require_integer, shown
from theory.facts import (
    LEMMA_1_TIGHTER_FACTOR,
    FactErrorFloor,
    FactSample,
    FactWorld,
    closed_lower,
    drop_term,
)
from theory.facts.missing_mass_bounds import COROLLARY_3_FACTOR
from theory.grading import (
    BINARY,
    TARGETS,
    WILDBENCH_LIKE,
    answers_at,
    expected_grades,
    penalty,
)
from theory.other_factors import gigo_bound
from theory.poor_models import opt_bound, opt_of_family, opt_of_view, theorem_4
from theory.reduction import World, least_slack, per_prompt_bound, theorem_1_bound
from theory.reduction.exact_lp import Program, objections
from theory.trade_off import abstaining_frontier, facts_prospect, kalai_vempala_bound, known_world

F = Fraction


def test_a_bound_names_its_sizes_and_threshold():
    """|V_c| = 1, 2 and |E_c| = 2, 3: k = 2, K = 2, threshold 1/2; X2 has 1/2 and 1/3."""
    bound = theorem_1_bound(*ragged())
    assert (bound.max_valid, bound.min_errors, bound.threshold) == (2, 2, F(1, 2))
    assert per_prompt_bound(*ragged()).threshold.tolist() == [F(1, 2), F(1, 3)]


def test_rounding_allowed_for_is_two_sums_and_the_size_ratio():
    """1e-9 each for p_hat and p, and k/K = 1 times 1e-9 for mu."""
    world, p_hat = ragged()
    bound = theorem_1_bound(world.to_float(), np.array(p_hat, dtype=float))
    assert bound.threshold == 0.5
    assert bound.tolerance == pytest.approx(3 * (1e-9 + 1e-12), rel=1e-12)  # one product


def test_gigo_by_hand():
    """A fifth of the data false: q = (4/5, 1/5, 0), K = 2, A = {truth}.

    p_eta = (4/5, 1/10, 1/10): delta_eta = 0, distance 1/10, 2 err_iiv = 0, err = 1/5.
    """
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    b = gigo_bound(world, [F(4, 5), F(1, 5), F(0)], F(1, 5))
    assert (b.err, b.err_iiv, b.delta, b.distance) == (F(1, 5), 0, 0, F(1, 10))
    assert (b.bound, b.learned_bound, b.slack) == (-F(7, 10), F(1, 10), F(1, 10))


def test_gigo_delta_is_taken_above_the_threshold():
    """With q = (3/4, 1/4, 0) only the truth is above 1/2: delta_eta = |3/4 - 4/5| = 1/20."""
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    b = gigo_bound(world, [F(3, 4), F(1, 4), F(0)], F(1, 5), [F(0), F(1, 2), F(1, 2)])
    assert (b.delta, b.distance) == (F(1, 20), F(3, 20))
    assert b.bound == 0 - F(1, 2) - F(1, 20) - F(1, 5)


def test_gigo_with_everything_at_the_threshold_has_delta_zero():
    """At q = (1/2, 1/2, 0) nothing is above 1/K = 1/2."""
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    assert gigo_bound(world, [F(1, 2), F(1, 2), F(0)], F(1, 5)).delta == 0


def test_opt_bound_by_hand():
    """Uniform guess of three: opt = 1/2, k/K = 1/2, delta = 0: 1 - 1/2 - 0; err = 2/3."""
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    uniform = [F(1, 3)] * 3
    b = opt_bound(world, uniform, opt_of_family(world, [uniform]))
    assert (b.opt, b.size_ratio, b.delta, b.bound, b.slack) == (
        F(1, 2),
        F(1, 2),
        0,
        F(1, 2),
        F(1, 6),
    )


def test_theorem_4_slack_by_hand():
    """err 3/4 against 2 (1 - 1/3)(1/2) = 2/3: slack 1/12."""
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    assert theorem_4(world, [F(1, 4), F(1, 2), F(1, 4)]).slack == F(1, 12)


def test_a_view_that_shows_nothing_has_opt_one_half():
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    assert opt_of_view(world, ["same"] * 3).value == F(1, 2)
    shown = opt_of_view(world, [0, 1, 1])
    assert (shown.value, shown.threshold, shown.member) == (0, 0, frozenset({0}))


def test_printed_loss_by_hand():
    """-ln(1/4) for each of two trained responses, whatever their p; zero mass is infinite."""
    world = World(p=[0.9, 0.1, 0, 0], valid=[True, True, False, False])
    assert unweighted_cross_entropy(world, [0.25] * 4) == pytest.approx(2 * np.log(4), rel=1e-15)
    assert unweighted_cross_entropy(world, [1.0, 0, 0, 0]) == float("inf")


def test_prospect_of_facts_by_hand():
    """R = 3, alpha = 1/2, unseen: each answer wrong with 2/3, E[1/|E_c|; error] = (2/3)/2."""
    world = FactWorld([0.5, 0.5], 3, 0.5)
    prospect = facts_prospect(FactSample.of_prompts(world, 2, [1, 0]))
    assert prospect.error.tolist()[:4] == [0, 1, 1, 0]
    assert prospect.iiv_error_weight.tolist()[:4] == [0, 0.5, 0.5, 0]
    third = 1 / 3
    np.testing.assert_allclose(prospect.error[4:], [2 * third] * 3 + [0], rtol=1e-15)
    np.testing.assert_allclose(prospect.iiv_error_weight[4:], [third] * 3 + [0], rtol=1e-15)
    known = known_world(World(p=[1, 0, 0], valid=[True, False, False]))
    assert known.iiv_error_weight.tolist() == [0, 0.5, 0.5]


def test_closed_frontier_wants_alpha_strictly_inside():
    """1/K and 1 - 1/K themselves (K = 4) are outside the formula's hypotheses."""
    for alpha in (F(1, 4), F(3, 4)):
        sample = FactSample.of_prompts(FactWorld([F(1)], 5, [alpha]), 1, [0])
        with pytest.raises(ValueError, match=r"alpha|answer_prob"):
            abstaining_frontier(sample, F(0))


def test_the_closed_bound_uses_the_number_of_responses():
    """K errors are K + 1 responses: R/(R-1) = 2 for K = 1."""
    term = drop_term(10**4, stretch=2.0)
    assert closed_lower(0.2, 10**4, min_errors=1).sampling_term == term


def test_constants_of_the_paper():
    assert LEMMA_1_TIGHTER_FACTOR == COROLLARY_3_FACTOR + 2**0.5
    assert TARGETS == (0, 0.5, 0.75, 0.9)
    assert (BINARY.correct, BINARY.abstain, BINARY.wrong) == (1, 0, 0)
    assert (WILDBENCH_LIKE.correct, WILDBENCH_LIKE.abstain, WILDBENCH_LIKE.wrong) == (9.5, 3.5, 5.5)


def test_at_the_target_a_calibrated_model_abstains():
    assert not answers_at(F(3, 4), F(3, 4))
    assert answers_at(F(3, 4) + F(1, 100), F(3, 4))


def test_sparsity_term_by_hand():
    """3 |F| / (gamma (|Y| - |F|)) = 3 * 2 / (1/2 * 10) = 6/5."""
    bound = kalai_vempala_bound(0.5, 0, n_samples=9, n_facts=2, n_possible=12, gamma=0.5)
    assert bound.sparsity_term == pytest.approx(1.2, rel=1e-15)


def test_a_floor_of_zero_is_vacuous():
    assert FactErrorFloor(
        singleton_rate=0.5, size_ratio=0.25, sampling_term=0.25, n_samples=1, gamma=0.5
    ).vacuous


def test_whole_answer_probabilities_of_an_exact_world():
    assert FactWorld([F(1, 2), F(1, 2)], 3, [0, 1]).answer_prob.tolist() == [0, 1]


def test_an_exact_belief_must_sum_to_one_exactly():
    with pytest.raises(ValueError, match="belief must be non-negative with sum 1"):
        expected_grades([F(1, 2), F(1, 4)], [[1], [1]])


def test_a_certificate_of_the_wrong_sign_is_refused():
    """A price of +1/2 on an inequality proves nothing, though all values agree."""
    nothing = Program([F(0)], [[F(0)]], [F(0)], [], [])
    assert objections(nothing, [F(0)], [F(1, 2)], []) == ["y <= 0"]
    assert objections(nothing, [F(-1)], [F(0)], []) == ["x >= 0"]


def test_least_slack_of_every_set_by_hand():
    """A valid response above costs its room 1/K, an error above its excess; V = 2, E = K = 3."""
    found = least_slack([2], [3]).by_set
    assert {counts[0]: value.infimum for counts, value in found.items()} == {
        (0, 0): 0,
        (0, 1): 0,
        (0, 2): F(1, 3),
        (1, 0): F(1, 3),
        (1, 1): F(1, 3),
        (2, 0): F(2, 3),
    }
    attained = {counts[0] for counts, value in found.items() if value.attained}
    assert attained == {(0, 0), (1, 0), (2, 0)}, "an error above is approached, never attained"


def test_a_target_of_100_is_told_what_it_means():
    with pytest.raises(ValueError, match="on a scale from 0 to 1 this is 1"):
        penalty(100)


def test_a_missing_package_names_its_extra():
    with pytest.raises(MissingExtra, match=r"^reading needs the package x-y; .*theory\[f\]"):
        require("x_y.part", "f", "reading")


def test_what_an_optional_package_lacks_keeps_its_own_error(tmp_path, monkeypatch):
    """``outer`` is there but needs ``inner``, which is not: no extra of ours brings that."""
    (tmp_path / "outer_package.py").write_text("import inner_package_that_is_missing")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="inner_package_that_is_missing"):
        require("outer_package", "f", "reading")


def test_large_whole_numbers_are_shown_by_their_size():
    """From 10^15 on, of either sign; floats as they are."""
    assert (shown(10**15), shown(-(10**15)), shown(10**400)) == ("1e+15", "-1e+15", "about 2^1329")
    assert (shown(10**15 - 1), shown(1e15), shown(0.5)) == (
        "999999999999999",
        "1000000000000000.0",
        "0.5",
    )
    with pytest.raises(InvalidInput, match=r"n must be at most 9, got 10\."):
        require_integer("n", 10, at_least=1, at_most=9)


def test_truth_values_and_words_are_no_numbers():
    for bad in ([True, 2], ["a", 2], [F(1, 2), 2]):
        with pytest.raises(InvalidInput, match="counts must be a vector of whole numbers"):
            as_whole_numbers("counts", np.array(bad, dtype=object))
    with pytest.raises(InvalidInput, match="x must be numbers, got 'a'"):
        as_numbers("x", np.array([F(1, 2), "a"], dtype=object))


def test_blocks_of_segments_by_hand():
    """Segments of 3, 7, 2, 8 rows in blocks that begin within 5 rows of each other."""
    assert list(blocks(np.array([0, 3, 10, 12]), 5)) == [slice(0, 2), slice(2, 4)]
    assert list(blocks(np.array([0, 10]), 5)) == [slice(0, 1), slice(1, 2)]
    assert list(blocks(np.array([0, 5]), 5)) == [slice(0, 1), slice(1, 2)]
    assert list(blocks(np.array([0, 1, 2]))) == [slice(0, 3)]


@pytest.mark.parametrize("values", [[0.5], [0.5, 0.25], [0.5, 0.25, 0.5]])
@pytest.mark.parametrize("first", [[], [0.125]])
def test_equal_values_stay_in_order_among_thousands(values, first):
    """As many as a fast sort may put into another order."""
    x = np.array(first + values * 3000)
    assert increasing(x).tolist() == sorted(range(len(x)), key=x.__getitem__)
