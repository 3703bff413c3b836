"""JSONPaths in designs: which are taken, and that none takes long."""

import json
import time

import pytest

from imgurl.merge.json_paths import path_mistake, values_in


@pytest.mark.parametrize(
    "path",
    [
        "$.price.amount", "$['price']", "$.items[0].name", "$.items[-1]", "$..price", "$.items[*].price",
        "$.items[?@.sku == 'A1'].price", "$.items[?length(@.name) > 3 && @.stock > 0].price",
        "$.items[?@.a == $.current].price",
    ],
)  # fmt: skip
def test_a_path_is_good(path: str) -> None:
    """As RFC 9535 has them."""
    assert path_mistake(path) == ""


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("price", "is not a JSONPath"),
        ("$.", "is not a JSONPath"),
        ("", "is not a JSONPath"),
        ("$" + "[?@" * 200 + "]" * 200, "is not a JSONPath"),
        ("$[?match(@.a, '(a*)*b')]", "match() and search() are not"),
        ("$[?search(@.a, 'x')]", "match() and search() are not"),
        ("$..a..b", "looks through all levels more than once"),
        ("$[?@..a]", "looks at more than one value"),
        ("$[?count($.*) > 1]", "looks at more than one value"),
        ("$[?@.a[?@.b[*]]]", "looks at more than one value"),
    ],
)
def test_a_path_is_not(path: str, sentence: str) -> None:
    """What is no path, what backtracks, and what takes longer than the document is long."""
    assert sentence in path_mistake(path)


def test_the_longest_document_takes_moments() -> None:
    """A quarter of a megabyte, and the dearest path that is taken."""
    body = json.dumps([{"a": 1}] * 25_000).encode()
    assert len(body) <= 256_000
    began = time.process_time()
    assert values_in(body, {"x": "$..[?@.b == $[0].c || @.a == 2].d"}) == {}
    assert time.process_time() - began < 3


def test_a_deep_document_ends_in_nothing() -> None:
    """The library and the reader both have their limits."""
    deep = b'{"a":' * 400 + b"1" + b"}" * 400
    assert values_in(deep, {"x": "$..zz"}) == {}
