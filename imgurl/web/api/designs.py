"""``GET /v1/designs``, one design, and its preview."""

from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.design.library import Design
from imgurl.identifiers import PIN_DIGITS
from imgurl.merge.fields import MergeField
from imgurl.pipeline.path import Pipeline
from imgurl.urls.mint import Minter
from imgurl.urls.signing import Keys
from imgurl.urls.target import EXTENSIONS
from imgurl.web.api.auth import require_design
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.minting import shown_by, signing_key
from imgurl.web.api.outputs import DesignDetail, DesignOut, DesignsOut, FieldOut, SizeOut
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import DesignsQuery, NoQuery


class Designs:
    """The endpoints about designs."""

    def __init__(self, pipeline: Pipeline, keys: Keys, links_begin_with: str, images: Images) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._links_begin_with = links_begin_with
        self._images = images

    async def listing(self, call: Call[DesignsQuery, None]) -> Response:
        """List the designs this key may use, sorted by id.

        A page has up to 100 entries; `next` is the URL of the next page.
        """
        after, limit = call.query.after or "", call.query.limit
        library = self._pipeline.library
        ids = sorted(design for design in library.designs if design > after and call.key.may_use(design))
        page = [summary_of(library.designs[design]) for design in ids[:limit]]
        next_page = f"/v1/designs?{urlencode({'limit': limit, 'after': ids[limit - 1]})}" if len(ids) > limit else None
        return as_json(DesignsOut(designs=page, next=next_page))

    async def detail(self, call: Call[NoQuery, None]) -> Response:
        """Show a design: its fields, sizes, version and a sample link."""
        design = self._find(call.request.path_params["id"], call.key)
        document = design.document
        sizes = [
            SizeOut(dpr=dpr, width=document.size.width * dpr, height=document.size.height * dpr)
            for dpr in range(1, document.max_dpr + 1)
        ]
        return as_json(
            DesignDetail(
                **summary_of(design).model_dump(),
                description=document.description,
                alt=document.alt,
                fields=[_field(field) for field in document.fields],
                sizes=sizes,
                formats=list(EXTENSIONS),
                sample_url=self._minter(call.key).mint(design.id, design.samples, ext=document.format),
            )
        )

    async def preview(self, call: Call[NoQuery, None]) -> Response:
        """Draw a design with its sample values."""
        design = self._find(call.request.path_params["id"], call.key)
        minter = self._minter(call.key)
        show = partial(shown_by, minter.mint(design.id, design.samples), minter, self._pipeline)
        body = await self._images.draw(await self._images.complete(show, show({})))
        return Response(body, media_type="image/png")

    def _minter(self, key: ApiKey) -> Minter:
        return Minter(signing_key(self._keys(), key), self._links_begin_with, self._pipeline.library.fields)

    def _find(self, design: str, key: ApiKey) -> Design:
        require_design(key, design)
        return self._pipeline.library.find(design)


def summary_of(design: Design) -> DesignOut:
    """Return the entry of a design in a list."""
    return DesignOut(
        design_id=design.id,
        title=design.document.title,
        version=design.version[:PIN_DIGITS],
        width=design.document.size.width,
        height=design.document.size.height,
        url=f"/v1/designs/{design.id}",
        preview_url=f"/v1/designs/{design.id}/preview.png",
    )


def _field(field: MergeField) -> FieldOut:
    return FieldOut(
        name=field.name,
        type=field.type.value,
        label=field.label,
        required=field.required,
        fallback=field.fallback,
        sample=field.sample,
        max_length=field.longest,
        openable=field.openable,
        choices=list(field.choices),
        pattern=field.pattern,
    )
