"""The candidates of a task as a model's tokenizer cuts them: borders and shared beginnings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from hallucination_theory.inputs.words import quoted, shown
from theory.errors import InvalidInput, require


def check_tokens(
    documents: Sequence[dict[str, Any]], folder: Path, *, delimiter: str
) -> list[dict[str, Any]]:
    """Check each question with each candidate; tell apart by tokens what texts do not.

    The harness encodes question and candidate together and takes what follows the question's own
    tokens. A token across the border would be cut, or leave nothing.

    Returns
    -------
    list of dict
        The documents. One whose candidates do not begin with each other as tokens says so, with
        ``overlap`` = ``distinct``, which spares it an end mark.

    Raises
    ------
    InvalidInput
        If the folder holds no tokenizer, a token spans a border, or the tokens of a candidate
        begin with those of another one and the task does not subtract.
    MissingExtra
        If transformers is not installed.
    """
    transformers = require("transformers", "transformers", "checking tokens")
    try:
        encode = transformers.AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"the folder {folder}", "one with a tokenizer", shown(error, 100)
        ) from error
    return [_checked(document, encode, delimiter) for document in documents]


def _checked(document: dict[str, Any], encode: Any, delimiter: str) -> dict[str, Any]:
    question = document["begin"] + document["question"]
    texts = [question + delimiter + choice for choice in document["choices"]]
    before = encode(question)["input_ids"]
    cut: dict[tuple[int, ...], str] = {}
    for choice, tokens in zip(document["choices"], encode(texts)["input_ids"], strict=True):
        if tokens[: len(before)] != before or len(tokens) == len(before):
            raise InvalidInput(
                "the tokens", "such that none spans the border of question and candidate",
                f"{quoted(question[-20:] + delimiter)} before {quoted(choice)}",
                remedy="end the question with a word, and begin the candidate with the space that "
                "the training text has there (--delimiter)",
            )  # fmt: skip
        cut[tuple(tokens[len(before) :])] = choice
    if len(cut) < len(document["choices"]):
        raise InvalidInput("the candidates", "of distinct tokens", quoted(document["question"]))
    if document["overlap"] == "subtract":
        return document
    for one, following in pairwise(sorted(cut)):
        if following[: len(one)] == one:
            raise InvalidInput(
                "the tokens of a candidate", "no beginning of another one's",
                f"{quoted(cut[one])} and {quoted(cut[following])}",
                remedy="give an end mark (--end), or --overlap subtract",
            )  # fmt: skip
    return document | {"overlap": "distinct"}
