"""What commands write: whole or not at all, fit for a terminal, and never a false success."""

import errno
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hallucination_theory import __version__
from hallucination_theory.cli import cli
from hallucination_theory.commands.options import Whole
from hallucination_theory.inputs.words import quoted, shown
from simulations import figures
from simulations.whole_files import replaced

OTHER_DIGITS = ("\u0661\u0662", "\uff11\uff12")
"""Twelve in Arabic and in full-width digits: numbers are written in ASCII everywhere."""
DATA = Path(__file__).resolve().parents[1] / "data"
COMMAND = [sys.executable, "-m", "hallucination_theory"]


def run(*arguments):
    return CliRunner().invoke(cli, [*map(str, arguments)])


def process(*arguments, **options):
    return subprocess.run([*COMMAND, *map(str, arguments)], text=True, check=False, **options)


@pytest.mark.parametrize("arguments", [["--help"], ["rubric", "--t", "0.5"], ["check", "--help"]])
def test_a_full_disk_is_no_success(arguments):
    with Path("/dev/full").open("w") as full:
        done = process(*arguments, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (
        2, "Error: No space left on device: input or output.\n",
    )  # fmt: skip


def test_closed_standard_output_is_no_success():
    command = f"{shlex.join(COMMAND)} rubric --t 0.5 >&-"
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Standard output is closed" in done.stderr


def test_a_reader_that_leaves_is_no_success():
    reader, writer = os.pipe()
    os.close(reader)
    done = process("rubric", "--t", "0.5", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_interrupting_the_imports_is_quiet():
    """The process ends by the signal itself, which shells show as 130."""
    command = [sys.executable, "-X", "importtime", *COMMAND[1:], "score", "--help"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as started:
        imported = iter(started.stderr.readline, "")
        assert any("hallucination_theory.interrupts" in line for line in imported)
        started.send_signal(signal.SIGINT)
        said = started.communicate()[1]
    assert "Traceback" not in said
    assert started.returncode == -signal.SIGINT


def test_an_interrupted_command_ends_with_130(monkeypatch):
    from hallucination_theory.commands import memory

    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(memory, "report", interrupted)
    result = run("memory", "--facts", "9", "--bits", "9", "--t", "0")
    assert (result.exit_code, result.output) == (130, "")


def test_ctrl_c_ends_a_running_command_with_130():
    """In the middle of reading a pipe that does not end."""
    command = [*COMMAND, "singletons", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        for number in range(10**5):  # more than the pipe holds: it is being read
            started.stdin.write(f"{number},x\n")
        started.stdin.flush()
        started.send_signal(signal.SIGINT)
        said = started.communicate()
    assert (started.returncode, said) == (130, ("", ""))


def test_files_come_together_or_not_at_all(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("before")

    def fill_the_disk():
        with replaced(old, new) as (a, b):
            a.write_text("half")
            b.write_text("half")
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        fill_the_disk()
    assert old.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["old"]
    with replaced(old, new) as (a, b):
        a.write_text("one")
        b.write_text("two")
    assert (old.read_text(), new.read_text()) == ("one", "two")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_cannot_be_moved_leaves_the_others_as_they_were(tmp_path):
    """The third target is a folder with something in it."""
    old, new, folder = tmp_path / "old", tmp_path / "new", tmp_path / "folder"
    old.write_text("before")
    (folder / "inside").mkdir(parents=True)

    def write_all():
        with replaced(old, new, folder) as partial:
            for path in partial:
                path.write_text("after")

    with pytest.raises(OSError, match=r"[Dd]irectory"):
        write_all()
    assert old.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "old"]


def test_what_a_link_leads_to_is_replaced_and_keeps_its_mode(tmp_path):
    true, link = tmp_path / "true", tmp_path / "link"
    true.write_text("before")
    true.chmod(0o640)
    link.symlink_to(true)
    with replaced(link) as (partial,):
        partial.write_text("after")
    assert (true.read_text(), true.stat().st_mode & 0o777, link.is_symlink()) == (
        "after", 0o640, True,
    )  # fmt: skip


def full_disk(self, path, **_kwargs):
    if isinstance(path, Path):
        path.write_bytes(b"half a figure")
    raise OSError(errno.ENOSPC, "No space left on device", str(path))


def test_a_full_disk_keeps_the_figure_that_was_there(tmp_path, monkeypatch):
    from matplotlib.figure import Figure

    path = tmp_path / "audit.svg"
    assert run("score", DATA / "lm_eval_choices.jsonl", "--figure", path).exit_code == 0
    before = path.read_bytes()
    monkeypatch.setattr(Figure, "savefig", full_disk)
    result = run("score", DATA / "lm_eval_choices.jsonl", "--figure", path)
    assert result.exit_code == 2
    assert "No space left on device" in result.output
    assert path.read_bytes() == before
    monkeypatch.setenv("HALLUCINATION_THEORY_FIGURES", str(tmp_path / "figures"))
    with pytest.raises(OSError, match="No space"):
        figures.save(Figure(), "reduction/x", {"a": [1]})
    assert [p for p in (tmp_path / "figures").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("name", ["_hidden", "$x^2$", "100$ and 5$", "a_b^c", "\x1b[31mred"])
def test_labels_of_a_figure_are_the_names_of_the_files(tmp_path, monkeypatch, name):
    from matplotlib.figure import Figure

    log = tmp_path / f"{name}.csv"
    log.write_text("question,outcome\na,correct\nb,wrong\n")
    drawn = []
    monkeypatch.setattr(
        Figure, "savefig", lambda self, path, **_: (drawn.append(self), path.touch())
    )
    assert run("score", log, "--figure", tmp_path / "x.svg").exit_code == 0
    texts = drawn[0].axes[0].get_legend().get_texts()
    assert [text.get_text() for text in texts] == [shown(f"{name}.csv"), "always abstain"]
    assert not any(text.get_parse_math() for text in texts)


def test_names_out_of_files_are_no_commands_to_the_terminal(tmp_path):
    """A log's model cannot forge a line, move the cursor or hide what follows."""
    text = (DATA / "inspect_match.json").read_text()
    log = json.loads(text)
    log["eval"]["model"] = "good\x1b[2K\r  8 records: 8 correct\nforged\u202e"
    log["eval"]["dataset"]["name"] = "\x07bell"
    path = tmp_path / "a\x1b]0;title\x07\nb.json"
    path.write_text(json.dumps(log))
    said = run("score", path).output
    assert all(line.isprintable() for line in said.split("\n"))
    assert "\nforged" not in said
    assert r"good\x1b[2K\r  8 records: 8 correct\nforged\u202e" in said
    assert (
        json.loads(run("score", path, "--json").output)["logs"][0]["model"] == log["eval"]["model"]
    )
    missing = run("score", f"{path}.csv").output
    assert missing.count("\n") == 1
    assert missing.strip().isprintable()


def test_a_message_quotes_at_most_a_line(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(f"question,outcome\na,{'z' * 10**6}\n")
    said = run("score", path).output
    assert len(said) < 1500
    assert "zzz ... zzz" in said
    assert len(shown("y" * 10**6)) <= 200
    deep = []
    for _ in range(10**5):
        deep = [deep]
    assert quoted(deep) == "a value of type list"
    while deep:  # taken apart here, because the interpreter would do so without a limit
        deep = deep.pop()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1000000", 10**6), ("1_000_000", 10**6), ("1,000,000", 10**6), ("1e6", 10**6),
        ("1E+6", 10**6), ("10^6", 10**6), ("10**6", 10**6), ("1.5e6", 1_500_000), ("2.0", 2),
        ("+7", 7), ("0", 0), ("1e12", 10**12),
    ],
)  # fmt: skip
def test_whole_numbers_as_people_write_them(text, number):
    class Seed:
        opts = ("--seed",)

    assert Whole().convert(text, Seed, None) == number


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "1.5", "1e-3", "1.25e1", "1_0_", "1,00", "0x10", "1e999", "9" * 500,
     "nan", "1 000", "9^999", *OTHER_DIGITS],
)  # fmt: skip
def test_what_is_no_whole_number_is_one_sentence(text):
    result = run("score", DATA / "inspect_match.json", f"--seed={text}")
    assert result.exit_code == 2
    assert result.output.startswith("Error: --seed must be a whole number from 0 to 10^15, got ")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        "--gamma 1e-320",
        "--gamma nan",
        "--prompts 1e9 --bands 1e12",
        "--seed -1",
        "--responses 1e99",
    ],
)
def test_extreme_options_are_one_sentence(arguments):
    given = ["--prompts", "100", "--samples", "100", "--seed", "0", *arguments.split()]
    result = run("simulate-facts", *given)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1


