"""The awkward eight, contacts as people paste them, and lists."""

from dataclasses import astuple
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import imgurl.web.studio
from imgurl.merge.fields import MergeField
from imgurl.merge.judge import count_clusters
from imgurl.merge.kinds import FieldType
from imgurl.web.studio.awkward import TEXTS, Kind, values_of
from imgurl.web.studio.fonts import EIGHT
from imgurl.web.studio.lists import contact_in

STATIC = Path(imgurl.web.studio.__file__).parent / "static"

FIELDS = (
    MergeField(name="first_name", type=FieldType.NAME, sample="Ava", fallback="", openable=True),
    MergeField(name="full_name", type=FieldType.NAME, sample="Ava Johnson", fallback="", max_length=12, openable=True),
    MergeField(name="city", sample="Chicago", fallback="", openable=True),
    MergeField(name="offer", sample="24 % off", fallback=""),
)
NOW = {field.name: field.sample for field in FIELDS}


@pytest.mark.parametrize("kind", Kind)
def test_what_is_the_same_for_everyone_stays(kind: Kind) -> None:
    """Only what is filled for each recipient is awkward, and never longer than its field takes."""
    values = values_of(kind, FIELDS, NOW)
    assert values["offer"] == "24 % off"
    assert values["first_name"] != "Ava"
    assert count_clusters(values["full_name"]) <= 12 or kind is Kind.UNRESOLVED


def test_each_is_what_it_is_called() -> None:
    """Missing is blank, unresolved is a tag that is known as one, capitals are capitals."""
    values = {kind: values_of(kind, FIELDS, NOW) for kind in Kind}
    assert values[Kind.MISSING]["city"] == ""
    assert values[Kind.UNRESOLVED]["city"] == "*|CITY|*"
    assert values[Kind.CAPITALS]["first_name"].isupper()
    assert values[Kind.LONGEST]["first_name"] > values[Kind.SHORTEST]["first_name"]


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("First name: Ava\nCity = Oslo", {"First name": "Ava", "City": "Oslo"}),
        ("Vorname\tOrt\nAva\tOslo", {"Vorname": "Ava", "Ort": "Oslo"}),
        ("Ava Li <a@b.de>", {"First name": "Ava", "Last name": "Li", "Full name": "Ava Li", "Email": "a@b.de"}),
        ("李雷", {"First name": "李雷", "Last name": "", "Full name": "李雷"}),
        ("\n", {}),
    ],
)  # fmt: skip
def test_contacts_as_people_paste_them(text: str, contact: dict[str, str]) -> None:
    """Lines of names and values, two rows of a sheet, a name with its address."""
    assert contact_in(text) == contact


def test_the_pages_can_write_them_lightly() -> None:
    """Each Chinese character and emoji of theirs is in a small font of its own; no other character is."""
    written = {letter for texts in TEXTS.values() for text in astuple(texts) for letter in text}
    heavy = {letter for letter in written if ord(letter) >= 0x2E80}
    ranges = ",".join(EIGHT.values()).split(",")
    assert heavy == {chr(int(one.removeprefix("U+"), 16)) for one in ranges}
    for path in EIGHT:
        font = TTFont(STATIC / path)
        assert font.getBestCmap().keys() <= {*map(ord, heavy), 0x20}
        assert (STATIC / path).stat().st_size < 10_000
