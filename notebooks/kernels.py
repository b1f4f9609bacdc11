"""With which versions of exp, log and matrix products a notebook computes.

NumPy and OpenBLAS carry several versions and take the newest that the processor knows; they differ
in the last digit. Notebooks run with the versions for AVX2, which nearly every x86 processor since
2013 has, so that the committed bytes come out on all of them. CI also runs them with the other two
choices and demands the same bytes: what a table shows is stable, with or without the pin.
"""

from __future__ import annotations

from numpy._core import _multiarray_umath as numpy_core

CHOICES = ("pinned", "own", "oldest")
"""AVX2; what the processor offers; what any x86-64 processor has."""
NEWER = ("AVX512", "X86_V4")
"""How the names of features begin that are newer than AVX2."""


def settings(choice: str = "pinned") -> dict[str, str]:
    """Return the environment variables for one choice, right for this machine.

    NumPy warns when a feature is disabled that its build or the processor lacks, and OpenBLAS
    obeys even where the processor cannot follow: so only what is there is named.
    """
    known = processor()
    switchable = [name for name in numpy_core.__cpu_dispatch__ if known.get(name)]
    if choice == "pinned" and known.get("AVX2") and known.get("FMA3"):
        return _variables("Haswell", [name for name in switchable if name.startswith(NEWER)])
    if choice == "oldest" and known.get("SSE42"):
        return _variables("Nehalem", switchable)
    return {}


def processor() -> dict[str, bool]:
    """Return the features of this processor by NumPy's names."""
    return dict(numpy_core.__cpu_features__)


def _variables(blas: str, disabled: list[str]) -> dict[str, str]:
    numpy = {"NPY_DISABLE_CPU_FEATURES": " ".join(disabled)} if disabled else {}
    return {"OPENBLAS_CORETYPE": blas} | numpy
