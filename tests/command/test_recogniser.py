"""What counts as an abstention, a refusal, an empty answer, an attempt."""

import csv
import runpy
from collections import Counter
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.logs.recogniser import Recogniser, _cues, normalise
from hallucination_theory.replies.classifier import Classifier, classifier
from hallucination_theory.replies.features import blocks
from hallucination_theory.replies.lexicon import lexicons
from hallucination_theory.replies.own import Language, read_language
from theory.errors import InvalidInput

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "hallucination_theory" / "replies" / "languages" / "weights.npz"
DATA, PAGE = ROOT / "tests" / "data", ROOT / "benchmarks" / "abstentions.md"
ABSTENTIONS = [
    "I don't know.",
    "I don\N{RIGHT SINGLE QUOTATION MARK}t know the answer to that question.",
    "IDK!",
    "**I don't know**",
    "I'm not sure.",
    "Sorry, I don't know",
    "Answer: I don't know",
    "I do not have enough information to answer this question.",
    "I cannot determine the answer.",
    "I don't remember the exact title.",
    "I'm not entirely sure. I don't know.",
    "ANSWER: unknown",
]
REFUSALS = [
    "I'm sorry, but I can't help with that.",
    "I cannot assist with this request.",
    "As an AI language model, I cannot answer that.",
    "I won't discuss that topic.",
]
ATTEMPTS = [
    "Paris",
    "invalid",
    "Passau",
    "The Unknown Soldier",
    "I don't know the year, but the city is Paris",
    "I do not know. The answer is 5",
    "Paris. I don't know why",
    "I know: 7",
    "Not sure, probably 1912",
    "Idkfa",
]


@pytest.mark.parametrize("answer", ABSTENTIONS)
def test_abstentions(answer):
    assert Recogniser().recognise(answer) == "abstain"


@pytest.mark.parametrize("answer", REFUSALS)
def test_refusals(answer):
    assert Recogniser().recognise(answer) == "refusal"


@pytest.mark.parametrize("answer", ["", "  \n"])
def test_empty(answer):
    assert Recogniser(built_in=False).recognise(answer) == "empty"


@pytest.mark.parametrize("answer", ATTEMPTS)
def test_attempts(answer):
    """No substring test: an answer that contains such words is still an answer."""
    assert Recogniser().recognise(answer) is None


def test_built_in_expressions_can_be_dropped_and_replaced():
    mine = Recogniser(
        abstentions=("weiß (es )?nicht",), refusals=("kein kommentar",), built_in=False
    )
    assert mine.recognise("Ich weiß es nicht, leider.") == "abstain"
    assert mine.recognise("Kein Kommentar!") == "refusal"
    assert mine.recognise("I don't know") is None
    assert mine.describe() == {
        "abstain": ["weiß (es )?nicht"],
        "refusal": ["kein kommentar"],
        "languages": [],
        "measured": [],
    }


def test_what_is_in_use_is_described():
    described = Recogniser(abstentions=("pasadena",)).describe()
    assert described["abstain"] == ["pasadena"]
    assert described["languages"] == [
        "English",
        "Chinese",
        "Spanish",
        "German",
        "French",
        "Japanese",
    ]


@pytest.mark.parametrize("language", lexicons().values(), ids=lambda language: language.name)
def test_each_language_recognises_its_own_examples(language):
    """The files in ``languages/`` hold positive and hard negative examples."""
    assert set(language.examples) == {"abstain", "refusal", "answer"}
    for kind, texts in language.examples.items():
        for text in texts:
            assert Recogniser().recognise(text) == (None if kind == "answer" else kind), text


