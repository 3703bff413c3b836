"""The answers of the image endpoint: status, headers, body."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate

from imgurl.cache.keys import RenderKey
from imgurl.formats import MEDIA_TYPES, ImageFormat
from imgurl.pipeline.picture import Outcome, Picture

# What every answer carries. No Vary, no cookie, no redirect: mail proxies fetch once for many clients.
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-robots-tag", b"noindex"),
)

# A page is opened by itself. A browser's viewer is a document under its policy; some show nothing under this one.
OF_PAGES = tuple(header for header in ALWAYS if header[0] != b"content-security-policy")

# A transparent pixel as PNG, for refused requests: an <img> that shows nothing, not a broken one.
TRANSPARENT_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6360600000000300012b094d840000000049454e44ae426082"
)


# RFC 9110, 8.8.3. A comma may appear within the quotes.
ENTITY_TAG = re.compile(r'(?:^|[,\s])(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
COMPRESSED = re.compile(r"[-;:.](?:gzip|br|zstd|deflate)$")


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete response; ``headers`` are in wire form."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a link ends, and the time now. Unix seconds."""

    at: int
    now: float

    @property
    def left(self) -> int:
        """Whole seconds until then."""
        return max(0, int(self.at - self.now))


def image_answer(picture: Picture, body: bytes, expiry: Expiry | None = None) -> Answer:
    """Answer with a picture."""
    is_page = picture.ext == ImageFormat.PDF
    disposition = ((b"content-disposition", page_disposition(picture.design.id).encode()),) if is_page else ()
    headers = (*_picture_headers(picture, expiry), *disposition, *_body_headers(MEDIA_TYPES[picture.ext], body))
    return Answer(200, headers, body)


def not_modified(picture: Picture, expiry: Expiry | None = None) -> Answer:
    """Answer a client that already has the image; nothing is drawn."""
    return Answer(304, _picture_headers(picture, expiry), b"")


def degraded_answer(default: tuple[RenderKey, bytes] | None) -> Answer:
    """Answer with the default image when a picture can't be had; if there is none, with a transparent pixel."""
    is_page = default is not None and default[0].ext == ImageFormat.PDF
    headers = (
        *(OF_PAGES if is_page else ALWAYS),
        (b"cache-control", b"no-store"),
        (b"x-imgurl-outcome", Outcome.DEFAULT.encode()),
    )
    if default is None:
        return Answer(200, (*headers, *_body_headers(MEDIA_TYPES["png"], TRANSPARENT_PNG)), TRANSPARENT_PNG)
    key, body = default
    return Answer(200, (*headers, (b"etag", key.etag.encode()), *_body_headers(MEDIA_TYPES[key.ext], body)), body)


def refused_answer(
    status: int, title: str, detail: str, request_id: str, *, as_json: bool, as_text: bool = False
) -> Answer:
    """Answer a URL that is not ours: a transparent pixel, or problem+json (RFC 9457) for clients that ask for JSON.

    Where somebody opened a page, they read a sentence.
    """
    allow = ((b"allow", b"GET, HEAD"),) if status == 405 else ()
    headers = (*ALWAYS, *allow, (b"cache-control", b"no-store"), (b"x-imgurl-outcome", Outcome.REFUSED.encode()))
    if as_json:
        problem = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "request_id": request_id,
        }
        body = json.dumps(problem).encode()
        return Answer(status, (*headers, *_body_headers("application/problem+json", body)), body)
    if as_text:
        body = f"{title}: {detail}\n".encode()
        return Answer(status, (*headers, *_body_headers("text/plain; charset=utf-8", body)), body)
    return Answer(status, (*headers, *_body_headers(MEDIA_TYPES["png"], TRANSPARENT_PNG)), TRANSPARENT_PNG)


def _picture_headers(picture: Picture, expiry: Expiry | None) -> tuple[tuple[bytes, bytes], ...]:
    outcome = picture.outcome.value + ("; " + ", ".join(picture.concerned) if picture.concerned else "")
    return (
        *(OF_PAGES if picture.ext == ImageFormat.PDF else ALWAYS),
        *_freshness(picture, expiry),
        (b"etag", picture.key.etag.encode()),
        (b"x-imgurl-outcome", outcome.encode()),
    )


def page_disposition(design: str) -> str:
    """Have a browser show a page, and keep it under a name if it is saved. Ids of designs need no quoting."""
    return f'inline; filename="{design}.pdf"'


def _freshness(picture: Picture, expiry: Expiry | None) -> tuple[tuple[bytes, bytes], ...]:
    """Say how long a client may keep a picture.

    A link that expires soon says when, and max-age is half of what is left: a cache that sends no Age, such as nginx,
    passes that number on unchanged for as long as it keeps the picture, and a reader behind it may start counting that
    late.
    """
    if picture.is_live and picture.max_age is not None:
        # Not no-store: these are the words that Gmail's proxy is known to fetch again for.
        return ((b"cache-control", b"no-cache, max-age=0"),)
    if picture.max_age is None:
        return ((b"cache-control", b"no-store"),)
    max_age = picture.max_age
    ends: tuple[tuple[bytes, bytes], ...] = ()
    if expiry is not None and expiry.left // 2 < max_age:
        max_age, ends = expiry.left // 2, ((b"expires", formatdate(expiry.at, usegmt=True).encode()),)
    immutable = ", immutable" if picture.immutable else ""
    return (b"cache-control", f"public, max-age={max_age}{immutable}".encode()), *ends


def matches_etag(header: str, etag: str) -> bool:
    """Say whether an ``If-None-Match`` header names this ETag (RFC 9110, 13.1.2: weak comparison).

    The tag may have the name of a compression inside the quotes: Apache adds it when it compresses, and passes on what
    a client sends back with it.
    """
    if header.strip() == "*":
        return True
    return any(COMPRESSED.sub("", tag) == etag.strip('"') for tag in ENTITY_TAG.findall(header))


def _body_headers(media_type: str, body: bytes) -> tuple[tuple[bytes, bytes], ...]:
    return (b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())


def header_of(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """Return a request header, "" if it is missing; lines of one name are one list (RFC 9110, 5.3)."""
    return ", ".join(value.decode("latin-1") for key, value in headers if key == name)
