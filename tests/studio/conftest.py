"""One server with two processes, and one browser, for all tests of pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import find_chromium
from tests.studio.browser import Studio, studio_in
from tests.web.server import Server, running_server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two server processes: whatever one of them knows, the other has to find out by itself."""
    folder = tmp_path_factory.mktemp("studio")
    with running_server(folder, "--workers", "2", "--renderers", "2", job_workers="1") as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def studio(browser: Browser, server: Server) -> Iterator[Studio]:
    """The gallery on a wide screen."""
    with studio_in(browser, server, viewport={"width": 1440, "height": 900}, locale="en-US") as opened:
        yield opened
