"""The one path from a signed URL to an image. No HTTP, no asyncio.

``resolve`` says what a URL shows, ``cached`` looks for the finished image, ``render`` draws it. Everything that shows
an image goes this way: the image endpoint, the command line, later the API and its batches.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from cachetools import LRUCache

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey, render_key
from imgurl.cache.shared import SharedCache
from imgurl.config import Settings
from imgurl.design.archive import Archive, open_archive
from imgurl.design.library import Design, Library
from imgurl.design.shelf import Shelf
from imgurl.encoders.encodings import encoding_of
from imgurl.encoders.png import PrecodedPng
from imgurl.errors import BadDesign, RenderFailed
from imgurl.merge.dialects import BY_ID
from imgurl.merge.fields import MergeField
from imgurl.merge.judge import Flag, Words, as_written, design_fallback, judge
from imgurl.merge.kinds import FieldType
from imgurl.merge.open_part import read_open_part
from imgurl.merge.resolve import Origin, Resolved, Value, resolve
from imgurl.plate.compile import Plate, plate_digest
from imgurl.plate.plates import Plates
from imgurl.plate.precoded import Precoded, file_without_values, precode, refined, restore
from imgurl.plate.render import Rendered, begin, render, render_expired
from imgurl.plate.splice import FragmentCache
from imgurl.text.fonts import FontCatalogue, FontStack, load_catalogue
from imgurl.text.itemize import missing_clusters
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl

# Clocks of signer and server may differ by this much.
CLOCK_SKEW_SECONDS = 60

# What a pinned URL shows never changes.
FOREVER_SECONDS = 31_536_000

# Files encoded ahead, in bytes.
MAX_TEMPLATE_BYTES = 64_000_000


class Outcome(StrEnum):
    """How a request ended, in one word (the header ``X-Imgurl-Outcome``)."""

    OK = "ok"
    FALLBACK = "fallback"
    UNRESOLVED = "unresolved"
    CUT = "cut"
    OTHER_VERSION = "other-version"
    EXPIRED = "expired"
    DEFAULT = "default"
    REFUSED = "refused"


class Source(StrEnum):
    """Which picture is shown."""

    VALUES = "values"
    DEFAULT = "default"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a URL shows: everything an image is made of, before a pixel is drawn."""

    design: Design
    ext: str
    dpr: int
    source: Source
    #: What is drawn, by field name.
    texts: Mapping[str, str]
    key: RenderKey
    outcome: Outcome
    #: Fields the outcome is about.
    concerned: tuple[str, ...] = ()
    #: Seconds a client may keep the image; None: it must not.
    max_age: int | None = None
    immutable: bool = False
    values: tuple[Value, ...] = ()
    reason: str = ""
    #: For trying: the picture carries a mark that says so.
    is_test: bool = False


