"""Let headless Chromium ask for the images of pages, and write down the request lines."""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .chromium import FLAGS, TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class Page:
    """A page as bytes, and the charset and media type that its Content-Type says; without a charset it says none."""

    body: bytes
    charset: str = ""
    media_type: str = "text/html"


@dataclass(slots=True)
class Seen:
    """Targets of the images that were asked for, in the order of the requests."""

    targets: list[str] = field(default_factory=list)


@contextmanager
def serving_pages(pages: Mapping[str, Page], seen: Seen) -> Iterator[str]:
    """Serve pages under their names, and ``/`` with all of them in frames; yields the address. Loopback only."""
    frames = "".join(f'<iframe src="/{name}"></iframe>' for name in pages).encode()
    all_pages = {**pages, "": Page(b"<!doctype html><title>all</title>" + frames, "utf-8")}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = all_pages.get(self.path[1:])
            if page is None and self.path != "/favicon.ico":
                seen.targets.append(self.path)
            self.send_response(404 if page is None else 200)
            media_type = page.media_type if page else "text/html"
            self.send_header(
                "Content-Type", media_type + (f"; charset={page.charset}" if page and page.charset else "")
            )
            self.send_header("Content-Length", str(len(page.body) if page else 0))
            self.end_headers()
            self.wfile.write(page.body if page else b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def targets_asked_for(chromium: str, pages: Mapping[str, Page], folder: Path) -> list[str]:
    """Let Chromium open all pages; return the targets that it asks for then, as they came over the wire."""
    seen = Seen()
    with serving_pages(pages, seen) as address:
        command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", address]
        subprocess.run(
            command, capture_output=True, timeout=TIMEOUT_SECONDS, env={**os.environ, "HOME": str(folder)}, check=True
        )
    return seen.targets
