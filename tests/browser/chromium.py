"""A headless Chromium for tests: DevTools commands over a pipe, no network, no other package."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager

NAMES = ("chromium", "chromium-browser", "google-chrome")
PROGRAM = next(filter(None, map(shutil.which, NAMES)), None)
# Chromium reads commands from 3 and writes answers to 4.
START = """
import os, sys
os.dup2(int(sys.argv[1]), 3), os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
    "--remote-debugging-pipe",
)  # fmt: skip
KEYS = {"Tab": 9, "Enter": 13, "Space": 32, "ArrowDown": 40, "ArrowUp": 38}


class Page:
    """One tab: commands are answered in order; events in between are kept."""

    def __init__(self, commands, answers):
        self._commands, self._answers, self._number = commands, answers, 0
        self.events = []
        self._session = None
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        attached = self.command("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.command(f"{domain}.enable")

    def command(self, method, **parameters):
        """Send a command and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        self._commands.flush()
        while (answer := self._read()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self):
        text = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "Chromium has ended"
            text += byte
        return json.loads(text)

    def open(self, path, width=1280, height=900):
        """Open a file in a window of this size, and wait until it is there."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self.events.clear()
        self.command("Page.navigate", url=path.resolve().as_uri())
        self.wait_for("Page.loadEventFired")

    def wait_for(self, method, **wanted):
        """Wait for an event with these values."""
        while not any(wanted.items() <= event.items() for event in self.said(method)):
            self.events.append(self._read())

    def run(self, code):
        """Return the value of a JavaScript expression."""
        result = self.command("Runtime.evaluate", expression=code, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def press(self, key):
        """Press a key."""
        text = {"Enter": "\r", "Space": " "}.get(key, "")
        name = " " if key == "Space" else key
        of = {"key": name, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        self.command("Input.dispatchKeyEvent", type="keyDown", text=text, **of)
        self.command("Input.dispatchKeyEvent", type="keyUp", **of)

    def spoken(self):
        """Return role and name of all that a screen reader hears."""
        nodes = self.command("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node["ignored"]
        ]

    def screenshot(self, path):
        """Save the whole page as a picture."""
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        found = self.command("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(found["data"]))

    def said(self, *methods):
        """Return the events of these kinds since the page was opened."""
        return [e["params"] for e in self.events if e.get("method") in methods]


def _pipe():
    """Return two ends with high numbers, which moving them to 3 and 4 cannot overwrite."""
    import fcntl  # not on Windows, where this module is imported too

    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD, 50) for end in ends]
    for end in ends:
        os.close(end)
    return high


@contextmanager
def browser():
    """Yield a page; the browser ends with the block."""
    (their_in, our_out), (our_in, their_out) = _pipe(), _pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [sys.executable, "-c", START, str(their_in), str(their_out), PROGRAM]
        with subprocess.Popen(
            [*command, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(their_in, their_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            os.close(their_in), os.close(their_out)
            with os.fdopen(our_out, "wb") as commands, os.fdopen(our_in, "rb") as answers:
                page = Page(commands, answers)
                try:
                    yield page
                finally:
                    page._session = None
                    commands.write(b'{"id": 0, "method": "Browser.close"}\0')
                    commands.flush()
                    answers.read()
            process.wait(timeout=20)
