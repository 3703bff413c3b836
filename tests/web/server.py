"""A real server process, links that its keys signed, and a client that sends bytes as they are."""

import atexit
import base64
import contextlib
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from PIL import Image

from imgurl.cache.disk import DiskCache
from imgurl.config import shipped
from imgurl.design.library import load_library
from imgurl.pipeline.press import Press
from imgurl.text.fonts import load_catalogue
from imgurl.urls.mint import Minter
from imgurl.urls.signing import KeyState, SigningKey
from tests.design.documents import TEXT_DESIGNS
from tests.pages import ROOT
from tests.web.designs import write_design

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "url-vectors.json").read_text())
SECRETS = {name: bytes.fromhex(digits) for name, digits in cast("dict[str, str]", VECTORS["keys_hex"]).items()}
K1 = SigningKey("k1", KeyState.SIGN, SECRETS["k1"])
K2 = SigningKey("k2", KeyState.VERIFY, SECRETS["k2"])

MINTER = Minter(K1, "")

# A server that is not up after this many seconds has failed.
START_SECONDS = 90.0


def keys_setting(*keys: SigningKey) -> str:
    """Return the text of ``IMGURL_SIGNING_KEYS`` for these keys."""
    return ",".join(f"{key.id}:{key.state}:{base64.urlsafe_b64encode(key.secret).decode()}" for key in keys)


KEYS = keys_setting(K1, K2)


def signed(design: str, pairs: Mapping[str, str], behind: str = "", *, ext: str = "png", key: SigningKey = K1) -> str:
    """Return the target of any sealed part, also of one that the minter would refuse; ``behind`` follows ``_s``."""
    whole = {"_k": key.id, **pairs}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in whole.items())
    return f"/i/{design}.{ext}?{query}&_s={key.sign(design, ext, whole)}{behind}"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer as it came over the wire; header names in lowercase."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        """The value of a header, "" if it is missing; twice is a failure."""
        found = [value for key, value in self.headers if key == name]
        assert len(found) <= 1, f"{name} stands {len(found)} times"
        return found[0] if found else ""

    @property
    def names(self) -> set[str]:
        """The names of the headers."""
        return {name for name, _ in self.headers}

    def picture(self) -> Image.Image:
        """The body as decoded pixels."""
        image = Image.open(BytesIO(self.body))
        image.load()
        return image


@dataclass
class Server:
    """A running ``imgurl serve``."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def exchange(self, sent: bytes) -> bytes:
        """Send bytes on a connection of their own, return everything that comes back until it is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(sent)
            received = b""
            while piece := connection.recv(65_536):
                received += piece
        return received

    def exchange_in_pieces(self, pieces: Sequence[bytes]) -> bytes:
        """Send pieces on a connection of their own, one read of the server each, and return what comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                connection.sendall(piece)
                # Another connection is answered meanwhile, so the server has read the piece.
                self.ask("/healthz")
            received = b""
            while piece := connection.recv(65_536):
                received += piece
        return received

    def ask(self, target: str | bytes, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request with exactly this target."""
        return parse_answer(self.exchange(request(target, method, headers)))

    def figures(self) -> dict[str, float]:
        """Return /metrics: each sample's name with its labels, as it is written there, and its value."""
        lines = self.ask("/metrics").body.decode().splitlines()
        return {
            name: float(value)
            for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))
        }

    @property
    def log(self) -> str:
        """Everything the server wrote to standard output so far."""
        return (self.folder / "out").read_text()

    @property
    def errors(self) -> str:
        """Everything the server wrote to standard error so far."""
        return (self.folder / "err").read_text()

    def stop(self) -> int:
        """End the server as a service manager does; return its exit code."""
        self.process.terminate()
        return self.process.wait(30)


def request(target: str | bytes, method: str = "GET", headers: Mapping[str, str] | None = None) -> bytes:
    """Return the bytes of a request that closes its connection."""
    raw = target if isinstance(target, bytes) else target.encode()
    lines = [
        f"{name}: {value}" for name, value in {"Host": "img.example", "Connection": "close", **(headers or {})}.items()
    ]
    return method.encode() + b" " + raw + b" HTTP/1.1\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n"


def parse_answer(received: bytes) -> Answer:
    """Read an answer whose connection was closed after it."""
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Answer(int(status.split(" ")[1]), tuple((name.lower(), value.strip()) for name, _, value in pairs), body)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@functools.cache
def few_designs(*names: str) -> Path:
    """Return a folder with some of the shipped designs, or these alone: a server starts much sooner with few."""
    folder = Path(tempfile.mkdtemp(prefix="designs-"))
    atexit.register(shutil.rmtree, folder)
    for name in names or TEXT_DESIGNS:
        shutil.copytree(shipped("designs") / name, folder / name)
    return folder


def banner_alone() -> str:
    """Return the setting ``designs`` for a server that has one of them, the one that is compiled soonest."""
    return str(few_designs("sales-banner-01"))


@functools.cache
def _encoded_ahead() -> Path:
    """Return a cache on disk as servers leave it that had time to encode the usual designs ahead with the best effort.

    Each server would take seconds for that, and start its renderers again, while tests run.
    """
    folder = Path(tempfile.mkdtemp(prefix="cache-"))
    atexit.register(shutil.rmtree, folder)
    fonts = load_catalogue(shipped("fonts"))
    press = Press(fonts, DiskCache(folder / "cache", 1_000_000_000))
    write_design(folder / "designs")
    for designs in (few_designs(), folder / "designs"):
        for design in load_library(designs, fonts).designs.values():
            press.precoded(press.plate(design), "png")
    return folder / "cache"


@contextlib.contextmanager
def running_server(
    folder: Path,
    *options: str,
    python_path: Path | None = None,
    files: int | None = None,
    module: str = "imgurl",
    **settings: str,
) -> Iterator[Server]:
    """Run ``imgurl serve`` in a folder with settings such as ``http="h11"``; ends it at the end. It has few designs.

    ``files`` is how many files it may open; ``module`` is run in place of ``imgurl``. A server of this code starts
    with a cache that has the usual designs encoded ahead.
    """
    cache = folder / "imgurl-data" / "cache"
    if python_path in {None, ROOT} and not settings.keys() & {"data", "disk_cache_mb"} and not cache.exists():
        shutil.copytree(_encoded_ahead(), cache)
    environment = {
        **os.environ,
        # An installed package is to serve the designs that came with it.
        **({} if python_path else {"IMGURL_DESIGNS": str(few_designs())}),
        # Worker processes take a second of each core: whoever tests batches asks for them.
        "IMGURL_JOB_WORKERS": "0",
        # Nobody looks at /readyz while a test ends its server.
        "IMGURL_UNREADY_SECONDS": "0",
        **{f"IMGURL_{name.upper()}": value for name, value in settings.items()},
        **({"PYTHONPATH": str(python_path)} if python_path else {}),
    }
    port = free_port()
    command = [sys.executable, "-m", module, "serve", "--port", str(port), *options]
    if files is not None:
        command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *command]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=err)
    server = Server(process, port, folder)
    try:
        _await_start(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()


def _await_start(server: Server) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        assert server.process.poll() is None, f"the server ended: {server.errors} {server.log}"
        assert time.monotonic() < give_up, f"the server does not answer: {server.errors} {server.log}"
        with contextlib.suppress(ConnectionError):
            if server.ask("/readyz").status == 200:
                return
        time.sleep(0.05)


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)
