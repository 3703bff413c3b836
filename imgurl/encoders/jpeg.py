"""JPEG spliced between restart markers.

At a restart marker the DC prediction starts over and bytes are aligned, so the entropy-coded segments between
markers are independent of each other. A segment is a tile of MCUs in one row of them; tiles that no value touched keep
their bytes. A box of whole tiles is encoded by libjpeg as a picture of its own, in one go and with the same tables, and
its segments are put in place with their markers renumbered. The tables are fixed (baseline, not optimised).

The picture is padded to whole MCUs by repeating its edge before it is encoded, and the frame header is given the true
size afterwards: so a tile has the same bytes wherever it is encoded, and spliced bytes equal the whole encode.

Source: ITU-T T.81, B.1.1.3 (markers), B.2.2 (frame header), E.1.4 and F.1.2 (restart).
"""

import math
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import repeat

from PIL import Image, _imaging

from imgurl.geometry import Box

# Width of a tile, about: such tiles cost 1 to 2 % of size and spare most of a row. Narrow ones cost up to 20 %.
TILE_PIXELS = 256

# A real 0xFF in the data is followed by 0x00.
RESTART_MARKER = re.compile(rb"\xff[\xd0-\xd7]")
RESTART = tuple(bytes((0xFF, 0xD0 + number)) for number in range(8))
END_OF_IMAGE = b"\xff\xd9"

# As Pillow's encoder numbers them.
SAMPLINGS = {"4:4:4": 0, "4:2:0": 2}

# With less, Pillow's encoder may never come to an end: libjpeg writes the head of a file in one go.
SMALLEST_BUFFER = 65_536

#: Number of a tile, row by row, and its bytes with the restart marker after it.
Segment = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class JpegSettings:
    """``quality`` 40 to 95; ``subsampling`` is ``4:2:0`` or ``4:4:4``."""

    quality: int = 85
    subsampling: str = "4:2:0"

    @property
    def mcu(self) -> int:
        """Side of an MCU in pixels."""
        return 16 if self.subsampling == "4:2:0" else 8


