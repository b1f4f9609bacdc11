"""Sample files of lm-evaluation-harness as columns, some megabytes of lines at a time.

Arrow reads the few fields that ``check`` needs and passes over the rest. Where it stumbles, these
lines are read one by one by Python, which knows which record is to blame.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from hallucination_theory.inputs.json_text import (
    child,
    listed,
    parse,
    require_object,
    require_unicode,
    scalar,
)
from hallucination_theory.inputs.limits import MIB
from hallucination_theory.inputs.opened import Source, whole_lines
from hallucination_theory.inputs.progress import advance, step
from hallucination_theory.inputs.words import quoted, shown
from theory.errors import InvalidInput, require

if TYPE_CHECKING:
    import pyarrow

TEXTS = ("task", "question", "relation", "abstention", "end", "overlap", "candidate")
NUMBERS = ("n_answers", "answer_prob", "weight", "count", "answer")
BLOCK = 4 * MIB
"""Bytes of lines that a worker takes at a time."""
WORKERS = 2
MADE_BY = "such files come from tasks that hallucination-theory facts writes"


def sample_columns(source: Source) -> pyarrow.Table:
    """Return one row a record: the fields of its document, and ``loglik``, a list of numbers.

    Raises
    ------
    InvalidInput
        If a line is malformed or truncated, or a record lacks what the harness or the task writes.
    MissingExtra
        If pyarrow (extra ``files``) is not installed.
    """
    pa = require("pyarrow", "files", "reading sample files")
    step(f"reading {shown(source)}", "records")
    tables: list[Any] = []
    before = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        for first, text, read in _read_ahead(pool, source):
            tables.append(read.result() or _line_by_line(text, source, first, before))
            before += len(tables[-1])
            advance(len(tables[-1]), "records")
    table = pa.concat_tables(tables) if tables else []
    if len(table) == 0:
        raise InvalidInput(f"the file {source}", "at least one record", "an empty file")
    return table


def _read_ahead(
    pool: ThreadPoolExecutor, source: Source
) -> Iterator[tuple[int, bytes, Future[Any]]]:
    """Yield number of the first line, text and table of each block; workers are ahead by theirs."""
    ahead: deque[tuple[int, bytes, Future[Any]]] = deque()
    for first, n_lines, text in whole_lines(source, BLOCK):
        ahead.append((first, text, pool.submit(_by_arrow, n_lines, text)))
        if len(ahead) > WORKERS:
            yield ahead.popleft()
    yield from ahead


def _schema() -> Any:
    import pyarrow as pa

    fields = [
        *((name, pa.string()) for name in TEXTS),
        *((name, pa.float64()) for name in NUMBERS),
        ("choices", pa.list_(pa.string())),
    ]
    responses = pa.list_(pa.list_(pa.string()))
    return pa.schema([("doc", pa.struct(fields)), ("filtered_resps", responses)])


def _by_arrow(n_lines: int, text: bytes) -> pyarrow.Table | None:
    """Read lines at once; None if there is something that the slow reader must look at."""
    import pyarrow as pa

    try:
        return _columns(n_lines, text)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None


def _columns(n_lines: int, text: bytes) -> pyarrow.Table:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import json as arrow_json

    table = arrow_json.read_json(
        pa.BufferReader(text),
        arrow_json.ReadOptions(use_threads=False, block_size=len(text) + 1),
        arrow_json.ParseOptions(explicit_schema=_schema(), unexpected_field_behavior="ignore"),
    )
    table.validate(full=True)  # Arrow's JSON reader does not check UTF-8
    responses = table.column("filtered_resps").combine_chunks()
    document = table.column("doc").combine_chunks()
    pairs, choices = responses.flatten(), document.field("choices")
    whole = (responses, pairs, document, choices, choices.flatten())
    if len(table) != n_lines or any(column.null_count for column in whole):
        raise pa.ArrowInvalid("records that the slow reader looks at")
    if any(pc.min(pc.list_value_length(lists)).as_py() == 0 for lists in (pairs, choices)):
        raise pa.ArrowInvalid("a response without a log-likelihood, a record without candidates")
    # Text that is no number stops the cast.
    logs = pairs.values.take(pairs.offsets.slice(0, len(pairs))).cast(pa.float64())
    if logs.null_count:
        raise pa.ArrowInvalid("a log-likelihood that is null")
    loglik = pa.ListArray.from_arrays(responses.offsets, logs)
    return pa.table([*document.flatten(), loglik], names=[*_names(document.type), "loglik"])


def _names(kind: Any) -> Iterator[str]:
    return (field.name for field in kind)


def _line_by_line(text: bytes, source: Source, first: int, before: int) -> pyarrow.Table:
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    for number, line in enumerate(text.split(b"\n"), start=first):
        if line.strip():
            where = f"data row {before + len(rows) + 1} (line {number}) of {source}"
            rows.append(_row(require_object(parse(line, where), "each line", where), where))
    fields = _schema().field("doc").type
    names = [*_names(fields), "loglik"]
    types = [*(field.type for field in fields), pa.list_(pa.float64())]
    arrays = [
        pa.array([row[name] for row in rows], kind) for name, kind in zip(names, types, strict=True)
    ]
    return pa.table(arrays, names=names)


def _row(record: dict[str, Any], where: str) -> dict[str, Any]:
    document = child(record, "doc", where)
    choices = listed(document, "choices", where)
    if not choices or not all(isinstance(text, str) for text in choices):
        received = quoted(document.get("choices"))
        raise InvalidInput(
            "choices of a record's doc", "a list of texts", received, where=where, remedy=MADE_BY
        )
    texts = {name: scalar(document.get(name), name, where) for name in TEXTS}
    for name, text in [*texts.items(), *(("choices", text) for text in choices)]:
        require_unicode(text or "", name, where)
    numbers = {name: _number(document.get(name), name, where) for name in NUMBERS}
    return {**texts, **numbers, "choices": choices, "loglik": _loglik(record, where)}


def _number(value: Any, name: str, where: str) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise InvalidInput(name, "a number", quoted(value), where=where)
    try:
        return None if value is None else float(value)
    except OverflowError as error:
        raise InvalidInput(name, "a number", quoted(value), where=where) from error


def _loglik(record: dict[str, Any], where: str) -> list[float]:
    pairs = listed(record, "filtered_resps", where)
    first = [pair[0] if isinstance(pair, list) and pair else None for pair in pairs]
    if not all(isinstance(x, str | float | int) and not isinstance(x, bool) for x in first):
        raise InvalidInput(
            "filtered_resps", "a pair with a log-likelihood for each candidate", quoted(pairs),
            where=where, remedy="the task must be multiple choice, run with --log_samples",
        )  # fmt: skip
    return [_parsed(require_unicode(str(x), "filtered_resps", where)) for x in first]


def _parsed(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan  # refused as a log-likelihood, with its record
