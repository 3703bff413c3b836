"""Just enough of HTTP/2 (RFC 9113) to ask for one picture: no priorities, no flow control beyond a large window."""

import socket
from typing import Final

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, GOAWAY, WINDOW_UPDATE = 0x0, 0x1, 0x4, 0x7, 0x8
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
INITIAL_WINDOW_SIZE: Final = 0x4
WINDOW: Final = 1 << 24

#: Names in the static table of HPACK (RFC 7541, appendix A) that a request needs.
STATIC: Final = {":authority": 1, ":method": 2, ":path": 4, ":scheme": 6}


def get(connection: socket.socket, host: str, target: bytes) -> bytes:
    """Ask for a target on a connection of its own, and return the body."""
    fields = {":method": b"GET", ":scheme": b"https", ":authority": host.encode(), ":path": target}
    block = b"".join(_literal(STATIC[name], value) for name, value in fields.items())
    settings = INITIAL_WINDOW_SIZE.to_bytes(2) + WINDOW.to_bytes(4)
    connection.sendall(
        PREFACE
        + _frame(SETTINGS, 0, 0, settings)
        + _frame(WINDOW_UPDATE, 0, 0, WINDOW.to_bytes(4))
        + _frame(HEADERS, END_HEADERS | END_STREAM, 1, block)
    )
    body = b""
    with connection.makefile("rb") as stream:
        while head := stream.read(9):
            length, kind, flags = int.from_bytes(head[:3]), head[3], head[4]
            payload = stream.read(length)
            assert kind != GOAWAY, payload
            if kind == SETTINGS and not flags & ACK:
                connection.sendall(_frame(SETTINGS, ACK, 0, b""))
            body += payload if kind == DATA else b""
            if kind in (DATA, HEADERS) and flags & END_STREAM:
                return body
    raise ConnectionError("the connection ended before the answer")


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """Return a frame (RFC 9113, 4.1)."""
    return len(payload).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + payload


def _literal(name: int, value: bytes) -> bytes:
    """Return a field whose name is in the static table and that is not indexed (RFC 7541, 6.2.2), as it is."""
    return bytes((name,)) + _length(len(value)) + value


def _length(length: int) -> bytes:
    """Return a number with a prefix of seven bits (RFC 7541, 5.1)."""
    if length < 0x7F:
        return bytes((length,))
    found, rest = [0x7F], length - 0x7F
    while rest >= 0x80:
        found.append(rest % 0x80 + 0x80)
        rest //= 0x80
    return bytes((*found, rest))
