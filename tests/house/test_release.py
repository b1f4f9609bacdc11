"""A release is refused where something does not fit, before anything is built."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import hallucination_theory

ROOT = Path(__file__).resolve().parents[2]
NOW = hallucination_theory.__version__
NEEDED = (".ci/release", "hallucination_theory/__init__.py", "CHANGELOG.md", "CITATION.cff")


def git(folder, *arguments):
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    command = ["git", "-C", folder, *names, *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path):
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all", "--allow-empty")


def refusal(folder):
    """Run it with an interpreter that fails at once, should it come to that."""
    command = [folder / ".ci" / "release", "false"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr


def changed(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_committed_and_fits_comes_to_the_build(checkout):
    """The commit of this checkout is one that could be released."""
    assert "No release" not in refusal(checkout)


def test_an_uncommitted_change_is_refused(checkout):
    (checkout / "new.txt").write_text("new")
    assert "the working tree has changes" in refusal(checkout)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("CHANGELOG.md", f"## {NOW}", "## 0", f"CHANGELOG.md has no section '## {NOW}'"),
        ("CITATION.cff", f"version: {NOW}", "version: 0", "CITATION.cff has another version"),
    ],
)
def test_a_version_that_is_not_told_everywhere_is_refused(checkout, file, old, new, said):
    changed(checkout / file, old, new)
    commit(checkout)
    assert said in refusal(checkout)


def test_a_tag_on_another_commit_is_refused(checkout):
    git(checkout, "tag", f"v{NOW}")
    assert "No release" not in refusal(checkout)
    commit(checkout)
    assert f"the tag v{NOW} stands on another commit" in refusal(checkout)


def test_the_paper_is_cited_by_both_titles():
    """As preprint and in the journal, by the same four authors; addresses are the paper's."""
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    preprint, article = cff["references"]
    assert preprint["title"] == "Why Language Models Hallucinate"
    assert article["title"].startswith("Evaluating large language models for accuracy")
    assert preprint["authors"] == article["authors"]
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    assert f"https://doi.org/{article['doi']}" in urls.values()
    assert f"https://arxiv.org/abs/{preprint['identifiers'][0]['value'][6:]}" in urls.values()
