"""The model of a design document, ``design.json``."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator

from imgurl.design.backgrounds import AnyBackground, Background, ChooseBackground, PictureBackground
from imgurl.design.budget import max_dpr_of, seconds_of
from imgurl.design.languages import KEYS
from imgurl.design.layers.choose import Choose, LayerOrChoose, first_that_holds
from imgurl.design.layers.code import CodeLayer
from imgurl.design.layers.coding import Coding
from imgurl.design.layers.countdown import CountdownLayer
from imgurl.design.layers.image import ImageLayer, Initials
from imgurl.design.layers.names import AssetName, TaggedText, TemplateText, asset_files
from imgurl.design.layers.table import AnyLayer, with_members
from imgurl.design.layers.text import TextLayer
from imgurl.design.model import Model, mistake
from imgurl.design.sizes import MAX_SIZES, SizeModel, SizeName
from imgurl.design.sources import MAX_HOSTS, Host, Sources
from imgurl.formats import ImageFormat
from imgurl.merge.fields import CHOICE_TYPES, LOCALE, MergeField
from imgurl.merge.kinds import READ_TYPES, FieldType, reading_name

# Output limits (pixels): a side, and the area in device pixels.
MAX_SIDE = 4_096
MAX_AREA = 8_000_000

# Layers with a remote picture.
MAX_REMOTE = 8


# The language of a design that names none, as of a text layer.
LANGUAGE = "en"


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


def _check_expired(name: str) -> str:
    if "<<" in name:
        raise mistake("the picture for expired URLs is drawn without values; name one file")
    return name


class JpegModel(Model):
    """How the design is written as JPEG; 4:4:4 keeps small coloured text sharp and costs about a fifth more."""

    quality: Annotated[int, Field(ge=40, le=95)] = 85
    subsampling: Annotated[str, Field(pattern="^4:(2:0|4:4)$")] = "4:2:0"


class PageSize(StrEnum):
    """The page of a PDF: as large as the design, or paper."""

    DESIGN = "design"
    A4 = "A4"
    LETTER = "Letter"


class Orientation(StrEnum):
    """How paper lies; auto: as the design does."""

    AUTO = "auto"
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


class PdfModel(Model):
    """How the design is written as PDF: scaled to fit its page, in the middle. ``margin`` in px of 1/96 inch."""

    page: Annotated[PageSize, Field(strict=False)] = PageSize.DESIGN
    orientation: Annotated[Orientation, Field(strict=False)] = Orientation.AUTO
    margin: Annotated[float, Field(ge=0, le=300)] = 0.0
    #: What the viewer's window is called; the design's title if it is empty.
    title: TemplateText = ""

    @field_validator("orientation", "margin")
    @classmethod
    def _of_paper(cls, value: Any, info: ValidationInfo) -> Any:
        if info.data.get("page") is PageSize.DESIGN and value not in (Orientation.AUTO, 0.0):
            raise mistake('is for paper; a page of the design\'s own size has none. Write "page": "A4" or "Letter"')
        return value


def remote_among(layers: Mapping[str, AnyLayer]) -> tuple[ImageLayer, ...]:
    """Return those of some layers whose picture is somewhere else."""
    images = (layer for layer in layers.values() if isinstance(layer, ImageLayer))
    return tuple(layer for layer in images if layer.remote_name is not None)


def _check_layers(layers: tuple[LayerOrChoose, ...]) -> tuple[LayerOrChoose, ...]:
    # Decoded, all of a picture's remote pictures are in the memory of a renderer at once.
    count = sum(map(_most_remote, layers))
    if count > MAX_REMOTE:
        raise mistake(f"{count} layers show remote pictures; at most {MAX_REMOTE} may")
    return layers


def _most_remote(part: LayerOrChoose) -> int:
    """Return how many remote pictures a layer shows with its members, or a choice in its richest case."""
    shown = [part.layers_of(case)[1] for case in range(len(part.cases) + 1)] if isinstance(part, Choose) else [(part,)]
    return max(len(remote_among(with_members({str(number): one for number, one in enumerate(each)}))) for each in shown)


class Document(Model):
    """A design: what is drawn, and what may be different for each recipient."""

    schema_: Annotated[str, Field(alias="$schema")] = ""
    title: Annotated[str, Field(min_length=1, max_length=120)]
    description: Annotated[str, Field(max_length=500)] = ""
    size: Size
    #: Further sizes of the design, each a design of its own.
    sizes: Annotated[dict[SizeName, SizeModel], Field(max_length=MAX_SIZES)] = {}
    background: AnyBackground = "#ffffff"
    #: Tags are left out of it.
    alt: TaggedText = ""
    #: The language and region of the design (BCP 47): of fields and text layers that name none.
    locale: Annotated[str, Field(pattern=LOCALE)] = ""
    #: Where remote pictures and sources may be, if the operator of the server allows it too.
    hosts: Annotated[tuple[Host, ...], Field(strict=False, max_length=MAX_HOSTS)] = ()
    fields: Annotated[tuple[MergeField, ...], Field(strict=False, max_length=32)] = ()
    sources: Sources = {}
    layers: Annotated[
        tuple[LayerOrChoose, ...], Field(strict=False, max_length=100), AfterValidator(_check_layers)
    ] = ()
    #: Values of the default image, for required fields and wherever the fallbacks make no good picture.
    default_values: dict[str, str] = {}
    expired_image: Annotated[AssetName, AfterValidator(_check_expired)] | None = None
    max_age: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    #: The format of links that name none.
    format: Annotated[ImageFormat, Field(strict=False)] = ImageFormat.PNG
    jpeg: JpegModel = JpegModel()
    pdf: PdfModel = PdfModel()

    @cached_property
    def by_name(self) -> Mapping[str, MergeField]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    @property
    def language(self) -> str:
        """The language of the whole (BCP 47): for those who hear a page."""
        return self.locale.replace("_", "-") or LANGUAGE

    @cached_property
    def choices(self) -> tuple[Choose | ChooseBackground, ...]:
        """What depends on conditions: the background, then layers."""
        return tuple(part for part in (self.background, *self.layers) if isinstance(part, Choose | ChooseBackground))

    def cases_for(self, texts: Mapping[str, str]) -> tuple[int, ...]:
        """Return for each of ``choices`` the case that is shown for resolved values."""
        return tuple(first_that_holds(choice.cases, texts) for choice in self.choices)

    @property
    def else_cases(self) -> tuple[int, ...]:
        """The cases if no condition holds."""
        return tuple(len(choice.cases) for choice in self.choices)

    def background_for(self, cases: tuple[int, ...]) -> Background:
        """Return the background of a variant, given the cases that are shown."""
        if not isinstance(self.background, ChooseBackground):
            return self.background
        return self.background.background_of(cases[0])

    def layers_for(self, cases: tuple[int, ...]) -> Mapping[str, AnyLayer]:
        """Return the layers of a variant by their pointers, back to front, given the cases that are shown."""
        left = iter(cases[1:] if isinstance(self.background, ChooseBackground) else cases)
        found: dict[str, AnyLayer] = {}
        for index, layer in enumerate(self.layers):
            if isinstance(layer, Choose):
                place, chosen = layer.layers_of(next(left))
                found |= {f"/layers/{index}/{place}/{number}": each for number, each in enumerate(chosen)}
            else:
                found[f"/layers/{index}"] = layer
        return found

    @cached_property
    def all_layers(self) -> Mapping[str, AnyLayer]:
        """The layers of all variants by their pointers."""
        most = max((len(choice.cases) for choice in self.choices), default=0)
        found: dict[str, AnyLayer] = {}
        for case in range(most + 1):
            found |= self.layers_for(tuple(min(case, last) for last in self.else_cases))
        return found

    @property
    def every_layer(self) -> Mapping[str, AnyLayer]:
        """The layers of all variants, and those in groups, by their pointers."""
        return with_members(self.all_layers)

    @property
    def codings(self) -> Mapping[str, Coding]:
        """What the codes of all variants are made of, where a value is in it, by the names of their layers."""
        codes = {name: layer for name, layer in self.every_layer.items() if isinstance(layer, CodeLayer)}
        return {layer.id or name: layer.coding for name, layer in codes.items() if layer.coding.fields}

    @property
    def costliest(self) -> Mapping[str, AnyLayer]:
        """The layers of the variant that takes longest to draw, by their pointers."""
        return self.layers_for(tuple(map(_costliest_case, self.choices)))

    @cached_property
    def readings(self) -> frozenset[str]:
        """The fields whose values are needed as they were read, not only as they are drawn: conditions compare them."""
        used = frozenset[str]().union(*(layer.placeholders for layer in self.layers))
        return frozenset(
            field.name for field in self.fields if field.type in READ_TYPES and reading_name(field.name) in used
        )

    @cached_property
    def countdowns(self) -> tuple[CountdownLayer, ...]:
        """The countdowns of all variants, those in groups too."""
        return tuple(layer for layer in self.every_layer.values() if isinstance(layer, CountdownLayer))

    @property
    def max_dpr(self) -> int:
        """The highest ``_dpr`` at which the picture stays within the limits of pixels and of the time to draw."""
        area = self.size.width * self.size.height
        side = max(self.size.width, self.size.height)
        in_time = max_dpr_of(self.costliest.values())
        return max(
            dpr
            for dpr in (1, 2, 3)
            if dpr == 1 or (area * dpr**2 <= MAX_AREA and side * dpr <= MAX_SIDE and dpr <= in_time)
        )

    @property
    def asset_places(self) -> Mapping[str, str]:
        """All files that the document can mean, each with the pointer to its first mention."""
        choices = choices_of(self.by_name)
        named = {
            f"{pointer}/asset": asset_files(background.asset, choices)
            for pointer, background in self._backgrounds.items()
            if isinstance(background, PictureBackground)
        }
        places = {file: pointer for pointer, files in reversed(named.items()) for file in files}
        for pointer, layer in self.all_layers.items():
            places = {file: f"{pointer}{place}" for file, place in layer.files(choices).items()} | places
        return ({self.expired_image: "/expired_image"} if self.expired_image else {}) | places

    @property
    def _backgrounds(self) -> Mapping[str, Background]:
        """The backgrounds of all variants by their pointers."""
        if not isinstance(self.background, ChooseBackground):
            return {"/background": self.background}
        cases = {
            f"/background/cases/{number}/background": case.background
            for number, case in enumerate(self.background.cases)
        }
        return cases | {"/background/else": self.background.else_}

    @cached_property
    def remote_layers(self) -> tuple[ImageLayer, ...]:
        """The layers of all variants, and those in groups, whose picture is somewhere else."""
        return remote_among(self.every_layer)

    @property
    def families(self) -> frozenset[str]:
        """The font families named."""
        layers = [layer for layer in self.every_layer.values() if isinstance(layer, TextLayer | CountdownLayer)]
        texts = [layer for layer in layers if isinstance(layer, TextLayer)]
        styles = [style for layer in texts for style in (*layer.styles.values(), *layer.spans.values())]
        spans = [style.family for style in styles if style.family]
        others = [
            part.font.family for one in self.countdowns for part in (one.labels, one.message) if part and part.font
        ]
        initials = [layer.fallback.family for layer in self.remote_layers if isinstance(layer.fallback, Initials)]
        named = [name for name in initials if name]
        return frozenset([layer.font.family for layer in layers] + spans + others + named)


def _costliest_case(choice: Choose | ChooseBackground) -> int:
    if isinstance(choice, ChooseBackground):
        return len(choice.cases)
    return max(range(len(choice.cases) + 1), key=lambda case: sum(map(seconds_of, choice.layers_of(case)[1])))


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a design document."""
    found: dict[str, Any] = _with_languages(Document.model_json_schema())
    return found | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "imgurl design document",
    }


