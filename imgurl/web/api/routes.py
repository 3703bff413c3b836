"""The table of all endpoints of the API, and the routes that lead to them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from imgurl.access.idempotency import Idempotency
from imgurl.access.keys import ApiKeys, Scope
from imgurl.access.sessions import EndedSessions
from imgurl.batches.work import BatchWork
from imgurl.campaigns.lazy import LazyLedger
from imgurl.formats import MEDIA_TYPES
from imgurl.jobs.port import Jobs
from imgurl.merge.fields import FIELD_NAME
from imgurl.pipeline.path import Pipeline
from imgurl.storage import Storage
from imgurl.urls.signing import Keys
from imgurl.web.api import examples
from imgurl.web.api.auth import Auth
from imgurl.web.api.batches import OCTETS, Batches, BatchServices, sort_batch_query
from imgurl.web.api.campaigns import CampaignPages
from imgurl.web.api.designs import Designs
from imgurl.web.api.docs import reference_routes
from imgurl.web.api.explain import Explain
from imgurl.web.api.gate import Count, Endpoint, Gate, count_nothing
from imgurl.web.api.generate import Generate
from imgurl.web.api.images import Images
from imgurl.web.api.jobs import CSV, NDJSON, JobPages
from imgurl.web.api.links import Links
from imgurl.web.api.openapi import openapi_document
from imgurl.web.api.outputs import (
    CampaignOut,
    CampaignsOut,
    DesignDetail,
    DesignsOut,
    ExplainOut,
    GenerateOut,
    JobOut,
    JobsOut,
    LinksOut,
    StatsOut,
)
from imgurl.web.api.preflight import Preflight
from imgurl.web.api.preflight_out import PreflightOut
from imgurl.web.api.rates import Rates
from imgurl.web.api.replays import Replays
from imgurl.web.api.schemas import (
    BatchQuery,
    BatchRequest,
    CampaignRequest,
    CampaignsQuery,
    DesignsQuery,
    ExplainRequest,
    GenerateRequest,
    JobsQuery,
    LinksRequest,
    PreflightQuery,
    ResultQuery,
    StatsQuery,
)

READ, RENDER, BATCH = frozenset({Scope.READ}), frozenset({Scope.RENDER}), frozenset({Scope.BATCH})
CAMPAIGNS = frozenset({Scope.CAMPAIGNS})


def nothing_to_look_at() -> None:
    """Do nothing, where nobody watches the designs."""


@dataclass(frozen=True, slots=True)
class ApiParts:
    """What the API is built of.

    ``images`` makes pictures without blocking the event loop.
    ``storage`` holds the files of jobs. ``webhook_objection`` returns why a webhook may not go to a URL, or None if it
    may. ``count`` is called for each request that was answered.
    """

    pipeline: Pipeline
    keys: Keys
    links_begin_with: str
    images: Images
    api_keys: ApiKeys
    ended_sessions: EndedSessions
    idempotency: Idempotency
    rates: Rates
    storage: Storage
    jobs: Jobs
    campaigns: LazyLedger
    webhook_objection: Callable[[str], str | None]
    count: Count = count_nothing
    #: Has the server look at its designs soon: somebody has saved one.
    look_again: Callable[[], None] = nothing_to_look_at


def api_routes(parts: ApiParts) -> list[Route]:
    """Return the routes of the API: ``/v1/…``, ``/openapi.json`` and ``/docs``."""
    replays = Replays(parts.idempotency)
    table = endpoints(parts, replays)
    gate = Gate(Auth(parts.api_keys), parts.rates, replays, parts.count)
    routes = [route_of(gate, endpoint) for endpoint in table]
    rest = Rest(gate, routes)
    return [
        *routes,
        *reference_routes(partial(openapi_document, table)),
        Route("/v1", rest),
        Route("/v1/{rest:path}", rest),
    ]


def endpoints(parts: ApiParts, replays: Replays) -> tuple[Endpoint, ...]:
    """Return the table of all endpoints."""
    pages = JobPages(parts.jobs, BatchWork(parts.storage, None, parts.keys).result)
    services = BatchServices(
        parts.pipeline, parts.keys, parts.links_begin_with, parts.storage, parts.jobs, parts.webhook_objection
    )  # fmt: skip
    batches = Batches(services, pages, replays)
    campaigns = _campaigns(CampaignPages(parts.campaigns))
    preflight = _preflight(Preflight(parts.pipeline, replays))
    return (*_designs(parts), *_links(parts, batches), *preflight, *_batches(batches), *_jobs(pages), *campaigns)


# Media types of lists, with an example of each.
CSV_EXAMPLE = "full_name,email\nAva Johnson,ava@example.com\n"
NDJSON_EXAMPLE = '{"full_name": "Ava Johnson", "email": "ava@example.com"}\n'
CSV_LISTS: Mapping[str, str] = {CSV: CSV_EXAMPLE, "text/tab-separated-values": CSV_EXAMPLE.replace(",", "\t")}
NDJSON_LISTS: Mapping[str, str] = dict.fromkeys((NDJSON, "application/ndjson", "application/jsonl"), NDJSON_EXAMPLE)


def _designs(parts: ApiParts) -> Iterable[Endpoint]:
    designs = Designs(parts.pipeline, parts.keys, parts.links_begin_with, parts.images)
    missing = frozenset({404})
    yield Endpoint(
        "GET", "/v1/designs", READ, "Designs", designs.listing, query=DesignsQuery, responses={200: DesignsOut}
    )  # fmt: skip
    yield Endpoint(
        "GET", "/v1/designs/{id}", READ, "Designs", designs.detail, responses={200: DesignDetail}, problems=missing
    )  # fmt: skip
    yield Endpoint(
        "GET", "/v1/designs/{id}/preview.png", READ, "Designs", designs.preview, responses={200: None},
        response_media_types={200: (MEDIA_TYPES["png"],)}, problems=missing,
    )  # fmt: skip


def _links(parts: ApiParts, batches: Batches) -> Iterable[Endpoint]:
    generate = Generate(parts.pipeline, parts.keys, parts.links_begin_with, parts.images, batches.later)
    links = Links(parts.pipeline, parts.keys, parts.links_begin_with)
    missing = frozenset({404})
    yield Endpoint(
        "POST", "/v1/generate", RENDER, "Images and links", generate.generate, body=GenerateRequest,
        responses={200: GenerateOut, 202: JobOut}, response_media_types={200: tuple(MEDIA_TYPES.values())},
        problems=missing, example=examples.GENERATE,
    )  # fmt: skip
    yield Endpoint(
        "POST", "/v1/links", RENDER, "Images and links", links.mint, body=LinksRequest, responses={200: LinksOut},
        problems=missing, example=examples.LINKS,
    )  # fmt: skip
    yield Endpoint(
        "POST", "/v1/explain", READ, "Images and links",
        Explain(parts.pipeline, parts.keys, parts.images, parts.campaigns.limits_of).explain,
        body=ExplainRequest, responses={200: ExplainOut}, example=examples.EXPLAIN,
    )  # fmt: skip


def _preflight(preflight: Preflight) -> Iterable[Endpoint]:
    yield Endpoint(
        "POST", "/v1/preflight", BATCH, "Preflight", preflight.judge, query=PreflightQuery,
        body_media_types={**CSV_LISTS, **NDJSON_LISTS}, sort_query=sort_batch_query, responses={200: PreflightOut},
        problems=frozenset({404}), parameters=(FIELD_PARAMETER,),
    )  # fmt: skip


def _batches(batches: Batches) -> Iterable[Endpoint]:
    missing = frozenset({404})
    yield Endpoint(
        "POST", "/v1/batches", BATCH, "Batches and jobs", batches.create, query=BatchQuery, body=BatchRequest,
        body_media_types={**CSV_LISTS, **NDJSON_LISTS},
        sort_query=sort_batch_query, responses={202: JobOut}, problems=missing, parameters=(FIELD_PARAMETER,),
        example=examples.BATCH,
    )  # fmt: skip
    # The same with one kind of body each: a generated client has one method per endpoint, with one type of body.
    for path, handler, lists in (
        ("/v1/batches/csv", batches.create_from_csv, CSV_LISTS),
        ("/v1/batches/ndjson", batches.create_from_ndjson, NDJSON_LISTS),
    ):
        yield Endpoint(
            "POST", path, BATCH, "Batches and jobs", handler, query=BatchQuery,
            body_media_types={**lists, OCTETS: next(iter(lists.values()))},
            sort_query=sort_batch_query, responses={202: JobOut}, problems=missing, parameters=(FIELD_PARAMETER,),
        )  # fmt: skip


def _jobs(pages: JobPages) -> Iterable[Endpoint]:
    # A key that made one image with mode async has to see its job.
    may_see = RENDER | BATCH
    topic, missing = "Batches and jobs", frozenset({404})
    yield Endpoint(
        "GET", "/v1/jobs", may_see, topic, pages.listing, query=JobsQuery, responses={200: JobsOut}, problems=missing
    )  # fmt: skip
    yield Endpoint("GET", "/v1/jobs/{id}", may_see, topic, pages.status, responses={200: JobOut}, problems=missing)
    yield Endpoint(
        "GET", "/v1/jobs/{id}/result", may_see, topic, pages.result, query=ResultQuery, responses={200: None},
        response_media_types={200: (CSV, NDJSON)}, problems=missing | {409},
    )  # fmt: skip
    yield Endpoint(
        "POST", "/v1/jobs/{id}/cancel", BATCH, topic, pages.cancel, responses={200: JobOut}, problems=missing
    )
    yield Endpoint(
        "POST", "/v1/jobs/{id}/resume", BATCH, topic, pages.resume, responses={200: JobOut}, problems=missing
    )


def _campaigns(pages: CampaignPages) -> Iterable[Endpoint]:
    topic, missing = "Campaigns", frozenset({404})
    yield Endpoint(
        "GET", "/v1/campaigns", CAMPAIGNS, topic, pages.listing, query=CampaignsQuery, responses={200: CampaignsOut}
    )  # fmt: skip
    yield Endpoint(
        "GET", "/v1/campaigns/{id}/stats", CAMPAIGNS, topic, pages.stats, query=StatsQuery, responses={200: StatsOut},
        problems=missing,
    )  # fmt: skip
    yield Endpoint(
        "POST", "/v1/campaigns/{id}", CAMPAIGNS, topic, pages.change, body=CampaignRequest,
        responses={200: CampaignOut}, problems=missing, example=examples.CAMPAIGN,
    )  # fmt: skip


# Any number of parameters, which OpenAPI writes as one exploded object.
FIELD_PARAMETER = {
    "name": "map_and_fallback",
    "in": "query",
    "required": False,
    "style": "form",
    "explode": True,
    "description": "map.first_name=FirstName: the column of a field, if it has another name. fallback.first_name=you: "
    "what a row without a value shows.",
    "schema": {
        "type": "object",
        "propertyNames": {"pattern": f"^(map|fallback)[.]{FIELD_NAME.pattern}$"},
        "additionalProperties": {"type": "string"},
    },
}


def route_of(gate: Gate, endpoint: Endpoint) -> Route:
    """Return the route that leads to an endpoint."""

    async def answer(request: Request) -> Response:
        return await gate.answer(endpoint, request)

    return Route(endpoint.path, answer, methods=[endpoint.method])


class Rest:
    """Everything else below /v1: the problem for an unknown path or a wrong method."""

    def __init__(self, gate: Gate, routes: Iterable[Route]) -> None:
        self._gate = gate
        self._routes = tuple(routes)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer a request of any method."""
        # Partial: the path matches, the method does not.
        others = [route for route in self._routes if route.matches(scope)[0] is Match.PARTIAL]
        methods = {method for route in others for method in route.methods or ()}
        response = await self._gate.not_found(Request(scope), methods)
        await response(scope, receive, send)
