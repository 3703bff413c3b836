"""Edit and History in a browser: random edits, two people at once, the keyboard, axe-core, the weight."""

import functools
import json
import operator
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from imgurl.text.fonts import FontCatalogue
from imgurl.web.studio.files import read_files
from tests.studio.browser import PATIENCE, Studio, studio_in
from tests.studio.edits import ID, WIDE, drawn_again, edited, field, opened, state
from tests.web.server import Server

SIZES = {"wide": (1440, 900), "middle": (820, 1100), "phone": (390, 844)}

# Compressed, on top of what the first view has loaded.
MAX_SCRIPT_BYTES = 80_000


def test_random_edits(studio: Studio, fonts: FontCatalogue) -> None:
    """Each leaves a document that is a design, and that reads back as what the page has; the last one is saved."""
    edited(studio, fonts, 16)


def test_an_edit_changes_only_its_own_bytes(studio: Studio) -> None:
    """A number that is typed changes its digits in the text, and nothing else; undo brings every byte back."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    first = state(page)["text"]
    page.locator("[role=treeitem]").first.click()
    left = field(page, "From left")
    value = left.input_value()
    left.fill("41+1")
    left.press("Enter")
    changed = state(page)["text"]
    assert changed != first
    assert len(changed) == len(first) - len(value) + 2
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    assert state(page)["text"] == first


@pytest.mark.parametrize(
    ("label", "typed", "path"),
    [("From left", "41", ["box", "x"]), ("Name", "Title", ["id"]), ("Colour", "#123456", ["color"])],
)
def test_what_is_half_typed_stays(studio: Studio, label: str, typed: str, path: list[str]) -> None:
    """The page is drawn again while somebody types, as it is for each picture: what they typed is what is taken."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    page.locator("[role=treeitem]").first.click()
    box = field(page, label)
    box.fill(typed)
    drawn_again(page)
    assert box.input_value() == typed
    box.press("Enter")
    box.blur()
    layer = state(page)["value"]["layers"][-1]
    assert str(functools.reduce(operator.getitem, path, layer)) == typed
    drawn_again(page)
    assert box.input_value() == typed


@pytest.mark.parametrize(("label", "refused"), [("From left", "left of Ava"), ("Name", " ")])
def test_what_is_refused_goes_back(studio: Studio, label: str, refused: str) -> None:
    """A field that can't take what is typed shows what the document has."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    page.locator("[role=treeitem]").first.click()
    before, text = field(page, label).input_value(), state(page)["text"]
    field(page, label).fill(refused)
    field(page, label).press("Enter")
    field(page, label).blur()
    assert field(page, label).input_value() == before
    assert state(page)["text"] == text


def test_two_people_at_once(browser: Browser, studio: Studio, server: Server) -> None:
    """Changes that have nothing in common are joined; about the same property the second one is asked."""
    mine = opened(studio, "/studio/designs/loyalty-card/edit")
    with studio_in(browser, server, **WIDE) as other:
        theirs = opened(other, "/studio/designs/loyalty-card/edit")
        for page, label, value in ((theirs, "From left", "33"), (mine, "From top", "44")):
            page.locator("[role=treeitem]").first.click()
            _save_with(page, label, value)
            expect(page.locator(".saved")).to_contain_text("Saved as version", timeout=PATIENCE)
        expect(mine.locator(".saved")).to_contain_text("with")
        box = state(mine)["value"]["layers"][-1]["box"]
        assert (box["x"], box["y"]) == (33, 44)
        # Now the same property: whoever comes second is asked.
        _save_with(theirs, "From left", "50")
        expect(theirs.locator(".saved")).to_contain_text("Saved as version", timeout=PATIENCE)
        _save_with(mine, "From left", "60")
        mine.get_by_role("dialog").get_by_role("button", name="Put mine").click()
        expect(mine.locator(".saved")).to_contain_text("Saved as version", timeout=PATIENCE)
        for page, x in ((theirs, 50), (mine, 60)):
            assert state(page)["value"]["layers"][-1]["box"]["x"] == x
        # A refused save is a line on the console of every browser.
        assert all("409" in one for one in (*studio.complaints, *other.complaints))
        studio.complaints.clear()
        other.complaints.clear()


def _save_with(page: Page, label: str, value: str) -> None:
    field(page, label).fill(value)
    field(page, label).press("Enter")
    page.locator("#canvas").focus()
    page.keyboard.press("Control+s")


def test_fields_are_offered_while_they_are_typed(studio: Studio) -> None:
    """Two angles list the fields; arrows and Enter put one in, Escape closes the list and leaves what was typed."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    page.locator("[role=treeitem]").filter(has=page.locator("[href$='#text']")).first.click()
    area = page.locator("#edit-text")
    area.press("Control+a")
    area.press_sequentially("Hi <<")
    options = page.locator(".offer [role=option]")
    names = [one["name"] for one in state(page)["value"]["fields"]]
    expect(options).to_have_count(len(names))
    area.press("ArrowDown")
    assert page.locator(f"#{area.get_attribute('aria-activedescendant')}").get_attribute("aria-selected") == "true"
    assert studio.findings() == []
    area.press("Enter")
    expect(area).to_have_value(f"Hi <<{names[1]}>>")
    area.press_sequentially(f" <<{names[0][:3]}")
    options.first.click()
    expect(area).to_have_value(f"Hi <<{names[1]}>> <<{names[0]}>>")
    area.press_sequentially(" <<")
    area.press("Escape")
    expect(options).to_have_count(0)
    expect(area).to_have_value(f"Hi <<{names[1]}>> <<{names[0]}>> <<")


