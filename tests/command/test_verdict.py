"""The verdict: a few sentences whose numbers and intervals come from the log alone."""

import json
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.stats import binomtest

from hallucination_theory.cli import cli
from hallucination_theory.scores import simultaneous
from hallucination_theory.scores.simultaneous import GRID, compare

FALSE_ALARM = 1e-4
MADE = {"A": (120, 80, 0), "B": (110, 30, 60), "C": (96, 4, 100)}


def write(path, right, wrong, abstained):
    kinds = ["correct"] * right + ["wrong"] * wrong + ["abstain"] * abstained
    rows = [f"q{i},{kind}" for i, kind in enumerate(kinds)]
    path.write_text("\n".join(["question,outcome", *rows]) + "\n")
    return str(path)


@pytest.fixture
def made(tmp_path):
    return [write(tmp_path / f"{name}.csv", *counts) for name, counts in MADE.items()]


def report(*arguments):
    result = CliRunner().invoke(cli, ["score", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_three_made_logs_read_as_they_should(made):
    """Swaps by hand: at L = 0.05/0.25, 0.12/0.38, 0.07/0.13, t = L/(1 + L)."""
    found = report(*made)
    text = " ".join(found["verdict"])
    assert text.startswith("At t = 0 A leads, .60, .55, .48.")
    for swap in ("B passes A at t = .17 [", "and C passes A at t = .24 [", "and B at t = .35 ["):
        assert swap in text
    assert "All pairs differ (simultaneous p" in text
    assert (
        "A is wrong on 40 % [33, 47] and never says I don't know; below zero from t = .60" in text
    )
    assert "C is wrong on 2 % [1, 5] and abstains on 50 % [43, 57]" in text
    assert len(found["verdict"]) == 6
    swaps = [s["t"] for s in found["findings"]["together"]["swaps"]]
    by_hand = [float(x / (1 + x)) for x in (F(5, 25), F(12, 38), F(7, 13))]
    assert swaps == pytest.approx(by_hand)
    leaders = [(x["log"], x["from"], x["to"]) for x in found["findings"]["together"]["leaders"]]
    assert [who for who, _, _ in leaders] == [0, 1, 2]
    assert leaders[1][1:] == pytest.approx((by_hand[0], by_hand[2]))


def test_a_swap_lies_where_the_simultaneous_band_does_not_tell_who_leads(made):
    """At the ends of its interval one end of the band in normal form is 0."""
    together = report(*made)["findings"]["together"]
    assert [s["overtakes"] for s in together["swaps"]] == [1, 2, 2]
    for swap in together["swaps"]:
        low, high = swap["interval"]
        (pair,) = [
            p
            for p in together["pairs"]
            if (p["a"], p["b"]) == (swap["overtaken"], swap["overtakes"])
        ]
        right, wrong = pair["difference_of_right"], pair["difference_of_wrong"]
        assert 0 <= low < swap["t"] < high <= 1
        assert (1 - low) * right[0] - low * wrong[1] == pytest.approx(0) or low == 0
        assert (1 - high) * right[1] - high * wrong[0] == pytest.approx(0) or high == 1


def test_pairs_differ_at_the_level_of_the_intervals(tmp_path):
    """9 changes of one sign: p about 2/512, small for 95 % and not for 99.9 %."""
    a, b = write(tmp_path / "a.csv", 19, 1, 0), write(tmp_path / "b.csv", 10, 10, 0)
    assert "They differ" in " ".join(report(a, b)["verdict"])
    level = ("--confidence-level", "0.999")
    assert "do not tell apart a and b" in " ".join(report(a, b, *level)["verdict"])


def test_every_line_fits_a_hundred_columns(made):
    result = CliRunner().invoke(cli, ["score", *made])
    assert result.exit_code == 0
    shown = [line for line in result.output.splitlines() if not line.startswith("/")]
    assert max(map(len, shown)) <= 100


def test_patterns_and_methods_are_printed_only_when_asked(made):
    short = CliRunner().invoke(cli, ["score", made[0]]).output
    long = CliRunner().invoke(cli, ["score", made[0], "--explain"]).output
    assert "Clopper-Pearson" not in short
    assert "Clopper-Pearson" in long
    assert "(score + L)/(1 + L)" in long


def test_scores_on_both_scales_rank_alike(made):
    """(score + L)/(1 + L) of (1, 0, -L) is the score of (1, t, 0), exactly."""
    for right, wrong, abstained in MADE.values():
        for t in (F(0), F(1, 2), F(9, 10)):
            L, n = t / (1 - t), right + wrong + abstained
            score = F(right) / n - L * F(wrong) / n
            assert (score + L) / (1 + L) == F(right) / n + t * F(abstained) / n


def test_two_equal_logs_are_not_told_apart(tmp_path):
    a, b = (write(tmp_path / f"{name}.csv", 10, 5, 5) for name in "ab")
    found = report(a, b)
    assert "do not tell apart a and b (p = 1)" in " ".join(found["verdict"])
    assert "The order is the same at every t." in " ".join(found["verdict"])
    assert "no log leads all others" in " ".join(found["verdict"])


def test_one_log_alone(tmp_path):
    text = " ".join(report(write(tmp_path / "b.csv", 110, 30, 60))["verdict"])
    assert "b is right on 55 % [48, 62] of 200 records, wrong on 15 % [10, 21]" in text
    assert "would add 3.0 [2.4, 3.7] points in 100" in text
    assert 'From t = .79 on (.71 to .85), "I don\'t know" everywhere scores more.' in text
    assert "cannot tell whether the model is overconfident" in text


def test_a_log_that_attempts_nothing(tmp_path):
    assert "scores 0 at every t" in " ".join(report(write(tmp_path / "c.csv", 0, 0, 9))["verdict"])


@pytest.mark.parametrize(
    ("right_of_a_hundred", "sentence"),
    [
        (40, "It is overconfident at t = 0.75: of answers with more confidence only 40 %"),
        (95, "It is not overconfident at t = 0.75"),
        (78, "Whether it is overconfident the log cannot tell"),
    ],
)
def test_overconfidence_is_said_only_if_the_interval_says_it(
    tmp_path, right_of_a_hundred, sentence
):
    rows = [f"q{i},{'correct' if i < right_of_a_hundred else 'wrong'},0.9" for i in range(100)]
    path = tmp_path / "x.csv"
    path.write_text("question,outcome,confidence\n" + "\n".join(rows) + "\n")
    assert sentence in " ".join(report(str(path), "--t", "0.75")["verdict"])


def test_withholding_the_least_sure_is_advised_where_it_pays(tmp_path):
    """60 unsure answers of which 12 are right: withheld, they earn 0 for 12 - 48."""
    rows = [f"a{i},correct,0.95" for i in range(80)]
    rows += [f"b{i},{'correct' if i < 12 else 'wrong'},0.3" for i in range(60)]
    path = tmp_path / "x.csv"
    path.write_text("question,outcome,confidence\n" + "\n".join(rows) + "\n")
    found = report(str(path), "--t", "0.5")
    (row,) = found["findings"]["logs"][0]["confidence"]
    gain, (low, high) = row["gain_if_withheld"]
    assert gain == pytest.approx((48 - 12) / 140)
    assert 0 < low < gain < high
    text = " ".join(found["verdict"])
    assert "withholding its 60 least sure answers (43 %), of which 20 %" in text
    assert f"would have added .26 [{low:.2f}".replace("0.", ".") in text.replace("0.", ".")


def test_withholding_is_not_advised_where_the_interval_does_not_carry_it(tmp_path):
    """10 unsure answers of which 4 are right: at t = 0.5 that may be more or less than half."""
    rows = [f"a{i},correct,0.95" for i in range(80)]
    rows += [f"b{i},{'correct' if i < 4 else 'wrong'},0.3" for i in range(10)]
    path = tmp_path / "x.csv"
    path.write_text("question,outcome,confidence\n" + "\n".join(rows) + "\n")
    text = " ".join(report(str(path), "--t", "0.5")["verdict"])
    assert "would have added" not in text
    assert "would raise a score, it cannot tell" in text


def test_at_target_0_nothing_is_said_of_confidence_and_withholding_never_pays(tmp_path):
    """No share of right answers is below 0, so "not overconfident at t = 0" would say nothing."""
    path = tmp_path / "x.csv"
    rows = [f"a{i},{'correct' if i % 2 else 'wrong'},{i % 3 / 4}" for i in range(60)]
    path.write_text("question,outcome,confidence\n" + "\n".join(rows) + "\n")
    text = " ".join(report(str(path), "--t", "0")["verdict"])
    assert "not overconfident" not in text
    assert "Whether it is overconfident the log cannot tell" in text
    assert "would have raised the score at none of these t." in text


def test_what_is_said_of_confidences_holds_for_all_targets_together(tmp_path):
    """Clopper-Pearson of 95 of 100 at 1 - .05/(2 x 4): two intervals at each of four targets."""
    rows = [f"q{i},{'correct' if i < 95 else 'wrong'},0.9" for i in range(100)]
    path = tmp_path / "x.csv"
    path.write_text("question,outcome,confidence\n" + "\n".join(rows) + "\n")
    (log,) = report(str(path))["findings"]["logs"]
    ends = binomtest(95, 100).proportion_ci(1 - 0.05 / 8)
    rows = [row for row in log["confidence"] if row["t"] < 0.9]
    assert len(log["confidence"]) == 4
    assert len(rows) == 3
    for row in rows:
        assert row["right_above_t"][1] == pytest.approx([ends.low, ends.high])


@pytest.mark.parametrize(
    ("t", "sentence"),
    [
        ("0.75", "Its grading states t = 0.75: a guess pays only"),
        ("0", "Graded by accuracy a guess costs nothing: it lost nothing by its mistakes"),
    ],
)
def test_whether_its_own_grading_rewards_guessing(tmp_path, t, sentence):
    path = write(tmp_path / "a.csv", 6, 4, 0)
    assert sentence in " ".join(report(path, "--stated-t", t)["verdict"])


def test_hallucination_rate_is_wrong_of_wrong_and_abstained(tmp_path):
    (log,) = report(write(tmp_path / "b.csv", 110, 30, 60))["findings"]["logs"]
    assert log["hallucination_rate"][0] == 30 / 90

    low, high = log["hallucination_rate"][1]
    ends = binomtest(30, 90).proportion_ci()
    assert (low, high) == pytest.approx((ends.low, ends.high))


def test_the_new_numbers_are_printed(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("outcome,answerable\nabstain,no\nwrong,yes\nabstain,yes\ncorrect,yes\n")
    text = CliRunner().invoke(cli, ["score", str(path)]).output
    assert "hallucination rate, wrong of wrong and abstained: 50% [1, 99]" in text
    assert "abstained on 100% [3, 100] of 1 without an answer (right), on 33% [1, 91] of 3" in text


def test_undetermined_records_may_be_hallucinations_or_not(tmp_path):
    path = tmp_path / "x.csv"
    rows = ["correct"] * 5 + ["wrong"] * 3 + ["abstain"] * 6 + ["unscored"] * 2
    path.write_text("outcome\n" + "\n".join(rows) + "\n")
    (log,) = report(str(path))["findings"]["logs"]
    value, (low, high) = log["hallucination_rate"]
    assert value == 3 / 9
    assert low == pytest.approx(binomtest(3, 11).proportion_ci().low)
    assert high == pytest.approx(binomtest(5, 11).proportion_ci().high)


UNANSWERABLE = """\
question,answer,target,answerable
a,Paris,Paris,true
b,I don't know,Rome,true
c,I don't know,,false
d,Atlantis,,false
e,no idea,I don't know,yes
"""


def test_to_abstain_is_right_where_there_is_no_answer(tmp_path):
    """Of c, d and e (whose target is an abstention) two abstain; of a and b one does."""
    path = tmp_path / "x.csv"
    path.write_text(UNANSWERABLE)
    found = report(str(path))
    outcomes = {k: n for k, n in found["logs"][0]["outcomes"].items() if n}
    assert outcomes == {"correct": 3, "wrong": 1, "abstain": 1}
    none = found["findings"]["logs"][0]["unanswerable"]
    assert (none["n"], none["abstained"][0]) == (3, 2 / 3)
    assert (none["n_answerable"], none["answerable_abstained"][0]) == (2, 1 / 2)
    assert "It abstains on 67 % [9, 99] of 3 questions that have no answer" in " ".join(
        found["verdict"]
    )


def test_labels_of_unanswerable_questions(tmp_path):
    """A label "abstain" is right where there is no answer; one confidence of it is no answer's."""
    path = tmp_path / "x.csv"
    path.write_text(
        "outcome,answerable,confidence\nabstain,0,0.9\nabstain,1,0.2\nwrong,0,0.8\ncorrect,1,0.7\n"
    )
    found = report(str(path))
    outcomes = {k: n for k, n in found["logs"][0]["outcomes"].items() if n}
    assert outcomes == {"correct": 2, "wrong": 1, "abstain": 1}
    assert found["logs"][0]["confidence"]["n"] == 2


def test_only_unanswerable_questions(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("outcome,answerable\nabstain,no\nwrong,no\n")
    found = report(str(path))
    assert found["findings"]["logs"][0]["unanswerable"]["answerable_abstained"] is None
    assert "which is right there." in " ".join(found["verdict"])


def stated(folder, at_0, at_75):
    rows = [f"q{i},{kind},0" for i, kind in enumerate(at_0)]
    rows += [f"q{i},{kind},0.75" for i, kind in enumerate(at_75)]
    path = folder / "stated.csv"
    path.write_text("question,outcome,t\n" + "\n".join(rows) + "\n")
    return str(path)


def test_false_abstention_by_hand(tmp_path):
    """Six abstain at .75: at 0 they were right, right, wrong, wrong, abstained and unscored."""
    path = stated(
        tmp_path,
        ["correct", "correct", "wrong", "wrong", "abstain", "unscored", "correct", "wrong"],
        ["abstain"] * 6 + ["correct", "wrong"],
    )
    found = report(path)
    ((row,),) = [group["false_abstention"] for group in found["behavioural"]]
    assert (row["t"], row["n_abstained"], row["n_right_at_0"]) == (0.75, 6, 3)
    assert row["right_of_abstained"][0] == 2 / 5
    low, high = (binomtest(k, 6).proportion_ci() for k in (2, 3))
    assert row["right_of_abstained"][1] == pytest.approx([low.low, high.high])
    assert row["abstained_of_right"][0] == 2 / 3
    assert "it abstains on 6 questions; 40 %" in " ".join(found["verdict"])
    assert "false abstention at t = 0.75: 40%" in CliRunner().invoke(cli, ["score", path]).output


@pytest.mark.parametrize(
    ("right", "side"),
    [(100, "answering them would have paid"), (10, "abstaining paid"), (75, "which t allows")],
)
def test_what_is_said_of_false_abstentions(tmp_path, right, side):
    path = stated(tmp_path, ["correct"] * right + ["wrong"] * (100 - right), ["abstain"] * 100)
    assert side in " ".join(report(path)["verdict"])


def test_several_targets_are_told_in_a_few_sentences(tmp_path):
    """One sentence each, and one on false abstention; the model's name and its target tell them."""
    kinds = ["correct"] * 5 + ["wrong"] * 5
    text = report(stated(tmp_path, kinds, ["abstain"] * 4 + ["wrong"] * 6))["verdict"]
    assert len(text) == 3
    assert text[0].startswith("stated at t = 0 is wrong on 50 %")
    assert text[1].startswith("stated at t = 0.75 is wrong on 60 %")


def test_a_log_is_named_by_its_model_and_the_file_where_models_repeat():
    data = Path(__file__).resolve().parents[1] / "data"
    one, other = (str(data / f"inspect_{name}") for name in ("match.json", "half_blind.eval"))
    assert report(one)["findings"]["logs"][0]["name"] == "mockllm/model"
    names = [log["name"] for log in report(one, other)["findings"]["logs"]]
    assert names == ["mockllm/model (inspect_match)", "mockllm/model (inspect_half_blind)"]


def test_without_a_log_at_target_0_there_is_no_false_abstention(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("question,outcome,t\na,correct,0.5\na,abstain,0.9\n")
    assert report(str(path))["behavioural"][0]["false_abstention"] == []


def random_logs(rng, n, k):
    """Logs of equal law: each question's outcomes exchangeable between the logs."""
    outcomes = rng.integers(3, size=(n, k))
    return [np.stack([outcomes[:, i] == 0, outcomes[:, i] == 1], 1).astype(float) for i in range(k)]


@pytest.mark.slow
def test_the_simultaneous_test_keeps_its_level():
    """Equal logs: some p <= 0.1 among all pairs in at most a tenth of the trials."""
    rng = np.random.default_rng(5)
    hits = sum(
        min(p.p_value for p in compare(random_logs(rng, 40, 3), confidence_level=0.9, rng=i)) <= 0.1
        for i in range(60)
    )
    assert binomtest(hits, 60, 0.1, alternative="greater").pvalue > FALSE_ALARM


@pytest.mark.slow
def test_the_band_covers_all_pairs_and_targets_together():
    """The truth, 0 everywhere for equal laws, is inside at every t in at least 80 % of trials."""
    rng = np.random.default_rng(6)
    covered = 0
    for i in range(60):
        found = compare(random_logs(rng, 60, 3), confidence_level=0.8, rng=i)
        bands = [pair.band(GRID) for pair in found]
        covered += all((low <= 0).all() and (high >= 0).all() for low, high in bands)
    assert binomtest(covered, 60, 0.8, alternative="less").pvalue > FALSE_ALARM


@pytest.mark.parametrize("cells", [1, 4_000])
def test_blocks_of_resamples_change_no_number(monkeypatch, cells):
    """One resample at a time, or a dozen: the flips and the p-values are the same."""
    logs = random_logs(np.random.default_rng(7), 30, 3)
    whole = compare(logs, confidence_level=0.9, rng=1)
    monkeypatch.setattr(simultaneous, "CELLS", cells)
    assert compare(logs, confidence_level=0.9, rng=1) == whole
    assert 0 < whole[0].p_value < 1


def test_the_simultaneous_test_has_power_and_a_floor():
    a = np.column_stack([np.ones(50), np.zeros(50)])
    b = np.column_stack([np.zeros(50), np.ones(50)])
    (pair,) = compare([a, b], confidence_level=0.95, rng=0)
    assert pair.p_value == pair.p_floor == 1e-4
    assert (pair.band(GRID)[0] > 0).all()
