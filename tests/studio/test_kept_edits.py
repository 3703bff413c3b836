"""Edits that are not saved: nothing that somebody typed is lost, and nothing that somebody else saved."""

from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

from tests.studio.browser import PATIENCE, Studio, studio_in
from tests.studio.edits import WIDE, field, opened, state
from tests.web.server import Server

EDIT = "/studio/designs/loyalty-card/edit"


def type_in(page: Page, label: str, value: str, *keys: str) -> None:
    """Type in a field of the topmost layer, and press keys there."""
    page.locator("[role=treeitem]").first.click()
    field(page, label).fill(value)
    for key in keys:
        field(page, label).press(key)


def box(page: Page) -> dict[str, Any]:
    """Return where the topmost layer is."""
    return dict(state(page)["value"]["layers"][-1]["box"])


def copies(page: Page) -> int:
    """Return how many copies of edits the browser keeps."""
    return int(page.evaluate("Object.keys(localStorage).filter((one) => one.startsWith('imgurl.edit.')).length"))


def saved(page: Page) -> None:
    """Save, and wait for it."""
    page.keyboard.press("Control+s")
    expect(page.locator(".saved")).to_contain_text("Saved as version", timeout=PATIENCE)


def overlook_conflicts(studio: Studio) -> None:
    """Forget the line that the browser itself writes about a 409, which tells of what somebody else saved."""
    assert all("409" in one for one in studio.complaints)
    studio.complaints.clear()


def test_what_was_left_is_offered_until_somebody_decides(studio: Studio) -> None:
    """However often the page is loaded; then it is taken up, or discarded."""
    page = opened(studio, EDIT)
    type_in(page, "From left", "71", "Enter")
    for _ in range(2):
        opened(studio, EDIT)
        expect(page.get_by_role("button", name="Continue")).to_be_visible()
    expect(page.locator(".strap")).to_contain_text("1 change")
    page.get_by_role("button", name="Continue").click()
    assert box(page)["x"] == 71
    opened(studio, EDIT)
    page.get_by_role("button", name="Discard").click()
    opened(studio, EDIT)
    assert (page.get_by_role("button", name="Continue").count(), copies(page)) == (0, 0)


def test_what_is_not_committed_is_kept_too(studio: Studio) -> None:
    """Going back in the history, or loading the page again, while a field has the focus."""
    page = studio.page
    page.goto(studio.base + "/studio/designs/loyalty-card")
    page.get_by_role("link", name="Edit").first.click()
    page.wait_for_selector("#art img")
    type_in(page, "From left", "72")
    page.go_back()
    page.go_forward()
    page.get_by_role("button", name="Continue").click()
    assert box(page)["x"] == 72
    type_in(page, "From top", "73")
    page.reload()
    page.get_by_role("button", name="Continue").click()
    assert (box(page)["x"], box(page)["y"]) == (72, 73)
    page.evaluate("localStorage.clear()")


def test_tabs_keep_copies_of_their_own(studio: Studio) -> None:
    """Another tab that is opened and closed, or saves, deletes nothing of this one's."""
    page = opened(studio, EDIT)
    type_in(page, "From left", "74", "Enter")
    other = page.context.new_page()
    other.goto(studio.base + EDIT)
    other.wait_for_selector("#art img")
    other.close()
    page.wait_for_function("Object.keys(localStorage).some((one) => one.startsWith('imgurl.edit.'))")
    other = page.context.new_page()
    other.goto(studio.base + EDIT)
    other.wait_for_selector("#art img")
    type_in(other, "From top", "75", "Enter")
    saved(other)
    other.close()
    assert copies(page) == 1
    opened(studio, EDIT)
    page.get_by_role("button", name="Continue").click()
    saved(page)
    assert (box(page)["x"], box(page)["y"]) == (74, 75)
    assert copies(page) == 0
    overlook_conflicts(studio)


def test_what_was_left_is_joined_with_what_others_saved(browser: Browser, studio: Studio, server: Server) -> None:
    """It goes on from what it began from: saving it takes nothing back, neither loaded anew nor taken up later."""
    page = opened(studio, EDIT)
    type_in(page, "From left", "76", "Enter")
    with studio_in(browser, server, **WIDE) as somebody:
        theirs = opened(somebody, EDIT)
        type_in(theirs, "From top", "77", "Enter")
        saved(theirs)
        opened(studio, EDIT)
        expect(page.locator(".strap", has_text="You left")).to_contain_text("1 change")
        page.get_by_role("button", name="Continue").click()
        saved(page)
        assert (box(page)["x"], box(page)["y"]) == (76, 77)
        type_in(theirs, "Width", "78", "Enter")
        saved(theirs)
        assert (box(theirs)["x"], box(theirs)["y"], box(theirs)["width"]) == (76, 77, 78)
        overlook_conflicts(studio)
        overlook_conflicts(somebody)


def test_a_save_that_is_answered_late(studio: Studio) -> None:
    """Who has left the page meanwhile loses nothing: what was typed since is offered, what was saved is not."""
    page = opened(studio, EDIT)
    waiting: list[Route] = []
    page.route(
        "**/loyalty-card/document",
        lambda route: waiting.append(route) if route.request.method == "POST" else route.continue_(),
    )
    type_in(page, "From left", "79", "Control+s", "ArrowUp")
    page.get_by_role("link", name="Preview").click()
    page.wait_for_selector(".eight li img")
    with page.expect_response("**/loyalty-card/document"):
        waiting[0].continue_()
    page.unroute_all()
    opened(studio, EDIT)
    expect(page.locator(".strap", has_text="You left")).to_contain_text("1 change")
    assert box(page)["x"] == 79
    page.get_by_role("button", name="Continue").click()
    assert box(page)["x"] == 80
    page.evaluate("localStorage.clear()")


def test_keys_in_a_field(studio: Studio) -> None:
    """Ctrl+S saves what is being typed, too; Ctrl+Z undoes the document once a field has nothing of its own."""
    page = opened(studio, EDIT)
    before = box(page)["x"]
    type_in(page, "From left", "81", "Enter")
    type_in(page, "From left", "82", "ArrowUp", "Enter")
    for _ in range(3):
        field(page, "From left").press("Control+z")
    assert (box(page)["x"], field(page, "From left").input_value()) == (before, str(before))
    type_in(page, "From top", "84")
    saved(page)
    assert box(page)["y"] == 84
