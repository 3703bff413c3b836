"""Resolving the worst texts costs at most 40 times as much for 200 code points as for 20: nothing is quadratic."""

import time
from collections.abc import Sequence
from typing import Final

import pytest

from imgurl.merge.clean import TooLong, clean
from imgurl.merge.dialects import find_dialect
from imgurl.merge.open_part import read_open_part
from imgurl.merge.resolve import resolve
from imgurl.merge.tags import is_unreplaced_tag
from imgurl.merge.web_addresses import looks_like_address
from tests.merge.factories import make

FIELDS: Final = (
    make("x", max_length=200),
    make("y", type="name", max_length=200, casing="name", pattern="[A-Za-z]+[0-9]*"),
    make("n", type="money", locale="de-DE"),
    make("d", type="date", input=["%d.%m.%Y"]),
)

# Repeated to the length that is wanted.
WORST: Final = (
    "a\u0301\u0316", "\u0301\u0316", "\u0301", "\u200d\u0301", "{{", "{", "{{a", "{{a}", "{{{a", "%", "%%", "%%a",
    "%A", "*|", "*|a", "<<", "<<a ", "<< ", "<<a>", "[[", "[[a", "[a,", "[a, fallback=", "$[", "$[A|", "${a",
    "{$a|", "{!a ", "{%a", "<%", "<%=a", "#recipient:", "%recipient", "%A|A", "a.", "a-.", "-", "-a.", "1.", "1 ",
    "1(", "12.", "12-3", "+1 ", "@", "a@", "www", "a://", "[.", "[ dot", "( ", ".", "..", "\u3002", "ａ．", "１",
    "&", "&amp;", "&#1;", "&a", "+", "a+", "a+b", "+a", "%2", "%20", "%C3", "%25", "'a", "a'", "A'", "ß", "ﬃ", "ΐ",
    "\u0958", "한", "\u1100\u1161\u11a8", "क्", "👩\u200d", "🏴\U000e0067", "🇩", "\u202e", "\u2066", "\u200b", " ",
    "\t", " a", "1,", "1.234.", "1 234 ", "$", "USD ", "1'", "0", "９", "x=y&", "y=",
)  # fmt: skip


def worst(unit: str, length: int) -> str:
    """Return a text of so many code points."""
    return (unit * length)[:length]


def resolve_all(text: str) -> None:
    """Resolve a text as the open value of every field, read from an encoding and from no platform."""
    names = [field.name for field in FIELDS]
    query = "&".join(f"{name}={text}" for name in names).encode().decode("latin-1") + "&_z=1"
    for dialect in (None, find_dialect("activecampaign"), find_dialect("campaignmonitor")):
        part = read_open_part(query, names, dialect)
        assert len(resolve(FIELDS, {}, names, part, dialect).values) == len(FIELDS)
    assert len(resolve(FIELDS, dict.fromkeys(names, text)).values) == len(FIELDS)


def seconds_of(text: str) -> float:
    """Return the shortest of some times: noise only makes one longer."""

    def once() -> float:
        start = time.perf_counter()
        resolve_all(text)
        return time.perf_counter() - start

    return min(once() for _ in range(5))


def is_within(factor: float, text: str, others: Sequence[str]) -> bool:
    """Say whether a text costs at most ``factor`` times the dearest of others; a busy machine is asked again."""
    return any(seconds_of(text) <= factor * max(map(seconds_of, others)) for _ in range(8))


@pytest.mark.parametrize("unit", WORST, ids=ascii)
def test_ten_times_the_text_costs_at_most_forty_times(unit: str) -> None:
    """For every text that some pattern or normal form finds hard."""
    resolve_all(worst(unit, 20))
    assert is_within(40, worst(unit, 200), [worst(unit, 20)])


@pytest.mark.parametrize("unit", WORST, ids=ascii)
def test_a_value_of_any_length_costs_no_more_than_a_capped_one(unit: str) -> None:
    """Ten thousand code points are refused before they are looked at: the cap comes first (threat 27)."""
    resolve_all(worst(unit, 200))
    assert is_within(20, worst(unit, 2_000), [worst(unit, length) for length in (100, 150, 200)])


@pytest.mark.parametrize("unit", WORST, ids=ascii)
def test_the_steps_are_total_on_the_longest_text(unit: str) -> None:
    """Each step alone takes the 200 code points that cleaning lets through."""
    text = worst(unit, 200)
    try:
        left = clean(text)
    except TooLong:
        assert len(text.encode()) > 200
        left = ""
    assert len(left) <= 200
    assert looks_like_address(text) in (True, False)
    assert is_unreplaced_tag(text, left, None, "x") in (True, False)
