"""Language models behind one interface, measured under Theorem 1."""

import numpy as np
import pytest

from simulations.facts import uniform_law, zipf_law
from simulations.language_models import ARBITRARY, RESPONSES, NGramLanguageModel, make_biographies
from simulations.language_models.biographies import ATTRIBUTES, DATES, REGULAR
from simulations.language_models.interface import WeighedModel, words_of
from simulations.language_models.logistic import SklearnModel, features_of
from simulations.language_models.measure import Questions, measure, probabilities, sample_error
from simulations.language_models.token_models import TokenModel
from theory.errors import InvalidInput
from theory.facts import FactSample, FactWorld
from theory.poor_models import Vocabulary, fit_maximum_likelihood
from theory.reduction import World, theorem_1_bound

FALSE_ALARM = 1e-6


@pytest.fixture(scope="module")
def corpus():
    return make_biographies(zipf_law(150), 600, rng=2)


@pytest.fixture(scope="module")
def models(corpus):
    return {
        "n-gram": NGramLanguageModel(7).fit(corpus.documents),
        "short n-gram": NGramLanguageModel(4).fit(corpus.documents),
        "logistic": SklearnModel(RESPONSES).fit(corpus.documents),
    }


class OneLaw(TokenModel):
    """The same law of the next word everywhere: its response probabilities are products."""

    def __init__(self, words, law):
        self.vocabulary, self.law = Vocabulary(words, unknown=words[0]), np.asarray(law)

    def fit(self, documents):
        return self

    def next_log_probs(self, contexts):
        return np.log(np.tile(self.law, (len(contexts), 1)))


@pytest.mark.parametrize("name", ["n-gram", "short n-gram", "logistic"])
@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_theorem_1_holds_for_trained_models(models, corpus, name, attribute):
    """Theorem 1 on text, nonsense included: err >= 2 err_iiv - k/K - delta."""
    m = measure(models[name], corpus.questions(attribute))
    assert m.err >= m.bound - 1e-9
    assert m.bound == pytest.approx(2 * m.err_iiv - 2 / 364 - m.delta)
    assert 0 <= m.nonsense <= m.err


def test_theorem_1_says_something_on_birthdays(models, corpus):
    """Non-vacuity: the smoothed n-gram's bound is well above 0 and not far below err."""
    m = measure(models["n-gram"], corpus.questions(ARBITRARY))
    assert m.bound > 0.05


def test_the_pattern_is_learned_and_the_facts_are_not(models, corpus):
    """Unseen people: the regular attribute is told right, the arbitrary one is not."""
    for name in ("n-gram", "logistic"):
        arbitrary = measure(models[name], corpus.questions(ARBITRARY))
        regular = measure(models[name], corpus.questions(REGULAR))
        assert arbitrary.err_unseen > 2 * regular.err_unseen + 0.1, name


def test_err_is_told_apart_by_how_often_the_text_answers():
    """By hand: prompts answered 0, 1, 2 and 3 times, asked with 0.4, 0.3, 0.2, 0.1."""
    q = np.array([[0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.5, 0.3, 0.2], [0.2, 0.8, 0.0]])
    mu = np.array([0.4, 0.3, 0.2, 0.1])
    valid = np.tile([True, False, False], 4)
    world = World(valid.astype(float), valid, [3] * 4, mu, nonsense=np.tile([0, 0, 1], 4) > 0)
    sample = FactSample.of_prompts(FactWorld(mu, 2), 6, [0, 1, 2, 3])
    questions = Questions([["a", "b", "c", "d"]], ["yes", "no"], world, sample)

    class Table(OneLaw):
        def probabilities(self, prompts, responses, *, temperature=1.0):
            return q

    m = measure(Table(("a",), [1.0]), questions)
    assert m.err_unseen == pytest.approx(0.1)
    assert m.err_once == pytest.approx(0.4)
    assert m.err_repeated == pytest.approx((0.2 * 0.5 + 0.1 * 0.8) / 0.3)
    assert m.nonsense == pytest.approx(0.2 * 0.2)


def test_short_contexts_are_a_poor_model(models, corpus):
    """Sec. 3.3.2: an n-gram that cannot see the name errs even on facts it has often read."""
    questions = corpus.questions(ARBITRARY)
    assert measure(models["short n-gram"], questions).err_repeated > 0.5
    assert measure(models["n-gram"], questions).err_repeated < 0.2


