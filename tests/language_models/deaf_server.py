"""A completion server on the loopback address that ignores ``echo``: it weighs what it generates.

This is what some servers do; the harness then finds no log-probability of the prompt's own tokens,
sums none, and writes 0.0 for every candidate.
"""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Deaf(BaseHTTPRequestHandler):
    """Answer each prompt with one generated token."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert asked["echo"] is True
        prompts = asked["prompt"] if isinstance(asked["prompt"], list) else [asked["prompt"]]
        one = {"token_logprobs": [-0.5], "top_logprobs": [{"x": -0.5}], "tokens": ["x"]}
        choices = [{"index": i, "text": "x", "logprobs": one} for i in range(len(prompts))]
        answer = json.dumps({"choices": choices}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Keep quiet."""


@contextmanager
def serve():
    """Yield the address of a running server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Deaf) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
