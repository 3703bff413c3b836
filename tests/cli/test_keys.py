"""``imgurl keys``: the life of a key."""

import json
import stat
from pathlib import Path

import pytest

from imgurl.urls.keychange import LOCK_NAME
from imgurl.urls.keyfile import FILE_NAME
from imgurl.urls.signing import encode_secret
from tests.cli.conftest import Ran, Run
from tests.web.server import KEYS


def states(run: Run) -> list[str]:
    """Return what ``keys list`` prints."""
    return run("keys", "list").out.splitlines()


def verdict(run: Run, url: str) -> tuple[int, str]:
    """Return status and outcome of a URL."""
    facts = json.loads(run("explain", "--json", url).out)
    return facts["status"], facts["outcome"]


def test_the_life_of_a_key(run: Run, tmp_path: Path) -> None:
    """Added, rotated, retired, revoked: at each step old links do what the state says, new ones are signed by one."""
    assert run("keys", "add") == Ran(0, "k1  sign\n", "")
    old = run("mint", "sales-banner-01", "--set", "first_name=Ava").out.strip()
    assert run("keys", "add") == Ran(0, "k2  verify\n", "")
    assert states(run) == ["k1  sign", "k2  verify"]
    assert run("keys", "rotate").out == "k2  sign\n"
    assert states(run) == ["k1  verify", "k2  sign"]
    new = run("mint", "sales-banner-01", "--set", "first_name=Ava").out.strip()
    assert ("_k=k1" in old, "_k=k2" in new) == (True, True)
    assert [verdict(run, old), verdict(run, new)] == [(200, "fallback")] * 2
    assert run("keys", "retire", "k1").out == "k1  retired\n"
    assert [verdict(run, old), verdict(run, new)] == [(200, "default"), (200, "fallback")]
    assert run("keys", "revoke", "k1").out == "k1  revoked\n"
    assert [verdict(run, old), verdict(run, new)] == [(403, "refused"), (200, "fallback")]
    assert states(run) == ["k1  revoked", "k2  sign"]


def test_rotating_without_a_waiting_key_makes_one(run: Run) -> None:
    """Rotate alone is enough: a new key signs, the old one verifies; again and again."""
    run("keys", "add")
    assert [run("keys", "rotate").out for _ in range(2)] == ["k2  sign\n", "k3  sign\n"]
    assert states(run) == ["k1  verify", "k2  verify", "k3  sign"]


def test_rotating_never_goes_back_to_an_old_key(run: Run) -> None:
    """A key that signed before is not taken again, only one that was added after it."""
    run("keys", "add")
    run("keys", "rotate")
    run("keys", "retire", "k1")
    run("keys", "add")
    assert run("keys", "rotate").out == "k3  sign\n"
    assert sorted(states(run)) == ["k1  retired", "k2  verify", "k3  sign"]


def test_the_file_is_for_its_owner_alone(run: Run, tmp_path: Path) -> None:
    """After each change the key file has mode 0600, and nothing else is in the folder but the lock."""
    for command in (("add",), ("add",), ("rotate",), ("retire", "k1"), ("revoke", "k1")):
        assert run("keys", *command).code == 0
        files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "imgurl-data").iterdir()}
        assert files == {FILE_NAME: 0o600, LOCK_NAME: 0o600}


def test_secrets_are_never_printed(run: Run, tmp_path: Path) -> None:
    """No command prints a secret, and no two keys have the same one."""
    printed = ""
    for command in (("add",), ("add",), ("rotate",), ("list",), ("retire", "k1"), ("revoke", "k1"), ("list",)):
        ran = run("keys", *command)
        printed += ran.out + ran.err
    entries = json.loads((tmp_path / "imgurl-data" / FILE_NAME).read_text())["keys"]
    secrets = {entry["secret"] for entry in entries}
    assert len(secrets) == len(entries) == 2
    assert [secret for secret in secrets if secret in printed] == []
    assert {43} == {len(secret) for secret in secrets}


@pytest.mark.parametrize("command", ["retire", "revoke"])
def test_the_signing_key_stays_until_another_signs(run: Run, command: str) -> None:
    """The key that signs can't be taken away: exit code 2, and what to do first; nothing has changed."""
    run("keys", "add")
    ran = run("keys", command, "k1")
    assert (ran.code, ran.out) == (2, "")
    assert "'k1' signs new links; run 'imgurl keys rotate' first" in ran.said
    assert states(run) == ["k1  sign"]