def test_precision_and_recall_on_replies_that_were_not_learned_from():
    """``benchmarks/abstentions.py`` wrote the page: each set was judged by what all else taught.

    The seven sets were written by people who saw no pattern, one after another, to measure a
    recogniser made of patterns at first sight: precision .92, .90, .77, .96, .93 and recall .75,
    .86, .78, .64, .39 on the second, third, fourth, sixth and seventh. The written replies are much
    harder than replies are: no two share a turn of phrase.
    """
    rows = [line.strip("| \n").split(" | ") for line in PAGE.read_text("utf-8").splitlines()]
    cells = [row for row in rows if len(row) == 8 and row[1].isdigit()]
    found = {row[0]: [float(cell.split()[0]) for cell in row[3:]] for row in cells}
    precision, recall, _, missed, unclear = found["seven sets"]
    assert (precision >= 0.97, recall >= 0.9, missed <= 0.03, unclear <= 0.1) == (True,) * 4
    precision, recall, _, missed, unclear = found["written, all"]
    assert (precision >= 0.98, recall >= 0.6, missed <= 0.15, unclear <= 0.065) == (True,) * 4
    assert len(found) == 16
    told = Recogniser().describe()["measured"]
    assert [row["replies"] for row in told] == [
        "seven sets of replies",
        "replies written to be hard",
    ]
    for row, name in zip(told, ("seven sets", "written, all"), strict=True):
        precision, recall, *_ = found[name]
        assert f"{row['n_right'] / row['n_called']:.3f}" == f"{precision:.3f}"
        assert f"{row['n_right'] / row['n_abstentions']:.3f}" == f"{recall:.3f}"


@pytest.mark.parametrize("names", [("eighth", "ninth", "tenth", "eleventh"), ("tenth", "eleventh")])
def test_precision_and_recall_on_sets_that_nothing_was_ever_learned_from(names):
    """``abstentions_unlearned.tsv``: people who saw neither the replies nor the program wrote it.

    The tenth and the eleventh set were measured at first sight: precision 58 of 59 and 53 of 53,
    recall 58 and 53 of 60. One example of a language's file was added after that (52 of 60). The
    eighth and the ninth were measured with earlier weights first (94 of 94, 94 of 120), after which
    2,373 replies by others were added to the replies. None of these sets may be learned from.
    """
    rows = [row for row in _sentences("abstentions_unlearned.tsv") if row["set"] in names]
    found = Recogniser().recognise_all([_text(row) for row in rows])
    said = [kind in {"abstain", "refusal"} for kind in found]
    true = [row["kind"] == "abstains" for row in rows]
    right = sum(s and t for s, t in zip(said, true, strict=True))
    assert len(rows) == 120 * len(names)
    assert right >= 0.98 * sum(said)
    assert right >= 0.85 * sum(true)


def test_the_weights_are_read_with_the_features_that_they_were_learned_with():
    """As ``benchmarks/abstentions.py`` computes it, of every ninth reply; words are read afresh."""
    lexicons.cache_clear()
    _cues.cache_clear()
    tables = [_sentences(name) for name in ("replies.tsv", "abstentions.tsv")]
    texts = [_text(row) for rows in tables for row in rows if row["kind"] != "unclear"]
    texts += [t for x in lexicons().values() for kind in x.examples.values() for t in kind]
    rows = [entries.astype("<i4").tobytes() for text in texts[::9] for entries in blocks(text)]
    found = sha256(b"".join([Recogniser().cues().encode(), *rows])).digest()
    with np.load(WEIGHTS) as stored:
        assert found == stored["features"].tobytes()


class Fixed(Classifier):
    """A classifier that scores a text by the number it says, or by its length."""

    def score(self, text):
        return float(text) if text[:1].isdigit() else {1199: 0.0, 1200: 0.0, 600: 5.0}[len(text)]


def test_the_thresholds_and_the_two_ends_of_a_long_reply():
    fixed = Fixed(np.zeros(1, np.int8), 1.0, 0.0, 1.0, 3.0, ())
    found = [fixed.verdict(text) for text in ("0.9", "1.0", "2.9", "3.0")]
    assert found == ["answers", "unclear", "unclear", "abstains"]
    assert fixed.verdict("a" * 1199) == fixed.verdict("a" * 1200) == "answers"
    assert fixed.verdict("a" * 1201) == "abstains"
    seen = []

    class Ends(Fixed):
        def score(self, text):
            seen.append(text)
            return 5.0 if len(seen) == 1 else 0.0

    text = "a" * 600 + "b" * 7 + "c" * 600
    assert Ends(*vars(fixed).values()).verdict(text) == "unclear"
    assert sorted(seen) == ["a" * 600, "c" * 600]


