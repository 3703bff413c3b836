"""How a simulated campaign is played: the servers, a client that sends each open when it is due, the kill, samples."""

import asyncio
import contextlib
import gc
import math
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.capacity import Campaign
from benchmarks.client import Answer, Client
from benchmarks.footprint import megabytes
from benchmarks.marks import VALUES, Link, Mark, Reader, model_marks, write_design
from benchmarks.network import HUB, Network, Node, balancing, processor_seconds
from benchmarks.recipients import AGENTS, Kind, Open, Pace
from benchmarks.tally import RIGHT, WRONG, outcome_of, percentile
from benchmarks.timeline import Answered, Timeline, figures_of
from imgurl.urls.mint import Minter
from imgurl.urls.signing import SigningKey, encode_secret
from tests.servers.postgres import run_postgres
from tests.servers.process import free_port
from tests.servers.s3 import CREDENTIALS
from tests.servers.swift import PASSWORD, USER, Swift, run_swift

LABEL = "simulated-send"
LINKS = 4

# What a command line says of whose processor time it is. The first that fits counts.
KINDS = {"swift": "store", "memcached": "store", "postgres": "database", "haproxy": "balancer", "imgurl serve": "nodes",
         "imgurl.renderers": "nodes"}  # fmt: skip

# What a client has under way at once. Beyond it, an open is not sent, and counted as that.
AT_ONCE = 1_000
SAMPLE_SECONDS = 2.0
# After the last open is due: for answers, and for the last counts to be written.
ENDING_SECONDS = 45.0
WRITTEN_SECONDS = 5.0

# In the process that compares pictures.
_READERS: list[Reader] = []


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played."""

    campaign: Campaign
    hours: float
    pace: Pace
    down: float
    ext: str

    @property
    def until(self) -> float:
        """Seconds of the run."""
        return self.pace.seconds(self.hours * 60)

    def expected(self, second: float) -> float:
        """Return how many opens a second the model says there are at a second of the run."""
        return self.campaign.rate(second * self.pace.speed / 60) * self.pace.speed


@dataclass(slots=True)
class Run:
    """A run. Mutable state: what was seen, free connections, ETags of copies, and what the processor did before."""

    links: list[Link]
    port: int
    timeline: Timeline
    began: float
    judges: ProcessPoolExecutor
    free: list[Client] = field(default_factory=list)
    etags: dict[int, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    processor: dict[str, float] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """Seconds since the send began."""
        return perf_counter() - self.began

    async def ask(self, it: Open, due: float) -> None:
        """Make one request and judge its answer."""
        link, value = self.links[it.recipient % LINKS], it.recipient * 7_919 % VALUES
        own = self.etags.get(it.recipient, "")
        sent = own if it.kind is Kind.COPY else ""
        headers = {"User-Agent": AGENTS[it.via]} | ({"If-None-Match": sent} if sent else {})
        client = self.free.pop() if self.free else Client(self.port)
        answer = await client.get(link.target(value), headers)
        took = self.now - due
        self.free.append(client)
        mark = Mark(link.number, value)
        outcome = await asyncio.get_running_loop().run_in_executor(self.judges, judge, answer, mark, sent, own)
        self.timeline.answers.append(Answered(due, took, outcome, answer.headers.get("x-node", ""), it.via.value))
        if outcome == RIGHT:
            self.etags[it.recipient] = answer.headers.get("etag", "")
        elif outcome == WRONG:
            self.wrong.append(f"{mark}: status {answer.status}, {len(answer.body)} bytes")


def learned(pictures: dict[Mark, bytes]) -> None:
    """Make a process one that compares pictures."""
    _READERS.append(Reader(pictures))


def judge(answer: Answer, mark: Mark, sent: str, own: str) -> str:
    """Say what an answer was."""
    return outcome_of(answer, mark, _READERS[0], sent, own)


async def play(run: Run, due: list[Open], plan: Plan) -> None:
    """Send every request when it is due, whatever became of those before."""
    under_way: set[asyncio.Task[None]] = set()
    for it in due:
        at = plan.pace.seconds(it.minute)
        if (wait := at - run.now) > 0:
            await asyncio.sleep(wait)
        run.timeline.lag = max(run.timeline.lag, run.now - at)
        if len(under_way) >= AT_ONCE:
            run.timeline.answers.append(Answered(at, math.nan, "not sent", "", it.via.value))
            continue
        task = asyncio.create_task(run.ask(it, at))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.sleep(max(0.0, plan.until - run.now))
    if under_way:
        await asyncio.wait(under_way, timeout=ENDING_SECONDS)


async def kill(run: Run, node: Node, at: float, down: float) -> None:
    """Kill a node, and start it again after some seconds."""
    await asyncio.sleep(max(0.0, at - run.now))
    before = await asyncio.to_thread(processor_seconds, KINDS)
    run.timeline.victim, run.timeline.killed = node.name, run.now
    await asyncio.to_thread(node.kill)
    after = await asyncio.to_thread(processor_seconds, KINDS)
    # What the dead have used is seen no more.
    run.processor["nodes"] -= max(0.0, before["nodes"] - after["nodes"])
    print(f"{run.now:6.0f} s: {node.name} is killed", flush=True)
    await asyncio.sleep(down)
    run.timeline.started = run.now
    node.start()
    await asyncio.to_thread(node.wait_until_ready)
    run.timeline.ready = run.now
    print(f"{run.now:6.0f} s: {node.name} is ready again", flush=True)


async def sample(run: Run, node: Node) -> None:
    """Note memory and metrics of a node, again and again."""
    while True:
        at = run.now
        used = await asyncio.to_thread(megabytes, node.pid) if node.pid else 0.0
        with contextlib.suppress(OSError):
            text = await asyncio.to_thread(node.get, "/metrics") if used else b""
            run.timeline.figures[node.name].append(figures_of(text.decode(), at, used))
        await asyncio.sleep(max(0.1, at + SAMPLE_SECONDS - run.now))


async def progress(run: Run, plan: Plan) -> None:
    """Say every half minute how far it is."""
    counts: Counter[str] = Counter()
    while True:
        await asyncio.sleep(30)
        late = [it.seconds for it in run.timeline.answers[-2_000:] if not math.isnan(it.seconds)]
        # Only what is new: the whole of a long run would keep the event loop from sending.
        counts.update(it.outcome for it in run.timeline.answers[counts.total() :])
        print(
            f"{run.now:6.0f} of {plan.until:.0f} s: {counts.total():,} opens, p99 of the last {len(late):,}: "
            f"{percentile(late, 0.99) * 1e3:,.0f} ms; {dict(counts)}", flush=True,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens."""

    nodes: list[Node]
    port: int
    stats: int
    database: str
    swift: Swift
    bucket: str


