"""What browsers load of the Studio: files under ``/studio/s/DIGEST/``, compressed once and kept for good.

The digest is that of all files, so relative imports between them work, and any change makes new addresses.
"""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

import brotli
from starlette.requests import Request
from starlette.responses import Response

HERE = resources.files("imgurl.web.studio")

# Colours and type: those of a preflight's report too, which is in a lower room.
TOKENS = resources.files("imgurl.preflight").joinpath("tokens.css")

MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
PACKED = {".woff2"}

# Within a few hundredths of a second for all files; the best effort would take a second for four per cent.
BROTLI_QUALITY = 9

DIGEST_DIGITS = 12

KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
GUARDED = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
PAGE_HEADERS = {
    **GUARDED,
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # A new version of the server has another page.
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file in each coding that it is sent in."""

    media_type: str
    plain: bytes
    codings: Mapping[str, bytes]

    def response(self, accepted: str, headers: Mapping[str, str]) -> Response:
        """Return the file in the best coding that a browser takes."""
        names = {part.partition(";")[0].strip() for part in accepted.split(",")}
        coding = next((name for name in self.codings if name in names), None)
        body = self.plain if coding is None else self.codings[coding]
        encoded = {} if coding is None else {"Content-Encoding": coding}
        return Response(body, headers={**GUARDED, **headers, **encoded}, media_type=self.media_type)


@dataclass(frozen=True, slots=True)
class StudioFiles:
    """All files by their paths, and the page that loads them."""

    digest: str
    files: Mapping[str, File]
    page: File

    async def file(self, request: Request) -> Response:
        """Answer with a file; those of another version of the server are not here."""
        file = self.files.get(request.path_params["path"])
        if file is None or request.path_params["digest"] != self.digest:
            return Response("not found", 404, GUARDED, "text/plain")
        return file.response(request.headers.get("accept-encoding", ""), KEPT)

    async def shell(self, request: Request) -> Response:
        """Answer with the page, which is the same for every address: its scripts read the address."""
        return self.page.response(request.headers.get("accept-encoding", ""), PAGE_HEADERS)


def read_files(made: Mapping[str, bytes]) -> StudioFiles:
    """Read and compress all files of the package, and those that were ``made`` here."""
    contents = dict(sorted([*_walk(HERE.joinpath("static")), (TOKENS.name, TOKENS.read_bytes()), *made.items()]))
    digest = sha256(b"".join(path.encode() + b"\0" + sha256(body).digest() for path, body in contents.items()))
    name = digest.hexdigest()[:DIGEST_DIGITS]
    page = HERE.joinpath("shell.html").read_text(encoding="utf-8").replace("{base}", f"/studio/s/{name}")
    files = {path: _file(path, body) for path, body in contents.items()}
    return StudioFiles(name, files, _compressed("text/html; charset=utf-8", page.encode()))


def _walk(folder: Traversable, below: str = "") -> Iterable[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{below}{entry.name}/")
        elif _suffix(entry.name) in MEDIA_TYPES:
            yield below + entry.name, entry.read_bytes()


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2]


def _file(path: str, body: bytes) -> File:
    media_type = MEDIA_TYPES[_suffix(path)]
    return File(media_type, body, {}) if _suffix(path) in PACKED else _compressed(media_type, body)


# The files of the package are the same however often they are read.
@lru_cache(maxsize=128)
def _compressed(media_type: str, body: bytes) -> File:
    packed = brotli.compress(body, brotli.MODE_TEXT, BROTLI_QUALITY)
    return File(media_type, body, {"br": packed, "gzip": gzip.compress(body, 9, mtime=0)})
