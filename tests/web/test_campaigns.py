"""Campaigns on a running server: counts, stops and budgets, for hits and misses, through kills, without a database."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from imgurl.campaigns.control import FILE_NAME, day_of
from imgurl.campaigns.facts import Fact, Line, Via
from imgurl.campaigns.lazy import LazyLedger
from tests.pages import ROOT
from tests.pdf.readers import drawn_by_pdfium
from tests.servers.postgres import Postgres
from tests.web.brisk import SYNC_SECONDS
from tests.web.designs import DEFAULT, TINT_AT, write_design
from tests.web.server import KEYS, Answer, Server, parse_answer, running_server, signed

# A change is seen at the second look at the latest, whatever the first one was doing; and a machine may be busy.
SEEN_SECONDS = 2 * SYNC_SECONDS + 8

GMAIL = {"User-Agent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"}


def link(number: int = 0, campaign: str | None = "sale", behind: str = "", **pairs: str) -> str:
    """Return a link of a campaign; each number has another colour."""
    values = pairs or {"tint": f"#{number:02x}0000", "first_name": "Ava", "code": "B2"}
    return signed("card", {**values, **({"_c": campaign} if campaign else {})}, behind)


def ask_kept(server: Server, target: str, times: int) -> list[Answer]:
    """Ask several times on one connection that is kept: these are answered directly as soon as they may be."""
    answers = []
    with server.connect() as connection, connection.makefile("rb") as received:
        for _ in range(times):
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: img.example\r\n\r\n".encode())
            head = b"".join(iter(received.readline, b"\r\n")) + b"\r\n"
            length = int(parse_answer(head)["content-length"])
            answers.append(parse_answer(head + received.read(length)))
    return answers


def tint(answer: Answer) -> object:
    """Return the colour that tells which picture it is."""
    assert answer.status == 200
    return answer.picture().convert("RGB").getpixel(TINT_AT)


def is_default(answer: Answer) -> bool:
    """Say whether it is the design's default image, kept by nobody."""
    return tint(answer) == DEFAULT and answer["cache-control"] == "no-store"


def until(holds: Callable[[], bool], seconds: float = SEEN_SECONDS) -> bool:
    """Wait until something holds; return whether it came to that."""
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return held


def counted_in_log(server: Server) -> Counter[Line]:
    """Count from the log what the database should have: the second implementation."""
    counts: Counter[Line] = Counter()
    for text in server.log.splitlines():
        said = json.loads(text)
        if said.get("event") != "image" or "campaign" not in said or said.get("test"):
            continue
        facts: list[tuple[str, str]] = [("refused" if said["status"] == 404 else "served", "")]
        facts += [("rendered", "")] * (said.get("source") == "render")
        facts += [("fallback", name) for name in said.get("fallbacks", ())]
        facts += [(flag, "") for flag in said.get("flags", ())]
        outcome = said.get("outcome", "")
        facts += [(outcome, "")] * (outcome in {"default", "expired", "stopped", "over-budget"})
        for fact, field in facts:
            via = Via(said.get("via", "other"))
            counts[Line(said["campaign"], said["timestamp"][:10], said["design"], via, Fact(fact), field)] += 1
    return counts


