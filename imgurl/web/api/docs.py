"""``/openapi.json``, and ``/docs``: one page made from it. No script, nothing from elsewhere."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from html import escape
from importlib import resources
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from imgurl.web.api.problems import MEANINGS

Schema = Mapping[str, Any]

# What an answer's model is shown to this depth.
DEPTH = 4


def reference_routes(document: Mapping[str, Any]) -> list[Route]:
    """Return the routes of the document and of its page; both are made once, here."""
    as_json = json.dumps(document, ensure_ascii=False, indent=1).encode()
    style = resources.files("imgurl.web.api").joinpath("docs.css").read_text()
    html = "".join(Page(document).html(style)).encode()
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    guarded = {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        # A new version of the server has another page.
        "Cache-Control": "no-cache",
    }

    async def openapi(_: Request) -> Response:
        return Response(as_json, headers=guarded, media_type="application/json")

    async def docs(_: Request) -> Response:
        return Response(html, headers=guarded, media_type="text/html")

    return [Route("/openapi.json", openapi), Route("/docs", docs)]


class Page:
    """The reference page of an OpenAPI document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._models: Mapping[str, Schema] = document["components"]["schemas"]
        self._operations = [
            (path, method, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]
        self._topics = list(dict.fromkeys(operation["tags"][0] for _, _, operation in self._operations))

    def html(self, style: str) -> Iterator[str]:
        """Yield the page."""
        yield '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>imgurl API reference</title>'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<style>{style}</style></head><body>"
        yield from self._contents()
        yield "<main>"
        yield from self._introduction()
        for topic in self._topics:
            yield f'<section><h2 id="{_slug(topic)}">{escape(topic)}</h2>'
            for path, method, operation in self._of(topic):
                yield from self._operation(path, method, operation)
            yield "</section>"
        yield from _errors()
        yield "</main></body></html>"

    def _of(self, topic: str) -> list[tuple[str, str, Schema]]:
        return [found for found in self._operations if found[2]["tags"][0] == topic]

    def _contents(self) -> Iterator[str]:
        yield '<nav aria-label="Contents"><p class="name">imgurl <span>API reference</span></p><ul>'
        for slug, title in (("begin", "First call"), ("rules", "Rules of every request")):
            yield f'<li><a href="#{slug}">{title}</a></li>'
        yield "</ul>"
        for topic in self._topics:
            yield f"<p>{escape(topic)}</p><ul>"
            for path, method, operation in self._of(topic):
                yield (
                    f'<li><a href="#{operation["operationId"]}"><b class="{method}">{method.upper()}</b> '
                    f"{_path(path.removeprefix('/v1'))}</a></li>"
                )
            yield "</ul>"
        yield '<ul><li><a href="#errors">Errors</a></li><li><a href="/openapi.json">openapi.json</a></li></ul></nav>'

    def _introduction(self) -> Iterator[str]:
        info = self._document["info"]
        yield f"<header><h1>imgurl API <small>{escape(info['version'])}</small></h1>"
        yield f"<p>{escape(info['description'])}</p></header>"
        yield INTRODUCTION

    def _operation(self, path: str, method: str, operation: Schema) -> Iterator[str]:
        name = operation["operationId"]
        yield f'<article id="{name}"><h3><b class="{method}">{method.upper()}</b> <code>{_path(path)}</code></h3>'
        yield f"<p class=lead>{_prose(operation['summary'])}</p>"
        if operation["description"]:
            yield f"<p>{_prose(operation['description'])}</p>"
        scopes = " or ".join(f"<code>{escape(scope)}</code>" for scope in operation["x-scopes"])
        yield f"<p class=scope>Needs a key with the scope {scopes}.</p>"
        yield from self._parameters(operation)
        yield from self._body(operation)
        yield f"<h4>Request</h4><pre><code>{escape(_curl(path, method, operation))}</code></pre>"
        yield from self._answers(operation)
        yield "</article>"

    def _parameters(self, operation: Schema) -> Iterator[str]:
        shown = [one for one in operation["parameters"] if one["name"] != "Idempotency-Key"]
        if shown:
            yield "<h4>Parameters</h4>"
            yield from _table(
                (one["name"], _type(one["schema"]), one["required"], one.get("description", ""), one["schema"])
                for one in shown
            )

    def _body(self, operation: Schema) -> Iterator[str]:
        content = operation.get("requestBody", {}).get("content", {})
        for media_type, body in content.items():
            if "$ref" in body["schema"]:
                yield f"<h4>Body <small>{media_type}</small></h4>"
                # What has to be said comes first.
                yield from _table(sorted(self._fields(body["schema"]), key=lambda row: not row[2]))
        others = [media_type for media_type, body in content.items() if "$ref" not in body["schema"]]
        if others:
            listing = " or ".join(f"<code>{media_type}</code>" for media_type in others)
            beginning = "The body is the list" if len(others) == len(content) else "Or the list itself as the body"
            yield f"<p>{beginning}, as {listing}; the parameters say what is wanted:</p>"
            yield f"<pre><code>{escape(UPLOAD)}</code></pre>"

    def _answers(self, operation: Schema) -> Iterator[str]:
        yield "<h4>Answer</h4>"
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                continue
            media_types = " or ".join(f"<code>{media_type}</code>" for media_type in answer.get("content", {}))
            yield f"<p><b class=ok>{status}</b> {media_types}</p>"
            for body in answer.get("content", {}).values():
                if "example" in body:
                    yield f"<pre><code>{escape(_pretty(body['example']))}</code></pre>"
                if "$ref" in body["schema"]:
                    yield "<details><summary>Each field</summary>"
                    yield from _table(self._fields(body["schema"]), answer=True)
                    yield "</details>"
        refusals = [status for status in operation["responses"] if int(status) >= 400]
        links = ", ".join(
            f'<a href="#{MEANINGS[int(status)].slug}">{status} {escape(MEANINGS[int(status)].title.lower())}</a>'
            for status in sorted(refusals)
        )
        yield f"<p class=refusals>Refused with: {links}.</p>"

    def _fields(self, schema: Schema, depth: int = 0, before: str = "") -> Iterator["_Row"]:
        """Yield a row for each field of a model, those of the models in it behind it."""
        model = self._resolved(schema)
        for name, field in model.get("properties", {}).items():
            required = name in model.get("required", ())
            yield f"{before}{name}", _type(field), required, field.get("description", ""), field
            for inner, suffix in ((field, "."), (field.get("items", {}), "[]."), (_values(field), ".*.")):
                if depth < DEPTH and "$ref" in inner:
                    yield from self._fields(inner, depth + 1, f"{before}{name}{suffix}")

    def _resolved(self, schema: Schema) -> Schema:
        return self._models[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


_Row = tuple[str, str, bool, str, Schema]

# A list as the body of a request.
UPLOAD = """curl -H "Authorization: Bearer $IMGURL_API_KEY" \\
  -H "Content-Type: text/csv" \\
  --data-binary @contacts.csv \\
  "https://img.example.com/v1/batches?design_id=cert-2025&map.full_name=Name&warm=true\""""

INTRODUCTION = """
<section><h2 id="begin">First call</h2>
<p>Make a key on the server; it is shown once:</p>
<pre><code>imgurl keys api create --name crm --scope read --scope render</code></pre>
<p>Send it as a bearer token. It opens nothing in a query string, and is refused there, because every log on the
way keeps queries:</p>
<pre><code>curl -H "Authorization: Bearer $IMGURL_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"design_id": "cert-2025", "data": {"full_name": "Ava Johnson"}}' \\
  https://img.example.com/v1/generate</code></pre>
<p>The answer holds <code>image_url</code>: a signed link that shows this image to everybody who has it, without a key.
Keys that begin with <code>imk_test_</code> are for trying: their images carry a mark and their figures count apart.</p>
</section>
<section><h2 id="rules">Rules of every request</h2>
<dl>
<dt>Scopes</dt><dd><code>read</code> sees designs and explains links, <code>render</code> makes links and images,
<code>batch</code> runs batches, <code>admin</code> may all of it.</dd>
<dt>JSON</dt><dd>UTF-8, up to 1 MB, not compressed. Names that are not known are refused with the nearest known one.
A name twice in one object, NaN, numbers beyond a double and more than 32 levels are refused.</dd>
<dt>Once only</dt><dd>Send <code>Idempotency-Key</code> with a POST, for example a UUID. The same request under the same
key is carried out once and answered alike for 24 hours, with <code>Idempotency-Replayed: true</code>; another request
under it is a 422, one that still runs a 409. An answer that is an error is not kept.</dd>
<dt>Limits</dt><dd>Each key may make so many requests in a window; <code>RateLimit-Policy</code> says how many,
<code>RateLimit</code> how many are left and when there are all of them again. Images are never limited.</dd>
<dt>Help</dt><dd>Each answer has <code>X-Request-Id</code>: the log of the server has more under it.</dd>
</dl></section>
"""


def _errors() -> Iterator[str]:
    yield '<section><h2 id="errors">Errors</h2>'
    yield "<p>Every error is <code>application/problem+json</code> (RFC 9457); each status means one thing.</p>"
    example = {
        "type": "/docs#bad-request",
        "title": "Bad request",
        "status": 400,
        "detail": "/data/firstName: the design has no field 'firstName': did you mean 'first_name'?",
        "errors": [{"pointer": "/data/firstName", "detail": "the design has no field 'firstName': …"}],
        "request_id": "5f3a9c0d1e2b4a68",
    }
    yield f"<pre><code>{escape(_pretty(example))}</code></pre>"
    yield "<table><thead><tr><th>Status</th><th>Means</th></tr></thead><tbody>"
    for status, meaning in MEANINGS.items():
        yield (
            f'<tr id="{meaning.slug}"><td><b>{status}</b></td>'
            f"<td><b>{escape(meaning.title)}.</b> {escape(meaning.sentence)}</td></tr>"
        )
    yield "</tbody></table></section>"


def _table(rows: Iterable[_Row], *, answer: bool = False) -> Iterator[str]:
    yield "<table><tbody>"
    for name, kind, required, description, schema in rows:
        inner = [one["description"] for one in schema.get("anyOf", ()) if "description" in one]
        notes = [escape(sentence) for sentence in [description, *inner] if sentence][:1]
        if required and not answer:
            notes.insert(0, "<b>Required.</b>")
        if "default" in schema and schema["default"] not in (None, {}, []):
            notes.append(f"Default <code>{escape(json.dumps(schema['default']))}</code>.")
        yield f"<tr><td><code>{escape(name)}</code> <span>{kind}</span></td><td>{' '.join(notes)}</td></tr>"
    yield "</tbody></table>"


def _type(schema: Schema) -> str:
    """Return what a value is, in a few words."""
    if "enum" in schema:
        return " | ".join(escape(str(word)) for word in schema["enum"])
    if "const" in schema:
        return escape(str(schema["const"]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "$ref" in schema:
        return "object"
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and "additionalProperties" in schema and schema["additionalProperties"] is not True:
        return f"object of {_type(_values(schema))}"
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _values(schema: Schema) -> Schema:
    found = schema.get("additionalProperties", {})
    return found if isinstance(found, dict) else {}


def _curl(path: str, method: str, operation: Schema) -> str:
    """Return a request of this kind for a shell."""
    path = path.replace("/designs/{id}", "/designs/cert-2025").replace("{id}", "$JOB_ID")
    lines = ['curl -H "Authorization: Bearer $IMGURL_API_KEY"']
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in body:
        lines += [
            '-H "Content-Type: application/json"',
            f"-d '{json.dumps(body['example'], ensure_ascii=False)}'",
        ]
    elif method == "post":
        lines.append("-X POST")
    return " \\\n  ".join([*lines, f"https://img.example.com{path}"])


def _pretty(value: Any) -> str:
    """Return JSON over several lines; a list of words stays on one."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return re.sub(
        r'\[\s+("[^"\\]*"(?:,\s+"[^"\\]*")*)\s+\]', lambda m: "[" + re.sub(r"\s*\n\s*", " ", m[1]) + "]", text
    )


def _prose(text: str) -> str:
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text))


def _path(path: str) -> str:
    return re.sub(r"\{(\w+)\}", r"<i>{\1}</i>", escape(path))


def _slug(title: str) -> str:
    return re.sub(r"[^a-z]+", "-", title.lower())
