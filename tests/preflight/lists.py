"""Lists for tests, and what preflight says of them."""

import csv
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from imgurl.design.library import Design, load_design
from imgurl.preflight.crew import Crew, ProcessCrew
from imgurl.preflight.order import PreflightOptions
from imgurl.preflight.part import LocalCrew
from imgurl.preflight.report import Report, report_on
from imgurl.preflight.run import Counted, count_list, order_for
from imgurl.text.fonts import FontCatalogue
from tests.merge.corpora import person_names

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "fonts"

HEADER = ("Email", "First Name", "City", "Offer name")

# What should make somebody look, with what is right beside it.
AWKWARD = (
    "Asdf", "Test", "Deceased", "Verstorben", "N/a", "-", "Customer", "Vorname", "qwertz", "MÃ¼ller", "Tom &amp; Jerry",
    "*|FNAME|*", "info@example.com", "JÜRGEN", "Wolfeschlegelsteinhausenbergerdorff-Chen", "J.", "Nordwind GmbH",
    "M?ller", "Ava2", "ศรีสมบูรณ์", "प्रियदर्शिनी", "עמליה", "محمد", "李雷", "\U00010400\u16a0", "", "  ", "null", "x" * 41,
    "Maria del Carmen Esperanza de la Trinidad", "Dr. med. Ågot Øyvind-Sæther", "  Zoë ", "=\"Ava\"", "0", "2024-03-01",
)  # fmt: skip
CITIES = (
    "Berlin", "Chicago", "", "", "Llanfairpwllgwyngyllgogerychwyrndrobwll", "San Fernando del Valle de Catamarca",
    "Łódź", "台北", "unknown", "Bad Godesberg", "N/A", "St. John’s",
)  # fmt: skip
OFFERS = ("24 % off everything green", "New arrivals, every week", "Free shipping", "", "www.example.com")


def some_rows(count: int, seed: int = 1) -> list[tuple[str, str, str, str]]:
    """Return rows of an address, a first name, a city and an offer: mostly honest, with all that is awkward."""
    chance = random.Random(seed)
    names = person_names()
    return [
        (
            f"u{number if chance.random() > 0.05 else number // 2}@example.com",
            chance.choice(AWKWARD) if chance.random() < 0.2 else chance.choice(names),
            chance.choice(CITIES),
            chance.choice(OFFERS),
        )
        for number in range(count)
    ]


def written(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    """Write a CSV and return where it is."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def shipped(name: str, fonts: FontCatalogue) -> Design:
    """Return a shipped design."""
    return load_design(ROOT / "designs" / name, fonts)


def counted(
    design: Design, source: Path, *, workers: int = 0, mapping: Mapping[str, str] | None = None,
    fallbacks: Mapping[str, str] | None = None,
) -> Counted:  # fmt: skip
    """Return the counts of a list, by this process or by others."""
    options = PreflightOptions(mapping or {}, fallbacks or {}, now=0.0)
    order = order_for(design, source, source.name, None, options, FONTS)
    if not workers:
        return count_list(order, source, LocalCrew(order, design))
    with ProcessCrew(order, workers) as crew:
        return count_list(order, source, crew)


def reported(design: Design, source: Path) -> Report:
    """Return the report on a list."""
    order = order_for(design, source, source.name, None, PreflightOptions(now=0.0), FONTS)
    crew: Crew = LocalCrew(order, design)
    return report_on(design, source.name, count_list(order, source, crew), crew)