def _with_languages(node: Any) -> Any:
    """Return a schema in which the texts that may differ by language may also be objects."""
    if isinstance(node, list):
        return [_with_languages(child) for child in node]
    if not isinstance(node, dict):
        return node
    found = {key: _with_languages(child) for key, child in node.items()}
    if isinstance(properties := found.get("properties"), dict):
        texts = {key: _by_language(properties[key]) for key in KEYS & properties.keys()}
        if "default_values" in properties:
            values = properties["default_values"]
            texts["default_values"] = values | {"additionalProperties": _by_language(values["additionalProperties"])}
        found["properties"] = properties | texts
    return found


def _by_language(text: dict[str, Any]) -> dict[str, Any]:
    by_language = {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
    about = {key: text[key] for key in ("title", "default") if key in text}
    return about | {"anyOf": [{key: part for key, part in text.items() if key not in about}, by_language]}


def choices_of(fields: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the values of each choice and flag field, from raw JSON or from models."""
    choices: dict[str, tuple[str, ...]] = {}
    for name, field in fields.items():
        kind = field.get("type") if isinstance(field, dict) else field.type
        listed = field.get("choices", ()) if isinstance(field, dict) else field.choices
        if kind == FieldType.BOOLEAN:
            choices[name] = ("true", "false")
        elif kind in CHOICE_TYPES and isinstance(listed, list | tuple):
            choices[name] = tuple(choice for choice in listed if isinstance(choice, str))
    return choices
