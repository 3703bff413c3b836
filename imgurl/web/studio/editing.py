"""The endpoints that change designs: a document, saving it, files beside it, new designs and copies."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from anyio import to_thread
from starlette.responses import Response

from imgurl.access.keys import ApiKey, Scope
from imgurl.design.editing import DesignFolder, Written
from imgurl.design.history import Entry, History, Saving
from imgurl.design.library import make_design
from imgurl.design.surroundings import MAX_ASSET_BYTES, OWN_FONTS
from imgurl.design.svg_import import ImportedSvg, import_svg
from imgurl.errors import BadDesign, BadUpload, RenderFailed
from imgurl.identifiers import PIN_DIGITS
from imgurl.pipeline.path import Pipeline
from imgurl.text.font_files import SUFFIXES, families_of
from imgurl.text.fonts import FaceFile
from imgurl.urls.controls import Controls
from imgurl.web.api.auth import require_design, require_scope
from imgurl.web.api.bodies import read_body
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.problems import MAX_ERRORS, ProblemError
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import NoQuery
from imgurl.web.studio.edit_models import (
    CopyRequest,
    DocumentOut,
    FamilyOut,
    ImportOut,
    ImportQuery,
    NewRequest,
    ReturnRequest,
    SavedOut,
    SaveRequest,
    UploadOut,
    UploadQuery,
)
from imgurl.web.studio.portrait import portrait
from imgurl.web.studio.refusals import refusal

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg")

# How long an answer to saving waits for the server to show what was saved.
SERVED_SECONDS = 3.0
SERVED_STEP = 0.05

# Bytes of an SVG that becomes a design.
MAX_SVG_BYTES = 8_000_000


class Editing:
    """The endpoints that change designs. Stateless itself. ``look_again`` has the server look at its designs soon."""

    def __init__(
        self, history: History, folder: DesignFolder, pipeline: Pipeline, images: Images, look_again: Callable[[], None]
    ) -> None:
        self._history = history
        self._folder = folder
        self._pipeline = pipeline
        self._images = images
        self._look_again = look_again

    async def document(self, call: Call[NoQuery, None]) -> Response:
        """Return a document as its bytes are, and what it may use."""
        design = design_in(call, self._folder)
        written, entry = await to_thread.run_sync(self._history.current, design)
        families = await to_thread.run_sync(self._families, written.design)
        return as_json(
            DocumentOut(
                design_id=written.design,
                text=written.text,
                revision=written.revision,
                number=entry.number if entry else None,
                saved=written.saved,
                by=entry.by if entry else "",
                pictures=[name for name in written.files if name.lower().endswith(PICTURES)],
                families=families,
                why_not=why_not(call.key, self._folder),
            )
        )

    async def save(self, call: Call[NoQuery, SaveRequest]) -> Response:
        """Save a document as a new version, unless somebody else did since it was loaded: 409."""
        design, body = design_in(call, self._folder), call.body
        await self._try(design, body.text)
        saving = Saving(call.key.name)
        save = partial(self._history.save, design, body.text, body.revision, saving)
        return as_json(await self._saved(*await _mistakes_shown(save)))

    async def return_to(self, call: Call[NoQuery, ReturnRequest]) -> Response:
        """Save an earlier version as the newest one."""
        number = int(call.request.path_params["number"])
        back = partial(
            self._history.return_to, design_in(call, self._folder), number, call.body.revision, call.key.name
        )
        return as_json(await self._saved(*await _mistakes_shown(back)))

    async def copy(self, call: Call[NoQuery, CopyRequest]) -> Response:
        """Make a new design of what somebody has edited, of a version, or of a design as it is."""
        design, body = design_in(call, self._folder), call.body
        _require_new(call.key)

        def made() -> tuple[Written, Entry]:
            text, assets = body.text, self._folder.files_of(design)
            if body.number is not None:
                former = self._history.version(design, body.number)
                own = {
                    name: one for name, one in former.assets.items() if "/" not in name or name.startswith(OWN_FONTS)
                }
                text, assets = former.text, {**assets, **own}
            text = _titled(text or self._folder.read(design).text, body.title)
            return self._history.create(body.title, text, assets, Saving(call.key.name, ("copy", design)))

        return as_json(await self._saved(*await _mistakes_shown(made)))

    async def new(self, call: Call[NoQuery, NewRequest]) -> Response:
        """Make a new design from nothing."""
        _require_new(call.key)
        body = call.body
        size = {"width": body.width, "height": body.height}
        document = {"title": body.title, "size": size, "background": "#ffffff", "fields": [], "layers": []}
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        made = partial(self._history.create, body.title, text, {}, Saving(call.key.name, ("new", "")))
        return as_json(await self._saved(*await _mistakes_shown(made)))

    async def from_svg(self, call: Call[ImportQuery, None]) -> Response:
        """Make a new design of an SVG, as Figma and other programs export it; say what was simplified."""
        _require_new(call.key)
        body = await read_body(call.request, MAX_SVG_BYTES)
        title = call.query.title
        imported: ImportedSvg = await to_thread.run_sync(import_svg, body, title, self._folder.fonts)
        saving = Saving(call.key.name, ("svg", ""))
        made = partial(self._history.create, title, imported.text, imported.assets, saving)
        saved = await self._saved(*await _mistakes_shown(made))
        return as_json(
            ImportOut(
                **saved.model_dump(), layers=imported.layers, fields=imported.fields,
                simplified=list(imported.simplified),
            )
        )  # fmt: skip

    async def upload(self, call: Call[UploadQuery, None]) -> Response:
        """Put a picture or a font beside a document, once it has been seen that it can be used."""
        design, name = design_in(call, self._folder), call.query.name
        body = await read_body(call.request, MAX_ASSET_BYTES)
        families: list[FamilyOut] = []
        if name.lower().endswith(SUFFIXES):
            families = await to_thread.run_sync(self._font, name, body)
        elif name.lower().endswith(PICTURES):
            await self._draw_alone(name, body)
        else:
            raise BadUpload(f"{name} is neither a picture (PNG, JPEG, WebP, GIF, SVG) nor a font (TTF, OTF, WOFF2)")
        return as_json(
            UploadOut(name=await to_thread.run_sync(self._folder.add_file, design, name, body), families=families)
        )

    async def _saved(self, written: Written, entry: Entry) -> SavedOut:
        return SavedOut(
            design_id=written.design,
            number=entry.number,
            revision=written.revision,
            version=entry.version[:PIN_DIGITS],
            saved=written.saved,
            is_served=await self._is_served(written.design, entry.version),
        )

    async def _is_served(self, design: str, version: str) -> bool:
        """Wait until links show a version; not for long: other processes of the server take a moment anyway."""
        self._look_again()
        until = time.monotonic() + SERVED_SECONDS
        while time.monotonic() < until:
            served = self._pipeline.library.designs.get(design)
            if served is not None and served.version == version:
                return True
            await asyncio.sleep(SERVED_STEP)
        return False

    async def _try(self, design: str, text: str) -> None:
        """Draw what is to be saved once: what only drawing finds must not be saved either. Raises 400."""
        draft = await _mistakes_shown(partial(self._folder.draft, design, text))
        try:
            picture = await portrait(self._pipeline, self._images, draft, draft.samples, Controls("png"))
            await self._images.look(picture, 16)
        except BadDesign as error:
            raise _with_mistakes(error) from error
        except RenderFailed as error:
            raise ProblemError(400, str(error)) from error

    async def _draw_alone(self, name: str, body: bytes) -> None:
        """Have a renderer draw a picture: then it can be drawn. Raises BadUpload."""
        suffix = name.rpartition(".")[2].lower()
        asset = f"upload.{suffix}"
        text = json.dumps({"title": "Upload", "size": {"width": 16, "height": 16}, "background": {"asset": asset}})
        try:
            make = partial(make_design, "upload", text, [asset], lambda _: body, self._folder.fonts)
            draft = await to_thread.run_sync(make)
            if (mistakes := await self._images.mistakes(draft)) is not None:
                raise mistakes
            await self._images.look(await portrait(self._pipeline, self._images, draft, {}, Controls("png")))
        except BadDesign as error:
            sentences = "; ".join(one.sentence.replace(asset, name) for one in error.problems)
            raise BadUpload(sentences) from error
        except RenderFailed as error:
            # What can be read was: whoever drew it ran out of time or memory, and that error names a process.
            sentence = f"{name} can't be drawn: it takes too long, or too much memory; make it smaller, or simplify it"
            raise BadUpload(sentence) from error

    def _font(self, name: str, body: bytes) -> list[FamilyOut]:
        found = families_of([(name, body)], self._folder.fonts.families)
        if found.problems:
            raise BadUpload("; ".join(f"{name} {sentence}" for name, sentence in found.problems.items()))
        return [_family(family, faces, is_own=True) for family, faces in found.families.items()]

    def _families(self, design: str) -> list[FamilyOut]:
        own = self._folder.own_families(design)
        shipped = {name: faces for name, faces in self._folder.fonts.families.items() if name not in own}
        listed = [*_listed(own, is_own=True), *_listed(shipped, is_own=False)]
        return sorted(listed, key=lambda family: family.name)


def why_not(key: ApiKey, folder: DesignFolder) -> str:
    """Say why somebody can't save: their key may not, or the folder can't be written; "" if they can."""
    if not key.allows([Scope.EDIT]):
        return "scope"
    return "" if folder.is_writable else "folder"


def why_no_new(key: ApiKey, folder: DesignFolder) -> str:
    """Say why somebody can't make designs, as ``why_not`` does; "designs": their key is for certain ones."""
    return why_not(key, folder) or ("" if key.designs is None else "designs")


