"""Signing in, with an API key or a one-time link; who is signed in; signing out."""

import secrets
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from anyio import to_thread
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from imgurl.access.keys import ApiKey, ApiKeys, Scope
from imgurl.access.passes import SESSION_SECONDS, Passes
from imgurl.access.sessions import EndedSessions
from imgurl.errors import BadApiKey, ImgurlError
from imgurl.outbound.addresses import is_private_host
from imgurl.version import __version__
from imgurl.web.api.bodies import media_type_of, read_body
from imgurl.web.api.gate import HEADERS, Call, read_model
from imgurl.web.api.problems import ProblemError, as_problem, problem_response
from imgurl.web.api.responses import JSON, as_json
from imgurl.web.api.schemas import NoQuery
from imgurl.web.studio.sessions import SessionAuth, begin, end, session_of

# Bytes of a request to sign in.
MAX_BYTES = 4_096

UNKNOWN_KEY = "this API key does not work"
OLD_LINK = "this link was used already, or is older than 10 minutes; 'imgurl studio' prints another"


class SignInRequest(BaseModel):
    """An API key, or the end of a one-time link."""

    model_config = ConfigDict(extra="forbid")

    key: str | None = None
    link: str | None = None


class SessionOut(BaseModel):
    """Who is signed in, and what the pages have to know of the server."""

    name: str
    scopes: list[str]
    designs: list[str] | None
    is_test: bool
    #: What each change has to send along.
    change_token: str
    links_begin_with: str
    #: Whether links begin with an address that only this computer or network can open.
    is_private: bool
    #: Why somebody can't make designs: "scope", "designs" (their key is for certain ones) or "folder"; "" if they can.
    why_no_new_designs: str
    version: str


class SigningIn:
    """The endpoints about sessions. Stateless itself."""

    def __init__(
        self,
        passes: Passes,
        keys: ApiKeys,
        ended: EndedSessions,
        auth: SessionAuth,
        links_begin_with: str,
        why_no_new: Callable[[ApiKey], str],
    ) -> None:
        self._why_no_new = why_no_new
        self._passes = passes
        self._keys = keys
        self._ended = ended
        self._auth = auth
        self._links_begin_with = links_begin_with

    async def sign_in(self, request: Request) -> Response:
        """Begin a session."""
        try:
            key = await self._key_for(request)
        except ImgurlError as error:
            return problem_response(as_problem(error), secrets.token_hex(8))
        session = self._passes.new_session(key.id)
        response = as_json(self._session_out(key, session))
        response.headers.update(HEADERS)
        begin(response, request, session)
        return response

    async def who(self, request: Request) -> Response:
        """Say who is signed in: null for nobody, which is no error."""
        try:
            key = await self._auth.key_of(session_of(request))
        except ImgurlError as error:
            return problem_response(as_problem(error), secrets.token_hex(8))
        known = None if key is None else self._session_out(key, session_of(request))
        response = Response(b"null", media_type=JSON) if known is None else as_json(known)
        response.headers.update(HEADERS)
        return response

    async def sign_out(self, call: Call[NoQuery, None]) -> Response:
        """End the session and all copies of its cookie. The key of a one-time link has no other use, so it ends too."""
        await to_thread.run_sync(self._ended.end, session_of(call.request))
        if call.key.name == _name_of(call.key.id):
            await to_thread.run_sync(self._keys.revoke, call.key.id)
        response = Response(b"{}", media_type=JSON)
        end(response)
        return response

    async def _key_for(self, request: Request) -> ApiKey:
        # A form of another page can't send JSON, and a script of one has to ask first, which nothing here answers.
        if media_type_of(request) != JSON or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise ProblemError(415, "sign in from the Studio's own page")
        body = SignInRequest.model_validate(read_model(SignInRequest, await read_body(request, MAX_BYTES)))
        if body.link is not None:
            return await to_thread.run_sync(self._key_of_link, body.link)
        key = await to_thread.run_sync(self._keys.find, (body.key or "").strip())
        if key is None:
            raise ProblemError(401, UNKNOWN_KEY)
        return key

    def _key_of_link(self, text: str) -> ApiKey:
        """Use up a link: its number becomes the id of a new key, which there can only be once."""
        number = self._passes.read_link(text)
        if number is None:
            raise ProblemError(401, OLD_LINK)
        expires = int(time.time()) + SESSION_SECONDS
        try:
            # Its text is thrown away: nobody can call the API with it.
            _, key = self._keys.create(_name_of(number), [Scope.ADMIN], expires=expires, key_id=number)
        except BadApiKey:
            raise ProblemError(401, OLD_LINK) from None
        return key

    def _session_out(self, key: ApiKey, session: str) -> SessionOut:
        scopes = sorted(Scope) if Scope.ADMIN in key.scopes else sorted(key.scopes)
        return SessionOut(
            name=key.name,
            scopes=[scope.value for scope in scopes],
            designs=None if key.designs is None else list(key.designs),
            is_test=key.test,
            change_token=self._passes.change_token(session),
            links_begin_with=self._links_begin_with,
            is_private=is_private_host(urlsplit(self._links_begin_with).hostname or ""),
            why_no_new_designs=self._why_no_new(key),
            version=__version__,
        )


def _name_of(number: str) -> str:
    """Return the name of the key that a link becomes, which no other key can have: its own id is in it."""
    return f"studio-{number}"
