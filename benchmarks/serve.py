"""Requests per second over HTTP and their latency, measured with wrk: drawn each time, and from the cache.

The server has one worker on one core, wrk has another core. *uncached*: another name in every URL, no disk cache, a
memory cache of 4 MB. *cached*: one URL of about 140 kB again and again; nginx next to it serves a file of the same
bytes, and thumbor its stored result. thumbor lays the three texts of the hero over the ready background with Pillow's
``draw.text``, in one line each and without shadows, so it has less to do. What is not installed is left out.
"""

import argparse
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from benchmarks.serving import (
    DESIGN,
    ROOT,
    VALUES,
    Load,
    Served,
    cores,
    defaults_served,
    free_port,
    load,
    machine,
    mint_targets,
    missing_tools,
    names,
    new_key,
    pinned,
    running,
    serving_imgurl,
)
from imgurl.config import shipped
from imgurl.design.library import load_design
from imgurl.plate.compile import compile_plate
from imgurl.text.fonts import load_catalogue
from imgurl.urls.signing import SigningKey

THUMBOR = Path(__file__).parent / "peers" / ".venv-thumbor"
INSTALL = f"python -m venv {THUMBOR.relative_to(ROOT)} && {THUMBOR.relative_to(ROOT)}/bin/pip install thumbor"

NGINX_CONFIG = """
worker_processes 1;
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000;
  types {{ image/jpeg jpg; }}
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""

THUMBOR_CONFIG = """
LOADER = "thumbor.loaders.file_loader"
FILE_LOADER_ROOT_PATH = {files!r}
STORAGE = "thumbor.storages.no_storage"
RESULT_STORAGE = {results}
RESULT_STORAGE_FILE_STORAGE_ROOT_PATH = {stored!r}
ALLOW_UNSAFE_URL = True
RESULT_STORAGE_STORES_UNSAFE = True
QUALITY = 85
FILTERS = ["thumbor.filters.quality", "thumbor.filters.format", "text_overlay"]
"""

# thumbor ships no filter that writes text.
THUMBOR_FILTER = """
from PIL import ImageDraw, ImageFont
from thumbor.filters import BaseFilter, filter_method

PLACES = {places!r}
FONTS = [ImageFont.truetype(file, size) for file, size, _, _, _ in PLACES]


class Filter(BaseFilter):
    @filter_method(BaseFilter.String)
    async def text_overlay(self, name):
        pen = ImageDraw.Draw(self.engine.image)
        for font, (_, _, at, ink, text) in zip(FONTS, PLACES):
            pen.text(at, text.replace("NAME", name), font=font, fill=ink)
"""

Figures = dict[str, dict[str, dict[str, float]]]


class Bench:
    """One run: its folder, its seconds, and the figures so far."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.seconds = seconds
        self.figures: Figures = {}
        self.server_core, self._wrk_core = cores()

    def room(self, name: str) -> Path:
        """Return an empty folder."""
        path = self.folder / name
        path.mkdir()
        return path

    def measure(self, case: str, who: str, server: Served, targets: Sequence[str]) -> Load:
        """Load a server, print and keep the figures."""
        seen = load(server, targets, self.seconds, self.folder, core=self._wrk_core)
        self.figures.setdefault(case, {})[who] = seen.figures
        print(
            f"{case:18}{who:10}{seen.rate:11,.1f}{seen.figures['per_cpu_second']:15,.1f}"
            f"{seen.median_ms:12.2f}{seen.p99_ms:10.2f}{f'  {seen.errors} errors' if seen.errors else ''}",
            flush=True,
        )
        return seen


def measure_imgurl(bench: Bench, key: SigningKey) -> bytes:
    """Measure ours; return the image whose cached serving was measured."""
    for ext in ("jpg", "png"):
        targets = mint_targets(key, ext)
        with serving_imgurl(bench.room(f"imgurl-{ext}"), key, core=bench.server_core) as server:
            seen = bench.measure(f"uncached hero.{ext}", "imgurl", server, targets)
            if late := defaults_served(server):
                print(f"  of these about {late} were default images: drawing took too long")
            if seen.requests > len(targets):
                print(f"  the {len(targets):,} URLs came round again; the memory cache is too small to have kept them")
    target = mint_targets(key, "jpg")[0]
    with serving_imgurl(bench.room("imgurl-cached"), key, core=bench.server_core) as server:
        body = server.get(target)
        bench.measure("cached hero.jpg", "imgurl", server, [target])
    return body


