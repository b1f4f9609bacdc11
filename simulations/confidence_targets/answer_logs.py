"""Logs of simulated models that are asked the same questions at several stated targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from theory.errors import InvalidInput, require_integer
from theory.grading import require_target


def stated_target_log(
    n_questions: int,
    targets: Sequence[float],
    *,
    overconfidence: float | None,
    rng: np.random.Generator | int,
) -> list[dict[str, Any]]:
    """Draw one record per question and stated target, as a table of the score command.

    Parameters
    ----------
    n_questions : int
        Questions, with chances of a right answer uniform in (0, 1).
    targets : sequence of float
        Stated targets in [0, 1).
    overconfidence : float or None
        k: the model believes 1 - (1 - chance)^k and answers iff its belief exceeds the target;
        1 is behaviourally calibrated. None: it answers everything, whatever the target.
    rng : numpy Generator or int
        Source of chances and answers; a question has one answer, given or withheld.

    Returns
    -------
    list of dict
        ``question``, ``outcome`` (correct, wrong, abstain), ``confidence`` (the belief), ``t``.

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    require_integer("n_questions", n_questions, at_least=1)
    if overconfidence is not None and not 0 < overconfidence < float("inf"):
        raise InvalidInput("overconfidence", "a finite number > 0", repr(overconfidence))
    generator = np.random.default_rng(rng)
    chance = generator.random(n_questions)
    right = generator.random(n_questions) < chance
    belief = chance if overconfidence is None else 1 - (1 - chance) ** overconfidence
    return [
        {
            "question": f"question {j}",
            "outcome": _outcome(right[j], overconfidence is None or belief[j] > t),
            "confidence": float(belief[j]),
            "t": float(require_target(t)),
        }
        for t in targets
        for j in range(n_questions)
    ]


def _outcome(right: Any, given: Any) -> str:
    if not given:
        return "abstain"
    return "correct" if right else "wrong"
