"""Image layers: pictures of the design's folder, and remote ones that values name."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator

from imgurl.design.layers.layer import FAR, Layer, Shadow
from imgurl.design.layers.names import AssetName, PictureUrl, TemplateText, UrlFieldName
from imgurl.design.layers.text import Family, Weight
from imgurl.design.model import Model, mistake
from imgurl.design.paint import ColorText, PaintModel
from imgurl.merge.kinds import picture_name
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
    asset: AssetName | None = None
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
    def asset_names(self) -> Mapping[str, str]:
        """The files of the design's folder that it names, by its keys."""
        named = {"asset": self.asset, "fallback": self.fallback}
        return {key: name for key, name in named.items() if isinstance(name, str)}

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
