"""What counts as an abstention, a refusal, an empty answer, an attempt."""

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.logs.recogniser import (
    Recogniser,
    built_in_languages,
    normalise,
    read_language,
)
from theory.errors import InvalidInput

SENTENCES = Path(__file__).resolve().parents[1] / "data" / "abstentions.tsv"
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


@pytest.mark.parametrize("language", built_in_languages(), ids=lambda language: language.name)
def test_each_language_recognises_its_own_examples(language):
    """The files in ``languages/`` hold positive and hard negative examples."""
    assert set(language.examples) == {"abstain", "refusal", "answer"}
    for kind, texts in language.examples.items():
        for text in texts:
            assert Recogniser().recognise(text) == (None if kind == "answer" else kind), text


@pytest.mark.parametrize(
    ("name", "recall", "kept"),
    [
        *((name, 0.95, 0.85) for name in ("first", "second", "third", "fourth", "fifth")),
        ("sixth", 0.83, 1),
        ("seventh", 0.47, 0.83),
    ],
)
def test_precision_and_recall_on_sentences_in_six_languages(name, recall, kept):
    """None of the sets is blind any more: each was measured once, and what it showed was mended.

    The first was written beside the patterns. At first sight precision and recall were .92 and .75
    on the second (by somebody who saw no pattern), .90 (44 of 49) and .86 (44 of 51) on the third,
    .77 (36 of 47) and .78 (36 of 46) on the fourth; the last two were written together before their
    writer opened the patterns, with titles, third persons and quoted speech as hard negatives, and
    the fourth was measured after the third was mended. Twenty replies of real programs (not kept)
    gave precision 14 of 14 and recall 14 of 20 after that. The fifth was made of rare turns of
    phrase that might be missed: precision 7 of 9, recall 7 of 25 at first sight. So an idiom that
    no pattern knows is likely to be taken for an answer. The sixth was written in the manner of six
    models by somebody who saw no pattern: precision 23 of 24, recall 23 of 36 at first sight (nine
    unclear). Six of its abstentions tell what they know of a life first: they stay unclear. The
    seventh was written after that, again without a pattern in sight, each language on its own:
    precision 14 of 15, recall 14 of 36, with 11 unclear. It was mended in part: where a rate of
    abstentions matters, let a model grade (``harness/three_verdicts.txt``) or read what is unclear.
    """
    kinds = {"abstain": "abstains", "refusal": "abstains", "unclear": "unclear", None: "answers"}
    rows = [row for row in _sentences() if row["set"] == name]
    texts = [row["text"] for row in rows]
    found = [kinds[kind] for kind in Recogniser().recognise_all(texts)]
    pairs = Counter(zip([row["kind"] for row in rows], found, strict=True))
    right = pairs["abstains", "abstains"]
    assert right >= 0.98 * sum(n for (_, said), n in pairs.items() if said == "abstains")
    assert right >= recall * sum(n for (is_, _), n in pairs.items() if is_ == "abstains")
    assert name != "sixth" or not pairs["abstains", "answers"]
    assert pairs["answers", "answers"] >= kept * sum(
        n for (is_, _), n in pairs.items() if is_ == "answers"
    )


def _sentences():
    with SENTENCES.open(encoding="utf-8", newline="") as file:
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
    (kept,) = Pattern(Recogniser().cues()).found(["Answer 17, of Paris"])
    assert not kept
    table = pa.table({"text": ["Brahms", "Paris", "Wolf", "I don't know", "  "]})
    query = f"SELECT regexp_matches(text, $${mine.cues()}$$) FROM t"
    rows = duckdb.from_arrow(table).query("t", query).fetchall()
    assert [cue for (cue,) in rows] == [True, False, True, True, True]


def test_of_the_abstentions_none_lacks_a_cue():
    texts = [row["text"] for row in _sentences() if row["kind"] != "answers"]
    assert all(Pattern(Recogniser().cues()).found(texts))


def test_other_content_beside_an_abstention_is_unclear():
    text = "I'm not sure. Several scholars discussed her travels and her many letters to friends."
    assert Recogniser().recognise(text) == "unclear"
    assert Recogniser().recognise("Could you tell me more about whom you mean?") == "unclear"


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
