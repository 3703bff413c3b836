"""Facts of imgurl.batches.row_minter: what becomes of a row's values."""

from typing import Any

import pytest

from imgurl.batches.order import read_order
from imgurl.batches.row_minter import MintedRow, RowMinter
from imgurl.tables.rows import rows
from tests.batches.factories import RING, BatchRunner, read
from tests.web.designs import card, write_design
from tests.web.server import K1

HEADER = b"tint,first_name,code\n"


def mint(runner: BatchRunner, line: str, **options: Any) -> MintedRow:
    """MintedRow one row below the header."""
    data = HEADER + line.encode() + b"\n"
    order = runner.order(data, **options)
    (row,) = rows(data[order.form.data_start :], order.form)
    return RowMinter(order, K1).mint(row)


def values(minted: MintedRow) -> dict[str, str]:
    """Return what is sealed in a link."""
    return read(minted.url).sealed


def test_values_are_sealed(runner: BatchRunner) -> None:
    """As the server would read them: one line, without what shows nothing."""
    minted = mint(runner, '#ff0000,"  Zoë\nMarie\u200b ",B2')
    assert values(minted) == {"tint": "#ff0000", "first_name": "Zoë Marie", "code": "B2"}
    assert (minted.error, minted.warnings, minted.fallbacks) == ("", (), ())


def test_an_address_is_sealed_with_a_warning(runner: BatchRunner) -> None:
    """The words of the list's owner are drawn."""
    minted = mint(runner, "red,www.evil.example,B2")
    assert values(minted)["first_name"] == "www.evil.example"
    assert minted.warnings == (
        "first_name looks like a web address, a mail address or a phone number; it is drawn, because it is signed",
    )
    assert minted.fallbacks == ()


def test_a_fallback_of_the_order_may_say_what_somebody_is(runner: BatchRunner) -> None:
    """The same word in the list is a placeholder."""
    minted = mint(runner, "red,Customer,B2", fallbacks={"first_name": "Valued customer"})
    assert (values(minted)["first_name"], minted.fallbacks) == ("Valued customer", ("first_name",))
    assert minted.warnings[0].startswith("first_name is a placeholder")


def test_controls_are_sealed(runner: BatchRunner) -> None:
    """Format, density, pin, expiry, campaign, key."""
    minted = mint(
        runner, "red,Ava,B2", ext="webp", dpr=2, pin="0123456789abcdef", expires=1_900_000_000, campaign="may"
    )
    url = read(minted.url)
    assert (url.ext, url.dpr, url.pin, url.expires, url.campaign) == (
        "webp", 2, "0123456789abcdef", 1_900_000_000, "may",
    )  # fmt: skip
    assert RING.verify(url) is K1


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "is blank"),
        ("  ", "is blank"),
        ("\u200b", "is blank"),
        ("null", 'is a placeholder such as "null" or "undefined"'),
        ("{{first_name}}", "is a merge tag that was not replaced"),
        ("asdf", "is a placeholder"),
        ("x" * 41, "is too long"),
        ("x" * 300, "is too long"),
    ],
)
def test_a_value_that_can_not_be_shown_counts_as_missing(runner: BatchRunner, cell: str, reason: str) -> None:
    """The design's fallback is shown, and a warning says why."""
    minted = mint(runner, f"red,{cell},B2")
    assert values(minted) == {"tint": "red", "code": "B2"}
    assert minted.fallbacks == ("first_name",)
    (warning,) = minted.warnings
    assert warning.startswith(f"first_name {reason}")
    assert warning.endswith("; the fallback is shown")
    assert " | " not in warning


def test_the_fallback_of_the_batch_goes_before_the_designs(runner: BatchRunner) -> None:
    """It is sealed in the rows without a value; the design's own words need no place in a URL."""
    fallbacks = {"first_name": "my friend", "code": "", "tint": "#00ff00"}
    minted = mint(runner, ",,", fallbacks=fallbacks)
    assert values(minted) == {"first_name": "my friend"}
    assert minted.fallbacks == ("tint", "first_name", "code")
    assert values(mint(runner, "red,Ava,", fallbacks=fallbacks)) == {"tint": "red", "first_name": "Ava"}


def test_a_required_field_without_a_value_is_the_rows_error(runner: BatchRunner) -> None:
    """With its line and the reason; a fallback of the batch mends it."""
    minted = mint(runner, "red,null,B2", design="named")
    assert minted == MintedRow(
        "", 'line 2: first_name is a placeholder such as "null" or "undefined"; it is required and has no fallback'
    )
    mended = mint(runner, "red,null,B2", design="named", fallbacks={"first_name": "friend"})
    assert (values(mended)["first_name"], mended.error, mended.fallbacks) == ("friend", "", ("first_name",))


def test_a_field_without_a_column_is_counted_and_not_reported_in_each_row(runner: BatchRunner) -> None:
    """What is the same in all rows would only hide what is not."""
    data = b"first_name\nAva\n"
    order = runner.order(data)
    (row,) = rows(data[order.form.data_start :], order.form)
    minted = RowMinter(order, K1).mint(row)
    assert (minted.warnings, minted.fallbacks) == ((), ("tint", "code"))


def test_a_bad_row_has_an_error(runner: BatchRunner) -> None:
    """The problem that reading found, with its line."""
    assert mint(runner, "red,Ava,B2,x") == MintedRow(
        "", "line 2: has 4 cells, the header has 3; is a comma not quoted?"
    )  # fmt: skip