def test_a_revoked_key_stays_revoked(run: Run) -> None:
    """A key that has leaked can't come back by retiring it."""
    run("keys", "add")
    run("keys", "rotate")
    run("keys", "revoke", "k1")
    ran = run("keys", "retire", "k1")
    assert (ran.code, ran.out) == (2, "")
    assert "'k1' is revoked" in ran.said
    assert "k1  revoked" in states(run)


@pytest.mark.parametrize("command", ["retire", "revoke"])
def test_a_test_key_goes_with_its_key(run: Run, command: str) -> None:
    """It is derived and not in any file: the command is refused and names the key to take; nothing has changed."""
    run("keys", "add")
    run("keys", "rotate")
    before = states(run)
    ran = run("keys", command, "testk1")
    assert (ran.code, ran.out) == (2, "")
    assert "'testk1' is the test key of 'k1'" in ran.said
    assert f"'imgurl keys {command} k1' does both" in ran.said
    assert states(run) == before
    assert run("keys", command, "k1").code == 0
    assert "there is no key 'testk9'" in run("keys", command, "testk9").said


def test_a_key_that_anybody_can_guess_is_rotated_away(run: Run, tmp_path: Path) -> None:
    """The example of an earlier README in the file: nothing is signed with it; rotate retires it for a new key."""
    data = tmp_path / "imgurl-data"
    data.mkdir()
    entry = {"id": "k1", "state": "sign", "secret": encode_secret(bytes(range(32)))}
    (data / FILE_NAME).write_text(json.dumps({"keys": [entry]}))
    (data / FILE_NAME).chmod(0o600)
    for command in (("keys", "list"), ("mint", "sales-banner-01", "--set", "first_name=Ava"), ("serve",)):
        ran = run(*command)
        assert (ran.code, ran.out) == (1, "")
        assert "key 'k1' is bytes that count, as in an example: anybody can sign with it" in ran.said
        assert "'imgurl keys rotate' does both" in ran.said
    assert run("keys", "rotate").out == "k2  sign\n"
    assert states(run) == ["k1  retired", "k2  sign"]


@pytest.mark.parametrize("command", ["retire", "revoke"])
def test_an_unknown_key_is_wrong_use(run: Run, command: str) -> None:
    """A key that is not there: exit code 2."""
    run("keys", "add")
    ran = run("keys", command, "k7")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no key 'k7'; 'imgurl keys list' shows them" in ran.said


@pytest.mark.parametrize("command", [("list",), ("rotate",), ("retire", "k1"), ("revoke", "k1")])
def test_without_a_key_file_there_is_a_hint(run: Run, command: tuple[str, ...]) -> None:
    """No key yet: exit code 1, and how to make one; none is made."""
    ran = run("keys", *command)
    assert (ran.code, ran.out) == (1, "")
    assert "'imgurl keys add' creates one now" in ran.said
    assert not Path("imgurl-data").exists()


@pytest.mark.parametrize("command", [("add",), ("rotate",), ("retire", "k2"), ("revoke", "k2")])
def test_keys_of_the_environment_are_changed_there(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """With IMGURL_SIGNING_KEYS there is no file to change: exit code 1; listing works."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", KEYS)
    ran = run("keys", *command)
    assert (ran.code, ran.said) == (1, "imgurl: the keys come from IMGURL_SIGNING_KEYS; change them there")
    assert states(run) == ["k1  sign", "k2  verify"]


def test_a_key_file_that_others_may_read_is_not_used(run: Run, tmp_path: Path) -> None:
    """A secret that others may have read is none: exit code 1 and what to do."""
    run("keys", "add")
    (tmp_path / "imgurl-data" / FILE_NAME).chmod(0o644)
    ran = run("keys", "list")
    assert (ran.code, ran.out) == (1, "")
    assert "run chmod 600 on it" in ran.said


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"keys": [{"id": "k1"}]}', '{"keys": 3}', "\x00"])
def test_a_damaged_key_file_is_never_overwritten(run: Run, tmp_path: Path, text: str) -> None:
    """A damaged file is a failure of every command, also of add: it may still be mended from a backup."""
    run("keys", "add")
    file = tmp_path / "imgurl-data" / FILE_NAME
    file.write_text(text)
    for command in (("list",), ("add",), ("rotate",)):
        ran = run("keys", *command)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert file.read_text() == text


def test_another_data_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--data wins over IMGURL_DATA."""
    monkeypatch.setenv("IMGURL_DATA", str(tmp_path / "one"))
    run("keys", "add")
    run("keys", "add", "--data", tmp_path / "two")
    assert [(tmp_path / name / FILE_NAME).exists() for name in ("one", "two")] == [True, True]
