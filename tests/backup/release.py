"""Makes the data folder of a release, packed as a backup: ``python -m tests.backup.release``, before each release.

Everything in it is made by the server and the commands of that version, as users make it. What must still hold of it
later is in its README.json: links and what they show, an API key, a stopped campaign, a finished batch.
"""

import http.client
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from imgurl.version import __version__
from tests.web.designs import card, write_design
from tests.web.server import Server, running_server, wait_until

FOLDER = Path(__file__).parents[1] / "data" / "releases"
FACTS = "README.json"

# The colours that the links show: of the version they are pinned to, and of the one that came after.
BEFORE = "#010203"
AFTER = "#040506"


def main() -> None:
    """Write the folder of this version."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        facts = _lived(folder)
        _run(folder, "backup", "data.zip", "--data", "data", "--designs", "designs")
        FOLDER.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(FOLDER / f"{__version__}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(folder / "data.zip", "data.zip")
            packed.writestr(FACTS, json.dumps(facts, indent=1))


def _lived(folder: Path) -> dict[str, object]:
    """Let a server live in a folder: a design that is edited, links, a key, a batch, a campaign."""
    write_design(folder / "designs")
    _run(folder, "keys", "add", "--data", "data")
    _run(folder, "keys", "rotate", "--data", "data")
    mint = ("mint", "card", "--data", "data", "--designs", "designs", "--base-url", "http://x", "--format", "png")
    token = _run(folder, "keys", "api", "create", "--data", "data", "--scope", "batch", "--scope", "read").split()[-1]
    with running_server(folder, designs=str(folder / "designs"), data=str(folder / "data"), job_workers="1") as server:
        pinned = _run(
            folder, *mint, "--pin", "--set", f"tint={BEFORE}", "--set", "first_name=Ava", "--set", "code=B2"
        ).removeprefix("http://x")
        server.ask(pinned)
        write_design(folder / "designs", document=card(background=AFTER, layers=[]))
        counted = _run(
            folder,
            *mint,
            "--campaign",
            "spring",
            "--set",
            "tint=#0000ff",
            "--set",
            "first_name=Ava",
            "--set",
            "code=B2",
        ).removeprefix("http://x")
        wait_until(lambda: server.ask(counted)["x-imgurl-outcome"] == "ok")
        job = _batch(server, token)
        wait_until(lambda: "spring" in _run(folder, "campaigns", "list", "--data", "data"))
    _run(folder, "campaigns", "stop", "spring", "--data", "data")
    return {"pinned": pinned, "counted": counted, "token": token, "job": job}


def _batch(server: Server, token: str) -> str:
    """Have a batch of two rows made; return its id once it is done."""

    def call(method: str, path: str, body: bytes | None = None) -> dict[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
        connection.request(method, path, body, headers)
        answer: dict[str, str] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    job = call("POST", "/v1/batches?design_id=card", b"first_name\nAva\nBen\n")["job_id"]
    wait_until(lambda: call("GET", f"/v1/jobs/{job}")["status"] == "completed", 120)
    return job


def _run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "imgurl", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
