"""``/openapi.json``, and ``/docs``: one page made from it. No script, nothing from elsewhere."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from imgurl.web.api.problems import PROBLEM_TYPES

Schema = Mapping[str, Any]

HERE = resources.files("imgurl.web.api")

# How deep the models inside a model are shown.
DEPTH = 4

# Characters of JSON that fit on a line of a shell example.
LINE = 80

# A list as the body of a request.
UPLOAD = r"""curl -H "Authorization: Bearer $IMGURL_API_KEY" \
  -H "Content-Type: text/csv" \
  --data-binary @contacts.csv \
  "https://img.example.com/v1/batches?design_id=cert-2025&map.full_name=Name&warm=true" """.strip()

MISTAKE = {
    "type": "/docs#bad-request",
    "title": "Bad request",
    "status": 400,
    "detail": "/data/firstName: the design has no field 'firstName': did you mean 'first_name'?",
    "errors": [{"pointer": "/data/firstName", "detail": "the design has no field 'firstName': …"}],
    "request_id": "5f3a9c0d1e2b4a68",
}


def reference_routes(document: Callable[[], Mapping[str, Any]]) -> list[Route]:
    """Return the routes of the document and of its page. Each is made when it is first asked for, then kept."""
    style = HERE.joinpath("docs.css").read_text(encoding="utf-8")
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    headers = {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        # A new version of the server has another page.
        "Cache-Control": "no-cache",
    }
    openapi = cache(document)

    @cache
    def as_json() -> bytes:
        return json.dumps(openapi(), ensure_ascii=False, indent=1).encode()

    @cache
    def as_html() -> bytes:
        return reference_page(openapi(), style).encode()

    async def json_route(_: Request) -> Response:
        return Response(await to_thread.run_sync(as_json), headers=headers, media_type="application/json")

    async def html_route(_: Request) -> Response:
        return Response(await to_thread.run_sync(as_html), headers=headers, media_type="text/html")

    return [Route("/openapi.json", json_route), Route("/docs", html_route)]


def reference_page(document: Mapping[str, Any], style: str) -> str:
    """Return the reference page of an OpenAPI document."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - few servers are ever asked for this page

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    models = document["components"]["schemas"]
    operations = [
        {"path": path, "method": method, **operation}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return environment.from_string(HERE.joinpath("docs.html").read_text(encoding="utf-8")).render(
        document=document,
        style=style,
        operations=operations,
        problem_types=PROBLEM_TYPES,
        mistake=MISTAKE,
        upload=UPLOAD,
        curl=_curl,
        description=_description,
        fields=lambda schema: list(_fields(schema, models)),
        pretty=_pretty,
        slug=lambda title: re.sub(r"[^a-z]+", "-", title.lower()),
        type=_type,
    )


def _fields(schema: Schema, models: Mapping[str, Schema], depth: int = 0, before: str = "") -> Iterator[Schema]:
    """Yield a row for each field of a model, each followed by those of the model in it."""
    model = models[schema["$ref"].rpartition("/")[2]]
    for name, field in model.get("properties", {}).items():
        yield {"name": f"{before}{name}", "schema": field, "required": name in model.get("required", ())}
        for inner, suffix in ((field, "."), (field.get("items", {}), "[]."), (_values(field), ".*.")):
            if depth < DEPTH and "$ref" in inner:
                yield from _fields(inner, models, depth + 1, f"{before}{name}{suffix}")


def _type(schema: Schema) -> str:
    """Return the type of a value in a few words."""
    match schema:
        case {"enum": words}:
            return " | ".join(map(str, words))
        case {"const": word}:
            return str(word)
        case {"anyOf": choices}:
            return " | ".join(dict.fromkeys(map(_type, choices)))
        case {"$ref": _}:
            return "object"
        case {"type": "array"}:
            return f"list of {_type(schema.get('items', {}))}"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"object of {_type(values)}"
        case {"type": list(kinds)}:
            return " | ".join(kinds)
    return str(schema.get("type", "any"))


def _description(row: Schema) -> str:
    """Return the description of a parameter or a field, or that of the first of its forms that has one."""
    forms = (row, row["schema"], *row["schema"].get("anyOf", ()))
    return next((form["description"] for form in forms if form.get("description")), "")


def _values(schema: Schema) -> Schema:
    values = schema.get("additionalProperties", {})
    return values if isinstance(values, dict) else {}


def _curl(operation: Schema) -> str:
    """Return a request of this kind for a shell."""
    path = operation["path"].replace("/designs/{id}", "/designs/cert-2025").replace("{id}", "$JOB_ID")
    lines = ['curl -H "Authorization: Bearer $IMGURL_API_KEY"']
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in body:
        one_line = json.dumps(body["example"], ensure_ascii=False)
        example = one_line if len(one_line) <= LINE else _pretty(body["example"])
        lines += ['-H "Content-Type: application/json"', f"-d '{example}'"]
    elif operation["method"] == "post":
        lines.append("-X POST")
    return " \\\n  ".join([*lines, f"https://img.example.com{path}"])


def _pretty(value: Any) -> str:
    """Return JSON over several lines; a list of strings stays on one."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return re.sub(
        r'\[\s+("[^"\\]*"(?:,\s+"[^"\\]*")*)\s+\]', lambda m: "[" + re.sub(r"\s*\n\s*", " ", m[1]) + "]", text
    )
