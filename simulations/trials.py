"""Repeat a random trial and collect columns: the one loop behind every Monte Carlo here.

Bring your own: wherever a name is taken (``model="uniform"``), so is a function. What is random
comes from ``rng``, a Generator, always by keyword; ``notebooks/new_experiment.md`` uses most.

============  ================================================  ================================
what          how it is called                                  where it is typed
============  ================================================  ================================
base model    ``(world, *, rng) -> p_hat``, shape (X,)          ``reduction.base_models``
world         ``(*, rng) -> World``                             ``reduction.random_worlds``
law           a ``PromptLaw``; ``law.facts()`` is a world       ``facts.prompt_laws``
fact learner  ``(sample, *, rng) -> FactModel``                 ``facts.learners``
trade-off     ``(study, p_hat, strength, *, rng) -> p_hat``     ``trade_off.families``
rule          ``(counts) -> p_hat``, shape (X,)                 ``other_factors`` (false data)
judge         ``(statements) -> valid or not``, shape (S,)      ``language_models.judge``
language      a class with ``fit``, ``log_probs``, ``sample``   ``language_models.interface``
trial         ``(*, rng, **parameters) -> row``: a dataclass    ``trials``; ``run_trials`` and
              or a mapping of numbers and text                  ``sweep.run_sweep`` call it alike
============  ================================================  ================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from theory.errors import InvalidInput, require_integer

Columns = dict[str, npt.NDArray[Any]]
R = TypeVar("R")
T = TypeVar("T")

CHUNK = 4096
"""Records that wait to become columns, and Generators that wait for their trial."""


class Trial(Protocol):
    """Something random that can be repeated."""

    def __call__(self, *, rng: np.random.Generator) -> Any:
        """Return one record."""


def run_trials(
    trial: Trial,
    n_trials: int,
    *,
    rng: np.random.Generator | int,
    n_jobs: int = 1,
    progress: bool = False,
) -> Columns:
    """Run ``trial(rng=rng_i)`` for i = 0 .. n_trials - 1 and stack the results in columns.

    Parameters
    ----------
    trial : callable
        Takes a Generator as ``rng``, returns a flat dataclass instance or a mapping of scalars.
    n_trials : int
        At least 1.
    rng : numpy Generator or int
        Trial i gets ``rng.spawn(n_trials)[i]``: its numbers depend neither on how many trials
        run, nor on their order, nor on ``n_jobs``.
    n_jobs : int
        Worker processes (joblib; ``joblib.parallel_config`` chooses the backend).
    progress : bool
        Whether to show a bar, if standard error is a terminal.

    Returns
    -------
    dict of str to ndarray, shape (n_trials,)
        ``pd.DataFrame(run_trials(...))`` is a table.

    Raises
    ------
    InvalidInput
        If ``n_trials`` is not a positive whole number.
    """
    from joblib import Parallel, delayed
    from tqdm import tqdm

    require_integer("n_trials", n_trials, at_least=1)
    children = spawn(n_trials, rng=np.random.default_rng(rng))
    if n_jobs == 1:
        records: Iterable[Any] = (trial(rng=child) for child in children)
    else:
        records = Parallel(n_jobs=n_jobs, return_as="generator")(
            delayed(trial)(rng=child) for child in children
        )
    bar = iter(tqdm(records, total=n_trials, disable=None if progress else True, unit="trial"))
    parts = [stack(some) for some in iter(lambda: list(islice(bar, CHUNK)), [])]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def spawned(
    items: Iterable[T], *, rng: np.random.Generator | int
) -> Iterator[tuple[T, np.random.Generator]]:
    """Pair each item with a Generator of its own: no item's numbers depend on later ones."""
    known = list(items)
    yield from zip(known, np.random.default_rng(rng).spawn(len(known)), strict=True)


def without_luck(function: Callable[..., R]) -> Callable[..., R]:
    """Give a function that uses no chance the signature of those that do.

    Examples
    --------
    >>> without_luck(len)([1, 2], rng=0)
    2
    """
    return lambda subject, /, *, rng: function(subject)


def chosen(what: str, choice: str | T, known: Mapping[str, T]) -> T:
    """Return what a name stands for; a function of one's own stands for itself.

    Raises
    ------
    InvalidInput
        If the name is not among those known.

    Examples
    --------
    >>> chosen("order", "largest", {"largest": max})([1, 2]), chosen("order", min, {})([1, 2])
    (2, 1)
    """
    if isinstance(choice, str):
        if choice not in known:
            allowed = f"one of {', '.join(known)}, or a function"
            raise InvalidInput(what, allowed, repr(choice))
        return known[choice]
    return choice


def label(choice: object) -> str:
    """Return the name under which a choice appears in a table.

    Examples
    --------
    >>> label("uniform"), label(max)
    ('uniform', 'max')
    """
    return choice if isinstance(choice, str) else str(getattr(choice, "__name__", choice))


def spawn(n: int, *, rng: np.random.Generator) -> Iterator[np.random.Generator]:
    """Yield what ``rng.spawn(n)`` holds; a million Generators at once would take a gigabyte."""
    for i in range(0, n, CHUNK):
        yield from rng.spawn(min(CHUNK, n - i))


def stack(records: Sequence[Any]) -> Columns:
    """Turn the records of trials (flat dataclass instances or mappings) into columns."""
    rows = [as_mapping(record) for record in records]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def as_mapping(record: Any) -> dict[str, Any]:
    """Return a trial's record as a mapping, whether it is a flat dataclass or a mapping already."""
    if is_dataclass(record):
        return {f.name: getattr(record, f.name) for f in fields(record)}
    return dict(record)
