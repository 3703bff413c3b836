"""``imgurl batch``."""

import sys
import time
from pathlib import Path

import click

from imgurl.batches.order import BatchOptions, BatchOrder, prepare
from imgurl.batches.tally import Tally
from imgurl.batches.work import BatchWork, LeftOut
from imgurl.cli.listing import NO_LINK, counted, tell_order, tell_tally
from imgurl.cli.options import (
    CHARSET_HELP,
    data_option,
    designs_option,
    keep_version,
    open_design,
    pairs,
    require_dpr,
)
from imgurl.cli.outfile import out_form
from imgurl.cli.pool import ChunkContext, run_chunks
from imgurl.cli.running import base_set, link_base
from imgurl.cli.unfinished import JOB, LIST, Unfinished, digest_of_file
from imgurl.config import Settings, load_settings, secret_of
from imgurl.design.library import Design
from imgurl.identifiers import PIN_DIGITS
from imgurl.jobs.processes import cores
from imgurl.tables.form import TableForm
from imgurl.tables.sniff import HEAD_BYTES, read_form
from imgurl.urls.controls import Controls
from imgurl.urls.livekeys import live_keys
from imgurl.urls.mint import parse_lifetime
from imgurl.urls.target import EXTENSIONS

# What a shell reports of a program that Ctrl-C ended.
INTERRUPTED = 130

# In the meta of a context: the result is not kept, so only what was rendered is told of.
RENDERS_ONLY = "imgurl.batch.renders-only"

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("source", metavar="LIST", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--design", required=True, metavar="DESIGN", help="Name of the design.")
@click.option(
    "--out", required=True, type=FILE, metavar="FILE", help="Where the result goes: .csv, .tsv, .ndjson or .json."
)
@click.option(
    "--map", "mapped", multiple=True, metavar="FIELD=COLUMN",
    help="Column of a field; not needed if the names match (First Name matches first_name). "
    "FIELD= means no column.",
)  # fmt: skip
@click.option("--charset", metavar="NAME", help=CHARSET_HELP)
@click.option(
    "--fallback", "fallbacks", multiple=True, metavar="FIELD=VALUE", help="Value for rows that have none.",
)  # fmt: skip
@click.option("--warm", is_flag=True, help="Render each image in advance, into the caches of the server.")
@click.option("--format", "ext", type=click.Choice(EXTENSIONS), help="Image format [the design's].")
@click.option("--expires", metavar="30d", help="Lifetime (90m, 12h, 30d, 8w) or last day (2026-12-31).")
@click.option("--pin", is_flag=True, help="Keep showing this version of the design, whatever is edited later.")
@click.option("--dpr", type=click.IntRange(1, 3), default=1, show_default=True, help="Device pixels per CSS pixel.")
@click.option("--campaign", metavar="NAME", help="Label for the log.")
@click.option("--base-url", metavar="URL", help="What the links begin with [IMGURL_BASE_URL].")
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes that make URLs, or render [one per core]."
)
@click.option("--restart", is_flag=True, help="Start over and discard what an unfinished run has done.")
@designs_option
@data_option
def batch(
    source: Path, design: str, out: Path, mapped: tuple[str, ...], charset: str | None, fallbacks: tuple[str, ...],
    warm: bool, ext: str | None, expires: str | None, pin: bool, dpr: int, campaign: str | None, base_url: str | None,
    workers: int | None, restart: bool, designs: Path | None, data: Path | None,
) -> None:  # fmt: skip
    """Make a signed image URL for each row of a CSV or NDJSON list, on all cores.

    \b
      imgurl batch contacts.csv --design sales-banner-01 --out urls.csv
      imgurl batch contacts.csv --design cert-2025 --map full_name=Name --out urls.csv --warm

    The result is the list with four extra columns: image_url, image_path (what follows /i/ in the URL), error and
    warnings. A row that cannot have a URL gets an error instead, and the others are processed all the same; the exit
    code is then still 0, but 2 if no row gets a URL. The result is written at the end. Until then, what is done is
    in FILE.unfinished, and the same command resumes after Ctrl-C or a crash.
    """
    _require_other(out, source)
    settings = load_settings(designs=designs, data=data, base_url=base_url)
    chosen = _design(designs, design, dpr)
    keys = live_keys(settings.data, secret_of(settings.signing_keys))
    if pin:
        keep_version(settings, chosen)
    ext = ext or chosen.document.format
    form = _form(source, charset)
    output = out_form(out, form)
    now = int(time.time())
    options = BatchOptions(
        design, pairs(mapped, "--map"), pairs(fallbacks, "--fallback"),
        Controls(ext, _expiry(expires, now), chosen.version[:PIN_DIGITS] if pin else None, dpr, campaign),
        warm=warm, created=now,
    )  # fmt: skip
    order = prepare(options, form, chosen, keys(), link_base(settings))
    request = {
        LIST: digest_of_file(source), "the design's version": chosen.version, "--design": design,
        "--map": sorted(mapped), "--charset": charset, "--fallback": sorted(fallbacks), "--warm": warm, "--format": ext,
        # The base as it is set: a server that runs now may have another address, and the URLs keep the first one.
        "--expires": expires, "--pin": pin, "--dpr": dpr, "--campaign": campaign, "--base-url": base_set(settings),
    }  # fmt: skip
    unfinished = Unfinished(out)
    try:
        with unfinished.locked():
            if unfinished.is_begun and not restart:
                unfinished.check_same(request)
            else:
                unfinished.begin(source, order, request)
            context = ChunkContext(unfinished.store_url, JOB, settings, warm, workers or cores())
            started = time.monotonic()
            with context.open() as work:
                tally = _run(context, work)
                left_out = work.left_out(JOB)
                unfinished.publish(output.encode(work.result(JOB, output.kind, output.delimiter)))
            said = f"{out}: {counted(tally.total)} in {time.monotonic() - started:,.1f} s"
            _tell(said, order, tally, left_out, settings, warm=warm)
    except KeyboardInterrupt:
        click.echo("\nimgurl: stopped; run the same command again to resume", err=True)
        sys.exit(INTERRUPTED)
    if not tally.done:
        sys.exit(NO_LINK)


