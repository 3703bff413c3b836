"""Read the one JSON object of a file that people write, with the places of keys that appear twice."""

import json
from collections.abc import Iterable
from typing import Any

from imgurl.errors import Problem, pointer_of
from imgurl.strict_json import doubled_keys


def read_object(text: str, file: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the object, and a problem for each duplicate key. Raises ValueError with a sentence."""
    doubled: list[tuple[dict[str, Any], str]] = []

    def to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        node = dict(pairs)
        if len(node) < len(pairs):
            doubled.extend((node, key) for key in doubled_keys(pairs))
        return node

    try:
        raw = json.loads(text, object_pairs_hook=to_object)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"{file} is not valid JSON ({where}): {error.msg}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or brackets as deep
        raise ValueError(f"{file} has a number too long or brackets too deep") from None
    if not isinstance(raw, dict):
        raise ValueError(f"{file} must hold one object: {{ … }}")
    # The hook sees objects without their places, so duplicates are located in the finished tree, by identity. An object
    # that is not in it was itself the value of a duplicate key, which another one replaced.
    places = {id(node): parts for parts, node in _objects(raw)}
    return raw, [
        Problem(pointer_of((*places[id(node)], key)), f'the key "{key}" appears twice in this object; keep one')
        for node, key in doubled
        if id(node) in places
    ]


def _objects(raw: dict[str, Any]) -> Iterable[tuple[tuple[str, ...], dict[str, Any]]]:
    left: list[tuple[tuple[str, ...], Any]] = [((), raw)]
    while left:
        parts, node = left.pop()
        if isinstance(node, dict):
            yield parts, node
            left += [((*parts, key), child) for key, child in node.items()]
        elif isinstance(node, list):
            left += [((*parts, str(index)), child) for index, child in enumerate(node)]
