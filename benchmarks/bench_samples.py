"""``hallucination-theory check`` on a sample file of 10^5 questions with 10 candidates and IDK.

Target: the probabilities of all candidates within 2 times what orjson needs to parse every line of
the same file (250 MB), with the whole report and its intervals within 3 times. The command, as a
process beside one that only parses, within 4 times: it imports for 0.7 s.
"""

import hashlib
import json
import random
import subprocess
import sys

import orjson
import pytest

from hallucination_theory.bounds.report import Wishes, report
from hallucination_theory.inputs.opened import opened
from hallucination_theory.tables.sample_table import weighed

N_QUESTIONS, N_CANDIDATES = 100_000, 10


def line(rng, i):
    """One record in the layout of the harness."""
    question = f"The capital of country number {i} is"
    digest = hashlib.sha256(question.encode()).hexdigest()
    choices = [f"city {x}." for x in rng.sample(range(10**6), N_CANDIDATES)] + ["IDK."]
    pairs = [[str(-rng.random() * 20 - 2.4), "False"] for _ in choices]
    doc = {
        "task": "facts", "question": question, "relation": "capital", "choices": choices,
        "n_answers": 1, "abstention": "IDK.", "answer_prob": 1.0, "weight": 1.0, "count": i % 7,
        "begin": "", "end": ".", "overlap": "refuse",
    }  # fmt: skip
    arguments = {
        f"gen_args_{k}": {"arg_0": question, "arg_1": f" {c}"} for k, c in enumerate(choices)
    }
    return json.dumps(
        {
            "doc_id": i, "doc": doc, "target": "0", "arguments": arguments,
            "resps": [[pair] for pair in pairs], "filtered_resps": pairs, "filter": "none",
            "metrics": ["acc"], "doc_hash": digest, "prompt_hash": digest, "acc": 0.0,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rng = random.Random(20250904)
    path = tmp_path_factory.mktemp("samples") / "samples_facts.jsonl"
    path.write_text("".join(line(rng, i) + "\n" for i in range(N_QUESTIONS)))
    return path


def bare(path):
    with path.open("rb") as lines:
        return sum(orjson.loads(line)["doc_id"] >= 0 for line in lines)


def read(path):
    with opened(path) as source:
        return weighed(source)


def process(*arguments):
    subprocess.run([sys.executable, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


BARE = """
import sys, orjson
with open(sys.argv[1], "rb") as lines:
    print(sum(orjson.loads(line)["doc_id"] >= 0 for line in lines))
"""


def test_read_weighed_candidates(compare, file):
    compare(
        "sample file, 10^5 x 11 candidates, read",
        lambda: read(file),
        {"orjson": lambda: bare(file)},
        at_most={"orjson": 2},
        rounds=5,
    )


def test_report_weighed_candidates(compare, file):
    told, _ = report(read(file), Wishes())
    assert told["holds"]
    compare(
        "sample file, 10^5 x 11 candidates, whole report",
        lambda: report(read(file), Wishes()),
        {"orjson": lambda: bare(file)},
        at_most={"orjson": 3},
        rounds=5,
    )


def test_check_weighed_candidates(compare, file):
    compare(
        "sample file, 10^5 x 11 candidates, the command",
        lambda: process("-m", "hallucination_theory", "check", file, "--json"),
        {"orjson in a process": lambda: process("-c", BARE, file)},
        at_most={"orjson in a process": 4},
        rounds=5,
    )
