"""Every page in both schemes at every width: what axe-core finds, what is cut, and a picture of each to look at.

By hand: ``python -m tests.studio.sweep FOLDER [language] [width …]``; the pictures are in the folder.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.studio.browser import Studio, chromium, editable_designs, studio_in
from tests.web.server import running_server

HERO = "/studio/designs/newsletter-hero-april"
LIST = (
    "Vorname,Stadt,E-Mail\nZoë,Oslo,a@x.example\nDeceased,Ohio,b@x.example\n,Bonn,c@x.example\nWOLFGANG,,d@x.example\n"
)
FIELDS = {"first_name": {"is_open": True}, "city": {"is_open": True}, "offer_name": {"text": "24 % off"}}

#: Width and height of a window, and its pixels per px: 1440 is a wide screen, 820 a tablet, 390 a phone, 320 a screen
#: of 1280 at 400 % (WCAG 1.4.10), 640 the same at 200 % (WCAG 1.4.4).
SIZES = {
    "1440": (1440, 900, 1),
    "820": (820, 1100, 1),
    "390": (390, 844, 1),
    "320": (320, 256, 1),
    "640": (640, 450, 2),
}
SCHEMES = ("light", "dark")

# Texts and controls that end outside of what shows them, or of the window. Dots at the end of a line are meant.
CUT = """() => {
    const cut = [], root = document.scrollingElement, name = (one) => `${one.tagName}.${one.className}`;
    if (root.scrollWidth > innerWidth + 1) cut.push(`the page is ${root.scrollWidth} px wide`);
    const isScroller = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    const scrolls = (one) => one && (isScroller(one) || scrolls(one.parentElement));
    for (const one of document.querySelectorAll("#studio *")) {
        if (!(one instanceof HTMLElement) || one.closest(".hidden, .skip, svg, bdi, input, .mail.phone")) continue;
        if (one.clientWidth <= 1) continue;
        const { overflowX, overflowY, textOverflow } = getComputedStyle(one);
        if (overflowX === "hidden" && textOverflow !== "ellipsis" && one.scrollWidth > one.clientWidth + 1)
            cut.push(`${name(one)}: ${one.scrollWidth} in ${one.clientWidth} px wide`);
        if (overflowY === "hidden" && one.scrollHeight > one.clientHeight + 2)
            cut.push(`${name(one)}: ${one.scrollHeight} in ${one.clientHeight} px high`);
        const { left, right } = one.getBoundingClientRect();
        if (one.matches("a, button, label, h1, h2, p, select") && !scrolls(one.parentElement))
            if (right > innerWidth + 1 || left < -1) cut.push(`${name(one)} from ${left} to ${right}`);
    }
    return cut;
}"""


def _file(text: str) -> Any:
    return {"name": "april.csv", "mimeType": "text/csv", "buffer": text.encode()}


def _select(studio: Studio) -> None:
    studio.page.locator("[role=treeitem]").first.dispatch_event("click")
    studio.page.wait_for_timeout(1_000)


def _judge(studio: Studio) -> None:
    studio.page.set_input_files("main input[type=file]", _file(LIST))
    studio.page.wait_for_selector(".worst img")


def _load_list(studio: Studio) -> None:
    studio.page.locator("aside .seg.full button").last.click()
    studio.page.set_input_files("input[type=file]", _file(LIST))
    studio.page.wait_for_selector(".hero img[alt*='Zoë']")


def _explain(studio: Studio) -> None:
    url = studio.post("/designs/newsletter-hero-april/embed", {"platform": "mailchimp", "fields": FIELDS})["url"]
    sent = url.replace("*|URL:FNAME|*", "ROSA").replace("*|URL:CITY|*", "")
    studio.page.fill("textarea", "\n".join((sent, url, sent.replace("24+%25", "99+%25"))))
    studio.page.locator(".btn.go").last.click()
    studio.page.wait_for_selector(".verdict h2")


def _trap(studio: Studio) -> None:
    studio.page.locator("pre").wait_for()
    studio.page.locator(".out .btn.go, .out .btn").first.click()
    studio.page.wait_for_selector("dialog[open]")


def _press(keys: str) -> Callable[[Studio], None]:
    def press(studio: Studio) -> None:
        studio.page.keyboard.press(keys)
        studio.page.wait_for_selector("dialog[open]")

    return press


def _person(studio: Studio) -> None:
    studio.page.locator(".who").click()
    studio.page.wait_for_selector("dialog[open]")


def _sign_out(studio: Studio) -> None:
    studio.page.context.clear_cookies()
    studio.page.reload()
    studio.page.wait_for_selector("form input")


#: Name: address, what is waited for, and what is done then.
PAGES: dict[str, tuple[str, str, Callable[[Studio], None] | None]] = {
    "gallery": ("/studio", ".gallery .tile img", None),
    "list": ("/studio?view=list", ".card table a", None),
    "preview": (HERO, ".eight li img", None),
    "preview-list": (HERO, ".eight li img", _load_list),
    "edit": ("/studio/designs/hero-to-edit/edit", "#art img", _select),
    "embed": (f"{HERO}/embed", ".thumb img", None),
    "embed-trap": (f"{HERO}/embed", ".thumb img", _trap),
    "column": (f"{HERO}/embed?kind=column", ".drop", None),
    "mailbox": (f"{HERO}/mailbox", ".inboxes img", None),
    "preflight": (f"{HERO}/preflight", ".drop", None),
    "preflight-list": (f"{HERO}/preflight", ".drop", _judge),
    "history": ("/studio/designs/hero-to-edit/history", ".ver img", None),
    "new": ("/studio/new", ".newcards", None),
    "new-svg": ("/studio/new?from=svg", ".newcards", None),
    "explain": ("/studio/explain", "textarea", None),
    "explained": ("/studio/explain", "textarea", _explain),
    "campaigns": ("/studio/campaigns", "main .void, main .stat", None),
    "nowhere": ("/studio/nowhere", ".void", None),
    "help": ("/studio", ".find", _press("?")),
    "find": ("/studio", ".find", _press("Control+k")),
    "person": ("/studio", ".find", _person),
    "signed-out": (HERO, ".eight li img", _sign_out),
}  # fmt: skip


def swept(studio: Studio, size: str, scheme: str, names: Sequence[str], folder: Path) -> Iterator[str]:
    """Open each page; yield what is wrong with it, and put its picture into the folder."""
    for name in names:
        path, selector, act = PAGES[name]
        studio.open(path, selector)
        if act:
            act(studio)
        studio.page.wait_for_timeout(300)
        studio.page.screenshot(path=folder / f"{name}-{scheme}-{size}.png", full_page=size != "1440")
        problems = [*studio.findings(), *studio.page.evaluate(CUT), *studio.complaints]
        studio.complaints.clear()
        yield from (f"{name} {scheme} {size}: {problem}" for problem in dict.fromkeys(problems))


def main() -> None:
    """Sweep all pages, in the language and at the widths of the arguments."""
    folder, *more = sys.argv[1:]
    language, *sizes = more or ["en"]
    sizes = sizes or list(SIZES)
    pictures, problems = Path(folder), 0
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright, chromium(playwright) as browser:
        designs = str(editable_designs(Path(data)))
        with running_server(Path(data), "--renderers", "1", designs=designs, job_workers="1") as server:
            for size, scheme in product(sizes, SCHEMES):
                width, height, dpr = SIZES[size]
                options = {"viewport": {"width": width, "height": height}, "device_scale_factor": dpr}
                with studio_in(browser, server, **options, color_scheme=scheme, locale=language) as studio:
                    for problem in swept(studio, size, scheme, list(PAGES), pictures):
                        problems += 1
                        print(problem, flush=True)
    print(f"{problems} problems")


if __name__ == "__main__":
    main()
