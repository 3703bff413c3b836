"""Facts of imgurl.merge.fields: the rules that a design may give a field."""

import html
import re
import time
from html.entities import html5
from typing import Any

import pytest
from pydantic import ValidationError

from imgurl.merge.entities import OLD_ENTITIES
from imgurl.merge.fields import FieldCasing, FieldType, MergeField, unsafe_pattern
from imgurl.merge.tracking import NAMES
from tests.merge.making import make


def said_of(**rules: Any) -> str:
    """Return what is said of a field that is not taken."""
    with pytest.raises(ValidationError) as caught:
        make(**rules)
    return str(caught.value)


def test_a_field_needs_little() -> None:
    """A name, a sample and what a recipient without the value sees."""
    field = MergeField.model_validate({"name": "city", "sample": "Rome", "fallback": "your city"})
    assert (field.type, field.casing) == (FieldType.TEXT, FieldCasing.NONE)
    assert (field.locale, field.currency, field.format) == ("en-US", "USD", None)
    assert [field.required, field.links, field.openable] == [False] * 3


@pytest.mark.parametrize("name", ["a", "first_name", "a" * 32, "f1", "a__"])
def test_a_name_of_the_grammar_is_taken(name: str) -> None:
    """Small letters, digits and underscores after a letter."""
    assert name == make(name).name


@pytest.mark.parametrize("name", ["", "A", "1a", "_a", "a-b", "a.b", "a b", "ä", "a" * 33, "a\n", "firstName"])
def test_another_name_is_refused(name: str) -> None:
    """It could not stand in a URL."""
    assert "name" in said_of(name=name)


@pytest.mark.parametrize("name", ["utm_source", "gclid", "t", "cb", "et_x"])
def test_a_name_that_others_tamper_with_is_refused(name: str) -> None:
    """Mail platforms append utm_source."""
    assert "tamper with; choose another" in said_of(name=name)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("reg_no", "®"), ("copy_text", "©"), ("para_1", "¶"), ("not_before", "¬"), ("lt_price", "<"), ("amp_x", "&"),
        ("sect_2", "§"), ("deg_name", "°"), ("times_", "×"), ("frac12_cup", "½"), ("yen_price", "¥"), ("quot_a", '"'),
    ],
)  # fmt: skip
def test_a_name_that_html_reads_as_a_character_is_refused(name: str, read: str) -> None:
    """An old entity and an underscore: behind a bare & every HTML parser reads the character."""
    entity = name.partition("_")[0]
    assert html.unescape(f"&{name}=1") == read + name.removeprefix(entity) + "=1"
    assert f"'&{entity}_' is read as '{read}_' wherever the & is bare" in said_of(name=name)


@pytest.mark.parametrize(
    "name",
    [
        "reg",
        "copy",
        "amp",
        "not",
        "lt",
        "para",
        "regno",
        "copies",
        "notify",
        "region",
        "order",
        "note",
        "first_reg_no",
        "cop_y",
    ],
)
def test_a_name_that_html_leaves_alone_in_attributes_is_taken(name: str) -> None:
    """Before = or a letter the entity is not read there, and in the middle of a name never."""
    assert make(name).name == name


def test_every_entity_that_needs_no_semicolon_is_known() -> None:
    """An HTML parser reads exactly these before an underscore."""
    names = {name for name in html5 if html.unescape(f"&{name}_") != f"&{name}_" and not name.endswith(";")}
    assert {name for name in names if re.fullmatch("[a-z][a-z0-9]*", name)} == set(OLD_ENTITIES)


