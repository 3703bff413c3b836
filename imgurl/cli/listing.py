"""What the commands that read lists say alike."""

from typing import TYPE_CHECKING

import click

from imgurl.batches.order import BatchOrder
from imgurl.batches.tally import Tally
from imgurl.tables.form import shortened

if TYPE_CHECKING:  # it draws, and a list that is only minted needs no library for that
    from imgurl.batches.work import LeftOut

# The exit code where no row has a link.
NO_LINK = 2


def tell_order(order: BatchOrder) -> None:
    """Say on standard error how the list is read, and which columns were taken for fields of another name."""
    for note in dict.fromkeys((f"read as {order.form.read_as}", *order.notes)):
        click.echo(f"  {note}", err=True)


def tell_tally(tally: Tally, left_out: "LeftOut") -> None:
    """Say on standard error what became of the rows."""
    for name, count in sorted(tally.fallbacks.items()):
        click.echo(f"  {name}: the fallback is shown in {counted(count)}", err=True)
    if left_out.count:
        records = f"{left_out.count:,} record{'' if left_out.count == 1 else 's'}"
        click.echo(
            f"  {records} left out that are not rows, the first in line {left_out.line}: '{left_out.first}'", err=True
        )
    if not tally.done:
        click.echo("imgurl: no row has a link; the first says why: " + shortened(tally.error, 300), err=True)
    elif tally.failed:
        has = "has" if tally.failed == 1 else "have"
        click.echo(
            f"imgurl: {counted(tally.failed)} {has} an error instead of a URL; the column 'error' says why", err=True
        )


def counted(count: int) -> str:
    """Return a count of rows."""
    return f"{count:,} row{'' if count == 1 else 's'}"
