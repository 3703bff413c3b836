"""What is taken away, or called otherwise, in the editor leaves a design: nothing names what is not there."""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imgurl.config import shipped
from imgurl.design.library import make_design
from imgurl.design.surroundings import files_for
from imgurl.errors import BadDesign
from imgurl.text.fonts import FontCatalogue, load_catalogue

HERE = Path(__file__).parent
REFERRING = HERE / "referring" / "design.json"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PICTURES = dict.fromkeys(("a.png", "b.png", "medal-gold.png", "medal-silver.png", "medal-none.png"), PIXEL)

# Every so many of the edits are read in the suite; all of them by hand: ``python -m tests.studio.test_references``.
EVERY = 25


def edits(*documents: Path) -> list[dict[str, Any]]:
    """Return each document with each layer, field, choice and size taken away in turn, as the editor leaves it."""
    command = ["node", "mended.mjs", *map(str, documents)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def mistakes(found: list[dict[str, Any]], fonts: FontCatalogue) -> Iterator[str]:
    """Yield what is wrong with documents."""
    for one in found:
        folder = Path(one["file"]).parent
        files = {} if folder == REFERRING.parent else files_for(folder)
        assets = PICTURES | {name: path.read_bytes() for name, path in files.items()}
        try:
            make_design(folder.name, one["text"], assets, assets.__getitem__, fonts)
        except BadDesign as error:
            yield f"{folder.name}: {one['what']}: {error}"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_nothing_names_what_is_gone(fonts: FontCatalogue) -> None:
    """Of a document with every kind of reference: whatever goes, or has another name or type, the rest is a design."""
    found = edits(REFERRING)
    assert len(found) > 150
    assert list(mistakes(found[::EVERY], fonts)) == []


if __name__ == "__main__":
    every = edits(REFERRING, *sorted(Path(shipped("designs")).glob("*/design.json")))
    wrong = list(mistakes(every, load_catalogue(shipped("fonts"))))
    print(f"{len(every)} edits, {len(wrong)} leave no design", *wrong, sep="\n")
    sys.exit(bool(wrong))
