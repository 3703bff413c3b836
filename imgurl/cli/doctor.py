"""``imgurl doctor``: what is wrong with a server, and what to do about it."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click

from imgurl.cli.drawing import open_server_view
from imgurl.cli.lazy import missing_extra, require
from imgurl.cli.options import data_option, designs_option, open_keys
from imgurl.cli.running import running_address
from imgurl.config import Settings, load_settings
from imgurl.doctor.examination import examine
from imgurl.doctor.findings import Finding, Verdict, problem
from imgurl.errors import ImgurlError, SettingsError
from imgurl.jobs.processes import cores

Opened = TypeVar("Opened")

MARKS = {Verdict.OK: "ok      ", Verdict.SKIPPED: "-       ", Verdict.WARNING: "warning ", Verdict.PROBLEM: "PROBLEM "}


@click.command()
@click.option("--server", metavar="URL", help="Address of the server itself, with nothing in front [http://host:port].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@data_option
@designs_option
def doctor(server: str | None, data: Path | None, designs: Path | None, *, as_json: bool) -> None:
    """Look at settings, keys, designs, disk, databases and store; mint links, fetch them and compare.

    Run it on the server's machine, with the server's settings, while it runs. Links are fetched from the server itself
    and through the public address (IMGURL_BASE_URL): what a proxy, CDN or firewall changes or refuses is named. Exit
    code 1 if there is a problem.
    """
    findings = _findings(server, data, designs)
    worst = Verdict.OK
    for finding in findings:
        click.echo(json.dumps(asdict(finding), ensure_ascii=False) if as_json else _in_words(finding))
        worst = max(worst, finding.verdict, key=list(Verdict).index)
    sys.exit(1 if worst is Verdict.PROBLEM else 0)


def _findings(server: str | None, data: Path | None, designs: Path | None) -> Iterator[Finding]:
    """Yield what is found. Where nothing can be looked at, that is what is found: programs read each line."""
    try:
        settings = load_settings(data=data, designs=designs)
        require("psycopg", needed=settings.database_url)
        require("redis", needed=settings.redis_url)
    except SettingsError as error:
        yield problem("settings", str(error), "set it right, then ask again: nothing was looked at")
        return
    except ModuleNotFoundError as error:
        yield problem("settings", missing_extra(error) or str(error), "then ask again: nothing was looked at")
        return
    address = server or (None if settings.base_url or settings.cdn_base else running_address(settings.data))
    yield from examine(
        settings,
        (address or settings.own_address).rstrip("/"),
        _or_error(open_server_view, settings),
        _or_error(open_keys, settings),
        cores(),
    )


def _or_error(open_it: Callable[[Settings], Opened], settings: Settings) -> Opened | ImgurlError:
    try:
        return open_it(settings)
    except ImgurlError as error:
        return error


def _in_words(finding: Finding) -> str:
    cure = f"\n          {finding.cure}" if finding.cure else ""
    return f"{MARKS[finding.verdict]}  {finding.check}: {finding.sentence}{cure}"
