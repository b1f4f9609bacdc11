"""What is said of small reports, word for word, where the mutation check found room."""

import pytest

from hallucination_theory.scores.text import (
    _behavioural,
    _confidence,
    _counted,
    _footer,
    _lines,
    _log,
    _pairs,
    _recogniser,
    _table,
    _undetermined,
)
from hallucination_theory.scores.verdict import (
    _alone,
    _and,
    _beside,
    _comparison,
    _confidences,
    _decimal,
    _false_abstentions,
    _guessing,
    _who_differs,
    p_value,
    verdict,
)

SAYS_NOTHING_OF_CONFIDENCE = (
    "The log states no confidences, so it cannot tell whether the model is overconfident."
)


def one_log(name="a", **changes):
    """10 records: 6 right, 3 wrong, 1 abstained, intervals of a tenth to each side."""
    return {
        "name": name,
        "n": 10,
        "stated_t": None,
        "right": [0.6, [0.5, 0.7]],
        "wrong": [0.3, [0.2, 0.4]],
        "abstained": [0.1, [0.0, 0.2]],
        "below_zero_from": [2 / 3, [0.5, 0.8]],
        "hallucination_rate": None,
        "unanswerable": None,
        "confidence": None,
    } | changes


def some_logs(n, swaps=0, p_values=()):
    """So many logs of falling accuracy, of which the last passes others."""
    pairs = [
        {"a": i, "b": i + 1, "p_value": p, "p_floor": 1e-4} for i, p in enumerate(p_values)
    ]  # fmt: skip
    passed = [
        {"t": 0.5, "interval": [0.25, 0.75], "overtakes": i + 1, "overtaken": i}
        for i in range(swaps)
    ]
    return {
        "names": [f"m{i}" for i in range(n)],
        "accuracy": [0.9 - i / 20 for i in range(n)],
        "swaps": passed,
        "pairs": pairs,
        "surely_leads": [],
        "leaders": [{"log": 0, "from": 0.0, "to": 0.5}, {"log": n - 1, "from": 0.5, "to": 1.0}],
    }


# The verdict


@pytest.mark.parametrize(
    ("p", "said"), [(1e-4, "p <= 0.0001"), (2e-4, "p = 0.0002"), (0.5, "p = 0.5")]
)
def test_the_least_p_is_a_bound(p, said):
    assert p_value({"p_value": p, "p_floor": 1e-4}) == said


def test_decimals_have_no_leading_zero():
    assert [_decimal(x) for x in (0, 0.004, 0.5, 1)] == [".00", ".00", ".50", "1.00"]


