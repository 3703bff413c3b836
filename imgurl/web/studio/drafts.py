"""Drafts as pictures: a document that is on no shelf, read here, and drawn by the renderers like any other design.

One that kills a renderer dies alone.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from anyio import to_thread
from starlette.responses import Response

from imgurl.design.editing import DesignFolder
from imgurl.design.library import Design
from imgurl.design.parts import above, alone, below
from imgurl.errors import BadDesign, Problem, RenderFailed
from imgurl.formats import ImageFormat, format_named
from imgurl.pipeline.path import Pipeline
from imgurl.urls.controls import Controls
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import NoQuery
from imgurl.web.studio.awkward import Kind, values_of
from imgurl.web.studio.edit_models import (
    DraftEightOut,
    DraftOut,
    DraftRequest,
    PartsOut,
    PartsRequest,
    ProblemOut,
)
from imgurl.web.studio.editing import design_in
from imgurl.web.studio.models import AwkwardOut, LookOut
from imgurl.web.studio.portrait import portrait
from imgurl.web.studio.preview import look_out

# Pixels across of each of the eight, which are shown half as wide on fine screens.
SMALL_WIDTH = 280

# Mistakes that a page shows.
MAX_PROBLEMS = 100


class Drafts:
    """The endpoints that draw drafts. Stateless itself."""

    def __init__(self, folder: DesignFolder, pipeline: Pipeline, images: Images) -> None:
        self._folder = folder
        self._pipeline = pipeline
        self._images = images

    async def draw(self, call: Call[NoQuery, DraftRequest]) -> Response:
        """Check a draft and draw it: all of its mistakes with their places, or what it looks like."""
        body = call.body
        try:
            design = await self._read(call, body.text)
            look = await self._look(design, body.data, body.dpr, body.width)
        except BadDesign as error:
            return as_json(DraftOut(problems=[_problem(one) for one in error.problems[:MAX_PROBLEMS]], look=None))
        except RenderFailed as error:
            return as_json(DraftOut(problems=[_problem(Problem("", str(error)))], look=None))
        return as_json(DraftOut(problems=[], look=look))

    async def parts(self, call: Call[NoQuery, PartsRequest]) -> Response:
        """Draw what is below a selection, the selection alone, and what is above it, for a drag."""
        body, selected = call.body, frozenset(call.body.selected)
        try:
            await self._read(call, body.text)
            looks = await asyncio.gather(
                *(self._part(call, part(body.text, selected)) for part in (below, alone, above))
            )
        except BadDesign as error:
            return as_json(DraftOut(problems=[_problem(one) for one in error.problems[:MAX_PROBLEMS]], look=None))
        lower, own, upper = looks
        return as_json(PartsOut(below=lower.image, selection=own.image, above=upper.image, media_type=own.media_type))

    async def eight(self, call: Call[NoQuery, DraftRequest]) -> Response:
        """Draw a draft for the awkward eight; none if it has mistakes."""
        try:
            design = await self._read(call, call.body.text)
            draw = partial(self._awkward, design, call.body)
            return as_json(DraftEightOut(pictures=list(await asyncio.gather(*map(draw, Kind)))))
        except (BadDesign, RenderFailed):
            return as_json(DraftEightOut(pictures=[]))

    async def _part(self, call: Call[NoQuery, PartsRequest], text: str) -> LookOut:
        body = call.body
        design = await self._read(call, text)
        # As wide as the whole, so that they fit on each other; a thumbnail keeps what is clear.
        width = body.width or design.document.size.width * body.dpr
        return await self._look(design, body.data, body.dpr, width, ext=ImageFormat.PNG)

    async def _awkward(self, design: Design, body: DraftRequest, kind: Kind) -> AwkwardOut:
        values = values_of(kind, design.document.fields, body.data)
        look = await self._look(design, values, 1, body.width or SMALL_WIDTH)
        changed = {name: text for name, text in values.items() if text != body.data.get(name, "")}
        return AwkwardOut(kind=kind.value, values=changed, look=look)

    async def _look(
        self, design: Design, data: Mapping[str, str], dpr: int, width: int | None, *, ext: str | None = None
    ) -> LookOut:
        controls = Controls(ext or _quickest(design), dpr=min(dpr, design.document.max_dpr))
        picture = await portrait(self._pipeline, self._images, design, data, controls)
        return look_out(picture, await self._images.look(picture, width))

    async def _read(self, call: Call[NoQuery, Any], text: str) -> Design:
        return await to_thread.run_sync(self._folder.draft, design_in(call, self._folder), text)


def _quickest(design: Design) -> str:
    """Return the format that a draft is drawn in: a JPEG where it is sent as one, else what keeps clear places."""
    is_photo = format_named(design.document.format) is ImageFormat.JPG
    return (ImageFormat.JPG if is_photo else ImageFormat.PNG).value


def _problem(problem: Problem) -> ProblemOut:
    return ProblemOut(pointer=problem.pointer, sentence=problem.sentence)
