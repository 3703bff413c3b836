"""The design document ``design.json`` and the check that reports all its mistakes at once."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, ValidationError
from pydantic.functional_validators import AfterValidator
from pydantic_core import ErrorDetails

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
from imgurl.merge.fields import FieldType, MergeField
from imgurl.merge.resolve import Flag, accept
from imgurl.text.fonts import FontCatalogue

# Output limits (pixels): a side, and the area in device pixels.
MAX_SIDE = 4_096
MAX_AREA = 8_000_000


class Size(Model):
    """Width and height in CSS pixels."""

    width: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    height: Annotated[int, Field(ge=1, le=MAX_SIDE)]


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


def _check_values(field: MergeField) -> MergeField:
    """A sample or fallback that the field's own rules refuse would never be drawn."""
    for key, text in (("sample", field.sample), ("fallback", field.fallback or "")):
        flags: list[Flag] = []
        if text and not accept(field, text, flags):
            raise mistake(f"'{text}' breaks the field's own rules ({flags[-1]})", key)
    return field


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
    fields: Annotated[
        tuple[Annotated[MergeField, AfterValidator(_check_values)], ...], Field(strict=False, max_length=32)
    ] = ()
    layers: Annotated[tuple[AnyLayer, ...], Field(strict=False, max_length=100)] = ()
    #: Values of the default image, for required fields and wherever the fallbacks make no good picture.
    default_values: dict[str, str] = {}
    expired_image: AssetName | None = None
    max_age: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    jpeg: JpegSettings = JpegSettings()

    @property
    def by_name(self) -> Mapping[str, MergeField]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    @property
    def max_dpr(self) -> int:
        """The highest ``_dpr`` at which the picture stays within the limits."""
        area = self.size.width * self.size.height
        side = max(self.size.width, self.size.height)
        return max(dpr for dpr in (1, 2, 3) if dpr == 1 or (area * dpr**2 <= MAX_AREA and side * dpr <= MAX_SIDE))

    @property
    def asset_names(self) -> frozenset[str]:
        """All files the document can mean."""
        choices = _choices({field.name: field for field in self.fields})
        named = [layer.asset for layer in self.layers if isinstance(layer, ImageLayer)]
        if isinstance(self.background, PictureBackground):
            named.append(self.background.asset)
        if self.expired_image:
            named.append(self.expired_image)
        return frozenset(file for name in named for file in asset_files(name, choices))

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
    try:
        raw = json.loads(text, object_pairs_hook=_without_doubles)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadDesign(design, (Problem("", f"design.json is no JSON ({where}): {error.msg}"),)) from None
    except _DoubledKey as error:
        raise BadDesign(design, (Problem("", f'the key "{error}" stands twice in one object; keep one'),)) from None
    if not isinstance(raw, dict):
        raise BadDesign(design, (Problem("", "design.json must hold one object: { … }"),))
    raw_fields = _raw_fields(raw)
    surroundings = Known(
        fields={name: _field_type(field) for name, field in raw_fields.items()},
        choices=_choices(raw_fields),
        assets=frozenset(assets),
        fonts=fonts,
    )
    problems = [*_doubled_fields(raw)]
    document = None
    try:
        document = Document.model_validate(raw, context=surroundings)
    except ValidationError as error:
        problems += [_problem(details) for details in error.errors(include_url=False)]
    if document is not None:
        problems += _default_value_problems(document)
    if problems or document is None:
        raise BadDesign(design, dict.fromkeys(problems))
    return document


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a design document."""
    return Document.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "imgurl design document",
    }


class _DoubledKey(ValueError):
    pass


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _DoubledKey(next(name for name in names if names.count(name) > 1))
    return found


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
        elif kind == FieldType.CHOICE and isinstance(listed, list | tuple):
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


def _default_value_problems(document: Document) -> list[Problem]:
    problems = []
    for name, text in document.default_values.items():
        field = document.by_name.get(name)
        if field is None:
            sentence = f"the design has no field '{name}'{did_you_mean(name, document.by_name)}"
            problems.append(Problem(f"/default_values/{name}", sentence))
        elif not accept(field, text, []):
            problems.append(Problem(f"/default_values/{name}", f"'{text}' breaks the field's own rules"))
    problems += [
        Problem(
            "/default_values",
            f"the required field '{field.name}' has no value here; the default image is drawn with it when a "
            "recipient has none",
        )
        for field in document.fields
        if field.required and field.name not in document.default_values
    ]
    return problems


# What pydantic calls a mistake, and what a designer should read. {…} are pydantic's facts.
SENTENCES = {
    "missing": "this key is needed and missing",
    "string_type": "write a text in double quotes here",
    "int_type": "write a whole number here",
    "int_from_float": "write a whole number here",
    "float_type": "write a number here",
    "bool_type": "write true or false here",
    "list_type": "write a list here: [ … ]",
    "tuple_type": "write a list here: [ … ]",
    "dict_type": "write an object here: { … }",
    "model_type": "write an object here: { … }",
    "model_attributes_type": "write an object here: { … }",
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
    "finite_number": "must be a finite number",
    "union_tag_not_found": 'is of no kind known here; a layer has "type": "text", "image" or "shape"; a fill is a '
    'colour or has "type": "linear" or "radial"',
    "mistake": "{sentence}",
}


def _problem(details: ErrorDetails) -> Problem:
    context = details.get("ctx", {})
    parts = [str(part) for part in details["loc"] if not str(part).startswith("«")]
    if at := context.get("at"):
        parts.append(at)
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
    kind = details["type"]
    if kind == "extra_forbidden":
        return Problem(pointer, f"there is no key '{parts[-1]}' here{did_you_mean(parts[-1], _all_keys())}; remove it")
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
