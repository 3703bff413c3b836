"""Mend mojibake: UTF-8 that was read in another charset on its way, ``ZoÃ«`` for Zoë.

Two opinions. ftfy's heuristic knows what genuine text looks like ("CAFÉ’S" and "VÝŽIVA" happen to be valid UTF-8 in
Windows-1252 and stay), but it leaves alone what holds an ellipsis ("Ã…sa", "Nguyá»…n"). There the bytes decide: the
whole text is UTF-8 in Windows-1252, with a sequence that no genuine text has. Never ``ftfy.fix_text``, which rewrites
apostrophes, ligatures and full-width letters of names.
"""

import re

from imgurl.merge.charsets import reread

# What the bytes 80 to BF, the second ones of UTF-8, look like in Windows-1252 and Latin-1.
SECOND = (
    "\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c"
    "\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
# A first look that clean names pass without a library: such a pair, "Ã " with its no-break space lost, or the same
# for Mac Roman (Jos√©), code page 437 (Jos├⌐) and Windows-1251 (РђРЅРЅР°).
SUSPECT = re.compile(
    f"[\u00c2-\u00f4][{SECOND}]|\u00c3 |[\u221a\u251c\u2500]\\S"
    "|[РС][\u0090-\u00bf\u0402-\u040f\u0452-\u045f\u2013-\u2122]"
)
# Quotation marks, dashes and the ellipsis come in pairs after genuine letters too: café’”.
QUOTES = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026"
# Three bytes or more for one letter; or two, of which the second is not a letter, inside a word.
SURE = re.compile(
    f"[\u00e0-\u00f4](?![{QUOTES}]{{2}})[{SECOND}]{{2}}|[\u00c2-\u00c5](?:[^\\w\\s\u2018\u2019]|\u00a0)(?=[a-z])"
)


def mended(text: str) -> str:
    """Return the text with mojibake undone, or as it is."""
    if not SUSPECT.search(text):
        return text
    from ftfy import fix_encoding  # noqa: PLC0415 - 100 ms to load, and few processes ever see mojibake

    fixed = fix_encoding(text)
    if fixed != text and "\ufffd" not in fixed:
        return fixed
    return reread(text) if SURE.search(text) else text
