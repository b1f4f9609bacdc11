"""The page of ``score --report`` in Chromium: it looks, speaks, obeys keys and runs no record."""

import json
import re
from itertools import pairwise

import pytest

from tests.browser.chromium import browser
from tests.command.test_report_page import HOSTILE
from tests.command.test_score import report, run, write

pytestmark = pytest.mark.slow

WIDE, PHONE = 1280, 375
TEXTS = (
    HOSTILE,
    "I don't know",
    "I'm not sure. Several scholars discussed her travels and her letters.",
    "\u05e9\u05dc\u05d5\u05dd",
)


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    """Two logs of one model each, with confidences, hostile texts and a long word."""
    folder = tmp_path_factory.mktemp("audit")
    logs = []
    for name, shift in (("first", 0), ("second", 1)):
        rows = [
            {
                "question": f"{HOSTILE} {i} {'x' * 150}",
                "answer": "Paris" if (i + shift) % 3 else TEXTS[i % len(TEXTS)],
                "target": "Paris",
                "confidence": i / 60,
            }
            for i in range(60)
        ]
        logs.append(write(folder / f"{name}.jsonl", *map(json.dumps, rows)))
    result = run(*logs, "--report", folder / "audit.html", "--json")
    assert result.exit_code == 0, result.output
    return folder, logs, json.loads(result.output)


@pytest.fixture(scope="module")
def page(audit):
    with browser() as tab:
        yield tab


@pytest.fixture(params=[WIDE, PHONE])
def opened(page, audit, request):
    page.open(audit[0] / "audit.html", width=request.param)
    return page


def test_no_record_is_run_and_nothing_is_fetched(opened):
    assert opened.run("document.title") == "Evaluation audit: first, second"
    assert opened.run("document.querySelectorAll('img, iframe, object, embed').length") == 0
    assert opened.run("document.scripts.length") == 2
    asked = {e["request"]["url"].split(":")[0] for e in opened.said("Network.requestWillBeSent")}
    assert asked == {"file"}
    assert opened.said("Log.entryAdded", "Runtime.exceptionThrown") == []


def test_the_policy_stops_a_script_that_escaping_missed(page, audit):
    """Dropped once: with the same script let in, the page is another's."""
    text = (audit[0] / "audit.html").read_text(encoding="utf-8")
    bad = audit[0] / "bad.html"
    bad.write_text(text.replace("<main>", "<main><script>document.title = 'run'</script>"))
    page.open(bad)
    assert page.run("document.title") == "Evaluation audit: first, second"
    assert any("Content Security Policy" in e["entry"]["text"] for e in page.said("Log.entryAdded"))
    bad.write_text(bad.read_text().replace("Content-Security-Policy", "nothing"))
    page.open(bad)
    assert page.run("document.title") == "run"


def test_the_page_shows_the_numbers_of_the_report(opened, audit):
    held = opened.run("JSON.parse(document.getElementById('report').textContent)")
    assert held == audit[2]
    cells = opened.run(
        "Array.from(document.querySelectorAll('section[aria-labelledby=table] tbody tr'),"
        " row => Array.from(row.cells, cell => cell.textContent))"
    )
    rows = [(log, row) for log in audit[2]["logs"] for row in log["targets"]]
    assert len(cells) == len(rows)
    for cell, (log, row) in zip(cells, rows, strict=True):
        assert log["log"].endswith(f"{cell[0]}.jsonl")
        assert float(cell[1]) == row["t"]
        assert float(cell[2]) == pytest.approx(row["score"], abs=5e-4)


def test_lines_are_drawn_where_the_numbers_are(opened, audit):
    """The line of a score runs from its accuracy at t = 0 to 1 less its error rate."""
    drawn = opened.run(
        "Array.from(document.querySelectorAll('[aria-labelledby=scores-title] polyline'),"
        " line => [line.points[0].y, line.points[line.points.length - 1].y])"
    )
    ends = [
        (row["accuracy"], 1 - row["error_rate"])
        for row in (log["targets"][0] for log in audit[2]["logs"])
    ]
    dashed, *rest = drawn
    down, unit = dashed[0], dashed[0] - dashed[1]
    solid = rest[::2]  # each is followed by the thin line of answers above t
    for line, end in zip(solid, ends, strict=True):
        assert [(down - y) / unit for y in line] == pytest.approx(list(end), abs=0.001)


def test_nothing_is_wider_than_the_window(opened):
    """On a phone too: what is wide scrolls for itself."""
    opened.run("for (const d of document.querySelectorAll('details')) d.open = true")
    inner = opened.run("window.innerWidth")
    assert opened.run("document.documentElement.scrollWidth") <= inner


def test_targets_are_large_enough_for_a_finger(opened):
    opened.run("for (const d of document.querySelectorAll('details')) d.open = true")
    heights = opened.run(
        "Array.from(document.querySelectorAll('select, button'), x => x.offsetHeight)"
    )
    assert len(heights) > 40
    assert min(heights) >= 44


