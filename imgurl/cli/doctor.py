"""``imgurl doctor``: what is wrong with a server, and what to do about it."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from imgurl.cli.drawing import open_server_view
from imgurl.cli.lazy import require
from imgurl.cli.options import data_option, designs_option, open_keys
from imgurl.cli.running import running_address
from imgurl.config import load_settings
from imgurl.doctor.examination import examine
from imgurl.doctor.findings import Finding, Verdict
from imgurl.jobs.processes import cores

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
    settings = load_settings(data=data, designs=designs)
    require("psycopg", needed=settings.database_url)
    require("redis", needed=settings.redis_url)
    address = server or (None if settings.base_url or settings.cdn_base else running_address(settings.data))
    findings = examine(
        settings,
        (address or settings.own_address).rstrip("/"),
        open_server_view(settings),
        open_keys(settings),
        cores(),
    )
    worst = Verdict.OK
    for finding in findings:
        click.echo(json.dumps(asdict(finding), ensure_ascii=False) if as_json else _in_words(finding))
        worst = max(worst, finding.verdict, key=list(Verdict).index)
    sys.exit(1 if worst is Verdict.PROBLEM else 0)


def _in_words(finding: Finding) -> str:
    cure = f"\n          {finding.cure}" if finding.cure else ""
    return f"{MARKS[finding.verdict]}  {finding.check}: {finding.sentence}{cure}"
