"""Scoring 10^6 records from Parquet at four targets, and 10^5 test-takers x 100 questions.

Targets: each under 2 s on one core.
"""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hallucination_theory.logs.labels import ReadOptions
from hallucination_theory.logs.read import read_logs
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.scores.audit import audit
from hallucination_theory.scores.settings import Settings
from simulations.grading import apply_policy, grade_everything, sit_exam
from theory.grading import (
    TARGETS,
    always_abstain,
    always_guess,
    answer_above,
    beta_examinees,
    confidence_target,
    consistency,
)

N_RECORDS, N_TAKERS, N_QUESTIONS = 10**6, 10**5, 100
SECONDS = 2.0
GRADERS = [confidence_target(t) for t in TARGETS]
POLICIES = {
    "guess": always_guess,
    "abstain": always_abstain,
    "answer_above": answer_above(0.75),
    "consistency": consistency(2),
}


@pytest.fixture(scope="module", params=["outcome", "outcome, confidence"])
def log(request, tmp_path_factory):
    rng = np.random.default_rng(20260510)
    columns = {
        "question": [f"question number {j}" for j in range(N_RECORDS)],
        "outcome": rng.choice(["correct", "wrong", "abstain"], N_RECORDS),
        "confidence": rng.random(N_RECORDS),
    }
    if request.param == "outcome":
        del columns["confidence"]
    path = tmp_path_factory.mktemp("grading") / f"{request.param.replace(', ', '-')}.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def score(path):
    recogniser = Recogniser()
    return audit(read_logs(path, ReadOptions(), recogniser), recogniser, Settings())


def loop(path):
    """Score as a script does: a Python loop over the records, one pass per target, no intervals."""
    records = pq.read_table(path).to_pylist()
    scores = []
    for t in TARGETS:
        points = {"correct": 1, "abstain": 0, "wrong": -t / (1 - t)}
        scores.append(sum(points[record["outcome"]] for record in records) / len(records))
    return scores


def one_by_one(n_takers):
    """Simulate question by question with NumPy arrays of takers x questions."""
    rng = np.random.default_rng(20260511)
    chance = rng.beta(1.2, 1.0, size=(n_takers, N_QUESTIONS))
    right = rng.random(chance.shape) < chance
    answered = chance > 0.75
    counts = [(answered & right).sum(axis=1), (answered & ~right).sum(axis=1)]
    return [counts[0] - t / (1 - t) * counts[1] for t in TARGETS]


def test_score_a_million_records(compare, log):
    ours = [row["score"] for row in score(log)["targets"]]
    assert ours == pytest.approx(loop(log))
    compare(
        f"score 10^6 records of Parquet ({log.stem}) at four targets, target {SECONDS:g} s",
        lambda: score(log),
        {"pyarrow reads it": lambda: pq.read_table(log), "Python loop": lambda: loop(log)},
        rounds=5,
    )


def test_score_a_million_records_as_a_command(compare, log):
    command = [sys.executable, "-m", "hallucination_theory", "score", str(log), "--json"]
    code = f"import pyarrow.parquet; pyarrow.parquet.read_table({str(log)!r})"
    reading = [sys.executable, "-c", code]
    compare(
        f"the same as a command ({log.stem}), target {SECONDS:g} s",
        lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL),
        {"pyarrow reads it": lambda: subprocess.run(reading, check=True)},
        rounds=5,
    )


def test_exam_of_many_test_takers(compare):
    examinees = beta_examinees(1.2, 1.0)

    def ours():
        exam = sit_exam(examinees, N_TAKERS, N_QUESTIONS, rng=20260512)
        outcomes = apply_policy(exam, answer_above(0.75), rng=20260513)
        return [grader.score(outcomes) for grader in GRADERS]

    compare(
        f"10^5 test-takers x 100 questions, one policy, four targets, target {SECONDS:g} s",
        ours,
        {"question by question in NumPy": lambda: one_by_one(N_TAKERS)},
        rounds=3,
    )


def test_every_policy_under_every_grader(compare):
    compare(
        f"10^5 test-takers x 100 questions, four policies x four targets, target {SECONDS:g} s",
        lambda: grade_everything(
            beta_examinees(1.2, 1.0), POLICIES, GRADERS,
            n_takers=N_TAKERS, n_questions=N_QUESTIONS, rng=20260514,
        ),
        {"one policy question by question in NumPy": lambda: one_by_one(N_TAKERS)},
        rounds=3,
    )  # fmt: skip
