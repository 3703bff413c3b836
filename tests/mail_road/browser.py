"""Chromium opens mails, and each image comes from a running imgurl, by way of a server that writes down what passes."""

import http.client
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from tests.browser.chromium import FLAGS
from tests.browser.requests import Page

SECONDS: Final = 120


@dataclass(frozen=True)
class Shown:
    """An image that a mail asked for: the target, and the answer of imgurl."""

    target: str
    status: int
    outcome: str
    body: bytes


@dataclass
class Road:
    """A server for mails and their images; ``images`` is by the number of the mail that asked."""

    address: str = ""
    pages: Sequence[Page] = ()
    images: dict[int, list[Shown]] = field(default_factory=dict)

    def open_all(self, chromium: str, pages: Sequence[Page], folder: Path) -> Mapping[int, list[Shown]]:
        """Let Chromium open all mails; return the images that each asked for."""
        self.pages, self.images = pages, {number: [] for number in range(len(pages))}
        command = [
            "timeout", str(SECONDS), chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom",
            f"{self.address}/",
        ]  # fmt: skip
        subprocess.run(
            command, capture_output=True, timeout=SECONDS + 5, env={**os.environ, "HOME": str(folder)}, check=True
        )
        return self.images


@contextmanager
def road_to(port: int) -> Iterator[Road]:
    """Serve mails, and what they ask for from the imgurl at a port. Loopback only."""
    road = Road()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if wanted := re.fullmatch(r"/mails/(\d+)", self.path):
                page = road.pages[int(wanted[1])]
                self._answer(200, f"text/html; charset={page.charset}", page.body)
            elif self.path == "/":
                # Frames that are not shown load their images, and paint nothing.
                frames = "".join(f'<iframe hidden src="/mails/{number}"></iframe>' for number in range(len(road.pages)))
                self._answer(200, "text/html", f"<!doctype html><title>all</title>{frames}".encode())
            elif mail := re.search(r"/mails/(\d+)$", self.headers["Referer"] or ""):
                # Also what does not begin with /i/ any more, because a mail server broke the path.
                self._fetch(int(mail[1]))
            else:
                self._answer(404, "text/plain", b"")

        def _fetch(self, mail: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
            # The target as it came, letter by letter.
            connection.putrequest("GET", self.path, skip_accept_encoding=True)
            connection.endheaders()
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            road.images[mail].append(Shown(self.path, answer.status, answer.getheader("X-Imgurl-Outcome", ""), body))
            self._answer(answer.status, answer.getheader("Content-Type", ""), body)

        def _answer(self, status: int, media_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    road.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield road
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