@dataclass(frozen=True, slots=True)
class PrecodedJpeg:
    """A JPEG ready to be spliced."""

    width: int
    height: int
    tile_width: int
    columns: int
    settings: JpegSettings
    head: bytes
    #: The bytes of each tile, row by row, each with the restart marker after it; the last one has none.
    segments: tuple[bytes, ...]

    @property
    def tile_height(self) -> int:
        """Pixel rows of a tile: one MCU."""
        return self.settings.mcu

    @property
    def size(self) -> int:
        """Bytes held."""
        return sum(map(len, self.segments))

    def aligned(self, box: Box) -> Box:
        """Return the box of the whole tiles that a box of the picture touches; the picture's edges end it."""
        wide, high = self.tile_width, self.tile_height
        return Box(
            box.left // wide * wide,
            box.top // high * high,
            min(-(-box.right // wide) * wide, self.width),
            min(-(-box.bottom // high) * high, self.height),
        )

    def encode(self, box: Box, painted: Image.Image) -> tuple[Segment, ...]:
        """Encode the tiles of a box that is ``aligned``, from the RGB pixels that the picture has there."""
        wide, high = self.tile_width, self.tile_height
        # Only at the picture's right and lower edge are tiles larger than the box: there they are padded as the whole
        # picture is.
        tiles = padded(painted, -(-box.width // wide) * wide, -(-box.height // high) * high)
        _, fresh = _encode(tiles, self.settings, wide)
        across, count = tiles.width // wide, len(self.segments)
        first = box.top // high * self.columns + box.left // wide
        places = (first + number // across * self.columns + number % across for number in range(len(fresh)))
        return tuple((place, _marked(place, segment, count)) for place, segment in zip(places, fresh, strict=True))

    def splice(self, fresh: Iterable[Segment]) -> bytes:
        """Return the file with some segments exchanged."""
        segments = list(self.segments)
        for place, segment in fresh:
            segments[place] = segment
        return b"".join((self.head, *segments, END_OF_IMAGE))


def precode(image: Image.Image, settings: JpegSettings) -> PrecodedJpeg:
    """Encode an RGB picture ahead."""
    mcu = settings.mcu
    columns_of_mcus = -(-image.width // mcu)
    tile_width = _tile_mcus(columns_of_mcus, mcu) * mcu
    whole = padded(image, columns_of_mcus * mcu, -(-image.height // mcu) * mcu)
    head, segments = _encode(whole, settings, tile_width)
    columns = whole.width // tile_width
    return PrecodedJpeg(
        image.width,
        image.height,
        tile_width,
        columns,
        settings,
        _with_size(head, image.width, image.height),
        tuple(map(_marked, range(len(segments)), segments, repeat(len(segments)))),
    )


def encode_whole(image: Image.Image, settings: JpegSettings) -> bytes:
    """Encode an RGB picture in one go, with the same bytes that splicing it would give."""
    return precode(image, settings).splice(())


def padded(image: Image.Image, width: int, height: int) -> Image.Image:
    """Return the picture with its last column and row repeated to a larger size."""
    if image.size == (width, height):
        return image
    large = image.crop((0, 0, width, height))
    if width > image.width:
        # Pillow's core images: Image.resize and Image.paste take three times as long as what they do for a few pixels.
        edge = (image.width - 1, 0, image.width, image.height)
        strip = image.im.resize((width - image.width, image.height), Image.Resampling.NEAREST, edge)
        large.im.paste(strip, (image.width, 0, width, image.height))
    if height > image.height:
        edge = (0, image.height - 1, width, image.height)
        strip = large.im.resize((width, height - image.height), Image.Resampling.NEAREST, edge)
        large.im.paste(strip, (0, image.height, width, height))
    return large


@lru_cache(maxsize=256)
def _tile_mcus(columns: int, mcu: int) -> int:
    """Return the divisor of the number of MCUs in a row that makes tiles nearest to the wanted width, as a ratio."""
    divisors = (count for count in range(1, columns + 1) if columns % count == 0)
    return min(divisors, key=lambda count: abs(math.log(count * mcu / TILE_PIXELS)))


def _encode(image: Image.Image, settings: JpegSettings, tile_width: int) -> tuple[bytes, list[bytes]]:
    """Return the head of the file up to the scan's data, and the entropy-coded bytes between restart markers."""
    data = (_encoded if CAN_SKIP_SAVE else saved)(image, settings, tile_width // settings.mcu)
    scan = data.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    return data[:start], RESTART_MARKER.split(data[start : -len(END_OF_IMAGE)])


def saved(image: Image.Image, settings: JpegSettings, restart: int) -> bytes:
    """Return an RGB picture as libjpeg writes it, with a restart marker after so many MCUs, by Pillow's public way."""
    out = BytesIO()
    image.save(out, "JPEG", quality=settings.quality, subsampling=settings.subsampling, restart_marker_blocks=restart)
    return out.getvalue()


def _encoded(image: Image.Image, settings: JpegSettings, restart: int) -> bytes:
    """Return the same as ``saved``, without what ``Image.save`` does around Pillow's encoder."""
    # Quality, progressive, smooth, optimised, RGB kept, stream type, dpi, subsampling, MCUs and rows of MCUs between
    # markers, tables, comment, extra, EXIF: the ``encoderconfig`` of Pillow's JpegImagePlugin.
    encoder = _imaging.jpeg_encoder(
        "RGB", "RGB", settings.quality, 0, 0, 0, 0, 0, (0, 0), SAMPLINGS[settings.subsampling], restart, 0,
        None, None, b"", b"",
    )  # fmt: skip
    parts = []
    image.load()
    try:
        encoder.setimage(image.im, (0, 0, *image.size))
        status = 0
        while status == 0:
            _, status, part = encoder.encode(max(SMALLEST_BUFFER, image.width * image.height // 2))
            parts.append(part)
    finally:
        encoder.cleanup()
    if status < 0:
        raise OSError(f"libjpeg failed with status {status}")
    return b"".join(parts)


def _can_skip_save() -> bool:
    """Say whether this Pillow's encoder takes what ours does, and gives the bytes of ``Image.save``."""
    picture = Image.linear_gradient("L").convert("RGB").resize((40, 24))
    try:
        return all(
            _encoded(picture, JpegSettings(85, sampling), 1) == saved(picture, JpegSettings(85, sampling), 1)
            for sampling in SAMPLINGS
        )
    except (AttributeError, TypeError, ValueError, OSError):  # pragma: no cover - another Pillow
        return False


CAN_SKIP_SAVE = _can_skip_save()


def _marked(place: int, segment: bytes, count: int) -> bytes:
    """Return a segment with the restart marker that follows the ``place``-th of so many."""
    return segment + RESTART[place % 8] if place < count - 1 else segment


def _with_size(head: bytes, width: int, height: int) -> bytes:
    """Write the true size into the frame header (SOF0)."""
    frame = head.index(b"\xff\xc0")
    return head[: frame + 5] + struct.pack(">HH", height, width) + head[frame + 9 :]
