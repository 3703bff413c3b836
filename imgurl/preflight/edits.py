"""Change one key of a JSON document and nothing else of its text: no space, no order, no other key."""

import json
import re
from collections.abc import Iterator
from json.decoder import JSONDecoder
from typing import Any

BLANK = re.compile(r"[ \t\r\n]*")
DECODER = JSONDecoder()


def with_key(text: str, pointer: str, key: str, value: Any) -> str:
    """Return a document with a key of the object at ``pointer`` set. Raises LookupError if there is no such object."""
    start, end = _span(text, pointer)
    if text[start] != "{":
        raise LookupError(pointer)
    written = json.dumps(value, ensure_ascii=False)
    members = [*_members(text, start)]
    for name, _, first, last in members:
        if name == key:
            return text[:first] + written + text[last:]
    if not members:
        return f"{text[:start]}{{{json.dumps(key)}: {written}}}{text[end:]}"
    last = members[-1][3]
    # As the members before it: on a line of its own, with their indent, if each of them is on one.
    between = text[members[-2][3] : members[-1][1]] if len(members) > 1 else ", "
    separator = re.sub(r"\s*,", ",", between) if "\n" in between else ", "
    return f"{text[:last]}{separator}{json.dumps(key)}: {written}{text[last:]}"


def _span(text: str, pointer: str) -> tuple[int, int]:
    """Return where the value at a pointer (RFC 6901) begins and ends."""
    start = _skip(text, 0)
    end = DECODER.raw_decode(text, start)[1]
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if text[start] == "{":
            spans = {key: (first, last) for key, _, first, last in _members(text, start)}
        elif text[start] == "[":
            spans = {str(number): span for number, span in enumerate(_items(text, start))}
        else:
            raise LookupError(pointer)
        if name not in spans:
            raise LookupError(pointer)
        start, end = spans[name]
    return start, end


def _members(text: str, start: int) -> Iterator[tuple[str, int, int, int]]:
    """Yield the members of an object: each with its name, where that begins, and where its value begins and ends."""
    at = _skip(text, start + 1)
    while text[at] != "}":
        key_at = at
        name, at = DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        _, end = DECODER.raw_decode(text, at)
        yield name, key_at, at, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _items(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield where the items of a list begin and end."""
    at = _skip(text, start + 1)
    while text[at] != "]":
        _, end = DECODER.raw_decode(text, at)
        yield at, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    match = BLANK.match(text, at)
    return match.end() if match else at
