"""The wheel and the source distribution, tested where there is no checkout, warnings as errors."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("theory", "simulations", "hallucination_theory", "tests")
PAGES = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "THIRD_PARTY.md",
    "paper_notes.md",
    "conftest.py",
)
TESTED = ("command/test_check.py", "command/test_output.py", "reduction/test_bounds.py")
"""Tests that read nothing of the checkout but ``tests/data``."""


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """Build both from a copy, so that the checkout gains no folder ``build``."""
    home = tmp_path_factory.mktemp("source")
    for name in (*NEEDED, *PAGES):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, home / name, symlinks=True)
        else:
            shutil.copy(ROOT / name, home / name)
    for kind in ("sdist", "wheel"):
        code = f"import setuptools.build_meta as b; print(b.build_{kind}('dist'))"
        subprocess.run([sys.executable, "-c", code], cwd=home, check=True, capture_output=True)
    return {path.suffix: path for path in (home / "dist").iterdir()}


def installed(folder, distribution):
    """Install into an empty folder; what it depends on is taken from this environment."""
    site = folder / "site"
    command = ["-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target"]
    subprocess.run([sys.executable, *command, str(site), str(distribution)], check=True)
    return site


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".whl", ".gz"])
def test_the_tests_pass_on_what_is_installed(distributions, tmp_path, kind):
    """Outside the checkout; a warning of ours is an error there too."""
    site = installed(tmp_path, distributions[kind])
    outside = tmp_path / "outside"
    shutil.copytree(ROOT / "tests", outside / "tests")
    shutil.copy(ROOT / "pyproject.toml", outside)
    paths = os.pathsep.join([str(site), str(outside), sysconfig.get_path("purelib"), *sys.path])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:xdist", "-x",
         "-p", "no:cacheprovider", *(f"tests/{name}" for name in TESTED)],
        cwd=outside, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".whl", ".gz"])
def test_licences_travel_with_the_data(distributions, tmp_path, kind):
    site = installed(tmp_path, distributions[kind])
    texts = {path.name: path.read_text() for path in site.rglob("licenses/*")}
    assert texts["LICENSE"] == (ROOT / "LICENSE").read_text()
    assert "Permission is hereby granted" in texts["THIRD_PARTY.md"]
    assert list(site.rglob("nature_simpleqa_scores.csv"))


def test_the_lock_names_what_the_constraints_pin():
    """Version by version, so that the lock is made anew when the constraints change."""
    pinned = dict(line.split("==") for line in _lines(ROOT / "constraints.txt"))
    locks = list((ROOT / ".ci").glob("locked-*.txt"))
    assert locks
    for lock in locks:
        for line in _lines(lock):
            (name, version), digest = line.split(" ")[0].split("=="), line.split("sha256:")[1]
            assert pinned[_canonical(name)] == version, line
            assert len(digest) == 64


def _lines(path):
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [f"{_canonical(x.split('==')[0])}=={x.split('==', 1)[1]}" for x in lines if x]


def _canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()
