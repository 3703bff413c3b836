"""A small design, written to disk: its one colour tells which values a picture was drawn with."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

SIZE = (40, 20)

# What stands for what in the small design: the pixel at TINT_AT has the colour of the field "tint".
TINT_AT = (1, 1)
FALLBACK = (0, 255, 0)
DEFAULT = (255, 255, 0)
EXPIRED = (0, 0, 255)


def card(**changes: object) -> dict[str, Any]:
    """Return the small design as a document, with some keys changed."""
    return {
        "title": "Card",
        "size": {"width": SIZE[0], "height": SIZE[1]},
        "alt": "For <<first_name>>",
        "fields": [
            {"name": "tint", "type": "color", "sample": "#ff0000", "fallback": "#00ff00", "openable": True},
            {"name": "first_name", "type": "name", "sample": "Ava", "fallback": "there", "openable": True},
            {"name": "code", "type": "text", "sample": "A1", "fallback": "", "pattern": "[A-Z][0-9]"},
        ],
        "default_values": {"tint": "#ffff00"},
        "layers": [
            {
                "type": "shape",
                "shape": "rectangle",
                "box": {"x": 0, "y": 0, "width": SIZE[0], "height": SIZE[1]},
                "fill": "<<tint>>",
            },
            {
                "id": "greeting",
                "type": "text",
                "text": "<<first_name>>",
                "box": {"x": 4, "y": 4, "width": 34, "height": 14},
                "font": {"family": "Inter", "size": 10, "min_size": 4},
                "color": "#000000",
            },
        ],
        **changes,
    }


def write_design(designs: Path, name: str = "card", document: Mapping[str, object] | None = None) -> Path:
    """Write a design into a folder of designs and return its own folder."""
    folder = designs / name
    folder.mkdir(parents=True, exist_ok=True)
    # Renamed into place: a server that looks in between must see the old document or the new one.
    new = folder / ".new"
    new.write_text(json.dumps(document if document is not None else card()))
    new.replace(folder / "design.json")
    return folder


def write_picture(path: Path, color: tuple[int, int, int]) -> None:
    """Write a picture of one colour."""
    Image.new("RGB", SIZE, color).save(path)
