r"""Patterns of fields: Python's syntax and meaning, in linear time."""

import re
import string
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.merge.patterns import NotLinear, matches, unsafe_pattern

# Where Python's engine takes exponential time (threat 43), or time with a high power of the length: adjacent
# repetitions that overlap.
EVIL = (
    "(a+)+", "(a*)*", "(a+)*b", "((a+))+", "(((a+)))*", "(?:a+)+", "(?P<x>a+)+", "(a|a)*", "(a|aa)+$", "(?:a|b|ab)+c",
    "(a?)+", "(a?){50}", "(a{1,5}){1,30}", "(a{2,})*", "(.*a){20}", "([a-z]+)*$", r"(\w+\s?)+",
    r"^(([a-z])+.)+[A-Z]$", "(x+x+)+y", r"(\d+)*\.", "(.*)*", "(.+)+", "((a|b)c?)+", "((ab)?){30}", "(a+){2,3}",
    "(?i:a+)+", "((a?){9}){9}", r"([\])a]+)+", r"(\(a+)+", "([^]]+)*", "(?:(?:a+)b)+", "((?:x|y)z)*",
    "(a*){3}",
)  # fmt: skip

OVERLAPPING = (r"\d*\d*\d*\d*\d*\d*\d*\d*!", "a*a*a*a*a*a*a*a*a*b", r"\w*\s*\w*\s*\w*\s*\w*x", ".*.*.*.*.*.*.*=")

SAFE = (
    "", "[A-Z]{2}[0-9]{6}", r"\d{4}-\d{2}-\d{2}", "(abc)+", "(?:ab){3}", "[A-Za-z' -]+", r"(\d{3}-){2}\d{4}", "a|b|c",
    "(a|b)?c", "(gold|silver) card", r"[(+*)]+x", r"\(a+\)+", "(?:[A-Z]{2})+", r"[\w.+-]+", "(a+)?", "((a)(b))+",
    "[])]*", r"SKU-\d+", "[^()]*", "(?i)abc+", "(?:A)(?:B)",
)  # fmt: skip


@pytest.mark.parametrize("pattern", [*EVIL, *OVERLAPPING])
def test_a_pattern_that_would_hang_is_taken_and_answers(pattern: str) -> None:
    """On a value of 200 characters that almost matches; Python's engine would not come back from some of these."""
    assert unsafe_pattern(pattern) is None
    for unit in ("a", "1", "ab", "x", "(a", "a "):
        matches(pattern, unit * (200 // len(unit)) + "\x00")


@pytest.mark.parametrize("pattern", [*EVIL, *OVERLAPPING, *SAFE])
@pytest.mark.parametrize(
    "text", ["", "a", "aa", "ab", "aB.", "1", "12-34", "x1y", "SKU-12", "GOLD", "gold card", "(a", "])"]
)
def test_a_pattern_means_what_it_means_to_python(pattern: str, text: str) -> None:
    """Whole values, short enough for Python's engine."""
    assert matches(pattern, text) == bool(re.fullmatch(pattern, text))


@pytest.mark.parametrize("pattern", SAFE)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    """What designs need: codes, choices, repeated groups of one length."""
    assert unsafe_pattern(pattern) is None


@pytest.mark.parametrize("pattern", [r"(a)\1", r"(?P<x>a)(?P=x)", r"(.*)x\1+", r"(a)?(?(1)b|c)"])
def test_a_pattern_that_refers_back_is_refused(pattern: str) -> None:
    """No engine can do that in linear time."""
    assert unsafe_pattern(pattern) == "may not refer back to a group"


@pytest.mark.parametrize("pattern", ["(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", "x(?:y(?=z))"])
def test_a_pattern_that_looks_around_is_refused(pattern: str) -> None:
    """With what to write instead."""
    assert str(unsafe_pattern(pattern)).startswith("may not look ahead or behind; write it with letters")


@pytest.mark.parametrize("pattern", [r"\bfoo", "a{1001}", "((a{0,40}){0,40})", "(?x) a b"])
def test_what_the_engine_lacks_is_refused(pattern: str) -> None:
    """Borders of words, more than a thousand repetitions, patterns with comments."""
    assert str(unsafe_pattern(pattern)).startswith("can't be matched in a time that is known (")
    with pytest.raises(NotLinear):
        matches(pattern, "a")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="syntax of Python 3.11")
@pytest.mark.parametrize("pattern", ["(?>a+)b", "a++", "a*+b"])
def test_what_holds_on_to_a_match_is_refused(pattern: str) -> None:
    """Atomic groups and possessive repetitions: they mend what is no trouble here."""
    assert str(unsafe_pattern(pattern)).startswith("can't be matched in a time that is known (")


@pytest.mark.parametrize("pattern", ["(", "[", "*a", "a{2,1}", "(?P<1>a)", "\\", "a**", "(?<a)", "a{99999999999999}"])
def test_what_is_not_a_regular_expression_is_refused(pattern: str) -> None:
    """With what the compiler says."""
    assert str(unsafe_pattern(pattern)).startswith("is not a regular expression: ")


@pytest.mark.parametrize("sign", [r"\w", r"\W", r"\d", r"\D", r"\s", r"\S"])
def test_letters_and_digits_are_those_of_all_scripts(sign: str) -> None:
    """Alone and in sets: RE2 itself means ASCII by them, and José would lose his name."""
    for character in (*string.printable, *"éßЖ漢ა١५²Ⅳ\u0301\xa0\u2003\x1f\x85_‿😀\U0001d7d8"):
        for pattern in (sign, f"[{sign}]", f"[^{sign}]", f"[^{sign}_]", f"[.{sign}-]"):
            assert matches(pattern, character) == bool(re.fullmatch(pattern, character)), (pattern, character)


@pytest.mark.parametrize(
    "pattern",
    [r"\u00e9", r"[\u00e0-\u00ff]", r"\N{LATIN SMALL LETTER E WITH ACUTE}", r"\xe9", "\\é", r"\U000000e9", "é{,2}",
     r"^é$", r"\Aé\Z", "(?i)É", "(?i:É)", "[é[]", "[é[]+", r"[é\]]", "[é[^]", "[]é]", "[^]]",
     "(?P<letter>é)", r"[\wé]", r"\.|é"],
)  # fmt: skip
def test_spellings_that_only_python_has(pattern: str) -> None:
    """Escapes, repetitions without a beginning, ends, and brackets in sets."""
    assert unsafe_pattern(pattern) is None
    for text in ("é", "éé", "É", "", "]", "[", "a", "."):
        assert matches(pattern, text) == bool(re.fullmatch(pattern, text)), text


ATOMS = st.sampled_from(
    [r"\w", r"\d", r"\s", ".", "a", "b", "1", "é", " ", "[a-c]", r"[^\W\d]", r"[.\s-]", r"\.", "[^a]"]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: (
        st.builds("{}{}".format, inner, inner)
        | st.builds("({}|{})".format, inner, inner)
        | st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{,3}", "{1,}", "*?"]))
    ),
    max_leaves=6,
)


@given(PATTERNS, st.text("ab1é .\n-", max_size=8))
def test_any_pattern_means_what_it_means_to_python(pattern: str, text: str) -> None:
    """Whatever it is put together of."""
    assert unsafe_pattern(pattern) is None
    assert matches(pattern, text) == bool(re.fullmatch(pattern, text))
