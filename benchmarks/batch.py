"""Batches: rows a second with and without drawing, processor time a row, and memory over time.

Each run is ``imgurl batch`` as anybody calls it, on all cores, over a list of people who all have other names. Memory
is the sum over its processes of what each holds (pages they share are counted for each). Its growth is the median of
the ninth tenth of the run over that of the fifth, when all processes have what they need: 1.0 is flat.

``--against PATH`` compares instead: batches that are rendered in advance, here and in another checkout with its own
``.venv``, in turn, for two designs. Medians of rows a second and of rows per processor second, and their ratios.
"""

import argparse
import csv
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from benchmarks.serving import ROOT, SYLLABLES, machine, new_key
from imgurl.config import shipped
from imgurl.urls.signing import encode_secret

DESIGN = "sales-banner-01"
FORMAT = "jpg"
COLUMNS = ("id", "email", "first_name", "company_name", "rep_name", "city", "offer_name")

# Two checkouts are compared with these.
COMPARED = (("newsletter-hero-april", "jpg"), ("sales-banner-01", "jpg"), ("sales-banner-01", "png"))
COMPARED_ROWS = 2_000

OFFER = "24 % off everything green"

SAMPLE_SECONDS = 0.1

# Images of a run find room: nothing is swept away while it is measured.
CACHE_MB = 50_000

COLORS = ("#2980b9", "#c0392b")
WIDTH, HEIGHT, LEFT, TOP = 1000, 420, 90, 60


@dataclass(frozen=True, slots=True)
class Measured:
    """A run: ``memory`` holds pairs of seconds and bytes."""

    name: str
    rows: int
    seconds: float
    cpu_seconds: float
    memory: tuple[tuple[float, int], ...]

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds a row, on all cores together."""
        return 1e3 * self.cpu_seconds / self.rows

    @property
    def peak(self) -> int:
        """Most bytes held."""
        return max(size for _, size in self.memory)

    @property
    def growth(self) -> float:
        """Memory at the end by memory when the run had begun."""
        return self._median(0.8, 0.9) / self._median(0.4, 0.5)

    def _median(self, start: float, end: float) -> float:
        among = [size for at, size in self.memory if start <= at / self.seconds <= end]
        return statistics.median(among or [size for _, size in self.memory])

    @property
    def figures(self) -> dict[str, Any]:
        """The run for JSON."""
        return {
            "rows": self.rows, "seconds": self.seconds, "rows_per_second": self.rate, "cpu_ms_per_row": self.cpu_ms,
            "peak_mb": self.peak / 1e6, "growth": self.growth, "memory": [list(sample) for sample in self.memory],
        }  # fmt: skip


def write_list(path: Path, rows: int) -> None:
    """Write people of whom hardly two are called alike."""
    chance = random.Random(4)

    def name(syllables: int) -> str:
        return "".join(chance.choices(SYLLABLES, k=syllables)).title()

    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(rows):
            writer.writerow((number, f"p{number}@example.com", name(3), f"{name(3)} Ltd", name(2), name(4), OFFER))


def measure(
    name: str, rows: int, folder: Path, *more: str, checkout: Path | None = None, design: str = DESIGN,
    ext: str = FORMAT,
) -> Measured:  # fmt: skip
    """Run a batch, of this checkout or another one, and watch it."""
    python = checkout / ".venv/bin/python" if checkout else sys.executable
    # Earlier checkouts know the setting by its old name.
    keys = dict.fromkeys(("IMGURL_SIGNING_KEYS", "IMGURL_KEYS"), f"k1:sign:{encode_secret(new_key().secret)}")
    settings = {**keys, "IMGURL_DATA": str(folder / "data"), "IMGURL_DISK_CACHE_MB": str(CACHE_MB)}
    out = folder / f"{name.replace(' ', '-')}.csv"
    command = [str(python), "-m", "imgurl", "batch", "list.csv", "--design", design, "--format", ext,
               "--base-url", "https://img.example.com", "--out", str(out), *more]  # fmt: skip
    before = getrusage(RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env=os.environ | settings, stderr=subprocess.PIPE)
    memory: list[tuple[float, int]] = []
    watch = threading.Thread(target=_watch, args=(process, started, memory))
    watch.start()
    _, errors = process.communicate()
    seconds = time.monotonic() - started
    watch.join()
    after = getrusage(RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(errors.decode())
    check(out, rows)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(name, rows, seconds, cpu, tuple(memory))


def check(out: Path, rows: int) -> None:
    """Fail unless the result has all rows in the order of the list, each with a URL."""
    with out.open(newline="") as file:
        count = 0
        for count, row in enumerate(csv.DictReader(file), start=1):
            assert row["id"] == str(count - 1), "the result is out of order"
            assert row["image_url"], f"row {count} has no URL: {row['error']}"
    assert count == rows, f"the result has {count:,} of {rows:,} rows"


def _watch(process: subprocess.Popen[bytes], started: float, memory: list[tuple[float, int]]) -> None:
    while process.poll() is None:
        size = sum(map(_resident, [process.pid, *_descendants(process.pid)]))
        if size:
            memory.append((time.monotonic() - started, size))
        time.sleep(SAMPLE_SECONDS)


def _descendants(pid: int) -> list[int]:
    """Return the processes below one, whichever of its threads has started them."""
    try:
        files = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
        children = [int(child) for file in files for child in file.read_text().split()]
    except OSError:
        return []
    return children + [below for child in children for below in _descendants(child)]


def _resident(pid: int) -> int:
    """Return the bytes of a process that are in memory, 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def compare(checkouts: Sequence[Path], rows: int, rounds: int) -> dict[str, Any]:
    """Let checkouts take turns with new lists and empty caches; print a line for each case, return the figures."""
    print(f"{'':>30}{'rows/s':>10}{'other':>10}{'ratio':>8}{'rows/cpu s':>12}{'other':>10}{'ratio':>8}")
    found = {}
    for design, ext in COMPARED:
        sides: list[list[Measured]] = [[] for _ in checkouts]
        for side, checkout in list(zip(sides, checkouts, strict=True)) * rounds:
            folder = Path(tempfile.mkdtemp(prefix="imgurl-batch-"))
            try:
                write_list(folder / "list.csv", rows)
                side.append(measure("warm", rows, folder, "--warm", checkout=checkout, design=design, ext=ext))
            finally:
                shutil.rmtree(folder)
        rate, cpu = ([statistics.median(map(figure, side)) for side in sides] for figure in (_rate, _per_cpu_second))
        case = f"{design} {ext}"
        found[case] = {"rows_per_second": rate, "rows_per_cpu_second": cpu}
        print(f"{case:>30}{rate[0]:10,.0f}{rate[1]:10,.0f}{rate[0] / rate[1]:8.2f}"
              f"{cpu[0]:12,.0f}{cpu[1]:10,.0f}{cpu[0] / cpu[1]:8.2f}", flush=True)  # fmt: skip
    return found


