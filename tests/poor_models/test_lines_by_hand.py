"""Lines and hyperplanes by hand, where the mutation check found that broad tests leave room."""

from fractions import Fraction as F
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest

from theory.poor_models import opt_linear, opt_planar
from theory.poor_models.linear import (
    _cheapest_cover,
    _exact_separator,
    _gordan,
    _inseparable,
    _merged,
    _Points,
    _proposed,
    _proved,
    _separator,
    separator,
)
from theory.poor_models.planar import _best_direction, _best_part, _chunks, _directions, _sides
from theory.reduction import World, iiv_distribution


def points(phi, sign, weights=None, falling=False):
    """Points of the features phi with these labels."""
    phi, sign = np.array(phi, dtype=float), np.array(sign, dtype=float)
    weights = np.ones(len(sign)) if weights is None else np.array(weights)
    return _Points(phi, sign, weights, falling)


XOR = points([[0, 0], [4, 4], [0, 4], [4, 0]], [1, 1, -1, -1])
"""No line parts the diagonals of a square."""


def test_features_are_brought_into_the_unit_interval():
    """By powers of two above the largest size: 8 for -4, 1 for 0.75, 1 for a feature of zeros."""
    assert points([[-4, 0.75, 0], [3, 0.5, 0]], [1, -1]).scale.tolist() == [8, 1, 1]
    assert points([[1e307], [1e308]], [1, -1]).scale.tolist() == [2.0**1023]


def test_rows_are_features_and_one_with_the_sign():
    assert points([[4, 0.5]], [-1]).rows == [[F(-4), F(-1, 2), F(-1)]]


def test_examples_that_look_alike_are_one_point():
    """D of a world with three alike errors: their masses are added."""
    world = World(p=[F(1), F(0), F(0), F(0)], valid=[True, False, False, False])
    merged = _merged(world, np.array([[1.0], [2.0], [2.0], [3.0]]), False)
    assert merged.phi.tolist() == [[1], [2], [3]]
    assert merged.sign.tolist() == [1, -1, -1]
    assert merged.weights.tolist() == [F(1, 2), F(1, 3), F(1, 6)]


def test_the_widest_margin_on_a_line():
    """0 against 4, in units of 8: threshold 1/4 in the middle, weight 1/8 at most."""
    weights, threshold = separator(np.array([[0.0], [4.0]]), np.array([False, True]))
    assert (weights.tolist(), threshold) == ([0.125], pytest.approx(0.25))
    weights, threshold = separator(np.array([[0.0], [4.0]]), np.array([True, False]))
    assert (weights.tolist(), threshold) == ([-0.125], pytest.approx(-0.25))


def test_the_widest_margin_in_the_plane():
    """(3, 3) against (0, 0), in units of 4: both weights 1/4, threshold half of 3/2."""
    flat = points([[3, 3], [0, 0]], [1, -1])
    weights, threshold = _separator(flat, np.arange(2))
    assert weights.tolist() == [0.25, 0.25]
    assert threshold == pytest.approx(0.75)


def test_a_far_threshold():
    """(-1, -1) above and (-2, -2) below, in units of 4: between -1/2 and -1."""
    weights, threshold = _separator(points([[-1, -1], [-2, -2]], [1, -1]), np.arange(2))
    assert weights.tolist() == [0.25, 0.25]
    assert threshold == pytest.approx(-0.75)


def test_falling_weights_are_never_positive():
    """0 above 4 needs a falling weight; 4 above 0 has none."""
    down = points([[0], [4]], [1, -1], falling=True)
    weights, threshold = _separator(down, np.arange(2))
    assert weights.tolist() == [-0.125]
    assert threshold == pytest.approx(-0.25)
    assert _separator(points([[0], [4]], [-1, 1], falling=True), np.arange(2)) is None


def test_no_line_parts_the_square_and_three_corners_it_does():
    assert _separator(XOR, np.arange(4)) is None
    assert _separator(XOR, np.arange(3)) is not None


