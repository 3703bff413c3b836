"""The OpenAPI document, and what schemathesis finds with it."""

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from schemathesis import CheckFunction, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from imgurl import __version__
from imgurl.web.api.openapi import DESCRIPTION
from tests.web.api.client import Api

# The same requests on each run.
DERANDOMIZED: Final[dict[str, Any]] = {
    "derandomize": True,
    "database": None,
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
}


@schemathesis.serializer("application/x-ndjson", "application/ndjson", "application/jsonl")
def ndjson(_: Any, value: Any) -> bytes:
    """Send a list as it is: schemathesis knows no NDJSON."""
    return value if isinstance(value, bytes) else str(value).encode()


# Each page of the API, as the document has to list them.
PAGES = [
    ("GET", "/v1/designs"),
    ("GET", "/v1/designs/{id}"),
    ("GET", "/v1/designs/{id}/preview.png"),
    ("POST", "/v1/generate"),
    ("POST", "/v1/links"),
    ("POST", "/v1/explain"),
    ("POST", "/v1/preflight"),
    ("POST", "/v1/batches"),
    ("POST", "/v1/batches/csv"),
    ("POST", "/v1/batches/ndjson"),
    ("GET", "/v1/jobs"),
    ("GET", "/v1/jobs/{id}"),
    ("GET", "/v1/jobs/{id}/result"),
    ("POST", "/v1/jobs/{id}/cancel"),
    ("POST", "/v1/jobs/{id}/resume"),
    ("GET", "/v1/campaigns"),
    ("GET", "/v1/campaigns/{id}/stats"),
    ("POST", "/v1/campaigns/{id}"),
]


@pytest.fixture(scope="module")
def schema(shared: Api) -> schemathesis.BaseSchema:
    """The document as a client reads it."""
    # A body that breaks a limit on its rows may break that on its bytes first.
    refusals = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": refusals}}})
    return schemathesis.openapi.from_asgi("/openapi.json", shared.app, config=config)


# Valid in form, and yet refused: a key that was used for something else, options in the query of a JSON body, a last
# day before the first one.
MEANT_OTHERWISE = {"/v1/preflight", "/v1/batches", "/v1/batches/csv", "/v1/batches/ndjson", "/v1/campaigns/{id}/stats"}


@pytest.mark.parametrize(("method", "path"), PAGES, ids=[" ".join(page) for page in PAGES])
def test_nothing_undocumented_happens(method: str, path: str, schema: schemathesis.BaseSchema, admin: str) -> None:
    """Whatever is sent, good or bad: no 5xx, no status, media type or body that the document does not tell.

    What is of the documented form is refused for no other reason than that something is not there, or not allowed.
    """
    operation = schema[path][method]
    excluded: list[CheckFunction] = [positive_data_acceptance] if path in MEANT_OTHERWISE else []

    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    @settings(max_examples=40, **DERANDOMIZED)
    def send(case: schemathesis.Case[Any]) -> None:
        case.headers.pop("Idempotency-Key", None)
        case.call_and_validate(headers={"Authorization": f"Bearer {admin}"}, excluded_checks=excluded)

    send()


@pytest.mark.parametrize("path", ["/v1/generate", "/v1/links", "/v1/batches"])
def test_nothing_undocumented_happens_to_designs_that_are_there(
    path: str, schema: schemathesis.BaseSchema, admin: str
) -> None:
    """The same for requests that get further: their design exists, and an Idempotency-Key comes with them."""
    operation = schema[path]["POST"]

    @given(case=operation.as_strategy(), design=st.sampled_from(["card", "cert"]), names=st.booleans())
    @settings(max_examples=40, **DERANDOMIZED)
    def send(case: schemathesis.Case[Any], design: str, names: bool) -> None:
        if isinstance(case.body, dict):
            case.body = {**case.body, "design_id": design, "ignore_unknown": names}
            case.query.clear()
        else:
            case.query["design_id"] = design
        case.call_and_validate(headers={"Authorization": f"Bearer {admin}"}, excluded_checks=[positive_data_acceptance])

    send()


def test_the_document_lists_each_page(shared: Api) -> None:
    """Each endpoint with its method, and no other."""
    paths = shared.call("GET", "/openapi.json").json()["paths"]
    found = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    assert sorted(PAGES) == sorted(found)


def test_the_document_is_openapi_3_1(shared: Api) -> None:
    """A second implementation reads it and finds no mistake; it is public and names the server's version."""
    document = shared.call("GET", "/openapi.json").json()
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["openapi"].startswith("3.1.")
    assert document["info"] == {"title": "imgurl", "version": __version__, "description": DESCRIPTION}


def test_the_examples_are_good(shared: Api) -> None:
    """Each example of a request and of an answer fits its own schema."""
    document = shared.call("GET", "/openapi.json").json()
    seen = 0
    for methods in document["paths"].values():
        for operation in methods.values():
            for part in [operation.get("requestBody", {}), *operation["responses"].values()]:
                body = part.get("content", {}).get("application/json", {})
                if "example" in body:
                    Draft202012Validator({**body["schema"], "components": document["components"]}).validate(
                        body["example"]
                    )
                    seen += 1
    assert seen > 10


def test_a_parameter_is_never_null(shared: Api) -> None:
    """A query has no null: nothing says that a parameter may be one, or that one is its default."""
    seen = 0
    for methods in shared.call("GET", "/openapi.json").json()["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                assert "null" not in str(parameter["schema"])
                assert parameter["schema"].get("default", "") is not None
                seen += 1
    assert seen > 30


def test_every_error_is_documented_as_problem_json(shared: Api) -> None:
    """Each refusal has the one model of problems and its own media type."""
    for methods in shared.call("GET", "/openapi.json").json()["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
                    assert answer["content"] == {"application/problem+json": schema}
