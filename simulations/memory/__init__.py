"""Chapter 11: full memories at exams, as columns, and a memory that is learned (X11, X12).

============  ==============================================================================
``codebook``  a memory of M states, learned for an exam, measured on every sequence of answers
``studies``   the computations behind notebook 11, as columns
============  ==============================================================================
"""

from simulations.memory.codebook import codebook_study, exam_shares, train_codebook
from simulations.memory.studies import (
    answers_by_fame,
    exam_curve,
    floor_curve,
    gap_to_the_bound,
    memory_frontier,
)

__all__ = [
    "answers_by_fame",
    "codebook_study",
    "exam_curve",
    "exam_shares",
    "floor_curve",
    "gap_to_the_bound",
    "memory_frontier",
    "train_codebook",
]
