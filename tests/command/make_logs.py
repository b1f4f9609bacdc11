"""Make the logs of tests/data/logs with the tools themselves; the models say what is written here.

python -m tests.command.make_logs tests/data/logs

It needs inspect-ai, lm-eval and lighteval; the logs are committed, and what each record came to was
counted by reading them (``by_hand.json``), so that no test needs the tools.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.command.harness_runs import mock

QUESTIONS = [
    ("Capital of France?", "Paris", "Paris"),
    ("Capital of Norway?", "Oslo", "I don't know, but I'd be happy to help with something else."),
    ("Capital of Spain?", "Madrid", "Lisbon"),
    ("Capital of Chad?", "N'Djamena", ""),
    ("What is 6 x 7?", "42", "42"),
    ("Who broke the bridge?", "Nobody", "No tengo información sobre eso."),
    ("Capital of Peru?", "Lima", "Lima"),
    ("Capital of Fiji?", "Suva", "I'm not sure. Fiji has more than three hundred islands in all."),
]
"""Question, accepted answer, what the model says."""
CHOICES = [
    ("Largest planet?", ["Mars", "Jupiter", "Venus", "I don't know"], 1, "B"),
    ("First emperor of Rome?", ["Nero", "Augustus", "Trajan", "I don't know"], 1, "D"),
    ("Chemical sign of gold?", ["Au", "Ag", "Fe", "I don't know"], 0, "B"),
    ("Wrote Faust?", ["Schiller", "Heine", "Goethe", "I don't know"], 2, "C"),
    ("Year of the moon landing?", ["1959", "1979", "1969", "I don't know"], 2, "D"),
]
"""Question, options, place of the right one, letter that the model says."""


def inspect(folder, samples, scorer, solver, texts, **options):
    from inspect_ai import Task, eval  # noqa: A004
    from inspect_ai.dataset import MemoryDataset
    from inspect_ai.log import write_eval_log

    task = Task(
        name="facts", dataset=MemoryDataset(samples, name="facts"), solver=solver, scorer=scorer
    )
    (log,) = eval(
        task, model=mock(texts), log_dir=str(folder), log_format="eval", display="none",
        max_connections=1, max_samples=1, **options,
    )  # fmt: skip
    for sample in log.samples:
        sample.events = []
        if sample.error is not None:  # its traceback names folders of this machine
            sample.error.traceback = sample.error.traceback_ansi = ""
    write_eval_log(log, log.location)
    return log.location


def inspect_choices(folder):
    from inspect_ai.dataset import Sample
    from inspect_ai.scorer import choice
    from inspect_ai.solver import multiple_choice

    samples = [
        Sample(id=f"c{j}", input=question, choices=options, target="ABCD"[right])
        for j, (question, options, right, _) in enumerate(CHOICES)
    ]
    texts = [f"ANSWER: {letter}" for *_, letter in CHOICES]
    return inspect(folder, samples, choice(), [multiple_choice()], texts)


def questions():
    from inspect_ai.dataset import Sample

    return [Sample(id=f"q{j}", input=q, target=a) for j, (q, a, _) in enumerate(QUESTIONS)]


def inspect_includes(folder):
    """Two epochs; in the second the model knows nothing."""
    from inspect_ai.scorer import includes
    from inspect_ai.solver import generate

    texts = [text for *_, text in QUESTIONS] + ["Weiß ich leider nicht."] * len(QUESTIONS)
    return inspect(folder, questions(), includes(), [generate()], texts, epochs=2)


def inspect_graded(folder):
    """A model grades, and fails on the last; the solver crashes on the third."""
    from inspect_ai.scorer import model_graded_fact
    from inspect_ai.solver import generate, solver

    @solver
    def crash_on_the_third():
        async def solve(state, _):
            if state.sample_id == "q2":
                raise RuntimeError("the machine stopped")
            return state

        return solve

    grades = ["C", "I", "I", "C", "I", "C"]
    grader = mock([f"So far so good.\nGRADE: {grade}" for grade in grades] + ["I cannot grade."])
    texts = [text for j, (*_, text) in enumerate(QUESTIONS) if j != 2]
    return inspect(
        folder, questions(), model_graded_fact(model=grader), [crash_on_the_third(), generate()],
        texts, fail_on_error=False,
    )  # fmt: skip


GENERATED = """
task: capitals
dataset_path: json
dataset_kwargs:
  data_files:
    test: "{data}"
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: answer
metric_list:
  - metric: exact_match
    ignore_case: true
    ignore_punctuation: true
"""
CHOSEN = """
task: options
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


