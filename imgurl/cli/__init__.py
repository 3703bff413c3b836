"""The command ``imgurl``. Each command has a module of its own, imported when it is called.

So ``imgurl mint`` starts without the server's and the picture libraries.
"""

import sys
import warnings
from typing import TextIO

import click

from imgurl.cli.lazy import LazyGroup, missing_extra
from imgurl.errors import ImgurlError, NotOpenable, WorkerTaken
from imgurl.version import __version__

COMMANDS = {
    "serve": "Start the server.",
    "studio": "Print a link that opens the Studio.",
    "worker": "Process batches, in addition to the workers of 'imgurl serve'.",
    "mint": "Make a signed image URL, or a column of them.",
    "batch": "Add signed image URLs to a list, on all cores.",
    "preflight": "Judge a list before it is sent, and draw the worst of it.",
    "render": "Draw a design into a file.",
    "explain": "Say what a URL shows, and why.",
    "designs": "List and check designs; print their JSON Schema.",
    "campaigns": "Count, stop, start and limit what is sent under a campaign label.",
    "keys": "List, add, rotate, retire and revoke signing keys.",
    "doctor": "Say what is wrong with a server, and what to do about it.",
    "backup": "Write keys, designs, versions and databases into one file.",
    "restore": "Restore a backup into an empty folder.",
}


@click.group(
    cls=LazyGroup,
    late={name: (f"imgurl.cli.{name}", text) for name, text in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="imgurl %(version)s")
def cli() -> None:
    """Merge tags for images: each image is a signed URL, drawn for one recipient.

    Begin with 'imgurl serve': it creates a key, serves the shipped designs and prints a link for each.
    """


def hint_of(error: ImgurlError) -> str:
    """Return which option of the command helps, "" where none does: the errors themselves know no command line."""
    match error:
        case NotOpenable():
            return f"--set {error.field}=… seals one"
        case WorkerTaken():
            return "or give this worker another id with --id"
        case _:
            return ""


def _say_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None,
    line: str | None = None,
) -> None:  # fmt: skip
    click.echo(f"imgurl: {message}", err=True)


def main() -> None:
    """Run the command; errors are one sentence on standard error: exit code 2 for wrong use, 1 for failure."""
    try:
        with warnings.catch_warnings():
            # Python's hook, put back at the end: what a package warns of is one sentence too.
            warnings.showwarning = _say_warning
            cli(prog_name="imgurl")
    except ImgurlError as error:
        click.echo("; ".join(filter(None, (f"imgurl: {error}", hint_of(error)))), err=True)
        sys.exit(2 if error.status_hint in (400, 404) else 1)
    except ModuleNotFoundError as error:
        sentence = missing_extra(error)
        if sentence is None:
            raise
        click.echo(f"imgurl: {sentence}", err=True)
        sys.exit(1)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        click.echo(f"imgurl: {error.strerror or error}{where}", err=True)
        sys.exit(1)
