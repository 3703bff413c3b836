"""The short way to an image in memory: from the parser to the socket, without the application.

The application's way makes a scope, a task and two messages of each request, and takes longer over that than over the
rest together. What goes out is the same, byte by byte, and so are the line in the log and the figures.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

# The key of the AnswerReady in the state that a server passes to each of its connections.
READY = "ready"

#: Sends header lines and a body.
SendParts = Callable[[bytes, bytes], None]

#: The headers of a request, names in lowercase.
Headers = Iterable[tuple[bytes, bytes]]

#: Answers a plain GET for a target, at once and completely, or returns False.
AnswerReady = Callable[[bytes, SendParts, Headers], bool]

# Headers that may change the answer, or say that there is more to read.
TELLING = frozenset((b"if-none-match", b"expect", b"content-length", b"transfer-encoding", b"upgrade"))


class Direct(HttpToolsProtocol):
    """uvicorn's httptools protocol, which answers directly what is ready.

    Mutable state: the status line and the server's own headers as they are now, and since when the connection has been
    idle after a direct answer, with one timer for that.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._answer_ready: AnswerReady | None = app_state.get(READY)
        self._own_headers: list[tuple[bytes, bytes]] | None = None
        self._beginning = b""
        self._idle_since: float | None = None
        self._idle_timer: asyncio.TimerHandle | None = None

    def answered_directly(self) -> bool:
        """Answer the request whose head was just read, if its answer is ready; say whether it was."""
        if self._answer_ready is None or not self._is_plain():
            return False
        return self._answer_ready(self.url, self._send, self.headers)

    def on_message_complete(self) -> None:
        """Go on, unless there is nobody to tell: all requests were answered directly."""
        if self.cycle is not None:
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        super().connection_lost(exc)

    def _is_plain(self) -> bool:
        """Say whether this is a GET that nothing tells from others for its target, and may be answered now.

        A client that does not read must not fill the memory: the application waits for it.
        """
        return (
            self.parser.get_method() == b"GET"
            and self.parser.should_keep_alive()
            and self.parser.get_http_version() == "1.1"
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and self.limit_concurrency is None
            and TELLING.isdisjoint([name for name, _ in self.headers])
        )

    def _send(self, headers: bytes, body: bytes) -> None:
        own = self.server_state.default_headers
        if own is not self._own_headers:  # once a second, with the date
            self._beginning = STATUS_LINE[200] + b"".join(b"%b: %b\r\n" % header for header in own)
            self._own_headers = own
        self.transport.writelines((self._beginning, headers, body))
        self.server_state.total_requests += 1
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._end_if_idle)

    def _unset_keepalive_if_required(self) -> None:
        super()._unset_keepalive_if_required()
        # The timer stays: setting one for each request takes longer than to look again now and then.
        self._idle_since = None

    def _end_if_idle(self) -> None:
        self._idle_timer = None
        if self._idle_since is None:
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._idle_timer = self.loop.call_later(left, self._end_if_idle)
        else:
            self.timeout_keep_alive_handler()