@pytest.mark.parametrize("name", ["n-gram", "logistic"])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_sampled_error_covers_the_enumerated_one(models, corpus, name, temperature):
    """Errors by generation and by exact enumeration agree within the exact binomial interval."""
    questions = corpus.questions(ARBITRARY)
    exact = measure(models[name], questions, temperature=temperature).err
    sampled = sample_error(
        models[name],
        questions,
        4000,
        rng=5,
        temperature=temperature,
        confidence_level=1 - FALSE_ALARM,
    )
    assert sampled.covers(exact)


@pytest.mark.parametrize("name", ["n-gram", "logistic"])
def test_log_prob_is_one_entry_of_the_table(models, corpus, name):
    prompts = corpus.prompts(ARBITRARY)[:4]
    table = models[name].log_probs(prompts, RESPONSES)
    assert table.shape == (4, 366)
    assert models[name].log_prob(prompts[2], RESPONSES[0]) == pytest.approx(table[2, 0])
    assert models[name].log_prob(prompts[3], "IDK") == pytest.approx(table[3, -1])


def test_enumeration_on_the_tree_equals_the_chain_rule_response_by_response(models, corpus):
    """Slow twin: ln p(r|c) is the sum over its words, one context at a time."""
    model = models["n-gram"]
    prompt = "Records say Nobody Atall was born on"
    for response in (RESPONSES[corpus.truth(ARBITRARY)[0]], "IDK"):
        words, total = words_of(prompt), 0.0
        for word in words_of(response):
            encoded = model.vocabulary.encode([words], complete=False).tokens[None, :]
            total += model.next_log_probs(encoded)[0, model.vocabulary.number(word)]
            words.append(word)
        assert model.log_prob(prompt, response) == pytest.approx(total)


def test_probabilities_are_products_of_word_probabilities():
    """By hand: words a, b with 1/4, 1/2 (end 1/4); temperature 1/2 squares and normalises."""
    model = OneLaw(("a", "b"), [0.25, 0.25, 0.5])
    table = model.probabilities(["a"], ["a", "b a", "b b"])
    assert table[0] == pytest.approx([1 / 4, 1 / 8, 1 / 4, 3 / 8])
    cold = model.probabilities(["a"], ["a", "b a", "b b"], temperature=0.5)
    assert cold[0] == pytest.approx([1 / 6, 1 / 9, 4 / 9, 1 - 1 / 6 - 1 / 9 - 4 / 9])


def test_samples_follow_the_enumerated_law():
    """Every response and nonsense is drawn as often as enumeration says (chi-square)."""
    from scipy.stats import chisquare

    model, responses = OneLaw(("a", "b"), [0.25, 0.25, 0.5]), ["a", "b a", "b b"]
    said = model.sample(["a", "b b"] * 5000, responses, rng=1)
    counts = [said.count(r) for r in [*responses, ""]]
    assert chisquare(counts, np.array([1 / 4, 1 / 8, 1 / 4, 3 / 8]) * 10_000).pvalue > FALSE_ALARM


def test_words_never_met_cannot_be_uttered(models):
    assert models["n-gram"].log_prob("Anyone keeps name day on", "Smarch 13") == -np.inf
    assert models["logistic"].log_prob("Anyone keeps name day on", "Smarch 13") == -np.inf
    assert (
        models["n-gram"].sample(["Anyone keeps name day on"] * 3, ["Smarch 13"], rng=0) == [""] * 3
    )


def test_other_smoothing_fits_behind_the_same_interface(corpus):
    model = NGramLanguageModel(7, fit_maximum_likelihood).fit(corpus.documents)
    m = measure(model, corpus.questions(ARBITRARY))
    assert m.err >= m.bound - 1e-9


def test_a_small_network_fits_behind_the_same_interface(corpus):
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier((32,), max_iter=300, learning_rate_init=0.01, random_state=0)
    model = SklearnModel(RESPONSES, classifier=network).fit(corpus.documents)
    m = measure(model, corpus.questions(REGULAR))
    assert m.err_repeated < 0.2
    assert m.err >= m.bound - 1e-9


