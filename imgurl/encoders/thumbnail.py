"""Small pictures of finished ones, for whoever looks over many."""

import io

from PIL import Image

MEDIA_TYPE = "image/webp"
QUALITY = 65

# Of seven: 4 takes a few ms more than 2, for files that are smaller by a tenth.
METHOD = 4


def thumbnail(body: bytes, width: int) -> tuple[bytes, str]:
    """Return a picture that is ``width`` pixels wide, or as wide as it was if it is narrower, and its media type."""
    with Image.open(io.BytesIO(body)) as picture:
        size = width, max(1, round(picture.height * width / picture.width))
        # A JPEG is decoded at the next size that its blocks give: a quarter of the work.
        picture.draft(None, size)
        mode = "RGBA" if picture.has_transparency_data else "RGB"
        small = picture.convert(mode)
    if width < small.width:
        small = small.resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=QUALITY, method=METHOD)
    return buffer.getvalue(), MEDIA_TYPE
