"""The image tags of all platforms live through the tools that mails are built with, or their note says what to do."""

from typing import Final

import pytest

from imgurl.merge.dialects import find_dialect
from tests.mailtools.mail import SNIPPETS, images_of, is_whole, pieces_of, written_by

TOOLS: Final = (
    "React Email", "React Email, set as HTML", "Maizzle 5", "Maizzle 6", "juice", "MJML, mj-image", "MJML, mj-raw",
    "cheerio, html", "cheerio, xml", "premailer", "css-inline",
)  # fmt: skip

# Who loses tags to a tool, with the words of the platform's note that say so.
LOST: Final = {
    "React Email": {"sfmc": "React Email's <Img>"},
    "cheerio, xml": {
        "sfmc": "XML writers turn", "braze": "cheerio's .xml()", "mailerlite": "cheerio's .xml()",
        "zoho": "cheerio's .xml()",
    },
}  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
def test_links_live_through_a_tool(tool: str) -> None:
    """Undone of HTML escapes, each link is as it was minted; so are the alternative texts."""
    images = images_of(written_by(tool))
    assert list(images) == list(SNIPPETS)
    assert [id_ for id_, snippet in SNIPPETS.items() if not is_whole(images[id_], snippet)] == []
    assert [id_ for id_, snippet in SNIPPETS.items() if images[id_]["alt"] != snippet.alt] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_tags_are_in_the_written_text(tool: str) -> None:
    """Letter by letter, as platforms look for them; who loses one to a tool is warned in the platform's note."""
    pieces = pieces_of(written_by(tool))
    lost = {
        snippet.esp or "none"
        for id_, snippet in SNIPPETS.items()
        for tag in snippet.tags
        if f"={tag}&" not in pieces[id_]
    }
    told = LOST.get(tool, {})
    assert lost == set(told)
    assert [esp for esp, words in told.items() if words not in find_dialect(esp).note] == []
