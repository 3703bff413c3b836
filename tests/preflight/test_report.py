"""Facts of what a report says, proposes and looks like."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from imgurl.design.library import load_design
from imgurl.errors import BadValue
from imgurl.preflight.criteria import read_criteria
from imgurl.preflight.edits import with_key
from imgurl.preflight.facts import Mark
from imgurl.preflight.fixes import apply_fixes
from imgurl.preflight.page import html_of
from imgurl.preflight.wording import share
from imgurl.text.fonts import FontCatalogue
from tests.preflight.lists import ROOT, reported, shipped, some_rows, written

DESIGN = "newsletter-hero-april"


def test_the_worst_are_drawn_each_row_once(tmp_path: Path, fonts: FontCatalogue) -> None:
    """24 of a long list, of every kind that is in it; of a short list all that is worth a look."""
    report = reported(shipped(DESIGN, fonts), written(tmp_path / "list.csv", some_rows(4_000)))
    told = report.as_json()
    assert (len(told["worst"]), len({one["row"] for one in told["worst"]})) == (24, 24)
    kinds = {one["kind"] for one in told["worst"]}
    assert {"cut", "suspicious", "smallest", "script", "doubtful", "repaired", "refused", "longest"} <= kinds
    assert all(one["picture"]["width"] == 420 and one["bytes"] > 10_000 for one in told["worst"])
    short = reported(shipped(DESIGN, fonts), written(tmp_path / "one.csv", [("a@example.com", "Ava", "Oslo", "Sale")]))
    assert (short.as_json()["worst"], short.sentence) == ([], "1 recipient: 100 % personal")


def test_shares_add_up_and_never_round_to_all_or_nothing(tmp_path: Path, fonts: FontCatalogue) -> None:
    """The rows of all outcomes are the list."""
    told = reported(shipped(DESIGN, fonts), written(tmp_path / "list.csv", some_rows(900))).as_json()
    assert sum(one["rows"] for one in told["outcomes"]) == told["rows"] == 900
    assert [share(0, 9), share(9, 9), share(1, 100_000), share(99_999, 100_000), share(1, 3)] == [
        "0 %", "100 %", "under 0.1 %", "99.9 %", "33.3 %",
    ]  # fmt: skip


class _Names(HTMLParser):
    """Collects what a page refers to, and its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.elements: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.add(tag)
        self.references += [
            value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "poster")
        ]


def test_the_page_needs_nothing_else(tmp_path: Path, fonts: FontCatalogue) -> None:
    """No script, no request to anywhere, values of recipients as text; light and dark."""
    rows = [*some_rows(500), ("x@example.com", "<script>alert(1)</script>", '"><img src=https://example.com/x>', "")]
    page = html_of(reported(shipped(DESIGN, fonts), written(tmp_path / "list.csv", rows)))
    names = _Names()
    names.feed(page)
    assert "script" not in names.elements
    assert all(reference.startswith("data:image/webp;base64,") for reference in names.references)
    assert "url(" not in page
    assert "@import" not in page
    assert "light-dark(" in page
    assert "default-src 'none'" in page


