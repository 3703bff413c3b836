"""``POST /v1/generate``: a signed link, and its image made. Async is a batch of one row."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.design.library import Design
from imgurl.encoders.whole import MEDIA_TYPES
from imgurl.errors import Problem
from imgurl.merge.judge import Flag
from imgurl.merge.resolve import Value
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.picture import Outcome, Picture
from imgurl.urls.mint import Minter
from imgurl.urls.signing import Keys
from imgurl.urls.target import PIN_DIGITS
from imgurl.web.api.accepting import ANY_IMAGE, EXTENSION_OF, wanted_of
from imgurl.web.api.auth import require_design
from imgurl.web.api.designs import Draw, as_json
from imgurl.web.api.gate import JSON, Call
from imgurl.web.api.minting import (
    Sealed,
    Wish,
    check,
    controls_of,
    extension_of,
    minted,
    seal,
    shown_by,
    signing_key,
)
from imgurl.web.api.outputs import GenerateOut, ValueOut
from imgurl.web.api.problems import refused
from imgurl.web.api.schemas import GenerateRequest, NoQuery

Later = Callable[[Call[NoQuery, GenerateRequest]], Awaitable[Response]]

OFFERED = (JSON, ANY_IMAGE, *EXTENSION_OF)


@dataclass(frozen=True, slots=True)
class Made:
    """A link and what it shows."""

    url: str
    picture: Picture
    sealed: Sealed


class Generate:
    """Makes one link and its image. Knows the pipeline, the signing keys, how to draw, and where links go.

    ``later`` answers a request with mode async.
    """

    def __init__(self, pipeline: Pipeline, keys: Keys, links_begin_with: str, draw: Draw, later: Later) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._links_begin_with = links_begin_with
        self._draw = draw
        self._later = later

    async def generate(self, call: Call[NoQuery, GenerateRequest]) -> Response:
        """Make a link and its image.

        With `Accept: image/png` (jpeg, gif, webp, avif) the answer is the image itself, and its link is in
        `Content-Location`. With `mode` async the answer is 202 with a job, whose `image_url` is there when it is done.
        """
        asked = call.body
        wanted = wanted_of(call.request.headers.get("accept", ""), OFFERED)
        if asked.mode == "async":
            if wanted not in (None, JSON):
                raise refused([Problem("/mode", "an image can't be the answer of mode async; leave out Accept")])
            return await self._later(call)
        require_design(call.key, asked.design_id)
        design = self._pipeline.library.find(asked.design_id)
        ext = _extension(asked, wanted, design)
        made = self._made(asked, call.key, design, ext)
        body = await self._draw(made.picture)
        if wanted not in (None, JSON):
            headers = {"Content-Location": made.url, "X-Imgurl-Outcome": made.picture.outcome.value}
            return Response(body, headers=headers, media_type=MEDIA_TYPES[ext])
        return as_json(_told(made, body, asked))

    def _made(self, asked: GenerateRequest, key: ApiKey, design: Design, ext: str) -> Made:
        """Return the link of a request and what it shows. Raises 400."""
        wish = Wish(asked.data, asked.fallbacks, {}, asked.ignore_unknown)
        check(design, wish)
        sealed = seal(design, wish)
        minter = Minter(signing_key(self._keys(), key), self._links_begin_with, self._pipeline.library.fields)
        controls = {**controls_of(asked, design, self._pipeline), "ext": ext}
        url = minted(minter, design, sealed, wish, controls)
        return Made(url, shown_by(url, minter, self._pipeline), sealed)


def _extension(asked: GenerateRequest, wanted: str | None, design: Design) -> str:
    """Return the format: asked for, named by Accept, or the design's. Raises 400 where the first two differ."""
    given = extension_of(asked, design)
    if wanted in (None, JSON, ANY_IMAGE):
        return given
    named = EXTENSION_OF[wanted or ""]
    if asked.format is not None and given != named:
        raise refused([Problem("/format", f"is '{given}', and Accept asks for '{named}'; say one of them")])
    return named


def _told(made: Made, body: bytes, asked: GenerateRequest) -> GenerateOut:
    picture = made.picture
    size = picture.design.document.size
    return GenerateOut(
        image_url=made.url,
        status="completed",
        design_id=picture.design.id,
        version=picture.design.version[:PIN_DIGITS],
        width=size.width * picture.dpr,
        height=size.height * picture.dpr,
        bytes=len(body),
        fields={value.field: _value_out(value, made.sealed) for value in picture.values},
        warnings=[*made.sealed.warnings, *_undrawable(picture)],
        image_base64=base64.b64encode(body).decode() if asked.return_ == "base64" else None,
    )


def _value_out(value: Value, sealed: Sealed) -> ValueOut:
    origin = "request-fallback" if value.field in sealed.fallen_back else value.origin.value
    told = {"text": value.text, "from": origin, "flags": [flag.value for flag in value.flags]}
    return ValueOut.model_validate(told)


def _undrawable(picture: Picture) -> list[str]:
    shown = "the default image" if picture.outcome is Outcome.DEFAULT else "the design's fallback"
    return [
        f"{value.field}: no font has a character of the value, {shown} is shown"
        for value in picture.values
        if Flag.NO_GLYPH in value.flags
    ]
