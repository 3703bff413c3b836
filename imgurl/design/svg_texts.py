"""Texts of an SVG as text layers: their lines, their fonts, and the fields in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from imgurl.design.svg_attributes import Around, around_of, color_of, local_name, number_of
from imgurl.text.fonts import FontCatalogue
from imgurl.words import did_you_mean

PLACEHOLDER = re.compile(r"<<\s*([^<>]{1,60}?)\s*>>")
NAME = re.compile(r"[^a-z0-9]+")
MAX_NAME = 32
MAX_TEXT = 500

# What texts are set in whose font is not here.
STAND_IN = "Inter"
SERIF = re.compile(r"times|georgia|serif|garamond|didot|bodoni|playfair|baskerville", re.IGNORECASE)
SANS = re.compile(r"sans", re.IGNORECASE)
WEIGHTS = {"normal": 400, "bold": 700, "bolder": 700, "lighter": 300}

# The least size that a text may be set in, as a share of its own.
SMALLEST = 0.6

SAMPLES = {"city": "Chicago", "country": "Ireland", "company": "Acme", "offer": "20 % off", "code": "SPRING20"}


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text: its lines joined, with fields; where its first baseline begins, and how it is set."""

    text: str
    lines: int
    x: float
    y: float
    size: float
    line_height: float
    anchor: str
    family: str
    weight: int
    style: str
    color: str
    letter_spacing: float
    fields: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    simplified: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """What it is called in a sentence."""
        return self.text[:40]


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    x: float | None
    y: float | None
    around: Around


def found_text(element: ET.Element, here: Around, fonts: FontCatalogue) -> FoundText:
    """Read a ``<text>`` with its ``<tspan>``."""
    parts = [part for part in _parts(element, here, None, None) if part.text.strip()]
    first = parts[0] if parts else _Part("", 0.0, 0.0, here)
    rows = list(dict.fromkeys(part.y for part in parts if part.y is not None)) or [0.0]
    style, scale = first.around.style.values, first.around.scale
    size = (number_of(style.get("font-size", "16")) or 16.0) * scale
    raw = _joined(parts)
    text, fields, renamed = _with_fields(raw)
    said = list(renamed)
    family = _family(style.get("font-family", ""), fonts)
    wanted = style.get("font-family", "").split(",")[0].strip("'\" ")
    if wanted and wanted != family:
        said.append(
            f"“{text[:40]}”: the font {wanted} is not here{did_you_mean(wanted, fonts.families)}, {family} is used"
        )
    if len({(part.around.style.values.get("fill"), part.around.style.values.get("font-weight")) for part in parts}) > 1:
        said.append(f"“{text[:40]}”: its words have one style, that of the first")
    color = color_of(first.around.style, "fill")
    if color is None:
        said.append(f"“{text[:40]}”: it is filled with a gradient in the file, and black here")
    if len(text) > MAX_TEXT:
        said.append(f"“{text[:40]}”: cut after {MAX_TEXT} characters")
    x, y = first.around.point(first.x or 0.0, first.y if first.y is not None else rows[0])
    return FoundText(
        text=text[:MAX_TEXT], lines=len(rows), x=x, y=y, size=size,
        line_height=_line_height(rows, size / scale), anchor=style.get("text-anchor", "start"), family=family,
        weight=_weight(style.get("font-weight", "400")),
        style="italic" if "italic" in style.get("font-style", "") else "normal",
        color=color or "black", letter_spacing=_spacing(style.get("letter-spacing", ""), size / scale),
        fields=fields, simplified=tuple(said),
    )  # fmt: skip


def text_layer(found: FoundText, here: Around, size: tuple[int, int], fonts: FontCatalogue) -> dict[str, Any]:
    """Return a text as a layer, whose first line has the baseline that the text has."""
    width, _ = size
    primary = fonts.stack(found.family, found.weight, found.style, found.size).primary
    high = found.size * found.line_height
    above = (high - (primary.ascent + primary.descent) * found.size) / 2 + primary.ascent * found.size
    left, room = _across(found, width)
    box = {"x": left, "y": round(found.y - above), "width": room, "height": max(1, round(high * found.lines) + 1)}
    smallest = max(4.0, round(found.size * SMALLEST, 1)) if found.fields else None
    font: dict[str, Any] = {"family": found.family, "size": round(max(4.0, found.size), 2), "weight": found.weight}
    if found.style == "italic":
        font["style"] = "italic"
    if smallest:
        font["min_size"] = min(smallest, font["size"])
    layer: dict[str, Any] = {"type": "text", "text": found.text, "box": box, "font": font, "color": found.color}
    more = {
        "align": {"middle": "center", "end": "end"}.get(found.anchor, "start"),
        "max_lines": min(20, found.lines),
        "line_height": round(found.line_height, 3),
        "letter_spacing": found.letter_spacing,
    }
    usual = {"align": "start", "max_lines": 1, "line_height": 1.2, "letter_spacing": 0.0}
    turned = {"rotation": here.angle} if here.angle else {}
    return layer | {key: value for key, value in more.items() if value != usual[key]} | turned


