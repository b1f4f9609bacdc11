"""Check every proof from scratch: ``make proofs``. Needs Coq with mathcomp, no Python package.

1. compile all files in an empty folder; 2. print the assumptions of every theorem and lemma, which
must be none; 3. delete each named hypothesis in turn, and demand that its file no longer compiles.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAME = "Hallucination"
PACKAGES = {
    "coq": "theories/Init/Prelude.vo",
    "libcoq-mathcomp-ssreflect": "user-contrib/mathcomp/ssreflect/all_ssreflect.vo",
    "libcoq-mathcomp-algebra": "user-contrib/mathcomp/algebra/all_algebra.vo",
    "libcoq-mathcomp-algebra-tactics": "user-contrib/mathcomp/algebra_tactics/ring.vo",
}
"""Debian packages, and a file that each brings below ``coqc -where``."""
ALLOWED_AXIOMS: frozenset[str] = frozenset()
STATEMENT = re.compile(r"^(?:Theorem|Lemma|Corollary) (\w+)", re.MULTILINE)
CONTROL = """\
Require Import ssreflect.
Section S.
Hypothesis nobody_needs : True.
Lemma l : True. Proof. exact: I. Qed.
End S.
"""
"""A file with an idle hypothesis, which the third check must find."""
HYPOTHESIS = re.compile(r"^Hypothesis (\w+) :.*?\.\n", re.MULTILINE | re.DOTALL)
SECONDS = 600


def missing_packages() -> list[str]:
    """Return the Debian packages that are not here."""
    if shutil.which("coqc") is None:
        return list(PACKAGES)
    where = Path(_run(["coqc", "-where"]).stdout.strip())
    return [name for name, file in PACKAGES.items() if not (where / file).exists()]


def statements(folder: Path = HERE) -> dict[str, str]:
    """Return each theorem, lemma and corollary with the name of its file."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.v")):
        for name in STATEMENT.findall(file.read_text(encoding="utf-8")):
            if name in found:
                raise ValueError(f"{name} stands in {found[name]}.v and in {file.name}")
            found[name] = file.stem
    return found


def hypotheses(folder: Path = HERE) -> Iterator[tuple[str, str, str]]:
    """Yield file, hypothesis, and the file's text without that hypothesis."""
    for file in sorted(folder.glob("*.v")):
        text = file.read_text(encoding="utf-8")
        for found in HYPOTHESIS.finditer(text):
            yield file.stem, found[1], text[: found.start()] + text[found.end() :]


def compile_all(folder: Path) -> None:
    """Compile every file of the folder, two at a time.

    Raises
    ------
    SystemExit
        If a file does not compile, with what Coq says.
    """
    files = sorted(path.name for path in folder.glob("*.v"))
    arguments = ["-R", ".", NAME, "-arg", "-w", "-arg", "none", *files, "-o", "Makefile.coq"]
    _run(["coq_makefile", *arguments], folder, check=True)
    _run(["make", "-f", "Makefile.coq", "-j2"], folder, check=True)


def assumptions(folder: Path) -> dict[str, list[str]]:
    """Return what each statement of the compiled folder assumes: lines of ``Print Assumptions``."""
    names = statements(folder)
    lines = [f"From {NAME} Require {' '.join(sorted(set(names.values())))}."]
    for name, file in names.items():
        lines += [f'Goal True. idtac "@{name}". Abort.', f"Print Assumptions {file}.{name}."]
    output = _compiles(folder, "\n".join(lines), check=True).stdout
    found: dict[str, list[str]] = {}
    for part in output.split("@")[1:]:
        name, *said = part.strip().splitlines()
        found[name] = [] if said == ["Closed under the global context"] else said
    if found.keys() != names.keys():
        sys.exit(f"Coq printed no assumptions of {sorted(names.keys() - found.keys())}.")
    return found


def idle_hypotheses(folder: Path) -> list[str]:
    """Return the named hypotheses of the compiled folder without which their file compiles."""

    def idle(case: tuple[str, str, str]) -> str:
        file, name, text = case
        return f"{file}.v: {name}" if _compiles(folder, text).returncode == 0 else ""

    with ThreadPoolExecutor(2) as pool:
        return [found for found in pool.map(idle, hypotheses(folder)) if found]


def _compiles(folder: Path, text: str, *, check: bool = False) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "changed.v"
        file.write_text(text, encoding="utf-8")
        return _run(["coqc", "-w", "none", "-R", str(folder), NAME, str(file)], check=check)


def _run(
    command: list[str], folder: Path | None = None, *, check: bool = False
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if check and done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed:\n{done.stdout}{done.stderr}")
    return done


def main() -> None:
    """Run the three checks and say what was checked; exit 1 at the first that fails."""
    if missing := missing_packages():
        names = " ".join(missing)
        sys.exit(f"The proofs need Debian packages that are not here: apt-get install {names}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for file in HERE.glob("*.v"):
            shutil.copy(file, folder)
        compile_all(folder)
        found = assumptions(folder)
        print(f"{len(found)} statements in {len(set(statements().values()))} files: compiled.")
        for name, said in found.items():
            if {line.split(" ")[0] for line in said} - ALLOWED_AXIOMS:
                sys.exit(f"{name} rests on axioms:\n" + "\n".join(said))
        print("No axiom under any of them.")
        (folder / "control.v").write_text(CONTROL, encoding="utf-8")
        idle = idle_hypotheses(folder)
        idle.remove("control.v: nobody_needs")
        if idle:
            sys.exit("These hypotheses may go, the file compiles without:\n" + "\n".join(idle))
        print(f"{sum(1 for _ in hypotheses())} named hypotheses: without any of them, no proof.")


if __name__ == "__main__":
    if sys.argv[1:] == ["--missing"]:
        print(*missing_packages())
    else:
        main()
