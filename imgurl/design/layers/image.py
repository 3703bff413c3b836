"""Image layers: pictures of the design's folder."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from imgurl.design.layers.layer import FAR, Layer, Shadow
from imgurl.design.layers.names import AssetName
from imgurl.design.model import Model


class Focus(Model):
    """The point of a picture that stays in sight when it is cropped, in fractions of its width and height."""

    x: Annotated[float, Field(ge=0, le=1)] = 0.5
    y: Annotated[float, Field(ge=0, le=1)] = 0.5


class ObjectFit(StrEnum):
    """How a picture fills its box, as in CSS object-fit."""

    COVER = "cover"
    CONTAIN = "contain"
    FILL = "fill"


class ImageLayer(Layer):
    """A picture from the design's folder; ``radius`` of the corners in px, ``circle`` for a round one."""

    type: str = Field("image", pattern="^image$")
    asset: AssetName
    fit: Annotated[ObjectFit, Field(strict=False)] = ObjectFit.COVER
    focus: Focus = Focus()
    radius: Annotated[float, Field(ge=0, le=FAR)] = 0.0
    circle: bool = False
    shadow: Shadow | None = None