def _require_other(out: Path, source: Path) -> None:
    if out.exists() and out.samefile(source):
        raise click.UsageError("--out must differ from LIST: a resumed run reads LIST again")


def _design(designs: Path | None, name: str, dpr: int) -> Design:
    design = open_design(designs, name)
    require_dpr(design, dpr)
    return design


def _form(source: Path, charset: str | None) -> TableForm:
    with source.open("rb") as file:
        return read_form(file.read(HEAD_BYTES), source.name, charset)


def _tell(said: str, order: BatchOrder, tally: Tally, left_out: LeftOut, settings: Settings, *, warm: bool) -> None:
    rendered = f"  {counted(tally.drawn)} of {tally.total:,} have their image rendered in advance"
    if click.get_current_context().meta.get(RENDERS_ONLY):
        click.echo(rendered, err=True)
        return
    click.echo(said, err=True)
    tell_order(order)
    tell_tally(tally, left_out)
    if warm:
        click.echo(rendered, err=True)
    if not (settings.base_url or settings.cdn_base):
        click.echo(f"  the links begin with {order.base_url}; for mail, set --base-url", err=True)


def _expiry(text: str | None, now: int) -> int | None:
    try:
        return parse_lifetime(text, now) if text else None
    except ValueError as error:
        raise click.UsageError(f"--expires: {error}") from None


def _run(context: ChunkContext, work: BatchWork) -> Tally:
    """Do the chunks that are not done yet, with a progress bar; return the tally of all rows."""
    plan = work.split(JOB)
    if warning := work.warm_limit(JOB).warning:
        click.echo(f"imgurl: {warning}", err=True)
    done = [number for number in range(plan.chunks) if work.is_done(JOB, number)]
    tally = sum((work.run_chunk(JOB, number) for number in done), start=Tally())
    if done:
        click.echo(f"resuming after {tally.total:,} rows", err=True)
    missing = sorted(set(range(plan.chunks)) - set(done))
    started = time.monotonic()
    with click.progressbar(
        length=plan.rows - tally.total, file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty(),
        item_show_func=lambda rate: rate,
    ) as bar:  # fmt: skip
        counted = 0
        for each in run_chunks(context, work, missing):
            tally += each
            counted += each.total
            bar.update(each.total, f"{counted / (time.monotonic() - started):,.0f} rows/s")
    return tally
