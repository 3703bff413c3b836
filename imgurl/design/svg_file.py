"""An SVG file that somebody uploads: its root, and how large it is."""

import re
from xml.etree import ElementTree as ET

from imgurl.design.svg import SVG, other_kind
from imgurl.design.svg_attributes import local_name, number_of
from imgurl.design.svg_plain import MAX_ELEMENTS, pixels
from imgurl.errors import BadUpload

MAX_SIDE = 4_096


class _Builder(ET.TreeBuilder):
    """Builds the tree of a file without a DOCTYPE, in whatever charset it is."""

    def doctype(self, *_: object) -> None:
        """Stop before anything that a DOCTYPE declares is read. Raises BadUpload."""
        raise BadUpload("the file has a DOCTYPE; export it as plain SVG, or delete what begins with <!DOCTYPE")


def root_of(body: bytes) -> ET.Element:
    """Return the root of a file. Raises BadUpload."""
    if (other := other_kind(body)) is not None:
        raise BadUpload(f"the file is not an SVG but a {other[0]}; export it as SVG, or put it into a design")
    try:
        root = ET.fromstring(body, ET.XMLParser(target=_Builder()))  # noqa: S314 - without a DOCTYPE, no entities
    except (ET.ParseError, ValueError) as error:
        raise BadUpload(f"the file is not an SVG: {error}") from error
    if local_name(root) != "svg":
        raise BadUpload(f'the file does not begin with <svg xmlns="{SVG}">')
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise BadUpload(f"the file has more than {MAX_ELEMENTS:,} elements; simplify it, or use a PNG")
    return root


def size_of(root: ET.Element) -> tuple[int, int, tuple[float, float, float, float]]:
    """Return the size of the design in pixels, and the part of the file that is seen: left, top, width, height."""
    box = [number_of(part) or 0.0 for part in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if part]
    left, top, wide, high = box if len(box) == 4 else (0.0, 0.0, 0.0, 0.0)
    width: float = pixels(root.get("width", "")) or wide
    height: float = pixels(root.get("height", "")) or high
    wide, high = wide or width, high or height
    if not (width > 0 and height > 0 and wide > 0):
        raise BadUpload('the file says nowhere how large it is; add viewBox="0 0 width height" to its <svg>')
    if max(width, height) > MAX_SIDE:
        raise BadUpload(f"the picture is {width:g} × {height:g} px; at most {MAX_SIDE} px a side are drawn")
    return round(width), round(height), (left, top, wide, high)