@pytest.mark.parametrize(
    "word", ["\\N", "<nil>", "[NULL]", "(NULL)", "??", "?", "-", "#N/A", "#NAME?", "<NA>", '"=""-"""']
)
def test_a_word_for_nothing_counts_as_missing(runner: BatchRunner, word: str) -> None:
    """What programs write into lists where they have no value."""
    minted = mint(runner, f"red,{word},B2")
    assert (values(minted), minted.fallbacks) == ({"tint": "red", "code": "B2"}, ("first_name",))
    assert minted.warnings == ('first_name is a placeholder such as "null" or "undefined"; the fallback is shown',)


@pytest.mark.parametrize(("cell", "expected"), [('="Ava"', "Ava"), ("'=Ava", "=Ava"), ("Ava_x000D_", "Ava")])
def test_guards_of_spreadsheets_are_not_part_of_a_value(runner: BatchRunner, cell: str, expected: str) -> None:
    """They keep a text from being read as a number or a formula."""
    assert values(mint(runner, f"red,{cell},B2"))["first_name"] == expected


def test_the_path_is_what_follows_the_host(runner: BatchRunner) -> None:
    """For HTML tools that take a tag at the beginning of an address for a relative one."""
    minted = mint(runner, "red,Ava,B2")
    assert minted.url == f"https://img.example.com/i/{minted.path}"
    assert minted.path.startswith("card.png?_k=k1&")
    assert MintedRow("", "line 2: x").path == ""


def test_a_blank_value_and_a_refused_one_show_the_same(runner: BatchRunner) -> None:
    """One rule for rows without a value of their own."""
    wanted = {"first_name": "my friend"}
    blank, refused = (mint(runner, f"red,{cell},B2", fallbacks=wanted) for cell in ("", "asdf"))
    assert values(blank) == values(refused) == {"tint": "red", "first_name": "my friend", "code": "B2"}


def test_a_row_that_makes_too_long_a_url_has_an_error(runner: BatchRunner) -> None:
    """Nothing is handed out that a server would not read."""
    fields = [{"name": f"f{number}", "sample": "x", "fallback": "", "max_length": 200} for number in range(8)]
    write_design(runner.folder / "designs", "wide", card(fields=fields, layers=[], default_values={}, alt=""))
    data = (",".join(f"f{number}" for number in range(8)) + "\n" + ",".join(["李" * 200] * 8) + "\n").encode()
    order = runner.order(data, design="wide")
    (row,) = rows(data[order.form.data_start :], order.form)
    assert "the server reads 8,192" in RowMinter(order, K1).mint(row).error


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"first_name": ["Ava"], "tint": "red"}', "first_name is a list or an object; write a text"),
        ('{"first_name": null, "tint": "red"}', "first_name is blank"),
        ('{"tint": "red"}', "first_name is blank"),
    ],
)
def test_values_of_ndjson_that_are_not_text_count_as_missing(runner: BatchRunner, line: str, expected: str) -> None:
    """null, a key that is not there, a list."""
    head = b'{"first_name": "Mia", "tint": "blue"}\n'
    order = runner.order(head)
    _, row = rows(head + line.encode(), order.form)
    minted = RowMinter(order, K1).mint(row)
    assert minted.warnings == (f"{expected}; the fallback is shown",)
    assert values(minted) == {"tint": "red"}


def test_a_key_that_only_later_rows_have_is_found(runner: BatchRunner) -> None:
    """The first rows of NDJSON, which were looked at, may all lack a value."""
    head = b'{"tint": "red"}\n'
    order = runner.order(head)
    first, later = rows(head + b'{"tint": "blue", "first_name": "Ava"}\n', order.form)
    minter = RowMinter(order, K1)
    assert (minter.mint(first).warnings, minter.mint(first).fallbacks) == ((), ("first_name", "code"))
    assert values(minter.mint(later)) == {"tint": "blue", "first_name": "Ava"}


def test_a_key_that_the_result_adds_is_the_rows_error(runner: BatchRunner) -> None:
    """Found in a row behind those that were looked at first."""
    head = b'{"first_name": "Mia"}\n'
    order = runner.order(head)
    _, row = rows(head + b'{"first_name": "Ava", "warnings": 1}\n', order.form)
    assert RowMinter(order, K1).mint(row).error == (
        "line 2: has the key 'warnings', which the result adds; rename or remove it"
    )


SHELF = card(
    fields=[{"name": "article", "type": "text", "sample": "4006381333931", "fallback": ""}],
    alt="", default_values={}, size={"width": 400, "height": 120},
    layers=[{"type": "barcode", "id": "ean", "symbology": "ean13", "data": "<<article>>",
             "box": {"x": 0, "y": 0, "width": 400, "height": 100}}],
)  # fmt: skip


@pytest.mark.parametrize(
    ("article", "warnings"),
    [
        ("4006381333931", ()),
        ("4006381333932", ("the layer ean is not drawn: '4006381333932' has a wrong check digit, the last one",)),
        ("400638133393", ("the layer ean is not drawn: '400638133393' is not a number of 13 digits",)),
    ],
)
def test_a_code_that_will_not_be_drawn_is_warned_of(
    runner: BatchRunner, article: str, warnings: tuple[str, ...]
) -> None:
    """The link is made all the same; also by a worker, which reads the order from its file."""
    write_design(runner.folder / "designs", "shelf", SHELF)
    data = f"article\n{article}\n".encode()
    runner.accept(data, design="shelf")
    order = read_order(runner.files())
    assert order == runner.order(data, design="shelf")
    (row,) = rows(data[order.form.data_start :], order.form)
    minted = RowMinter(order, K1).mint(row)
    assert (values(minted), minted.warnings) == ({"article": article}, warnings)
