"""Which painter paints which layer."""

from typing import assert_never

from imgurl.design.layers.chart import ChartLayer
from imgurl.design.layers.code import BarcodeLayer, QrLayer
from imgurl.design.layers.countdown import CountdownLayer
from imgurl.design.layers.image import ImageLayer
from imgurl.design.layers.progress import ProgressLayer
from imgurl.design.layers.rating import RatingLayer
from imgurl.design.layers.shape import ShapeLayer
from imgurl.design.layers.table import AnyLayer, GroupLayer
from imgurl.design.layers.text import TextLayer
from imgurl.plate.layers.chart import ChartPainter
from imgurl.plate.layers.code import CodePainter
from imgurl.plate.layers.countdown import CountdownPainter
from imgurl.plate.layers.group import GroupPainter
from imgurl.plate.layers.image import ImagePainter
from imgurl.plate.layers.painter import PaintContext, Painter
from imgurl.plate.layers.progress import ProgressPainter
from imgurl.plate.layers.rating import RatingPainter
from imgurl.plate.layers.shape import ShapePainter
from imgurl.plate.layers.text import TextPainter


def painter_of(layer: AnyLayer, context: PaintContext) -> Painter:
    """Return the painter of a layer."""
    # Closed by assert_never: with a type of layer that has no case here, mypy fails.
    match layer:
        case TextLayer():
            return TextPainter(layer, context)
        case ImageLayer():
            return ImagePainter(layer, context)
        case ShapeLayer():
            return ShapePainter(layer, context)
        case CountdownLayer():
            return CountdownPainter(layer, context)
        case GroupLayer():
            return GroupPainter(layer, context, painter_of=painter_of)
        case QrLayer() | BarcodeLayer():
            return CodePainter(layer, context)
        case RatingLayer():
            return RatingPainter(layer, context)
        case ProgressLayer():
            return ProgressPainter(layer, context)
        case ChartLayer():
            return ChartPainter(layer, context)
        case _:
            assert_never(layer)
