"""The OpenAPI document (3.1), made from the table of endpoints and the JSON Schemas of their models."""

import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from imgurl.formats import MEDIA_TYPES
from imgurl.version import __version__
from imgurl.web.api.examples import ANSWERS, QUEUED
from imgurl.web.api.gate import Endpoint
from imgurl.web.api.outputs import ProblemOut
from imgurl.web.api.problems import MEDIA_TYPE as PROBLEM_JSON
from imgurl.web.api.problems import PROBLEM_TYPES
from imgurl.web.api.responses import JSON

Json = dict[str, Any]

DESCRIPTION = (
    "Personalised images for email: every image is a signed link and is drawn for its one recipient. "
    "This API makes links, images and whole batches of them, and explains them."
)

SECURITY = "api_key"
REF = "#/components/schemas/{model}"

# Statuses of every endpoint's problems; a POST may also fail because of its body or its Idempotency-Key.
OF_ALL = frozenset({400, 401, 403, 429, 503})
OF_POST = frozenset({409, 413, 415, 422})

# What {id} is, by the first word of a path.
PATH_PARAMETERS: Mapping[str, str] = {
    "designs": "Id of a design.",
    "jobs": "Id of a job.",
    "campaigns": "Label of a campaign.",
}

HEADERS: Mapping[str, str] = {
    "X-Request-Id": "The request's id in the server's log.",
    "RateLimit-Policy": 'Requests that a key may make (q) in a window of seconds (w): "default";q=600;w=60.',
    "RateLimit": 'Requests left (r), and seconds until the window is over (t): "default";r=599;t=42.',
    "Retry-After": "Seconds to wait before trying again.",
    "Location": "The URL of the job.",
}

# A file, sent or received as it is. OpenAPI 3.1 itself asks for no schema here, but generators of clients know a file
# by the format of OpenAPI 3.0 (https://spec.openapis.org/oas/v3.0.3#considerations-for-file-uploads).
BINARY: Mapping[str, str] = {"type": "string", "format": "binary"}

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A string of your own, for example a UUID. For 24 hours the same request with the same key is "
    "carried out once and gets the same answer.",
    "schema": {"type": "string", "pattern": "^[!#-~]{1,255}$"},
}


def openapi_document(endpoints: Iterable[Endpoint]) -> Json:
    """Return the document of all endpoints."""
    table = tuple(endpoints)
    paths: dict[str, Json] = {}
    for endpoint in table:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "imgurl", "description": DESCRIPTION, "version": __version__},
        "tags": [{"name": topic} for topic in dict.fromkeys(endpoint.topic for endpoint in table)],
        "paths": paths,
        "components": {
            "schemas": _schemas(table),
            "securitySchemes": {
                SECURITY: {"type": "http", "scheme": "bearer", "description": "imk_live_… or imk_test_…"}
            },
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()},
        },
        "security": [{SECURITY: []}],
    }


def _schemas(table: Iterable[Endpoint]) -> Json:
    bodies = {endpoint.body for endpoint in table if endpoint.body is not None}
    answers = {model for endpoint in table for model in endpoint.responses.values() if model is not None}
    models: set[type[BaseModel]] = {*bodies, *answers, ProblemOut}
    schemas: Json = models_json_schema([(model, "validation") for model in models], ref_template=REF)[1]["$defs"]
    for body in bodies:
        properties = schemas[body.__name__]["properties"]
        schemas[body.__name__]["properties"] = {name: _optional(member) for name, member in properties.items()}
    return schemas


def _optional(member: Json) -> Json:
    """Move a default into the description: some generators take a member with a default for a required one."""
    default = member.get("default")
    sentence = f" Default: {json.dumps(default)}." if default not in (None, [], {}) else ""
    plain = {name: value for name, value in member.items() if name != "default"}
    return {**plain, "description": (member.get("description", "") + sentence).strip()} if sentence else plain


def _operation(endpoint: Endpoint) -> Json:
    summary, _, description = (inspect.getdoc(endpoint.handler) or "").partition("\n\n")
    words = [word.strip("{}").partition(".")[0] for word in endpoint.path.split("/")[2:]]
    operation = {
        "summary": summary,
        "operationId": "_".join([endpoint.method.lower(), *words]),
        "description": description.replace("\n", " "),
        "tags": [endpoint.topic],
        "parameters": [*_parameters(endpoint)],
        "responses": {
            str(status): {"description": phrase, "content": content, "headers": _headers(status)}
            for status, phrase, content in _answers(endpoint)
        },
        "x-scopes": sorted(endpoint.scopes),
    }
    return operation | ({"requestBody": body} if (body := _body(endpoint)) else {})


def _parameters(endpoint: Endpoint) -> Iterator[Mapping[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", endpoint.path):
        description = PATH_PARAMETERS[endpoint.path.split("/")[2]]
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": description}
    query = endpoint.query.model_json_schema()
    # Where the body may be JSON, its options are in it: a generated client must not be made to send these as well.
    is_optional = endpoint.body is not None and bool(endpoint.body_media_types)
    for name, schema in query.get("properties", {}).items():
        # An object stands for many parameters; ``endpoint.parameters`` says how they are spelt.
        if schema.get("type") != "object":
            plain = _without_null(schema)
            yield {
                "name": name,
                "in": "query",
                "schema": {key: value for key, value in plain.items() if not (is_optional and key == "default")},
                "required": not is_optional and name in query.get("required", ()),
                "description": plain.get("description", ""),
            }
    yield from endpoint.parameters
    if endpoint.method == "POST":
        yield IDEMPOTENCY_KEY


def _without_null(schema: Json) -> Json:
    """Return what a parameter may be: a query has no null, its default is to leave the parameter out."""
    if "default" in schema and schema["default"] is None:
        schema = {key: value for key, value in schema.items() if key != "default"}
    forms = [form for form in schema.get("anyOf", ()) if form != {"type": "null"}]
    return (
        {**forms[0], **{key: value for key, value in schema.items() if key != "anyOf"}} if len(forms) == 1 else schema
    )


def _body(endpoint: Endpoint) -> Json | None:
    content: Json = {}
    if endpoint.body is not None:
        content[JSON] = {"schema": _ref(endpoint.body)}
        if endpoint.example is not None:
            content[JSON]["example"] = endpoint.example
    content |= {kind: {"schema": BINARY, "example": text} for kind, text in endpoint.body_media_types.items()}
    return {"required": True, "content": content} if content else None


def _answers(endpoint: Endpoint) -> Iterator[tuple[int, str, Json]]:
    """Yield the status, the phrase and the content of each answer."""
    for status, model in endpoint.responses.items():
        content: Json = {}
        if model is not None:
            content[JSON] = {"schema": _ref(model), "example": QUEUED if status == 202 else ANSWERS[model]}
        for media_type in endpoint.response_media_types.get(status, ()):
            content[media_type] = {"schema": BINARY if media_type in MEDIA_TYPES.values() else {"type": "string"}}
        yield status, HTTPStatus(status).phrase, content
    for status in sorted(OF_ALL | endpoint.problems | (OF_POST if endpoint.method == "POST" else frozenset())):
        yield status, PROBLEM_TYPES[status].title, {PROBLEM_JSON: {"schema": _ref(ProblemOut)}}


def _ref(model: type[BaseModel]) -> Json:
    return {"$ref": REF.format(model=model.__name__)}


def _headers(status: int) -> Json:
    names = ["X-Request-Id"]
    names += ["RateLimit-Policy", "RateLimit"] if status != 401 else []
    names += ["Retry-After"] if status in (429, 503) else []
    names += ["Location"] if status == 202 else []
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
