"""Faults over HTTP: drawing processes killed under load, one noisy link beside quiet ones, hits beside a full queue.

*kills*: a process of the server that draws gets SIGKILL, again and again, while eight connections ask for new pictures.
It is a descendant of the server that takes processor time and does not listen itself; a server without one draws in its
own process, and nothing is killed. *noisy*: one link gets new values at 50 times the rate that the server can draw,
twenty others a quarter of that rate together; the twenty are measured with and without the noise. *hits*: two
connections ask for pictures that are in memory, while 64 others ask for new ones without pause.

Pictures of the last two are heavy, so that a small machine can ask for 50 times what it draws. Every picture is marked
and compared. Quiet requests and noise come when they are due, whatever became of those before, and are timed from then.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import multiprocessing
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import psutil

from benchmarks.client import Client
from benchmarks.footprint import busiest, family
from benchmarks.marks import VALUES, Link, Mark, Reader, write_design
from benchmarks.serving import ROOT, Served, machine, new_key, serving_checkout
from benchmarks.soak import learn
from benchmarks.tally import HEADING, RIGHT, Tally, outcome_of, percentile
from imgurl.urls.mint import Minter
from imgurl.urls.signing import SigningKey

Result = TypeVar("Result")

QUIET_LINKS = 20
QUIET_SHARE = 0.25
NOISE = 50
QUIET_CONNECTIONS = 60
NOISY_CONNECTIONS = 600
BEHIND_SECONDS = 2.0
# The noise begins before the quiet links are measured, and ends after them.
AHEAD, AFTER = 3.0, 1.0
HIT_TARGETS = 10
HIT_PAUSE = 0.005
FILLING_CONNECTIONS = 64
LOADING_CONNECTIONS = 8

# How long pictures that nobody asks for any more may wait after a load is over.
EMPTY_SECONDS = 60.0
WAITING = re.compile(rb"^imgurl_renders_waiting (\S+)$", re.MULTILINE)

# A killed process that has not been replaced after so long is not replaced.
REPLACED_SECONDS = 2.0

# Values of different loads must not meet: what one has drawn would be a hit of the other.
_starts = itertools.count(1)


def fresh_values() -> Iterator[int]:
    """Return values that no other load of this process asks for."""
    start = next(_starts) * 400_000
    return (value % VALUES for value in itertools.count(start))


async def closed_loop(
    port: int, links: list[Link], reader: Reader, connections: int, is_over: Callable[[], bool]
) -> Tally:
    """Ask for new values of links in turns, on so many connections, each as soon as it has its answer."""
    tally, values, turns = Tally(), fresh_values(), itertools.cycle(links)

    async def work() -> None:
        client = Client(port)
        while not is_over():
            link, value = next(turns), next(values)
            answer = await client.get(link.target(value))
            outcome = await asyncio.to_thread(outcome_of, answer, Mark(link.number, value), reader)
            tally.note(outcome, answer.seconds)
        await client.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    return tally


async def open_loop(port: int, links: list[Link], reader: Reader, connections: int, pace: tuple[float, float]) -> Tally:
    """Ask for new values of links in turns, whatever became of the requests before; time each from when it is due.

    ``pace`` is a rate per second, and for how many seconds.
    """
    rate, seconds = pace
    tally, values, began = Tally(), fresh_values(), perf_counter()
    places = iter(range(round(rate * seconds)))

    async def work() -> None:
        client = Client(port)
        for place in places:
            due = began + place / rate
            # A load that is behind ends in time all the same.
            if perf_counter() > began + seconds + BEHIND_SECONDS:
                break
            await asyncio.sleep(max(0.0, due - perf_counter()))
            link, value = links[place % len(links)], next(values)
            answer = await client.get(link.target(value))
            late = perf_counter() - due
            tally.note(outcome_of(answer, Mark(link.number, value), reader), late)
        await client.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    return tally


def make_noise(port: int, key: SigningKey, reader: Reader, rate: float, seconds: float) -> tuple[Tally, float]:
    """Ask for new values of one link; return also what share of a processor that took. Runs in its own process.

    Noise that takes nearly all of one was held up by itself and not by the server.
    """
    link = Link(Minter(key, ""), QUIET_LINKS + 1, "jpg")
    began, used = perf_counter(), time.process_time()
    tally = asyncio.run(open_loop(port, [link], reader, NOISY_CONNECTIONS, (rate, seconds)))
    return tally, (time.process_time() - used) / (perf_counter() - began)


def ask_hits(port: int, bodies: dict[str, bytes], seconds: float) -> Tally:
    """Ask for a few pictures by their targets again and again, and compare; a process of its own runs this."""

    async def ask() -> Tally:
        tally, over = Tally(), perf_counter() + seconds

        async def work() -> None:
            client = Client(port)
            for target in itertools.cycle(bodies):
                if perf_counter() > over:
                    break
                answer = await client.get(target)
                same = RIGHT if answer.body == bodies[target] else "other bytes"
                tally.note(same if answer.status == 200 else f"status {answer.status}{answer.error}", answer.seconds)
                await asyncio.sleep(HIT_PAUSE)
            await client.close()

        await asyncio.gather(work(), work())
        return tally

    return asyncio.run(ask())


@contextlib.asynccontextmanager
async def beside(work: Callable[..., Result], *arguments: Any) -> AsyncIterator["asyncio.Future[Result]"]:
    """Run some work in another process during the block, so that neither load waits for the other's Python."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        yield asyncio.get_running_loop().run_in_executor(other, work, *arguments)


