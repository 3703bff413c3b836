"""Builds the Studio of the parts that the API is built of."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.routing import Route

from imgurl.access.keys import ApiKey, Scope
from imgurl.access.passes import Passes
from imgurl.design.editing import DesignFolder
from imgurl.design.history import History
from imgurl.web.api.batches import OCTETS, sort_batch_query
from imgurl.web.api.gate import Endpoint, Gate
from imgurl.web.api.preflight import Preflight
from imgurl.web.api.rates import Rates
from imgurl.web.api.replays import Replays
from imgurl.web.api.routes import BATCH, CSV_LISTS, NDJSON_LISTS, READ, RENDER, ApiParts, Rest, endpoints, route_of
from imgurl.web.api.schemas import PreflightQuery
from imgurl.web.studio.drafts import Drafts
from imgurl.web.studio.edit_models import (
    CopyRequest,
    DraftRequest,
    ImportQuery,
    NewRequest,
    PartsRequest,
    PictureQuery,
    ReturnRequest,
    SaveRequest,
    UploadQuery,
)
from imgurl.web.studio.editing import Editing, why_no_new
from imgurl.web.studio.embedding import Embedding
from imgurl.web.studio.explaining import Explaining, MailFrames
from imgurl.web.studio.files import read_files
from imgurl.web.studio.fonts import name_fonts
from imgurl.web.studio.histories import Histories
from imgurl.web.studio.lists import Lists
from imgurl.web.studio.models import ContactRequest, EightRequest, EmbedRequest, LookRequest
from imgurl.web.studio.preview import Preview
from imgurl.web.studio.sessions import SessionAuth
from imgurl.web.studio.signing_in import SigningIn

API = "/studio/api"

# A page asks at each key that is pressed; this only stops a script that has gone wild.
RATE = "6000/minute"

# Whoever is signed in, with whatever key.
ANYBODY = frozenset(Scope)

EDIT = frozenset({Scope.EDIT})


class VersionConvertor(IntegerConvertor):
    """The numbers of versions in addresses: none is so long that it can't be read."""

    regex = "[0-9]{1,9}"


register_url_convertor("version", VersionConvertor())


def open_studio(parts: ApiParts) -> list[Route]:
    """Return the routes of the Studio."""
    passes = Passes(partial(_secret, parts))
    auth = SessionAuth(passes, parts.api_keys, parts.ended_sessions)
    signing_in = SigningIn(
        passes, parts.api_keys, parts.ended_sessions, auth, parts.links_begin_with, partial(_why_no_new, parts)
    )
    replays = Replays(parts.idempotency)
    gate = Gate(auth, Rates(RATE, None), replays, parts.count)
    # What the API can do, the pages can do, in the name of whoever is signed in.
    of_api = (replace(one, path=API + one.path.removeprefix("/v1")) for one in endpoints(parts, replays))
    routes = [
        route_of(gate, endpoint) for endpoint in (*of_api, _report(parts, replays), *_of_pages(parts, signing_in))
    ]
    fonts = name_fonts(parts.pipeline.shelf.fonts)
    files = read_files({"names.css": fonts.css})
    return [
        Route("/studio/s/{digest}/{path:path}", files.file),
        Route("/studio/f/{name}", fonts.file),
        Route(f"{API}/session", signing_in.sign_in, methods=["POST"]),
        Route(f"{API}/session", signing_in.who),
        *routes,
        Route("/studio/mail", MailFrames(passes, auth).show, methods=["POST"]),
        Route(f"{API}/{{rest:path}}", Rest(gate, routes)),
        Route("/studio", files.shell),
        Route("/studio/{rest:path}", files.shell),
    ]


def _report(parts: ApiParts, replays: Replays) -> Endpoint:
    """Return the endpoint of a preflight's report as a file."""
    page = Preflight(parts.pipeline, replays).page
    return Endpoint(
        "POST", f"{API}/preflight/page", BATCH, "Studio", page, query=PreflightQuery, sort_query=sort_batch_query,
        body_media_types={**CSV_LISTS, **NDJSON_LISTS},
    )  # fmt: skip


