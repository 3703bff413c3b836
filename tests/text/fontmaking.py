"""Small fonts for tests: some letters of shipped ones, with other words in their tables."""

import io
from collections.abc import Callable
from functools import cache
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from imgurl.config import shipped

LETTERS = "Hamburg Ava 1234"


def font_file(
    family: str = "Acme Sans",
    source: str = "jetbrains-mono/JetBrainsMono-Regular.ttf",
    *,
    is_woff2: bool = False,
    change: Callable[[Any], object] = lambda font: None,
    **os2: int,
) -> bytes:
    """Return a font file of this family with these values in its table OS/2, and changed further by ``change``."""
    font = TTFont(io.BytesIO(_subset(source)), recalcTimestamp=False)
    for record in [*font["name"].names]:
        if record.nameID in (16, 17, 21, 22):
            font["name"].removeNames(nameID=record.nameID)
    font["name"].setName(family, 1, 3, 1, 0x409)
    font["name"].removeNames(nameID=1, platformID=1)
    for key, number in os2.items():
        setattr(font["OS/2"], key, number)
    change(font)
    font.flavor = "woff2" if is_woff2 else None
    body = io.BytesIO()
    font.save(body)
    return body.getvalue()


@cache
def _subset(source: str) -> bytes:
    font = TTFont(shipped("fonts") / source)
    subsetter = Subsetter(Options(layout_features=[], name_IDs=["*"], notdef_outline=True))
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    body = io.BytesIO()
    font.save(body)
    return body.getvalue()
