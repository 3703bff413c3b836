"""The remote pictures of a process, decoded, by the digest of their bytes."""

import threading
from hashlib import sha256

from cachetools import LRUCache

from imgurl.errors import RenderFailed
from imgurl.raster.canvas import Canvas
from imgurl.raster.pictures import load_remote_picture, picture_bytes

# Decoded; one takes at most a twelfth, and a design shows at most eight.
MAX_BYTES = 96_000_000

# What is kept of a picture that can't be read: that it can't.
BROKEN_BYTES = 200


class RemotePictures:
    """Remote pictures that were decoded lately. May be used from any thread. Mutable state: these, under a lock."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._lock = threading.Lock()
        self._pictures: LRUCache[str, Canvas | str] = LRUCache(
            max_bytes, getsizeof=lambda picture: BROKEN_BYTES if isinstance(picture, str) else picture_bytes(picture)
        )

    def knows(self, digest: str) -> bool:
        """Say whether a picture was decoded, or could not be, and was not forgotten since."""
        with self._lock:
            return digest in self._pictures

    def get(self, digest: str) -> Canvas | None:
        """Return a picture; None if it can't be read, or is not known."""
        with self._lock:
            picture = self._pictures.get(digest)
        return None if isinstance(picture, str) else picture

    def reason(self, digest: str) -> str:
        """Return why a picture that is known can't be read, "" if it can."""
        with self._lock:
            picture = self._pictures.get(digest)
        return picture if isinstance(picture, str) else ""

    def learn(self, digest: str, body: bytes) -> str:
        """Decode a picture unless it is known; return why it can't be read, "" if it can.

        What kills the process that decodes it is never learnt: it is never drawn.
        """
        if not self.knows(digest):
            picture = _decoded(digest, body)
            with self._lock:
                self._pictures[digest] = picture
        return self.reason(digest)


def _decoded(digest: str, body: bytes) -> Canvas | str:
    if sha256(body).hexdigest() != digest:
        return "it is not the picture that was fetched"
    try:
        return load_remote_picture(body)
    except RenderFailed as error:
        return str(error)