def test_the_square_is_proposed_and_proved():
    every = np.arange(4)
    assert sorted(_proposed(XOR, every)) == [0, 1, 2, 3]
    assert sorted(_proved(XOR, every)) == [0, 1, 2, 3]
    assert len(_proposed(XOR, np.arange(3))) == len(_proved(XOR, np.arange(3))) == 0
    assert len(_proposed(XOR, every[:0])) == 0


def test_cheap_points_are_proposed_first():
    """Two copies of the square on one line of thought: the cheap one is named."""
    phi = [[0], [1], [2], [10], [11], [12]]
    sign = [1, -1, 1, 1, -1, 1]
    dear_first = points(phi, sign, [9, 9, 9, 1, 1, 1])
    assert sorted(_proposed(dear_first, np.arange(6))) == [3, 4, 5]
    cheap_first = points(phi, sign, [1, 1, 1, 9, 9, 9])
    assert sorted(_proposed(cheap_first, np.arange(6))) == [0, 1, 2]


def test_falling_scores_that_would_have_to_rise():
    """4 above 0 with a falling weight: both points together prove that it cannot be."""
    rising = points([[0], [4]], [-1, 1], falling=True)
    assert sorted(_proposed(rising, np.arange(2))) == [0, 1]
    assert sorted(_proved(rising, np.arange(2))) == [0, 1]
    mended = points([[0], [4]], [1, -1], falling=True)
    assert len(_proposed(mended, np.arange(2))) == len(_proved(mended, np.arange(2))) == 0


def test_the_cheapest_cover_by_hand():
    """Subsets {0, 1} and {1, 2}: point 1 alone, or 0 and 2 if it is dear."""
    subsets = [np.array([0, 1]), np.array([1, 2])]
    line = [[0], [1], [2]]
    cheap = points(line, [1, -1, 1], [0.02, 0.03, 0.02])
    assert _cheapest_cover(cheap, subsets).tolist() == [False, True, False]
    dear = points(line, [1, -1, 1], [0.02, 0.05, 0.02])
    assert _cheapest_cover(dear, subsets).tolist() == [True, False, True]


def test_the_exact_separator_separates_where_floats_do_not():
    """Labels by the second feature; the first is 0 everywhere and has weight 0."""
    narrow = points([[0, 1], [0, 1 + 2.0**-40]], [-1, 1])
    weights, threshold = _exact_separator(narrow, np.arange(2))
    assert weights[0] == 0
    assert weights[1] > 0
    assert weights[1] < threshold < weights[1] * (1 + 2.0**-39)
    falling = points([[0, 1], [0, 1 + 2.0**-40]], [1, -1], falling=True)
    weights, threshold = _exact_separator(falling, np.arange(2))
    assert weights[0] == 0
    assert weights[1] < 0


def test_features_far_apart_in_size():
    """The issue's case: [0, 1, 0, 10^9] for two prompts is separable, opt = 0."""
    world = World(
        p=[0.0, 1.0, 0.0, 1.0],
        valid=[False, True, False, True],
        n_responses=[2, 2],
        mu=[0.5, 0.5],
    )
    assert opt_linear(world, [[0.0], [1.0], [0.0], [1e9]]).value == 0


def angles(directions):
    return (np.degrees(np.arctan2(directions[:, 1], directions[:, 0])) % 360).tolist()


def test_directions_lie_between_the_critical_ones():
    """Two points on a level: the critical ones are 0, 90, 180, 270 degrees. A triangle."""
    two = _directions(np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert angles(two) == pytest.approx([45, 135, 225, 315])
    three = _directions(np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 2.0], [0.0, 0.0]]))
    assert angles(three) == pytest.approx([22.5, 90, 157.5, 202.5, 270, 337.5])


