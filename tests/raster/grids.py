"""Small pictures as letters, one for each pixel, as WeasyPrint's tests draw them.

``_`` is transparent, ``W`` white, ``K`` black, ``R`` ``G`` ``B`` ``Y`` the colours; ``?`` stands for any other. Of
masks ``#`` is covered wholly, ``.`` not at all, ``+`` by half or more and ``-`` by less.
"""

from PIL import Image

LETTERS = {
    "_": (0, 0, 0, 0),
    "W": (255, 255, 255, 255),
    "K": (0, 0, 0, 255),
    "R": (255, 0, 0, 255),
    "G": (0, 255, 0, 255),
    "B": (0, 0, 255, 255),
    "Y": (255, 255, 0, 255),
}
NAMES = {color: letter for letter, color in LETTERS.items()}


def rows(text: str) -> list[str]:
    """Return the rows of a drawing that was written with indents."""
    return [line.strip() for line in text.strip().splitlines()]


def picture(text: str) -> Image.Image:
    """Return the RGBA picture that a drawing shows."""
    lines = rows(text)
    image = Image.new("RGBA", (len(lines[0]), len(lines)))
    for y, line in enumerate(lines):
        for x, letter in enumerate(line):
            image.putpixel((x, y), LETTERS[letter])
    return image


def letters(image: Image.Image) -> list[str]:
    """Return the drawing of a picture."""
    pixels = image.convert("RGBA")
    return [
        "".join(_letter(pixels.getpixel((x, y))) for x in range(image.width))  # type: ignore[arg-type]
        for y in range(image.height)
    ]


def _letter(color: tuple[int, int, int, int]) -> str:
    return "_" if not color[3] else NAMES.get(color, "?")


def levels(mask: Image.Image) -> list[str]:
    """Return the drawing of a mask."""
    return ["".join(_level(mask.getpixel((x, y))) for x in range(mask.width)) for y in range(mask.height)]


def _level(level: object) -> str:
    assert isinstance(level, int)
    return {0: ".", 255: "#"}.get(level) or ("+" if level >= 128 else "-")
