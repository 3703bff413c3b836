"""What clients that do not behave cost the others: slow heads, floods, thousands of idle connections, without nginx.

Each kind of client has its turn for some seconds. Meanwhile another process asks for ``/healthz`` forty times a second,
on a new connection each time, as a load balancer does; its p99 should stay under 50 ms. Memory of all processes of the
server is sampled before, during and after. What each client got is counted: the status of an answer, ``closed`` without
one, or ``still open`` at the end of its turn.

On a machine that others use too a probe waits for a processor. So the processor time that the server took during each
probe is shown as well: that is the work it had to do first, whoever else was there.
"""

import argparse
import asyncio
import contextlib
import json
import math
import multiprocessing
import os
import resource
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.client import HOST, Client
from benchmarks.footprint import megabytes, sampled
from benchmarks.marks import Link, write_design
from benchmarks.serving import ROOT, Served, cpu_seconds, machine, new_key, python_of, serving_checkout
from benchmarks.tally import HEADING, RIGHT, Tally, percentile
from imgurl.urls.mint import Minter

PROBES_PER_SECOND = 40
TARGET_MS = 50.0

# Files of this process besides connections.
OTHER_FILES = 100

# How many connections are opened at once: a listening socket queues about as many.
AT_ONCE = 200

# What a client that floods sends in one go.
FLOOD = b"X-Flood: " + b"a" * 1_000 + b"\r\n"

# After its turn a kind of client is gone for so long before memory is looked at.
SETTLING_SECONDS = 3.0


@dataclass(slots=True)
class Got:
    """What the clients of one kind got. Mutable state: just that."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    reached: int = 0

    def note(self, outcome: str, began: float) -> None:
        """Count a client that has its answer, or has lost its connection."""
        self.outcomes[outcome] += 1
        self.seconds.append(perf_counter() - began)


#: Misbehaves on a connection, until that is over or its task is cancelled. Gets the target of an image.
Misbehaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]


async def slow_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Send a head, one byte a second."""
    await _drip(writer, f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())


async def half_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Send half a head, and then nothing."""
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\nX-Half: ".encode())
    await asyncio.Event().wait()


async def header_flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Send headers without end, as fast as the server takes them."""
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n".encode())
    while True:
        writer.write(FLOOD * 16)
        await writer.drain()
        # A server that takes everything at once must not keep this loop from the other clients.
        await asyncio.sleep(0)


