"""Pictures that say which request they answer: a design whose colours and letters are a number, and who reads them.

A mark is the number of a link, which is sealed, and a value, which is open as a mail platform's is. Eight blocks of
colour carry both and a check sum, in 4 levels of red, green and blue each, which JPEG keeps apart; six letters say the
value again, because text takes another way through the server than blocks do. A picture is right if both say what was
asked for. In the default image all blocks are grey, which no mark is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

import numpy as np
from PIL import Image

from imgurl.urls.mint import Minter

DESIGN = "marked"
WIDTH, HEIGHT = 600, 200

# Blocks: two for the link, four for the value, two for the check sum; 6 bits each.
BLOCKS = 8
BITS = 6
LINKS = 1 << 2 * BITS
VALUES = 1 << 4 * BITS
LEVELS = (0, 85, 170, 255)
GREY = 128
# How far a channel may be from its level: JPEG moves flat blocks by less, and levels are 85 apart.
LEVEL_TOLERANCE = 20
BLOCK_LEFT, BLOCK_TOP, BLOCK_SIDE, BLOCK_STEP = 24, 24, 48, 64
# Of a block only the middle is read: at its edge JPEG mixes it with the background.
BLOCK_MARGIN = 16

# One letter for 4 bits of the value, in a font of one width: 0.6 em.
ALPHABET = "AFJLMNTUVWXZ4679"
LETTERS = 6
TEXT_LEFT, TEXT_TOP, TEXT_HEIGHT, TEXT_SIZE, LETTER_WIDTH = 24, 100, 76, 60, 36
# How far a letter may be from its model, as the mean difference of its pixels; two letters differ by 25 and more.
LETTER_TOLERANCE = 8.0

SEALED = ("c0", "c1")
OPEN = ("c2", "c3", "c4", "c5", "c6", "c7", "code")

# Blurred shadows that depend on a value, so that a picture takes some ten milliseconds: *heavy* pictures.
SHADOWS = 3


class NotAMark(ValueError):
    """Raised where a picture carries no mark, or a damaged one."""


class Verdict(Enum):
    """What a body is, compared with what was asked for."""

    RIGHT = "right"
    DEFAULT = "default"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """What a picture says: of which link and of which value it is."""

    link: int
    value: int

    @property
    def colors(self) -> list[str]:
        """The colours of the blocks, with the # that older versions want in a link too."""
        check = crc32(b"%d/%d" % (self.link, self.value)) & 0xFFF
        return _colors((self.link << 6 * BITS) | (self.value << 2 * BITS) | check)

    @property
    def code(self) -> str:
        """The letters of the value."""
        return "".join(ALPHABET[self.value >> 4 * place & 0xF] for place in reversed(range(LETTERS)))

    @property
    def values(self) -> dict[str, str]:
        """The values of the design's fields."""
        return {f"c{place}": color for place, color in enumerate(self.colors)} | {"code": self.code}


class Link:
    """One signed link; a mail platform fills in the values. It is signed once, however many values it gets."""

    def __init__(self, minter: Minter, number: int, ext: str, campaign: str | None = None) -> None:
        self.number = number
        sealed = {name: color for name, color in Mark(number, 0).values.items() if name in SEALED}
        self._signed = minter.mint(DESIGN, sealed, open=OPEN, ext=ext, campaign=campaign)

    def target(self, value: int) -> str:
        """Return the target of a request for a value."""
        target = self._signed
        for name, text in Mark(self.number, value).values.items():
            target = target.replace(f"@@{name}@@", quote(text))
        return target


def write_design(folder: Path, *, heavy: bool = False) -> None:
    """Write the design into a folder of designs; a heavy one takes longer to draw."""
    blocks = [
        {
            "type": "shape",
            "shape": "rectangle",
            "box": {
                "x": BLOCK_LEFT + place * BLOCK_STEP, "y": BLOCK_TOP, "width": BLOCK_SIDE, "height": BLOCK_SIDE,
            },
            "fill": f"<<c{place}>>",
        }
        for place in range(BLOCKS)
    ]  # fmt: skip
    shadows = [
        {
            "type": "shape",
            "shape": "ellipse",
            "box": {"x": 0, "y": 220 + 160 * place, "width": WIDTH, "height": 140},
            "fill": "<<c5>>",
            # The default image stays small: most of what an overloaded server sends.
            "show_if": {"field": "code"},
            "shadow": {"x": 0, "y": 0, "blur": 60 + place, "color": "<<c4>>"},
        }
        for place in range(SHADOWS if heavy else 0)
    ]
    text = {
        "type": "text",
        "text": "<<code>>",
        "box": {"x": TEXT_LEFT, "y": TEXT_TOP, "width": LETTERS * LETTER_WIDTH + 40, "height": TEXT_HEIGHT},
        "font": {"family": "JetBrains Mono", "weight": 700, "size": TEXT_SIZE},
        "color": "#ffffff",
        "valign": "middle",
        "direction": "ltr",
    }
    grey = f"#{GREY:02x}{GREY:02x}{GREY:02x}"
    document = {
        "title": "Marked",
        "size": {"width": WIDTH, "height": HEIGHT + (520 if heavy else 0)},
        "background": "#10243f",
        "jpeg": {"quality": 90, "subsampling": "4:4:4"},
        "fields": [
            {"name": f"c{place}", "type": "color", "sample": "#005500", "fallback": grey, "openable": True}
            for place in range(BLOCKS)
        ]
        + [{"name": "code", "sample": "A" * LETTERS, "fallback": "", "openable": True}],
        "layers": [*shadows, *blocks, text],
    }
    (folder / DESIGN).mkdir(parents=True)
    (folder / DESIGN / "design.json").write_text(json.dumps(document, indent=1))