def _of_pages(parts: ApiParts, signing_in: SigningIn) -> Iterable[Endpoint]:
    """Yield the endpoints that only pages need."""
    preview = Preview(parts.pipeline, parts.images)
    one = f"{API}/designs/{{id}}"
    yield Endpoint("GET", f"{API}/gallery", READ, "Studio", preview.gallery)
    yield Endpoint("GET", f"{API}/weights", READ, "Studio", preview.all_weights)
    yield Endpoint("GET", f"{one}/sheet", READ, "Studio", preview.sheet)
    yield Endpoint(
        "GET", f"{one}/faces/{{number:version}}/{{version}}", READ, "Studio", preview.face, query=PictureQuery
    )
    yield Endpoint("POST", f"{one}/look", READ, "Studio", preview.look, body=LookRequest)
    yield Endpoint("POST", f"{one}/eight", READ, "Studio", preview.eight, body=EightRequest)
    yield Endpoint("POST", f"{one}/weights", READ, "Studio", preview.weights, body=LookRequest)
    embedding = Embedding(parts.pipeline, parts.keys, parts.links_begin_with, parts.images)
    yield Endpoint("GET", f"{one}/platforms", READ, "Studio", embedding.platforms)
    yield Endpoint("POST", f"{one}/embed", RENDER, "Studio", embedding.embed, body=EmbedRequest)
    explaining = Explaining(parts.pipeline, parts.keys, parts.images)
    yield Endpoint("POST", f"{API}/letters", READ, "Studio", explaining.explain, body_media_types={OCTETS: ""})
    lists = Lists(parts.pipeline)
    yield Endpoint("POST", f"{one}/list", READ, "Studio", lists.read_list, body_media_types={OCTETS: ""})
    yield Endpoint("POST", f"{one}/contact", READ, "Studio", lists.read_contact, body=ContactRequest)
    yield from _of_editor(parts, one)
    yield Endpoint("DELETE", f"{API}/session", ANYBODY, "Studio", signing_in.sign_out)


def _of_editor(parts: ApiParts, one: str) -> Iterable[Endpoint]:
    """Yield the endpoints of the pages Edit and History, where versions are kept at all."""
    shelf = parts.pipeline.shelf
    if shelf.archive is None:
        return
    folder = DesignFolder(shelf.folder, shelf.fonts)
    history = History(folder, shelf.archive)
    drafts = Drafts(folder, parts.pipeline, parts.images)
    editing = Editing(history, folder, parts.pipeline, parts.images, parts.look_again)
    versions, of = Histories(history, folder, parts.pipeline, parts.images), f"{one}/history"
    yield Endpoint("GET", f"{one}/document", READ, "Studio", editing.document)
    yield Endpoint("POST", f"{one}/document", EDIT, "Studio", editing.save, body=SaveRequest)
    yield Endpoint("POST", f"{one}/draft", READ, "Studio", drafts.draw, body=DraftRequest)
    yield Endpoint("POST", f"{one}/draft/parts", READ, "Studio", drafts.parts, body=PartsRequest)
    yield Endpoint("POST", f"{one}/draft/eight", READ, "Studio", drafts.eight, body=DraftRequest)
    yield Endpoint(
        "POST", f"{one}/files", EDIT, "Studio", editing.upload, query=UploadQuery, body_media_types={OCTETS: ""}
    )
    yield Endpoint("POST", f"{one}/copy", EDIT, "Studio", editing.copy, body=CopyRequest)
    yield Endpoint("POST", f"{API}/new", EDIT, "Studio", editing.new, body=NewRequest)
    yield Endpoint(
        "POST", f"{API}/new/svg", EDIT, "Studio", editing.from_svg, query=ImportQuery, body_media_types={OCTETS: ""}
    )
    yield Endpoint("GET", of, READ, "Studio", versions.listing)
    yield Endpoint("GET", f"{of}/{{number:version}}/picture", READ, "Studio", versions.picture, query=PictureQuery)
    yield Endpoint("GET", f"{of}/{{number:version}}/document", READ, "Studio", versions.document)
    yield Endpoint("GET", f"{of}/{{number:version}}/changes/{{other:version}}", READ, "Studio", versions.compare)
    yield Endpoint("POST", f"{of}/{{number:version}}/return", EDIT, "Studio", editing.return_to, body=ReturnRequest)


def _why_no_new(parts: ApiParts, key: ApiKey) -> str:
    shelf = parts.pipeline.shelf
    return "folder" if shelf.archive is None else why_no_new(key, DesignFolder(shelf.folder, shelf.fonts))


def _secret(parts: ApiParts) -> bytes:
    return parts.keys().signing.secret
