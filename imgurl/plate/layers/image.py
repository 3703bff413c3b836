"""Paint an image layer: a picture of the design's folder, fitted into its box and cut round."""

from collections.abc import Mapping
from dataclasses import dataclass

from imgurl.design.layers.image import ImageLayer
from imgurl.geometry import Box
from imgurl.pdf.display import Item, Placed
from imgurl.pdf.paths import ellipse, rounded
from imgurl.pdf.pictures import Fit, Pictures
from imgurl.plate.layers.painter import DisplayItem, Painter
from imgurl.raster.canvas import Canvas, alpha_of
from imgurl.raster.pictures import cut_round, draw_picture, resized_to_fit


@dataclass(frozen=True, eq=False)
class ImagePainter(Painter):
    """Paints a picture; which file may depend on choices and flags."""

    layer: ImageLayer

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Choose the file; None if it is named after a value that is missing."""
        box, file = self.box, self.layer.file_for(texts)
        if file is None:
            return None
        shadow = self.shadow(texts)

        def draw(canvas: Canvas, left: int, top: int) -> None:
            # Resized for each drawing, though it is the same each time: it happens at compile time for static layers,
            # and where no value changed, the fragment is kept.
            draw_picture(canvas, self._cut(file, self.context.dpr), box.left - left, box.top - top, shadow)

        return DisplayItem(self.extent, draw, box)

    def marks(self, texts: Mapping[str, str], pictures: Pictures) -> tuple[Item, ...] | None:
        """Return the picture, cut by its box, over its shadow."""
        layer, box = self.layer, self.box
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

    def _cut(self, file: str, dpr: int) -> Canvas:
        """Return the picture as large as the layer's box, at so many pixels a CSS pixel."""
        layer, box = self.layer, self.layer.box.scaled(dpr)
        focus = (layer.focus.x, layer.focus.y)
        picture = resized_to_fit(self.context.pictures(file), box.width, box.height, layer.fit, focus)
        return cut_round(picture, layer.radius * dpr, circle=layer.circle)
