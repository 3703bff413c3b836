"""``imgurl restore``: a backup into an empty folder."""

import shlex
import time
from pathlib import Path

import click

from imgurl.backup.manifest import DATA, DESIGNS, FONTS, Manifest
from imgurl.backup.restoring import restore as restore_backup
from imgurl.cli.options import FOLDER

# Settings that are what a backup's folders are for.
FOLDER_SETTINGS = frozenset({"IMGURL_DATA", "IMGURL_DESIGNS", "IMGURL_FONTS"})


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=FOLDER)
def restore(file: Path, folder: Path) -> None:
    """Restore the backup FILE into FOLDER, which is new or empty: all of it, or nothing.

    Every byte is checked before. Nothing is overwritten, and servers that run are left alone.
    """
    manifest = restore_backup(file, folder)
    made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(manifest.created))
    count = len(manifest.members)
    click.echo(
        f"{folder}: {count:,} file{'s' if count != 1 else ''} of {made}, made by imgurl {manifest.imgurl}. Start with\n"
    )
    click.echo(f"  {_start(manifest, folder)}\n")
    again = sorted(set(manifest.settings) - FOLDER_SETTINGS)
    if again:
        click.echo(f"These settings were set where the backup was made, set them again: {', '.join(again)}.", err=True)


def _start(manifest: Manifest, folder: Path) -> str:
    options = [
        (DATA, "--data"),
        (DESIGNS, "--designs"),
    ]
    words = ["imgurl", "serve"]
    for name, option in options:
        if name in manifest.folders:
            words += [option, str(folder / name)]
    before = f"IMGURL_FONTS={shlex.quote(str(folder / FONTS))} " if FONTS in manifest.folders else ""
    return before + shlex.join(words)
