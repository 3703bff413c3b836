"""Milliseconds for one uncached image, imgurl and its peers, on one core in one run.

Every candidate gets the same flat background, font files, sizes, baselines and values; only text is drawn and the
whole image encoded. No two images have the same values: names differ always, nine cities and four offers come round
again as they do in a list. "imgurl" keeps the fragments of such values, as the server does; "imgurl, all anew" keeps
none. Candidates take turns; within a turn of 20 ms the fast ones draw several images. Peers run in
processes of their own (``benchmarks/peers/``), which time each image themselves, so that pipes don't count. All
processes share the one core, and only one of them is ever at work.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from benchmarks.scenes import Scene, dump, load_scenes, texts_of, values
from imgurl.plate.precoded import Precoded, PrecodedIndexedPng, precode, refined
from imgurl.plate.render import render
from imgurl.plate.splice import FragmentCache

PEERS = Path(__file__).parent / "peers"
# "indexed.png" is the PNG with a palette that the product sends where the design allows one; "png" is truecolour, as
# all peers write it.
FORMATS = ("png", "indexed.png", "jpg")
# Ours without the memory for values that come back.
ANEW = "imgurl, all anew"
WARM_UP = 3
TURN_MS = 20.0
MIN_ROUNDS = 20
DISTINCT = 20_000

# What it is called, and how its worker is started.
PYTHON_PEERS = {
    "Pillow, level 1": ("pillow", "1"),
    "Pillow, default": ("pillow", "default"),
    "cairo": ("cairo",),
    "libvips": ("vips",),
    "skia-python": ("skia_python",),
}
NODE_PEERS = {
    "satori + resvg": "satori",
    "@vercel/og": "og",
    "takumi": "takumi",
    "@napi-rs/canvas": "canvas",
    "sharp": "sharp",
}


class LeftOutError(Exception):
    """A candidate can't take part; the message says why."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One image: what it took, and its size."""

    ms: float
    size: int


class Candidate(Protocol):
    """Something that draws a scene."""

    def draw(self, scene: Scene, chosen: Mapping[str, str], ext: str, save: Path | None = None) -> Drawn:
        """Draw one image. Raises LeftOutError."""

    def close(self) -> None:
        """End what was started."""


class Ours:
    """imgurl: plates compiled and static bytes encoded ahead, fragments kept as the server keeps them, or none."""

    def __init__(self, scenes: Sequence[Scene], *, fragments: FragmentCache | None) -> None:
        self._fragments = fragments
        self._precoded = {(scene.name, ext): _precoded(scene, ext) for scene in scenes for ext in FORMATS}

    def draw(self, scene: Scene, chosen: Mapping[str, str], ext: str, save: Path | None = None) -> Drawn:
        """Draw one image. Raises LeftOutError where the design has too many colours for a palette."""
        precoded = self._precoded[scene.name, ext]
        if precoded is None:
            raise LeftOutError("no palette holds the design")
        started = perf_counter()
        body = render(scene.plate, chosen, ext.removeprefix("indexed."), precoded, self._fragments).body
        ms = (perf_counter() - started) * 1e3
        if save:
            save.write_bytes(body)
        return Drawn(ms, len(body))

    def close(self) -> None:
        """Nothing was started."""


def _precoded(scene: Scene, ext: str) -> Precoded | None:
    planned = precode(scene.plate, ext.removeprefix("indexed."))
    if planned is None:
        return None
    best = refined(planned, scene.plate)
    if ext == "png" and isinstance(best, PrecodedIndexedPng):
        return best.truecolor
    return best if ext != "indexed.png" or isinstance(best, PrecodedIndexedPng) else None


class Worker:
    """A peer in a process of its own. Raises LeftOutError if it can't be started or can't draw a scene."""

    def __init__(self, command: Sequence[str], scenes: Sequence[Scene], environment: Mapping[str, str]) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the worker
        try:
            self._process = subprocess.Popen(
                command, cwd=PEERS, env=environment, text=True, bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            )  # fmt: skip
        except OSError as error:
            self._errors.close()
            raise LeftOutError(f"{command[0]} can't be started ({error.strerror})") from error
        try:
            for scene in scenes:
                self._ask(f'{{"scene": {dump(scene)}}}')
        except LeftOutError:
            self.close()
            raise

    def draw(self, scene: Scene, chosen: Mapping[str, str], ext: str, save: Path | None = None) -> Drawn:
        """Have the worker draw one image."""
        order: dict[str, Any] = {"design": scene.name, "format": ext, "texts": texts_of(scene, chosen)}
        reply = self._ask(json.dumps(order | ({"save": str(save)} if save else {})))
        return Drawn(reply["ms"], reply["bytes"])

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _ask(self, order: str) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(order + "\n")
            answer = self._process.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            raise LeftOutError(self._last_words())
        reply: dict[str, Any] = json.loads(answer)
        if "error" in reply:
            raise LeftOutError(reply["error"])
        return reply

    def _last_words(self) -> str:
        """Return the line of standard error that names the error, the last one if none does."""
        self._errors.seek(0)
        said = [line.strip() for line in self._errors if line.strip()] or ["ended without a word"]
        return next((line for line in reversed(said) if "Error" in line), said[-1])


