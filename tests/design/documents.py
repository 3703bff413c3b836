"""Small documents to break, and what the check says of them."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from imgurl.config import shipped
from imgurl.design.document import Document
from imgurl.design.library import FILE_NAME
from imgurl.design.reading import parse_documents
from imgurl.errors import BadDesign
from imgurl.text.fonts import FontCatalogue

SHIPPED = (
    "birthday", "cert-2025", "coupon", "event-ticket", "flash-sale-countdown", "loyalty-card",
    "newsletter-hero-april", "newsletter-hero-languages", "outreach", "product-card", "sales-banner-01",
    "webinar-badge", "welcome-logo", "year-in-review",
)  # fmt: skip

# Those that show texts and pictures only, as large as they are: one variant, one page.
TEXT_DESIGNS = ("cert-2025", "newsletter-hero-april", "product-card", "sales-banner-01")

Json = dict[str, Any]


def document(**more: Any) -> Json:
    """Return a document of 60 × 40 px with these keys."""
    return {"title": "Test", "size": {"width": 60, "height": 40}} | more


def field(name: str, **more: Any) -> Json:
    """Return a text field with an empty fallback."""
    return {"name": name, "sample": "Ava", "fallback": ""} | more


def box(x: int = 0, y: int = 0, width: int = 60, height: int = 40) -> Json:
    """Return a box."""
    return {"x": x, "y": y, "width": width, "height": height}


def text_layer(text: Any = "Hello", **more: Any) -> Json:
    """Return a text layer in Inter of 20 px."""
    return {"type": "text", "text": text, "box": box(), "font": {"family": "Inter", "size": 20}} | more


def image_layer(asset: Any, **more: Any) -> Json:
    """Return an image layer over the whole document."""
    return {"type": "image", "asset": asset, "box": box()} | more


def shape_layer(**more: Any) -> Json:
    """Return a black rectangle over the whole document."""
    return {"type": "shape", "shape": "rectangle", "box": box(), "fill": "black"} | more


def parse_document(design: str, text: str, assets: Iterable[str], fonts: FontCatalogue | None) -> Document:
    """Parse a document; return it in its default language."""
    return next(iter(parse_documents(design, text, assets, fonts)[0].values()))


def parsed(raw: Json | str, fonts: FontCatalogue, assets: Iterable[str] = ()) -> Document:
    """Parse a document given as JSON or as its text."""
    return parse_document("test", raw if isinstance(raw, str) else json.dumps(raw), assets, fonts)


def mistakes(raw: Json | str, fonts: FontCatalogue, assets: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return pointer and sentence of every mistake, none for a good document."""
    try:
        parsed(raw, fonts, assets)
    except BadDesign as error:
        return [(problem.pointer, problem.sentence) for problem in error.problems]
    return []


def pointers(raw: Json | str, fonts: FontCatalogue, assets: Iterable[str] = ()) -> list[str]:
    """Return the pointer of every mistake."""
    return [pointer for pointer, _ in mistakes(raw, fonts, assets)]


def the_mistake(raw: Json | str, fonts: FontCatalogue, assets: Iterable[str] = ()) -> tuple[str, str]:
    """Return pointer and sentence of the only mistake."""
    (only,) = mistakes(raw, fonts, assets)
    return only


def leads_somewhere(raw: Any, pointer: str) -> bool:
    """Say whether a JSON Pointer (RFC 6901) names a place of the document, or a key that an object of it lacks."""
    node = raw
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for index, part in enumerate(parts):
        if isinstance(node, list):
            if not part.isdigit() or int(part) >= len(node):
                return False
            node = node[int(part)]
        elif isinstance(node, dict):
            if part not in node:
                return index == len(parts) - 1
            node = node[part]
        else:
            return False
    return True


def write_design(
    folder: Path, raw: Json, pictures: Mapping[str, Image.Image | Path] | None = None, name: str = "test"
) -> Path:
    """Write a design's folder and return it; a picture is one to save, or a file to copy."""
    design = folder / name
    design.mkdir(parents=True, exist_ok=True)
    (design / FILE_NAME).write_text(json.dumps(raw))
    for file, picture in (pictures or {}).items():
        if isinstance(picture, Path):
            shutil.copyfile(picture, design / file)
        else:
            picture.save(design / file)
    return design


def shipped_text(design: str) -> str:
    """Return the document of a shipped design as it is."""
    return (shipped("designs") / design / FILE_NAME).read_text()


def shipped_files(design: str) -> list[str]:
    """Return the names of a shipped design's files."""
    return [path.name for path in (shipped("designs") / design).iterdir()]


# A design with a picture, and the picture.
PHOTO = {"photo.png": Image.new("RGB", (4, 4), "red")}
WITH_PHOTO = document(layers=[image_layer("photo.png"), text_layer()])
