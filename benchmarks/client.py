"""A small HTTP/1.1 client for measurements: one connection, kept open, and how long each answer took."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter

HOST = "127.0.0.1"

# A measurement must end: an answer that takes longer than this is none.
ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Status 0 and an ``error`` if nothing whole did. Names of headers are in lowercase."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    error: str = ""


class Client:
    """A connection to a server on the loopback. Mutable state: its streams."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a target. A kept connection that the server has closed is replaced, once, as browsers do."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        sent = f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n{lines}\r\n".encode()
        began = perf_counter()
        was_kept = self._streams is not None
        answer = await self._try(sent, began)
        if was_kept and answer.error == "closed":
            answer = await self._try(sent, began)
        return answer

    async def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _try(self, sent: bytes, began: float) -> Answer:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if self._streams is None:
                    self._streams = await asyncio.open_connection(HOST, self._port)
                reader, writer = self._streams
                writer.write(sent)
                answer = await _read(reader, began)
        except TimeoutError:
            answer = Answer(0, seconds=perf_counter() - began, error="no answer in time")
        except asyncio.IncompleteReadError as end:
            error = "torn" if end.partial else "closed"
            answer = Answer(0, seconds=perf_counter() - began, error=error)
        except ConnectionError as error:
            refused = isinstance(error, ConnectionRefusedError)
            answer = Answer(0, seconds=perf_counter() - began, error="refused" if refused else "closed")
        if answer.error or answer.headers.get("connection") == "close":
            await self.close()
        return answer


async def _read(reader: asyncio.StreamReader, began: float) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    number = int(status.split(" ")[1])
    has_body = number not in (204, 304)
    try:
        body = await reader.readexactly(int(headers.get("content-length", 0))) if has_body else b""
    except asyncio.IncompleteReadError:
        return Answer(0, seconds=perf_counter() - began, error="torn")
    return Answer(number, headers, body, perf_counter() - began)
