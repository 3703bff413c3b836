"""The way of every request of the API, in order: who, how often, what for, which body, once. And the way out.

One of the edges of the house: whatever goes wrong below becomes a problem here, and one line in the log.
"""

import secrets
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from imgurl.access.keys import ApiKey, Scope
from imgurl.errors import ImgurlError, Problem
from imgurl.web.api.auth import Auth, require_design, require_scope
from imgurl.web.api.bodies import aside, check_encoding, media_type_of, parse_json, read_body, shortened
from imgurl.web.api.minting import escaped
from imgurl.web.api.problems import MAX_ERRORS, Refusal, as_refusal, problem, refused
from imgurl.web.api.rates import Rates
from imgurl.web.api.replays import Claim, Replays
from imgurl.web.api.schemas import NoQuery
from imgurl.words import did_you_mean

Query = TypeVar("Query", bound=BaseModel)
Body = TypeVar("Body", bound=BaseModel | None)

JSON = "application/json"

# Parameters of a query; a batch has one or two for each of up to 32 fields.
MAX_PARAMETERS = 200

IN_BODY = "goes with a list as CSV or NDJSON; a JSON body holds its options itself"

# Private, and each answer is for one moment.
ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Call(Generic[Query, Body]):
    """A request that may be carried out: who calls, what was read of it, and the claim to do it."""

    request: Request
    key: ApiKey
    query: Query
    body: Body
    claim: Claim


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One page of the API: how it is called, who may, and what is said of it in the reference.

    ``answer`` gets a ``Call`` with the models named here. ``streamed`` holds the media types whose body it reads
    itself, each with an example. ``told`` maps a status to the model of its JSON, ``told_also`` to other media types;
    ``problems`` lists the statuses it may refuse with beside those that all have.
    """

    method: str
    path: str
    scopes: frozenset[Scope]
    topic: str
    answer: Callable[[Call[Any, Any]], Awaitable[Response]]
    query: type[BaseModel] = NoQuery
    body: type[BaseModel] | None = None
    streamed: Mapping[str, str] = field(default_factory=dict)
    #: Sorts the parameters of a streamed request before the model sees them.
    sort_query: Callable[[Mapping[str, str]], Mapping[str, Any]] | None = None
    told: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)
    told_also: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    problems: frozenset[int] = frozenset()
    example: Mapping[str, Any] | None = None
    #: Parameters that no model describes, as OpenAPI has them.
    parameters: tuple[Mapping[str, Any], ...] = ()


#: Takes the method, the pattern of the path ("" where there is no such page), the status and the seconds it took.
Count = Callable[[str, str, int, float], None]


def count_nothing(_method: str, _route: str, _status: int, _seconds: float) -> None:
    """Count no request."""


class Gate:
    """Lets requests in. Knows who may and how often; holds nothing itself."""

    def __init__(self, auth: Auth, rates: Rates, replays: Replays, count: Count = count_nothing) -> None:
        self._auth = auth
        self._rates = rates
        self._replays = replays
        self._count = count
        self._log = structlog.get_logger()

    async def answer(self, endpoint: Endpoint, request: Request) -> Response:
        """Answer a request."""
        started = time.perf_counter()
        request_id = secrets.token_hex(8)
        facts: dict[str, object] = {
            "request_id": request_id,
            "method": request.method,
            # Not the path as it came: it may hold anything.
            "route": endpoint.path,
        }
        headers: dict[str, str] = {}
        try:
            response = await self._let_in(endpoint, request, facts, headers)
        except ImgurlError as error:
            refusal = as_refusal(error)
            if refusal.status_hint >= 500:
                self._log.error("api failed", request_id=request_id, error=type(error).__name__, reason=str(error))
            facts["refused"] = type(error).__name__
            response = problem(refusal, request_id)
        except Exception as error:  # noqa: BLE001 - one of the edges: a client gets a problem whatever broke
            # Where it happened, not what was said: an exception's words may hold a value.
            places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
            self._log.error("api failed", request_id=request_id, error=type(error).__name__, places=places)
            response = problem(as_refusal(ImgurlError()), request_id)
        seconds = time.perf_counter() - started
        facts["ms"] = round(seconds * 1e3, 2)
        self._count(request.method, endpoint.path, response.status_code, seconds)
        return self._sent(response, facts, headers)

    async def no_such_page(self, request: Request, methods: Iterable[str]) -> Response:
        """Answer a request for a page that is not there, or not for this method."""
        started = time.perf_counter()
        request_id = secrets.token_hex(8)
        try:
            await self._auth.refuse_key_in_query(request, request_id)
        except ImgurlError as error:
            refusal = as_refusal(error)
        else:
            refusal = Refusal(404, "there is no such page; /docs lists those there are")
            if allowed := ", ".join(sorted(methods)):
                refusal = Refusal(405, f"this page takes {allowed}", headers={"Allow": allowed})
        self._count(request.method, "", refusal.status_hint, time.perf_counter() - started)
        return self._sent(problem(refusal, request_id), {"request_id": request_id, "route": ""}, {})

    def _sent(self, response: Response, facts: dict[str, object], headers: Mapping[str, str]) -> Response:
        """Put on what every answer has, and write its line into the log."""
        response.headers.update({**ALWAYS, **headers, "X-Request-Id": str(facts["request_id"])})
        self._log.info("api", **facts, status=response.status_code)
        return response

    async def _let_in(
        self, endpoint: Endpoint, request: Request, facts: dict[str, object], headers: dict[str, str]
    ) -> Response:
        key = await self._auth.identify(request, str(facts["request_id"]))
        facts |= {"key": key.id, "key_name": key.name, "test": key.test}
        allowance = await self._rates.hit(key.id)
        headers |= allowance.headers
        if not allowance.allowed:
            raise Refusal(429, f"this key may make {allowance.quota:,} requests in {allowance.window:,} s; slow down")
        require_scope(key, endpoint.scopes)
        if request.method != "POST":
            query = read_query(endpoint, request, is_streamed=False)
            return await endpoint.answer(Call(request, key, query, None, Claim("")))
        return await self._post(endpoint, request, key)

    async def _post(self, endpoint: Endpoint, request: Request, key: ApiKey) -> Response:
        check_encoding(request)
        is_streamed = media_type_of(request) in endpoint.streamed
        if (endpoint.body is not None or endpoint.streamed) and not is_streamed:
            _require_json(endpoint, request)
        query = read_query(endpoint, request, is_streamed=is_streamed)
        raw = None if is_streamed else await read_body(request)
        body = None
        if endpoint.body is not None and raw is not None:
            # A megabyte takes tenths of a second, in which no image would go out.
            body = await aside(len(raw), _model, endpoint.body, raw)

        # Before an answer is given again: this key may be another one of its name, with fewer designs.
        design_id = getattr(body, "design_id", None) or getattr(query, "design_id", None)
        if design_id is not None:
            require_design(key, design_id)

        def work(claim: Claim) -> Awaitable[Response]:
            return endpoint.answer(Call(request, key, query, body, claim))

        return await self._replays.once(request, key, raw, work)


def read_query(endpoint: Endpoint, request: Request, *, is_streamed: bool) -> BaseModel:
    """Return the parameters of a request. Raises 400 for one that is not known or stands twice."""
    pairs = request.query_params.multi_items()
    if len(pairs) > MAX_PARAMETERS:
        raise Refusal(400, f"the query has {len(pairs)} parameters, at most {MAX_PARAMETERS} are read")
    counts = Counter(name for name, _ in pairs)
    if twice := [name for name, count in counts.items() if count > 1]:
        raise refused([Problem(f"?{name}", "stands twice") for name in twice])
    found: Mapping[str, Any] = dict(pairs)
    # What is streamed has its options in the query, JSON has them in the body.
    model = NoQuery if endpoint.streamed and not is_streamed else endpoint.query
    if is_streamed and endpoint.sort_query is not None:
        found = endpoint.sort_query(found)
    try:
        return model.model_validate_strings(found)
    except ValidationError as error:
        if model is not endpoint.query and (known := [name for name in found if _is_option(endpoint, name)]):
            raise refused([Problem(f"?{name}", IN_BODY) for name in known]) from None
        raise _refused_by(error, model, "?") from None


def _is_option(endpoint: Endpoint, name: str) -> bool:
    return name.partition(".")[0] in endpoint.query.model_fields


def _require_json(endpoint: Endpoint, request: Request) -> None:
    given = media_type_of(request)
    if endpoint.body is None or given != JSON:
        listing = ", ".join(([JSON] if endpoint.body is not None else []) + sorted(endpoint.streamed))
        shown = f"'{given[:60]}'" if given else "not named"
        raise Refusal(415, f"the kind of the body is {shown}; send it with Content-Type: {listing}")


def _model(model: type[BaseModel], raw: bytes) -> BaseModel:
    value = parse_json(raw)
    if not isinstance(value, dict):
        raise refused([Problem("", "the body is no JSON object; write {…}")])
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _refused_by(error, model, "/") from None


def _refused_by(error: ValidationError, model: type[BaseModel], sign: str) -> Refusal:
    """Return the 400 for what is wrong, without the values: they are the caller's, and this text goes many ways.

    The first mistakes are put into words, the others only counted: a megabyte of unknown names has 90,000.
    """
    names = [field.alias or name for name, field in model.model_fields.items()]
    found = []
    for mistake in error.errors(include_url=False, include_context=False, include_input=False)[:MAX_ERRORS]:
        place = sign + "/".join(escaped(shortened(str(part))) for part in mistake["loc"])
        sentence = mistake["msg"]
        if mistake["type"] == "extra_forbidden":
            sentence = f"is not known here{did_you_mean(str(mistake['loc'][-1]), names)}"
        elif mistake["type"] == "missing":
            sentence = "is missing"
        found.append(Problem(place, sentence))
    return refused(found, error.error_count())
