"""Designs as pictures: the gallery, the preview of one design, its awkward eight."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.design.library import Design
from imgurl.errors import ImgurlError
from imgurl.formats import format_named
from imgurl.identifiers import PIN_DIGITS
from imgurl.merge.fields import MergeField
from imgurl.pipeline.orders import Look
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.showing import undrawn
from imgurl.urls.controls import Controls
from imgurl.web.api.auth import require_design
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.outputs import ValueOut
from imgurl.web.api.problems import ProblemError
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import NoQuery
from imgurl.web.studio.awkward import Kind, values_of
from imgurl.web.studio.edit_models import PictureQuery
from imgurl.web.studio.models import (
    AwkwardOut,
    DesignSheet,
    EightOut,
    EightRequest,
    FieldSheet,
    FitOut,
    GalleryDesign,
    GalleryOut,
    LookOut,
    LookRequest,
    PlaceOut,
    WeightsOut,
)
from imgurl.web.studio.portrait import alt_of, label_of, portrait

# Pixels across of the awkward eight; they are shown half as wide on fine screens.
THUMBNAIL_WIDTH = 520

# Whose names the gallery shows when somebody points at a picture, after the sample's own.
FACES = (Kind.CHINESE, Kind.RIGHT_TO_LEFT, Kind.MISSING)

# What mails can show; other formats are for pages.
MAIL_FORMATS = ("jpg", "gif", "png")

Drawn = TypeVar("Drawn")

# A thumbnail's address names its version.
KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}


class Preview:
    """The endpoints about designs as pictures. Stateless itself."""

    def __init__(self, pipeline: Pipeline, images: Images) -> None:
        self._pipeline = pipeline
        self._images = images

    async def gallery(self, call: Call[NoQuery, None]) -> Response:
        """List all designs that somebody may see."""
        library = self._pipeline.library
        designs = [library.designs[name] for name in sorted(library.designs) if call.key.may_use(name)]
        broken = {name: str(error) for name, error in library.broken.items() if call.key.may_use(name)}
        return as_json(GalleryOut(designs=[self._listed(design) for design in designs], broken=broken))

    async def face(self, call: Call[PictureQuery, None]) -> Response:
        """Draw a thumbnail of a design: with its sample values, or with other names."""
        design = self._find(call)
        number = int(call.request.path_params["number"])
        if number > len(FACES):
            raise ProblemError(404, f"a design has {len(FACES) + 1} thumbnails")
        fields = design.document.fields
        values = design.samples if number == 0 else values_of(FACES[number - 1], fields, design.samples)
        picture = await self._shown(design, values, Controls(design.document.format))
        look = await self._images.look(picture, call.query.width)
        return Response(look.body, headers=KEPT, media_type=look.media_type)

    async def sheet(self, call: Call[NoQuery, None]) -> Response:
        """Show what the pages of a design have to know of it."""
        design = self._find(call)
        document = design.document
        return as_json(
            DesignSheet(
                design_id=design.id,
                title=document.title,
                version=design.version[:PIN_DIGITS],
                width=document.size.width,
                height=document.size.height,
                max_dpr=document.max_dpr,
                format=format_named(document.format).value,
                alt=document.alt,
                fields=[_field_sheet(field) for field in document.fields],
                languages=[name for name in design.documents if name],
                changed=self._pipeline.shelf.changed_at(design.id),
            )
        )

    async def look(self, call: Call[NoQuery, LookRequest]) -> Response:
        """Draw a design with values, and say how they were judged and how each text was fitted."""
        design, body = self._find(call), call.body
        picture = await self._shown(design, body.data, _controls(body, design))
        return as_json(look_out(picture, await self._images.look(picture, body.width)))

    async def eight(self, call: Call[NoQuery, EightRequest]) -> Response:
        """Draw a design for the awkward eight."""
        design, body = self._find(call), call.body
        draw = partial(self._awkward, design, body)
        return as_json(EightOut(pictures=await _one_by_one(call, [partial(draw, kind) for kind in Kind])))

    async def weights(self, call: Call[NoQuery, LookRequest]) -> Response:
        """Say how heavy the file of some values is in each format that mails can show."""
        design, body = self._find(call), call.body
        orders = [partial(self._weight, design, body.data, Controls(ext, dpr=body.dpr)) for ext in MAIL_FORMATS]
        return as_json(_weights_out(MAIL_FORMATS, await _one_by_one(call, orders)))

    async def all_weights(self, call: Call[NoQuery, None]) -> Response:
        """Say how heavy each design is with its sample values, in the format that is sent."""
        library = self._pipeline.library
        designs = [design for name, design in library.designs.items() if call.key.may_use(name)]
        files = await asyncio.gather(
            *(self._weight(design, design.samples, Controls(design.document.format)) for design in designs)
        )
        return as_json(_weights_out([design.id for design in designs], files))

    async def _awkward(self, design: Design, body: EightRequest, kind: Kind) -> AwkwardOut:
        of_list = {Kind.LONGEST: body.longest, Kind.SHORTEST: body.shortest}.get(kind)
        values = {**body.data, **of_list} if of_list else values_of(kind, design.document.fields, body.data)
        picture = await self._shown(design, values, _controls(body, design))
        look = await self._images.look(picture, body.width or THUMBNAIL_WIDTH)
        changed = {name: text for name, text in values.items() if text != body.data.get(name, "")}
        return AwkwardOut(kind=kind.value, values=changed, look=look_out(picture, look))

    async def _weight(self, design: Design, values: Mapping[str, str], controls: Controls) -> int | None:
        """Return how heavy a file is, None if it could not be drawn in time."""
        try:
            return len(await self._images.draw(await self._shown(design, values, controls)))
        except ImgurlError:
            return None

    async def _shown(self, design: Design, values: Mapping[str, str], controls: Controls) -> Picture:
        return await portrait(self._pipeline, self._images, design, values, controls)

    def _find(self, call: Call[Any, Any]) -> Design:
        return found(self._pipeline, call.request.path_params["id"], call.key)

    def _listed(self, design: Design) -> GalleryDesign:
        document = design.document
        return GalleryDesign(
            design_id=design.id,
            title=document.title,
            version=design.version[:PIN_DIGITS],
            width=document.size.width,
            height=document.size.height,
            format=format_named(document.format).value,
            fields=len(document.fields),
            changed=self._pipeline.shelf.changed_at(design.id),
            faces=_faces_of(design),
        )


def found(pipeline: Pipeline, design: str, key: ApiKey) -> Design:
    """Return a design that a key may use. Raises 403, and UnknownDesign."""
    require_design(key, design)
    return pipeline.library.find(design)


def look_out(picture: Picture, look: Look) -> LookOut:
    """Return a picture as the pages get it."""
    return LookOut(
        image=base64.b64encode(look.body).decode(),
        media_type=look.media_type,
        width=look.width,
        height=look.height,
        weight=look.weight,
        outcome=picture.outcome.value,
        reason=picture.reason,
        alt=alt_of(picture),
        fields={value.field: ValueOut.model_validate(
            {"text": value.text, "from": value.origin.value, "flags": [flag.value for flag in value.flags]}
        ) for value in picture.values},
        warnings=list(undrawn(picture)),
        fits=[
            FitOut(layer=fit.layer, step=fit.step, size=fit.size, full_size=fit.full_size, lines=fit.lines)
            for fit in look.fits
        ],
        places=[
            PlaceOut(layer=one.layer, x=one.x, y=one.y, width=one.width, height=one.height) for one in look.places
        ],
    )  # fmt: skip


def _controls(body: LookRequest, design: Design) -> Controls:
    ext = format_named(body.format or design.document.format).value
    return Controls(ext, dpr=min(body.dpr, design.document.max_dpr))


async def _one_by_one(call: Call[Any, Any], drawings: Iterable[Callable[[], Awaitable[Drawn]]]) -> list[Drawn]:
    """Draw one picture after the other, until whoever asked has gone.

    All at once they would stand in front of the picture that the next key of somebody typing asks for.
    """
    drawn: list[Drawn] = []
    for draw in drawings:
        if await call.request.is_disconnected():
            break
        drawn.append(await draw())
    return drawn


def _weights_out(names: Iterable[str], files: Iterable[int | None]) -> WeightsOut:
    return WeightsOut(weights={name: size for name, size in zip(names, files, strict=False) if size is not None})


def _field_sheet(field: MergeField) -> FieldSheet:
    return FieldSheet(
        name=field.name,
        label=label_of(field),
        type=field.type.value,
        sample=field.sample,
        fallback=field.fallback,
        is_required=field.required,
        is_openable=field.openable,
        longest=field.longest,
        choices=list(field.choices),
    )


def _faces_of(design: Design) -> list[str]:
    """Return the names that the thumbnails show; none if the design shows no name."""
    fields = design.document.fields
    name = next((field for field in fields if field.type == "name"), None)
    if name is None:
        return []
    return [name.sample, *(values_of(kind, fields, design.samples)[name.name] for kind in FACES)]
