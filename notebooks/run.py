"""Execute the notebooks in place, two at a time, with a progress bar.

    python notebooks/run.py            # every notebook whose inputs changed
    python notebooks/run.py 01 03      # only these
    python notebooks/run.py --force    # even if nothing changed
    python notebooks/run.py --force --kernel own    # with this processor's own exp, log and BLAS

A notebook is skipped when it ran here on the same inputs (``inputs.py`` says what these are) and
the notebook, its figures and its tables are as it left them. Executing again changes no byte:
seeds are fixed, nothing records the time.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click
import inputs
import kernels
from joblib import Parallel, delayed
from tqdm import tqdm

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_TIMEOUT_SECONDS = 600
# Bars would end up in the committed outputs, and BLAS threads of two kernels would fight for two
# cores.
KERNEL_SETTINGS = {
    "TQDM_DISABLE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}


READING = threading.Lock()
"""CPython 3.11's parser keeps its depth in one place for all threads, and fails if two parse."""


def execute(path: Path, kernel_choice: str = "pinned") -> tuple[str, str]:
    """Run one notebook and write it back; return its name and the error, if any."""
    # Imported here, so that finding nothing to do takes no time.
    import nbformat
    from jupyter_client import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    with READING:
        before = inputs.fingerprint(path)
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
            resources={"metadata": {"path": str(path.parent)}},
        )
        client.owns_km = True  # so that the kernel ends with its notebook
        try:
            client.execute(env=os.environ | KERNEL_SETTINGS | kernels.settings(kernel_choice))
        except (CellControlSignal, DeadKernelError) as error:
            return path.stem, str(error)
    _normalise(notebook)
    text = nbformat.writes(notebook) + "\n"
    path.with_suffix(".tmp").write_text(text, encoding="utf-8")
    path.with_suffix(".tmp").replace(path)
    with READING:
        if names := inputs.missing(path):
            return path.stem, f"It ran, but left no figure named {', '.join(names)}."
        inputs.remember(path, before)
    return path.stem, ""


def _normalise(notebook: NotebookNode) -> None:
    """Drop what differs between machines without meaning anything."""
    import nbformat

    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for i, cell in enumerate(notebook.cells):
        cell.id = f"cell-{i:02d}"
        cell.metadata = nbformat.from_dict({})


@click.command(help=__doc__)
@click.argument("prefixes", nargs=-1)
@click.option("--force", is_flag=True, help="Execute even if nothing changed.")
@click.option("--kernel", type=click.Choice(kernels.CHOICES), default="pinned", show_default=True)
@click.option("--jobs", default=2, show_default=True, help="Notebooks at a time.")
def main(prefixes: tuple[str, ...], force: bool, kernel: str, jobs: int) -> None:
    """Execute, report, and exit with 1 if a notebook failed."""
    try:
        chosen = inputs.select(inputs.HERE, prefixes)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    pending = [path for path in chosen if force or not inputs.is_current(path)]
    if len(pending) < len(chosen):
        click.echo(f"{len(chosen) - len(pending)} notebook(s) unchanged; FORCE=1 runs them too.")
    if not pending:
        return
    last = [p for p in pending if inputs.reads_what_others_write(p, inputs.select(inputs.HERE, []))]
    failures = []
    with tqdm(total=len(pending), unit="notebook") as bar:
        for batch in ([p for p in pending if p not in last], last):
            runs = Parallel(n_jobs=jobs, backend="threading", return_as="generator_unordered")(
                delayed(execute)(p, kernel) for p in batch
            )
            for name, error in runs:
                bar.update()
                failures += [(name, error)] if error else []
    for name, error in failures:
        click.echo(f"\n{name} failed:\n{error}", err=True)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
