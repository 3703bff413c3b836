"""A browser with the Studio in it: somebody is signed in, and every word on the console is a mistake."""

import contextlib
import http.client
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from imgurl.access.passes import Passes
from imgurl.config import shipped
from imgurl.urls.keyfile import load_keys
from imgurl.web.studio.sessions import COOKIE, COOKIE_PATH
from tests.browser.chromium import find_chromium
from tests.design.documents import TEXT_DESIGNS
from tests.servers.process import missing
from tests.web.server import Server

# Milliseconds for a page on a machine that does much else.
PATIENCE = 60_000

# Designs that tests edit, and what they are copies of: nobody else sees them change.
EDITED = {"hero-to-edit": "newsletter-hero-april", "loyalty-card": "loyalty-card"}


@cache
def axe() -> str:
    """Return the script of axe-core."""
    return (Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js").read_text()


@dataclass
class Studio:
    """A page of the Studio, and what went wrong in it. Mutable state: the browser's."""

    server: Server
    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def open(self, path: str, selector: str) -> None:
        """Open an address, wait for something on it, and for its pictures."""
        self.page.goto(self.base + path)
        self.page.wait_for_selector(selector)
        # One that is loaded when it is scrolled to is not decoded before.
        self.page.evaluate(
            "Promise.all([...document.images].map((image) => {"
            " image.loading = 'eager'; return image.decode().catch(() => {}) }))"
        )

    def type_a_name(self, name: str) -> None:
        """From the gallery to the newsletter hero with a first name in it."""
        self.open("/studio", ".gallery .tile img")
        self.page.get_by_role("link", name="Newsletter hero, April").click()
        self.page.wait_for_selector(".eight li img")
        self.page.fill("#value-first_name", name)
        self.page.wait_for_selector(f".hero img[alt^='Hi {name}']")

    def findings(self) -> list[str]:
        """Return what axe-core finds on the page."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe())
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    def post(self, path: str, body: Any) -> Any:
        """Send a request as the pages do."""
        api = f"{self.base}/studio/api"
        session = self.page.request.get(f"{api}/session").json()
        answer = self.page.request.post(api + path, data=body, headers={"x-imgurl-change": session["change_token"]})
        return answer.json()


def run(server: Server, *arguments: str) -> str:
    """Run a command in the server's folder and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "imgurl", *arguments],
        cwd=server.folder, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def link_of(server: Server) -> str:
    """Return a one-time link, as ``imgurl studio`` prints it."""
    ring = load_keys(server.folder / "imgurl-data", None)
    return f"http://127.0.0.1:{server.port}/studio/enter/{Passes(lambda: ring.signing.secret).new_link()}"


def new_session(server: Server) -> str:
    """Return the session of somebody new, who has used a one-time link."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    body = json.dumps({"link": link_of(server).rpartition("/")[2]})
    connection.request("POST", "/studio/api/session", body, {"content-type": "application/json"})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    name, _, session = answer.headers["set-cookie"].partition(";")[0].partition("=")
    connection.close()
    assert name == COOKIE
    return session


def editable_designs(folder: Path) -> Path:
    """Make a folder of some shipped designs, and of those that tests edit."""
    designs = folder / "designs"
    for name, original in {**{name: name for name in TEXT_DESIGNS}, **EDITED}.items():
        shutil.copytree(shipped("designs") / original, designs / name)
        if name != original:
            document = designs / name / "design.json"
            title = json.loads(document.read_text())["title"]
            document.write_text(document.read_text().replace(f'"{title}"', f'"{name}"', 1))
    return designs


@contextlib.contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Run Debian's Chromium; skip the test without it, fail where CI should have installed it."""
    browser = playwright.chromium.launch(
        executable_path=find_chromium() or missing("chromium", "chromium"), args=["--no-sandbox"]
    )
    yield browser
    browser.close()


@contextlib.contextmanager
def studio_in(browser: Browser, server: Server, **options: Any) -> Iterator[Studio]:
    """Open a window in which somebody new is signed in; at its end nothing may have been said on its console."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    if browser.browser_type.name == "chromium":
        context.grant_permissions(["clipboard-read", "clipboard-write"])
    studio = Studio(server, context.new_page())
    context.add_cookies([{
        "name": COOKIE, "value": new_session(server), "domain": "127.0.0.1", "path": COOKIE_PATH, "httpOnly": True,
        "sameSite": "Strict",
    }])  # fmt: skip

    def note(message: ConsoleMessage) -> None:
        # 503: the machine has too much else to do, and the page asks again.
        if message.type in ("error", "warning") and "status of 503" not in message.text:
            studio.complaints.append(f"{message.text} {message.location}")

    studio.page.on("console", note)
    studio.page.on("pageerror", lambda error: studio.complaints.append(str(error)))
    yield studio
    context.close()
    assert not studio.complaints, "\n".join(studio.complaints)
