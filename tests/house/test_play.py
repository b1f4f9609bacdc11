"""The page to play with: its numbers are Python's, and it works in a browser."""

import http.server
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

from docs import page
from hallucination_theory.tables.model_table import read_model
from simulations.facts import zipf_law
from simulations.reduction import random_world
from theory.confidence_targets import target_averaged_score
from theory.facts import FactSample, FactWorld, closed_lower
from theory.facts import expected_missing_mass as expected_mm
from theory.facts import expected_singleton_rate as expected_sr
from theory.grading import Outcomes, confidence_target, penalty, swap_penalty
from theory.grading.published import SIMPLEQA
from theory.memory import best_system, swap_target
from theory.reduction import World, error_of_split, signed_gap_of_split, theorem_1_bound
from theory.trade_off import abstaining_memoriser

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
EXAMPLE = ROOT / "hallucination_theory" / "examples" / "birth_months.csv"
HEAD = "prompt,response,valid,train_prob,model_prob\n"
ROWS = "q,a,yes,1,0.5\nq,b,no,0,0.5\n"
BAD = [
    ("", "empty"),
    (HEAD, "empty"),
    ("prompt,response\nq,a\n", "columns"),
    (HEAD + ROWS + "q,b,no,0,0\n", "twice"),
    (HEAD + "q,a,maybe,1,1\nq,b,no,0,0\n", "truth"),
    (HEAD + "q,a,yes,1,1/2\nq,b,no,0,0.5\n", "probability"),
    (HEAD + "q,a,yes,1,1.5\nq,b,no,0,0\n", "probability"),
    (HEAD + "q,a,yes,1,\nq,b,no,0,0\n", "probability"),
    (HEAD + "q,a,yes,1,0.5\nq,b,no,0,0.4\n", "sum"),
    (HEAD + "q,a,yes,0.5,0.5\nq,b,no,0.5,0.5\n", "noisy"),
    (HEAD + "q,a,yes,1,1\n", "no_error"),
    (HEAD + "q,a,no,0,1\n", "no_valid"),
    (HEAD + "q,a,yes,1\n", "width"),
    (HEAD + 'q,"a"x,yes,1,1\n', "quote"),
    ("{not json}\n", "json"),
    (HEAD.replace("\n", ",prompt_prob\n") + "q,a,yes,1,1,1\nq,b,no,0,0,0.5\n", "prompt_prob"),
    (HEAD.replace("\n", ",nonsense\n") + "q,a,yes,1,1,yes\nq,b,no,0,0,no\n", "both"),
]


def terms(bound):
    names = {"err": "err", "errIiv": "err_iiv", "sizeRatio": "size_ratio", "delta": "delta"}
    found = {ours: float(getattr(bound, name)) for ours, name in names.items()}
    return found | {"bound": float(bound.bound), "slack": float(bound.slack)}


def as_prompts(world, p_hat):
    """The world in the words of the page."""
    ends = [*world.starts[1:], world.n_examples]
    columns = (world.valid.tolist(), world.nonsense.tolist(), world.p.tolist(), p_hat.tolist())
    rows = [
        dict(zip(("valid", "nonsense", "p", "q"), r, strict=True))
        for r in zip(*columns, strict=True)
    ]
    cuts = zip(world.mu.tolist(), world.starts, ends, strict=True)
    return [{"mu": mu, "rows": rows[first:end]} for mu, first, end in cuts]


def random_models(rng, n):
    """Ragged worlds with some nonsense, and models from nearly uniform to nearly certain."""
    for child in rng.spawn(n):
        world = random_world(int(child.integers(1, 6)), n_errors=(2, 12), rng=child)
        odd = ~world.valid & (child.random(world.n_examples) < 0.1)
        odd[world.starts + world.n_responses - 1] = False  # an error is left at each prompt
        world = World(world.p, world.valid, world.n_responses, world.mu, odd)
        raw = child.exponential(size=world.n_examples) ** child.uniform(0.5, 4)
        yield world, raw / world.per_example(np.add.reduceat(raw, world.starts))


def birthdays(known, idk, days, lucky, people=10):
    """Ten people as the first station has them, row by row."""
    p = np.tile(np.eye(1, 366)[0], people)
    valid = np.tile(np.isin(np.arange(366), [0, 365]), people)
    q = np.zeros((people, 366))
    for i in range(people):
        first = 0 if i < known + lucky else 1
        q[i, 0] = i < known
        if i >= known:
            q[i, first : first + days] = (1 - idk) / days
            q[i, 365] = idk
    return terms(theorem_1_bound(World(p, valid, [366] * people), q.ravel()))


def priced(mm, R, silent):
    """A world of one seen and one unseen prompt, and the memoriser that abstains there."""
    sample = FactSample.of_prompts(FactWorld(mu=[1 - mm, mm], n_responses=R), 5, [5, 0])
    split = abstaining_memoriser(sample, silent * mm).split()
    return {"err": error_of_split(split), "delta": abs(signed_gap_of_split(split))}


