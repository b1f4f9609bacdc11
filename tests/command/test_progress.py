"""The bar of a command that takes long: on a terminal, after a while, never in a pipe."""

import os
import pty
import select
import subprocess
import sys
import termios
import time

import pytest

from hallucination_theory.inputs import progress

AT_ONCE = (
    "import sys; from hallucination_theory.inputs import progress; progress.AFTER = 0.0; "
    "progress.EVERY = 0.01; from hallucination_theory.cli import main; main()"
)
"""The command, which shows its bar without waiting for two seconds."""


def read_until(terminal, words):
    """Read what a terminal is sent until the words are there."""
    said = b""
    while words not in said:
        assert select.select([terminal], [], [], 120)[0], said
        said += os.read(terminal, 1 << 16)
    return said


def started(*arguments, stderr, code=AT_ONCE):
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
    )


def test_a_terminal_sees_how_far_a_command_is():
    """The bar says what is done, and is taken off before the report, which goes to the pipe."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    with started("singletons", "-", "--json", stderr=theirs) as process:
        os.close(theirs)
        read_until(ours, b"singletons [")
        said, _ = process.communicate("prompt,response\na,b\n")
    assert process.returncode == 0
    assert said.startswith('{"command": "singletons"')
    assert said.count("\n") == 1
    os.close(ours)


@pytest.mark.parametrize("how", ["piped", "quiet"])
def test_a_pipe_sees_no_bar_nor_does_who_asked_for_quiet(how):
    """A child that would show its bar at once, kept waiting for its input."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    options, stderr = (["--quiet"], theirs) if how == "quiet" else ([], subprocess.PIPE)
    code = AT_ONCE.replace("main()", "print('begun', flush=True); main()")
    with started("singletons", "-", *options, stderr=stderr, code=code) as process:
        assert process.stdout.readline() == "begun\n"
        process.stdin.write("prompt,response\n")
        process.stdin.flush()
        time.sleep(0.3)
        assert process.poll() is None
        _, said = process.communicate("a,b\n")
    assert (process.returncode, said or "") == (0, "")
    assert not select.select([ours], [], [], 0)[0]
    for end in (ours, theirs):
        os.close(end)


class Terminal:
    """A standard error that is a terminal and keeps what it is sent."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass

    def isatty(self):
        return True


def wait_for(words, terminal):
    while words not in terminal.text:
        time.sleep(0.001)


def test_what_is_counted_is_shown(monkeypatch):
    """Rows without an end, files with one; pieces of another kind do not count; then nothing."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "AFTER", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.001)
    with progress.watched("check"):
        progress.step("reading x.csv", "rows")
        progress.advance(1200, "rows")
        progress.advance(1, "files")
        wait_for("reading x.csv: 1,200 rows [", terminal)
        for file in progress.steps("ab", "counting", "files", 2):
            progress.advance(5, "rows")
            wait_for("counting:   0%" if file == "a" else "counting:  50%", terminal)
        progress.clear()
        before = terminal.text
        progress.step("after the report", "rows")
    assert terminal.text == before
    assert "after" not in before


def test_a_short_command_shows_nothing(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "AFTER", 1e6)
    with progress.watched("check"):
        progress.step("reading", "rows")
        progress.advance(3, "rows")
    assert terminal.text == ""


def test_outside_a_command_nothing_is_counted():
    progress.step("reading", "rows")
    progress.advance(3, "rows")
    assert list(progress.steps("ab", "reading", "files", 2)) == ["a", "b"]


class Clock:
    """An event that is set after a few waits, and notes how long each was to be."""

    def __init__(self, n_waits):
        self.waits, self.left = [], n_waits

    def wait(self, seconds):
        self.waits.append(seconds)
        self.left -= 1
        return self.left < 0


def test_the_bar_comes_after_two_seconds_and_is_drawn_twice_a_second():
    class Bar:
        disable, delay, drawn = False, 1e9, 0

        def refresh(self):
            assert self.delay == 0
            self.drawn += 1

    bar, clock = Bar(), Clock(3)
    progress._draw(bar, clock)
    assert (clock.waits, bar.drawn) == ([2.0, 0.5, 0.5, 0.5], 3)


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize("stderr", ["terminal", "file", None])
def test_only_who_looks_at_a_terminal_sees_a_bar(monkeypatch, quiet, stderr):
    terminal = None if stderr is None else Terminal()
    if stderr == "file":
        terminal.isatty = lambda: False
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.watched("check", quiet=quiet):
        assert bool(progress._open) == (stderr == "terminal" and not quiet)
