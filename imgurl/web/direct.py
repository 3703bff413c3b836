"""The short way to an image in memory: from the parser to the socket, without the application.

The application's way makes a scope, a task and two messages of each request, and takes longer over that than over the
rest together. What goes out is the same, byte by byte, and so are the line in the log and the figures.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from cachetools import LRUCache
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from imgurl.web.files import SentFiles, send_from_file

# The key of the AnswerReady in the state that a server passes to each of its connections.
READY = "ready"

# The keys of the KnownHeads and of the SentFiles in that state.
HEADS = "heads"
FILES = "files"
MAX_HEADS = 4_096
LONGEST_HEAD = 1_024

#: Sends header lines and a body.
SendParts = Callable[[bytes, bytes], None]

#: The headers of a request, names in lowercase; at least those that are NOTED.
Headers = Iterable[tuple[bytes, bytes]]

#: Answers a plain GET for a target, at once and completely, or returns False.
AnswerReady = Callable[[bytes, SendParts, Headers], bool]

#: Heads that were answered directly, with their targets and the headers that are NOTED: the same bytes mean the same
#: again, without a parser.
KnownHeads = LRUCache[bytes, tuple[bytes, Headers]]

# Headers that change nothing in an answer, but what is noted of it.
NOTED = frozenset((b"user-agent",))

# Headers that may change the answer, or say that there is more to read.
TELLING = frozenset((b"if-none-match", b"expect", b"content-length", b"transfer-encoding", b"upgrade"))


class Direct(HttpToolsProtocol):
    """uvicorn's httptools protocol, which answers directly what is ready.

    Mutable state: the status line and the server's own headers as they are now.
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
        self._heads: KnownHeads | None = app_state.get(HEADS)
        self._files: SentFiles | None = app_state.get(FILES)
        self._own_headers: list[tuple[bytes, bytes]] | None = None
        self._beginning = b""

    def answered_directly(self, head: bytes) -> bool:
        """Answer the request whose head was just read, if its answer is ready; say whether it was."""
        if not (self._is_plain() and self._answered(self.url, self.headers)):
            return False
        if self._heads is not None and len(head) <= LONGEST_HEAD:
            self._heads[head] = self.url, tuple(header for header in self.headers if header[0] in NOTED)
        return True

    def answered_again(self, data: bytes) -> bool:
        """Answer a head that was answered directly before, the same byte by byte; say whether it was."""
        known = self._heads.get(data) if self._heads is not None else None
        return known is not None and self._answered(*known)

    def on_message_complete(self) -> None:
        """Go on, unless there is nobody to tell: all requests were answered directly."""
        if self.cycle is not None:
            super().on_message_complete()

    def _is_plain(self) -> bool:
        """Say whether this is a GET that nothing tells from others for its target."""
        return (
            self.parser.get_method() == b"GET"
            and self.parser.should_keep_alive()
            and self.parser.get_http_version() == "1.1"
            and TELLING.isdisjoint([name for name, _ in self.headers])
        )

    def _answered(self, target: bytes, headers: Headers) -> bool:
        """Answer a plain GET, if its answer is ready and may be sent now.

        A client that does not read must not fill the memory: the application waits for it.
        """
        return (
            self._answer_ready is not None
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and self.limit_concurrency is None
            and self._answer_ready(target, self._send, headers)
        )

    def _send(self, headers: bytes, body: bytes) -> None:
        own = self.server_state.default_headers
        if own is not self._own_headers:  # once a second, with the date
            self._beginning = STATUS_LINE[200] + b"".join(b"%b: %b\r\n" % header for header in own)
            self._own_headers = own
        file = self._files.file_of(body) if self._files is not None else None
        if file is None or not send_from_file(self.transport, self._beginning + headers, body, file):
            self.transport.writelines((self._beginning, headers, body))
        self.server_state.total_requests += 1
