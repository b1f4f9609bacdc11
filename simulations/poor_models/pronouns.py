"""How much text an n-gram model needs before it reaches the pronoun (App. C, extension)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from simulations.trials import Columns, spawned, stack
from theory.arrays import FloatArray
from theory.errors import InvalidInput, require_integer
from theory.poor_models import (
    PRONOUN_PROMPTS,
    PRONOUN_RESPONSES,
    Vocabulary,
    count_ngrams,
    fit_maximum_likelihood,
    opt_ngrams,
    pronoun_world,
    theorem_3_bound,
)
from theory.reduction import World, generative_error

PRONOUNS = (("She", "her"), ("He", "his"))


@dataclass(frozen=True)
class PronounTask:
    """All sentences "She w_1 ... w_d her mind.", "He ... his mind." with interchangeable words.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words.
    prompts : list of lists of str
        2 * n_variants^distance of them, with "She" in the first half.
    world : World
        Two responses to each prompt, one valid; mu is uniform.
    """

    vocabulary: Vocabulary
    prompts: list[list[str]]
    world: World

    @property
    def order(self) -> int:
        """The least n that reaches the pronoun."""
        return len(self.prompts[0]) + 1


def pronoun_task(distance: int, n_variants: int = 2) -> PronounTask:
    """Build the task with ``distance`` words between the pronoun and the answer.

    Parameters
    ----------
    distance : int
        d >= 1; an order-n model needs n >= d + 2.
    n_variants : int
        Interchangeable words at each place between, at least 1.

    Raises
    ------
    InvalidInput
        If a number is not a whole number >= 1.
    """
    require_integer("distance", distance, at_least=1)
    require_integer("n_variants", n_variants, at_least=1)
    places = [[f"word{i}{chr(97 + v)}" for v in range(n_variants)] for i in range(distance)]
    middles = [list(words) for words in product(*places)]
    prompts = [[pronoun, *words] for pronoun, _ in PRONOUNS for words in middles]
    valid = np.repeat([[True, False], [False, True]], len(middles), axis=0).ravel()
    world = World(p=valid.astype(float), valid=valid, n_responses=np.full(len(prompts), 2))
    vocabulary = Vocabulary.of([*prompts, ["her", "his", "mind."]])
    return PronounTask(vocabulary, prompts, world)


def fitted_pronoun_error(task: PronounTask, n_sentences: int, *, rng: np.random.Generator) -> float:
    """Return err of the shortest model that reaches the pronoun, fitted on random sentences."""
    chosen = rng.integers(0, len(task.prompts), n_sentences)
    text = [[*task.prompts[i], _answer(task, int(i)), "mind."] for i in chosen]
    counts = count_ngrams(task.vocabulary.encode(text), task.order)
    n_prompts = len(task.prompts)
    p = fit_maximum_likelihood(counts).response_probabilities(
        task.vocabulary.encode(task.prompts, complete=False),
        task.vocabulary.encode([["her", "mind."], ["his", "mind."]] * n_prompts),
        np.full(n_prompts, 2),
    )
    # Among the two plausible answers: a last word that was never seen leaves the unigrams, which
    # would also say other words.
    of_both = np.repeat(np.add.reduceat(p, task.world.starts), 2)
    return float(generative_error(task.world, p / of_both))


def _answer(task: PronounTask, prompt: int) -> str:
    return PRONOUNS[prompt >= len(task.prompts) // 2][1]


def expected_error(n_prompts: int, n_sentences: int | FloatArray) -> FloatArray:
    r"""Return the mean err in the pronoun task after N drawn sentences (extension).

    .. math:: \mathrm E[\mathrm{err}] = (1 - 1/M)^N - \tfrac12 (1 - 2/M)^N

    A prompt that was seen is answered rightly. An unseen one whose twin (same words, other
    pronoun) was seen is answered as the twin; if neither was seen, her and his are alike.

    Examples
    --------
    >>> float(expected_error(2, 1))
    0.5
    """
    share = 1 / n_prompts
    N = np.asarray(n_sentences, dtype=float)
    return np.asarray((1 - share) ** N - 0.5 * (1 - 2 * share) ** N)


def _sentences_needed(n_prompts: int, target: float) -> int:
    """Return the least N with expected error at most ``target``, by bisection.

    Raises
    ------
    InvalidInput
        If ``target`` is not in (0, 1/2).
    """
    if not 0 < target < 0.5:
        raise InvalidInput("target", "in (0, 1/2)", target)
    low, high = 0, 2
    while expected_error(n_prompts, high) > target:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if expected_error(n_prompts, middle) <= target else (middle, high)
    return high


def data_needed(
    distances: list[int],
    *,
    rng: np.random.Generator | int,
    n_variants: int = 2,
    target: float = 0.05,
    n_trials: int = 20,
) -> Columns:
    """Measure err of fitted n-grams where the formula says it reaches ``target`` (extension).

    Parameters
    ----------
    distances : list of int
        Words between the pronoun and the answer, each >= 1; the order is two more.
    rng : numpy Generator or int
        Source of randomness; every distance gets a child of its own.
    n_variants : int
        Interchangeable words at each place.
    target : float
        Error rate below 1/2 that is to be reached on average.
    n_trials : int
        Fits for each distance.

    Returns
    -------
    dict of str to ndarray
        Columns ``order``, ``n_prompts``, ``n_sentences``, ``expected``, ``mean_err``,
        ``standard_error``.

    Raises
    ------
    InvalidInput
        If a number is not a whole number >= 1.
    """
    require_integer("n_trials", n_trials, at_least=1)
    rows = []
    for d, child in spawned(distances, rng=rng):
        task = pronoun_task(d, n_variants)
        N = _sentences_needed(len(task.prompts), target)
        errors = np.array(
            [fitted_pronoun_error(task, N, rng=trial) for trial in child.spawn(n_trials)]
        )
        rows.append(
            {
                "order": task.order,
                "n_prompts": len(task.prompts),
                "n_sentences": N,
                "expected": float(expected_error(len(task.prompts), N)),
                "mean_err": errors.mean(),
                "standard_error": errors.std(ddof=1) / np.sqrt(n_trials) if n_trials > 1 else 0.0,
            }
        )
    return stack(rows)


def err_by_order(orders: Sequence[int]) -> Columns:
    """Fit n-grams of every order to the paper's two sentences; compare with opt(G) (Corollary 2).

    Parameters
    ----------
    orders : sequence of int
        Values of n >= 1.

    Returns
    -------
    dict of str to ndarray
        Columns ``order``, ``err`` of the maximum-likelihood model, ``opt`` of all n-gram models and
        ``bound`` (Theorem 3): exact numbers, turned to floats at the very end.

    Raises
    ------
    InvalidInput
        If an order is not a whole number >= 1.
    """
    pairs = list(zip(PRONOUN_PROMPTS, PRONOUN_RESPONSES, strict=True))
    vocabulary = Vocabulary.of([[*prompt, *response] for prompt, response in pairs])
    text = vocabulary.encode([[*prompt, *response] for prompt, response in pairs])
    prompts = vocabulary.encode(PRONOUN_PROMPTS, complete=False)
    responses = vocabulary.encode([*PRONOUN_RESPONSES] * 2)
    world, rows = pronoun_world(), []
    for order in orders:
        model = fit_maximum_likelihood(count_ngrams(text, order), exact=True)
        p = model.response_probabilities(prompts, responses, [2, 2])
        opt = opt_ngrams(world, PRONOUN_PROMPTS, [PRONOUN_RESPONSES] * 2, order)
        result = theorem_3_bound(world, p / world.per_example(p[::2] + p[1::2]), opt)
        rows.append({"order": order, "err": result.err, "opt": result.opt, "bound": result.bound})
    return {name: column.astype(float) for name, column in stack(rows).items()}
