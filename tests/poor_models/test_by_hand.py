"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

from fractions import Fraction as F

import numpy as np
import pytest

from theory.poor_models import (
    Vocabulary,
    count_ngrams,
    fit_kneser_ney,
    fit_maximum_likelihood,
    opt_linear,
    opt_planar,
    theorem_4,
)
from theory.poor_models.error_curve import threshold_curve
from theory.poor_models.linear import (
    _cheapest_cover,
    _exact_separator,
    _merged,
    _Points,
    _proposed,
    _proved,
    _separator,
    separator,
)
from theory.poor_models.planar import _best_direction, _best_part, _directions, _sides
from theory.reduction import World


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


def test_rounding_that_theorem_4_allows_for():
    """Twice (1e-9 + 1e-12): once for p_hat, once for p; nothing in Fractions."""
    exact = World(p=[F(1), F(0)], valid=[True, False])
    assert theorem_4(exact, [F(3, 4), F(1, 4)]).tolerance == 0
    allowed = theorem_4(exact.to_float(), [0.75, 0.25]).tolerance
    assert allowed == pytest.approx(2 * (1e-9 + 1e-12), rel=1e-9)


def test_a_curve_that_begins_above_several_scores():
    """D = (1/2, 1/6, 1/6, 1/6): at 0 all four scores but the last are lost, two of them errors."""
    world = World(p=[F(1), F(0), F(0), F(0)], valid=[True, False, False, False])
    curve = threshold_curve(world, np.array([F(-3), F(-2), F(-1), F(1)], dtype=object), F(0))
    assert curve.thresholds.tolist() == [0, 1]
    assert curve.errors.tolist() == [F(1, 2) + F(1, 6), F(1, 2)]


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


TEXT = ["a b a b c", "a b c", "b a a", "c a b", "a"]


@pytest.mark.parametrize("fit", [fit_maximum_likelihood, fit_kneser_ney])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_state_advanced_by_a_token_is_the_state_of_the_longer_prompt(fit, order):
    vocabulary = Vocabulary.of(["abc"])
    sentences = [text.split() for text in TEXT]
    model = fit(count_ngrams(vocabulary.encode(sentences), order))
    prompts = [["a"], ["a", "b"], ["c", "c"], ["b", "a"], ["a", "b", "a"], ["c", "a", "b"]]
    states = model.states(vocabulary.encode(prompts, complete=False))
    for word in "abc":
        longer = vocabulary.encode([[*prompt, word] for prompt in prompts], complete=False)
        token = np.full(len(prompts), vocabulary.number(word))
        assert model.advance(states, token).tolist() == model.states(longer).tolist()


def test_a_context_of_just_the_right_length():
    vocabulary = Vocabulary.of(["abc"])
    text = vocabulary.encode([text.split() for text in TEXT])
    model = fit_maximum_likelihood(count_ngrams(text, 3), exact=True)
    assert model.conditional("c", ["a", "b"]) == F(1, 2)
