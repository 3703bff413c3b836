"""Fonts of a file (ISO 32000-2, 9.7): an embedded subset of each, and the texts that its codes stand for.

A code is two bytes. TrueType has a table from codes to glyphs, for CFF the character map leads to them.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePosixPath

from imgurl.pdf.codes import Code
from imgurl.pdf.objects import Packed, Ref, name, number, packed, syntax, utf16
from imgurl.pdf.truetype import UNSEEN_FEET, UNSEEN_HEAD, Shape, Subset, blank, subset
from imgurl.text.fonts import Font

# Lines of one block of a character map (Adobe Technical Note 5014).
BLOCK = 100

# FontDescriptor flags, 9.8.2: the font's own codes.
SYMBOLIC = 4

# What a reader takes for the height of a line at the least, in em: text of dots alone has one too.
LEAST_HEAD, LEAST_FEET = 0.6, 0.15

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
    #: How far letters reach above and below the baseline, in em, both positive.
    ascent: float
    descent: float
    program: Packed
    widths: bytes
    #: From codes to glyphs.
    glyphs: Packed
    texts: Packed

    def descriptor(self, program: Ref) -> dict[str, object]:
        """Return the font descriptor."""
        return {
            "Type": b"/FontDescriptor", "FontName": self.base, "Flags": SYMBOLIC, "ItalicAngle": 0, "StemV": 80,
            "FontBBox": [-1000, -1000, 2000, 2000], "CapHeight": round(CAPITALS * 1000),
            "Ascent": round(1000 * self.ascent), "Descent": round(-1000 * self.descent),
            "FontFile3" if self.is_cff else "FontFile2": program,
        }  # fmt: skip

    def descendant(self, descriptor: Ref, glyphs: Ref) -> dict[str, object]:
        """Return the font with its glyphs and widths."""
        table: dict[str, object] = {} if self.is_cff else {"CIDToGIDMap": glyphs}
        return table | {
            "Type": b"/Font", "Subtype": b"/CIDFontType0" if self.is_cff else b"/CIDFontType2",
            "BaseFont": self.base, "CIDSystemInfo": SYSTEM, "FontDescriptor": descriptor, "DW": 0, "W": self.widths,
        }  # fmt: skip

    def font(self, descendant: Ref, glyphs: Ref, texts: Ref) -> dict[str, object]:
        """Return the font that pages name."""
        return {
            "Type": b"/Font", "Subtype": b"/Type0", "BaseFont": self.base, "DescendantFonts": [descendant],
            "Encoding": glyphs if self.is_cff else b"/Identity-H", "ToUnicode": texts,
        }  # fmt: skip


# Of the fonts of a page most have only texts that are alike for all: they come back with each recipient.
@lru_cache(maxsize=256)
def embedded(font: Font, used: tuple[Code, ...], *, is_blank: bool) -> Embedded:
    """Return what is embedded of a font for the codes in use, from 1 on; ``is_blank``: so that nothing is seen."""
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
        *_reach(font, shapes, is_blank=is_blank),
        packed(made.program, kind),
        syntax(_widths(used, made, 1000 / font.upem)),
        glyphs,
        packed(_to_unicode(used), {}),
    )


def _reach(font: Font, shapes: Sequence[Shape], *, is_blank: bool) -> tuple[float, float]:
    """Return how far the letters in use reach: by this poppler tells which line comes first.

    A font says how high its highest letter is, and by that a large name would begin above the line before it.
    """
    if is_blank:
        return UNSEEN_HEAD, -UNSEEN_FEET
    inks = [(font.inks[part.glyph], part.up / font.upem) for shape in shapes for part in shape.parts]
    top = max((ink[3] + up for ink, up in inks), default=0.0)
    bottom = min((ink[1] + up for ink, up in inks), default=0.0)
    return min(max(top, LEAST_HEAD), 1.0), min(max(-bottom, LEAST_FEET), 0.5)


def _widths(used: Sequence[Code], made: Subset, scale: float) -> list[object]:
    """Return the widths in thousandths of an em: by code, or by glyph for CFF."""
    advances = [number(float(code.shape.advance * scale)) for code in used]
    if not made.is_cff:
        return [1, advances]
    by_glyph = dict(zip(made.glyphs, advances, strict=True))
    return [part for glyph, advance in sorted(by_glyph.items()) for part in (glyph, [advance])]


def _to_unicode(used: Sequence[Code]) -> bytes:
    lines = [b"<%04X> <%b>\n" % (index, utf16(code.text)) for index, code in enumerate(used, start=1) if code.text]
    return _character_map("UCS", "Adobe-Identity-UCS", 2, _blocks("bfchar", lines))


def _encoding(made: Subset) -> bytes:
    """Return the character map from codes to glyphs: two codes may lead to one."""
    lines = [b"<%04X> %d\n" % pair for pair in enumerate(made.glyphs, start=1)]
    return _character_map("Identity", "Glyphs", 1, _blocks("cidchar", lines))


def _blocks(kind: str, lines: Sequence[bytes]) -> str:
    blocks = (lines[start : start + BLOCK] for start in range(0, len(lines), BLOCK))
    return "".join(f"{len(block)} begin{kind}\n{b''.join(block).decode()}end{kind}\n" for block in blocks)


def _character_map(ordering: str, title: str, kind: int, lines: str) -> bytes:
    return (CHARACTER_MAP % {"ordering": ordering, "name": title, "type": kind, "lines": lines}).encode()


def _tag(program: bytes) -> str:
    """Return six letters that tell subsets of one font apart (9.9.2)."""
    return "".join(chr(ord("A") + byte % 26) for byte in sha256(program).digest()[:6])
