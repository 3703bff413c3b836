"""Facts of imgurl.config: settings, read once from the environment."""

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from imgurl.config import (
    PACKAGE,
    PREFIX,
    Settings,
    describe,
    hand_to_workers,
    load_settings,
    shipped,
    variable,
    variable_of,
)
from imgurl.errors import SettingsError

SECRET = "k1:sign:c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"


def test_without_an_environment_there_are_defaults() -> None:
    """A server for one's own machine, with the shipped designs and fonts."""
    settings = load_settings()
    assert (settings.host, settings.port, settings.workers, settings.signing_keys) == ("127.0.0.1", 8000, 1, None)
    assert (settings.designs, settings.fonts) == (shipped("designs"), shipped("fonts"))
    assert (settings.max_age, settings.http, settings.log_level) == (86_400, "httptools", "info")


def test_the_shipped_folders_are_there() -> None:
    """In a checkout they are alongside the package."""
    assert (shipped("designs"), shipped("fonts")) == (PACKAGE.parent / "designs", PACKAGE.parent / "fonts")
    assert (shipped("fonts") / "fonts.json").is_file()


def test_a_variable_sets_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """IMGURL_ and the name in capitals."""
    monkeypatch.setenv("IMGURL_PORT", "9000")
    monkeypatch.setenv("IMGURL_DESIGNS", "/srv/designs")
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", SECRET)
    monkeypatch.setenv("IMGURL_NO_SUCH_SETTING", "x")
    settings = load_settings()
    assert (settings.port, settings.designs) == (9000, Path("/srv/designs"))
    assert settings.signing_keys is not None
    assert settings.signing_keys.value == SECRET


def test_a_former_name_is_read_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a process, and without the secret; the new name wins where both are set."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", "to be put back")
    monkeypatch.delenv("IMGURL_SIGNING_KEYS")
    monkeypatch.setenv("IMGURL_KEYS", SECRET)
    sentence = "^IMGURL_KEYS is now called IMGURL_SIGNING_KEYS; the next version reads the new name only$"
    with pytest.warns(FutureWarning, match=sentence):
        first = load_settings()
    assert first.signing_keys is not None
    assert first.signing_keys.value == SECRET
    assert load_settings() == first
    monkeypatch.setenv("IMGURL_KEYS", "k1:sign:other")
    assert load_settings() == first


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """But None gives nothing: an option of the command line that was left out."""
    monkeypatch.setenv("IMGURL_PORT", "9000")
    assert [load_settings(port=9001).port, load_settings(port=None).port] == [9001, 9000]


