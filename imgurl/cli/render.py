"""``imgurl render``."""

from pathlib import Path

import click

from imgurl.cli.drawing import open_preview
from imgurl.cli.fitting import fitting_in_words
from imgurl.cli.options import at_option, designs_option, pairs, require_dpr, require_good, set_option
from imgurl.errors import UnknownField
from imgurl.formats import ImageFormat, format_named
from imgurl.merge.judge import Words, judge


@click.command()
@click.argument("design")
@set_option
@click.option("--samples", "with_samples", is_flag=True, help="Use the design's sample values for all other fields.")
@click.option("--dpr", type=click.IntRange(1, 3), default=1, show_default=True, help="Device pixels per CSS pixel.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="File to write; its extension (.png .jpg .gif .webp .avif .pdf) sets the format.",
)
@at_option
@designs_option
def render(
    design: str, values: tuple[str, ...], with_samples: bool, dpr: int, output: Path, now: float, designs: Path | None,
) -> None:  # fmt: skip
    """Render a design to a file, as the server would. A value that breaks a rule of its field falls back.

    \b
      imgurl render cert-2025 --set full_name="Ava Johnson" -o ava.png
    """
    try:
        ext = format_named(output.suffix.removeprefix("."))
    except ValueError:
        endings = ", ".join(f".{name}" for name in ImageFormat)
        raise click.UsageError(f"the ending of {output} must be one of {endings}") from None
    pipeline = open_preview(designs)
    require_good(pipeline.library, design)
    chosen = pipeline.library.find(design)
    require_dpr(chosen, dpr)
    texts = pairs(values, "--set")
    for name, text in texts.items():
        field = chosen.document.by_name.get(name)
        if field is None:
            raise UnknownField(name, chosen.document.by_name)
        judged = judge(field, text, Words.SIGNED)
        if text and judged.refusal is not None:
            reason = judged.reason_in(field)
            click.echo(f"imgurl: the value for '{name}' {reason}; the fallback is shown instead", err=True)
        for warning in judged.warnings:
            click.echo(f"imgurl: '{name}' {warning}", err=True)
    picture = pipeline.picture_of(chosen, (chosen.samples if with_samples else {}) | texts, ext, dpr, now)
    rendered = pipeline.render(picture)
    output.write_bytes(rendered.body)
    click.echo(f"{output}: {rendered.width}×{rendered.height}, {len(rendered.body) / 1000:.1f} kB", err=True)
    for layer, fitting in rendered.fits:
        click.echo(f"  {layer}: {fitting_in_words(fitting)}", err=True)
    if picture.reason:
        click.echo(f"  {picture.reason}", err=True)
