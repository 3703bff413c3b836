"""Rate limits: in memory, and in a real Redis that goes away and comes back."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from imgurl.errors import SettingsError
from imgurl.text.fonts import FontCatalogue
from imgurl.web.api.rates import Rates
from tests.servers.redis import Redis, run_redis
from tests.web.api.client import Api


@asynccontextmanager
async def closing(*opened: Rates) -> AsyncIterator[None]:
    """Close rates at the end: their connections belong to one event loop."""
    try:
        yield
    finally:
        for rates in opened:
            await rates.close()


def test_a_key_has_its_requests_and_no_more(tmp_path: Path, fonts: FontCatalogue) -> None:
    """The headers count down; then 429 with Retry-After. Another key has its own."""
    api = Api(tmp_path, fonts, rate="3/minute")
    key, other = api.key(), api.key()
    answers = [api.call("GET", "/v1/designs", key) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert {answer["ratelimit-policy"] for answer in answers} == {'"default";q=3;w=60'}
    told = [re.fullmatch(r'"default";r=(\d+);t=(\d+)', answer["ratelimit"]) for answer in answers]
    assert [match and match[1] for match in told] == ["2", "1", "0", "0"]
    assert all(match and 1 <= int(match[2]) <= 60 for match in told)
    refused = answers[-1]
    assert (refused.json()["type"], refused["content-type"]) == ("/docs#too-many", "application/problem+json")
    assert 1 <= int(refused["retry-after"]) <= 60
    assert [answer["retry-after"] for answer in answers[:3]] == [""] * 3
    assert api.call("GET", "/v1/designs", other).status == 200
    api.close()


def test_a_request_that_is_refused_counts_too(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Mistakes cost as much as good requests; a request without a good key counts for nobody."""
    api = Api(tmp_path, fonts, rate="3/minute")
    key = api.key()
    for _ in range(5):
        api.call("GET", "/v1/designs")
    assert api.call("POST", "/v1/generate", key, json={}).status == 400
    assert api.call("GET", "/v1/designs/none", key).status == 404
    assert api.call("GET", "/v1/designs", key)["ratelimit"].startswith('"default";r=0;')
    assert api.call("POST", "/v1/generate", key, json={}).status == 429
    api.close()


def test_the_documents_are_not_limited(tmp_path: Path, fonts: FontCatalogue) -> None:
    """They are public and made once."""
    api = Api(tmp_path, fonts, rate="1/hour")
    assert [api.call("GET", path).status for path in ("/docs", "/openapi.json") * 3] == [200] * 6
    api.close()


def test_the_window_begins_again() -> None:
    """After its seconds all requests are there again."""

    async def main() -> list[bool]:
        rates = Rates("2/second", None)
        allowed = [(await rates.hit("k")).allowed for _ in range(3)]
        await asyncio.sleep(1.05)
        return [*allowed, (await rates.hit("k")).allowed]

    assert asyncio.run(main()) == [True, True, False, True]


def test_two_processes_count_together_in_redis(redis_url: str) -> None:
    """What one let in, the other counts; the window is the same for both."""

    async def main() -> list[tuple[bool, int]]:
        here, there = Rates("3/minute", redis_url), Rates("3/minute", redis_url)
        async with closing(here, there):
            return await counted(here, there)

    async def counted(here: Rates, there: Rates) -> list[tuple[bool, int]]:
        told = [await rates.hit("k") for rates in (here, there, here, there, here)]
        assert {(one.quota, one.window) for one in told} == {(3, 60)}
        assert all(1 <= one.reset <= 60 for one in told)
        assert (await here.hit("other")).remaining == 2
        return [(one.allowed, one.remaining) for one in told]

    assert asyncio.run(main()) == [(True, 2), (True, 1), (True, 0), (False, 0), (False, 0)]


def test_fifty_at_once_get_no_more_than_there_are(redis_url: str) -> None:
    """Of fifty requests at the same time over two processes, as many are let in as the limit says."""

    async def main() -> int:
        both = [Rates("20/minute", redis_url), Rates("20/minute", redis_url)]
        async with closing(*both):
            told = await asyncio.gather(*(both[number % 2].hit("k") for number in range(50)))
        return sum(one.allowed for one in told)

    assert asyncio.run(main()) == 20


def test_without_redis_each_process_counts_for_itself() -> None:
    """A Redis that dies costs nobody a request: limits are counted here until it is back, then there again."""
    with run_redis() as redis:

        async def main() -> list[bool]:
            rates = Rates("2/minute", redis.url)
            async with closing(rates):
                first = [(await rates.hit("k")).allowed for _ in range(3)]
                redis.kill()
                alone = [(await rates.hit("k")).allowed for _ in range(3)]
                redis.start()
                back = (await rates.hit("k")).allowed
            return [*first, *alone, back]

        assert asyncio.run(main()) == [True, True, False, True, True, False, True]


def test_a_redis_that_hangs_is_not_waited_for(redis_server: Redis) -> None:
    """After a few tries it is left alone for a while: the requests of that time do not even ask."""

    async def main() -> list[bool]:
        rates = Rates("1000/minute", redis_server.url)
        os.kill(redis_server.pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(20):
                return [(await rates.hit("k")).allowed for _ in range(200)]
        finally:
            os.kill(redis_server.pid, signal.SIGCONT)
            await rates.close()

    assert asyncio.run(main()) == [True] * 200


@pytest.mark.parametrize("url", ["http://:verysecret@redis/0", "verysecret", ""])
def test_another_url_is_a_wrong_setting(url: str) -> None:
    """The message repeats nothing of it; without one memory is taken."""
    if not url:
        assert asyncio.run(Rates("1/hour", url).hit("k")).allowed
        return
    with pytest.raises(SettingsError, match="must begin with redis://") as raised:
        Rates("1/hour", url)
    assert "verysecret" not in str(raised.value)
