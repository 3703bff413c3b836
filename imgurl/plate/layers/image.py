"""Paint an image layer: a picture of the design's folder or a remote one, fitted into its box and cut round."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from imgurl.design.layers.image import ImageLayer, Initials, ObjectFit
from imgurl.design.layers.names import asset_files
from imgurl.design.layers.shape import Shape, ShapeLayer
from imgurl.design.layers.text import FontModel, TextLayer
from imgurl.merge.template import parse_template
from imgurl.plate.layers.initials import initials_of
from imgurl.plate.layers.painter import DisplayItem, Painter
from imgurl.plate.layers.shape import ShapePainter
from imgurl.plate.layers.text import TextPainter
from imgurl.raster.canvas import Canvas
from imgurl.raster.pictures import cut_round, draw_picture, picture_bytes, resized_to_fit, trimmed
from imgurl.text.style import Align, VerticalAlign

# Of a disc's height, the size of the letters on it.
LETTERS = 0.42

# The one placeholder of the text of initials.
INITIALS = "initials"


@dataclass(frozen=True, eq=False)
class ImagePainter(Painter):
    """Paints a picture; which one may depend on values."""

    layer: ImageLayer

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Choose the picture; None if it is named after a value that is missing and there is nothing in its place."""
        layer = self.layer
        if layer.remote_name is None:
            return self._of_folder(layer.asset or "", texts)
        digest = texts.get(layer.remote_name, "")
        remote = self.context.remote(digest) if digest else None
        if remote is not None:
            return self._of_remote(trimmed(remote) if layer.trim else remote, texts)
        match layer.fallback:
            case str():
                return self._of_folder(layer.fallback, texts)
            case Initials():
                return self._of_initials(layer.fallback, texts)
            case None:
                return None

    def _of_folder(self, asset: str, texts: Mapping[str, str]) -> DisplayItem | None:
        # Resolved values of choices and flags are words of the design's own, so this is one of the files that were
        # checked and read when the design was compiled; no value can name another one.
        choices = {name: (texts.get(name, ""),) for name in parse_template(asset).fields}
        if not all(choice for (choice,) in choices.values()):
            return None
        (file,) = asset_files(asset, choices)
        shadow, box = self.shadow(texts), self.box

        def draw(canvas: Canvas, left: int, top: int) -> None:
            # Resized for each drawing, though it is the same each time: it happens at compile time for static layers,
            # and where no value changed, the fragment is kept.
            picture = self._fitted(self.context.pictures(file), self.layer.fit)
            draw_picture(canvas, picture, box.left - left, box.top - top, shadow)

        return DisplayItem(self.extent, draw)

    def _of_remote(self, remote: Canvas, texts: Mapping[str, str]) -> DisplayItem:
        # Fitted now: by the time it is drawn once more, the picture may have been forgotten.
        picture, shadow, box = self._fitted(remote, self.layer.fit), self.shadow(texts), self.box

        def draw(canvas: Canvas, left: int, top: int) -> None:
            draw_picture(canvas, picture, box.left - left, box.top - top, shadow)

        return DisplayItem(self.extent, draw, size=1_000 + picture_bytes(picture))

    def _fitted(self, picture: Canvas, fit: ObjectFit) -> Canvas:
        layer, box = self.layer, self.box
        fitted = resized_to_fit(picture, box.width, box.height, fit, (layer.focus.x, layer.focus.y))
        return cut_round(fitted, layer.radius * self.context.dpr, circle=layer.circle)

    def _of_initials(self, fallback: Initials, texts: Mapping[str, str]) -> DisplayItem | None:
        letters = initials_of(parse_template(fallback.initials).text(texts))
        if not letters:
            return None
        disc, text = self._initials
        below, above = disc.upright(texts), text.upright({**texts, INITIALS: letters})

        def draw(canvas: Canvas, left: int, top: int) -> None:
            for item in (below, above):
                if item is not None:
                    item.draw(canvas, left, top)

        return DisplayItem(self.extent, draw)

    @cached_property
    def _initials(self) -> tuple[ShapePainter, TextPainter]:
        """The painters of the disc, or of the rounded box, and of the letters on it."""
        layer, fallback = self.layer, self.layer.fallback
        assert isinstance(fallback, Initials)
        side = min(layer.box.width, layer.box.height)
        square = layer.box.model_copy(
            update={
                "x": layer.box.x + (layer.box.width - side) // 2, "y": layer.box.y + (layer.box.height - side) // 2,
                "width": side, "height": side,
            }
        )  # fmt: skip
        is_disc = layer.circle or not layer.radius
        size = max(4.0, side * LETTERS)
        disc = ShapeLayer(
            box=square if is_disc else layer.box, shape=Shape.ELLIPSE if is_disc else Shape.ROUNDED,
            radius=layer.radius, fill=fallback.fill, shadow=layer.shadow,
        )  # fmt: skip
        font = FontModel(
            family=fallback.family or self.context.fonts.fallback[0], weight=fallback.weight, size=size, min_size=4.0
        )
        text = TextLayer(
            box=square, text=f"<<{INITIALS}>>", font=font, color=fallback.color, align=Align.CENTER,
            valign=VerticalAlign.MIDDLE, line_height=1.0,
        )  # fmt: skip
        return ShapePainter(disc, self.context), TextPainter(text, self.context)