def test_the_page_is_one_file_that_takes_nothing_from_elsewhere():
    """No address but those of names, no module left to import, every mark filled in."""
    text = page.page()
    assert set(re.findall(r"https?://[^\"'\s)]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"^(?:import|export) ", text, re.MULTILINE)
    assert not re.search(r"/\* (?:STYLE|DATA) \*/|// SCRIPT", text)
    assert len(text.encode()) < 80_000


def test_the_five_answers_are_true():
    """The numbers that the page's answers tell."""
    text = (page.PLAY / "words.mjs").read_text(encoding="utf-8")
    half = np.log(365) / 2
    assert f"{100 * (2 * 0.1 - 2 / 364):.1f} %" == "19.5 %"
    wrong = [f"{100 * best_system(t, 365, half).wrong:.1f}" for t in (0, 0.5)]
    assert wrong == ["38.7", "0.1"]
    assert 0.7 - penalty(0.75) * 0.3 == pytest.approx(-0.2)
    equal = FactWorld(mu=np.full(1000, 1e-3), n_responses=365)
    assert f"{100 * expected_sr(equal, 1000):.0f}" == "37"
    for number in ("19.5 %", "39 %", "0.1 %", "\N{MINUS SIGN}0.2", "37 %"):
        assert text.count(number) >= 2, number


def fixtures(rng):
    """Numbers of Python for every formula of the page."""
    t_R_b = [
        (t, R, b) for t in (0, 0.25, 0.5, 0.9) for R in (2, 12, 365, 10**4) for b in (0.1, 0.5)
    ]
    models = [SIMPLEQA["o4-mini"], SIMPLEQA["gpt-5-thinking-mini"]]
    rates = [{"right": m.correct, "wrong": m.wrong} for m in models]
    cost = swap_penalty(*models)
    ours = [
        {"known": k, "idk": i, "days": d, "lucky": lucky}
        for k, i, d, lucky in [
            (6, 0, 365, 4),
            (0, 0.5, 20, 1),
            (10, 0, 1, 0),
            (3, 1, 364, 7),
            (5, 0.05, 1, 0),
        ]
    ]
    return {
        "theorem1": [
            {"prompts": as_prompts(w, q), "terms": terms(theorem_1_bound(w, q))}
            for w, q in random_models(rng, 200)
        ],
        "birthdays": [{"world": w | {"people": 10}, "terms": birthdays(**w)} for w in ours],
        "tables": [
            {
                "text": EXAMPLE.read_text(encoding="utf-8"),
                "terms": terms(read_model(EXAMPLE).bound(theorem_1_bound)),
            }
        ],
        "facts": [
            {"n": n, "exponent": a, "N": N, **expectations(n, a, N)}
            for n in (1, 10, 1000)
            for a in (0, 0.7, 1.5)
            for N in (1, 10, 10**4, 10**6)
        ],
        "floors": [
            {
                "sr": 0.4,
                "K": 364,
                "delta": 0.01,
                "term": s["term"],
                "bound": closed_lower(0.4, s["n"], min_errors=364, delta=0.01).bound,
            }
            for s in page.data()["samples"]
        ],
        "price": [
            {"mm": mm, "R": 365, "silent": s, "terms": priced(mm, 365, s)}
            for mm in (0.05, 0.4, 0.9)
            for s in (0, 0.25, 1)
        ],
        "scores": [scores(t, q) for t in (0, 0.3, 0.75) for q in (0, 0.4, 1)],
        "swap": {"models": rates, "t": float(cost / (1 + cost))},
        "memory": [
            {"t": t, "R": R, "b": s * np.log(R), **remembered(t, R, s * np.log(R))}
            for t, R, s in t_R_b
        ],
        "bad": [{"text": text, "key": key} for text, key in BAD],
    }


def expectations(n, a, N):
    world = FactWorld(mu=zipf_law(n, exponent=a).mu, n_responses=365)
    return {"sr": float(expected_sr(world, N)), "mm": float(expected_mm(world, N))}


def scores(t, q):
    told = Outcomes(correct=0.22, wrong=0.26, abstained=0.52)
    worth = q - float(penalty(t)) * (1 - q)
    averaged = [target_averaged_score(q, correct=y) for y in (True, False)]
    return {
        "t": t,
        "q": q,
        "right": 0.22,
        "wrong": 0.26,
        "averaged": averaged,
        "scores": [float(confidence_target(t).score(told)), float(penalty(t)), worth],
    }


def remembered(t, R, b):
    best = best_system(t, R, b)
    shares = {"right": best.right, "wrong": best.wrong, "idk": best.abstained}
    return {"best": shares, "swap": swap_target(R, b)}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="formulas are compared by Node")
def test_every_formula_of_the_page_gives_the_numbers_of_python(tmp_path):
    """To twelve digits, on random worlds and the sliders' ranges; and both languages are whole."""
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(fixtures(np.random.default_rng(20)), default=float))
    command = ["node", HERE / "play.mjs", page.PLAY, file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1500


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SILENT = {"stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "start_new_session": True}
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="the page is tried in Chromium")


HARNESS = """<script type=module>
const $ = (q) => document.querySelector(q);
const until = async (done) => { while (!done()) await new Promise((r) => setTimeout(r, 20)); };
let said;
try { said = await (async () => { SCRIPT })(); } catch (e) { said = String(e); }
location.href = `http://127.0.0.1:PORT/?${encodeURIComponent(JSON.stringify(said))}`;
</script>
</body>"""


@pytest.fixture
def tried(tmp_path):
    """Open the page, run a script in it, and return what the script told a server beside it."""
    said = queue.Queue()

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(204)
            self.end_headers()
            if "?" in self.path:
                said.put(json.loads(unquote(self.path.partition("?")[2])))

        def log_message(self, *args):
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever).start()

        def run(script, link="", width=1200, options=()):
            harness = HARNESS.replace("SCRIPT", script).replace("PORT", str(server.server_port))
            file = tmp_path / "page.html"
            file.write_text(page.page().replace("</body>", harness), encoding="utf-8")
            command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", *options]
            command += [f"--window-size={width},900", f"--user-data-dir={tmp_path / 'profile'}"]
            with subprocess.Popen([*command, file.as_uri() + link], **SILENT) as browser:
                try:
                    return said.get(timeout=120)
                finally:
                    os.killpg(browser.pid, signal.SIGKILL)

        yield run
        server.shutdown()


