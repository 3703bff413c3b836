"""Frames on the socket pairs between a pool and its processes: a header, and a body of bytes.

The pool unpickles nothing that a process sends: a native library that is taken over by a hostile picture must not get
further than its own process.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

# Kind, length of the body, seconds.
HEADER = struct.Struct("!BIf")

# What is read at once: more is not in the kernel's buffers, and less means more wake-ups.
READ_BYTES = 262_144

# Whoever did not live to say its process id is known by how many were forked up to it, as a negative number.
PID = struct.Struct("!q")
PID_AND_STATUS = struct.Struct("!qi")

# The status of one that was never forked.
NO_STATUS = -(2**31)


class Kind(IntEnum):
    """What a frame says."""

    # From the pool to the zygote, and back.
    OPEN = 1
    FORK = 2
    REAP = 3
    READY = 4
    UNOPENED = 5
    REAPED = 6
    # From the pool to a renderer, and back. DRAWN and FAILED say how long it took.
    DRAW = 7
    HELLO = 8
    DRAWN = 9
    LACKING = 10
    FAILED = 11


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that has arrived."""

    kind: int
    seconds: float
    body: bytes


def send(connection: socket.socket, kind: Kind, body: bytes = b"", seconds: float = 0.0) -> None:
    """Send a frame through a blocking socket."""
    header = HEADER.pack(kind, len(body), seconds)
    sent = connection.sendmsg((header, body)) - len(header)
    if sent < len(body):
        connection.sendall(memoryview(body)[sent:])


def receive(connection: socket.socket) -> Frame | None:
    """Wait for a frame on a blocking socket; None where the other end is closed."""
    return _rest_of(connection, connection.recv(HEADER.size, socket.MSG_WAITALL))


def receive_with_socket(connection: socket.socket) -> tuple[Frame | None, socket.socket | None]:
    """Wait for a frame on a blocking socket, and for the socket that may come with it."""
    header, descriptors, _, _ = socket.recv_fds(connection, HEADER.size, 1, socket.MSG_WAITALL)
    passed = socket.socket(fileno=descriptors[0]) if descriptors else None
    return _rest_of(connection, header), passed


def _rest_of(connection: socket.socket, header: bytes) -> Frame | None:
    if len(header) < HEADER.size:
        return None
    kind, length, seconds = HEADER.unpack(header)
    body = connection.recv(length, socket.MSG_WAITALL) if length else b""
    return Frame(kind, seconds, body) if len(body) == length else None


class Channel:
    """The pool's end of a socket pair, driven by the event loop.

    ``on_end`` is called once, when the other end has closed.
    """

    def __init__(
        self, connection: socket.socket, on_frame: Callable[[Frame], object], on_end: Callable[[], object]
    ) -> None:
        connection.settimeout(0.0)
        self._connection = connection
        self._on_frame = on_frame
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection, self._read)
        # What has come of the header or the body that is being read, and how many bytes are missing.
        self._parts: list[bytes] = []
        self._missing = HEADER.size
        self._header: tuple[int, float] | None = None
        self._unsent = bytearray()
        self._is_finished = False

    def send(self, kind: Kind, body: bytes = b"", passed: socket.socket | None = None) -> bool:
        """Send a frame; return whether the other end was there. That it is gone is reported by itself."""
        data = HEADER.pack(kind, len(body), 0.0) + body
        if passed is not None:
            # A few bytes on a socket that is read at once: they fit, or the other end hangs and is killed for it.
            with contextlib.suppress(OSError):
                socket.send_fds(self._connection, [data], [passed.fileno()])
        elif self._unsent:
            self._unsent += data
        else:
            return self._send(data)
        return True

    def finish(self) -> None:
        """Send no more, so that the other end ends; what it still says is read."""
        self._is_finished = True
        if not self._unsent:
            self._shut()

    def close(self) -> None:
        """Neither send nor read any more."""
        if self._connection.fileno() >= 0:
            self._loop.remove_reader(self._connection)
            self._loop.remove_writer(self._connection)
            self._connection.close()

    def _send(self, data: bytes | bytearray) -> bool:
        try:
            sent = self._connection.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return False
        if sent < len(data):
            self._unsent = bytearray(data[sent:])
            self._loop.add_writer(self._connection, self._send_rest)
        return True

    def _send_rest(self) -> None:
        data, self._unsent = self._unsent, bytearray()
        self._loop.remove_writer(self._connection)
        self._send(data)
        if self._is_finished and not self._unsent:
            self._shut()

    def _shut(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)

    def _read(self) -> None:
        while True:
            try:
                part = self._connection.recv(min(self._missing, READ_BYTES))
            except BlockingIOError:
                return
            except OSError:
                part = b""
            if not part:
                self.close()
                self._on_end()
                return
            self._missing -= len(part)
            if self._missing:
                self._parts.append(part)
                return
            if self._parts:
                part = b"".join((*self._parts, part))
                self._parts.clear()
            if self._header is None:
                kind, self._missing, seconds = HEADER.unpack(part)
                self._header = kind, seconds
                if self._missing:
                    continue
                part = b""
            (kind, seconds), self._header, self._missing = self._header, None, HEADER.size
            self._on_frame(Frame(kind, seconds, part))
            return
