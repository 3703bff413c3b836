"""``imgurl doctor``."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.web.server import KEYS, few_designs, free_port


@pytest.mark.usefixtures("keys", "small")
def test_without_a_server_it_says_so_and_fails(run: Run) -> None:
    """Whatever else is in order; each finding with what to do, in words and as JSON."""
    address = f"http://127.0.0.1:{free_port()}"
    ran = run("doctor", "--server", address)
    assert (ran.code, ran.err) == (1, "")
    assert f"PROBLEM   server: there is no answer at {address}" in ran.out
    assert "imgurl serve" in ran.out
    lines = [json.loads(line) for line in run("doctor", "--server", address, "--json").out.splitlines()]
    assert {tuple(line) for line in lines} == {("check", "verdict", "sentence", "cure")}
    assert [line["check"] for line in lines if line["verdict"] == "problem"] == ["server"]


@pytest.mark.usefixtures("keys", "small")
def test_it_changes_nothing(run: Run, tmp_path: Path) -> None:
    """Neither databases nor folders are made."""
    before = sorted(tmp_path.rglob("*"))
    run("doctor", "--server", f"http://127.0.0.1:{free_port()}")
    assert sorted(tmp_path.rglob("*")) == before


def found(run: Run, *options: str) -> dict[str, dict[str, str]]:
    """Return what it finds as JSON, by check; the last finding of each."""
    return {line["check"]: line for line in map(json.loads, run("doctor", "--json", *options).out.splitlines())}


@pytest.mark.parametrize(
    ("variables", "check", "sentence", "is_looked_at"),
    [
        ({}, "keys", "there is no signing key", {"designs", "data folder", "store", "server"}),
        ({"IMGURL_SIGNING_KEYS": KEYS, "IMGURL_DESIGNS": "nowhere"}, "designs", "can't be read", {"keys", "server"}),
        ({"IMGURL_SIGNING_KEYS": KEYS, "IMGURL_FONTS": "nowhere"}, "designs", "can't be read", {"keys", "server"}),
        ({"IMGURL_BASE_URL": "notaurl"}, "settings", "'notaurl', which is not a URL", {"keys", "designs"}),
        ({"IMGURL_BASE_URL": "http://[x"}, "settings", "which is not a URL", {"keys", "designs"}),
        ({"IMGURL_PORT": "x"}, "settings", "IMGURL_PORT: must be a whole number", set()),
    ],
)
def test_what_is_missing_is_a_problem_and_the_rest_is_looked_at(
    run: Run, monkeypatch: pytest.MonkeyPatch, small: Path, variables: dict[str, str], check: str, sentence: str,
    is_looked_at: set[str],
) -> None:  # fmt: skip
    """Whatever can't be opened, programs read a line of JSON for each check, and the exit code is 1."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    server = f"http://127.0.0.1:{free_port()}"
    lines = found(run, "--server", server)
    assert (lines[check]["verdict"], sentence in lines[check]["sentence"]) == ("problem", True)
    assert lines[check]["cure"]
    assert is_looked_at <= lines.keys()
    assert run("doctor", "--server", server).code == 1


@pytest.mark.usefixtures("keys", "small")
@pytest.mark.parametrize("address", ["notaurl", "localhost:8000", "http:", "http://x:y", "http://[x", "ftp://x"])
def test_a_server_that_is_no_url(run: Run, address: str) -> None:
    """Nobody is told to start a server where the address is what is wrong."""
    finding = found(run, "--server", address)["server"]
    assert (finding["verdict"], finding["sentence"]) == ("problem", f"'{address}' is not the address of a server")
    assert "http://127.0.0.1:8000" in finding["cure"]


@pytest.mark.parametrize("command", ["doctor", "backup b.zip", "serve", "keys add", "keys list", "mint cert-2025"])
@pytest.mark.parametrize("data", ["imgurl-data", "imgurl-data/sub"])
def test_a_data_folder_that_is_a_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, data: str
) -> None:
    """All commands say so in the same words, and what to do."""
    (tmp_path / "imgurl-data").touch()
    monkeypatch.setenv("IMGURL_DATA", data)
    monkeypatch.setenv("IMGURL_DESIGNS", str(few_designs()))
    ran = run(*command.split())
    assert (ran.code, "is a file: move the file away, or name another folder with" in ran.out + ran.err) == (1, True)
    assert f"the data folder {data} " in ran.out + ran.err
    assert "free some space" not in ran.out + ran.err
