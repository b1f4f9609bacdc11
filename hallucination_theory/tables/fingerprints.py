"""Sixty-four bits for each text: texts whose bits differ are different.

Telling a million texts apart through a hash table of strings costs more than reading them; sorting
a million integers does not. Equal fingerprints prove nothing: the texts must then be compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]

WORD = 8
"""Bytes taken in at a time."""

EDGE = 64
"""Bytes looked at from each end of a text, besides its length."""

ROWS = 1 << 15
"""Texts handled at a time, so that intermediate arrays stay in the processor's cache."""

# The golden ratio in 64 bits: an odd multiplier that spreads neighbours far apart.
SPREAD = np.uint64(0x9E3779B97F4A7C15)
KEEP = np.array([(1 << 8 * n) - 1 for n in range(WORD + 1)], dtype=np.uint64)
"""Masks that keep the first n bytes of a (little-endian) word."""


def fingerprints(column: Any) -> Bits:
    """Return the bits of each text of an Arrow column (string or large_string), shape (rows,).

    Examples
    --------
    >>> import pyarrow as pa
    >>> one, two, again = fingerprints(pa.chunked_array([["no", "yes", "no"]]))
    >>> one == again, one == two
    (np.True_, np.False_)
    """
    parts = [
        _block(chunk.slice(start, ROWS))
        for chunk in column.chunks
        for start in range(0, len(chunk), ROWS)
    ]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64)


def _block(texts: Any) -> Bits:
    import pyarrow as pa

    _, offsets, data = texts.buffers()
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    bounds = np.frombuffer(offsets, width)[texts.offset : texts.offset + len(texts) + 1]
    first, last = int(bounds[0]), int(bounds[-1])
    # One more word of padding, so that the word at any byte can be read.
    padded = np.zeros(last - first + WORD, dtype="u1")
    if last > first:
        padded[:-WORD] = np.frombuffer(data, np.uint8)[first:last]
    words = np.ndarray(last - first + 1, dtype="<u8", buffer=padded.data, strides=(1,))
    start = bounds[:-1].astype(np.int64) - first
    size = np.diff(bounds).astype(np.int64)
    bits = size.astype(np.uint64) * SPREAD
    for k in range(0, min(int(size.max()), EDGE), WORD):
        inside = np.clip(size - k, 0, WORD)
        bits = _mix(bits, words[np.minimum(start + k, last - first)] & KEEP[inside])
    if size.max() > EDGE:
        long = np.flatnonzero(size > EDGE)
        end = start[long] + size[long]
        for k in range(WORD, EDGE + 1, WORD):
            bits[long] = _mix(bits[long], words[end - k])
    return bits


def _mix(bits: Bits, word: Bits) -> Bits:
    # Multiplying moves what differs upwards, the shift brings it down again.
    bits = (bits ^ word) * SPREAD
    return bits ^ (bits >> np.uint64(32))
