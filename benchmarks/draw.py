"""Milliseconds of processor time for one uncached image drawn in a loop, here and in another checkout: A/B.

``python -m benchmarks draw --against PATH``: a process of each checkout, with its own ``.venv``, draws in turn, on one
core; only one of them is ever at work. Medians over the turns, of processor time: other work on the machine counts
little. *ratio* is how many times as fast this checkout is; *best* is that of the quickest turns.

Values: *list* as in a list of people (every name new, nine cities and four offers come round again, of the shipped hero
one offer), *new* with no value twice. Fragments are kept, as the server keeps them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NAMES = ("hero", "cert", "banner")
CASES = tuple(f"{kind} {name} {ext}" for kind in ("shipped", "bench") for name in NAMES for ext in ("jpg", "png"))
CASES += ("bench cert indexed.png", "bench banner indexed.png")
IMAGES = 12
POOL = 20_000


class Checkout:
    """A process that draws with the code of one checkout."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [root / ".venv/bin/python", ROOT / "benchmarks" / "draw_worker.py"], cwd=root, text=True, bufsize=1,
            env=os.environ | {"PYTHONPATH": str(root)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._line()

    def draw(self, case: str, values: str, first: int, count: int = IMAGES) -> dict[str, float]:
        """Return milliseconds and bytes of an image."""
        assert self._process.stdin
        print(json.dumps({"case": case, "values": values, "first": first, "count": count}), file=self._process.stdin)
        return dict(json.loads(self._line()))

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            sys.exit("a checkout can't draw; see above")
        return line


def compare(checkouts: tuple[Checkout, ...], case: str, values: str, turns: int) -> dict[str, Any]:
    """Let the checkouts take turns with the same values; the first turn warms up."""
    # Names of their own for each case, or the fragments of one would serve the next.
    first = POOL // 2 if values == "new" else 0
    seen: list[list[dict[str, float]]] = [[] for _ in checkouts]
    for turn in range(turns + 1):
        for index, side in enumerate(checkouts):
            seen[index].append(side.draw(case, values, first + turn * IMAGES))
    ms = [statistics.median(drawn["ms"] for drawn in side[1:]) for side in seen]
    size = [statistics.median(drawn["bytes"] for drawn in side[1:]) for side in seen]
    ratios = [other["ms"] / own["ms"] for own, other in zip(seen[0][1:], seen[-1][1:], strict=True)]
    best = [min(drawn["ms"] for drawn in side[1:]) for side in seen]
    return {
        "ms": ms, "best_ms": best, "ratio": statistics.median(ratios), "best_ratio": best[-1] / best[0],
        "bytes": size, "bytes_ratio": size[0] / size[-1],
    }  # fmt: skip


def _wanted(words: list[str]) -> Iterator[tuple[str, str]]:
    for case in CASES:
        for values in ("list", "new"):
            if all(word in f"{case} {values}".split() for word in words):
                yield case, values


def main(arguments: list[str]) -> None:
    """Measure, and print a line for each case."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks draw", description=__doc__)
    parser.add_argument("--against", type=Path, metavar="PATH", help="another checkout with its own .venv")
    parser.add_argument("--turns", type=int, default=40, metavar="N", help=f"turns of {IMAGES} images each (40)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("words", nargs="*", help="only cases with these words, for example: shipped hero jpg new")
    options = parser.parse_args(arguments)
    roots = [ROOT, *([options.against.resolve()] if options.against else [])]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    checkouts = tuple(map(Checkout, roots))
    found = {}
    try:
        print(f"{'':36}{'ms':>8}{'other':>8}{'ratio':>8}{'best':>8}{'bytes':>10}{'other':>10}{'ratio':>8}")
        for case, values in _wanted(options.words):
            row = found[f"{case} {values}"] = compare(checkouts, case, values, options.turns)
            ms, size = row["ms"], row["bytes"]
            print(f"{case + ' ' + values:36}{ms[0]:8.3f}{ms[-1]:8.3f}{row['ratio']:8.2f}{row['best_ratio']:8.2f}"
                  f"{size[0]:10,.0f}{size[-1]:10,.0f}{row['bytes_ratio']:8.3f}", flush=True)  # fmt: skip
    finally:
        for checkout in checkouts:
            checkout.close()
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
