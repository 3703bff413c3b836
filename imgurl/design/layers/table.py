"""All types of layers, by the word in their ``type``; the group, which holds layers of any type, among them."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator

from imgurl.design.layers.chart import ChartLayer
from imgurl.design.layers.code import BarcodeLayer, QrLayer
from imgurl.design.layers.countdown import CountdownLayer
from imgurl.design.layers.image import ImageLayer
from imgurl.design.layers.layer import FAR, Layer
from imgurl.design.layers.names import AssetName, asset_files
from imgurl.design.layers.progress import ProgressLayer
from imgurl.design.layers.rating import RatingLayer
from imgurl.design.layers.shape import Shape, ShapeLayer
from imgurl.design.layers.text import TextLayer
from imgurl.design.model import Model, NotEmpty, mistake, pick
from imgurl.words import did_you_mean

# Layers in a group, and groups in each other.
MAX_MEMBERS = 50
MAX_DEPTH = 4


class Direction(StrEnum):
    """Which way a stack grows."""

    VERTICAL = "vertical"
    HORIZONTAL = "horizontal"


class Placement(StrEnum):
    """Where something smaller is in its room: at the beginning, the middle, the end."""

    START = "start"
    CENTER = "center"
    END = "end"


class Stack(Model):
    """Layers one after the other, each as large as what it shows; one that shows nothing takes no room.

    ``gap`` is in px. ``align`` is across the direction, ``justify`` along it.
    """

    direction: Annotated[Direction, Field(strict=False)] = Direction.VERTICAL
    gap: Annotated[int, Field(ge=0, le=1_000)] = 0
    align: Annotated[Placement, Field(strict=False)] = Placement.START
    justify: Annotated[Placement, Field(strict=False)] = Placement.START


class Clip(Model):
    """What of a group is seen: the inside of a shape as large as its box, or where a picture is opaque."""

    shape: Annotated[Shape, Field(strict=False)] = Shape.RECTANGLE
    radius: Annotated[float, Field(ge=0, le=FAR)] = 0.0
    mask: AssetName | None = None

    @field_validator("shape")
    @classmethod
    def _has_inside(cls, shape: Shape) -> Shape:
        if shape is Shape.LINE:
            raise mistake("a line has no inside; clip with a rectangle, rounded or ellipse")
        return shape


class GroupLayer(Layer):
    """Layers that are placed, clipped, faded and turned together; their boxes are relative to the group's."""

    type: str = Field("group", pattern="^group$")
    layers: Annotated[tuple["AnyLayer", ...], Field(strict=False, max_length=MAX_MEMBERS), NotEmpty]
    stack: Annotated[Stack | None, Field(validate_default=True)] = None
    clip: Clip | None = None
    shadow: None = None

    @property
    def depth(self) -> int:
        """How many groups are in each other, this one counted."""
        return 1 + max((layer.depth for layer in self.layers if isinstance(layer, GroupLayer)), default=0)

    @property
    def mixes(self) -> bool:
        """Whether it mixes with what is below as a whole, or a layer in it does."""
        return super().mixes or any(layer.mixes for layer in self.layers)

    @property
    def members(self) -> Iterator[tuple[str, "AnyLayer"]]:
        """Yield the layers of the group, and those of groups in it, with their pointers in this one."""
        for index, layer in enumerate(self.layers):
            yield f"/layers/{index}", layer
            if isinstance(layer, GroupLayer):
                yield from ((f"/layers/{index}{pointer}", member) for pointer, member in layer.members)

    def files(self, choices: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
        """Return the files that the group may show, each with the pointer to it in the layer."""
        found = (
            dict.fromkeys(asset_files(self.clip.mask, choices), "/clip/mask") if self.clip and self.clip.mask else {}
        )
        for index, layer in enumerate(self.layers):
            found = {file: f"/layers/{index}{place}" for file, place in layer.files(choices).items()} | found
        return found

    @field_validator("layers")
    @classmethod
    def _refer_to_each_other(cls, layers: tuple["AnyLayer", ...]) -> tuple["AnyLayer", ...]:
        named = {layer.id for layer in layers if layer.id}
        for index, layer in enumerate(layers):
            for wanted in references(layer):
                if wanted not in named:
                    near = did_you_mean(wanted, named)
                    raise mistake(
                        f"layer {index} of the group refers to '{wanted}', but no layer in it has this id{near}"
                    )
        if order_of(layers) is None:
            raise mistake("layers of the group follow each other in a circle; let one of them have a place of its own")
        return layers

    @field_validator("stack")
    @classmethod
    def _has_room(cls, stack: Stack | None, info: ValidationInfo) -> Stack | None:
        layers, box = info.data.get("layers"), info.data.get("box")
        if layers is None or box is None:
            return stack
        if 1 + max((layer.depth for layer in layers if isinstance(layer, GroupLayer)), default=0) > MAX_DEPTH:
            raise mistake(
                f"more than {MAX_DEPTH} groups are in each other; put some of them side by side", beside="layers"
            )
        if stack is None:
            return stack
        if any(list(references(layer)) for layer in layers):
            raise mistake(
                "the layers of a stack follow each other by themselves; put what hugs one into a group with it"
            )
        is_vertical = stack.direction is Direction.VERTICAL
        sizes = [layer.box.height if is_vertical else layer.box.width for layer in layers]
        needed, room = sum(sizes) + stack.gap * (len(sizes) - 1), box.height if is_vertical else box.width
        if needed > room:
            side = "high" if is_vertical else "wide"
            raise mistake(
                f"all layers together may become {needed} px {side}, the group's box is {room}; make it larger or "
                "theirs smaller",
            )
        return stack


def with_members(layers: Mapping[str, "AnyLayer"]) -> Mapping[str, "AnyLayer"]:
    """Return layers by their pointers, and after each group its members."""
    found: dict[str, AnyLayer] = {}
    for pointer, layer in layers.items():
        found[pointer] = layer
        if isinstance(layer, GroupLayer):
            found |= {f"{pointer}{place}": member for place, member in layer.members}
    return found


def references(layer: "AnyLayer") -> Iterator[str]:
    """Yield the ids of the layers of its group that a layer begins after, or is drawn around."""
    if layer.after is not None:
        yield layer.after.layer
    if isinstance(layer, ShapeLayer) and layer.hug is not None:
        yield layer.hug.layer


def order_of(layers: Sequence["AnyLayer"]) -> tuple[int, ...] | None:
    """Return the order in which the members of a group can be laid out, by their numbers; None for a circle."""
    numbers = {layer.id: number for number, layer in enumerate(layers) if layer.id}
    graph = {
        number: [numbers[one] for one in references(layer) if one in numbers] for number, layer in enumerate(layers)
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return None


KINDS = ("text", "image", "shape", "qr", "barcode", "rating", "progress", "chart", "countdown", "group")


# Tags in «», so that mistakes.problem_of can leave them out of a mistake's place. None is reported as an unknown kind,
# once, instead of the mistakes of all the models.
def _kind(value: Any) -> str | None:
    kind = pick(value, "type")
    return f"«{kind}»" if kind in KINDS else None


AnyLayer = Annotated[
    Annotated[TextLayer, Tag("«text»")]
    | Annotated[ImageLayer, Tag("«image»")]
    | Annotated[ShapeLayer, Tag("«shape»")]
    | Annotated[QrLayer, Tag("«qr»")]
    | Annotated[BarcodeLayer, Tag("«barcode»")]
    | Annotated[RatingLayer, Tag("«rating»")]
    | Annotated[ProgressLayer, Tag("«progress»")]
    | Annotated[ChartLayer, Tag("«chart»")]
    | Annotated[CountdownLayer, Tag("«countdown»")]
    | Annotated[GroupLayer, Tag("«group»")],
    Discriminator(_kind),
]

GroupLayer.model_rebuild()
