"""Real runs of both harnesses, offline: used by the slow tests, and by hand to renew the fixtures.

python -m tests.command.harness_runs tests/data
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from hallucination_theory.harness.lm_eval_task import write_tasks

# question, accepted answer, what the mock model says
QUESTIONS = [
    ("Capital of France?", "Paris", "Paris"),
    ("Capital of Norway?", "Oslo", "I don't know"),
    ("Capital of Spain?", "Madrid", "Lisbon"),
    ("Capital of Chad?", "N'Djamena", ""),
    ("What is 6 x 7?", "42", "42."),
    ("The launch code?", "0000", "I can't help with that."),
    ("Capital of Peru?", "Lima", "Lima"),
    ("Capital of Fiji?", "Suva", "no verdict on this one"),
]

MULTIPLE_CHOICE = """
task: choices
dataset_path: json
dataset_kwargs:
  data_files:
    test: "{data}"
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{question}}}}"
doc_to_choice: choices
doc_to_target: answer
metric_list:
  - metric: acc
  - metric: acc_norm
"""

FILTERED = """
task: filtered
dataset_path: json
dataset_kwargs:
  data_files:
    test: "{data}"
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: answer
filter_list:
  - name: strict
    filter:
      - function: regex
        regex_pattern: "ANSWER: (.*)"
      - function: take_first
  - name: loose
    filter:
      - function: take_first
metric_list:
  - metric: exact_match
    aggregation: mean
    higher_is_better: true
    ignore_case: true
"""


def mock_model(n_epochs=1):
    """Return Inspect's mock model with QUESTIONS' answers."""
    return mock([answer for _ in range(n_epochs) for *_, answer in QUESTIONS])


def mock(answers):
    """Return Inspect's mock model with these answers; usage is set, or it would download."""
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    def output(text):
        made = ModelOutput.from_content("mockllm/model", text)
        made.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return made

    return get_model("mockllm/model", custom_outputs=[output(answer) for answer in answers])


def run_inspect(folder, scorer, *, solvers=(), log_format="eval", epochs=1, name="capitals"):
    """Run QUESTIONS through Inspect and return the log."""
    from inspect_ai import Task, eval  # noqa: A004
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.solver import generate

    samples = [
        Sample(id=f"q{j}", input=question, target=target)
        for j, (question, target, _) in enumerate(QUESTIONS)
    ]
    task = Task(
        name=name,
        dataset=MemoryDataset(samples, name="capitals"),
        solver=[*solvers, generate()],
        scorer=scorer,
    )
    (log,) = eval(
        task,
        model=mock_model(epochs),
        log_dir=str(folder),
        log_format=log_format,
        display="none",
        epochs=epochs,
        max_connections=1,
        max_samples=1,
    )
    assert log.status == "success", log.error
    return log


def half_blind_match():
    """Inspect's match, except that it cannot score one answer."""
    from inspect_ai.scorer import Score, accuracy, match, scorer

    @scorer(metrics=[accuracy()])
    def half_blind():
        inner = match()

        async def score(state, target):
            if "no verdict" in state.output.completion:
                return Score.unscored(reason="grader_failed")
            return await inner(state, target)

        return score

    return half_blind()


def run_lm_eval(folder, *, targets=(0.5, 0.75)):
    """Run the dummy model on the package's tasks and two others; return name -> sample file."""
    tasks, out = folder / "tasks", folder / "out"
    tasks.mkdir()
    facts = folder / "facts.jsonl"
    rows = [{"question": q, "answer": a} for q, a, _ in QUESTIONS[:3]]
    rows.append({"question": "What does the dummy model answer?", "answer": "LOL"})
    facts.write_text("".join(json.dumps(row) + "\n" for row in rows))
    choices = folder / "choices.jsonl"
    choices.write_text(
        "".join(
            json.dumps({"question": q, "choices": [a, "Atlantis"], "answer": 0}) + "\n"
            for q, a, _ in QUESTIONS[:3]
        )
    )
    write_tasks(tasks, "facts", targets, facts)
    (tasks / "choices.yaml").write_text(MULTIPLE_CHOICE.format(data=choices))
    (tasks / "filtered.yaml").write_text(FILTERED.format(data=facts))
    names = [*(f"facts_t{round(100 * t)}" for t in targets), "choices", "filtered"]
    offline = {f"{name}_OFFLINE": "1" for name in ("HF_HUB", "HF_DATASETS", "TRANSFORMERS")}
    command = [sys.executable, "-m", "lm_eval", "run", "--model", "dummy", "--tasks"]
    asked = ",".join(["facts", "choices", "filtered"])
    options = ["--include_path", str(tasks), "--log_samples", "--output_path", str(out)]
    subprocess.run(
        [*command, asked, *options],
        check=True,
        capture_output=True,
        env=os.environ | offline | {"HF_HOME": str(folder / "cache")},
    )
    return {name: next(out.rglob(f"samples_{name}_*.jsonl")) for name in names}


def renew(folder):
    """Write small real logs into a folder of fixtures."""
    import tempfile

    from inspect_ai.scorer import match

    from hallucination_theory.harness.inspect_plugin import confidence_target, open_rubric

    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        logs = {
            "inspect_match.json": run_inspect(here / "a", match(), log_format="json"),
            "inspect_half_blind.eval": run_inspect(here / "b", half_blind_match()),
            "inspect_target.eval": run_inspect(
                here / "c", confidence_target(0.75), solvers=[open_rubric(0.75)], epochs=2
            ),
        }
        for name, log in logs.items():
            shutil.copy(log.location, folder / name)
        for name, path in run_lm_eval(here).items():
            shutil.copy(path, folder / f"lm_eval_{name}.jsonl")


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