def test_a_template_is_no_program(tmp_path):
    """Fields are looked up, not evaluated: str.format would follow attributes and widths."""
    path = tmp_path / "template.txt"
    for text in ("{t.__class__}", "{t!r}", "{t:>999999999}", "{0}", "{}", "{t} {other}", "{t} }"):
        path.write_text(f"{{percent}} {text}")
        result = run("rubric", "--t", "0.5", "--template", path)
        assert result.exit_code == 2
        assert "the template must be" in result.output
    path.write_text("{{literal}} {percent}, a mistake costs {penalty}: {{{idk}}}")
    said = run("rubric", "--t", "0.75", "--template", path).output
    assert said == "{literal} 75%, a mistake costs 3 points: {I don't know}\n"


@pytest.mark.parametrize(
    "content", [b"\xff{t}", b"{t}" * 10**5, b"{t}{% endraw %}{{ 7 * 7 }}", b"{t}\x1b"]
)
def test_a_template_that_cannot_be_a_rubric_is_refused(tmp_path, content):
    path, data = tmp_path / "template.txt", tmp_path / "data.jsonl"
    path.write_bytes(content)
    data.write_text('{"question": "q", "answer": "a"}\n')
    task = tmp_path / "task"
    task.mkdir()
    result = run("rubric", "--t", "0.5", "--template", path, "--lm-eval", task, "--data", data)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert list(task.iterdir()) == []


