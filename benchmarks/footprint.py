"""Memory of a server and all its processes, over time, and who of them works."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import psutil

PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory at one moment."""

    seconds: float
    megabytes: float
    processes: int


@dataclass(slots=True)
class Footprint:
    """What was sampled. Mutable state: just that."""

    samples: list[Sample] = field(default_factory=list)

    @property
    def megabytes(self) -> list[float]:
        """The memory of each sample."""
        return [sample.megabytes for sample in self.samples]


def family(pid: int) -> list[psutil.Process]:
    """Return a process and its living descendants."""
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def memory_of(process: psutil.Process) -> int:
    """Return the bytes of a process: pages that several share count in parts (PSS), where the system says so."""
    try:
        found = PSS.search(Path(f"/proc/{process.pid}/smaps_rollup").read_text())
        return int(found[1]) * 1024 if found else 0
    except FileNotFoundError:
        return int(process.memory_info().rss) if process.is_running() else 0
    except (ProcessLookupError, PermissionError):
        return 0


def megabytes(pid: int) -> float:
    """Return the memory of a server and its descendants."""
    total = 0
    for process in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += memory_of(process)
    return total / MEGABYTE


@contextlib.asynccontextmanager
async def sampled(pid: int, every: float = 1.0) -> AsyncIterator[Footprint]:
    """Sample the memory of a server during the block."""
    footprint = Footprint()
    began = perf_counter()

    async def sample() -> None:
        while True:
            at = perf_counter()
            used = await asyncio.to_thread(megabytes, pid)
            footprint.samples.append(Sample(at - began, used, len(family(pid))))
            await asyncio.sleep(max(0.0, at + every - perf_counter()))

    task = asyncio.create_task(sample())
    try:
        yield footprint
    finally:
        task.cancel()


def busiest(pid: int, port: int, before: dict[int, float]) -> tuple[psutil.Process | None, dict[int, float]]:
    """Return the descendant of a server that has worked most since ``before``, and the processor seconds of all now.

    One that listens on the port itself serves HTTP and is left out, and so is one that has not worked at all. None if
    there is no other.
    """
    now: dict[int, float] = {}
    worked: list[tuple[float, psutil.Process]] = []
    for process in family(pid)[1:]:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            times = process.cpu_times()
            now[process.pid] = times.user + times.system
            spent = now[process.pid] - before.get(process.pid, 0.0)
            if spent > 0 and not listens(process, port):
                worked.append((spent, process))
    return max(worked, key=lambda pair: pair[0], default=(0.0, None))[1], now


def listens(process: psutil.Process, port: int) -> bool:
    """Say whether a process listens on a port."""
    return any(
        connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        for connection in process.net_connections("tcp")
    )


def plot(samples: Sequence[Sample], title: str) -> str:
    """Return an SVG of memory over time."""
    width, height, left, top = 720, 240, 56, 28
    last = max((sample.seconds for sample in samples), default=1.0) or 1.0
    most = max((sample.megabytes for sample in samples), default=1.0) * 1.1 or 1.0
    points = " ".join(
        f"{left + sample.seconds / last * width:.1f},{top + height - sample.megabytes / most * height:.1f}"
        for sample in samples
    )
    labels = "".join(
        f'<text x="{left - 6}" y="{top + height - share * height + 4:.0f}" text-anchor="end">{most * share:.0f}</text>'
        f'<path d="M{left} {top + height - share * height:.0f}h{width}" stroke="#ddd"/>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 20}" height="{top + height + 32}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{left}" y="18">{title}</text>{labels}'
        f'<text x="{left + width}" y="{top + height + 20}" text-anchor="end">{last:.0f} s</text>'
        f'<polyline points="{points}" fill="none" stroke="#157a5a" stroke-width="1.5"/></svg>\n'
    )
