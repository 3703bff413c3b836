"""JPEG spliced between restart markers.

After a restart marker the DC prediction begins anew and bytes are aligned, so the entropy-coded segments between
markers are independent of each other. A segment is a tile of MCUs in one row of them; tiles that no value touched keep
their bytes, the others are stacked into one narrow picture, encoded by libjpeg in one go with the same tables, and put
in place with their markers renumbered. The tables are fixed (baseline, not optimised).

The picture is padded to whole MCUs by repeating its edge before it is encoded, and the frame header is given the true
size afterwards: so a tile has the same bytes wherever it is encoded, and spliced bytes equal the whole encode.

Source: ITU-T T.81, B.1.1.3 (markers), B.2.2 (frame header), E.1.4 and F.1.2 (restart).
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgurl.geometry import Box

# MCUs of a tile at most: tiles of about 256 px cost 1 to 2 % of size and spare most of a row.
TILE_PIXELS = 256

#: Column and row of a tile.
Tile = tuple[int, int]
Pixels = NDArray[np.uint8]

NO_TILES = np.empty((0, 0, 0, 3), np.uint8)


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
class JpegTemplate:
    """A JPEG ready to be spliced. ``segments`` holds the entropy-coded bytes of each tile, row by row."""

    width: int
    height: int
    tile_width: int
    columns: int
    settings: JpegSettings
    head: bytes
    segments: tuple[bytes, ...]

    @property
    def tile_height(self) -> int:
        """Pixel rows of a tile: one MCU."""
        return self.settings.mcu

    @property
    def size(self) -> int:
        """Bytes held."""
        return sum(map(len, self.segments))

    def tiles_in(self, box: Box) -> Iterable[Tile]:
        """Return the tiles (column, row) that a box of pixels touches."""
        seen = box.intersect(Box(0, 0, self.width, self.height))
        if seen.is_empty:
            return ()
        rows = range(seen.top // self.tile_height, (seen.bottom - 1) // self.tile_height + 1)
        columns = range(seen.left // self.tile_width, (seen.right - 1) // self.tile_width + 1)
        return ((column, row) for row in rows for column in columns)

    @property
    def padded_width(self) -> int:
        """Width in whole tiles."""
        return self.columns * self.tile_width

    def tiles_of(self, rows: Image.Image, top_row: int, wanted: Sequence[Tile]) -> Pixels:
        """Return the pixels of some tiles, shape (tiles, tile height, tile width, 3).

        ``rows`` shows whole rows of tiles from ``top_row`` on, padded to whole tiles.
        """
        high = rows.height // self.tile_height
        pixels = np.frombuffer(rows.tobytes(), np.uint8)
        grid = pixels.reshape(high, self.tile_height, self.columns, self.tile_width, 3)
        columns, numbers = np.array(wanted).T
        tiles: Pixels = grid[numbers - top_row, :, columns]
        return tiles

    def splice(self, tiles: Sequence[Tile], pixels: Pixels) -> bytes:
        """Return the file with some tiles exchanged; ``pixels`` as ``tiles_of`` gives them, in the same order."""
        segments = list(self.segments)
        if tiles:
            stack = Image.fromarray(pixels.reshape(-1, self.tile_width, 3))
            _, fresh = _encode(stack, self.settings, self.tile_width)
            for (column, row), segment in zip(tiles, fresh, strict=True):
                segments[row * self.columns + column] = segment
        return _assembled(self.head, segments)


def plan(image: Image.Image, settings: JpegSettings) -> JpegTemplate:
    """Encode an RGB picture ahead."""
    mcu = settings.mcu
    columns_of_mcus = -(-image.width // mcu)
    tile_width = _tile_mcus(columns_of_mcus, mcu) * mcu
    whole = padded(image, columns_of_mcus * mcu, -(-image.height // mcu) * mcu)
    head, segments = _encode(whole, settings, tile_width)
    columns = whole.width // tile_width
    return JpegTemplate(
        image.width,
        image.height,
        tile_width,
        columns,
        settings,
        _with_size(head, image.width, image.height),
        segments,
    )


def encode_whole(image: Image.Image, settings: JpegSettings) -> bytes:
    """Encode an RGB picture in one go, with the same bytes that splicing it would give."""
    return plan(image, settings).splice((), NO_TILES)


def padded(image: Image.Image, width: int, height: int) -> Image.Image:
    """Return the picture with its last column and row repeated to a larger size."""
    if image.size == (width, height):
        return image
    large = Image.new("RGB", (width, height))
    large.paste(image, (0, 0))
    if width > image.width:
        edge = image.crop((image.width - 1, 0, image.width, image.height))
        large.paste(edge.resize((width - image.width, image.height), Image.Resampling.NEAREST), (image.width, 0))
    if height > image.height:
        edge = large.crop((0, image.height - 1, width, image.height))
        large.paste(edge.resize((width, height - image.height), Image.Resampling.NEAREST), (0, image.height))
    return large


@lru_cache(maxsize=256)
def _tile_mcus(columns: int, mcu: int) -> int:
    """Return the largest divisor of the number of MCUs in a row that makes tiles of about the wanted width."""
    most = max(1, TILE_PIXELS // mcu)
    return max(count for count in range(1, min(columns, most) + 1) if columns % count == 0)


def _encode(image: Image.Image, settings: JpegSettings, tile_width: int) -> tuple[bytes, tuple[bytes, ...]]:
    """Return the head of the file up to the scan's data, and the bytes of each segment."""
    out = BytesIO()
    image.save(
        out,
        "JPEG",
        quality=settings.quality,
        subsampling=settings.subsampling,
        restart_marker_blocks=tile_width // settings.mcu,
    )
    data = out.getvalue()
    scan = data.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    return data[:start], _segments(data[start:-2])


def _segments(scan: bytes) -> tuple[bytes, ...]:
    """Cut entropy-coded data at its restart markers; a real 0xFF in the data is followed by 0x00."""
    parts = []
    start = 0
    position = scan.find(b"\xff")
    while position >= 0:
        if 0xD0 <= scan[position + 1] <= 0xD7:
            parts.append(scan[start:position])
            start = position + 2
        position = scan.find(b"\xff", position + 2)
    parts.append(scan[start:])
    return tuple(parts)


def _assembled(head: bytes, segments: list[bytes]) -> bytes:
    parts = [head]
    for index, segment in enumerate(segments):
        if index:
            parts.append(RESTART[(index - 1) % 8])
        parts.append(segment)
    parts.append(b"\xff\xd9")
    return b"".join(parts)


RESTART = tuple(bytes((0xFF, 0xD0 + number)) for number in range(8))


def _with_size(head: bytes, width: int, height: int) -> bytes:
    """Write the true size into the frame header (SOF0)."""
    frame = head.index(b"\xff\xc0")
    return head[: frame + 5] + struct.pack(">HH", height, width) + head[frame + 9 :]
