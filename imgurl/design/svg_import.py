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

from imgurl.color import is_color
from imgurl.design.svg import SVG, read_svg
from imgurl.design.svg_attributes import (
    Around,
    around_of,
    color_of,
    local_name,
    number_of,
    painted_url,
    path_free,
    shadow_of,
)
from imgurl.design.svg_texts import FoundText, found_text, text_layer
from imgurl.errors import BadUpload
from imgurl.text.fonts import FontCatalogue

MAX_LAYERS = 100
MAX_DEPTH = 60
MAX_ELEMENTS = 20_000
MAX_SIDE = 4_096

EMBEDDED = re.compile(r"data:image/(png|jpe?g|webp|gif);base64,(.*)", re.DOTALL | re.IGNORECASE)
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")

# What is not painted by itself.
SILENT = frozenset(
    "defs title desc metadata style clipPath mask filter pattern linearGradient radialGradient symbol".split()
)
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
    return _Importer(_root_of(body), fonts).document(title)


def _root_of(body: bytes) -> ET.Element:
    if b"<!DOCTYPE" in body[:4_096] or b"<!ENTITY" in body:
        raise BadUpload("the file has a DOCTYPE; export it as plain SVG, or delete what begins with <!DOCTYPE")
    try:
        root = ET.fromstring(body)  # noqa: S314 - without a DOCTYPE there are no entities
    except (ET.ParseError, ValueError) as error:
        raise BadUpload(f"the file is not an SVG: {error}") from error
    if local_name(root) != "svg":
        raise BadUpload(f'the file does not begin with <svg xmlns="{SVG}">')
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise BadUpload(f"the file has more than {MAX_ELEMENTS:,} elements; simplify it, or use a PNG")
    return root


