"""Milliseconds that a layer of each type takes of an image: the table in docs/costs.md.

A design has the layer alone on a flat ground, and each image has values that no other had. *draw* lays the layer out
and paints its pixels; *PNG* and *JPEG* are the whole image, drawn and spliced. Processor time, medians; the layers take
turns in one run, so that what one takes of another holds on a busy machine too.
"""

import argparse
import json
import statistics
from collections.abc import Mapping
from pathlib import Path
from time import process_time
from typing import Any

from imgurl.config import shipped
from imgurl.design.library import make_design
from imgurl.merge.resolve import resolve
from imgurl.pipeline.showing import texts_of
from imgurl.plate.compile import Plate, compile_plate
from imgurl.plate.drawing import Drawing
from imgurl.plate.precoded import precode, refined
from imgurl.plate.render import render
from imgurl.plate.splice import FragmentCache
from imgurl.text.fonts import FontCatalogue, load_catalogue

SIZE = {"width": 600, "height": 200}
FORMATS = ("png", "jpg")

FIELDS = [
    {"name": "code", "type": "text", "sample": "T-00000000", "fallback": "", "max_length": 12,
     "pattern": "[A-Z0-9-]+"},
    {"name": "points", "type": "number", "sample": "4120", "fallback": ""},
    {"name": "stars", "type": "number", "sample": "4.3", "fallback": ""},
    {"name": "series", "type": "text", "sample": "3,5,8,4,6,7,9", "fallback": "", "max_length": 60},
]  # fmt: skip
FONT = {"family": "Inter", "size": 24, "weight": 600}
RATIO = {"field": "points", "from": 0, "to": 10_000}

#: Layers by what the table calls them, each with the size of its box.
LAYERS: Mapping[str, tuple[tuple[int, int], dict[str, Any]]] = {
    "text": ((300, 40), {"type": "text", "text": "<<code>>", "font": FONT}),
    "text with a shadow": ((300, 40), {"type": "text", "text": "<<code>>", "font": FONT, "shadow": {
        "x": 0, "y": 2, "blur": 6, "color": "rgb(0 0 0 / 40%)"}}),
    "text on an arc": ((300, 120), {"type": "text", "text": "<<code>>", "font": FONT, "arc": {"radius": 180}}),
    "QR code": ((160, 160), {"type": "qr", "data": "<<code>>"}),
    "Code 128": ((580, 80), {"type": "barcode", "symbology": "code128", "data": "<<code>>"}),
    "Data Matrix": ((100, 100), {"type": "barcode", "symbology": "datamatrix", "data": "<<code>>"}),
    "Aztec": ((140, 140), {"type": "barcode", "symbology": "aztec", "data": "<<code>>"}),
    "PDF417": ((480, 110), {"type": "barcode", "symbology": "pdf417", "data": "<<code>>"}),
    "rating": ((260, 48), {"type": "rating", "field": "stars", "step": 0.1}),
    "progress, bar": ((300, 16), {"type": "progress", "field": "points", "max": 10_000, "color": "#2563eb"}),
    "progress, ring": ((120, 120), {"type": "progress", "form": "ring", "field": "points", "max": 10_000,
                                    "color": "#2563eb"}),
    "chart, bars": ((300, 120), {"type": "chart", "field": "series", "color": "#2563eb"}),
    "chart, line": ((300, 120), {"type": "chart", "form": "line", "field": "series", "color": "#2563eb"}),
    "shape, bound width": ((240, 24), {"type": "shape", "shape": "rectangle", "fill": "#2563eb",
                                        "bind": {"width": RATIO}}),
    "group, a pill round a text": ((300, 60), {"type": "group", "layers": [
        {"type": "shape", "shape": "rounded", "radius": 24, "fill": "#2563eb",
         "hug": {"layer": "words", "padding": [16, 8]}, "box": {"x": 0, "y": 0, "width": 300, "height": 60}},
        {"type": "text", "id": "words", "text": "<<code>>", "font": FONT, "color": "#ffffff",
         "box": {"x": 20, "y": 10, "width": 260, "height": 40}},
    ]}),
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks layers", description=__doc__)
    parser.add_argument("--images", type=int, default=40)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    found = measured(options.images)
    print("| layer | draw | PNG | JPEG |\n|---|---|---|---|")
    for name, ((width, height), _) in LAYERS.items():
        figures = " | ".join(f"{found[name][what]:.2f}" for what in ("draw", *FORMATS))
        print(f"| {name}, {width}×{height} | {figures} |")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


def measured(images: int) -> dict[str, dict[str, float]]:
    """Return the medians by layer, and by what was measured."""
    fonts = load_catalogue(shipped("fonts"))
    plates = {name: _plate(name, fonts) for name in LAYERS}
    ahead = {(name, ext): precode(plate, ext) for name, plate in plates.items() for ext in FORMATS}
    best = {key: one and refined(one, plates[key[0]]) for key, one in ahead.items()}
    times: dict[str, dict[str, list[float]]] = {name: {what: [] for what in ("draw", *FORMATS)} for name in LAYERS}
    # The first ones fill what is kept of letters.
    for number in range(-5, images):
        for name, plate in plates.items():
            for place, what in enumerate(("draw", *FORMATS)):
                texts = _texts(plate, 3 * (number + 5) + place)
                began = process_time()
                if what == "draw":
                    for patch in Drawing(plate, texts).patches():
                        assert patch.pixels.size
                else:
                    render(plate, texts, what, best[name, what], FragmentCache())
                times[name][what] += [1e3 * (process_time() - began)] if number >= 0 else []
    return {name: {what: statistics.median(spent) for what, spent in of.items()} for name, of in times.items()}


def _plate(name: str, fonts: FontCatalogue) -> Plate:
    (width, height), layer = LAYERS[name]
    box = {"x": (SIZE["width"] - width) // 2, "y": (SIZE["height"] - height) // 2, "width": width, "height": height}
    document = {
        "title": name, "size": SIZE, "background": "#f8fafc", "fields": FIELDS,
        "layers": [layer | {"box": box}],
    }  # fmt: skip
    return compile_plate(make_design("layer", json.dumps(document), (), lambda _: b"", fonts), fonts)


def _texts(plate: Plate, number: int) -> dict[str, str]:
    """Return resolved values that no other number has."""
    numbers = [(number * step) % 97 + number / 1_000 for step in (3, 5, 7, 11, 13, 17, 19)]
    series = ",".join(f"{one:.3f}" for one in numbers)
    values = {
        "code": f"T-{number * 7_919 % 100_000_000:08d}", "points": f"{500 + 31 * number}",
        "stars": f"{number * 0.37 % 5:.3f}", "series": series,
    }  # fmt: skip
    return texts_of(plate.design, resolve(plate.design.document.fields, values))
