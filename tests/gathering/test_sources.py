"""Live sources: JSON in, values out; slow, wrong, down and back."""

import asyncio
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest

from imgurl.gathering import keeping
from imgurl.gathering.fetching import TRIES
from imgurl.gathering.needs import Found, LiveSource, Missing
from imgurl.gathering.sources import MAX_BYTES, Headers, Sources
from tests.gathering.origin import HOSTS, as_json, fetcher, hang, url
from tests.servers.stub import Request, Stub, response, run_stub

PRODUCT = {"price": {"amount": 79.5}, "stock": 3, "is_new": True, "name": "Kettle", "tags": ["a"], "none": None}


def need(stub: Stub, paths: dict[str, str] | None = None, **more: Any) -> LiveSource:
    """Return a source of a stub, good for ten seconds."""
    rest: dict[str, Any] = {"ttl": 10, "max_stale": 100, "deadline": 0.5, "headers": ""} | more
    return LiveSource("shop", url(stub), HOSTS, tuple((paths or {"price": "$.price.amount"}).items()), **rest)


def gathered(*needs: LiveSource, headers: Headers = {}, wait: float = 5.0) -> list[Found | Missing]:  # noqa: B006
    """Gather sources one after the other."""

    async def work() -> list[Found | Missing]:
        sources = Sources(fetcher(total_seconds=1.0), headers)
        try:
            return [await sources.get(one, wait) for one in needs]
        finally:
            await sources.close()

    return asyncio.run(work())


def values(body: bytes, paths: dict[str, str] | None = None) -> Any:
    """Return the values in a document, or why there are none."""
    with run_stub(lambda request, stub: [body]) as stub:
        (found,) = gathered(need(stub, paths))
    return found.reason if isinstance(found, Missing) else dict(found.values)


def test_values_are_found_by_their_paths() -> None:
    """Texts, numbers as they are written, true and false; what is anything else is left out."""
    paths = {name: f"$.{name}" for name in ("stock", "is_new", "name", "tags", "none", "price", "lacking")}
    found = values(as_json(PRODUCT), paths | {"amount": "$.price.amount"})
    assert found == {"stock": Decimal(3), "is_new": True, "name": "Kettle", "amount": Decimal("79.5")}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (as_json([]), "it has none of the values"),
        (response("200 OK", b""), "it is not valid JSON"),
        (response("200 OK", b"<html>"), "it is not valid JSON"),
        (response("200 OK", b"[" * 100_000), "it is not valid JSON"),
        (response("200 OK", b'{"price": {"amount": NaN}}'), "it is not valid JSON"),
        (response("200 OK", b"\xff\xfe"), "it is not valid JSON"),
        (response("200 OK", b'{"price": {"amount": 1e99999}}'), "it has none of the values"),
        (response("200 OK", b'{"price": {"amount": ' + b"9" * 5000 + b"}}"), "it has none of the values"),
        (response("200 OK", b" " * (MAX_BYTES + 1)), "'localhost' sent more than 256,000 bytes"),
        (response("404 Not Found", b"{}"), "the host says that there is no such document"),
        (response("500 Oh", b'{"price": {"amount": 1}}'), "'localhost' answered with 500"),
    ],
    ids=["empty", "no-bytes", "html", "deep", "nan", "utf16", "exponent", "digits", "long", "gone", "failed"],
)
def test_what_is_wrong_is_told(body: bytes, reason: str) -> None:
    """And nothing of the document is in the sentence."""
    assert values(body) == reason


def test_headers_go_by_their_name() -> None:
    """Those of the operator's setting; without that the source is not asked at all."""
    with run_stub(lambda request, stub: [as_json(PRODUCT)]) as stub:
        headers = {"shop": {"Authorization": "Bearer secret"}}
        assert isinstance(gathered(need(stub, headers="shop"), headers=headers)[0], Found)
        (request,) = stub.requests
        assert request.headers["authorization"] == "Bearer secret"
        refused = gathered(need(stub, headers="other"), headers=headers)
        assert refused == [Missing("the operator has set no headers named 'other'")]
        assert len(stub.requests) == 1


def test_two_designs_may_look_for_other_values_at_one_url() -> None:
    """Each has its own, though the URL is the same."""
    with run_stub(lambda request, stub: [as_json(PRODUCT)]) as stub:
        first, second = gathered(need(stub), need(stub, {"price": "$.stock"}))
    assert [dict(found.values) for found in (first, second) if isinstance(found, Found)] == [
        {"price": Decimal("79.5")}, {"price": Decimal(3)},
    ]  # fmt: skip


def test_a_hang_is_waited_for_as_long_as_the_source_says_or_the_picture_has() -> None:
    """Whichever is less."""
    with run_stub(hang) as stub:
        assert gathered(need(stub, deadline=0.1)) == [Missing("it was not there within 0.1 seconds")]
        assert gathered(need(stub), wait=0.05) == [Missing("it was not there within 0.05 seconds")]


class Shop:
    """A source that is up, slow, wrong or down, as a test says."""

    def __init__(self) -> None:
        self.price = 79.5
        self.answer: Callable[[Request, Stub], Iterable[bytes]] = self.good

    def good(self, request: Request, stub: Stub) -> Iterable[bytes]:
        """Answer with the price."""
        return [as_json({"price": {"amount": self.price}})]

    def __call__(self, request: Request, stub: Stub) -> Iterable[bytes]:
        """Answer as it is."""
        return self.answer(request, stub)


@pytest.mark.parametrize(
    "trouble",
    [hang, lambda request, stub: [response("500 Oh")], lambda request, stub: [as_json({"price": "none"})],
     lambda request, stub: [b"\0"], lambda request, stub: [response("302 Found", b"", "Location: http://10.0.0.1/")]],
    ids=["slow", "down", "wrong", "broken", "elsewhere"],
)  # fmt: skip
def test_slow_wrong_or_down_and_back(trouble: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last good value, marked as out of date; once it is back, the new one, by one request for all who ask."""
    monkeypatch.setattr(keeping, "AGAIN_SECONDS", (0.2, 0.2))
    shop, now = Shop(), [1_800_000_000.0]

    async def opened(count: int, wait: float = 0.3) -> set[tuple[Any, bool] | str]:
        found = await asyncio.gather(*(sources.get(asked, wait) for _ in range(count)))
        return {one.reason if isinstance(one, Missing) else (one.values["price"], one.is_stale) for one in found}

    async def work() -> None:
        assert await opened(200, wait=10) == {(Decimal("79.5"), False)}
        shop.answer, now[0] = trouble, now[0] + 11
        for _ in range(5):
            assert await opened(200) == {(Decimal("79.5"), True)}
            await asyncio.sleep(0.02)
        assert len(stub.requests) <= 1 + TRIES
        await asyncio.sleep(1.1)  # the fetch that hangs ends
        shop.answer, shop.price = shop.good, 69.0
        assert await opened(200) == {(Decimal("79.5"), True)}
        async with asyncio.timeout(10):  # one request after the pause brings it, whenever this machine gets to it
            while await opened(1) != {(Decimal("69.0"), False)}:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)
        before = len(stub.requests)
        assert await opened(1_000) == {(Decimal("69.0"), False)}
        assert len(stub.requests) == before
        await sources.close()

    with run_stub(shop) as stub:
        asked = need(stub)
        sources = Sources(fetcher(total_seconds=1.0), {}, lambda: now[0])
        asyncio.run(work())