def test_lists_end_with_and():
    assert [_and(["a", "b", "c"][:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


def test_which_logs_are_told():
    """Compared: those that lead first and last; alone; else the first six, one by one."""
    logs = [one_log(f"m{i}") for i in range(8)]

    def told(found):
        return [s.split()[0] for s in verdict(found, confidence_level=0.95)]

    compared = {"together": some_logs(8, p_values=[0.5]), "logs": logs}
    assert told(compared)[-2:] == ["m0", "m7"]
    only = some_logs(8, p_values=[0.5]) | {"leaders": [{"log": 2, "from": 0.0, "to": 1.0}]}
    assert told({"together": only, "logs": logs})[4:] == ["m2"]
    middle = [{"log": i, "from": i / 3, "to": (i + 1) / 3} for i in range(3)]
    led = some_logs(8, p_values=[0.5]) | {"leaders": middle}
    assert told({"together": led, "logs": logs})[4:] == ["m0", "m2"]
    assert told({"together": None, "logs": logs}) == [f"m{i}" for i in range(6)]
    alone = verdict({"together": None, "logs": logs[:1]}, confidence_level=0.95)
    assert alone[0].startswith("m0 is right on 60 %")
    assert len(alone) == 4


@pytest.mark.parametrize(("n", "more"), [(6, ""), (7, ", and 1 more swaps follow")])
def test_six_overtakers_are_told_one_by_one(n, more):
    said = list(_comparison(some_logs(n + 1, swaps=n, p_values=[0.5]), 0.95))
    told = _and([f"m{i + 1} passes m{i} at t = .50 [.25, .75]" for i in range(6)])
    assert said[0] == "At t = 0 m0 leads, .90, .85, .80, .75, .70, .65."
    assert said[1] == f"Once mistakes cost, the order turns: {told}{more}."
    assert said[3] == "With 95% confidence for all t together, no log leads all others."


def test_one_that_passes_two_is_told_once():
    found = some_logs(3, swaps=2, p_values=[0.5])
    found["swaps"][0]["overtakes"] = 2
    found["surely_leads"] = [{"log": 2, "from": 0.5, "to": 0.99}]
    said = list(_comparison(found, 0.95))
    two = "m2 passes m0 at t = .50 [.25, .75] and m1 at t = .50 [.25, .75]"
    assert said[1] == f"Once mistakes cost, the order turns: {two}."
    assert said[3].endswith("together, m2 for t from .50 to .99 leads all others.")
    assert list(_comparison(some_logs(3, p_values=[0.5]), 0.95))[1] == (
        "The order is the same at every t."
    )


def test_which_pairs_differ():
    """A p at the level itself is small enough; the largest of all is told."""

    def said(*p_values, level=0.25):
        found = some_logs(len(p_values) + 1, p_values=p_values)
        return _who_differs(found, level)

    assert said(0.25) == "They differ (simultaneous p = 0.25)."
    assert said(0.25, 0.125) == "All pairs differ (simultaneous p = 0.25)."
    assert said(0.5, 0.125) == "The questions do not tell apart m0 and m1 (p = 0.5)."
    told = [f"m{i} and m{i + 1} (p = 0.5)" for i in range(6)]
    assert said(*[0.5] * 6) == f"The questions do not tell apart {_and(told)}."
    assert said(*[0.5] * 8) == f"The questions do not tell apart {_and(told)} and 2 more pairs."
    differ = list(_comparison(some_logs(2, p_values=[0.25]), 0.75))[2]
    assert differ == "They differ (simultaneous p = 0.25)."
    assert "do not tell apart" in list(_comparison(some_logs(2, p_values=[0.25]), 0.8))[2]


@pytest.mark.parametrize(
    ("below", "tail"),
    [
        (0.5, "; below zero from t = .50 [.25, .75]"),
        (0.001, "; below zero from t = .00 [.25, .75]"),
        (0, ""),
        (1, ""),
        (None, ""),
    ],
)
def test_where_a_log_falls_below_zero(below, tail):
    log = one_log(below_zero_from=[below, [0.25, 0.75]])
    assert _beside(log) == f"a is wrong on 30 % [20, 40] and abstains on 10 % [0, 20]{tail}."
    never = one_log(abstained=[0.0, [0.0, 0.1]], below_zero_from=[0, [0, 0]])
    assert _beside(never) == "a is wrong on 30 % [20, 40] and never says I don't know."


def test_a_log_alone_by_hand():
    first, second, third, fourth = _alone(one_log())
    assert first == (
        "a is right on 60 % [50, 70] of 10 records, wrong on 30 % [20, 40], and says I don't know "
        "on 10 % [0, 20]."
    )
    assert second.endswith("one time in ten would add 1.0 [0.0, 2.0] points in 100.")
    assert third == 'From t = .67 on (.50 to .80), "I don\'t know" everywhere scores more.'
    assert fourth == SAYS_NOTHING_OF_CONFIDENCE
    perhaps = list(_alone(one_log(below_zero_from=[1.0, [0.5, 1.0]])))
    assert perhaps[2].startswith("From t = 1.00 on (.50 to 1.00)")
    sure = list(_alone(one_log(below_zero_from=[1.0, [1.0, 1.0]])))
    assert [s.split()[0] for s in sure] == ["a", "Graded", "The"]
    nothing = list(_alone(one_log(below_zero_from=[None, None])))
    assert nothing[2] == "It attempted nothing, so it scores 0 at every t."


def test_what_its_own_grading_makes_of_a_guess():
    stated = _guessing(one_log(stated_t=0.75))
    assert (
        stated == "Its grading states t = 0.75: a guess pays only if it is right with more than "
        "that."
    )
    assert "and never abstained" in _guessing(one_log(abstained=[0.0, [0.0, 0.1]]))
    assert "would add 1.0 [0.0, 2.0]" in _guessing(one_log(stated_t=0.0))


def abstained(t, low, high):
    return {"t": t, "n_abstained": 4, "right_of_abstained": [(low + high) / 2, [low, high]]}


def test_false_abstentions_are_told_at_the_highest_target_that_tells():
    """More than t of them were right up to .5, not at .75; else the highest is told."""
    rows = [
        *(abstained(t, 0.5, 0.75) for t in (0.125, 0.25)),
        *(abstained(0.5, 0.75, 1), abstained(0.75, 0.5, 1)),
    ]
    nothing = {"t": 0.9, "n_abstained": 0, "right_of_abstained": None}
    (said,) = _false_abstentions([*rows, nothing])
    assert said == (
        "When t = 0.5 is stated it abstains on 4 questions; 88 % [75, 100] of them it answered "
        "rightly at t = 0, more than t: answering them would have paid."
    )
    none_tells = [abstained(0.125, 0, 0.5), abstained(0.25, 0.2, 0.5), abstained(0.5, 0.1, 0.25)]
    (said,) = _false_abstentions(none_tells)
    assert said.startswith("When t = 0.5 is")
    assert said.endswith("at t = 0, fewer than t: abstaining paid.")
    assert list(_false_abstentions([nothing])) == []
    group = {"false_abstention": rows}
    found = {"together": None, "logs": [one_log()]}
    assert "When t = 0.5 is stated" in verdict(found, [group], confidence_level=0.95)[-1]


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.75), (0.25, 0.5), (0.25, 0.75)])
def test_an_interval_that_touches_t_allows_it(low, high):
    (said,) = _false_abstentions([abstained(0.5, low, high)])
    assert said.endswith("which t allows.")
    (said,) = _false_abstentions([abstained(0.5, low, high), abstained(0.9, 0.25, 0.75)])
    assert said.startswith("When t = 0.9 is")


