"""``imgurl serve``."""

import contextlib
import os
import signal
import socket
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import structlog
import uvicorn
from uvicorn.supervisors import Multiprocess

from imgurl.access.tokens import FILE_NAME as API_KEYS_FILE
from imgurl.cli.lazy import require
from imgurl.cli.links import demo_links, example_tag
from imgurl.cli.options import FOLDER, open_keys, settings_help
from imgurl.cli.running import announced
from imgurl.cli.studio import studio_link
from imgurl.config import FIGURES_FOLDER, MAIN_PROCESS, Settings, describe, hand_to_workers, load_settings, secret_of
from imgurl.design.library import Library, load_library
from imgurl.errors import SettingsError
from imgurl.jobs.demand import Demand
from imgurl.jobs.lazy import has_engine
from imgurl.jobs.processes import WorkerProcesses, cores, machine_name, worker_ids
from imgurl.jobs.turn import WorkersTurn
from imgurl.text.fonts import load_catalogue
from imgurl.urls.keychange import make_first_key
from imgurl.urls.keyfile import FILE_NAME, require_folder
from imgurl.urls.mint import Minter
from imgurl.urls.signing import KeyRing
from imgurl.version import __version__
from imgurl.web.connections import ACCEPTED_AT_ONCE, raise_file_limit
from imgurl.web.logs import configure_logs
from imgurl.web.protocols import PROTOCOLS

EPILOG = "\b\nEvery setting can be given in the environment:\n\n\b\n" + settings_help(describe())

# Free space that a data folder must have: for the key, and for the databases of API keys and jobs.
FREE_BYTES = 1_000_000

LOOPBACK = ("127.0.0.1", "localhost", "::1")

# uvloop accepts one connection of each socket in a turn of its loop, however many wait: after a burst of six hundred, a
# server that is busy would not see the next one for seconds. Each socket more costs 3 µs a connection.
ACCEPTED_IN_TURN = 4


@click.command(epilog=EPILOG)
@click.option("--host", help="Address to listen on [127.0.0.1].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on [8000].")
@click.option("--workers", type=click.IntRange(1), help="Server processes; one answers for many renderers [1].")
@click.option(
    "--renderers",
    type=click.IntRange(0, 256),
    help="Processes that draw; 0 draws in the server process [one per core].",
)
@click.option("--designs", type=FOLDER, metavar="DIR", help="Folder of the designs [the shipped ones].")
@click.option("--data", type=FOLDER, metavar="DIR", help="Folder for keys and cache [./imgurl-data].")
def serve(**options: Any) -> None:
    """Start the server and print a link for each design on standard error; the log goes to standard output.

    The first start creates a signing key in the data folder. Keep that folder: without the key, every link ever sent
    stops working. Two servers may use one data folder, on two ports, so a new version can start before the old
    one ends. One of them runs the job workers.
    """
    settings = load_settings(**options)
    require("psycopg", needed=settings.database_url)
    require("redis", needed=settings.redis_url)
    reason = _unwritable(settings.data)
    if settings.signing_keys is None:
        require_folder(settings.data)
        if reason is not None and not (settings.data / FILE_NAME).exists():
            raise SettingsError(
                f"the data folder {settings.data} can't be written to ({reason}), and the signing key has to be stored "
                "there; free some space, name another folder with --data, or give a key in IMGURL_SIGNING_KEYS"
            )
        make_first_key(settings.data)
    ring = open_keys(settings)
    library = load_library(settings.designs, load_catalogue(settings.fonts))
    if not library.designs:
        raise SettingsError(f"no design in {settings.designs} can be served; 'imgurl designs check' says why")
    settings = replace(settings, port=_free_port(settings.host, settings.port))
    _greet(settings, library, Minter(ring.signing, settings.links_begin_with, library.fields))
    _invite(settings, ring)
    with _figures() as shared:
        hand_to_workers(settings, **shared, **{MAIN_PROCESS: str(os.getpid())})
        _run(settings, library, reason)


def _app(settings: Settings, library: Library) -> str | Callable[[], Any]:
    """Return what builds the application: its name for processes of their own, else what hands on the designs."""
    if settings.workers > 1:
        return "imgurl.web.app:create_app"
    # Not at the top: a parent of server processes builds no server itself.
    from imgurl.web.app import create_app  # noqa: PLC0415

    return partial(create_app, library=library)


def _run(settings: Settings, library: Library, unwritable: str | None) -> None:
    """Serve until a signal ends it."""
    # uvicorn drains on SIGTERM and then raises it once more: a stop that was asked for is not a failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    configure_logs(settings.log_level)
    raise_file_limit()
    try:
        with announced(settings.data, settings.links_begin_with), _job_workers(settings, unwritable):
            config = uvicorn.Config(
                _app(settings, library),
                factory=True,
                workers=settings.workers,
                http=PROTOCOLS[settings.http],
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                # What an answer says depends on nothing that a proxy adds.
                proxy_headers=False,
                backlog=ACCEPTED_AT_ONCE,
                timeout_keep_alive=settings.idle_seconds,
                timeout_graceful_shutdown=settings.drain_seconds,
            )
            _run_server(config, _listening(settings.host, settings.port))
    except SystemExit as end:
        # uvicorn has more exit codes than the two of this command.
        sys.exit(1 if end.code else 0)


