"""Reading the body of a request: bounded, uncompressed, and JSON without ambiguities (RFC 8259 is lenient)."""

import json
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeVar, TypeVarTuple

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request

from imgurl.strict_json import DoubledKey, NotANumber, no_constant, unique_keys
from imgurl.urls.mint import SURROGATE
from imgurl.web.api.problems import Refusal

Given = TypeVarTuple("Given")
Result = TypeVar("Result")

MAX_JSON_BYTES = 1_000_000

# Nested arrays and objects; our own requests have four.
MAX_DEPTH = 32

# Longer bodies are read on another thread.
ASIDE_BYTES = 32_768

# Members of one object: a row has at most as many columns as a list.
MAX_MEMBERS = 1_000

# Characters of a member's name that are repeated in an error.
SHOWN_CHARACTERS = 40

# Characters of a number: no value of a design is longer, and reading a long one takes quadratic time.
MAX_NUMBER_CHARACTERS = 32


def check_encoding(request: Request) -> None:
    """Raise 415 for a compressed body: one kilobyte of it may be a gigabyte."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise Refusal(415, "compressed bodies are not read; send it without Content-Encoding")


def media_type_of(request: Request) -> str:
    """Return the media type of the body in small letters, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, limit: int = MAX_JSON_BYTES) -> bytes:
    """Return the body. Raises 413 as soon as it is over the limit, in bytes."""
    too_large = Refusal(413, f"the body is over {limit:,} bytes; send long lists as CSV or NDJSON to /v1/batches")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > limit:
        raise too_large
    parts = []
    length = 0
    try:
        async for part in request.stream():
            length += len(part)
            if length > limit:
                raise too_large
            parts.append(part)
    except ClientDisconnect:
        raise Refusal(400, "the body ended before it was complete") from None
    return b"".join(parts)


async def aside(length: int, read: Callable[[*Given], Result], *given: *Given) -> Result:
    """Return what ``read`` makes of a body of ``length`` bytes, without holding up the event loop for a long one."""
    return read(*given) if length <= ASIDE_BYTES else await to_thread.run_sync(read, *given)


def parse_json(body: bytes) -> Any:
    """Return what a JSON text says; a number with a point or exponent as Decimal, which keeps its digits.

    Raises 400 that says what is wrong and where. Refused beside malformed text: a name twice in one object, or more
    than 1,000 names, NaN and numbers beyond a double, numbers of more than 32 characters, more than 32 levels, half
    characters (lone surrogates).
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"the body is not UTF-8: byte {error.start:,} begins no character") from None
    if not text.strip():
        raise Refusal(400, "the body is empty; send a JSON object")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=no_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refusal(400, f"the body is no JSON: {where}: {error.msg[:1].lower()}{error.msg[1:]}") from None
    except DoubledKey as error:
        raise Refusal(400, f"the name '{shortened(error.key)}' is twice in one JSON object; send it once") from None
    except NotANumber as error:
        raise Refusal(400, f"{error.word} is not a JSON number; leave the value out, or write null") from None
    except RecursionError:
        raise _too_deep() from None
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_MEMBERS:
        raise Refusal(400, f"a JSON object has {len(pairs):,} members, at most {MAX_MEMBERS:,} are read")
    return unique_keys(pairs)


def _float(digits: str) -> Decimal:
    if not math.isfinite(float(_short(digits))):
        raise Refusal(400, f"the number {digits} is beyond what a double holds; write it as a string")
    return Decimal(digits)


def _int(digits: str) -> int:
    return int(_short(digits))


def _short(digits: str) -> str:
    if len(digits) > MAX_NUMBER_CHARACTERS:
        raise Refusal(400, f"a number has {len(digits):,} characters, at most {MAX_NUMBER_CHARACTERS} are read")
    return digits


def _check(value: Any) -> None:
    """Look at each level in turn, not by recursion."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        for text in _texts(level):
            if SURROGATE.search(text):
                raise Refusal(400, "a string holds half a character (a lone surrogate such as \\ud83d); write it whole")
        holders = [held for held in level if isinstance(held, dict | list)]
        if not holders:
            return
        level = [part for held in holders for part in _parts(held)]
    raise _too_deep()


def _texts(level: list[Any]) -> Iterator[str]:
    for value in level:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _too_deep() -> Refusal:
    return Refusal(400, f"the JSON is nested more than {MAX_DEPTH} levels deep")


def shortened(name: str) -> str:
    """Return a name of the caller's as an error repeats it."""
    return name if len(name) <= SHOWN_CHARACTERS else name[:SHOWN_CHARACTERS] + "…"
