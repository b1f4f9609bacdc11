"""Write the lock of this platform: every package that tests and checks need, with its hash.

Run by ``make lock``. A hash belongs to one file, and pip tells those of the files that it would
install here; a wheel for another system or Python has another hash. So there is one lock a
platform, for those on which CI runs, and ``constraints.txt`` pins the versions everywhere.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
ROOT = HOME.parent


def path_of_lock():
    """Return the file for this system and Python."""
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return HOME / f"locked-{version}-{platform.system().lower()}-{platform.machine()}.txt"


def report():
    """Return what pip would install."""
    options = ["--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    what = ["-c", str(ROOT / "constraints.txt"), f"{ROOT}[test,dev]"]
    command = [sys.executable, "-m", "pip", "install", *options, *what]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def lines(found):
    """Yield one requirement a package; this project itself has no hash."""
    for item in sorted(found["install"], key=lambda item: item["metadata"]["name"].lower()):
        name, version = item["metadata"]["name"], item["metadata"]["version"]
        hashes = item["download_info"].get("archive_info", {}).get("hashes", {})
        if name != "hallucination-theory":
            yield f"{name}=={version} --hash=sha256:{hashes['sha256']}"


if __name__ == "__main__":
    if "--path" in sys.argv:
        print(path_of_lock().relative_to(ROOT))
    else:
        path_of_lock().write_text("\n".join(lines(report())) + "\n")