def test_an_empty_key_list_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for no setting: the server must not fall back on another key (threat 11)."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", "")
    keys = load_settings().signing_keys
    assert keys is not None
    assert keys.value == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", ""),
        ("WORKERS", "0"),
        ("WORKERS", "257"),
        ("MAX_AGE", "-1"),
        ("MAX_AGE", "31536001"),
        ("MEMORY_CACHE_MB", "-1"),
        ("DISK_CACHE_MB", "lots"),
        ("RENDER_DEADLINE", "0"),
        ("RENDER_DEADLINE", "61"),
        ("RENDER_DEADLINE", "nan"),
        ("RENDER_QUEUE", "0"),
        ("RELOAD_SECONDS", "0"),
        ("MAX_CONNECTIONS", "0"),
        ("HEADER_SECONDS", "0"),
        ("BODY_SECONDS", "nan"),
        ("IDLE_SECONDS", "0"),
        ("UNREADY_SECONDS", "-1"),
        ("DRAIN_SECONDS", "-1"),
        ("HTTP", "h2"),
        ("LOG_LEVEL", "INFO"),
    ],
)
def test_a_wrong_setting_is_reported_by_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Before anything starts."""
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError, match=f"a setting is wrong: {PREFIX}{name}: "):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "http", "must be a whole number from 0 to 65535"),
        ("RENDER_QUEUE", "0", "must be a whole number of 1 or more"),
        ("RENDER_DEADLINE", "0", "must be a number of seconds, more than 0, at most 60"),
        ("RELOAD_SECONDS", "nan", "must be a number of seconds, more than 0"),
        ("UNREADY_SECONDS", "-1", "must be a number of seconds, 0 or more, at most 600"),
        ("API_RATE", "600", "must be a number per second, minute or hour, like 600/minute"),
        ("LOG_LEVEL", "INFO", "must be debug, info, warning or error"),
    ],
)
def test_a_wrong_setting_says_what_is_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    """And does not repeat what was given: it could be a secret in the wrong place."""
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == f"a setting is wrong: {PREFIX}{name}: {sentence}"


def test_all_wrong_settings_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one after another."""
    monkeypatch.setenv("IMGURL_PORT", "x")
    monkeypatch.setenv("IMGURL_HTTP", "x")
    monkeypatch.setenv("IMGURL_WORKERS", "x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [name in str(caught.value) for name in ("IMGURL_PORT", "IMGURL_HTTP", "IMGURL_WORKERS")] == [True] * 3


def test_keys_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the settings nor by an error about another one (threat 22)."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", SECRET)
    settings = load_settings()
    monkeypatch.setenv("IMGURL_PORT", "x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    shown = f"{settings!r} {settings} {settings.signing_keys} {caught.value!r} {caught.value.__cause__}"
    assert SECRET[8:20] not in shown
    assert "keys" in shown


def test_settings_do_not_change() -> None:
    """They are read once."""
    settings = load_settings()
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]
    assert settings.port == 8000


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 80}, "http://127.0.0.1:80"),
        ({"host": "::"}, "http://127.0.0.1:8000"),
        ({"host": "10.0.0.1"}, "http://10.0.0.1:8000"),
        ({"base_url": "https://img.example.com/"}, "https://img.example.com"),
        ({"host": "::1", "port": 8811}, "http://[::1]:8811"),
        ({"host": "::", "port": 80}, "http://127.0.0.1:80"),
        ({"base_url": "https://example.com/mail//"}, "https://example.com/mail"),
    ],
)
def test_links_begin_with_a_base_without_a_slash(given: dict[str, Any], base: str) -> None:
    """The one that was set, else the address of this server."""
    assert base == load_settings(**given).links_begin_with


def test_workers_get_the_settings_through_the_environment(tmp_path: Path) -> None:
    """A process that is started afresh reads back the very same, its paths made absolute."""
    source = (
        "import subprocess, sys, os; from imgurl.config import *; "
        f"settings = load_settings(port=9001, signing_keys={SECRET!r}, data='some-data', max_age=5); "
        "hand_to_workers(settings, IMGURL_EXTRA='7'); "
        "os.chdir('/'); "
        "child = 'import json; from imgurl.config import *; s = load_settings(); "
        "keys = s.signing_keys.value; "
        'print(json.dumps([s.port, keys, str(s.data), s.max_age, variable("IMGURL_EXTRA")]))\'; '
        "subprocess.run([sys.executable, '-c', child], check=True)"
    )
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert json.loads(ran.stdout) == [9001, SECRET, str(tmp_path / "some-data"), 5, "7"]


def test_handing_over_sets_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """But those that are not set at all."""
    settings = load_settings(data=Path("/srv/imgurl"), workers=3)
    for setting in fields(Settings):
        monkeypatch.setenv(variable_of(setting.name), "to be put back")
        monkeypatch.delenv(variable_of(setting.name))
    hand_to_workers(settings)
    assert variable("IMGURL_SIGNING_KEYS") is None
    assert load_settings() == settings


def test_another_variable_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here and nowhere else the environment is touched."""
    monkeypatch.setenv("IMGURL_TEST_VARIABLE", "x")
    assert (variable("IMGURL_TEST_VARIABLE"), variable("IMGURL_NO_SUCH_VARIABLE")) == ("x", None)


def test_nothing_else_touches_the_environment() -> None:
    """No other module of the package names it."""
    touching = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if any(word in path.read_text() for word in ("os.environ", "os.getenv", "getenv("))
    ]
    assert sorted(touching) == ["config.py", "zygote.py"]


def test_every_setting_is_described() -> None:
    """With its default, where that says something."""
    lines = describe()
    assert [variable_of(setting.name) for setting in fields(Settings)] == list(lines)
    assert lines["IMGURL_PORT"] == "port to listen on [8000]"
    assert "[" not in lines["IMGURL_SIGNING_KEYS"]
    assert [name for name, line in lines.items() if len(line) < 10] == []