def _rate(run: Measured) -> float:
    return run.rate


def _per_cpu_second(run: Measured) -> float:
    return 1e3 / run.cpu_ms


def draw_plot(runs: Sequence[Measured], path: Path) -> None:
    """Draw memory over time, each run over its whole width."""
    image = Image.new("RGB", (WIDTH + LEFT + 40, HEIGHT + TOP + 110), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(shipped("fonts") / "inter" / "Inter.ttf"), 17)
    step = 100
    top = step * ceil(max(run.peak for run in runs) / 1e6 / step)
    pen.text((LEFT, 18), f"Memory of all processes over {runs[0].rows:,} rows", fill="black", font=font)
    for value in range(0, top + 1, step):
        y = TOP + HEIGHT * (1 - value / top)
        pen.line((LEFT, y, LEFT + WIDTH, y), fill="#dddddd")
        pen.text((LEFT - 10, y), f"{value} MB", fill="black", font=font, anchor="rm")
    for index, run in enumerate(runs):
        line = [(LEFT + WIDTH * at / run.seconds, TOP + HEIGHT * (1 - size / 1e6 / top)) for at, size in run.memory]
        pen.line(line, fill=COLORS[index % len(COLORS)], width=3)
        y = TOP + HEIGHT + 34 + 30 * index
        pen.line((LEFT, y, LEFT + 36, y), fill=COLORS[index % len(COLORS)], width=5)
        label = (
            f"{run.name}: {run.seconds:,.1f} s from left to right, {run.rate:,.0f} rows/s, peak {run.peak / 1e6:.0f} MB"
        )
        pen.text((LEFT + 48, y), label, fill="black", font=font, anchor="lm")
    image.save(path)


def main(arguments: list[str]) -> None:
    """Measure both ways, print a table, draw a plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks batch", description=__doc__)
    parser.add_argument("--rows", type=int, metavar="N", help="rows of the list [100,000; 2,000 to compare]")
    parser.add_argument("--against", type=Path, metavar="PATH", help="another checkout with its own .venv")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of a comparison [5]")
    parser.add_argument("--mint-only", action="store_true", help="leave out the run that draws")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw memory over time")
    options = parser.parse_args(arguments)
    if options.against:
        rows = options.rows or COMPARED_ROWS
        print(f"{machine()}\n{rows:,} rows, {options.rounds} rounds")
        found = compare((ROOT, options.against.absolute()), rows, options.rounds)
        if options.json:
            options.json.write_text(json.dumps({"machine": machine(), "rows": rows, "compared": found}, indent=1))
        return
    options.rows = options.rows or 100_000
    print(f"{machine()}\n{options.rows:,} rows, {DESIGN}, {FORMAT}")
    print(f"{'':>12}{'seconds':>10}{'rows/s':>10}{'cpu ms/row':>12}{'peak MB':>10}{'growth':>8}")
    runs = []
    folder = Path(tempfile.mkdtemp(prefix="imgurl-batch-"))
    try:
        write_list(folder / "list.csv", options.rows)
        for name, more in (("mint only", ()), ("warm", ("--warm",)))[: 1 if options.mint_only else 2]:
            run = measure(name, options.rows, folder, *more)
            runs.append(run)
            figures = f"{run.seconds:10.1f}{run.rate:10,.0f}{run.cpu_ms:12.3f}{run.peak / 1e6:10.0f}{run.growth:8.2f}"
            print(f"{name:>12}{figures}", flush=True)
    finally:
        shutil.rmtree(folder)
    print("Every result is complete and in the order of the list.")
    if options.json:
        report = {"machine": machine(), "runs": {run.name: run.figures for run in runs}}
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False))
    if options.plot:
        draw_plot(runs, options.plot)
