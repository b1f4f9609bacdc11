"""The one representation of an evaluation log: what happened to each question.

Readers deliver :class:`Readings`, what the file says. :func:`resolve` lets the recogniser speak and
gives each record exactly one of eight kinds, so that nothing is silently wrong, right or dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from hallucination_theory.logs.recogniser import Recogniser
from theory.arrays import BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput

KINDS = ("correct", "wrong", "abstain", "refusal", "empty", "unparsed", "unscored", "unclear")
"""What can happen to a question; position = code."""
CORRECT, WRONG, ABSTAIN, REFUSAL, EMPTY, UNPARSED, UNSCORED, UNCLEAR = range(len(KINDS))
NO_ANSWER = (ABSTAIN, REFUSAL, EMPTY)

Kinds = npt.NDArray[np.int8]


def encode(names: Sequence[str]) -> tuple[list[int], list[str]]:
    """Number the distinct names that records have, in order of appearance: codes and names."""
    position: dict[str, int] = {}
    codes = [position.setdefault(name, len(position)) for name in names]
    return codes, list(position)


@dataclass(frozen=True, eq=False)
class Readings:
    """What a file says, before abstentions are recognised in its answers.

    Attributes
    ----------
    source, reader : str
        File, and how it was read (format, scorer or metric, filter): shown in the report.
    question : ndarray of int, shape (n,)
        Code of each record's question.
    names : sequence
        Question codes -> names that identify a question across logs.
    verdict : ndarray of int8, shape (n,)
        Kind according to the file.
    label_has_idk : bool
        Whether the file's labels tell abstentions from mistakes themselves; then the recogniser
        is also judged by the labels.
    labels_are_ours : bool
        Whether this package's own scorer wrote the labels, so that they cannot judge it.
    answer : list of (str or None), optional
        Final text of each answer, as :func:`~hallucination_theory.logs.answers.final_texts` gives.
    notes : tuple of str
        What the report says about how the file was read.
    epoch, confidence, stated : ndarray, shape (n,), optional
        Repetition number; stated confidence (nan: none); target stated to the model.
    unanswerable : ndarray of bool, shape (n,), optional
        Where to abstain is the right answer.
    subset : ndarray of int, shape (n,), optional
        Code of each record's part of the data, such as a category.
    subset_names : sequence
        Subset codes -> names.
    target : sequence, shape (n,), optional
        Accepted answers as the file has them, for people to read.
    dataset, model : str
        Names, if known.
    """

    source: str
    reader: str
    question: IntArray
    names: Sequence[Any]
    verdict: Kinds
    label_has_idk: bool = False
    labels_are_ours: bool = False
    answer: list[str | None] | None = None
    epoch: IntArray | None = None
    confidence: FloatArray | None = None
    stated: FloatArray | None = None
    unanswerable: BoolArray | None = None
    subset: IntArray | None = None
    subset_names: Sequence[Any] = ()
    target: Sequence[Any] | None = None
    dataset: str = ""
    model: str = ""
    notes: tuple[str, ...] = ()

    def repetitions(self) -> IntArray:
        """Return how often each question occurs, shape (names,)."""
        return np.bincount(self.question, minlength=len(self.names))

    @cached_property
    def repeated(self) -> bool:
        """Whether a question occurs more than once."""
        return bool(self.repetitions().max() > 1)


@dataclass(frozen=True)
class Recognition:
    """How the recogniser fared.

    Attributes
    ----------
    n_read : int
        Answers it looked at.
    n_changed : int
        Wrong answers that it turned into an abstention, a refusal, an empty or unclear answer.
    n_overruled : int
        Answers it took for one of these but the file calls correct: they stay correct.
    n_gold, n_missed, n_false_alarms : int or None
        Against the file's own labels, where they tell abstentions: answers compared, abstentions
        not recognised, attempts taken for abstentions.
    """

    n_read: int
    n_changed: int
    n_overruled: int
    n_gold: int | None = None
    n_missed: int | None = None
    n_false_alarms: int | None = None


@dataclass(frozen=True, eq=False)
class EvalLog:
    """One log, or the part of it with one stated target: each record of one kind.

    Attributes
    ----------
    readings : Readings
        What the file says.
    kind : ndarray of int8, shape (n,)
        Position in :data:`KINDS`.
    recognition : Recognition
        The recogniser's report.
    stated_t : float or None
        Target stated to the model, the same for all records.
    recognised : ndarray of int8, shape (n,), optional
        What the recogniser took each answer for; :data:`CORRECT` stands for an attempt.
    uncorrected : ndarray of int8, shape (n,), optional
        Kinds before corrections by hand; None if there were none.
    """

    readings: Readings
    kind: Kinds
    recognition: Recognition
    stated_t: float | None = field(default=None)
    recognised: Kinds | None = None
    uncorrected: Kinds | None = None

    @property
    def name(self) -> str:
        """File, and the stated target if there is one."""
        suffix = "" if self.stated_t is None else f" [t = {self.stated_t:g}]"
        return self.readings.source + suffix

    def counts(self) -> dict[str, int]:
        """Return the number of records of each kind."""
        numbers = np.bincount(self.kind, minlength=len(KINDS)).tolist()
        return dict(zip(KINDS, numbers, strict=True))


def resolve(readings: Readings, recogniser: Recogniser) -> EvalLog:
    """Give each record its kind: the file's verdict, refined by the recogniser.

    A record that the file calls wrong becomes an abstention, a refusal or an empty answer if its
    text is one, and unclear if the text says so but says more; so does an unparsed one. A record
    that the file calls correct stays so. An abstention is correct where the question has no answer.
    The rule is the same whatever else stands in the file, so the same record is of the same kind in
    every log.

    Raises
    ------
    InvalidInput
        If a question occurs twice in one repetition.
    """
    _check_duplicates(readings)
    kind, recognition, found = _recognised(readings, recogniser)
    if readings.unanswerable is not None:
        right = readings.unanswerable & (kind == ABSTAIN)
        kind = np.where(right, CORRECT, kind).astype(np.int8)
    return EvalLog(readings, kind, recognition, recognised=found)


def _recognised(
    readings: Readings, recogniser: Recogniser
) -> tuple[Kinds, Recognition, Kinds | None]:
    if readings.answer is None:
        return readings.verdict, Recognition(0, 0, 0), None
    texts = list(dict.fromkeys(readings.answer))
    codes = dict(zip(texts, _codes(recogniser, texts), strict=True))
    found = np.array([codes[text] for text in readings.answer], dtype=np.int8)
    silent = np.isin(found, NO_ANSWER)
    n_read = sum(text is not None for text in readings.answer)
    n_overruled = int((silent & (readings.verdict == CORRECT)).sum())
    changed = (silent & np.isin(readings.verdict, (WRONG, UNPARSED, ABSTAIN))) | (
        (found == UNCLEAR) & np.isin(readings.verdict, (WRONG, UNPARSED))
    )
    kind = np.where(changed, found, readings.verdict).astype(np.int8)
    n_changed = int((kind != readings.verdict).sum())
    recognition = Recognition(n_read, n_changed, n_overruled)
    if readings.label_has_idk and not readings.labels_are_ours:
        recognition = _compare(readings, silent, n_read, n_changed, n_overruled)
    return kind, recognition, found


def _codes(recogniser: Recogniser, texts: Sequence[str | None]) -> list[int]:
    given = [text for text in texts if text is not None]
    kinds = dict(zip(given, recogniser.recognise_all(given), strict=True))
    found = [None if text is None else kinds[text] for text in texts]
    return [CORRECT if kind is None else KINDS.index(kind) for kind in found]


def _compare(
    readings: Readings,
    silent: npt.NDArray[np.bool_],
    n_read: int,
    n_changed: int,
    n_overruled: int,
) -> Recognition:
    given = np.array([text is not None for text in readings.answer or []])
    judged = given & ~np.isin(readings.verdict, (UNPARSED, UNSCORED))
    gold = np.isin(readings.verdict, NO_ANSWER)
    return Recognition(
        n_read,
        n_changed,
        n_overruled,
        n_gold=int(judged.sum()),
        n_missed=int((judged & gold & ~silent).sum()),
        n_false_alarms=int((judged & ~gold & silent).sum()),
    )


def _check_duplicates(readings: Readings) -> None:
    keys = readings.question
    if len(readings.names) == len(keys):
        return
    for column in (readings.epoch, readings.stated):
        if column is not None:
            _, codes = np.unique(column, return_inverse=True)
            keys = keys * (int(codes.max()) + 1) + codes
    _, first, size = np.unique(keys, return_index=True, return_counts=True)
    if size.max() > 1:
        row = int(first[np.argmax(size > 1)])
        raise InvalidInput(
            f"questions of {readings.source}",
            "distinct",
            f"{str(readings.names[readings.question[row]])!r} {int(size.max())} times",
            remedy="number repetitions in a column epoch, or keep one record each",
        )


def split_by_stated_target(log: EvalLog) -> list[EvalLog]:
    """Split a log into parts with one stated target each, in order of the target."""
    stated = log.readings.stated
    if stated is None:
        return [log]
    return [part_of(log, stated == t, float(t)) for t in np.unique(stated)]


def part_of(log: EvalLog, rows: npt.NDArray[np.bool_], t: float | None) -> EvalLog:
    """Return some records of a log, at the stated target t."""
    r = log.readings
    places = np.flatnonzero(rows).tolist()
    part = replace(
        r,
        question=r.question[rows],
        verdict=r.verdict[rows],
        answer=None if r.answer is None else [r.answer[i] for i in places],
        epoch=None if r.epoch is None else r.epoch[rows],
        confidence=None if r.confidence is None else r.confidence[rows],
        stated=None,
        unanswerable=None if r.unanswerable is None else r.unanswerable[rows],
        subset=None if r.subset is None else r.subset[rows],
        target=None if r.target is None else [r.target[i] for i in places],
    )
    found = None if log.recognised is None else log.recognised[rows]
    return EvalLog(part, log.kind[rows], log.recognition, t, found)
