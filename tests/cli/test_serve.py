"""``imgurl serve``: the first start, the second one, and what it refuses."""

import errno
import html
import json
import os
import re
import stat
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from imgurl.cli.running import FILE
from imgurl.config import describe
from tests.cli.conftest import Run
from tests.design.documents import TEXT_DESIGNS
from tests.web.designs import write_design
from tests.web.server import KEYS, Server, running_server


def links_of(server: Server) -> list[str]:
    """Return the links that the greeting printed, without those inside HTML."""
    return re.findall(rf"^  http://127\.0\.0\.1:{server.port}(/i/\S+)$", server.errors, re.MULTILINE)


def test_the_first_start_makes_a_key_and_prints_links_that_work_after_the_second(tmp_path: Path) -> None:
    """In an empty folder: a key file of mode 0600, one link per design that shows its samples, an <img> to paste.

    Standard output is the log alone, one JSON object a line from the first line on, for programs that read it; the
    greeting is on standard error. Links work after a second start too, whose pictures come from the disk cache.
    """
    with running_server(tmp_path, render_deadline="60") as server:
        links = links_of(server)
        answers = [server.ask(link) for link in links]
        tag = re.findall(r'<img\s+src="([^"]+)"\s+width="600"\s+height="315"\s+alt="Hi there', server.errors)
        source = html.unescape(tag[0].replace("*|URL:FNAME|*", "Mia"))
        pasted = server.ask(quote(re.sub(r"^http://[^/]+", "", source), safe="/?&=%+"))
        announced = (tmp_path / "imgurl-data" / FILE).read_text()
    file = tmp_path / "imgurl-data" / "keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [link.partition("/i/")[2].partition(".jpg?")[0] for link in links] == list(TEXT_DESIGNS)
    assert [(answer.status, answer["x-imgurl-outcome"], answer["content-type"]) for answer in answers] == [
        (200, "ok", "image/jpeg")
    ] * 4
    assert [answer.picture().size for answer in answers] == [(1600, 1131), (1200, 630), (800, 800), (600, 200)]
    assert (pasted.status, pasted["x-imgurl-outcome"]) == (200, "ok")
    assert announced == f"http://127.0.0.1:{server.port}\n"
    assert (tmp_path / "imgurl-data" / FILE).read_text() == ""
    assert "imgurl mint --help" in server.errors
    assert "imgurl explain URL" in server.errors
    lines = server.log.splitlines()
    assert lines
    assert [line for line in lines if not isinstance(json.loads(line), dict)] == []
    assert "_s=" not in server.log
    key = file.read_bytes()
    with running_server(tmp_path, render_deadline="60") as second:
        after = second.ask(links[0])
        figures = second.figures()
    assert key == file.read_bytes()
    assert (after.status, after.body) == (200, answers[0].body)
    assert figures['imgurl_served_total{source="disk"}'] == 1.0


def test_two_servers_on_one_data_folder_work(tmp_path: Path) -> None:
    """Both serve the links of either with one key; the second says once that the first runs the job workers."""
    data = str(tmp_path / "data")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with (
        running_server(tmp_path / "one", data=data, job_workers="2", render_deadline="60") as one,
        running_server(tmp_path / "two", data=data, job_workers="2", render_deadline="60") as two,
    ):
        (link, *_) = links_of(one)
        assert [server.ask(link).status for server in (one, two)] == [200, 200]
        assert one.ask(link).body == two.ask(link).body
        give_up = time.monotonic() + 30
        while "another process runs the job workers" not in two.log and time.monotonic() < give_up:
            time.sleep(0.05)
        assert two.log.count("another process runs the job workers") == 1
        assert one.log.count("another process runs the job workers") == 0
        assert [server.log.count("worker ended") for server in (one, two)] == [0, 0]


def test_a_data_folder_that_can_not_be_written_is_said_once(tmp_path: Path) -> None:
    """With a key from outside images go out all the same; no worker is started, and none dies."""
    (tmp_path / "in-the-way").write_text("")
    data = str(tmp_path / "in-the-way" / "data")
    with running_server(tmp_path, signing_keys=KEYS, data=data, job_workers="2", render_deadline="60") as server:
        assert server.ask(links_of(server)[0]).status == 200
        (line,) = [json.loads(line) for line in server.log.splitlines() if "images go out, without" in line]
    assert (line["level"], line["reason"]) == ("warning", "Not a directory")
    assert "no API and no batches" in line["event"]
    assert "worker ended" not in server.log


def test_a_first_start_without_room_for_the_key_prints_no_links(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: one sentence and exit code 1, before any link is made with a key that nobody could keep."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    ran = run("serve", "--data", tmp_path / "data")
    assert (ran.code, ran.out) == (1, "")
    assert "can't be written to (No space left on device), and the signing key has to be stored there" in ran.err
    assert "/i/" not in ran.err
    assert not (tmp_path / "data" / "keys.json").exists()


def test_options_win_over_the_environment(tmp_path: Path) -> None:
    """--designs and --data on the command line, other ones in the environment: those of the command line are used."""
    write_design(tmp_path / "mine", "card")
    options = ("--designs", str(tmp_path / "mine"), "--data", str(tmp_path / "kept"))
    with running_server(tmp_path, *options, designs="/nonexistent", data="/nonexistent") as server:
        (link,) = links_of(server)
        assert (server.ask(link).status, server.ask(link).picture().size) == (200, (40, 20))
    assert (tmp_path / "kept" / "keys.json").exists()


def test_help_lists_every_setting(run: Run) -> None:
    """serve --help names the environment variable of each setting, with what it does."""
    out = run("serve", "--help").out
    words = " ".join(out.split())
    for name, description in describe().items():
        assert f"{name}\n" in out
        assert " ".join(description.split()) in words


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--port", "70000"), 2, "70000 is not in the range 0<=x<=65535"),
        (("--workers", "0"), 2, "0 is not in the range x>=1"),
        (("--designs", "nowhere"), 1, "the designs folder nowhere can't be read"),
        (("--host", "203.0.113.7"), 1, "cannot listen on 203.0.113.7:8000"),
    ],
)
def test_a_start_that_cannot_succeed_says_why(run: Run, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    """Wrong use is exit code 2, failure 1; one sentence, nothing on standard output."""
    ran = run("serve", *arguments)
    assert (code, "") == (ran.code, ran.out)
    assert sentence in ran.said


def test_a_folder_without_a_good_design_is_not_served(run: Run, tmp_path: Path) -> None:
    """Nothing to serve: exit code 1, and the command that says why."""
    write_design(tmp_path / "designs", "broken", {})
    ran = run("serve", "--designs", tmp_path / "designs")
    assert (ran.code, ran.out) == (1, "")
    assert "'imgurl designs check' says why" in ran.said


def test_a_file_in_place_of_the_data_folder_is_a_failure(run: Run, tmp_path: Path) -> None:
    """No place for the key: exit code 1 and the name of the file in the way."""
    (tmp_path / "imgurl-data").write_text("in the way")
    ran = run("serve")
    assert (ran.code, ran.out) == (1, "")
    assert "imgurl-data" in ran.said