def at(t, overconfident=None, pays=None, withheld=4, gain=(0.1, 0.05, 0.2)):
    value, *ends = gain
    return {
        "t": t,
        "overconfident": overconfident,
        "right_above_t": [0.5, [0.25, 0.75]],
        "withholding_pays": pays,
        "n_withheld": withheld,
        "withheld_of_attempted": 0.4,
        "right_of_withheld": [0.25, [0.0, 0.5]],
        "gain_if_withheld": [value, ends],
    }


def test_what_confidences_tell_first_and_last():
    """Overconfident at the lowest target that shows it; not so at the highest."""
    over = [at(0.25, False), at(0.5, True), at(0.75, True)]
    assert next(iter(_confidences(over))) == (
        "It is overconfident at t = 0.5: of answers with more confidence only 50 % [25, 75] are "
        "right."
    )
    kept = [at(0.25, False), at(0.5, False), at(0.6, False), at(0.75)]
    assert next(iter(_confidences(kept))).startswith("It is not overconfident at t = 0.6:")
    assert "the log cannot tell" in next(iter(_confidences([at(0.5)])))


def test_withholding_is_told_where_it_surely_gains_most():
    """By the lower end of the gain, not by the gain itself."""
    rows = [at(0.5, pays=True, gain=(0.3, 0.05, 0.5)), at(0.75, pays=True, gain=(0.2, 0.1, 0.3))]
    _, said = _confidences([*rows, at(0.9, pays=True, gain=(0.4, 0.01, 0.6))])
    assert said == (
        "At t = 0.75, withholding its 4 least sure answers (40 %), of which 25 % [0, 50] are "
        "right, would have added 0.20 [0.10, 0.30] points a record."
    )
    _, said = _confidences([at(0.5, pays=False), at(0.75)])
    assert said == (
        "Whether withholding its least sure answers would raise a score, it cannot tell."
    )
    _, said = _confidences([at(0.5, pays=False), at(0.75, withheld=0)])
    assert said.endswith("would have raised the score at none of these t.")
    assert len(list(_confidences([at(0.5, withheld=0)]))) == 1


# The text


def test_a_table_of_scores_by_hand():
    rate = {f"{name}_interval": [0.0, 1.0] for name in ("accuracy", "error_rate")}
    row = rate | {
        "t": 0.75,
        "penalty": 3.0,
        "score": -1.0,
        "score_interval": [-3.0, 1.0],
        "accuracy": 0.5,
        "error_rate": 0.25,
        "abstention_rate": 0.25,
        "abstention_rate_interval": [0.05, 0.95],
        "accuracy_attempted": None,
        "accuracy_attempted_interval": None,
    }
    assert list(_table([row])) == [
        "     t penalty                  score         right         wrong     abstained "
        "right of answered",
        "  0.75       3  -1.000 [-3.00, +1.00]  50% [0, 100]  25% [0, 100]   25% [5, 95] "
        "             none",
    ]


