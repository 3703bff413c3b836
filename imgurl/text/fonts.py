"""Fonts on disk and the stacks that text is drawn with.

A family is looked up in ``fonts.json``. A stack is what one text style needs: the family's own font, then the
fallback fonts in their order, and the emoji font. One font object per instance (file and axis values), never changed
after it was made: shaping and drawing share it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from imgurl.errors import SettingsError
from imgurl.text.woff2 import SIGNATURE, unpacked
from imgurl.words import did_you_mean

InkBox = tuple[float, float, float, float]

# OS/2.fsType: the font may not be embedded, or only its bitmaps may.
LICENCE, RESTRICTED, BITMAPS_ONLY = 0x000F, 0x0002, 0x0200


@dataclass(frozen=True, slots=True)
class FaceFile:
    """One font file of a family; ``axes`` maps an axis tag to its range, empty for a static font.

    ``body`` is the file of a font that came with a design, whose ``path`` is only its name there; else it is read from
    its path. ``fixed`` are values of axes that make the face. ``is_restricted``: it says that it may not be embedded.
    """

    path: Path
    style: str
    weight: int
    axes: Mapping[str, tuple[float, float]]
    body: bytes = field(default=b"", repr=False)
    fixed: Mapping[str, float] = field(default_factory=dict)
    is_restricted: bool = False

    @property
    def weights(self) -> tuple[float, float]:
        """The lightest and the heaviest weight that it has."""
        return self.axes.get("wght", (self.weight, self.weight))


@dataclass(frozen=True, eq=False)
class Font:
    """A font instance: a file at fixed axis values. Compared by identity; the catalogue makes each one once."""

    key: str
    hb_font: Any
    upem: int
    #: Distance from the baseline to the top and to the bottom of the line, in em, both positive.
    ascent: float
    descent: float
    coverage: frozenset[int]
    paints_color: bool

    @cached_property
    def inks(self) -> "InkBoxes":
        """The ink boxes of glyphs; measured when they are first looked up, a font has at most 65,535."""
        return InkBoxes(self.hb_font, self.upem)

    @cached_property
    def underline(self) -> tuple[float, float]:
        """How far under the baseline the upper edge of an underline is, and how thick it is, in em."""
        import uharfbuzz as hb  # noqa: PLC0415 - see FontCatalogue._instance

        offset, size = (
            self.hb_font.get_metric_position_with_fallback(tag)
            for tag in (hb.OTMetricsTag.UNDERLINE_OFFSET, hb.OTMetricsTag.UNDERLINE_SIZE)
        )
        return -offset / self.upem, size / self.upem


class InkBoxes(dict[int, InkBox]):
    """Ink boxes by glyph, as ``(left, bottom, right, top)`` in em, y upwards. What is missing is measured."""

    def __init__(self, hb_font: Any, upem: int) -> None:
        super().__init__()
        self._hb_font, self._upem = hb_font, upem

    def __missing__(self, glyph: int) -> InkBox:
        box = self[glyph] = self._measure(glyph)
        return box

    def _measure(self, glyph: int) -> InkBox:
        extents = self._hb_font.get_glyph_extents(glyph)
        if extents is None or not extents.width:
            return 0.0, 0.0, 0.0, 0.0
        left, top = extents.x_bearing / self._upem, extents.y_bearing / self._upem
        return left, top + extents.height / self._upem, left + extents.width / self._upem, top


@dataclass(frozen=True, eq=False)
class FontStack:
    """The fonts of one text style in the order they are tried; ``emoji`` is apart."""

    fonts: tuple[Font, ...]
    emoji: Font | None

    @property
    def primary(self) -> Font:
        """The font that sets the line's height."""
        return self.fonts[0]

    @cached_property
    def everything(self) -> frozenset[int]:
        """All code points that some font of the stack has."""
        emoji = (self.emoji.coverage,) if self.emoji else ()
        return frozenset().union(*(font.coverage for font in self.fonts), *emoji)


