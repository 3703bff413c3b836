"""The law of films: each second, composed by any decoder, is the picture painted as a whole for that second."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from imgurl.encoders.palette import MAX_ERROR
from imgurl.plate.compile import Plate
from imgurl.plate.drawing import Drawing
from imgurl.plate.film import Film, FilmCache, running_clocks
from imgurl.plate.watermark import with_test_mark
from imgurl.raster.canvas import over_white
from tests.design.documents import box, shape_layer
from tests.plate.conftest import PlateOf
from tests.plate.countdowns import LABELS, countdown, sale

CLOCK = "ends.left"
VALUES = {"ends": "Sunday, 18:00 CET", "ends.reading": "2026-12-06T18:00:00+01:00", "first_name": "Ava"}
WEEK = 7 * 86_400

#: A frame on the screen: its pixels, and the seconds that a browser shows it.
Shown = tuple[NDArray[np.uint8], float]


def film_of(plate: Plate, *clocks: str, **values: str) -> Film:
    """Return the film of a plate for some values."""
    return Film(plate, VALUES | values, clocks or (CLOCK,))


def composed(data: bytes) -> list[Shown]:
    """Read a GIF by hand: rectangles laid over each other, and delays as browsers count them (below 2 is 10)."""
    with Image.open(BytesIO(data)) as first:
        screen = np.zeros((first.height, first.width, 3), np.uint8)
        colors = np.frombuffer(data[13 : 13 + 768], np.uint8).reshape(256, 3)
    shown: list[Shown] = []
    position, delay = 13 + 768, 0
    while data[position] != 0x3B:
        if data[position] == 0x21:
            if data[position + 1] == 0xF9:
                delay = int.from_bytes(data[position + 4 : position + 6], "little")
            position += 2
        else:
            left, top, width, height = np.frombuffer(data[position + 1 : position + 9], "<u2").astype(int)
            end = position + 11
            while data[end]:
                end += data[end] + 1
            # One rectangle as a file of its own: only its LZW is left to Pillow.
            alone = b"GIF89a" + np.array([width, height], "<u2").tobytes() + b"\xf7\0\0" + data[13 : 13 + 768]
            alone += b"," + bytes(4) + data[position + 5 : end + 1] + b";"
            with Image.open(BytesIO(alone)) as file:
                screen[top : top + height, left : left + width] = colors[np.asarray(file)]
            shown.append((screen.copy(), (delay if delay >= 2 else 10) / 100))
            position += 10 + 1
        while data[position]:
            position += data[position] + 1
        position += 1
    return shown


def by_pillow(data: bytes) -> list[Shown]:
    """Return the frames of a GIF as Pillow shows them."""
    with Image.open(BytesIO(data)) as file:
        frames = []
        for number in range(getattr(file, "n_frames", 1)):
            file.seek(number)
            frames.append((np.asarray(file.convert("RGB")), file.info.get("duration", 0) / 1000))
    return frames


def painted(film: Film, lefts: dict[str, int]) -> NDArray[np.uint8]:
    """Return the picture of a second, painted as a whole."""
    texts = {**film.texts, **{clock: str(max(0, left)) for clock, left in lefts.items()}}
    return np.asarray(over_white(Drawing(film.plate, texts).whole()[0]))


def wholly(film: Film, lefts: dict[str, int], passed: int) -> NDArray[np.uint8]:
    """Return the picture of a later second in the colours of the film, painted as a whole."""
    later = {clock: max(0, left - passed) for clock, left in lefts.items()}
    return film.palette[film.indexes_of(later)]


@pytest.fixture(scope="module")
def plate(plate_of: PlateOf) -> Plate:
    """The plate of a sale with labels."""
    return plate_of(sale())


@example(left=7)
@example(left=86_410)
@example(left=100 * 86_400 + 30)
@given(left=st.integers(1, 200 * 86_400) | st.integers(1, 130))
@settings(max_examples=3, deadline=None)
def test_each_second_is_the_picture_painted_as_a_whole(plate: Plate, left: int) -> None:
    """Across minutes, hours, days, from three digits of days to two, and to the end; by two ways of composing."""
    film = film_of(plate)
    data = film.play({CLOCK: left})
    ours, theirs = composed(data), by_pillow(data)
    assert len(ours) == len(theirs) == min(60, left + 1)
    for passed, ((one, _), (other, _)) in enumerate(zip(ours, theirs, strict=True)):
        assert np.array_equal(one, other)
        assert np.array_equal(one, wholly(film, {CLOCK: left}, passed))
        off = np.abs(one.astype(int) - painted(film, {CLOCK: left - passed}))
        assert off.max() <= MAX_ERROR


def test_it_plays_a_second_a_second_and_then_stays(plate: Plate) -> None:
    """As browsers count: 59 frames of a second, and the last one for as long as can be written; repeated for ever."""
    data = film_of(plate).play({CLOCK: WEEK})
    assert [seconds for _, seconds in composed(data)] == [1.0] * 59 + [655.35]
    assert data.count(b"NETSCAPE2.0\x03\x01\x00\x00\x00") == 1


def test_the_end_is_the_last_frame(plate: Plate) -> None:
    """Three seconds before the end there are three pictures with digits, then the sentence."""
    film = film_of(plate)
    frames = composed(film.play({CLOCK: 3}))
    assert [seconds for _, seconds in frames] == [1.0, 1.0, 1.0, 655.35]
    assert np.array_equal(frames[-1][0], wholly(film, {CLOCK: 0}, 0))


VARIATIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "without cells": (countdown(cell=None, separator=":"),),
    "see-through cells": (countdown(cell={"fill": "rgb(255 0 0 / 40%)", "radius": 20}, opacity=0.7),),
    "turned": (countdown(rotation=20),),
    "in a group": ({"type": "group", "box": box(0, 0, 600, 120), "layers": [countdown(labels=LABELS)]},),
    "stacked": (
        {"type": "group", "box": box(0, 0, 600, 120), "stack": {"gap": 4}, "clip": {"shape": "ellipse"},
         "layers": [shape_layer(box=box(0, 0, 50, 10)), countdown(box=box(0, 0, 324, 94))]},
    ),
    "under a shape": (countdown(), shape_layer(shape="ellipse", box=box(400, 20, 150, 60), fill="rgb(0 0 0 / 30%)")),
    "two that overlap": (countdown(), countdown(box=box(300, 10, 290, 90), cell=None)),
    "two ends": (
        countdown(box=box(10, 10, 280, 90)),
        countdown(box=box(310, 10, 280, 90), to="2026-12-31T18:00Z"),
    ),
    "multiplied": (countdown(blend="multiply"),),
    "beyond the edge": (countdown(box=box(330, 60, 300, 90)),),
    "minutes and seconds": (countdown(units=["minutes", "seconds"]),),
}  # fmt: skip


@pytest.mark.parametrize("layers", VARIATIONS.values(), ids=VARIATIONS)
def test_the_law_holds_wherever_a_countdown_is(plate_of: PlateOf, layers: tuple[dict[str, Any], ...]) -> None:
    """Whatever is below it, above it, around it or done to it."""
    background = "rgb(0 0 0 / 0%)" if len(layers) > 1 else "#0f172a"
    plate = plate_of(sale(*layers, background=background))
    names = sorted({layer.clock for layer in plate.design.document.countdowns})
    lefts = dict(zip(names, (3_601, 25), strict=False))
    film = film_of(plate, *names)
    frames = by_pillow(film.play(lefts))
    assert len(frames) == 60
    for passed in (0, 1, 2, 24, 25, 26, 59):
        assert np.array_equal(frames[passed][0], wholly(film, lefts, passed)), passed
    assert frames[59][0].tobytes() == by_pillow(film.play(lefts))[59][0].tobytes()


def test_a_photograph_is_dithered_once(plate_of: PlateOf) -> None:
    """Of a picture with more colours than a GIF has, what does not count stays pixel by pixel."""
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (120, 600, 3), np.uint8))
    plate = plate_of(sale(countdown(), background={"asset": "a.png"}), {"a.png": noise})
    film = film_of(plate)
    frames = by_pillow(film.play({CLOCK: 65}))
    for passed in (0, 4, 5, 6, 59):
        assert np.array_equal(frames[passed][0], wholly(film, {CLOCK: 65}, passed))
    assert np.array_equal(frames[0][0][:, :256], frames[59][0][:, :256])


def test_units_without_seconds_change_when_they_do(plate_of: PlateOf) -> None:
    """Days, hours and minutes: two pictures, each shown as long as it holds."""
    plate = plate_of(sale(countdown(units=["days", "hours", "minutes"])))
    frames = composed(film_of(plate).play({CLOCK: 86_400 + 20}))
    assert [seconds for _, seconds in frames] == [21.0, 655.35]


def test_the_mark_of_test_keys_is_on_every_second(plate: Plate) -> None:
    """Nobody takes it for the design's, and digits change below it."""
    film = film_of(with_test_mark(plate))
    frames = by_pillow(film.play({CLOCK: 65}))
    for passed in (0, 5, 6, 59):
        assert np.array_equal(frames[passed][0], wholly(film, {CLOCK: 65}, passed))
    assert not np.array_equal(frames[0][0], by_pillow(film_of(plate).play({CLOCK: 65}))[0][0])


