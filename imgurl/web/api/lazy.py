"""The API, built when it is needed and its database and its store answer. Images are served all the same."""

import math
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from anyio import Lock, to_thread
from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send

from imgurl.campaigns.lazy import LazyLedger
from imgurl.errors import DatabaseDown, StorageError
from imgurl.jobs.port import Jobs
from imgurl.web.api.images import Images
from imgurl.web.api.problems import RETRY_SECONDS, as_problem, problem_response


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What the API shares with the rest of its server.

    ``images`` makes pictures. ``count`` is called for each request of the API: method, route,
    status, seconds. ``look_again`` has the server look at its designs soon.
    """

    images: Images
    jobs: Jobs
    campaigns: LazyLedger
    count: Callable[[str, str, int, float], None]
    look_again: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Api:
    """The routes of the API and of the Studio, and what closes its connections."""

    routes: Sequence[BaseRoute]
    close: Callable[[], Awaitable[None]]


class LazyApi:
    """The API as an application. Mutable state: the API, once ``build`` has succeeded.

    ``build`` is called by the constructor, or with ``at_once`` false for the first request. If it raises DatabaseDown
    or StorageError, requests are answered with 503, and one of them calls it again, at most every five seconds of
    ``clock``. Its other errors pass.
    """

    def __init__(
        self, build: Callable[[], Api], clock: Callable[[], float] = time.monotonic, *, at_once: bool = True
    ) -> None:
        self._build = build
        self._clock = clock
        self._lock = Lock()
        self._router: Router | None = None
        self._api: Api | None = None
        self._failed_at = -math.inf
        self._problem = as_problem(DatabaseDown(""))
        if at_once:
            self._try()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._router is None:
            async with self._lock:
                if self._router is None and self._clock() - self._failed_at >= RETRY_SECONDS:
                    await to_thread.run_sync(self._try)
        if self._router is None:
            await problem_response(self._problem, secrets.token_hex(8))(scope, receive, send)
        else:
            await self._router(scope, receive, send)

    async def close(self) -> None:
        """Close the connections of the API."""
        if self._api is not None:
            await self._api.close()

    def _try(self) -> None:
        try:
            self._api = self._build()
            self._router = Router(self._api.routes)
        except (DatabaseDown, StorageError) as error:
            self._failed_at = self._clock()
            self._problem = as_problem(error)
            structlog.get_logger().error("api is not available", error=str(error))
