"""Live values among the others."""

from decimal import Decimal
from typing import Any

import pytest

from imgurl.merge.judge import Flag
from imgurl.merge.live import LiveValue, with_live
from imgurl.merge.resolve import Origin, Resolved, Value, resolve
from tests.merge.factories import make

PRICE = make("price", type="money", fallback="99", currency="EUR", locale="de-DE")
NAME = make("product", fallback="New")


def live(field: Any, value: Any, sealed: str | None = None, *, is_stale: bool = False, can_draw: bool = True) -> Value:
    """Return the value of a field that a source feeds; None for one that could not be had."""
    resolved = resolve([field], {} if sealed is None else {field.name: sealed})
    found = {field.name: None if value is None else LiveValue(value, is_stale)}
    (only,) = with_live([field], resolved, found, lambda _: can_draw).values
    return only


def test_a_live_value_comes_before_that_of_the_url() -> None:
    """It is judged and written like any other."""
    value = live(PRICE, Decimal("79.5"), "89")
    assert (value.text.replace("\xa0", " "), value.origin, value.reading) == ("79,50 €", Origin.LIVE, "79.5")


@pytest.mark.parametrize(
    ("number", "reading"),
    [
        ("1.299", "1.299"),
        ("1299", "1299"),
        ("0.125", "0.125"),
        ("-3", "-3"),
        ("1E+3", "1000"),
        ("1234567.891", "1234567.891"),
    ],
)
def test_a_number_of_json_is_never_read_by_the_locale(number: str, reading: str) -> None:
    """Its point is a decimal point, though 1.299 is twelve hundred and more in Germany."""
    assert Decimal(live(PRICE, Decimal(number)).reading) == Decimal(reading)


def test_a_text_of_json_is_read_as_the_field_reads_texts() -> None:
    """There 1.299 is what a German list means by it."""
    assert live(PRICE, "1.299").reading == "1299"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [("text", Decimal("89.50"), "89.50"), ("text", True, "true"), ("flag", True, "true"), ("flag", "no", "false"),
     ("text", "Kettle", "Kettle"), ("date", "2026-03-01", "March 1, 2026")],
)  # fmt: skip
def test_types(kind: str, value: Any, text: str) -> None:
    """What each type makes of it."""
    assert live(make(type=kind), value).text == text


@pytest.mark.parametrize(
    ("value", "flags"),
    [(None, (Flag.NOT_LIVE,)), ("soon", (Flag.NOT_A_NUMBER, Flag.NOT_LIVE)),
     ("$5", (Flag.OTHER_CURRENCY, Flag.NOT_LIVE)),
     ("", (Flag.MISSING, Flag.NOT_LIVE)), ("null", (Flag.NULL_WORD, Flag.NOT_LIVE))],
)  # fmt: skip
def test_without_a_good_one_what_came_with_the_url_is_drawn(value: Any, flags: tuple[Flag, ...]) -> None:
    """Or else the design's fallback; and it is said why."""
    sealed = live(PRICE, value, "89")
    assert (sealed.reading, sealed.origin, sealed.flags) == ("89", Origin.SEALED, flags)
    fallen = live(PRICE, value)
    assert (fallen.reading, fallen.origin, fallen.flags[-1]) == ("99", Origin.DESIGN_FALLBACK, Flag.NOT_LIVE)


def test_what_no_font_can_draw_is_not_drawn() -> None:
    """As of any value."""
    assert live(NAME, "Kettle", "Pot", can_draw=False) == Value(
        "product", "Pot", Origin.SEALED, (Flag.NO_GLYPH, Flag.NOT_LIVE)
    )


def test_an_address_is_drawn_with_a_flag() -> None:
    """The source is the signer's own."""
    assert live(NAME, "acme.com") == Value("product", "acme.com", Origin.LIVE, (Flag.LINK,))


def test_an_earlier_value_says_so() -> None:
    """It is drawn all the same."""
    assert live(NAME, "Kettle", is_stale=True) == Value("product", "Kettle", Origin.LIVE, (Flag.STALE,))


def test_a_required_field_may_live_by_its_source() -> None:
    """It lacks a value only if neither has one."""
    field = make("price", type="money", required=True, fallback=None)
    resolved = resolve([field], {})
    assert resolved.lacking == ("price",)
    assert with_live([field], resolved, {"price": LiveValue(Decimal(5))}, lambda _: True).lacking == ()
    assert with_live([field], resolved, {"price": None}, lambda _: True).lacking == ("price",)


def test_without_sources_nothing_changes() -> None:
    """The very same values."""
    resolved = Resolved(())
    assert with_live([], resolved, {}, lambda _: True) is resolved