def pin() -> int | None:
    """Keep this process and those it starts on one core; return which, None where the system can't."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def commands() -> dict[str, list[str]]:
    """Return how each peer's worker is started."""
    own = PEERS / ".venv" / "bin" / "python"
    command_of = {
        # Pillow is there in any case, so the figures mean something without any installation.
        name: [str(own) if own.exists() or module != "pillow" else sys.executable, "worker.py", module, *variant]
        for name, (module, *variant) in PYTHON_PEERS.items()
    }
    return command_of | {
        name: [shutil.which("node") or "node", "worker.mjs", peer] for name, peer in NODE_PEERS.items()
    }


def start(scenes: Sequence[Scene], folder: Path) -> dict[str, Candidate]:
    """Start every candidate that is there; say which are not."""
    environment = dict(os.environ) | {
        "FONTCONFIG_FILE": str(folder / "fonts.conf"),
        "VIPS_CONCURRENCY": "1",
    }
    candidates: dict[str, Candidate] = {
        "imgurl": Ours(scenes, fragments=FragmentCache()),
        ANEW: Ours(scenes, fragments=None),
    }
    for name, command in commands().items():
        try:
            candidates[name] = Worker(command, scenes, environment)
        except LeftOutError as error:
            print(f"left out: {name}: {error} (bash benchmarks/peers/install)", flush=True)
    return candidates


def able(candidates: Mapping[str, Candidate], scene: Scene, ext: str, folder: Path | None) -> dict[str, Candidate]:
    """Warm up; return those that can draw this scene in this format. With a folder, an image of each is kept there."""
    usable = {}
    for name, candidate in candidates.items():
        plain = "".join(filter(str.isalnum, name))
        save = folder / f"{scene.name}-{plain}.{ext}" if folder else None
        try:
            for chosen in values(DISTINCT)[-WARM_UP:]:
                candidate.draw(scene, chosen, ext, save)
        except LeftOutError as error:
            print(f"left out: {name}, {scene.name}.{ext}: {error}", flush=True)
            continue
        usable[name] = candidate
    return usable


def measure(candidates: Mapping[str, Candidate], scene: Scene, ext: str, seconds: float) -> dict[str, list[Drawn]]:
    """Let the candidates take turns for so long, at least MIN_ROUNDS turns each."""
    pool = values(DISTINCT)
    drawn: dict[str, list[Drawn]] = {name: [] for name in candidates}
    started, rounds = perf_counter(), 0
    # It ends before anybody gets values a second time.
    most = DISTINCT - WARM_UP - 200
    while (rounds < MIN_ROUNDS or perf_counter() - started < seconds) and max(map(len, drawn.values())) < most:
        for name, candidate in candidates.items():
            spent = 0.0
            while spent < TURN_MS:
                image = candidate.draw(scene, pool[len(drawn[name])], ext)
                drawn[name].append(image)
                spent += image.ms
        rounds += 1
    return drawn


def figures(drawn: Mapping[str, Sequence[Drawn]]) -> dict[str, dict[str, float]]:
    """Return the figures of each candidate; ``ratio`` is how many times imgurl's median it takes."""
    medians = {name: statistics.median(image.ms for image in images) for name, images in drawn.items()}
    return {
        name: {
            "ms": round(medians[name], 3),
            "p99": round(statistics.quantiles([image.ms for image in images], n=100, method="inclusive")[98], 3),
            "bytes": round(statistics.median(image.size for image in images)),
            "per_second": round(1000 / medians[name], 1),
            "ratio": round(medians[name] / medians["imgurl"], 2),
            "images": len(images),
        }
        for name, images in drawn.items()
    }


def show(title: str, table: Mapping[str, Mapping[str, float]]) -> None:
    """Print the figures, the fastest first."""
    print(f"\n{title:18}{'ms':>9}{'p99':>9}{'bytes':>11}{'images/s':>10}{'ratio':>8}{'images':>8}")
    for name, row in sorted(table.items(), key=lambda item: item[1]["ms"]):
        print(
            f"{name:18}{row['ms']:9.2f}{row['p99']:9.2f}{row['bytes']:11,.0f}{row['per_second']:10.1f}"
            f"{row['ratio']:8.2f}{row['images']:8.0f}",
            flush=True,
        )


def main(arguments: list[str]) -> None:
    """Measure and print a table for each design and format."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks render", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--seconds", type=float, default=20, metavar="N", help="how long each table takes (20)")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="keep one image of each candidate there")
    options = parser.parse_args(arguments)
    if options.save:
        options.save = options.save.resolve()
        options.save.mkdir(parents=True, exist_ok=True)
    print(f"all on core {pin()}; load average {os.getloadavg()[0]:.1f}", flush=True)
    results = {}
    with tempfile.TemporaryDirectory(prefix="imgurl-benchmark-") as name:
        scenes = load_scenes(Path(name))
        candidates = start(scenes, Path(name))
        try:
            for scene in scenes:
                for ext in FORMATS:
                    # No peer writes palettes.
                    ours = {name: candidates[name] for name in ("imgurl", ANEW)}
                    entrants = ours if ext == "indexed.png" else candidates
                    present = able(entrants, scene, ext, options.save)
                    if not present:
                        continue
                    results[f"{scene.name}.{ext}"] = figures(measure(present, scene, ext, options.seconds))
                    show(f"{scene.name}.{ext}", results[f"{scene.name}.{ext}"])
        finally:
            for candidate in candidates.values():
                candidate.close()
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
