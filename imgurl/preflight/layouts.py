"""Texts laid out without being drawn: what it takes to fit each text of a design. Values come again and again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from imgurl.design.layers.table import AnyLayer, GroupLayer
from imgurl.design.library import Design
from imgurl.geometry import Box
from imgurl.merge.kinds import FieldType
from imgurl.plate.layers.painter import PaintContext
from imgurl.plate.layers.table import painter_of
from imgurl.plate.layers.text import TextPainter
from imgurl.preflight.facts import LayerFit
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.pictures import Picture
from imgurl.text.fit import FitStep, Fitting

# Texts of one layer that are remembered, most of them as nothing but set as designed.
KEPT_TEXTS = 65_536


@dataclass(frozen=True, eq=False)
class _Probe:
    """A layer whose look depends on values; ``above`` are the groups that it is in. Text layers have a painter."""

    name: str
    layer: AnyLayer
    above: tuple[AnyLayer, ...]
    painter: TextPainter | None

    @property
    def fields(self) -> tuple[str, ...]:
        names = self.layer.placeholders.union(*(group.placeholders for group in self.above))
        return tuple(sorted(names))

    def is_drawn(self, texts: Mapping[str, str]) -> bool:
        return all(layer.is_drawn(texts) for layer in (*self.above, self.layer))


class Layouts:
    """The layers of one variant of a design that values change. Mutable state: bounded memory of what was laid out.

    Exactly what drawing says (``plate.drawing.Drawing.fits``): the same painters lay the same texts out.
    """

    def __init__(self, design: Design, dpr: int) -> None:
        document = design.document
        names = {field.name: field.locale for field in document.fields if field.type is FieldType.NAME}
        context = PaintContext(design.fonts, _no_picture, names, dpr, GlyphCache(), document.by_name)
        whole = Box(0, 0, document.size.width * dpr, document.size.height * dpr)
        probes = [
            probe
            for pointer, layer in design.layers.items()
            if layer.placeholders and not layer.hidden
            and not painter_of(layer, context).extent.intersect(whole).is_empty
            for probe in _probes(layer, layer.id or pointer, (), context)
        ]  # fmt: skip
        self._fits = [
            (probe.fields, lru_cache(KEPT_TEXTS)(_Measure(probe))) for probe in probes if probe.painter is not None
        ]
        fields = document.by_name
        self._others = [
            (probe.name, probe.fields, lru_cache(KEPT_TEXTS)(_Shortcoming(probe, fields)))
            for probe in probes
            if probe.painter is None
        ]

    def fits(self, texts: Mapping[str, str]) -> tuple[LayerFit, ...]:
        """Return what it took to fit the texts that are not set as they were designed."""
        found = [measure(*[texts.get(name, "") for name in names]) for names, measure in self._fits]
        if found.count(None) == len(found):
            return ()
        return tuple([fit for fit in found if fit is not None])

    def undrawn(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of layers that can't be drawn with these values."""
        if not self._others:
            return ()
        return tuple(
            name for name, names, falls_short in self._others if falls_short(*[texts.get(one, "") for one in names])
        )


@dataclass(frozen=True, eq=False)
class _Measure:
    """Says what it takes to fit a probe's text for the values of its fields; None if it is set as designed."""

    probe: _Probe

    def __call__(self, *values: str) -> LayerFit | None:
        probe = self.probe
        assert probe.painter is not None
        texts = dict(zip(probe.fields, values, strict=True))
        if not probe.is_drawn(texts):
            return None
        layout = probe.painter.layout(texts)
        if layout is None or _is_as_designed(layout.fitting):
            return None
        written = tuple(text for name, text in texts.items() if "." not in name and text)
        return LayerFit(probe.name, layout.fitting, written)


@dataclass(frozen=True, eq=False)
class _Shortcoming:
    """Says whether a layer that is no text can't be drawn for the values of its fields."""

    probe: _Probe
    fields: Mapping[str, object]

    def __call__(self, *values: str) -> bool:
        texts = dict(zip(self.probe.fields, values, strict=True))
        if not self.probe.is_drawn(texts):
            return False
        return bool(self.probe.layer.shortcoming(texts, self.fields))  # type: ignore[arg-type]  # the document's


def _is_as_designed(fitting: Fitting) -> bool:
    return fitting.step is FitStep.FULL_SIZE and fitting.size >= fitting.full_size


def _probes(layer: AnyLayer, name: str, above: tuple[AnyLayer, ...], context: PaintContext) -> Iterator[_Probe]:
    """Yield the layers that values change: a group's members in its place."""
    if isinstance(layer, GroupLayer):
        members: Iterable[AnyLayer] = layer.layers
        for number, member in enumerate(members):
            yield from _probes(member, f"{name}/{member.id or f'layers/{number}'}", (*above, layer), context)
        return
    if not layer.placeholders or layer.hidden:
        return
    painter = painter_of(layer, context)
    yield _Probe(name, layer, above, painter if isinstance(painter, TextPainter) else None)


def _no_picture(name: str) -> Picture:
    raise AssertionError(f"nothing is drawn here, and {name} was asked for")
