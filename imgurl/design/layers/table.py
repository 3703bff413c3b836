"""All types of layers, by the word in their ``type``."""

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from imgurl.design.layers.chart import ChartLayer
from imgurl.design.layers.code import BarcodeLayer, QrLayer
from imgurl.design.layers.image import ImageLayer
from imgurl.design.layers.progress import ProgressLayer
from imgurl.design.layers.rating import RatingLayer
from imgurl.design.layers.shape import ShapeLayer
from imgurl.design.layers.text import TextLayer
from imgurl.design.model import pick

KINDS = ("text", "image", "shape", "qr", "barcode", "rating", "progress", "chart")


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
    | Annotated[ChartLayer, Tag("«chart»")],
    Discriminator(_kind),
]