def test_every_tracking_name_that_could_be_a_field_is_refused() -> None:
    """None of the list slips through."""
    names = [name for name in NAMES if re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name)]
    assert len(names) > 15
    assert all("tamper with" in said_of(name=name) for name in names)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"required": True, "fallback": "x"}, "either a \"fallback\" (it may be \"\") or \"required\": true"),
        ({"fallback": None}, "either a \"fallback\""),
        ({"choices": ("a", "b")}, "only such a field, needs \"choices\""),
        ({"type": "choice"}, "needs \"choices\""),
        ({"type": "choice", "choices": ("a", "")}, "at least 1 character"),
        ({"type": "choice", "choices": ("a" * 81,)}, "at most 80 characters"),
        ({"input": ("%d.%m.%Y",)}, "\"input\" is for dates only"),
        ({"type": "date", "input": ("%d.%m.%y",)}, "input"),
        ({"type": "date", "input": ("%H:%M:%S",)}, "input"),
        ({"type": "date", "input": ("%Y",)}, "input"),
        ({"type": "date", "input": ("%d.%m.%Y %Y",)}, "%Y, %m and %d, each once"),
        ({"type": "date", "input": ("%d/%d/%d",)}, "%Y, %m and %d, each once"),
        ({"type": "date", "input": ("Ymd-Ymd",)}, "%Y, %m and %d, each once"),
        ({"type": "date", "input": ("%d.%m. ",)}, "%Y, %m and %d, each once"),
        ({"type": "date", "input": ("%-d.%m.%Y",)}, "%Y, %m and %d, each once"),
        ({"format": ".00"}, "\"format\" is for numbers, money and dates only"),
        ({"type": "name", "format": ".00"}, "\"format\" is for numbers, money and dates only"),
        ({"type": "number", "format": "zzz"}, "no skeleton of ICU"),
        ({"type": "number", "format": "#,##0.00"}, "no skeleton of ICU"),
        ({"type": "money", "format": "percent"}, "no skeleton of ICU"),
        ({"type": "date", "format": "**"}, "no skeleton of ICU"),
        ({"type": "number", "format": "{v}"}, "format"),
        ({"type": "number", "format": "a'b"}, "format"),
        ({"pattern": "("}, "\"pattern\" is no regular expression"),
        ({"pattern": "(a+)+"}, "\"pattern\" repeats a group"),
        ({"pattern": "x" * 201}, "at most 200 characters"),
        ({"max_length": 0}, "greater than or equal to 1"),
        ({"max_length": 201}, "less than or equal to 200"),
        ({"max_length": "5"}, "valid integer"),
        ({"sample": ""}, "at least 1 character"),
        ({"sample": "x" * 201}, "at most 200 characters"),
        ({"fallback": "x" * 201}, "at most 200 characters"),
        ({"fallback": 7}, "valid string"),
        ({"label": "x" * 81}, "at most 80 characters"),
        ({"type": "texts"}, "'text', 'name', 'number'"),
        ({"casing": "camel"}, "'none', 'upper', 'lower', 'title' or 'name'"),
        ({"locale": "English"}, "locale"),
        ({"locale": "en_US"}, "locale"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"openable": "yes"}, "valid boolean"),
        ({"colour": "red"}, "not permitted"),
    ],
)  # fmt: skip
def test_rules_that_do_not_fit_are_refused(rules: dict[str, Any], said: str) -> None:
    """With a sentence that says what to write."""
    assert said in said_of(**rules)


def test_all_problems_are_told_at_once() -> None:
    """Not one after another."""
    said = said_of(
        name="utm_x", fallback=None, type="name", choices=("a",), format=".00", input=("%d.%m.%Y",), pattern="("
    )
    for part in ("tamper with", '"fallback"', '"choices"', '"format"', '"input"', '"pattern"'):
        assert part in said


@pytest.mark.parametrize(
    "rules",
    [
        {"type": "choice", "choices": ["a", "b"]},
        {"type": "date", "input": ["%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%d %m %Y"], "format": "yMMMd"},
        {"type": "date", "format": "short"},
        {"type": "number", "format": ".00"},
        {"type": "number", "format": "compact-short"},
        {"type": "number", "format": "percent", "locale": "de-CH"},
        {"type": "money", "format": ".00", "currency": "CHF", "locale": "de-CH"},
        {"required": True},
        {"pattern": r"[A-Z]{2}\d{2,6}", "links": True, "openable": True, "max_length": 200},
        {"locale": "zh-Hant-TW"},
        {"locale": "ast"},
    ],
)
def test_rules_as_json_has_them_are_taken(rules: dict[str, Any]) -> None:
    """Lists for tuples, words for enums."""
    assert make(**rules).name == "x"


@pytest.mark.parametrize(
    ("rules", "longest"),
    [
        ({"type": "name"}, 40),
        ({"type": "text"}, 80),
        ({"type": "number"}, 200),
        ({"type": "name", "max_length": 60}, 60),
        ({"type": "text", "max_length": 1}, 1),
    ],
)
def test_a_field_has_a_longest_value(rules: dict[str, Any], longest: int) -> None:
    """Its own, else that of its type."""
    assert longest == make(**rules).longest


