"""Ctrl-C while the command is still being imported: it ends as the shell expects, without a word.

Python would print a traceback of whatever module it was in. Once all is imported, ``cli.main``
takes over. In a program that imports this package nothing is changed.
"""

import signal
import sys
from pathlib import Path

if Path(sys.argv[0]).name in {"hallucination-theory", "hallu", "-m"}:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