class Pipeline:
    """Designs, fonts and compiled plates, and the way through them.

    Mutable state: the shelf, the plates, and the templates behind a lock. With a ``background``, a PNG is first
    compressed ahead quickly, and there once more with the best effort: no picture waits for that. Without, the best
    effort is made at once.
    """

    def __init__(  # noqa: PLR0913 - the parts of the house, each by its name
        self,
        designs: Path,
        fonts: FontCatalogue,
        *,
        max_age: int = 86_400,
        archive: Archive | None = None,
        disk: DiskCache | None = None,
        shared: SharedCache | None = None,
        background: Executor | None = None,
    ) -> None:
        self._fonts = fonts
        self._max_age = max_age
        self._disk = disk
        self._shared = shared
        self._background = background
        self._shelf = Shelf(designs, fonts, archive, background)
        self._plates = Plates(fonts)
        self._lock = threading.Lock()
        self._fragments = FragmentCache()
        self._templates: LRUCache[RenderKey, Precoded] = LRUCache(MAX_TEMPLATE_BYTES, getsizeof=lambda held: held.size)

    @property
    def writes_to_disk(self) -> bool:
        """Whether the disk cache can be written, as far as is known."""
        return self._disk is None or self._disk.is_writing

    @property
    def room_bytes(self) -> int | None:
        """Bytes of images that are kept; None where all are, in the store that machines share."""
        if self._shared is not None:
            return None
        return self._disk.room_bytes if self._disk else 0

    def is_kept(self, key: RenderKey) -> bool:
        """Say whether an image that was drawn is kept, as far as is known."""
        return self._shared is not None or self.cached(key) is not None

    def keep(self, key: RenderKey, body: bytes) -> None:
        """Keep an image on disk that came from elsewhere."""
        if self._disk:
            self._disk.put(key, body)

    @property
    def library(self) -> Library:
        """The designs as they are now."""
        return self._shelf.library

    def reload(self) -> bool:
        """Load the designs again if a file of theirs has changed; a broken edit keeps the last good version.

        What has changed is compiled here, ahead of the first request for it. Returns whether other designs are served
        than before, or other things are to be said about them.
        """
        library = self._shelf.look()
        return library is not None and self._shelf.take(self._compiled(library))

    def may_fetch(self, url: SignedUrl) -> bool:
        """Say whether ``fetch_version`` may find the version a URL is pinned to, where it is not here."""
        return self._shelf.may_fetch(url.design, url.pin)

    def fetch_version(self, url: SignedUrl) -> bool:
        """Get the version a URL is pinned to from the shared store, unless it is here; return whether it is now.

        May take seconds.
        """
        return self._shelf.fetch(url.design, url.pin)

    def resolve(self, url: SignedUrl, state: KeyState, now: float) -> Picture:
        """Say what a URL with a good signature shows at a time (Unix seconds).

        Raises UnknownDesign. Values never make it fail.
        """
        design, is_pinned = self._shelf.version(url.design, url.pin)
        picture = self._shown(url, design, state, now)
        if url.pin is not None and not is_pinned:
            picture = _of_other_version(picture, url.pin)
        return _marked(picture) if state is KeyState.TEST else picture

    def _shown(self, url: SignedUrl, design: Design, state: KeyState, now: float) -> Picture:
        dpr = min(url.dpr, design.document.max_dpr)
        if state is KeyState.RETIRED:
            return self._default(design, url.ext, dpr, Outcome.DEFAULT, "the key that signed this URL is retired")
        left = None if url.expires is None else url.expires - now
        if left is not None and left + CLOCK_SKEW_SECONDS < 0:
            return self._expired(design, url.ext, dpr)
        dialect = BY_ID.get(url.dialect or "")
        open_part = read_open_part(url.open_query, url.open_names, dialect)
        resolved = resolve(design.document.fields, url.sealed, url.open_names, open_part, dialect)
        resolved = self._drawable(design, resolved, url.sealed)
        outcome, concerned = outcome_of(resolved)
        max_age = self._age(design, url, left) if outcome is not Outcome.UNRESOLVED else None
        if outcome is Outcome.DEFAULT:
            reason = f"required and without a value: {', '.join(resolved.lacking)}"
            picture = self._default(design, url.ext, dpr, outcome, reason)
            may_keep = not resolved.fields_with(Flag.UNRESOLVED)
            return _with(picture, concerned, max_age if may_keep else None, resolved.values)
        texts = resolved.texts
        key = render_key(plate_digest(design, dpr), texts, url.ext)
        return Picture(
            design, url.ext, dpr, Source.VALUES, texts, key, outcome, concerned, max_age,
            immutable=url.pin is not None and max_age is not None, values=resolved.values,
            reason=_reason(outcome, concerned),
        )  # fmt: skip

    def picture_of(self, design: Design, values: Mapping[str, str], ext: str, dpr: int = 1) -> Picture:
        """Say what a design shows for values given directly; a value that breaks its field's rules falls back."""
        resolved = self._drawable(design, resolve(design.document.fields, values), values)
        outcome, concerned = outcome_of(resolved)
        if resolved.lacking:
            return self._default(design, ext, dpr, Outcome.DEFAULT, f"required and missing: {', '.join(concerned)}")
        key = render_key(plate_digest(design, dpr), resolved.texts, ext)
        return Picture(
            design, ext, dpr, Source.VALUES, resolved.texts, key, outcome, concerned, values=resolved.values,
            reason=_reason(outcome, concerned),
        )  # fmt: skip

    def default_picture(self, picture: Picture, reason: str) -> Picture:
        """Return the design's default image in place of a picture that can't be had in time."""
        return self._default(picture.design, picture.ext, picture.dpr, Outcome.DEFAULT, reason)

    def default_of(self, design: Design, ext: str) -> Picture:
        """Return the default image of a design at one device pixel a CSS pixel."""
        return self._default(design, ext, 1, Outcome.DEFAULT, "")

    def cached(self, key: RenderKey) -> bytes | None:
        """Return a finished image from the disk cache."""
        return self._disk.get(key) if self._disk else None

    def render(self, picture: Picture) -> Rendered:
        """Draw a picture and keep it on disk and in the shared store. Raises RenderFailed."""
        begun = self.begin(picture)
        return begun if isinstance(begun, Rendered) else begun()

    def begin(self, picture: Picture) -> Rendered | Callable[[], Rendered]:
        """Draw a picture; where its format takes much longer to encode than to draw, return what encodes it.

        That may run in another thread, beside the drawing of the next picture. Raises RenderFailed, both of them.
        """
        with _failing(picture):
            plate = self.plate(picture.design, picture.dpr)
            rendered = render_expired(plate, picture.ext) if picture.source is Source.EXPIRED else None
            template = self.template(plate, picture.ext) if rendered is None and not picture.is_test else None
            if rendered is None and template is None:
                encode = begin(plate, picture.texts, picture.ext, is_test=picture.is_test)
                return lambda: self._kept(picture, encode)
        return self._kept(
            picture, lambda: rendered or render(plate, picture.texts, picture.ext, template, self._fragments)
        )

    def _kept(self, picture: Picture, work: Callable[[], Rendered]) -> Rendered:
        with _failing(picture):
            rendered = work()
        if self._disk:
            self._disk.put(picture.key, rendered.body)
        if self._shared:
            self._shared.put(picture.key, rendered.body)
        return rendered

    def plate(self, design: Design, dpr: int = 1) -> Plate:
        """Return the compiled plate of a design; compiles it on first use."""
        return self._plates.of(design, dpr)

    def _compiled(self, library: Library) -> Library:
        """Compile the designs that changed. One whose pictures can't be read is broken too, like one with mistakes."""
        designs, broken = dict(library.designs), dict(library.broken)
        for design in library.designs.values():
            held = self.library.designs.get(design.id)
            if held is not None and held.version == design.version:
                continue
            try:
                self.plate(design)
            except BadDesign as error:
                broken[design.id] = error
                if held is None:
                    del designs[design.id]
                else:
                    designs[design.id] = held
        return replace(library, designs=designs, broken=broken)

    def template(self, plate: Plate, ext: str) -> Precoded | None:
        """Return what is encoded ahead of a plate; made on first use, and kept on disk for the next start."""
        key = render_key(plate.digest, {}, ext, kind="template")
        with self._lock:
            template = self._templates.get(key)
        if template is not None:
            return template
        stored = self._disk.get(key) if self._disk and encoding_of(ext).is_restorable else None
        template = restore(plate, stored) if stored else None
        if isinstance(template, PrecodedPng):
            return self._held(key, template)
        template = template or precode(plate, ext)
        if template is None:
            return None
        if self._background is None:
            return self._refined(key, template, plate)
        self._background.submit(self._refined, key, template, plate)
        return self._held(key, template)

    def _refined(self, key: RenderKey, template: Precoded, plate: Plate) -> Precoded:
        """Compress a template with the best effort, and keep it in memory and on disk."""
        best = refined(template, plate)
        worth_keeping = file_without_values(best)
        if self._disk and worth_keeping is not None:
            self._disk.put(key, worth_keeping)
        return self._held(key, best)

    def _held(self, key: RenderKey, template: Precoded) -> Precoded:
        with self._lock:
            if template.size <= self._templates.maxsize:
                self._templates[key] = template
        return template

    def _drawable(self, design: Design, resolved: Resolved, sealed: Mapping[str, str]) -> Resolved:
        """Let values fall back that have a character no font can draw: better a greeting than a tofu box."""
        fields = design.document.by_name
        family = min(design.document.families, default=self._fonts.fallback[0])
        stack = self._fonts.stack(family)

        def drawable(value: Value) -> Value:
            field = fields[value.field]
            if field.type not in (FieldType.TEXT, FieldType.NAME) or not missing_clusters(value.text, stack):
                return value
            return _fallen_back(field, value, sealed, stack)

        values = tuple(map(drawable, resolved.values))
        lacking = tuple(value.field for value in values if not value.text and fields[value.field].required)
        return Resolved(values, resolved.cut, lacking)

    def _age(self, design: Design, url: SignedUrl, left: float | None) -> int:
        age = design.document.max_age if design.document.max_age is not None else self._max_age
        if url.pin is not None:
            age = FOREVER_SECONDS
        return age if left is None else max(0, min(age, int(left)))

    def _default(self, design: Design, ext: str, dpr: int, outcome: Outcome, reason: str) -> Picture:
        texts = default_texts(design)
        key = render_key(plate_digest(design, dpr), texts, ext)
        return Picture(design, ext, dpr, Source.DEFAULT, texts, key, outcome, reason=reason)

    def _expired(self, design: Design, ext: str, dpr: int) -> Picture:
        reason = "the URL has expired"
        if design.document.expired_image is None:
            return self._default(design, ext, dpr, Outcome.EXPIRED, reason)
        key = render_key(plate_digest(design, dpr), {}, ext, kind="expired")
        return Picture(design, ext, dpr, Source.EXPIRED, {}, key, Outcome.EXPIRED, reason=reason)


