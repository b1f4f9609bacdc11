"""Hostile inputs that were thought of: one for each kind of attack."""

import io
import json
import zipfile
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from tests.command.hostile_grown import DATA, MARK, zipped


def log(**changes):
    """An Inspect log of two samples, as a dict, with some parts changed."""
    document = json.loads((DATA / "hostile" / "log.json").read_text())
    for path, value in changes.items():
        *way, last = path.split("__")
        holder = document
        for key in way:
            holder = holder[int(key) if key.isdigit() else key]
        holder[last] = value
    return document


def as_eval(document):
    header = {key: value for key, value in document.items() if key != "samples"}
    samples = enumerate(json.dumps(sample).encode() for sample in document["samples"])
    members = [(f"samples/{i}.json", sample) for i, sample in samples]
    return zipped([("header.json", json.dumps(header).encode()), *members])


def raw_log(text):
    """A log with text that no JSON writer writes where its second sample's answer was."""
    document = json.dumps(log(samples__1__output={"completion": MARK}))
    return document.replace(f'"{MARK}"', text).encode()


def bomb(megabytes, members, method):
    """An archive that holds far more than its size: zeros of a JSON string."""
    import zipfile_zstd  # noqa: F401

    file = io.BytesIO()
    header = json.dumps({k: v for k, v in log().items() if k != "samples"})
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("header.json", header)
        for i in range(members):
            with archive.open(f"samples/{i}.json", "w", force_zip64=True) as member:
                member.write(b'{"id": 1, "output": {"completion": "')
                for _ in range(megabytes):
                    member.write(b"0" * (1 << 20))
                member.write(b'"}}')
    return file.getvalue()


def wide(columns):
    names = ",".join(["question", "outcome", *(f"c{i}" for i in range(columns))])
    return f"{names}\nq1,correct{',1' * columns}\n".encode()


def parquet_bomb(rows):
    """As many rows as you like in some kilobytes: one long text, again and again."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 1000]))
    file = io.BytesIO()
    columns = ("question", "prompt", "response", "outcome")
    pq.write_table(pa.table(dict.fromkeys(columns, text)), file)
    return file.getvalue()


def lm_eval(**changes):
    record = json.loads((DATA / "lm_eval_facts_t50.jsonl").read_text().splitlines()[0])
    return json.dumps(record | changes).encode()


LONG = "long " * 3_700_000
WRONG_TYPES = {
    "eval__dataset__sample_ids": True, "eval__config__epochs": "x", "samples__0__epoch": None,
    "samples__0__scores__match__metadata__confidence": [], "eval__model": ["a"], "status": {},
    "samples__0__output__completion": {"a": 1}, "samples__0__scores__match__answer": [1],
    "samples__0__id": {"a": 1}, "samples__0__scores__match__metadata__confidence_target": "high",
    "samples__0__scores__match__value": [[]], "samples__0__epoch_": 1.5, "eval__task": 7,
    "samples__0__scores__match__reason": {}, "eval__dataset__name": [[]], "samples": "none",
}  # fmt: skip


def wrong_type(place, write=lambda document: json.dumps(document).encode()):
    return write(log(**{place: WRONG_TYPES[place]}))


NAMED = {
    "bomb.eval": lambda: bomb(1000, 1, 93),
    "many.eval": lambda: bomb(40, 20, 93),
    "deflated.eval": lambda: bomb(100, 1, zipfile.ZIP_DEFLATED),
    "epochs.json": lambda: json.dumps(log(eval__config__epochs=20_000_000)).encode(),
    "epochs.eval": lambda: as_eval(log(eval__config__epochs=20_000_000)),
    "deep.json": lambda: raw_log("[" * 100_000),
    "deep-closed.json": lambda: raw_log("[" * 100_000 + "]" * 100_000),
    "deep.jsonl": lambda: b'{"question": "q", "outcome": ' + b"[" * 100_000 + b"\n",
    "deep-closed.jsonl": lambda: b'{"q": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001 + b"\n",
    "digits.json": lambda: raw_log("9" * 5000),
    "digits.jsonl": lambda: b'{"question": ' + b"9" * 5000 + b', "outcome": 1}\n',
    "digits.csv": lambda: b"prompt,response,valid,train_prob,model_prob\na,x,1,1," + b"9" * 5000,
    "values.json": lambda: raw_log("[" + "[]," * 20_000_000 + "1]"),
    "values.jsonl": lambda: b'{"question": [' + b"{}," * 15_000_000 + b"1]}\n",
    "answer.json": lambda: json.dumps(log(samples__0__output={"completion": LONG})).encode(),
    "answer.eval": lambda: as_eval(log(samples__0__output={"completion": LONG})),
    "answer.jsonl": lambda: lm_eval(filtered_resps=[LONG], resps=[[LONG]]),
    "answer-plain.jsonl": lambda: json.dumps({"answer": LONG, "target": "x"}).encode(),
    "answer.csv": lambda: b'question,answer,target\nq,"%s",x\n' % LONG.encode(),
    "field.csv": lambda: b"prompt,response\n" + b"a" * 200_000 + b",b\nc," + b"d" * 3_000_000,
    "line.csv": lambda: b"prompt,response\na," + b"b" * (80 << 20),
    "line.jsonl": lambda: b'{"prompt": "' + b"b" * (80 << 20) + b'"}',
    "wide.csv": lambda: wide(100_000),
    "rows.parquet": lambda: parquet_bomb(1_000_000),
    "metrics.jsonl": lambda: lm_eval(metrics=[["acc"]]),
    "loglik.jsonl": lambda: lm_eval(filtered_resps=[["nan", "x"], [None, "y"]]),
    "infinite.jsonl": lambda: lm_eval(filtered_resps=[["-inf", "x"], ["-inf", "y"]]),
    "doc_id.jsonl": lambda: lm_eval(doc_id={"a": [1]}),
    "many-files.eval": lambda: zipped([(str(i), b"{}") for i in range(20_000)]),
    **{f"{place}.json": partial(wrong_type, place) for place in WRONG_TYPES},
    **{f"{at}.eval": partial(wrong_type, at, as_eval) for at in WRONG_TYPES if "__" in at},
}  # fmt: skip
"""Name -> makes the bytes: what was thought of, one for each kind of attack."""

HEAVY = {
    *("bomb.eval", "many.eval", "deflated.eval", "values.json", "values.jsonl", "rows.parquet"),
    *("line.csv", "line.jsonl", "answer.json", "answer.jsonl", "answer-plain.jsonl", "answer.csv"),
}
"""Those that take seconds, some of them only to be made."""
