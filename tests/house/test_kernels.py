"""The choice of kernels is right for every processor, and NumPy takes it without a word."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = {"OPENBLAS_CORETYPE": "Haswell"}
DISPATCH = ["X86_V3", "X86_V4", "AVX512_ICL"]
OLD_DISPATCH = ["SSE41", "SSE42", "AVX2", "FMA3", "AVX512F", "AVX512_SKX"]
"""NumPy 2.0 names features one by one, later versions in groups."""


@pytest.fixture
def kernels(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "notebooks")
    import kernels

    return kernels


@pytest.mark.parametrize(
    ("built", "lacking", "pinned", "oldest"),
    [
        (DISPATCH, [], "X86_V4 AVX512_ICL", "X86_V3 X86_V4 AVX512_ICL"),
        (DISPATCH, ["AVX512_ICL"], "X86_V4", "X86_V3 X86_V4"),
        (DISPATCH, DISPATCH[1:], None, "X86_V3"),
        (OLD_DISPATCH, [], "AVX512F AVX512_SKX", " ".join(OLD_DISPATCH)),
    ],
)
def test_only_what_build_and_processor_have_is_disabled(
    kernels, monkeypatch, built, lacking, pinned, oldest
):
    here = {name: name not in lacking for name in (*built, "AVX2", "FMA3", "SSE42")}
    monkeypatch.setattr(kernels.numpy_core, "__cpu_dispatch__", built)
    monkeypatch.setattr(kernels, "processor", lambda: here)
    wanted = {"NPY_DISABLE_CPU_FEATURES": pinned} if pinned else {}
    assert kernels.settings("pinned") == PINNED | wanted
    wanted = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": oldest}
    assert kernels.settings("oldest") == wanted
    assert kernels.settings("own") == {}


@pytest.mark.parametrize("here", [{"NEON": True}, {"SSE42": True, "AVX2": False, "FMA3": False}])
def test_another_processor_is_left_alone(kernels, monkeypatch, here):
    """OpenBLAS told "Haswell" on a processor without AVX2 would crash."""
    monkeypatch.setattr(kernels.numpy_core, "__cpu_dispatch__", ["ASIMDHP", "X86_V3"])
    monkeypatch.setattr(kernels, "processor", lambda: here)
    assert kernels.settings() == {}


def test_numpy_takes_each_choice_without_a_warning(kernels):
    """On this machine: the features named are off, and nothing is complained of."""
    code = "from numpy._core._multiarray_umath import __cpu_features__ as f; print(f)"
    for choice in kernels.CHOICES:
        told = kernels.settings(choice)
        command = [sys.executable, "-W", "error", "-c", code]
        run = subprocess.run(command, env=os.environ | told, capture_output=True, check=True)
        assert not run.stderr
        features = eval(run.stdout)
        disabled = told.get("NPY_DISABLE_CPU_FEATURES", "").split()
        assert not any(features[name] for name in disabled)


def test_the_choices_differ_where_the_processor_allows_it(kernels):
    """Otherwise equal bytes under all of them would show nothing."""
    code = "import numpy as np; x = np.linspace(0.1, 9, 9999); print(np.exp(x).tobytes().hex())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | kernels.settings(choice),
            capture_output=True,
            check=True,
        ).stdout
        for choice in kernels.CHOICES
    }
    switchable = [f for f in kernels.numpy_core.__cpu_dispatch__ if kernels.processor().get(f)]
    assert (len(digests) > 1) == any(f.startswith(kernels.NEWER) for f in switchable)
    assert np.exp(1.0) > 2
