"""``imgurl designs list|check|schema``."""

import json
import sys
from pathlib import Path

import click

from imgurl.cli.links import samples
from imgurl.cli.options import designs_option, open_designs
from imgurl.design.document import schema as document_schema
from imgurl.errors import BadDesign, RenderFailed
from imgurl.pipeline import Pipeline


@click.group()
def designs() -> None:
    """List and check designs; print their JSON Schema."""


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
    """Check designs: report every mistake, and draw each with its samples. Exit code 1 when one is broken."""
    settings, fonts, library = open_designs(designs)
    for name in names:
        if name not in library.broken:
            library.find(name)
    pipeline = Pipeline(settings.designs, fonts)
    failures: list[BadDesign | RenderFailed] = [
        error for name, error in library.broken.items() if not names or name in names
    ]
    for design in library.designs.values():
        if names and design.id not in names:
            continue
        try:
            rendered = pipeline.render(pipeline.picture_of(design, samples(design), "png"))
        except (BadDesign, RenderFailed) as error:
            failures.append(error)
            continue
        click.echo(f"{design.id}: good, {rendered.width}×{rendered.height}")
        for layer, fit in rendered.fits:
            click.echo(f"    {layer}: {fit}")
    for failure in failures:
        click.echo(str(failure), err=True)
    sys.exit(1 if failures else 0)


@designs.command()
def schema() -> None:
    """Print the JSON Schema of design.json, for editors that complete and check while you type."""
    click.echo(json.dumps(document_schema(), indent=1, ensure_ascii=False))
