"""Paint an image layer: a picture of the design's folder, fitted into its box and cut round."""

from collections.abc import Mapping
from dataclasses import dataclass

from imgurl.design.layers.image import ImageLayer
from imgurl.plate.layers.painter import DisplayItem, Painter
from imgurl.raster.canvas import Canvas
from imgurl.raster.pictures import cut_round, draw_picture, resized_to_fit


@dataclass(frozen=True, eq=False)
class ImagePainter(Painter):
    """Paints a picture; which file may depend on choices and flags."""

    layer: ImageLayer

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Choose the file; None if it is named after a value that is missing."""
        layer, box, dpr = self.layer, self.box, self.context.dpr
        file = layer.file_for(texts)
        if file is None:
            return None
        shadow = self.shadow(texts)

        def draw(canvas: Canvas, left: int, top: int) -> None:
            # Resized for each drawing, though it is the same each time: it happens at compile time for static layers,
            # and where no value changed, the fragment is kept.
            focus = (layer.focus.x, layer.focus.y)
            picture = resized_to_fit(self.context.pictures(file), box.width, box.height, layer.fit, focus)
            picture = cut_round(picture, layer.radius * dpr, circle=layer.circle)
            draw_picture(canvas, picture, box.left - left, box.top - top, shadow)

        return DisplayItem(self.extent, draw, box)