def _run_server(config: uvicorn.Config, sockets: list[socket.socket]) -> None:
    """Serve on these sockets, in this process or several others."""
    if config.workers > 1:
        Multiprocess(config, sockets=sockets).run()
        return
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets)
    if not server.started:
        sys.exit(1)


def _listening(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen on all addresses of a host, each several times."""
    sockets = list[socket.socket]()
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    try:
        for family, address in dict.fromkeys((family, address) for family, _, _, _, address in addresses):
            sockets.append(socket.create_server(address[:2], family=family, backlog=ACCEPTED_AT_ONCE))
            sockets += [sockets[-1].dup() for _ in range(ACCEPTED_IN_TURN - 1)]
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    structlog.get_logger().info("listening", host=host, port=port)
    return sockets


@contextlib.contextmanager
def _figures() -> Iterator[Mapping[str, str]]:
    """Create the folder through which the figures of all processes are added up; it is removed with the server.

    A new one each time, and not in the data folder, which another server may share: old figures would count twice.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="imgurl-metrics-", ignore_cleanup_errors=True)
    except OSError:
        # Without a place for files each process shows its own figures.
        yield {}
        return
    with folder as name:
        yield {FIGURES_FOLDER: name}


@contextlib.contextmanager
def _job_workers(settings: Settings, unwritable: str | None) -> Iterator[None]:
    """Run worker processes while there is work for them; log it if that is impossible.

    ``unwritable`` says why the data folder can't be written to, None if it can.
    """
    count = cores() if settings.job_workers is None else settings.job_workers
    ids = worker_ids(machine_name(settings.worker_id), count)
    if unwritable is not None:
        lacking = [] if settings.database_url and settings.store_url else ["API", "batches"]
        structlog.get_logger().warning(
            "the data folder can't be written to: images go out, without a cache on disk"
            + (", and there are no API and no batches" if lacking else ""),
            folder=str(settings.data), reason=unwritable,
        )  # fmt: skip
        ids = [] if lacking else ids
    if ids and not has_engine():
        structlog.get_logger().info("no batches: pip install 'imgurl[jobs]' brings the job engine")
        ids = []
    if not ids:
        yield
        return
    database_url = secret_of(settings.database_url)
    demand = Demand(settings.data.absolute(), database_url)
    turn = WorkersTurn(settings.data.absolute(), database_url, ids[0])
    with WorkerProcesses(ids, settings.drain_seconds, demand=demand, turn=turn):
        yield
    demand.close()


def _unwritable(data: Path) -> str | None:
    """Return why no file of a useful size can be created in the data folder, None if one can."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data) as file:
            file.write(bytes(FREE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or str(error)
    return None


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for port 0, which the links have to name.

    Raises SettingsError if the address can't be listened on: before the links are printed rather than after.
    """
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
            return int(listening.getsockname()[1])
    except OSError as error:
        raise _cannot_listen(host, port, error) from error


def _cannot_listen(host: str, port: int, error: OSError) -> SettingsError:
    return SettingsError(f"cannot listen on {host}:{port}: {error.strerror or error}; choose another port with --port")


def _greet(settings: Settings, library: Library, minter: Minter) -> None:
    """Greet on standard error: standard output is the log, one JSON object a line, for programs."""
    count = len(library.designs)
    say = partial(click.echo, err=True)
    designs = "a design" if count == 1 else f"{count} designs"
    say(f"imgurl {__version__} serves {designs}. Here is a link for each, with sample values:\n")
    for design, link in demo_links(library, minter):
        say(f"  {design.document.title}\n  {link}\n")
    tag = example_tag(library, minter)
    if tag:
        indented = textwrap.indent(tag, "  ")
        say(f"Paste this into a Mailchimp campaign (code view); Mailchimp fills in the name:\n\n{indented}\n")
    for error in library.broken.values():
        say(f"Not served: {error}\n")
    say(
        "More links: imgurl mint --help. What a link shows and why: imgurl explain URL.\n"
        f"Keys and cache are in {settings.data}; keep a copy of keys.json. Stop with Ctrl-C.\n"
    )


def _invite(settings: Settings, ring: KeyRing) -> None:
    """Say how to open the Studio: with a link, as long as there are no API keys and only this computer can come."""
    is_new = settings.database_url is None and not (settings.data / API_KEYS_FILE).exists()
    if is_new and settings.host in LOOPBACK:
        link = studio_link(settings, ring)
        click.echo(f"Open {link}\nto make your own, without a terminal. It works once, for 10 minutes.\n", err=True)
    else:
        click.echo("The Studio is at /studio; 'imgurl studio' prints a link that opens it.\n", err=True)