def _listed(families: Any, *, is_own: bool) -> Iterator[FamilyOut]:
    return (_family(name, faces, is_own=is_own) for name, faces in families.items())


def _family(name: str, faces: tuple[FaceFile, ...], *, is_own: bool) -> FamilyOut:
    weights = [weight for face in faces for weight in face.weights]
    return FamilyOut(
        name=name, lightest=int(min(weights)), boldest=int(max(weights)),
        is_italic=any(face.style == "italic" for face in faces), is_own=is_own,
    )  # fmt: skip


def _titled(text: str, title: str) -> str:
    """Return a document with another title; nothing else of its text changes. Raises 400."""
    try:
        old = json.loads(text)["title"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise refusal(400, "no-title", "the document has no title; give it one first") from None
    # The first place where the key has this value is the document's own, unless an object before it says the same.
    for written in (json.dumps(old, ensure_ascii=False), json.dumps(old)) if isinstance(old, str) else ():
        before, found, behind = text.partition(written)
        new = f"{before}{json.dumps(title, ensure_ascii=False)}{behind}"
        if found and json.loads(new).get("title") == title:
            return new
    return json.dumps(json.loads(text) | {"title": title}, indent=2, ensure_ascii=False) + "\n"


async def _mistakes_shown(work: Callable[[], Any]) -> Any:
    """Do work in a thread; the mistakes of a document are those of the request."""
    try:
        return await to_thread.run_sync(work)
    except BadDesign as error:
        raise _with_mistakes(error) from error


def _with_mistakes(error: BadDesign) -> ProblemError:
    count = len(error.problems)
    sentence = f"the design has {count} mistake{'s' if count != 1 else ''}"
    return refusal(400, "mistakes", sentence, error.problems[:MAX_ERRORS], count=count)


def _require_new(key: ApiKey) -> None:
    """Raise 403 for a key that is for certain designs: a new one is none of them."""
    require_scope(key, (Scope.EDIT,))
    if key.designs is not None:
        raise refusal(403, "certain-designs", "this key is for certain designs, and can't make new ones")


def design_in(call: Call[Any, Any], folder: DesignFolder) -> str:
    """Return the design of a request. Its document may be that of all its sizes, so the key must be for those too.

    Raises 403, UnknownDesign.
    """
    design = str(call.request.path_params["id"])
    require_design(call.key, design)
    require_design(call.key, folder.base_of(design))
    return design
