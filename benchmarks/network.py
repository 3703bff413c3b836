"""Machines of a simulation: namespaces of network and processes, with a bridge between them, that end with the program.

``enclosed`` runs a module of the benchmarks in namespaces of its own for network, mounts and processes. When it ends,
however that comes about, the kernel ends all processes in it and removes its interfaces and the names of its
namespaces: outside, nothing is ever changed. Inside, ``Network`` makes more namespaces of the network with
``ip netns``, and ``Node`` runs a server in one of them, and in a namespace of processes, so that it can be killed
whole, like a machine.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.request import urlopen

from benchmarks.serving import ROOT, START_SECONDS

#: Of this network only the namespaces of the simulation know.
PREFIX = "10.77.0"
HUB = f"{PREFIX}.1"
PORT = 8000
NAMES = Path("/run/netns")
INSIDE = "IMGURL_BENCHMARK_INSIDE"

# After the last process was told to end, the kernel takes a moment to do it.
ENDING_SECONDS = 1.0


def is_inside() -> bool:
    """Whether this process runs in namespaces of its own."""
    return INSIDE in os.environ


def missing_programs(*more: str) -> list[str]:
    """Return which of the programs that are needed are not here."""
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    return [name for name in ("unshare", "setpriv", "mount", "ip", *more) if shutil.which(name, path=places) is None]


def enclosed(module: str, arguments: Sequence[str]) -> int:
    """Run a module in namespaces of its own, with a folder for temporary files that is removed afterwards."""
    if os.geteuid() != 0:
        sys.exit("namespaces are made by root only")
    signal.signal(signal.SIGTERM, _stopped)
    with tempfile.TemporaryDirectory(prefix="imgurl-net-", ignore_cleanup_errors=True) as folder:
        # PostgreSQL runs as another user, below this folder.
        Path(folder).chmod(0o711)
        command = ["setpriv", "--pdeathsig", "KILL", "--", "unshare", "--net", "--mount", "--pid", "--fork"]
        command += ["--mount-proc", "--kill-child", sys.executable, "-m", module, *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {INSIDE: "1", "TMPDIR": folder})
        try:
            return process.wait()
        finally:
            process.kill()
            process.wait()
            time.sleep(ENDING_SECONDS)


def _stopped(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


class Network:
    """A bridge in the namespace of this process, and one namespace on it for each machine."""

    def __init__(self, names: Sequence[str]) -> None:
        """Make it. The names of namespaces are kept in a file system that nobody else sees."""
        assert is_inside()
        NAMES.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(NAMES)], check=True)
        _ip("link", "set", "lo", "up")
        _ip("link", "add", "name", "bridge", "type", "bridge")
        _ip("address", "add", f"{HUB}/24", "dev", "bridge")
        _ip("link", "set", "bridge", "up")
        self.addresses = {name: f"{PREFIX}.{number}" for number, name in enumerate(names, 11)}
        for name, address in self.addresses.items():
            _ip("netns", "add", name)
            _ip("link", "add", "name", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", f"to-{name}", "master", "bridge", "up")
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")


class Node:
    """A machine with a server: started, killed and started again. Mutable state: its process."""

    def __init__(self, name: str, address: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.name = name
        self.url = f"http://{address}:{PORT}"
        self._folder = folder
        self._address = address
        self._settings = {**settings, "IMGURL_DATA": str(folder / "data"), "IMGURL_WORKER_ID": name}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process above all of the machine's own; None while there is none."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the server, and do not wait for it."""
        self._folder.mkdir(exist_ok=True)
        command = ["ip", "netns", "exec", self.name, "unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
        command += [sys.executable, "-m", "imgurl", "serve", "--host", self._address, "--port", str(PORT)]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=os.environ | self._settings, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> None:
        """Wait until the server says that it is ready. Raises RuntimeError."""
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError):
                self.get("/readyz")
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start: {(self._folder / 'server.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill all processes of the machine at once: with the first of their namespace the kernel kills the rest."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def get(self, target: str) -> bytes:
        """Return the body of an answer. Raises OSError."""
        with urlopen(self.url + target, timeout=5) as answer:
            return bytes(answer.read())


BALANCER = """global
  maxconn 4000
  nbthread 1
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 10s
  timeout queue 5s
  # A machine that starts beside a busy one makes that slow: with half a second for a check, both were out, and 503.
  timeout check 3s
  retries 3
  option redispatch 1
  # A GET whose node died before the first byte of its answer is asked of the other one.
  retry-on conn-failure empty-response response-timeout
frontend mail
  bind 127.0.0.1:{port}
  default_backend nodes
frontend figures
  bind 127.0.0.1:{stats}
  http-request use-service prometheus-exporter if {{ path /metrics }}
  stats enable
  stats uri /
backend nodes
  balance roundrobin
  option httpchk
  http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host nodes
  default-server check inter 1s fall 3 rise 2
  http-response set-header X-Node %s
{servers}
"""


@contextlib.contextmanager
def balancing(nodes: Sequence[Node], folder: Path, port: int, stats: int) -> Iterator[None]:
    """Run HAProxy in front of the nodes, with health checks."""
    servers = "\n".join(f"  server {node.name} {node.url.removeprefix('http://')}" for node in nodes)
    (folder / "haproxy.cfg").write_text(BALANCER.format(port=port, stats=stats, servers=servers))
    with (folder / "haproxy.log").open("wb") as log:
        process = subprocess.Popen(["haproxy", "-db", "-f", str(folder / "haproxy.cfg")], stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def balancer_figures(stats: int) -> dict[str, dict[str, int]]:
    """Return what HAProxy has counted of each node: retries, requests that went to the other one, broken answers."""
    with urlopen(f"http://127.0.0.1:{stats}/;csv", timeout=5) as answer:
        head, *lines = answer.read().decode().splitlines()
    names = head.removeprefix("# ").split(",")
    rows = [dict(zip(names, line.split(","), strict=False)) for line in lines]
    kept = {"stot": "requests", "wretr": "retried", "wredis": "to another node", "eresp": "broken answers"}
    return {
        row["svname"]: {word: int(row[name] or 0) for name, word in kept.items()}
        for row in rows
        if row.get("pxname") == "nodes" and row["svname"] != "BACKEND"
    }


def processor_seconds(kinds: Mapping[str, str]) -> dict[str, float]:
    """Return the processor seconds of everything inside, by the first word of ``kinds`` in a command line.

    Of processes that have ended, those count whose parent has waited for them.
    """
    used = dict.fromkeys([*kinds.values(), "client"], 0.0)
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            kind = next((kind for word, kind in kinds.items() if word in line), "client")
            facts = (path / "stat").read_text().rpartition(")")[2].split()
            ticks = sum(map(int, facts[11:13])) + (0 if path.name == "1" else sum(map(int, facts[13:15])))
            used[kind] += ticks / os.sysconf("SC_CLK_TCK")
    return used
