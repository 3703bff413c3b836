"""The awkward eight, contacts as people paste them, and lists."""

import pytest

from imgurl.merge.fields import MergeField
from imgurl.merge.judge import count_clusters
from imgurl.merge.kinds import FieldType
from imgurl.web.studio.awkward import Kind, values_of
from imgurl.web.studio.lists import contact_in

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
