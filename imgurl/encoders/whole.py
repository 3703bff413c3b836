"""Encode a whole image: PNG, JPEG, GIF, WebP, AVIF. The same pixels always give the same bytes; no metadata."""

from io import BytesIO

from PIL import Image

from imgurl.encoders.jpeg import JpegSettings, encode_whole

MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
}


# The place in a GIF's palette that stands for transparent: GIF knows no half transparency, half is over white.
CLEAR = 255

DEFAULT_JPEG = JpegSettings()


def encode(image: Image.Image, ext: str, jpeg: JpegSettings = DEFAULT_JPEG) -> bytes:
    """Return the file bytes of an RGB or RGBA image in the format that the extension names."""
    out = BytesIO()
    image = _bare(image)
    match ext:
        case "png":
            image.save(out, "PNG", compress_level=4)
        case "jpg":
            return encode_whole(_opaque(image), jpeg)
        case "gif":
            see_through = {"transparency": CLEAR} if image.mode == "RGBA" else {}
            _with_palette(image).save(out, "GIF", interlace=False, **see_through)
        case "webp":
            image.save(out, "WEBP", quality=80, method=4)
        case "avif":
            image.save(out, "AVIF", quality=65, speed=8)
        case _:
            raise ValueError(f"there is no format '{ext}'")
    return out.getvalue()


def _bare(image: Image.Image) -> Image.Image:
    """Pillow writes what ``info`` holds, comments and profiles too, into some formats."""
    bare = image.copy()
    bare.info = {}
    return bare


def _opaque(image: Image.Image) -> Image.Image:
    """JPEG knows no transparency; a mail's page is white."""
    if image.mode == "RGB":
        return image
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image.convert("RGB"), (0, 0), image.getchannel("A"))
    return white


def _with_palette(image: Image.Image) -> Image.Image:
    colors = 256 if image.mode == "RGB" else CLEAR
    paletted = _opaque(image).quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    if image.mode == "RGBA":
        paletted.paste(CLEAR, mask=image.getchannel("A").point(lambda alpha: 255 if alpha < 128 else 0))
    return paletted
