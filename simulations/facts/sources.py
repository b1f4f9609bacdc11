"""Several sources that tell facts about the same people: samples of each, and their rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulations.facts.prompt_laws import PromptLaw
from simulations.facts.samplers import draw_by_prompt
from theory.errors import InvalidInput, require_integer
from theory.facts import FactSample, FactWorld

TOGETHER = "all together"


def draw_sources(
    laws: Mapping[str, PromptLaw],
    n_samples: int,
    *,
    answer_prob: float = 1.0,
    rng: np.random.Generator | int,
) -> dict[str, FactSample]:
    """Draw samples of a mixture in which each source is as likely: by source, and together.

    Parameters
    ----------
    laws : mapping of str to PromptLaw
        How often each person is asked for in a source; person i is the same in all of them.
    n_samples : int
        N >= 1, of all sources together; how many each has is drawn.
    answer_prob : float
        Probability of an answer that is not IDK, in (0, 1].
    rng : numpy Generator or int
        Source of randomness.

    Returns
    -------
    dict of str to FactSample
        One for each source, and "all together": prompts whose counts are the sums.

    Raises
    ------
    InvalidInput
        If the laws have different numbers of people, or a value is out of range.
    """
    require_integer("n_samples", n_samples, at_least=1)
    rng = np.random.default_rng(rng)
    worlds = {name: law.facts(answer_prob=answer_prob).by_prompt() for name, law in laws.items()}
    people = [world.n_classes for world in worlds.values()]
    if len(set(people)) != 1:
        raise InvalidInput("laws", "laws of equally many people", people)
    sizes = rng.multinomial(n_samples, np.full(len(laws), 1 / len(laws)))
    found = {
        name: draw_by_prompt(world, int(n), rng=rng)
        for (name, world), n in zip(worlds.items(), sizes, strict=True)
    }
    mixture = FactWorld(np.mean([world.mu for world in worlds.values()], axis=0), 365, answer_prob)
    n_answers = np.sum([sample.n_answers for sample in found.values()], axis=0)
    return found | {TOGETHER: FactSample.of_prompts(mixture, n_samples, n_answers)}


def rows_of(samples: Mapping[str, FactSample]) -> dict[str, list[str]]:
    """Return the rows of a corpus with the columns source, prompt and response.

    Examples
    --------
    >>> from simulations.facts.prompt_laws import uniform_law
    >>> made = draw_sources({"a": uniform_law(1), "b": uniform_law(1)}, 3, rng=1)
    >>> sorted(set(rows_of(made)["prompt"]))
    ['When was person 0 born?']
    """
    rows: dict[str, list[str]] = {"source": [], "prompt": [], "response": []}
    for source, sample in samples.items():
        if source == TOGETHER:
            continue
        people = np.repeat(np.arange(len(sample.n_answers)), sample.n_answers)
        silent = sample.n_samples - len(people)
        rows["source"] += [source] * sample.n_samples
        rows["prompt"] += [f"When was person {i} born?" for i in (*people, *[0] * silent)]
        rows["response"] += [f"day {31 * i % 365 + 1}" for i in people] + ["IDK"] * silent
    return rows
