"""A batch through the real server, while the server and its workers are killed: the result is that of a quiet run.

``python -m tests.test_batch_through_kills ROWS`` does the same by hand for a list of any length, and prints figures.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from imgurl.config import shipped
from tests.web.server import KEYS, free_port

DESIGN = "sales-banner-01"
QUERY = f"/v1/batches?design_id={DESIGN}&map.first_name=Name&map.company_name=Company&warm=true&format=jpg"
# Two chunks, which the kills cut short.
ROWS = 700
KILLS = 3

# Workers and their renderers are nice: other tests on the same cores may leave them little for a while.
PATIENCE_SECONDS = 300.0


class Server:
    """``imgurl serve`` with two workers over a data folder, started again and again on one port."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        shutil.copytree(shipped("designs") / DESIGN, folder / "designs" / DESIGN)
        self.environment = {
            **os.environ, "IMGURL_SIGNING_KEYS": KEYS, "IMGURL_JOB_WORKERS": "2", "IMGURL_BASE_URL": "https://img.example.com",
            "IMGURL_WORKER_ID": "server", "IMGURL_DESIGNS": str(folder / "designs"),
            "IMGURL_LOG_LEVEL": "warning",
            "IMGURL_UNREADY_SECONDS": "0",
            # Workers that lost their server end in the middle of their chunk, instead of after it.
            "IMGURL_DRAIN_SECONDS": "1",
            **({"IMGURL_DATABASE_URL": database_url} if database_url else {}),
        }  # fmt: skip
        self.key = subprocess.run(
            [sys.executable, "-m", "imgurl", "keys", "api", "create", "--name", "crm", "--scope", "batch"],
            cwd=folder, env=self.environment, capture_output=True, text=True, timeout=60, check=True,
        ).stdout.strip()  # fmt: skip
        self.server = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "imgurl", "serve", "--port", str(self.port)]
            return subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=log, stderr=log)

    def call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Return the answer to one request, tried until there is one."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        request.add_header("Content-Type", "text/csv")
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return bytes(answer.read())
            except (ConnectionError, urllib.error.URLError, TimeoutError):
                assert time.monotonic() < give_up, (self.folder / "log").read_text()[-3_000:]
                time.sleep(0.1)

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the state of a job."""
        result: dict[str, Any] = json.loads(self.call("GET", f"/v1/jobs/{job_id}"))
        return result

    def progress(self, job: dict[str, Any]) -> int:
        """Return how many rows are done, or are known to be begun: their images are in the cache."""
        images = len([*(self.folder / "imgurl-data" / "cache").glob("*/*.jpg")])
        return max(int(job["done"]) + int(job["failed"]), images)

    def await_job(self, job_id: str, is_there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return a job as soon as something is true of it."""
        give_up = time.monotonic() + max(PATIENCE_SECONDS, 600 if __name__ == "__main__" else 0)
        while not is_there(job := self.job(job_id)):
            assert time.monotonic() < give_up, job
            assert job["status"] not in ("failed", "cancelled"), job
            time.sleep(0.1)
        return job

    def kill_server(self) -> None:
        """Kill the server as the kernel does when memory is short, and start it again."""
        self.server.kill()
        self.server.wait()
        self._await_port()
        self.server = self._start()

    def kill_worker(self) -> None:
        """Kill one of its worker processes; the server starts another."""
        found = [pid for pid, parent, command in processes() if parent == self.server.pid and "worker" in command]
        if found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(found[0], signal.SIGKILL)

    def _await_port(self) -> None:
        # Children of the server that are still ending may hold its socket.
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)

    def close(self) -> None:
        """End it."""
        self.server.terminate()
        try:
            self.server.wait(40)
        finally:
            self.server.kill()


def processes() -> Iterator[tuple[int, int, str]]:
    """Yield pid, parent and command line of each process."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            yield int(folder.name), parent, (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()


def contacts(rows: int) -> bytes:
    """Return a list as a CRM exports it, with a few rows that lack something."""
    lines = (
        f"{number},{'' if number % 50 == 0 else f'Ava {number}'},Acme {number % 7}\r\n" for number in range(1, rows + 1)
    )
    return ("id,Name,Company\r\n" + "".join(lines)).encode()


@contextlib.contextmanager
def running(folder: Path, database_url: str = "") -> Iterator[Server]:
    """Run a server over a folder."""
    server = Server(folder, database_url)
    try:
        yield server
    finally:
        server.close()


def result_of(server: Server, rows: int, kills: int) -> tuple[dict[str, Any], bytes]:
    """Send a list, kill worker and server in turn while it is done; return the job and its result."""
    job_id = json.loads(server.call("POST", QUERY, contacts(rows)))["job_id"]
    for turn in range(1, kills + 1):
        goal = rows * turn // (kills + 2)
        server.await_job(job_id, lambda job, goal=goal: server.progress(job) >= goal)  # type: ignore[misc]
        server.kill_worker()
        server.kill_server()
    job = server.await_job(job_id, lambda job: job["status"] == "completed")
    return job, server.call("GET", f"/v1/jobs/{job_id}/result")


def test_kills_of_worker_and_server_change_no_byte(tmp_path: Path) -> None:
    """All rows, in their order, none lost and none doubled: as when the list is done once more without a kill."""
    with running(tmp_path) as server:
        killed, result = result_of(server, ROWS, KILLS)
        quiet, expected = result_of(server, ROWS, 0)
    counted = [(job["total"], job["done"], job["failed"], job["fallbacks"]) for job in (quiet, killed)]
    assert counted[0] == counted[1]
    assert result == expected
    lines = result.decode().splitlines()[1:]
    assert [line.partition(",")[0] for line in lines] == [str(number) for number in range(1, ROWS + 1)]


def main() -> None:
    """Do it by hand."""
    rows = int(sys.argv[1])
    database_url = sys.argv[2] if len(sys.argv) > 2 else ""
    found = []
    for kills in (0, KILLS):
        with tempfile.TemporaryDirectory() as folder:
            with running(Path(folder), database_url) as server:
                started = time.monotonic()
                job, result = result_of(server, rows, kills)
                seconds = time.monotonic() - started
            found.append(result)
        print(f"{kills} kills: {job['done']:,} rows in {seconds:.0f} s, {rows / seconds:,.0f} rows/s", flush=True)
    print("the results are", "the same, byte for byte" if found[0] == found[1] else "DIFFERENT")


if __name__ == "__main__":
    main()
