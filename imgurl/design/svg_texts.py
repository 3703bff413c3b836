"""Texts of an SVG as text layers: their lines, their fonts, and the fields in them."""

import math
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from imgurl.design.svg_attributes import NUMBER, Around, around_of, color_of, local_name, number_of, painted_url
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

NAMED_WEIGHTS = {
    "thin": 100, "extralight": 200, "light": 300, "regular": 400, "medium": 500, "semibold": 600, "bold": 700,
    "extrabold": 800, "black": 900,
}  # fmt: skip
# The end of a PostScript name: its weight, and its slope.
STYLED = re.compile(
    r"-(Thin|ExtraLight|Light|Regular|Medium|SemiBold|Bold|ExtraBold|Black)?(?:It|Italic|Oblique|MT)?$", re.IGNORECASE
)
SLANTED = re.compile(r"-\w*(?:It|Italic|Oblique)['\" ]*$")
RULES = {"underline": "underline", "line-through": "line_through"}

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
    ruled: tuple[str, ...] = ()
    stroke: Mapping[str, Any] | None = None
    #: The gradient that it is filled with, by its name in the file.
    gradient: str = ""
    #: How words differ, by the tags around them.
    spans: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    fields: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    simplified: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """What it is called in a sentence."""
        return " ".join(re.sub(r"(?<!<)</?[a-z]+>(?!>)", "", self.text).split())[:40]


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
    base = _look(first.around, fonts)
    raw, spans = _joined(parts, base, fonts)
    text, fields, said = _with_fields(raw)
    short = _short(parts)
    wanted = sorted({one for part in parts if (one := _missing_family(part.around, fonts))})
    said += [
        f"“{short}”: the font {one} is not here{did_you_mean(one, fonts.families)}, {base.family} is used"
        for one in wanted
    ]
    if len({part.around.style.values.get("font-size") for part in parts}) > 1:
        said.append(f"“{short}”: its words have one size, that of the first")
    if len({part.around.style.values.get("letter-spacing") for part in parts}) > 1:
        said.append(f"“{short}”: its letters are as far apart as the first ones")
    if len(NUMBER.findall(element.get("x", ""))) > 1:
        said.append(f"“{short}”: its letters have places of their own in the file, and follow each other here")
    gradient = painted_url(first.around.style.fill)
    if len(text) > MAX_TEXT:
        said.append(f"“{short}”: cut after {MAX_TEXT} characters")
        text, spans = " ".join(part.text for part in parts)[:MAX_TEXT], {}
    x, y = first.around.point(first.x or 0.0, first.y if first.y is not None else rows[0])
    return FoundText(
        text=text, lines=len(rows), x=x, y=y, size=size, line_height=_line_height(rows, size / scale),
        anchor=style.get("text-anchor", "start"), family=base.family, weight=base.weight, style=base.style,
        color=base.color, letter_spacing=_spacing(style.get("letter-spacing", ""), size / scale),
        ruled=base.ruled, stroke=_stroke(first.around), gradient=gradient, spans=spans, fields=fields,
        simplified=tuple(said),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """How words are written."""

    family: str
    weight: int
    style: str
    color: str
    ruled: tuple[str, ...]

    def other(self, base: "_Look") -> dict[str, Any]:
        """Return what is different from the text around."""
        pairs = (
            ("family", self.family, base.family), ("weight", self.weight, base.weight),
            ("style", self.style, base.style), ("color", self.color, base.color),
            *((key, key in self.ruled, key in base.ruled) for key in RULES.values()),
        )  # fmt: skip
        return {key: own for key, own, theirs in pairs if own != theirs}


def _look(around: Around, fonts: FontCatalogue) -> _Look:
    values = around.style.values
    listed = values.get("font-family", "")
    style = (
        "italic" if "italic" in values.get("font-style", "") or SLANTED.search(listed.partition(",")[0]) else "normal"
    )
    ruled = values.get("text-decoration", "") + values.get("text-decoration-line", "")
    return _Look(
        _family(listed, fonts), _weight(values.get("font-weight", ""), listed), style, _color(around),
        tuple(key for word, key in RULES.items() if word in ruled),
    )  # fmt: skip


def _color(around: Around) -> str:
    """Return the colour of words: black where they are filled otherwise, clear where they are not filled at all."""
    found = color_of(around.style, "fill")
    return "black" if found is None else found or "rgb(0 0 0 / 0%)"


def _stroke(around: Around) -> dict[str, Any] | None:
    color = color_of(around.style, "stroke")
    # Half of an edge is under the letters there, and all of it around them here.
    return {"color": color, "width": round(max(0.1, around.stroke_width / 2), 2)} if color else None


def _short(parts: list["_Part"]) -> str:
    return " ".join(" ".join(part.text for part in parts).split())[:40]


def _missing_family(around: Around, fonts: FontCatalogue) -> str:
    """Return the family that is asked for, if another one is used."""
    listed = around.style.values.get("font-family", "")
    wanted = listed.partition(",")[0].strip("'\" ")
    family = _family(listed, fonts)
    return "" if not wanted or family.casefold() in (wanted.casefold(), _plain_family(wanted).casefold()) else wanted


def box_of_text(found: FoundText, size: tuple[int, int], fonts: FontCatalogue) -> dict[str, int]:
    """Return the box in which the first line of a text has the baseline that the text has."""
    width, _ = size
    primary = fonts.stack(found.family, found.weight, found.style, found.size).primary
    high = found.size * found.line_height
    above = (high - (primary.ascent + primary.descent) * found.size) / 2 + primary.ascent * found.size
    left, room = _across(found, width)
    return {"x": left, "y": round(found.y - above), "width": room, "height": max(1, round(high * found.lines) + 1)}


def text_layer(
    found: FoundText, here: Around, size: tuple[int, int], fonts: FontCatalogue, gradient: dict[str, Any] | None
) -> dict[str, Any]:
    """Return a text as a layer, filled with a gradient if it has one."""
    box = box_of_text(found, size, fonts)
    if here.angle:
        box = _turned(box, found, here.angle)
    smallest = max(4.0, round(found.size * SMALLEST, 1)) if found.fields else None
    font: dict[str, Any] = {"family": found.family, "size": round(max(4.0, found.size), 2), "weight": found.weight}
    if found.style == "italic":
        font["style"] = "italic"
    if smallest:
        font["min_size"] = min(smallest, font["size"])
    layer: dict[str, Any] = {
        "type": "text",
        "text": found.text,
        "box": box,
        "font": font,
        "color": gradient or found.color,
    }
    layer |= dict.fromkeys(found.ruled, True)
    if found.stroke:
        layer["stroke"] = dict(found.stroke)
    if found.spans:
        layer["spans"] = dict(found.spans)
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


def _turned(box: dict[str, int], found: FoundText, angle: float) -> dict[str, int]:
    """Return the box that has its text where the file has it, once it is turned about its own middle."""
    turn = math.radians(angle)
    right, down = box["x"] + box["width"] / 2 - found.x, box["y"] + box["height"] / 2 - found.y
    x = found.x + right * math.cos(turn) - down * math.sin(turn)
    y = found.y + right * math.sin(turn) + down * math.cos(turn)
    return {**box, "x": round(x - box["width"] / 2), "y": round(y - box["height"] / 2)}


def _joined(parts: list[_Part], base: _Look, fonts: FontCatalogue) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return all pieces as one text with its lines, and the styles of the tags around what differs."""
    text, row = "", None
    spans: dict[str, dict[str, Any]] = {}
    for part in parts:
        words = re.sub(r"\s+", " ", part.text)
        words = re.sub(r"\[\[|</?[a-z]+>(?!>)(?<!<<)", lambda sign: "\\" + sign.group(), words)
        other = _look(part.around, fonts).other(base)
        if other and words.strip():
            known = [name for name, one in spans.items() if one == other]
            tag = known[0] if known else string.ascii_lowercase[len(spans) % 26]
            spans[tag] = other
            inner = words.strip()
            words = words.replace(inner, f"<{tag}>{inner}</{tag}>")
        if row is not None and part.y != row and text:
            text = text.rstrip() + "\n"
            words = words.lstrip()
        text, row = f"{text}{words}", part.y
    return "\n".join(re.sub(r" +", " ", line).strip() for line in text.split("\n")), spans


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

    return PLACEHOLDER.sub(named, raw), fields, renamed


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
    names = [one for name in names for one in (name, _plain_family(name))]
    known = next((by_case[name.casefold()] for name in names if name.casefold() in by_case), None)
    if known:
        return known
    is_serif = any(SERIF.search(name) and not SANS.search(name) for name in names)
    serif = next((name for name in ("Playfair Display", "Noto Serif") if name in fonts.families), None)
    return serif if is_serif and serif else STAND_IN


def _plain_family(name: str) -> str:
    """Return the family that a PostScript name is of: Playfair Display for PlayfairDisplay-BoldItalic."""
    family = name.partition("-")[0] if STYLED.search(name) else name
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", family)


def _weight(text: str, listed: str) -> int:
    number = WEIGHTS.get(text) or number_of(text)
    if not number:
        styled = STYLED.search(listed.partition(",")[0].strip("'\" "))
        number = NAMED_WEIGHTS.get(re.sub(r"[^a-z]", "", styled[1].lower()), 400) if styled and styled[1] else 400
    return int(min(1000, max(1, number)))


def _spacing(text: str, size: float) -> float:
    number = number_of(text) or 0.0
    spacing = number if text.strip().endswith("em") else number / size
    return round(min(2.0, max(-0.5, spacing)), 3)


def _line_height(rows: list[float], size: float) -> float:
    if len(rows) < 2:
        return 1.2
    return round(min(4.0, max(0.5, (rows[-1] - rows[0]) / (len(rows) - 1) / size)), 3)
