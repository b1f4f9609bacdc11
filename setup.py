"""What pyproject.toml cannot say: the README as a package index shows it, where no checkout is.

Its links and pictures lead into the checkout. With a ``Repository`` among the project's URLs they
become absolute, at the tag of this version; without one a link becomes its words and a picture what
it shows.
"""

import re
import tomllib
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).resolve().parent
INSIDE = re.compile(r"(?P<picture>!?)\[(?P<words>[^\[\]]*)\]\((?!https?:|#)(?P<path>[^()\s]+)\)")


def index_page(text, repository, version):
    """Return the README with links that work away from the checkout."""

    def away(link):
        if repository is None:
            return f"*{link['words']}*" if link["picture"] else link["words"]
        kind = "raw" if link["picture"] else "blob"
        place = f"{repository.rstrip('/')}/{kind}/v{version}/{link['path']}"
        return f"{link['picture']}[{link['words']}]({place})"

    return INSIDE.sub(away, text)


def long_description():
    """Return the page of this version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    door = (ROOT / "hallucination_theory" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"$', door, re.MULTILINE)[1]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return index_page(readme, project.get("urls", {}).get("Repository"), version)


if __name__ == "__main__":
    setup(long_description=long_description(), long_description_content_type="text/markdown")
