"""What renderers draw with: fonts, designs, plates, what is encoded ahead; opened once, and shared by fork."""

import contextlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import chain

from cachetools import LRUCache

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import remote_picture_key
from imgurl.design.layers.table import GroupLayer
from imgurl.design.library import Design, make_design
from imgurl.encoders.thumbnail import thumbnail
from imgurl.errors import BadDesign, Problem, RenderFailed
from imgurl.pipeline.orders import (
    KEPT,
    PREPARED_FORMATS,
    CompileDesign,
    DecodePicture,
    DesignFiles,
    DrawPicture,
    Fit,
    KeepPicture,
    Look,
    LookAtPicture,
    Place,
    RefineDesign,
    StudioSettings,
    Supply,
    Work,
    answer_of,
    answer_of_look,
)
from imgurl.pipeline.picture import Outcome, Picture
from imgurl.pipeline.press import Press
from imgurl.pipeline.showing import default_picture
from imgurl.plate.places import places_of
from imgurl.plate.render import Rendered
from imgurl.renderers.orders import Drawn, Lacking
from imgurl.text.fonts import FontCatalogue, load_catalogue

# Designs that came later, in bytes: earlier versions that links are pinned to, and edits.
MAX_LEARNT_BYTES = 64_000_000

# Designs are prepared ahead for so long; whatever is left is compiled by each renderer that is asked for it.
PREPARING_SECONDS = 20.0


