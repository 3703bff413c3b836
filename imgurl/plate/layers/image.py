"""Paint an image layer: a picture of the design's folder or a remote one, fitted into its box and cut round."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from imgurl.design.layers.image import ImageLayer, Initials
from imgurl.design.layers.shape import Shape, ShapeLayer
from imgurl.design.layers.text import FontModel, TextLayer
from imgurl.geometry import Box
from imgurl.merge.template import parse_template
from imgurl.pdf.display import Item, Placed
from imgurl.pdf.paths import ellipse, rounded
from imgurl.pdf.pictures import Fit, Pictures
from imgurl.plate.layers.initials import initials_of
from imgurl.plate.layers.painter import DisplayItem, Painter
from imgurl.plate.layers.shape import ShapePainter
from imgurl.plate.layers.text import TextPainter
from imgurl.raster.canvas import Canvas, alpha_of
from imgurl.raster.pictures import Picture, cut_round, draw_picture, picture_bytes, resized_to_fit, trimmed
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
        remote = self._remote(texts)
        if remote is not None:
            return self._of_remote(remote, texts)
        fallback = self.layer.fallback
        return self._of_initials(fallback, texts) if isinstance(fallback, Initials) else self._of_folder(texts)

    def marks(self, texts: Mapping[str, str], pictures: Pictures) -> tuple[Item, ...] | None:
        """Return the picture, cut by its box, over its shadow; the pixels of a remote one, and of initials, say it."""
        layer, box = self.layer, self.box
        if isinstance(layer.fallback, Initials) or self._remote(texts) is not None:
            return None
        file = layer.file_for(texts)
        if file is None:
            return ()
        shade = self.shade(
            lambda density: (alpha_of(self._cut(file, density)), box.left * density, box.top * density), texts
        )
        fitted = pictures.fitted(file, Fit(box.width, box.height, layer.fit, (layer.focus.x, layer.focus.y)))
        clip = rounded(box, layer.radius)
        if layer.circle:
            side = min(box.width, box.height)
            left, top = box.left + (box.width - side) // 2, box.top + (box.height - side) // 2
            clip = ellipse(Box(left, top, left + side, top + side))
        place = box.left + fitted.left, box.top + fitted.top, fitted.width, fitted.height
        return *shade, Placed(fitted.picture, *place, clip)

    def _remote(self, texts: Mapping[str, str]) -> Canvas | None:
        """Return the remote picture; None if there is none, or it can't be had."""
        name = self.layer.remote_name
        digest = texts.get(name, "") if name is not None else ""
        remote = self.context.remote(digest) if digest else None
        return trimmed(remote) if remote is not None and self.layer.trim else remote

    def _of_folder(self, texts: Mapping[str, str]) -> DisplayItem | None:
        box, file = self.box, self.layer.file_for(texts)
        if file is None:
            return None
        shadow = self.shadow(texts)

        def draw(canvas: Canvas, left: int, top: int) -> None:
            # Resized for each drawing, though it is the same each time: it happens at compile time for static layers,
            # and where no value changed, the fragment is kept.
            draw_picture(canvas, self._cut(file, self.context.dpr), box.left - left, box.top - top, shadow)

        return DisplayItem(self.extent, draw, box)

    def _of_remote(self, remote: Canvas, texts: Mapping[str, str]) -> DisplayItem:
        # Fitted now: by the time it is drawn once more, the picture may have been forgotten.
        picture, shadow, box = self._fitted(remote, self.context.dpr), self.shadow(texts), self.box

        def draw(canvas: Canvas, left: int, top: int) -> None:
            draw_picture(canvas, picture, box.left - left, box.top - top, shadow)

        return DisplayItem(self.extent, draw, box, size=1_000 + picture_bytes(picture))

    def _cut(self, file: str, dpr: int) -> Canvas:
        return self._fitted(self.context.pictures(file), dpr)

    def _fitted(self, picture: Picture, dpr: int) -> Canvas:
        """Return a picture as large as the layer's box, at so many pixels a CSS pixel."""
        layer, box = self.layer, self.layer.box.scaled(dpr)
        fitted = resized_to_fit(picture, box.width, box.height, layer.fit, (layer.focus.x, layer.focus.y))
        return cut_round(fitted, layer.radius * dpr, circle=layer.circle)

    def _of_initials(self, fallback: Initials, texts: Mapping[str, str]) -> DisplayItem | None:
        letters = initials_of(parse_template(fallback.initials).text(texts))
        if not letters:
            return None
        disc, text = self._initials
        both = disc.upright(texts), text.upright({**texts, INITIALS: letters})
        items = [item for item in both if item is not None]

        def draw(canvas: Canvas, left: int, top: int) -> None:
            for item in items:
                item.draw(canvas, left, top)

        return DisplayItem(self.extent, draw, self.box, size=sum(item.size for item in items))

    @cached_property
    def _initials(self) -> tuple[ShapePainter, TextPainter]:
        """The painters of the disc, or of the rounded box, and of the letters on it."""
        layer, fallback = self.layer, self.layer.fallback
        assert isinstance(fallback, Initials)
        side = min(layer.box.width, layer.box.height)
        right, down = (layer.box.width - side) // 2, (layer.box.height - side) // 2
        square = layer.box.model_copy(
            update={"x": layer.box.x + right, "y": layer.box.y + down, "width": side, "height": side}
        )
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
        # Where this layer is: in a group, that is not where its own box says.
        own = layer.box.scaled(self.context.dpr)
        across, along = self.box.left - own.left, self.box.top - own.top
        disc_at, text_at = (one.box.scaled(self.context.dpr).move(across, along) for one in (disc, text))
        return ShapePainter(disc, self.context, disc_at), TextPainter(text, self.context, text_at)
