"""Preflight: rows a second over a long list, and memory over its length.

``imgurl preflight`` as anybody calls it, on a design of three fields, over lists whose names and towns come as often as
they do in real ones: few very often, most of them seldom (Zipf). ``--new`` gives every row a name that no other has.
Memory is the most that one process held, which the length of the list should not change.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from benchmarks.serving import SYLLABLES, machine

DESIGN = "newsletter-hero-april"
OFFERS = ("24 % off everything green", "New arrivals, every week", "Free shipping", "Two for one on Sundays")
AWKWARD = ("Test", "asdf", "Deceased", "N/A", "MÃ¼ller", "Tom &amp; Jerry", "*|FNAME|*", "info@example.com", "-")
NAMES, TOWNS = 60_000, 20_000

MEASURE = """
import resource, sys
from imgurl.cli import cli
try:
    cli(["preflight", *sys.argv[1:]], prog_name="imgurl")
except SystemExit as end:
    assert not end.code
use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(max(one.ru_maxrss for one in use), sum(one.ru_utime + one.ru_stime for one in use), file=sys.stderr)
"""


def write_list(path: Path, rows: int, *, is_new: bool) -> None:
    """Write a list."""
    chance = random.Random(7)

    def word() -> str:
        return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4))).title()

    names, towns = [word() for _ in range(NAMES)], [word() for _ in range(TOWNS)]
    of_names = [*accumulate(1 / rank for rank in range(1, NAMES + 1))]
    of_towns = [*accumulate(1 / rank for rank in range(1, TOWNS + 1))]
    with path.open("w", encoding="utf-8") as file:
        file.write("email,First Name,City,offer_name\n")
        for number in range(rows):
            name = word() + word().lower() if is_new else chance.choices(names, cum_weights=of_names)[0]
            if chance.random() < 0.001:
                name = chance.choice(AWKWARD)
            town = "" if chance.random() < 0.04 else chance.choices(towns, cum_weights=of_towns)[0]
            file.write(f'u{number}@example.com,{name},{town},"{chance.choice(OFFERS)}"\n')


def measure(path: Path, workers: int) -> dict[str, float]:
    """Judge a list; return rows a second, megabytes of the largest process, and processor seconds of all."""
    command = [sys.executable, "-c", MEASURE, DESIGN, str(path), "--workers", str(workers), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    peak, cpu = done.stderr.split()[-2:]
    return {
        "rows": told["rows"], "rows/s": told["rows_per_second"], "peak MB": round(int(peak) / 1e3),
        "processor µs a row": round(float(cpu) / told["rows"] * 1e6, 1),
    }  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks preflight", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--new", action="store_true", help="every row has a name that no other has")
    options = parser.parse_args(arguments)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        for rows in (options.rows // 10, options.rows):
            path = Path(folder) / f"{rows}.csv"
            write_list(path, rows, is_new=options.new)
            print(", ".join(f"{name} {value:,}" for name, value in measure(path, options.workers).items()))