HUGGING = """{"title": "Hugging", "size": {"width": 600, "height": 200}, "alt": "For <<city>>",
 "fields": [{"name": "city", "sample": "Oslo", "fallback": "you"}],
 "layers": [{"id": "card", "type": "group", "box": {"x": 100, "y": 50, "width": 400, "height": 80}, "layers": [
  {"id": "plate", "type": "shape", "shape": "rectangle", "fill": "#fff8e1",
   "box": {"x": 0, "y": 0, "width": 400, "height": 80}, "hug": {"layer": "words", "padding": [10, 5]}},
  {"id": "words", "type": "text", "text": "In <<city>>", "box": {"x": 20, "y": 10, "width": 300, "height": 40},
   "font": {"family": "Inter", "size": 30}}]}]}"""


def test_what_others_name_can_go(studio: Studio) -> None:
    """A layer that a shape hugs, and a field that texts have, go in one step each; the shape stands where it was."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    page.keyboard.press("Control+j")
    page.locator("#json").fill(HUGGING)
    page.keyboard.press("Control+j")
    outline = page.locator("polygon.sel")
    page.get_by_role("treeitem", name="Plate").click()
    expect(outline).to_have_attribute("points", re.compile("^110,55"))
    seen = outline.get_attribute("points")
    page.get_by_role("treeitem", name="Words").click()
    page.locator("#canvas").focus()
    page.keyboard.press("Delete")
    (plate,) = state(page)["value"]["layers"][0]["layers"]
    assert "hug" not in plate
    page.get_by_role("treeitem", name="Plate").click()
    assert outline.get_attribute("points") == seen
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    assert state(page)["text"] == HUGGING
    page.locator(".panel.l button.row").first.click()
    page.get_by_role("button", name="Delete the field").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("There is then what people see who have no value")
    dialog.get_by_role("button", name="Delete City").click()
    now = state(page)["value"]
    assert (now["alt"], now["layers"][0]["layers"][1]["text"]) == ("For you", "In you")
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    assert state(page)["text"] == HUGGING
    page.evaluate("localStorage.clear()")


def test_the_keyboard_is_enough(studio: Studio) -> None:
    """Layers are selected, moved, resized, copied and deleted with keys; Escape leaves the canvas."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    count = len(state(page)["value"]["layers"])
    page.locator("[role=tree] [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "canvas"
    before = state(page)["value"]["layers"][-1]["box"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+ArrowRight")
    after = state(page)["value"]["layers"][-1]["box"]
    assert (after["x"], after["y"], after["width"]) == (before["x"] + 1, before["y"] + 10, before["width"] + 1)
    page.keyboard.press("Control+d")
    assert len(state(page)["value"]["layers"]) == count + 1
    page.keyboard.press("Delete")
    assert len(state(page)["value"]["layers"]) == count
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "zoom-out"


# Keys that follow each other before any timer of the page runs.
QUICK_KEYS = """async (keys) => {
    for (const key of keys) {
        const init = { key, code: key, bubbles: true, cancelable: true };
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", init));
        await null;
    }
    return document.activeElement.id;
}"""


def test_no_key_is_too_quick(studio: Studio) -> None:
    """Each key in the tree goes to the layer that the one before it went to, and the canvas keeps the focus it got."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    before = state(page)["value"]["layers"]
    page.locator("[role=tree] [tabindex='0']").focus()
    keys = ["ArrowDown", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowUp", "Enter", "ArrowRight"]
    assert page.evaluate(QUICK_KEYS, keys) == "canvas"
    page.evaluate("new Promise((resolve) => setTimeout(resolve))")
    page.keyboard.press("ArrowRight")
    before[-2]["box"]["x"] += 2
    assert state(page)["value"]["layers"] == before


def test_the_focus_follows_the_layer(studio: Studio) -> None:
    """A layer that is moved in the tree keeps the focus, and the next one gets it when it is deleted."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    focused = "document.activeElement.querySelector('span')?.textContent"
    page.locator("[role=treeitem]").last.click()
    page.locator("[role=treeitem]").last.focus()
    name = page.evaluate(focused)
    for key in ("Alt+ArrowUp", "Alt+ArrowUp", "Alt+ArrowDown"):
        page.keyboard.press(key)
        assert (page.evaluate(focused), state(page)["selection"]) == (name, [pointer_of(page)])
    page.keyboard.press("Delete")
    assert page.evaluate("document.activeElement.role") == "treeitem"
    page.keyboard.press("ArrowDown")
    assert state(page)["selection"] == [pointer_of(page)]


def pointer_of(page: Page) -> str:
    """Return the pointer of the layer whose row has the focus."""
    return str(page.evaluate("document.activeElement.dataset.pointer"))


def test_mistakes_are_at_their_layer(studio: Studio) -> None:
    """A wrong colour is named with its layer, here and in the tree; the JSON beside it says the same."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    page.get_by_role("button", name="JSON").click()
    text = state(page)["text"]
    page.locator("#json").fill(text.replace('"title":', '"titel":', 1))
    expect(page.locator(".json .note.bad")).to_contain_text("did you mean 'title'")
    page.locator("#json").fill(text[:-5])
    expect(page.locator(".json .note.bad")).to_contain_text("no JSON")
    page.locator("#json").fill(text)
    expect(page.locator(".json .note.bad")).to_have_count(0)


def test_history_brings_a_version_back(studio: Studio) -> None:
    """Two versions side by side, on each other, and in words; returning makes a new one."""
    page = opened(studio)
    first = state(page)["text"]
    page.locator("[role=treeitem]").first.click()
    _save_with(page, "From left", "140")
    expect(page.locator(".saved")).to_contain_text("Saved as version", timeout=PATIENCE)
    page.goto(f"{studio.base}/studio/designs/{ID}/history")
    page.wait_for_selector(".hist table")
    page.get_by_role("button", name="Slider").click()
    page.get_by_role("button", name="Difference").click()
    page.get_by_role("button", name="Side by side").click()
    page.locator(".ver").nth(1).click()
    page.get_by_role("button", name="Return to version").click()
    expect(page.locator(".ver").first).to_contain_text("Back to version")
    text = (studio.server.folder / "designs" / ID / "design.json").read_text()
    assert text == first


def test_a_design_from_an_svg_without_a_terminal(studio: Studio, tmp_path: Path) -> None:
    """A file is chosen, what was simplified is read, and the new design is on the canvas."""
    file = tmp_path / "hello.svg"
    file.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><rect width="600" height="200" fill="#0b3d2e"/>'
        '<path d="M500 20h60v60z" fill="#e8b4b8"/>'
        '<text x="40" y="110" font-size="48" fill="#fff" font-family="Helvetica">'
        "Hi &lt;&lt;first name&gt;&gt;</text></svg>"
    )
    page = studio.page
    page.goto(studio.base + "/studio/new")
    page.locator("input[type=file]").set_input_files(str(file))
    page.get_by_role("button", name="Import").click()
    expect(page.locator("h1").last).to_contain_text("Layers: 2 · fields: 1")
    page.get_by_role("link", name="Edit it").click()
    page.wait_for_selector("#art img")
    assert state(page)["value"]["fields"][0]["name"] == "first_name"


@pytest.mark.parametrize(("size", "scheme"), [("wide", "dark"), ("phone", "light")])
def test_axe_finds_nothing(browser: Browser, server: Server, size: str, scheme: str) -> None:
    """In the editor with a selection, in its JSON, in the history, and where designs begin."""
    view = dict(zip(("width", "height"), SIZES[size], strict=True))
    with studio_in(browser, server, viewport=view, color_scheme=scheme, locale="en-US") as studio:
        page, found = opened(studio), {}
        page.locator("[role=treeitem]").first.dispatch_event("click")
        # The selection's own controls, and the last thing that comes: the eight.
        page.wait_for_selector("polygon.sel")
        expect(page.locator(".strip li img")).to_have_count(8, timeout=PATIENCE)
        found["edit"] = studio.findings()
        page.keyboard.press("Control+j")
        page.wait_for_selector("#json")
        found["json"] = studio.findings()
        studio.open(f"/studio/designs/{ID}/history", ".ver img")
        found["history"] = studio.findings()
        studio.open("/studio/new", ".newcards")
        found["new"] = studio.findings()
        assert {path: findings for path, findings in found.items() if findings} == {}


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_laws_of_the_scripts() -> None:
    """Edits of JSON texts, two people's edits of one document, boxes: with thousands of random ones."""
    here = Path(__file__).parent
    tests = sorted(path.name for path in here.glob("*.test.mjs"))
    done = subprocess.run(
        ["node", "--test", *tests], cwd=here, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_editor_is_light() -> None:
    """At most 80 kB of scripts on top of the first view, compressed as browsers get them."""
    files = read_files({}).files
    scripts = [path for path in files if path.startswith("edit/") or path == "views/edit.js"]
    assert sum(len(files[path].codings["br"]) for path in scripts if path.endswith(".js")) <= MAX_SCRIPT_BYTES


def test_what_is_saved_is_what_links_show(studio: Studio) -> None:
    """Edit, save, make a link, open it: the picture is that of the version that was just saved."""
    page = opened(studio, "/studio/designs/loyalty-card/edit")
    page.locator("#canvas").focus()
    page.get_by_label("Title").fill("Round trip")
    page.get_by_label("Title").press("Enter")
    page.wait_for_function("!document.querySelector('#save').disabled")
    page.locator("#save").click()
    expect(page.locator(".saved")).to_contain_text("Saved as version", timeout=PATIENCE)
    # At once on a machine that has nothing else to do.
    ask = "async () => (await fetch('/studio/api/designs/loyalty-card')).json()"
    page.wait_for_function(f"({ask})().then((found) => found.title === 'Round trip')", timeout=PATIENCE)
    design = page.evaluate(ask)
    newest = page.evaluate("async () => (await fetch('/studio/api/designs/loyalty-card/history')).json()")["versions"][
        0
    ]
    assert newest["version"] == design["version"]
    made = studio.post("/generate", {"design_id": "loyalty-card", "data": {}, "ignore_unknown": True})
    assert made["version"] == design["version"]
    answer = page.request.get(made["image_url"])
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("image/")


LIST = "Vorname,Stadt,E-Mail\nZoë,Oslo,a@x.example\nDeceased,Ohio,b@x.example\n,Bonn,c@x.example\n"


def test_a_list_is_checked_before_the_send(studio: Studio) -> None:
    """Shares, the worst drawn, a fix that is applied and saved, the report as a file, and all drawn ahead."""
    page = studio.page
    studio.open(f"/studio/designs/{ID}/preflight", ".drop")
    file = {"name": "april.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    page.set_input_files("main input[type=file]", file)  # type: ignore[arg-type]
    expect(page.locator(".sum h2")).to_have_text("33.3% see their own values. 33.3% do without: First name. "
                                                "One should not go out.", timeout=PATIENCE)  # fmt: skip
    page.wait_for_selector(".worst figure:has-text('Deceased') img")
    assert studio.findings() == []
    page.get_by_role("button", name="Apply: 1 value is hardly meant: First name").click()
    expect(page.locator(".sum h2")).not_to_contain_text("should not go out", timeout=PATIENCE)
    text = (studio.server.folder / "designs" / ID / "design.json").read_text()
    assert json.loads(text)["fields"][0]["missing"] == ["Deceased"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Download report").click()
    assert "april.csv" in Path(download.value.path()).read_text()
    page.get_by_role("button", name="Draw all ahead").click()
    expect(page.locator(".note.good")).to_contain_text("3 rows have their link.", timeout=PATIENCE)
