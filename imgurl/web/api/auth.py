"""Authentication: ``Authorization: Bearer imk_…``, and nothing else.

A key in a query string is refused even if it is valid: by then it is in the logs of every proxy on the way.
"""

from collections.abc import Iterable
from urllib.parse import unquote

import structlog
from anyio import to_thread
from starlette.requests import Request

from imgurl.access.keys import ApiKey, ApiKeys, Scope
from imgurl.access.tokens import LOOKS_LIKE_A_KEY, parse_token
from imgurl.web.api.problems import ProblemError

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="imgurl"'}

HINT = "send an API key as 'Authorization: Bearer imk_live_…'; create one with 'imgurl keys api create'"


class Auth:
    """Identifies the caller of a request. Stateless itself."""

    def __init__(self, keys: ApiKeys) -> None:
        self._keys = keys
        self._log = structlog.get_logger()

    async def identify(self, request: Request, request_id: str) -> ApiKey:
        """Return the key of a request. Raises 401.

        An unknown, an expired and a revoked key get the same answer: nobody learns which keys exist.
        """
        await self.refuse_key_in_query(request, request_id)
        values = request.headers.getlist("authorization")
        if not values:
            raise ProblemError(401, f"the request has no API key; {HINT}", headers=CHALLENGE)
        scheme, _, text = values[0].partition(" ")
        if len(values) > 1 or scheme.lower() != "bearer":
            raise ProblemError(401, f"the Authorization header is not a bearer token; {HINT}", headers=CHALLENGE)
        text = text.strip()
        if parse_token(text) is None:
            # The checksum is public, so this gives nothing away, and helps those who lost a character.
            raise ProblemError(401, f"the API key is malformed: cut off or mistyped; {HINT}", headers=CHALLENGE)
        key = await to_thread.run_sync(self._keys.find, text)
        if key is None:
            raise ProblemError(401, "the API key is unknown, expired or revoked", headers=CHALLENGE)
        return key

    async def refuse_key_in_query(self, request: Request, request_id: str) -> None:
        """Raise 401 for a request with an API key in its query, and report it."""
        query: bytes = request.scope["query_string"]
        match = LOOKS_LIKE_A_KEY.search(unquote(query.decode("latin-1")))
        if match is None:
            return
        token = parse_token(match.group())
        # Logged so that its owner can be warned; never the key itself, nor the query around it.
        facts: dict[str, object] = {"request_id": request_id}
        if token is not None:
            facts["shown"] = token.shown
            key = await to_thread.run_sync(self._keys.find, token.text)
            if key is not None:
                facts |= {"key": key.id, "key_name": key.name}
        self._log.warning("api key in a query string", **facts)
        raise ProblemError(
            401,
            "an API key is in the query string, which every log on the way records: revoke it, create a new one, and "
            "send that as 'Authorization: Bearer …'",
            headers=CHALLENGE,
        )


def require_scope(key: ApiKey, scopes: Iterable[Scope]) -> None:
    """Raise 403 for a key that has none of these scopes."""
    accepted = sorted(scopes)
    if not key.allows(accepted):
        listing = " or ".join(f"'{scope}'" for scope in accepted)
        challenge = f'Bearer realm="imgurl", error="insufficient_scope", scope="{" ".join(accepted)}"'
        raise ProblemError(
            403, f"the key needs the scope {listing}, or 'admin'", headers={"WWW-Authenticate": challenge}
        )


def require_design(key: ApiKey, design: str) -> None:
    """Raise 403 for a design that is not on the key's list, whether it exists or not."""
    if not key.may_use(design):
        raise ProblemError(403, "this key may not use this design; GET /v1/designs lists those it may use")
