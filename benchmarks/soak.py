"""Many requests, each picture marked with its own value and compared: wrong ones are counted, memory is plotted.

A request names one of 20 links and a value: a new one, one of the last thousands (in memory, on disk, or gone from
both), or one the client has a copy of, with its ETag; some send the ETag of another picture, and a 304 to that is
wrong. The server's caches are small and full after a few thousand requests; memory that grows after that is a leak.
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.client import Client
from benchmarks.footprint import Footprint, plot, sampled
from benchmarks.marks import VALUES, Link, Mark, Reader, model_marks, write_design
from benchmarks.serving import ROOT, Served, machine, new_key, serving_checkout
from benchmarks.tally import DEFAULT, HEADING, RIGHT, UNCHANGED, WRONG, Tally, growth, outcome_of
from imgurl.urls.mint import Minter

LINKS = 20
FORMATS = ("png", "jpg")
CONNECTIONS = 16

# Pictures that may be asked for again: more than the caches hold.
REMEMBERED = 8_000
# A new value, one of the past, one with the ETag of the client's copy, one with the ETag of another picture.
KINDS = ("new", "again", "conditional", "strange")
SHARES = (50, 25, 20, 5)
# Bodies of wrong pictures that are kept to be looked at.
KEPT = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """A request to make: ``kind`` is new, again, conditional or strange."""

    kind: str
    link: int
    value: int


def wishes(count: int, seed: int = 7) -> Iterator[Wish]:
    """Yield what to ask for. New values never repeat: they count up, in steps that leave no digit alone."""
    chance = random.Random(seed)
    past: list[tuple[int, int]] = []
    for number in range(count):
        kind = chance.choices(KINDS, SHARES)[0]
        if kind == "new" or len(past) < LINKS:
            place = chance.randrange(LINKS), (number + 1) * 7_919 % VALUES
            if len(past) < REMEMBERED:
                past.append(place)
            else:
                past[number % REMEMBERED] = place
            yield Wish("new", *place)
        else:
            yield Wish(kind, *chance.choice(past))


@dataclass(slots=True)
class Soak:
    """A run. Mutable state: tallies by kind of request, the ETags the client has seen, wrong bodies."""

    links: list[Link]
    reader: Reader
    folder: Path
    tallies: dict[str, Tally] = field(default_factory=dict)
    etags: OrderedDict[tuple[int, int], str] = field(default_factory=OrderedDict)
    wrong: list[str] = field(default_factory=list)

    async def ask(self, client: Client, wish: Wish, threads: ThreadPoolExecutor) -> None:
        """Make one request and judge its answer."""
        link = self.links[wish.link]
        place = wish.link, wish.value
        own = self.etags.get(place, "")
        sent = self._etag_to_send(wish, own)
        answer = await client.get(link.target(wish.value), {"If-None-Match": sent} if sent else None)
        mark = Mark(link.number, wish.value)
        outcome = await asyncio.get_running_loop().run_in_executor(
            threads, outcome_of, answer, mark, self.reader, sent, own
        )
        self.tallies.setdefault(wish.kind, Tally()).note(outcome, answer.seconds)
        if outcome == RIGHT:
            self.etags[place] = answer.headers.get("etag", "")
            if len(self.etags) > REMEMBERED:
                self.etags.popitem(last=False)
        elif outcome == WRONG:
            self._keep(mark, answer.status, answer.body)

    def _etag_to_send(self, wish: Wish, own: str) -> str:
        if wish.kind == "conditional":
            return own
        if wish.kind == "strange":
            return next((etag for etag in self.etags.values() if etag != own), "")
        return ""

    def _keep(self, mark: Mark, status: int, body: bytes) -> None:
        self.wrong.append(f"{mark}: status {status}, {len(body)} bytes")
        if len(self.wrong) <= KEPT:
            (self.folder / f"wrong-{len(self.wrong)}-{mark.link}-{mark.value}").write_bytes(body)


async def learn(port: int, minter: Minter) -> Reader:
    """Return a reader that has seen this server's letters."""
    link, client = Link(minter, 0, "png"), Client(port)
    answers = {mark: await client.get(link.target(mark.value)) for mark in model_marks()}
    await client.close()
    return Reader({mark: answer.body for mark, answer in answers.items()})


async def soak(server: Served, minter: Minter, requests: int, folder: Path) -> tuple[Soak, Footprint, float]:
    """Ask a server; return what was counted, its memory and the seconds it took."""
    links = [Link(minter, number + 1, FORMATS[number % len(FORMATS)]) for number in range(LINKS)]
    run = Soak(links, await learn(server.port, minter), folder)
    left = wishes(requests)
    with ThreadPoolExecutor(1) as threads:

        async def work() -> None:
            client = Client(server.port)
            for wish in left:
                await run.ask(client, wish, threads)
            await client.close()

        began = perf_counter()
        async with sampled(server.process.pid) as footprint:
            await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
        return run, footprint, perf_counter() - began


def report(run: Soak, footprint: Footprint, seconds: float) -> dict[str, object]:
    """Print the figures and return them."""
    everything = sum(run.tallies.values(), Tally())
    print(HEADING)
    for kind, tally in sorted(run.tallies.items()):
        print(tally.line(kind))
    print(everything.line("all"))
    counts = everything.outcomes
    failed = counts.total() - sum(counts[good] for good in (RIGHT, UNCHANGED, DEFAULT, WRONG))
    print(
        f"\n{counts.total():,} requests in {seconds:.0f} s: {counts[WRONG]:,} wrong pictures, "
        f"{failed:,} without an image, {counts[DEFAULT]:,} default images"
    )
    used = footprint.megabytes
    print(
        f"memory (PSS, {footprint.samples[-1].processes} processes): {used[0]:.0f} MB at the start, "
        f"{max(used):.0f} at most, {used[-1]:.0f} at the end; last quarter to second quarter {growth(used):.3f}"
    )
    for text in run.wrong[:KEPT]:
        print(f"wrong: {text}")
    return {
        "seconds": seconds,
        "wrong": counts[WRONG],
        "without_image": failed,
        "defaults": counts[DEFAULT],
        "all": everything.figures,
        **{kind: tally.figures for kind, tally in run.tallies.items()},
        "memory_mb": [round(megabytes, 1) for megabytes in used],
        "memory_growth": growth(used),
    }


def main(arguments: list[str]) -> None:
    """Run the soak and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000, metavar="N", help="how many [200000]")
    parser.add_argument("--against", type=Path, default=ROOT, metavar="PATH", help="checkout to measure [this one]")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="server processes [1]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write memory over time as SVG")
    options = parser.parse_args(arguments)
    key = new_key()
    print(f"{machine()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="imgurl-soak-") as name:
        folder = Path(name)
        write_design(folder / "designs")
        # Wrong bodies are kept where the figures are.
        kept = folder if options.json is None else options.json.parent
        with serving_checkout(options.against.absolute(), folder, key, workers=options.workers) as server:
            seen = asyncio.run(soak(server, Minter(key, ""), options.requests, kept))
    figures = report(*seen)
    if options.plot:
        options.plot.write_text(plot(seen[1].samples, f"PSS in MB, {options.requests:,} requests"))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), **figures}, indent=1))
