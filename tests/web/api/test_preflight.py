"""``POST /v1/preflight``: what a list will look like, over HTTP."""

import asyncio
import base64
import json
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from imgurl.access.keys import Scope
from imgurl.config import shipped
from imgurl.preflight.order import PreflightOrder
from imgurl.preflight.run import ROWS_EACH, order_for
from imgurl.text.fonts import FontCatalogue
from imgurl.web.api.preflight import MAX_LISTS
from tests.preflight.lists import HEADER, reported, some_rows, written
from tests.preflight.lists import shipped as shipped_design
from tests.web.api.client import Api, ApiAnswer

DESIGN = "newsletter-hero-april"
PATH = f"/v1/preflight?design_id={DESIGN}"
CSV = [("Content-Type", "text/csv")]
LIST = b"first_name\nZo\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, fonts: FontCatalogue) -> Iterator[Api]:
    """An API that serves the shipped designs."""
    opened = Api(tmp_path_factory.mktemp("preflight"), fonts, designs=shipped("designs"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def key(house: Api) -> str:
    """A key that may run batches of one design."""
    return house.key(Scope.BATCH, designs=[DESIGN])


def test_it_says_what_the_command_says(house: Api, key: str, tmp_path: Path, fonts: FontCatalogue) -> None:
    """The same figures, names and pictures, though other processes made them."""
    source = written(tmp_path / "list", some_rows(2_000))
    expected = reported(shipped_design(DESIGN, fonts), source).as_json()
    answer = house.call("POST", PATH, key, body=source.read_bytes(), headers=CSV)
    assert answer.status == 200
    told = answer.json()
    varying = {"seconds": 0, "rows_per_second": 0}
    assert told.pop("failed") == []
    assert told | varying == json.loads(json.dumps(expected)) | varying
    assert base64.b64decode(told["worst"][0]["picture"]["webp"])[8:12] == b"WEBP"


def test_options_are_those_of_a_batch(house: Api, key: str) -> None:
    """Columns, fallbacks, criteria; without pictures the answer is small."""
    body = b"n,town\nAva,Oslo\n,Bergen\nTest,\n"
    query = "&map.first_name=n&map.city=town&fallback.first_name=you&pictures=false&name=a.csv"
    query += "&fail_on=fallback>50%25,overflow"
    told = house.call("POST", PATH + query, key, body=body, headers=CSV).json()
    assert (told["rows"], told["list"], told["failed"]) == (3, "a.csv", ["fallback>50%"])
    assert [one["picture"] for one in told["worst"]] == [None] * len(told["worst"])


@pytest.mark.parametrize(
    ("query", "body", "status", "said"),
    [
        ("", b"", 400, "empty"),
        ("", b"first_name\n", 400, "no rows"),
        ("&map.first_name=none", b"first_name\nAva\n", 400, "none"),
        ("&fail_on=nonsense", b"first_name\nAva\n", 400, "nonsense"),
        ("&dpr=3", b"first_name\n" + b"A\n" * 250_002, 413, "250,000"),
    ],
)
def test_what_is_wrong_is_said(
    house: Api,
    key: str,
    query: str,
    body: bytes,
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a sentence; and no list stays behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    answer = house.call("POST", PATH + query, key, body=body, headers=CSV)
    assert (answer.status, said in answer.body.decode()) == (status, True)
    assert [*tmp_path.iterdir()] == []


def test_a_list_that_comes_slowly_holds_up_nobody(house: Api, key: str) -> None:
    """Another one is judged while it arrives."""
    begun, judged = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"first_name\n"
        begun.set()
        await judged.wait()
        yield b"Ava\nBo\n"

    async def meanwhile() -> ApiAnswer:
        await begun.wait()
        answer = await house.ask("POST", PATH, key, body=LIST, headers=CSV)
        judged.set()
        return answer

    answers = house.all_of(house.ask("POST", PATH, key, body=slow(), headers=CSV), meanwhile())
    assert [(answer.status, answer.json().get("rows")) for answer in answers] == [(200, 2), (200, 1)]


def test_more_lists_are_to_be_sent_again(house: Api, key: str) -> None:
    """Who comes when many are arriving is told so, and when to come again."""
    all_arrive, refused = asyncio.Barrier(MAX_LISTS + 1), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        await all_arrive.wait()
        await refused.wait()
        yield b""

    async def one_more() -> ApiAnswer:
        await all_arrive.wait()
        answer = await house.ask("POST", PATH, key, body=LIST, headers=CSV)
        refused.set()
        return answer

    many = (house.ask("POST", PATH, key, body=slow(), headers=CSV) for _ in range(MAX_LISTS))
    answer, *others = house.all_of(one_more(), *many)
    assert (answer.status, dict(answer.headers)["retry-after"]) == (429, "5")
    assert answer.json()["detail"] == f"{MAX_LISTS} lists are arriving already; try again in a moment"
    assert {other.status for other in others} == {400}


def test_a_list_is_not_judged_for_nobody(house: Api, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is judged the next is to come again; when its client has left, it ends, and the next is judged."""
    begun, leaves = threading.Event(), asyncio.Event()

    def order_noted(*arguments: Any) -> PreflightOrder:
        begun.set()
        return order_for(*arguments)

    async def too_soon() -> ApiAnswer:
        await asyncio.to_thread(begun.wait, 30)
        answer = await house.ask("POST", PATH, key, body=LIST, headers=CSV)
        leaves.set()
        return answer

    monkeypatch.setattr("imgurl.web.api.preflight.order_for", order_noted)
    # Judged in one piece, which takes seconds.
    long = "first_name\n" + "".join(f"Ava {number}\n" for number in range(ROWS_EACH))
    first = house.ask("POST", PATH, key, body=long.encode(), headers=CSV, leaves=leaves)
    left, second = house.all_of(first, too_soon())
    third = house.call("POST", PATH, key, body=LIST, headers=CSV)
    assert [answer.status for answer in (left, second, third)] == [400, 429, 200]
    assert second.json()["detail"] == "another list is being judged; try again in a moment"


def test_only_for_its_designs_and_scope(house: Api, key: str) -> None:
    """Another design, another scope, JSON."""
    other = house.call("POST", "/v1/preflight?design_id=cert-2025", key, body=b"full_name\nAva\n", headers=CSV)
    reader = house.call("POST", PATH, house.key(Scope.READ), body=b"first_name\nAva\n", headers=CSV)
    assert (other.status, reader.status) == (403, 403)
    assert house.call("POST", PATH, key, json={"rows": []}).status == 415


def test_values_are_in_no_log(
    house: Api, key: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither those of rows nor those that a sentence could repeat."""
    body = (",".join(HEADER) + "\nu@example.com,Qwertzuiopsecret,Secretville,Offer\n").encode()
    assert house.call("POST", PATH, key, body=body, headers=CSV).status == 200
    captured = capsys.readouterr()
    assert "ecret" not in caplog.text + captured.out + captured.err
