"""The calls that docs/api.md prints for a first integration do what it says."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.pages import PAGES, block, blocks
from tests.servers.process import needed
from tests.web.server import Server, running_server

PAGE = "docs/api.md"
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a worker, as ``imgurl serve`` starts it."""
    with running_server(tmp_path_factory.mktemp("readme"), job_workers="1") as running:
        yield running


@pytest.fixture(scope="module")
def environment(server: Server) -> dict[str, str]:
    """The environment after the page's command that makes a key: what it prints is the key and nothing else."""
    (command,) = re.findall(r"export IMGURL_API_KEY=\$\(imgurl (keys api create .*)\)", PAGES[PAGE])
    process = subprocess.run(
        [sys.executable, "-m", "imgurl", *command.split(), "--data", str(server.folder / "imgurl-data")],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return {**os.environ, "IMGURL_API_KEY": process.stdout.strip()}


def run(command: list[str], code: str, server: Server, environment: dict[str, str]) -> str:
    """Run code as printed, but for the server's address; return what it prints."""
    printed = code.replace(ADDRESS, f"http://127.0.0.1:{server.port}")
    assert printed != code
    done = subprocess.run(
        [*command, printed], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shown(server: Server, url: str) -> tuple[int, str]:
    """Return status and outcome of a link that was handed out."""
    answer = server.ask(url[url.index("/i/") :])
    return answer.status, answer["x-imgurl-outcome"]


def test_curl(server: Server, environment: dict[str, str]) -> None:
    """One image: its link shows the name."""
    needed("curl", "curl")
    image, _ = blocks(PAGE, "bash")
    result = json.loads(run(["bash", "-euc"], image, server, environment))
    assert (result["status"], result["fields"]["full_name"]["text"]) == ("completed", "Ava Johnson")
    assert shown(server, result["image_url"])[0] == 200


def test_curl_for_a_list(server: Server, environment: dict[str, str]) -> None:
    """A list judged before it is sent, with the list of the first page."""
    needed("curl", "curl")
    _, preflight = blocks(PAGE, "bash")
    (server.folder / "contacts.csv").write_text(block("docs/getting-started.md", "csv"), encoding="utf-8")
    report = json.loads(run(["bash", "-euc"], f"cd '{server.folder}'\n{preflight}", server, environment))
    assert report["rows"] == len(list(csv.DictReader(io.StringIO(block("docs/getting-started.md", "csv")))))


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_javascript(server: Server, environment: dict[str, str]) -> None:
    """Links for two contacts."""
    links = run(["node", "--input-type=module", "--eval"], block(PAGE, "js"), server, environment).split()
    assert [shown(server, link)[0] for link in links] == [200, 200]


def test_python(server: Server, environment: dict[str, str]) -> None:
    """A list: its rows come back in order with links, whose images are drawn."""
    printed = run([sys.executable, "-c"], block(PAGE, "py"), server, environment)
    rows = list(csv.DictReader(io.StringIO(printed.strip())))
    assert [(row["email"], row["Name"], row["error"]) for row in rows] == [
        ("ava@example.com", "Ava Johnson", ""),
        ("leo@example.com", "Leo Martin", ""),
    ]
    assert [shown(server, row["image_url"])[0] for row in rows] == [200, 200]
