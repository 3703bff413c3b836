"""A real object store that speaks S3: OpenStack Swift with s3api, from Debian's packages, all of it on loopback.

Four servers of Swift (proxy, account, container, object) and memcached, one device, one copy of each object. Its own
programs run under the system's Python, where Debian has put Swift's library.
"""

import fcntl
import os
import pwd
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.servers.process import START_SECONDS, Process, answers, free_port, needed
from tests.servers.s3 import lead_to

USER, PASSWORD = "test:tester", "testing"
LOOPBACK = "127.0.0.1"

COMMON = """[swift-hash]
swift_hash_path_prefix = {secret}
swift_hash_path_suffix = {secret}
[storage-policy:0]
name = default
default = yes
"""

STORING = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
workers = 0
[pipeline:main]
pipeline = healthcheck {kind}-server
[filter:healthcheck]
use = egg:swift#healthcheck
[app:{kind}-server]
use = egg:swift#{kind}
"""

# copy, slo and dlo are what s3api makes multipart uploads of.
PROXY = """[DEFAULT]
bind_ip = {host}
bind_port = {port}
user = {user}
swift_dir = {folder}
workers = 0
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcached}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""

# swift-ring-builder in one process instead of nine.
RINGS = """
import sys
from swift.common.ring import RingBuilder
folder, *ports = sys.argv[1:]
for kind, port in zip(("account", "container", "object"), ports):
    ring = RingBuilder(4, 1, 1)
    ring.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "disk", "weight": 1,
                  "replication_ip": "127.0.0.1", "replication_port": int(port), "meta": ""})
    ring.rebalance()
    ring.get_ring().save(f"{folder}/{kind}.ring.gz")
"""


@dataclass(frozen=True, slots=True)
class Swift:
    """A running Swift."""

    port: int
    host: str = LOOPBACK

    @property
    def endpoint(self) -> str:
        """The address of its S3 interface."""
        return f"http://{self.host}:{self.port}"

    def new_bucket(self) -> str:
        """Make an empty bucket and return its name."""
        name = f"bucket-{secrets.token_hex(8)}"
        self._ask("PUT", name)
        return name

    def usage(self, bucket: str) -> tuple[int, int]:
        """Return how many objects are in a bucket, and their bytes."""
        headers = self._ask("HEAD", bucket)
        return int(headers["X-Container-Object-Count"]), int(headers["X-Container-Bytes-Used"])

    def _ask(self, method: str, bucket: str) -> Message:
        login = Request(f"{self.endpoint}/auth/v1.0", headers={"X-Auth-User": USER, "X-Auth-Key": PASSWORD})
        with urlopen(login) as answer:
            place, token = answer.headers["X-Storage-Url"], answer.headers["X-Auth-Token"]
        with urlopen(Request(f"{place}/{bucket}", method=method, headers={"X-Auth-Token": token})) as answer:
            headers: Message = answer.headers
        return headers


@contextmanager
def run_swift(host: str = LOOPBACK) -> Iterator[Swift]:
    """Run a Swift of one's own; skips the test where its programs are not installed."""
    programs = {kind: needed(f"swift-{kind}-server", f"swift-{kind}") for kind in ("account", "container", "object")}
    proxy = needed("swift-proxy-server", "swift-proxy")
    memcached = needed("memcached", "memcached")
    with tempfile.TemporaryDirectory(prefix="imgurl-swift-") as name, ExitStack() as running:
        folder = Path(name)
        user = pwd.getpwuid(os.geteuid()).pw_name
        ports = {kind: free_port() for kind in (*programs, "proxy", "memcached")}
        _configure(folder, user, ports, host)
        command = [memcached, "-l", "127.0.0.1", "-p", str(ports["memcached"]), "-u", user]
        _start(running, command, folder / "memcached.log").wait_until(lambda: answers(ports["memcached"]))
        started = {
            kind: _start(running, [program, str(folder / f"{kind}.conf"), "--verbose"], folder / f"{kind}.log")
            for kind, program in (*programs.items(), ("proxy", proxy))
        }
        for kind, process in started.items():
            process.wait_until(_healthy(ports[kind], host if kind == "proxy" else LOOPBACK))
        yield Swift(ports["proxy"], host)


def _configure(folder: Path, user: str, ports: dict[str, int], host: str) -> None:
    (folder / "devices" / "disk").mkdir(parents=True)
    (folder / "swift.conf").write_text(COMMON.format(secret=secrets.token_hex(8)))
    storing = [kind for kind in ports if kind not in {"proxy", "memcached"}]
    for kind in storing:
        (folder / f"{kind}.conf").write_text(STORING.format(kind=kind, port=ports[kind], user=user, folder=folder))
    written = PROXY.format(host=host, port=ports["proxy"], user=user, folder=folder, memcached=ports["memcached"])
    (folder / "proxy.conf").write_text(written)
    process = subprocess.run(
        ["/usr/bin/python3", "-c", RINGS, str(folder), *(str(ports[kind]) for kind in storing)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr


def _start(running: ExitStack, command: list[str], log: Path) -> Process:
    process = Process(command, log)
    process.launch()
    running.callback(process.stop)
    return process


def _healthy(port: int, host: str = LOOPBACK) -> Callable[[], bool]:
    def asked() -> bool:
        try:
            with urlopen(f"http://{host}:{port}/healthcheck", timeout=START_SECONDS) as answer:
                return bool(answer.read() == b"OK")
        except OSError:
            return False

    return asked


@contextmanager
def share_swift(folder: Path) -> Iterator[Swift]:
    """Run a Swift for all processes that name the same folder: the first one starts it, and stops it as the last."""
    place, using = folder / "swift-port", (folder / "swift-users").open("a")
    with using, ExitStack() as owned:
        with _locked(folder):
            fcntl.flock(using, fcntl.LOCK_SH)
            if place.exists() and _healthy(int(place.read_text()))():
                swift = Swift(int(place.read_text()))
            else:
                swift = owned.enter_context(run_swift())
                place.write_text(str(swift.port))
                # Unwound from the last to the first: nobody new, wait for those who are there, stop.
                owned.callback(fcntl.flock, using, fcntl.LOCK_EX)
                owned.callback(_unlink, place, folder)
        yield swift


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "swift-lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unlink(place: Path, folder: Path) -> None:
    with _locked(folder):
        place.unlink()


@pytest.fixture(scope="session")
def swift_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    """One Swift for all processes of a test run."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with share_swift(folder) as server:
        yield server


@pytest.fixture
def swift_url(swift_server: Swift, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty bucket, for ``open_storage``; the variables that lead there are set."""
    lead_to(monkeypatch, swift_server.endpoint, AWS_ACCESS_KEY_ID=USER, AWS_SECRET_ACCESS_KEY=PASSWORD)
    return f"s3://{swift_server.new_bucket()}/some/prefix"
