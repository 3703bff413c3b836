"""HTTP/1.1 connections: uvicorn's, with limits, and lenient with sloppy clients.

A connection's bytes are held back until the head of a request is complete. Only the parser knows where a request
begins: it has taken every byte before, and says that the message they belong to is over. There, and nowhere else, a
head is checked and mended (``heads``). Bodies are passed on as they come, cut only where a message may end, so that a
request after one in the same packet is treated as if it had come by itself.

Requests on a connection are answered one after another: the next is not parsed before the response is written. So a
bad request after a good one can't be answered first.
"""

import asyncio
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import h11
import structlog
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from imgurl.web.answers import refused_answer
from imgurl.web.connections import STATE, Connections
from imgurl.web.direct import Direct
from imgurl.web.heads import (
    EMPTY_LINES,
    LONGEST_LOOK_BACK,
    asks_for_image,
    first_empty_line,
    head_end,
    mended,
    objection,
    wants_json,
)

# What a client may still send after a refusal, because it has not read that yet.
THROWN_AWAY_BYTES = 262_144

DETAILS = {
    400: "this is not a valid HTTP/1.1 request; make sure that the URL is percent-encoded",
    408: "the request did not arrive in time; send it again, in one go",
    414: "the URL is too long: at most 8,192 bytes are read",
    431: "the headers are too large: at most 16,384 bytes and 64 lines are read",
}

if TYPE_CHECKING:
    # What both of uvicorn's protocols have in common, for the type checker.
    Base = HttpToolsProtocol
else:
    Base = asyncio.Protocol


class Guarded(Base):
    """What this server adds to either of uvicorn's protocols. Comes before it in the order of base classes.

    Mutable state, one object per connection: the bytes held back, and since when it has been waiting for the client.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._connections: Connections = app_state.get(STATE) or Connections()
        self._limits = self._connections.limits
        self._held = bytearray()
        # The head of the current request as it came, in case it is refused.
        self._head = b""
        # Of the current body: bytes still to come if its length is known, and the last bytes passed on.
        self._body_left: int | None = None
        self._last_bytes = b""
        # Since when the client owes a head, or the next piece of a body; None while it owes nothing.
        self._owed_since: float | None = None
        # Since when it has waited for the next request, of which nothing has come.
        self._idle_since: float | None = None
        self._refused_at: float | None = None
        self._thrown_away = 0
        self._unsent = 0
        self._unsent_since = 0.0

    # What the two parsers say in different ways.

    def _is_between(self) -> bool:
        """Say whether the parser has taken every byte it got, and the next one begins a request."""
        raise NotImplementedError

    def _takes_no_more(self) -> bool:
        """Say whether the parser will take no further request on this connection."""
        return False

    def _is_swamped(self) -> bool:
        """Say whether a body came with more than a head's worth of bytes that are not part of it."""
        return False

    # The transport's calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection, unless there are too many."""
        super().connection_made(transport)
        if not self._connections.begins(self):
            transport.abort()
            return
        self._owed_since = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._connections.ends(self)
        self._held.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take received bytes."""
        if self._refused_at is not None:
            # Read and thrown away, so that the response reaches a client that is still sending. A flood is cut off.
            self._thrown_away += len(data)
            if self._thrown_away > THROWN_AWAY_BYTES:
                self.transport.abort()
            return
        self._held += data
        if self._is_busy() and self._is_between():
            self.flow.pause_reading()
            return
        if self._owed_since is None or not self._is_between():
            self._owed_since = self.loop.time()
        self._proceed()

    def on_response_complete(self) -> None:
        """Continue with what the client has sent in the meantime."""
        super().on_response_complete()
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()  # instead of a timer for each connection there is ``look``
        self._waits()
        if self._held:
            self._owed_since = self.loop.time()
            self._proceed()

    def give_up(self) -> None:
        """Close the connection, which owes nothing."""
        self.transport.close()

    def _waits(self) -> None:
        """Note that a request was answered, and the connection waits for the next."""
        self._connections.is_waiting(self)
        self._idle_since = self.loop.time()

    def _unset_keepalive_if_required(self) -> None:
        super()._unset_keepalive_if_required()
        self._idle_since = None

    # Bytes on their way to the parser

    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _proceed(self) -> None:
        """Pass on what may be passed on."""
        while self._held and self._refused_at is None and not self.transport.is_closing():
            if not self._is_between():
                super().data_received(self._next_of_body())
                if self._is_swamped():
                    self._refuse(431, self._head)
            elif self._is_busy():
                self.flow.pause_reading()
                break
            elif self._takes_no_more():
                self._held.clear()
            else:
                head = self._next_head()
                if head is None:
                    return
                self._connections.is_not_waiting(self)
                super().data_received(head)
                self._begin_body()
        self._owed_since = None if self._is_between() else self.loop.time()

    def _next_head(self) -> bytes | None:
        """Take a complete head from the bytes held back; None if it has not come yet, or was refused."""
        empty = EMPTY_LINES.match(self._held)
        if empty:
            del self._held[: empty.end()]
        if not self._held or self._held == b"\r":
            return None
        self._unset_keepalive_if_required()
        end = head_end(self._held, self._limits)
        status = objection(self._held, end, self._limits)
        if status is not None:
            self._refuse(status, bytes(self._held[: self._limits.header_bytes]))
            return None
        if end is None:
            return None
        self._head = self._take(end)
        return mended(self._head)

    def _begin_body(self) -> None:
        """Note how long the body is, as the parser has read the head; None for one in chunks."""
        if self._is_between():
            return
        headers: Mapping[bytes, bytes] = dict(self.headers or ())
        length = headers.get(b"content-length", b"")
        # The parsers refuse longer numbers.
        known = b"transfer-encoding" not in headers and length.isdigit() and len(length) <= 20
        self._body_left = int(length) if known else None
        self._last_bytes = b""

    def _next_of_body(self) -> bytes:
        """Take the next piece of a body. No piece continues past a place where the message may end."""
        if self._body_left:
            piece = self._take(self._body_left)
            self._body_left -= len(piece)
            return piece
        piece = self._take(first_empty_line(self._last_bytes, self._held) or len(self._held))
        self._last_bytes = (self._last_bytes + piece)[-LONGEST_LOOK_BACK:]
        return piece

    def _take(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    # Refusals and deadlines

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser did not understand."""
        self._refuse(400, self._head)

    def _refuse(self, status: int, head: bytes) -> None:
        """Answer a request, of which ``head`` has come, instead of the application, and end the connection."""
        if self._refused_at is not None or self.transport.is_closing():
            return
        self._refused_at = self.loop.time()
        if self._is_busy():
            # The application must not answer as well.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.abort()
                return
        self._held.clear()
        self.transport.write(self._refused_bytes(status, head))
        # If it were closed with bytes unread, the system would reset the connection and the response would be lost.
        if self.transport.can_write_eof():
            self.flow.resume_reading()
            self.transport.write_eof()
        else:
            self.transport.close()

    def _refused_bytes(self, status: int, head: bytes) -> bytes:
        request_id = secrets.token_hex(8)
        is_image = asks_for_image(head)
        phrase = HTTPStatus(status).phrase
        as_json = not is_image or wants_json(head)
        answer = refused_answer(status, phrase, DETAILS[status], request_id, as_json=as_json)
        body = b"" if head.startswith(b"HEAD ") else answer.body
        if is_image:
            self._connections.image_refused(status)
        structlog.get_logger().info(
            "image" if is_image else "refused", request_id=request_id, status=status, bytes=len(body),
            ms=round((self.loop.time() - (self._owed_since or self.loop.time())) * 1e3, 2),
        )  # fmt: skip
        headers = (*self.server_state.default_headers, *answer.headers, (b"connection", b"close"))
        lines = (b"HTTP/1.1 %d %b" % (status, phrase.encode()), *(b"%b: %b" % header for header in headers))
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def look(self, now: float) -> None:
        """End the connection if its client has taken too long."""
        if self._owed_since is not None and self.flow.read_paused:
            self._owed_since = now  # the application takes its time, not the client
        if self._is_stuck(now) or (
            self._refused_at is not None and now - self._refused_at >= self._limits.head_seconds
        ):
            self.transport.abort()
        elif self._idle_since is not None and now - self._idle_since >= self.timeout_keep_alive:
            self.timeout_keep_alive_handler()
        elif self._is_overdue(now):
            if not self._is_between():
                self._refuse(408, self._head)
            elif self._held:
                self._refuse(408, bytes(self._held))
            else:
                self.transport.close()

    def _is_overdue(self, now: float) -> bool:
        """Say whether the client owes a request, or the rest of one, for too long."""
        if self._owed_since is None or self._refused_at is not None:
            return False
        between = self._is_between()
        if between and self._is_busy():
            return False
        return now - self._owed_since >= (self._limits.head_seconds if between else self._limits.body_seconds)

    def _is_stuck(self, now: float) -> bool:
        """Say whether the client has read nothing of its response for too long."""
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        return now - self._unsent_since >= self._limits.body_seconds


