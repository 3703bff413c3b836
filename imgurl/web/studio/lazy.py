"""The routes of the Studio, which is built at the first request for it. Light: nothing of it is loaded before."""

from collections.abc import Iterable

from anyio import Lock, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from imgurl.web.api.routes import ApiParts


def studio_routes(parts: ApiParts) -> Iterable[BaseRoute]:
    """Return the routes of the Studio: ``/studio`` and all below it. ``/`` leads there."""
    studio = LazyStudio(parts)
    return [Route("/", _to_studio), Route("/studio", studio), Route("/studio/{rest:path}", studio)]


class LazyStudio:
    """The Studio as an application. Mutable state: its router, once somebody has opened it."""

    def __init__(self, parts: ApiParts) -> None:
        self._parts = parts
        self._lock = Lock()
        self._router: Router | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._router is None:
            async with self._lock:
                if self._router is None:
                    self._router = await to_thread.run_sync(self._build)
        await self._router(scope, receive, send)

    def _build(self) -> Router:
        # Not at the top: a server that nobody opens the Studio of has no use for its pages.
        from imgurl.web.studio.opening import open_studio  # noqa: PLC0415

        return Router(open_studio(self._parts))


async def _to_studio(_: Request) -> Response:
    return RedirectResponse("/studio", 302)
