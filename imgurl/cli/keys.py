"""``imgurl keys list|add|rotate|retire|revoke`` for signing keys; ``imgurl keys api …`` for those of the API."""

from dataclasses import replace
from pathlib import Path

import click

from imgurl.cli.lazy import LazyGroup
from imgurl.cli.options import data_option, open_keys
from imgurl.config import load_settings
from imgurl.errors import SettingsError
from imgurl.urls.keychange import Change, change_keys
from imgurl.urls.keyfile import FILE_NAME, load_keys
from imgurl.urls.signing import KeyRing, KeyState, SigningKey

Entries = tuple[SigningKey, ...]


@click.group(
    cls=LazyGroup,
    late={"api": ("imgurl.cli.apikeys", "Create, list and revoke the keys that programs call the API with.")},
)
def keys() -> None:
    """List, add, rotate, retire and revoke signing keys. Secrets are never printed.

    \b
      sign     signs new links; exactly one key does
      verify   signs no longer, or not yet; its links work
      retired  its links show the default image
      revoked  its links are refused

    Running servers and workers see a change within a second. Keys for programs that call the API are separate:
    'imgurl keys api'.
    """


@keys.command("list")
@data_option
def list_keys(data: Path | None) -> None:
    """List the keys and their states."""
    for key in open_keys(load_settings(data=data)).keys:
        click.echo(f"{key.id}  {key.state.value}")


@keys.command()
@data_option
def add(data: Path | None) -> None:
    """Add a key that verifies, to distribute to all servers before it signs. The very first key signs at once."""

    def added(keys: Entries) -> Entries:
        return (*keys, SigningKey.generate(_next_id(keys), KeyState.VERIFY if keys else KeyState.SIGN))

    _tell(_change(data, added, is_first=True)[-1])


@keys.command()
@data_option
def rotate(data: Path | None) -> None:
    """Let the newest verifying key sign, or a new one if there is none; the old one keeps verifying.

    An old key with a guessable secret is retired instead.
    """
    _tell(_change(data, _rotated)[-1])


@keys.command()
@click.argument("key_id")
@data_option
def retire(key_id: str, data: Path | None) -> None:
    """Show the design's default image for all links of a key from now on."""
    _set_state(key_id, KeyState.RETIRED, data)


@keys.command()
@click.argument("key_id")
@data_option
def revoke(key_id: str, data: Path | None) -> None:
    """Refuse the links of a key from now on, and those of its test key: for a key that has leaked."""
    _set_state(key_id, KeyState.REVOKED, data)


def _set_state(key_id: str, state: KeyState, data: Path | None) -> None:
    def changed(keys: Entries) -> Entries:
        key = next((key for key in keys if key.id == key_id), None)
        if key is None:
            raise click.UsageError(_no_such_key(key_id, keys, state))
        if key.state is KeyState.SIGN:
            raise click.UsageError(f"'{key_id}' signs new links; run 'imgurl keys rotate' first")
        if key.state is KeyState.REVOKED and state is not KeyState.REVOKED:
            raise click.UsageError(f"'{key_id}' is revoked, and a key that has leaked stays so")
        return tuple(replace(key, state=state) if key.id == key_id else key for key in keys)

    _tell(*(key for key in _change(data, changed) if key.id == key_id))


def _no_such_key(key_id: str, keys: Entries, state: KeyState) -> str:
    owner = KeyRing(keys).owner_of_test_key(key_id)
    if owner is None:
        return f"there is no key '{key_id}'; 'imgurl keys list' shows them"
    verb = "revoke" if state is KeyState.REVOKED else "retire"
    return (
        f"'{key_id}' is the test key of '{owner.id}', derived from it, and goes out of use with it: "
        f"'imgurl keys {verb} {owner.id}' does both"
    )


def _rotated(keys: Entries) -> Entries:
    signing = next((number for number, key in enumerate(keys) if key.state is KeyState.SIGN), -1)
    waiting = [key for key in keys[signing + 1 :] if key.state is KeyState.VERIFY and not key.is_weak]
    successor = waiting[-1] if waiting else SigningKey.generate(_next_id(keys), KeyState.SIGN)
    others = (_replaced(key) for key in keys if key.id != successor.id)
    return (*others, replace(successor, state=KeyState.SIGN))


def _replaced(key: SigningKey) -> SigningKey:
    """Return a key that signs no longer."""
    if key.is_weak:
        return replace(key, state=KeyState.RETIRED)
    return replace(key, state=KeyState.VERIFY) if key.state is KeyState.SIGN else key


def _change(data: Path | None, change: Change, *, is_first: bool = False) -> Entries:
    """Change the key file; return the keys that are in it now. Raises SettingsError where there is none to change."""
    settings = load_settings(data=data)
    if settings.signing_keys is not None:
        raise SettingsError("the keys come from IMGURL_SIGNING_KEYS; change them there")
    if not is_first and not (settings.data / FILE_NAME).exists():
        # For its words.
        load_keys(settings.data, None)
    return change_keys(settings.data, change).keys


def _tell(*keys: SigningKey) -> None:
    for key in keys:
        click.echo(f"{key.id}  {key.state.value}")


def _next_id(keys: Entries) -> str:
    numbers = [int(key.id[1:]) for key in keys if key.id[:1] == "k" and key.id[1:].isdigit()]
    return f"k{max(numbers, default=0) + 1}"