@contextlib.contextmanager
def _failing(picture: Picture) -> Iterator[None]:
    """Turn what drawing and encoding can raise into RenderFailed."""
    try:
        yield
    except (ValueError, ArithmeticError, OSError, MemoryError) as error:
        raise RenderFailed(f"design '{picture.design.id}' could not be drawn: {error}") from error


def open_pipeline(
    settings: Settings, *, shared: SharedCache | None = None, background: Executor | None = None
) -> Pipeline:
    """Open the designs and caches of these settings: what every process that draws uses.

    Raises SettingsError where there are no designs or no fonts.
    """
    return Pipeline(
        settings.designs,
        load_catalogue(settings.fonts),
        max_age=settings.max_age,
        archive=open_archive(settings.data, settings.store_url),
        disk=DiskCache(settings.data / "cache", settings.disk_cache_mb * 1_000_000),
        shared=shared,
        background=background,
    )


def outcome_of(resolved: Resolved) -> tuple[Outcome, tuple[str, ...]]:
    """Say how resolving ended, and which fields it is about."""
    unresolved = resolved.fields_with(Flag.UNRESOLVED)
    if resolved.lacking:
        return Outcome.DEFAULT, resolved.lacking
    if unresolved:
        return Outcome.UNRESOLVED, unresolved
    if resolved.cut:
        return Outcome.CUT, resolved.fallbacks
    if resolved.fallbacks:
        return Outcome.FALLBACK, resolved.fallbacks
    return Outcome.OK, ()


