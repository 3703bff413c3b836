"""One connection of the server in this process: segments as they are, a clock that a test sets, what comes back."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from imgurl.web.connections import STATE, Connections, Limits
from imgurl.web.protocols import H11, HttpTools

Result = TypeVar("Result")
AnyProtocol = HttpToolsProtocol | H11Protocol

#: By name of the parser: uvicorn's own protocol, and ours.
PROTOCOLS: dict[str, tuple[type[AnyProtocol], type[AnyProtocol]]] = {
    "httptools": (HttpToolsProtocol, HttpTools),
    "h11": (H11Protocol, H11),
}

# How many turns of the event loop everything takes that needs no time.
TURNS = 12


class ClockLoop(asyncio.SelectorEventLoop):
    """An event loop whose time stands still until somebody advances it."""

    def __init__(self) -> None:
        super().__init__(selectors.DefaultSelector())
        self.now = 1_000.0

    def time(self) -> float:
        """Return the time that was set."""
        return self.now


async def settle() -> None:
    """Let everything happen that needs no time."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def advance(seconds: float, step: float = 0.25) -> None:
    """Let time go by, in steps."""
    loop = cast("ClockLoop", asyncio.get_running_loop())
    end = loop.now + seconds
    while loop.now < end:
        loop.now = min(end, loop.now + step)
        await settle()


def run(main: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a coroutine on a loop with a clock of its own."""
    with asyncio.Runner(loop_factory=ClockLoop) as runner:
        return runner.run(main())


class Wire(asyncio.Transport):
    """The server's end of a connection. Keeps what is written; ``stuck`` bytes of it are not taken."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 50_000), "sockname": ("127.0.0.1", 80)})
        self.written = b""
        self.stuck = 0
        self.client_stays = False
        self.paused = False
        self.ended = ""
        self.protocol: AnyProtocol | None = None

    def write(self, data: Any) -> None:
        """Keep what the server sends."""
        assert not self.ended, f"written after the end ({self.ended}): {bytes(data)!r}"
        self.written += bytes(data)

    def write_eof(self) -> None:
        """End the server's half; most clients end their own then."""
        if not self.client_stays:
            self._end("eof")

    def close(self) -> None:
        """End the connection when everything is sent."""
        if not self.stuck:
            self._end("close")

    def abort(self) -> None:
        """End the connection at once."""
        self._end("abort")

    def _end(self, how: str) -> None:
        if not self.ended:
            self.ended = how
            assert self.protocol is not None
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def can_write_eof(self) -> bool:
        """Say that halves can be ended."""
        return True

    def is_closing(self) -> bool:
        """Say whether it is over."""
        return self.ended in ("close", "abort")

    def pause_reading(self) -> None:
        """Take no more from the client."""
        self.paused = True

    def resume_reading(self) -> None:
        """Take more from the client."""
        self.paused = False

    def get_write_buffer_size(self) -> int:
        """Return how much the client has not taken."""
        return self.stuck


@dataclass(frozen=True)
class Request:
    """A request as an application sees it."""

    method: str
    target: bytes
    body: bytes


@dataclass
class Recorder:
    """An application that notes requests. It reads the body before it answers, or not at all."""

    reads_body: bool = True
    requests: list[Request] = field(default_factory=list)
    headers: list[list[tuple[bytes, bytes]]] = field(default_factory=list)
    may_go_on: asyncio.Event | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with its method and the length of its body."""
        body, more = b"", self.reads_body
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            if self.may_go_on is not None:
                await self.may_go_on.wait()
            body += message["body"]
            more = message["more_body"]
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        self.requests.append(Request(scope["method"], scope["raw_path"] + query, body))
        self.headers.append(list(scope["headers"]))
        answer = f"{scope['method']} {len(body)}".encode()
        headers = [(b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


def connect(
    kind: type[AnyProtocol], app: ASGIApp, limits: Limits | None = None, connections: Connections | None = None,
    state: ServerState | None = None, more: Mapping[str, Any] | None = None,
) -> Wire:  # fmt: skip
    """Open a connection to an application; ``more`` is what else it shares with others."""
    config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None, access_log=False, proxy_headers=False)
    config.load()
    shared = {STATE: connections or Connections(limits), **(more or {})}
    wire = Wire()
    wire.protocol = kind(config, state or ServerState(), shared, asyncio.get_running_loop())
    wire.protocol.connection_made(wire)
    return wire


async def send(wire: Wire, segments: Iterable[bytes]) -> None:
    """Send segments one by one, each when the server takes it."""
    assert wire.protocol is not None
    for segment in segments:
        for _ in range(1_000):
            if not wire.paused or wire.ended:
                break
            await asyncio.sleep(0)
        if wire.ended:
            break
        wire.protocol.data_received(segment)
        await asyncio.sleep(0)
    await settle()
    for _ in range(1_000):
        if not wire.protocol.tasks:
            break
        await asyncio.sleep(0)


def exchange(
    kind: type[AnyProtocol], segments: Sequence[bytes], *, reads_body: bool = True
) -> tuple[list[Request], bytes]:
    """Send segments on a new connection; return the requests that they were to an application, and the answers."""

    async def main() -> tuple[list[Request], bytes]:
        app = Recorder(reads_body)
        wire = connect(kind, app)
        await send(wire, segments)
        wire.abort()
        await settle()
        return app.requests, wire.written

    return run(main)
