"""The endpoints of the page History: the versions of a design, as a list, as pictures, as documents."""

from functools import partial
from typing import Any

from anyio import to_thread
from starlette.responses import Response

from imgurl.design.changes import Change, changes_between
from imgurl.design.editing import DesignFolder
from imgurl.design.history import History, Listed
from imgurl.identifiers import PIN_DIGITS
from imgurl.pipeline.path import Pipeline
from imgurl.urls.controls import Controls
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import NoQuery
from imgurl.web.studio.edit_models import ChangeOut, CompareOut, HistoryOut, PictureQuery, TextOut, VersionOut
from imgurl.web.studio.editing import design_in, why_not
from imgurl.web.studio.portrait import portrait

# What a version looks like never changes.
KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}


class Histories:
    """The endpoints about versions. Stateless itself."""

    def __init__(self, history: History, folder: DesignFolder, pipeline: Pipeline, images: Images) -> None:
        self._history = history
        self._folder = folder
        self._pipeline = pipeline
        self._images = images

    async def listing(self, call: Call[NoQuery, None]) -> Response:
        """List the versions of a design, the newest one first: who, when, and what changed."""
        design = design_in(call, self._folder)
        listed = await to_thread.run_sync(self._history.listing, design)
        written = await to_thread.run_sync(self._folder.read, design)
        return as_json(
            HistoryOut(
                design_id=written.design,
                revision=written.revision,
                why_not=why_not(call.key, self._folder),
                versions=[_version(one) for one in listed],
            )
        )

    async def picture(self, call: Call[PictureQuery, None]) -> Response:
        """Draw a version with its sample values."""
        design = await self._version(call, call.request.path_params["number"])
        picture = await portrait(self._pipeline, self._images, design, design.samples, Controls("png"))
        look = await self._images.look(picture, call.query.width)
        return Response(look.body, headers=KEPT, media_type=look.media_type)

    async def document(self, call: Call[NoQuery, None]) -> Response:
        """Return the document of a version."""
        design = await self._version(call, call.request.path_params["number"])
        return as_json(TextOut(text=design.text))

    async def compare(self, call: Call[NoQuery, None]) -> Response:
        """Say what differs between two versions."""
        first, second = [await self._version(call, call.request.path_params[name]) for name in ("number", "other")]
        return as_json(CompareOut(changes=[_change(one) for one in changes_between(first.text, second.text)]))

    async def _version(self, call: Call[Any, None], number: int) -> Any:
        return await to_thread.run_sync(partial(self._history.version, design_in(call, self._folder), int(number)))


def _version(listed: Listed) -> VersionOut:
    entry = listed.entry
    return VersionOut(
        number=entry.number,
        version=entry.version[:PIN_DIGITS],
        revision=entry.revision,
        saved=entry.saved,
        by=entry.by,
        origin=entry.origin[0],
        detail=entry.origin[1],
        changes=[_change(one) for one in listed.changes],
        is_kept=listed.is_kept,
    )


def _change(change: Change) -> ChangeOut:
    return ChangeOut(part=change.part, id=change.id, key=change.key, before=change.before, after=change.after)
