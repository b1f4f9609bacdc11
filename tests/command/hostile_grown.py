"""Hostile inputs grown from a few seeds: the same ones for the same number, on every machine.

The seeds are in ``tests/data`` and ``tests/data/hostile``; a number decides what becomes of which.
"""

import csv
import io
import json
import random
import warnings
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

DATA = Path(__file__).resolve().parents[1] / "data"
SEEDS = [
    *sorted((DATA / "hostile").iterdir()),
    *(DATA / name for name in ("inspect_half_blind.eval", "inspect_target.eval")),
    *(DATA / name for name in ("lm_eval_choices.jsonl", "lm_eval_facts_t50.jsonl")),
]

WORDS = [
    "", " ", "nan", "inf", "-inf", "1e400", "-1", "1/0", "1/3", "0x10", "1_0", "9" * 5000,
    "1e-999999999", "true", "null", "\u0661", "\uff11", "\u00bd", "\x1b[2J\x07", "a\nb", "a\r\nb",
    "\x00", "\u202e", "\ufeff", "\ud800", "$x^2$", "_", "{t.__class__}", "'; DROP", "=cmd()",
    "x" * 100_000, "'", '"', ",", "*?[]", "../../etc/passwd", "{% raw %}",
]  # fmt: skip
VALUES = [
    None, True, False, 0, 1, -1, 0.5, 1e308, float("nan"), float("inf"), 10**30, 20_000_000,
    [], {}, [[]], [1, "a"], {"a": {}}, {"value": "C"}, [None] * 1000, *WORDS,
]  # fmt: skip
MARK = "@HERE@"
RAW = ["9" * 5000, "-" + "9" * 400, "[" * 2000, "[" * 100_000, '{"a":' * 100_000, '"\\ud800"',
       "1e999", "01", "NaN", "'a'", '{"a": 1, "a": 2}', "[" * 900 + "]" * 900]  # fmt: skip
"""What no JSON writer writes."""
BYTES = [*(bytes([i]) for i in b'\x00\xff\r"\xc3[{,'), b"\xef\xbb\xbf", b"PK\x03\x04", b"PAR1"]


def grown(number):
    """Return the name and the bytes of one changed seed."""
    rng = random.Random(number)
    seed = SEEDS[number % len(SEEDS)]
    change = rng.choice([mangled, *CHANGES.get(seed.suffix, [mangled])])
    return f"{number}-{seed.stem}{seed.suffix}", change(seed.read_bytes(), rng)


def mangled(data, rng):
    """Change bytes: cut, flipped, repeated, put in."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5])):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(5)
        if kind == 0 and len(data) > 1:
            end = len(data) if rng.random() < 0.5 else at + rng.randrange(1, 40)
            del data[at:end]
        elif kind == 1 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            data[at:at] = data[at : at + rng.randrange(1, 200)] * rng.choice([1, 1, 50])
        elif kind == 3:
            data[at:at] = rng.choice(BYTES)
        else:
            data[at:at] = rng.choice(WORDS).encode(errors="surrogatepass")
    return bytes(data)


def other_value(document, rng):
    """Put a hostile value at a random place of a JSON document; raw text where no value has it."""
    places = list(_places(document))
    holder, key = rng.choice(places)
    kind = rng.randrange(4)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[rng.choice(WORDS)] = holder.pop(key)
    else:
        holder[key] = rng.choice(VALUES) if kind == 2 else MARK
    text = json.dumps(document)
    return text.replace(f'"{MARK}"', rng.choice(RAW)).encode(errors="surrogatepass")


def _places(value):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(items):
        yield value, key
        if isinstance(item, dict | list):
            yield from _places(item)


def other_line(data, rng):
    """Change one line of JSON lines."""
    lines = data.splitlines()
    at = rng.randrange(len(lines))
    lines[at] = other_value(json.loads(lines[at]), rng)
    if rng.random() < 0.2:
        rng.shuffle(lines)
    return rng.choice([b"\n", b"\n", b"\r\n", b"\n\n"]).join(lines)


def other_document(data, rng):
    return other_value(json.loads(data), rng)


def other_cell(data, rng):
    """Change a cell, a name or the number of cells of a CSV file."""
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    for _ in range(rng.choice([1, 1, 3])):
        row = rng.choice(rows)
        at = rng.randrange(len(row))
        kind = rng.randrange(5)
        if kind == 0:
            row.insert(at, rng.choice(WORDS))
        elif kind == 1 and len(row) > 1:
            del row[at]
        elif kind == 2:
            rows.append(list(row))
        else:
            row[at] = rng.choice(WORDS)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=rng.choice(["\n", "\r\n"])).writerows(rows)
    return text.getvalue().encode(errors="surrogatepass")


def other_member(data, rng):
    """Change one member of an archive, or the archive's list of members."""
    import zipfile_zstd  # noqa: F401  # teaches zipfile the method

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    at = rng.choice([i for i, (name, _) in enumerate(members) if name.endswith(".json")])
    name, text = members[at]
    kind = rng.randrange(5)
    if kind == 0:
        members[at] = (rng.choice([*WORDS[18:24], "samples/", "../x", name.upper()]), text)
    elif kind == 1:
        other = rng.choice(["samples/", "samples/.DS_Store", "__MACOSX/._x", name])
        members.append((other, b"\x00\x01"))
    elif kind == 2:
        members[at] = (name, mangled(text, rng))
    else:
        members[at] = (name, other_value(json.loads(text), rng))
    return zipped(members, rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]))


def zipped(members, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that occurs twice is meant
        for name, text in members:
            archive.writestr(zipfile.ZipInfo(name.replace("\x00", "?")), text, method)
    return file.getvalue()


def other_type(data, rng):
    """Write a table as Parquet, a column of it in another Arrow type."""
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    table = {name: list(column) for name, *column in zip(*rows, strict=True)}
    name = rng.choice(list(table))
    table[name] = rng.choice(TYPES)(len(rows) - 1)
    file = io.BytesIO()
    pq.write_table(pa.table(table), file, row_group_size=rng.choice([1, 2, 100]))
    return file.getvalue()


TYPES = [
    pa.nulls,
    lambda n: pa.array([None] * (n - 1) + ["x"]),
    lambda n: pa.array([[1]] * n),
    lambda n: pa.array([{"a": 1}] * n),
    lambda n: pa.array([b"\xff"] * n),
    lambda n: pa.array([b"\xff"] * n).view(pa.string()),
    lambda n: pa.array(range(n), pa.timestamp("us")),
    lambda n: pa.array(range(n), pa.duration("s")),
    lambda n: pa.array([True] * n),
    lambda n: pa.array([float("nan")] * n, pa.float16() if n % 2 else pa.float32()),
    lambda n: pa.array([2**63] * n, pa.uint64()),
    lambda n: pa.array(["0.1"] * n).cast(pa.decimal128(38, 10)),
    lambda n: pa.array(["x"] * n).dictionary_encode(),
    lambda n: pa.array(["x"] * n, pa.string_view()),
    lambda n: pa.array(["x\x1b[2J"] * n, pa.large_string()),
]

CHANGES = {
    ".csv": [other_cell, other_cell],
    ".jsonl": [other_line, other_line],
    ".json": [other_document, other_document],
    ".eval": [other_member, other_member, other_member],
}


def grown_parquet(number):
    """Return a table of another type: seeds are the CSV files."""
    rng = random.Random(number)
    seed = rng.choice([path for path in SEEDS if path.suffix == ".csv"])
    data = other_type(seed.read_bytes(), rng)
    return f"{number}-{seed.stem}.parquet", mangled(data, rng) if rng.random() < 0.3 else data
