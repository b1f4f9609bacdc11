"""Ten influential benchmarks and how they grade "I don't know": the paper's Table 2 (App. F)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from theory.arrays import Number
from theory.grading.graders import (
    BINARY,
    WILDBENCH_LIKE,
    Grader,
    indifference_confidence,
    optimal_answers,
)


@dataclass(frozen=True)
class Benchmark:
    """One row of Table 2.

    Attributes
    ----------
    name, scoring : str
        The benchmark and what it counts.
    binary : bool
        Whether a response gets all or nothing (IFEval: each of its binary sub-scores does).
    idk_credit : {"none", "partial"}
        What "I don't know" earns.
    multiple_choice, judged_by_model : bool
        Whether (some) questions offer choices, and whether a language model judges.
    note : str
        The paper's footnote, in our words.
    """

    name: str
    scoring: str
    binary: bool = True
    idk_credit: Literal["none", "partial"] = "none"
    multiple_choice: bool = False
    judged_by_model: bool = False
    note: str = ""

    @property
    def grader(self) -> Grader:
        """Its table of points, per binary sub-score if there are several."""
        return BINARY if self.binary else WILDBENCH_LIKE


BENCHMARKS = (
    Benchmark("GPQA", "multiple-choice accuracy", multiple_choice=True),
    Benchmark("MMLU-Pro", "multiple-choice accuracy", multiple_choice=True),
    Benchmark(
        "IFEval",
        "programmatic instruction checks",
        note="several binary sub-scores make up a composite",
    ),
    Benchmark("Omni-MATH", "equivalence to the reference", judged_by_model=True),
    Benchmark(
        "WildBench",
        "rubric from 1 to 10",
        binary=False,
        idk_credit="partial",
        judged_by_model=True,
        note="IDK may earn 3-4, below a fair answer with hallucinations at 5-6",
    ),
    Benchmark("BBH", "multiple choice or exact match", multiple_choice=True),
    Benchmark("MATH (level 5)", "equivalence to the reference", judged_by_model=True),
    Benchmark("MuSR", "multiple-choice accuracy", multiple_choice=True),
    Benchmark("SWE-bench", "patch passes unit tests"),
    Benchmark("HLE", "multiple choice or equivalence", multiple_choice=True, judged_by_model=True),
)
"""Table 2, in its order."""


@dataclass(frozen=True)
class MetaEvaluation:
    """Counts derived from Table 2.

    Attributes
    ----------
    n_benchmarks, n_binary, n_idk_credit, n_multiple_choice, n_judged_by_model : int
        Rows in all, and with each property (``n_idk_credit``: any credit at all).
    n_guessing_optimal : int
        Benchmarks on which answering is optimal at every positive confidence.
    """

    n_benchmarks: int
    n_binary: int
    n_idk_credit: int
    n_multiple_choice: int
    n_judged_by_model: int
    n_guessing_optimal: int


def count(benchmarks: Iterable[Benchmark] = BENCHMARKS) -> MetaEvaluation:
    """Count how the benchmarks of the meta-evaluation grade (Table 2).

    Examples
    --------
    >>> counts = count()
    >>> counts.n_binary, counts.n_benchmarks, counts.n_idk_credit
    (9, 10, 1)
    """
    rows = list(benchmarks)
    return MetaEvaluation(
        n_benchmarks=len(rows),
        n_binary=sum(b.binary for b in rows),
        n_idk_credit=sum(b.idk_credit != "none" for b in rows),
        n_multiple_choice=sum(b.multiple_choice for b in rows),
        n_judged_by_model=sum(b.judged_by_model for b in rows),
        n_guessing_optimal=sum(indifference_confidence(b.grader) <= 0 for b in rows),
    )


def best_policy(benchmark: Benchmark, confidence: Number) -> Literal["answer", "abstain"]:
    """Best policy of a test-taker who is right with a given probability (App. F).

    Raises
    ------
    InvalidInput
        If the confidence is outside [0, 1].

    Examples
    --------
    >>> {best_policy(b, 0.01) for b in BENCHMARKS}
    {'answer'}
    """
    return "answer" if optimal_answers(benchmark.grader, confidence) else "abstain"