@dataclass(slots=True)
class _Importer:
    """Reads one file. Its lists grow while it does."""

    root: ET.Element
    fonts: FontCatalogue
    layers: list[dict[str, Any]] = field(default_factory=list)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    simplified: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    #: What no layer can express, since the last layer.
    rest: list[ET.Element] = field(default_factory=list)
    background: str = "rgb(0 0 0 / 0%)"

    def document(self, title: str) -> ImportedSvg:
        """Return the document of the whole file."""
        width, height, scale, left, top = self._size()
        start = around_of(self.root, Around(scale=scale, x=-left * scale, y=-top * scale))
        self._walk(self.root, start, (width, height), 0)
        self._end_rest((width, height))
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

    def _size(self) -> tuple[int, int, float, float, float]:
        box = [number_of(part) or 0.0 for part in re.split(r"[\s,]+", self.root.get("viewBox", "").strip()) if part]
        left, top, wide, high = box if len(box) == 4 else (0.0, 0.0, 0.0, 0.0)
        width: float = number_of(self.root.get("width", "")) or wide
        height: float = number_of(self.root.get("height", "")) or high
        wide, high = wide or width, high or height
        if not (width > 0 and height > 0 and wide > 0):
            raise BadUpload('the file says nowhere how large it is; add viewBox="0 0 width height" to its <svg>')
        if max(width, height) > MAX_SIDE:
            raise BadUpload(f"the picture is {width:g} × {height:g} px; at most {MAX_SIDE} px a side are drawn")
        return round(width), round(height), width / wide, left, top

    def _walk(self, parent: ET.Element, around: Around, size: tuple[int, int], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise BadUpload(f"more than {MAX_DEPTH} groups are in each other; export it with fewer")
        for element in parent:
            name = local_name(element)
            if not name or name in SILENT:
                continue
            here = around_of(element, around)
            if name in ("g", "svg", "a", "switch"):
                self._group(element, here, size, depth)
            elif name == "text":
                self._text(element, here, size)
            elif (layer := self._layer(element, name, here, size)) is not None:
                self._add(layer, element, here, size)
            elif not (name in PAINTED and here.style.fill == here.style.stroke == "none"):
                self._keep(element, around)

    def _group(self, element: ET.Element, here: Around, size: tuple[int, int], depth: int) -> None:
        if not here.is_plain or self._cuts(element, size):
            named = element.get("id") or "a group"
            for text, where in self._texts_in(element, here):
                self.simplified.append(
                    f"{named}: its text “{_short(text)}” is a layer of its own, outside of the group"
                )
                self._text(text, where, size)
            self._keep(_without_texts(element), replace(here, own=False))
            return
        shadow = self._shadow(element, here)
        painted = [one for one in element if local_name(one) not in SILENT]
        if element.get("filter") and not (shadow and len(painted) == 1):
            self.simplified.append(f"{element.get('id') or 'a group'}: its effect is part of a picture")
            self._keep(element, replace(here, own=False))
            return
        if here.opacity < 1 and len(painted) > 1:
            self.simplified.append(f"{element.get('id') or 'a group'}: its opacity is that of each layer in it")
        self._walk(element, replace(here, shadow=shadow or here.shadow), size, depth + 1)

    def _cuts(self, element: ET.Element, size: tuple[int, int]) -> bool:
        """Say whether a group is cut or masked; Figma cuts each frame at its own edge, which is that of the design."""
        clip = painted_url(element.get("clip-path", ""))
        if not clip:
            return bool(element.get("mask"))
        found = self._named(clip)
        shapes = list(found) if found is not None else []
        if len(shapes) != 1 or local_name(shapes[0]) != "rect":
            return True
        width, height = (number_of(shapes[0].get(key, "")) or 0 for key in ("width", "height"))
        return width < size[0] - 1 or height < size[1] - 1

    def _layer(self, element: ET.Element, name: str, here: Around, size: tuple[int, int]) -> dict[str, Any] | None:
        """Return an element as a layer, None if none can be like it."""
        if not here.is_plain or not path_free(element):
            return None
        box = here.box_of(element, name)
        if box is None:
            return None
        placed = {"box": dict(zip(("x", "y", "width", "height"), box, strict=True))}
        if name == "image":
            asset = self._asset(element)
            return {"type": "image", "asset": asset, "fit": "contain", **placed} if asset else None
        pattern = self._named(painted_url(here.style.fill))
        if pattern is not None and local_name(pattern) == "pattern":
            asset = self._asset_in(pattern)
            corners = {"radius": here.radius_of(element)} if here.radius_of(element) else {}
            return {"type": "image", "asset": asset, "fit": "cover", **corners, **placed} if asset else None
        return self._shape(element, name, here, placed) if name in ("rect", "circle", "ellipse", "line") else None

    def _shape(self, element: ET.Element, name: str, here: Around, placed: dict[str, Any]) -> dict[str, Any] | None:
        fill, stroke = color_of(here.style, "fill"), color_of(here.style, "stroke")
        if fill is None or stroke is None or element.get("stroke-dasharray"):
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
            layer["stroke"] = {"color": stroke, "width": here.stroke_width}
        return layer if fill or stroke else None

    def _text(self, element: ET.Element, here: Around, size: tuple[int, int]) -> None:
        found: FoundText = found_text(element, here, self.fonts)
        if not found.text.strip():
            return
        if here.angle is None:
            self.simplified.append(f"“{found.short}”: it is skewed or mirrored in the file, and upright here")
        self.simplified += found.simplified
        self.fields |= {name: one for name, one in found.fields.items() if name not in self.fields}
        self.texts.append(found.text)
        self._add(text_layer(found, here, size, self.fonts), element, here, size)

    def _texts_in(self, group: ET.Element, here: Around) -> Iterator[tuple[ET.Element, Around]]:
        for element in group:
            inner = around_of(element, here)
            if local_name(element) == "text":
                yield element, inner
            elif len(element):
                yield from self._texts_in(element, inner)

    def _add(self, layer: dict[str, Any], element: ET.Element, here: Around, size: tuple[int, int]) -> None:
        box = tuple(layer["box"].values())
        is_ground = not self.layers and not self.rest and box == (0, 0, *size) and layer.get("shape") == "rectangle"
        if is_ground and is_color(layer.get("fill", "")) and "stroke" not in layer and here.opacity == 1:
            self.background = layer["fill"]
            return
        self._end_rest(size)
        shadow = self._shadow(element, here) or here.shadow
        more: dict[str, Any] = {"opacity": round(here.opacity, 3)} if here.opacity < 1 else {}
        if shadow:
            more["shadow"] = shadow
        self.layers.append({"id": self._id(element.get("id") or _label(layer)), **layer, **more})

    def _shadow(self, element: ET.Element, here: Around) -> dict[str, Any] | None:
        found = self._named(painted_url(element.get("filter", "")))
        return None if found is None else shadow_of(found, here.scale)

    def _keep(self, element: ET.Element, around: Around) -> None:
        """Keep an element as it is, for a picture of its own."""
        self.rest.append(around.wrapped(element))

    def _end_rest(self, size: tuple[int, int]) -> None:
        """Make one picture of what no layer can express since the last one."""
        if not self.rest:
            return
        kept, self.rest = self.rest, []
        svg = ET.Element("svg", {"xmlns": SVG, "width": str(size[0]), "height": str(size[1])})
        svg.set("viewBox", f"0 0 {size[0]} {size[1]}")
        svg.extend([one for one in self.root.iter() if local_name(one) == "defs"])
        svg.extend(kept)
        body = ET.tostring(_plain(svg), encoding="utf-8")
        names = ", ".join(dict.fromkeys(one for each in kept for one in _names_in(each)))
        _, wrong = read_svg(body, self.fonts.families)
        if wrong:
            self.simplified.append(f"{names}: left out, it {wrong[0]}")
            return
        name = f"drawing-{1 + sum(1 for one in self.assets if one.startswith('drawing-'))}.svg"
        self.assets[name] = body
        self.simplified.append(f"{names}: kept as one picture, {name}")
        box = {"x": 0, "y": 0, "width": size[0], "height": size[1]}
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
        taken = {layer["id"] for layer in self.layers}
        names = (base, *(f"{base}-{number}" for number in range(2, MAX_ELEMENTS)))
        return next(name for name in names if name not in taken)


def _label(layer: Mapping[str, Any]) -> str:
    return str(layer.get("text") or layer.get("shape") or layer["type"])[:30]


def _names_in(element: ET.Element) -> Iterator[str]:
    """Yield what an element is called, or the kinds of what is painted in it."""
    if element.get("id"):
        yield str(element.get("id"))
    elif local_name(element) in ("g", "svg"):
        for one in element:
            yield from _names_in(one)
    else:
        yield f"<{local_name(element)}>"


def _without_texts(element: ET.Element) -> ET.Element:
    copy = ET.Element(element.tag, dict(element.attrib))
    copy.extend([_without_texts(one) for one in element if local_name(one) != "text"])
    return copy


def _plain(element: ET.Element) -> ET.Element:
    """Return an element without namespaces, and without what editors note for themselves."""
    attributes = {}
    for key, value in element.attrib.items():
        if not key.startswith("{") or key in HREFS:
            attributes[key.rpartition("}")[2]] = value
    copy = ET.Element(local_name(element), attributes)
    copy.text = element.text
    copy.extend([_plain(one) for one in element if local_name(one)])
    return copy


def _short(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())[:40]
