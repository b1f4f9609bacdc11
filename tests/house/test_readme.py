"""What the README shows is true."""

import contextlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_example_prints_what_it_says():
    """The import example runs, and prints the comment beside its first print."""
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(code, "README.md", "exec"), {})
    promised = re.search(r"print\(.*\)  # ([^,]*),", code).group(1)
    assert shown.getvalue().splitlines()[0] == promised


def test_links_and_figures_exist():
    """Relative links lead somewhere."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target
