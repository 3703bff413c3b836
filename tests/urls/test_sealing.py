"""Facts of imgurl.urls.sealing: what is signed for one recipient, and what is said about it."""

from collections.abc import Mapping
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.merge.judge import Flag, Words
from imgurl.merge.resolve import Origin, resolve
from imgurl.urls.mint import Minter
from imgurl.urls.sealing import Note, NoValue, SealedRow, Shown, candidate, fallback_mistakes, seal_row, tidy
from tests.merge.factories import make
from tests.property.strategies import any_text
from tests.urls.reading import DESIGN, FIRST

NAME = make("first_name", type="name", sample="Ava", fallback="there", openable=True)
CITY = make("city", sample="Chicago", openable=True, max_length=20)
OFFER = make("offer_name", sample="24 % off", required=True, openable=False)
TINT = make("tint", type="color", sample="#ff0000", fallback="#000000")
FIELDS = (NAME, CITY, OFFER, TINT)
GOOD = {"first_name": "Ava", "city": "Rome", "offer_name": "24 % off", "tint": "red"}


def sealed(values: Mapping[str, str | NoValue], opened: tuple[str, ...] = (), **fallbacks: str) -> SealedRow:
    """Seal values that replace the good ones."""
    return seal_row(FIELDS, {**GOOD, **values}, fallbacks, opened)


def test_good_values_are_signed_without_a_word() -> None:
    """By name, in the order of the fields; names that the design does not have are left out."""
    assert seal_row(FIELDS, {"zip": "1", **GOOD}, {"zip": "2"}) == SealedRow(GOOD)


def test_values_are_tidied() -> None:
    """As a request would: one line, without what shows nothing. The rest is signed as it came."""
    assert sealed({"city": "  New\nYork\u200b ", "first_name": "AVA"}).values == {
        **GOOD, "city": "New York", "first_name": "AVA",
    }  # fmt: skip
    assert tidy("x" * 300 + "\n") == "x" * 300 + "\n"


@pytest.mark.parametrize(
    ("text", "refusal", "reason"),
    [
        ("", Flag.MISSING, "is blank"),
        (" \u200b", Flag.MISSING, "is blank"),
        ("null", Flag.NULL_WORD, 'is a placeholder such as "null" or "undefined"'),
        ("asdf", Flag.REFUSED_WORD, "is a placeholder"),
        ("Customer", Flag.REFUSED_WORD, "is a placeholder"),
        ("2026-03-01", Flag.NOT_A_NAME, "is not a name"),
        (None, None, "is missing"),
        (NoValue("has no column"), None, "has no column"),
    ],
)
def test_what_is_not_a_value_shows_the_fallback(text: str | NoValue | None, refusal: Flag | None, reason: str) -> None:
    """The one that came with the values, else the design's, which needs no place in the URL."""
    values = {name: value for name, value in {**GOOD, "first_name": text}.items() if value is not None}
    for fallbacks, shown in (({"first_name": "you"}, Shown.FALLBACK), ({}, Shown.DESIGN_FALLBACK)):
        row = seal_row(FIELDS, values, fallbacks)
        (note,) = row.notes
        assert (note.field, note.shown, note.refusal, note.is_wrong) == ("first_name", shown, refusal, False)
        assert note.reason.startswith(reason)
        assert str(note) == f"first_name {note.reason}; the fallback is shown"
        assert row.values.get("first_name", "") == fallbacks.get("first_name", "")
        assert row.fields_showing(shown) == ("first_name",)


@pytest.mark.parametrize(
    ("name", "text", "refusal"),
    [
        ("tint", "reddish", Flag.NOT_A_COLOR),
        ("city", "x" * 21, Flag.TOO_LONG),
        ("city", "x" * 999, Flag.TOO_LONG),
        ("city", "{{city}}", Flag.UNRESOLVED),
        ("city", "caf\ufffd", Flag.UNDECODABLE),
    ],
)
def test_a_value_that_breaks_a_rule_is_wrong(name: str, text: str, refusal: Flag) -> None:
    """It shows the fallback too, and the caller can tell it from a value that is not there."""
    row = seal_row(FIELDS, {**GOOD, name: text}, {name: "blue"})
    (note,) = row.notes
    assert (note.is_wrong, note.refusal, note.shown, row.values[name]) == (True, refusal, Shown.FALLBACK, "blue")