def test_the_best_direction_by_hand():
    """An error at 0, valid at 1 and 2: rightwards the error is mended, leftwards nothing is."""
    phi, change = np.array([[0.0, 0], [1, 0], [2, 0]]), np.array([-0.5, 0.3, 0.2])
    right, left = np.array([[1.0, 0]]), np.array([[-1.0, 0]])
    assert _best_direction(phi, change, right)[0] == -0.5
    assert _best_direction(phi, change, left)[0] == 0
    least, w = _best_direction(phi, change, np.vstack([left, right]))
    assert (least, w.tolist()) == (-0.5, [1, 0])
    same = np.array([[1.0, 0], [1, 0], [2, 0]])
    assert _best_direction(same, np.array([-0.5, 0.4, 0.2]), right)[0] == pytest.approx(-0.1)
    assert _best_direction(same, np.array([0.5, 0.4, 0.2]), right)[0] == 0


def test_the_best_part_of_few_points():
    one = np.array([[1.0, 2.0]])
    assert _best_part(one, np.array([0.5])).tolist() == [True]
    assert _best_part(one, np.array([-0.5])).tolist() == [False]
    line = np.array([[0.0, 0], [1, 1], [2, 2], [3, 3]])
    assert _best_part(line, np.array([1, 1, -3, 1.0])).tolist() == [True, True, False, False]
    assert _best_part(line, np.array([-3, 1, 1, 0.5])).tolist() == [False, True, True, True]
    square = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    assert _best_part(square, np.array([1, -1, -1, 1.0])).sum() == 1
    assert _best_part(square, np.array([1, 1, 1, -9.0])).tolist() == [True, True, True, False]


def test_sides_of_a_line_that_floats_cannot_tell():
    """(1/3, 1/3) rounded is on the diagonal; a step of 2^-60 beside it is not."""
    points = np.array([[0.0, 0], [1, 1], [1 / 3, 1 / 3], [2.0**-10, 2.0**-10 + 2.0**-62]])
    found = _sides(points, np.array([0]), np.array([1]))
    assert found.tolist() == [[0, 0, 0, 1]]
    assert _sides(points, np.array([1]), np.array([0])).tolist() == [[0, 0, 0, -1]]


def test_a_planar_optimum_by_hand():
    """One valid point amid three errors on a line: a third of the errors' half is lost at least."""
    world = World(p=[F(1), F(0), F(0), F(0)], valid=[True, False, False, False])
    opt = opt_planar(world, [[1, 0], [0, 0], [2, 0], [3, 0]])
    assert opt.value == F(1, 6)


def test_cheap_points_are_cut_first_and_proved():
    """What is proposed is kept once it is proved: the cheap three of two inseparable triples."""
    phi, sign = [[0], [1], [2], [10], [11], [12]], [1, -1, 1, 1, -1, 1]
    dear_first = points(phi, sign, [9, 9, 9, 1, 1, 1])
    assert sorted(_inseparable(dear_first, np.arange(6))) == [3, 4, 5]


def test_only_the_points_that_a_proof_uses_are_named():
    """0 is both right and wrong; -1, which is right too, has no part in it."""
    twice = points([[0], [0], [-1]], [1, -1, 1])
    assert _proved(twice, np.arange(3)).tolist() == [0, 1]


def test_gordans_program_by_hand():
    """4 is right and 1 is wrong: weights of the two that balance feature and offset, sum 1.

    A feature of zeros balances itself. A falling direction needs no balance but one sign.
    """
    rows = [[F(4), F(-1)]], [[F(1), F(-1)], [F(1), F(1)]]
    free = _gordan(points([[4, 0], [1, 0]], [1, -1]), np.arange(2))
    assert (free.c, free.G, free.h) == ([0, 0], [], [])
    assert (free.F, free.g) == ([*rows[0], *rows[1]], [0, 0, 1])
    falling = _gordan(points([[4, 0], [1, 0]], [1, -1], falling=True), np.arange(2))
    assert (falling.c, falling.G, falling.h) == ([0, 0], [[F(-4), F(1)]], [0])
    assert (falling.F, falling.g) == (rows[1], [0, 1])


