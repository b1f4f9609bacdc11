"""What counts as an abstention, a refusal, an empty answer, an attempt."""

import json
from pathlib import Path

import pytest

from hallucination_theory.logs.recogniser import (
    Recogniser,
    built_in_languages,
    normalise,
    read_language,
)
from theory.errors import InvalidInput

SENTENCES = Path(__file__).resolve().parents[1] / "data" / "abstentions.json"
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

SIXTY = """\
I really couldn't tell you when she was born.
I don't have that information, sorry.
No reliable record of this exists that I know of.
I wish I could help, but I simply don't know.
I'm not able to find a confident answer to this.
Honestly, no clue.
That's outside of what I know.
I do not have sufficient knowledge to answer this accurately.
My knowledge does not cover this; I can't say.
It's not possible for me to determine the date from the information given.
I cannot provide the answer because I'm not certain.
I'm unsure about the answer to this question.
Hard to say here, I'm really unsure
I cannot determine which one is right.
I'm afraid I don't have details on that individual. Could you share more context?
Sorry, that one escapes me.
I can't verify this, so I'd rather not guess.
The question cannot be answered with the given context.
I don't have access to personal birthdays of private people. If you have more, I can try to help.
None of the sources I know mention this; I do not know.
Das kann ich nicht beantworten.
Dazu liegen mir keine Daten vor.
Leider ist mir das genaue Datum nicht bekannt.
Ich bin mir nicht sicher.
Weiß nicht.
Das entzieht sich leider meiner Kenntnis.
Ich habe dazu leider keine verlässlichen Angaben gefunden. Kann ich dir sonst helfen?
Tut mir leid, aber ich kenne die Antwort auf diese Frage nicht.
Je n'ai aucune information fiable là-dessus.
Désolé, je ne connais pas la réponse à cette question.
Je ne suis pas certain de la réponse.
Aucune idée, désolé.
Je ne peux pas répondre avec certitude.
Il m'est impossible de déterminer cette date.
Cette information m'est inconnue.
No tengo esa información.
No puedo responder a esa pregunta con certeza.
Lo siento, pero no conozco la respuesta.
No dispongo de datos suficientes para contestar.
No sabría decirte.
Ni idea.
Esa información no está disponible para mí.
我没有足够的信息来回答这个问题。
对不起,我不太清楚她的生日。
这个我真的不知道。
无法确定。
很抱歉,我无法提供准确的答案。
我对此没有了解。
抱歉,我查不到相关资料。
我不敢确定答案是什么。
申し訳ございませんが、正確な日付はわかりかねます。
その質問にはお答えできません。
情報が不足しているため判断できません。
よくわかりません。
確かなことは言えません。
残念ながら、その人物に関する情報は見つかりませんでした。
ちょっと思い出せないです。
Je sais pas trop.
I can`t recall that off the top of my head.
Not certain. I'd need to look that up.
""".splitlines()
NO_ABSTENTION = """\
The answer is 1912.
Marie Curie, I'm quite certain.
It was probably painted in 1889.
There is no king of France.
None
No
Nobody
Nothing
Zero information was transmitted; the answer is B.
I'm not sure, but I think it was Oslo.
I cannot believe it's not butter is a brand of spread.
The Unknown
He did not know the answer, so he guessed.
Dunno River
Unsure Start
It is unclear water that flows in the Rio Negro.
Not enough: at least 5 more are needed.
I have no doubt that it's Lima.
Without information the entropy is maximal, namely log 2.
I could not be more certain: 42.
Die Antwort ist 7.
Nicht die Donau, sondern der Rhein.
Ich bin sicher, dass es Bonn war.
Unbekannte Größe x = 4
Das weiß jeder: Berlin.
Je sais que c'est Lyon.
Ce n'est pas Paris mais Lyon.
No es Madrid, es Sevilla.
Sé que fue en 1998.
Lo sé: Quito
No, nunca ganó el premio.
我知道是北京。
不是上海,是北京。
应该是1949年。
答案是三。
知っています。東京です。
それは1603年です。
東京ではなく京都です。
I know this one: Ulan Bator.
Information Theory
No Information
Don't Look Back in Anger
Ne me quitte pas
You can't always get what you want
She was unable to attend; her brother accepted the prize.
""".splitlines()


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


def test_precision_and_recall_on_sixty_sentences_in_six_languages():
    """Not blind: the patterns were written beside these; precision 1, recall at least 0.95."""
    recogniser = Recogniser()
    found = [recogniser.recognise(text) in {"abstain", "refusal"} for text in SIXTY]
    wrongly = [text for text in NO_ABSTENTION if recogniser.recognise(text) is not None]
    assert wrongly == []
    assert sum(found) / len(found) >= 0.95


def test_precision_and_recall_on_sentences_by_somebody_else():
    """Sixty abstentions and sixty answers in six languages, by one who saw no pattern.

    At first sight recall was 0.75 and precision 0.92; what was missed has been mended since, so the
    numbers here are no longer blind.
    """
    given = json.loads(SENTENCES.read_text(encoding="utf-8"))
    kinds = {k: [Recogniser().recognise(text) for text in given[k]] for k in given}
    n = {k: sum(x in {"abstain", "refusal"} for x in found) for k, found in kinds.items()}
    assert n["abstain"] / len(given["abstain"]) >= 0.95
    assert n["abstain"] / (n["abstain"] + n["answer"]) >= 0.98


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
