"""One document in several sizes: what differs is put in place before it is read, so each size is a design like another.

``hero`` with a size ``square`` is two designs, ``hero`` and ``hero--square``: so links, pins, lists and keys need to
know nothing of sizes, and no form of a URL changes. A layer says what is different in a size, as a JSON Merge Patch
(RFC 7396).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field
from pydantic.functional_validators import AfterValidator

from imgurl.design.model import Model, mistake
from imgurl.errors import Problem, pointer_of
from imgurl.identifiers import DESIGN_ID
from imgurl.words import did_you_mean

# Between the name of a design's folder and that of a size.
SEPARATOR = "--"

MAX_SIZES = 10
MAX_NAME = 24

KEY = "sizes"


def _check_name(name: str) -> str:
    if not DESIGN_ID.fullmatch(name) or len(name) > MAX_NAME or SEPARATOR in name:
        raise mistake(
            f"'{name}' can't be in an id; a size is called by up to {MAX_NAME} lowercase letters, digits, - and _"
        )
    return name


SizeName = Annotated[str, AfterValidator(_check_name)]

#: What differs in each size, for the schema: a document is read without it.
Differences = Annotated[dict[str, dict[str, Any]], Field(max_length=MAX_SIZES)]


class SizeModel(Model):
    """Width and height of a further size in CSS pixels; ``background`` if it has one of its own."""

    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]
    background: Any = None


@dataclass(frozen=True, slots=True)
class Sized:
    """A raw document in one of its sizes, and the mistakes in what it says of sizes.

    ``places`` has pointers to what the size put in place, each with the pointer to where it is written.
    """

    document: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

    def written(self, pointer: str) -> str:
        """Return where a mistake that was found in the document of the size is written."""
        part, rest = pointer, ""
        while part:
            if part in self.places:
                return self.places[part] + rest
            part, slash, last = part.rpartition("/")
            rest = f"{slash}{last}{rest}"
        return pointer


def design_in(folder: str, size: str) -> str:
    """Return the id of a design in one of its sizes, "" for its own."""
    return f"{folder}{SEPARATOR}{size}" if size else folder


def size_names(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the further sizes of a raw document."""
    sizes = raw.get(KEY)
    return tuple(sizes) if isinstance(sizes, dict) else ()


def size_in(design: str, raw: Mapping[str, Any]) -> str:
    """Return the size that an id names, "" for the document's own."""
    _, separator, name = design.rpartition(SEPARATOR)
    return name if separator and name in size_names(raw) else ""


def in_size(raw: dict[str, Any], size: str) -> Sized:
    """Return a raw document in one of its sizes, "" for its own: with what differs in place."""
    names = size_names(raw)
    problems: list[Problem] = []
    places: dict[str, str] = {}

    def layer_in(node: dict[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
        # Only layers have sizes: a field may be called so, and be a key elsewhere.
        if KEY not in node or "type" not in node:
            return {key: nodes(child, (*place, key)) for key, child in node.items()}
        differences = node[KEY]
        inner = {key: nodes(child, (*place, key)) for key, child in node.items() if key != KEY}
        if not isinstance(differences, dict):
            return inner | {KEY: differences}  # its model says what is wrong with it
        for name, difference in differences.items():
            at = pointer_of((*place, KEY, name))
            if name not in names:
                problems.append(Problem(at, f"the design has no size '{name}'{did_you_mean(name, names)}"))
            elif not isinstance(difference, dict):
                problems.append(Problem(at, 'write what differs here: {"box": { … }}'))
        chosen = differences.get(size)
        if not size or not isinstance(chosen, dict):
            return inner
        places.update(_places(chosen, place, (*place, KEY, size)))
        merged: dict[str, Any] = _merged(inner, chosen)
        return merged

    def nodes(node: Any, place: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [nodes(child, (*place, str(index))) for index, child in enumerate(node)]
        if not isinstance(node, dict):
            return node
        return layer_in(node, place)

    document = raw | ({"layers": nodes(raw["layers"], ("layers",))} if "layers" in raw else {})
    chosen = raw[KEY][size] if size else {}
    if isinstance(chosen, dict) and size:
        document |= {"size": {key: chosen[key] for key in ("width", "height") if key in chosen}}
        places |= {"/size": f"/{KEY}/{size}"}
        if "background" in chosen:
            document |= {"background": chosen["background"]}
            places |= {"/background": f"/{KEY}/{size}/background"}
    return Sized(document, tuple(problems), places)


def _merged(node: Any, patch: Any) -> Any:
    """Return a JSON Merge Patch (RFC 7396) applied."""
    if not isinstance(patch, dict):
        return patch
    base = node if isinstance(node, dict) else {}
    kept = {key: child for key, child in base.items() if key not in patch}
    return kept | {key: _merged(base.get(key), child) for key, child in patch.items() if child is not None}


def _places(patch: dict[str, Any], place: tuple[str, ...], written: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, child in patch.items():
        if isinstance(child, dict):
            found |= _places(child, (*place, key), (*written, key))
        else:
            found[pointer_of((*place, key))] = pointer_of((*written, key))
    return found
