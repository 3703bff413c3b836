"""The design document ``design.json`` and the check that reports all its mistakes at once."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator
from pydantic_core import ErrorDetails

from imgurl.design.budget import budget_problems, max_dpr_of
from imgurl.design.layers import (
    AnyLayer,
    AssetName,
    Fitting,
    Focus,
    ImageLayer,
    TemplateText,
    TextLayer,
    asset_files,
)
from imgurl.design.model import Known, Model, mistake
from imgurl.design.paint import ColorText, Linear, Radial, colors_of, kind_of_paint
from imgurl.errors import BadDesign, Problem, did_you_mean
from imgurl.merge.fields import CHOICE_TYPES, LOCALE, MergeField
from imgurl.merge.judge import Words, as_written, judge
from imgurl.merge.kinds import FieldType
from imgurl.text.fonts import FontCatalogue

MERGE_FIELD = TypeAdapter(MergeField)

# Output limits (pixels): a side, and the area in device pixels.
MAX_SIDE = 4_096
MAX_AREA = 8_000_000


class Size(Model):
    """Width and height in CSS pixels; together no more than ``MAX_AREA``."""

    width: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    height: Annotated[int, Field(ge=1, le=MAX_SIDE)]

    @field_validator("height")
    @classmethod
    def _within_area(cls, height: int, info: ValidationInfo) -> int:
        width = info.data.get("width", 1)
        if width * height > MAX_AREA:
            raise mistake(
                f"{width:,} × {height:,} px are {width * height / 1e6:.1f} megapixels; at most "
                f"{MAX_AREA / 1e6:.0f} are drawn, make the design smaller"
            )
        return height


class PictureBackground(Model):
    """A picture over the whole design."""

    asset: AssetName
    fit: Annotated[Fitting, Field(strict=False)] = Fitting.COVER
    focus: Focus = Focus()


def _kind_of_background(value: Any) -> str | None:
    is_picture = isinstance(value, PictureBackground) or (isinstance(value, dict) and "asset" in value)
    return "«picture»" if is_picture else kind_of_paint(value)


def _check_background(background: Any) -> Any:
    if not isinstance(background, PictureBackground) and any("<<" in color for color in colors_of(background)):
        raise mistake("a background can't change with a field; lay a shape with this fill over it")
    if isinstance(background, PictureBackground) and "<<" in background.asset:
        raise mistake("a background can't change with a field; lay an image layer over it")
    return background


Background = Annotated[
    Annotated[ColorText, Tag("«color»")]
    | Annotated[Linear, Tag("«linear»")]
    | Annotated[Radial, Tag("«radial»")]
    | Annotated[PictureBackground, Tag("«picture»")],
    Discriminator(_kind_of_background),
    AfterValidator(_check_background),
]


def _check_expired(name: str) -> str:
    if "<<" in name:
        raise mistake("the picture for expired URLs is drawn without values; name one file")
    return name


class JpegSettings(Model):
    """How the design is written as JPEG; 4:4:4 keeps small coloured text sharp and costs about a fifth more."""

    quality: Annotated[int, Field(ge=40, le=95)] = 85
    subsampling: Annotated[str, Field(pattern="^4:(2:0|4:4)$")] = "4:2:0"


class Document(Model):
    """A design: what is drawn, and what may be different for each recipient."""

    schema_: Annotated[str, Field(alias="$schema")] = ""
    title: Annotated[str, Field(min_length=1, max_length=120)]
    description: Annotated[str, Field(max_length=500)] = ""
    size: Size
    background: Background = "#ffffff"
    alt: TemplateText = ""
    #: The language and region of the design (BCP 47): of fields and text layers that name none.
    locale: Annotated[str, Field(pattern=LOCALE)] = ""
    fields: Annotated[tuple[MergeField, ...], Field(strict=False, max_length=32)] = ()
    layers: Annotated[tuple[AnyLayer, ...], Field(strict=False, max_length=100)] = ()
    #: Values of the default image, for required fields and wherever the fallbacks make no good picture.
    default_values: dict[str, str] = {}
    expired_image: Annotated[AssetName, AfterValidator(_check_expired)] | None = None
    max_age: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    #: The format of links that name none.
    format: Literal["png", "jpg", "gif", "webp", "avif"] = "png"
    jpeg: JpegSettings = JpegSettings()

    @property
    def by_name(self) -> Mapping[str, MergeField]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    @property
    def max_dpr(self) -> int:
        """The highest ``_dpr`` at which the picture stays within the limits of pixels and of the time to draw."""
        area = self.size.width * self.size.height
        side = max(self.size.width, self.size.height)
        in_time = max_dpr_of(self.layers)
        return max(
            dpr
            for dpr in (1, 2, 3)
            if dpr == 1 or (area * dpr**2 <= MAX_AREA and side * dpr <= MAX_SIDE and dpr <= in_time)
        )

    @property
    def asset_places(self) -> Mapping[str, str]:
        """All files the document can mean, each with the pointer to where it is named first."""
        choices = _choices(self.by_name)
        named = {
            f"/layers/{index}/asset": layer.asset
            for index, layer in enumerate(self.layers)
            if isinstance(layer, ImageLayer)
        }
        if isinstance(self.background, PictureBackground):
            named = {"/background/asset": self.background.asset} | named
        if self.expired_image:
            named["/expired_image"] = self.expired_image
        places: dict[str, str] = {}
        for pointer, name in named.items():
            for file in asset_files(name, choices):
                places.setdefault(file, pointer)
        return places

    @property
    def families(self) -> frozenset[str]:
        """The font families named."""
        layers = [layer for layer in self.layers if isinstance(layer, TextLayer)]
        spans = [style.family for layer in layers for style in layer.styles.values() if style.family]
        return frozenset([layer.font.family for layer in layers] + spans)


def parse_document(design: str, text: str, assets: Iterable[str], fonts: FontCatalogue | None) -> Document:
    """Read a design document.

    Raises BadDesign with every mistake: those of the JSON, of the model, and of what the document refers to.
    """
    raw, problems = _read_json(design, text)
    raw = _with_locale(raw)
    raw_fields = _raw_fields(raw)
    surroundings = Known(
        fields={name: _field_type(field) for name, field in raw_fields.items()},
        choices=_choices(raw_fields),
        assets=frozenset(assets),
        fonts=fonts,
    )
    problems += _doubled_fields(raw)
    document = None
    try:
        document = Document.model_validate(raw, context=surroundings)
    except ValidationError as error:
        problems += [_problem(details) for details in error.errors(include_url=False)]
    if document is not None:
        problems += budget_problems(document.layers)
    good = _good_fields(raw)
    problems += _own_value_problems(good)
    problems += _default_value_problems(raw, raw_fields, good)
    if problems or document is None:
        raise BadDesign(design, dict.fromkeys(problems))
    return document


def _with_locale(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the document with its locale at every field and text layer that names none."""
    locale = raw.get("locale")
    if not isinstance(locale, str) or not re.match(LOCALE, locale):
        return raw

    def filled(key: str, nodes: Any, wanted: Callable[[dict[str, Any]], bool]) -> Any:
        if not isinstance(nodes, list):
            return nodes
        return [{key: locale} | node if isinstance(node, dict) and wanted(node) else node for node in nodes]

    parts = {
        "fields": filled("locale", raw.get("fields"), lambda _: True),
        "layers": filled("language", raw.get("layers"), lambda layer: layer.get("type") == "text"),
    }
    return raw | {key: nodes for key, nodes in parts.items() if key in raw}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a design document."""
    return Document.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "imgurl design document",
    }


def _read_json(design: str, text: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the document's object, and the keys that stand twice in theirs. Raises BadDesign for what is no JSON."""
    doubled: list[tuple[dict[str, Any], str]] = []

    def to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                doubled.append((found, key))
            found[key] = value
        return found

    try:
        raw = json.loads(text, object_pairs_hook=to_object)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadDesign(design, (Problem("", f"design.json is no JSON ({where}): {error.msg}"),)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or brackets as deep
        raise BadDesign(design, (Problem("", "design.json has a number too long or brackets too deep"),)) from None
    if not isinstance(raw, dict):
        raise BadDesign(design, (Problem("", "design.json must hold one object: { … }"),))
    places = {id(node): parts for parts, node in _objects(raw)}
    return raw, [
        Problem(_pointer((*places[id(node)], key)), f'the key "{key}" stands twice in this object; keep one')
        for node, key in doubled
        if id(node) in places
    ]


def _objects(raw: dict[str, Any]) -> Iterable[tuple[tuple[str, ...], dict[str, Any]]]:
    left: list[tuple[tuple[str, ...], Any]] = [((), raw)]
    while left:
        parts, node = left.pop()
        if isinstance(node, dict):
            yield parts, node
            left += [((*parts, key), child) for key, child in node.items()]
        elif isinstance(node, list):
            left += [((*parts, str(index)), child) for index, child in enumerate(node)]


def _pointer(parts: Iterable[str]) -> str:
    """Return the JSON Pointer (RFC 6901) of a place."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _raw_fields(raw: dict[str, Any]) -> dict[str, Any]:
    fields = raw.get("fields")
    if not isinstance(fields, list):
        return {}
    return {field["name"]: field for field in fields if isinstance(field, dict) and isinstance(field.get("name"), str)}


def _field_type(raw: dict[str, Any]) -> FieldType | None:
    try:
        return FieldType(raw.get("type", "text"))
    except ValueError:
        return None


def _choices(fields: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the values of each choice and flag field, from raw JSON or from models."""
    found: dict[str, tuple[str, ...]] = {}
    for name, field in fields.items():
        kind = field.get("type") if isinstance(field, dict) else field.type
        listed = field.get("choices", ()) if isinstance(field, dict) else field.choices
        if kind == FieldType.FLAG:
            found[name] = ("true", "false")
        elif kind in CHOICE_TYPES and isinstance(listed, list | tuple):
            found[name] = tuple(choice for choice in listed if isinstance(choice, str))
    return found


def _doubled_fields(raw: dict[str, Any]) -> list[Problem]:
    fields = raw.get("fields")
    names = [field.get("name") for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    return [
        Problem(f"/fields/{index}/name", f"two fields are called '{name}'; rename one")
        for index, name in enumerate(names)
        if isinstance(name, str) and name in names[:index]
    ]


def _good_fields(raw: dict[str, Any]) -> dict[int, MergeField]:
    """Return the fields that are right in themselves, by their index, whatever else is wrong in the document."""
    listed = raw.get("fields")
    good = {}
    for index, field in enumerate(listed if isinstance(listed, list) else ()):
        with suppress(ValidationError):
            good[index] = MERGE_FIELD.validate_python(field)
    return good


def _own_value_problems(fields: Mapping[int, MergeField]) -> list[Problem]:
    """A sample or fallback that the field's own rules refuse would never be drawn."""
    return [
        Problem(f"/fields/{index}/{key}", f"'{text}' breaks the field's own rules ({flag})")
        for index, field in fields.items()
        for key, text, rules in (("sample", field.sample, field), ("fallback", field.fallback, as_written(field)))
        if text and (flag := judge(rules, text, Words.SIGNED).refusal)
    ]


def _default_value_problems(
    raw: dict[str, Any], names: Iterable[str], fields: Mapping[int, MergeField]
) -> list[Problem]:
    given = raw.get("default_values", {})
    if not isinstance(given, dict):
        return []
    by_name = {field.name: field for field in fields.values()}
    problems = []
    for name, text in given.items():
        pointer = _pointer(("default_values", name))
        if name not in names:
            problems.append(Problem(pointer, f"the design has no field '{name}'{did_you_mean(name, names)}"))
        elif name not in by_name or not isinstance(text, str):
            continue
        elif flag := judge(as_written(by_name[name]), text, Words.SIGNED).refusal:
            problems.append(Problem(pointer, f"'{text}' breaks the field's own rules ({flag})"))
    problems += [
        Problem(
            f"/default_values/{field.name}" if "default_values" in raw else "/default_values",
            f"the required field '{field.name}' needs a value here; the default image is drawn with it when a "
            "recipient has none",
        )
        for field in fields.values()
        if field.required and field.name not in given
    ]
    return problems


# What pydantic calls a mistake, and what a designer should read. {…} are pydantic's facts.
SENTENCES = {
    "missing": "this key is needed and missing",
    "string_type": "write a text in double quotes here",
    "string_unicode": "holds half a character (a lone surrogate); write the whole one",
    "int_type": "write a whole number here",
    "int_from_float": "write a whole number here",
    "float_type": "write a number here",
    "bool_type": "write true or false here",
    "list_type": "write a list here: [ … ]",
    "tuple_type": "write a list here: [ … ]",
    "dict_type": "write an object here: {{ … }}",
    "model_type": "write an object here: {{ … }}",
    "model_attributes_type": "write an object here: {{ … }}",
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "needs at least {min_length} entries",
    "too_long": "may have at most {max_length} entries",
    "string_pattern_mismatch": "is not of the form {pattern}",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "finite_number": "must be a finite number",
    "union_tag_not_found": 'is of no kind known here; a layer has "type": "text", "image" or "shape"; a fill is a '
    'colour or has "type": "linear" or "radial"',
    "mistake": "{sentence}",
}


def _problem(details: ErrorDetails) -> Problem:
    context = details.get("ctx", {})
    # «…» is the model that a union took, [key] says that an object's key is wrong, not its value.
    parts = [str(part) for part in details["loc"] if part != "[key]" and not str(part).startswith("«")]
    if beside := context.get("beside"):
        parts[-1] = beside
    pointer = _pointer(parts)
    kind = details["type"]
    if kind == "extra_forbidden":
        near = did_you_mean(parts[-1], _all_keys())
        return Problem(pointer, f"there is no key '{parts[-1]}' here{near}" + ("" if near else "; remove it"))
    if kind == "value_error":
        return Problem(pointer, str(context.get("error", details["msg"])))
    sentence = SENTENCES.get(kind)
    return Problem(pointer, sentence.format(**context) if sentence else details["msg"])


def _all_keys() -> frozenset[str]:
    def properties(node: Any) -> Iterable[str]:
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                yield from node["properties"]
            for child in node.values():
                yield from properties(child)

    return frozenset(properties(Document.model_json_schema()))
