"""Readers of tables and fingerprints of texts against what they are by definition."""

import json
import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hallucination_theory.inputs.opened import Source
from hallucination_theory.tables import formats, json_lines, sample_lines
from hallucination_theory.tables.csv_files import _by_arrow, _odd_quotes
from hallucination_theory.tables.fingerprints import fingerprints
from hallucination_theory.tables.model_table import ModelTable, _short, grouped, read_model
from hallucination_theory.tables.sample_model import _may_repeat, _model, table_of
from hallucination_theory.tables.sample_table import weighed
from hallucination_theory.tables.table import Table, _fraction, to_numpy
from hallucination_theory.tables.wanted import Wanted
from theory.errors import InvalidInput

SPREAD = 0x9E3779B97F4A7C15


def by_definition(text):
    """Length, then 64 bytes from the beginning and 64 from the end, eight at a time."""

    def mix(bits, word):
        bits = (bits ^ int.from_bytes(word, "little")) * SPREAD % 2**64
        return bits ^ bits >> 32

    data = text.encode()
    bits = len(data) * SPREAD % 2**64
    return data, bits, mix


def expected(texts):
    """Shorter texts take in words of nothing, as many as the longest of the block needs."""
    sizes = [len(text.encode()) for text in texts]
    found = []
    for text in texts:
        data, bits, mix = by_definition(text)
        for k in range(0, min(max(sizes), 64), 8):
            bits = mix(bits, data[k : k + 8])
        if len(data) > 64:
            for k in range(8, 65, 8):
                bits = mix(bits, data[len(data) - k :][:8])
        found.append(bits)
    return found


@pytest.mark.parametrize(
    "texts",
    [["", ""], ["no", "yes", "no"], ["a" * n for n in (0, 1, 7, 8, 9, 63, 64)],
     ["\u00e9" * 40, "x", "0123456789" * 20], ["ab" * 32, "b" * 65, "c" * 130]],
)  # fmt: skip
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_fingerprint_is_what_it_is_by_definition(texts, kind):
    column = pa.chunked_array([pa.array(["before", *texts], kind).slice(1)])
    assert fingerprints(column).tolist() == expected(texts)


def test_no_texts_have_no_fingerprints():
    assert fingerprints(pa.chunked_array([], pa.string())).shape == (0,)


def test_a_block_of_arrow_holds_more_than_a_row(tmp_path):
    """What the fast reader cannot read the slow one reads: here the fast one must not stumble."""
    path = tmp_path / "x.csv"
    path.write_text("prompt,response\n" + f"a,{'x' * 100_000}\n" * 3)
    batches = [*_by_arrow(Source(path, "x.csv"), ["response"])]
    assert sum(len(batch) for batch in batches) == 3


@pytest.mark.parametrize("n", range(6))
def test_an_odd_number_of_quotes_leaves_one_open(tmp_path, n):
    path = tmp_path / "x.csv"
    path.write_text("a" + '"' * n)
    assert _odd_quotes(Source(path, "x.csv")) == (n % 2 == 1)


def test_a_first_byte_beyond_ascii_is_left_to_the_complaint_about_utf_8():
    assert formats._looks_like(b"\x7f", "JSON lines") == "a first line without {...}"
    assert formats._looks_like(b"\x80", "JSON lines") == ""