def test_features_far_below_the_solvers_tolerance_are_parted():
    tiny = points([[0], [1e-12]], [-1, 1])
    assert len(_proposed(tiny, np.arange(2))) == 0


def test_a_falling_score_of_two_features_that_would_have_to_rise():
    """(1, 1) above (0, 0) needs a rising weight; so does a third point below both."""
    rising = points([[0, 0], [1, 1], [2, 2]], [-1, 1, -1], falling=True)
    assert sorted(_proposed(rising, np.arange(2))) == [0, 1]


def test_a_feature_that_ought_to_rise_has_no_falling_weight():
    """(0, 1) above (4, 0): the first weight does it alone."""
    down = points([[0, 1], [4, 0]], [1, -1], falling=True)
    weights, _ = _separator(down, np.arange(2))
    assert weights.tolist() == [-0.125, 0]


@pytest.mark.parametrize("unit", [1.0, 1e-9])
def test_the_cheapest_cover_of_masses_however_small(unit):
    """{0, 1}, {1, 2} and {2, 3} at 6, 4, 2 and 1: points 1 and 3.

    Without units HiGHS would take any cover of masses of 1e-9: its gap is absolute. A dear point
    in none of the subsets changes nothing.
    """
    places, subsets = [[0], [1], [2], [3], [4]], [np.array([i, i + 1]) for i in range(3)]
    masses = np.array([6, 4, 2, 1, 1 / unit]) * unit
    lost = _cheapest_cover(points(places, [1] * 5, masses), subsets)
    assert lost.tolist() == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("x", "proved_at_least"),
    [([0.0, 1, 1, 0], 5.0), ([1.0, 0, 0, 0], 5 - 6.5e-6), ([0.0, 0, 1, 0], 2.0)],
)
def test_a_cover_that_is_not_proved_cheapest_is_refused(x, proved_at_least, monkeypatch):
    """6 for 2 + 4 of 5 is too dear, or 5 with a gap above 6e-6, or {0, 1} is left whole."""
    dear = points([[0], [1], [2], [3]], [1] * 4, [5, 4, 2, 1])
    subsets = [np.array([0, 1]), np.array([0, 2])]
    found = SimpleNamespace(x=np.array(x), mip_dual_bound=proved_at_least)
    asked = Mock(return_value=found)
    monkeypatch.setattr("scipy.optimize.milp", asked)
    with pytest.raises(ArithmeticError, match="did not prove"):
        _cheapest_cover(dear, subsets)
    found.x, found.mip_dual_bound = np.array([1 - 1e-7, 1e-7, 0, 0]), 5 - 5.5e-6
    assert _cheapest_cover(dear, subsets).tolist() == [True, False, False, False]
    bounds = asked.call_args.kwargs["bounds"]
    assert (bounds.lb, bounds.ub) == (0, 1)


def test_the_exact_separator_in_three_dimensions():
    """Each feature parts one point from the origin: all three weights are needed."""
    corner = points([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], [-1, 1, 1, 1])
    weights, threshold = _exact_separator(corner, np.arange(4))
    assert (corner.phi @ weights > threshold).tolist() == [False, True, True, True]


def test_one_direction_that_is_no_mirror_image():
    """Across (2, 1) lies 90 + 26.57 degrees: halfway from there to 0 and to 180 degrees."""
    across = 90 + np.degrees(np.arctan2(1, 2))
    found = angles(_directions(np.array([[0.0, 0.0], [2.0, 1.0]])))
    halves = [across / 2, (across + 180) / 2]
    assert found == pytest.approx([*halves, *(half + 180 for half in halves)])


