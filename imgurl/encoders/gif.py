"""GIF assembled from frames that are small rectangles with a shared palette.

The compressed block of a rectangle does not depend on where and when it is shown: a digit of a countdown is compressed
once and placed in every file that shows it. Pillow compresses (LZW), this module puts the blocks together.

Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt (18 screen descriptor, 20 image descriptor, 23 graphic control)
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Indexes = NDArray[np.uint8]

# Hundredths of a second. Browsers show a shorter delay as 10; a longer one can't be written.
MIN_DELAY = 2
MAX_DELAY = 65_535

# Shown until another frame covers it: frames only ever add to what is there.
LEAVE = 1

# Repeat for ever, as the Netscape extension says it. No other count ends alike in all browsers: count 1 plays twice in
# Chromium and Firefox, once in WebKitGTK, which shows the last frame at once where there is no count.
FOREVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"

# All 256 entries different: Pillow would drop unused ones and number the rest again.
ALL_DIFFERENT = bytes(level for index in range(256) for level in (index, index, index))


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of palette indexes, compressed, at ``left``, ``top``; shown for ``delay`` hundredths of a second.

    One rectangle is one picture: one that is to be shown together with the next has no delay that browsers honour.
    """

    left: int
    top: int
    width: int
    height: int
    block: bytes
    delay: int = 0


def frame(indexes: Indexes, left: int = 0, top: int = 0, delay: int = 0) -> Frame:
    """Compress a rectangle of palette indexes, shape (height, width)."""
    height, width = indexes.shape
    return Frame(left, top, width, height, _block(indexes.tobytes(), width, height), delay)


def assemble(width: int, height: int, palette: bytes, frames: Sequence[Frame]) -> bytes:
    """Return the file of one frame, or of an animation that repeats for ever.

    ``palette`` holds up to 256 RGB triples. Raises ValueError without a frame, and in an animation for a delay that
    browsers show otherwise or that can't be written.
    """
    if not frames:
        raise ValueError("a GIF needs a frame")
    # A table of 256 colours whatever is used of it: the blocks are compressed with codes of eight bits.
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + palette.ljust(768, b"\0")
    is_animated = len(frames) > 1
    parts = [head + (FOREVER if is_animated else b"")]
    for frame in frames:
        if is_animated:
            if not MIN_DELAY <= frame.delay <= MAX_DELAY:
                raise ValueError(f"a frame is shown for {MIN_DELAY} to {MAX_DELAY:,} hundredths, not {frame.delay:,}")
            parts.append(b"\x21\xf9\x04" + struct.pack("<BHBB", LEAVE << 2, frame.delay, 0, 0))
        parts.append(b"," + struct.pack("<HHHHB", frame.left, frame.top, frame.width, frame.height, 0) + frame.block)
    return b"".join([*parts, b";"])


def _block(pixels: bytes, width: int, height: int) -> bytes:
    """Return the LZW minimum code size and the data sub-blocks of a rectangle, cut out of what Pillow writes."""
    image = Image.frombytes("P", (width, height), pixels)
    image.putpalette(ALL_DIFFERENT)
    out = BytesIO()
    image.save(out, "GIF", optimize=False, interlace=False)
    data = out.getvalue()
    position = 13 + 3 * 256
    while data[position] == 0x21:  # extensions: label, then sub-blocks up to an empty one
        position += 2
        while data[position]:
            position += data[position] + 1
        position += 1
    return data[position + 10 : -1]