@dataclass(frozen=True, eq=False)
class FontCatalogue:
    """All families of a fonts folder; with a ``base`` those of another catalogue and some of a design's own."""

    folder: Path
    families: Mapping[str, tuple[FaceFile, ...]]
    fallback: tuple[str, ...]
    emoji: str | None
    base: "FontCatalogue | None" = None
    #: What ``digests`` are according to the list, where it is without its fonts.
    listed: Mapping[str, str] = field(default_factory=dict)

    def with_families(self, own: Mapping[str, tuple[FaceFile, ...]]) -> "FontCatalogue":
        """Return a catalogue that has these families too; fonts of this one are the same objects in both."""
        return replace(self, families={**own, **self.families}, base=self) if own else self

    def require(self, family: str) -> None:
        """Raise ValueError with near names if there is no such family."""
        if family not in self.families:
            choice = ", ".join(sorted(self.families))
            raise ValueError(
                f"there is no font family '{family}'{did_you_mean(family, self.families)}; known: {choice}"
            )

    def open(self, family: str) -> None:
        """Open the files of a family that came with a design. Raises ValueError with a sentence for a damaged one."""
        for face in self.families[family]:
            self._own_faces(face.path, face.body)

    def stack(self, family: str, weight: int = 400, style: str = "normal", size: float = 16.0) -> FontStack:
        """Return the stack of a text style.

        ``size`` in px picks the optical size once; it stays as it is while text shrinks to fit, so that widths
        are proportional to the size.
        """
        return self._stacks(family, weight, style, round(size))

    # Caches of this catalogue, made with its first font and gone with it: a cache on the method would keep all
    # catalogues for ever.
    @cached_property
    def _stacks(self) -> Callable[[str, int, str, int], FontStack]:
        return lru_cache(maxsize=256)(self._stack)

    @cached_property
    def _instances(self) -> Callable[[Path, bytes, tuple[tuple[str, float], ...]], Font]:
        return lru_cache(maxsize=512)(self._instance)

    @cached_property
    def _own_faces(self) -> Callable[[Path, bytes], tuple[Any, frozenset[int]]]:
        return lru_cache(maxsize=64)(_own_face)

    def _stack(self, family: str, weight: int, style: str, size: int) -> FontStack:
        names = (family, *(name for name in self.fallback if name != family))
        fonts = tuple(self._font(name, weight, style, size) for name in names)
        emoji = self._font(self.emoji, 400, "normal", size) if self.emoji else None
        return FontStack(fonts, emoji)

    def _font(self, family: str, weight: int, style: str, size: int) -> Font:
        if self.base is not None and family in self.base.families:
            return self.base._font(family, weight, style, size)
        face = nearest_face(self.families[family], weight, style)
        # Clamped: a variable font has no weights beyond its axis. Axes that no design can name keep their defaults.
        axes = {"wght": float(weight), "opsz": float(size)}
        values = tuple(
            (tag, min(max(axes[tag], low), high)) for tag, (low, high) in sorted(face.axes.items()) if tag in axes
        )
        return self._instances(face.path, face.body, (*values, *sorted(face.fixed.items())))

    def _instance(self, path: Path, body: bytes, values: tuple[tuple[str, float], ...]) -> Font:
        import uharfbuzz as hb  # noqa: PLC0415 - who only mints reads the catalogue, and opens no font

        face, coverage = self._own_faces(path, body) if body else _load_face(path)
        font = hb.Font(face)
        if values:
            font.set_variations(dict(values))
        extents = font.get_font_extents("ltr")
        name = path if body else path.relative_to(self.folder)
        key = f"{name}?{'&'.join(f'{tag}={value:g}' for tag, value in values)}"
        return Font(
            key,
            font,
            face.upem,
            extents.ascender / face.upem,
            -extents.descender / face.upem,
            coverage,
            bool(face.has_color_paint or face.has_color_layers),
        )

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 over the files of each family of the folder, in hex: part of a design's version."""
        if self.base is not None:
            return self.base.digests
        return self.listed or {
            family: sha256(b"".join(sha256(face.path.read_bytes()).digest() for face in faces)).hexdigest()
            for family, faces in self.families.items()
        }


def may_embed(licence: int) -> bool:
    """Say whether the licence bits of a font (OS/2.fsType) allow its outlines in a file."""
    return licence & LICENCE != RESTRICTED and not licence & BITMAPS_ONLY


def nearest_face(faces: tuple[FaceFile, ...], weight: int, style: str) -> FaceFile:
    """Return the face for a style: the right slope first, then the nearest weight."""

    def distance(face: FaceFile) -> tuple[bool, float]:
        low, high = face.weights
        return face.style != style, max(low - weight, weight - high, 0)

    return min(faces, key=distance)


def load_catalogue(folder: Path, *, is_list: bool = False) -> FontCatalogue:
    """Read ``fonts.json`` of a folder. Raises SettingsError if it is missing or damaged, or a font that it lists.

    ``is_list``: the list of the shipped fonts is enough, for those who draw nothing.
    """
    path = folder / "fonts.json"
    try:
        listing = json.loads(path.read_text(encoding="utf-8"))
        families = {
            entry["family"]: tuple(
                FaceFile(
                    folder / face["file"],
                    face["style"],
                    face.get("weight", 400),
                    {tag: (float(low), float(high)) for tag, (low, high) in face.get("axes", {}).items()},
                )
                for face in entry["faces"]
            )
            for entry in listing["families"]
        }
        catalogue = FontCatalogue(folder, families, tuple(listing["fallback"]), listing.get("emoji"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"the font catalogue {path} can't be read: {error}; set IMGURL_FONTS") from error
    missing = [face.path for face in chain.from_iterable(families.values()) if not face.path.is_file()]
    if not missing:
        return catalogue
    listed = {entry["family"]: entry["sha256"] for entry in listing["families"] if "sha256" in entry}
    if is_list and listed.keys() == families.keys():
        return replace(catalogue, listed=listed)
    raise SettingsError(
        f"the font file {missing[0]} is missing; pip install 'imgurl[server]' brings the fonts, and IMGURL_FONTS names "
        "another folder"
    )


@lru_cache(maxsize=256)
def _load_face(path: Path) -> tuple[Any, frozenset[int]]:
    import uharfbuzz as hb  # noqa: PLC0415 - see FontCatalogue._instance

    face, coverage = _opened(hb.Blob.from_file_path(str(path)))
    # A damaged or WOFF2 file does not raise, it has no glyphs.
    if not face.glyph_count:
        raise SettingsError(f"the font file {path} has no glyphs; it must be TTF or OTF")
    return face, coverage


def _own_face(path: Path, body: bytes) -> tuple[Any, frozenset[int]]:
    import uharfbuzz as hb  # noqa: PLC0415 - see FontCatalogue._instance

    try:
        face, coverage = _opened(hb.Blob(unpacked(body) if body.startswith(SIGNATURE) else body))
    except ValueError as error:
        raise ValueError(f"{path.as_posix()} {error}") from None
    if not coverage:
        raise ValueError(f"{path.as_posix()} has no characters; export it from its source again")
    return face, coverage


def _opened(blob: Any) -> tuple[Any, frozenset[int]]:
    import uharfbuzz as hb  # noqa: PLC0415 - see FontCatalogue._instance

    if not hasattr(hb, "RasterDraw"):
        raise SettingsError("this uharfbuzz has no raster API; install uharfbuzz 0.57")
    face = hb.Face(blob)
    return face, frozenset(face.unicodes)
