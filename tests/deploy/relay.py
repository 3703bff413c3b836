"""What is between a front and the server in tests: it passes everything on, and keeps what the front sent."""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator


class Relay:
    """Listens on loopback and passes connections on to a port. Mutable state: what came through."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._sent: list[bytearray] = []
        self._open: list[socket.socket] = []
        self._is_away = False

    @property
    def heads(self) -> list[bytes]:
        """The heads of requests for images that the front sent."""
        return [head for sent in [*self._sent] for head in re.findall(rb"(?:GET|HEAD) /i/.*?\r\n\r\n", sent, re.DOTALL)]

    @property
    def connections(self) -> int:
        """How many connections there were with requests for images."""
        return sum(b" /i/" in sent for sent in [*self._sent])

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                front, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(front,), daemon=True).start()

    def _pass_on(self, front: socket.socket) -> None:
        """Pass on what both ends of a connection say until one of them closes it, or whom it is for is away."""
        with contextlib.suppress(OSError), front:
            if self._is_away:
                return
            with socket.create_connection(("127.0.0.1", self._to)) as server:
                sent = bytearray()
                self._sent.append(sent)
                self._open += [front, server]
                answering = threading.Thread(target=_pump, args=(server, front, None), daemon=True)
                answering.start()
                _pump(front, server, sent)
                answering.join(30)

    def leave(self) -> None:
        """Be away from now on: connections are closed, and new ones too."""
        self._is_away = True
        self._cut()

    @contextlib.contextmanager
    def diverted(self, port: int) -> Iterator[None]:
        """Pass connections on to another port for a while."""
        usual, self._to = self._to, port
        self._cut()
        try:
            yield
        finally:
            self._to = usual
            self._cut()

    def _cut(self) -> None:
        """End all connections."""
        ending, self._open = self._open, []
        for end in ending:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more connections."""
        self.leave()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _pump(source: socket.socket, sink: socket.socket, kept: bytearray | None) -> None:
    """Pass on what comes until an end closes; then both are over."""
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            if kept is not None:
                kept += piece
            sink.sendall(piece)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def running_relay(port: int) -> Iterator[Relay]:
    """Run a relay to a port."""
    relay = Relay(port)
    serving = threading.Thread(target=relay.serve, daemon=True)
    serving.start()
    try:
        yield relay
    finally:
        relay.close()
        serving.join(10)
