"""The biography corpus: the truth it was drawn from, its text."""

import numpy as np
import pytest
from scipy.stats import binomtest

from simulations.facts import uniform_law, zipf_law
from simulations.language_models import ARBITRARY, RESPONSES, make_biographies
from simulations.language_models.biographies import ABSTAINS, ATTRIBUTES, DATES, PHRASINGS, REGULAR
from simulations.language_models.interface import words_of
from theory.errors import InvalidInput
from theory.facts import missing_mass, singleton_rate

FALSE_ALARM = 1e-6


@pytest.fixture(scope="module")
def corpus():
    return make_biographies(zipf_law(200), 4000, n_phrasings=3, rng=0)


def test_there_are_365_dates_and_idk():
    assert len(DATES) == len(set(DATES)) == 365
    assert (DATES[0], DATES[58], DATES[59], DATES[-1]) == (
        "January 1",
        "February 28",
        "March 1",
        "December 31",
    )
    assert RESPONSES[ABSTAINS] == "IDK"


def test_documents_say_the_truth_or_abstain(corpus):
    """p(E) = 0: each sentence, read as text, is a prompt of its person and a valid response."""
    for i, document in enumerate(corpus.documents):
        attribute = ATTRIBUTES[corpus.attribute[i]]
        c = corpus.person[i]
        truth = DATES[corpus.truth(attribute)[c]]
        wordings = [w.format(corpus.names[c]) for w in PHRASINGS[attribute]]
        assert document in {f"{w} {r}." for w in wordings for r in (truth, "IDK")}


def test_documents_follow_fame_and_abstain_at_the_stated_rate(corpus):
    top = int((corpus.person == 0).sum())
    silent = int((corpus.response == ABSTAINS).sum())
    assert binomtest(top, 4000, corpus.fame[0]).pvalue > FALSE_ALARM
    assert binomtest(silent, 4000, 0.2).pvalue > FALSE_ALARM


def test_name_day_follows_from_the_first_name_and_birthday_does_not(corpus):
    """The regular attribute is a function of one word of the prompt; the arbitrary one is not."""
    dates = {ARBITRARY: {}, REGULAR: {}}
    for attribute, of_first_name in dates.items():
        for name, answer in zip(corpus.names, corpus.truth(attribute), strict=True):
            of_first_name.setdefault(name.split()[1], set()).add(int(answer))
    assert {len(days) for days in dates[REGULAR].values()} == {1}
    assert max(len(days) for days in dates[ARBITRARY].values()) > 5


def test_the_world_is_noiseless_and_has_a_nonsense_row_per_prompt(corpus):
    world = corpus.world(ARBITRARY)
    assert (world.n_responses == 367).all()
    assert (world.max_valid, world.min_errors) == (2, 364)
    assert world.nonsense.reshape(200, -1)[:, -1].all()
    rows = world.p.reshape(200, -1)
    assert rows[np.arange(200), corpus.truth(ARBITRARY)] == pytest.approx(0.8)


def test_singleton_rate_counts_prompts_answered_once(corpus):
    """The rate against a count over the text itself."""
    sample = corpus.sample(ARBITRARY)
    answered = [
        " ".join(words_of(d)[2:4] if d.startswith("Records") else words_of(d)[:2])
        if "was born on" in d
        else " ".join(words_of(d)[3:5])
        for d in corpus.documents
        if ("was born on" in d or "The birthday" in d) and "IDK" not in d
    ]
    names, counts = np.unique(answered, return_counts=True)
    assert set(names) <= set(corpus.names)
    assert sample.n_samples == 2000
    assert singleton_rate(sample) == (counts == 1).sum() / 2000
    unseen = ~np.isin(corpus.names, names)
    assert missing_mass(sample) == pytest.approx(0.8 * corpus.fame[unseen].sum())


def test_seed_decides_and_people_do_not_depend_on_the_number_of_documents():
    def make(n, rng):
        return make_biographies(uniform_law(50), n, rng=rng)

    assert make(100, 3).documents == make(100, 3).documents
    assert make(100, 3).documents != make(100, 4).documents
    assert make(10, 3).names == make(1000, 3).names
    assert (make(10, 3).answers == make(1000, 3).answers).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_documents": 0}, "n_documents must be a whole number >= 1"),
        ({"answer_prob": 1.5}, "answer_prob must be in"),
        ({"n_phrasings": 4}, r"n_phrasings must be in 1 \.\. 3"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    arguments = {"law": uniform_law(2), "n_documents": 3, "rng": 0} | change
    with pytest.raises(InvalidInput, match=message):
        make_biographies(**arguments)


@pytest.mark.slow
def test_a_million_documents_are_made_and_rendered():
    corpus = make_biographies(zipf_law(100_000), 1_000_000, rng=0)
    assert len(corpus.documents) == 1_000_000
    assert len(set(corpus.names)) == 100_000
