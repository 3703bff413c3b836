"""Bad bodies: each gets its status and a sentence that helps."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.web.api.bodies import MAX_DEPTH, MAX_JSON_BYTES, parse_json
from imgurl.web.api.problems import ProblemError
from imgurl.web.api.schemas import as_text
from tests.web.api.client import Api, ApiAnswer

JSON = {"content-type": "application/json"}


def posted(api: Api, key: str, body: bytes, headers: dict[str, str] | None = None) -> ApiAnswer:
    """Send a body to /v1/generate."""
    return api.call("POST", "/v1/generate", key, body=body, headers=JSON if headers is None else headers)


BAD = {
    "empty": (b"", "the body is empty; send a JSON object"),
    "blank": (b" \r\n\t", "the body is empty"),
    "cut": (b'{"design_id": "card"', "the body is not JSON: line 1, column 21: expecting ',' delimiter"),
    "comma": (b'{\n "design_id": "card",\n b}', "line 3, column 2"),
    "quotes": (b"{'design_id': 'card'}", "line 1, column 2: expecting property name enclosed in double quotes"),
    "two": (b"{} {}", "line 1, column 4: extra data"),
    "form": (b"design_id=card", "line 1, column 1"),
    "twice": (b'{"design_id": "card", "data": {"tint": "red", "tint": "blue"}}', "the name 'tint' is given twice"),
    "twice at the top": (b'{"design_id": "card", "design_id": "cert"}', "the name 'design_id' is given twice"),
    "NaN": (b'{"design_id": "card", "data": {"tint": NaN}}', "NaN is not a JSON number"),
    "Infinity": (b'{"design_id": "card", "data": {"tint": -Infinity}}', "-Infinity is not a JSON number"),
    "1e400": (b'{"design_id": "card", "data": {"tint": 1e400}}', "the number 1e400 is too large for a double"),
    "-1e400": (b'{"design_id": "card", "data": {"tint": -1e400}}', "too large for a double"),
    "digits": (b'{"design_id": "card", "data": {"tint": ' + b"1" * 33 + b"}}", "a number has 33 characters"),
    "many digits": (b'{"dpr": ' + b"9" * 5_000 + b"}", "a number has 5,000 characters; the limit is 32"),
    "half": (b'{"design_id": "card", "data": {"tint": "\\ud83d"}}', "an unpaired surrogate"),
    "half a name": (b'{"design_id": "card", "data": {"\\udc00": "x"}}', "an unpaired surrogate"),
    "deep": (b"[" * 33 + b"]" * 33, "more than 32 levels deep"),
    "very deep": (b"[" * 100_000, "more than 32 levels deep"),
    "deep objects": (b'{"a":' * 40 + b"1" + b"}" * 40, "more than 32 levels deep"),
    "latin-1": ('{"design_id": "card", "data": {"tint": "né"}}'.encode("latin-1"), "is not UTF-8: byte 41"),
    "UTF-16": ('{"design_id": "card"}'.encode("utf-16"), "is not UTF-8: byte 0"),
    "list": (b"[]", "the body is not a JSON object"),
    "word": (b'"card"', "the body is not a JSON object"),
    "null": (b"null", "the body is not a JSON object"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_body_is_reported(shared: Api, admin: str, name: str) -> None:
    """400 with a sentence that says what is wrong and where."""
    body, sentence = BAD[name]
    answer = posted(shared, admin, body)
    assert answer.status == 400
    assert sentence in answer.json()["detail"]


MISTAKES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "missing": ({}, {"/design_id": "is missing"}),
    "near name": ({"desing_id": "card", "design_id": "card"}, {"/desing_id": "did you mean 'design_id'?"}),
    "text for a number": ({"design_id": "card", "dpr": "2"}, {"/dpr": "valid integer"}),
    "no whole number": ({"design_id": "card", "dpr": 1.5}, {"/dpr": "valid integer"}),
    "true for a number": ({"design_id": "card", "dpr": True}, {"/dpr": "valid integer"}),
    "number for a text": ({"design_id": 7}, {"/design_id": "valid string"}),
    "0 for false": ({"design_id": "card", "ignore_unknown": 0}, {"/ignore_unknown": "valid boolean"}),
    "form of an id": ({"design_id": "../card"}, {"/design_id": "should match pattern"}),
    "word": ({"design_id": "card", "mode": "later"}, {"/mode": "'sync' or 'async'"}),
    "list for a value": ({"design_id": "card", "data": {"tint": ["red"]}}, {"/data/tint": "must be a string"}),
    "object for a value": ({"design_id": "card", "data": {"tint": {}}}, {"/data/tint": "must be a string"}),
    "list for data": ({"design_id": "card", "data": []}, {"/data": "valid dictionary"}),
    "name with a slash": ({"design_id": "card", "data": {"a/b~c": [1]}}, {"/data/a~1b~0c": "must be a string"}),
    "several": (
        {"design_id": 7, "dpr": 9, "xyz": 1},
        {"/design_id": "", "/dpr": "less than or equal to 3", "/xyz": ""},
    ),
    "lifetime": ({"design_id": "card", "expires_in": "soon"}, {"/expires_in": "must be seconds, a lifetime"}),
    "no lifetime": ({"design_id": "card", "expires_in": 0}, {"/expires_in": "must be seconds, a lifetime"}),
    "pin": ({"design_id": "card", "pin": "abc"}, {"/pin": "12 to 64 lowercase hex digits"}),
    "campaign": ({"design_id": "card", "campaign": "Spring Sale"}, {"/campaign": "should match pattern"}),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_value_is_reported_where_it_is(shared: Api, admin: str, name: str) -> None:
    """400 with a JSON Pointer to each mistake at once; nothing of the value itself."""
    body, expected = MISTAKES[name]
    answer = posted(shared, admin, json.dumps(body).encode())
    assert answer.status == 400
    assert set(answer.errors) == set(expected)
    assert [pointer for pointer, words in expected.items() if words not in answer.errors[pointer]] == []


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "the Content-Type is missing; send application/json"),
        (
            {"content-type": "application/x-www-form-urlencoded"},
            "unsupported Content-Type 'application/x-www-form-urlencoded'",
        ),
        ({"content-type": "text/plain; charset=utf-8"}, "unsupported Content-Type 'text/plain'"),
        ({"content-type": "application/json", "content-encoding": "gzip"}, "compressed bodies are not supported"),
        ({"content-type": "application/json", "content-encoding": "br, gzip"}, "compressed bodies are not supported"),
    ],
)
def test_another_kind_of_body_is_415(shared: Api, admin: str, headers: dict[str, str], words: str) -> None:
    """Not JSON, or compressed: a kilobyte of it may be a gigabyte."""
    answer = posted(shared, admin, gzip.compress(b'{"design_id": "card"}'), headers)
    assert answer.status == 415
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/batches", "/v1/jobs/x/cancel"])
def test_a_compressed_body_is_415_everywhere(shared: Api, admin: str, path: str) -> None:
    """Also where the body is streamed, or not read at all."""
    headers = {"content-type": "text/csv", "content-encoding": "gzip"}
    assert shared.call("POST", path, admin, body=gzip.compress(b"tint\nred\n"), headers=headers).status == 415


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=UTF-8", " application/json ;x=y"])
def test_json_may_be_named_in_several_ways(shared: Api, admin: str, kind: str) -> None:
    """Case and parameters of the media type don't matter; nor does a byte-order mark."""
    assert posted(shared, admin, b'{"design_id": "card"}', {"content-type": kind}).status == 200
    assert posted(shared, admin, b'\xef\xbb\xbf{"design_id": "card"}').status == 200


