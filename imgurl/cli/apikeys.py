"""``imgurl keys api create|list|revoke``."""

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from imgurl.access.database import open_database
from imgurl.access.keys import DEFAULT_NAME, ApiKey, ApiKeys, Scope
from imgurl.cli.options import data_option
from imgurl.config import load_settings, secret_of
from imgurl.identifiers import DESIGN_ID
from imgurl.urls.mint import parse_lifetime

KEY_ID = re.compile(r"[0-9a-f]{12}")


@click.group()
def api() -> None:
    """Create, list and revoke the keys that programs call the API with."""


@api.command()
@click.option("--name", default=DEFAULT_NAME, show_default=True, help="Name of the calling service, for the log.")
@click.option("--test", is_flag=True, help="A test key: its images are watermarked and counted separately.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice([scope.value for scope in Scope]),
    help="What the key may do; repeat for more. read: designs, explain; render: generate, links; batch: batches; "
    "campaigns: their counts and limits; edit: designs; admin: everything.",
)  # fmt: skip
@click.option("--design", "designs", multiple=True, metavar="DESIGN", help="A design it may use; repeat. Without: all.")
@click.option("--expires", metavar="90d", help="Lifetime (90m, 12h, 30d, 8w) or last day (2026-12-31).")
@data_option
def create(
    name: str, test: bool, scopes: tuple[str, ...], designs: tuple[str, ...], expires: str | None, data: Path | None
) -> None:
    """Create a key and print it. It is shown only once; only its SHA-256 is kept.

    \b
      imgurl keys api create --name crm --scope read --scope render
    """
    for design in designs:
        if not DESIGN_ID.fullmatch(design):
            raise click.UsageError(
                f"--design: '{design}' is not a design id; those are lowercase letters, digits, - and _"
            )
    try:
        until = parse_lifetime(expires) if expires else None
    except ValueError as error:
        raise click.UsageError(f"--expires: {error}") from None
    with _opened(data) as keys:
        token, key = keys.create(
            name, [Scope(scope) for scope in scopes], test=test, designs=designs or None, expires=until
        )
    click.echo(token.text)
    click.echo(
        f"{_line(key)}\nkeep the key now, it can't be shown again; 'imgurl keys api revoke {key.id}' ends it", err=True
    )


@api.command("list")
@data_option
def list_keys(data: Path | None) -> None:
    """List the keys: id, beginning, name, kind, scopes, and whether each works."""
    with _opened(data) as keys:
        for key in keys.list():
            click.echo(_line(key))


@api.command()
@click.argument("key_id")
@data_option
def revoke(key_id: str, data: Path | None) -> None:
    """End a key for good. Running servers stop taking it within five seconds."""
    if not KEY_ID.fullmatch(key_id):
        # Not repeated: it may be a key, and this may end up in a log.
        raise click.UsageError("that is not a key id; 'imgurl keys api list' shows the ids")
    with _opened(data) as keys:
        key = keys.revoke(key_id)
    if key is None:
        raise click.UsageError(f"there is no key '{key_id}'; 'imgurl keys api list' shows them")
    click.echo(_line(key))


@contextlib.contextmanager
def _opened(data: Path | None) -> Iterator[ApiKeys]:
    settings = load_settings(data=data)
    engine = open_database(settings.data, secret_of(settings.database_url))
    try:
        yield ApiKeys(engine)
    finally:
        engine.dispose()


def _line(key: ApiKey) -> str:
    now = datetime.now(UTC).timestamp()
    if key.revoked is not None:
        state = f"revoked {_day(key.revoked)}"
    elif not key.is_live(now):
        state = f"expired {_day(key.expires or 0)}"
    else:
        state = f"works until {_day(key.expires)}" if key.expires else "works"
    parts = [key.id, f"{key.shown}…", key.name, "test" if key.test else "live", ",".join(sorted(key.scopes))]
    designs = [f"designs {','.join(key.designs)}"] if key.designs else []
    return "  ".join([*parts, *designs, f"made {_day(key.created)}", state])


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
