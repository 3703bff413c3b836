"""``imgurl preflight``."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from imgurl.cli.options import CHARSET_HELP, data_option, designs_option, open_design, open_keys, pairs, require_dpr
from imgurl.config import load_settings
from imgurl.design.library import FILE_NAME, Design, load_design
from imgurl.design.sizes import SEPARATOR
from imgurl.errors import BadDesign
from imgurl.files import write_whole
from imgurl.jobs.processes import cores
from imgurl.preflight.crew import Crew, ProcessCrew
from imgurl.preflight.criteria import read_criteria
from imgurl.preflight.fixes import Fix, apply_fixes
from imgurl.preflight.order import PreflightOptions, PreflightOrder
from imgurl.preflight.report import Report, report_on
from imgurl.preflight.run import count_list, order_for
from imgurl.preflight.suspicion import State
from imgurl.text.fonts import load_catalogue
from imgurl.urls.target import EXTENSIONS

# A list up to this long is judged faster than other processes are started, in bytes.
SHORT_LIST = 300_000

# A report holds values of recipients: it is for who made it.
PRIVATE = 0o600

# Values of one suspicion that are named in a line.
NAMED = 6

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("design")
@click.argument("source", metavar="LIST", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--map", "mapped", multiple=True, metavar="FIELD=COLUMN",
    help="Column of a field; not needed if the names match (First Name matches first_name). "
    "FIELD= means no column.",
)  # fmt: skip
@click.option("--charset", metavar="NAME", help=CHARSET_HELP)
@click.option("--fallback", "fallbacks", multiple=True, metavar="FIELD=VALUE", help="Value for rows that have none.")
@click.option("--report", type=FILE, metavar="FILE", help="Write a report with pictures, as one HTML file.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--fail-on",
    metavar="WHAT",
    default="",
    help="End with exit code 1 if it is found: overflow, missing-glyph, suspicious, fallback>5%, fallback:city>100 …",
)
@click.option("--apply", "is_applying", is_flag=True, help="Write the proposed rules into the design.")
@click.option("--warm", is_flag=True, help="Then render each image in advance, into the caches of the server.")
@click.option("--format", "ext", type=click.Choice(EXTENSIONS), help="Image format [the design's].")
@click.option("--dpr", type=click.IntRange(1, 3), default=1, show_default=True, help="Device pixels per CSS pixel.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes that judge [one per core].")
@designs_option
@data_option
@click.pass_context
def preflight(
    ctx: click.Context, design: str, source: Path, mapped: tuple[str, ...], charset: str | None,
    fallbacks: tuple[str, ...], report: Path | None, as_json: bool, fail_on: str, is_applying: bool, warm: bool,
    ext: str | None, dpr: int, workers: int | None, designs: Path | None, data: Path | None,
) -> None:  # fmt: skip
    """Say what each row of a CSV or NDJSON list will look like, before it is sent; - is standard input.

    \b
      imgurl preflight newsletter-hero-april contacts.csv --report report.html
      imgurl preflight cert-2025 contacts.csv --fail-on "overflow,missing-glyph,fallback>5%"

    Every row is judged and laid out as a batch and a server would, without being drawn; then the worst 24 are drawn.
    Nothing is sent, signed or fetched. The report holds values of recipients; only its owner can read it.
    """
    if report is not None:
        _require_writable(report)
    source = ctx.with_resource(_as_file(source))
    chosen = open_design(designs, design)
    require_dpr(chosen, dpr)
    criteria = read_criteria(fail_on, tuple(field.name for field in chosen.document.fields))
    settings = load_settings(designs=designs, data=data)
    if warm:
        open_keys(settings)  # said now, not after a long list was judged
    options = PreflightOptions(pairs(mapped, "--map"), pairs(fallbacks, "--fallback"), ext or "", dpr, time.time())
    order = order_for(chosen, source, source.name, charset, options, settings.fonts)
    with _crew(order, chosen, source, workers) as crew, _progress(source) as progress:
        counted = count_list(order, source, crew, progress)
        result = report_on(chosen, source.name, counted, crew)
    if as_json:
        click.echo(json.dumps(result.as_json(with_pictures=False), ensure_ascii=False, indent=2))
    else:
        _tell(result)
    if report is not None:
        from imgurl.preflight.page import html_of  # noqa: PLC0415 - templates are loaded for pages only

        write_whole(report, html_of(result).encode(), mode=PRIVATE, durable=False)
        click.echo(f"{report}: written, readable for you alone", err=True)
    if is_applying:
        _apply(settings.designs, design, result.fixes)
    if failed := result.failed(criteria):
        click.echo(f"imgurl: the list fails: {', '.join(failed)}", err=True)
        sys.exit(1)
    if warm:
        _warm(ctx, source, design)


def _require_writable(report: Path) -> None:
    """Say before a long list is judged that its report can't be written. Raises click.BadParameter."""
    folder = report.absolute().parent
    if not folder.is_dir():
        raise click.BadParameter(f"there is no folder '{folder}'", param_hint="'--report'")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise click.BadParameter(f"nothing can be written into '{folder}'", param_hint="'--report'")


