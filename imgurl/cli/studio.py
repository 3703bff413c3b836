"""``imgurl studio``: a one-time link into the Studio."""

from functools import partial
from pathlib import Path

import click

from imgurl.access.passes import Passes
from imgurl.cli.options import data_option, open_keys
from imgurl.cli.running import running_address
from imgurl.config import Settings, load_settings
from imgurl.urls.signing import KeyRing


@click.command()
@data_option
def studio(data: Path | None) -> None:
    """Print a link that opens the Studio. It works once, for 10 minutes.

    Whoever opens it may do everything there for seven days, in that browser. Other people sign in with an API key:
    'imgurl keys api create'.
    """
    settings = load_settings(data=data)
    click.echo(studio_link(settings, open_keys(settings), running_address(settings.data)))


def studio_link(settings: Settings, ring: KeyRing, address: str | None = None) -> str:
    """Return a new one-time link; ``address`` is that of the running server, if it is known."""
    base = settings.base_url or (None if settings.cdn_base else address) or settings.own_address
    return f"{base.rstrip('/')}/studio/enter/{Passes(partial(_secret, ring)).new_link()}"


def _secret(ring: KeyRing) -> bytes:
    return ring.signing.secret
