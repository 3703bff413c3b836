"""The model of a design document, ``design.json``."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator

from imgurl.design.budget import max_dpr_of
from imgurl.design.layers.image import Focus, ImageLayer, Initials, ObjectFit
from imgurl.design.layers.names import AssetName, TemplateText, asset_files
from imgurl.design.layers.table import AnyLayer
from imgurl.design.layers.text import TextLayer
from imgurl.design.model import Model, mistake
from imgurl.design.paint import ColorText, Linear, Radial, kind_of_paint
from imgurl.design.sources import MAX_HOSTS, Host, Sources
from imgurl.formats import ImageFormat
from imgurl.merge.fields import CHOICE_TYPES, LOCALE, MergeField
from imgurl.merge.kinds import READ_TYPES, FieldType, reading_name

# Output limits (pixels): a side, and the area in device pixels.
MAX_SIDE = 4_096
MAX_AREA = 8_000_000

# Layers with a remote picture.
MAX_REMOTE = 8


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
    fit: Annotated[ObjectFit, Field(strict=False)] = ObjectFit.COVER
    focus: Focus = Focus()


def _kind_of_background(value: Any) -> str | None:
    is_picture = isinstance(value, PictureBackground) or (isinstance(value, dict) and "asset" in value)
    return "«picture»" if is_picture else kind_of_paint(value)


def _check_background(background: Any) -> Any:
    # It is the base of the one plate of the design, and everything else is laid over it.
    is_dynamic = "<<" in background if isinstance(background, str) else background.placeholders
    if is_dynamic:
        over = "an image layer" if isinstance(background, PictureBackground) else "a shape with this fill"
        raise mistake(f"a background can't change with a field; lay {over} over it")
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


def _check_layers(layers: tuple[AnyLayer, ...]) -> tuple[AnyLayer, ...]:
    # Decoded, all of a picture's remote pictures are in the memory of a renderer at once.
    count = sum(isinstance(layer, ImageLayer) and layer.remote_name is not None for layer in layers)
    if count > MAX_REMOTE:
        raise mistake(f"{count} layers show remote pictures; at most {MAX_REMOTE} may")
    return layers


class JpegModel(Model):
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
    #: Where remote pictures and sources may be, if the operator of the server allows it too.
    hosts: Annotated[tuple[Host, ...], Field(strict=False, max_length=MAX_HOSTS)] = ()
    fields: Annotated[tuple[MergeField, ...], Field(strict=False, max_length=32)] = ()
    sources: Sources = {}
    layers: Annotated[tuple[AnyLayer, ...], Field(strict=False, max_length=100), AfterValidator(_check_layers)] = ()
    #: Values of the default image, for required fields and wherever the fallbacks make no good picture.
    default_values: dict[str, str] = {}
    expired_image: Annotated[AssetName, AfterValidator(_check_expired)] | None = None
    max_age: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    #: The format of links that name none.
    format: Annotated[ImageFormat, Field(strict=False)] = ImageFormat.PNG
    jpeg: JpegModel = JpegModel()

    @cached_property
    def by_name(self) -> Mapping[str, MergeField]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def readings(self) -> frozenset[str]:
        """The fields whose values are needed as they were read, not only as they are drawn: conditions compare them."""
        used = frozenset[str]().union(*(layer.placeholders for layer in self.layers))
        return frozenset(
            field.name for field in self.fields if field.type in READ_TYPES and reading_name(field.name) in used
        )

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
        """All files that the document can mean, each with the pointer to its first mention."""
        choices = choices_of(self.by_name)
        named = {
            f"/layers/{index}/{key}": name
            for index, layer in enumerate(self.layers)
            if isinstance(layer, ImageLayer)
            for key, name in layer.asset_names.items()
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

    @cached_property
    def remote_layers(self) -> tuple[ImageLayer, ...]:
        """The layers whose picture is somewhere else."""
        return tuple(layer for layer in self.layers if isinstance(layer, ImageLayer) and layer.remote_name is not None)

    @property
    def families(self) -> frozenset[str]:
        """The font families named."""
        layers = [layer for layer in self.layers if isinstance(layer, TextLayer)]
        spans = [style.family for layer in layers for style in layer.styles.values() if style.family]
        initials = [layer.fallback.family for layer in self.remote_layers if isinstance(layer.fallback, Initials)]
        return frozenset([layer.font.family for layer in layers] + spans + [name for name in initials if name])


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a design document."""
    return Document.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "imgurl design document",
    }


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
