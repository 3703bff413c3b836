"""``imgurl campaigns list|stats|stop|start|budget``."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from imgurl.campaigns.control import Control, day_of, hour_of
from imgurl.campaigns.facts import Fact, Line
from imgurl.campaigns.lazy import LazyLedger
from imgurl.campaigns.ledger import Ledger
from imgurl.cli.options import data_option
from imgurl.config import load_settings, secret_of
from imgurl.identifiers import CAMPAIGN

# Campaigns that are read at once.
PAGE = 500

NONE_YET = "nothing was counted yet: links with a campaign label are made with --campaign"


class Label(click.ParamType[str]):
    """A campaign label."""

    name = "campaign"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the label; fail for anything else."""
        if not CAMPAIGN.fullmatch(value):
            self.fail(f"'{value}' is not a campaign label; those are lowercase letters, digits, - and _", param, ctx)
        return str(value)


class Limit(click.ParamType[int]):
    """A number of images, or ``none``, which is -1 here."""

    name = "limit"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; fail for anything else."""
        if value == "none":
            return -1
        if not str(value).isascii() or not str(value).isdigit() or len(str(value)) > 9:
            self.fail(f"'{value}' is not a whole number, and not 'none'", param, ctx)
        return int(value)


label_argument = click.argument("name", type=Label())


@click.group()
def campaigns() -> None:
    """Show what was counted of campaigns, stop and start them, and limit what is drawn for them.

    A campaign is the label that links are made with (mint --campaign, "campaign" in the API).
    """


@campaigns.command("list")
@data_option
def list_campaigns(data: Path | None) -> None:
    """List the campaigns: label, days, requests, images drawn, limits."""
    with _opened(data) as ledger:
        found = ledger.page(PAGE) if ledger else ()
        if not found:
            click.echo(NONE_YET, err=True)
        while ledger and found:
            for one in found:
                days = f"{one.first} to {one.last}" if one.first else "not sent yet"
                click.echo(f"{one.control.campaign}  {days}  served {one.served:,}  {_state(one.control)}")
            found = ledger.page(PAGE, found[-1].control.campaign)


@campaigns.command()
@label_argument
@click.option("--days", type=click.IntRange(1, 400), default=30, show_default=True, help="How many, up to today.")
@data_option
def stats(name: str, days: int, data: Path | None) -> None:
    """Show what was counted of a campaign: by day and design, and who fetched the images.

    gmail, yahoo and apple are proxies of mail platforms that say so; other is everybody else.
    """
    first = day_of((datetime.now(UTC) - timedelta(days - 1)).timestamp())
    with _opened(data) as ledger:
        counts = ledger.counts(name, first, day_of(time.time())) if ledger else {}
        control = ledger.find(name) if ledger else None
    if control is None:
        raise click.UsageError(f"there is no campaign '{name}'; 'imgurl campaigns list' shows them")
    parts: dict[tuple[str, str, str], dict[Line, int]] = {}
    for line, count in counts.items():
        parts.setdefault((line.day, line.design, line.via.value), {})[line] = count
    for (day, design, via), lines in parts.items():
        click.echo(f"{day}  {design}  {via}  {_counted(lines)}")
    click.echo(f"in all  {_counted(counts)}" if counts else f"nothing was counted in the last {days} days")
    click.echo(_state(control))


@campaigns.command()
@label_argument
@data_option
def stop(name: str, data: Path | None) -> None:
    """Show the default image for all links of a campaign, on every server within a few seconds.

    What mail platforms have in their caches stays there as long as the design's max_age says.
    """
    _change(data, name, {"stopped": int(time.time())})


@campaigns.command()
@label_argument
@data_option
def start(name: str, data: Path | None) -> None:
    """Show the images of a campaign again."""
    _change(data, name, {"stopped": None})


@campaigns.command()
@label_argument
@click.option("--per-hour", type=Limit(), metavar="N|none", help="Images that may be drawn in a clock hour.")
@click.option("--total", type=Limit(), metavar="N|none", help="Images that may be drawn in all.")
@data_option
def budget(name: str, per_hour: int | None, total: int | None, data: Path | None) -> None:
    """Limit how many different images are drawn for a campaign; 'none' takes a limit away.

    Beyond it, images that are in a cache are shown, and the default image for all others. Without options the budget
    is shown.

    \b
      imgurl campaigns budget spring-sale --per-hour 20000 --total 150000
    """
    limits = {"per_hour": per_hour, "total": total}
    _change(data, name, {key: None if limit == -1 else limit for key, limit in limits.items() if limit is not None})


def _change(data: Path | None, name: str, values: Mapping[str, int | None]) -> None:
    with _opened(data, create=True) as ledger:
        assert ledger is not None
        click.echo(f"{name}  {_state(ledger.change(name, values))}")


@contextlib.contextmanager
def _opened(data: Path | None, *, create: bool = False) -> Iterator[Ledger | None]:
    """Open the ledger; None if there is no database yet and none is to be created."""
    settings = load_settings(data=data)
    lazy = LazyLedger(settings.data, secret_of(settings.database_url))
    try:
        yield lazy.opened() if create or lazy.is_there else None
    finally:
        lazy.close()


def _state(control: Control) -> str:
    hour = control.renders_in(hour_of(time.time()))
    parts = [f"drawn {control.renders:,}{_of(control.total)}", f"this hour {hour:,}{_of(control.per_hour)}"]
    if control.stopped is not None:
        since = datetime.fromtimestamp(control.stopped, UTC).strftime("%Y-%m-%d %H:%M")
        parts.append(f"stopped since {since} UTC")
    return "  ".join(parts)


def _of(limit: int | None) -> str:
    return "" if limit is None else f" of {limit:,}"


def _counted(lines: Mapping[Line, int]) -> str:
    """Return the counts by fact, those of fallbacks by field."""
    sums: dict[tuple[Fact, str], int] = {}
    for line, count in lines.items():
        sums[line.fact, line.field] = sums.get((line.fact, line.field), 0) + count
    order = list(Fact)
    return ", ".join(
        f"{fact.value}{f' {field}' if field else ''} {count:,}"
        for (fact, field), count in sorted(sums.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    )
