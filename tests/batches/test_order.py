"""Facts of imgurl.batches.order: what is wrong with a whole batch is said before it begins."""

from typing import Any

import pytest

from imgurl.batches.order import BatchOptions, BatchOrder, accept_order, read_order
from imgurl.errors import BadTable, BadValue, ImgurlError, StorageError, UnknownColumn, UnknownField
from imgurl.urls.signing import KeyState
from tests.batches.factories import BASE, LIST, NOW, RING, BatchRunner
from tests.web.designs import card, write_design


def test_an_order_is_read_as_it_was_written(runner: BatchRunner) -> None:
    """Options, form of the list, fields of the design, key and base: all that URLs depend on."""
    order = runner.order(
        LIST, mapping={"code": "note"}, fallbacks={"first_name": "Öl"}, ext="jpg", dpr=2, pin="0123456789abcdef",
        expires=NOW + 1, campaign="april", warm=True, test=True, webhook="https://example.com/hook",
    )  # fmt: skip
    accept_order(runner.files(), order)
    assert read_order(runner.files()) == order


def test_plain_options_are_enough(runner: BatchRunner) -> None:
    """A design and a list whose columns are named like its fields."""
    order = runner.order(LIST)
    assert order.columns == {"tint": "tint", "first_name": "First Name", "code": "code"}
    assert order.aliases == {}
    assert (order.key_id, order.base_url, order.names) == ("k1", BASE, ("tint", "first_name", "code"))


def test_a_test_batch_signs_with_the_test_key(runner: BatchRunner) -> None:
    """It is known by its id; its pictures carry a mark."""
    key = RING.find(runner.order(LIST, test=True).key_id)
    assert key is not None
    assert key.state is KeyState.TEST


def test_a_mapping_wins_over_names(runner: BatchRunner) -> None:
    """Also where another column is named like the field."""
    assert runner.order(LIST, mapping={"first_name": "note"}).columns["first_name"] == "note"