def test_a_required_field_without_a_value_shows_nothing() -> None:
    """Unless a fallback came; all that is lacking is named."""
    row = sealed({"offer_name": "null"})
    (note,) = row.notes
    assert (note.shown, "offer_name" in row.values) == (Shown.NOTHING, False)
    assert str(note) == 'offer_name is a placeholder such as "null" or "undefined"; it is required and has no fallback'
    assert sealed({"offer_name": ""}, offer_name="News").values["offer_name"] == "News"


def test_a_value_that_is_shown_may_have_a_warning() -> None:
    """An address in the words of a list or a request is drawn."""
    row = sealed({"city": "evil.example"})
    warning = "looks like a web address, a mail address or a phone number; it is drawn, because it is signed"
    assert (row.values["city"], row.notes) == ("evil.example", (Note("city", warning, Shown.VALUE),))
    assert str(row.notes[0]) == f"city {warning}"


def test_a_fallback_that_is_the_designs_own_is_not_signed() -> None:
    """It is the fallback that came all the same. For an open field it is signed, so that the link says it."""
    row = sealed({"first_name": ""}, first_name=" there ")
    assert ("first_name" in row.values, row.notes[0].shown) == (False, Shown.FALLBACK)
    assert sealed({"first_name": ""}, opened=("first_name",), first_name="there").values["first_name"] == "there"


def test_an_open_field_lacks_no_value() -> None:
    """The platform fills it. A value of its own is the fallback in this link; a wrong one is wrong."""
    assert sealed({"first_name": ""}, opened=("first_name",)) == SealedRow(
        {name: text for name, text in GOOD.items() if name != "first_name"}
    )
    assert sealed({}, opened=("first_name",)) == SealedRow(GOOD)
    (note,) = sealed({"city": "x" * 21}, opened=("city",)).notes
    assert note.is_wrong


def test_a_signers_own_words_may_say_what_somebody_is() -> None:
    """The same word in a list is a placeholder."""
    values = {**GOOD, "first_name": "Customer"}
    assert seal_row(FIELDS, values, {}, judge_value=partial(candidate, words=Words.SIGNED)) == SealedRow(values)


def test_fallbacks_are_checked_once_for_all_rows() -> None:
    """A blank one is none; that of an open field is drawn as it is written."""
    wrong = {"tint": "reddish", "city": " ", "offer_name": "y" * 300}
    assert [name for name, _ in fallback_mistakes(FIELDS, wrong)] == ["offer_name", "tint"]
    assert [reason[:11] for _, reason in fallback_mistakes(FIELDS, {"first_name": "test"})] == ["is a placeh"]
    assert list(fallback_mistakes(FIELDS, {"first_name": "test"}, ("first_name",))) == []


texts = st.dictionaries(st.sampled_from(list(GOOD)), any_text)
good_texts = st.sampled_from(["you", "Our guest", "blue", ""])


@given(texts, st.dictionaries(st.sampled_from(["first_name", "city", "offer_name"]), good_texts))
@settings(max_examples=300, deadline=None)
def test_the_link_shows_what_the_notes_say(values: dict[str, str], fallbacks: dict[str, str]) -> None:
    """What is signed can be minted, and a request for it draws just that: a value, or the fallback of a note."""
    row = seal_row(FIELDS, values, fallbacks)
    Minter(FIRST, "", {DESIGN: FIELDS}).mint(DESIGN, row.values)
    drawn = {value.field: value for value in resolve(FIELDS, row.values).values}
    shown = {note.field: note.shown for note in row.notes}
    for field in FIELDS:
        is_signed = drawn[field.name].origin is Origin.SEALED
        match shown.get(field.name, Shown.VALUE):
            case Shown.VALUE:
                assert is_signed
            case Shown.FALLBACK:
                assert is_signed or fallbacks[field.name] == field.fallback
            case Shown.DESIGN_FALLBACK:
                assert not is_signed
            case Shown.NOTHING:
                assert not drawn[field.name].text
