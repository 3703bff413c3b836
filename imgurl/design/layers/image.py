"""Image layers: pictures of the design's folder."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from imgurl.design.layers.layer import FAR, Layer, Shadow
from imgurl.design.layers.names import MAX_FILES, AssetName, AssetOrNothing, FieldName, asset_files
from imgurl.design.model import Model, pick
from imgurl.design.svg import is_svg
from imgurl.errors import pointer_of
from imgurl.merge.template import parse_template


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


class ImageLayer(Layer):
    """A picture from the design's folder; ``radius`` of the corners in px, ``circle`` for a round one."""

    type: str = Field("image", pattern="^image$")
    asset: AnyAsset
    fit: Annotated[ObjectFit, Field(strict=False)] = ObjectFit.COVER
    focus: Focus = Focus()
    radius: Annotated[float, Field(ge=0, le=FAR)] = 0.0
    circle: bool = False
    shadow: Shadow | None = None

    def files(self, choices: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
        """Return the files that may be shown, each with the pointer to it in the layer, given the values of choices."""
        if isinstance(self.asset, str):
            return dict.fromkeys(asset_files(self.asset, choices), "/asset")
        named = {pointer_of(("asset", "assets", value)): name for value, name in self.asset.assets.items()}
        named |= {"/asset/else": self.asset.else_} if self.asset.else_ else {}
        return {file: pointer for pointer, name in named.items() for file in asset_files(name, choices)}

    @property
    def is_vector(self) -> bool:
        """Whether one of its files is an SVG, which takes longer to draw."""
        asset = self.asset
        return any(map(is_svg, (asset,) if isinstance(asset, str) else (*asset.assets.values(), asset.else_)))

    def file_for(self, texts: Mapping[str, str]) -> str | None:
        """Return the file for resolved values; None if there is none, or it is named after a value that is missing."""
        asset = self.asset
        name = asset if isinstance(asset, str) else asset.by_value.get(texts.get(asset.by, "").casefold(), asset.else_)
        fields = parse_template(name).fields
        if not name or not all(texts.get(field) for field in fields):
            return None
        # Resolved values of choices and flags are words of the design's own, so this is one of the files that were
        # checked and read when the design was compiled; no value can name another one.
        (file,) = asset_files(name, {field: (texts[field],) for field in fields})
        return file