class HttpTools(Guarded, Direct):
    """uvicorn's httptools protocol, guarded, with direct answers."""

    # The parser says when a message begins and when it is over, and keeps no byte back.
    _within = False
    _bytes_beside_body = 0
    _is_last = False

    def _is_between(self) -> bool:
        return not self._within

    def _takes_no_more(self) -> bool:
        return self._is_last

    def _is_swamped(self) -> bool:
        return self._bytes_beside_body > self._limits.header_bytes

    def _next_of_body(self) -> bytes:
        piece = super()._next_of_body()
        self._bytes_beside_body += len(piece)
        return piece

    def data_received(self, data: bytes) -> None:
        """Take received bytes."""
        is_between_requests = not (self._held or self._within or self._is_busy() or self._refused_at)
        if is_between_requests and self.answered_again(data):
            self._owed_since = None
            self._waits()
        else:
            super().data_received(data)

    def on_message_begin(self) -> None:
        """Note the parser's state."""
        self._within, self._bytes_beside_body = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Answer directly if the answer is ready and nothing follows the request; else begin the request."""
        if not self._held and self.answered_directly(self._head):
            self._waits()
            return
        super().on_headers_complete()
        # What the parser adds from here on comes after the body and is not a header (RFC 9110, 6.5.1).
        self.headers = list(self.headers)
        if self.parser.should_upgrade():
            # It will not read a body, and what follows can't be told apart from one. No mended head gets here.
            self._is_last = True
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self._bytes_beside_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the parser's state."""
        self._within = False
        super().on_message_complete()


class H11(Guarded, H11Protocol):  # type: ignore[misc]  # see Base
    """uvicorn's h11 protocol, guarded."""

    def _is_between(self) -> bool:
        # h11 moves on to the next message (IDLE) when the response is written too; what it keeps back is trailing data.
        return self.conn.their_state is not h11.SEND_BODY and not self.conn.trailing_data[0]

    def _takes_no_more(self) -> bool:
        return self.conn.their_state is not h11.IDLE


PROTOCOLS = {"httptools": "imgurl.web.protocols:HttpTools", "h11": "imgurl.web.protocols:H11"}
