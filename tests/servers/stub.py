"""A server that misbehaves on demand: the test decides which bytes a request is answered with, and when."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# What a forgotten connection costs a test at most.
IDLE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came: the method, the target, headers with names in lowercase, the body."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def response(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Return a whole HTTP answer; ``status`` is for example ``200 OK``."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Stub:
    """A server on loopback. ``answer`` yields what is sent; the connection closes after it.

    An answer that waits must wait on ``closing``, which is set when the test is over.
    """

    def __init__(self, answer: "Callable[[Request, Stub], Iterable[bytes]]", tls: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self.requests: list[Request] = []
        #: Connections taken, those without a request too.
        self.connections = 0
        self.closing = threading.Event()
        self._threads: list[threading.Thread] = []

    def serve(self) -> None:
        """Take connections until the test is over."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve_one, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Take no more connections and wait for the answers that run."""
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _serve_one(self, connection: socket.socket) -> None:
        # What is not an HTTP request is not a request here.
        with contextlib.suppress(OSError, StopIteration, ValueError), connection:
            connection.settimeout(IDLE_SECONDS)
            if self._tls is None:
                self._converse(connection)
            else:
                with self._tls.wrap_socket(connection, server_side=True) as secured:
                    self._converse(secured)

    def _converse(self, connection: socket.socket) -> None:
        request = _read_request(connection)
        self.requests.append(request)
        for part in self._answer(request, self):
            connection.sendall(part)
            if self.closing.is_set():
                return


@contextmanager
def run_stub(answer: Callable[[Request, Stub], Iterable[bytes]], tls: ssl.SSLContext | None = None) -> Iterator[Stub]:
    """Run a server that answers so."""
    stub = Stub(answer, tls)
    accepting = threading.Thread(target=stub.serve, daemon=True)
    accepting.start()
    try:
        yield stub
    finally:
        stub.close()
        accepting.join(10)


def _read_request(connection: socket.socket) -> Request:
    with connection.makefile("rb") as stream:
        method, target, _ = next(stream).decode("latin-1").split(" ", 2)
        headers: dict[str, str] = {}
        while line := stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)
