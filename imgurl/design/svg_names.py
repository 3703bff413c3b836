"""What elements of an SVG are called: by who drew them, else by what they are."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from imgurl.design.svg_attributes import local_name

# What is not painted by itself.
SILENT = frozenset(
    "defs title desc metadata style clipPath mask filter pattern linearGradient radialGradient symbol".split()
)

TAG = re.compile(r"(?<!<)</?[a-z]+>(?!>)")

# What people call what is drawn.
KINDS = {
    "path": "a path", "polygon": "a polygon", "polyline": "a line", "line": "a line", "rect": "a rectangle",
    "circle": "a circle", "ellipse": "an ellipse", "image": "a picture", "use": "a copy", "g": "a group",
    "text": "a text",
}  # fmt: skip


def name_of(element: ET.Element) -> str:
    """Return what an element is called by who drew it: its layer's name, else its id; "" for none."""
    keys = ("{http://www.inkscape.org/namespaces/inkscape}label", "data-name", "id")
    return next((str(element.get(key)) for key in keys if element.get(key)), "")


def called(element: ET.Element) -> str:
    """Return what a sentence calls an element."""
    return name_of(element) or KINDS.get(local_name(element), local_name(element))


def names_in(element: ET.Element) -> Iterator[str]:
    """Yield what an element is called, or what is painted in it."""
    if local_name(element) in ("g", "svg") and not name_of(element):
        for one in element:
            if local_name(one) not in SILENT:
                yield from names_in(one)
    else:
        yield called(element)


def label_of(layer: Mapping[str, Any]) -> str:
    """Return what a layer is called whose element has no name: what it says, or what it is."""
    return TAG.sub("", str(layer.get("text") or layer.get("shape") or layer["type"]))[:30]


def short_text(element: ET.Element) -> str:
    """Return the beginning of a text for a sentence."""
    return " ".join("".join(element.itertext()).split())[:40]
