"""A short walk through the Studio with Debian's Firefox, which Playwright drives by WebDriver BiDi."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.studio.browser import PATIENCE, Studio, studio_in
from tests.studio.edits import WIDE, field, opened
from tests.web.server import Server

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="needs Firefox")

HERO = "/studio/designs/newsletter-hero-april"
LIST = b"Vorname,Stadt,E-Mail\nZo\xc3\xab,Oslo,a@x.example\nDeceased,Ohio,b@x.example\n"


@pytest.fixture
def studio(playwright: Playwright, server: Server) -> Iterator[Studio]:
    """Somebody at a wide screen, with Firefox."""
    # Playwright's own channel for a Firefox that is not patched.
    firefox: Browser = playwright.firefox.launch(channel="moz-firefox", executable_path=FIREFOX)
    with studio_in(firefox, server, **WIDE) as opened:
        yield opened
    firefox.close()


def test_a_walk(studio: Studio) -> None:
    """Sign in, choose, type, get the code, explain its link, check a list, save an edit."""
    page = studio.page
    studio.type_a_name("Zoë")
    page.get_by_role("link", name="Get the code").click()
    page.wait_for_selector("pre:has-text('*|URL:FNAME|*')")
    fields = {"first_name": {"is_open": True}, "city": {"text": "Oslo"}, "offer_name": {"text": "24 % off"}}
    order = {"platform": "mailchimp", "fields": fields}
    url = studio.post("/designs/newsletter-hero-april/embed", order)["url"].replace("*|URL:FNAME|*", "MIA")
    page.get_by_role("link", name="Explain").first.click()
    page.fill("textarea", url)
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".verdict h2")).to_contain_text("Mia sees this picture", timeout=PATIENCE)
    studio.open(f"{HERO}/preflight", ".drop")
    page.set_input_files("main input[type=file]", {"name": "april.csv", "mimeType": "text/csv", "buffer": LIST})
    page.wait_for_selector(".worst figure:has-text('Deceased') img")
    opened(studio, "/studio/designs/loyalty-card/edit")
    page.locator("[role=treeitem]").first.click()
    field(page, "From left").fill("77")
    field(page, "From left").press("Enter")
    page.get_by_role("button", name="Save version").click()
    expect(page.locator(".saved")).to_contain_text("Saved as version", timeout=PATIENCE)