def test_undetermined_records_are_told_if_there_are_any():
    row = {"t": 0.5, "undetermined_rate": 0.25, "score_range": [-0.25, 0.5]}
    assert list(_undetermined([row])) == [
        "  25.0% undetermined, 0 points each; the score if all were wrong or all were right: t = "
        "0.5: -0.250",
        "    to +0.500",
    ]
    assert list(_undetermined([row | {"undetermined_rate": 0.0}])) == []


def test_kinds_are_told_with_their_column():
    report = {"counted_as": {"wrong": "wrong", "refusal": "abstained"}}
    assert _counted("wrong", 1000, report) == "1,000 wrong"
    assert _counted("refusal", 2, report) == "2 refusal (as abstained)"


def a_log(**changes):
    nothing = dict.fromkeys(
        ("correct", "wrong", "abstain", "refusal", "empty", "unparsed", "unscored", "unclear"), 0
    )
    rates = ("accuracy", "error_rate", "abstention_rate", "accuracy_attempted")
    row = dict.fromkeys(rates, 0.5) | {f"{name}_interval": [0.0, 1.0] for name in rates}
    row |= {"t": 0.0, "penalty": 0.0, "score": 0.5, "score_interval": [0.0, 1.0]}
    return {
        "log": "a.csv",
        "stated_t": None,
        "read_as": "table",
        "notes": [],
        "model": "",
        "dataset": "",
        "n_records": 2,
        "n_questions": 2,
        "outcomes": nothing | {"correct": 1, "wrong": 1},
        "recogniser": {"n_read": 0},
        "targets": [row | {"undetermined_rate": 0.0}],
        "human": None,
        "confidence": None,
    } | changes


@pytest.mark.parametrize(
    ("model", "dataset", "said"),
    [
        ("", "", []),
        ("m", "", ["  model: m, dataset: ?"]),
        ("", "d", ["  model: ?, dataset: d"]),
        ("m", "d", ["  model: m, dataset: d"]),
    ],
)
def test_the_head_of_a_log(model, dataset, said):
    report = {"counted_as": {"correct": "correct", "wrong": "wrong"}}
    lines = list(_log(a_log(model=model, dataset=dataset), report, explain=True))
    assert lines[:-3] == ["a.csv", "  read as: table", *said]
    assert lines[-3] == "  2 records of 2 questions: 1 correct, 1 wrong"


def test_how_the_recogniser_fared():
    found = {"n_read": 5, "n_changed": 2, "n_overruled": 1, "n_gold": None}
    (line,) = _recogniser(found)
    assert line == "  recogniser: 5 answers read, 2 verdicts changed, 1 left correct as graded"
    found |= {"n_gold": 4, "n_missed": 3, "n_false_alarms": 0}
    _, line = _recogniser(found)
    assert line.endswith("own labels: 3 abstentions missed, 0 false alarms in 4 answers")
    assert list(_recogniser({"n_read": 0})) == []


def test_confidences_are_told_by_hand():
    found = {
        "n": 8,
        "n_attempted_without": 0,
        "ece": 0.25,
        "ece_bins": "10 of equal width",
        "brier": 0.5,
        "aurc": 0.125,
        "excess_aurc": 0.0625,
        "auroc": None,
        "targets_if_answered_above_t": [],
    }
    said = " ".join(line.strip() for line in list(_confidence(found))[:-2])
    assert said == (
        "confidences of 8 attempted answers: ECE 0.2500 (10 of equal width), Brier score 0.5000, "
        "area under risk-coverage 0.1250 (excess 0.0625), AUROC undefined"
    )
    said = " ".join(_confidence(found | {"n_attempted_without": 2, "auroc": 0.75}))
    assert "8 attempted answers (2 more have none): ECE" in said
    assert "AUROC 0.7500" in said


def difference(t, d):
    return {"t": t, "difference": d, "n_different": 3, "n_questions": 10}


def test_differences_of_pairs_by_hand():
    """All targets of the first pair come first, then those of the second."""
    rows = [difference(0.0, 0.1), difference(0.5, 0.2), difference(0.0, 0.3), difference(0.5, 0.4)]
    pairs = [
        {"a": 0, "b": 1, "p_value": 0.5, "p_floor": 0.1},
        {"a": 1, "b": 2, "p_value": 0.1, "p_floor": 0.1},
    ]
    pairs = [p | {"score_difference_interval": [[-0.5, 0.5], [-1.0, 1.0]]} for p in pairs]
    assert list(_pairs(rows, pairs, ["x", "y", "z"])) == [
        "x minus y: p = 0.5 for all pairs and t together",
        "  t = 0     +0.100 [-0.50, +0.50], 3 of 10 questions differ",
        "  t = 0.5   +0.200 [-1.00, +1.00], 3 of 10 questions differ",
        "y minus z: p <= 0.1 for all pairs and t together",
        "  t = 0     +0.300 [-0.50, +0.50], 3 of 10 questions differ",
        "  t = 0.5   +0.400 [-1.00, +1.00], 3 of 10 questions differ",
        "",
    ]


