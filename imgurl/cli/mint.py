"""``imgurl mint``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from imgurl.cli.links import html_tag
from imgurl.cli.options import (
    CHARSET_HELP,
    data_option,
    designs_option,
    open_designs,
    open_keys,
    pairs,
    require_dpr,
    require_good,
    set_option,
)
from imgurl.config import load_settings
from imgurl.design.library import Design
from imgurl.merge.dialects import BY_ID, find_dialect
from imgurl.urls.mint import Minter, parse_lifetime
from imgurl.urls.target import EXTENSIONS


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be minted: the design and the controls of the URL."""

    design: Design
    minter: Minter
    controls: dict[str, Any]


@click.command()
@click.argument("design")
@set_option
@click.option(
    "--open", "opened", multiple=True, metavar="NAME[=THEIR_FIELD]",
    help="Leave a field to the mail platform; THEIR_FIELD is its name over there. A --set of the same field is the "
    "fallback signed into this URL.",
)  # fmt: skip
@click.option("--esp", metavar="DIALECT", help=f"Mail platform: {', '.join(BY_ID)}. Without: <<name>> tags.")
@click.option("--ext", type=click.Choice(EXTENSIONS), default="png", show_default=True, help="Image format.")
@click.option("--expires", metavar="30d", help="Lifetime (90m, 12h, 30d, 8w) or last day (2026-12-31).")
@click.option("--pin", is_flag=True, help="Show this version of the design for ever, whatever is edited later.")
@click.option("--dpr", type=click.IntRange(1, 3), default=1, show_default=True, help="Device pixels per CSS pixel.")
@click.option("--campaign", metavar="NAME", help="Label for statistics and budgets.")
@click.option("--base-url", metavar="URL", help="What the link begins with [IMGURL_BASE_URL].")
@click.option("--html", is_flag=True, help="Print the <img> with width, height and alt.")
@click.option(
    "--csv",
    "list_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Mint one sealed URL for each row of a CSV; columns named like a field are its values, a --set is for rows "
    "without one.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where the list goes.")
@click.option("--column", default="image_url", show_default=True,
              help="Name of the added column; beside it stands image_path, what follows /i/.")  # fmt: skip
@click.option(
    "--map", "mapped", multiple=True, metavar="FIELD=COLUMN",
    help="In which column of the list a field stands, where that is not found; FIELD= is in none.",
)  # fmt: skip
@click.option("--charset", metavar="NAME", help=CHARSET_HELP)
@designs_option
@data_option
def mint(
    design: str, values: tuple[str, ...], opened: tuple[str, ...], esp: str | None, ext: str, expires: str | None,
    pin: bool, dpr: int, campaign: str | None, base_url: str | None, html: bool, list_file: Path | None,
    out: Path | None, column: str, mapped: tuple[str, ...], charset: str | None, designs: Path | None,
    data: Path | None,
) -> None:  # fmt: skip
    """Make a signed image URL and print it.

    \b
    A landing page or a CRM: all values sealed
      imgurl mint cert-2025 --set full_name="Ava Johnson"
    A mail platform fills the name, the offer is sealed
      imgurl mint newsletter-hero-april --open first_name --set offer_name="24 % off" --esp mailchimp --html
    A platform that cannot encode: one sealed URL for each recipient
      imgurl mint sales-banner-01 --csv contacts.csv --out with_urls.csv
    """
    if (list_file is None) != (out is None):
        raise click.UsageError("--csv and --out go together")
    if list_file is None and (mapped or charset):
        raise click.UsageError("--map and --charset are for --csv")
    if list_file and (opened or html):
        raise click.UsageError("--csv seals all values; leave out --open and --html")
    if esp:
        find_dialect(esp)
    settings = load_settings(designs=designs, data=data, base_url=base_url)
    _, _, library = open_designs(designs)
    require_good(library, design)
    found = library.find(design)
    require_dpr(found, dpr)
    sealed = pairs(values, "--set")
    if list_file and out:
        from imgurl.cli.mint_list import ListOrder, mint_list  # noqa: PLC0415 - a link alone needs no store of jobs

        controls = {
            "ext": ext, "dpr": dpr, "pin": found.version[:16] if pin else None, "expires": _expiry(expires),
            "campaign": campaign,
        }  # fmt: skip
        wanted = ListOrder(list_file, out, column, charset, pairs(mapped, "--map"), sealed, controls)
        mint_list(wanted, found, open_keys(settings), settings.links_begin_with)
        return
    order = Order(
        found,
        Minter(open_keys(settings).signing, settings.links_begin_with, library.fields),
        {
            "esp": esp,
            "ext": ext,
            "expires": _expiry(expires),
            "pin": found.version[:16] if pin else None,
            "dpr": dpr,
            "campaign": campaign,
        },
    )
    url = order.minter.mint(design, sealed, open=_opened(opened), **order.controls)
    click.echo(html_tag(found, url, sealed) if html else url)


def _opened(given: tuple[str, ...]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for text in given:
        name, _, theirs = text.partition("=")
        if name in found:
            raise click.UsageError(f"--open gives '{name}' twice")
        found[name] = theirs or None
    return found


def _expiry(text: str | None) -> int | None:
    try:
        return parse_lifetime(text) if text else None
    except ValueError as error:
        raise click.UsageError(f"--expires: {error}") from None
