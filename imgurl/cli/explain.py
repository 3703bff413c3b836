"""``imgurl explain``."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from imgurl.cli.options import data_option, designs_option, open_keys
from imgurl.config import load_settings
from imgurl.design.archive import open_archive
from imgurl.explain import explanation
from imgurl.pipeline import Pipeline
from imgurl.text.fonts import load_catalogue


@click.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@designs_option
@data_option
def explain(url: str, as_json: bool, designs: Path | None, data: Path | None) -> None:
    """Say what a URL shows, and why: signature, values, fallbacks.

    With -, read URLs from standard input and write one JSON object per line.
    """
    settings = load_settings(designs=designs, data=data)
    keys = open_keys(settings)
    fonts, archive = load_catalogue(settings.fonts), open_archive(settings.data, settings.store_url)
    pipeline = Pipeline(settings.designs, fonts, max_age=settings.max_age, archive=archive)
    if url == "-":
        for raw in sys.stdin.buffer:
            line = raw.decode(errors="surrogateescape").strip()
            if line:
                told = explanation(_with_bytes_escaped(line), keys, pipeline)
                click.echo(json.dumps(told, ensure_ascii=False))
        return
    told = explanation(_with_bytes_escaped(url), keys, pipeline)
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _in_words(told))


def _with_bytes_escaped(url: str) -> str:
    """Return a URL with the bytes that are no UTF-8, which Python reads as lone surrogates, percent-encoded."""
    return re.sub("[\udc80-\udcff]", lambda found: f"%{ord(found.group()) - 0xDC00:02X}", url)


def _in_words(told: dict[str, Any]) -> str:
    lines = [f"{told['status']} {told['outcome']}" + (f": {told['reason']}" if told["reason"] else "")]
    lines += [f"note: {note}" for note in told["notes"]]
    if told["design"]:
        lines.append(f"design {told['design']}, key {told['key']}")
    for name, field in told["fields"].items():
        flags = f" ({', '.join(field['flags'])})" if field["flags"] else ""
        lines.append(f"  {name}: '{field['text']}' from {field['from']}{flags}")
    lines += [f"  {warning}" for warning in told["warnings"]]
    return "\n".join(lines)
