"""Font files that somebody dropped into a folder: which family and face they are, by their own tables.

What a file says of itself: its family and width in ``name`` and ``OS/2``, weight and slope in ``OS/2``, ``post`` and
``head``, axes in ``fvar``, and in ``OS/2.fsType`` whether it may be embedded.
Source: https://learn.microsoft.com/typography/opentype/spec/
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from imgurl.text import woff2
from imgurl.text.fonts import FaceFile, may_embed

SUFFIXES = (".ttf", ".otf", ".woff2")

# A font of all Chinese characters has 5 to 20 MB.
MAX_FONT_BYTES = 20_000_000

# Files of one folder.
MAX_FONT_FILES = 60

# name: the family that has all weights, for lists that can show them; the one of four faces at most.
FAMILY_NAMES = (16, 1)
MAX_FAMILY = 100

# OS/2.usWidthClass: a family of its own, since designs name no width.
WIDTHS = {
    1: "Ultra Condensed", 2: "Extra Condensed", 3: "Condensed", 4: "Semi Condensed",
    6: "Semi Expanded", 7: "Expanded", 8: "Extra Expanded", 9: "Ultra Expanded",
}  # fmt: skip

# OS/2.fsSelection: italic, oblique. head.macStyle: italic.
SLOPED_SELECTION, SLOPED_MAC = 0b10_0000_0001, 0b10

# Axes that a design chooses by: the others stay at their defaults.
CHOSEN_AXES = ("wght", "opsz")

# What a file begins with that is not read, and what to do.
OTHERS = {
    b"ttcf": "is a collection of fonts; save each font as a file of its own",
    b"wOFF": "is WOFF, an old form; convert it to WOFF2, TTF or OTF",
    b"%!PS": "is a PostScript font; convert it to OTF",
    b"\x80\x01": "is a PostScript font; convert it to OTF",
}
SIGNATURES = (b"\0\1\0\0", b"OTTO", b"true", woff2.SIGNATURE)


class BadFont(ValueError):
    """Raised for a file that can't be used, with what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class FontFamilies:
    """What the font files of a folder hold: faces by family, and what is wrong, by the name of the file."""

    families: Mapping[str, tuple[FaceFile, ...]] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def unreadable(self) -> Mapping[str, str]:
        """What is wrong with the files that belong to no family."""
        placed = {face.path.as_posix() for faces in self.families.values() for face in faces}
        return {name: sentence for name, sentence in self.problems.items() if name not in placed}

    def problems_of(self, family: str) -> tuple[str, ...]:
        """Return what is wrong with the files of one family."""
        names = {face.path.as_posix() for face in self.families.get(family, ())}
        return tuple(f"{name} {sentence}" for name, sentence in self.problems.items() if name in names)


def families_of(bodies: Iterable[tuple[str, bytes]], taken: Iterable[str] = ()) -> FontFamilies:
    """Read font files, given by their names; ``taken`` are the families that are known without them."""
    found: dict[str, list[FaceFile]] = {}
    problems: dict[str, str] = {}
    known = frozenset(taken)
    for number, (name, body) in enumerate(bodies):
        try:
            if number >= MAX_FONT_FILES:
                raise BadFont(f"is one too many; a folder of fonts may have {MAX_FONT_FILES} files")
            family, faces = faces_of(name, body)
        except BadFont as error:
            problems[name] = str(error)
            continue
        others = found.setdefault(family, [])
        if family in known:
            problems[name] = f"is a face of '{family}', which imgurl has already; this file is not used, remove it"
        elif equal := next((other for other in others for face in faces if _are_equal(face, other)), None):
            words = _in_words(family, equal)
            problems[name] = f"is the same face as {equal.path.as_posix()}, {words}; remove one of them"
        others += faces
    return FontFamilies({family: tuple(faces) for family, faces in found.items() if family not in known}, problems)


def faces_of(name: str, body: bytes) -> tuple[str, tuple[FaceFile, ...]]:
    """Return the family of a font file and its faces: one, or two for a font with an axis of italics.

    Raises BadFont.
    """
    if len(body) > MAX_FONT_BYTES:
        raise BadFont(f"has {len(body) / 1e6:.1f} MB; a font may have {MAX_FONT_BYTES / 1e6:.0f} MB")
    for signature, sentence in OTHERS.items():
        if body.startswith(signature):
            raise BadFont(sentence)
    if not body.startswith(SIGNATURES):
        raise BadFont("is not a font; fonts are TTF, OTF or WOFF2 files")
    # Not at the top: most designs name families of the catalogue, and a link to them reads no font.
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415

    try:
        with TTFont(io.BytesIO(_readable(body)), lazy=True) as font:
            return _faces_in(font, name, body)
    except BadFont:
        raise
    # Whatever a damaged table makes a reader stumble over.
    except (TTLibError, ValueError, LookupError, AttributeError, TypeError, ArithmeticError, OSError) as error:
        raise BadFont("is damaged, its tables can't be read; export it from its source again") from error


def _readable(body: bytes) -> bytes:
    try:
        return woff2.checked(body) if body.startswith(woff2.SIGNATURE) else body
    except ValueError as error:
        raise BadFont(str(error)) from None


def _faces_in(font: Any, name: str, body: bytes) -> tuple[str, tuple[FaceFile, ...]]:
    lacking = [tag for tag in ("cmap", "name", "head", "maxp") if tag not in font]
    if lacking or not any(tag in font for tag in ("glyf", "CFF ", "CFF2", "COLR", "sbix", "CBDT")):
        lacks = " and ".join(lacking) or "outlines"
        raise BadFont(f"lacks {lacks}, so nothing can be drawn with it; export it from its source again")
    os2 = font.get("OS/2")
    axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes} if "fvar" in font else {}
    face = FaceFile(
        Path(name),
        "italic" if _is_sloped(font, os2) else "normal",
        int(os2.usWeightClass) if os2 and 1 <= os2.usWeightClass <= 1000 else 400,
        {tag: axes[tag] for tag in CHOSEN_AXES if tag in axes},
        body,
        is_restricted=bool(os2 and not may_embed(os2.fsType)),
    )
    faces: tuple[FaceFile, ...] = (face,)
    if axes.get("ital", (0, 0)) == (0, 1):
        faces = (face, replace(face, style="italic", fixed={"ital": 1.0}))
    return _family_in(font, os2), faces


def _family_in(font: Any, os2: Any) -> str:
    names = (font["name"].getDebugName(number) for number in FAMILY_NAMES)
    family = " ".join(next(filter(None, names), "").split())
    if not family or len(family) > MAX_FAMILY or not family.isprintable():
        raise BadFont(f"has no name of a family of 1 to {MAX_FAMILY} characters; give it one in a font editor")
    width = WIDTHS.get(os2.usWidthClass, "") if os2 else ""
    is_said = not width or width.split()[-1].lower() in family.lower()
    return family if is_said else f"{family} {width}"


def _is_sloped(font: Any, os2: Any) -> bool:
    if os2 and os2.fsSelection & SLOPED_SELECTION:
        return True
    return bool(font["head"].macStyle & SLOPED_MAC) or bool("post" in font and font["post"].italicAngle)


def _are_equal(face: FaceFile, other: FaceFile) -> bool:
    """Say whether two faces are meant for the same weights, so that nobody knows which is drawn."""
    (low, high), (other_low, other_high) = face.weights, other.weights
    return face.style == other.style and low <= other_high and other_low <= high


def _in_words(family: str, face: FaceFile) -> str:
    low, high = face.weights
    return f"{family} {low:g}{f' to {high:g}' if low < high else ''}{' italic' if face.style == 'italic' else ''}"
