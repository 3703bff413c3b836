"""What differs between two documents: layer by layer and field by field, for people who compare two versions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Where layers have layers.
INNER = ("layers", "cases", "else")

# Changes that are told; more are only counted.
MAX_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Change:
    """A difference. ``part`` is layer, field or design; ``id`` is that of the layer (else its pointer) or the field.

    ``key`` is the property, ``font.size``; "" where the whole part was added or removed: then ``before`` or ``after``
    is None, and the other one says what it is.
    """

    part: str
    id: str
    key: str
    before: Any
    after: Any


def changes_between(before: str, after: str) -> tuple[Change, ...]:
    """Return what is different in another text of a document; nothing where one of them is no JSON object."""
    old, new = _object(before), _object(after)
    if old is None or new is None:
        return ()
    found = (
        *_of_parts("layer", _layers(old), _layers(new)),
        *_of_order(old, new),
        *_of_parts("field", _fields(old), _fields(new)),
        *_of_keys("design", "", _rest(old), _rest(new)),
    )
    return found[:MAX_CHANGES]


def _object(text: str) -> dict[str, Any] | None:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def _of_parts(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        if name not in old:
            yield Change(part, name, "", None, _summary(new[name]))
        elif name not in new:
            yield Change(part, name, "", _summary(old[name]), None)
        else:
            yield from _of_keys(part, name, old[name], new[name])


def _of_keys(part: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = dict(_leaves(old)), dict(_leaves(new))
    for key in dict.fromkeys((*after, *before)):
        if before.get(key) != after.get(key):
            yield Change(part, name, key, before.get(key), after.get(key))


def _of_order(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    names, others = ([str(one.get("id", "")) for one in _list(raw.get("layers"))] for raw in (old, new))
    common = {name for name in names if name} & set(others)
    was, now = ([name for name in each if name in common] for each in (names, others))
    if was != now:
        yield Change("design", "", "order", was, now)


def _leaves(node: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, child in node.items():
        if isinstance(child, dict) and child and len(above) < 200:
            yield from _leaves(child, f"{above}{key}.")
        else:
            yield f"{above}{key}", child


def _layers(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return all layers, those in groups and cases too, by their id, without the layers in them."""
    found: dict[str, Any] = {}
    left: list[tuple[str, Any]] = [("/layers", raw.get("layers"))]
    while left:
        place, node = left.pop(0)
        for number, one in enumerate(_list(node)):
            pointer = f"{place}/{number}"
            name = str(one.get("id") or pointer)
            own = {key: child for key, child in one.items() if key not in INNER or not isinstance(child, list)}
            found[name if name not in found else pointer] = own
            left += [(f"{pointer}/{key}", one[key]) for key in INNER if key in one]
    return found


def _fields(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    return {str(one.get("name")): one for one in _list(raw.get("fields"))}


def _rest(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: child for key, child in raw.items() if key not in ("layers", "fields")}


def _summary(part: Mapping[str, Any]) -> Any:
    return part.get("type") or part.get("label") or part.get("name") or ""


def _list(node: Any) -> Iterable[dict[str, Any]]:
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []
