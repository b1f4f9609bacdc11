"""Monofacts, miscalibration and upweighting with Markov models (Miao and Kearns, 2502.08666).

Facts are random strings among all plausible ones; how often each is told follows a Pareto law.
Training data are drawn with replacement, every generation counts, and every expectation is taken
under its own law: err and Mis are exact sums over the facts and over all strings that the model
can generate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulations.trade_off.markov import MarkovModel, string_keys
from theory.arrays import BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput, require_integer, require_probability
from theory.facts import good_turing_estimate
from theory.trade_off import kalai_vempala_bound, miscalibration


@dataclass(frozen=True, eq=False)
class MonofactCorpus:
    """All facts, and how often each is told.

    Attributes
    ----------
    tokens : ndarray of int, shape (F, T)
        Distinct facts of T tokens.
    p : ndarray, shape (F,)
        Training distribution; every fact has positive probability.
    vocabulary_size : int
        Words per slot; there are vocabulary_size ** T plausible strings.
    """

    tokens: IntArray
    p: FloatArray
    vocabulary_size: int

    @property
    def n_facts(self) -> int:
        """Number of facts, F."""
        return len(self.p)

    @property
    def n_possible(self) -> int:
        """Number of plausible strings."""
        strings: int = int(self.vocabulary_size) ** int(self.tokens.shape[1])
        return strings

    def sample(self, n: int, *, rng: np.random.Generator | int) -> IntArray:
        """Draw n training examples with replacement; return how often each fact came, (F,)."""
        n = require_integer("n", n, at_least=1)
        return np.random.default_rng(rng).multinomial(n, self.p)

    def is_fact(self, keys: IntArray) -> BoolArray:
        """Tell which strings, numbered by ``markov.string_keys``, are facts."""
        facts = np.sort(string_keys(self.tokens, self.vocabulary_size))
        place = np.minimum(np.searchsorted(facts, keys), len(facts) - 1)
        return np.asarray(facts[place] == keys)


def pareto_facts(
    n_facts: int,
    *,
    shape: float,
    rng: np.random.Generator | int,
    n_tokens: int = 8,
    vocabulary_size: int = 100,
) -> MonofactCorpus:
    """Draw a monofact corpus: random facts, each repeated floor(Pareto(shape)) times.

    Parameters
    ----------
    n_facts : int
        F >= 1 distinct facts, a uniformly random part of all strings ("regular facts").
    shape : float
        > 0. Small: a few facts are told very often; large: all equally often.
    rng : numpy Generator or int
        Source of randomness, or a seed.
    n_tokens, vocabulary_size : int
        Tokens per fact and words per slot.

    Raises
    ------
    InvalidInput
        If a parameter is out of range or there are fewer strings than facts.
    """
    require_integer("n_facts", n_facts, at_least=1)
    require_integer("n_tokens", n_tokens, at_least=1)
    require_integer("vocabulary_size", vocabulary_size, at_least=2)
    if not shape > 0:
        raise InvalidInput("shape", "> 0", shape)
    if vocabulary_size**n_tokens < 2 * n_facts:
        raise InvalidInput("n_facts", f"<= {vocabulary_size**n_tokens // 2}, half of all", n_facts)
    generator = np.random.default_rng(rng)
    told = np.floor(1 + generator.pareto(shape, n_facts))
    tokens = _distinct_strings(n_facts, n_tokens, vocabulary_size, generator)
    return MonofactCorpus(tokens, told / told.sum(), vocabulary_size)


def upweight(
    counts: IntArray, share: float, times: int, *, rng: np.random.Generator | int
) -> IntArray:
    """Repeat a random share of the training examples; return the new counts, shape (F,).

    Parameters
    ----------
    counts : ndarray of int, shape (F,)
        How often each fact occurs.
    share : float
        Part of the examples that is repeated, in [0, 1] (Miao and Kearns: 0.05).
    times : int
        How often each chosen example occurs afterwards; 1 changes nothing.

    Raises
    ------
    InvalidInput
        If ``share`` or ``times`` is out of range.
    """
    require_probability("share", share)
    require_integer("times", times, at_least=1)
    n_chosen = round(share * int(counts.sum()))
    examples = np.repeat(np.arange(len(counts)), counts)
    chosen = np.random.default_rng(rng).choice(examples, n_chosen, replace=False)
    return counts + (times - 1) * np.bincount(chosen, minlength=len(counts))


@dataclass(frozen=True)
class MonofactTrial:
    """One trained Markov model: columns of the experiment.

    Attributes
    ----------
    monofact_rate : float
        Share of the training examples whose fact occurs once (before any upweighting).
    missing_mass : float
        Probability of the facts that do not occur.
    err : float
        Hallucination rate, exact: 1 - sum of p_hat over facts.
    miscalibration : float
        Mis over the model's levels, exact.
    bound : float
        Kalai and Vempala's lower bound on err at 99 %.
    """

    monofact_rate: float
    missing_mass: float
    err: float
    miscalibration: float
    bound: float


def monofact_trial(
    corpus: MonofactCorpus, counts: IntArray, order: int, *, trained_on: IntArray | None = None
) -> MonofactTrial:
    """Train an order-n Markov model and compute every term of the 2024 bound exactly.

    Parameters
    ----------
    corpus : MonofactCorpus
        The facts.
    counts : ndarray of int, shape (F,)
        The sample, as drawn.
    order : int
        n >= 1; 2 or more unless the vocabulary is tiny, since all strings are listed.
    trained_on : ndarray of int, shape (F,), optional
        What the model sees instead, such as :func:`upweight`'s counts.

    Raises
    ------
    InvalidInput
        If the model can generate too many strings to list.
    """
    seen = counts if trained_on is None else trained_on
    model = MarkovModel(corpus.tokens, seen, order, corpus.vocabulary_size)
    MF = good_turing_estimate(counts)
    Mis = exact_miscalibration(corpus, model)
    return MonofactTrial(
        monofact_rate=MF,
        missing_mass=float(corpus.p[counts == 0].sum()),
        err=float(1 - model.fact_probabilities().sum()),
        miscalibration=Mis,
        bound=kalai_vempala_bound(
            MF,
            Mis,
            n_samples=int(counts.sum()),
            n_facts=corpus.n_facts,
            n_possible=corpus.n_possible,
        ).bound,
    )


def exact_miscalibration(corpus: MonofactCorpus, model: MarkovModel) -> float:
    """Mis of a monofact model over all plausible strings, told or not, generated or not.

    Raises
    ------
    InvalidInput
        If the model can generate too many strings to list.
    """
    keys, q = model.support()
    invented = q[~corpus.is_fact(keys)]
    p_hat = np.concatenate([model.fact_probabilities(), invented])
    p = np.concatenate([corpus.p, np.zeros(len(invented))])
    return float(miscalibration(p, p_hat))


def careless_miscalibration(
    corpus: MonofactCorpus, model: MarkovModel, n: int, *, rng: np.random.Generator | int
) -> float:
    r"""What Mis of a monofact model looks like over the distinct strings that were generated.

    A mistake of public code, kept as an exhibit: the facts that the model never says are left
    out, although they carry the missing mass and half of Mis. With it the 2024 bound seems broken.

    Parameters
    ----------
    corpus : MonofactCorpus
        The facts.
    model : MarkovModel
        Trained on some of them.
    n : int
        Number of generations.
    rng : numpy Generator or int
        Source of randomness, or a seed.
    """
    keys = string_keys(model.generate(n, rng=rng), corpus.vocabulary_size)
    distinct, times = np.unique(keys, return_counts=True)
    all_facts = string_keys(corpus.tokens, corpus.vocabulary_size)
    order = np.argsort(all_facts)
    place = np.minimum(np.searchsorted(all_facts[order], distinct), len(order) - 1)
    p = np.where(corpus.is_fact(distinct), corpus.p[order][place], 0.0)
    gap = np.bincount(times, weights=times / n - p)
    return float(np.abs(gap).sum() / 2)


def _distinct_strings(n: int, n_tokens: int, V: int, rng: np.random.Generator) -> IntArray:
    tokens = np.empty((0, n_tokens), dtype=np.int64)
    while len(tokens) < n:
        more = rng.integers(V, size=(n - len(tokens), n_tokens))
        tokens = np.concatenate([tokens, more])
        _, first = np.unique(string_keys(tokens, V), return_index=True)
        tokens = tokens[np.sort(first)]
    return tokens
