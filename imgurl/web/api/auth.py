"""Who calls: ``Authorization: Bearer imk_…``, and nothing else.

A key in a query string is refused even when it is good: by then it stands in the logs of every proxy on the way.
"""

from collections.abc import Iterable
from urllib.parse import unquote

import structlog
from anyio import to_thread
from starlette.requests import Request

from imgurl.access.keys import ApiKey, ApiKeys, Scope
from imgurl.access.tokens import LOOKS_LIKE_A_KEY, parse_token
from imgurl.web.api.problems import Refusal

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="imgurl"'}

HINT = "send an API key as 'Authorization: Bearer imk_live_…'; 'imgurl keys api create' makes one"


class Auth:
    """Finds out who calls. Knows the keys; holds nothing itself."""

    def __init__(self, keys: ApiKeys) -> None:
        self._keys = keys
        self._log = structlog.get_logger()

    async def identify(self, request: Request, request_id: str) -> ApiKey:
        """Return the key of a request. Raises 401.

        A key that is unknown, expired or revoked is told in the same words: nobody learns which keys exist.
        """
        await self.refuse_key_in_query(request, request_id)
        given = request.headers.getlist("authorization")
        if not given:
            raise Refusal(401, f"no API key came with the request; {HINT}", headers=CHALLENGE)
        kind, _, text = given[0].partition(" ")
        if len(given) > 1 or kind.lower() != "bearer":
            raise Refusal(401, f"the Authorization header is of another form; {HINT}", headers=CHALLENGE)
        text = text.strip()
        if parse_token(text) is None:
            # Anybody can compute this much; it helps those who lost a character.
            raise Refusal(401, f"that is no API key: it was cut or mistyped; {HINT}", headers=CHALLENGE)
        key = await to_thread.run_sync(self._keys.find, text)
        if key is None:
            raise Refusal(401, "the API key is not known here, or no longer works", headers=CHALLENGE)
        return key

    async def refuse_key_in_query(self, request: Request, request_id: str) -> None:
        """Raise 401 for a request with an API key in its query, and report it."""
        query: bytes = request.scope["query_string"]
        found = LOOKS_LIKE_A_KEY.search(unquote(query.decode("latin-1")))
        if found is None:
            return
        token = parse_token(found.group())
        # Reported, so that its owner can be told; never the key itself, nor the query around it.
        facts: dict[str, object] = {"request_id": request_id}
        if token is not None:
            facts["shown"] = token.shown
            key = await to_thread.run_sync(self._keys.find, token.text)
            if key is not None:
                facts |= {"key": key.id, "key_name": key.name}
        self._log.warning("api key in a query string", **facts)
        raise Refusal(
            401,
            "an API key stands in the query string, where every log on the way has kept it: revoke it, make a new one, "
            "and send that as 'Authorization: Bearer …'",
            headers=CHALLENGE,
        )


def require_scope(key: ApiKey, scopes: Iterable[Scope]) -> None:
    """Raise 403 for a key that has none of these scopes."""
    wanted = sorted(scopes)
    if not key.allows(wanted):
        listing = " or ".join(f"'{scope}'" for scope in wanted)
        challenge = f'Bearer realm="imgurl", error="insufficient_scope", scope="{" ".join(wanted)}"'
        raise Refusal(
            403, f"this needs a key with the scope {listing}, or 'admin'", headers={"WWW-Authenticate": challenge}
        )


def require_design(key: ApiKey, design: str) -> None:
    """Raise 403 for a design that is not on the key's list, whether there is such a design or not."""
    if not key.may_use(design):
        raise Refusal(403, "this key may not use this design; GET /v1/designs lists those it may")