class Faults:
    """One run against one server. Mutable state: the figures so far."""

    def __init__(self, server: Served, key: SigningKey, reader: Reader, seconds: float) -> None:
        self._server = server
        self._port = server.port
        self._key = key
        self._reader = reader
        self._seconds = seconds
        self._minter = Minter(key, "")
        self.figures: dict[str, Any] = {}

    def note(self, name: str, tally: Tally, **more: float) -> None:
        """Print and keep what a load saw."""
        print(tally.line(name), flush=True)
        self.figures[name] = tally.figures | more

    async def kills(self, count: int, every: float) -> None:
        """Kill drawing processes under load."""
        links = [Link(self._minter, number + 1, ext) for number, ext in enumerate(("png", "jpg"))]
        killing = asyncio.create_task(asyncio.to_thread(self._kill, count, every))
        self.note("kills", await closed_loop(self._port, links, self._reader, LOADING_CONNECTIONS, killing.done))
        replaced = await killing
        print(
            f"  {len(replaced)} drawing processes killed"
            + (
                f", replaced after {percentile(replaced, 0.5) * 1e3:.0f} ms (median)"
                if replaced
                else " (there is none)"
            )
        )
        self.figures["kills"] |= {"killed": len(replaced), "replaced_ms": [round(one * 1e3) for one in replaced]}

    def _kill(self, count: int, every: float) -> list[float]:
        """Kill ``count`` times, if there is a process to kill; return the seconds until each was replaced."""
        replaced = []
        _, before = busiest(self._server.process.pid, self._port, {})
        for _ in range(count):
            time.sleep(every)
            victim, before = busiest(self._server.process.pid, self._port, before)
            if victim is not None:
                known = {process.pid for process in family(self._server.process.pid)}
                with contextlib.suppress(psutil.NoSuchProcess):
                    victim.kill()
                    replaced.append(self._until_another(known))
        return replaced

    def _until_another(self, known: set[int]) -> float:
        began = perf_counter()
        while perf_counter() - began < REPLACED_SECONDS:
            if {process.pid for process in family(self._server.process.pid)} - known:
                break
        return perf_counter() - began

    async def noisy(self) -> None:
        """Measure quiet links without and with a noisy one."""
        links = [Link(self._minter, number + 1, "jpg") for number in range(QUIET_LINKS)]
        seconds = max(3.0, self._seconds / 4)
        over = perf_counter() + seconds
        drawn = await closed_loop(self._port, links, self._reader, 2, lambda: perf_counter() > over)
        capacity = drawn.outcomes[RIGHT] / seconds
        print(f"capacity: {capacity:.1f} heavy pictures a second")
        self.figures["capacity"] = capacity
        self.note("quiet links alone", await self._quiet(links, capacity))
        rate, total = capacity * NOISE, AHEAD + self._seconds + AFTER
        async with beside(make_noise, self._port, self._key, self._reader, rate, total) as noise:
            await asyncio.sleep(AHEAD)
            self.note("quiet links beside a noisy one", await self._quiet(links, capacity))
            seen, share = await noise
        reached = seen.outcomes.total() / total / capacity
        self.note("the noisy link", seen, times_capacity=reached, processor_share=share)
        print(
            f"  {reached:.0f} times what the server draws, {seen.outcomes[RIGHT] / total:.1f} drawn a second; "
            f"asking took {share:.0%} of a processor"
        )

    async def _quiet(self, links: list[Link], capacity: float) -> Tally:
        pace = capacity * QUIET_SHARE, self._seconds
        return await open_loop(self._port, links, self._reader, QUIET_CONNECTIONS, pace)

    async def hits(self) -> None:
        """Measure hits without and with uncached requests that fill the queue."""
        link = Link(self._minter, QUIET_LINKS + 2, "jpg")
        await self._until_nothing_waits()
        bodies = dict([await self._right(link, value) for value in itertools.islice(fresh_values(), HIT_TARGETS)])
        async with beside(ask_hits, self._port, bodies, self._seconds) as hits:
            self.note("hits alone", await hits)
        other = Link(self._minter, QUIET_LINKS + 3, "jpg")
        async with beside(ask_hits, self._port, bodies, self._seconds) as hits:
            filling = await closed_loop(self._port, [other], self._reader, FILLING_CONNECTIONS, hits.done)
            self.note("hits beside a full queue", await hits)
        self.note("what filled it", filling)

    async def _until_nothing_waits(self) -> None:
        """Wait for the end of what a load before has left in the queue."""
        client, began = Client(self._port), perf_counter()
        while perf_counter() - began < EMPTY_SECONDS:
            waiting = WAITING.search((await client.get("/metrics")).body)
            if waiting is None or float(waiting[1]) == 0:
                break
            await asyncio.sleep(0.2)
        await client.close()

    async def _right(self, link: Link, value: int) -> tuple[str, bytes]:
        """Return a target and its picture, which is in memory from now on. Raises RuntimeError without a right one."""
        target, mark, client = link.target(value), Mark(link.number, value), Client(self._port)
        first, again = await client.get(target), await client.get(target)
        await client.close()
        if outcome_of(first, mark, self._reader) != RIGHT or again.body != first.body:
            raise RuntimeError(f"{target} is not answered with its picture, so there is nothing to compare hits with")
        return target, first.body


