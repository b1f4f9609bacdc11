"""Run the command many times: imported once, then one forked process for each job.

Reads one JSON object a line (``arguments``, ``folder``) and answers with one (``code``, ``out``,
``err``, ``seconds``, ``megabytes``); a negative code is the signal that ended the process.
"""

import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from hallucination_theory.cli import COMMANDS, main

CPU_SECONDS = 10
WALL_SECONDS = 120
"""Only against waiting for ever: how long ten seconds of work take depends on who else works."""
ADDRESSES = 16 << 30
USED = ["pyarrow.csv", "pyarrow.json", "pyarrow.parquet", "duckdb", "scipy.stats", "zipfile_zstd"]


def child(arguments, folder, out, err):
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    signal.alarm(WALL_SECONDS)
    for stream, number in ((out, 1), (err, 2)):
        os.dup2(stream.fileno(), number)
    os.chdir(folder)
    sys.argv = ["hallucination-theory", *arguments]
    code = 99
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # what a user would see as a traceback
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def attempt(arguments, folder):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        process = os.fork()
        if process == 0:
            child(arguments, folder, out, err)
        _, status, used = os.wait4(process, 0)
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read(10**7).decode(errors="surrogateescape"))
        return {
            "code": os.waitstatus_to_exitcode(status),
            "out": said[0],
            "err": said[1],
            "seconds": time.monotonic() - start,
            "megabytes": used.ru_maxrss / 1024,
        }


if __name__ == "__main__":
    for name in COMMANDS:
        if name != "language-models":
            importlib.import_module(f"hallucination_theory.commands.{name.replace('-', '_')}")
    for name in USED:
        importlib.import_module(name)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(attempt(job["arguments"], Path(job["folder"]))), flush=True)
