"""A document without some of its layers: what is below a selection, the selection alone, and what is above it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

CLEAR = "rgb(0 0 0 / 0%)"

#: Says whether the layer at a pointer is shown.
IsShown = Callable[[str], bool]


def below(text: str, selected: frozenset[str]) -> str:
    """Return the document with the layers that are painted before the first selected one."""
    order = _order(text)
    first = _first(order, selected)
    return _with_only(text, lambda pointer: order[pointer] < first, is_clear=False)


def alone(text: str, selected: frozenset[str]) -> str:
    """Return the document with the selected layers, on nothing."""
    return _with_only(text, lambda pointer: _is_in(pointer, selected), is_clear=True)


def above(text: str, selected: frozenset[str]) -> str:
    """Return the document with the layers that are painted after the first selected one, on nothing."""
    order = _order(text)
    first = _first(order, selected)
    return _with_only(
        text, lambda pointer: order[pointer] > first and not _is_in(pointer, selected), is_clear=True
    )  # fmt: skip


def _order(text: str) -> dict[str, int]:
    return {pointer: number for number, pointer in enumerate(_leaves(json.loads(text).get("layers"), "/layers"))}


def _first(order: dict[str, int], selected: frozenset[str]) -> int:
    return min((number for pointer, number in order.items() if _is_in(pointer, selected)), default=0)


def _with_only(text: str, is_shown: IsShown, *, is_clear: bool) -> str:
    raw = json.loads(text)
    raw |= {"layers": _layers(raw.get("layers"), "/layers", is_shown)}
    return json.dumps(raw | {"background": CLEAR} if is_clear else raw, ensure_ascii=False)


def _layers(layers: Any, place: str, is_shown: IsShown) -> Any:
    if not isinstance(layers, list):
        return layers
    return [_layer(one, f"{place}/{number}", is_shown) for number, one in enumerate(layers)]


def _layer(layer: Any, pointer: str, is_shown: IsShown) -> Any:
    """Return a layer with what is not shown hidden; a group of which nothing is shown is hidden as a whole."""
    if not isinstance(layer, dict):
        return layer
    if layer.get("type") == "group":
        inner = _layers(layer.get("layers"), f"{pointer}/layers", is_shown)
        is_empty = isinstance(inner, list) and all(isinstance(one, dict) and one.get("hidden") for one in inner)
        return layer | {"layers": inner} | ({"hidden": True} if is_empty else {})
    if layer.get("type") == "choose":
        cases = [
            case | {"layers": _layers(case.get("layers"), f"{pointer}/cases/{number}/layers", is_shown)}
            for number, case in enumerate(layer.get("cases", ()))
        ]
        return layer | {"cases": cases, "else": _layers(layer.get("else"), f"{pointer}/else", is_shown)}
    return layer if is_shown(pointer) else layer | {"hidden": True}


def _leaves(layers: Any, place: str) -> Iterator[str]:
    """Yield the pointers of the layers that are no groups and no choices, in the order in which they are painted."""
    for number, layer in enumerate(layers if isinstance(layers, list) else ()):
        pointer = f"{place}/{number}"
        kind = layer.get("type") if isinstance(layer, dict) else None
        if kind == "group":
            yield from _leaves(layer.get("layers"), f"{pointer}/layers")
        elif kind == "choose":
            for case, one in enumerate(layer.get("cases", ())):
                yield from _leaves(one.get("layers"), f"{pointer}/cases/{case}/layers")
            yield from _leaves(layer.get("else"), f"{pointer}/else")
        elif kind is not None:
            yield pointer


def _is_in(pointer: str, selected: frozenset[str]) -> bool:
    return any(pointer == one or pointer.startswith(f"{one}/") for one in selected)
