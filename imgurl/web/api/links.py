"""``POST /v1/links``: links without images, sealed or with open fields, up to 10,000 at once."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from anyio import to_thread
from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.design.library import Design
from imgurl.merge.dialects import find_dialect
from imgurl.pipeline.path import Pipeline
from imgurl.urls.mint import Minter
from imgurl.urls.signing import Keys
from imgurl.urls.target import PIN_DIGITS
from imgurl.web.api.auth import require_design
from imgurl.web.api.designs import as_json
from imgurl.web.api.gate import Call
from imgurl.web.api.minting import (
    Wish,
    check,
    controls_of,
    extension_of,
    minted,
    seal,
    signing_key,
    unknown_names,
)
from imgurl.web.api.outputs import LinkOut, LinksOut
from imgurl.web.api.problems import MAX_ERRORS, Refusal, refused
from imgurl.web.api.schemas import LinksRequest, NoQuery


class Links:
    """Mints links. Knows the designs, the signing keys and where links go."""

    def __init__(self, pipeline: Pipeline, keys: Keys, links_begin_with: str) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._links_begin_with = links_begin_with

    async def mint(self, call: Call[NoQuery, LinksRequest]) -> Response:
        """Make links without making their images, one or up to 10,000.

        With `rows` there is a link for each row, in their order; a row that breaks a rule has an `error` instead and
        stops no other. With `open` a mail platform fills these fields; `esp` says which, so that its tags are written.
        """
        # A thousand links take a tenth of a second, in which no image would go out.
        return as_json(await to_thread.run_sync(self._minted, call.body, call.key))

    def _minted(self, asked: LinksRequest, key: ApiKey) -> LinksOut:
        require_design(key, asked.design_id)
        library = self._pipeline.library
        design = library.find(asked.design_id)
        if asked.esp is not None:
            find_dialect(asked.esp)
        minter = Minter(signing_key(self._keys(), key), self._links_begin_with, library.fields)
        controls = {**controls_of(asked, design, self._pipeline), "ext": extension_of(asked, design), "esp": asked.esp}
        opened = asked.open if isinstance(asked.open, dict) else dict.fromkeys(asked.open)
        shared = Wish(asked.data, asked.fallbacks, opened, asked.ignore_unknown)
        check(design, shared)
        if asked.rows is None:
            links = [_link(minter, design, shared, controls)]
        else:
            wishes = [replace(shared, data=row, place=f"/rows/{number}") for number, row in enumerate(asked.rows)]
            if problems := list(islice((p for wish in wishes for p in unknown_names(design, wish)), MAX_ERRORS)):
                raise refused(problems)
            links = [
                _link_or_error(minter, design, replace(wish, data={**asked.data, **wish.data}), controls)
                for wish in wishes
            ]
        return LinksOut(design_id=design.id, version=design.version[:PIN_DIGITS], links=links)


def _link(minter: Minter, design: Design, wish: Wish, controls: Mapping[str, Any]) -> LinkOut:
    sealed = seal(design, wish)
    url = minted(minter, design, sealed, wish, controls)
    return LinkOut(image_url=url, error=None, warnings=list(sealed.warnings))


def _link_or_error(minter: Minter, design: Design, wish: Wish, controls: Mapping[str, Any]) -> LinkOut:
    try:
        return _link(minter, design, wish, controls)
    except Refusal as refusal:
        return LinkOut(image_url=None, error="; ".join(map(str, refusal.errors)), warnings=[])
