"""Whoever saves a design's files at whatever moment: pixels are those of the version they are kept under."""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.design.archive import Archive
from imgurl.design.library import FILE_NAME, load_design
from imgurl.errors import BadDesign
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.picture import Picture
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyState
from imgurl.urls.target import parse_target
from tests.pipeline.making import pipeline_over
from tests.web.serving import signed

COLORS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))
PHOTO_AT, FILL_AT = (2, 2), (12, 2)

FILES = ("photo", "document")


def photo(color: tuple[int, int, int]) -> bytes:
    """Return a picture of one colour; all of them have the same size in bytes."""
    out = io.BytesIO()
    Image.new("RGB", (8, 4), color).save(out, "BMP")
    png = io.BytesIO()
    Image.open(out).save(png, "PNG", compress_level=0)
    return png.getvalue()


def text(color: tuple[int, int, int]) -> bytes:
    """Return a document that shows the picture on its left, and a colour on its right."""
    box = {"x": 0, "y": 0, "width": 10, "height": 4}
    layers: list[dict[str, Any]] = [
        {"type": "image", "asset": "photo.png", "box": box, "fit": "fill"},
        {"type": "shape", "shape": "rectangle", "box": {**box, "x": 10}, "fill": "#{:02x}{:02x}{:02x}".format(*color)},
    ]
    return json.dumps({"title": "Test", "size": {"width": 20, "height": 4}, "layers": layers}).encode()


def write(path: Path, body: bytes) -> None:
    """Write a file in place, by the system's own calls: those of Path are watched."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(handle, body)
    os.close(handle)


class Editor:
    """Somebody who saves files, at one of so many moments."""

    def __init__(self, folder: Path, chance: Random, pace: int) -> None:
        self._folder = folder
        self._chance = chance
        self._pace = pace

    def moment(self) -> None:
        """Save a file, or not."""
        if self._chance.randrange(self._pace):
            return
        color = self._chance.choice(COLORS)
        if self._chance.choice(FILES) == "photo":
            write(self._folder / "photo.png", photo(color))
        else:
            write(self._folder / FILE_NAME, text(color))

    @contextmanager
    def at_each_look(self) -> Iterator[None]:
        """Edit before and after each look at a file or folder."""
        with pytest.MonkeyPatch.context() as patch:
            for name in ("open", "stat", "iterdir"):
                whole = getattr(Path, name)

                def watched(path: Path, *given: Any, whole: Any = whole, **named: Any) -> Any:
                    self.moment()
                    found = whole(path, *given, **named)
                    self.moment()
                    return found

                patch.setattr(Path, name, watched)
            yield


@pytest.fixture(scope="module")
def versions(fonts: FontCatalogue) -> dict[str, tuple[object, object]]:
    """The two colours that each version shows, from folders that nobody edits."""
    found: dict[str, tuple[object, object]] = {}
    with tempfile.TemporaryDirectory() as place:
        for number, (left, right) in enumerate(product(COLORS, COLORS)):
            folder = Path(place) / str(number) / "test"
            folder.mkdir(parents=True)
            write(folder / "photo.png", photo(left))
            write(folder / FILE_NAME, text(right))
            found[load_design(folder, fonts).version] = left, right
    return found


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    pace=st.integers(1, 8),
    dprs=st.lists(st.sampled_from([1, 2]), min_size=1, max_size=4),
)
def test_pixels_belong_to_their_version(
    fonts: FontCatalogue,
    versions: dict[str, tuple[object, object]],
    seed: int,
    pace: int,
    dprs: list[int],
) -> None:
    """Edits before and after each look at a file, and between loading, resolving, compiling and rendering."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "designs" / "test"
        folder.mkdir(parents=True)
        write(folder / "photo.png", photo(COLORS[0]))
        write(folder / FILE_NAME, text(COLORS[0]))
        editor = Editor(folder, Random(seed), pace)
        with editor.at_each_look():
            pipeline = pipeline_over(folder.parent, fonts, archive=Archive(Path(place) / "versions"))
            pins = []
            for dpr in dprs:
                pins.append(pipeline.library.find("test").version[:16])
                for pin in (None, pins[0]):
                    picture = shown(pipeline, dpr, pin)
                    editor.moment()
                    assert colors(pipeline, picture) == versions[picture.design.version]
                    assert pin is None or picture.design.version.startswith(pin)
                editor.moment()
                pipeline.reload()


def shown(pipeline: PressPipeline, dpr: int, pin: str | None) -> Picture:
    """Resolve a link."""
    pairs = {"_dpr": str(dpr)} if dpr > 1 else {}
    path, _, query = signed("test", pairs | ({"_v": pin} if pin else {})).encode().partition(b"?")
    return pipeline.resolve(parse_target(path, query), KeyState.SIGN, 0.0)


def colors(pipeline: PressPipeline, picture: Picture) -> tuple[object, object]:
    """Draw a picture and return its two colours."""
    try:
        body = pipeline.render(picture).body
    except BadDesign as error:  # no file here is ever half written
        raise AssertionError(error) from error
    with Image.open(io.BytesIO(body)) as image:
        pixels = image.convert("RGB")
        left, right = (pixels.getpixel((x * picture.dpr, y * picture.dpr)) for x, y in (PHOTO_AT, FILL_AT))
        return left, right


# Saves all the time, until its standard input ends.
EDITING = """
import random, select, sys
from pathlib import Path
from tests.property.test_pixels_belong_to_their_version import Editor
from tests.pipeline.making import pipeline_over
editor = Editor(Path(sys.argv[1]), random.Random(1), 1)
print("saving", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    editor.moment()
"""

ROUNDS = 200


def test_pixels_belong_to_their_version_while_another_process_saves(
    fonts: FontCatalogue, versions: dict[str, tuple[object, object]], tmp_path: Path
) -> None:
    """Two hundred rounds of loading and drawing, with files that change all the time."""
    folder = tmp_path / "designs" / "test"
    folder.mkdir(parents=True)
    write(folder / "photo.png", photo(COLORS[0]))
    write(folder / FILE_NAME, text(COLORS[0]))
    pipeline = pipeline_over(folder.parent, fonts)
    command = [sys.executable, "-c", EDITING, str(folder)]
    seen = set()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as editing:
        assert editing.stdin
        assert editing.stdout
        assert editing.stdout.readline() == b"saving\n"
        for _ in range(ROUNDS):
            pipeline.reload()
            picture = shown(pipeline, 1, None)
            assert colors(pipeline, picture) == versions[picture.design.version]
            seen.add(picture.design.version)
        editing.stdin.close()
    assert len(seen) > 1
