"""Fonts of a brand, made of a shipped one: as CFF, or with another licence."""

import json
from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from imgurl.config import shipped

SOURCE = "great-vibes"


def with_family(folder: Path, family: str, *, licence: int = 0, is_cff: bool = False) -> Path:
    """Return a folder of fonts: the shipped ones, and one more family of a single font."""
    fonts = folder / "fonts"
    fonts.mkdir()
    for part in shipped("fonts").iterdir():
        if part.is_dir():
            (fonts / part.name).symlink_to(part)
    (source,) = (shipped("fonts") / SOURCE).glob("*.ttf")
    font = TTFont(BytesIO(_cff_of(source))) if is_cff else TTFont(source)
    font["OS/2"].fsType = licence
    name = "brand.otf" if is_cff else "brand.ttf"
    font.save(fonts / name)
    listing = json.loads((shipped("fonts") / "fonts.json").read_text())
    listing["families"].append({"family": family, "faces": [{"file": name, "style": "normal", "weight": 400}]})
    (fonts / "fonts.json").write_text(json.dumps(listing))
    return fonts


@cache
def _cff_of(source: Path) -> bytes:
    """Return a font file with CFF outlines; made once, for it takes seconds."""
    out = BytesIO()
    as_cff(TTFont(source)).save(out)
    return out.getvalue()


def as_cff(source: TTFont) -> TTFont:
    """Return a font with the same glyphs and features, its outlines as CFF."""
    order, glyphs = source.getGlyphOrder(), source.getGlyphSet()
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(source.getBestCmap())
    outlines = {}
    for name in order:
        pen = T2CharStringPen(glyphs[name].width, glyphs)
        glyphs[name].draw(pen)
        outlines[name] = pen.getCharString()
    builder.setupCFF("Brand", {}, outlines, {})
    builder.setupHorizontalMetrics({name: (glyphs[name].width, 0) for name in order})
    builder.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
    builder.setupNameTable({"familyName": "Brand", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    for tag in ("GSUB", "GPOS", "GDEF"):
        if tag in source:
            builder.font[tag] = source[tag]
    return builder.font