@pytest.mark.parametrize("name", ['it"s', "a\\b", "@RUBRIC@ @T@", "é\u2028\x1b", "x: {y} #z"])
def test_a_task_names_its_data_whatever_it_is_called(tmp_path, name):
    yaml = pytest.importorskip("yaml", reason="the task's own reader")
    data = tmp_path / f"{name}.jsonl"
    data.write_text('{"question": "q", "answer": "a"}\n')
    result = run("rubric", "--t", "0.5", "--lm-eval", tmp_path, "--data", data)
    assert result.exit_code == 0, result.output
    text = (tmp_path / "confidence_target.yaml").read_text().replace("!function ", "")
    assert yaml.safe_load(text)["dataset_kwargs"]["data_files"]["test"] == str(data.resolve())


def test_one_of_two_files_of_a_task_is_none(tmp_path, monkeypatch):
    data = tmp_path / "data.jsonl"
    data.write_text('{"question": "q", "answer": "a"}\n')
    write = Path.write_text

    def second_fails(self, text, **options):
        if "process_results" in text and "task:" not in text:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return write(self, text, **options)

    monkeypatch.setattr(Path, "write_text", second_fails)
    assert run("rubric", "--t", "0.5", "--lm-eval", tmp_path, "--data", data).exit_code == 2
    assert list(tmp_path.iterdir()) == [data]


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["chekc"], "No such command 'chekc'. Did you mean 'check'?"),
        (["singleton"], "Did you mean 'singletons'?"),
        (["memory", "--answer", "3"], "Did you mean '--answers'?"),
        (["score", "--abstian", "x"], "Did you mean '--abstain'?"),
    ],
)
def test_a_mistyped_name_is_told_which_may_be_meant(arguments, meant):
    result = run(*arguments)
    assert result.exit_code == 2
    assert meant in result.output


def test_version_in_short():
    assert run("-V").output == run("--version").output
    assert run("-V").output == f"hallucination-theory, version {__version__}\n"


@pytest.mark.parametrize(
    ("line", "given", "said"),
    [
        ("singletons --counts -", "times_seen,n_facts\n1,5\n", "singleton rate            1"),
        ("rubric --t 0.5 --template -", "{percent} or {idk}\n", "50% or I don't know"),
        ("facts - --out task", "question,answer\nq1,a\nq2,b\n", "2 questions with 3 candidates"),
    ],
)
def test_a_dash_is_standard_input_wherever_a_stream_is_read(
    line, given, said, tmp_path, monkeypatch
):
    """For check, singletons and score see test_inputs."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, line.split(), input=given)
    assert result.exit_code == 0, result.output
    assert said in result.output


@pytest.mark.parametrize(
    ("words", "completed"),
    [("hallu sing", "singletons"), ("hallu check --thr", "--threshold"),
     ("hallu check --threshold pe", "per-prompt")],
)  # fmt: skip
def test_the_shell_completes_what_the_help_says(words, completed):
    """As the line in ``hallu --help`` sets it up; the variable is named after the command."""
    assert 'eval "$(_HALLU_COMPLETE=bash_source hallu)"' in run("--help").output
    settings = {"_HALLU_COMPLETE": "bash_complete", "COMP_WORDS": words}
    settings["COMP_CWORD"] = str(len(words.split()) - 1)
    result = CliRunner(env=settings).invoke(cli, prog_name="hallu", complete_var="_HALLU_COMPLETE")
    assert result.output == f"plain,{completed}\n"
