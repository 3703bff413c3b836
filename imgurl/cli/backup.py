"""``imgurl backup``: all that a server can't make again, in one file."""

import time
from pathlib import Path

import click

from imgurl.backup.manifest import DATA, Manifest
from imgurl.backup.writing import write_backup
from imgurl.cli.options import data_option, designs_option
from imgurl.config import Settings, load_settings

# What a service of its own takes its backup with.
ELSEWHERE = {
    "IMGURL_DATABASE_URL": "API keys, campaigns and jobs are in Postgres: back it up too, for example with pg_dump",
    "IMGURL_STORE_URL": "design versions and files of jobs are in the store of IMGURL_STORE_URL too: "
    "back it up, or keep versions of its objects",
    "IMGURL_SIGNING_KEYS": "the signing keys are those of IMGURL_SIGNING_KEYS: keep a copy of that variable in a safe "
    "place",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@designs_option
def backup(file: Path, data: Path | None, designs: Path | None) -> None:
    """Write keys, designs, their versions and the databases into FILE, a ZIP file, while servers and workers run.

    If FILE is a folder, the backup gets a name there from the day and time (UTC). An earlier FILE is replaced once the
    new one is whole. A backup holds the signing keys: keep it where nobody else can read it. What came with the
    package, the image cache and the settings are not in it. 'imgurl restore' brings it back.
    """
    settings = load_settings(data=data, designs=designs)
    path = file / time.strftime("imgurl-%Y%m%dT%H%M%SZ.zip", time.gmtime()) if file.is_dir() else file
    manifest = write_backup(settings, path)
    kilobytes = max(1, round(path.stat().st_size / 1_000))
    click.echo(f"{path}  {kilobytes:,} kB: {_contents(manifest, settings)}")
    for variable in manifest.elsewhere:
        click.echo(f"Not in it: {ELSEWHERE[variable]}.", err=True)


def _contents(manifest: Manifest, settings: Settings) -> str:
    names = [member.name for member in manifest.members]
    databases = sorted(name.partition("/")[2] for name in names if name.startswith(DATA) and name.endswith(".db"))
    versions = sum(name.startswith(f"{DATA}/versions/") and name.endswith(".json") for name in names)
    designs = sum(name.startswith("designs/") and name.endswith("/design.json") for name in names)
    parts = [
        "" if settings.signing_keys else "signing keys",
        *databases,
        f"{designs} design{'s' if designs != 1 else ''}" if designs else "no designs but the shipped ones",
        f"{versions} version{'s' if versions != 1 else ''}",
    ]
    return ", ".join(filter(None, parts))
