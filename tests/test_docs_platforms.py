"""docs/platforms.md says of each mail platform what the code does. ``WRITE_GOLDEN=1`` writes its tables again."""

import os
import re
from collections.abc import Iterator

import pytest

from imgurl.merge.dialects import DIALECTS, Dialect
from tests.pages import PAGES, ROOT

PAGE = "docs/platforms.md"
HEAD = ("| platform | id | `first_name` | a field of your own, `plan_tier` | encoded |", "|---|---|---|---|---|")
ARRIVES_HEAD = ("| platform | for a recipient without the value | from a test send |", "|---|---|---|")


def cell(text: str) -> str:
    """Return a text as it is written in a cell of a table."""
    return text.replace("|", "\\|")


def prose(text: str) -> str:
    """Return a text as it is written outside of code: what is between < and > would vanish."""
    return cell(text).replace("&#", "&amp;#").replace("<", "&lt;")


def tags(dialect: Dialect) -> str:
    """Return the row of a platform in the table of tags."""
    first, own = (f"`{cell(dialect.tag_for(name))}`" for name in ("first_name", "plan_tier"))
    encoded = "yes" if dialect.encoded else "no"
    return f"| {dialect.platform} | `{dialect.id}` | {first} | {own} | {encoded} |"


def arrives(dialect: Dialect) -> str:
    """Return the row of a platform in the table of what arrives."""
    return f"| {dialect.platform} | {prose(dialect.missing)} | {prose(dialect.test_send)} |"


def notes() -> Iterator[str]:
    """Yield a line for each platform that has a note."""
    for dialect in DIALECTS:
        if dialect.note:
            yield f"* **{dialect.platform}**: {prose(dialect.note)}"


GENERATED = {
    "tags": (*HEAD, *map(tags, DIALECTS)),
    "arrives": (*ARRIVES_HEAD, *map(arrives, DIALECTS)),
    "notes": tuple(notes()),
}


@pytest.mark.parametrize("part", GENERATED)
def test_the_tables_are_those_of_the_code(part: str) -> None:
    """Each generated part of the page is what the platforms in the code give."""
    path = ROOT / PAGE
    expected = f"<!-- {part} -->\n" + "\n".join(GENERATED[part]) + f"\n<!-- end of {part} -->"
    match = re.search(f"<!-- {part} -->\n.*?<!-- end of {part} -->", PAGES[PAGE], re.DOTALL)
    assert match is not None
    if match[0] != expected and os.environ.get("WRITE_GOLDEN"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(match[0], expected), encoding="utf-8")
        pytest.fail(f"wrote the {part} of {PAGE}; look at them, then run without WRITE_GOLDEN")
    assert match[0] == expected, f"run this test with WRITE_GOLDEN=1, and look at {PAGE}"


def test_the_page_counts_the_platforms() -> None:
    """The pages that say how many platforms there are say the number of the code."""
    counted = {page: re.findall(r"\b(\d+) (?:mail )?platforms\b", text) for page, text in PAGES.items()}
    assert counted[PAGE]
    assert {number for numbers in counted.values() for number in numbers} == {str(len(DIALECTS))}
