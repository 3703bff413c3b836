"""What real template engines and a real browser sent for awkward values, through reading and resolving.

``merge-corpus.json`` holds the query text behind the signature, byte for byte. Every row is also cut at each of its
characters: a picture shows the whole value or the fallback, never half a name.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.merge.factories import make, resolve_open

ROWS: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "data" / "merge-corpus.json").read_text()
)["rows"]
PLATFORMS: Final[dict[str, tuple[str | None, ...]]] = {
    "encoded": ("mailchimp", "klaviyo"),
    "raw": ("instantly", "sendgrid", None),
}

FIRST_NAME: Final = make("first_name", type="name", sample="Ava", fallback="there")
COMPANY: Final = make("company_name", sample="Acme", fallback="your company")

# Values that must not be drawn: tags, nothing at all, a phone number, a date for a name, more than 200 code points.
FALLS_BACK: Final = {
    "braces", "mailchimp_tag", "pct_tag", "empty", "missing", "null", "plus_phone", "date", "long", "long_cjk",
}  # fmt: skip

# What no decoder can know, or nobody means, and what is right to draw. An entity in the data is read as its sign,
# however often it is escaped; a line end that a browser deletes is gone; a parameter smuggled in by a name ends the
# name.
UNKNOWABLE: Final = {
    "amp_entity_literal": "Ben & Jerry",
    "newline": "BenJerry",
    "inject_param": "Bob",
    "missing": "there",
    "null": "there",
}

# Text over the cap is cut off in the middle only by its own rules, so its prefixes say nothing new.
CUTTABLE: Final = [row for row in ROWS if len(row["open_part"]) < 200]


def each(rows: list[dict[str, Any]]) -> list[Any]:
    """Pair each row with the platforms that send values its way."""
    return [
        pytest.param(row, esp, id=f"{index}-{row['value_id']}-{esp}")
        for index, row in enumerate(rows)
        for esp in PLATFORMS[row["mode"]]
    ]


def right_text(row: dict[str, Any]) -> str:
    """Return what a picture should show for a row."""
    if row["open_part"].startswith("first_name=friend&"):
        return "friend"  # the engine's own default, which the marketer wrote
    if not row["recoverable"] or row["value_id"] == "amp_entity_literal":
        return UNKNOWABLE[row["value_id"]]
    return FIRST_NAME.fallback or "" if row["value_id"] in FALLS_BACK else " ".join(row["value"].split())


def drawn(open_part: str, esp: str | None) -> dict[str, str]:
    """Return what is drawn for an open part."""
    return resolve_open(open_part, FIRST_NAME, COMPANY, esp=esp).texts


def test_the_corpus_is_whole() -> None:
    """All rows are there, of both kinds."""
    assert (len(ROWS), len({row["value_id"] for row in ROWS})) == (73, 20)
    assert {row["mode"] for row in ROWS} == set(PLATFORMS)


@pytest.mark.parametrize(("row", "esp"), each([row for row in ROWS if row["recoverable"]]))
def test_a_recoverable_value_is_drawn_exactly(row: dict[str, Any], esp: str | None) -> None:
    """With white space collapsed; or the fallback where the value is nothing to draw."""
    assert {"first_name": right_text(row), "company_name": "Acme"} == drawn(row["open_part"], esp)


@pytest.mark.parametrize(("row", "esp"), each([row for row in ROWS if not row["recoverable"]]))
def test_an_ambiguous_value_is_drawn_as_its_likeliest_reading(row: dict[str, Any], esp: str | None) -> None:
    """Or falls back."""
    assert right_text(row) == drawn(row["open_part"], esp)["first_name"]


@pytest.mark.parametrize(("row", "esp"), each(CUTTABLE))
def test_a_cut_value_is_never_shown_as_a_right_one(row: dict[str, Any], esp: str | None) -> None:
    """Wherever the URL is cut, each field shows its whole value or its fallback."""
    whole = row["open_part"]
    right = drawn(whole, esp)
    shown = [drawn(whole[:length], esp) for length in range(len(whole) - len("=1"))]
    assert {text["first_name"] for text in shown} <= {right["first_name"], "there"}
    assert {text["company_name"] for text in shown} == {"your company"}


@pytest.mark.parametrize(("row", "esp"), each(CUTTABLE))
def test_a_cut_url_is_known_to_be_cut(row: dict[str, Any], esp: str | None) -> None:
    """For the statistics: the marketer has to choose an encoding tag."""
    whole = row["open_part"]
    cuts = [resolve_open(whole[:length], FIRST_NAME, COMPANY, esp=esp).cut for length in range(len(whole) + 1)]
    assert [True] * (len(whole) - 2) + [False] * 3 == cuts


@pytest.mark.parametrize("row", [row for row in ROWS if row["mode"] == "encoded"], ids=lambda row: row["value_id"])
def test_without_a_platform_an_encoded_value_is_read_all_the_same(row: dict[str, Any]) -> None:
    """The guess of the plus is right for every encoder of the corpus."""
    assert {"first_name": right_text(row), "company_name": "Acme"} == drawn(row["open_part"], None)
