"""A front that does one thing wrong: it passes requests to a server and spoils some of them."""

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "transfer-encoding", "keep-alive"}


@dataclass
class Passing:
    """An answer on its way back; a fault changes it."""

    status: int
    headers: dict[str, str]
    body: bytes


def good(passing: Passing, _: str) -> Passing:
    """Change nothing."""
    return passing


@contextlib.contextmanager
def front(
    port: int,
    *,
    request: Callable[[str], str | None] = lambda target: target,
    answer: Callable[[Passing, str], Passing] = good,
) -> Iterator[str]:
    """Run a front of a server; yield its address. ``request`` returns the target that is passed on, None refuses it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            target = request(self.path)
            if target is None:
                self._send(Passing(403, {"content-type": "text/html"}, b"<h1>Forbidden</h1>"))
                return
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.putrequest("GET", target, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in {"host", *HOP}:
                    connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders() if name.lower() not in HOP}
            self._send(answer(Passing(response.status, headers, response.read()), self.path))
            connection.close()

        def _send(self, passing: Passing) -> None:
            self.send_response_only(passing.status)
            for name, value in passing.headers.items():
                if name != "content-length":
                    self.send_header(name, value)
            if passing.status != 304:
                self.send_header("content-length", str(len(passing.body)))
            self.end_headers()
            self.wfile.write(passing.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
