"""Code for mails: which platforms there are, what each calls a field, and the ``<img>`` that is pasted there."""

import math
from collections.abc import Mapping

from starlette.responses import Response

from imgurl.design.library import Design
from imgurl.errors import BadValue, Problem, SettingsError
from imgurl.formats import ImageFormat, format_named
from imgurl.merge.alternative import why_not_personal
from imgurl.merge.dialects import DIALECTS, Dialect, find_dialect
from imgurl.pipeline.path import Pipeline
from imgurl.snippets import Personal, html_tag, shown_size
from imgurl.urls.controls import Controls
from imgurl.urls.mint import Minter
from imgurl.urls.signing import Keys
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.minting import LinkRequest, SealedValues, check, expiry_of, minted, seal, signing_key
from imgurl.web.api.problems import bad_request
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import NoQuery
from imgurl.web.studio.models import EmbedOut, EmbedRequest, PlatformOut, PlatformsOut
from imgurl.web.studio.portrait import opened_of, portrait
from imgurl.web.studio.preview import found

# Device pixels that a fine screen has for each CSS pixel.
FINE = 2


class Embedding:
    """The endpoints about code for mails. Stateless itself."""

    def __init__(self, pipeline: Pipeline, keys: Keys, links_begin_with: str, images: Images) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._links_begin_with = links_begin_with
        self._images = images

    async def platforms(self, call: Call[NoQuery, None]) -> Response:
        """List all mail platforms, with what each would call the fields of a design."""
        design = found(self._pipeline, call.request.path_params["id"], call.key)
        return as_json(PlatformsOut(platforms=[_platform_out(dialect, design) for dialect in DIALECTS]))

    async def embed(self, call: Call[NoQuery, EmbedRequest]) -> Response:
        """Make the code of a design: signed by this server, with the tags of a platform."""
        body = call.body
        design = found(self._pipeline, call.request.path_params["id"], call.key)
        dialect = None if body.platform is None else find_dialect(body.platform)
        link = _link_request(body)
        check(design, link)
        sealed = seal(design, link)
        controls = _controls(body, design)
        try:
            minter = Minter(
                signing_key(self._keys(), call.key), body.base_url or self._links_begin_with,
                self._pipeline.library.fields,
            )  # fmt: skip
        except SettingsError as error:
            raise bad_request([Problem("/base_url", str(error))]) from None
        url = minted(minter, design, sealed, link, controls)
        values = {**design.samples, **link.data, **sealed.values}
        picture = await portrait(self._pipeline, self._images, design, values, controls)
        weight = len(await self._images.draw(picture))
        return as_json(_embed_out(body, design, dialect, sealed, (url, controls.dpr, weight)))


def _link_request(body: EmbedRequest) -> LinkRequest:
    data = {name: plan.text for name, plan in body.fields.items() if not plan.is_open}
    fallbacks = {name: plan.text for name, plan in body.fields.items() if plan.is_open and plan.text}
    opened = {name: plan.theirs or None for name, plan in body.fields.items() if plan.is_open}
    return LinkRequest(data, fallbacks, opened, body.platform, place="/fields")


def _controls(body: EmbedRequest, design: Design) -> Controls:
    document = design.document
    width, _ = shown_size(design, body.width)
    dpr = min(document.max_dpr, max(1, math.ceil(width * FINE / document.size.width)))
    ext = format_named(body.format or document.format).value
    return Controls(ext, expiry_of(body.expires_in), None, 1 if ext == ImageFormat.PDF else dpr, body.campaign)


def _embed_out(
    body: EmbedRequest, design: Design, dialect: Dialect | None, sealed: SealedValues, made: tuple[str, int, int]
) -> EmbedOut:
    url, dpr, weight = made
    opened: Mapping[str, str | None] = {name: plan.theirs or None for name, plan in body.fields.items() if plan.is_open}
    why_not = why_not_personal(dialect) if dialect and opened else ""
    personal = Personal(dialect, opened) if dialect and opened and body.is_personal_alt and not why_not else None
    html = html_tag(design, url, sealed.values, opened, body.width, personal)
    width, height = shown_size(design, body.width)
    return EmbedOut(
        html=html,
        url=url,
        tags=[dialect.tag_for(name, theirs) for name, theirs in opened.items()] if dialect else [],
        notes=list(sealed.warnings),
        width=width,
        height=height,
        dpr=dpr,
        weight=weight,
        longest_line=max(len(line.encode()) for line in html.splitlines()),
    )


def _platform_out(dialect: Dialect, design: Design) -> PlatformOut:
    return PlatformOut(
        id=dialect.id,
        name=dialect.platform,
        encodes=dialect.encoded,
        note=dialect.note,
        test_send=dialect.test_send,
        missing=dialect.missing,
        names={name: _their_name(dialect, name) for name in opened_of(design)},
        why_no_personal_alt=why_not_personal(dialect),
    )


def _their_name(dialect: Dialect, name: str) -> str:
    try:
        return dialect.field_for(name)[0]
    except BadValue:
        return ""
