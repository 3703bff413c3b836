"""Databases, stores, disks and settings: in order, missing, away, of another version."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from imgurl.access.database import SCHEMA, open_database
from imgurl.config import Secret, Settings
from imgurl.doctor.findings import Finding, Verdict
from imgurl.doctor.machine import look_at_disk, look_at_limits, look_at_settings
from imgurl.doctor.services import look_at_databases, look_at_redis, look_at_store

PUBLIC = "https://img.example.com"


def verdicts(found: Iterable[Finding]) -> dict[str, Verdict]:
    """Return the verdict of each check."""
    return {one.check: one.verdict for one in found}


def test_databases_in_order_missing_damaged_and_too_new(tmp_path: Path) -> None:
    """Of each its own sentence; a file that is missing is not made."""
    settings = Settings(data=tmp_path)
    assert set(verdicts(look_at_databases(settings)).values()) == {Verdict.SKIPPED}
    assert list(tmp_path.iterdir()) == []
    open_database(tmp_path, None).dispose()
    (tmp_path / "campaigns.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    found = verdicts(look_at_databases(settings))
    assert found == {
        "database of API keys": Verdict.OK, "database of campaigns": Verdict.PROBLEM,
        "database of jobs": Verdict.SKIPPED,
    }  # fmt: skip
    with sqlite3.connect(tmp_path / "access.db") as database:
        database.execute(f"UPDATE {SCHEMA.version_table} SET version = 99")
    database.close()
    newer = next(one for one in look_at_databases(settings) if one.check == "database of API keys")
    assert (newer.verdict, "schema version 99" in newer.sentence) == (Verdict.PROBLEM, True)


def test_postgres_in_order(tmp_path: Path, postgres_url: str) -> None:
    """It answers, and its clock is that of this machine."""
    found = verdicts(look_at_databases(Settings(data=tmp_path, database_url=Secret(postgres_url))))
    assert (set(found.values()), "clock" in found) == ({Verdict.OK}, True)


def test_services_that_are_away_are_problems_without_a_password(tmp_path: Path) -> None:
    """Neither Postgres, Redis nor a store: named, and nothing of their addresses."""
    settings = Settings(
        data=tmp_path, database_url=Secret("postgresql://ann:hunter2@127.0.0.1:9/x"),
        redis_url=Secret("redis://:hunter2@127.0.0.1:9/0"), store_url="file:///dev/null/x",
    )  # fmt: skip
    found = [*look_at_databases(settings), look_at_redis(settings), look_at_store(settings)]
    assert {one.verdict for one in found} == {Verdict.PROBLEM}
    assert "hunter2" not in str(found)


def test_a_store_in_order_is_as_it_was(tmp_path: Path) -> None:
    """A file is written, read and deleted."""
    found = look_at_store(Settings(store_url=(tmp_path / "store").as_uri()))
    assert found.verdict is Verdict.OK
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


def test_a_folder_without_room_or_rights(tmp_path: Path) -> None:
    """More cache than the disk has; a folder that does not exist; one that is none."""
    assert verdicts(look_at_disk(Settings(data=tmp_path)))["data folder"] is Verdict.OK
    greedy = Settings(data=tmp_path, disk_cache_mb=10**12)
    assert verdicts(look_at_disk(greedy))["data folder"] is Verdict.WARNING
    assert verdicts(look_at_disk(Settings(data=tmp_path / "no")))["data folder"] is Verdict.WARNING
    (tmp_path / "file").touch()
    assert verdicts(look_at_disk(Settings(data=tmp_path / "file")))["data folder"] is Verdict.PROBLEM


def test_limits_that_do_not_fit_the_settings() -> None:
    """More connections than files, more caches than memory."""
    fine = look_at_limits(Settings(max_connections=1, memory_cache_mb=1, renderers=0), 2)
    assert set(verdicts(fine).values()) == {Verdict.OK}
    assert verdicts(look_at_limits(Settings(memory_cache_mb=10**9), 2))["memory"] is Verdict.WARNING


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        (Settings(base_url=PUBLIC), Verdict.OK),
        (Settings(cdn_base=PUBLIC, base_url="http://10.0.0.1"), Verdict.OK),
        (Settings(), Verdict.WARNING),
        (Settings(base_url="http://img.example.com"), Verdict.WARNING),
        (Settings(base_url="https://192.168.1.4"), Verdict.WARNING),
        (Settings(base_url="https://images"), Verdict.WARNING),
    ],
)
def test_what_links_begin_with(settings: Settings, verdict: Verdict) -> None:
    """A public address over https is what mail can open."""
    assert verdicts(look_at_settings(settings)) == {"settings": verdict}


def test_a_setting_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the one that was meant."""
    monkeypatch.setenv("IMGURL_BASEURL", PUBLIC)
    first, *_ = look_at_settings(replace(Settings(), base_url=PUBLIC))
    assert first.sentence.startswith("IMGURL_BASEURL is set, and there is no such setting: did you mean 'BASE_URL'")
