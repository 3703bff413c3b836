"""``imgurl designs list|check|fonts|schema|prune``."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from imgurl.cli.beside import faces_in_words, listing_of, problems_beside
from imgurl.cli.drawing import open_preview
from imgurl.cli.endings import preview_time
from imgurl.cli.fitting import fitting_in_words
from imgurl.cli.options import data_option, designs_option, open_designs
from imgurl.config import load_settings
from imgurl.design.archive import Archive
from imgurl.design.budget import seconds_of
from imgurl.design.document import schema as document_schema
from imgurl.design.library import Design, Variant, design_folders
from imgurl.design.pruning import prunable
from imgurl.design.pruning import prune as prune_versions
from imgurl.errors import BadDesign, RenderFailed
from imgurl.formats import ImageFormat
from imgurl.pdf.truetype import is_restricted
from imgurl.pipeline.drawing import PressPipeline
from imgurl.plate.contrast import Contrast, contrasts
from imgurl.text.fonts import load_catalogue

# What every mail client shows.
MAIL_FORMATS = ("png", "jpg", "gif")

# Bytes of an image in a mail above which opening it is felt on a phone.
HEAVY_BYTES = 200_000

# Seconds of drawing above which a campaign fills the queue of a server.
LONG_SECONDS = 0.25

# Share of the rows above which splicing gains little.
MOST_ROWS = 0.7


DAY = 86_400.0

# The time a version was last used is recorded once a day.
MIN_UNUSED_DAYS = 2


@click.group()
def designs() -> None:
    """List and check designs; print their JSON Schema; remove old versions."""


@designs.command("list")
@designs_option
def list_designs(designs: Path | None) -> None:
    """List the designs with size, version and fields."""
    _, _, library = open_designs(designs)
    for design in library.designs.values():
        size = design.document.size
        click.echo(f"{design.id}  {size.width}×{size.height}  version {design.version[:12]}  {design.document.title}")
        for field in design.document.fields:
            facts = [field.type.value, "required" if field.required else f"fallback '{field.fallback}'"]
            facts += ["openable"] if field.openable else []
            click.echo(f"    {field.name}  {', '.join(facts)}")
    for name in library.broken:
        click.echo(f"{name}  is broken: imgurl designs check {name}")


@designs.command()
@click.argument("names", nargs=-1, metavar="[DESIGN]…")
@designs_option
def check(names: tuple[str, ...], designs: Path | None) -> None:
    """Check designs: report every mistake, and render each with its samples. Exit code 1 if one is broken.

    Prints the size of each format and which to send, and warns about what is too heavy for mail.
    """
    pipeline = open_preview(designs)
    library = pipeline.library
    for name in names:
        if name not in library.broken:
            library.find(name)
    failures: list[BadDesign | RenderFailed] = [
        error for name, error in library.broken.items() if not names or name in names
    ]
    for design in library.designs.values():
        if names and design.id not in names:
            continue
        try:
            lines = _looked_at(pipeline, design)
        except (BadDesign, RenderFailed) as error:
            failures.append(error)
            continue
        click.echo("\n".join(lines))
    for failure in failures:
        click.echo(str(failure), err=True)
    settings = load_settings(designs=designs)
    wrong = tuple(problems_beside(settings.designs, pipeline.press.fonts))
    for line in wrong:
        click.echo(line, err=True)
    sys.exit(1 if failures or wrong else 0)


def _looked_at(pipeline: PressPipeline, design: Design) -> list[str]:
    """Return the report on a design that can be drawn. Raises BadDesign, RenderFailed."""
    at, endings = preview_time(design, time.time())
    drawn = {ext: pipeline.render(pipeline.picture_of(design, design.samples, ext, now=at)) for ext in MAIL_FORMATS}
    first = drawn["png"]
    weights = {ext: len(rendered.body) for ext, rendered in drawn.items()}
    listing = ", ".join(f"{ext} {weight / 1000:.0f} kB" for ext, weight in weights.items())
    # PNG is sharper; a photograph as PNG weighs many times its JPEG.
    best = "png" if weights["png"] <= 1.5 * weights["jpg"] else "jpg"
    if design.document.countdowns:
        best = "gif"  # the one in which a countdown runs
    lines = [f"{design.id}: good, {first.width}×{first.height}; {listing}: send {best}"]
    lines += [f"    {layer}: {fitting_in_words(fitting)}" for layer, fitting in first.fits]
    lines += _in_other_languages(pipeline, design)
    lines += endings
    lines += _hard_to_read(pipeline, design)
    lines += _not_embedded(design)
    named = design.document.format
    if named == ImageFormat.PDF:
        page = pipeline.render(pipeline.picture_of(design, design.samples, named))
        lines.append(f"    links name pdf, {len(page.body) / 1000:.0f} kB: a page to open and to print, not for mail")
    elif named != best:
        why = "" if named in MAIL_FORMATS else ", which not every mail program shows"
        lines.append(f'    warning: links name {named}{why}; for mail write "format": "{best}" into design.json')
    if weights[best] > HEAVY_BYTES:
        lines.append(
            f"    warning: {weights[best] / 1000:.0f} kB is heavy for mail; aim at {HEAVY_BYTES // 1000} kB or less"
        )
    if (design.document.sources or design.document.remote_layers) and not pipeline.hosts:
        lines.append(
            "    note: nothing is fetched from other hosts until IMGURL_REMOTE_HOSTS lists them; fallbacks are shown"
        )
    plate = pipeline.press.plate(design)
    seconds = sum(seconds_of(slot.layer) for slot in plate.slots)
    if seconds > LONG_SECONDS:
        lines.append(
            f"    warning: what values can change takes about {seconds:.1f} s to draw, again for each recipient; "
            "smaller boxes, and fewer shadows, outlines and rotations on these layers, draw faster"
        )
    rows = sum(bottom - top for top, bottom in plate.row_ranges)
    if rows > MOST_ROWS * plate.height:
        share = round(100 * rows / plate.height)
        lines.append(f"    note: values can appear in {share} % of the rows; boxes that hug their text draw faster")
    return lines


def _hard_to_read(pipeline: PressPipeline, design: Design) -> Iterator[str]:
    """Yield the texts that stand out too little from what is behind them, each with the worst of its variants."""
    lowest: dict[str, Contrast] = {}
    for variant in _each_case(design):
        field = design.language_field
        values = design.samples | ({field.name: variant.language} if field else {})
        texts = pipeline.picture_of(design, values, "png").texts
        for found in contrasts(design.shown(variant), texts):
            if found.is_low and found.ratio < lowest.get(found.pointer, found).ratio + 1e-9:
                lowest[found.pointer] = found
    for pointer, found in lowest.items():
        name = design.document.every_layer[pointer].id or pointer
        yield (
            f"    warning: {name}: the contrast to what is behind is {found.ratio:.1f}:1; from {found.needed:g}:1 on "
            "a text of this size is easy to read (WCAG 2.2): take a lighter or darker colour, or put a shape, a "
            "shadow or an outline behind it"
        )


def _not_embedded(design: Design) -> Iterator[str]:
    """Yield the fonts that no PDF of the design may hold."""
    for family in sorted(design.document.families):
        faces = design.fonts.families[family]
        opened = (design.fonts.stack(family, int(face.weights[0]), face.style).primary for face in faces)
        if any(is_restricted(font) for font in opened):
            yield (
                f"    note: the licence bits of '{family}' (OS/2.fsType) forbid embedding it; in a PDF its text is "
                "drawn as outlines, with invisible text over them, so that it can still be selected and read"
            )


def _each_case(design: Design) -> Iterator[Variant]:
    """Yield variants in which every case of every choice is shown once, in each language."""
    most = max((len(choice.cases) for choice in design.document.choices), default=0)
    for language in design.documents:
        for case in range(most + 1):
            yield Variant(language, tuple(min(case, last) for last in design.document.else_cases))


def _in_other_languages(pipeline: PressPipeline, design: Design) -> Iterator[str]:
    """Yield how the texts fit in the languages other than the default one, and what is not translated."""
    field = design.language_field
    if field is None:
        return
    for language in list(design.documents)[1:]:
        rendered = pipeline.render(pipeline.picture_of(design, design.samples | {field.name: language}, "png"))
        yield from (f"    {language} {layer}: {fitting_in_words(fitting)}" for layer, fitting in rendered.fits)
    for pointer, language in design.untranslated:
        yield f"    warning: {pointer} is not translated into '{language}'; '{design.default_language}' is shown"


@designs.command()
@designs_option
def fonts(designs: Path | None) -> None:
    """List the font families that designs can name: those of imgurl, and those in folders named fonts.

    Exit code 1 if a file in such a folder can't be used.
    """
    settings = load_settings(designs=designs)
    catalogue = load_catalogue(settings.fonts)
    for family, faces in sorted(catalogue.families.items()):
        click.echo(f"{family}  {faces_in_words(faces)}")
    problems = list[str]()
    for folder in (settings.designs, *design_folders(settings.designs)):
        listed, wrong = listing_of(folder, catalogue, "" if folder == settings.designs else f"{folder.name}/")
        click.echo("".join(f"{line}\n" for line in listed), nl=False)
        problems += wrong
    for line in problems:
        click.echo(line, err=True)
    sys.exit(1 if problems else 0)


@designs.command()
def schema() -> None:
    """Print the JSON Schema of design.json, for editors that complete and check while you type."""
    click.echo(json.dumps(document_schema(), indent=1, ensure_ascii=False))


@designs.command()
@click.option(
    "--unused-for", type=click.IntRange(MIN_UNUSED_DAYS), default=180, show_default=True, metavar="DAYS",
    help="Days for which a version has not been used.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Remove them; without it they are only listed.")
@designs_option
@data_option
def prune(unused_for: int, yes: bool, designs: Path | None, data: Path | None) -> None:
    """Remove stored versions of designs that have not been used for some days.

    A version is removed if it is not the current one of its design and no server has loaded it, or shown it for a
    pinned link, for that long. A pinned link to a removed version shows the current one. Without --yes nothing is
    removed. Versions in a store shared by several machines are kept.
    """
    settings = load_settings(designs=designs, data=data)
    _, _, library = open_designs(designs)
    if not library.designs:
        raise click.ClickException(
            f"the folder {settings.designs} has no design that can be loaded, so it is not known which versions "
            "are in use; name the folder of the server with --designs"
        )
    folder = settings.data / "versions"
    present = {design.id: design.version for design in library.designs.values()}
    old = prunable(Archive(folder), present, time.time() - unused_for * DAY)
    # The current version of a broken design is not known: all of its versions stay.
    going = [version for version in old if version.design not in library.broken]
    for version in going:
        used = datetime.fromtimestamp(version.used, UTC)
        click.echo(f"{version.design}  version {version.version[:12]}  used last {used:%Y-%m-%d}")
    if not yes:
        click.echo(f"{_versions(len(going))} would be removed" + ("; add --yes to remove them" if going else ""))
        return
    pruned = prune_versions(folder, going)
    click.echo(f"{_versions(pruned.versions)} removed, {pruned.bytes / 1e6:.1f} MB")


def _versions(count: int) -> str:
    return f"{count} version{'' if count == 1 else 's'}"
