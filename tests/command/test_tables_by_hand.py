"""Readers of tables and fingerprints of texts against what they are by definition."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hallucination_theory.inputs.opened import Source
from hallucination_theory.tables import formats
from hallucination_theory.tables.csv_files import _by_arrow, _odd_quotes
from hallucination_theory.tables.fingerprints import fingerprints
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