@contextlib.contextmanager
def prepared(folder: Path, key: SigningKey) -> Iterator[Place]:
    """Make the network, start the servers, and wait until the balancer sends requests on."""
    network = Network(("n1", "n2"))
    write_design(folder / "designs")
    with run_postgres(HUB) as postgres, run_swift(HUB) as swift:
        database, bucket = postgres.new_database(), swift.new_bucket()
        settings = CREDENTIALS | {
            "AWS_ENDPOINT": swift.endpoint, "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": USER,
            "AWS_SECRET_ACCESS_KEY": PASSWORD, "IMGURL_STORE_URL": f"s3://{bucket}/campaign",
            "IMGURL_DATABASE_URL": database, "IMGURL_DESIGNS": str(folder / "designs"), "IMGURL_RENDERERS": "1",
            "IMGURL_SIGNING_KEYS": f"{key.id}:{key.state}:{encode_secret(key.secret)}",
            "IMGURL_JOB_WORKERS": "0", "IMGURL_LOG_LEVEL": "error",
        }  # fmt: skip
        nodes = [Node(name, address, folder / name, settings) for name, address in network.addresses.items()]
        port, stats = free_port(), free_port()
        try:
            # One after the other: both would make the tables.
            for node in nodes:
                node.start()
                node.wait_until_ready()
            with balancing(nodes, folder, port, stats):
                time.sleep(2)
                yield Place(nodes, port, stats, database, swift, bucket)
        finally:
            for node in nodes:
                node.kill()


async def learn(minter: Minter, port: int, ext: str) -> dict[Mark, bytes]:
    """Return the pictures that a reader has to see first."""
    link, client = Link(minter, 0, ext), Client(port)
    pictures = {mark: (await client.get(link.target(mark.value))).body for mark in model_marks()}
    await client.close()
    return pictures


async def simulate(place: Place, minter: Minter, due: list[Open], plan: Plan) -> Run:
    """Play a campaign and return what was seen."""
    links = [Link(minter, number + 1, plan.ext, LABEL) for number in range(LINKS)]
    pictures = await learn(minter, place.port, plan.ext)
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawning, learned, (pictures,)) as judges:
        await asyncio.get_running_loop().run_in_executor(judges, os.getpid)
        run = Run(links, place.port, Timeline(), perf_counter(), judges, processor=processor_seconds(KINDS))
        peak, _ = plan.pace.busiest(due)
        # What is planned stays: the collector need not look at it while answers are timed.
        gc.freeze()
        asides = [asyncio.create_task(sample(run, node)) for node in place.nodes]
        asides += [
            asyncio.create_task(progress(run, plan)),
            asyncio.create_task(kill(run, place.nodes[1], peak, plan.down)),
        ]
        try:
            async with asyncio.timeout(plan.until + 2 * ENDING_SECONDS):
                await play(run, due, plan)
            await asyncio.sleep(WRITTEN_SECONDS)
        except TimeoutError:
            print("cut short: the client could not keep up")
        finally:
            for task in asides:
                task.cancel()
            for ended in await asyncio.gather(*asides, return_exceptions=True):
                if isinstance(ended, Exception):
                    print(f"a task of the run ended early: {ended!r}")
        for client in run.free:
            await client.close()
        return run
