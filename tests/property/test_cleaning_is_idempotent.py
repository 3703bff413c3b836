"""Cleaning twice is cleaning once; it raises nothing but TooLong, and what is left is short, visible and in NFC."""

import unicodedata

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imgurl.merge.clean import BLANK, ESCAPES, HIDDEN, MAX_MARKS, TooLong, clean
from imgurl.merge.fields import MAX_CODE_POINTS
from imgurl.merge.mojibake import SUSPECT
from tests.property.strategies import any_text

bases_with_marks = st.lists(
    st.tuples(
        st.sampled_from("aZ李ก\u1100 "),
        st.lists(st.sampled_from("\u0301\u0316\u0323\u20dd\u200d\u200c\ufe0f"), max_size=12),
    ),
    max_size=12,
).map(lambda clusters: "".join(base + "".join(marks) for base, marks in clusters))
dirty_text = st.one_of(any_text, bases_with_marks, st.text(st.characters(), max_size=210))


def cleaned(text: str) -> str:
    """Return the cleaned text; give the example up where the text is too long."""
    try:
        return clean(text)
    except TooLong:
        assume(False)
        raise


@given(dirty_text)
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """So that a cleaned value makes the same cache key."""
    once = cleaned(text)
    assert once == clean(once)


@given(dirty_text)
@settings(max_examples=200, deadline=None)
def test_only_too_long_is_raised_and_only_for_long_texts(text: str) -> None:
    """A text of at most 66 code points can't grow over 200: NFC makes at most three of one."""
    try:
        clean(text)
    except TooLong:
        assert len(text) > MAX_CODE_POINTS // 3


@given(dirty_text)
@settings(max_examples=200, deadline=None)
def test_what_is_left_is_bounded_and_plain(text: str) -> None:
    """At most 200 code points in NFC, no blank but single inner spaces, nothing hidden, no lone surrogate."""
    left = cleaned(text)
    assert len(left) <= MAX_CODE_POINTS
    assert unicodedata.normalize("NFC", left) == left
    assert left == " ".join(left.split(" "))
    assert left == left.strip()
    assert {match.group() for match in BLANK.finditer(left)} <= {" "}
    assert left == left.encode().decode()
    is_flag_tag = "\U000e0000" <= max(left, default="") <= "\U000e007f"
    assert is_flag_tag or not HIDDEN.search(left)


@given(dirty_text)
@settings(max_examples=200, deadline=None)
def test_no_base_has_more_than_four_marks(text: str) -> None:
    """Joiners between them do not help."""
    run = 0
    for character in cleaned(text):
        if character not in "\u200c\u200d":
            run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        assert run <= MAX_MARKS


@given(dirty_text)
@settings(max_examples=200, deadline=None)
def test_what_is_left_was_there(text: str) -> None:
    """Cleaning invents nothing but what an escape or mojibake stood for: every character comes from the text."""
    seen = HIDDEN.sub("", unicodedata.normalize("NFC", BLANK.sub(" ", text)))
    assume(not ESCAPES.search(text) and not SUSPECT.search(seen) and not SUSPECT.search(text))
    there = set(unicodedata.normalize("NFD", text)) | {" "}
    assert set(unicodedata.normalize("NFD", cleaned(text))) <= there