@pytest.mark.parametrize(
    ("data", "options", "error", "sentence"),
    [
        (LIST, {"mapping": {"firstname": "note"}}, UnknownField, "did you mean 'first_name'?"),
        (LIST, {"fallbacks": {"firstname": "x"}}, UnknownField, "did you mean 'first_name'?"),
        (LIST, {"mapping": {"first_name": "Frist Name"}}, UnknownColumn,
         "the list has no column 'Frist Name': did you mean 'First Name'?; its columns are: email, First Name, tint"),
        (b'{"Name": "Ava"}\n', {"mapping": {"first_name": "Nme"}}, UnknownColumn, "did you mean 'Name'?"),
        (LIST, {"fallbacks": {"code": "x"}}, BadValue, "'code' in the fallbacks does not match the field's pattern"),
        (LIST, {"fallbacks": {"tint": "nocolour"}}, BadValue, "in the fallbacks is not a CSS colour"),
        (LIST, {"ext": "bmp"}, BadValue, "is 'bmp'; known are png, jpg"),
        (LIST, {"campaign": "April 26"}, BadValue, "labels are lowercase letters"),
        (LIST, {"pin": "xyz"}, BadValue, "which is not valid"),
        (LIST, {"expires": NOW}, BadValue, "is in the past"),
        (LIST, {"design": "large", "dpr": 2}, BadValue, "is 2, which is too large for this design (maximum 1)"),
        (b"first_name,error\n", {}, BadTable, "already has a column 'error', which the result adds; rename or remove"),
        (b'{"image_url": ""}\n', {}, BadTable, "already has a column 'image_url'"),
        (b"mail,phone\n", {}, BadTable,
         "no column matches a field (tint, first_name, code); its columns are: mail, phone; map a column"),
        (b"frist_name,tint\n", {"design": "named"}, BadTable,
         "the field 'first_name' is required, and no column of the list matches its name: did you mean 'frist_name'?"),
        (b"frist_name,tint\n", {"design": "named", "fallbacks": {"first_name": " "}}, BadTable, "is required, and no"),
        (b",".join(b"c%d" % number for number in range(99)), {}, BadTable, "c29 and 69 more; map a column"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_all_rows_is_reported_at_once(
    runner: BatchRunner, data: bytes, options: dict[str, Any], error: type[ImgurlError], sentence: str
) -> None:
    """Names, fallbacks, controls, columns: one sentence with near names, and nothing is begun."""
    write_design(runner.folder / "designs", "large", card(size={"width": 4_000, "height": 2_000}))
    with pytest.raises(error) as caught:
        runner.order(data, **options)
    assert sentence in str(caught.value)
    assert caught.value.status_hint == 400


@pytest.mark.parametrize("data", [b"mail,phone\n", b"{}\n"])
def test_names_need_not_fit_where_that_is_wished(runner: BatchRunner, data: bytes) -> None:
    """Whoever has checked the names himself, or wants the fallbacks for all."""
    assert runner.order(data, design="named", ignore_unknown=True).columns == {}


def test_columns_of_other_names_are_found_and_reported(runner: BatchRunner) -> None:
    """What exports call the field; a mapping wins, and a blank one says that there is no column."""
    data = b"Vorname,tint\nAva,red\n"
    assert runner.order(data).aliases == {"first_name": "Vorname"}
    assert runner.order(data, mapping={"first_name": "tint"}).aliases == {}
    assert runner.order(data, mapping={"first_name": ""}).columns == {"tint": "tint"}


def test_what_a_person_should_know_is_in_the_notes(runner: BatchRunner) -> None:
    """How an unusual list is read, columns of other names, columns that are near a field without one."""
    assert runner.order(LIST).notes == ()
    assert runner.order("Vorname|tnt\nAva|red\n".encode("utf-16")).notes == (
        "read as UTF-16, cells end at a vertical bar, header in line 1", "first_name ← Vorname",
        "tint has no column: did you mean 'tnt'?",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "mapping", "notes"),
    [
        ("First Name,first_name,tint,Tint", {},
         ["tint has two columns: 'tint' (used) and 'Tint'",
          "first_name has two columns: 'First Name' (used) and 'first_name'"]),
        ("first_name,first_name,first-name,tint", {},
         ["first_name has 3 columns: 'first_name' (used), 'first_name' (which can be mapped as 'first_name_2') and "
          "'first-name'"]),
        ("vorname,Vorname,tint", {},
         ["first_name ← vorname", "first_name has two columns: 'vorname' (used) and 'Vorname'"]),
        ("First Name,first_name,tint", {"first_name": "first_name"}, []),
        ("tin,tin,First Name", {}, ["tint has no column: did you mean 'tin'?"]),
        ("codes,Codes,tint,First Name", {"tint": "codes"}, []),
    ],
)  # fmt: skip
def test_columns_of_one_name_are_in_the_notes(
    runner: BatchRunner, data: str, mapping: dict[str, str], notes: list[str]
) -> None:
    """Which of them is used. Neither a used one, nor a name that no column has, is offered to another field."""
    row = ",".join("A" for _ in data.split(","))
    assert [*runner.order(f"{data}\n{row}\n".encode(), mapping=mapping).notes] == notes


def test_columns_that_fit_alike_are_asked_for(runner: BatchRunner) -> None:
    """A sentence with both, unless one of them is mapped or none is wanted."""
    data = b"tint,Attendee First Name,Buyer First Name\nred,Ava,Leo\n"
    with pytest.raises(
        BadTable, match="'Attendee First Name' and 'Buyer First Name' match the field 'first_name' equal"
    ):
        runner.order(data)
    assert runner.order(data, mapping={"first_name": "Buyer First Name"}).columns["first_name"] == "Buyer First Name"
    assert "first_name" not in runner.order(data, mapping={"first_name": ""}).columns


def test_a_required_field_may_have_a_fallback_instead_of_a_column(runner: BatchRunner) -> None:
    """A value for all rows."""
    assert runner.order(b"tint\n", design="named", fallbacks={"first_name": "friend"}).columns == {"tint": "tint"}


def test_a_missing_order_is_reported(runner: BatchRunner) -> None:
    """Files that were purged, or another store."""
    with pytest.raises(StorageError, match="the files of job 'job' are not in the store; send the list again"):
        read_order(runner.files())


def test_an_order_of_another_version_is_reported(runner: BatchRunner) -> None:
    """One that was accepted before an update, and can't be read after it."""
    runner.files().order.put(b'{"options": {"design": "card"}}')
    with pytest.raises(
        StorageError, match="the order of job 'job' was written by another version: send the list again"
    ):
        read_order(runner.files())


def test_fields_that_are_edited_later_change_nothing(runner: BatchRunner) -> None:
    """The order has the fields as they were."""
    runner.accept()
    before = read_order(runner.files())
    write_design(runner.folder / "designs", document=card(fields=[], layers=[], default_values={}, alt=""))
    assert isinstance(before, BatchOrder)
    assert read_order(runner.files()) == before
    assert before.options == BatchOptions("card", created=NOW)
