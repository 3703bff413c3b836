"""Somebody who edits at random. By hand, 500 edits through the page: ``python -m tests.studio.edits``."""

import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from imgurl.config import shipped
from imgurl.design.library import make_design
from imgurl.design.surroundings import files_for
from imgurl.text.fonts import FontCatalogue, load_catalogue
from tests.studio.browser import PATIENCE, Studio, chromium, editable_designs, run, studio_in
from tests.web.server import running_server

ID = "hero-to-edit"
EDIT = f"/studio/designs/{ID}/edit"
WIDE = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US"}


def opened(studio: Studio, path: str = EDIT) -> Page:
    """Open the editor and wait for its picture."""
    studio.page.goto(studio.base + path)
    studio.page.wait_for_selector("#art img")
    return studio.page


def state(page: Page) -> Any:
    """Return what somebody works on."""
    return page.evaluate(
        """async () => {
            const base = new URL(document.querySelector("script[type=module]").src);
            const { work } = await import(new URL("edit/work.js", base));
            const { text, document: value, selection, isJson, problems, undo } = work().now;
            return { text, value, selection, isJson, problems, undo: undo.length };
        }"""
    )


def drawn_again(page: Page) -> None:
    """Have the page drawn again, as it is when a picture comes."""
    page.evaluate(
        """async () => {
            const base = new URL(document.querySelector("script[type=module]").src);
            const { work } = await import(new URL("edit/work.js", base));
            work().set({});
            await new Promise(requestAnimationFrame);
        }"""
    )


def field(page: Page, label: str) -> Any:
    """Return a field of the inspector."""
    return page.locator(".panel.rt").get_by_label(label, exact=True)


