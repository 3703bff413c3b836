"""The law of imgurl.preflight: its figures are those of the real path, row by row."""

import csv
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imgurl.design.library import Design, load_design
from imgurl.merge.resolve import Origin
from imgurl.pipeline.path import what_fonts_can_draw
from imgurl.pipeline.picture import PictureKind
from imgurl.pipeline.press import Press
from imgurl.pipeline.showing import Surroundings, picture_of, undrawn
from imgurl.plate.drawing import Drawing, ItemCache
from imgurl.preflight.facts import Mark, Outcome
from imgurl.preflight.suspicion import suspects_of
from imgurl.tables.values import unwrapped
from imgurl.text.fit import FitStep
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.sealing import Shown, candidate, seal_row
from tests.preflight.lists import counted, shipped, some_rows, written

ROWS = 4_000


def brute_force(design: Design, source: Path, columns: dict[str, str], fallbacks: dict[str, str]) -> Counter[str]:
    """Count outcomes with the functions of batches and of the server, and with the layout of what is drawn."""
    press = Press(design.fonts)
    around = Surroundings(what_fonts_can_draw(design))
    cache = ItemCache(200_000_000)
    fields = design.document.fields
    counts: Counter[str] = Counter()
    with source.open(newline="", encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    for row in rows:
        values = {name: unwrapped(row[column]) for name, column in columns.items()}
        sealed = seal_row(fields, values, fallbacks)
        if sealed.fields_showing(Shown.NOTHING):
            counts[Outcome.NO_LINK] += 1
            continue
        picture = picture_of(design, sealed.values, design.document.format, 1, around)
        if picture.kind is PictureKind.DEFAULT:
            counts[Outcome.DEFAULT_IMAGE] += 1
            continue
        drawing = Drawing(press.plate(picture.design), picture.texts, cache)
        steps = {fit.step for _, fit in drawing.fits}
        fallen = {*sealed.fields_showing(Shown.FALLBACK, Shown.DESIGN_FALLBACK)}
        fallen |= {value.field for value in picture.values if value.origin is not Origin.SEALED}
        fallen &= columns.keys()
        is_grave = any(
            suspect.is_grave
            for field in fields
            if field.name not in fallen and (text := values.get(field.name, "")).strip()
            for suspect in suspects_of(field, text, *_judged(field, text))
        )
        outcome = (
            Outcome.CUT if steps & {FitStep.ELLIPSIS, FitStep.NOTHING}
            else Outcome.NOT_DRAWN if undrawn(picture)
            else Outcome.SUSPICIOUS if is_grave
            else Outcome.FALLBACK if fallen
            else Outcome.SHORTENED if FitStep.SHORTENED in steps
            else Outcome.BROKEN if FitStep.BROKEN in steps
            else Outcome.SMALLER if FitStep.SMALLER in steps
            else Outcome.PERSONAL
        )  # fmt: skip
        counts[outcome] += 1
        counts.update(f"without {name}" for name in fallen)
        counts["set smaller"] += any(fit.size < fit.full_size for _, fit in drawing.fits)
    return counts


def _judged(field: Any, text: str) -> tuple[str, Any]:
    came = candidate(field, text)
    return came.text, came.judged


def of_preflight(design: Design, source: Path, fallbacks: dict[str, str] | None = None) -> Counter[str]:
    """Return the same counts of preflight."""
    tally = counted(design, source, fallbacks=fallbacks).tally
    counts: Counter[str] = Counter()
    for (outcome, _), count in tally.outcomes.items():
        counts[outcome] += count
    counts.update({f"without {name}": count for name, count in tally.fallbacks.items()})
    counts["set smaller"] = tally.marks.get(Mark.SMALLER, 0)
    assert sum(count for (_, _), count in tally.outcomes.items()) == tally.rows
    return counts


COLUMNS = {"first_name": "First Name", "city": "City", "offer_name": "Offer name"}


def test_its_figures_are_those_of_the_real_path(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Of 4,000 rows, each judged, resolved and laid out by itself; two processes count the same."""
    design = shipped("newsletter-hero-april", fonts)
    source = written(tmp_path / "list.csv", some_rows(ROWS))
    expected = brute_force(design, source, COLUMNS, {})
    assert of_preflight(design, source) == expected
    assert {Outcome.CUT, Outcome.SUSPICIOUS, Outcome.FALLBACK, Outcome.SMALLER, Outcome.PERSONAL} <= {*expected}


@pytest.mark.parametrize("fallbacks", [{}, {"first_name": "valued guest"}])
def test_in_a_design_of_several_languages(tmp_path: Path, fonts: FontCatalogue, fallbacks: dict[str, str]) -> None:
    """Each recipient is laid out in the language that is asked for, or in the default one."""
    design = shipped("newsletter-hero-languages", fonts)
    languages = ("en", "de", "fr", "ar", "nl", "", "DE-at")
    rows = [(name, city, languages[number % 7]) for number, (_, name, city, _) in enumerate(some_rows(700, 2))]
    source = written(tmp_path / "list.csv", rows, ("first_name", "city", "language"))
    columns = {"first_name": "first_name", "city": "city", "language": "language"}
    assert of_preflight(design, source, fallbacks) == brute_force(design, source, columns, fallbacks)


FONT = {"family": "Inter", "size": 30, "min_size": 20}
INK = {"color": "#000000"}
DESIGN = {
    "title": "Conditions",
    "size": {"width": 400, "height": 200},
    "background": "#ffffff",
    "default_values": {"first_name": "Ava"},
    "fields": [
        {"name": "first_name", "type": "name", "sample": "Ava", "required": True},
        {"name": "points", "type": "number", "sample": "10", "fallback": ""},
        {"name": "code", "sample": "4006381333931", "fallback": ""},
    ],
    "layers": [
        {"type": "text", "id": "name", "text": "<<first_name>>", "font": FONT, **INK,
         "box": {"x": 10, "y": 10, "width": 150, "height": 40}},
        {"type": "text", "id": "gold", "text": "Gold: <<points>> points", "when": {"field": "points", "at_least": 500},
         "font": {**FONT, "size": 20, "min_size": 19}, **INK, "box": {"x": 10, "y": 60, "width": 120, "height": 24}},
        {"type": "group", "id": "both", "box": {"x": 10, "y": 100, "width": 380, "height": 95},
         "stack": {"direction": "vertical"},
         "layers": [
             {"type": "text", "id": "hello", "text": "Hello <<first_name>>", "font": {**FONT, "size": 22}, **INK,
              "box": {"x": 0, "y": 0, "width": 200, "height": 30}},
             {"type": "barcode", "symbology": "ean13", "data": "<<code>>",
              "box": {"x": 0, "y": 35, "width": 380, "height": 60}},
         ]},
    ],
}  # fmt: skip


def test_conditions_groups_and_codes(tmp_path: Path, fonts: FontCatalogue) -> None:
    """A layer that is not shown fits anything, members of groups count, and so does a code that can't be drawn."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "design.json").write_text(json.dumps(DESIGN))
    design = load_design(folder, fonts)
    points, codes = ("12", "999", "1234567", "", "x"), ("", "4006381333931", "no code")
    rows = [(name, points[number % 5], codes[number % 3]) for number, (_, name, _, _) in enumerate(some_rows(1_000, 3))]
    source = written(tmp_path / "list.csv", rows, ("first_name", "points", "code"))
    columns = {"first_name": "first_name", "points": "points", "code": "code"}
    expected = brute_force(design, source, columns, {})
    assert of_preflight(design, source) == expected
    assert {Outcome.NO_LINK, Outcome.NOT_DRAWN, Outcome.SHORTENED} <= {*expected}


def test_processes_count_what_one_counts(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Whoever judges which part: all counts, values that are named, and recipients that are shown are the same."""
    design = shipped("newsletter-hero-april", fonts)
    source = written(tmp_path / "list.csv", some_rows(25_000, 4))
    alone, together = counted(design, source), counted(design, source, workers=2)
    first, second = (replace(one.tally, digests=(), pictures=()) for one in (alone, together))
    assert first == second
    assert (alone.duplicates, alone.pictures) == (together.duplicates, together.pictures)


def test_recipients_and_pictures_are_counted_once(tmp_path: Path, fonts: FontCatalogue) -> None:
    """As many duplicates as a set says, whatever the case of an address; and no more pictures than there are texts."""
    design = shipped("newsletter-hero-april", fonts)
    rows = some_rows(3_000, 5)
    mixed = [(mail.upper() if number % 2 else mail, *rest) for number, (mail, *rest) in enumerate(rows)]
    result = counted(design, written(tmp_path / "list.csv", mixed))
    assert result.duplicates == len(rows) - len({mail for mail, *_ in rows})
    assert 0 < result.pictures <= len({tuple(rest) for _, *rest in rows})
