"""The files that a design is made of: those of its folder, its fonts, and the brand and fonts beside all designs.

A design knows its own files by their names, those of its folder ``fonts/`` as ``fonts/…``, the brand as ``brand.json``
and ``brand/…``, and the fonts that all designs share as ``shared/fonts/…``. Where they are is known here alone: an old
version comes with the same names from the archive, and renderers get them as bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from imgurl.design.brand import FILE_NAME as BRAND_FILE
from imgurl.design.brand import FOLDER as BRAND_FOLDER
from imgurl.design.brand import Brand, read_brand
from imgurl.design.reading import RawDocument
from imgurl.errors import BadDesign, Problem
from imgurl.text.font_files import SUFFIXES, FontFamilies, families_of
from imgurl.text.fonts import FontCatalogue

# Bytes of one file of a design. They stay in memory as long as the design is served; a JPEG of 64 megapixels has less.
MAX_ASSET_BYTES = 40_000_000

FONT_FOLDER = "fonts"
OWN_FONTS, SHARED_FONTS = f"{FONT_FOLDER}/", f"shared/{FONT_FOLDER}/"


@dataclass(frozen=True, slots=True)
class FoundBrand:
    """The brand beside the designs, None if there is no file, and what is wrong with it."""

    brand: Brand | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnFonts:
    """The fonts that a design can be drawn with; ``bodies`` are the files of those it uses that are its own."""

    catalogue: FontCatalogue
    bodies: dict[str, bytes] = field(default_factory=dict)


def read_file(path: Path) -> bytes:
    """Read a file of a design. Raises OSError, also for one that is too large."""
    with path.open("rb") as file:
        body = file.read(MAX_ASSET_BYTES + 1)
    if len(body) > MAX_ASSET_BYTES:
        raise OSError(f"it is larger than {MAX_ASSET_BYTES / 1e6:.0f} MB, make it smaller")
    return body


def files_for(design: Path) -> Mapping[str, Path]:
    """Return the files that a design in this folder may use, by the names it knows them by. Raises OSError."""
    files = {path.name: path for path in design.iterdir() if _is_file(path)}
    beside = design.parent
    found = dict(_brand_files(beside))
    found |= {f"{OWN_FONTS}{path.name}": path for path in _fonts_in(design / FONT_FOLDER)}
    found |= {f"{SHARED_FONTS}{path.name}": path for path in _fonts_in(beside / FONT_FOLDER)}
    return {name: path for name, path in files.items() if name != BRAND_FILE} | found


def watched_files(folder: Path, designs: Iterable[Path]) -> Iterator[Path]:
    """Yield all files whose change may change a design, given the folders of the designs in ``folder``."""
    yield from (path for path in (folder / BRAND_FILE,) if _is_file(path))
    for inner in (folder / BRAND_FOLDER, folder / FONT_FOLDER):
        yield from _children(inner)
    for design in designs:
        yield from _children(design)
        yield from _children(design / FONT_FOLDER)


def is_picture(name: str) -> bool:
    """Say whether a file that a design uses is a picture, and neither its brand nor a font."""
    return name != BRAND_FILE and not name.startswith((OWN_FONTS, SHARED_FONTS))


def brand_in(names: Iterable[str], read: Callable[[str], bytes]) -> FoundBrand:
    """Return the brand among the files of a design."""
    files = frozenset(names)
    if BRAND_FILE not in files:
        return FoundBrand()
    logos = [name.removeprefix(f"{BRAND_FOLDER}/") for name in sorted(files) if name.startswith(f"{BRAND_FOLDER}/")]
    try:
        return FoundBrand(*read_brand(read(BRAND_FILE).decode(), logos))
    except (OSError, UnicodeDecodeError) as error:
        return FoundBrand(Brand(), (Problem("", f"can't be read as UTF-8: {error}"),))


def own_fonts(
    design: str, names: Iterable[str], read: Callable[[str], bytes], raw: RawDocument, fonts: FontCatalogue
) -> OwnFonts:
    """Return the fonts of a design, those of its own among them. Raises BadDesign if a file that it needs is bad.

    No font file is read unless the design names a family that the catalogue lacks.
    """
    wanted = {family: pointer for family, pointer in raw.families.items() if family not in fonts.families}
    files = [name for name in sorted(names) if name.startswith((OWN_FONTS, SHARED_FONTS))]
    if not wanted or not files:
        return OwnFonts(fonts)
    bodies = dict[str, bytes]()
    problems = list[Problem]()
    for name in files:
        try:
            bodies[name] = read(name)
        except OSError as error:
            problems.append(Problem("", f"{name} can't be read: {error.strerror or error}"))
    found = font_families(bodies, fonts)
    used = {family: found.families[family] for family in wanted if family in found.families}
    catalogue = fonts.with_families(found.families)
    for family in used:
        problems += [Problem(wanted[family], sentence) for sentence in found.problems_of(family)]
        try:
            catalogue.open(family)
        except ValueError as error:
            problems.append(Problem(wanted[family], str(error)))
    # A file that can't be read may be the one that a family is looked for in.
    if len(used) < len(wanted):
        problems += [Problem("", f"{name} {sentence}") for name, sentence in found.unreadable.items()]
    if problems:
        raise BadDesign(design, problems)
    needed = {face.path.as_posix() for faces in used.values() for face in faces}
    # All of them only where one is looked for in vain, so that it can be said which there are.
    known = fonts.with_families(used) if len(used) == len(wanted) else catalogue
    return OwnFonts(known, {name: bodies[name] for name in files if name in needed})


def font_families(bodies: Mapping[str, bytes], fonts: FontCatalogue) -> FontFamilies:
    """Return the families of font files: a design's own come before those that all designs share."""
    own = families_of(((name, body) for name, body in bodies.items() if name.startswith(OWN_FONTS)), fonts.families)
    shared = families_of(
        ((name, body) for name, body in bodies.items() if name.startswith(SHARED_FONTS)), fonts.families
    )
    return FontFamilies({**shared.families, **own.families}, {**shared.problems, **own.problems})


def dropped_fonts(folder: Path, fonts: FontCatalogue) -> FontFamilies:
    """Read the fonts in the folder ``fonts/`` of a design, or of all designs, as it is now."""
    bodies = dict[str, bytes]()
    problems = dict[str, str]()
    for path in _fonts_in(folder / FONT_FOLDER):
        try:
            bodies[f"{OWN_FONTS}{path.name}"] = read_file(path)
        except OSError as error:
            problems[f"{OWN_FONTS}{path.name}"] = f"can't be read: {error.strerror or error}"
    found = families_of(bodies.items(), fonts.families)
    return FontFamilies(found.families, {**problems, **found.problems})


def found_brand(folder: Path) -> FoundBrand:
    """Return the brand beside the designs of a folder."""
    files = _brand_files(folder)
    return brand_in(files, lambda name: read_file(files[name]))


def _brand_files(folder: Path) -> Mapping[str, Path]:
    found = {path.name: path for path in (folder / BRAND_FILE,) if _is_file(path)}
    return found | {f"{BRAND_FOLDER}/{path.name}": path for path in _files_in(folder / BRAND_FOLDER)}


def _fonts_in(folder: Path) -> Iterator[Path]:
    return (path for path in _files_in(folder) if path.suffix.lower() in SUFFIXES)


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in _children(folder) if _is_file(path))


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _children(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return ()