def test_a_field_can_be_kept_in_sets_and_does_not_change() -> None:
    """Its fallback is remembered by the field itself."""
    field = make("city", type="choice", choices=["a", "b"])
    assert len({field, make("city", type="choice", choices=["a", "b"])}) == 1
    with pytest.raises(ValidationError, match="frozen"):
        field.name = "other"  # type: ignore[misc]


EVIL = (
    "(a+)+", "(a*)*", "(a+)*b", "((a+))+", "(((a+)))*", "(?:a+)+", "(?P<x>a+)+", "(a|a)*", "(a|aa)+$", "(?:a|b|ab)+c",
    "(a?)+", "(a?){50}", "(a{1,5}){1,30}", "(a{2,})*", "(.*a){20}", "([a-z]+)*$", r"(\w+\s?)+",
    r"^(([a-z])+.)+[A-Z]$", "(x+x+)+y", r"(\d+)*\.", "(.*)*", "(.+)+", "((a|b)c?)+", "((ab)?){30}", "(a+){2,3}",
    "(?=(a+))+", "(?i:a+)+", "((a?){9}){9}", r"([\])a]+)+", r"(\(a+)+", "([^]]+)*", "(?:(?:a+)b)+", "((?:x|y)z)*",
    "(a*){3}",
)  # fmt: skip


@pytest.mark.parametrize("pattern", EVIL)
def test_a_pattern_that_can_take_exponential_time_is_refused(pattern: str) -> None:
    """A group that can match in two ways, repeated, however deep and however disguised (threat 43)."""
    assert re.compile(pattern)
    assert unsafe_pattern(pattern) is not None
    assert "repeats a group" in str(unsafe_pattern(pattern))


@pytest.mark.parametrize("pattern", [r"(a)\1", r"(?P<x>a)(?P=x)", r"(.*)x\1+"])
def test_a_pattern_that_refers_back_is_refused(pattern: str) -> None:
    """The same trouble by another way."""
    assert unsafe_pattern(pattern) == "may not refer back to a group"


@pytest.mark.parametrize("pattern", ["(", "[", "*a", "a{2,1}", "(?P<1>a)", "\\", "a**", "(?<a)", "a{99999999999999}"])
def test_what_is_no_regular_expression_is_refused(pattern: str) -> None:
    """With what the compiler says."""
    assert str(unsafe_pattern(pattern)).startswith("is no regular expression: ")


SAFE = (
    "", "[A-Z]{2}[0-9]{6}", r"\d{4}-\d{2}-\d{2}", "(abc)+", "(?:ab){3}", "[A-Za-z' -]+", r"(\d{3}-){2}\d{4}", "a|b|c",
    "(a|b)?c", "(gold|silver) card", r"[(+*)]+x", r"\(a+\)+", "(?:[A-Z]{2})+", r"[\w.+-]+", "(a+)?", "((a)(b))+",
    "[])]*", r"SKU-\d+", "[^()]*", "(?i)abc+", "(?:A)(?:B)",
)  # fmt: skip


@pytest.mark.parametrize("pattern", SAFE)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    """What designs need: codes, choices, repeated groups of one length."""
    assert unsafe_pattern(pattern) is None


def seconds_of(pattern: str, text: str) -> float:
    """Return the shortest time of a match."""

    def once() -> float:
        start = time.perf_counter()
        re.fullmatch(pattern, text)
        return time.perf_counter() - start

    return min(once() for _ in range(5))


@pytest.mark.parametrize("pattern", [pattern for pattern in SAFE if pattern])
@pytest.mark.parametrize("unit", ["a", "A", "1", "ab", "A1", "(", "-", "a-"])
def test_a_pattern_that_is_taken_stays_cheap(pattern: str, unit: str) -> None:
    """Ten times the text costs at most a hundred times as much, which is far from exponential."""
    short, long = unit * (20 // len(unit)) + "!", unit * (200 // len(unit)) + "!"
    assert seconds_of(pattern, long) <= 100 * max(seconds_of(pattern, short), 1e-6)
