"""What the measurements over HTTP share: servers that end, signed URLs, wrk, and who runs on which core."""

import contextlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from imgurl.urls.mint import Minter
from imgurl.urls.signing import KeyState, SigningKey, encode_secret

ROOT = Path(__file__).parents[1]
DESIGN = "newsletter-hero-april"
VALUES = {"city": "Chicago", "offer_name": "24 % off everything green"}
SYLLABLES = "ka lo mi ren sa to vi ela dor ni pa ri su ma len jo fa tin bo ce wa gri no di ya hu ze pol".split()

# Distinct URLs of a run: more than a server draws in its seconds.
TARGETS = 20_000

# Connections that wrk keeps busy.
CONNECTIONS = 8

# A server that is not up after this many seconds has failed.
START_SECONDS = 60.0

# Cycles over the targets of a file, beginning at one of them, and prints the figures as JSON: its own text output
# rounds them.
SCRIPT = """
local targets, at = {}, 0
function init(args)
  for line in io.lines(args[1]) do targets[#targets + 1] = line end
  at = tonumber(args[2])
end
function request()
  at = at % #targets + 1
  return wrk.format("GET", targets[at])
end
function done(summary, latency)
  local errors = summary.errors
  print(string.format('{"requests": %d, "seconds": %.6f, "median_ms": %.4f, "p99_ms": %.4f, "errors": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw, and the processor seconds the server took meanwhile."""

    requests: int
    seconds: float
    median_ms: float
    p99_ms: float
    errors: int
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def figures(self) -> dict[str, float]:
        """The figures by name, for a table and for JSON."""
        return {
            "requests_per_second": self.rate,
            "per_cpu_second": self.requests / max(self.cpu_seconds, 0.01),
            "median_ms": self.median_ms,
            "p99_ms": self.p99_ms,
            "errors": self.errors,
        }


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int

    def get(self, target: str) -> bytes:
        """Return the body of an answer."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{target}", timeout=30) as answer:
            return bytes(answer.read())


def cores() -> tuple[int, int]:
    """Return the core for servers and the one for wrk; the same if there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[-1], usable[0]


def pinned(core: int | None, command: Sequence[str]) -> list[str]:
    """Return the command, kept to a core unless that is None."""
    return list(command) if core is None else ["taskset", "-c", str(core), *command]


def missing_tools() -> list[str]:
    """Return which of the needed programs are not here."""
    return [name for name in ("wrk", "taskset") if shutil.which(name) is None]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(command: Sequence[str], port: int, probe: str, folder: Path, **variables: str) -> Iterator[Served]:
    """Run a server in a folder, wait until it answers the probe with 200, and end it behind the block."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | variables, stdout=log, stderr=log)
    server = Served(process, port)
    try:
        _await_start(server, probe, folder)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_start(server: Served, probe: str, folder: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            server.get(probe)
            return
        if server.process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"a server did not start: {(folder / 'server.log').read_text()[-2000:]}")
        time.sleep(0.1)


@contextlib.contextmanager
def serving_imgurl(folder: Path, key: SigningKey, *, core: int | None, workers: int = 1) -> Iterator[Served]:
    """Run ``imgurl serve`` with an empty data folder, without disk cache and with little memory for finished images."""
    port = free_port()
    data = folder / f"data-{port}"
    command = [sys.executable, "-m", "imgurl", "serve", "--port", str(port), "--workers", str(workers)]
    variables = {
        "PYTHONPATH": str(ROOT),
        "IMGURL_SIGNING_KEYS": f"{key.id}:{key.state}:{encode_secret(key.secret)}",
        "IMGURL_DATA": str(data),
        "IMGURL_LOG_LEVEL": "error",
        "IMGURL_JOB_WORKERS": "0",
        "IMGURL_DISK_CACHE_MB": "0",
        "IMGURL_MEMORY_CACHE_MB": "4",
    }
    with running(pinned(core, command), port, "/readyz", folder, **variables) as server:
        yield server


@contextlib.contextmanager
def serving_checkout(
    checkout: Path, folder: Path, key: SigningKey, *, workers: int = 1, **variables: str
) -> Iterator[Served]:
    """Run ``imgurl serve`` of any checkout, of any version, with the designs in the folder's ``designs``.

    Its caches are small, so that they are full before a measurement is over and memory that still grows is seen.
    ``variables`` are settings by their names in the environment.
    """
    port = free_port()
    secret = f"{key.id}:{key.state}:{encode_secret(key.secret)}"
    settings = {
        "PYTHONPATH": str(checkout),
        # By both of its names: a version knows one of them.
        "IMGURL_SIGNING_KEYS": secret,
        "IMGURL_KEYS": secret,
        "IMGURL_DESIGNS": str(folder / "designs"),
        "IMGURL_DATA": str(folder / "data"),
        "IMGURL_LOG_LEVEL": "error",
        "IMGURL_JOB_WORKERS": "0",
        "IMGURL_MEMORY_CACHE_MB": "8",
        "IMGURL_DISK_CACHE_MB": "32",
        "IMGURL_UNREADY_SECONDS": "0",
        "IMGURL_DRAIN_SECONDS": "5",
        **variables,
    }
    command = [python_of(checkout), "-m", "imgurl", "serve", "--port", str(port), "--workers", str(workers)]
    with running(command, port, "/readyz", folder, **settings) as server:
        yield server


def python_of(checkout: Path) -> str:
    """Return the Python of a checkout's own environment if it has one: another version needs other libraries."""
    own = checkout / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def new_key() -> SigningKey:
    """Return a key for this run."""
    return SigningKey.generate("bench", KeyState.SIGN)