def test_phrasings_are_averaged():
    corpus = make_biographies(uniform_law(20), 200, n_phrasings=3, rng=0)
    model = NGramLanguageModel(3).fit(corpus.documents)
    questions = corpus.questions(ARBITRARY)
    tables = [model.probabilities(w, RESPONSES) for w in questions.wordings]
    assert len(tables) == 3
    assert probabilities(model, questions) == pytest.approx(np.mean(tables, axis=0))
    assert probabilities(model, questions).sum(axis=1) == pytest.approx(1)


def test_without_the_nonsense_row_the_bound_would_be_another(models, corpus):
    """Renormalising over the plausible responses changes err: nothing is renormalised here."""
    questions = corpus.questions(ARBITRARY)
    q = probabilities(models["n-gram"], questions)
    forced = np.hstack([q[:, :-1] / q[:, :-1].sum(axis=1, keepdims=True), np.zeros((150, 1))])
    assert (
        theorem_1_bound(questions.world, forced.ravel()).err
        < measure(models["n-gram"], questions).err
    )


def test_features_of_words_and_pairs():
    assert features_of("b a", kind="words") == ["a", "b"]
    assert features_of("b a", kind="pairs") == ["a", "b", "a b", "b a"]


def test_prompts_without_plausible_responses_are_refused(models):
    for model in models.values():
        with pytest.raises(InvalidInput, match="every prompt needs a plausible response"):
            model.log_probs(["Anyone was born on"], [])
        with pytest.raises(InvalidInput, match="prompts must be a non-empty list"):
            model.sample([], RESPONSES, rng=0)
        with pytest.raises(InvalidInput, match="temperature must be > 0"):
            model.log_probs(["Anyone"], RESPONSES, temperature=0)
        with pytest.raises(InvalidInput, match="responses must be distinct"):
            model.log_probs(["Anyone"], ["IDK", "IDK"])


def test_responses_that_begin_with_another_are_refused():
    model = NGramLanguageModel(2).fit(["Anyone was born on March 7."])
    with pytest.raises(InvalidInput, match="no beginning of another response"):
        model.log_probs(["Anyone was born on"], ["March", "March 7"])
    with pytest.raises(InvalidInput, match="made of words"):
        model.log_probs(["Anyone was born on"], ["March 7", "March  7"])


def test_bad_text_is_refused():
    with pytest.raises(InvalidInput, match=r"a text, got ' ' at document 1"):
        NGramLanguageModel(2).fit(["a b", " "])
    with pytest.raises(InvalidInput, match="documents must be a non-empty list"):
        NGramLanguageModel(2).fit("a b")
    with pytest.raises(InvalidInput, match="prompt followed by one of the responses"):
        SklearnModel(DATES).fit(["Anyone was born on March 7.", "Anyone was born in March."])
    with pytest.raises(InvalidInput, match="one of words, pairs"):
        SklearnModel(DATES, features="letters")


def test_questions_need_a_nonsense_row():
    world = World(p=[1, 0], valid=[True, False])
    sample = FactSample.of_prompts(FactWorld([1], 2), 1, [1])
    with pytest.raises(InvalidInput, match="the responses and nonsense"):
        Questions([["a"]], ["x", "y"], world, sample)
    with pytest.raises(InvalidInput, match="1 prompts"):
        Questions([["a", "b"]], ["x"], world, sample)


class Fixed(WeighedModel):
    """Probabilities by hand."""

    def __init__(self, p):
        self.p = np.array([p])

    def log_probs(self, prompts, responses, *, temperature=1.0):
        return np.log(self.p)


def test_sums_beyond_rounding_are_no_probabilities():
    """What is left goes to other texts; 1 + 1e-6 is rounding, 1.8 is refused, and so is nan."""
    assert Fixed([0.5, 0.25]).probabilities(["c"], ["x", "y"]).tolist() == [[0.5, 0.25, 0.25]]
    rounded = Fixed([0.5, 0.5 + 1e-6]).probabilities(["c"], ["x", "y"])
    assert rounded.sum() == pytest.approx(1, abs=1e-15)
    for p, received in (([0.9, 0.9], "1.8"), ([0.5, np.nan], "nan")):
        with pytest.raises(InvalidInput, match=f"at most 1, got {received} at prompt 'c'"):
            Fixed(p).probabilities(["c"], ["x", "y"])
