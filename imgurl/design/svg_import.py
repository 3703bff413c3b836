"""An SVG as a design: shapes, pictures and texts become layers, ``<<name>>`` in a text becomes a field.

What a layer can't express stays as it is, in a picture of its own that is as large as the design; what was made simpler
is named. Written for what Figma exports, and good for what Inkscape, Sketch and Illustrator do.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree as ET

from imgurl.design.svg import SVG, read_svg
from imgurl.design.svg_attributes import (
    BLENDS,
    NEAR,
    Around,
    around_of,
    blend_of,
    color_of,
    local_name,
    number_of,
    painted_url,
    path_free,
    shadow_of,
)
from imgurl.design.svg_file import root_of, size_of
from imgurl.design.svg_names import SILENT, called, label_of, name_of, names_in, short_text
from imgurl.design.svg_paints import color_in, fill_of
from imgurl.design.svg_plain import Page, bare, plain_svg, without_texts
from imgurl.design.svg_texts import FoundText, box_of_text, found_text, text_layer
from imgurl.errors import BadUpload
from imgurl.text.fonts import FontCatalogue

MAX_LAYERS = 100
MAX_DEPTH = 60
MAX_ELEMENTS = 20_000
# Layers in a group, and groups in each other.
MAX_MEMBERS = 50
MAX_GROUPS = 4

EMBEDDED = re.compile(r"data:image/(png|jpe?g|webp|gif);base64,(.*)", re.DOTALL | re.IGNORECASE)
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")

# What others refer to by a name.
REFERRED = frozenset("clipPath mask filter pattern linearGradient radialGradient symbol marker image".split())

# What paints nothing if it has neither a fill nor a stroke.
PAINTED = ("rect", "circle", "ellipse", "path", "line")
ALPHABET = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ImportedSvg:
    """A document that an SVG became, the files beside it, and what was simplified, in sentences."""

    text: str
    assets: Mapping[str, bytes]
    layers: int
    fields: int
    simplified: tuple[str, ...]


def import_svg(body: bytes, title: str, fonts: FontCatalogue) -> ImportedSvg:
    """Return the design that an SVG becomes. Raises BadUpload for a file that is none."""
    root = root_of(body)
    width, height, view = size_of(root)
    plain, unread = plain_svg(root, Page(view[2], view[3]))
    importer = _Importer(plain, fonts, (width, height), view)
    importer.simplified += [f"its style sheet: what it says of {selector} is left out" for selector in unread]
    try:
        return importer.document(title)
    except (ArithmeticError, ValueError) as error:
        raise BadUpload("the file has numbers that are too large to draw; export it again") from error


@dataclass(slots=True)
class _Importer:
    """Reads one file. Its lists grow while it does."""

    root: ET.Element
    fonts: FontCatalogue
    size: tuple[int, int]
    #: The part of the file that is seen: left, top, width, height.
    view: tuple[float, float, float, float]
    layers: list[dict[str, Any]] = field(default_factory=list)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    simplified: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    #: How many groups that fade are around.
    nested: int = 0
    #: What no layer can express, since the last layer.
    rest: list[ET.Element] = field(default_factory=list)
    #: A colour or a gradient.
    background: Any = "rgb(0 0 0 / 0%)"

    def document(self, title: str) -> ImportedSvg:
        """Return the document of the whole file."""
        width, height = self.size
        left, top, wide, high = self.view
        # As large as there is room, in the middle: preserveAspectRatio of files is hardly ever another one.
        scale = min(width / wide, height / high)
        x, y = (width - wide * scale) / 2 - left * scale, (height - high * scale) / 2 - top * scale
        self._walk(self.root, around_of(self.root, Around(scale=scale, x=x, y=y)), 0)
        self._end_rest()
        if len(self.layers) > MAX_LAYERS:
            raise BadUpload(
                f"it would have {len(self.layers)} layers, at most {MAX_LAYERS} are drawn; join some of them"
            )
        document = {
            "title": title, "size": {"width": width, "height": height}, "background": self.background,
            "alt": ", ".join(self.texts)[:300], "fields": list(self.fields.values()), "layers": self.layers,
        }  # fmt: skip
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        return ImportedSvg(text, self.assets, len(self.layers), len(self.fields), tuple(dict.fromkeys(self.simplified)))

    def _walk(self, parent: ET.Element, around: Around, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise BadUpload(f"more than {MAX_DEPTH} groups are in each other; export it with fewer")
        for element in parent:
            name = local_name(element)
            if not name or name in SILENT:
                continue
            here = around_of(element, around)
            if name in ("g", "svg", "a", "switch"):
                self._group(element, here, depth)
            elif name == "text":
                self._text(element, here)
            elif (layer := self._layer(element, name, here)) is not None:
                self._add(layer, element, here)
            elif not (name in PAINTED and here.style.fill == here.style.stroke == "none"):
                self._keep(element, around)

    def _group(self, element: ET.Element, here: Around, depth: int) -> None:
        painted = [one for one in element if local_name(one) not in SILENT]
        blend = blend_of(element)
        mixes = blend != "normal" and not (blend in BLENDS and len(painted) == 1)
        skewed = here.angle is None and any(local_name(one) != "text" for one in element.iter() if one is not element)
        if skewed or self._cuts(element) or mixes:
            self._keep_group(element, here, is_mixed=mixes)
            return
        shadow = self._shadow(element, here)
        if element.get("filter") and not (shadow and len(painted) == 1):
            self.simplified.append(f"{called(element)}: its effect is part of a picture")
            self._keep(element, replace(here, own=False))
            return
        if here.opacity < 1 and len(painted) > 1:
            self._fade(element, replace(here, shadow=shadow or here.shadow, blend=blend), depth)
            return
        self._walk(element, replace(here, shadow=shadow or here.shadow, blend=blend), depth + 1)

    def _keep_group(self, element: ET.Element, here: Around, *, is_mixed: bool) -> None:
        """Keep a group as a picture, and its texts as layers over it: they may have fields."""
        if is_mixed:
            self.simplified.append(f"{called(element)}: lies on what is below it without mixing with it")
        self._keep(without_texts(element), replace(here, own=False))
        for text, where in self._texts_in(element, here):
            self.simplified.append(
                f"{called(element)}: its text “{short_text(text)}” is a layer of its own, over the group"
            )
            self._text(text, where)

    def _fade(self, element: ET.Element, here: Around, depth: int) -> None:
        """Make a group that fades as a whole one layer."""
        self._end_rest()
        before, self.layers, self.nested = self.layers, [], self.nested + 1
        self._walk(element, replace(here, opacity=1.0), depth + 1)
        self._end_rest()
        inner, self.layers, self.nested = self.layers, before, self.nested - 1
        if len(inner) > MAX_MEMBERS or _deepest(inner) >= MAX_GROUPS:
            self.simplified.append(f"{called(element)}: its opacity is that of each layer in it")
            self.layers += [one | {"opacity": round(here.opacity * one.get("opacity", 1.0), 3)} for one in inner]
        elif inner:
            box = {"x": 0, "y": 0, "width": self.size[0], "height": self.size[1]}
            name = self._id(name_of(element) or "group")
            self.layers.append(
                {"id": name, "type": "group", "box": box, "opacity": round(here.opacity, 3), "layers": inner}
            )

    @property
    def _scale(self) -> float:
        return min(self.size[0] / self.view[2], self.size[1] / self.view[3])

    def _cuts(self, element: ET.Element) -> bool:
        """Say whether a group is cut or masked; Figma cuts each frame at its own edge, which is that of the design."""
        clip = painted_url(element.get("clip-path", ""))
        if not clip:
            return bool(element.get("mask"))
        found = self._named(clip)
        shapes = list(found) if found is not None else []
        if len(shapes) != 1 or local_name(shapes[0]) != "rect":
            return True
        width, height = (number_of(shapes[0].get(key, "")) or 0 for key in ("width", "height"))
        return width * self._scale < self.size[0] - 1 or height * self._scale < self.size[1] - 1

    def _layer(self, element: ET.Element, name: str, here: Around) -> dict[str, Any] | None:
        """Return an element as a layer, None if none can be like it."""
        if here.angle is None or not path_free(element):
            return None
        box = here.box_of(element, name)
        if box is None:
            return None
        placed: dict[str, Any] = {"box": dict(zip(("x", "y", "width", "height"), box, strict=True))}
        if here.angle:
            placed["rotation"] = here.angle
        if name == "image":
            asset = self._asset(element)
            return {"type": "image", "asset": asset, "fit": "contain", **placed} if asset else None
        pattern = self._named(painted_url(here.style.fill))
        if pattern is not None and local_name(pattern) == "pattern":
            asset = self._asset_in(pattern) if _covers(pattern) else None
            corners = {"radius": here.radius_of(element)} if here.radius_of(element) else {}
            return {"type": "image", "asset": asset, "fit": "cover", **corners, **placed} if asset else None
        return self._shape(element, name, here, placed) if name in ("rect", "circle", "ellipse", "line") else None

    def _shape(self, element: ET.Element, name: str, here: Around, placed: dict[str, Any]) -> dict[str, Any] | None:
        stroke = color_of(here.style, "stroke")
        fill: str | dict[str, Any] | None = color_of(here.style, "fill") if name != "line" else ""
        if fill is None:
            fill = self._gradient(element, name, here, placed)
        if fill is None or stroke is None:
            return None
        dash = here.dash
        if (dash and (not _can_dash(dash) or not stroke or name == "line")) or _has_two_radii(element):
            return None
        radius = here.radius_of(element)
        kind = "ellipse" if name in ("circle", "ellipse") else "rounded" if radius else "rectangle"
        layer = {"type": "shape", "shape": kind, **placed}
        if radius:
            layer["radius"] = radius
        if name == "line":
            return {**layer, "fill": stroke} if stroke else None
        if fill:
            layer["fill"] = fill
        if stroke:
            layer["stroke"] = {"color": stroke, "width": here.stroke_width, **({"dash": dash} if dash else {})}
        return layer if fill or stroke else None

    def _gradient(self, element: ET.Element, name: str, here: Around, placed: dict[str, Any]) -> dict[str, Any] | None:
        """Return the gradient that a shape is filled with, None if no fill can be like it."""
        gradient, shape = self._named(painted_url(here.style.fill)), here.shape_of(element, name)
        # A layer is filled before it is turned.
        if gradient is None or shape is None or not here.is_plain:
            return None
        box = placed["box"]["x"], placed["box"]["y"], placed["box"]["width"], placed["box"]["height"]
        opacity = number_of(here.style.values.get("fill-opacity", "1"))
        return fill_of(gradient, 1.0 if opacity is None else opacity, here.whole, shape, box, self._named)

    def _filled_text(self, found: FoundText, here: Around) -> dict[str, Any] | None:
        """Return the gradient of a text whose gradient is one of the page, not of the letters."""
        gradient = self._named(found.gradient)
        if gradient is None or gradient.get("gradientUnits") != "userSpaceOnUse" or not here.is_plain:
            return None
        box = tuple(box_of_text(found, self.size, self.fonts).values())
        return fill_of(gradient, 1.0, here.whole, (0.0, 0.0, 1.0, 1.0), (box[0], box[1], box[2], box[3]), self._named)

    def _text(self, element: ET.Element, here: Around) -> None:
        found: FoundText = found_text(element, here, self.fonts)
        if not found.text.strip():
            return
        if here.angle is None:
            self.simplified.append(f"“{found.short}”: it is skewed or mirrored in the file, and upright here")
        self.simplified += found.simplified
        filled = self._filled_text(found, here)
        if found.gradient and filled is None:
            gradient = self._named(found.gradient)
            color = color_in(gradient, self._named) if gradient is not None else found.color
            found = replace(found, color=color)
            self.simplified.append(f"“{found.short}”: a gradient in the file, its first colour here")
        self.fields |= {name: one for name, one in found.fields.items() if name not in self.fields}
        self.texts.append(found.text)
        self._add(text_layer(found, here, self.size, self.fonts, filled), element, here)

    def _texts_in(self, group: ET.Element, here: Around) -> Iterator[tuple[ET.Element, Around]]:
        for element in group:
            inner = around_of(element, here)
            if local_name(element) == "text":
                yield element, inner
            elif len(element):
                yield from self._texts_in(element, inner)

    def _add(self, layer: dict[str, Any], element: ET.Element, here: Around) -> None:
        box = tuple(layer["box"].values())
        is_ground = (
            not self.layers
            and not self.rest
            and not self.nested
            and box == (0, 0, *self.size)
            and layer.get("shape") == "rectangle"
        )
        if is_ground and layer.get("fill") and "stroke" not in layer and here.opacity == 1:
            self.background = layer["fill"]
            return
        self._end_rest()
        shadow = self._shadow(element, here) or here.shadow
        more: dict[str, Any] = {"opacity": round(here.opacity, 3)} if here.opacity < 1 else {}
        blend = blend_of(element) if blend_of(element) != "normal" else here.blend
        if blend != "normal" and blend in BLENDS:
            more["blend"] = blend
        if shadow:
            more["shadow"] = shadow
        self.layers.append({"id": self._id(name_of(element) or label_of(layer)), **layer, **more})

    def _shadow(self, element: ET.Element, here: Around) -> dict[str, Any] | None:
        found = self._named(painted_url(element.get("filter", "")))
        return None if found is None else shadow_of(found, here.scale)

    def _keep(self, element: ET.Element, around: Around) -> None:
        """Keep an element as it is, for a picture of its own."""
        self.rest.append(around.wrapped(element))

    def _end_rest(self) -> None:
        """Make one picture of what no layer can express since the last one."""
        if not self.rest:
            return
        kept, self.rest = self.rest, []
        svg = ET.Element("svg", {"xmlns": SVG, "width": str(self.size[0]), "height": str(self.size[1])})
        svg.set("viewBox", f"0 0 {self.size[0]} {self.size[1]}")
        # Figma has masks beside what they mask, not only in its definitions.
        defined = [one for one in self.root.iter() if local_name(one) in REFERRED]
        inside = {id(each) for one in kept for each in one.iter()}
        definitions = ET.SubElement(svg, "defs")
        definitions.extend([one for one in defined if id(one) not in inside])
        svg.extend(kept)
        body = ET.tostring(bare(svg), encoding="utf-8")
        names = ", ".join(dict.fromkeys(one for each in kept for one in names_in(each)))
        _, wrong = read_svg(body, self.fonts.families)
        if wrong:
            self.simplified.append(f"{names}: left out, it {wrong[0]}")
            return
        name = f"drawing-{1 + sum(1 for one in self.assets if one.startswith('drawing-'))}.svg"
        self.assets[name] = body
        self.simplified.append(f"{names}: kept as one picture, {name}")
        box = {"x": 0, "y": 0, "width": self.size[0], "height": self.size[1]}
        self.layers.append({"id": self._id("drawing"), "type": "image", "asset": name, "fit": "fill", "box": box})

    def _asset_in(self, pattern: ET.Element) -> str | None:
        """Return the picture that a pattern repeats, which is how Figma fills a shape with a picture."""
        for element in pattern.iter():
            href = next((element.get(key) for key in HREFS if element.get(key)), "") or ""
            found = self._named(href.removeprefix("#")) if href.startswith("#") else element if href else None
            if found is not None and (asset := self._asset(found)):
                return asset
        return None

    def _asset(self, image: ET.Element) -> str | None:
        href = next((image.get(key) for key in HREFS if image.get(key)), "") or ""
        found = EMBEDDED.match(href)
        if not found:
            return None
        try:
            body = base64.b64decode(found[2], validate=False)
        except (binascii.Error, ValueError):
            return None
        same = next((name for name, one in self.assets.items() if one == body), None)
        name = same or f"picture-{1 + sum(1 for one in self.assets if one.startswith('picture-'))}.{found[1].lower()}"
        self.assets[name] = body
        return name

    def _named(self, name: str) -> ET.Element | None:
        return next((one for one in self.root.iter() if one.get("id") == name), None) if name else None

    def _id(self, wanted: str) -> str:
        base = ALPHABET.sub("-", wanted.lower()).strip("-")[:40] or "layer"
        names = (base, *(f"{base}-{number}" for number in range(2, MAX_ELEMENTS)))
        name = next(name for name in names if name not in self.ids)
        self.ids.add(name)
        return name


def _deepest(layers: list[dict[str, Any]]) -> int:
    """Return how many groups are in each other."""
    return max((1 + _deepest(one["layers"]) for one in layers if one["type"] == "group"), default=0)


def _can_dash(dash: list[float]) -> bool:
    """Say whether the edge of a layer can have these dashes and gaps."""
    return len(dash) % 2 == 0 and len(dash) <= 8 and min(dash) >= 0.5


def _has_two_radii(element: ET.Element) -> bool:
    if local_name(element) != "rect":
        return False
    across, down = (number_of(element.get(key, "")) for key in ("rx", "ry"))
    return across is not None and down is not None and abs(across - down) > NEAR


def _covers(pattern: ET.Element) -> bool:
    """Say whether a pattern is one picture over the whole shape, as Figma fills with a picture."""
    return number_of(pattern.get("width", "")) == number_of(pattern.get("height", "")) == 1