def model_marks() -> list[Mark]:
    """Return the marks whose pictures a Reader has to see first: each letter, six times."""
    return [Mark(0, int(f"{number:x}" * LETTERS, 16)) for number in range(len(ALPHABET))]


class Reader:
    """Reads marks from pictures. Its models of the letters come from the server that is measured, and are checked."""

    def __init__(self, pictures: Mapping[Mark, bytes]) -> None:
        """Take the pictures of ``model_marks``. Raises NotAMark if their blocks say otherwise, or two look alike."""
        models = []
        for mark in model_marks():
            pixels = _pixels(pictures[mark])
            if read_blocks(pixels) != mark:
                raise NotAMark(f"the picture of {mark} says {read_blocks(pixels)}")
            models.append(_cells(pixels)[0])
        self._models = np.stack(models)
        distances = np.abs(self._models[:, None] - self._models[None]).mean((2, 3))
        np.fill_diagonal(distances, np.inf)
        if distances.min() <= 2 * LETTER_TOLERANCE:
            raise NotAMark(f"two letters differ by {distances.min():.1f} only, so neither can be read")
        # Bodies of the default image that were read before: an overloaded server sends little else.
        self._defaults: set[bytes] = set()

    def read(self, body: bytes) -> Mark | None:
        """Return the mark of a picture, None for the default image. Raises NotAMark."""
        pixels = _pixels(body)
        mark = read_blocks(pixels)
        if mark is not None and (code := self._code(pixels)) != mark.code:
            raise NotAMark(f"its blocks say {mark.code}, its letters {code}")
        return mark

    def verdict(self, expected: Mark, body: bytes) -> Verdict:
        """Compare a body with what was asked for. What is not a picture, or is a torn one, is wrong."""
        if body in self._defaults:
            return Verdict.DEFAULT
        try:
            mark = self.read(body)
        except (NotAMark, OSError, SyntaxError):
            return Verdict.WRONG
        if mark is None:
            self._defaults.add(body)
            return Verdict.DEFAULT
        return Verdict.RIGHT if mark == expected else Verdict.WRONG

    def _code(self, pixels: np.ndarray) -> str:
        distances = np.abs(_cells(pixels)[:, None] - self._models[None]).mean((2, 3))
        if distances.min(1).max() > LETTER_TOLERANCE:
            raise NotAMark("a letter is like none of the models")
        return "".join(ALPHABET[place] for place in distances.argmin(1))


def read_blocks(pixels: np.ndarray) -> Mark | None:
    """Return what the blocks say, None if all are grey. Raises NotAMark."""
    if pixels.shape[0] < HEIGHT or pixels.shape[1] != WIDTH:
        raise NotAMark(f"the picture has {pixels.shape[1]} × {pixels.shape[0]} pixels")
    lefts = [BLOCK_LEFT + place * BLOCK_STEP for place in range(BLOCKS)]
    inner = slice(BLOCK_MARGIN, BLOCK_SIDE - BLOCK_MARGIN)
    rows = pixels[BLOCK_TOP : BLOCK_TOP + BLOCK_SIDE]
    blocks = np.stack([rows[inner, left : left + BLOCK_SIDE][:, inner] for left in lefts])
    if np.abs(blocks - GREY).max() <= LEVEL_TOLERANCE:
        return None
    nearest = np.rint(blocks / LEVELS[1])
    if np.abs(blocks - nearest * LEVELS[1]).max() > LEVEL_TOLERANCE or np.ptp(nearest, axis=(1, 2)).any():
        raise NotAMark("a block has a colour between the levels")
    number = 0
    for red, green, blue in nearest[:, 0, 0].astype(int):
        number = number << BITS | int(red) << 4 | int(green) << 2 | int(blue)
    mark = Mark(number >> 6 * BITS, number >> 2 * BITS & VALUES - 1)
    if mark.colors != _colors(number):
        raise NotAMark("the check sum is wrong")
    return mark


def _colors(number: int) -> list[str]:
    parts = [number >> BITS * place & 0x3F for place in reversed(range(BLOCKS))]
    return ["#" + "".join(f"{LEVELS[part >> shift & 3]:02x}" for shift in (4, 2, 0)) for part in parts]


def _pixels(body: bytes) -> np.ndarray:
    with Image.open(BytesIO(body)) as image:
        return np.asarray(image.convert("RGB"), np.float32)


def _cells(pixels: np.ndarray) -> np.ndarray:
    """Return the pictures of the letters, in grey."""
    strip = pixels[TEXT_TOP : TEXT_TOP + TEXT_HEIGHT, TEXT_LEFT : TEXT_LEFT + LETTERS * LETTER_WIDTH].mean(2)
    cells: np.ndarray = strip.reshape(TEXT_HEIGHT, LETTERS, LETTER_WIDTH).transpose(1, 0, 2)
    return cells
