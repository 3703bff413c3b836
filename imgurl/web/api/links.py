"""``POST /v1/links``: links without images, sealed or with open fields, up to 10,000 at once."""

from dataclasses import replace
from itertools import islice

from anyio import to_thread
from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.design.layers.coding import undrawn_codes
from imgurl.design.library import Design
from imgurl.identifiers import PIN_DIGITS
from imgurl.merge.dialects import find_dialect
from imgurl.pipeline.path import Pipeline
from imgurl.urls.controls import Controls
from imgurl.urls.mint import Minter
from imgurl.urls.signing import Keys
from imgurl.web.api.auth import require_design
from imgurl.web.api.gate import Call
from imgurl.web.api.minting import (
    LinkRequest,
    check,
    controls_of,
    minted,
    seal,
    signing_key,
    unknown_names,
)
from imgurl.web.api.outputs import LinkOut, LinksOut
from imgurl.web.api.problems import MAX_ERRORS, ProblemError, bad_request
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import LinksRequest, NoQuery


class Links:
    """The endpoint that makes links."""

    def __init__(self, pipeline: Pipeline, keys: Keys, links_begin_with: str) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._links_begin_with = links_begin_with

    async def mint(self, call: Call[NoQuery, LinksRequest]) -> Response:
        """Make links without their images, one or up to 10,000.

        With `rows` there is a link for each row, in their order; a row that breaks a rule gets an `error` instead and
        does not affect the others. Fields in `open` are filled by an email platform: `esp` names it, so that links
        contain its merge tags.
        """
        # A thousand links take a tenth of a second, in which no image would go out.
        return as_json(await to_thread.run_sync(self._mint, call.body, call.key))

    def _mint(self, body: LinksRequest, key: ApiKey) -> LinksOut:
        require_design(key, body.design_id)
        library = self._pipeline.library
        design = library.find(body.design_id)
        if body.esp is not None:
            find_dialect(body.esp)
        minter = Minter(signing_key(self._keys(), key), self._links_begin_with, library.fields)
        controls = controls_of(body, design, self._pipeline)
        opened = body.open if isinstance(body.open, dict) else dict.fromkeys(body.open)
        shared = LinkRequest(body.data, body.fallbacks, opened, body.esp, body.ignore_unknown)
        check(design, shared)
        if body.rows is None:
            links = [_link(minter, design, shared, controls)]
        else:
            requests = [replace(shared, data=row, place=f"/rows/{number}") for number, row in enumerate(body.rows)]
            if problems := list(islice((p for link in requests for p in unknown_names(design, link)), MAX_ERRORS)):
                raise bad_request(problems)
            links = [
                _link_or_error(minter, design, replace(link, data={**body.data, **link.data}), controls)
                for link in requests
            ]
        return LinksOut(design_id=design.id, version=design.version[:PIN_DIGITS], links=links)


def _link(minter: Minter, design: Design, link: LinkRequest, controls: Controls) -> LinkOut:
    sealed = seal(design, link)
    url = minted(minter, design, sealed, link, controls)
    warnings = (*sealed.warnings, *undrawn_codes(design.document.codings, sealed.values, design.document.by_name))
    return LinkOut(image_url=url, error=None, warnings=list(warnings))


def _link_or_error(minter: Minter, design: Design, link: LinkRequest, controls: Controls) -> LinkOut:
    try:
        return _link(minter, design, link, controls)
    except ProblemError as error:
        return LinkOut(image_url=None, error="; ".join(map(str, error.errors)), warnings=[])