@pytest.mark.parametrize(
    ("n", "explain", "shown"),
    [(2, False, True), (3, False, True), (4, False, False), (4, True, True)],
)
def test_differences_of_up_to_three_logs_are_told(n, explain, shown):
    pair = {"a": 0, "b": 1, "p_value": 0.5, "p_floor": 0.1, "score_difference_interval": []}
    names = [f"m{i}" for i in range(n)]
    report = {
        "verdict": ["It is 5 % right."],
        "logs": [],
        "findings": {"logs": [], "together": {"pairs": [pair], "names": names}},
        "paired": [],
        "behavioural": [],
        "interval_methods": {},
        "confidence_level": 0.95,
        "seed": 0,
        "counted_as": {},
        "recognised_as": {"languages": [], "measured": [], "abstain": ["dunno"], "refusal": []},
    }
    lines = list(_lines(report, explain))
    assert lines[0] == "It is 5 % right."
    assert ("m0 minus m1: p = 0.5 for all pairs and t together" in lines) is shown
    report["verdict"] = ["x" * 49 + " " + "y" * 50]
    assert next(_lines(report, explain)) == "x" * 49 + " " + "y" * 50
    report["verdict"] = ["x" * 50 + " " + "y" * 50]
    assert next(_lines(report, explain)) == "x" * 50
    report["findings"]["together"] = None
    assert not any("minus" in line for line in _lines(report, explain))


def test_the_footer_names_languages_and_patterns():
    row = {"n_right": 8, "n_called": 9, "n_abstentions": 10, "n_answers": 1000}
    measured = [row | {"replies": "replies in German"}]
    report = {
        "interval_methods": {"rates": "exact"},
        "confidence_level": 0.95,
        "seed": 7,
        "counted_as": {"empty": "abstained"},
        "recognised_as": {
            "languages": ["en", "de"],
            "measured": measured,
            "abstain": ["dunno"],
            "refusal": ["no"],
        },
    }
    lines = list(_footer(report))
    assert lines[0] == "Intervals at 95%: rates: exact; seed 7."
    assert "are recognised in en, de (--pattern" in lines[3]
    assert " ".join(lines[4:-2]) == (
        "On replies in German that the recogniser had not learned from, 8 of 9 replies called "
        "abstentions were abstentions, and 8 of 10 abstentions were found."
    )
    assert lines[-2:] == ["Recognised as abstain: dunno", "Recognised as refusal: no"]
    report["recognised_as"]["languages"] = []
    assert "are recognised in no language (--pattern" in list(_footer(report))[3]


def test_behaviour_over_stated_targets_is_told_by_hand():
    step = {"t_low": 0.0, "t_high": 0.5, "n_withdrawn": 4, "n_answered_only_above": 1}
    known = {"accuracy": 0.25, "accuracy_interval": [0.0, 0.75], "compatible": True}
    group = {
        "logs": ["a", "b"],
        "targets": [0.0, 0.5],
        "score_of_row_at_column": [[0.5, 0.25], [-0.5, 1.0]],
        "stating_t_scores_best_at_t": [False, True],
        "withdrawn": [step | known, step | {"accuracy": None}],
        "false_abstention": [{"t": 0.5, "n_abstained": 4, "right_of_abstained": None}],
    }
    lines = list(_behavioural(group))
    assert lines == [
        "behavioural calibration over a, b",
        "  stated t \\ scored at t         0       0.5",
        "                      0    +0.500    +0.250",
        "                    0.5    -0.500    +1.000",
        "  what the model did when t was stated scores best at t for t = 0.5",
        "  from t = 0 to 0.5: 4 answers withdrawn, 1 newly given; of the withdrawn 25.0% "
        "[0.0%, 75.0%] were right, compatible with calibration (0 to 0.5)",
        "  from t = 0 to 0.5: 4 answers withdrawn, 1 newly given",
        "  false abstention at t = 0.5: none of its 4 abstentions were answered rightly at t = 0",
        "",
    ]
    group["stating_t_scores_best_at_t"] = [False, False]
    assert list(_behavioural(group))[4].endswith("for t = none")
