"""The table of emoji in text/clusters.py against ICU's own property, every code point."""

import ctypes
import re
import sys
from importlib.metadata import files

from icu4py import icu_version

from imgurl.text.clusters import EMOJI_PRESENTATION

UCHAR_EMOJI_PRESENTATION = 58  # uchar.h, enum UProperty


def test_the_table_is_emoji_presentation() -> None:
    """The code points of the table are those with Emoji_Presentation in the ICU that finds clusters (Unicode 17)."""
    (library,) = [file for file in files("icu4py") or () if "icuuc" in file.name]
    icu = ctypes.CDLL(str(library.locate()))
    has_property = icu[f"u_hasBinaryProperty_{icu_version.partition('.')[0]}"]
    has_property.restype = ctypes.c_int8
    table = re.compile(f"[{EMOJI_PRESENTATION}]")
    wrong = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if bool(has_property(code, UCHAR_EMOJI_PRESENTATION)) != bool(table.match(chr(code)))
    ]
    assert wrong == []
    assert table.match("🎉")