def test_fixes_help(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Applied to the document, no word is suspicious, no name in capitals, no text cut; nothing else changes."""
    text = (ROOT / "designs" / DESIGN / "design.json").read_text().replace('"casing": "name", ', "")
    folder = tmp_path / DESIGN
    folder.mkdir()
    (folder / "spring.jpg").write_bytes((ROOT / "designs" / DESIGN / "spring.jpg").read_bytes())
    (folder / "design.json").write_text(text)
    source = written(tmp_path / "list.csv", some_rows(1_500))
    before = reported(load_design(folder, fonts), source)
    assert {fix.key for fix in before.fixes} == {"missing", "casing", "min_size"}
    after_text = apply_fixes(text, before.fixes)
    (folder / "design.json").write_text(after_text)
    after = reported(load_design(folder, fonts), source)
    assert after.fixes == ()
    words = {"departed", "test", "keyboard", "placeholder", "role", "capitals"}
    drawn = {one["suspicion"] for one in after.as_json()["suspicious"] if one["state"] == "drawn"}
    assert drawn & words == set()
    assert Mark.OVERFLOW not in after.counted.tally.marks
    stripped = re.sub(r', "missing": \[[^\]]*\]|, "casing": "name"', "", after_text)
    assert re.sub(r'"min_size": \d+', "", stripped) == re.sub(r'"min_size": \d+', "", text)


@pytest.mark.parametrize("path", sorted((ROOT / "designs").glob("*/design.json")), ids=lambda path: path.parent.name)
def test_an_edit_changes_one_key(path: Path) -> None:
    """In each object of each shipped document: that key alone differs; set again, the text is the same."""
    text = path.read_text()

    def objects(value: object, pointer: str) -> list[str]:
        if isinstance(value, dict):
            return [pointer, *[one for name, each in value.items() for one in objects(each, f"{pointer}/{name}")]]
        if isinstance(value, list):
            return [one for number, each in enumerate(value) for one in objects(each, f"{pointer}/{number}")]
        return []

    for pointer in objects(json.loads(text), ""):
        edited = with_key(text, pointer, 'new "key"', ["ä", 1])
        target = expected = json.loads(text)
        for part in pointer.split("/")[1:]:
            target = target[int(part)] if isinstance(target, list) else target[part]
        target['new "key"'] = ["ä", 1]
        assert json.loads(edited) == expected
        assert with_key(edited, pointer, 'new "key"', ["ä", 1]) == edited


def test_an_edit_of_what_is_not_there() -> None:
    """Raises; an empty object gets its first key, a value in place of another one."""
    assert with_key('{"a": {}}', "/a", "b", 1) == '{"a": {"b": 1}}'
    assert with_key('{"a" : 1 , "b":2}', "", "a", [2]) == '{"a" : [2] , "b":2}'
    assert with_key('{\n  "a": 1,\n  "b": 2\n}', "", "c", 3) == '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}'
    for text, pointer in (('{"a": 1}', "/b"), ('{"a": 1}', "/a"), ('{"a": [1]}', "/a/1")):
        with pytest.raises(LookupError):
            with_key(text, pointer, "x", 1)


def test_criteria() -> None:
    """Counts and shares, of marks and of fields; without a limit, one row is too many."""
    marks, fallbacks = {Mark.OVERFLOW: 1, Mark.FALLBACK: 50}, {"city": 49}
    text = "overflow, fallback>5%, fallback>4.9%, fallback:city>49, fallback:city>48, missing-glyph"
    holding = [str(one) for one in read_criteria(text, ("city",)) if one.holds(marks, fallbacks, 1_000)]
    assert holding == ["overflow", "fallback>4.9%", "fallback:city>48"]


@pytest.mark.parametrize("text", ["overfow", "fallback:town", "overflow:city", "fallback>", "fallback>5%%", "a b"])
def test_a_criterion_that_is_none(text: str) -> None:
    """Is refused with a sentence."""
    with pytest.raises(BadValue, match="fail-on"):
        read_criteria(text, ("city",))


def test_a_platform_differs_in_what_it_damages(tmp_path: Path, fonts: FontCatalogue) -> None:
    """One that encodes nowhere, one that does not where a value has &; a field that is shut is said."""
    rows = [("a@example.com", "Ava", "Oslo", "Buy & save"), ("b@example.com", "Leo", "Oslo", "Sale")]
    platforms = {
        one["esp"]: one
        for one in reported(shipped(DESIGN, fonts), written(tmp_path / "l.csv", rows)).as_json()["platforms"]
    }
    assert (platforms["mailchimp"]["same"], platforms["activecampaign"]["damaged_rows"]) == (True, 1)
    assert platforms["mailchimp"]["tags"]["first_name"] == "*|URL:FNAME|*"
