"""Paint a group: its layers placed by what they show, clipped, and mixed with what is below as one picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import assert_never

from imgurl.color import Color
from imgurl.design.layers.layer import After, Side
from imgurl.design.layers.shape import ShapeLayer
from imgurl.design.layers.table import Clip, Direction, GroupLayer, Placement, Stack, order_of, references
from imgurl.design.layers.text import TextLayer
from imgurl.geometry import Box
from imgurl.pdf.display import Group, Item
from imgurl.pdf.pictures import Pictures
from imgurl.plate.layers.on_page import on_page
from imgurl.plate.layers.painter import DisplayItem, Painter, PainterOf, fits_of, moved
from imgurl.plate.layers.shape import mask_of, path_of
from imgurl.raster.canvas import Canvas, blank, lay_picture, masked
from imgurl.raster.pictures import alpha_of, resized_to_fit


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a group laid out: at its place it is ``move`` away from where its painter paints it."""

    painter: Painter
    item: DisplayItem
    move: tuple[int, int] = (0, 0)

    def moved(self, right: int, down: int) -> "Member":
        """Return the member at another place."""
        return Member(self.painter, moved(self.item, right, down), (self.move[0] + right, self.move[1] + down))


@dataclass(frozen=True, eq=False)
class GroupPainter(Painter):
    """Paints a group. ``painter_of`` makes the painters of its members; their boxes are relative to the group's."""

    layer: GroupLayer
    painter_of: PainterOf = field(kw_only=True)

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Lay the members out, each where those that it follows let it begin; None if none of them shows anything."""
        items = {number: member.item for number, member in self._placed(texts).items()}
        if not items:
            return None
        reach, content = Box(0, 0, 0, 0), Box(0, 0, 0, 0)
        for item in items.values():
            reach, content = reach.union(item.box), content.union(item.content)
        shown = tuple(items[number] for number in sorted(items))

        def draw(canvas: Canvas, left: int, top: int) -> None:
            for item in shown:
                item.draw(canvas, left, top)

        fits = tuple(fit for number, item in items.items() for fit in fits_of(item, self._name(number)))
        parts = tuple(part for item in shown for part in item.parts)
        whole = DisplayItem(reach, draw, content, fits, sum(item.size for item in shown), parts=parts)
        return self._clipped(whole) if self.layer.clip else whole

    def marks(self, texts: Mapping[str, str], pictures: Pictures) -> tuple[Item, ...] | None:
        """Return what the members show, moved and cut; None where only pixels say it.

        These are a group that is cut by a picture, and one that is cut while a member mixes with what is below.
        """
        layer = self.layer
        if layer.clip and (layer.clip.mask is not None or any(member.mixes for member in layer.layers)):
            return None
        found = []
        for number, member in sorted(self._placed(texts).items()):
            items = on_page(member.painter, texts, pictures, is_lasting=not layer.placeholders)
            if items:
                found.append(Group(items, move=member.move, name=self._name(number)))
        if not found or layer.clip is None:
            return tuple(found)
        return (Group(tuple(found), clip=path_of(layer.clip.shape, self.box, layer.clip.radius)),)

    def places(self, texts: Mapping[str, str]) -> Mapping[str, Box]:
        """Return where members are whose place follows from others, by their pointers in the group."""
        found: dict[str, Box] = {}
        for number, member in self._placed(texts).items():
            pointer, painter = f"/layers/{number}", member.painter
            if self._moves:
                found[pointer] = painter.box.move(*member.move)
            if isinstance(painter, GroupPainter):
                inner = painter.places(texts)
                found |= {f"{pointer}{below}": box.move(*member.move) for below, box in inner.items()}
        return found

    def _name(self, number: int) -> str:
        return self.layer.layers[number].id or f"layers/{number}"

    @property
    def inks(self) -> tuple[Color, ...]:
        """The colours of all texts in the group."""
        return tuple(ink for painter in self._painters for ink in painter.inks)

    @cached_property
    def _painters(self) -> tuple[Painter, ...]:
        left, top = self.box.left, self.box.top
        made = (self.painter_of(layer, self.context) for layer in self.layer.layers)
        return tuple(replace(painter, at=painter.box.move(left, top)) for painter in made)

    @cached_property
    def _reach(self) -> int:
        """How far anything in the group can be outside of its box."""
        if self.layer.clip:
            return 0
        reach = 0
        for painter in self._painters:
            extent = painter.extent
            sides = (
                self.box.left - extent.left, self.box.top - extent.top,
                extent.right - self.box.right, extent.bottom - self.box.bottom,
            )  # fmt: skip
            # One that is moved can come to any edge of the group, with its shadow, and with ink beyond its line.
            edge = max(painter.box.left - extent.left, painter.box.top - extent.top)
            overhang = painter.layer.font.size * self.context.dpr if isinstance(painter.layer, TextLayer) else 0
            reach = max(reach, *sides, edge + round(overhang) if self._moves else 0)
        return reach

    @property
    def _moves(self) -> bool:
        return self.layer.stack is not None or any(name for one in self.layer.layers for name in references(one))

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """The members that others can refer to, by their ids."""
        return {layer.id: number for number, layer in enumerate(self.layer.layers) if layer.id}

    @cached_property
    def _order(self) -> tuple[int, ...]:
        """The order in which members are laid out: each after those that it refers to."""
        return order_of(self.layer.layers) or ()

    def _placed(self, texts: Mapping[str, str]) -> dict[int, Member]:
        """Return the members that show something, by their numbers, at their places."""
        if self.layer.stack is not None:
            items = [(painter, painter.item(texts)) for painter in self._painters]
            members = {number: Member(painter, item) for number, (painter, item) in enumerate(items) if item}
            return self._stacked(self.layer.stack, members)
        placed: dict[int, Member] = {}
        for number in self._order:
            layer, painter = self.layer.layers[number], self._painters[number]
            if isinstance(layer, ShapeLayer) and layer.hug is not None:
                hugged = placed.get(self._numbers[layer.hug.layer])
                if hugged is None:
                    continue
                across, down = (pixels * self.context.dpr for pixels in layer.hug.padding)
                around = hugged.item.content
                box = Box(around.left - across, around.top - down, around.right + across, around.bottom + down)
                painter = replace(painter, at=box.intersect(painter.box))
            item = painter.item(texts)
            if item is None:
                continue
            member = Member(painter, item)
            if layer.after is not None:
                member = self._after(member, layer.after, placed.get(self._numbers[layer.after.layer]))
            placed[number] = member
        return placed

    def _after(self, member: Member, after: After, following: Member | None) -> Member:
        """Return a member moved to where another one ends; to where that would begin, if it shows nothing."""
        target = self._painters[self._numbers[after.layer]].box
        item, before = member.item, following.item if following else None
        gap = after.gap * self.context.dpr if before else 0
        match after.side:
            case Side.RIGHT:
                begin = before.content.right if before else target.left
                right = min(begin + gap, self.box.right - item.content.width) - item.content.left
                return member.moved(right, 0)
            case Side.BELOW:
                begin = before.content.bottom if before else target.top
                down = min(begin + gap, self.box.bottom - item.content.height) - item.content.top
                return member.moved(0, down)
            case _:
                assert_never(after.side)

    def _stacked(self, stack: Stack, members: Mapping[int, Member]) -> dict[int, Member]:
        box, gap = self.box, stack.gap * self.context.dpr
        is_vertical = stack.direction is Direction.VERTICAL
        contents = [member.item.content for member in members.values()]
        sizes = [content.height if is_vertical else content.width for content in contents]
        room = (box.height if is_vertical else box.width) - sum(sizes) - gap * max(0, len(sizes) - 1)
        pen = (box.top if is_vertical else box.left) + _offset(stack.justify, room)
        placed = {}
        for (number, member), size in zip(members.items(), sizes, strict=True):
            content = member.item.content
            if is_vertical:
                across = box.left + _offset(stack.align, box.width - content.width)
                placed[number] = member.moved(across - content.left, pen - content.top)
            else:
                across = box.top + _offset(stack.align, box.height - content.height)
                placed[number] = member.moved(pen - content.left, across - content.top)
            pen += size + gap
        return placed

    def _clipped(self, item: DisplayItem) -> DisplayItem:
        box, mask = self.box, self._mask

        def draw(canvas: Canvas, left: int, top: int) -> None:
            alone = blank(box.width, box.height)
            item.draw(alone, box.left, box.top)
            lay_picture(canvas, masked(alone, mask), box.left - left, box.top - top)

        parts = tuple(replace(part, box=part.box.intersect(box)) for part in item.parts)
        return replace(item, box=item.box.intersect(box), draw=draw, parts=parts)

    @cached_property
    def _mask(self) -> Canvas:
        """What of the group's box is seen."""
        clip, box = self.layer.clip or Clip(), self.box
        if clip.mask is not None:
            return alpha_of(resized_to_fit(self.context.pictures(clip.mask), box.width, box.height, "fill", (0.5, 0.5)))
        return mask_of(clip.shape, box, clip.radius * self.context.dpr)


def _offset(placement: Placement, room: int) -> int:
    """Return where something begins that leaves so much room."""
    return {Placement.START: 0, Placement.CENTER: room // 2, Placement.END: room}[placement]