@pytest.mark.slow
@in_a_browser
def test_a_slider_moves_numbers_and_link_and_the_link_brings_them_back(tried):
    """Arrow keys are the browser's own for a slider: each is an ``input`` event."""
    said = tried(
        "const s = $('#station-judge input[type=range]'); s.value = 2;"
        "s.dispatchEvent(new Event('input'));"
        "await until(() => $('#station-judge td').textContent !== '39.89 %');"
        "return [location.hash, $('#station-judge td').textContent, $('html').lang]"
    )
    assert said == ["#known=2", "79.78 %", "en"]
    link = "#known=2&lang=zh"
    shown = "return [$('#station-judge td').textContent, $('html').lang, $('h1').textContent]"
    number, language, title = tried(shown, link)
    assert (number, language) == ("79.78 %", "zh")
    assert "幻觉" in title
    assert tried(shown, "#known=nan&n=-5&t=7&lang=xx&exam=%00&zipf=")[1] == "en"


@pytest.mark.slow
@in_a_browser
def test_a_table_of_ones_own_is_dropped_into_the_first_station(tried):
    """The numbers are those of ``check``; a bad table is one sentence."""
    table = (EXAMPLE).read_text(encoding="utf-8")
    drop = (
        "const first = () => $('#station-judge td').textContent;"
        "const put = async (text, number) => { const d = new DataTransfer();"
        "d.items.add(new File([text], 'mine.csv')); $('.drop').dispatchEvent("
        "new DragEvent('drop', { dataTransfer: d, cancelable: true }));"
        "await until(() => first() === number); return $('#station-judge').textContent; };"
    )
    said = tried(
        f"{drop} const good = await put({json.dumps(table)}, '36.67 %');"
        "await put('prompt,response\\na,b\\n', '39.89 %');"
        "return [good, $('[role=alert]').textContent]"
    )
    assert "mine.csv: 5 prompts, 60 rows" in said[0]
    assert "36.67 %" in said[0]
    assert "30.91 %" in said[0]
    assert said[1].endswith("missing: valid, train_prob, model_prob.")


@pytest.mark.slow
@in_a_browser
def test_an_exam_is_marked_at_the_target(tried):
    """One right answer of ten, half sure: it counts where t is below one half."""
    said = tried(
        "const cells = () => [...document.querySelectorAll('#station-guess td')]"
        ".map((td) => td.textContent).slice(0, 3); return cells()",
        "#exam=lk------------------&marked=1&t=0.25",
    )
    assert said[0] == said[1] == "1 right, 0 wrong, 9 “I don't know”: 0.10 points a question"
    assert said[2] == "0.07"  # (1 - 0.25)/10, rounded down


@pytest.mark.slow
@in_a_browser
def test_keyboard_readers_phones_and_those_who_want_no_motion_are_served(tried):
    """All controls have names and can be reached; nothing is wider than a phone."""
    said = tried(
        "const every = (q) => [...document.querySelectorAll(q)], html = $('html');"
        "const controls = every('input,select,button,a,summary');"
        "const name = (e) => (e.labels?.[0] ?? e).textContent.trim();"
        "return { unreached: controls.filter((e) => e.tabIndex < 0).length,"
        "nameless: controls.filter((e) => !name(e)).map((e) => e.outerHTML),"
        "wordless: every('svg').filter((e) => !e.getAttribute('aria-label')).length,"
        "wide: html.scrollWidth > innerWidth, narrow: innerWidth <= 500,"
        "motion: getComputedStyle(html).scrollBehavior }",
        width=500,
        options=["--force-prefers-reduced-motion"],
    )
    assert said == {
        **{"unreached": 0, "nameless": [], "wordless": 0},
        **{"wide": False, "narrow": True, "motion": "auto"},
    }