class Editor:
    """Somebody who does anything at all. Mutable state: the random numbers."""

    def __init__(self, page: Page, seed: int) -> None:
        self._page = page
        self._random = random.Random(seed)
        self._done: list[str] = []

    def act(self) -> str:
        """Do something and return what."""
        does = self._random.choice((
            self._nudge, self._nudge, self._drag, self._drag, self._resize, self._turn, self._type, self._number,
            self._number, self._key, self._key, self._align, self._undo, self._add, self._tick, self._condition,
            self._delete, self._fill, self._choose, self._name, self._offer,
        ))  # fmt: skip
        if does not in (self._add, self._undo):
            self._pick()
        does()
        return does.__name__

    def _pick(self) -> None:
        items = self._page.locator("[role=treeitem]")
        count = items.count()
        if not count:
            self._add()
            return
        more: list[Any] = ["Shift"] if self._random.random() < 0.25 else []
        items.nth(self._random.randrange(count)).click(modifiers=more)

    def _press(self, keys: str) -> None:
        self._page.locator("#canvas").focus()
        self._page.keyboard.press(keys)

    def _nudge(self) -> None:
        arrow = self._random.choice(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"])
        self._press(self._random.choice(["", "Shift+", "Control+", "Control+Shift+"]) + arrow)

    def _key(self) -> None:
        self._press(self._random.choice([
            "Control+d", "Control+g", "Control+Shift+g", "BracketLeft", "BracketRight", "Control+BracketRight",
            "Control+c", "Control+v", "Enter", "Shift+Enter", "Escape",
        ]))  # fmt: skip

    def _align(self) -> None:
        keys = ["Alt+a", "Alt+d", "Alt+h", "Alt+w", "Alt+s", "Alt+v", "Alt+Shift+h", "Alt+Shift+v"]
        self._press(self._random.choice(keys))

    def _undo(self) -> None:
        self._press(self._random.choice(["Control+z", "Control+z", "Control+Shift+z"]))

    def _delete(self) -> None:
        if self._page.locator("[role=treeitem]").count() > 6:
            self._press("Delete")

    def _from_to(self, x: float, y: float) -> None:
        mouse, dx, dy = self._page.mouse, self._random.randint(-60, 60), self._random.randint(-40, 40)
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + dx / 2, y + dy / 2)
        mouse.move(x + dx, y + dy)
        mouse.up()

    def _drag(self) -> None:
        box = self._page.locator("#art").bounding_box()
        assert box is not None
        self._from_to(box["x"] + box["width"] * self._random.random(), box["y"] + box["height"] * self._random.random())

    def _handle(self, selector: str) -> None:
        handles = self._page.locator(selector)
        if handles.count():
            box = handles.nth(self._random.randrange(handles.count())).bounding_box()
            if box and 250 < box["x"] < 1100 and 120 < box["y"] < 740:
                self._from_to(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def _resize(self) -> None:
        self._handle("rect.hit")

    def _turn(self) -> None:
        self._handle("circle.hit")

    def _add(self) -> None:
        self._press(self._random.choice(["t", "r", "o", "l"]))
        self._drag()

    def _type(self) -> None:
        area = self._page.locator("#edit-text")
        if area.count():
            words = ["Hello <<first_name>>", "in <<city>>[[, <<offer_name>>]]", 'Ünï "quoted" \\ 🌸', "One\ntwo"]
            area.fill(self._random.choice(words))

    def _number(self) -> None:
        label = self._random.choice(["From left", "From top", "Width", "Height", "Angle", "Opacity", "Size"])
        found = field(self._page, label)
        if found.count():
            found.first.fill(self._random.choice(["12", "600/2", "3*40+5", "77.5", "nonsense", "96"]))
            found.first.press("Enter")

    def _tick(self) -> None:
        found = self._page.get_by_label("Leave it out")
        if found.count():
            found.first.click()

    def _fill(self) -> None:
        found = self._page.locator(".panel.rt").get_by_label("Filled with")
        if found.count():
            found.first.select_option(self._random.choice(["color", "linear", "radial"]))
        for name in ("Add a colour", "Remove Colour 1"):
            button = self._page.get_by_role("button", name=name)
            if button.count() and self._random.random() < 0.5:
                button.first.click()

    def _choose(self) -> None:
        for name in ("Other layers by condition", "Add a case", "Remove case 1"):
            found = self._page.get_by_role("button", name=name)
            if found.count() and self._random.random() < 0.4:
                found.first.click()
                return

    def _name(self) -> None:
        found = field(self._page, "Name")
        if found.count():
            found.fill(self._random.choice(["offer", "one", "two", "ünï", ""]))
            found.press("Enter")

    def _offer(self) -> None:
        area = self._page.locator("#edit-text")
        if area.count():
            area.press("Control+End")
            area.press_sequentially(self._random.choice([" <<", " <<fir", " <<o"]))
            area.press("ArrowDown")
            area.press("Enter")

    def _condition(self) -> None:
        for name in ("Add a condition", "Remove the condition", "Add a shadow", "Remove the shadow"):
            found = self._page.get_by_role("button", name=name)
            if found.count() and self._random.random() < 0.5:
                found.first.click()
                return


def edited(studio: Studio, fonts: FontCatalogue, count: int) -> None:
    """Edit at random: each edit leaves a design that reads back as what the page has; the last one is saved."""
    page = opened(studio)
    editor = Editor(page, 20261129)
    folder = studio.server.folder / "designs" / ID
    files = files_for(folder)
    done: dict[str, int] = {}
    changed = 0
    before = state(page)["text"]
    for number in range(count):
        what = editor.act()
        now = state(page)
        done[what] = done.get(what, 0) + 1
        changed += now["text"] != before
        before = now["text"]
        assert now["isJson"]
        assert json.loads(now["text"]) == now["value"], f"{number} {what}"
        make_design(ID, now["text"], files, lambda name: files[name].read_bytes(), fonts)
    assert changed > count // 2, done
    page.wait_for_function("!document.querySelector('#save').disabled")
    page.keyboard.press("Control+s")
    expect(page.locator(".saved")).to_contain_text("Saved as version", timeout=PATIENCE)
    assert (folder / "design.json").read_text() == before
    assert "mistake" not in run(studio.server, "designs", "check", "--designs", str(folder.parent), ID)


def main() -> None:
    """Edit a design as often as the first argument says, 500 times if there is none."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        designs = str(editable_designs(folder))
        with (
            chromium(playwright) as browser,
            running_server(folder, "--renderers", "1", designs=designs) as server,
            studio_in(browser, server, **WIDE) as studio,
        ):
            edited(studio, load_catalogue(shipped("fonts")), count)
    print(f"{count} edits: each left a design, and the last was saved")


if __name__ == "__main__":
    main()
