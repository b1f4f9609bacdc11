"""lm-evaluation-harness task with an open rubric, written into a folder of the user's.

Scores are on the scale 1 right, 0 abstained, -t/(1 - t) wrong; the scale 1, t, 0 ranks alike: it is
(score + L)/(1 + L) with L = t/(1 - t).

The harness finds functions by file, next to the task's YAML, and hands them the document alone;
so each task gets a YAML with the rubric spelled out and a small module that knows its target.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from hallucination_theory.harness.open_rubric import open_rubric
from hallucination_theory.harness.verdict import judge
from hallucination_theory.inputs.words import quoted
from hallucination_theory.logs.recogniser import Recogniser
from simulations.whole_files import replaced
from theory.errors import InvalidInput
from theory.grading import Outcomes, confidence_target, require_target

END_RAW = re.compile(r"\{%[-+]?\s*endraw")


def process_results(
    t: float, *, answer_pattern: str | None = None, recogniser: Recogniser | None = None
) -> Callable[[Mapping[str, Any], list[str]], dict[str, float]]:
    """Return the harness's ``process_results`` for target t.

    The metrics of each document are correct, incorrect, not_attempted (one of them 1; all 0 if
    the answer cannot be parsed), its score at t, and ``stated_t``, so that logs tell their target.

    Raises
    ------
    InvalidInput
        If t is outside [0, 1).
    """
    require_target(t)
    used = recogniser or Recogniser()

    def process(doc: Mapping[str, Any], results: list[str]) -> dict[str, float]:
        targets = doc["answer"] if isinstance(doc["answer"], list) else [str(doc["answer"])]
        value = judge(results[0], targets, used, answer_pattern=answer_pattern).value
        right, wrong = value["correct"], value["incorrect"]
        score = confidence_target(t).score(Outcomes(right, wrong, 1 - right - wrong))
        return {**value, "score": float(score), "stated_t": float(t)}

    return process


def write_task(
    folder: Path, name: str, t: float, data: Path, *, template: str | None = None
) -> list[Path]:
    """Write ``NAME.yaml`` and ``NAME_functions.py`` for ``lm_eval --include_path FOLDER``.

    Parameters
    ----------
    folder : Path
        Existing folder.
    name : str
        Name of the task: letters, digits, underscores.
    t : float
        Target in [0, 1).
    data : Path
        JSON lines with ``question`` and ``answer``.
    template : str, optional
        Rubric of the user's own; see :func:`open_rubric`.

    Raises
    ------
    InvalidInput
        If t or the template is out of range, the name is no identifier, the folder or the data is
        missing, or the task is there already.
    """
    if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
        raise InvalidInput("the task's name", "letters, digits and underscores", repr(name))
    if not folder.is_dir():
        raise InvalidInput(f"the folder {folder}", "an existing folder", "none of this name")
    if not data.is_file():
        raise InvalidInput(f"the data {data}", "an existing file", "none of this name")
    rubric = open_rubric(t, template)
    # A YAML block; the raw tags keep braces in the user's words away from Jinja.
    block = "{% raw %}" + _printable(rubric) + "{% endraw %}"
    values = {
        "NAME": name,
        "T": repr(float(t)),
        "DATA": in_quotes(str(data.resolve())),
        "RUBRIC": block.replace("\n", "\n  "),
    }
    paths = folder / f"{name}.yaml", folder / f"{name}_functions.py"
    require_new(*paths)
    with replaced(*paths) as (task, functions):
        task.write_text(resource("lm_eval_task.txt", values), encoding="utf-8")
        functions.write_text(resource("lm_eval_functions.txt", values), encoding="utf-8")
    return list(paths)


def write_tasks(
    folder: Path, name: str, targets: Sequence[float], data: Path, *, template: str | None = None
) -> list[Path]:
    """Write one task a target, ``NAME_t0``, ``NAME_t50``, ..., and the group ``NAME`` of them all.

    Parameters and errors are those of :func:`write_task`; one target is one task, ``NAME``.
    """
    if len(targets) == 1:
        return write_task(folder, name, targets[0], data, template=template)
    group = folder / f"{name}.yaml"
    names = [f"{name}_t{100 * require_target(t):g}".replace(".", "_") for t in targets]
    if len(set(names)) < len(names):
        raise InvalidInput("the targets", "distinct", ", ".join(f"{t:g}" for t in targets))
    require_new(group, *(folder / f"{of_one}.yaml" for of_one in names))
    paths = [
        path
        for of_one, t in zip(names, targets, strict=True)
        for path in write_task(folder, of_one, t, data, template=template)
    ]
    with replaced(group) as (partial,):
        tasks = "".join(f"  - {of_one}\n" for of_one in names)
        partial.write_text(f"group: {name}\ntask:\n{tasks}", encoding="utf-8")
    return [group, *paths]


def require_new(*paths: Path) -> None:
    """Complain about a task that is there already.

    Raises
    ------
    InvalidInput
        If one of the files exists.
    """
    for path in paths:
        if path.exists():
            raise InvalidInput(f"the task {path}", "a new file", "one that exists already")


def resource(file: str, values: Mapping[str, str]) -> str:
    """Return a text shipped for the evaluation harnesses with its ``@NAME@`` filled in."""
    text = (resources.files("hallucination_theory") / "harness" / file).read_text("utf-8")
    return re.sub("@([A-Z]+)@", lambda match: values[match[1]], text)


def _printable(rubric: str) -> str:
    """Return a rubric that YAML and Jinja hand on as it is."""
    if not all(line.isprintable() for line in rubric.split("\n")) or END_RAW.search(rubric):
        raise InvalidInput("the template", "printable text without Jinja's endraw", quoted(rubric))
    return rubric


def in_quotes(path: str) -> str:
    """Return a path, or another text, as it stands between double quotes in YAML.

    Raises
    ------
    InvalidInput
        If it is not UTF-8.
    """
    if not path.isascii() and any("\ud800" <= letter <= "\udfff" for letter in path):
        raise InvalidInput("the data", "a path in UTF-8", quoted(path))
    plain = (c.isprintable() and c not in {'"', "\\"} for c in path)
    return "".join(c if ok else f"\\U{ord(c):08x}" for c, ok in zip(path, plain, strict=True))