def test_a_screen_reader_hears_every_part(opened, audit):
    opened.run("for (const d of document.querySelectorAll('details')) d.open = true")
    spoken = opened.spoken()
    assert all(name for role, name in spoken if role in {"combobox", "button", "link", "image"})
    images = [name for role, name in spoken if role == "image"]
    for title in ("Who leads for which t", "Score over all t", "Risk and coverage", "Reliability"):
        assert title in images
    choices = [name for role, name in spoken if role == "combobox"]
    assert len(set(choices)) == len(choices) >= 40
    assert all(re.match(r"Count record \d+ as \(", name) for name in choices)
    regions = {name for role, name in spoken if role == "region"}
    assert {"Verdict", "Curves", "Logs", "Records that moved the result", "Method"} <= regions
    assert ("status", "") in spoken
    levels = opened.run("Array.from(document.querySelectorAll('h1, h2, h3'), h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert opened.run("document.documentElement.lang") == "en"
    described = opened.run(
        "Array.from(document.querySelectorAll('svg[role=img]'), image =>"
        " document.getElementById(image.getAttribute('aria-describedby')).textContent.length)"
    )
    assert min(described) > 40


def test_words_stand_out_from_their_ground(page, audit):
    """Contrast of 4.5 or more (WCAG 2, AA), in light and in dark."""
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        page.command("Emulation.setEmulatedMedia", features=features)
        page.open(audit[0] / "audit.html")
        found = page.run(CONTRAST)
        assert len(found) > 100
        assert min(found) >= 4.5
    page.command("Emulation.setEmulatedMedia", features=[])


CONTRAST = """(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const part = (v) => v <= 10.3 ? v / 3294 : ((v / 255 + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (c !== "rgba(0, 0, 0, 0)") return c;
    }
    return "Canvas";
  };
  for (const d of document.querySelectorAll("details")) d.open = true;
  document.documentElement.style.backgroundColor = "Canvas";
  const words = Array.from(document.querySelectorAll("p, li, td, th, summary, figcaption, a, h2"));
  return words.map((e) => {
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
})()"""


def test_a_record_is_corrected_with_the_keyboard_alone(page, audit, tmp_path):
    """Tab to the group, open it, choose, save; the file changes as many records as were chosen."""
    folder, logs, before = audit
    page.open(folder / "audit.html")
    page.command("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    at = "document.activeElement"
    _tab_until(page, f"{at}.tagName === 'SUMMARY' && {at}.textContent.includes('otherwise')")
    assert page.run(f"getComputedStyle({at}).outlineStyle") == "solid"
    page.press("Enter")
    for _ in range(2):
        _tab_until(page, f"{at}.tagName === 'SELECT'")
        page.press("ArrowUp")
    chosen = page.run("Array.from(document.querySelectorAll('.changed select'), x => x.value)")
    assert len(chosen) == 2
    assert page.run("document.getElementById('status').textContent").startswith("2 records are")
    _tab_until(page, f"{at}.id === 'save'")
    page.press("Enter")
    saved = tmp_path / "corrections.jsonl"
    page.wait_for("Page.downloadProgress", state="completed")
    rows = [json.loads(line) for line in saved.read_text(encoding="utf-8").splitlines()]
    assert [row["kind"] for row in rows] == chosen
    after = report(*logs, "--corrections", saved)
    assert sum(log["n_corrected"] for log in after["logs"]) == 2
    assert after["logs"][0]["outcomes"] != before["logs"][0]["outcomes"]


def _tab_until(page, condition, most=200):
    for _ in range(most):
        page.press("Tab")
        if page.run(condition):
            return
    raise AssertionError(condition)


def test_a_log_without_confidences_repetitions_or_texts(page, tmp_path):
    """A table of outcomes with a target stated, asked twice: what is absent is not drawn."""
    rows = [f"q{i},{e},0.5,{'wrong' if i % 3 else 'correct'}" for i in range(9) for e in (1, 2)]
    log = write(tmp_path / "a.csv", "question,epoch,t,outcome", *rows)
    assert run(log, "--report", tmp_path / "a.html").exit_code == 0
    page.open(tmp_path / "a.html", width=PHONE)
    titles = page.run("Array.from(document.querySelectorAll('h3'), h => h.textContent)")
    assert {"Score over all t", "Wrong answers over t", "Abstentions over t"} <= set(titles)
    assert "Reliability" not in titles
    first = "document.querySelector('select')"
    page.run(f"{first}.value = 'abstain', {first}.dispatchEvent(new Event('change'))")
    (row,) = page.run("document.getElementById('lines').textContent").splitlines()
    assert json.loads(row) == {
        "log": "a.csv", "question": "q1", "epoch": 1, "t": 0.5, "kind": "abstain", "was": "wrong",
    }  # fmt: skip