@pytest.mark.slow
def test_the_stored_weights_are_those_that_the_replies_teach(monkeypatch):
    """Another processor may round one weight of many to its neighbour."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    learner = import_module("abstentions")
    data = learner.replies()
    weights, _ = learner.fitted(learner.matrix(data.text), data, np.arange(len(data.text)))
    stored = classifier()
    away = np.abs(weights / stored.scale - stored.weights)
    assert away.max() < 1.5
    assert (away < 0.51).mean() > 0.999


@pytest.mark.parametrize("name", ["abstentions.tsv", "replies.tsv"])
def test_the_weights_know_what_they_were_learned_from(name):
    """Weights that fit neither the features nor the replies would be seen here."""
    rows = [row for row in _sentences(name) if row["kind"] != "unclear"][::9]
    kinds = {"abstain": "abstains", "refusal": "abstains", "unclear": "unclear", None: "answers"}
    found = [kinds[kind] for kind in Recogniser().recognise_all([_text(row) for row in rows])]
    pairs = Counter(zip([row["kind"] for row in rows], found, strict=True))
    n = Counter(row["kind"] for row in rows)
    assert pairs["abstains", "abstains"] >= 0.88 * n["abstains"]
    assert pairs["answers", "answers"] >= 0.95 * n["answers"]
    assert pairs["answers", "abstains"] == 0


@pytest.mark.slow
def test_the_weights_are_those_of_the_replies_and_word_lists():
    """Learned again they are the same, up to one unit in the eighth bit's rounding."""
    learn = runpy.run_path(str(ROOT / "benchmarks" / "abstentions.py"))
    data = learn["replies"]()
    again = learn["stored"](learn["matrix"](data.text), data, np.zeros(len(data.text)), 0.0, 0.0)
    kept = classifier()
    assert np.abs(again["weights"].astype(int) - kept.weights).max() <= 1
    assert again["numbers"][:2] == pytest.approx([kept.scale, kept.intercept], rel=1e-6)


def _text(row):
    return row["text"].replace("\\n", "\n")


@pytest.mark.parametrize("language", lexicons().values(), ids=lambda language: language.name)
def test_short_replies_that_abstain_do_so_whatever_stands_around_them(language):
    """They have a cue, so the look-up is reached."""
    for text in language.whole:
        assert Recogniser().recognise_all([text, f"**{text.upper()}**.", f'"{text}"']) == (
            ["abstain"] * 3
        ), text


def _sentences(name="abstentions.tsv"):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("piece", ['"abc" ', "x", "a that the ", ", aber", "no that it cannot "])
def test_hostile_texts_take_bounded_time(piece):
    """Text made to make a pattern backtrack: each is read twenty thousand characters long."""
    assert Recogniser().recognise(piece * (20_000 // len(piece))) is None


def test_what_has_no_cue_is_an_answer():
    """One expression that Arrow and DuckDB read alike; what a recogniser says has it."""
    texts = [row["text"] for row in _sentences()] + [*map(chr, range(0x2100)), "\u3000", "\ud800"]
    mine = Recogniser(abstentions=("Brahms", "ab*c"), refusals=("Liszt|Wolf",))
    for recogniser in (Recogniser(), mine):
        found = Pattern(recogniser.cues()).found(texts)
        said = recogniser.recognise_all(texts)
        assert all(cue for cue, kind in zip(found, said, strict=True) if kind)
    (kept,) = Pattern(Recogniser().cues()).found(["Seventeen, of Paris"])
    assert not kept
    table = pa.table({"text": ["Brahms", "Paris", "Wolf", "I don't know", "  "]})
    query = f"SELECT regexp_matches(text, $${mine.cues()}$$) FROM t"
    rows = duckdb.from_arrow(table).query("t", query).fetchall()
    assert [cue for (cue,) in rows] == [True, False, True, True, True]


def test_of_the_abstentions_none_lacks_a_cue():
    texts = [row["text"] for row in _sentences() if row["kind"] != "answers"]
    assert all(Pattern(Recogniser().cues()).found(texts))


def test_other_content_beside_an_abstention_is_unclear():
    text = "I'm not sure. Several scholars discussed her travels and her letters."
    assert Recogniser().recognise(text) == "unclear"
    assert Recogniser().recognise("Could you tell me more about whom you mean?") == "abstain"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "Rome it was.\nLisbon was it in 1640.\n\n**Final answer:** I don't know",
            "abstain",
        ),
        ("I don't know the year.\nI cannot find it.\nAnswer: 1640", None),
        ("我不知道年份。\n我查不到。\n答案\uff1a1640", None),
        ("I don't know.\nAnswer:", "unclear"),
    ],
)
def test_a_last_line_that_is_the_final_answer_is_what_counts(text, kind):
    assert Recogniser().recognise(text) == kind


