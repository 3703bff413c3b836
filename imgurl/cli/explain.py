"""``imgurl explain``."""

import contextlib
import json
import re
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from imgurl.campaigns.lazy import LazyLedger
from imgurl.cli.drawing import open_server_view
from imgurl.cli.options import data_option, designs_option, open_keys
from imgurl.config import load_settings, secret_of
from imgurl.explain import Explanation, explanation


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
    pipeline = open_server_view(settings)
    with contextlib.closing(LazyLedger(settings.data, secret_of(settings.database_url))) as ledger:
        explain_one = partial(explanation, keys=keys, pipeline=pipeline, limits=ledger.limits_of)
        if url == "-":
            for raw in sys.stdin.buffer:
                line = raw.decode(errors="surrogateescape").strip()
                if line:
                    explained = explain_one(_with_bytes_escaped(line))
                    click.echo(json.dumps(explained.as_json(), ensure_ascii=False))
            return
        explained = explain_one(_with_bytes_escaped(url))
    click.echo(json.dumps(explained.as_json(), ensure_ascii=False, indent=1) if as_json else _in_words(explained))


def _with_bytes_escaped(url: str) -> str:
    """Percent-encode the bytes of a URL that are not UTF-8, which Python reads as lone surrogates."""
    return re.sub("[\udc80-\udcff]", lambda byte: f"%{ord(byte.group()) - 0xDC00:02X}", url)


def _in_words(explained: Explanation) -> str:
    lines = [f"{explained.status} {explained.outcome}" + (f": {explained.reason}" if explained.reason else "")]
    lines += [f"note: {note}" for note in explained.notes]
    if explained.design:
        lines.append(f"design {explained.design}, key {explained.key}")
    for name, value in explained.fields.items():
        flags = f" ({', '.join(value.flags)})" if value.flags else ""
        lines.append(f"  {name}: '{value.text}' from {value.origin}{flags}")
    lines += [f"  {warning}" for warning in explained.warnings]
    lines += [f"  {_fetched_in_words(one)}" for one in explained.as_json()["gathered"]]
    return "\n".join(lines)


def _fetched_in_words(one: Mapping[str, Any]) -> str:
    what = f"source {one['source']}" if one["source"] else "picture"
    if one["problem"]:
        return f"{what} from {one['url']}: {one['problem']}"
    age = f"{one['age']} s old, " + (f"good for {one['good_for']} s more" if one["good_for"] else "out of date")
    return f"{what} from {one['url']}: {age}"