async def long_target(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Ask for a target of 8,193 bytes: one more than is read."""
    padded = f"{target}&".ljust(8_193, "a")
    writer.write(f"GET {padded} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    await asyncio.Event().wait()


async def endless_target(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Send a target that does not end."""
    writer.write(f"GET {target}&".encode())
    while True:
        writer.write(b"a" * 16_384)
        await writer.drain()
        await asyncio.sleep(0)


async def idle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Send nothing."""
    await asyncio.Event().wait()


async def unread(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Ask for a picture a thousand times and read nothing."""
    sent = f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    for _ in range(100):
        writer.write(sent * 10)
        await writer.drain()
        await asyncio.sleep(0)
    await asyncio.Event().wait()


def slow_body(token: str) -> Misbehaviour:
    """Return a client with a key of the API that sends its body one byte a second."""

    async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
        writer.write(
            f"POST /v1/links HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 900000\r\n\r\n".encode()
        )
        await _drip(writer, b"{" * 900_000)

    return send


async def _drip(writer: asyncio.StreamWriter, data: bytes) -> None:
    for place in range(len(data)):
        writer.write(data[place : place + 1])
        await writer.drain()
        await asyncio.sleep(1)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of client: how many there are, whether one that has lost its connection comes again, and who reads."""

    name: str
    behave: Misbehaviour
    clients: int
    again: bool = False
    reads: bool = True


def kinds(clients: int, idle_clients: int, token: str) -> tuple[Kind, ...]:
    """Return all kinds."""
    few = max(1, clients // 10)
    return (
        Kind("slow heads, 1 byte/s", slow_head, clients),
        Kind("half heads", half_head, clients),
        Kind("header floods", header_flood, few, again=True),
        Kind("targets of 8,193 bytes", long_target, few, again=True),
        Kind("targets without end", endless_target, few, again=True),
        Kind("idle connections", idle, idle_clients),
        Kind("slow bodies, API key, 1 byte/s", slow_body(token), clients),
        Kind("slow bodies, no API key", slow_body("none"), clients),
        Kind("clients that never read", unread, clients, reads=False),
    )


async def one_client(kind: Kind, port: int, target: str, got: Got, gate: asyncio.Semaphore) -> None:
    """Be one client until the turn is over, which cancels it."""
    while True:
        began = perf_counter()
        writer: asyncio.StreamWriter | None = None
        try:
            async with gate:
                reader, writer = await _connect(port, reads=kind.reads)
            got.reached += 1
            began = perf_counter()
            got.note(await _outcome(kind, reader, writer, target), began)
        except asyncio.CancelledError:
            got.outcomes["still open" if writer else "not connected"] += 1
            raise
        except OSError as error:
            got.note(f"no connection: {error.strerror or type(error).__name__}", began)
            await asyncio.sleep(1)
        finally:
            if writer is not None:
                writer.transport.abort()
        if not kind.again:
            return
        await asyncio.sleep(0.05)


async def _connect(port: int, *, reads: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if reads:
        return await asyncio.open_connection(HOST, port)
    plain = socket.socket()
    plain.setblocking(False)  # noqa: FBT003 - the standard library's signature
    # The less the system takes for a client that does not read, the more the server has to keep.
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    await asyncio.get_running_loop().sock_connect(plain, (HOST, port))
    reader, writer = await asyncio.open_connection(sock=plain)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return reader, writer


async def _outcome(kind: Kind, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> str:
    """Misbehave until the server answers or closes the connection; say which."""
    behaving = asyncio.ensure_future(kind.behave(reader, writer, target))
    answer = asyncio.ensure_future(_status(reader) if kind.reads else _lost(writer))
    try:
        await asyncio.wait((behaving, answer), return_when=asyncio.FIRST_COMPLETED)
        # A server that closes is noticed by who writes first; what it has answered is still read.
        async with asyncio.timeout(1 if behaving.done() else None):
            return await answer
    except (TimeoutError, ConnectionError):
        return "closed"
    finally:
        for task in (behaving, answer):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await task


async def _status(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readline()
    except (ConnectionError, ValueError):
        return "closed"
    return f"status {line.split(b' ')[1].decode()}" if line.startswith(b"HTTP/") else "closed"


async def _lost(writer: asyncio.StreamWriter) -> str:
    """Wait until the connection is lost, which a client that does not read can only ask the system about."""
    plain = writer.get_extra_info("socket")
    while True:
        await asyncio.sleep(0.5)
        state = plain.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        if state != ESTABLISHED:
            return "closed"


# The number of the state in Linux's struct tcp_info.
ESTABLISHED = 1


def probe(server: int, port: int, seconds: float) -> tuple[Tally, list[float]]:
    """Ask for ``/healthz`` on a new connection each time; a process of its own runs this.

    Return also the processor seconds that the server, by its process id, took during each probe: what it did before and
    while it answered. A machine that others keep busy adds to the time of a probe, but not to that.
    """
    worked = []

    async def ask(due: float, tally: Tally) -> None:
        client, before = Client(port), processor_clock(server)
        answer = await client.get("/healthz", {"Connection": "close"})
        worked.append(processor_clock(server) - before)
        await client.close()
        outcome = RIGHT if answer.status == 200 else f"status {answer.status} {answer.error}"
        # From when it was due: a probe that could not even begin has waited too.
        tally.note(outcome, perf_counter() - due)

    async def run() -> Tally:
        tally, began = Tally(), perf_counter()
        async with asyncio.TaskGroup() as probes:
            for number in range(round(seconds * PROBES_PER_SECOND)):
                due = began + number / PROBES_PER_SECOND
                await asyncio.sleep(max(0.0, due - perf_counter()))
                probes.create_task(ask(due, tally))
        return tally

    return asyncio.run(run()), worked


def processor_clock(pid: int) -> float:
    """Return the processor seconds of another process, to the microsecond; NaN where the system has no such clock."""
    try:
        # How Linux numbers the clocks of processes: clock_getcpuclockid(3), which Python does not have.
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return math.nan


async def turn(kind: Kind | None, server: Served, target: str, seconds: float) -> dict[str, Any]:
    """Let one kind of client at the server, or none; print and return what was seen."""
    got, gate = Got(), asyncio.Semaphore(AT_ONCE)
    before = await asyncio.to_thread(megabytes, server.process.pid)
    used, own = cpu_seconds(server.process.pid), process_time()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        async with sampled(server.process.pid) as footprint:
            probing = asyncio.get_running_loop().run_in_executor(other, probe, server.process.pid, server.port, seconds)
            count = kind.clients if kind else 0
            clients = [
                asyncio.create_task(one_client(kind, server.port, target, got, gate)) for _ in range(count) if kind
            ]
            health, worked = await probing
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        shares = (cpu_seconds(server.process.pid) - used) / seconds, (process_time() - own) / seconds
    await asyncio.sleep(SETTLING_SECONDS)
    after = await asyncio.to_thread(megabytes, server.process.pid)
    name = f"{count:,} {kind.name}" if kind else "nobody else"
    print(health.line(name))
    shown = ", ".join(f"{number:,} {outcome}" for outcome, number in got.outcomes.most_common())
    most = max([before, *footprint.megabytes])
    late = percentile(health.seconds, 0.99) * 1e3, percentile(worked, 0.99) * 1e3
    print(
        f"    processor p99 of a probe {late[1]:.1f} ms; all in all: server {shares[0]:.0%}, clients {shares[1]:.0%}"
        + (f"  p99 IS OVER {TARGET_MS:.0f} ms" if late[0] > TARGET_MS else ""),
        flush=True,
    )
    print(f"    memory {before:.0f}, {most:.0f}, {after:.0f} MB", flush=True)
    if kind:
        ended = f" (median {percentile(got.seconds, 0.5):.1f} s)" if got.seconds else ""
        print(f"    {got.reached:,} connections: {shown}{ended}", flush=True)
    return {
        "health": health.figures,
        "memory_mb": {"before": before, "most": most, "after": after},
        "probe_processor_p99_ms": late[1],
        "processor": {"server": shares[0], "clients": shares[1]},
        "connections": got.reached,
        "got": dict(got.outcomes),
        "median_seconds": percentile(got.seconds, 0.5),
    }


def make_api_key(checkout: Path, folder: Path) -> str:
    """Create a key of the API in the data folder of a server."""
    command = [python_of(checkout), "-m", "imgurl", "keys", "api", "create", "--scope", "render"]
    command += ["--data", str(folder / "data")]
    made = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return made.stdout.split()[0]


async def measure(server: Served, target: str, seconds: float, shown: tuple[Kind, ...]) -> dict[str, Any]:
    """Let all kinds of clients at a server, one after another."""
    client = Client(server.port)
    await client.get(target)
    await client.close()
    figures = {"nobody else": await turn(None, server, target, seconds)}
    for kind in shown:
        figures[kind.name] = await turn(kind, server, target, seconds)
    return figures


def files_allowed() -> int:
    """Raise this process's limit of open files as far as it goes; return it. Servers started later inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def main(arguments: list[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks edges", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, metavar="N", help="length of each turn [20]")
    parser.add_argument("--clients", type=int, default=500, metavar="N", help="of each kind, a tenth of floods [500]")
    parser.add_argument("--idle", type=int, default=10_000, metavar="N", help="idle connections [10000]")
    parser.add_argument("--only", metavar="WORD", help="kinds of clients whose name has the word")
    parser.add_argument("--against", type=Path, default=ROOT, metavar="PATH", help="checkout to measure [this one]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    options = parser.parse_args(arguments)
    key, checkout = new_key(), options.against.absolute()
    possible = min(options.idle, files_allowed() - OTHER_FILES)
    if possible < options.idle:
        print(f"{possible:,} idle connections instead of {options.idle:,}: no more files may be opened (ulimit -Hn)")
    print(f"{machine()}\n\n{HEADING}", flush=True)
    with tempfile.TemporaryDirectory(prefix="imgurl-edges-") as name:
        folder = Path(name)
        write_design(folder / "designs", heavy=True)
        with serving_checkout(checkout, folder, key) as server:
            shown = tuple(
                kind
                for kind in kinds(options.clients, possible, make_api_key(checkout, folder))
                if (options.only or "") in kind.name
            )
            target = Link(Minter(key, ""), 1, "png").target(1)
            figures = asyncio.run(measure(server, target, options.seconds, shown))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), **figures}, indent=1))
