"""The formats that a URL can name, and what HTTP calls them. How each is written is in ``encoders/`` and ``pdf/``."""

from collections.abc import Mapping
from enum import StrEnum


class ImageFormat(StrEnum):
    """A format by its extension in URLs and file names."""

    PNG = "png"
    JPG = "jpg"
    GIF = "gif"
    WEBP = "webp"
    AVIF = "avif"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """The media type of its files, as in ``Content-Type``."""
        return MEDIA_TYPES[self]


#: Media types by extension, in the order in which formats are listed.
MEDIA_TYPES: Mapping[str, str] = {
    ImageFormat.PNG: "image/png",
    ImageFormat.JPG: "image/jpeg",
    ImageFormat.GIF: "image/gif",
    ImageFormat.WEBP: "image/webp",
    ImageFormat.AVIF: "image/avif",
    ImageFormat.PDF: "application/pdf",
}


def format_named(name: str) -> ImageFormat:
    """Return the format that people call by this name: ``jpeg`` is ``jpg``, in any case. Raises ValueError."""
    name = name.lower()
    return ImageFormat("jpg" if name == "jpeg" else name)
