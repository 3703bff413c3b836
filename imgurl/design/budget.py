"""What it costs to draw a design: about how long each layer takes, and how long all of them may.

A request waits a few seconds for its picture; a design that takes longer would show the default image to everyone. The
figures were measured on one core of a server of 2024 (2 megapixels, four layers of a kind on top of each other); the
cost of a layer depends on the pixels of its box, and its decorations cost more than the layer itself.
"""

from collections.abc import Iterable, Mapping

from imgurl.design.layers.chart import ChartLayer
from imgurl.design.layers.code import BarcodeLayer, QrLayer
from imgurl.design.layers.countdown import CountdownLayer
from imgurl.design.layers.image import ImageLayer
from imgurl.design.layers.layer import Blend, Layer
from imgurl.design.layers.progress import ProgressLayer
from imgurl.design.layers.rating import RatingLayer
from imgurl.design.layers.shape import Shape, ShapeLayer
from imgurl.design.layers.table import AnyLayer, GroupLayer
from imgurl.design.layers.text import TextLayer
from imgurl.design.paint import Linear, Radial
from imgurl.errors import Problem

# Seconds that all layers together may take, at one device pixel a CSS pixel: less than a request waits.
MAX_SECONDS = 2.0

# Seconds a megapixel.
TEXT = 0.002
RECTANGLE = 0.005
ROUND = 0.020
IMAGE = 0.025
VECTOR = 0.200
COUNTDOWN = 0.060
GRADIENT = 0.040
SHADOW = 0.035
OUTLINE = 0.010
DASHES = 0.020
CODE = 0.010
MARKS = 0.040
RING = 0.090
TEXT_OUTLINE = 0.115
FADED = 0.010
BLENDED = 0.015
CLIPPED = 0.020
TURNED = 0.100


def seconds_of(layer: AnyLayer) -> float:
    """Return about how many seconds it takes to draw a layer once, at one device pixel a CSS pixel."""
    if isinstance(layer, GroupLayer):
        megapixels = layer.box.width * layer.box.height / 1e6
        return sum(map(seconds_of, layer.layers)) + megapixels * ((CLIPPED if layer.clip else 0.0) + _as_a_whole(layer))
    reach = 0.0
    if layer.shadow is not None:
        reach = max(abs(layer.shadow.x), abs(layer.shadow.y)) + 1.5 * layer.shadow.blur
    megapixels = (layer.box.width + 2 * reach) * (layer.box.height + 2 * reach) / 1e6
    return (_own_rate(layer) + (SHADOW if layer.shadow is not None else 0.0) + _as_a_whole(layer)) * megapixels


def _as_a_whole(layer: Layer) -> float:
    """Return what it takes to fade, blend and turn a finished layer, in seconds a megapixel."""
    rate = BLENDED if layer.blend is not Blend.NORMAL else 0.0
    rate += FADED if layer.opacity < 1.0 else 0.0
    return rate + (TURNED if layer.rotation % 360 else 0.0)


def max_dpr_of(layers: Iterable[AnyLayer]) -> int:
    """Return at how many device pixels a CSS pixel layers can be drawn in time, 1 to 3."""
    seconds = sum(map(seconds_of, layers))
    return max(dpr for dpr in (1, 2, 3) if dpr == 1 or seconds * dpr**2 <= MAX_SECONDS)


def budget_problems(layers: Mapping[str, AnyLayer]) -> list[Problem]:
    """Say what makes layers take too long to draw, given by their pointers: the most expensive one; else nothing."""
    costs = {pointer: seconds_of(layer) for pointer, layer in layers.items()}
    total = sum(costs.values())
    if total <= MAX_SECONDS:
        return []
    dearest = max(costs, key=lambda pointer: costs[pointer])
    layer = layers[dearest]
    decorations = {
        "its shadow": layer.shadow is not None,
        "its rotation": layer.rotation % 360 != 0,
        "its outline": isinstance(layer, TextLayer | ShapeLayer) and layer.stroke is not None,
        "its gradient": _has_gradient(layer),
    }
    dear = [name for name, is_there in decorations.items() if is_there]
    advice = "make its box smaller" + (f" or leave out {' and '.join(dear)}" if dear else ", or use fewer layers")
    return [
        Problem(
            dearest,
            f"the design takes about {total:.1f} s to draw, at most {MAX_SECONDS:g} s are allowed; this layer "
            f"takes {costs[dearest]:.1f} s of that: {advice}",
        )
    ]


def _own_rate(layer: AnyLayer) -> float:
    rate = GRADIENT if _has_gradient(layer) else 0.0
    match layer:
        case TextLayer():
            return rate + TEXT + (TEXT_OUTLINE if layer.stroke else 0.0)
        case ImageLayer():
            return rate + (VECTOR if layer.is_vector else IMAGE) + (ROUND if layer.circle or layer.radius else 0.0)
        case CountdownLayer():
            return rate + COUNTDOWN
        case ShapeLayer():
            rate += RECTANGLE if layer.shape is Shape.RECTANGLE else ROUND
            return rate + _outline_rate(layer) + (TURNED if layer.bind and layer.bind.rotation else 0.0)
        case QrLayer() | BarcodeLayer():
            return rate + CODE
        case ProgressLayer():
            return rate + (RING if layer.form == "ring" else MARKS)
        case RatingLayer() | ChartLayer():
            return rate + MARKS
        case GroupLayer():
            return 0.0  # what its members take is counted one by one


def _outline_rate(layer: ShapeLayer) -> float:
    if layer.stroke is None:
        return 0.0
    return OUTLINE + (DASHES if layer.stroke.dash else 0.0)


def _has_gradient(layer: AnyLayer) -> bool:
    match layer:
        case ShapeLayer():
            return isinstance(layer.fill, Linear | Radial)
        case ImageLayer() | QrLayer() | BarcodeLayer() | GroupLayer():
            return False
        case CountdownLayer():
            return isinstance(layer.cell and layer.cell.fill, Linear | Radial)
        case ChartLayer():
            return isinstance(layer.fill, Linear | Radial) or isinstance(layer.color, Linear | Radial)
        case _:
            return isinstance(layer.color, Linear | Radial)
