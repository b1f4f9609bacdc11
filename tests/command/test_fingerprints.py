"""Fingerprints: equal texts always agree; different ones of any length practically never do."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hallucination_theory.tables import fingerprints as module
from hallucination_theory.tables.fingerprints import fingerprints


@given(st.lists(st.text(max_size=150), min_size=1, max_size=8))
@example(["", "\0", "\0\0", "a" * 8, "a" * 8 + "\0", "é" * 40, "a" * 64, "a" * 65])
def test_fingerprints_agree_exactly_where_texts_do(texts):
    """Below the length at which the middle is skipped; compared pair by pair."""
    bits = fingerprints(pa.chunked_array([texts]))
    for i, one in enumerate(texts):
        for j, other in enumerate(texts):
            if len(one.encode()) <= 2 * module.EDGE:
                assert (bits[i] == bits[j]) == (one == other)


@pytest.mark.parametrize("position", [0, 63, 64, 136, 199])
def test_each_byte_near_an_end_counts(position):
    text = "a" * 200
    other = text[:position] + "b" + text[position + 1 :]
    one, two = fingerprints(pa.chunked_array([[text, other]]))
    near = position < module.EDGE or position >= 200 - module.EDGE
    assert (one != two) == near


def test_slices_chunks_and_blocks_do_not_matter(monkeypatch):
    """The bits belong to the text, not to where it lies."""
    texts = [f"answer {i % 7}" * (i % 5) for i in range(100)]
    whole = fingerprints(pa.chunked_array([texts]))
    monkeypatch.setattr(module, "ROWS", 8)
    parts = pa.chunked_array([pa.array(["x", *texts[:41]])[1:], pa.array(texts[41:])])
    np.testing.assert_array_equal(fingerprints(parts), whole)
    np.testing.assert_array_equal(fingerprints(parts.cast(pa.large_string())), whole)


def test_a_million_labels_have_a_million_fingerprints():
    """Numbered labels differ in few bits; 64 bits keep them apart."""
    labels = pa.array(np.arange(1_000_000)).cast(pa.string())
    assert len(np.unique(fingerprints(pa.chunked_array([labels])))) == 1_000_000