async def measure(server: Served, key: SigningKey, options: argparse.Namespace, *, heavy: bool) -> dict[str, Any]:
    """Measure one server: with heavy pictures the loads, with light ones the kills."""
    reader = await learn(server.port, Minter(key, ""))
    faults = Faults(server, key, reader, options.seconds)
    if not heavy:
        await faults.kills(options.kills, options.every)
        return faults.figures
    if options.only != "hits":
        await faults.noisy()
    if options.only != "noisy":
        await faults.hits()
    return faults.figures


def main(arguments: list[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, metavar="N", help="length of each load [30]")
    parser.add_argument("--only", choices=("kills", "noisy", "hits"), help="one of the three")
    parser.add_argument("--kills", type=int, default=100, metavar="N", help="how many [100]")
    parser.add_argument("--every", type=float, default=0.3, metavar="N", help="seconds between two kills [0.3]")
    parser.add_argument("--against", type=Path, default=ROOT, metavar="PATH", help="checkout to measure [this one]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    options = parser.parse_args(arguments)
    key = new_key()
    figures: dict[str, Any] = {"machine": machine()}
    print(f"{machine()}\n\n{HEADING}", flush=True)
    for heavy in {None: (False, True), "kills": (False,)}.get(options.only, (True,)):
        with tempfile.TemporaryDirectory(prefix="imgurl-faults-") as name:
            folder = Path(name)
            write_design(folder / "designs", heavy=heavy)
            with serving_checkout(options.against.absolute(), folder, key) as server:
                figures |= asyncio.run(measure(server, key, options, heavy=heavy))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
