"""A browser with the Studio in it: whoever uses it is signed in, and every word on the console is a mistake."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.web.server import Server

AXE = (Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js").read_text

# Seconds for a page on a machine that does much else.
PATIENCE = 30_000


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
        """Open an address and wait for something on it."""
        self.page.goto(self.base + path)
        self.page.wait_for_selector(selector)
        self.page.wait_for_load_state("networkidle")

    def findings(self) -> list[str]:
        """Return what axe-core finds on the page."""
        self.page.evaluate(AXE())
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    def post(self, path: str, body: Any) -> Any:
        """Send a request as the pages do."""
        return self.page.evaluate(
            """async ([path, body]) => {
                const session = await (await fetch("/studio/api/session")).json();
                const headers = {"content-type": "application/json", "x-imgurl-change": session.change_token};
                const method = "POST";
                return (await fetch("/studio/api" + path, {method, headers, body: JSON.stringify(body)})).json();
            }""",
            [path, body],
        )


def run(server: Server, *arguments: str) -> str:
    """Run a command in the server's folder and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "imgurl", *arguments],
        cwd=server.folder, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def link_of(server: Server) -> str:
    """Return a one-time link, as ``imgurl studio`` prints it."""
    return run(server, "studio")


@contextlib.contextmanager
def studio_in(browser: Browser, server: Server, **options: Any) -> Iterator[Studio]:
    """Open a browser's window on the gallery; at its end nothing may have been said on its console."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    with contextlib.suppress(Exception):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
    studio = Studio(server, context.new_page())

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            studio.complaints.append(f"{message.text} {message.location}")

    studio.page.on("console", note)
    studio.page.on("pageerror", lambda error: studio.complaints.append(str(error)))
    studio.page.goto(link_of(server))
    studio.page.wait_for_url("**/studio")
    # Now it is known who is signed in: keys do something.
    studio.page.wait_for_selector(".find")
    yield studio
    context.close()
    assert studio.complaints == []
