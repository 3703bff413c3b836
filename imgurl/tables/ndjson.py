"""The values of a line of NDJSON."""

import json
from typing import Any

from imgurl.tables.cells import SURROGATE

TOO_DEEP = "has brackets too deep to be read"
NO_OBJECT = 'is no JSON object; write one a line, for example {"first_name": "Ava"}'


class _Number(str):
    """A number of JSON as it is written: 12.50 stays 12.50."""

    __slots__ = ()


class Unreadable(ValueError):
    """Raised for a line that is no JSON object, or one that no two programs read alike; the message is the problem."""


def read_object(text: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return the values of a JSON object as text, and the keys whose value is a list or an object; that is JSON again.

    Raises Unreadable.
    """
    try:
        found = DECODER.decode(text)
        if not isinstance(found, dict):
            raise Unreadable(NO_OBJECT)
        values = {name: _as_text(value) for name, value in found.items()}
    except json.JSONDecodeError as error:
        raise Unreadable(f"is no JSON at column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    if "\\u" in text:
        values = {_without_surrogates(name): _without_surrogates(value) for name, value in values.items()}
    return values, frozenset(name for name, value in found.items() if isinstance(value, dict | list))


def _to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise Unreadable(_without_surrogates(f"has the key '{doubled}' twice in one object; keep one"))
    return found


def _no_constant(word: str) -> None:
    raise Unreadable(f"holds {word}, which is no JSON; write null for a missing value")


DECODER = json.JSONDecoder(
    object_pairs_hook=_to_object, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant
)


def _as_text(value: Any) -> str:
    """Return a value of JSON as text: null is blank, a list or an object is JSON again."""
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_json(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return value if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _without_surrogates(text: str) -> str:
    """Return a text that can be encoded: half a character becomes U+FFFD."""
    return SURROGATE.sub("\ufffd", text)
