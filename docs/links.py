"""Check the links of the finished site: ``python -m docs.links FOLDER``.

Each link inside leads to a file and a place in it, each picture is there and has words for those
who do not see it, and no page takes a script, style, font or picture from another host.
"""

import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "iframe": "src", "link": "href"}


class Page(HTMLParser):
    """The places of a page, where its links lead, what it loads, and pictures without words."""

    def __init__(self, text):
        super().__init__()
        self.places, self.targets, self.loaded, self.wordless = {"", "top"}, [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note what one element says."""
        found = dict(attrs)
        self.places |= {found[name] for name in ("id", "name") if found.get(name)}
        if tag in LOADED and found.get(LOADED[tag]):
            self.loaded.append(found[LOADED[tag]])
        elif tag == "a" and found.get("href"):
            self.targets.append(found["href"])
        if tag == "img" and not found.get("alt"):
            self.wordless.append(found.get("src", ""))


@cache
def page(path):
    """Return a parsed page."""
    return Page(path.read_text(encoding="utf-8"))


def faults(folder):
    """Yield a sentence for each fault."""
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder)
        for target in page(path).loaded:
            if urlsplit(target).netloc:
                yield f"{name} loads {target} from another host"
        for target in page(path).wordless:
            yield f"{name} has a picture without words: {target}"
        for target in [*page(path).targets, *page(path).loaded]:
            if not (urlsplit(target).scheme or urlsplit(target).netloc) and not leads(path, target):
                yield f"{name} links to {target}, which is not there"


def leads(path, target):
    """Tell whether a link on a page leads to a file of the site and a place in it."""
    parts = urlsplit(target)
    file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not file.is_file() or file.suffix != ".html" or not parts.fragment:
        return file.is_file()
    return unquote(parts.fragment) in page(file).places


if __name__ == "__main__":
    found = list(faults(Path(sys.argv[1]).resolve()))
    print("\n".join(found))
    sys.exit(bool(found))
