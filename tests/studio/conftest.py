"""One server, and one browser, for all tests of pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.studio.browser import Studio, chromium, editable_designs, studio_in
from tests.web.server import Server, running_server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose designs may be changed."""
    folder = tmp_path_factory.mktemp("studio")
    designs = str(editable_designs(folder))
    with running_server(folder, "--renderers", "1", designs=designs, job_workers="1") as running:
        yield running


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives browsers. Ended before other tests run: it has an event loop."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium(playwright) as browser:
        yield browser


@pytest.fixture
def studio(browser: Browser, server: Server) -> Iterator[Studio]:
    """Somebody at a wide screen, who has opened nothing yet."""
    with studio_in(browser, server, viewport={"width": 1440, "height": 900}, locale="en-US") as opened:
        yield opened
