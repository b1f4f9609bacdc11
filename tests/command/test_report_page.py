"""``score --report FILE.html``: the numbers of ``--json``, the records and why they counted so."""

import json
import re
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pytest
from scipy.stats import binomtest

from tests.command.test_score import DATA, complaint, report, run, write
from tests.command.test_verdict import MADE
from tests.command.test_verdict import write as write_log
from theory.confidence_targets import brier_score

HOSTILE = '</script><script>document.title = "run"</script><img src=x onerror=alert(1)>\u202e'


class Elements(HTMLParser):
    """The start tags of a page, in order, and the text of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self.text, self._inside = [], [], "", None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside == "script":
            self.scripts.append(data)
        else:
            self.text += data


def paged(folder, *arguments):
    """Run score once; return the page, what it holds, and the report printed beside it."""
    path = folder / "audit.html"
    result = run(*arguments, "--report", path, "--json")
    assert result.exit_code == 0, result.output
    text = path.read_text(encoding="utf-8")
    return text, Elements(text), json.loads(result.output)


def log_with(folder, *answers, name="log.jsonl", **more):
    rows = [{"question": f"q{i}", "answer": a, "target": "Paris"} | more
            for i, a in enumerate(answers)]  # fmt: skip
    return write(folder / name, *map(json.dumps, rows))


@pytest.fixture
def made(tmp_path):
    return [write_log(tmp_path / f"{name}.csv", *counts) for name, counts in MADE.items()]


def test_the_page_holds_the_very_json(tmp_path, made):
    for arguments in (made, [DATA / "inspect_match.json"], [DATA / "inspect_target.eval"]):
        _, page, printed = paged(tmp_path, *arguments)
        (held,) = [s for s, (tag, of) in zip(page.scripts, scripts(page), strict=True)
                   if of.get("type") == "application/json"]  # fmt: skip
        assert json.loads(held) == printed
        for sentence in printed["verdict"]:
            assert sentence in page.text


def scripts(page):
    return [(tag, of) for tag, of in page.tags if tag == "script"]


def test_the_page_needs_nothing_else(tmp_path, made):
    text, page, _ = paged(tmp_path, *made)
    for _, of in page.tags:
        assert not {"src", "srcset", "background"} & of.keys()
        assert of.get("href", "#").startswith("#")
    assert "url(" not in text
    assert "@import" not in text
    assert len(text.encode()) < 1_000_000


@pytest.mark.slow
def test_the_page_stays_below_a_megabyte(tmp_path):
    """Ten logs with confidences whose answers are long and of three bytes a letter."""
    kinds = ("correct", "wrong", "unparsed")
    paths = []
    for k in range(10):
        rows = [
            {"question": f"{i} " + "\u4e00" * 600, "outcome": kinds[(i + i // 3 * k) % 3],
             "answer": f"{i}" + "\u4e8c" * 600, "confidence": (i * 79 % 100) / 100}
            for i in range(42)
        ]  # fmt: skip
        paths.append(write(tmp_path / f"{k}.jsonl", *map(json.dumps, rows)))
    text, page, printed = paged(tmp_path, *paths, "--separate")
    assert len(printed["logs"]) == 10
    assert len(text.encode()) < 1_000_000
    n_shown = sum(tag == "select" for tag, _ in page.tags)
    assert (
        10 < n_shown < sum(log["n_records"] - log["outcomes"]["correct"] for log in printed["logs"])
    )


def test_text_of_a_record_stays_text(tmp_path):
    rows = [{"question": HOSTILE, "answer": HOSTILE, "target": HOSTILE[::-1], "confidence": 1}]
    log = write(tmp_path / "x<script>y.jsonl", *map(json.dumps, rows))
    text, page, _ = paged(tmp_path, log)
    assert [of.get("type") for _, of in scripts(page)] == ["application/json", None]
    assert not [tag for tag, _ in page.tags if tag == "img"]
    assert "onerror=alert(1)>\\u202e" in page.text
    assert "\u202e" not in page.text
    (choice,) = [of for tag, of in page.tags if tag == "select"]
    assert choice["data-question"] == HOSTILE
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert "default-src 'none'" in unescape(policy)


ANSWERS = {
    "Paris": "",
    "Lyon": "Graded wrong. It counts as wrong.",
    "I don't know": "Graded wrong; its text is an abstention. It counts as abstained (0 points).",
    "I can't help with that.": "its text is a refusal. It counts as abstained (0 points).",
    "I'm not sure. Several scholars discussed her travels and her letters.":
        "says that it does not know, and more. It counts as undetermined",
    "<think>It may be": "Graded unparsed by the log. It counts as undetermined",
}  # fmt: skip


def test_each_record_says_why_it_counted_so(tmp_path):
    _, page, printed = paged(tmp_path, log_with(tmp_path, *ANSWERS))
    for answer, why in ANSWERS.items():
        assert why in page.text
        shown = f"{answer}Accepted: Paris" in page.text
        assert shown == (answer not in {"Paris", "<think>It may be"})
    chosen = [of["data-kind"] for tag, of in page.tags if tag == "select"]
    counted = {kind: n for kind, n in printed["logs"][0]["outcomes"].items() if n}
    assert counted.pop("correct") == 1
    assert {kind: chosen.count(kind) for kind in chosen} == counted


def test_mistakes_that_another_log_avoids_come_first(tmp_path):
    a = log_with(tmp_path, "Lyon", "Rome", "Paris", name="a.jsonl")
    b = log_with(tmp_path, "Lyon", "Paris", "Paris", name="b.jsonl")
    _, page, _ = paged(tmp_path, a, b)
    assert "1 record wrong, where another log is right" in page.text
    chosen = [(of["data-log"], of["data-question"]) for tag, of in page.tags if tag == "select"]
    assert chosen == [("a.jsonl", "q1"), ("a.jsonl", "q0"), ("b.jsonl", "q0")]


def test_corrected_records_say_so(tmp_path):
    log = log_with(tmp_path, "Lyon", "Paris")
    fixed = write(tmp_path / "c.csv", "question,kind", "q0,correct")
    _, page, _ = paged(tmp_path, log, "--corrections", fixed)
    assert "1 record counts otherwise by c.csv" in page.text
    assert "; 1 corrected by hand." in page.text
    assert "Corrected by hand: correct, before wrong." in page.text


def test_subsets_are_reported_for_themselves(tmp_path):
    """Geography 1 of 2 right; history 1 right, 1 wrong, 1 abstained: 0 points at t = .5."""
    rows = ["a,correct", "b,correct", "b,abstain", "a,wrong", "b,wrong"]
    log = write(tmp_path / "c.csv", "category,outcome", *rows)
    text, _, found = paged(tmp_path, log, "--columns", "subset=category", "--t", "0.5")
    parts = found["logs"][0]["subsets"]
    assert [(p["name"], p["targets"][0]["n"]) for p in parts] == [("b", 3), ("a", 2)]
    assert [p["targets"][0]["score"] for p in parts] == [0, 0]
    exact = binomtest(1, 2).proportion_ci(0.95, method="exact")
    assert parts[1]["targets"][0]["accuracy_interval"] == pytest.approx([exact.low, exact.high])
    assert "Subsets of c" in text
    assert report(log)["logs"][0]["subsets"] == []


def test_subsets_of_an_inspect_log_are_a_key_of_its_metadata(tmp_path):
    """Rows without the key are a subset of their own; a key that no sample has is refused."""
    log = json.loads((DATA / "inspect_match.json").read_text())
    for k, sample in enumerate(log["samples"]):
        sample["metadata"] = {"topic": "cities"} if k < 5 else {}
    path = tmp_path / "log.json"
    path.write_text(json.dumps(log))
    parts = report(path, "--columns", "subset=topic")["logs"][0]["subsets"]
    assert [(p["name"], p["targets"][0]["n"]) for p in parts] == [("cities", 5), ("", 3)]
    assert "such that it has 'none'" in complaint(path, "--columns", "subset=none")


@pytest.mark.parametrize("name", ["inspect_match.json", "lm_eval_facts_t50.jsonl"])
def test_accepted_answers_stand_beside_what_was_said(tmp_path, name):
    _, page, _ = paged(tmp_path, DATA / name)
    assert "Accepted: Madrid" in page.text


def test_several_accepted_answers_are_listed(tmp_path):
    rows = [{"answer": "Lyon", "target": ["Paris", "Lutetia"]}]
    log = write(tmp_path / "log.jsonl", *map(json.dumps, rows))
    assert "Accepted: Paris | Lutetia" in paged(tmp_path, log)[1].text


def test_band_is_of_two_rates_that_share_the_error(tmp_path, made):
    log = report(made[1])["logs"][0]
    for rate, k in (("right", 110), ("wrong", 30)):
        exact = binomtest(k, 200).proportion_ci(0.975, method="exact")
        assert log["band"][rate] == pytest.approx([exact.low, exact.high])


def test_curves_over_t_agree_with_the_rows_at_targets(tmp_path):
    """What the page draws at every t is what the report says at the targets asked for."""
    rng = np.random.default_rng(1)
    q, y = rng.integers(0, 101, 300) / 100, rng.random(300) < 0.5
    rows = [f"{'correct' if y[i] else 'wrong'},{q[i] if i % 7 else ''}" for i in range(300)]
    log = write(tmp_path / "c.csv", "outcome,confidence", *rows, "abstain,0.9", "unparsed,")
    targets = [k / 100 for k in (0, 1, 29, 50, 75, 99)]
    found = report(log, *(f"--t={t}" for t in targets))["logs"][0]["confidence"]
    curve = found["rates_if_answered_above_t"]
    for row in found["targets_if_answered_above_t"]:
        k = curve["t"].index(row["t"])
        for rate in ("accuracy", "error_rate", "abstention_rate"):
            assert curve[rate][k] == pytest.approx(row[rate], abs=1e-12)


def test_reliability_by_hand(tmp_path):
    rows = ["correct,0.95", "correct,0.91", "wrong,0.99", "wrong,0.05"]
    log = write(tmp_path / "c.csv", "outcome,confidence", *rows)
    low, high = report(log)["logs"][0]["confidence"]["reliability"]
    assert (low["n"], low["confidence"], low["accuracy"]) == (1, 0.05, 0)
    assert (high["n"], high["confidence"], high["accuracy"]) == (3, pytest.approx(0.95), 2 / 3)
    exact = binomtest(2, 3).proportion_ci(0.95, method="exact")
    assert high["accuracy_interval"] == pytest.approx([exact.low, exact.high])
    assert brier_score([0.95, 0.91, 0.99, 0.05], [1, 1, 0, 0]) > 0


@pytest.mark.parametrize(
    ("flag", "name", "message"),
    [("--report", "a.pdf", "must be .html"), ("--table", "a.txt", "must be .csv or .md")],
)
def test_other_suffixes_are_refused_before_anything_is_done(tmp_path, made, flag, name, message):
    assert message in complaint(made[0], flag, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_nothing_is_left_of_a_page_that_cannot_be_written(tmp_path, made):
    said = complaint(made[0], "--report", tmp_path / "none" / "a.html")
    assert "No such file or directory" in said


def test_what_one_model_did_at_several_stated_targets_is_joined(tmp_path):
    """Wrong on 3 of 4 at t = 0 and on 1 of 4 at t = .5: one line with two points on each chart."""
    rows = [f"q{i},{t},{'wrong' if i < (1 if t else 3) else 'abstain'}"
            for t in (0, 0.5) for i in range(4)]  # fmt: skip
    text, page, _ = paged(tmp_path, write(tmp_path / "a.csv", "question,t,outcome", *rows))
    assert "What the model did when t was stated" in page.text
    chart = re.search(r'aria-labelledby="error_rate-title".*?</svg>', text, re.DOTALL)[0]
    joined = re.findall(r'<polyline points="([^"]*)" fill="none" stroke="currentColor"', chart)
    (line,) = joined
    heights = [float(point.split(",")[1]) for point in line.split()]
    bottom, top = (
        float(y) for y in re.findall(r'<path class="grid" d="M[\d.]+,([\d.]+)', chart)[::4]
    )
    assert [(bottom - y) / (bottom - top) for y in heights] == pytest.approx(
        [3 / 4, 1 / 4], abs=1e-3
    )
    assert chart.count("<circle") == 2
