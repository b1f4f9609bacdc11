"""What ends the command while it is still being imported: a word at most, and no traceback.

Ctrl-C would show whatever module Python was in. Once all is imported, ``cli.main`` takes over. In
a program that imports this package nothing is changed.
"""

import signal
import sys
from pathlib import Path

AS_COMMAND = Path(sys.argv[0]).name in {"hallucination-theory", "hallu", "-m"}
"""Whether this process is the command. While Python looks for a module to run it is called -m."""

if AS_COMMAND:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