class Studio:
    """Draws what is ordered. Mutable state: the designs it has learnt, and those of the press."""

    def __init__(
        self, fonts: FontCatalogue, press: Press, disk: DiskCache | None, files: tuple[DesignFiles, ...]
    ) -> None:
        self._fonts = fonts
        self._press = press
        self._disk = disk
        self._designs = {one.version: _design_of(one, fonts) for one in files}
        # One that is larger than all that is kept is kept alone.
        self._learnt: LRUCache[str, Design] = LRUCache(
            MAX_LEARNT_BYTES, getsizeof=lambda design: min(design.size, MAX_LEARNT_BYTES)
        )

    def prepare(self, formats: Sequence[str] | None, *, has_variants: bool) -> None:
        """Compile and encode ahead what all renderers will share; a design may have dozens of variants."""
        until = time.monotonic() + PREPARING_SECONDS
        designs = tuple(self._designs.values())
        for design in designs:
            if time.monotonic() > until:
                return
            self._prepare(design, formats)
            for ext in _formats_of(design, formats):
                # So that glyphs are shared too: a renderer that has just started is as quick as an old one.
                with contextlib.suppress(RenderFailed, BadDesign):
                    self._press.render(default_picture(design, ext))
        for variant in chain.from_iterable(design.variants for design in designs if has_variants):
            if time.monotonic() > until:
                return
            self._prepare(variant, formats)

    def _prepare(self, design: Design, formats: Sequence[str] | None) -> None:
        # Whoever serves finds out by an order that a design can't be compiled.
        with contextlib.suppress(BadDesign):
            plate = self._press.plate(design)
            for ext in _formats_of(design, formats):
                self._press.prepare(plate, ext)

    def draw(self, work: Work) -> Drawn:
        """Do what is ordered. Raises Lacking, RenderFailed or BadDesign."""
        if isinstance(work, DecodePicture):
            return self._look_at(work.digest).encode(), None
        design = self._designs.get(work.version) or self._learnt.get(work.version)
        if design is None:
            raise Lacking
        match work:
            case LookAtPicture():
                return self._look(design, work), None
            case KeepPicture():
                return self._keep(design, work), None
            case DrawPicture():
                return self._draw(design, work)
            case CompileDesign():
                return answer_of(self._mistakes(design)), None
            case RefineDesign():
                return self._refine(design), None

    def learn(self, supply: Supply) -> None:
        """Take in a design and remote pictures."""
        files = supply.design
        if files is not None and files.version not in self._designs and files.version not in self._learnt:
            self._learnt[files.version] = _design_of(files, self._fonts)
        for digest, body in supply.pictures.items():
            self._press.remote.learn(digest, body)

    def _look_at(self, digest: str) -> str:
        """Have a remote picture decoded; return why it can't be, "" if it can. Raises Lacking."""
        remote = self._press.remote
        if remote.knows(digest):
            return remote.reason(digest)
        body = self._disk.get(remote_picture_key(digest)) if self._disk else None
        if body is None:
            raise Lacking
        return remote.learn(digest, body)

    def _draw(self, design: Design, work: DrawPicture) -> Drawn:
        body = self._file_of(design, work)
        after: Callable[[], object] | None = partial(self._disk.put, work.key, body) if self._disk else None
        return body, after

    def _keep(self, design: Design, work: KeepPicture) -> bytes:
        body = self._file_of(design, work)
        return KEPT if self._disk and self._disk.put(work.key, body) else b""

    def _look(self, design: Design, work: LookAtPicture) -> bytes:
        rendered = self._rendered(design, work)
        body, media_type, weight = rendered.body, rendered.media_type, len(rendered.body)
        if work.width is not None:
            body, media_type = thumbnail(body, work.width)
        fits = tuple(
            Fit(layer, fitting.step.value, fitting.size, fitting.full_size, fitting.lines)
            for layer, fitting in rendered.fits
        )
        places = self._places(design, work)
        return answer_of_look(Look(body, media_type, rendered.width, rendered.height, weight, fits, places))

    def _places(self, design: Design, work: LookAtPicture) -> tuple[Place, ...]:
        shown = design.shown(work.variant)
        if not any(isinstance(layer, GroupLayer) for layer in shown.layers.values()):
            return ()
        boxes = places_of(self._press.plate(shown, work.dpr), work.texts)
        sides = {name: (box.left, box.top, box.width, box.height) for name, box in boxes.items()}
        return tuple(Place(name, *(round(side / work.dpr) for side in box)) for name, box in sides.items())

    def _file_of(self, design: Design, work: DrawPicture) -> bytes:
        return self._rendered(design, work).body

    def _rendered(self, design: Design, work: DrawPicture) -> Rendered:
        for digest in work.remote:
            self._look_at(digest)
        picture = Picture(
            design=design.shown(work.variant), ext=work.ext, dpr=work.dpr, kind=work.kind, texts=work.texts,
            outcome=Outcome.OK, is_test=work.is_test,
        )  # fmt: skip
        return self._press.render(picture)

    def _mistakes(self, design: Design) -> BadDesign | None:
        try:
            self._press.plate(design)
        except BadDesign as error:
            return error
        return None

    def _refine(self, design: Design) -> bytes:
        plate = self._press.plate(design)
        new = [ext for ext in PREPARED_FORMATS if self._press.refine(plate, ext)]
        return b" ".join(ext.encode() for ext in new)


def open_studio(settings: StudioSettings) -> Studio:
    """Open a studio for processes, with everything prepared that they will share. Starts no thread."""
    studio = _opened(settings, None, is_quick=settings.is_quick)
    studio.prepare(settings.formats, has_variants=settings.has_variants)
    return studio


def open_lazily(settings: StudioSettings, background: Executor | None) -> Studio:
    """Open a studio for a thread: nothing is prepared; the best effort is made in the background, if there is one."""
    return _opened(settings, background, is_quick=False)


def _opened(settings: StudioSettings, background: Executor | None, *, is_quick: bool) -> Studio:
    fonts = load_catalogue(settings.fonts)
    disk = DiskCache(settings.disk, settings.disk_bytes) if settings.disk else None
    return Studio(fonts, Press(fonts, disk, background, is_quick=is_quick), disk, settings.designs)


def _formats_of(design: Design, formats: Sequence[str] | None) -> Sequence[str]:
    return (design.document.format,) if formats is None else formats


def _design_of(files: DesignFiles, fonts: FontCatalogue) -> Design:
    design = make_design(files.id, files.text, files.assets, files.assets.__getitem__, fonts)
    if design.version != files.version:
        # Nothing that these fonts draw may be kept under a name that is made of others.
        raise BadDesign(files.id, (Problem("", "the fonts have changed since the server started; start it again"),))
    return design