def lm_eval(folder):
    """Return the sample files of both tasks, from a model that says what is written here."""
    from lm_eval import simple_evaluate
    from lm_eval.api.model import LM
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager

    class Told(LM):
        def generate_until(self, requests):
            texts = {question: text for question, _, text in QUESTIONS}
            return [texts[request.args[0]] for request in requests]

        def loglikelihood(self, requests):
            liked = {q: options["ABCD".index(letter)] for q, options, _, letter in CHOICES}
            pairs = [request.args for request in requests]
            return [(-0.5 if liked[q] == option.strip() else -2.0, False) for q, option in pairs]

        def loglikelihood_rolling(self, requests):
            raise NotImplementedError

    data = folder / "capitals.jsonl", folder / "options.jsonl"
    rows = [{"question": q, "answer": a} for q, a, _ in QUESTIONS]
    data[0].write_text("".join(json.dumps(row) + "\n" for row in rows))
    rows = [{"question": q, "choices": o, "answer": r} for q, o, r, _ in CHOICES]
    data[1].write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name, text, file in zip(("capitals", "options"), (GENERATED, CHOSEN), data, strict=True):
        (folder / f"{name}.yaml").write_text(text.format(data=file))
    tracker = EvaluationTracker(output_path=str(folder / "out"))
    names = ["capitals", "options"]
    results = simple_evaluate(
        Told(), tasks=names, task_manager=TaskManager(include_path=str(folder)), log_samples=True
    )
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for name in names:
        tracker.save_results_samples(task_name=name, samples=samples[name])
    return [next((folder / "out").rglob(f"samples_{name}_*.jsonl")) for name in names]


LIGHTEVAL = """
from lighteval.metrics.metrics import Metrics
from lighteval.tasks.lighteval_task import LightevalTaskConfig
from lighteval.tasks.requests import Doc


def prompt(line, task_name=None):
    return Doc(task_name=task_name, query=line["question"], choices=[line["answer"]], gold_index=0)


TASKS_TABLE = [
    LightevalTaskConfig(
        name="capitals", prompt_function=prompt, hf_repo={data!r}, hf_subset="default",
        metrics=[Metrics.exact_match], hf_avail_splits=["train"], evaluation_splits=["train"],
        generation_size=20, stop_sequence=[],
    )
]
"""


def lighteval(folder):
    """Return the details file, from a model that says what is written here."""
    from lighteval.logging.evaluation_tracker import EvaluationTracker
    from lighteval.models.dummy.dummy_model import DummyModel, DummyModelConfig
    from lighteval.models.model_output import ModelResponse
    from lighteval.pipeline import ParallelismManager, Pipeline, PipelineParameters
    from lighteval.tasks.registry import Registry

    # Importing lighteval's own tasks would download files.
    Registry._load_from_files = Registry._load_from_subdirs = staticmethod(lambda *_: {})

    class Told(DummyModel):
        def greedy_until(self, docs):
            texts = {question: text for question, _, text in QUESTIONS}
            return [ModelResponse(text=[texts[doc.query]]) for doc in docs]

    data = folder / "data"
    data.mkdir()
    rows = [{"question": q, "answer": a} for q, a, _ in QUESTIONS]
    (data / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    tasks = folder / "capitals_task.py"
    tasks.write_text(LIGHTEVAL.format(data=str(data)))
    pipeline = Pipeline(
        tasks="capitals|0",
        pipeline_parameters=PipelineParameters(
            launcher_type=ParallelismManager.NONE, custom_tasks_directory=str(tasks)
        ),
        evaluation_tracker=EvaluationTracker(str(folder / "out"), save_details=True),
        model=Told(DummyModelConfig()),
    )
    pipeline.evaluate()
    pipeline.save_and_push_results()
    return next((folder / "out").rglob("details_*.parquet"))


def main(folder):
    """Make all six, small."""
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        for name in ("a", "b", "c", "d", "e"):
            (here / name).mkdir()
        os.environ |= {f"{name}_OFFLINE": "1" for name in ("HF_HUB", "HF_DATASETS", "TRANSFORMERS")}
        os.environ["HF_HOME"] = str(here / "cache")
        generated, chosen = lm_eval(here / "d")
        made = {
            "inspect_choices.eval": inspect_choices(here / "a"),
            "inspect_includes.eval": inspect_includes(here / "b"),
            "inspect_graded.eval": inspect_graded(here / "c"),
            "lm_eval_capitals.jsonl": generated,
            "lm_eval_options.jsonl": chosen,
            "lighteval_capitals.parquet": lighteval(here / "e"),
        }
        for name, path in made.items():
            shutil.copy(path, folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
