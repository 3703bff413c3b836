"""Paint a code: its modules on whole device pixels, in the middle of a ground of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from imgurl.color import Color
from imgurl.design.layers.code import GEOMETRIES, LINEAR, BarcodeLayer, QrLayer
from imgurl.design.layers.coding import Symbology
from imgurl.design.paint import to_color
from imgurl.geometry import Box
from imgurl.plate.layers.painter import DisplayItem, Painter, inks_of
from imgurl.raster.canvas import Canvas, cast_shadow, lay
from imgurl.raster.codes import columns_of, enlarged, lines_of, modules_of
from imgurl.raster.shapes import rectangle_mask

# CSS pixels that lines are high at least: a scanner's ray has to meet all of them.
LINE_HEIGHT = 16


@dataclass(frozen=True, eq=False)
class CodePainter(Painter):
    """Paints a QR code or a barcode; nothing for data that it can't hold."""

    layer: QrLayer | BarcodeLayer

    @property
    def inks(self) -> tuple[Color, ...]:
        """The colours of the marks."""
        return inks_of(self.layer.color, self.layer.background)

    def upright(self, texts: Mapping[str, str]) -> DisplayItem | None:
        """Encode the data; None if a value is missing, or if the code can't hold it at a size that scanners read."""
        layer, dpr = self.layer, self.context.dpr
        data = layer.coded(texts)
        if not data or layer.refusal(data, self.context.fields):
            return None
        modules = self._modules(data)
        if modules is None:
            return None
        size = self._module_size(modules)
        if size < GEOMETRIES[layer.kind].module * dpr:
            return None
        mask = enlarged(modules, size, self.box.height if self._is_linear else size)

        def draw(canvas: Canvas, left: int, top: int) -> None:
            self._paint(canvas, self.box.move(-left, -top), mask, texts)

        return DisplayItem(self.extent, draw, self.box, size=1_000 + mask.width * mask.height)

    @property
    def problems(self) -> tuple[str, ...]:
        """Say how large the box must be for the longest values that the fields allow, if it is not."""
        layer, fields = self.layer, self.context.fields
        sample, longest = self.needed(layer.sample(fields)), self.needed(layer.longest(fields))
        if longest is None:
            what = "the longest values that the fields allow are" if layer.placeholders else "it is"
            return (f"{what} too long for a code of this kind; {self._advice}",)
        box = layer.box
        if longest[0] <= box.width and longest[1] <= box.height:
            return ()
        sizes = f"{longest[0]} × {longest[1]} px"
        if layer.placeholders:
            sizes += " for the longest values that the fields allow"
        if sample not in (None, longest):
            sizes += f" ({sample[0]} × {sample[1]} px for the samples)"
        return (
            f"the box of {box.width} × {box.height} px is too small: the code needs {sizes}, with "
            f"{GEOMETRIES[layer.kind].module} px for each module; make the box larger"
            + (f", or {self._advice}" if layer.placeholders else ""),
        )

    @property
    def _advice(self) -> str:
        return (
            'give the fields in "data" a smaller "max_length", or a "pattern" without accents and punctuation, such as '
            "[A-Z0-9]{8}"
        )

    @property
    def _is_linear(self) -> bool:
        return self.layer.kind in LINEAR

    @cached_property
    def _columns(self) -> int:
        """The columns of a PDF417 code: those of the longest value, so that a shorter one is lower, not wider."""
        if self.layer.kind is not Symbology.PDF_417:
            return 0
        modules = modules_of(self.layer.kind, self.layer.longest(self.context.fields))
        return columns_of(modules) if modules else 0

    def _modules(self, data: str) -> Canvas | None:
        layer = self.layer
        level = layer.error_correction if isinstance(layer, QrLayer) else ""
        modules = modules_of(layer.kind, data, level, self._columns)
        return lines_of(modules) if modules and self._is_linear else modules

    def needed(self, data: str) -> tuple[int, int] | None:
        """Return the CSS pixels that data needs across and down; None if no code can hold it."""
        modules = self._modules(data) if data else None
        if modules is None:
            return None
        least, border = GEOMETRIES[self.layer.kind].module, 2 * self.layer.quiet
        high = LINE_HEIGHT if self._is_linear else (modules.height + border) * least
        return (modules.width + border) * least, high

    def _module_size(self, modules: Canvas) -> int:
        """Return the device pixels that a module can take."""
        border = 2 * self.layer.quiet
        across = self.box.width // (modules.width + border)
        return across if self._is_linear else min(across, self.box.height // (modules.height + border))

    def _paint(self, canvas: Canvas, box: Box, mask: Canvas, texts: Mapping[str, str]) -> None:
        ground = rectangle_mask(box.width, box.height)
        if shadow := self.shadow(texts):
            cast_shadow(canvas, ground, box.left, box.top, shadow)
        lay(canvas, ground, box.left, box.top, to_color(self.layer.background, {}))
        left, top = box.left + (box.width - mask.width) // 2, box.top + (box.height - mask.height) // 2
        lay(canvas, mask, left, top, to_color(self.layer.color, {}))
