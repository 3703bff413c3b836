"""Reading the body of a request: bounded, uncompressed, and JSON without the ambiguities that RFC 8259 allows."""

import json
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeVar, TypeVarTuple

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request

from imgurl.strict_json import DoubledKey, NotANumber, no_constant, unique_keys
from imgurl.urls.mint import SURROGATE
from imgurl.web.api.problems import ProblemError

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

MAX_JSON_BYTES = 1_000_000

# Levels of nested arrays and objects; our own requests have four.
MAX_DEPTH = 32

# Longer bodies are read on another thread.
OFF_LOOP_BYTES = 32_768

# Members of one object; a list may have as many columns.
MAX_MEMBERS = 1_000

# Characters of a member's name that an error repeats.
SHOWN_CHARACTERS = 40

# Characters of a number: no value of a design is longer, and parsing takes quadratic time.
MAX_NUMBER_CHARACTERS = 32


def check_encoding(request: Request) -> None:
    """Raise 415 for a compressed body: one kilobyte of it may be a gigabyte."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise ProblemError(415, "compressed bodies are not supported; send it without Content-Encoding")


def media_type_of(request: Request) -> str:
    """Return the media type of the body in lowercase, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, limit: int = MAX_JSON_BYTES) -> bytes:
    """Return the body. Raises 413 as soon as it exceeds the limit, in bytes."""
    too_large = ProblemError(413, f"the body exceeds {limit:,} bytes; send long lists as CSV or NDJSON to /v1/batches")
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
        raise ProblemError(400, "the body ended before it was complete") from None
    return b"".join(parts)


async def off_loop(length: int, read: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
    """Return what ``read`` makes of a body of ``length`` bytes; a long one is read on another thread."""
    return read(*arguments) if length <= OFF_LOOP_BYTES else await to_thread.run_sync(read, *arguments)


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text; a number with a point or exponent as Decimal, which keeps its digits.

    Raises 400 that says what is wrong and where. Refused in addition to malformed text: a name given twice in one
    object, more than 1,000 names, NaN and numbers too large for a double, numbers of more than 32 characters, more than
    32 levels, unpaired surrogates.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemError(400, f"the body is not UTF-8: byte {error.start:,} is invalid") from None
    if not text.strip():
        raise ProblemError(400, "the body is empty; send a JSON object")
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
        raise ProblemError(400, f"the body is not JSON: {where}: {error.msg[:1].lower()}{error.msg[1:]}") from None
    except DoubledKey as error:
        raise ProblemError(400, f"the name '{shortened(error.key)}' is given twice in one JSON object") from None
    except NotANumber as error:
        raise ProblemError(400, f"{error.word} is not a JSON number; leave the value out, or send null") from None
    except RecursionError:
        raise _too_deep() from None
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_MEMBERS:
        raise ProblemError(400, f"a JSON object has {len(pairs):,} members; the limit is {MAX_MEMBERS:,}")
    return unique_keys(pairs)


def _float(digits: str) -> Decimal:
    if not math.isfinite(float(_short(digits))):
        raise ProblemError(400, f"the number {digits} is too large for a double; send it as a string")
    return Decimal(digits)


def _int(digits: str) -> int:
    return int(_short(digits))


def _short(digits: str) -> str:
    if len(digits) > MAX_NUMBER_CHARACTERS:
        raise ProblemError(400, f"a number has {len(digits):,} characters; the limit is {MAX_NUMBER_CHARACTERS}")
    return digits


def _check(document: Any) -> None:
    """Raise 400 for a value nested too deep, or with an unpaired surrogate. Level by level, without recursion."""
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH + 1):
        for text in _texts(level):
            if SURROGATE.search(text):
                raise ProblemError(400, "a string contains an unpaired surrogate (such as \\ud83d); send valid Unicode")
        containers = [value for value in level if isinstance(value, dict | list)]
        if not containers:
            return
        level = [part for container in containers for part in _parts(container)]
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


def _too_deep() -> ProblemError:
    return ProblemError(400, f"the JSON is nested more than {MAX_DEPTH} levels deep")


def shortened(name: str) -> str:
    """Return a name that the caller sent as an error repeats it."""
    return name if len(name) <= SHOWN_CHARACTERS else name[:SHOWN_CHARACTERS] + "…"
