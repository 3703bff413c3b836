"""Facts of imgurl.cli.running: the address of the server that runs with a data folder, and of no other."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from imgurl.cli.running import FILE, announced, running_address

ADDRESS = "https://img.example.com"


def test_an_address_is_known_as_long_as_it_is_announced(tmp_path: Path) -> None:
    """Not before, and not afterwards."""
    before = running_address(tmp_path / "data")
    with announced(tmp_path / "data", ADDRESS):
        during = [running_address(tmp_path / "data") for _ in range(2)]
    assert (before, during, running_address(tmp_path / "data")) == (None, [ADDRESS] * 2, None)


def test_a_second_server_does_not_take_the_place(tmp_path: Path) -> None:
    """The first one stays announced while it lives, then the next can be."""
    with announced(tmp_path, ADDRESS):
        with announced(tmp_path, "http://127.0.0.1:1"):
            assert running_address(tmp_path) == ADDRESS
        assert running_address(tmp_path) == ADDRESS
    with announced(tmp_path, "http://127.0.0.1:1"):
        assert running_address(tmp_path) == "http://127.0.0.1:1"


def test_a_killed_server_is_not_taken_for_a_running_one(tmp_path: Path) -> None:
    """Its file stays, its lock does not."""
    script = (
        "import sys; from pathlib import Path; from imgurl.cli.running import announced\n"
        f"with announced(Path(sys.argv[1]), {ADDRESS!r}):\n"
        "    print('announced', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        alive = running_address(tmp_path)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    assert (alive, running_address(tmp_path)) == (ADDRESS, None)
    assert (tmp_path / FILE).read_text() == ADDRESS + "\n"


def test_a_folder_that_cannot_be_written_to_stops_no_server(tmp_path: Path) -> None:
    """Nothing is announced then."""
    (tmp_path / "data").write_text("a file")
    with announced(tmp_path / "data", ADDRESS):
        assert running_address(tmp_path / "data") is None