def test_a_small_parquet_file_is_read_by_few_rows_and_unpacks_to_so_many_times_its_size(
    tmp_path, monkeypatch
):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"x": np.zeros(1000)}), path)
    source, size = Source(path, "x.parquet"), path.stat().st_size

    def rows():
        return [len(batch) for batch in formats._parquet_batches(source, ["x"])]

    assert rows() == [256, 256, 256, 232]
    monkeypatch.setattr(formats, "MIB", size)
    assert rows() == [256, 256, 256, 232]
    monkeypatch.setattr(formats, "MIB", size - 1)
    assert rows() == [1000]
    [batch] = formats._parquet_batches(source, ["x"])
    n = batch.nbytes
    cases = [(1, n, True), (1, n - 1, False)]
    cases += [(-(-n // size), 1, True), ((n - 1) // size, 1, False)]
    for ratio, least, allowed in cases:
        monkeypatch.setattr(formats, "RATIO", ratio)
        monkeypatch.setattr(formats, "RATIO_FROM", least)
        if allowed:
            assert sum(rows()) == 1000
        else:
            with pytest.raises(InvalidInput, match="times as large when unpacked"):
                rows()


def sample(logs=("0", "-inf"), **document):
    """A record of a sample file, with the fields that ``check`` needs."""
    given = {"task": "facts", "question": "q", "n_answers": 1, "choices": ["yes.", "no."]}
    pairs = [[log, "False"] for log in logs]
    return {"doc": given | document, "filtered_resps": pairs}


def read_samples(folder, *records, **options):
    path = folder / "samples.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return weighed(Source(path, "samples.jsonl"), **options)


def test_a_sum_of_1_is_right_at_tolerance_0_and_rounding_beyond_it_is_cut(tmp_path):
    assert read_samples(tmp_path, sample(), tolerance=0).mass.tolist() == [1]
    rounded = read_samples(tmp_path, sample(("5e-6", "-inf")))
    assert rounded.mass.tolist() == [1]
    assert rounded.p_hat.tolist() == [math.exp(5e-6), 0, 0]
    with pytest.raises(InvalidInput, match="the sum of the candidates' probabilities"):
        read_samples(tmp_path, sample(("5e-6", "-inf")), tolerance=0)
    with pytest.raises(InvalidInput, match="a log-likelihood must be a number, at most 0"):
        read_samples(tmp_path, sample(("1.005e-5", "-inf")))


def test_candidates_without_probability_cannot_be_conditioned_on(tmp_path):
    records = sample(), sample(("-inf", "-inf"), question="r")
    assert read_samples(tmp_path, *records).mass.tolist() == [1, 0]
    with pytest.raises(InvalidInput, match=r"the candidates' probability must be positive, got 0"):
        read_samples(tmp_path, *records, given_candidates=True)


@pytest.mark.parametrize(
    ("end", "choices", "fine"),
    [(None, ["a", "b"], True), (None, ["a", "ab"], False), ("", ["a", "ab"], False),
     (".", ["a.", "a.b."], False), (".", ["", "."], False), (".", [".", "a."], True),
     ("..", ["a..", "a."], False), ("..", ["a..", "b.."], True)],
)  # fmt: skip
def test_no_candidate_begins_with_another_one_whatever_the_mark(tmp_path, end, choices, fine):
    """A question whose candidates have the mark only at their end comes first, then this one."""
    marked = sample(end=end, choices=[f"{text}{end or ''}" for text in "xy"])
    records = marked, sample(end=end, question="r", choices=choices)
    if fine:
        assert read_samples(tmp_path, *records).candidates.to_pylist()[2:] == choices
    else:
        with pytest.raises(InvalidInput, match="none begins with another one"):
            read_samples(tmp_path, *records)


def test_a_question_without_a_weight_weighs_1_and_without_answer_prob_is_answered(tmp_path):
    """p(r|c) is 1/2 on the answer and on the abstention, or 1 on the answer; other texts have 0."""
    records = (
        sample(weight=3, abstention="?", choices=["yes", "?"], answer_prob=0.5),
        sample(question="r", abstention=None),
    )
    found = read_samples(tmp_path, *records)
    assert found.mu.tolist() == [0.75, 0.25]
    assert found.p.tolist() == [0.5, 0.5, 0, 1, 0, 0]
    assert found.valid.tolist() == [True, True, False, True, False, False]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [({"weight": 0}, "weight must be a number > 0, got 0"),
     ({"weight": math.inf}, "weight must be a number > 0, got inf"),
     ({"answer_prob": 0, "abstention": "no."}, r"answer_prob must be in \(0, 1\]"),
     ({"answer_prob": 1.5, "abstention": "no."}, r"answer_prob must be in \(0, 1\]"),
     ({"answer_prob": 0.5}, "1 without an abstention, got 0.5")],
)  # fmt: skip
def test_weights_and_shares_out_of_range(tmp_path, document, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        read_samples(tmp_path, sample(), sample(question="r", **document))


def test_a_text_may_recur_in_another_question_but_not_in_the_same(tmp_path):
    found = read_samples(tmp_path, sample(count=2), sample(question="r", count=3))
    assert not _may_repeat(found)
    assert table_of(found).arrow.column("count").to_pylist() == [2, 0, 0, 3, 0, 0]
    twice = sample(choices=["no.", "no."], end=".")
    assert _may_repeat(read_samples(tmp_path, twice))


def test_counts_are_whole_numbers_of_what_was_seen_with_an_answer(tmp_path):
    """The first candidate is what was seen; where it abstains, no answer was."""
    texts = ["IDK.", "no.", "yes."]
    silent = sample(("0", "-inf", "-inf"), question="s", count=7, choices=texts, abstention="IDK.")
    known = [sample(question=str(count), count=count) for count in (0, 1, 3, 1e16)]
    found = _model(read_samples(tmp_path, *known, silent), 1e-9)
    assert found.times.tolist() == [0, 1, 3, 10**15, 0]
    assert found.unseen.tolist() == [True, False, False, False, True]
    for wrong in (-1, 0.5, math.inf):
        records = sample(count=1), sample(question="r", count=wrong)
        assert _model(read_samples(tmp_path, *records), 1e-9) is None


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_a_file_without_records_is_no_sample_file(tmp_path, text):
    path = tmp_path / "samples.jsonl"
    path.write_text(text)
    with pytest.raises(InvalidInput, match="at least one record, got an empty file"):
        sample_lines.sample_columns(Source(path, "samples.jsonl"))


MODEL = """prompt,response,valid,train_prob,model_prob,prompt_prob,count
a,yes,1,1,0.5,0.5,1e16
a,no,0,0,0.5,0.5,0
b,yes,1,1,0.5,0.5,3
b,no,0,0,0.5,0.5,0
"""


def model(folder, text):
    path = folder / "model.csv"
    path.write_text(text)
    return read_model(Source(path, "model.csv"))


def test_larger_counts_are_taken_for_1e15(tmp_path):
    assert model(tmp_path, MODEL).times.tolist() == [10**15, 3]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [("1e16", "inf", "count must be a whole number >= 0, got inf"),
     ("0.5,3", "1.5,3", r"prompt_prob must be in \[0, 1\], got 1.5"),
     ("0.5,3", "-0.5,3", r"prompt_prob must be in \[0, 1\], got -0.5")],
)  # fmt: skip
def test_counts_and_prompt_probabilities_out_of_range(tmp_path, old, new, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        model(tmp_path, MODEL.replace(old, new))


def test_no_floor_where_it_is_not_known_what_abstains(tmp_path):
    found = model(tmp_path, MODEL)
    assert found.floor(0.1) is not None
    args = found.world, found.p_hat, True, found.rows
    assert ModelTable(*args, unseen=found.unseen).floor(0.1) is None
    assert ModelTable(*args, abstains=found.abstains).floor(0.1) is None


@pytest.mark.parametrize(
    ("prompts", "first", "order"),
    [("aabb", [0, 2], None), ("abab", [0, 1], [0, 2, 1, 3]), ("abbac", [0, 1, 4], [0, 3, 1, 2, 4])],
)
def test_rows_are_sorted_by_prompt_only_where_they_are_not(prompts, first, order):
    rows = grouped(Table("x.csv", pa.table({"prompt": [*prompts]})))
    assert rows.first.tolist() == first
    assert rows.owner.tolist() == ["abc".index(letter) for letter in prompts]
    assert (rows.order if order is None else rows.order.tolist()) == order


def test_only_a_sum_that_may_be_off_is_blamed_on_rounding():
    rows = grouped(Table("x.csv", pa.table({"prompt": ["a", "a"]})))
    for name, allowed, rounded in [
        ("the sum of p", "within 1e-9 of 1", True),
        ("the sum of p", "1", False),
        ("p", "within 1e-9 of 1", False),
    ]:
        told = rows.in_file(InvalidInput(name, allowed, 2, prompt=0))
        assert told.name == name.removesuffix("p") + "train_prob"
        assert ("larger tolerance" in told.remedy) == rounded


def test_a_prompt_is_quoted_with_56_letters():
    assert _short("x" * 56) == repr("x" * 56)
    assert len(_short("x" * 57)) == 56 + 2
    assert "..." in _short("x" * 57)


def test_what_arrow_may_misread_is_left_to_the_slow_reader():
    def by_arrow(*records, n_lines=None):
        text = b"".join(json.dumps(record).encode() + b"\n" for record in records)
        return sample_lines._by_arrow(n_lines or len(records), text)

    fine = sample(("-0.5", "-1"))
    assert by_arrow(fine, fine).column("loglik").to_pylist() == [[-0.5, -1]] * 2
    assert by_arrow(fine | {"filtered_resps": [["-0.5"]]}).column("loglik")[0].as_py() == [-0.5]
    assert by_arrow(fine, fine, n_lines=1) is None
    for odd in (
        {"filtered_resps": None},
        {"filtered_resps": [["-0.5"], None]},
        {"filtered_resps": [[], ["-0.5"]]},
        {"filtered_resps": [[None, "False"], ["-0.5"]]},
        {"doc": None},
        {"doc": fine["doc"] | {"choices": None}},
        {"doc": fine["doc"] | {"choices": ["yes.", None]}},
        {"doc": fine["doc"] | {"choices": []}},
    ):
        assert by_arrow(fine, fine | odd, fine) is None


def test_lines_are_taken_until_they_fill_a_block(tmp_path, monkeypatch):
    path = tmp_path / "x.jsonl"
    path.write_text("{}\n" * 6)

    def sizes():
        return [len(block) for block in json_lines._taken(Source(path, "x.jsonl"))]

    for limit, expected_sizes in ((6, [2, 2, 2]), (7, [3, 3]), (9, [3, 3]), (10, [4, 2])):
        monkeypatch.setattr(json_lines, "BLOCK", limit)
        assert sizes() == expected_sizes


def test_an_array_is_told_by_the_first_64_bytes(tmp_path):
    path = tmp_path / "x.json"

    def records(text):
        path.write_text(text)
        return [*json_lines._records(Source(path, "x"))]

    array = [("data row 1 of x", b"{}"), ("data row 2 of x", b"{}")]
    assert records(" " * 63 + "[{}, {}]") == array
    assert records(" " * 64 + "[{}, {}]")[0][0] == "data row 1 (line 1) of x"
    assert records("{}\n\n{}\n") == [
        ("data row 1 (line 1) of x", b"{}\n"), ("data row 2 (line 3) of x", b"{}\n"),
    ]  # fmt: skip


def test_arrow_gets_whole_lines_of_few_brackets():
    def by_arrow(*lines):
        return json_lines._by_arrow([("", line) for line in lines], Wanted(("a",), ()))[1]

    assert by_arrow(b'{"a": 1}', b'{"a": 2}').column("a").to_pylist() == [1, 2]
    assert by_arrow(b'{"a": 1, "b": ' + b"[" * 199 + b"]" * 199 + b"}").num_rows == 1
    with pytest.raises(pa.ArrowInvalid, match="many brackets"):
        by_arrow(b'{"a": 1, "b": ' + b"[" * 200 + b"]" * 200 + b"}")


def test_a_number_has_4000_digits_at_most():
    assert _fraction("1" * 4000) == int("1" * 4000)
    with pytest.raises(ValueError, match="1111"):
        _fraction("1" * 4001)


def test_part_of_an_arrow_array_is_that_part():
    column = pa.chunked_array([pa.array(np.arange(6)).slice(2, 3)])
    assert to_numpy(column, "int64").tolist() == [2, 3, 4]
