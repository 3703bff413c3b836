"""Subsets of fonts, and glyphs made of others: what a PDF embeds of a font.

HarfBuzz makes the subset, at the axis values that the text is drawn with. A cluster of several glyphs then becomes one
*composite glyph*, appended to the subset, so that one code of a PDF can stand for it and for its text.

Source: https://learn.microsoft.com/typography/opentype/spec/glyf
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import uharfbuzz as hb

from imgurl.text.fonts import Font, may_embed

# Tables that draw nothing in a PDF, whose own codes and widths count.
DROPPED = (
    "BASE", "CBDT", "CBLC", "COLR", "CPAL", "DSIG", "GDEF", "GPOS", "GSUB", "JSTF", "LTSH", "MATH", "MERG", "OS/2",
    "PCLT", "STAT", "SVG ", "VDMX", "VORG", "cmap", "gasp", "hdmx", "kern", "meta", "name", "post", "sbix", "vhea",
    "vmtx",
)  # fmt: skip

# Flags of a component: its offsets are 16 bits wide, they are offsets, another component follows.
WORDS, OFFSETS, MORE = 0x0001, 0x0002, 0x0020
IS_COMPOSITE = -1

# What offsets, widths and boxes of glyphs are kept within.
SHORT = 32_000

# Of 'head': what it begins with, and what the words of a whole file add up to.
MAGIC, CHECKSUM = 0x5F0F3CF5, 0xB1B0AFBA

# Of text that is not seen: how far it reaches below and above its baseline, in em.
UNSEEN_FEET, UNSEEN_HEAD = -0.2, 0.8


class Part(NamedTuple):
    """A glyph of the font, moved from the origin; in font units, y upwards, at most ``SHORT``."""

    glyph: int
    right: int = 0
    up: int = 0


class Shape(NamedTuple):
    """What a code draws: glyphs of the font, and how far the next one is. No parts: nothing is seen."""

    parts: tuple[Part, ...]
    advance: int


@dataclass(frozen=True, slots=True)
class Subset:
    """An embedded font: ``program`` is a TrueType file, or bare CFF; ``glyphs`` has the glyph of each shape."""

    program: bytes
    glyphs: tuple[int, ...]
    is_cff: bool


@lru_cache(maxsize=512)
def can_embed(font: Font) -> bool:
    """Say whether a font may be embedded, by its licence bits, and can be: by outlines that PDF knows."""
    tags = font.hb_font.face.table_tags
    return ("glyf" in tags or "CFF " in tags) and not is_restricted(font)


def is_restricted(font: Font) -> bool:
    """Say whether the licence bits of a font forbid embedding it."""
    face = font.hb_font.face
    table = face.reference_table("OS/2").data if "OS/2" in face.table_tags else b""
    (licence,) = struct.unpack_from(">H", table, 8) if len(table) >= 10 else (0,)
    return not may_embed(licence)


@lru_cache(maxsize=512)
def is_composable(font: Font) -> bool:
    """Say whether several glyphs of the font can be made one."""
    return "glyf" in font.hb_font.face.table_tags


def subset(font: Font, shapes: Sequence[Shape]) -> Subset:
    """Return what is embedded of a font for these shapes; of a CFF font each shape is one glyph, not moved."""
    face = font.hb_font.face
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(part.glyph for shape in shapes for part in shape.parts)
    wanted.flags = hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in DROPPED)
    for axis, value in zip(face.axis_infos, font.hb_font.get_var_coords_design(), strict=False):
        wanted.pin_axis_location(face, axis.tag, value)
    plan = hb.SubsetPlan(face, wanted)
    small, ids = plan.execute(), dict(plan.old_to_new_glyph_mapping)
    if "glyf" not in small.table_tags:
        glyphs = tuple(ids[shape.parts[0].glyph] if shape.parts else 0 for shape in shapes)
        return Subset(small.reference_table("CFF ").data, glyphs, is_cff=True)
    moved = [
        shape._replace(parts=tuple(part._replace(glyph=ids[part.glyph]) for part in shape.parts)) for shape in shapes
    ]
    return _with_shapes({tag: small.reference_table(tag).data for tag in small.table_tags}, moved)


def blank(shapes: Sequence[Shape], upem: int) -> Subset:
    """Return a font for text that is not seen, since it is drawn in another way: each glyph is as wide as its shape.

    A glyph is a frame around the place of a letter, because PDFium takes what has no outline for no text.
    """
    low, high = round(UNSEEN_FEET * upem), round(UNSEEN_HEAD * upem)
    head = struct.pack(
        ">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, MAGIC, 0, upem, 0, 0, 0, low, upem, high, 0, 8, 2, 1, 0
    )
    hhea = struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, high, low, 0, upem, *[0] * 11, 1)
    maxp = struct.pack(">IH13H", 0x10000, 1, 4, 1, 0, 0, 1, *[0] * 8)
    tables = {"head": head, "hhea": hhea, "maxp": maxp, "hmtx": bytes(4), "loca": bytes(8), "glyf": b""}
    return _with_shapes(tables, [shape._replace(parts=()) for shape in shapes], (low, high))


class _Glyphs:
    """The glyphs of a TrueType font, to which others are appended. Mutable state: outlines and widths.

    ``frame`` are the feet and the head of what a shape without parts shows; None for nothing.
    """

    def __init__(self, tables: Mapping[str, bytes], frame: tuple[int, int] | None) -> None:
        self._frame = frame
        (self.count,) = struct.unpack_from(">H", tables["maxp"], 4)
        (is_long,) = struct.unpack_from(">h", tables["head"], 50)
        (known,) = struct.unpack_from(">H", tables["hhea"], 34)
        loca = struct.unpack_from(f">{self.count + 1}{'I' if is_long else 'H'}", tables["loca"])
        scale = 1 if is_long else 2
        glyf = tables["glyf"]
        self.outlines = [glyf[scale * start : scale * end] for start, end in pairwise(loca)]
        metrics = struct.unpack_from(f">{2 * known}H", tables["hmtx"])
        bearings = struct.unpack_from(f">{self.count - known}h", tables["hmtx"], 4 * known)
        self.advances = [*metrics[0::2], *[metrics[-2]] * (self.count - known)]
        self.bearings = [*struct.unpack(f">{known}h", struct.pack(f">{known}H", *metrics[1::2])), *bearings]
        self.most_parts = 0
        self._made: dict[Shape, int] = {}

    def of(self, shape: Shape) -> int:
        """Return the glyph that draws a shape: one of the font if it is that very one, else a new one."""
        seen = Shape(tuple(part for part in shape.parts if self.outlines[part.glyph]), shape.advance)
        if len(seen.parts) == 1 and seen.parts[0][1:] == (0, 0) and self.advances[seen.parts[0].glyph] == seen.advance:
            return seen.parts[0].glyph
        if seen not in self._made:
            self._made[seen] = self._append(seen)
        return self._made[seen]

    def _append(self, shape: Shape) -> int:
        outline, bearing = b"", 0
        if shape.parts:
            outline, bearing = self._composite(shape.parts)
        elif self._frame and shape.advance:
            outline = _framed(shape.advance, *self._frame)
        self.outlines.append(outline)
        self.advances.append(shape.advance)
        self.bearings.append(bearing)
        self.most_parts = max(self.most_parts, len(shape.parts))
        return len(self.outlines) - 1

    def _composite(self, parts: Sequence[Part]) -> tuple[bytes, int]:
        """Return a glyph made of others, and its left side bearing."""
        corners = [struct.unpack_from(">4h", self.outlines[part.glyph], 2) for part in parts]
        edges = [
            short(side(box[place] + part[1 + place % 2] for box, part in zip(corners, parts, strict=True)))
            for place, side in enumerate((min, min, max, max))
        ]
        made = [struct.pack(">5h", IS_COMPOSITE, *edges)]
        for left, part in zip(reversed(range(len(parts))), parts, strict=True):
            flags = WORDS | OFFSETS | (MORE if left else 0)
            made.append(struct.pack(">HHhh", flags, *part))
        return b"".join(made), edges[0]


def _framed(width: int, low: int, high: int) -> bytes:
    """Return a glyph of one contour: a rectangle, its points as steps from one to the next."""
    head = struct.pack(">5hHH4B", 1, 0, low, width, high, 3, 0, 1, 1, 1, 1)
    return head + struct.pack(">8h", 0, width, 0, -width, low, 0, high - low, 0)


def short(value: float) -> int:
    """Return what a font can hold of a number: marks may be stacked as high as somebody likes."""
    return max(-SHORT, min(SHORT, round(value)))


def _with_shapes(tables: Mapping[str, bytes], shapes: Sequence[Shape], frame: tuple[int, int] | None = None) -> Subset:
    """Return the font with a glyph for each shape."""
    glyphs = _Glyphs(tables, frame)
    places = tuple(map(glyphs.of, shapes))
    padded = [outline + bytes(-len(outline) % 4) for outline in glyphs.outlines]
    offsets = [0]
    for outline in padded:
        offsets.append(offsets[-1] + len(outline))
    count = len(padded)
    head, hhea, maxp = (bytearray(tables[tag]) for tag in ("head", "hhea", "maxp"))
    struct.pack_into(">h", head, 50, 1)  # long offsets
    struct.pack_into(">H", hhea, 10, max(glyphs.advances))
    struct.pack_into(">H", hhea, 34, count)
    struct.pack_into(">H", maxp, 4, count)
    if glyphs.most_parts:
        # Points and contours of composites are not counted: whoever reads a PDF takes them from the glyphs.
        most, depth = struct.unpack_from(">HH", maxp, 28)
        struct.pack_into(">HH", maxp, 28, max(most, glyphs.most_parts), depth + 1)
    metrics = b"".join(struct.pack(">Hh", *pair) for pair in zip(glyphs.advances, glyphs.bearings, strict=True))
    changed = {
        "glyf": b"".join(padded),
        "head": bytes(head),
        "hhea": bytes(hhea),
        "hmtx": metrics,
        "loca": struct.pack(f">{count + 1}I", *offsets),
        "maxp": bytes(maxp),
    }
    return Subset(_file(dict(tables) | changed), places, is_cff=False)


def _file(tables: Mapping[str, bytes]) -> bytes:
    """Return a font file of these tables, with their checksums."""
    count = len(tables)
    exponent = count.bit_length() - 1
    directory = [struct.pack(">IHHHH", 0x10000, count, 16 << exponent, exponent, 16 * count - (16 << exponent))]
    # The checksum of the whole file is in 'head', and counts as 0 itself.
    head = tables["head"]
    bodies = dict(sorted(tables.items())) | {"head": head[:8] + bytes(4) + head[12:]}
    offset = 12 + 16 * count
    for tag, body in bodies.items():
        directory.append(struct.pack(">4sIII", tag.encode(), _sum(body), offset, len(body)))
        offset += len(body) + -len(body) % 4
    whole = _sum(b"".join(directory)) + sum(map(_sum, bodies.values()))
    bodies["head"] = head[:8] + struct.pack(">I", (CHECKSUM - whole) & 0xFFFFFFFF) + head[12:]
    return b"".join((*directory, *(body + bytes(-len(body) % 4) for body in bodies.values())))


def _sum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
