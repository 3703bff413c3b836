"""The OpenAPI document (3.1): drawn up by spectree from the table of endpoints, then told what spectree can't know."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from spectree import Response as Told
from spectree import SpecTree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from imgurl import __version__
from imgurl.web.api.examples import ANSWERS, QUEUED
from imgurl.web.api.gate import JSON, Endpoint
from imgurl.web.api.outputs import ProblemOut
from imgurl.web.api.problems import MEANINGS
from imgurl.web.api.problems import MEDIA_TYPE as PROBLEM_JSON
from imgurl.web.api.schemas import NoQuery

DESCRIPTION = (
    "Personalised images for mail: every image is a signed link, and is drawn for its one recipient. "
    "This API makes links, images and whole batches of them, and explains them."
)

SECURITY = "api_key"

# Every request may be refused for these; a POST also for its body and its Idempotency-Key.
OF_ALL = frozenset({400, 401, 403, 429, 503})
OF_POST = frozenset({409, 413, 415, 422})

HEADERS: Mapping[str, str] = {
    "X-Request-Id": "What the log calls this request.",
    "RateLimit-Policy": 'How many requests a key may make in how many seconds: "default";q=600;w=60.',
    "RateLimit": 'How many are left, and in how many seconds there are all of them again: "default";r=599;t=42.',
    "Retry-After": "Seconds after which another try makes sense.",
    "Location": "Where the job is.",
}

# A file, sent or received as it is. OpenAPI 3.1 itself asks for no schema here, but generators of clients know a file
# by the format of OpenAPI 3.0 (https://spec.openapis.org/oas/v3.0.3#considerations-for-file-uploads).
BINARY: Mapping[str, str] = {"type": "string", "format": "binary"}

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A text of your own, for example a UUID. The same request under the same key is carried out once "
    "and answered alike for 24 hours.",
    "schema": {"type": "string", "pattern": "^[!#-~]{1,255}$"},
}


def openapi_document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Return the document of all endpoints."""
    table = tuple(endpoints)
    tree = SpecTree(
        "starlette",
        title="imgurl",
        version=__version__,
        description=DESCRIPTION,
        mode="strict",
        page_templates={},
        naming_strategy=lambda model: model.__name__,
        nested_naming_strategy=lambda _parent, child: child,
        validation_error_status=400,
        validation_error_model=ProblemOut,
    )
    tree.app = Starlette(routes=[_route(tree, endpoint) for endpoint in table])
    document: dict[str, Any] = tree.spec
    document["components"]["securitySchemes"] = {
        SECURITY: {"type": "http", "scheme": "bearer", "description": "imk_live_… or imk_test_…"}
    }
    document["components"]["headers"] = {
        name: {"description": sentence, "schema": {"type": "string"}} for name, sentence in HEADERS.items()
    }
    document["security"] = [{SECURITY: []}]
    for endpoint in table:
        _complete(document["paths"][endpoint.path][endpoint.method.lower()], endpoint)
        # A query is told parameter by parameter; its model is named nowhere.
        document["components"]["schemas"].pop(endpoint.query.__name__, None)
    for model in {endpoint.body.__name__ for endpoint in table if endpoint.body is not None}:
        for member in document["components"]["schemas"][model]["properties"].values():
            _say_default(member)
    return document


def statuses_of(endpoint: Endpoint) -> list[int]:
    """Return the statuses with which an endpoint may refuse a request."""
    return sorted(OF_ALL | endpoint.problems | (OF_POST if endpoint.method == "POST" else frozenset()))


def _route(tree: SpecTree, endpoint: Endpoint) -> Route:
    async def told(_: Request) -> Response:
        raise NotImplementedError

    told.__doc__ = endpoint.answer.__doc__
    models: dict[str, Any] = {f"HTTP_{status}": model for status, model in endpoint.told.items()}
    models |= {f"HTTP_{status}": (ProblemOut, MEANINGS[status].title) for status in statuses_of(endpoint)}
    described = tree.validate(
        query=None if endpoint.query is NoQuery else endpoint.query,
        json=endpoint.body,
        resp=Told(**models),
        tags=(endpoint.topic,),
        operation_id=_operation_id(endpoint),
        path_parameter_descriptions={"id": "Id of a design." if "designs" in endpoint.path else "Id of a job."},
        skip_validation=True,
    )(told)
    return Route(endpoint.path, described, methods=[endpoint.method])


def _operation_id(endpoint: Endpoint) -> str:
    words = [word.strip("{}").partition(".")[0] for word in endpoint.path.split("/")[2:]]
    return "_".join([endpoint.method.lower(), *words])


def _complete(operation: dict[str, Any], endpoint: Endpoint) -> None:
    operation["x-scopes"] = sorted(endpoint.scopes)
    # A parameter that is an object stands for many; the endpoint says how they are spelt.
    plain = [one for one in operation["parameters"] if one["schema"].get("type") != "object"]
    for one in plain:
        # In a query there is no null: what has no default is left out.
        if one["schema"].get("default", "") is None:
            del one["schema"]["default"]
        # Where the body may be JSON, its options are in it: a generated client must not be made to send these as well.
        if endpoint.body is not None and endpoint.streamed:
            one["required"] = False
            one["schema"].pop("default", None)
    operation["parameters"] = [*plain, *endpoint.parameters]
    if endpoint.method == "POST":
        operation["parameters"].append(IDEMPOTENCY_KEY)
    for status, response in operation["responses"].items():
        response["headers"] = _headers(int(status))
        if int(status) >= 400:
            response["content"] = {PROBLEM_JSON: response.pop("content")[JSON]}
    for status, model in endpoint.told.items():
        if model is not None and model in ANSWERS:
            example = QUEUED if status == 202 else ANSWERS[model]
            operation["responses"][str(status)]["content"][JSON]["example"] = example
    for status, media_types in endpoint.told_also.items():
        content = operation["responses"][str(status)].setdefault("content", {})
        content |= {media_type: {"schema": _schema_of(media_type)} for media_type in media_types}
    if endpoint.body is not None or endpoint.streamed:
        body = operation.setdefault("requestBody", {"required": True, "content": {}})
        if endpoint.example is not None:
            body["content"][JSON]["example"] = endpoint.example
        body["content"] |= {
            media_type: {"schema": BINARY, "example": example} for media_type, example in endpoint.streamed.items()
        }


def _schema_of(media_type: str) -> Mapping[str, str]:
    return BINARY if media_type.startswith("image/") else {"type": "string"}


def _say_default(member: dict[str, Any]) -> None:
    """Say the default of a request's member in words: to some generators a member with a default is a required one."""
    if (default := member.pop("default", None)) not in (None, [], {}):
        member["description"] = f"{member.get('description', '')} Default: {json.dumps(default)}.".strip()


def _headers(status: int) -> dict[str, Any]:
    names = ["X-Request-Id"]
    names += ["RateLimit-Policy", "RateLimit"] if status != 401 else []
    names += ["Retry-After"] if status in (429, 503) else []
    names += ["Location"] if status == 202 else []
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
