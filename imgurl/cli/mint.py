"""``imgurl mint``."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click

from imgurl.cli.options import (
    CHARSET_HELP,
    data_option,
    designs_option,
    keep_version,
    open_design,
    open_keys,
    pairs,
    require_dpr,
    set_option,
)
from imgurl.cli.running import link_base
from imgurl.config import Settings, load_settings
from imgurl.design.layers.coding import undrawn_codes
from imgurl.design.library import Design
from imgurl.errors import BadValue, UnknownField
from imgurl.formats import ImageFormat
from imgurl.identifiers import PIN_DIGITS
from imgurl.merge.alternative import why_not_personal
from imgurl.merge.dialects import BY_ID, Dialect, find_dialect
from imgurl.merge.judge import Flag, Words
from imgurl.snippets import Personal, html_tag
from imgurl.urls.controls import Controls
from imgurl.urls.mint import Minter, parse_lifetime
from imgurl.urls.sealing import SealedRow, Shown, candidate, fallback_mistakes, seal_row
from imgurl.urls.target import EXTENSIONS

# Bytes of a line of HTML. Mail servers break lines of more than 998 (RFC 5321, 4.5.3.1.6); values of recipients are
# often longer than their tags.
MAX_LINE = 980


@dataclass(frozen=True, slots=True)
class Link:
    """A minted link, and what it was minted with."""

    design: Design
    url: str
    values: Mapping[str, str]
    opened: Mapping[str, str | None]
    dialect: Dialect | None


@dataclass(frozen=True, slots=True)
class Look:
    """What the ``<img>`` looks like: its width in CSS pixels, and whether its text is for each recipient."""

    width: int | None
    personal: bool


@click.command()
@click.argument("design")
@set_option
@click.option(
    "--open", "opened", multiple=True, metavar="NAME[=THEIR_FIELD]",
    help="Leave a field to the mail platform; THEIR_FIELD is its name there. A --set of the same field is the "
    "fallback signed into this URL.",
)  # fmt: skip
@click.option("--esp", metavar="PLATFORM", help=f"Mail platform: {', '.join(BY_ID)}. Without: @@name@@ tags.")
@click.option("--format", "ext", type=click.Choice(EXTENSIONS), help="Image format [the design's].")
@click.option("--ext", "former_ext", type=click.Choice(EXTENSIONS), hidden=True)
@click.option("--expires", metavar="30d", help="Lifetime (90m, 12h, 30d, 8w) or last day (2026-12-31).")
@click.option("--pin", is_flag=True, help="Keep showing this version of the design, whatever is edited later.")
@click.option("--dpr", type=click.IntRange(1, 3), default=1, show_default=True, help="Device pixels per CSS pixel.")
@click.option("--campaign", metavar="NAME", help="Label for the log.")
@click.option("--base-url", metavar="URL", help="What the link begins with [IMGURL_BASE_URL].")
@click.option("--html", is_flag=True, help="Print the <img> with width, height and alt; for a PDF the link.")
@click.option("--width", type=click.IntRange(1, 4096), help="Width of the <img> [the design's, at most 600].")
@click.option(
    "--alt", type=click.Choice(("general", "personal")), default="general", show_default=True,
    help="personal: the alternative text has the platform's tags too.",
)  # fmt: skip
@click.option(
    "--csv",
    "list_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Mint one sealed URL for each row of a CSV. Columns named like a field hold its values; --set gives the value "
    "for rows without one.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where the list goes.")
@click.option("--column", default="image_url", show_default=True,
              help="Name of the added column; beside it, what follows /i/ (image_path).")  # fmt: skip
@click.option(
    "--map", "mapped", multiple=True, metavar="FIELD=COLUMN",
    help="Column of a field, if it is not found by its name; FIELD= has no column.",
)  # fmt: skip
@click.option("--charset", metavar="NAME", help=CHARSET_HELP)
@designs_option
@data_option
def mint(
    design: str, values: tuple[str, ...], opened: tuple[str, ...], esp: str | None, ext: str | None,
    former_ext: str | None, expires: str | None, pin: bool, dpr: int, campaign: str | None, base_url: str | None,
    html: bool, width: int | None, alt: str, list_file: Path | None, out: Path | None, column: str,
    mapped: tuple[str, ...], charset: str | None, designs: Path | None, data: Path | None,
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
    if not html and (width or alt != "general"):
        raise click.UsageError("--width and --alt say what the <img> is like; add --html")
    if alt == "personal" and not esp:
        raise click.UsageError("--alt personal needs --esp, the platform whose tags it writes")
    dialect = find_dialect(esp) if esp else None
    settings = load_settings(designs=designs, data=data, base_url=base_url)
    chosen = open_design(designs, design)
    require_dpr(chosen, dpr)
    sealed = pairs(values, "--set")
    if pin:
        keep_version(settings, chosen)
    controls = Controls(
        ext or former_ext or chosen.document.format,
        _expiry(expires),
        chosen.version[:PIN_DIGITS] if pin else None,
        dpr,
        campaign,
    )
    if list_file and out:
        from imgurl.cli.mint_list import ListOrder, mint_list  # noqa: PLC0415 - a link alone needs no store of jobs

        order = ListOrder(list_file, out, column, charset, pairs(mapped, "--map"), sealed, controls)
        mint_list(order, chosen, open_keys(settings), _base(settings))
        return
    if controls.ext == ImageFormat.PDF and (width or alt != "general"):
        raise click.UsageError("--width and --alt say what the <img> is like, and a PDF gets a link; leave them out")
    open_names = _opened(opened)
    minter = Minter(open_keys(settings).signing, _base(settings), {design: chosen.document.fields})
    row = _sealed(chosen, sealed, open_names)
    url = minter.mint_with(controls, design, row.values, open=open_names, esp=esp)
    notes = [str(note) for note in row.notes if note.shown is Shown.VALUE]
    for sentence in (*notes, *undrawn_codes(chosen.document.codings, row.values, chosen.document.by_name)):
        click.echo(f"imgurl: {sentence}", err=True)
    if dialect and dialect.note and open_names:
        click.echo(f"imgurl: {dialect.platform}: {dialect.note}", err=True)
    link = Link(chosen, url, row.values, open_names, dialect)
    click.echo(_html(link, Look(width, alt == "personal")) if html else url)


def _sealed(design: Design, values: Mapping[str, str], opened: Mapping[str, str | None]) -> SealedRow:
    """Return what is signed. Raises UnknownField, and BadValue if a value would not be shown.

    A value of an open field is signed as its fallback.
    """
    fields = design.document.fields
    for name in values:
        if name not in design.document.by_name:
            raise UnknownField(name, design.document.by_name)
    own = {name: text for name, text in values.items() if name not in opened}
    fallbacks = {name: text for name, text in values.items() if name in opened}
    for name, reason in fallback_mistakes(fields, fallbacks, opened):
        raise BadValue(name, reason)
    row = seal_row(fields, own, fallbacks, opened, partial(candidate, words=Words.SIGNED))
    for note in row.notes:
        if note.shown is Shown.NOTHING:
            raise BadValue(note.field, note.consequence)
        if note.refusal not in (None, Flag.MISSING):
            raise BadValue(note.field, note.reason)
    return row


def _base(settings: Settings) -> str:
    """Return what the links begin with; warn if no reader of a mail can open them."""
    base = link_base(settings)
    if _is_loopback(urlsplit(base).hostname or ""):
        click.echo(
            f"imgurl: links that begin with {base} open on this machine only; for mail give the server's public "
            "address with --base-url or IMGURL_BASE_URL",
            err=True,
        )
    return base


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _html(link: Link, look: Look) -> str:
    """Return the ``<img>``; say on standard error what it lacks, and what could happen to it in transit."""
    personal = Personal(link.dialect, link.opened) if look.personal and link.dialect else None
    if personal and (why_not := why_not_personal(personal.dialect)):
        click.echo(f"imgurl: the alt text is the same for all: {personal.dialect.platform}: {why_not}", err=True)
        personal = None
    tag = html_tag(link.design, link.url, link.values, link.opened, look.width, personal)
    longest = max(len(line.encode()) for line in tag.splitlines())
    if longest > MAX_LINE:
        click.echo(
            f"imgurl: a line of this HTML has {longest:,} bytes, and mail servers break lines of more than 998; send "
            "the HTML part as quoted-printable or base64",
            err=True,
        )
    return tag


def _opened(options: tuple[str, ...]) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    for text in options:
        name, _, theirs = text.partition("=")
        if name in names:
            raise click.UsageError(f"--open gives '{name}' twice")
        names[name] = theirs or None
    return names


def _expiry(text: str | None) -> int | None:
    try:
        return parse_lifetime(text) if text else None
    except ValueError as error:
        raise click.UsageError(f"--expires: {error}") from None
