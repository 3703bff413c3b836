"""SVG files of a design: what of SVG is taken, checked before anything draws it, and how large the picture is.

What draws them (``raster.vectors``) would read local files, and dies of a hostile nesting. So nothing reaches it that
is not on the list here; and what it would leave out or draw black is a mistake, with what to write instead.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from imgurl.words import did_you_mean

SUFFIX = ".svg"

# Bytes of a file, and elements in it: all of them, in each other, those that stand for others, and those that are drawn
# on a canvas of their own, or by the primitives of a filter.
MAX_BYTES = 5_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 64
MAX_USES = 500
MAX_CANVASES = 500
MAX_PRIMITIVES = 100

SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "http://www.w3.org/1999/xlink href"

SHAPES = frozenset("svg g defs symbol use switch path rect circle ellipse line polyline polygon".split())
TEXTS = frozenset(("text", "tspan", "textPath"))
PAINTS = frozenset("linearGradient radialGradient stop pattern clipPath mask marker image style".split())
SILENT = frozenset(("title", "desc", "metadata"))
# Without feTurbulence, feMorphology and feConvolveMatrix, which can take minutes, and feImage, which loads files.
PRIMITIVES = frozenset((
    "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feDiffuseLighting", "feDisplacementMap",
    "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur",
    "feMerge", "feMergeNode", "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile",
))  # fmt: skip
TAKEN = SHAPES | TEXTS | PAINTS | SILENT | PRIMITIVES | {"filter"}

GENERIC_FAMILIES = frozenset(("serif", "sans-serif", "monospace", "cursive", "fantasy", "inherit"))

PAINTED = frozenset("fill stroke stop-color flood-color lighting-color color style".split())
OWN_CANVAS = frozenset("opacity filter mask clip-path mix-blend-mode".split())
NO_CANVAS = frozenset(("1", "1.0", "none", "normal", "inherit"))
DECLARED = re.compile(r"([\w-]+)\s*:\s*([^;]*)")
# Functions of CSS that resvg takes for no colour at all, which is black.
BLACK = re.compile(r"(?<![\w-])(var|oklch|oklab|lab|lch|hwb|color|color-mix|light-dark|calc)\(", re.IGNORECASE)
SLASHED = re.compile(r"(?<![\w-])(rgb|hsl)a?\([^)]*/", re.IGNORECASE)
LINK = re.compile(r"url\(\s*['\"]?\s*([^)'\"]*)", re.IGNORECASE)
EMBEDDED = re.compile(r"data:image/(?:png|jpe?g|webp|gif);base64,", re.IGNORECASE)
FAMILY = re.compile(r"(?<![\w-])font-family\s*:\s*([^;}]+)", re.IGNORECASE)
SHORT_FONT = re.compile(r"(?<![\w-])font\s*:", re.IGNORECASE)
LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|em|ex)?\s*", re.IGNORECASE)
UNITS = {
    "": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0, "ex": 8.0,
}  # fmt: skip

# How files begin that are pictures of another kind, whatever they are called.
OTHERS = (
    (re.compile(rb"\x89PNG"), "PNG", ".png"),
    (re.compile(rb"\xff\xd8\xff"), "JPEG", ".jpg"),
    (re.compile(rb"GIF8"), "GIF", ".gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WebP", ".webp"),
)

DECLARATION = re.compile(r"\s*<\?xml\b.*?\?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Svg:
    """A file that may be drawn: its root element as text, its size in CSS pixels, and what it draws on.

    ``families`` are the fonts of its texts, None without any text; ``embedded`` are pictures inside it, as data URLs.
    """

    text: str
    width: float
    height: float
    families: frozenset[str] | None
    embedded: tuple[str, ...]


class _Stop(Exception):
    """There is no need to read on."""


def is_svg(name: str) -> bool:
    """Say whether a file of this name is an SVG."""
    return name.lower().endswith(SUFFIX)


def other_kind(body: bytes) -> tuple[str, str] | None:
    """Return what kind of picture a file is that is no SVG, and how its name should end; None if that is not known."""
    return next(((kind, suffix) for begins, kind, suffix in OTHERS if begins.match(body)), None)


def read_svg(body: bytes, families: Collection[str]) -> tuple[Svg | None, tuple[str, ...]]:
    """Return what an SVG shows, or what is wrong with it: sentences that go on after its name.

    ``families`` are the fonts that there are.
    """
    text = _decoded(body)
    if isinstance(text, _Wrong):
        return None, (text.sentence,)
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(text, True)  # noqa: FBT003 - the end of the file
    except expat.ExpatError as error:
        return None, (f"is not well-formed XML: {error}",)
    except _Stop:
        pass
    problems = dict.fromkeys((*reader.problems, *reader.of_styles(), *reader.of_fonts(families)))
    size = reader.size()
    if size is None and not problems:
        problems['says nowhere how large it is; add viewBox="0 0 width height" to its <svg>'] = None
    if problems or size is None:
        return None, tuple(problems)
    used = frozenset(reader.families) if reader.has_text else None
    return Svg(DECLARATION.sub("", text, count=1), *size, used, tuple(reader.embedded)), ()


@dataclass(frozen=True, slots=True)
class _Wrong:
    sentence: str


def _decoded(body: bytes) -> str | _Wrong:
    if (other := other_kind(body)) is not None:
        return _Wrong("is not an SVG but a {}; let its name end in {}".format(*other))
    if body.startswith(b"\x1f\x8b"):
        return _Wrong("is compressed (SVGZ); save it as plain SVG")
    if len(body) > MAX_BYTES:
        return _Wrong(f"has {len(body) / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f} are read, simplify its paths")
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return _Wrong("is not an SVG: it is neither UTF-8 nor UTF-16; save it as SVG in UTF-8")


@dataclass(slots=True)
class _Reader:
    """What was seen of a file so far."""

    problems: list[str] = field(default_factory=list)
    families: set[str] = field(default_factory=set)
    embedded: list[str] = field(default_factory=list)
    has_text: bool = False
    has_short_font: bool = False
    root: Mapping[str, str] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    elements: int = 0
    uses: int = 0
    canvases: int = 0
    primitives: int = 0

    def doctype(self, *_: Any) -> None:
        """Refuse entities, which make much of little."""
        self._stop("has a DOCTYPE; export it as plain SVG, or delete what begins with <!DOCTYPE")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Check an element."""
        space, _, local = name.rpartition(" ")
        if not self.path:
            if (space, local) != (SVG, "svg"):
                self._stop(f'does not begin with <svg xmlns="{SVG}">')
            self.root = attributes
        self.path.append(local if space == SVG else "")
        self._count(local)
        # What editors note for themselves, in namespaces of their own, is not drawn.
        if space != SVG:
            return
        if local not in TAKEN:
            self.problems.append(_not_taken(local))
        self.has_text = self.has_text or local in TEXTS
        for key, value in attributes.items():
            self._attribute(local, key, value)

    def end(self, _: str) -> None:
        """Leave an element."""
        self.path.pop()

    def characters(self, text: str) -> None:
        """Keep the text of style sheets."""
        if self.path and self.path[-1] == "style":
            self.styles.append(text)

    def of_styles(self) -> list[str]:
        """Return what is wrong with the style sheets."""
        sheet = "".join(self.styles)
        self._font(sheet)
        return _of_css(sheet) + (["imports a style sheet; write its rules into the file"] if "@import" in sheet else [])

    def of_fonts(self, families: Collection[str]) -> list[str]:
        """Return what is wrong with its fonts, if it has texts."""
        if not self.has_text:
            return []
        short = ["uses 'font:' in a style; write font-family, font-size and font-weight"] if self.has_short_font else []
        return short + [
            f"uses the font '{family}', which is not among the fonts"
            f"{did_you_mean(family, families) or '; name one that is, or convert the text to paths'}"
            for family in sorted(self.families)
            if family not in families
        ]

    def size(self) -> tuple[float, float] | None:
        """Return width and height in CSS pixels, None if the file does not say them."""
        width, height = (_pixels(self.root.get(key, "")) for key in ("width", "height"))
        try:
            _, _, wide, high = map(float, re.split(r"[\s,]+", self.root.get("viewBox", "").strip()))
        except ValueError:
            wide = high = 0.0
        ratio = wide / high if wide > 0 and high > 0 else 0.0
        if ratio:
            width = width or (height * ratio if height else wide)
            height = height or width / ratio
        return (width, height) if width and height else None

    def _count(self, local: str) -> None:
        self.elements += 1
        self.uses += local == "use"
        self.primitives += local in PRIMITIVES
        for count, most, what in (
            (self.elements, MAX_ELEMENTS, "elements"),
            (len(self.path), MAX_DEPTH, "elements in each other"),
            (self.uses, MAX_USES, "<use>"),
            (self.primitives, MAX_PRIMITIVES, "parts of filters"),
        ):
            self._at_most(most, count, what)

    def _at_most(self, most: int, count: int, what: str) -> None:
        if count > most:
            self._stop(f"has more than {most:,} {what}; simplify it, or use a PNG")

    def _attribute(self, element: str, key: str, value: str) -> None:
        if key.lower().startswith("on"):
            self.problems.append(f"has the attribute '{key}'; remove it, a picture runs no script")
        if key in ("href", XLINK_HREF):
            if EMBEDDED.match(value):
                self.embedded.append(value)
            elif not value.startswith("#"):
                self.problems.append(_external(value))
        if key == "font-family":
            self._family(value)
        said = DECLARED.findall(value) if key == "style" else [(key, value)]
        self.canvases += any(name in OWN_CANVAS and how.strip() not in NO_CANVAS for name, how in said)
        self._at_most(MAX_CANVASES, self.canvases, "groups with opacity, filters, masks or clips")
        if key == "style":
            self._font(value)
        if key in PAINTED:
            self.problems += _of_css(value)
        elif "url(" in value.lower() and element not in SILENT:
            self.problems += [_external(link) for link in LINK.findall(value) if not link.startswith("#")]

    def _font(self, css: str) -> None:
        self.has_short_font = self.has_short_font or bool(SHORT_FONT.search(css))
        for listed in FAMILY.findall(css):
            self._family(listed)

    def _family(self, listed: str) -> None:
        first = listed.split(",", maxsplit=1)[0].replace("!important", "").strip().strip("'\"").strip()
        if first and first not in GENERIC_FAMILIES:
            self.families.add(first)

    def _stop(self, problem: str) -> None:
        self.problems.append(problem)
        raise _Stop


def _of_css(css: str) -> list[str]:
    black = [f"uses {name}(), which is drawn black; write the colour itself" for name in _names(BLACK, css)]
    slashed = [
        f"uses {name}() with '/', which is drawn black; write {name}a(…, …, …, 0.5)" for name in _names(SLASHED, css)
    ]
    return black + slashed + [_external(link) for link in LINK.findall(css) if not link.startswith("#")]


def _names(pattern: re.Pattern[str], css: str) -> Iterable[str]:
    return dict.fromkeys(name.lower() for name in pattern.findall(css))


def _external(link: str) -> str:
    shown = link if len(link) <= 60 else link[:57] + "…"
    return f"refers to '{shown}'; only '#name' and embedded pictures (data:image/png;base64,…) are drawn, embed it"


def _not_taken(element: str) -> str:
    if element.startswith("fe"):
        return f"uses <{element}>, a filter that takes too long or loads files; remove it, or use a PNG"
    return f"uses <{element}>, which is not drawn; remove it, or export the file as plain SVG"


def _pixels(length: str) -> float | None:
    found = LENGTH.fullmatch(length)
    return float(found[1]) * UNITS[(found[2] or "").lower()] or None if found else None
