"""What every request of the API passes through: authentication, rate limit, scope, body, idempotency.

One of the edges of the house: whatever fails below becomes a problem here, and a line in the log.
"""

import secrets
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import structlog
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from imgurl.access.keys import ApiKey, Scope
from imgurl.errors import ImgurlError, Problem, pointer_of
from imgurl.web.api.auth import require_design, require_scope
from imgurl.web.api.bodies import check_encoding, media_type_of, off_loop, parse_json, read_body, shortened
from imgurl.web.api.problems import MAX_ERRORS, ProblemError, as_problem, bad_request, problem_response
from imgurl.web.api.rates import Allowance, Rates
from imgurl.web.api.replays import Claim, Replays
from imgurl.web.api.responses import JSON
from imgurl.web.api.schemas import NoQuery
from imgurl.words import did_you_mean

Query = TypeVar("Query", bound=BaseModel)
Body = TypeVar("Body", bound=BaseModel | None)


# Parameters of a query; a batch has one or two for each of up to 32 fields.
MAX_PARAMETERS = 200

IN_BODY = "belongs to a list sent as CSV or NDJSON; put it into the JSON body"

# Answers are private and describe one moment.
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Call(Generic[Query, Body]):
    """A request that passed the gate: its key, its validated query and body, and the claim to carry it out."""

    request: Request
    key: ApiKey
    query: Query
    body: Body
    claim: Claim


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of the API: how it is called, by which scopes, and what the OpenAPI document says about it.

    ``handler`` gets a ``Call`` with the models named here; the first line of its docstring is the summary, the rest
    the description.
    """

    method: str
    path: str
    scopes: frozenset[Scope]
    topic: str
    handler: Callable[[Call[Any, Any]], Awaitable[Response]]
    query: type[BaseModel] = NoQuery
    #: The model of a JSON body.
    body: type[BaseModel] | None = None
    #: Media types of bodies that the handler reads as a stream, each with an example.
    body_media_types: Mapping[str, str] = field(default_factory=dict)
    #: Groups the parameters of a streamed request before the model sees them.
    sort_query: Callable[[Mapping[str, str]], Mapping[str, Any]] | None = None
    #: The model of the JSON of each status below 400; None where the answer is never JSON.
    responses: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)
    #: Other media types of these statuses.
    response_media_types: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    #: Statuses of its problems, in addition to those that every endpoint has.
    problems: frozenset[int] = frozenset()
    #: An example of the JSON body.
    example: Mapping[str, Any] | None = None
    #: Parameters that no model describes, as OpenAPI has them.
    parameters: tuple[Mapping[str, Any], ...] = ()


#: Takes the method, the path's pattern ("" for an unknown path), the status, and how long it took, in seconds.
Count = Callable[[str, str, int, float], None]


def count_nothing(_method: str, _route: str, _status: int, _seconds: float) -> None:
    """Count no request."""


class Callers(Protocol):
    """Who tells which key a request comes from."""

    async def identify(self, request: Request, request_id: str) -> ApiKey:
        """Return the key of a request. Raises 401."""

    async def refuse_key_in_query(self, request: Request, request_id: str) -> None:
        """Raise 401 for a request with an API key in its query, and report it."""


class Gate:
    """Lets requests through to their endpoints. Stateless itself."""

    def __init__(self, auth: Callers, rates: Rates, replays: Replays, count: Count = count_nothing) -> None:
        self._auth = auth
        self._rates = rates
        self._replays = replays
        self._count = count
        self._log = structlog.get_logger()

    async def answer(self, endpoint: Endpoint, request: Request) -> Response:
        """Answer a request."""
        started = time.perf_counter()
        request_id = secrets.token_hex(8)
        # Known as far as the request got: a refusal too is logged with its key, and says what the key has left.
        key: ApiKey | None = None
        allowance: Allowance | None = None
        facts: dict[str, object] = {}
        try:
            key = await self._auth.identify(request, request_id)
            allowance = await self._rates.hit(key.id)
            response = await self._respond(endpoint, request, key, allowance)
        except ImgurlError as error:
            problem = as_problem(error)
            if problem.status_hint >= 500:
                self._log.error("api failed", request_id=request_id, error=type(error).__name__, reason=str(error))
            facts = {"refused": type(error).__name__}
            response = problem_response(problem, request_id)
        except Exception as error:  # noqa: BLE001 - one of the edges: a client gets a problem whatever broke
            # Where it happened, not the exception's words: they may hold a value.
            places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
            self._log.error("api failed", request_id=request_id, error=type(error).__name__, places=places)
            response = problem_response(as_problem(ImgurlError()), request_id)
        seconds = time.perf_counter() - started
        self._count(request.method, endpoint.path, response.status_code, seconds)
        if key is not None:
            facts = {"key": key.id, "key_name": key.name, "test": key.test, **facts}
        # The pattern of the path, not the path itself: that may hold anything.
        facts = {"method": request.method, "route": endpoint.path, **facts, "ms": round(seconds * 1e3, 2)}
        return self._finished(response, request_id, facts, allowance.headers if allowance else {})

    async def not_found(self, request: Request, methods: Iterable[str]) -> Response:
        """Answer a request for an unknown path, or for one that has only these other methods."""
        started = time.perf_counter()
        request_id = secrets.token_hex(8)
        allowed = ", ".join(sorted(methods))
        try:
            await self._auth.refuse_key_in_query(request, request_id)
        except ImgurlError as error:
            problem = as_problem(error)
        else:
            if allowed:
                sentence = f"method not allowed; use {allowed.replace(', ', ' or ')}"
                problem = ProblemError(405, sentence, headers={"Allow": allowed})
            else:
                problem = ProblemError(404, "not found; see /docs for the endpoints of this API")
        self._count(request.method, "", problem.status_hint, time.perf_counter() - started)
        return self._finished(problem_response(problem, request_id), request_id, {"route": ""}, {})

    def _finished(
        self, response: Response, request_id: str, facts: Mapping[str, object], headers: Mapping[str, str]
    ) -> Response:
        """Add the headers that every answer has, and write the request's line into the log."""
        for name, text in HEADERS.items():
            response.headers.setdefault(name, text)
        response.headers.update({**headers, "X-Request-Id": request_id})
        self._log.info("api", request_id=request_id, **facts, status=response.status_code)
        return response

    async def _respond(self, endpoint: Endpoint, request: Request, key: ApiKey, allowance: Allowance) -> Response:
        if not allowance.allowed:
            raise ProblemError(
                429, f"rate limit exceeded: {allowance.quota:,} requests in {allowance.window:,} s per key"
            )
        require_scope(key, endpoint.scopes)
        if request.method != "POST":
            query = read_query(endpoint, request, is_streamed=False)
            return await endpoint.handler(Call(request, key, query, None, Claim("")))
        return await self._post(endpoint, request, key)

    async def _post(self, endpoint: Endpoint, request: Request, key: ApiKey) -> Response:
        check_encoding(request)
        is_streamed = media_type_of(request) in endpoint.body_media_types
        if (endpoint.body is not None or endpoint.body_media_types) and not is_streamed:
            _require_json(endpoint, request)
        query = read_query(endpoint, request, is_streamed=is_streamed)
        raw = None if is_streamed else await read_body(request)
        body = None
        if endpoint.body is not None and raw is not None:
            # A megabyte takes tenths of a second, in which no image would go out.
            body = await off_loop(len(raw), read_model, endpoint.body, raw)

        # Before a kept answer is sent again: this key may be another one of its name, with fewer designs.
        design_id = getattr(body, "design_id", None) or getattr(query, "design_id", None)
        if design_id is not None:
            require_design(key, design_id)

        def work(claim: Claim) -> Awaitable[Response]:
            return endpoint.handler(Call(request, key, query, body, claim))

        return await self._replays.once(request, key, raw, work)


