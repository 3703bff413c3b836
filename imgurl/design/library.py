"""The designs of a folder: read, versioned, looked at again for changes.

A file is read once. Its bytes go into the version, and the same bytes are drawn from: even if a file is saved in
between, pixels are always those of the version they are kept under.
"""

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from hashlib import sha256
from itertools import product
from pathlib import Path

from imgurl.design.backgrounds import Background
from imgurl.design.brand import FILE_NAME as BRAND_FILE
from imgurl.design.document import Document
from imgurl.design.layers.table import AnyLayer, with_members
from imgurl.design.reading import parse_raw, read_raw
from imgurl.design.sizes import SEPARATOR, design_in, size_in
from imgurl.design.surroundings import brand_in, files_for, is_picture, own_fonts, read_file, watched_files
from imgurl.design.svg import is_svg, read_svg
from imgurl.errors import BadDesign, Problem, SettingsError, UnknownDesign
from imgurl.identifiers import DESIGN_ID
from imgurl.merge.fields import MergeField
from imgurl.merge.kinds import FieldType
from imgurl.text.fonts import FontCatalogue

FILE_NAME = "design.json"

# A file that changed so recently may change again within the same tick of the disk's clock: it is read once more later.
SETTLED_SECONDS = 2.0

#: Name, time of change twice, size and inode of each file of the designs.
Fingerprint = frozenset[tuple[str, int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Variant:
    """Which of a design's variants is shown: its language ("" for the only one), and the case of each choice.

    Without ``cases`` it is that of a recipient of whom nothing is known: the ``else`` of each choice.
    """

    language: str = ""
    cases: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.language}/{'.'.join(map(str, self.cases))}" if self.language or self.cases else ""


@dataclass(frozen=True, slots=True)
class Design:
    """A design that can be drawn.

    ``text`` is ``design.json`` as it was read, ``assets`` are the files it uses: pictures, fonts of its own, and what
    it uses of its brand. ``version`` is the digest over these very bytes and the fonts of the catalogue, 64 hex digits;
    ``fonts`` are that catalogue with its own fonts. ``document`` is that of the ``variant``, ``documents`` are those of
    all languages, the default one first.
    """

    id: str
    text: str
    document: Document
    version: str
    assets: Mapping[str, bytes]
    documents: Mapping[str, Document]
    #: Pointers to texts, each with a language that it lacks.
    untranslated: tuple[tuple[str, str], ...] = ()
    variant: Variant = Variant()
    fonts: FontCatalogue = field(kw_only=True, compare=False, repr=False)

    def shown(self, variant: Variant) -> "Design":
        """Return the design as one of its variants."""
        return replace(self, document=self.documents[variant.language], variant=variant)

    @property
    def variants(self) -> Iterator["Design"]:
        """Yield the design as each of its variants."""
        for language, document in self.documents.items():
            for cases in product(*(range(last + 1) for last in document.else_cases)):
                yield self.shown(Variant(language, cases))

    @property
    def has_variants(self) -> bool:
        """Whether it has more than one variant."""
        return len(self.documents) > 1 or any(any(document.else_cases) for document in self.documents.values())

    @property
    def default_language(self) -> str:
        """The language of recipients whose language is not known, "" if the design has only one."""
        return next(iter(self.documents))

    @property
    def language_field(self) -> MergeField | None:
        """The field that picks the language; None if the design has only one."""
        if len(self.documents) == 1:
            return None
        return next(field for field in self.document.fields if field.type is FieldType.LANGUAGE)

    def in_language_of(self, text_of: Callable[[MergeField], str]) -> "Design":
        """Return the design in the language of a recipient, given what the field that picks it says, or the default."""
        field = self.language_field
        return self if field is None else self.shown(Variant(text_of(field) or self.default_language))

    def in_cases_of(self, texts: Mapping[str, str]) -> "Design":
        """Return the design with the cases that its choices show for resolved values."""
        if not self.document.choices:
            return self
        return self.shown(replace(self.variant, cases=self.document.cases_for(texts)))

    @property
    def layers(self) -> Mapping[str, AnyLayer]:
        """The layers of the variant by their pointers, back to front."""
        return self.document.layers_for(self._cases)

    @property
    def every_layer(self) -> Mapping[str, AnyLayer]:
        """The layers of the variant, and those in groups, by their pointers."""
        return with_members(self.layers)

    @property
    def background(self) -> Background:
        """The background of the variant."""
        return self.document.background_for(self._cases)

    @property
    def _cases(self) -> tuple[int, ...]:
        return self.variant.cases or self.document.else_cases

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """The files that are pictures."""
        return {name: body for name, body in self.assets.items() if is_picture(name)}

    @property
    def samples(self) -> dict[str, str]:
        """The sample value of each field."""
        return {field.name: field.sample for field in self.document.fields}

    @property
    def size(self) -> int:
        """Bytes held, about: a model of a document takes some ten times its text."""
        return 10 * len(self.text) + sum(map(len, self.assets.values()))


@dataclass(frozen=True)  # without slots: a cached property has to be kept somewhere
class Library:
    """All designs of a folder; ``broken`` has the mistakes of those that could not be loaded.

    A design may be in both: then a broken edit keeps the last good version in use. ``missing`` are designs that are
    served although they have left the folder, each with the time (monotonic seconds) until which it is; ``trouble``
    says what is wrong with the folder as a whole, "" if nothing is. ``seen`` is the folder's fingerprint right before
    its files were read, None if some of them had only just changed.
    """

    designs: Mapping[str, Design]
    broken: Mapping[str, BadDesign]
    missing: Mapping[str, float] = field(default_factory=dict)
    trouble: str = ""
    seen: Fingerprint | None = field(default=None, compare=False)

    def find(self, design: str) -> Design:
        """Return the design of this id. Raises UnknownDesign, which offers near ones."""
        if design not in self.designs:
            raise UnknownDesign(design, self.designs)
        return self.designs[design]

    def is_like(self, other: "Library") -> bool:
        """Say whether another library serves the same, with the same mistakes."""
        return (
            self.designs == other.designs
            and self.missing.keys() == other.missing.keys()
            and self.trouble == other.trouble
            and {name: str(error) for name, error in self.broken.items()}
            == {name: str(error) for name, error in other.broken.items()}
        )

    @cached_property
    def fields(self) -> Mapping[str, tuple[MergeField, ...]]:
        """The fields of every design, in the form the minter takes."""
        return {design.id: design.document.fields for design in self.designs.values()}


def load_design(
    folder: Path, fonts: FontCatalogue, read: Callable[[Path], bytes] = read_file, size: str = ""
) -> Design:
    """Load one design in one of its sizes, each file read once by ``read``. Raises BadDesign with all its mistakes."""
    design = design_in(folder.name, size)
    if not DESIGN_ID.fullmatch(folder.name):
        raise BadDesign(
            design, (Problem("", "the name of a design's folder may contain only lowercase letters, digits, - and _"),)
        )
    if not DESIGN_ID.fullmatch(design):
        raise BadDesign(
            design, (Problem(f"/sizes/{size}", "its id would have more than 64 characters; name it shorter"),)
        )
    try:
        files = files_for(folder)
        # Not read_text, which would take line ends for alike: the version is over the file's bytes.
        text = files[FILE_NAME].read_bytes().decode()
    except KeyError:
        raise BadDesign(design, (Problem("", f"the folder has no {FILE_NAME}"),)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadDesign(design, (Problem("", f"{FILE_NAME} can't be read as UTF-8: {error}"),)) from error
    made = make_design(design, text, files, lambda name: read(files[name]), fonts)
    if SEPARATOR in folder.name and made.document.sizes:
        sentence = f"the name of a folder whose design has sizes can't contain {SEPARATOR}; rename the folder"
        raise BadDesign(design, (Problem("/sizes", sentence),))
    return made


def make_design(
    design: str, text: str, names: Iterable[str], read: Callable[[str], bytes], fonts: FontCatalogue
) -> Design:
    """Make a design from its document's text and the names of its files, as ``surroundings`` calls them.

    ``read`` returns the bytes of one file and is called once for each.
    Raises BadDesign with all mistakes, including an OSError of ``read``.
    """
    files = frozenset(names)
    branded = brand_in(files, read)
    raw = read_raw(design, text, branded.brand, branded.problems)
    own = own_fonts(design, files, read, raw, fonts)
    documents, languages = parse_raw(design, raw, files, own.catalogue)
    assets = own.bodies | ({BRAND_FILE: branded.brand.of(raw.used)} if branded.brand and raw.used else {})
    problems: list[Problem] = []
    places = {name: place for document in documents.values() for name, place in document.asset_places.items()}
    for name, pointer in sorted(places.items()):
        try:
            assets[name] = read(name)
        except OSError as error:
            problems.append(Problem(pointer, f"{name} can't be read: {error.strerror or error}"))
    svgs = {name: read_svg(body, fonts.families) for name, body in assets.items() if is_svg(name)}
    problems += [Problem(places[name], f"{name} {sentence}") for name, (_, wrong) in svgs.items() for sentence in wrong]
    if problems:
        raise BadDesign(design, problems)
    first = documents[languages.default]
    drawn = (svg.families for svg, _ in svgs.values() if svg and svg.families)
    families = frozenset[str]().union(*(document.families for document in documents.values()), *drawn)
    version = _version(text + (f"\0{size}" if (size := size_in(design, raw.document)) else ""), assets, families, fonts)
    usual = Variant(languages.default, first.else_cases)
    return Design(design, text, first, version, assets, documents, languages.untranslated, usual, fonts=own.catalogue)


def load_library(folder: Path, fonts: FontCatalogue, previous: Library | None = None) -> Library:
    """Load all designs of a folder; if one is broken now, the one of ``previous`` stays.

    A design that has not changed is the same object as before. Raises SettingsError if there is no such folder.
    """
    before: Mapping[str, Design] = previous.designs if previous else {}
    designs: dict[str, Design] = {}
    broken: dict[str, BadDesign] = {}
    seen = settled_fingerprint(folder)
    # What several designs use is in memory once.
    read = cache(read_file)
    for path in design_folders(folder):
        sizes = [""]
        for size in sizes:
            name = design_in(path.name, size)
            last_good = before.get(name)
            try:
                design = load_design(path, fonts, read, size)
                unchanged = last_good if last_good is not None and last_good.version == design.version else None
                designs[name] = unchanged or design
            except BadDesign as error:
                # What is wrong with all sizes is reported once.
                if path.name not in broken:
                    broken[name] = error
                if last_good is not None:
                    designs[name] = last_good
            if not size and name in designs:
                # Of the last good version where this one is broken.
                sizes += designs[name].document.sizes
    return Library(designs, broken, seen=seen)


def changed_designs(library: Library, before: Library) -> tuple[Design, ...]:
    """Return the designs that are not those of ``before``: they are compiled ahead of the first request for them."""
    return tuple(
        design
        for design in library.designs.values()
        if (last_good := before.designs.get(design.id)) is None or last_good.version != design.version
    )


def with_broken(library: Library, before: Library, broken: Mapping[str, BadDesign]) -> Library:
    """Return a library without the designs that could not be compiled: their last good version stays.

    A design whose pictures can't be read is broken, as one with mistakes is.
    """
    if not broken:
        return library
    good = {name: design for name, design in library.designs.items() if name not in broken}
    kept = {name: before.designs[name] for name in broken if name in before.designs}
    return replace(library, designs=dict(sorted({**good, **kept}.items())), broken={**library.broken, **broken})


def design_folders(folder: Path) -> tuple[Path, ...]:
    """Return the design folders: those with a ``design.json``. Raises SettingsError."""
    try:
        return tuple(sorted(path for path in folder.iterdir() if _has_document(path)))
    except OSError as error:
        raise SettingsError(
            f"the designs folder {folder} can't be read: {error.strerror}; set IMGURL_DESIGNS"
        ) from error


def settled_fingerprint(folder: Path) -> Fingerprint | None:
    """Return the fingerprint of a folder, None while a file has only just changed; of no files if it can't be read."""
    try:
        files = fingerprint(folder)
    except SettingsError:
        return frozenset()
    newest = max((max(modified, changed) for _, modified, changed, _, _ in files), default=0)
    return None if abs(time.time() - newest / 1e9) < SETTLED_SECONDS else files


def fingerprint(folder: Path) -> Fingerprint:
    """Return what changes whenever a file of a design does.

    Time of change and inode are in it as well as time and size, which a copy may preserve.
    """
    files = set()
    for path in watched_files(folder, design_folders(folder)):
        try:
            status = path.stat()
        except OSError:
            continue
        times = status.st_mtime_ns, status.st_ctime_ns
        files.add((path.relative_to(folder).as_posix(), *times, status.st_size, status.st_ino))
    return frozenset(files)


def _has_document(path: Path) -> bool:
    try:
        return stat.S_ISREG(os.stat(path / FILE_NAME).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # it exists and can't be read: the design is broken, not gone


def _version(text: str, assets: Mapping[str, bytes], families: frozenset[str], fonts: FontCatalogue) -> str:
    """Return the digest over document, assets and fonts: other digest, other pixels may come out."""
    digest = sha256(text.encode())
    for name, body in sorted(assets.items()):
        digest.update(f"\0{name}\0".encode() + sha256(body).digest())
    # Any value may need any fallback font.
    named = families | set(fonts.fallback) | ({fonts.emoji} if fonts.emoji else set())
    # The design's own are among its assets.
    used = sorted(named & fonts.families.keys())
    for family in used:
        digest.update(f"\0{family}\0{fonts.digests[family]}".encode())
    return digest.hexdigest()
