"""The page that checks lists: what it shows is of one list, the one that was chosen last."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.studio.browser import PATIENCE, Studio

ADDRESS = "/studio/designs/newsletter-hero-april/preflight"
JUDGED = "**/studio/api/preflight?*"
LIST = b"Vorname,Stadt\nAva,Oslo\n"
BUTTONS = ("Download report", "Draw all ahead")


@pytest.fixture
def page(studio: Studio) -> Page:
    """The page, with no list in it yet."""
    studio.open(ADDRESS, ".drop")
    return studio.page


def choose(page: Page, name: str) -> None:
    """Choose a list: before the first in the middle of the page, later in its bar."""
    file = {"name": name, "mimeType": "text/csv", "buffer": LIST}
    page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]


def hold_second(route: Route) -> None:
    """Let the request with the second list wait for its answer, and no other."""
    if "second.csv" not in route.request.url:
        route.continue_()


def refusing(status: int, detail: str, **headers: str) -> Callable[[Route], None]:
    """Return what answers a request in the server's place."""

    def refuse(route: Route) -> None:
        body = json.dumps({"detail": detail})
        route.fulfill(status=status, body=body, headers={"content-type": "application/problem+json", **headers})

    return refuse


def expect_report(page: Page, name: str) -> None:
    """Wait for the report of a list, and for buttons that do something with it."""
    expect(page.locator(".sum p")).to_contain_text(name, timeout=PATIENCE)
    for button in BUTTONS:
        expect(page.get_by_role("button", name=button)).to_be_enabled()


def expect_no_report(page: Page) -> None:
    """Nothing is said of a list, and nothing can be done with one."""
    expect(page.locator(".sum")).to_have_count(0)
    for button in BUTTONS:
        expect(page.get_by_role("button", name=button)).to_have_count(0)


def test_the_list_chosen_last_is_judged(page: Page) -> None:
    """Another one is let go of, whether it was judged already or is being judged."""
    choose(page, "first.csv")
    expect_report(page, "first.csv")
    page.route(JUDGED, hold_second)
    with page.expect_request(JUDGED):
        choose(page, "second.csv")
    expect(page.get_by_text("Reading second.csv …")).to_be_visible()
    expect_no_report(page)
    with page.expect_event("requestfailed") as let_go:
        choose(page, "third.csv")
    assert "name=second.csv" in let_go.value.url
    expect_report(page, "third.csv")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download report").click()
    assert "third.csv" in download.value.path().read_text()


def test_after_a_list_that_failed_no_report_is_left(studio: Studio, page: Page) -> None:
    """What is wrong with it is said, nothing of the one before stays, and another one can be chosen."""
    choose(page, "good.csv")
    expect_report(page, "good.csv")
    page.route(JUDGED, refusing(400, "the list is not text"))
    choose(page, "bad.csv")
    expect(page.get_by_text("the list is not text")).to_be_visible()
    expect_no_report(page)
    page.unroute(JUDGED)
    choose(page, "better.csv")
    expect_report(page, "better.csv")
    expect(page.get_by_text("the list is not text")).to_have_count(0)
    studio.complaints.clear()  # the browser reports the refusal


def test_a_list_waits_until_the_server_takes_it(studio: Studio, page: Page) -> None:
    """It is said for how long, and it is sent again by itself; but nobody waits for longer than a minute."""
    page.clock.install()
    page.route(JUDGED, refusing(429, "another list is being judged", **{"retry-after": "50"}), times=1)
    choose(page, "one.csv")
    expect(page.get_by_text("one.csv is sent again in 50 s.")).to_be_visible()
    page.clock.fast_forward(50_000)
    expect_report(page, "one.csv")
    page.route(JUDGED, refusing(429, "rate limit exceeded", **{"retry-after": "61"}), times=1)
    choose(page, "two.csv")
    expect(page.get_by_text("rate limit exceeded")).to_be_visible()
    studio.complaints.clear()  # the browser reports the refusals
