"""Cost against its causes: slots, areas, length of a value, entries on disk, workers. Nothing may outgrow its cause.

Each cost of an image is the median of processor time (other work on the machine does not count) over distinct values,
letters at hand, in one process on one core; the points of a series are measured in turns. Each series begins with the
smallest cause; *growth* is how many times the cost grew, divided by how many times the cause grew: 1 or less is right.
*worst step* is the same for the worst pair of neighbouring points.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import string
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import log10
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from benchmarks.serving import Load, cores, load, machine, mint_targets, missing_tools, new_key, serving_imgurl
from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey
from imgurl.config import shipped
from imgurl.design.shelf import open_shelf
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.press import Press
from imgurl.text.fonts import FontCatalogue, load_catalogue

ROUNDS = 40
WARM_UP = 8
FORMATS = ("png", "jpg")
PHOTO = shipped("designs") / "newsletter-hero-april" / "spring.jpg"

# Medians of a shared machine differ by this much from run to run.
NOISE = 1.15

# Random keys asked of a disk cache, and the bytes of an entry.
READS = 3_000
ENTRY = 1_000

COLORS = ("#c0392b", "#e67e22", "#b7950b", "#27ae60", "#16a085", "#2980b9", "#1f3a93", "#8e44ad", "#d81b60", "#5d4037",
          "#607d8b", "#000000")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """A cause and what it costs; ``label`` is the cause as it is read."""

    label: str
    cause: float
    cost: float


@dataclass(frozen=True, slots=True)
class Series:
    """Points with growing cause."""

    name: str
    unit: str
    points: tuple[Point, ...]

    @property
    def growth(self) -> float:
        """Growth of the cost by growth of the cause, from the first point to the last."""
        return _growth(self.points[0], self.points[-1])

    @property
    def worst_step(self) -> float:
        """The same for the worst pair of neighbours."""
        return max(map(_growth, self.points, self.points[1:]))

    @property
    def outgrows(self) -> bool:
        """Whether the cost grows faster than its cause, beyond noise."""
        return max(self.growth, self.worst_step) > NOISE

    @property
    def figures(self) -> dict[str, Any]:
        """The series for JSON."""
        points = [{"label": point.label, "cause": point.cause, "cost": point.cost} for point in self.points]
        return {"unit": self.unit, "growth": self.growth, "worst_step": self.worst_step, "points": points}


def _growth(before: Point, after: Point) -> float:
    return (after.cost / before.cost) / (after.cause / before.cause)


@dataclass(frozen=True, slots=True)
class Case:
    """A design and the values it is drawn with: ``length`` characters in each of its fields."""

    label: str
    cause: float
    document: Mapping[str, Any]
    length: int = 12


def text_layer(field: str, box: tuple[int, int, int, int], size: int, lines: int = 1) -> dict[str, Any]:
    """Return a layer that shows a field."""
    return {
        "type": "text",
        "text": f"<<{field}>>",
        "box": dict(zip(("x", "y", "width", "height"), box, strict=True)),
        "font": {"family": "Inter", "size": size, "min_size": 8},
        "color": "#ffffff",
        "valign": "middle",
        "max_lines": lines,
    }


def document(size: tuple[int, int], layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a design over the photo of the hero, with a field for each layer."""
    fields = [
        {"name": f"f{index}", "type": "text", "sample": "Ava", "fallback": "", "max_length": 200}
        for index in range(len(layers))
    ]
    return {
        "title": "Scale",
        "size": {"width": size[0], "height": size[1]},
        "background": {"asset": PHOTO.name},
        "fields": fields,
        "layers": list(layers),
    }


def one_slot(box: tuple[int, int, int, int], size: int, canvas: tuple[int, int] = (1200, 630)) -> dict[str, Any]:
    """Return a design with one text."""
    return document(canvas, [text_layer("f0", box, size)])


def slots() -> list[Case]:
    """More texts, one below the other, on one canvas."""
    return [
        Case(str(count), count, document(
            (1200, 630), [text_layer(f"f{row}", (60, 10 + 38 * row, 600, 34), 24) for row in range(count)]
        ))
        for count in (1, 2, 4, 8, 16)
    ]  # fmt: skip


def slot_area() -> list[Case]:
    """A higher box round the same text."""
    heights = (40, 80, 160, 320, 600)
    return [Case(f"{high} px", high, one_slot((60, 15, 600, high), 30)) for high in heights]


