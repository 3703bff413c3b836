"""``imgurl backup`` and ``imgurl restore``."""

import shlex
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.web.designs import card, write_design
from tests.web.server import KEYS, running_server


def test_a_backup_is_restored_and_served(run: Run, tmp_path: Path) -> None:
    """What is restored is found by the command that is printed, and its keys sign the same links."""
    write_design(tmp_path / "mine")
    run("keys", "add")
    link = run("mint", "card", "--designs", "mine", "--set", "first_name=Ava").out
    made = run("backup", "b.zip", "--designs", "mine")
    assert (made.code, made.err) == (0, "")
    assert made.out == "b.zip  1 kB: signing keys, 1 design, 0 versions\n"
    restored = run("restore", "b.zip", "new folder")
    assert (restored.code, restored.err) == (0, "")
    command = shlex.split(restored.out.splitlines()[-2])
    assert command[:2] == ["imgurl", "serve"]
    assert run("mint", "card", *command[2:], "--set", "first_name=Ava").out == link


def test_a_folder_gets_a_name_of_the_day(run: Run, tmp_path: Path) -> None:
    """So that one line of cron makes a new file each night."""
    run("keys", "add")
    (tmp_path / "backups").mkdir()
    run("backup", "backups")
    (path,) = (tmp_path / "backups").iterdir()
    assert (path.name[:9], path.suffix, len(path.name)) == ("imgurl-20", ".zip", len("imgurl-20261129T120000Z.zip"))
    assert zipfile.is_zipfile(path)


def test_it_says_what_is_somewhere_else(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of the environment and a Postgres are not in it; the settings have to be set again."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", KEYS)
    monkeypatch.setenv("IMGURL_DATABASE_URL", "postgresql://ann:pw@127.0.0.1/imgurl")
    made = run("backup", "b.zip")
    assert [line.partition(":")[0] for line in made.err.splitlines()] == ["Not in it"] * 2
    assert ("pg_dump" in made.err, "IMGURL_SIGNING_KEYS" in made.err, "pw" in made.err) == (True, True, False)
    restored = run("restore", "b.zip", "new")
    assert restored.err.endswith("set them again: IMGURL_DATABASE_URL, IMGURL_SIGNING_KEYS.\n")


def test_what_can_not_be_done_is_one_sentence(run: Run, tmp_path: Path) -> None:
    """No key, no backup; no backup, no restoring."""
    assert (run("backup", "b.zip").code, list(tmp_path.glob("*.zip"))) == (1, [])
    (tmp_path / "b.zip").write_text("hello")
    ran = run("restore", "b.zip", "new")
    assert (ran.code, ran.said.partition(",")[0]) == (2, "imgurl: b.zip is not a backup of imgurl")


@pytest.mark.parametrize(
    ("options", "variables", "wrong"),
    [
        (("--designs", "nowhere"), {}, "designs folder nowhere"),
        ((), {"IMGURL_DESIGNS": "nowhere"}, "designs folder nowhere"),
        ((), {"IMGURL_FONTS": "nowhere"}, "fonts folder nowhere"),
        ((), {"IMGURL_FONTS": "a-file"}, "fonts folder a-file"),
        (("--data", "nowhere"), {"IMGURL_SIGNING_KEYS": KEYS}, "data folder nowhere"),
    ],
)
def test_a_folder_that_was_named_and_is_not_there_is_an_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], variables: dict[str, str],
    wrong: str,
) -> None:  # fmt: skip
    """A backup that lacks what was named would look complete; the sentence says how to name it."""
    (tmp_path / "a-file").touch()
    run("keys", "add")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ran = run("backup", "b.zip", *options)
    assert (ran.code, list(tmp_path.glob("*.zip")), wrong in ran.err) == (2, [], True)
    assert f"IMGURL_{wrong.partition(' ')[0].upper()}" in ran.err


def test_a_running_server_is_backed_up_and_another_one_takes_over(run: Run, tmp_path: Path) -> None:
    """Pinned links show the old version on the new server too, while the old server still runs."""
    write_design(tmp_path / "mine")
    run("keys", "add", "--data", "data")
    mint = ("mint", "card", "--data", "data", "--designs", "mine", "--format", "png", "--base-url", "http://x")
    with running_server(tmp_path, designs=str(tmp_path / "mine"), data=str(tmp_path / "data")) as old:
        pinned = run(*mint, "--pin", "--set", "tint=#010203").out.strip().removeprefix("http://x")
        drawn = old.ask(pinned)
        write_design(tmp_path / "mine", document=card(background="#888888", layers=[]))
        latest = run(*mint, "--set", "tint=#010203").out.strip().removeprefix("http://x")
        run("backup", "b.zip", "--data", "data", "--designs", "mine")
        run("restore", "b.zip", "new")
        (tmp_path / "log").mkdir()
        restored = tmp_path / "new"
        with running_server(
            tmp_path / "log", designs=str(restored / "designs"), data=str(restored / "imgurl-data")
        ) as new:
            assert (new.ask(pinned).body, new.ask(pinned)["etag"]) == (drawn.body, drawn["etag"])
            assert new.ask(latest).picture().getpixel((1, 1)) == (0x88, 0x88, 0x88)
            assert new.ask(pinned.replace("_s=", "_s=x")).status == 403