def read_query(endpoint: Endpoint, request: Request, *, is_streamed: bool) -> BaseModel:
    """Return the parameters of a request. Raises 400 for an unknown or repeated one."""
    pairs = request.query_params.multi_items()
    if len(pairs) > MAX_PARAMETERS:
        raise ProblemError(400, f"the query has {len(pairs)} parameters; the limit is {MAX_PARAMETERS}")
    counts = Counter(name for name, _ in pairs)
    if repeated := [name for name, count in counts.items() if count > 1]:
        raise bad_request([Problem(f"?{name}", "is given more than once") for name in repeated])
    parameters: Mapping[str, Any] = dict(pairs)
    # A streamed body has its options in the query, JSON has them in the body.
    model = NoQuery if endpoint.body_media_types and not is_streamed else endpoint.query
    if is_streamed and endpoint.sort_query is not None:
        parameters = endpoint.sort_query(parameters)
    try:
        return model.model_validate_strings(parameters)
    except ValidationError as error:
        if model is not endpoint.query and (known := [name for name in parameters if _is_option(endpoint, name)]):
            raise bad_request([Problem(f"?{name}", IN_BODY) for name in known]) from None
        raise _validation_problem(error, model, "?") from None


def read_model(model: type[BaseModel], raw: bytes) -> BaseModel:
    """Return a JSON body as a model. Raises 400 with the place of each mistake."""
    value = parse_json(raw)
    if not isinstance(value, dict):
        raise bad_request([Problem("", "the body is not a JSON object; send {…}")])
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _validation_problem(error, model, "/") from None


def _is_option(endpoint: Endpoint, name: str) -> bool:
    return name.partition(".")[0] in endpoint.query.model_fields


def _require_json(endpoint: Endpoint, request: Request) -> None:
    media_type = media_type_of(request)
    if endpoint.body is None or media_type != JSON:
        listing = ", ".join(([JSON] if endpoint.body is not None else []) + sorted(endpoint.body_media_types))
        mistake = f"unsupported Content-Type '{media_type[:60]}'" if media_type else "the Content-Type is missing"
        raise ProblemError(415, f"{mistake}; send {listing}")


def _validation_problem(error: ValidationError, model: type[BaseModel], sign: str) -> ProblemError:
    """Return the 400 for a query or body, without its values: they are the caller's, and this text may be logged.

    The first mistakes are put into words, the others only counted: a megabyte of unknown names has 90,000.
    """
    names = [field.alias or name for name, field in model.model_fields.items()]
    problems = []
    for mistake in error.errors(include_url=False, include_context=False, include_input=False)[:MAX_ERRORS]:
        pointer = sign + pointer_of(shortened(str(part)) for part in mistake["loc"]).removeprefix("/")
        sentence = mistake["msg"]
        if mistake["type"] == "extra_forbidden":
            sentence = f"is not known here{did_you_mean(str(mistake['loc'][-1]), names)}"
        elif mistake["type"] == "missing":
            sentence = "is missing"
        problems.append(Problem(pointer, sentence))
    return bad_request(problems, error.error_count())