def measure_nginx(bench: Bench, body: bytes) -> None:
    """Measure nginx with a file of the same bytes."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        print("nginx is left out: it is not installed (apt-get install nginx-light)")
        return
    folder = bench.room("nginx")
    (folder / "files").mkdir()
    (folder / "files" / "hero.jpg").write_bytes(body)
    port = free_port()
    # As root, nginx would let its worker run as "nobody", who may not read a temporary folder.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX_CONFIG.format(folder=folder, port=port, user=user))
    command = pinned(bench.server_core, [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    with running(command, port, "/hero.jpg", folder) as server:
        bench.measure("cached hero.jpg", "nginx", server, ["/hero.jpg"])


@contextlib.contextmanager
def serving_thumbor(bench: Bench, room: str, *, stores: bool) -> Iterator[Served]:
    """Run thumbor with a filter that writes the hero's texts on its background."""
    folder = bench.room(room)
    files = folder / "files"
    files.mkdir()
    write_background(files / "hero.jpg")
    results = '"thumbor.result_storages.file_storage"' if stores else "None"
    config = THUMBOR_CONFIG.format(files=str(files), results=results, stored=str(folder / "stored"))
    (folder / "thumbor.conf").write_text(config)
    (folder / "text_overlay.py").write_text(THUMBOR_FILTER.format(places=places()))
    port = free_port()
    options = ["-i", "127.0.0.1", "-p", str(port), "-c", "thumbor.conf", "-l", "error"]
    command = pinned(bench.server_core, [str(THUMBOR / "bin" / "thumbor"), *options])
    with running(command, port, "/healthcheck", folder, PYTHONPATH=str(folder)) as server:
        yield server


def places() -> list[tuple[str, int, tuple[int, int], tuple[int, int, int], str]]:
    """Return font file, size, place, colour and text of each of the hero's texts."""
    serif, slanted, sans = (
        str(shipped("fonts") / name)
        for name in (
            "playfair-display/PlayfairDisplay.ttf",
            "playfair-display/PlayfairDisplay-Italic.ttf",
            "inter/Inter.ttf",
        )
    )
    return [
        (serif, 86, (68, 150), (255, 255, 255), "Hi NAME,"),
        (slanted, 54, (70, 270), (246, 233, 228), f"spring is here in {VALUES['city']}."),
        (sans, 28, (120, 444), (15, 61, 51), VALUES["offer_name"]),
    ]


def write_background(path: Path) -> None:
    """Write what of the hero is the same for everybody."""
    fonts = load_catalogue(shipped("fonts"))
    plate = compile_plate(load_design(shipped("designs") / DESIGN, fonts), fonts)
    plate.base_with_overlays.convert("RGB").save(path, quality=95)


def thumbor_targets(ext: str) -> list[str]:
    """Return a URL for each name."""
    kind = {"jpg": "jpeg", "png": "png"}[ext]
    return [f"/unsafe/filters:text_overlay({quote(name)}):format({kind})/hero.jpg" for name in names()]


def measure_thumbor(bench: Bench) -> None:
    """Measure thumbor, drawing and serving a stored result."""
    if not (THUMBOR / "bin" / "thumbor").exists():
        print(f"thumbor is left out: it is not installed. In {ROOT}: {INSTALL}")
        return
    with serving_thumbor(bench, "thumbor", stores=False) as server:
        for ext in ("jpg", "png"):
            bench.measure(f"uncached hero.{ext}", "thumbor", server, thumbor_targets(ext))
    with serving_thumbor(bench, "thumbor-cached", stores=True) as server:
        bench.measure("cached hero.jpg", "thumbor", server, thumbor_targets("jpg")[:1])


def ratios(figures: Figures) -> dict[str, float]:
    """Return how many times a peer's requests we answer."""
    return {
        f"{case}, imgurl to {who}{note}": rows["imgurl"][name] / rows[who][name]
        for case, rows in figures.items()
        for who in rows
        for name, note in (("requests_per_second", ""), ("per_cpu_second", ", per processor second"))
        if who != "imgurl" and rows[who][name]
    }


def attempt(what: str, work: Callable[[], None]) -> None:
    """Measure a peer; one that does not start here is left out."""
    try:
        work()
    except (RuntimeError, OSError) as error:
        print(f"{what} is left out: {error}")


def main(arguments: list[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks serve", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, metavar="N", help="length of each measurement [10]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    options = parser.parse_args(arguments)
    if missing := missing_tools():
        raise SystemExit(f"needed and not installed: {', '.join(missing)} (apt-get install wrk util-linux)")
    with tempfile.TemporaryDirectory(prefix="imgurl-serve-") as folder:
        bench = Bench(Path(folder), options.seconds)
        if len(set(cores())) == 1:
            print("one core only: wrk takes time from the server it measures")
        print(f"{machine()}\n")
        print(f"{'':28}{'requests/s':>11}{'/processor s':>15}{'median ms':>12}{'p99 ms':>10}", flush=True)
        body = measure_imgurl(bench, new_key())
        attempt("nginx", lambda: measure_nginx(bench, body))
        attempt("thumbor", lambda: measure_thumbor(bench))
    compared = ratios(bench.figures)
    print(f"\ncached image: {len(body) / 1e3:.0f} kB\n")
    for name, value in compared.items():
        print(f"{name:62}{value:9.2f}")
    if options.json:
        report = {"machine": machine(), "cached_bytes": len(body), **bench.figures, "ratios": compared}
        options.json.write_text(json.dumps(report, indent=1))
