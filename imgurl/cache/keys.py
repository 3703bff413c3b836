"""The key of a finished image: equal keys, equal bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class RenderKey:
    """What identifies an image: 64 hex digits and the extension, for example ``3f…a0.png``.

    An image that does not last is shown for a second: nobody asks for it again, so only memory keeps it.
    """

    digest: str
    ext: str
    lasts: bool = True

    @property
    def etag(self) -> str:
        """The strong ETag: quoted, known before anything is drawn."""
        return f'"{self.digest[:40]}"'

    @property
    def file_name(self) -> str:
        """The name of the entry on disk."""
        return f"{self.digest}.{self.ext}"


def render_key(plate: str, texts: Mapping[str, str], ext: str, kind: str = "values") -> RenderKey:
    """Return the key of the picture of a plate (by its digest), resolved texts and a format.

    ``kind`` distinguishes pictures that are made in another way, such as that of an expired URL. Texts are resolved
    values, so that every dirty spelling of a name shares one image; of a remote picture, the digest of its bytes.
    """
    parts = [kind, plate, ext]
    for name in sorted(texts):
        parts += [name, texts[name]]
    encoded = [part.encode() for part in parts]
    return RenderKey(sha256(b"".join(b"%d:%b," % (len(part), part) for part in encoded)).hexdigest(), ext)


def remote_picture_key(digest: str) -> RenderKey:
    """Return the key of the bytes of a remote picture, known by their digest."""
    return RenderKey(digest, "remote")


def remote_record_key(url: str) -> RenderKey:
    """Return the key of what is known of a remote picture: when it was fetched from a URL, and its digest."""
    return RenderKey(sha256(b"record:" + url.encode()).hexdigest(), "record")