def names() -> list[str]:
    """Return distinct names in an order that is the same in each run."""
    combined = ["".join(parts).capitalize() for parts in product(SYLLABLES, repeat=3)]
    distinct = sorted(set(combined))
    random.Random(4).shuffle(distinct)
    return distinct[:TARGETS]


def mint_targets(key: SigningKey, ext: str) -> list[str]:
    """Return a signed target of the hero for each name."""
    minter = Minter(key, "")
    return [minter.mint(DESIGN, {"first_name": name, **VALUES}, ext=ext) for name in names()]


def load(server: Served, targets: Sequence[str], seconds: float, folder: Path, *, core: int | None) -> Load:
    """Warm a server up with the last targets, then ask for those from the first on, as fast as it answers."""
    (folder / "targets").write_text("\n".join(targets) + "\n")
    (folder / "load.lua").write_text(SCRIPT)
    _wrk(server, 1, folder, max(0, len(targets) - 4_000), core)
    # Answered when what wrk left behind is done: a slow server would spend the measured seconds on that.
    server.get(targets[-1])
    before = cpu_seconds(server.process.pid)
    seen = _wrk(server, round(seconds), folder, 0, core)
    used = cpu_seconds(server.process.pid) - before
    requests, errors = int(seen["requests"]), int(seen["errors"])
    return Load(requests, seen["seconds"], seen["median_ms"], seen["p99_ms"], errors, used)


def _wrk(server: Served, seconds: int, folder: Path, start: int, core: int | None) -> dict[str, float]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, seconds)}s", "--timeout", "20s", "-s", "load.lua"]
    command += [f"http://127.0.0.1:{server.port}", "--", "targets", str(start)]
    done = subprocess.run(
        pinned(core, command), cwd=folder, capture_output=True, text=True, timeout=seconds + 60, check=True
    )
    figures: dict[str, float] = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    return figures


def cpu_seconds(pid: int) -> float:
    """Return the processor seconds of a process and of its living descendants."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            facts = path.read_text().rpartition(")")[2].split()
            number = int(path.parent.name)
            parents[number], ticks[number] = int(facts[1]), int(facts[11]) + int(facts[12])
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(member, 0) for member in family) / os.sysconf("SC_CLK_TCK")


def defaults_served(server: Served) -> int:
    """Return how many answers showed the default image because drawing took too long: they must not count as drawn."""
    text = server.get("/metrics").decode()
    match = re.search(r'^imgurl_served_total\{source="default"\} (\S+)$', text, re.MULTILINE)
    return int(float(match[1])) if match else 0


def machine() -> str:
    """Say what this was measured on."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.+)", info.read_text()) if info.exists() else None
    return f"{model[1] if model else 'unknown processor'}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}"