@contextlib.contextmanager
def _as_file(source: Path) -> Iterator[Path]:
    """Keep what comes through a pipe, which is read twice, in a file of its own; a file stays where it is."""
    if source.is_file():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="imgurl-preflight-") as folder:
        kept = Path(folder) / "list"
        with kept.open("wb") as file, click.open_file(str(source), "rb") as stream:
            shutil.copyfileobj(stream, file)
        yield kept


@contextlib.contextmanager
def _crew(order: PreflightOrder, design: Design, source: Path, workers: int | None) -> Iterator[Crew]:
    """Open who judges: this process for a short list, else some of its own."""
    if workers is None and source.stat().st_size <= SHORT_LIST:
        from imgurl.preflight.part import LocalCrew  # noqa: PLC0415 - it lays out and draws

        yield LocalCrew(order, design)
        return
    with ProcessCrew(order, workers or cores()) as crew:
        yield crew


@contextlib.contextmanager
def _progress(source: Path) -> Iterator[Callable[[int], object]]:
    """Show on standard error how many rows were judged, if somebody sits there."""
    started = time.monotonic()
    with click.progressbar(
        length=0, label=source.name, file=sys.stderr, hidden=not sys.stderr.isatty(), show_eta=False,
        item_show_func=lambda said: said,
    ) as bar:  # fmt: skip
        rows = [0]

        def show(count: int) -> None:
            rows[0] += count
            rate = rows[0] / max(time.monotonic() - started, 1e-6)
            bar.update(0, f"{rows[0]:,} rows, {rate:,.0f} a second")

        yield show


def _tell(report: Report) -> None:
    counted, tally = report.counted, report.counted.tally
    click.echo(report.sentence)
    for note in counted.order.columns.notes:
        click.echo(f"  {note}", err=True)
    for one in report.as_json(with_pictures=False)["suspicious"]:
        state = {State.DRAWN: "drawn as they are", State.REPAIRED: "put right", State.REFUSED: "count as missing"}
        values = ", ".join(f"'{value['value']}'" for value in one["values"][:NAMED])
        more = f" and {one['different'] - NAMED} more" if one["different"] > NAMED else ""
        said = state[State(one["state"])]
        click.echo(f"  {one['field']}: {one['label'].lower()}, {one['rows']:,} {said}: {values}{more}")
    for name, sizes in sorted(tally.layers.items()):
        click.echo(f"  {name}: {sizes.rows:,} smaller than {sizes.full:g} px, down to {sizes.smallest:g}")
    if counted.duplicates:
        by = f"the column '{counted.order.identity}'" if counted.order.identity else "whole rows"
        click.echo(f"  {counted.duplicates:,} duplicates by {by}")
    if tally.warned:
        click.echo(f"  {tally.warned:,} read by a guess, or with cells missing")
    if counted.left_out:
        click.echo(f"  {counted.left_out:,} records left out that are not rows")
    if tally.untranslated:
        wanted = ", ".join(f"{language} {count:,}" for language, count in tally.untranslated.items())
        click.echo(f"  languages without a text: {wanted}")
    for problem, count in list(tally.problems.items())[:NAMED]:
        click.echo(f"  no link for {count:,}: the row {problem}")
    for fix in report.fixes:
        click.echo(f"  {fix.what}. {fix.cure} (--apply)")
    rate = tally.rows / max(counted.seconds, 1e-6)
    click.echo(
        f"  {tally.rows:,} row{'' if tally.rows == 1 else 's'} in {counted.seconds:,.1f} s, {rate:,.0f} a second",
        err=True,
    )


def _apply(folder: Path, name: str, fixes: tuple[Fix, ...]) -> None:
    """Write fixes into a design's document, which must be good afterwards. Raises click.ClickException."""
    if not fixes:
        click.echo("imgurl: there is nothing to apply", err=True)
        return
    path = folder / name
    if not (path / FILE_NAME).is_file():
        path = folder / name.rpartition(SEPARATOR)[0]
    document = path / FILE_NAME
    before = document.read_bytes()
    try:
        after = apply_fixes(before.decode(), fixes)
    except LookupError as error:
        raise click.ClickException(f"{document} has no object at {error}; the rules were not applied") from None
    write_whole(document, after.encode(), mode=document.stat().st_mode & 0o777, durable=True)
    try:
        load_design(path, load_catalogue(load_settings().fonts))
    except BadDesign:
        write_whole(document, before, mode=document.stat().st_mode & 0o777, durable=True)
        raise
    for fix in fixes:
        click.echo(f'{document}: "{fix.key}" of {fix.pointer} is set: {fix.what}', err=True)


def _warm(ctx: click.Context, source: Path, design: str) -> None:
    """Render the list as ``imgurl batch --warm`` does; its result is not kept."""
    from imgurl.cli.batch import RENDERS_ONLY, batch  # noqa: PLC0415 - only to render

    meta = click.get_current_context().meta
    meta[RENDERS_ONLY] = True
    given = {name: ctx.params[name] for name in ("mapped", "charset", "fallbacks", "ext", "dpr", "designs", "data")}
    with tempfile.TemporaryDirectory(prefix="imgurl-preflight-") as folder:
        ctx.invoke(
            batch, source=source, design=design, out=Path(folder) / "urls.csv", warm=True, expires=None, pin=False,
            campaign=None, base_url=None, workers=ctx.params["workers"], restart=False, **given,
        )  # fmt: skip
