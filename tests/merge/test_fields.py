"""Facts of imgurl.merge.fields: the rules that a design may give a field."""

import html
import re
from html.entities import html5
from typing import Any

import pytest
from pydantic import ValidationError

from imgurl.merge.entities import OLD_ENTITIES
from imgurl.merge.fields import MergeField
from imgurl.merge.kinds import FieldCasing, FieldType
from imgurl.merge.tracking import NAMES
from tests.merge.factories import make


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
    """It could not appear in a URL."""
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
        ({"time_zone": "Europe/Berlin"}, '"time_zone" is for dates only'),
        ({"type": "date", "time_zone": "Europe/Atlantis"}, "not a known time zone"),
        ({"type": "language"}, '"choices"'),
        ({"type": "language", "choices": ("de", "german")}, "'german' is not a language tag"),
        ({"type": "date", "input": ("%H:%M:%S",)}, "input"),
        ({"type": "date", "input": ("%Y",)}, "input"),
        ({"type": "date", "input": ("%d.%m.%Y %Y",)}, "%Y, %m and %d, each once"),
        ({"type": "date", "input": ("%d/%d/%d",)}, "%Y, %m and %d, each once"),
        ({"type": "date", "input": ("Ymd-Ymd",)}, "%Y, %m and %d, each once"),
        ({"type": "date", "input": ("%d.%m. ",)}, "%Y, %m and %d, each once"),
        ({"type": "date", "input": ("%-d.%m.%Y",)}, "%Y, %m and %d, each once"),
        ({"format": ".00"}, "\"format\" is for numbers, money and dates only"),
        ({"type": "name", "format": ".00"}, "\"format\" is for numbers, money and dates only"),
        ({"type": "number", "format": "zzz"}, "not an ICU skeleton"),
        ({"type": "number", "format": "#,##0.00"}, "not an ICU skeleton"),
        ({"type": "money", "format": "percent"}, "not an ICU skeleton"),
        ({"type": "date", "format": "**"}, "not an ICU skeleton"),
        ({"type": "number", "format": "{v}"}, "format"),
        ({"type": "number", "format": "a'b"}, "format"),
        ({"type": "number", "sample": "1", "missing": ["x"]}, '"missing" is for texts and names only'),
        ({"pattern": "("}, "\"pattern\" is not a regular expression"),
        ({"pattern": "(?=a)b"}, "\"pattern\" may not look ahead or behind"),
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


def test_all_problems_are_reported_at_once() -> None:
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
        {"type": "date", "input": ["%d.%m.%y"], "time_zone": "Europe/Berlin"},
        {"type": "language", "choices": ["de", "pt-BR", "zh-Hant"]},
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
