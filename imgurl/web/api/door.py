"""The way into the API, which needs a database and a store: where one is away, images are served all the same."""

import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from anyio import Lock, to_thread
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from imgurl.errors import DatabaseDown, StorageError
from imgurl.web.api.problems import RETRY_SECONDS, as_refusal, problem


@dataclass(frozen=True, slots=True)
class BuiltApi:
    """The API as it was built, and what closes its connections."""

    routes: Sequence[Route]
    close: Callable[[], Awaitable[None]]


class ApiDoor:
    """Hands requests to the API, which ``build`` makes. Mutable state: the API, once it could be made.

    What ``build`` raises at the start passes, but for DatabaseDown and StorageError: then it is tried again when
    somebody asks, and until it succeeds the answer is 503.
    """

    def __init__(self, build: Callable[[], BuiltApi]) -> None:
        self._build = build
        self._lock = Lock()
        self._router: Router | None = None
        self._opened: BuiltApi | None = None
        self._tried = 0.0
        self._refusal = as_refusal(DatabaseDown(""))
        self._try()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._router is None:
            async with self._lock:
                if self._router is None and time.monotonic() - self._tried >= RETRY_SECONDS:
                    await to_thread.run_sync(self._try)
        if self._router is None:
            await problem(self._refusal, secrets.token_hex(8))(scope, receive, send)
        else:
            await self._router(scope, receive, send)

    async def close(self) -> None:
        """Close the connections of the API."""
        if self._opened is not None:
            await self._opened.close()

    def _try(self) -> None:
        try:
            self._opened = self._build()
            self._router = Router(self._opened.routes)
        except (DatabaseDown, StorageError) as error:
            self._tried = time.monotonic()
            self._refusal = as_refusal(error)
            structlog.get_logger().error("api is not available", error=str(error))
