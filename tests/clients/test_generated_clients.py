"""Clients that generators make of the OpenAPI document compile, and run a batch of each kind."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.process import missing, needed
from tests.web.server import Server, running_server

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"

# What these programs are written for: as strict as the compilers are.
TSC = (
    "--strict", "--noUncheckedIndexedAccess", "--skipLibCheck", "--types", "node",
    "--target", "es2022", "--module", "commonjs", "--moduleResolution", "node10",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A folder to generate into, and the environment of a client's program."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *command: str | Path) -> str:
        """Run a command here and return what it prints."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a worker, as ``imgurl serve`` starts it."""
    with running_server(tmp_path_factory.mktemp("server"), job_workers="1") as running:
        yield running


@pytest.fixture
def place(server: Server, tmp_path: Path) -> Place:
    """A folder with the server's OpenAPI document, and a key for a client."""
    (tmp_path / "openapi.json").write_bytes(server.ask("/openapi.json").body)
    process = subprocess.run(
        [sys.executable, "-m", "imgurl", "keys", "api", "create", "--name", tmp_path.name, "--scope", "batch",
         "--data", str(server.folder / "imgurl-data")],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    base = f"http://127.0.0.1:{server.port}"
    return Place(tmp_path, {**os.environ, "BASE": base, "KEY": process.stdout.strip(), "PYTHONPATH": str(tmp_path)})


@pytest.fixture
def node(place: Place) -> str:
    """Node, with the generators that package.json names."""
    if not MODULES.is_dir():
        missing("the generators of clients (npm ci in tests/clients)", "npm")
    (place.folder / "node_modules").symlink_to(MODULES)
    return needed("node", "nodejs")


def check(server: Server, printed: str) -> None:
    """Each of the three results has both rows, each with a link to an image."""
    results = json.loads(printed)
    assert sorted(results) == ["csv", "json", "ndjson"]
    for kind, text in results.items():
        rows = list(csv.DictReader(io.StringIO(text)))
        column = "Name" if kind == "csv" else "full_name"
        assert [(row[column], row["error"]) for row in rows] == [("Ava Johnson", ""), ("Leo Park", "")]
        targets = [row["image_url"][row["image_url"].index("/i/") :] for row in rows]
        assert [server.ask(target).status for target in targets] == [200, 200]


def test_openapi_python_client(server: Server, place: Place) -> None:
    """Its client passes mypy --strict as far as it is used, and runs."""
    generator = Path(sys.executable).with_name("openapi-python-client")
    place.run(generator, "generate", "--path", "openapi.json", "--output-path", "made", "--meta", "none")
    (place.folder / "made").rename(place.folder / "imgurl_client")
    (place.folder / "imgurl_client" / "py.typed").touch()
    program = place.folder / "python_client.py"
    program.write_text((HERE / "python_client.py").read_text())
    place.run(sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", program)
    check(server, place.run(sys.executable, program))


def test_typescript(server: Server, place: Place, node: str) -> None:
    """The client of hey-api, and openapi-fetch with types of openapi-typescript, pass tsc --strict and run.

    Compiled at once, as most of the time is taken by the libraries of the compiler.
    """
    openapi_ts = (MODULES / ".bin/openapi-ts", "--input", "openapi.json", "--output", "hey")
    place.run(node, *openapi_ts, "--client", "@hey-api/client-fetch")
    place.run(node, MODULES / ".bin/openapi-typescript", "openapi.json", "--output", "schema.ts")
    programs = ("hey_api", "openapi_fetch")
    for name in programs:
        (place.folder / f"{name}.ts").write_text((HERE / f"{name}.ts").read_text())
    place.run(node, MODULES / ".bin/tsc", *TSC, "--outDir", "out", *(f"{name}.ts" for name in programs))
    for name in programs:
        check(server, place.run(node, f"out/{name}.js"))
