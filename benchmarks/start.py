"""Start: a link minted on the command line, a server from nothing to its first picture, and what it holds when idle.

Each figure is a median over runs that alternate between this tree and another one (``--against``), as anybody would
start them. Processor time is of all processes; memory is their PSS, so that what they share counts once.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import TypeVar

from benchmarks.serving import DESIGN, ROOT, START_SECONDS, machine

VALUES = ("--set", "first_name=Ava", "--set", "city=Oslo", "--set", "offer_name=24 % off")

# Until everything that a start does in the background has been done.
SETTLE_SECONDS = 15.0

TICKS = os.sysconf("SC_CLK_TCK")

T = TypeVar("T")
Figures = Mapping[str, float]


def imgurl(tree: Path) -> str:
    """Return the command of a tree, which has an environment of its own."""
    return str(tree / ".venv" / "bin" / "imgurl")


def mint(tree: Path, folder: Path) -> Figures:
    """Mint one link."""
    command = [imgurl(tree), "mint", DESIGN, *VALUES]
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    seconds, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"mint, wall ms": 1e3 * seconds, "mint, processor ms": 1e3 * cpu}


def serve(tree: Path, folder: Path, idle_seconds: float) -> Figures:
    """Start a server in a folder; see its first picture, and what it holds and does when nobody asks."""
    state = "warm" if (folder / "imgurl-data" / "cache").exists() else "cold"
    with (folder / "told").open("w+") as told:
        began = time.perf_counter()
        server = subprocess.Popen([imgurl(tree), "serve", "--port", "0"], cwd=folder, stdout=told, stderr=told)
        try:
            link = _until(began, lambda: _first_link(folder / "told"))
            _until(began, lambda: _answers(link))
            picture = time.perf_counter() - began
            _until(began, lambda: _answers(link.partition("/i/")[0] + "/readyz"))
            ready = time.perf_counter() - began
            figures = {
                f"serve, {state}, first picture s": picture,
                f"serve, {state}, ready s": ready,
                f"serve, {state}, processor to ready s": _processor(server.pid),
            }
            if idle_seconds:
                time.sleep(SETTLE_SECONDS)
                memory, spent = sum(map(_pss, processes(server.pid))), _processor(server.pid)
                time.sleep(idle_seconds)
                figures["idle, PSS MB"] = memory / 1e6
                figures["idle, % of a core"] = 100 * (_processor(server.pid) - spent) / idle_seconds
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    return figures


def processes(pid: int) -> list[int]:
    """Return a process and all that came from it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _processor(pid: int) -> float:
    """Return the processor seconds of a process and of all that came from it, so far."""
    spent = 0
    for each in processes(pid):
        spent += sum(map(int, Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return spent / TICKS


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _first_link(told: Path) -> str:
    return next((word for word in told.read_text().split() if word.startswith("http") and f"/i/{DESIGN}" in word), "")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=START_SECONDS) as answer:
            # Not the picture that everybody gets while a design is being compiled.
            return bool(answer.status == 200 and answer.headers["x-imgurl-outcome"] != "default")
    except (urllib.error.URLError, OSError):
        return False


def _until(began: float, look: Callable[[], T]) -> T:
    while not (found := look()):
        if time.perf_counter() - began > START_SECONDS:
            sys.exit("the server did not start")
        time.sleep(0.005)
    return found


def main(arguments: list[str]) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks start", description=__doc__)
    parser.add_argument("--against", type=Path, metavar="DIR", help="another tree, with its environment in .venv")
    parser.add_argument("--runs", type=int, default=9, metavar="N", help="links [9]; a third as many servers")
    parser.add_argument("--idle", type=float, default=20.0, metavar="SECONDS", help="how long to watch an idle server")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    options = parser.parse_args(arguments)
    trees = [ROOT] + ([options.against.absolute()] if options.against else [])
    print(machine())
    found: dict[Path, list[Figures]] = {tree: [] for tree in trees}
    folders = {tree: Path(tempfile.mkdtemp(prefix="imgurl-start-")) for tree in trees}
    try:
        for tree, folder in folders.items():
            subprocess.run([imgurl(tree), "keys", "add"], cwd=folder, check=True, capture_output=True)
            mint(tree, folder)
        for _ in range(options.runs):
            for tree in trees:
                found[tree].append(mint(tree, folders[tree]))
        for run in range(max(1, options.runs // 3)):
            for tree in trees:
                shutil.rmtree(folders[tree] / "imgurl-data")
                found[tree].append(serve(tree, folders[tree], 0))
                found[tree].append(serve(tree, folders[tree], 0 if run else options.idle))
    finally:
        for folder in folders.values():
            shutil.rmtree(folder)
    medians = {str(tree): _medians(found[tree]) for tree in trees}
    _print_table(list(medians.values()))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "trees": medians}, indent=1))


def _medians(figures: Sequence[Figures]) -> Figures:
    names = dict.fromkeys(name for each in figures for name in each)
    return {name: statistics.median(each[name] for each in figures if name in each) for name in names}


def _print_table(medians: Sequence[Figures]) -> None:
    print(f"{'':<36}{'here':>10}" + (f"{'there':>10}{'ratio':>8}" if len(medians) > 1 else ""))
    for name, here in medians[0].items():
        there = medians[1][name] if len(medians) > 1 else None
        print(f"{name:<36}{here:10.2f}" + ("" if there is None else f"{there:10.2f}{here / (there or here):8.2f}"))


if __name__ == "__main__":
    main(sys.argv[1:])
