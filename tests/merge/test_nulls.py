"""Facts of imgurl.merge.nulls: what programs write for nothing, and the people who are called so."""

import pytest

from imgurl.merge.kinds import FieldType
from imgurl.merge.nulls import is_null_word, without_null_words

NAME, TEXT = FieldType.NAME, FieldType.TEXT


@pytest.mark.parametrize(
    "word",
    [
        "None", "null", "undefined", "nil", "NaN", "(null)", "[object Object]", "N/A", "n.a.", "#N/A", "#NAME?",
        "#REF!", "#VALUE!", "<null>", "<nil>", "<NA>", "[NULL]",
        "{null}", "\\N", "-", "--", "—", ".", "...", "?", "??", "_",
        "DBNull", "(none)", "(blank)", "null-null", "null_null", "undefined.undefined", "nullnull",
        "undefinedundefined",
    ],
)  # fmt: skip
@pytest.mark.parametrize("spell", [str, str.lower, str.upper])
@pytest.mark.parametrize("kind", [NAME, TEXT, FieldType.MONEY])
def test_a_word_for_nothing_is_known_in_any_case(word: str, spell: type[str], kind: FieldType) -> None:
    """Alone, doubled, and with a comma between."""
    written = spell(word) if word != "\\N" else word
    for text in (written, f"{written} {written}", f"{written}, {written}", f"{written} null"):
        assert is_null_word(text, kind)
        assert without_null_words(text, kind) == ""


@pytest.mark.parametrize(
    "text",
    ["--None--", "-none-", "null.", '"null"', "'null'", "null;", "(not set)", "(No value)", "N / A", "NaT", "NaT NaT"],
)
@pytest.mark.parametrize("kind", [NAME, TEXT])
def test_a_word_for_nothing_is_known_within_signs(text: str, kind: FieldType) -> None:
    """As selection lists, printed literals and reports have it."""
    assert is_null_word(text, kind)
    assert without_null_words(text, kind) == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ava undefined", "Ava"), ("undefined Lee", "Lee"), ("Ava null", "Ava"), ("null Lee", "Lee"),
        ("Ava NULL", "Ava"), ("Ava nan", "Ava"), ("nan Lee", "Lee"), ("NaN Lee", "Lee"), ("None Lee", "Lee"),
        ("Ava none", "Ava"), ("Ava N/A", "Ava"), ("Ava null Lee", "Ava Lee"), ("Ava (null)", "Ava"), ("Ava -", "Ava"),
        ("- Lee", "Lee"), ("Ava - null", "Ava"), ("Lee, undefined", "Lee"), ("Ava [object Object]", "Ava"),
        ("undefined null Ava", "Ava"), ("Ava Undefined", "Ava"), ("Ava #N/A", "Ava"), ("Ava <nil>", "Ava"),
    ],
)  # fmt: skip
def test_next_to_a_real_word_it_is_left_out(text: str, left: str) -> None:
    """Where it can't be a name itself; what is left is left again."""
    assert left == without_null_words(text, NAME) == without_null_words(left, NAME)


@pytest.mark.parametrize(
    "name",
    [
        "Nan Goldin", "nan goldin", "NAN GOLDIN", "Ava None", "John Null", "JOHN NULL", "Nil Serra", "Nil", "Na", "NA",
        "Li Na", "Na Li", "LI NA", "Nulla", "Nonna", "Nanette", "Anna-Nan", "Ninel", "Nile", "Noneman", "J. R. Lee",
        "Ava Jean-Null", "Nat", "NAT", "Nat King Cole", "Null-Mann", "Nan-Nan", "O'Nan", "!!!", "Nan Li", "Nonesuch",
    ],
)  # fmt: skip
def test_people_who_are_called_so_keep_their_names(name: str) -> None:
    """Case and place tell them from what programs write."""
    assert name == without_null_words(name, NAME)


@pytest.mark.parametrize(
    "text",
    ["None of us", "null and void", "undefined behaviour", "Garlic nan", "N/A GmbH", "Allergies: None", "a - b", "24 -",
     "Nan bread", "- 20 %", "NULL ISLAND", "Nothing", "Top 10 #", "Why?", "Null Island"],
)  # fmt: skip
def test_a_text_may_speak_of_nothing(text: str) -> None:
    """In a text only what nobody writes is left out, at its ends."""
    assert text == without_null_words(text, TEXT)


@pytest.mark.parametrize(("text", "left"), [("Northwind undefined", "Northwind"), ("null Contoso", "Contoso"),
                                            ("Adatum [object Object]", "Adatum"), ("Litware NaN", "Litware"),
                                            ("89 (null)", "89")])  # fmt: skip
def test_a_text_is_freed_of_what_nobody_writes(text: str, left: str) -> None:
    """A company without its second line."""
    assert left == without_null_words(text, TEXT)


@pytest.mark.parametrize("word", ["NA", "Na", "na", "Li Na"])
def test_na_is_a_name(word: str) -> None:
    """Where R wrote it for nothing the reader of the list knows."""
    assert not is_null_word(word, NAME)
