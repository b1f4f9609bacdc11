"""Execute the notebooks in place, two at a time, with a progress bar.

    python notebooks/run.py            # every notebook whose inputs changed
    python notebooks/run.py 01 03      # only these
    python notebooks/run.py --force    # even if nothing changed

A notebook is skipped when neither its code nor any file of the packages has changed since it was
last executed here. Executing again changes no byte: seeds are fixed, nothing records the time.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

# Before any kernel starts: bars would end up in the committed outputs, and BLAS threads of two
# kernels would fight for two cores.
os.environ.update(
    TQDM_DISABLE="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONHASHSEED="0"
)

import nbformat
from joblib import Parallel, delayed
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tqdm import tqdm

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STAMPS = ROOT / ".cache" / "notebooks"
PACKAGES = ("theory", "simulations", "hallucination_theory")
CELL_TIMEOUT_SECONDS = 600


def fingerprint(path: Path) -> str:
    """Digest of everything a notebook depends on: its code, the packages, the pinned versions."""
    digest = hashlib.sha256()
    for cell in nbformat.read(path, as_version=4).cells:
        digest.update(cell.source.encode())
    code = sorted(f for name in PACKAGES for f in (ROOT / name).rglob("*.[pc][ys]*"))
    for file in [*code, ROOT / "constraints.txt"]:
        if file.suffix in {".py", ".csv", ".txt"}:
            digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current(path: Path) -> bool:
    """Tell whether this notebook ran here on exactly these inputs."""
    stamp = STAMPS / path.stem
    return stamp.exists() and stamp.read_text() == fingerprint(path)


def execute(path: Path) -> tuple[str, str]:
    """Run one notebook and write it back; return its name and the error, if any."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as sockets:
        # Sockets of its own: kernels that share a folder collide, and TCP would warn.
        kernel = AsyncKernelManager(
            kernel_name="python3", transport="ipc", ip=str(Path(sockets) / "k")
        )
        client = NotebookClient(
            notebook,
            km=kernel,
            timeout=CELL_TIMEOUT_SECONDS,
            record_timing=False,
            resources={"metadata": {"path": str(HERE)}},
        )
        client.owns_km = True  # so that the kernel ends with its notebook
        try:
            client.execute()
        except CellExecutionError as error:
            return path.stem, str(error)
    _normalise(notebook)
    text = nbformat.writes(notebook) + "\n"
    path.with_suffix(".tmp").write_text(text, encoding="utf-8")
    path.with_suffix(".tmp").replace(path)
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / path.stem).write_text(fingerprint(path))
    return path.stem, ""


def _normalise(notebook: nbformat.NotebookNode) -> None:
    """Drop what differs between machines without meaning anything."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for i, cell in enumerate(notebook.cells):
        cell.id = f"cell-{i:02d}"
        cell.metadata = nbformat.from_dict({})


def select(prefixes: tuple[str, ...]) -> list[Path]:
    """Return the notebooks whose names begin with one of ``prefixes`` (all if there is none)."""
    every = sorted(HERE.glob("[0-9]*.ipynb"))
    for prefix in prefixes:
        if not any(p.name.startswith(prefix) for p in every):
            known = ", ".join(p.stem for p in every)
            raise click.UsageError(f"NB must be one of {known}; got {prefix}.")
    return [p for p in every if not prefixes or p.name.startswith(prefixes)]


def check_clean() -> None:
    """Fail if executing changed a committed notebook, figure or table."""
    shown = subprocess.run(
        ["git", "status", "--porcelain", "--", "notebooks", "figures"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if shown:
        click.echo(f"Executing the notebooks changed committed files:\n{shown}", err=True)
        sys.exit(1)


@click.command(help=__doc__)
@click.argument("prefixes", nargs=-1)
@click.option("--force", is_flag=True, help="Execute even if nothing changed.")
@click.option("--jobs", default=2, show_default=True, help="Notebooks at a time.")
@click.option("--check-clean", "only_check", is_flag=True, help="Only compare with the commit.")
def main(prefixes: tuple[str, ...], force: bool, jobs: int, only_check: bool) -> None:
    """Execute, report, and exit with 1 if a notebook failed."""
    if only_check:
        check_clean()
        return
    chosen = select(prefixes)
    pending = [p for p in chosen if force or not is_current(p)]
    if len(pending) < len(chosen):
        click.echo(f"{len(chosen) - len(pending)} notebook(s) unchanged; FORCE=1 runs them too.")
    runs = Parallel(n_jobs=jobs, backend="threading", return_as="generator_unordered")(
        delayed(execute)(p) for p in pending
    )
    bar = tqdm(runs, total=len(pending), unit="notebook", disable=False)
    failures = [(name, error) for name, error in bar if error]
    for name, error in failures:
        click.echo(f"\n{name} failed:\n{error}", err=True)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
