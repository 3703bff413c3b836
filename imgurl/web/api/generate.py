"""``POST /v1/generate``: a signed link, and its image. With mode async it is a batch of one row."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.design.library import Design
from imgurl.errors import Problem
from imgurl.formats import MEDIA_TYPES, ImageFormat
from imgurl.identifiers import PIN_DIGITS
from imgurl.merge.judge import REASONS, Flag
from imgurl.merge.resolve import Value
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.picture import Outcome, Picture
from imgurl.pipeline.showing import undrawn
from imgurl.urls.mint import Minter
from imgurl.urls.signing import Keys
from imgurl.web.answers import page_disposition
from imgurl.web.api.accepting import ANY_IMAGE, EXTENSION_OF, preferred
from imgurl.web.api.auth import require_design
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.minting import (
    LinkRequest,
    SealedValues,
    check,
    controls_of,
    extension_of,
    minted,
    seal,
    shown_by,
    signing_key,
)
from imgurl.web.api.outputs import GenerateOut, ValueOut
from imgurl.web.api.problems import bad_request
from imgurl.web.api.responses import JSON, as_json
from imgurl.web.api.schemas import GenerateRequest, NoQuery

Later = Callable[[Call[NoQuery, GenerateRequest]], Awaitable[Response]]

OFFERED = (JSON, ANY_IMAGE, *EXTENSION_OF)


@dataclass(frozen=True, slots=True)
class GenerateResult:
    """A link, what it shows, and its sealed values."""

    url: str
    picture: Picture
    sealed: SealedValues


class Generate:
    """The endpoint that makes one link and its image. ``later`` answers requests with mode async."""

    def __init__(self, pipeline: Pipeline, keys: Keys, links_begin_with: str, images: Images, later: Later) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._links_begin_with = links_begin_with
        self._images = images
        self._later = later

    async def generate(self, call: Call[NoQuery, GenerateRequest]) -> Response:
        """Make a link and its image.

        With `Accept: image/png` (jpeg, gif, webp, avif; or application/pdf) the answer is the image itself, and its
        link is in `Content-Location`. With `mode` async the answer is 202 with a job; it has an `image_url` when it is
        completed.
        """
        body = call.body
        media_type = preferred(call.request.headers.get("accept", ""), OFFERED)
        if body.mode == "async":
            if media_type not in (None, JSON):
                raise bad_request([Problem("/mode", "mode async cannot answer with an image; leave out Accept")])
            return await self._later(call)
        require_design(call.key, body.design_id)
        design = self._pipeline.library.find(body.design_id)
        ext = _extension(body, media_type, design)
        result = await self._mint(body, call.key, design, ext)
        image = await self._images.draw(result.picture)
        if media_type not in (None, JSON):
            headers = {"Content-Location": result.url, "X-Imgurl-Outcome": result.picture.outcome.value}
            if ext == ImageFormat.PDF:
                headers["Content-Disposition"] = page_disposition(design.id)
            return Response(image, headers=headers, media_type=MEDIA_TYPES[ext])
        return as_json(_generate_out(result, image, body))

    async def _mint(self, body: GenerateRequest, key: ApiKey, design: Design, ext: str) -> GenerateResult:
        """Return the link of a request and what it shows. Raises 400."""
        link = LinkRequest(body.data, body.fallbacks, ignore_unknown=body.ignore_unknown)
        check(design, link)
        sealed = seal(design, link)
        minter = Minter(signing_key(self._keys(), key), self._links_begin_with, self._pipeline.library.fields)
        controls = replace(controls_of(body, design, self._pipeline), ext=ext)
        now = None if body.at is None else body.at.timestamp()
        url = minted(minter, design, sealed, link, controls)
        show = partial(shown_by, url, minter, self._pipeline, now=now)
        return GenerateResult(url, await self._images.complete(show, show({})), sealed)


def _extension(body: GenerateRequest, media_type: str | None, design: Design) -> str:
    """Return the format of the body, of Accept, or the design's. Raises 400 if the first two differ."""
    ext = extension_of(body, design)
    if media_type in (None, JSON, ANY_IMAGE):
        return ext
    accepted = EXTENSION_OF[media_type or ""]
    if body.format is not None and ext != accepted:
        raise bad_request([Problem("/format", f"is '{ext}', but Accept asks for '{accepted}'; leave one of them out")])
    return accepted


def _generate_out(result: GenerateResult, image: bytes, body: GenerateRequest) -> GenerateOut:
    picture = result.picture
    size = picture.design.document.size
    return GenerateOut(
        image_url=result.url,
        status="completed",
        design_id=picture.design.id,
        version=picture.design.version[:PIN_DIGITS],
        width=size.width * picture.dpr,
        height=size.height * picture.dpr,
        bytes=len(image),
        fields={value.field: _value_out(value, result.sealed) for value in picture.values},
        warnings=[*result.sealed.warnings, *_undrawable(picture), *undrawn(picture)],
        image_base64=base64.b64encode(image).decode() if body.return_ == "base64" else None,
    )


def _value_out(value: Value, sealed: SealedValues) -> ValueOut:
    origin = "request-fallback" if value.field in sealed.fallen_back else value.origin.value
    flags = [flag.value for flag in value.flags]
    return ValueOut.model_validate({"text": value.text, "from": origin, "flags": flags})


def _undrawable(picture: Picture) -> list[str]:
    consequence = "the default image is shown" if picture.outcome is Outcome.DEFAULT else "the fallback is shown"
    return [
        f"{value.field} {REASONS[Flag.NO_GLYPH]}; {consequence}"
        for value in picture.values
        if Flag.NO_GLYPH in value.flags
    ]
