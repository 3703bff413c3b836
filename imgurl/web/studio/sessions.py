"""Who somebody in the Studio is: the API key of a session, which a cookie names.

The cookie is signed, so every process and every machine knows it, and the key is looked up at each request, so a
revoked key ends its sessions. Those that somebody has signed out of are remembered. Whatever changes something has to
send the session's token in a header, which no other page can know or send.
"""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from imgurl.access.keys import ApiKey, ApiKeys
from imgurl.access.passes import SESSION_SECONDS, Passes
from imgurl.access.sessions import EndedSessions
from imgurl.web.api.auth import Auth
from imgurl.web.studio.refusals import refusal

COOKIE = "imgurl_studio"
COOKIE_PATH = "/studio"
CHANGE_HEADER = "x-imgurl-change"

READING = ("GET", "HEAD")


class SessionAuth:
    """Identifies whoever is signed in. Stateless itself."""

    def __init__(self, passes: Passes, keys: ApiKeys, ended: EndedSessions) -> None:
        self._passes = passes
        self._keys = keys
        self._ended = ended
        self._auth = Auth(keys)

    async def identify(self, request: Request, request_id: str) -> ApiKey:
        """Return the key of a session. Raises 401, and 403 for a change without the session's token."""
        await self.refuse_key_in_query(request, request_id)
        key = await self.key_of(session_of(request))
        if key is None:
            raise refusal(401, "signed-out", "nobody is signed in, or the session is over")
        token = request.headers.get(CHANGE_HEADER, "")
        if request.method not in READING and not self._passes.may_change(session_of(request), token):
            raise refusal(403, "old-page", "the request lacks its session's token; load the page again")
        return key

    async def refuse_key_in_query(self, request: Request, request_id: str) -> None:
        """Raise 401 for a request with an API key in its query, and report it."""
        await self._auth.refuse_key_in_query(request, request_id)

    async def key_of(self, session: str) -> ApiKey | None:
        """Return the key of a session's text, None if it is over."""
        key_id = self._passes.read_session(session)
        return None if key_id is None else await to_thread.run_sync(self._live, session, key_id)

    def _live(self, session: str, key_id: str) -> ApiKey | None:
        return None if self._ended.has(session) else self._keys.known(key_id)


def session_of(request: Request) -> str:
    """Return the text of a request's session, "" without one."""
    return request.cookies.get(COOKIE, "")


def begin(response: Response, request: Request, session: str) -> None:
    """Have the browser keep a session."""
    # A proxy that ends TLS says so; without TLS, as on one's own machine, no browser would send a secure cookie.
    is_secure = "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
    response.set_cookie(
        COOKIE, session, SESSION_SECONDS, path=COOKIE_PATH, secure=is_secure, httponly=True, samesite="strict"
    )


def end(response: Response) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(COOKIE, COOKIE_PATH, httponly=True, samesite="strict")
