"""``imgurl keys api``: the keys with which programs call."""

import stat
import time
from pathlib import Path

import pytest

from imgurl.access.database import open_database
from imgurl.access.keys import ApiKey, ApiKeys, Scope
from imgurl.access.tokens import parse_token
from imgurl.config import load_settings
from tests.cli.conftest import Ran, Run


def created(run: Run, *options: str) -> str:
    """Make a key and return it."""
    ran = run("keys", "api", "create", *options)
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    return ran.out.strip()


def found(data: Path, text: str, database_url: str | None = None) -> ApiKey | None:
    """Return what a server would find for a key."""
    engine = open_database(data, database_url)
    try:
        return ApiKeys(engine).find(text)
    finally:
        engine.dispose()


def test_the_key_stands_alone_on_standard_output(run: Run, tmp_path: Path) -> None:
    """So that a script can take it; the notes go to standard error and don't repeat it."""
    ran = run("keys", "api", "create", "--name", "crm", "--scope", "read", "--scope", "render")
    token = parse_token(ran.out.removesuffix("\n"))
    assert (ran.code, token is not None) == (0, True)
    assert token is not None
    assert token.text not in ran.err
    assert "keep the key now, it can't be shown again" in ran.err
    key = found(tmp_path / "imgurl-data", token.text)
    assert key is not None
    assert (key.name, key.test, key.scopes, key.designs) == ("crm", False, {Scope.READ, Scope.RENDER}, None)  # type: ignore[comparison-overlap]
    assert key.id in ran.err


def test_what_can_be_said_of_a_key(run: Run, tmp_path: Path) -> None:
    """Test, name, scopes, designs, lifetime."""
    options = (
        "--test",
        "--name",
        "try",
        "--scope",
        "admin",
        "--design",
        "cert-2025",
        "--design",
        "other",
        "--expires",
        "1h",
    )
    text = created(run, *options)
    key = found(tmp_path / "imgurl-data", text)
    assert key is not None
    assert text.startswith("imk_test_")
    assert (key.name, key.test, key.designs) == ("try", True, ("cert-2025", "other"))
    assert key.expires is not None
    assert 3_500 < key.expires - time.time() <= 3_601


def test_a_name_is_given_where_none_was(run: Run, tmp_path: Path) -> None:
    """The shortest command works."""
    key = found(tmp_path / "imgurl-data", created(run, "--scope", "batch"))
    assert key is not None
    assert key.name == "api"


def test_the_list_shows_all_but_the_secrets(run: Run) -> None:
    """One line a key: id, beginning, name, kind, scopes, designs, days, state; of the key its beginning alone."""
    texts = [
        created(run, "--name", "crm", "--scope", "render", "--scope", "read"),
        created(
            run, "--name", "shop", "--test", "--scope", "admin", "--design", "cert-2025", "--expires", "2099-12-31"
        ),
    ]
    ran = run("keys", "api", "list")
    lines = [line.split("  ") for line in ran.out.splitlines()]
    assert (ran.code, ran.err, len(lines)) == (0, "", 2)
    by_name = {line[2]: line for line in lines}
    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert by_name["crm"][1:] == [f"{texts[0][:13]}…", "crm", "live", "read,render", f"made {today}", "works"]
    expected = [
        f"{texts[1][:13]}…", "shop", "test", "admin", "designs cert-2025", f"made {today}", "works until 2099-12-31"
    ]  # fmt: skip
    assert by_name["shop"][1:] == expected
    assert [text[13:21] for text in texts if text[13:21] in ran.out] == []


def test_a_revoked_key_is_gone_and_listed(run: Run, tmp_path: Path) -> None:
    """It opens nothing any more; the list says since when; revoking it again says the same."""
    text = created(run, "--name", "crm", "--scope", "read")
    key = found(tmp_path / "imgurl-data", text)
    assert key is not None
    today = time.strftime("%Y-%m-%d", time.gmtime())
    for _ in range(2):
        ran = run("keys", "api", "revoke", key.id)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.endswith(f"revoked {today}\n")
    assert found(tmp_path / "imgurl-data", text) is None
    assert run("keys", "api", "list").out == ran.out


def test_two_keys_of_one_name_work_at_a_time(run: Run) -> None:
    """The third is wrong use: exit code 2, nothing on standard output, and what to do."""
    for _ in range(2):
        created(run, "--name", "crm", "--scope", "read")
    ran = run("keys", "api", "create", "--name", "crm", "--scope", "read")
    assert (ran.code, ran.out) == (2, "")
    assert "'crm' already has 2 active keys" in ran.said
    assert "revoke one" in ran.said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "Missing option '--scope'"),
        (("--scope", "write"), "is not one of 'read', 'render', 'batch', 'campaigns', 'edit', 'admin'"),
        (("--scope", "read", "--name", "My CRM"), "a key's name has 1 to 64 lowercase letters"),
        (("--scope", "read", "--design", "../x"), "'../x' is not a design id"),
        (("--scope", "read", "--expires", "soon"), "'soon' is not a lifetime; write for example 30d"),
        (("--scope", "read", "--expires", "2020-01-01"), "must be in the future"),
    ],
)
def test_wrong_use_is_reported(run: Run, options: tuple[str, ...], words: str) -> None:
    """Exit code 2 and a sentence; no key is made."""
    ran = run("keys", "api", "create", *options)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert run("keys", "api", "list") == Ran(0, "", "")


@pytest.mark.parametrize(
    ("key_id", "words"),
    [("0123456789ab", "there is no key '0123456789ab'"), ("imk_live_AAECAwQFBgcICQoLDA0", "that is not a key id")],
)
def test_an_unknown_id_is_wrong_use(run: Run, key_id: str, words: str) -> None:
    """Exit code 2; what may be a secret is not repeated."""
    ran = run("keys", "api", "revoke", key_id)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.said
    assert "imk_live" not in ran.err


def test_keys_lie_in_the_data_folder(run: Run, tmp_path: Path) -> None:
    """The file is for its owner alone; --data names another folder."""
    created(run, "--scope", "read", "--data", str(tmp_path / "other"))
    file = tmp_path / "other" / "access.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not (tmp_path / "imgurl-data").exists()


def test_keys_may_lie_in_postgres(run: Run, monkeypatch: pytest.MonkeyPatch, postgres_url: str, tmp_path: Path) -> None:
    """With IMGURL_DATABASE_URL, shared by all machines; no file is made."""
    monkeypatch.setenv("IMGURL_DATABASE_URL", postgres_url)
    text = created(run, "--scope", "read")
    assert load_settings().database_url is not None
    assert found(tmp_path, text, postgres_url) is not None
    assert not (tmp_path / "imgurl-data").exists()


def test_a_database_that_is_away_is_a_failure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1 and one sentence without the password."""
    monkeypatch.setenv("IMGURL_DATABASE_URL", "postgresql://user:verysecret@127.0.0.1:1/keys")
    ran = run("keys", "api", "list")
    assert (ran.code, ran.out) == (1, "")
    assert "the database can't be used" in ran.said
    assert "verysecret" not in ran.err
