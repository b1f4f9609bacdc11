"""What counts as an abstention, a refusal, an empty answer, an attempt."""

import pytest

from hallucination_theory.logs.recogniser import Recogniser, normalise
from theory.errors import InvalidInput

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
    assert mine.describe() == {"abstain": ["weiß (es )?nicht"], "refusal": ["kein kommentar"]}


def test_every_expression_in_use_is_described():
    described = Recogniser(abstentions=("pasadena",)).describe()
    assert described["abstain"][0] == "pasadena"
    assert len(described["abstain"]) > 5
    assert len(described["refusal"]) > 2


@pytest.mark.parametrize(
    ("pattern", "message"), [("(", "regular expression"), ("x*", "every answer")]
)
def test_bad_expressions(pattern, message):
    with pytest.raises(InvalidInput, match=message):
        Recogniser(abstentions=(pattern,))


def test_normalise():
    assert normalise(' "N\N{RIGHT SINGLE QUOTATION MARK}Djamena." ') == "n'djamena"
