"""Facts of imgurl.merge.refusal: placeholders that are nobody's name, and names that look like them."""

import pytest

from imgurl.merge.judge import Flag, design_fallback, judge
from imgurl.merge.refusal import NAME_PLACEHOLDERS, ROLES, is_no_name, is_refused_word
from tests.merge.corpora import person_names
from tests.merge.factories import make

NAME = make("first_name", type="name", sample="Ava")
TEXT = make("note", sample="x")


@pytest.mark.parametrize(
    "text",
    ["asdf", "ASDF", "Asdf.", "test", "Test Test", "TEST", "Customer", "Valued Customer", "valued  customer".title(),
     "User", "Unknown", "unbekannt", "Inconnu", "Prénom", "PRENOM", "First Name", "(First Name)", "n/a", "TBD", "Mr.",
     "No Name", "\u00dcnknown", "qwerty", "asdf asdf"],
)  # fmt: skip
def test_a_placeholder_is_not_a_name(text: str) -> None:
    """In any case, with or without accents and signs around it, and doubled; a text field has no such list."""
    assert is_refused_word(NAME, " ".join(text.split()))
    assert not is_refused_word(TEXT, text)


@pytest.mark.parametrize(
    "text", [".,", "1", "007", "45292", "1.0", "2026-03-01", "0001-05-01", "12/05/2026", "7-Feb-22", "12 Mar 2024",
             "Mar 22, 2025 7:13 PM", "2025-03-01T10:00:00Z", "Fri Mar 01 2024 12:30:00 GMT+0000 (UTC)", "\U0001f600",
             "!!!", "aaa", "Xxxx", "???!"]
)  # fmt: skip
def test_what_holds_no_name_is_none(text: str) -> None:
    """No letter at all, a date, one letter over and over."""
    assert is_no_name(NAME, text)
    assert not is_no_name(TEXT, text)


@pytest.mark.parametrize(
    "name",
    ["Ava", "May", "April", "June 12", "Guest", "Sample", "Tester", "Foo", "Last", "Blank", "Kunde", "Herr", "III", "X",
     "Louis XIV", "X Æ A-12", "\ue123",
     "王小明", "さくら", "Ольга", "محمد", "सीता", "Ava3", "3M", "Bo", "Li", "Ng", "Friend"],
)  # fmt: skip
def test_a_name_is_kept(name: str) -> None:
    """Also one that is a word, a number of a dynasty or a month."""
    assert not is_refused_word(NAME, name)
    assert not is_no_name(NAME, name)


def test_no_name_of_the_corpus_is_lost() -> None:
    """Of forty countries, in all spellings."""
    assert [name for name in person_names() if is_refused_word(NAME, name) or is_no_name(NAME, name)] == []


def test_a_design_says_what_it_refuses() -> None:
    """Its own list replaces the words; an empty one turns all of it off."""
    own = make(type="name", sample="Ava", refuse=["Gast", "José"])
    assert [is_refused_word(own, text) for text in ("gast", "JOSE", "test")] == [True, True, False]
    assert is_no_name(own, "42")
    off = make(type="name", sample="Ava", refuse=[])
    assert not any(is_refused_word(off, text) or is_no_name(off, text) for text in ("test", "42", "asdf"))
    assert is_refused_word(make(sample="x", refuse=["keine"]), "Keine")


def test_the_sample_of_a_design_is_never_refused() -> None:
    """Its author has shown it as a good value."""
    field = make(type="name", sample="Test")
    assert [is_refused_word(field, text) for text in ("Test", "asdf")] == [False, True]
    assert not is_no_name(make(type="name", sample="42"), "42")


@pytest.mark.parametrize("word", ROLES)
def test_a_signer_may_say_what_somebody_is(word: str) -> None:
    """A fallback that is under a signature, where the server can't distinguish it from a value."""
    assert (is_refused_word(NAME, word), is_refused_word(NAME, word, is_signed=True)) == (True, False)


def test_the_words_are_listed_once() -> None:
    """The two lists have nothing in common."""
    words = (*NAME_PLACEHOLDERS, *ROLES)
    assert sorted(set(words)) == sorted(words)


def test_only_texts_refuse_words() -> None:
    """A number or choice has rules of its own."""
    with pytest.raises(ValueError, match='"refuse" is for texts and names only'):
        make(type="number", refuse=["x"])


@pytest.mark.parametrize("text", ["Deceased", "DECEASED.", "house account", "Hausk\u00f6nto", "deceased deceased"])
def test_words_that_a_design_counts_as_missing_are_refused_too(text: str) -> None:
    """Of names, on top of their own placeholders, and of texts, which have none; not in what the design itself says."""
    words = ("deceased", "House Account", "Hauskonto")
    name = make("first_name", type="name", sample="Ava", fallback="house account", missing=words)
    for field in (name, make("note", sample="x", missing=words)):
        assert judge(field, text).refusal is Flag.REFUSED_WORD
        assert judge(field, "Decea").text == "Decea"
    assert judge(name, "asdf").refusal is Flag.REFUSED_WORD
    assert design_fallback(name).text == "house account"
