"""``imgurl serve``."""

import shutil
import signal
import socket
import sys
from pathlib import Path

import click
import uvicorn

from imgurl import __version__
from imgurl.cli.links import demo_links, example_tag
from imgurl.cli.options import FOLDER, open_keys, settings_help
from imgurl.config import Settings, describe, hand_to_workers, load_settings
from imgurl.design.library import Library, load_library
from imgurl.errors import SettingsError
from imgurl.jobs.processes import WorkerProcesses, cores, machine_name, worker_ids
from imgurl.text.fonts import load_catalogue
from imgurl.urls.keychange import make_first_key
from imgurl.urls.mint import Minter
from imgurl.web.logs import configure_logs
from imgurl.web.protocols import PROTOCOLS

EPILOG = "\b\nEvery setting can be given in the environment:\n\n\b\n" + settings_help(describe())


@click.command(epilog=EPILOG)
@click.option("--host", help="Address to listen on [127.0.0.1].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on [8000].")
@click.option("--workers", type=click.IntRange(1), help="Server processes; one a core is right [1].")
@click.option("--designs", type=FOLDER, metavar="DIR", help="Folder of the designs [the shipped ones].")
@click.option("--data", type=FOLDER, metavar="DIR", help="Folder for keys and cache [./imgurl-data].")
def serve(host: str | None, port: int | None, workers: int | None, designs: Path | None, data: Path | None) -> None:
    """Start the server, and print a ready link for each design.

    On the first start it makes a signing key in the data folder. Keep that folder: without the key, every link that
    was ever sent is dead.
    """
    settings = load_settings(host=host, port=port, workers=workers, designs=designs, data=data)
    if settings.keys is None:
        make_first_key(settings.data)
    ring = open_keys(settings)
    library = load_library(settings.designs, load_catalogue(settings.fonts))
    if not library.designs:
        raise SettingsError(f"no design in {settings.designs} can be served; 'imgurl designs check' says why")
    settings = settings.model_copy(update={"port": _free_port(settings.host, settings.port)})
    _greet(settings, library, Minter(ring.signing, settings.links_begin_with, library.fields))
    shared: dict[str, str] = {}
    if settings.workers > 1:
        # Figures of several processes are added up through files; old ones would count twice.
        figures = settings.data.absolute() / "metrics"
        shutil.rmtree(figures, ignore_errors=True)
        figures.mkdir(parents=True)
        shared["PROMETHEUS_MULTIPROC_DIR"] = str(figures)
    hand_to_workers(settings, **shared)
    # uvicorn drains on SIGTERM and then raises it once more: a stop that was asked for is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    job_workers = cores() if settings.job_workers is None else settings.job_workers
    configure_logs(settings.log_level)
    try:
        with WorkerProcesses(worker_ids(machine_name(settings.worker_id), job_workers), settings.drain_seconds):
            uvicorn.run(
                "imgurl.web.app:create_app",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                http=PROTOCOLS[settings.http],
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                # What an answer says depends on nothing that a proxy adds.
                proxy_headers=False,
                timeout_graceful_shutdown=settings.drain_seconds,
            )
    except SystemExit as end:
        # uvicorn has more exit codes than the two of this command.
        sys.exit(1 if end.code else 0)


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for port 0, which the links have to name.

    Raises SettingsError where the address can't be listened on: better said before the links than behind them.
    """
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
            return int(listening.getsockname()[1])
    except OSError as error:
        raise SettingsError(
            f"{host} port {port} can't be listened on: {error.strerror or error}; choose another with --port"
        ) from error


def _greet(settings: Settings, library: Library, minter: Minter) -> None:
    count = len(library.designs)
    click.echo(
        f"imgurl {__version__} serves {count} design{'s' if count != 1 else ''}. A link for each, with sample values:\n"
    )
    for design, link in demo_links(library, minter):
        click.echo(f"  {design.document.title}\n  {link}\n")
    tag = example_tag(library, minter)
    if tag:
        click.echo(f"To paste into a Mailchimp campaign (code view); Mailchimp puts the name in:\n\n  {tag}\n")
    for error in library.broken.values():
        click.echo(f"Not served: {error}\n", err=True)
    click.echo(
        "More links: imgurl mint --help. What a link shows and why: imgurl explain URL.\n"
        f"Keys and cache are in {settings.data}; keep a copy of keys.json. Stop with Ctrl-C.\n"
    )
