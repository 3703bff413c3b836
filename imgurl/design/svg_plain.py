"""An SVG made plain before it is read: its style sheet, lengths, copies and hidden parts put in their places."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from imgurl.design.svg import UNITS
from imgurl.errors import BadUpload

# Elements that copies may make of a file.
MAX_ELEMENTS = 20_000

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
SELECTOR = re.compile(r"([a-zA-Z*][\w-]*)?(?:([.#])([\w-]+))?")
DECLARED = re.compile(r"([\w-]+)\s*:\s*([^;]*)")
AMOUNT = re.compile(r"\s*([-+]?(?:[0-9]*\.[0-9]+|[0-9]+\.?)(?:e[-+]?[0-9]+)?)\s*(%|[a-z]+)", re.IGNORECASE)
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")

ACROSS = frozenset(("x", "width", "cx", "rx", "x1", "x2", "dx"))
DOWN = frozenset(("y", "height", "cy", "ry", "y1", "y2", "dy"))
LENGTHS = ACROSS | DOWN | {"r", "font-size", "stroke-width"}

# Whose lengths are parts of what they are used for, not of the page.
RELATIVE = frozenset(("linearGradient", "radialGradient", "pattern", "mask", "filter", "stop"))


@dataclass(frozen=True, slots=True)
class Page:
    """The size that lengths in per cent are parts of, in units of the file."""

    width: float
    height: float

    def part(self, key: str) -> float:
        """Return what 100 % of an attribute is."""
        if key in ACROSS:
            return self.width
        if key in DOWN:
            return self.height
        return float(((self.width**2 + self.height**2) / 2) ** 0.5)


def pixels(text: str) -> float | None:
    """Return a length in CSS pixels, None for one that is none or in per cent."""
    found = AMOUNT.fullmatch(text)
    if found is None:
        try:
            return float(text)
        except ValueError:
            return None
    unit = UNITS.get(found[2].lower())
    return None if unit is None else float(found[1]) * unit


def plain_svg(root: ET.Element, page: Page) -> tuple[ET.Element, tuple[str, ...]]:
    """Return the file without a style sheet, without copies and hidden parts; and the selectors that were not read."""
    rules, unread = _rules(root)
    named = {one.get("id"): one for one in root.iter() if one.get("id")}
    maker = _Maker(rules, named, page)
    return maker.made(root, 16.0, ()), unread


@dataclass(slots=True)
class _Maker:
    """Copies elements. Mutable state: how many there are."""

    rules: tuple["_Rule", ...]
    named: Mapping[str | None, ET.Element]
    page: Page
    count: int = 0

    def made(self, element: ET.Element, size: float, used: tuple[str, ...]) -> ET.Element:
        """Return an element as it is drawn; ``size`` is that of its font, ``used`` the copies that it is in."""
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise BadUpload(f"the file has more than {MAX_ELEMENTS:,} elements; simplify it, or use a PNG")
        said = self._said(element)
        font = said.get("font-size") or element.get("font-size") or ""
        own = _length(font, size, size)
        size = (pixels(font) or size) if own is None else own
        attributes = {key: value for key, value in element.attrib.items() if key not in ("style", "class")}
        name = _name(element)
        if name not in RELATIVE:
            attributes = {key: self._pixels(key, value, size) for key, value in attributes.items()}
            said = {key: self._pixels(key, value, size) for key, value in said.items()}
        if said:
            attributes["style"] = ";".join(f"{key}:{value}" for key, value in said.items())
        copy = ET.Element(element.tag, attributes)
        copy.text, copy.tail = element.text, element.tail
        for child in element:
            copy.extend(self._children(child, size, used, is_clip=name == "clipPath"))
        return copy

    def _children(
        self, child: ET.Element, size: float, used: tuple[str, ...], *, is_clip: bool
    ) -> Iterator[ET.Element]:
        name = _name(child)
        if not name or name == "style":
            return
        said = {**child.attrib, **self._said(child)}
        if said.get("display", "").strip() == "none" or said.get("visibility", "").strip() in ("hidden", "collapse"):
            return
        href = next((child.get(key, "") for key in HREFS if child.get(key)), "").removeprefix("#")
        target = self.named.get(href)
        # Pictures and patterns refer to each other by names that stay.
        if name == "use" and target is not None and href not in used and _name(target) not in ("image", "svg"):
            group = self._copy(child, target, size, (*used, href))
            # What cuts is made of shapes alone.
            yield _shape_of(group) if is_clip else group
            return
        yield self.made(child, size, used)

    def _copy(self, use: ET.Element, target: ET.Element, size: float, used: tuple[str, ...]) -> ET.Element:
        attributes = {
            key: value for key, value in use.attrib.items() if key not in (*HREFS, "x", "y", "width", "height")
        }
        left, top = use.get("x", "0"), use.get("y", "0")
        place = f"translate({left} {top})" if (left, top) != ("0", "0") else ""
        attributes["transform"] = f"{attributes.get('transform', '')} {place}".strip()
        group = ET.Element(use.tag.replace("use", "g"), attributes)
        made = self.made(group, size, used)
        inner = self.made(target, size, used)
        if _name(inner) == "symbol":
            inner.tag = use.tag.replace("use", "g")
        made.append(inner)
        return made

    def _said(self, element: ET.Element) -> dict[str, str]:
        """Return the style of an element: what rules say of it, the more exact ones last, then what it says itself."""
        classes, found = (element.get("class") or "").split(), []
        for number, rule in enumerate(self.rules):
            if rule.holds(_name(element), classes, element.get("id") or ""):
                found.append((rule.weight, number, rule.said))
        said: dict[str, str] = {}
        for _, _, declared in sorted(found, key=lambda one: one[:2]):
            said |= declared
        return said | _declared(element.get("style", ""))

    def _pixels(self, key: str, value: str, size: float) -> str:
        if key not in LENGTHS:
            return value
        length = _length(value, self.page.part(key), size)
        return value if length is None else f"{length:.9g}"


def _shape_of(group: ET.Element) -> ET.Element:
    """Return the one shape of a group, at its place."""
    shape = group[-1]
    shape.set("transform", f"{group.get('transform', '')} {shape.get('transform', '')}".strip())
    return shape


@dataclass(frozen=True, slots=True)
class _Rule:
    tag: str
    sign: str
    name: str
    said: dict[str, str]

    @property
    def weight(self) -> int:
        return {"#": 4, ".": 2}.get(self.sign, 0) + (self.tag not in ("", "*"))

    def holds(self, tag: str, classes: list[str], name: str) -> bool:
        if self.tag not in ("", "*", tag):
            return False
        return not self.sign or (self.name in classes if self.sign == "." else self.name == name)


def _rules(root: ET.Element) -> tuple[tuple[_Rule, ...], tuple[str, ...]]:
    rules: list[_Rule] = []
    unread: list[str] = []
    for sheet in root.iter():
        if _name(sheet) != "style":
            continue
        text = COMMENT.sub("", "".join(sheet.itertext())).replace("<![CDATA[", "").replace("]]>", "")
        for listed, body in RULE.findall(text):
            for selector in map(str.strip, listed.split(",")):
                found = SELECTOR.fullmatch(selector)
                if found is None or not selector:
                    unread.append(selector)
                else:
                    rules.append(_Rule(found[1] or "", found[2] or "", found[3] or "", _declared(body)))
    return tuple(rules), tuple(dict.fromkeys(unread))


def _declared(text: str) -> dict[str, str]:
    return {key: value.replace("!important", "").strip() for key, value in DECLARED.findall(text)}


def _length(text: str, whole: float, size: float) -> float | None:
    """Return a length that has a unit in units of the file, None for one that has none."""
    found = AMOUNT.fullmatch(text)
    if found is None:
        return None
    number, unit = float(found[1]), found[2].lower()
    if unit in ("em", "ex", "%"):
        return number * {"em": size, "ex": size / 2, "%": whole / 100}[unit]
    return number * UNITS[unit] if unit in UNITS else None


def _name(element: ET.Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) and ("}" not in tag or "/2000/svg}" in tag) else ""


def without_texts(element: ET.Element) -> ET.Element:
    """Return an element without its texts."""
    copy = ET.Element(element.tag, dict(element.attrib))
    copy.extend([without_texts(one) for one in element if _name(one) != "text"])
    return copy


def bare(element: ET.Element) -> ET.Element:
    """Return an element without namespaces, and without what editors note for themselves."""
    attributes = {}
    for key, value in element.attrib.items():
        if not key.startswith("{") or key in HREFS:
            attributes[key.rpartition("}")[2]] = value
    copy = ET.Element(_name(element), attributes)
    copy.text = element.text
    copy.extend([bare(one) for one in element if _name(one)])
    return copy
