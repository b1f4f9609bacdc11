"""How much of anything a file may hold. Beyond a limit the file is refused in one sentence.

The limits keep a command below about 1 GB of memory whatever the file says, and are well above what
harnesses and corpora write.
"""

from __future__ import annotations

MIB = 1 << 20

SPOOLED = 8 << 30
"""Bytes taken from a pipe or from standard input, which are copied to a temporary file first."""

HANDWRITTEN = 100_000
"""Bytes of a template or a file of patterns."""

RECORD = 64 * MIB
"""Bytes of one row of a table or one line of JSON."""

COLUMNS = 10_000
"""Columns of a table."""

JSON_MEMORY = 900 * MIB
"""Bytes of memory that one JSON document may take, by the estimate of ``json_text``."""

BRACKETS = 200
"""Brackets of one line beyond which it is kept from Arrow, which nests without a limit."""

MEMBERS = 1_000_000
"""Files in an archive."""

RATIO = 200
"""How many times its size an archive may hold, once it holds more than :data:`RATIO_FROM`."""

RATIO_FROM = 64 * MIB

QUOTED = 200
"""Characters of a file's own words in a message or a report."""