def test_chunks_hold_as_many_numbers_as_fit(monkeypatch):
    """10 rows of 3 numbers, 10 at a time: one chunk more than 30/10."""
    monkeypatch.setattr("theory.poor_models.planar.CHUNK", 10)
    assert [len(rows) for rows in _chunks(np.arange(10), 3)] == [3, 3, 2, 2]
    assert [len(rows) for rows in _chunks(np.arange(3), 3)] == [3]


PLACES = np.random.default_rng(14).integers(-3, 4, (12, 2))


@pytest.mark.parametrize("chunk", [20, 300])
@pytest.mark.parametrize("exact", [False, True])
def test_a_planar_optimum_in_several_chunks(exact, chunk, monkeypatch):
    """The same line, of unit length, whose misses weigh what it says; the integer program agrees.

    Twelve places with repetitions, collinear ones among them.
    """
    valid = [True, False, False] * 4
    world = World(p=[F(int(v)) for v in valid], valid=valid, n_responses=[3] * 4)
    world = world if exact else world.to_float()
    whole = opt_planar(world, PLACES)
    monkeypatch.setattr("theory.poor_models.planar.CHUNK", chunk)
    found = opt_planar(world, PLACES)
    assert found.member.tolist() == whole.member.tolist()
    assert np.hypot(*found.member) == pytest.approx(1)
    says = PLACES @ found.member > found.threshold
    assert found.value == pytest.approx(iiv_distribution(world)[says != world.valid].sum())
    assert found.value == pytest.approx(opt_linear(world, PLACES).value)


def test_a_line_that_nothing_parts_lies_one_below_the_lowest(monkeypatch):
    """Right and wrong at the same two places, ten apart: half is lost wherever the line lies."""
    world = World(p=[F(1, 2), F(1, 2), F(0), F(0)], valid=[True, True, False, False])
    monkeypatch.setattr("theory.poor_models.planar.MISSED", 0)
    opt = opt_planar(world, [[0, 0], [10, 0], [0, 0], [10, 0]])
    assert (opt.value, opt.threshold) == (F(1, 2), -1)
    assert opt.member.tolist() == pytest.approx([0.5**0.5, 0.5**0.5])


def test_of_equally_good_parts_everything_or_nothing_is_taken():
    """Gains 1, -1, 1 on a line add up to 1, as either end does alone."""
    line = np.array([[0.0, 0], [1, 1], [2, 2]])
    assert _best_part(line, np.array([1, -1, 1.0])).tolist() == [True] * 3


M = 2**53 // 3
"""Whole numbers up to 3 M are floats; differences of two of them are not."""


@pytest.mark.parametrize(("unit", "third"), [(1.0, 1), (2.0**-566, M - 11)])
def test_sides_where_differences_are_rounded(unit, third):
    """-M, M and k times (3, 1) lie on a line, though products of rounded differences differ.

    In units of 2^-566 the products are so small that they are rounded to multiples of 2^-1074.
    """
    places = np.array([[-3.0 * M, -M], [3.0 * M, M], [3.0 * third, third]]) * unit
    assert _sides(places, np.array([0]), np.array([1])).tolist() == [[0, 0, 0]]


def test_sides_where_differences_overflow():
    """From -1e308 to 1e308, rising by 1e-298: at 0 the line is at 5e-299, above 1e-300."""
    places = np.array([[-1e308, 0], [1e308, 1e-298], [0, 1e-300]])
    assert _sides(places, np.array([0]), np.array([1])).tolist() == [[0, 0, -1]]


def test_an_optimum_among_places_as_far_apart_as_floats_can_be():
    """A line parts answers from errors, and no sum that overflows is in the way."""
    world = World(p=[1.0, 0, 1, 0], valid=[True, False] * 2, n_responses=[2, 2])
    places = [[-1e308, 1e308], [1e308, 1e-298], [-1e308, 1e-300], [1.7e308, 1.7e308]]
    assert opt_planar(world, places).value == opt_linear(world, places).value == 0
