"""Image layers: pictures of the design's folder, and remote ones that values name."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator

from imgurl.design.layers.layer import FAR, Layer, Shadow
from imgurl.design.layers.names import (
    MAX_FILES,
    AssetName,
    AssetOrNothing,
    FieldName,
    PictureUrl,
    TemplateText,
    UrlFieldName,
    asset_files,
)
from imgurl.design.layers.text import Family, Weight
from imgurl.design.model import Model, mistake, pick
from imgurl.design.paint import ColorText, PaintModel
from imgurl.design.svg import is_svg
from imgurl.errors import pointer_of
from imgurl.merge.kinds import picture_name
from imgurl.merge.template import parse_template
from imgurl.merge.url_patterns import filled
from imgurl.outbound.web_urls import WebUrl, read_web_url

DAY = 86_400


class Focus(Model):
    """The point of a picture that stays in sight when it is cropped, in fractions of its width and height."""

    x: Annotated[float, Field(ge=0, le=1)] = 0.5
    y: Annotated[float, Field(ge=0, le=1)] = 0.5


class ObjectFit(StrEnum):
    """How a picture fills its box, as in CSS object-fit."""

    COVER = "cover"
    CONTAIN = "contain"
    FILL = "fill"


class AssetMap(Model):
    """A file for each value of a field, compared without case; ``else`` for all others, "" for no picture."""

    by: FieldName
    assets: Annotated[dict[str, AssetName], Field(min_length=1, max_length=MAX_FILES)]
    else_: Annotated[AssetOrNothing, Field(alias="else")]

    @cached_property
    def by_value(self) -> Mapping[str, str]:
        """The files by value in one case."""
        return {value.casefold(): file for value, file in self.assets.items()}


def _kind_of_asset(value: Any) -> str:
    return "«map»" if pick(value, "by") is not None else "«file»"


AnyAsset = Annotated[
    Annotated[AssetName, Tag("«file»")] | Annotated[AssetMap, Tag("«map»")], Discriminator(_kind_of_asset)
]


class Initials(Model):
    """The first letters of a text on a disc, or on the layer's box if its corners are rounded by a radius.

    ``family`` is by default the first one that letters of any script fall back to.
    """

    initials: TemplateText
    fill: PaintModel = "#5f6b7a"
    color: ColorText = "#ffffff"
    family: Family | None = None
    weight: Weight = 600


def _kind_of_fallback(value: Any) -> str:
    return "«asset»" if isinstance(value, str) else "«initials»"


Fallback = Annotated[
    Annotated[AssetName, Tag("«asset»")] | Annotated[Initials, Tag("«initials»")], Discriminator(_kind_of_fallback)
]


class ImageLayer(Layer):
    """A picture; ``radius`` of the corners in px, ``circle`` for a round one.

    It is a file of the design's folder, or a remote one: ``url`` may hold fields, ``field`` is one of type url. A
    remote picture is kept for ``ttl`` seconds; where it can't be had, ``fallback`` is drawn. ``trim`` cuts its white or
    transparent edges off.
    """

    type: str = Field("image", pattern="^image$")
    asset: AnyAsset | None = None
    url: PictureUrl | None = None
    field: UrlFieldName | None = None
    fit: Annotated[ObjectFit, Field(strict=False)] = ObjectFit.COVER
    focus: Focus = Focus()
    radius: Annotated[float, Field(ge=0, le=FAR)] = 0.0
    circle: bool = False
    shadow: Shadow | None = None
    fallback: Fallback | None = None
    trim: bool = False
    ttl: Annotated[int, Field(ge=60, le=30 * DAY, validate_default=True)] = DAY

    @property
    def remote_name(self) -> str | None:
        """The name of the remote picture among the texts that are drawn; None for a file of the design's folder."""
        if self.url is not None:
            return picture_name(self.url)
        return None if self.field is None else picture_name(f"<<{self.field}>>")

    @property
    def of_folder(self) -> str | AssetMap:
        """What names the file of the design's folder: the picture, or what is shown in place of a remote one."""
        if self.asset is not None:
            return self.asset
        return self.fallback if isinstance(self.fallback, str) else ""

    def files(self, choices: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
        """Return the files that may be shown, each with the pointer to it in the layer, given the values of choices."""
        asset = self.of_folder
        if isinstance(asset, str):
            place = "/asset" if self.asset is not None else "/fallback"
            return dict.fromkeys(asset_files(asset, choices), place) if asset else {}
        named = {pointer_of(("asset", "assets", value)): name for value, name in asset.assets.items()}
        named |= {"/asset/else": asset.else_} if asset.else_ else {}
        return {file: pointer for pointer, name in named.items() for file in asset_files(name, choices)}

    @property
    def is_vector(self) -> bool:
        """Whether one of its files is an SVG, which takes longer to draw."""
        asset = self.of_folder
        return any(map(is_svg, (asset,) if isinstance(asset, str) else (*asset.assets.values(), asset.else_)))

    def file_for(self, texts: Mapping[str, str]) -> str | None:
        """Return the file for resolved values; None if there is none, or it is named after a value that is missing."""
        asset = self.of_folder
        name = asset if isinstance(asset, str) else asset.by_value.get(texts.get(asset.by, "").casefold(), asset.else_)
        fields = parse_template(name).fields
        if not name or not all(texts.get(field) for field in fields):
            return None
        # Resolved values of choices and flags are words of the design's own, so this is one of the files that were
        # checked and read when the design was compiled; no value can name another one.
        (file,) = asset_files(name, {field: (texts[field],) for field in fields})
        return file

    def remote_url(self, values: Mapping[str, str]) -> WebUrl | None:
        """Return where the remote picture is for some values; None if they name none."""
        if self.url is not None:
            return filled(self.url, values)
        return read_web_url(values.get(self.field or "", ""))

    # The last of the keys.
    @field_validator("ttl")
    @classmethod
    def _names_one_picture(cls, ttl: int, info: ValidationInfo) -> int:
        keys = ("asset", "url", "field")
        if not set(keys) <= info.data.keys():
            return ttl
        named = [key for key in keys if info.data[key] is not None]
        if not named:
            raise mistake('name a picture: "asset" of the folder, or a remote one by "url" or "field"', beside="asset")
        if len(named) > 1:
            raise mistake(f"the layer names {len(named)} pictures ({', '.join(named)}); keep one", beside=named[-1])
        if named == ["asset"] and (info.data.get("fallback") is not None or info.data.get("trim")):
            raise mistake(
                'only a remote picture has "fallback" and "trim"; a file of the folder is always there',
                beside="fallback" if info.data.get("fallback") is not None else "trim",
            )
        return ttl