class Books:
    """What another process finds in the database of a server's campaigns."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self._lazy = LazyLedger(folder / "imgurl-data", database_url)

    def counts(self, *campaigns: str) -> Mapping[Line, int]:
        """Return all counts of some campaigns."""
        ledger = self._lazy.opened()
        return {line: n for name in campaigns for line, n in ledger.counts(name, "2000-01-01", "9999-12-31").items()}

    def served(self, campaign: str = "sale") -> int:
        """Return how many requests were answered."""
        return sum(count for line, count in self.counts(campaign).items() if line.fact is Fact.SERVED)

    def change(self, campaign: str, **values: int | None) -> None:
        """Change the limits of a campaign, as the command and the API do."""
        self._lazy.opened().change(campaign, values)

    def close(self) -> None:
        """Close the connections."""
        self._lazy.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """What IMGURL_DATABASE_URL says: nothing, or an empty database on a real server."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def settings(database_url: str | None = None, **more: str) -> dict[str, Any]:
    """Return the settings of these servers."""
    url = {"database_url": database_url} if database_url else {}
    return {
        "signing_keys": KEYS,
        "designs": "designs",
        # A thread takes the same orders, and is there sooner.
        "renderers": "0",
        "render_deadline": "60",
        "module": "tests.web.brisk",
        "python_path": ROOT,
        **url,
        **more,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one design."""
    write_design(tmp_path / "designs")
    return tmp_path


def test_the_counts_are_those_of_the_log(folder: Path, database_url: str | None) -> None:
    """Every kind of link, from readers and proxies, answered directly or not: line by line what the log says."""
    opened: dict[str, Any] = {"_o": "first_name", "tint": "#0a0000", "code": "B2"}
    gone = signed("gone", {"_c": "sale"})
    links = [
        link(1), link(1, "spring"), link(2, None), gone, link(3).replace("tint", "tinf"), link(4, tint="nonsense"),
        link(**opened, behind="&first_name=Zo%EB&_z=1"), link(**opened, behind="&first_name=Ann"),
        link(**opened, behind="&first_name=*%7CFNAME%7C*&_z=1"), link(**opened, behind="&first_name=&_z=1"),
        link(5).replace("/i/card", "/i/ca%20rd"), link(**{**opened, "_x": "1700000000"}),
    ]  # fmt: skip
    with running_server(folder, **settings(database_url, renderers="1")) as server:
        for target in [*links, *links, *links]:
            server.ask(target)
            server.ask(target, headers=GMAIL)
            server.ask(target, headers={"User-Agent": "Mozilla/5.0"})
        etag = server.ask(links[0])["etag"]
        assert server.ask(links[0], headers={"If-None-Match": etag}).status == 304
        # Kept connections are answered directly.
        assert [tint(answer) for answer in ask_kept(server, links[0], 5)] == [(1, 0, 0)] * 5
        server.stop()
        books, said = Books(folder, database_url), counted_in_log(server)
        assert books.counts("sale", "spring") == said
        books.close()
    facts = {line.fact for line in said}
    assert facts == set(Fact) - {Fact.STOPPED, Fact.OVER_BUDGET, Fact.DEFAULT}
    assert {line.via for line in said} == {Via.OTHER, Via.GMAIL, Via.APPLE}
    assert said[Line("sale", day_of(time.time()), "card", Via.GMAIL, Fact.UNRESOLVED, "")] == 3


def test_a_stop_is_for_all_workers_and_for_hits(folder: Path, database_url: str | None) -> None:
    """Within seconds, also for what is answered directly from memory; other campaigns go on, and so does it later."""
    with running_server(folder, "--workers", "2", **settings(database_url)) as server:
        # Often enough that each process has it in memory.
        assert {tint(server.ask(link(7))) for _ in range(40)} == {(7, 0, 0)}
        etag = server.ask(link(7))["etag"]
        books = Books(folder, database_url)
        assert until(lambda: books.served() == 41)
        books.change("sale", stopped=1)

        def asked() -> list[Answer]:
            kept = [answer for _ in range(8) for answer in ask_kept(server, link(7), 2)]
            return [server.ask(link(7)) for _ in range(10)] + [server.ask(link(8))] + kept

        assert until(lambda: all(map(is_default, asked())))
        assert {answer["x-imgurl-outcome"] for answer in asked()} == {"stopped"}
        assert server.ask(link(7), headers={"If-None-Match": etag}).status == 200
        assert [tint(server.ask(link(7, name))) for name in ("other", None)] == [(7, 0, 0)] * 2
        assert 'imgurl_requests_total{outcome="stopped",status="200"}' in server.figures()
        books.change("sale", stopped=None)
        assert until(lambda: not any(map(is_default, asked())))
        books.close()


def test_a_budget_of_ten(folder: Path, database_url: str | None) -> None:
    """The eleventh picture is the default image; the ten are shown as before, and one more is drawn when it may be."""
    books = Books(folder, database_url)
    books.change("sale", total=10, per_hour=11)
    with running_server(folder, **settings(database_url, renderers="1")) as server:
        first = [server.ask(link(number)) for number in range(10) for _ in range(2)]
        assert not any(map(is_default, first))
        more = [server.ask(link(number)) for number in (10, 11, 10)]
        assert all(map(is_default, more))
        assert {answer["x-imgurl-outcome"] for answer in more} == {"over-budget"}
        assert [tint(server.ask(link(number))) for number in range(10)] == [(number, 0, 0) for number in range(10)]
        assert tint(server.ask(link(20, "other"))) == (20, 0, 0)
        books.change("sale", total=None)
        assert until(lambda: not is_default(server.ask(link(10))))
        assert is_default(server.ask(link(11)))
    books.close()


def test_pages_are_stopped_and_limited_too(folder: Path) -> None:
    """A PDF of a stopped campaign, or of one without renders, is a page with the design's default picture."""
    books = Books(folder)
    books.change("sale", stopped=1)
    books.change("none", total=0)
    values = {"tint": "#070000", "first_name": "Ava", "code": "B2"}
    with running_server(folder, **settings()) as server:
        stopped, over, shown = (
            server.ask(signed("card", {**values, "_c": name}, ext="pdf")) for name in ("sale", "none", "other")
        )
        assert [answer["x-imgurl-outcome"] for answer in (stopped, over, shown)] == ["stopped", "over-budget", "ok"]
        assert {answer["content-type"] for answer in (stopped, over, shown)} == {"application/pdf"}
        assert [answer["cache-control"] for answer in (stopped, over)] == ["no-store"] * 2
        pixels = [drawn_by_pdfium(answer.body).tolist() for answer in (stopped, over, shown)]
        assert pixels[0] == pixels[1] != pixels[2]
        told = {("sale", Fact.STOPPED), ("none", Fact.OVER_BUDGET), ("other", Fact.RENDERED)}
        assert until(lambda: told <= {(line.campaign, line.fact) for line in books.counts("sale", "none", "other")})
    books.close()


def test_a_kill_loses_the_last_seconds_at_most(folder: Path, database_url: str | None) -> None:
    """What was answered longer ago is in the database after kill -9 of all processes, and nothing is there twice."""
    with running_server(folder, **settings(database_url)) as server:
        books = Books(folder, database_url)
        server.ask(link(1))
        # The first one opens the database, which takes a moment of its own.
        assert until(lambda: books.served() == 1, 20)
        for _ in range(19):
            server.ask(link(1))
        assert until(lambda: books.served() == 20, SYNC_SECONDS + 1)
        for _ in range(5):
            server.ask(link(1))
        processes = [server.process.pid, *(child.pid for child in psutil.Process(server.process.pid).children(True))]
        for pid in processes:
            os.kill(pid, signal.SIGKILL)
        server.process.wait(30)
    assert 20 <= books.served() <= 25
    with running_server(folder, **settings(database_url)) as server:
        server.ask(link(1))
        server.stop()
    assert 21 <= books.served() <= 26
    books.close()


def test_images_go_on_without_the_database(folder: Path, postgres_server: Postgres) -> None:
    """With the stops that were known; what is counted meanwhile arrives when it is back."""
    url = postgres_server.new_database()
    books = Books(folder, url)
    books.change("old", stopped=1)
    with running_server(folder, **settings(url)) as server:
        assert is_default(server.ask(link(1, "old")))
        assert tint(server.ask(link(1))) == (1, 0, 0)
        assert until(lambda: books.served() == 1)
        books.close()
        postgres_server.stop()
        try:
            end = time.monotonic() + SYNC_SECONDS + 1
            asked = 0
            while time.monotonic() < end:
                assert tint(server.ask(link(asked % 50))) == (asked % 50, 0, 0)
                assert is_default(server.ask(link(1, "old")))
                asked += 1
        finally:
            postgres_server.start()
        assert until(lambda: books.served() == 1 + asked, 30)
        assert "the last known limits hold" in server.log
        assert until(lambda: "the database is back" in server.log)
    books.close()


def test_nothing_is_opened_before_the_first_campaign(folder: Path) -> None:
    """Links without one leave no database, and the process loads no library for it; the first with one does."""
    with running_server(folder, **settings()) as server:
        assert tint(server.ask(link(1, None))) == (1, 0, 0)
        time.sleep(SYNC_SECONDS + 1)
        files = folder / "imgurl-data" / FILE_NAME

        def has_library() -> bool:
            return "sqlalchemy" in Path(f"/proc/{server.process.pid}/maps").read_text()

        assert (files.exists(), has_library()) == (False, False)
        server.ask(link(1))
        assert until(files.exists)
        assert until(has_library)
