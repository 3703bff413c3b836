"""What a recipient saw, and why: every image of ours in a mail, and the preview of a mail in a frame of its own."""

import asyncio
import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs, unquote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.access.passes import Passes
from imgurl.errors import ImgurlError
from imgurl.explain import explanation
from imgurl.merge.dialects import BY_ID
from imgurl.pipeline.orders import Look
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.picture import Picture
from imgurl.urls.diagnose import as_requested
from imgurl.urls.reading import Read, read_url
from imgurl.urls.signing import Keys
from imgurl.web.api.bodies import parse_json, read_body
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import NoQuery
from imgurl.web.studio.files import GUARDED
from imgurl.web.studio.letters import html_of, pieces_of, read_letter, shown_letter
from imgurl.web.studio.models import ExplainedField, ExplainedLink, ExplainedOut, Piece
from imgurl.web.studio.portrait import alt_of, label_of
from imgurl.web.studio.refusals import refusal
from imgurl.web.studio.sessions import SessionAuth, session_of

# Bytes of a mail with what is attached to it.
MAX_BYTES = 12_000_000

# Bytes of a preview's form: percent-encoding triples some letters.
MAX_FORM_BYTES = 6_000_000

# Images of ours that are explained of one mail.
MAX_LINKS = 40

# Pixels across of the pictures that are shown beside the words.
LOOK_WIDTH = 552

# Somebody's HTML has inline styles and runs nothing; its images are ours.
MAIL_HEADERS = {
    **GUARDED,
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a good link shows."""

    read: Read
    picture: Picture
    look: Look | None


class Explaining:
    """The endpoints about mails that were sent, or will be. Stateless itself."""

    def __init__(self, pipeline: Pipeline, keys: Keys, images: Images) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._images = images

    async def explain(self, call: Call[NoQuery, None]) -> Response:
        """Explain every image of ours in the source of a mail, in HTML, or behind a link."""
        letter = await to_thread.run_sync(read_letter, await read_body(call.request, MAX_BYTES))
        links = letter.links[:MAX_LINKS]
        explained = await asyncio.gather(*(self._explained(link, call.key) for link in links))
        return as_json(ExplainedOut(subject=letter.subject, links=list(explained), others=letter.others))

    async def _explained(self, link: str, key: ApiKey) -> ExplainedLink:
        explained = await to_thread.run_sync(partial(explanation, link, self._keys(), self._pipeline))
        if explained.design is not None and not key.may_use(explained.design):
            raise refusal(403, "other-design", "this key may not use the design of one of these links")
        seen = await self._seen(link)
        pieces = [Piece(kind=kind, text=text) for kind, text in pieces_of(link)]
        known = self._pipeline.library.designs.get(explained.design or "")
        url = seen.read.url if seen else None
        dialect = BY_ID.get((url.dialect if url else None) or "")
        return ExplainedLink(
            url=link,
            status=explained.status,
            outcome=explained.outcome.value,
            reason=explained.reason,
            notes=list(explained.notes),
            warnings=list(explained.warnings),
            design=explained.design,
            title=known.document.title if known else None,
            key=explained.key,
            campaign=url.campaign if url else None,
            platform=dialect.platform if dialect else None,
            max_age=seen.picture.max_age if seen else None,
            alt=alt_of(seen.picture) if seen else "",
            fields=_fields(seen) if seen else [],
            pieces=pieces,
            image=base64.b64encode(seen.look.body).decode() if seen and seen.look else None,
            media_type=seen.look.media_type if seen and seen.look else "",
            width=seen.look.width if seen and seen.look else 0,
            height=seen.look.height if seen and seen.look else 0,
            weight=seen.look.weight if seen and seen.look else 0,
            format=seen.picture.ext if seen else "",
        )

    async def _seen(self, link: str) -> _Seen | None:
        """Return what a link shows, None if it is refused."""
        try:
            read = read_url(*as_requested(link), self._keys())
            show = partial(self._pipeline.show, read.url, read.key.state, time.time())
            picture = await self._images.complete(show, await to_thread.run_sync(show))
        except ImgurlError:
            return None
        try:
            return _Seen(read, picture, await self._images.look(picture, LOOK_WIDTH))
        except ImgurlError:
            return _Seen(read, picture, None)


class MailFrames:
    """Mails in frames of their own, where their styles may be what they are. Stateless itself."""

    def __init__(self, passes: Passes, auth: SessionAuth) -> None:
        self._passes = passes
        self._auth = auth

    async def show(self, request: Request) -> Response:
        """Answer a form with the mail that it holds; a form can't send the header that other changes need."""
        try:
            fields = _form_of(await read_body(request, MAX_FORM_BYTES))
            session = session_of(request)
            is_own = self._passes.may_change(session, fields.get("token", ""))
            if not is_own or await self._auth.key_of(session) is None:
                return Response("Sign in again.", 403, MAIL_HEADERS, "text/plain")
            values = _values_of(fields.get("values") or "{}")
            source = html_of(fields.get("source", "").encode())
            html = await to_thread.run_sync(
                partial(shown_letter, source, values, are_blocked=fields.get("blocked") == "yes")
            )
        except ImgurlError as error:
            return Response(str(error), 400, MAIL_HEADERS, "text/plain")
        return Response(html, headers=MAIL_HEADERS, media_type="text/html; charset=utf-8")


def _form_of(body: bytes) -> Mapping[str, str]:
    try:
        fields = parse_qs(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: texts[0] for name, texts in fields.items()}


def _values_of(text: str) -> Mapping[str, str]:
    values = parse_json(text.encode())
    return {name: text for name, text in values.items() if isinstance(text, str)} if isinstance(values, dict) else {}


def _fields(seen: _Seen) -> list[ExplainedField]:
    url = seen.read.url
    opened: dict[str, str] = {}
    for pair in url.open_query.split("&"):
        name, _, text = pair.partition("=")
        opened.setdefault(name, unquote(text.replace("+", " ")))
    sent = {**url.sealed, **{name: opened.get(name, "") for name in url.open_names}}
    by_name = seen.picture.design.document.by_name
    return [
        ExplainedField(
            name=value.field,
            label=label_of(by_name[value.field]),
            sent=sent.get(value.field),
            is_open=value.field in url.open_names,
            is_name=by_name[value.field].type == "name",
            text=value.text,
            origin=value.origin.value,
            flags=[flag.value for flag in value.flags],
        )
        for value in seen.picture.values
    ]
