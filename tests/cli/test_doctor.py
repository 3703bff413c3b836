"""``imgurl doctor``."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.web.server import free_port


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


def test_without_a_key_it_says_so(run: Run) -> None:
    """No key, no server: one sentence."""
    ran = run("doctor")
    assert (ran.code, ran.said.partition(":")[2][:27]) == (1, " there is no signing key: i")