def test_a_body_of_a_megabyte_is_read_and_no_more(shared: Api, admin: str) -> None:
    """413 above, told at once where the length is announced, else as soon as it is passed."""
    padding = b" " * (MAX_JSON_BYTES - len(b'{"design_id":"card"}'))
    good = b'{"design_id":"card"}' + padding
    assert posted(shared, admin, good).status == 200
    over = posted(shared, admin, good + b" ")
    assert (over.status, over.json()["type"]) == (413, "/docs#too-large")
    announced = posted(shared, admin, b"{}", {**JSON, "content-length": str(MAX_JSON_BYTES + 1)})
    assert announced.status == 413


def test_an_endless_body_is_read_no_further(shared: Api, admin: str) -> None:
    """Reading stops within one part of the limit."""
    given: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            given.append(1)
            yield b" " * 65_536

    answer = shared.call("POST", "/v1/generate", admin, body=endless(), headers=JSON)
    assert answer.status == 413
    assert len(given) <= MAX_JSON_BYTES // 65_536 + 2


def test_a_client_that_goes_away_is_not_a_failure_of_ours(shared: Api, admin: str) -> None:
    """A body that ends in the middle is 400, not 500."""

    def broken() -> Iterator[bytes]:
        yield b'{"design_id"'
        raise ConnectionError

    assert shared.call("POST", "/v1/generate", admin, body=broken(), headers=JSON).status == 400


def problem_of(body: bytes) -> ProblemError | None:
    """Return why a body is refused, None where it is read."""
    try:
        parse_json(body)
    except ProblemError as problem:
        return problem
    return None


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(JSON_VALUES)
def test_what_was_written_is_read(value: Any) -> None:
    """Plain JSON comes back as it was; half characters are refused and nothing else."""
    text = json.dumps(value)
    problem = problem_of(text.encode())
    if problem is None:
        assert parse_json(text.encode()) == value
    else:
        assert "surrogate" in problem.detail
        assert "\\ud" in text


@given(st.binary(max_size=200))
def test_no_bytes_are_a_failure_of_ours(body: bytes) -> None:
    """Whatever comes, it is read or refused."""
    problem = problem_of(body)
    assert problem is None or problem.status_hint == 400


@given(st.integers(1, 60))
def test_the_depth_is_counted_exactly(depth: int) -> None:
    """32 levels are read, 33 are not, of arrays and objects alike."""
    for opening, middle, closing in (("[", "", "]"), ("[", "1", "]"), ('{"a":', "{}", "}"), ('{"a":', "1", "}")):
        levels = depth + (middle == "{}")
        problem = problem_of((opening * depth + middle + closing * depth).encode())
        assert (problem is None) == (levels <= MAX_DEPTH)


def test_numbers_keep_their_digits(shared: Api, admin: str) -> None:
    """12.50 stays 12.50, 1e3 is 1000, true is a word: what a value is drawn as."""
    numbers = parse_json(b"[12.50, 1e3, -0.10, 7, true]")
    assert [as_text(number) for number in numbers] == ["12.50", "1000", "-0.10", "7", "true"]
    wrong = posted(shared, admin, b'{"design_id": "card", "ignore_unknown": true, "data": {"code": 1e3}}')
    assert wrong.errors == {"/data/code": "does not match the field's pattern"}
