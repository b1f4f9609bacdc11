"""Small counts worked by hand, where the mutation check found that broad tests leave room."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest

from hallucination_theory.logs.records import (
    ABSTAIN,
    CORRECT,
    UNSCORED,
    WRONG,
    EvalLog,
    Readings,
    Recognition,
)
from hallucination_theory.scores import simultaneous
from hallucination_theory.scores.abstention import confidence_report, is_attempt
from hallucination_theory.scores.audit import _subsets
from hallucination_theory.scores.comparisons import (
    behavioural_audit,
    paired_tests,
    shared_questions,
    stated_groups,
)
from hallucination_theory.scores.findings import (
    _at_target,
    _described,
    _gain,
    _leaders,
    _normal_form,
    _ranks,
    _side,
    _surely,
    _swap_interval,
    _swaps,
    _tables,
    _together,
    display_names,
)
from hallucination_theory.scores.human import _at, human_report
from hallucination_theory.scores.intervals import (
    intervals,
    over_questions,
    random_orders,
    share_of_attempted,
)
from hallucination_theory.scores.resampling import sign_flip_test
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.simultaneous import GRID, Pair, _max_t, compare
from hallucination_theory.scores.tally import band, tally, target_rows
from theory.confidence_targets import prediction_powered_share, question_interval
from theory.errors import InvalidInput
from theory.intervals import Estimate, proportion

F = Fraction
ONE = Settings(targets=(0.0,))
LETTERS = {"r": CORRECT, "w": WRONG, "a": ABSTAIN, "u": UNSCORED}


def counted(kinds, t=None, names=None, **readings):
    """Tally of one record a letter; its question is another each time, or the one named."""
    names = [f"q{i}" for i in range(len(kinds))] if names is None else names
    distinct = list(dict.fromkeys(names))
    kind = np.array([LETTERS[k] for k in kinds], dtype=np.int8)
    given = {"source": "a.csv", "reader": "csv"} | readings
    found = Readings(
        question=np.array([distinct.index(n) for n in names]), names=distinct, verdict=kind, **given
    )
    return tally(EvalLog(found, kind, Recognition(0, 0, 0), t), ONE.treatment)


# Abstention


def test_a_right_abstention_is_no_attempt():
    kinds, none = "rwarwa", np.array([True, True, True, False, False, False])
    assert is_attempt(counted(kinds).log).tolist() == [True, True, False] * 2
    attempted = is_attempt(counted(kinds, unanswerable=none).log)
    assert attempted.tolist() == [False, True, False, True, True, False]


def test_confidences_of_abstentions_alone_are_no_report():
    nan = np.nan
    assert confidence_report(counted("rwa", confidence=np.array([nan, nan, 0.5])), ONE) is None
    found = confidence_report(counted("rwa", confidence=np.array([0.9, nan, 0.5])), ONE)
    assert (found["n"], found["n_attempted_without"]) == (1, 1)


def test_the_reliability_of_bins_counts_attempts_alone():
    """Bins (0, .5] and (.5, 1]: of three answers two are in the first; the abstention in none."""
    q = np.array([0.25, 0.5, 1.0, 0.1, np.nan])
    found = confidence_report(counted("rwrar", confidence=q), replace(ONE, ece_bins=2))
    rows = [(row["n"], row["confidence"], row["accuracy"]) for row in found["reliability"]]
    assert rows == [(2, 0.375, 0.5), (1, 1.0, 1.0)]
    ends = proportion(1, 2)
    assert found["reliability"][0]["accuracy_interval"] == [ends.low, ends.high]
    assert found["brier"] == pytest.approx((0.75**2 + 0.5**2 + 0) / 3)


def test_a_curve_of_more_than_200_points_is_thinned_from_its_end():
    """401 confidences: each third point, of which the last has coverage 1."""
    q = np.arange(1, 402) / 500
    kept = confidence_report(counted("r" * 401, confidence=q), ONE)["risk_coverage"]["coverage"]
    assert len(kept) == 134
    assert kept == pytest.approx([(3 * i + 2) / 401 for i in range(134)])


def test_rates_if_answered_above_t_by_hand():
    """Answers at .25 and .5 go at t = .25 and .5; one without a confidence goes at once."""
    q = np.array([0.25, 0.5, np.nan, 0.9])
    found = confidence_report(counted("rwra", confidence=q), ONE)["rates_if_answered_above_t"]
    wanted = {0: (1, 1, 2), 24: (1, 1, 2), 25: (0, 1, 3), 49: (0, 1, 3), 50: (0, 0, 4)}
    for place, (right, wrong, abstained) in wanted.items():
        assert found["t"][place] == place / 100
        assert found["accuracy"][place] == right / 4
        assert found["error_rate"][place] == wrong / 4
        assert found["abstention_rate"][place] == abstained / 4
    assert {len(values) for values in found.values()} == {100}


# Audit


def test_the_hundred_largest_subsets_are_told():
    """Of 102 subsets two are left out: the last of those with one record."""
    codes = np.array([*range(102), 101])
    log = counted("r" * 103, subset=codes, subset_names=[f"s{i}" for i in range(102)])
    rows = _subsets(log, ONE)
    assert [row["name"] for row in rows] == ["s101", *(f"s{i}" for i in range(99))]
    assert [row["targets"][0]["n"] for row in rows] == [2] + [1] * 99


# Tally


def test_outcomes_of_undetermined_records_are_those_of_abstentions():
    found = counted("rrwauuu").outcomes
    assert (found.correct, found.wrong, found.abstained) == (2, 1, 4)


def test_a_log_without_a_verdict_is_refused():
    assert counted("uw").total.tolist() == [0, 1, 0, 1]
    with pytest.raises(InvalidInput, match="2 records without one"):
        counted("uu")


def test_points_of_questions_that_a_log_does_not_ask_are_none():
    """At t = 3/4 x has (1 - 3)/2 and y 1; z is not asked."""
    log = counted("rwr", names=["x", "x", "y"], epoch=np.array([1, 2, 1])).log
    asked = replace(log, readings=replace(log.readings, names=["x", "y", "z"]))
    scores = tally(asked, ONE.treatment).question_scores(0.75)
    np.testing.assert_array_equal(scores, [-1, 1, np.nan])


def test_rows_at_targets_by_hand():
    """Of rwau at t = 3/4 the score is (1 - 3)/4; the fourth may be wrong or right."""
    (row,) = target_rows(counted("rwau"), Settings(targets=(0.75,)))
    assert (row["score"], row["undetermined_rate"], row["n"]) == (-0.5, 0.25, 4)
    assert row["score_range"] == [-1.25, -0.25]
    assert row["accuracy_attempted"] == 0.5
    assert target_rows(counted("aaa"), ONE)[0]["accuracy_attempted"] is None


def test_the_rates_of_a_band_share_the_error():
    ends = [proportion(k, 8, confidence_level=0.975) for k in (5, 2)]
    found = band(counted("rrrrrwwa"), ONE)
    assert [found["right"], found["wrong"]] == [[e.low, e.high] for e in ends]


# Comparisons


def test_logs_that_state_one_target_are_paired_at_each():
    """Also a log with itself: it does not differ. At t = 3/4, rw beside wr is the same in sum."""
    logs = [counted("rw"), counted("rw"), counted("wr", source="b.csv"), counted("rw", 0.5)]
    rows = paired_tests(logs, Settings(targets=(0.0, 0.75)))
    assert [(row["a"], row["b"], row["t"]) for row in rows] == [
        (*names, t)
        for names in (("a.csv", "a.csv"), ("a.csv", "b.csv"), ("a.csv", "b.csv"))
        for t in (0.0, 0.75)
    ]
    assert [row["n_different"] for row in rows] == [0, 0, 2, 2, 2, 2]
    assert {(row["difference"], row["p_value"], row["n_tests"]) for row in rows} == {(0, 1, 6)}


def test_shared_questions_come_in_the_first_logs_order():
    a, b = counted("rrr", names=["x", "y", "z"]), counted("rrr", names=["z", "x", "y"])
    assert [p.tolist() for p in shared_questions([a, b], ONE)] == [[0, 1, 2], [1, 2, 0]]
    other = counted("rrr", names=["x", "y", "w"])
    with pytest.raises(InvalidInput, match=r"a\.csv and b\.csv must be the same"):
        shared_questions([a, counted("rrr", names=["x", "y", "w"], source="b.csv")], ONE)
    found = shared_questions([a, other, b], replace(ONE, common=True))
    assert [p.tolist() for p in found] == [[0, 1], [0, 1], [1, 2]]


def test_three_logs_without_a_common_question_are_not_compared():
    logs = [counted("rr", names=names) for names in (["x", "y"], ["x", "z"], ["y", "z"])]
    with pytest.raises(InvalidInput, match="with questions in common to all, got 3 without"):
        shared_questions(logs, replace(ONE, common=True))


def test_which_logs_are_one_model_at_several_stated_targets():
    """Parts of one file; else all logs, if each states another target; never a log alone."""
    low, high, none = counted("r", 0.5), counted("r", 0.75), counted("r")
    other = counted("r", 0.0, source="b.csv")
    twin = counted("r", 0.5, source="b.csv")
    assert stated_groups([low, high]) == [[low, high]]
    assert stated_groups([low, high, none, other]) == [[low, high]]
    assert stated_groups([low, other]) == [[other, low]]
    assert stated_groups([low, other, none]) == [[other, low]]
    assert stated_groups([low, twin]) == []
    assert stated_groups([low, none]) == []
    assert stated_groups([none]) == []


def test_behaviour_at_two_stated_targets_by_hand():
    """At t = 1/2 a mistake costs 1: rrww scores .5 and 0, raaw .25 and 0, of four answers."""
    two = behavioural_audit([counted("rrww", 0.0), counted("raaw", 0.5)], ONE)
    assert two["score_of_row_at_column"] == [[0.5, 0.0], [0.25, 0.0]]
    assert two["stating_t_scores_best_at_t"] == [True, True], "a tie is the best"
    two = behavioural_audit([counted("rwww", 0.0), counted("rraa", 0.5)], ONE)
    assert two["score_of_row_at_column"] == [[0.25, -0.5], [0.5, 0.5]]
    assert two["stating_t_scores_best_at_t"] == [False, True]


def test_withdrawn_answers_by_hand():
    """Right, wrong and undetermined before, abstained after; two abstentions are answered."""
    low, high = counted("rwuaarwr", 0.25), counted("aaarwrrw", 0.5)
    (row,) = behavioural_audit([low, high], ONE)["withdrawn"]
    ends = proportion(1, 2)
    assert row == {
        "t_low": 0.25,
        "t_high": 0.5,
        "n_withdrawn": 2,
        "n_answered_only_above": 2,
        "accuracy": 0.5,
        "accuracy_interval": [ends.low, ends.high],
        "compatible": True,
    }


@pytest.mark.parametrize(
    ("before", "low", "high", "compatible"),
    [
        ("r", 0.0, 0.25, True),
        ("r", 0.0, 0.24, False),
        ("w", 0.75, 0.9, True),
        ("w", 0.76, 0.9, False),
        ("w", 0.0, 0.1, True),
    ],
)
def test_withdrawn_answers_may_touch_the_ends_of_what_is_compatible(before, low, high, compatible):
    """One answer at level 1/2: if right, the share lies in [1/4, 1]; if wrong, in [0, 3/4]."""
    two = [counted(before, low), counted("a", high)]
    (row,) = behavioural_audit(two, replace(ONE, confidence_level=0.5))["withdrawn"]
    assert row["accuracy_interval"] == ([0.25, 1.0] if before == "r" else [0.0, 0.75])
    assert row["compatible"] is compatible


def test_withdrawn_repetitions_count_by_question():
    """Of 40 questions, asked twice, one answer in two is right, and the first is withdrawn."""
    names, epoch = [f"q{i // 2}" for i in range(80)], np.array([1, 2] * 40)
    low = counted("rr" * 20 + "wr" * 20, 0.25, names, epoch=epoch)
    high = counted("ar" * 40, 0.5, names, epoch=epoch)
    (row,) = behavioural_audit([low, high], ONE)["withdrawn"]
    assert (row["n_withdrawn"], row["accuracy"]) == (40, 0.5)
    known = np.repeat([1, 0], 20)
    assert row["accuracy_interval"] == over_questions(known, np.zeros(40), np.ones(40), ONE)
    low = counted("rr" * 40, 0.25, names, epoch=epoch)
    (row,) = behavioural_audit([low, high], ONE)["withdrawn"]
    assert row["accuracy_interval"][0] > 0.8


# Findings


def test_names_of_logs_are_the_shortest_that_tell_them_apart():
    def named(*logs):
        return display_names([counted("r", t, source=s, model=m) for s, m, t in logs])

    assert named(("d/a.csv", "", None), ("b.csv", "m", None)) == ["a", "m"]
    assert named(("a.csv", "m", None), ("b.csv", "m", None)) == ["m (a)", "m (b)"]
    assert named(("a.csv", "m", 0.5), ("b.csv", "m", 0.75)) == ["m at t = 0.5", "m at t = 0.75"]
    assert named(("a.csv", "", 0.5), ("a.csv", "", 0.75)) == ["a at t = 0.5", "a at t = 0.75"]
    assert named(("a.csv", "m", 0.5), ("b.csv", "m", 0.5)) == ["m (a)", "m (b)"]
    assert named(("x" * 40, "", None), ("b", "y" * 40, None)) == ["x" * 40, "y" * 40]
    for name in named(("x" * 41, "", None), ("b", "y" * 41, None)):
        assert len(name) == 40
        assert " ... " in name


def test_an_interval_that_ends_at_t_is_on_neither_or_the_upper_side():
    assert _side([0.2, 0.4], 0.5) is True
    assert _side([0.2, 0.5], 0.5) is None
    assert _side([0.5, 0.7], 0.5) is False


def test_withholding_earns_what_mistakes_cost_less_what_right_answers_bring():
    """At t = 3/4 a mistake costs 3: half the records, a fifth right: (3 * .8 - .2)/2."""
    value, ends = _gain([0.2, [0.1, 0.5]], 0.75, 0.5)
    assert value == pytest.approx(1.1)
    assert ends == pytest.approx([(1.5 - 0.5) / 2, (2.7 - 0.1) / 2])


def test_confidences_above_a_target_by_hand():
    """Of rrww at .9, .5, .5, nan and an abstention, one answer is above 1/2, three withheld."""
    log = counted("rrwwa", confidence=np.array([0.9, 0.5, 0.5, np.nan, 0.9]))
    row = _at_target(log, is_attempt(log.log), 0.5, ONE)
    assert row["right_above_t"][0] == 1
    assert (row["n_withheld"], row["withheld_of_attempted"]) == (3, 0.75)
    assert row["right_of_withheld"][0] == pytest.approx(1 / 3)
    assert row["gain_if_withheld"][0] == pytest.approx((2 - 1) / 5)


def test_shares_of_repeated_questions_by_hand():
    """x: two of three right; y: one of two wrong, one abstained; the other log asks y first."""
    a = counted("rrwaw", names=["x", "x", "x", "y", "y"], epoch=np.array([1, 2, 3, 1, 2]))
    b = counted("wr", names=["y", "x"])
    left, right = _tables([a, b], ONE)
    np.testing.assert_allclose(left, [[2 / 3, 1 / 3], [0, 1 / 2]], rtol=1e-15)
    assert right.tolist() == [[1, 0], [0, 1]]


def test_logs_together_by_hand():
    """Of four questions rrww beside raaa: (1 - t)/2 - t/2 and (1 - t)/4, equal at t = 1/3."""
    found = _together(
        [counted("rrww"), counted("raaa", source="b.csv")], ["a", "b"], Settings(targets=(0.5,))
    )
    assert (found["names"], found["n_questions"], found["accuracy"]) == (["a", "b"], 4, [0.5, 0.25])
    (swap,), (ranks,), (pair,) = found["swaps"], found["ranks"], found["pairs"]
    assert (swap["t"], swap["overtakes"], swap["overtaken"]) == (pytest.approx(1 / 3), 1, 0)
    assert swap["interval"] == [0, 1]
    assert ranks == {"best": [1, 1], "worst": [2, 2], "t": 0.5}
    assert (pair["a"], pair["b"]) == (0, 1)
    assert [leader["log"] for leader in found["leaders"]] == [0, 1]
    assert found["surely_leads"] == []


RATES = [np.array(rates) for rates in ([F(6, 10), F(4, 10)], [F(5, 10), F(1, 10)], [F(0), F(0)])]
"""Lines (1 - t) a - t w: .6 - t, .5 - .6 t and 0; the second passes the first at 1/4."""


def test_the_normal_form_of_scores_by_hand():
    assert _normal_form(RATES, F(1, 4)).tolist() == [F(7, 20), F(7, 20), 0]


def test_leaders_and_swaps_by_hand():
    """The silent log passes the first at .6 and the second at 5/6, which leads from 1/4 on."""
    for order in permutations(range(3)):
        place = dict(zip(order, range(3), strict=True))
        rates = [RATES[i] for i in order]
        assert _leaders(rates) == [
            {"log": place[0], "from": 0.0, "to": 0.25},
            {"log": place[1], "from": 0.25, "to": pytest.approx(5 / 6)},
            {"log": place[2], "from": pytest.approx(5 / 6), "to": 1.0},
        ]
        swaps = [(s["t"], s["overtakes"], s["overtaken"]) for s in _swaps(rates)]
        assert swaps == [
            (pytest.approx(0.25), place[1], place[0]),
            (pytest.approx(0.6), place[2], place[0]),
            (pytest.approx(5 / 6), place[2], place[1]),
        ]


def test_a_log_with_more_right_and_fewer_wrong_is_never_overtaken():
    rates = [np.array([0.6, 0.1]), np.array([0.5, 0.2]), np.array([0.5, 0.1])]
    assert _swaps(rates) == []
    assert _leaders(rates) == [{"log": 0, "from": 0.0, "to": 1.0}]


def pair(right, wrong, a=0, b=1):
    return Pair(a, b, right, wrong, 0.5, 0.1)


def test_the_interval_of_a_swap_by_hand():
    """(1 - t)/4 = t 3/4 at 1/4, and (1 - t)/2 = t/4 at 2/3; the same seen from the other log."""
    swap = {"overtaken": 0, "overtakes": 1}
    other = {"overtaken": 1, "overtakes": 0}
    assert _swap_interval(swap, [pair((0.25, 0.5), (0.25, 0.75))]) == pytest.approx([1 / 4, 2 / 3])
    found = _swap_interval(other, [pair((-0.5, -0.25), (-0.75, -0.25))])
    assert found == pytest.approx([1 / 4, 2 / 3])
    chosen = [pair((0.1, 0.2), (0.1, 0.2), 0, 2), pair((0.5, 0.5), (0.5, 0.5), 0, 1)]
    assert _swap_interval(swap, chosen) == [0.5, 0.5]


def test_a_swap_of_which_little_is_known_ends_at_0_or_1():
    swap = {"overtaken": 0, "overtakes": 1}
    assert _swap_interval(swap, [pair((-0.25, 0.5), (-0.25, 0.5))]) == [0, 1]
    assert _swap_interval(swap, [pair((0.0, 0.5), (-0.5, 0.0))]) == [0, 1]
    assert _swap_interval(swap, [pair((0.25, 0.5), (-0.5, 0.0))]) == [1, 1]
    assert _swap_interval(swap, [pair((-0.5, 0.25), (0.75, 0.8))]) == [0, 0.25]


def test_where_a_log_surely_leads_by_hand():
    """The band is above 0 where (1 - t)/8 > t/8, below 1/2; at 1/2 it touches 0."""
    one = pair((0.125, 0.25), (-0.125, 0.125))
    assert _surely([one], 2) == [{"log": 0, "from": 0.0, "to": 0.49}]
    mirrored = pair((-0.25, -0.125), (-0.125, 0.125))
    assert _surely([mirrored], 2) == [{"log": 1, "from": 0.0, "to": 0.49}]
    late = pair((-0.125, 0.5), (-0.25, -0.125))
    assert _surely([late], 2) == [{"log": 0, "from": 0.51, "to": 0.99}]
    assert _surely([pair((-0.5, 0.5), (-0.5, 0.5))], 2) == []


def test_who_leads_surely_leads_all_others():
    """0 leads 1 below 1/2 and 2 everywhere; 1 leads 2 everywhere, and never 0."""
    apart = (0.5, 0.6), (-0.6, -0.5)
    found = [pair((0.125, 0.25), (-0.125, 0.125)), pair(*apart, 0, 2), pair(*apart, 1, 2)]
    assert _surely(found, 3) == [{"log": 0, "from": 0.0, "to": 0.49}]
    assert _ranks(found, 3, 0.25) == {"best": [1, 2, 3], "worst": [1, 2, 3]}
    assert _ranks(found, 3, 0.75) == {"best": [1, 1, 3], "worst": [2, 2, 3]}


@pytest.mark.parametrize("t", [0.0, 0.25, 0.5, 0.75])
def test_ranks_of_two_by_hand(t):
    """At t = 1/2 a band from or to 0 tells nothing yet; the ranks are those of who leads."""
    above, below = pair((0.125, 0.25), (-0.125, 0.125)), pair((-0.25, -0.125), (-0.125, 0.125))
    open_ = {"best": [1, 1], "worst": [2, 2]}
    assert _ranks([above], 2, t) == ({"best": [1, 2], "worst": [1, 2]} if t < 0.5 else open_)
    assert _ranks([below], 2, t) == ({"best": [2, 1], "worst": [2, 1]} if t < 0.5 else open_)


def test_differences_of_scores_are_in_points():
    """In points the difference at t is a - L w: at 1/2 [.25 - .75, .5 - .25], L = 1."""
    found = _described(pair((0.25, 0.5), (0.25, 0.75)), replace(ONE, targets=(0.0, 0.5, 0.75)))
    wanted = [[0.25, 0.5], [-0.5, 0.25], [0.25 - 3 * 0.75, 0.5 - 3 * 0.25]]
    assert found["score_difference_interval"] == wanted
    assert (found["difference_of_right"], found["difference_of_wrong"]) == (
        [0.25, 0.5],
        [0.25, 0.75],
    )


# Human labels


def test_scores_by_people_take_the_worst_and_the_best_of_both_rates():
    """At t = 3/4: .5 - 3 * .25, from .4 - 3 * .3 to .6 - 3 * .2."""
    row = _at(0.75, Estimate(0.5, 0.4, 0.6, 0.9), Estimate(0.25, 0.2, 0.3, 0.9))
    assert row["score"] == pytest.approx(-0.25)
    assert row["score_interval"] == pytest.approx([-0.5, 0.0])


def test_rates_by_people_are_those_of_the_theory():
    """The judge calls half of 400 right and 5 of 20 unseen; people find 20 of its mistakes right.

    Two rates share the error of a score.
    """
    log = counted("r" * 200 + "w" * 200 + "r" * 5 + "w" * 15)
    people = [CORRECT] * 220 + [WRONG] * 180
    found = human_report(log, dict(enumerate(people)), ONE)
    orders = np.random.default_rng(0).permuted([list(range(400))] * 20, axis=1)
    f, y = np.repeat([1, 0], 200), np.repeat([1, 0], [220, 180])
    for level, told in (
        (0.95, found["right"][1]),
        (0.975, found["targets"][0]["score_interval"]),
    ):
        right = prediction_powered_share(
            5, 20, f, y, y, orders=orders, confidence_level=level
        )  # fmt: skip
        assert told == [right.low, right.high]
        assert 0 < right.low < right.high < 1
    assert found["right"][0] == pytest.approx(5 / 20 + 20 / 400)
    assert found["wrong"][0] == pytest.approx(15 / 20 - 20 / 400)
    assert (found["n_labelled"], found["n_agreed"]) == (400, 380)


# Intervals


def test_orders_are_permutations_one_a_row():
    found = random_orders(3, rng=1)
    assert found.shape == (20, 3)
    assert np.sort(found, axis=1).tolist() == [[0, 1, 2]] * 20
    assert len(np.unique(found, axis=0)) > 1


REPEATED = np.array([[2, 1, 1, 0], [0, 0, 0, 1]] * 30 + [[0, 0, 0, 0]])
"""30 questions of 2 right, 1 wrong, 1 abstained; 30 undetermined; one that was not asked."""


def test_the_share_of_attempted_of_repeated_questions_by_hand():
    """Of at most 3 attempts a question: 2/3 of 1, and between 0 and 1/3 of 1/3."""
    orders = random_orders(60, rng=0)
    e = question_interval([2 / 3, 0] * 30, [2 / 3, 1 / 3] * 30, [1, 1 / 3] * 30, orders=orders)
    assert 0.2 < e.low < e.high < 0.95
    total = REPEATED.sum(axis=0)
    assert share_of_attempted(total, REPEATED, ONE) == [e.low, e.high]
    assert intervals(total, REPEATED, ONE).rates["accuracy_attempted"] == [e.low, e.high]


def test_the_share_of_attempted_of_single_questions_by_hand():
    """2 right, 1 wrong: 2 of 3; with 4 undetermined from 2 of 7 to 6 of 7."""
    ends = proportion(2, 3)
    assert share_of_attempted(np.array([2, 1, 1, 0]), None, ONE) == [ends.low, ends.high]
    found = share_of_attempted(np.array([2, 1, 1, 4]), None, ONE)
    assert found == [proportion(2, 7).low, proportion(6, 7).high]


def test_scores_of_repeated_questions_in_normal_form_by_hand():
    """At t = 1/2 an abstention is worth half: (2 + 1/2)/4 of 1, 0 to 1/4 of 1/4; score 2 x - 1."""
    settings = Settings(targets=(0.5,))
    e = question_interval(
        [2.5 / 4, 0] * 30, [2.5 / 4, 1 / 4] * 30, [1, 1 / 4] * 30, orders=random_orders(60, rng=0)
    )
    (found,) = intervals(REPEATED.sum(axis=0), REPEATED, settings).scores
    assert found == [2 * e.low - 1, 2 * e.high - 1]
    assert -0.9 < found[0] < found[1] < 0.9


# Resampling


def test_differences_of_either_sign_and_however_small_count():
    """Forty questions in favour of one log: none of 9,999 flips is as extreme."""
    low, high = np.ones(40), np.ones(40) + 2.0**-42
    for a, b in ((low, high), (high, low)):
        found = sign_flip_test(a, b, rng=0)
        assert (found.p_value, found.n_different) == (1e-4, 40)
    found = sign_flip_test(np.append(high, 1), np.append(low, 1), rng=0)
    assert (found.p_value, found.n_different, found.n_questions) == (1e-4, 40, 41)


@pytest.mark.parametrize(("a", "b"), [([1], [1, 2]), ([], []), ([[1]], [[1]])])
def test_scores_that_are_no_pairs_are_refused(a, b):
    with pytest.raises(InvalidInput, match="two vectors of equal length"):
        sign_flip_test(a, b, rng=0)


def test_what_is_rounding_beside_the_largest_difference_is_none():
    """Twelve digits: 4e-13 of the largest is nothing, 6e-13 is something."""
    assert sign_flip_test([1, 4e-13], [0, 0], rng=0).n_different == 1
    assert sign_flip_test([1, 6e-13], [0, 0], rng=0).n_different == 2


def test_equal_sums_are_as_extreme_whatever_the_rounding():
    """.9, .2 and .5, added in two orders, differ in the last digit: 2 of 8 flips are as extreme."""
    found = sign_flip_test([0.9, 0.2, 0.5], [0, 0, 0], rng=0)
    assert found.p_value == pytest.approx(0.25, abs=0.02)


def test_flips_are_fair():
    """10^5 differences of one size, their sum one standard deviation: p = 0.3173 (1e-6)."""
    n_more = 50_158
    a = np.repeat([1.0, -1.0], [n_more, 10**5 - n_more])
    assert sign_flip_test(a, np.zeros(10**5), rng=0).p_value == pytest.approx(0.3173, abs=0.025)


# Simultaneous comparisons


def test_the_band_in_normal_form_by_hand():
    """(1 - t) a - t w of the ends: at 1/4, 3/4 * 1/4 - 1/4 * 3/4 = 0 and 3/8 + 1/16."""
    found = pair((F(1, 4), F(1, 2)), (F(-1, 4), F(3, 4)))
    low, high = found.band(np.array([F(0), F(1, 4), F(1, 2)]))
    assert low.tolist() == [F(1, 4), 0, F(-1, 4)]
    assert high.tolist() == [F(1, 2), F(7, 16), F(3, 8)]


def test_targets_of_the_grid_are_whole_percents():
    assert GRID.tolist() == [k / 100 for k in range(100)]


def test_intervals_of_pairs_are_those_of_the_theory_at_a_shared_error():
    """Every question alike, so that orders do not matter; 3 pairs of 2 rates share the error."""
    n, shares = 60, [(0.5, 0.5), (0.25, 0.5), (0.25, 0.0)]
    found = compare([np.tile(s, (n, 1)) for s in shares], confidence_level=0.9, rng=0)
    assert [(p.a, p.b) for p in found] == [(0, 1), (0, 2), (1, 2)]
    for p in found:
        for column, ends in enumerate((p.right, p.wrong)):
            share = [(shares[p.a][column] - shares[p.b][column] + 1) / 2] * n
            e = question_interval(
                share, share, [1] * n, orders=np.arange(n)[None], confidence_level=1 - 0.1 / 6
            )
            assert ends == pytest.approx((2 * e.low - 1, 2 * e.high - 1), abs=1e-9)
            assert e.low < share[0] < e.high


@pytest.mark.parametrize("seed", range(3))
def test_simultaneous_p_values_against_all_flips(seed):
    """Eight questions: the 2^8 flips of whole questions, and the largest over pairs and targets."""
    rng = np.random.default_rng(seed)
    right = rng.integers(4, size=(3, 8)) / 3
    tables = np.stack([right, (1 - right) * rng.integers(2, size=(3, 8))], axis=2)
    d = np.stack([tables[0] - tables[1], tables[0] - tables[2], tables[1] - tables[2]])
    t = np.arange(100) / 100
    values = (1 - t)[:, None] * d[:, None, :, 0] - t[:, None] * d[:, None, :, 1]
    flips = np.array(list(product((1, -1), repeat=8)))
    size = np.sqrt((values**2).sum(axis=2))
    size[size < 1e-12] = np.inf
    statistics = np.abs(values @ flips.T) / size[..., None]
    observed, largest = statistics[..., 0].max(axis=1), statistics.max(axis=(0, 1))
    exact = (largest >= observed[:, None] - 1e-9).mean(axis=1)
    found = compare(list(tables), confidence_level=0.9, rng=seed)
    assert [p.p_value for p in found] == pytest.approx(exact.tolist(), abs=0.025)
    assert all(p.p_floor == 1e-4 for p in found)


def test_flips_of_questions_are_fair():
    """10^5 questions: one pair differs on all, the other by one standard deviation in sum.

    The flips of the two are as good as independent: 1 - 0.6827^2 = 0.534 (false alarm 1e-6).
    """
    differences = np.zeros((10**5, 2, 2))
    differences[:, 0, 0], differences[:, 1, 0] = 1, np.repeat([1, -1], [50_158, 49_842])
    p_values, _ = _max_t(differences, np.random.default_rng(0))
    assert p_values == pytest.approx([1e-4, 0.534], abs=0.025)


def test_logs_that_are_alike_have_p_one():
    same = np.tile([0.5, 0.25], (5, 1))
    assert [p.p_value for p in compare([same] * 3, confidence_level=0.9, rng=0)] == [1, 1, 1]


def test_resamples_are_held_in_blocks_of_so_many_numbers(monkeypatch):
    """5 distinct rows, and 2 pairs at 100 targets: 205 numbers each, two of 999 at a time."""
    sizes = []

    class Recorded:
        def binomial(self, count, _p, size):
            sizes.append(size)
            return np.zeros(size) + count

    monkeypatch.setattr(simultaneous, "MANY", 4)
    monkeypatch.setattr(simultaneous, "CELLS", 410)
    differences = np.stack([np.arange(5) / 5, np.ones(5), np.zeros(5), np.zeros(5)], axis=1)
    p_values, floor = _max_t(differences.reshape(5, 2, 2), Recorded())
    assert sizes == [(2, 5)] * 499 + [(1, 5)]
    assert (p_values.tolist(), floor) == ([1, 1], 1 / 1000), "every flip is what was seen"


def test_beyond_many_distinct_rows_a_tenth_of_the_flips_is_drawn(monkeypatch):
    monkeypatch.setattr(simultaneous, "MANY", 5)
    for n, floor in ((5, 1 / 10_000), (6, 1 / 1000)):
        a, b = np.zeros((n, 2)), np.column_stack([np.arange(n) / n, np.zeros(n)])
        assert compare([a, b], confidence_level=0.9, rng=0)[0].p_floor == floor