def _parts(element: ET.Element, here: Around, x: float | None, y: float | None) -> list[_Part]:
    """Return the pieces of a text, each with the place that it begins at or goes on from."""
    left, top = (number_of(element.get(key, "")) for key in ("x", "y"))
    left, top = x if left is None else left, y if top is None else top
    down = number_of(element.get("dy", ""))
    if down is not None:
        top = (top or 0.0) + down
    parts = [_Part(element.text or "", left, top, here)]
    for one in element:
        if local_name(one) in ("tspan", "textPath", "a"):
            inner = _parts(one, around_of(one, here), left, top)
            parts += inner
            top = inner[-1].y
        parts.append(_Part(one.tail or "", left, top, here))
    return parts


def _joined(parts: list[_Part]) -> str:
    """Return all pieces as one text: what begins a new line begins a new word."""
    text, row = "", None
    for part in parts:
        is_new = row is not None and part.y != row and text and not text.endswith(" ")
        text, row = f"{text}{' ' if is_new else ''}{part.text}", part.y
    return " ".join(text.split())


def _with_fields(raw: str) -> tuple[str, dict[str, dict[str, Any]], list[str]]:
    """Return a text with the placeholders that a design has, their fields, and which were renamed."""
    fields: dict[str, dict[str, Any]] = {}
    renamed: list[str] = []

    def named(found: re.Match[str]) -> str:
        written = found[1]
        name = NAME.sub("_", written.lower()).strip("_")[:MAX_NAME].strip("_")
        if not name or not name[0].isalpha():
            renamed.append(f"“{written}” can't be the name of a field, and is a text")
            return written
        if name != written:
            renamed.append(f"the field “{written}” is called {name}")
        fields[name] = _field(name)
        return f"<<{name}>>"

    # What would be read as an optional part or as the beginning of a style is meant as it is written.
    plain = re.sub(r"\[\[|<(?=[a-z]+>(?!>))(?<!<<)", lambda sign: "\\" + sign.group(), raw)
    return PLACEHOLDER.sub(named, plain), fields, renamed


def _field(name: str) -> dict[str, Any]:
    label = name.replace("_", " ").capitalize()
    if "name" in name.split("_"):
        sample = "Johnson" if "last" in name else "Ava Johnson" if "full" in name else "Ava"
        return {"name": name, "type": "name", "label": label, "sample": sample, "fallback": "", "openable": True}
    sample = next((text for word, text in SAMPLES.items() if word in name), label)
    return {"name": name, "label": label, "sample": sample, "fallback": "", "openable": True}


def _across(found: FoundText, width: int) -> tuple[int, int]:
    """Return where the box of a text begins, and how wide it is: as far as the design goes, with equal margins."""
    x = round(found.x)
    if found.anchor == "middle":
        half = max(1, min(x, width - x))
        return x - half, 2 * half
    if found.anchor == "end":
        return min(x - 1, max(0, width - x)), max(1, x - max(0, width - x))
    margin = min(max(x, 0), 48) if x < width / 2 else 0
    return x, max(1, width - margin - x)


def _family(listed: str, fonts: FontCatalogue) -> str:
    names = [name.strip("'\" ") for name in listed.split(",") if name.strip()]
    by_case = {name.casefold(): name for name in fonts.families}
    known = next((by_case[name.casefold()] for name in names if name.casefold() in by_case), None)
    if known:
        return known
    is_serif = any(SERIF.search(name) and not SANS.search(name) for name in names)
    serif = next((name for name in ("Playfair Display", "Noto Serif") if name in fonts.families), None)
    return serif if is_serif and serif else STAND_IN


def _weight(text: str) -> int:
    number = WEIGHTS.get(text) or number_of(text) or 400
    return int(min(1000, max(1, number)))


def _spacing(text: str, size: float) -> float:
    number = number_of(text) or 0.0
    spacing = number if text.strip().endswith("em") else number / size
    return round(min(2.0, max(-0.5, spacing)), 3)


def _line_height(rows: list[float], size: float) -> float:
    if len(rows) < 2:
        return 1.2
    return round(min(4.0, max(0.5, (rows[-1] - rows[0]) / (len(rows) - 1) / size)), 3)