def default_texts(design: Design) -> dict[str, str]:
    """Return what a design's default image shows: its default values, else the fallbacks."""
    given = design.document.default_values
    return {
        field.name: judge(as_written(field), given[field.name], Words.SIGNED).text
        if field.name in given
        else design_fallback(field)
        for field in design.document.fields
    }


def _of_other_version(picture: Picture, pin: str) -> Picture:
    """Say that a picture is of the present version in place of a pinned one: nobody may keep it under the pin."""
    also = f"; {picture.reason}" if picture.reason else ""
    reason = f"the version {pin} of the design is not kept here, the present one is shown{also}"
    is_own = picture.outcome in (Outcome.DEFAULT, Outcome.EXPIRED)
    outcome = picture.outcome if is_own else Outcome.OTHER_VERSION
    return replace(picture, outcome=outcome, reason=reason, max_age=None, immutable=False)


def _marked(picture: Picture) -> Picture:
    if picture.source is Source.EXPIRED:
        return picture
    key = render_key(plate_digest(picture.design, picture.dpr), picture.texts, picture.ext, kind="test")
    return replace(picture, key=key, is_test=True)


def _fallen_back(field: MergeField, value: Value, sealed: Mapping[str, str], stack: FontStack) -> Value:
    flags = (*value.flags, Flag.NO_GLYPH)
    if value.origin is Origin.OPEN and field.name in sealed:
        text = judge(as_written(field), sealed[field.name], Words.SIGNED).text
        if text and not missing_clusters(text, stack):
            return Value(field.name, text, Origin.URL_FALLBACK, flags)
    return Value(field.name, design_fallback(field), Origin.DESIGN_FALLBACK, flags)


def _reason(outcome: Outcome, concerned: tuple[str, ...]) -> str:
    fields = ", ".join(concerned)
    return {
        Outcome.FALLBACK: f"the fallback is shown for: {fields}",
        Outcome.UNRESOLVED: f"a merge tag was not replaced: {fields}",
        Outcome.CUT: 'the end of the URL is missing, it was cut at a # or " or by a length limit',
    }.get(outcome, "")


def _with(picture: Picture, concerned: tuple[str, ...], max_age: int | None, values: tuple[Value, ...]) -> Picture:
    return replace(picture, concerned=concerned, max_age=max_age, values=values)
