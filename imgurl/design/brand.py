"""The brand of a folder of designs: ``brand.json`` names colours, fonts and logos, and designs refer to them.

A design says ``"brand:primary"`` where a colour, a family or a picture goes. What the brand says is put in its place
before the document is read, so nothing below knows of brands. What a design uses of its brand is kept with it like one
of its files: so it is part of the version, and an old version is drawn with the brand it was made with.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic.functional_validators import AfterValidator

from imgurl.color import is_color
from imgurl.design.json_object import read_object
from imgurl.design.mistakes import problem_of
from imgurl.design.model import Model, mistake
from imgurl.errors import Problem, pointer_of
from imgurl.merge.kinds import FieldType
from imgurl.words import did_you_mean

FILE_NAME = "brand.json"

# The folder of the logos, and what the names of their files begin with.
FOLDER = "brand"

# No colour of CSS, no family and no file name begins like this.
PREFIX = "brand:"

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

# Names of one kind.
MAX_NAMES = 100

# Keys of a layer whose texts are read by people, or compared with values.
TEXTS = frozenset({"id", "text", "alt", "when", "show_if"})

# Keys below which a picture is named; the fallback of a remote picture may be initials instead.
PICTURES = frozenset({"asset", "mask", "expired_image", "fallback"})

# Parts of a document that are drawn, and the keys of a colour field that hold a colour.
DRAWN = ("background", "layers", "expired_image")
VALUES = ("sample", "fallback")

COLORS, FONTS, LOGOS = "colors", "fonts", "logos"
WORDS = {COLORS: "colour", FONTS: "font", LOGOS: "logo"}


def _check_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise mistake("a name may contain only lowercase letters, digits, - and _, at most 64")
    return name


def _check_color(text: str) -> str:
    if not is_color(text):
        raise mistake(f"'{text}' is not a CSS colour; write for example #1a73e8, rgb(26 115 232 / 80%) or tomato")
    return text


Name = Annotated[str, AfterValidator(_check_name)]


class Brand(Model):
    """Colours of CSS, families of fonts by their role, and logos by the names of their files in ``brand/``."""

    colors: Annotated[
        dict[Name, Annotated[str, Field(max_length=100), AfterValidator(_check_color)]], Field(max_length=MAX_NAMES)
    ] = {}
    fonts: Annotated[dict[Name, Annotated[str, Field(min_length=1, max_length=120)]], Field(max_length=MAX_NAMES)] = {}
    logos: Annotated[dict[Name, Annotated[str, Field(min_length=1, max_length=114)]], Field(max_length=MAX_NAMES)] = {}

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """What each name means, by kind: as a document would say it without a brand."""
        logos = {name: f"{FOLDER}/{file}" for name, file in self.logos.items()}
        return {COLORS: self.colors, FONTS: self.fonts, LOGOS: logos}

    def of(self, used: Collection[tuple[str, str]]) -> bytes:
        """Return the file of a brand that has only these names, each with its kind."""
        kinds = {COLORS: self.colors, FONTS: self.fonts, LOGOS: self.logos}
        chosen = {kind: {name: text for name, text in sorted(named.items()) if (kind, name) in used}
                  for kind, named in kinds.items()}  # fmt: skip
        return json.dumps({kind: named for kind, named in chosen.items() if named}, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Branded:
    """A raw document with what its brand says put in place.

    ``used`` are the names that it says, with their kinds; ``problems`` are those that mean nothing.
    """

    document: dict[str, Any]
    used: frozenset[tuple[str, str]] = frozenset()
    problems: tuple[Problem, ...] = ()


def read_brand(text: str, logos: Collection[str]) -> tuple[Brand, tuple[Problem, ...]]:
    """Read ``brand.json``, given the names of the files in ``brand/``; what is wrong is left out of the brand."""
    try:
        raw, doubled = read_object(text, FILE_NAME)
    except ValueError as error:
        return Brand(), (Problem("", str(error)),)
    try:
        brand = Brand.model_validate(raw)
    except ValidationError as error:
        return Brand(), (*doubled, *(problem_of(details, Brand) for details in error.errors(include_url=False)))
    missing = [
        Problem(pointer_of((LOGOS, name)), f"the folder {FOLDER}/ has no file '{file}'{did_you_mean(file, logos)}")
        for name, file in brand.logos.items()
        if file not in logos
    ]
    return brand, (*doubled, *missing)


def with_brand(raw: dict[str, Any], brand: Brand | None) -> Branded:
    """Return a document with what its brand says in place of the names; None if there is no brand."""
    used: set[tuple[str, str]] = set()
    problems: list[Problem] = []

    def meaning(text: str, kind: str, place: tuple[str, ...]) -> str:
        name = text.removeprefix(PREFIX)
        found = brand.names[kind].get(name) if brand else None
        if found is None:
            problems.append(Problem(pointer_of(place), _unknown(name, kind, brand)))
            return text
        used.add((kind, name))
        return found

    def put(node: Any, kind: str, place: tuple[str, ...]) -> Any:
        if isinstance(node, str):
            return meaning(node, kind, place) if node.startswith(PREFIX) else node
        if isinstance(node, list):
            return [put(child, kind, (*place, str(index))) for index, child in enumerate(node)]
        if not isinstance(node, dict):
            return node
        return {
            key: child if key in TEXTS else put(child, _kind_of(key, child, kind), (*place, key))
            for key, child in node.items()
        }

    def colors_in(nodes: Any, keys: Collection[str], place: tuple[str, ...]) -> dict[str, Any]:
        return {key: put(text, COLORS, (*place, key)) if key in keys else text for key, text in nodes.items()}

    found = {key: put(raw[key], _kind_of(key, raw[key], COLORS), (key,)) for key in DRAWN if key in raw}
    fields, defaults = raw.get("fields"), raw.get("default_values")
    named = [node for node in fields if isinstance(node, dict)] if isinstance(fields, list) else []
    colors = frozenset(node["name"] for node in named if _is_of_color(node))
    if colors and isinstance(fields, list):
        found["fields"] = [
            colors_in(node, VALUES, ("fields", str(index))) if isinstance(node, dict) and _is_of_color(node) else node
            for index, node in enumerate(fields)
        ]
    if colors and isinstance(defaults, dict):
        found["default_values"] = colors_in(defaults, colors, ("default_values",))
    return Branded(raw | found, frozenset(used), tuple(problems))


def _kind_of(key: str, below: Any, around: str) -> str:
    """Return what a name below a key means; a picture may be named deeper down, for a language or a value."""
    if key == "family":
        return FONTS
    if key == "fallback" and isinstance(below, dict) and "initials" in below:
        return COLORS
    return LOGOS if key in PICTURES or around == LOGOS else COLORS


def _is_of_color(field: Mapping[str, Any]) -> bool:
    return field.get("type") == FieldType.COLOR and isinstance(field.get("name"), str)


def _unknown(name: str, kind: str, brand: Brand | None) -> str:
    word = WORDS[kind]
    if brand is None:
        return f"'{PREFIX}{name}' is a {word} of the brand; there is no {FILE_NAME} beside the designs, so write one"
    for other, named in brand.names.items():
        if name in named and other != kind:
            return f"'{name}' of the brand is a {WORDS[other]}; name a {word} here"
    near = did_you_mean(name, brand.names[kind])
    return f"the brand has no {word} '{name}'{near or f'; name it in {FILE_NAME}'}"