def test_a_user_adds_a_language(tmp_path):
    file = tmp_path / "pl.toml"
    file.write_text('language = "Polish"\nwhole = ["nie wiem"]\n', encoding="utf-8")
    mine = Recogniser(languages=(read_language(file),))
    assert mine.recognise("Nie wiem.") == "abstain"
    assert mine.describe()["languages"][-1] == "Polish"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("whole = [", "must be TOML"),
        ("abstain = 3", "abstain in .* must be a list of regular expressions"),
        ('refusal = ["("]', "regular expression"),
    ],
)
def test_a_bad_language_file_is_one_sentence(tmp_path, text, message):
    file = tmp_path / "x.toml"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=message):
        read_language(file)


def test_a_long_answer_takes_bounded_time():
    """A megabyte of text is judged by its beginning and end."""
    assert Recogniser().recognise("word " * 200_000 + "\nI don't know.") == "unclear"


@pytest.mark.parametrize(
    ("pattern", "message"), [("(", "regular expression"), ("x*", "every answer")]
)
def test_bad_expressions(pattern, message):
    with pytest.raises(InvalidInput, match=message):
        Recogniser(abstentions=(pattern,))


def test_normalise():
    assert normalise(' "N\N{RIGHT SINGLE QUOTATION MARK}Djamena." ') == "n'djamena"


MINE = Language(
    "Polish",
    {"abstain": ("nie wiem",), "courtesy": ("przepraszam",), "answer": ("odpowiedź",),
     "contrast": (" ale ",)},
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nie wiem.", "abstain"), ("Przepraszam, nie wiem.", "abstain"),
        ("Przepraszam.", "unclear"), ("...", None), ("to jest pewne i dawno znane wszystkim", None),
        ("Nie wiem, odpowiedź", "abstain"), ("Nie wiem, odpowiedź to 5", None),
        ("Nie wiem. Raz dwa trzy cztery.", None),
        ("Nie wiem. Raz dwa trzy cztery pięć.", "unclear"), ("Nie wiem ale Praga", None),
    ],
)  # fmt: skip
def test_a_users_own_language_by_hand(text, kind):
    assert MINE.recognise(text) == kind


def test_of_a_long_text_a_users_language_reads_the_beginning_and_the_end():
    said, other = "Nie wiem. " * 1100, "Wiele osób pisało dawno temu o jej podróżach.".ljust(50)
    assert MINE.recognise(said + other + said) == "abstain"
    assert MINE.recognise(other + said + said) == "unclear"
    assert MINE.recognise(said + said + other) == "unclear"
    shorter = "Nie wiem. " * 900
    assert MINE.recognise(shorter + other + shorter) == "unclear"
    assert MINE.recognise("Nie wiem. " * 700 + other + "Nie wiem. " * 1300) == "unclear"


def test_what_one_language_takes_for_an_abstention_another_may_find_unclear():
    text = "I'm not sure. Several scholars discussed her travels and her letters."
    own = Language("mine", {"abstain": ("not sure", "scholars")})
    assert Recogniser().recognise(text) == "unclear"
    assert Recogniser(languages=(own,)).recognise(text) == "abstain"
