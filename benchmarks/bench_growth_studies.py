"""The simulators behind the notebooks, at sizes ten apart, beside the draw they cannot avoid."""

from functools import partial

import numpy as np
import pytest
from cases import HUNDREDS, SEED, THOUSANDS, Case

from hallucination_theory.scores.resampling import sign_flip_test
from simulations.calibration import descend, draw_study, misfit
from simulations.facts import zipf_law
from simulations.grading import draw_choice_questions, train_two_phases
from simulations.language_models import NGramLanguageModel, make_biographies
from simulations.language_models.measure import measure
from simulations.other_factors import compare_guessers, facts_under_drift, false_data
from simulations.poor_models import (
    choice_trial,
    compare_classifiers,
    compare_views,
    fitted_pronoun_error,
    pronoun_task,
)
from simulations.reduction import (
    random_world,
    reduction_study,
    smoothed_counts_model,
    tight_study,
)
from simulations.trade_off import MarkovModel, monofact_trial, pareto_facts, trade_off_families
from simulations.trials import run_trials
from theory.grading import confidence_target
from theory.reduction import temper


def alone(study):
    """Make the contestants of a study that no numpy call stands beside."""
    return lambda size: {"ours": partial(study, size)}


def world_of(n_prompts):
    return random_world(n_prompts, n_valid=(2, 2), n_errors=(60, 60), rng=SEED)


def base_models(n_prompts):
    world, rng = world_of(n_prompts), np.random.default_rng(SEED)

    def ours():
        smoothed = smoothed_counts_model(world, 10 * n_prompts, pseudo_count=0.1, rng=rng)
        return temper(world, smoothed, 1.5)

    joint = world.per_example(world.mu) * world.p
    joint /= joint.sum()
    return {
        "ours": ours,
        "floor": lambda: np.bincount(
            rng.choice(len(joint), size=10 * n_prompts, p=joint), minlength=len(joint)
        ),
    }


def markov(n):
    corpus, rng = pareto_facts(n, shape=1.5, rng=SEED), np.random.default_rng(SEED)

    def ours():
        counts = corpus.sample(n, rng=rng)
        return MarkovModel(corpus.tokens, counts, 2, corpus.vocabulary_size).generate(n, rng=rng)

    return {"ours": ours, "floor": lambda: rng.choice(len(corpus.p), size=(n, 8), p=corpus.p)}


def monofacts(n_facts):
    corpus = pareto_facts(n_facts, shape=1.5, rng=SEED)
    counts = corpus.sample(n_facts, rng=SEED)
    return {"ours": lambda: monofact_trial(corpus, counts, 3)}


def reinforcement(n_training):
    training, held_out = draw_choice_questions(n_training, n_training, rng=SEED)
    grader = confidence_target(0.5)
    n_entries = np.prod(training.features.shape) + 5 * n_training
    rng = np.random.default_rng(SEED)
    return {
        "ours": lambda: train_two_phases(
            training, held_out, grader, base_steps=20, policy_steps=20
        ),
        "floor": lambda: [np.exp(rng.random(n_entries)) for _ in range(40)],
    }


def descent(n_responses):
    world, features = misfit(n_responses=n_responses, n_valid=n_responses // 4, rng=SEED)
    return {"ours": lambda: descend(world, features, can_rescale=True, n_steps=200)}


def trade_off(n_prompts):
    facts = zipf_law(n_prompts).facts(n_responses=20, answer_prob=0.9)

    def ours():
        study = draw_study(facts, 2 * n_prompts, rng=SEED)
        strengths = {"shares": [0.5], "temperatures": [1.5], "repeats": [2]}
        return trade_off_families(study, **strengths, rng=SEED)

    return {"ours": ours}


def language_model(n_people):
    corpus = make_biographies(zipf_law(n_people), 4 * n_people, rng=SEED)
    model = NGramLanguageModel(7).fit(corpus.documents)
    questions = corpus.questions("birthday")
    return {"ours": lambda: measure(model, questions)}


def paired_scores(n_questions):
    rng = np.random.default_rng(SEED)
    a, b = rng.integers(2, size=(2, n_questions)).astype(float)
    return {
        "ours": lambda: sign_flip_test(a, b, rng=rng, n_resamples=999),
        "floor": lambda: rng.integers(2, size=(999, n_questions)),
    }


CASES = [
    Case(
        "smoothed_counts_model, temper",
        base_models,
        "prompts",
        THOUSANDS,
        floor="`rng.choice` with p, then `np.bincount`",
    ),
    Case("reduction_study", alone(partial(reduction_study, rng=SEED)), "worlds", [1, 10]),
    Case("tight_study", alone(tight_study), "errors", [10, 100], stated=2),
    Case(
        "MarkovModel: draw, fit, generate",
        markov,
        "facts",
        THOUSANDS,
        floor="`rng.choice` with p, once per token",
    ),
    Case("monofact_trial, order 3", monofacts, "facts", [10**2, 10**3, 10**4]),
    Case(
        "train_two_phases, 40 steps",
        reinforcement,
        "questions",
        [10**2, 10**3, 10**4],
        floor="`np.exp` of as many random numbers, 40 times",
    ),
    Case("descend, 200 steps", descent, "responses", [20, 200, 2000]),
    Case("trade_off_families", trade_off, "prompts", HUNDREDS),
    Case("measure", language_model, "people", [10, 100, 1000]),
    Case(
        "sign_flip_test, 999 flips",
        paired_scores,
        "questions",
        [10**2, 10**3, 10**4],
        floor="`rng.integers`, one per flip",
    ),
    Case(
        "choice_trial",
        alone(partial(run_trials, choice_trial, rng=SEED)),
        "trials",
        HUNDREDS,
    ),
    Case(
        "compare_guessers (all pairs of messages)",
        alone(lambda n: compare_guessers(rng=SEED, n_messages=n, key_bits=6)),
        "messages",
        [16, 160],
        stated=2,
    ),
    Case(
        "compare_classifiers (scikit-learn's own growth)",
        alone(lambda n: compare_classifiers(rng=SEED, n_train=n, n_prompts=20)),
        "examples",
        [100, 1000],
    ),
    Case(
        "compare_views (letters and tokens)",
        alone(lambda n: compare_views(rng=SEED, n_words=n, n_known=(0, 16), n_tokens=200)),
        "words",
        [200, 2000],
    ),
    Case(
        "fitted_pronoun_error",
        alone(lambda n: fitted_pronoun_error(pronoun_task(8), n, rng=np.random.default_rng(SEED))),
        "sentences",
        [10**2, 10**3, 10**4],
    ),
    Case(
        "facts_under_drift",
        alone(lambda n: facts_under_drift(rng=SEED, n_prompts=n, n_samples=2 * n)),
        "prompts",
        [40, 400, 4000],
    ),
    Case(
        "false_data", alone(lambda n: false_data(rng=SEED, n_prompts=n)), "prompts", [30, 300, 3000]
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.simulator)
def test_growth(growth, case):
    case.run(growth)
