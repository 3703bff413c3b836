"""Read the values of a line of NDJSON."""

import json
from typing import Any

from imgurl.strict_json import DoubledKey, NotANumber, no_constant, unique_keys
from imgurl.tables.cells import SURROGATE

TOO_DEEP = "has brackets nested too deep to be read"
NO_OBJECT = 'is not a JSON object; write one per line, for example {"first_name": "Ava"}'


class _Number(str):
    """A JSON number as it is written: 12.50 stays 12.50."""

    __slots__ = ()


class Unreadable(ValueError):
    """Raised for a line that is not a JSON object, or that programs read differently; the message is the problem."""


def read_object(text: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return the values of a JSON object as text, and the keys whose value is a list or an object, given as JSON.

    Raises Unreadable.
    """
    try:
        parsed = DECODER.decode(text)
        if not isinstance(parsed, dict):
            raise Unreadable(NO_OBJECT)
        values = {name: _as_text(value) for name, value in parsed.items()}
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not valid JSON at column {error.colno}: {error.msg}") from None
    except DoubledKey as error:
        raise Unreadable(f"has the key '{_without_surrogates(error.key)}' twice in one object; keep one") from None
    except NotANumber as error:
        raise Unreadable(f"holds {error.word}, which is not JSON; write null for a missing value") from None
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    if "\\u" in text:
        values = {_without_surrogates(name): _without_surrogates(value) for name, value in values.items()}
    return values, frozenset(name for name, value in parsed.items() if isinstance(value, dict | list))


DECODER = json.JSONDecoder(
    object_pairs_hook=unique_keys, parse_float=_Number, parse_int=_Number, parse_constant=no_constant
)


def _as_text(value: Any) -> str:
    """Return a JSON value as text: null is blank, a list or an object is written as JSON."""
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
    """Return a text that can be encoded: a lone surrogate becomes U+FFFD."""
    return SURROGATE.sub("\ufffd", text)
