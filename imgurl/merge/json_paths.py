"""Values in JSON documents that others wrote, by JSONPath (RFC 9535).

A document may be hostile, and takes at most a time that grows with its length alone. So a path may look through all
levels (``..``) once, its filters may look at one member each (``@.sku``), and the functions ``match`` and ``search``
are refused: the library's regular expressions backtrack. What a path finds first is the value.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imgurl.strict_json import NotANumber, no_constant

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathQuery

MAX_PATH = 200

# A number with more digits, or a larger exponent, is none that anybody draws.
MAX_DIGITS = 30

#: What a path may find: a text, a number, true or false.
Scalar = str | Decimal | bool

# Names and indexes in a row: $.product.prices[0].
MEMBERS = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\[(?:0|[1-9]\d{0,5})\])+")

# Where the parts of a filter are, in all of the library's expressions.
PARTS = ("expression", "left", "right", "args")


class NotJson(ValueError):
    """Raised where a document can't be read."""


def path_mistake(path: str) -> str:
    """Return what is wrong with a path, "" if nothing is."""
    if MEMBERS.fullmatch(path):
        return ""  # as most are, and the library takes longer to load than a design
    from jsonpath_rfc9535 import JSONPathError, JSONPathNameError  # noqa: PLC0415 - few designs have sources

    try:
        query = _compiled(path)
    except JSONPathNameError as error:
        return f"'{path}' uses a function that is not known or not allowed here ({error}); match() and search() are not"
    except (JSONPathError, RecursionError, ValueError) as error:
        reason = "brackets too deep" if isinstance(error, RecursionError) else error
        return f"'{path}' is not a JSONPath: {reason}; write for example $.product.price or $.items[0].name"
    if _descents(query) > 1:
        return f"'{path}' looks through all levels more than once; use .. once at most"
    if not all(inner.singular_query() for inner in _inner_queries(query)):
        return f"'{path}' has a filter that looks at more than one value; compare members, as in [?@.sku == 'A1']"
    return ""


def values_in(body: bytes, paths: Mapping[str, str]) -> dict[str, Scalar]:
    """Return what good paths find first in a document, by their names; left out where that is nothing that is drawn.

    Raises NotJson.
    """
    from jsonpath_rfc9535 import JSONPathError  # noqa: PLC0415 - few designs have sources

    try:
        document = json.loads(body, parse_float=Decimal, parse_int=Decimal, parse_constant=no_constant)
    except (ValueError, RecursionError, NotANumber) as error:
        raise NotJson("it is not valid JSON") from error
    found: dict[str, Scalar] = {}
    for name, path in paths.items():
        try:
            node = _compiled(path).find_one(document)
        except (JSONPathError, RecursionError):
            continue
        value = None if node is None else _scalar(node.value)
        if value is not None:
            found[name] = value
    return found


def _scalar(value: Any) -> Scalar | None:
    if isinstance(value, Decimal):
        is_sane = len(value.as_tuple().digits) <= MAX_DIGITS and abs(value.adjusted()) <= MAX_DIGITS
        return value if is_sane else None
    return value if isinstance(value, str | bool) else None


@lru_cache(maxsize=512)
def _compiled(path: str) -> "JSONPathQuery":
    from jsonpath_rfc9535 import JSONPathEnvironment  # noqa: PLC0415 - few designs have sources

    environment = JSONPathEnvironment()
    for name in ("match", "search"):
        del environment.function_extensions[name]
    return environment.compile(path)


def _descents(query: "JSONPathQuery") -> int:
    from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment  # noqa: PLC0415 - few designs have sources

    return sum(isinstance(segment, JSONPathRecursiveDescentSegment) for segment in query.segments)


def _inner_queries(query: "JSONPathQuery") -> Iterator["JSONPathQuery"]:
    """Yield the queries in a query's filters, and those in their filters."""
    left: list[Any] = [selector for segment in query.segments for selector in segment.selectors]
    while left:
        node = left.pop()
        if hasattr(node, "query"):
            yield node.query
            yield from _inner_queries(node.query)
        for name in PARTS:
            part = getattr(node, name, None)
            left += part if isinstance(part, list) else [part] if part is not None else []