def test_played_again_it_is_the_same_file(plate: Plate) -> None:
    """What a film keeps changes no byte: a minute later, and from another film."""
    cache = FilmCache()
    texts = VALUES | {CLOCK: "5000"}
    files = [cache.play(plate, texts | {CLOCK: str(left)}, {CLOCK: left}) for left in (5_000, 4_970, 5_000, 4_970)]
    assert files[:2] == files[2:] == [film_of(plate).play({CLOCK: left}) for left in (5_000, 4_970)]


def test_a_minute_is_light(plate: Plate) -> None:
    """Under 60 kB at 600 × 120, with cells, labels and a greeting."""
    assert len(film_of(plate).play({CLOCK: WEEK + 1_000})) < 60_000


@pytest.mark.parametrize("state", ["", "0", None])
def test_a_clock_that_does_not_run_makes_no_film(plate: Plate, state: str | None) -> None:
    """Before the end is known, and after it, there is one still picture."""
    assert running_clocks(plate, VALUES | ({} if state is None else {CLOCK: state})) == {}


def run(*command: str | Path) -> str:
    """Run a program and return what it prints."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.skipif(
    not all(map(shutil.which, ("/usr/bin/identify", "gifsicle", "ffmpeg"))),
    reason="needs ImageMagick, gifsicle and ffmpeg",
)
def test_other_decoders_read_it(plate: Plate, tmp_path: Path) -> None:
    """ImageMagick, gifsicle and ffmpeg see 60 frames, the same pixels, and the same duration to 10 ms."""
    film = film_of(plate)
    path = tmp_path / "sale.gif"
    path.write_bytes(film.play({CLOCK: WEEK + 30}))
    assert run("/usr/bin/identify", "-format", "%T ", path).split() == ["100"] * 59 + ["65535"]
    assert run("gifsicle", "--info", path).splitlines()[0].endswith("60 images")
    seconds = run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path)
    assert float(seconds) == pytest.approx(59 + 655.35, abs=0.010)
    run("/usr/bin/convert", path, "-coalesce", "-depth", "8", tmp_path / "magick-%02d.ppm")
    run("ffmpeg", "-v", "error", "-i", path, "-vsync", "0", tmp_path / "ffmpeg-%02d.ppm")
    for passed in (0, 1, 30, 31, 59):
        seen = wholly(film, {CLOCK: WEEK + 30}, passed)
        for name in (f"magick-{passed:02d}.ppm", f"ffmpeg-{passed + 1:02d}.ppm"):
            with Image.open(tmp_path / name) as file:
                assert np.array_equal(np.asarray(file.convert("RGB")), seen), name
