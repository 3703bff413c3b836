"""Draws the cases of ``benchmarks.draw`` with the code of the checkout that is first on PYTHONPATH."""

import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.scenes import values
from imgurl.config import shipped
from imgurl.design.library import load_design
from imgurl.plate import splice
from imgurl.plate.compile import Plate, compile_plate
from imgurl.plate.render import render
from imgurl.text.fonts import load_catalogue

try:
    from imgurl.plate.precoded import precode, refined
except ImportError:  # what it was called at d44b975
    precode, refined = splice.plan_template, splice.refined  # type: ignore[attr-defined]

POOL = 20_000
SHIPPED = {"hero": "newsletter-hero-april", "cert": "cert-2025", "banner": "sales-banner-01"}


def main() -> None:
    """Answer each order on standard input: draw so many images of a case, from the n-th values on."""
    plates, pool = _plates(), values(POOL)
    prepared: dict[str, tuple[Any, splice.FragmentCache]] = {}
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        kind, name, ext = order["case"].split()
        if order["case"] not in prepared:
            prepared[order["case"]] = _precoded(plates[kind, name], ext), splice.FragmentCache()
        precoded, cache = prepared[order["case"]]
        numbers = range(order["first"], order["first"] + order["count"])
        chosen = [_texts(kind, pool[number], number, order["values"]) for number in numbers]
        plate, extension = plates[kind, name], ext.split(".")[-1]
        started = process_time()
        sizes = [len(render(plate, texts, extension, precoded, cache).body) for texts in chosen]
        spent = process_time() - started
        print(json.dumps({"ms": 1e3 * spent / len(sizes), "bytes": statistics.median(sizes)}), flush=True)


def _plates() -> dict[tuple[str, str], Plate]:
    fonts = load_catalogue(shipped("fonts"))
    plates = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, design in SHIPPED.items():
            plates["shipped", name] = compile_plate(load_design(shipped("designs") / design, fonts), fonts)
            home = Path(shutil.copytree(Path("benchmarks/designs") / name, Path(folder) / name))
            if name == "hero":
                shutil.copy(shipped("designs") / design / "spring.jpg", home)
            plates["bench", name] = compile_plate(load_design(home, fonts), fonts)
    return plates


def _precoded(plate: Plate, ext: str) -> Any:
    planned = precode(plate, ext.removeprefix("indexed."))
    assert planned is not None
    best = refined(planned, plate)
    return best if ext == "indexed.png" else getattr(best, "truecolor", best)


def _texts(kind: str, chosen: Mapping[str, str], number: int, values: str) -> dict[str, str]:
    texts = dict(chosen)
    if values == "new":
        texts["city"] = chosen["full_name"].split()[1].title()
        texts["award"] = f"{chosen['company']} award"
        texts["offer"] = f"{number} gifts for {chosen['first_name'].split()[0]}"
    if kind == "shipped":
        texts |= {
            "offer_name": texts["offer"] if values == "new" else "24 % off everything green",
            "event_name": f"the {texts['city']} conference", "award_title": texts["award"],
            "company_name": texts["company"], "rep_name": texts["city"],
        }  # fmt: skip
    return texts


if __name__ == "__main__":
    main()
