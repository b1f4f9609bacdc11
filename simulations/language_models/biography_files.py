"""Biographies as text files: ``documents.txt`` to train on, ``people.tsv`` with the truth.

``documents.txt`` has one document per line. ``people.tsv`` has a header and one line per person:
name, fame, answer probability, and the true date of each attribute.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulations.language_models.biographies import (
    ATTRIBUTES,
    DATES,
    PHRASINGS,
    RESPONSES,
    Biographies,
)
from theory.errors import InvalidInput

DOCUMENTS, PEOPLE = "documents.txt", "people.tsv"
COLUMNS = ("name", "fame", "answer probability", *ATTRIBUTES)


def write_biographies(corpus: Biographies, folder: Path) -> None:
    """Write both files into ``folder``, which is made if it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / DOCUMENTS).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{document}\n" for document in corpus.documents)
    numbers = zip(corpus.fame.tolist(), corpus.answer_prob.tolist(), strict=True)
    dates = zip(*([DATES[a] for a in row] for row in corpus.answers), strict=True)
    with (folder / PEOPLE).open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for name, (fame, alpha), truth in zip(corpus.names, numbers, dates, strict=True):
            file.write("\t".join([name, repr(fame), repr(alpha), *truth]) + "\n")


def read_biographies(folder: Path) -> Biographies:
    """Read both files; the phrasings in use are those that occur.

    Raises
    ------
    InvalidInput
        If a file is missing, a line lacks a field, a date or number cannot be read, or a document
        is about nobody in ``people.tsv``; it names the file and the line.
    """
    people = [_person(fields, i) for i, fields in enumerate(_table(folder / PEOPLE), start=2)]
    names = tuple(name for name, _, _, _ in people)
    known = {
        wording.format(name): (a, f, c)
        for a, attribute in enumerate(ATTRIBUTES)
        for f, wording in enumerate(PHRASINGS[attribute])
        for c, name in enumerate(names)
    }
    position = {response: r for r, response in enumerate(RESPONSES)}
    lines = _lines(folder / DOCUMENTS)
    rows = [_document(line, i, known, position) for i, line in enumerate(lines, start=1)]
    attribute, phrasing, person, response = np.array(rows, dtype=np.int64).T
    return Biographies(
        names=names,
        fame=np.array([fame for _, fame, _, _ in people]),
        answer_prob=np.array([alpha for _, _, alpha, _ in people]),
        answers=np.array([truth for _, _, _, truth in people]).T,
        person=person,
        attribute=attribute,
        phrasing=phrasing,
        response=response,
        n_phrasings=int(phrasing.max()) + 1,
    )


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise InvalidInput("the folder", f"one with a file {path.name}", path.parent)
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines:
        raise InvalidInput("the file", "non-empty", "no line", where=str(path))
    return lines


def _table(path: Path) -> list[list[str]]:
    header, *lines = _lines(path)
    if tuple(header.split("\t")) != COLUMNS or not lines:
        raise InvalidInput(
            "the header",
            f"the tab-separated fields {', '.join(COLUMNS)}, with lines below",
            repr(header),
            where=f"{path}, line 1",
        )
    return [line.split("\t") for line in lines]


def _person(fields: list[str], line: int) -> tuple[str, float, float, list[int]]:
    where = f"{PEOPLE}, line {line}"
    if len(fields) != len(COLUMNS):
        raise InvalidInput("a person", f"{len(COLUMNS)} fields", len(fields), where=where)
    name, fame, alpha, *dates = fields
    try:
        return name, float(fame), float(alpha), [DATES.index(date) for date in dates]
    except ValueError as error:
        raise InvalidInput(
            "a person", "a name, two numbers and two dates such as 'March 7'", fields, where=where
        ) from error


def _document(
    line: str, number: int, known: dict[str, tuple[int, int, int]], position: dict[str, int]
) -> tuple[int, int, int, int]:
    for words in (1, 2):  # "IDK" is one word, a date two
        prompt, *response = line.removesuffix(".").rsplit(" ", words)
        if prompt in known and " ".join(response) in position:
            return (*known[prompt], position[" ".join(response)])
    raise InvalidInput(
        "a document",
        "a sentence on the birthday or name day of one of the people, such as "
        f"'{PHRASINGS[ATTRIBUTES[0]][0].format('NAME')} March 7.'",
        repr(line),
        where=f"{DOCUMENTS}, line {number}",
    )
