"""``imgurl keys list|add|rotate|retire|revoke`` for signing keys; ``imgurl keys api …`` for those of the API."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from imgurl.cli.apikeys import api
from imgurl.cli.options import data_option, open_keys
from imgurl.config import Settings, load_settings
from imgurl.errors import SettingsError
from imgurl.urls.keyfile import FILE_NAME, load_keys, make_first_key, save_keys
from imgurl.urls.signing import KeyRing, KeyState, SigningKey


@click.group()
def keys() -> None:
    """List, add, rotate, retire and revoke signing keys. Secrets are never printed.

    A key signs, or only verifies (mail that was sent stays alive), or is retired (its links show the default image),
    or revoked (its links are refused).

    The keys with which programs call the API are other ones: 'imgurl keys api'.
    """


keys.add_command(api)


@keys.command("list")
@data_option
def list_keys(data: Path | None) -> None:
    """List the keys and their states."""
    for key in open_keys(load_settings(data=data)).keys:
        click.echo(f"{key.id}  {key.state.value}")


@keys.command()
@data_option
def add(data: Path | None) -> None:
    """Add a key that verifies, to hand to all servers before it signs. The very first key signs at once."""
    settings = _own_file(data)
    if not (settings.data / FILE_NAME).exists():
        make_first_key(settings.data)
        click.echo("k1  sign")
        return
    key = SigningKey.generate(_next_id(load_keys(settings.data, None)), KeyState.VERIFY)
    _change(settings, lambda ring: (*ring.keys, key))
    click.echo(f"{key.id}  verify")


@keys.command()
@data_option
def rotate(data: Path | None) -> None:
    """Let the newest verifying key sign, or a new one where there is none; the old one goes on verifying."""
    settings = _own_file(data)
    ring = load_keys(settings.data, None)
    waiting = [key for key in ring.keys if key.state is KeyState.VERIFY and ring.keys.index(key) > _signing_index(ring)]
    successor = waiting[-1] if waiting else SigningKey.generate(_next_id(ring), KeyState.SIGN)
    successor = replace(successor, state=KeyState.SIGN)

    def rotated(old: KeyRing) -> tuple[SigningKey, ...]:
        others = (
            replace(key, state=KeyState.VERIFY) if key.state is KeyState.SIGN else key
            for key in old.keys
            if key.id != successor.id
        )
        return (*others, successor)

    _change(settings, rotated)
    click.echo(f"{successor.id}  sign")


@keys.command()
@click.argument("key_id")
@data_option
def retire(key_id: str, data: Path | None) -> None:
    """Let the links of a key show the design's default image from now on."""
    _set_state(key_id, KeyState.RETIRED, data)


@keys.command()
@click.argument("key_id")
@data_option
def revoke(key_id: str, data: Path | None) -> None:
    """Refuse the links of a key from now on: for a key that has leaked."""
    _set_state(key_id, KeyState.REVOKED, data)


def _set_state(key_id: str, state: KeyState, data: Path | None) -> None:
    settings = _own_file(data)
    key = load_keys(settings.data, None).find(key_id)
    if key is None:
        raise click.UsageError(f"there is no key '{key_id}'; 'imgurl keys list' shows them")
    if key.state is KeyState.SIGN:
        raise click.UsageError(f"'{key_id}' signs new links; run 'imgurl keys rotate' first")
    if key.state is KeyState.REVOKED:
        raise click.UsageError(f"'{key_id}' is revoked, and a key that has leaked stays so")
    _change(settings, lambda ring: tuple(replace(k, state=state) if k.id == key_id else k for k in ring.keys))
    click.echo(f"{key_id}  {state.value}")


def _change(settings: Settings, change: Callable[[KeyRing], tuple[SigningKey, ...]]) -> None:
    save_keys(settings.data, KeyRing(change(load_keys(settings.data, None))))
    click.echo("running servers read the keys when they start: restart them", err=True)


def _own_file(data: Path | None) -> Settings:
    settings = load_settings(data=data)
    if settings.keys is not None:
        raise SettingsError("the keys come from IMGURL_KEYS; change them there")
    return settings


def _signing_index(ring: KeyRing) -> int:
    return ring.keys.index(ring.signing)


def _next_id(ring: KeyRing) -> str:
    numbers = [int(key.id[1:]) for key in ring.keys if key.id[:1] == "k" and key.id[1:].isdigit()]
    return f"k{max(numbers, default=0) + 1}"
