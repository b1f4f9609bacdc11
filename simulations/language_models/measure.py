"""The quantities of Theorems 1 and 2, measured on a language model.

The world of a language model is its prompts with their plausible responses and one more row per
prompt for every other text (nonsense, Sec. 5). Theorem 1 holds for it as it stands: nothing is
renormalised, and what the model says outside the plausible set counts as error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulations.language_models.interface import NONSENSE, LanguageModel, WeighedModel
from theory.arrays import BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput, require_integer
from theory.facts import FactSample, missing_mass, singleton_rate
from theory.intervals import Estimate
from theory.reduction import World, estimate_error, theorem_1_bound


@dataclass(frozen=True, eq=False)
class Questions:
    """Prompts in words, with the world they make and what the training text says of them.

    Attributes
    ----------
    wordings : sequence of sequences of str
        The C prompts, once per phrasing; a question draws its phrasing uniformly.
    responses : sequence of str
        The plausible responses, the same for every prompt.
    world : World
        C prompts with ``len(responses)`` rows and one nonsense row each.
    sample : FactSample
        How often the training text answers each prompt, abstentions not counted, and how many
        of its documents are about these prompts (N); one cell per prompt, in their order.

    Raises
    ------
    InvalidInput
        If the world has another shape.
    """

    wordings: Sequence[Sequence[str]]
    responses: Sequence[str]
    world: World
    sample: FactSample

    def __post_init__(self) -> None:
        sizes = {len(prompts) for prompts in self.wordings}
        if sizes != {self.world.n_prompts} or self.answered.shape != (self.world.n_prompts,):
            raise InvalidInput("each wording", f"{self.world.n_prompts} prompts", sorted(sizes))
        rows = len(self.responses) + 1
        if not (self.world.n_responses == rows).all():
            raise InvalidInput(
                "the world", f"of {rows} rows per prompt: the responses and nonsense", "others"
            )

    @property
    def valid(self) -> BoolArray:
        """Which responses are valid, shape (C, R + 1)."""
        return self.world.valid.reshape(self.world.n_prompts, -1)

    @property
    def answered(self) -> IntArray:
        """How often the training text answers each prompt, shape (C,)."""
        return self.sample.n_answers


@dataclass(frozen=True)
class TextMeasurement:
    """What was measured on one model, by exact enumeration of the plausible responses.

    Attributes
    ----------
    err, err_iiv, delta, bound : float
        The terms of Theorem 1 and its lower bound on err.
    nonsense : float
        The part of err that lies on texts that are no plausible response.
    singleton_rate, missing_mass : float
        sr of the training text, and the probability of the answers that it never gives.
    err_repeated, err_once, err_unseen : float
        err given that the prompt was answered twice or more, once, never; nan if there is none.
    """

    err: float
    err_iiv: float
    delta: float
    bound: float
    nonsense: float
    singleton_rate: float
    missing_mass: float
    err_repeated: float
    err_once: float
    err_unseen: float


def probabilities(
    model: WeighedModel, questions: Questions, *, temperature: float = 1.0
) -> FloatArray:
    """Return a language model's p_hat for the world: averaged over phrasings, shape (C, R + 1)."""
    tables = [
        model.probabilities(prompts, questions.responses, temperature=temperature)
        for prompts in questions.wordings
    ]
    return np.asarray(sum(tables) / len(tables))


def measure(
    model: WeighedModel, questions: Questions, *, temperature: float = 1.0
) -> TextMeasurement:
    r"""Measure every term of Theorem 1 on a language model, exactly (Theorem 1, Sec. 5).

    .. math:: \mathrm{err} \ge 2\,\mathrm{err_{iiv}} - \frac{\max_c |V_c|}{\min_c |E_c|} - \delta

    Parameters
    ----------
    model : WeighedModel
        Fitted.
    questions : Questions
        What it is asked.
    temperature : float
        Each token's law is raised to the power 1/temperature and normalised.

    Returns
    -------
    TextMeasurement
        Exact but for floating point; the model is deterministic, nothing is sampled.

    Raises
    ------
    InvalidInput
        If the temperature is not positive.
    """
    return measured(probabilities(model, questions, temperature=temperature), questions)


def measured(q: FloatArray, questions: Questions) -> TextMeasurement:
    """Measure the same on probabilities that are known, shape (C, R + 1).

    Raises
    ------
    InvalidInput
        If they are no model of the questions' world.
    """
    reduction = theorem_1_bound(questions.world, q.ravel())
    wrong, mu = (q * ~questions.valid).sum(axis=1), questions.world.mu
    return TextMeasurement(
        err=float(reduction.err),
        err_iiv=float(reduction.err_iiv),
        delta=float(reduction.delta),
        bound=float(reduction.bound),
        nonsense=float(mu @ q[:, -1]),
        singleton_rate=float(singleton_rate(questions.sample)),
        missing_mass=float(missing_mass(questions.sample)),
        err_repeated=_average(wrong, mu, questions.answered > 1),
        err_once=_average(wrong, mu, questions.answered == 1),
        err_unseen=_average(wrong, mu, questions.answered == 0),
    )


def _average(values: FloatArray, mu: FloatArray, mask: BoolArray) -> float:
    mass = float(mu[mask].sum())
    return float(mu[mask] @ values[mask]) / mass if mass else float("nan")


def sample_error(
    model: LanguageModel,
    questions: Questions,
    n_samples: int,
    *,
    rng: np.random.Generator | int,
    temperature: float = 1.0,
    confidence_level: float = 0.99,
) -> Estimate:
    """Estimate a language model's err by asking: c ~ mu, a random phrasing, one generation (eq. 1).

    Parameters
    ----------
    model : LanguageModel
        Fitted.
    questions : Questions
        What it is asked.
    n_samples : int
        How many generations, at least 1.
    rng : numpy Generator or int
        Source of prompts, phrasings and generations.
    temperature : float
        As in :func:`measure`.
    confidence_level : float
        Of the exact binomial interval, in (0, 1).

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    require_integer("n_samples", n_samples, at_least=1)
    generator = np.random.default_rng(rng)
    prompt = generator.choice(questions.world.n_prompts, size=n_samples, p=questions.world.mu)
    wording = generator.integers(len(questions.wordings), size=n_samples)
    asked = [questions.wordings[w][c] for w, c in zip(wording, prompt, strict=True)]
    said = model.sample(asked, questions.responses, rng=generator, temperature=temperature)
    column = {response: j for j, response in enumerate([*questions.responses, NONSENSE])}
    valid = questions.valid[prompt, [column[response] for response in said]]
    return estimate_error(valid, confidence_level=confidence_level)
