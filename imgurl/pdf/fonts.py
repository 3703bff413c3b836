"""Fonts of a file (ISO 32000-2, 9.7): an embedded subset of each, and the texts that its codes stand for.

A code is two bytes. TrueType has a table from codes to glyphs, for CFF the character map leads to them.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePosixPath

from imgurl.pdf.codes import Code, FontCodes
from imgurl.pdf.objects import Objects, Packed, Ref, name, number, packed, syntax, utf16
from imgurl.pdf.truetype import Subset, blank, subset
from imgurl.text.fonts import Font

# Lines of one block of a character map (Adobe Technical Note 5014).
BLOCK = 100

# FontDescriptor flags, 9.8.2: the font's own codes.
SYMBOLIC = 4

# The height of capitals in em, where nobody asks the font.
CAPITALS = 0.7

SYSTEM = {"Registry": "Adobe", "Ordering": "Identity", "Supplement": 0}

CHARACTER_MAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (%(ordering)s) /Supplement 0>> def
/CMapName /%(name)s def
/CMapType %(type)d def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%(lines)sendcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a file has of a font: all of it made of the codes in use."""

    base: bytes
    is_cff: bool
    program: Packed
    widths: bytes
    #: From codes to glyphs.
    glyphs: Packed
    texts: Packed


def write_font(objects: Objects, ref: Ref, codes: FontCodes) -> None:
    """Write a font and all that belongs to it; ``ref`` is what pages know it by."""
    font, embedded = codes.font, _embedded(codes.font, codes.used, is_blank=codes.is_blank)
    descriptor: dict[str, object] = {
        "Type": b"/FontDescriptor", "FontName": embedded.base, "Flags": SYMBOLIC, "ItalicAngle": 0, "StemV": 80,
        "FontBBox": [-1000, -1000, 2000, 2000], "CapHeight": round(CAPITALS * 1000),
        "Ascent": round(1000 * font.ascent), "Descent": round(-1000 * font.descent),
        "FontFile3" if embedded.is_cff else "FontFile2": objects.add_packed(embedded.program),
    }  # fmt: skip
    inner: dict[str, object] = {
        "Type": b"/Font", "Subtype": b"/CIDFontType0" if embedded.is_cff else b"/CIDFontType2",
        "BaseFont": embedded.base, "CIDSystemInfo": SYSTEM, "FontDescriptor": objects.add(descriptor), "DW": 0,
        "W": embedded.widths,
    }  # fmt: skip
    glyphs = objects.add_packed(embedded.glyphs)
    outer = {
        "Type": b"/Font", "Subtype": b"/Type0", "BaseFont": embedded.base,
        "Encoding": glyphs if embedded.is_cff else b"/Identity-H",
        "DescendantFonts": [objects.add(inner if embedded.is_cff else inner | {"CIDToGIDMap": glyphs})],
        "ToUnicode": objects.add_packed(embedded.texts),
    }  # fmt: skip
    objects.put(ref, outer)


# Of the fonts of a page most have only texts that are alike for all: they come back with each recipient.
@lru_cache(maxsize=256)
def _embedded(font: Font, used: tuple[Code, ...], *, is_blank: bool) -> Embedded:
    shapes = [code.shape for code in used]
    made = blank(shapes, font.upem) if is_blank else subset(font, shapes)
    stem = "Unseen" if is_blank else PurePosixPath(font.key.split("?")[0]).stem
    kind = {"Subtype": b"/CIDFontType0C"} if made.is_cff else {"Length1": len(made.program)}
    if made.is_cff:
        glyphs = packed(_encoding(made), {"Type": b"/CMap", "CMapName": b"/Glyphs", "CIDSystemInfo": SYSTEM})
    else:
        glyphs = packed(struct.pack(f">{len(used) + 1}H", 0, *made.glyphs), {})
    return Embedded(
        name(f"{_tag(made.program)}+{stem}"),
        made.is_cff,
        packed(made.program, kind),
        syntax(_widths(used, made, 1000 / font.upem)),
        glyphs,
        packed(_to_unicode(used), {}),
    )


def _widths(used: Sequence[Code], embedded: Subset, scale: float) -> list[object]:
    """Return the widths in thousandths of an em: by code, or by glyph for CFF."""
    advances = [number(float(code.shape.advance * scale)) for code in used]
    if not embedded.is_cff:
        return [1, advances]
    by_glyph = dict(zip(embedded.glyphs, advances, strict=True))
    return [part for glyph, advance in sorted(by_glyph.items()) for part in (glyph, [advance])]


def _to_unicode(used: Sequence[Code]) -> bytes:
    lines = [b"<%04X> <%b>\n" % (index, utf16(code.text)) for index, code in enumerate(used, start=1) if code.text]
    return _character_map("UCS", "Adobe-Identity-UCS", 2, _blocks("bfchar", lines))


def _encoding(embedded: Subset) -> bytes:
    """Return the character map from codes to glyphs: two codes may lead to one."""
    lines = [b"<%04X> %d\n" % pair for pair in enumerate(embedded.glyphs, start=1)]
    return _character_map("Identity", "Glyphs", 1, _blocks("cidchar", lines))


def _blocks(kind: str, lines: Sequence[bytes]) -> str:
    blocks = (lines[start : start + BLOCK] for start in range(0, len(lines), BLOCK))
    return "".join(f"{len(block)} begin{kind}\n{b''.join(block).decode()}end{kind}\n" for block in blocks)


def _character_map(ordering: str, title: str, kind: int, lines: str) -> bytes:
    return (CHARACTER_MAP % {"ordering": ordering, "name": title, "type": kind, "lines": lines}).encode()


def _tag(program: bytes) -> str:
    """Return six letters that tell subsets of one font apart (9.9.2)."""
    return "".join(chr(ord("A") + byte % 26) for byte in sha256(program).digest()[:6])