def letter_area() -> list[Case]:
    """Larger letters in a box that grows with them."""
    return [
        Case(f"{size} px", size**2, one_slot((10, 15, 14 * size, size * 3 // 2), size), 12) for size in (20, 40, 80)
    ]


def canvas_area() -> list[Case]:
    """A larger canvas with the same slot."""
    sizes = ((300, 150), (600, 315), (1200, 630), (2400, 1260))
    return [
        Case(f"{width}×{height}", width * height, one_slot((20, 20, 260, 60), 24, (width, height)))
        for width, height in sizes
    ]


def value_length() -> list[Case]:
    """A longer value in one box with room for it."""
    many = document((1200, 630), [text_layer("f0", (60, 60, 1080, 160), 24, 5)])
    return [Case(str(length), length, many, length) for length in (1, 5, 20, 50, 100, 200)]


def values_for(case: Case, chance: random.Random) -> dict[str, str]:
    """Return random words for every field."""
    letters = string.ascii_letters
    return {
        field["name"]: "".join(
            " " if index % 8 == 7 and index + 1 < case.length else chance.choice(letters)
            for index in range(case.length)
        )
        for field in case.document["fields"]
    }


def measure_images(name: str, cases: Sequence[Case], fonts: FontCatalogue) -> Iterator[Series]:
    """Measure the cost of an image in each format for the cases, which take turns."""
    with tempfile.TemporaryDirectory(prefix="imgurl-scale-") as temporary:
        folder = Path(temporary)
        for index, case in enumerate(cases):
            (folder / f"case-{index}").mkdir()
            (folder / f"case-{index}" / "design.json").write_text(json.dumps(case.document))
            shutil.copyfile(PHOTO, folder / f"case-{index}" / PHOTO.name)
        pipeline = PressPipeline(open_shelf(folder, fonts), Press(fonts))
        for broken in pipeline.library.broken.values():
            raise broken
        for ext in FORMATS:
            costs = _costs(pipeline, cases, ext)
            points = (Point(case.label, case.cause, cost) for case, cost in zip(cases, costs, strict=True))
            yield Series(f"{name}, {ext}", "ms", tuple(points))


def _costs(pipeline: PressPipeline, cases: Sequence[Case], ext: str) -> list[float]:
    chance = random.Random(4)
    times: list[list[float]] = [[] for _ in cases]
    for turn in range(WARM_UP + ROUNDS):
        for index, case in enumerate(cases):
            design = pipeline.library.find(f"case-{index}")
            texts = values_for(case, chance)
            started = process_time()
            pipeline.render(pipeline.picture_of(design, texts, ext))
            if turn >= WARM_UP:
                times[index].append((process_time() - started) * 1e3)
    return [statistics.median(each) for each in times]


def measure_disk(*, large: bool) -> Series:
    """Measure reading random entries of ever more."""
    counts = (1_000, 10_000, 100_000, 1_000_000) if large else (1_000, 10_000, 100_000)
    body = random.Random(4).randbytes(ENTRY)
    points: list[Point] = []
    with tempfile.TemporaryDirectory(prefix="imgurl-scale-") as folder:
        cache = DiskCache(Path(folder), 10**12)
        held = 0
        for count in counts:
            for number in range(held, count):
                cache.put(_key(number), body)
            held = count
            points.append(Point(f"{count:,}", count, _reading_us(cache, count)))
    return Series("entries on disk", "µs", tuple(points))


def _key(number: int) -> RenderKey:
    return RenderKey(sha256(b"%d" % number).hexdigest(), "jpg")


def _reading_us(cache: DiskCache, count: int) -> float:
    chance = random.Random(4)
    times = []
    for _ in range(READS):
        key = _key(chance.randrange(count))
        started = perf_counter()
        assert cache.get(key) is not None
        times.append((perf_counter() - started) * 1e6)
    return statistics.median(times)


def measure_workers(seconds: float) -> tuple[Series, str]:
    """Measure uncached images over HTTP with one and two workers; return the processor time of each, and a sentence.

    Nobody is pinned: the workers and wrk share the cores.
    """
    seen: dict[int, Load] = {}
    key = new_key()
    targets = mint_targets(key, "jpg")
    for workers in (1, 2):
        with tempfile.TemporaryDirectory(prefix="imgurl-scale-") as temporary:
            folder = Path(temporary)
            with serving_imgurl(folder, key, core=None, workers=workers) as server:
                seen[workers] = load(server, targets, seconds, folder, core=None)
    # The work for one image is the same whoever does it: the cause does not grow.
    points = (
        Point(f"{workers}: {it.rate:,.0f}/s", 1, 1e3 * it.cpu_seconds / it.requests) for workers, it in seen.items()
    )
    one, two = seen[1], seen[2]
    sentence = (
        f"two workers draw {two.rate / one.rate:.2f} times the images of one, on {two.cpu_seconds / two.seconds:.2f} "
        f"processors instead of {one.cpu_seconds / one.seconds:.2f}"
    )
    return Series("workers, jpg over HTTP", "processor ms", tuple(points)), sentence


def print_series(series: Series) -> None:
    """Print the rows of a series."""
    print(f"\n{series.name}  ({series.unit})")
    for point in series.points:
        print(f"  {point.label:>16}{point.cost:12.3f}")
    verdict = "  grows faster than its cause" if series.outgrows else ""
    print(f"  growth {series.growth:.3f}, worst step {series.worst_step:.2f}{verdict}", flush=True)


def closing(found: Sequence[Series]) -> str:
    """Say which series grow faster than their cause."""
    faster = [series.name for series in found if series.outgrows]
    return f"Faster than its cause grows: {'; '.join(faster)}." if faster else "Nothing grows faster than its cause."


class Plot:
    """Cost over cause, both as multiples of the first point, on logarithmic axes."""

    def __init__(self, decades: int) -> None:
        self.decades = decades
        self.left, self.top, self.step = 90, 60, 720 // decades
        self.image = Image.new("RGB", (1240, 920), "white")
        self.pen = ImageDraw.Draw(self.image)
        self.font = ImageFont.truetype(str(shipped("fonts") / "inter" / "Inter.ttf"), 17)
        self._axes()

    def at(self, cause: float, cost: float) -> tuple[float, float]:
        """Return the pixel of a point; the vertical axis begins at a half."""
        return self.left + log10(cause) * self.step, self._bottom - log10(cost / 0.5) * self.step

    @property
    def _bottom(self) -> float:
        return self.top + (self.decades + 0.301) * self.step

    def _axes(self) -> None:
        width = self.decades * self.step
        for decade in range(self.decades + 1):
            x, y = self.at(10**decade, 10**decade)
            self.pen.line((x, self.top, x, self._bottom), fill="#dddddd")
            self.pen.line((self.left, y, self.left + width, y), fill="#dddddd")
            self.pen.text((x, self._bottom + 8), f"×{10**decade:,}", fill="black", font=self.font, anchor="ma")
            self.pen.text((self.left - 8, y), f"×{10**decade:,}", fill="black", font=self.font, anchor="rm")
        self.pen.line((*self.at(1, 1), *self.at(10**self.decades, 10**self.decades)), fill="#999999", width=2)
        self.pen.text(
            (self.left, 22), "Cost over cause; the grey line grows as its cause", fill="black", font=self.font
        )  # fmt: skip

    def draw(self, index: int, series: Series) -> None:
        """Draw a series and its line in the legend."""
        first = series.points[0]
        color = COLORS[index % len(COLORS)]
        marks = [self.at(point.cause / first.cause, max(0.5, point.cost / first.cost)) for point in series.points]
        self.pen.line(marks, fill=color, width=3)
        for x, y in marks:
            self.pen.ellipse((x - 5, y - 5, x + 5, y + 5), fill=color)
        x, y = self.left + self.decades * self.step + 40, self.top + 10 + 30 * index
        self.pen.line((x, y, x + 36, y), fill=color, width=5)
        self.pen.text((x + 48, y), f"{series.name}: {series.growth:.2f}", fill="black", font=self.font, anchor="lm")


def draw_plot(found: Sequence[Series], path: Path) -> None:
    """Draw all series with a growing cause."""
    drawn = [series for series in found if series.points[-1].cause > series.points[0].cause]
    widest = max(series.points[-1].cause / series.points[0].cause for series in drawn)
    plot = Plot(max(1, -int(-log10(widest) // 1)))
    for index, series in enumerate(drawn):
        plot.draw(index, series)
    plot.image.save(path)


def measure_all(*, large: bool, seconds: float) -> list[Series]:
    """Measure and print every series."""
    fonts = load_catalogue(shipped("fonts"))
    causes = {
        "slots": slots(),
        "slot height": slot_area(),
        "letter area": letter_area(),
        "canvas area": canvas_area(),
        "value length": value_length(),
    }
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[0]})
    found = []
    for name, cases in causes.items():
        for series in measure_images(name, cases, fonts):
            print_series(series)
            found.append(series)
    found.append(measure_disk(large=large))
    print_series(found[-1])
    os.sched_setaffinity(0, usable)
    if missing := missing_tools():
        print(f"\nworkers are left out: not installed: {', '.join(missing)} (apt-get install wrk util-linux)")
        return found
    series, sentence = measure_workers(seconds)
    print_series(series)
    print(f"  {sentence}")
    return [*found, series]


def main(arguments: list[str]) -> None:
    """Measure, print a table, draw a plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the series")
    parser.add_argument("--large", action="store_true", help="also a million entries on disk (about 5 GB)")
    parser.add_argument("--seconds", type=float, default=8, metavar="N", help="length of each run over HTTP [8]")
    options = parser.parse_args(arguments)
    print(machine())
    found = measure_all(large=options.large, seconds=options.seconds)
    print(f"\n{closing(found)}")
    if options.json:
        figures = {"machine": machine(), "series": {series.name: series.figures for series in found}}
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    if options.plot:
        draw_plot(found, options.plot)
