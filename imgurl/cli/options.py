"""Options that several commands share, and what they open."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from imgurl.config import Settings, load_settings, secret_of
from imgurl.design.library import Design, Library, design_folders, load_design, load_library
from imgurl.design.sizes import SEPARATOR
from imgurl.errors import BadValue
from imgurl.merge.kinds import FieldType, Notation, NotOfType
from imgurl.merge.moments import read_moment
from imgurl.text.fonts import FontCatalogue, load_catalogue
from imgurl.urls.keyfile import load_keys
from imgurl.urls.signing import KeyRing

Command = TypeVar("Command", bound=Callable[..., Any])

FOLDER = click.Path(file_okay=False, path_type=Path)

CHARSET_HELP = (
    "Charset of the list, by any name Python knows (windows-1250, shift_jis) [UTF-8, or a guess that is reported]."
)


def designs_option(command: Command) -> Command:
    """Add ``--designs``."""
    return click.option(
        "--designs",
        type=FOLDER,
        metavar="DIR",
        help="Folder of the designs [IMGURL_DESIGNS; the shipped ones].",
    )(command)


def data_option(command: Command) -> Command:
    """Add ``--data``."""
    return click.option(
        "--data", type=FOLDER, metavar="DIR", help="Folder of keys and cache [IMGURL_DATA; ./imgurl-data]."
    )(command)


def set_option(command: Command) -> Command:
    """Add ``--set name=value``, any number of times."""
    return click.option(
        "--set", "values", multiple=True, metavar="NAME=VALUE", help="Value of a field; repeat for more."
    )(command)


def at_option(command: Command) -> Command:
    """Add ``--at``, a moment in Unix seconds; without it, now."""

    def read(_: click.Context, __: click.Parameter, text: str | None) -> float:
        if text is None:
            return time.time()
        try:
            return read_moment(text, Notation(FieldType.DATETIME)).timestamp()
        except NotOfType:
            example = "write for example 2026-12-31T17:00Z"
            raise click.BadParameter(f"'{text}' is not a day with its time; {example}") from None

    return click.option(
        "--at", "now", callback=read, metavar="TIME", help="Time that countdowns show, in UTC: 2026-12-31T17:00Z [now]."
    )(command)


def pairs(options: tuple[str, ...], option: str) -> dict[str, str]:
    """Return ``name=value`` options as a mapping. Raises click.UsageError for any other form or a repeated name."""
    values: dict[str, str] = {}
    for text in options:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{option} takes NAME=VALUE, not '{text}'")
        if name in values:
            raise click.UsageError(f"{option} gives '{name}' twice")
        try:
            text.encode()
        except UnicodeEncodeError:
            # Lone surrogates: what Python makes of an argument's bytes that it can't decode.
            raise click.UsageError(f"{option} {name!a} has bytes that are not in the terminal's charset") from None
        values[name] = value
    return values


def open_keys(settings: Settings) -> KeyRing:
    """Return the signing keys."""
    return load_keys(settings.data, secret_of(settings.signing_keys))


def open_designs(designs: Path | None) -> tuple[Settings, FontCatalogue, Library]:
    """Return settings, fonts and designs."""
    settings = load_settings(designs=designs)
    fonts = load_catalogue(settings.fonts)
    return settings, fonts, load_library(settings.designs, fonts)


def open_design(designs: Path | None, design: str) -> Design:
    """Return one design; the others are not read: that takes longer than a link and may load ICU for their samples.

    Raises its mistakes if it is broken, UnknownDesign if there is no such design.
    """
    settings = load_settings(designs=designs)
    fonts = load_catalogue(settings.fonts, is_list=True)
    folder, separator, size = design.rpartition(SEPARATOR)
    named = {path.name: path for path in design_folders(settings.designs)}
    if design in named:
        return load_design(named[design], fonts)
    if separator and folder in named:
        sized = load_design(named[folder], fonts, size=size)
        if size in sized.document.sizes:
            return sized
    # Only to say which designs there are.
    return load_library(settings.designs, fonts).find(design)


def keep_version(settings: Settings, design: Design) -> None:
    """Keep the version that links are pinned to: for the server on this machine, and for all that share its store.

    A server that loads the design keeps it too, so a failure does no harm to the links. Raises SettingsError if the
    store's URL is wrong.
    """
    from imgurl.design.archive import open_archive  # noqa: PLC0415 - stores are loaded for pinned links only

    archive = open_archive(settings.data, settings.store_url)
    if settings.data.is_dir():
        archive.keep(design)
    archive.share([design])


def require_good(library: Library, design: str) -> None:
    """Raise the mistakes of a broken design, UnknownDesign if there is none of this name."""
    if design in library.broken:
        raise library.broken[design]
    library.find(design)


def require_dpr(design: Design, dpr: int) -> None:
    """Raise BadValue if a design would have too many pixels at this density."""
    if dpr > design.document.max_dpr:
        raise BadValue("--dpr", f"is {dpr}, this design is too large for more than {design.document.max_dpr}")


def settings_help(described: Mapping[str, str]) -> str:
    """Return the list of environment variables for a help text."""
    return "\n".join(f"{name}\n    {text}" for name, text in described.items())
