"""The servers of the tests: each starts, serves, and comes back after a crash."""

import psycopg
import pytest
import redis

from tests.servers.postgres import Postgres, run_postgres
from tests.servers.process import needed
from tests.servers.redis import run_redis


def test_each_test_has_an_empty_database(postgres_server: Postgres, postgres_url: str) -> None:
    """A table of one database is not in another, over TCP and over the socket."""
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT n FROM t").fetchall() == [(1,)]
    for other in (postgres_server.new_database(), postgres_server.socket_url()):
        with psycopg.connect(other) as connection, pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT n FROM t")


def test_a_killed_postgres_recovers() -> None:
    """What was committed before a crash is there after it, at the same address."""
    with run_postgres() as server:
        url = server.new_database()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE t AS SELECT 1 AS n")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT n FROM t").fetchall() == [(1,)]


def test_a_killed_redis_comes_back_empty() -> None:
    """Redis answers at the same address after a crash, and has forgotten everything."""
    with run_redis() as server:
        with redis.Redis.from_url(server.url) as client:
            client.set("a", "1")
            assert client.get("a") == b"1"
        server.kill()
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.get("a") is None


def test_a_missing_program_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a program a test is skipped with the package's name; with CI=true it fails."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt install the-package"):
        needed("no-such-program", "the-package")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"CI has no no-such-program"):
        needed("no-such-program", "the-package")
