"""The API that is built when its stores answer."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from imgurl.errors import DatabaseDown, SettingsError, StorageError
from imgurl.web.api.lazy import Api, LazyApi
from imgurl.web.api.problems import RETRY_SECONDS
from tests.access.conftest import Clock
from tests.web.asgi import ask


class Builder:
    """Builds an API with one route, once its trouble is over; notes how often it was asked and what was closed."""

    def __init__(self, trouble: Exception | None) -> None:
        self.trouble = trouble
        self.calls = 0
        self.closed = 0

    def __call__(self) -> Api:
        """Build, or raise."""
        self.calls += 1
        if self.trouble is not None:
            raise self.trouble
        return Api([Route("/v1/x", self._answer)], self._close)

    async def _answer(self, _: Request) -> Response:
        return Response("here")

    async def _close(self) -> None:
        self.closed += 1


def test_it_is_built_once() -> None:
    """By the constructor; each request goes to the same routes, and closing closes what was built."""
    builder = Builder(None)

    async def main() -> list[int]:
        api = LazyApi(builder)
        statuses = [(await ask(api, path)).status for path in ("/v1/x", "/v1/x", "/v1/y")]
        await api.close()
        return statuses

    assert asyncio.run(main()) == [200, 200, 404]
    assert (builder.calls, builder.closed) == (1, 1)


def test_it_can_wait_for_the_first_request() -> None:
    """A server whose API nobody uses has none; many first requests build one."""
    builder = Builder(None)

    async def main() -> list[int]:
        api = LazyApi(builder, Clock(), at_once=False)
        await api.close()
        assert (builder.calls, builder.closed) == (0, 0)
        answers = await asyncio.gather(*(ask(api, "/v1/x") for _ in range(5)))
        return [answer.status for answer in answers]

    assert asyncio.run(main()) == [200] * 5
    assert builder.calls == 1


@pytest.mark.parametrize("trouble", [DatabaseDown("away"), StorageError("away")])
def test_it_is_tried_again(trouble: Exception) -> None:
    """503 with Retry-After while a store is away; tried again every five seconds, by one of many requests."""
    builder, clock = Builder(trouble), Clock()

    async def main() -> None:
        api = LazyApi(builder, clock)
        await api.close()
        answers = await asyncio.gather(*(ask(api, "/v1/x") for _ in range(5)))
        assert {(answer.status, answer["retry-after"]) for answer in answers} == {(503, str(RETRY_SECONDS))}
        assert builder.calls == 1
        clock.now += RETRY_SECONDS
        answers = await asyncio.gather(*(ask(api, "/v1/x") for _ in range(5)))
        assert ({answer.status for answer in answers}, builder.calls) == ({503}, 2)
        builder.trouble = None
        clock.now += RETRY_SECONDS
        answers = await asyncio.gather(*(ask(api, "/v1/x") for _ in range(5)))
        assert ({answer.status for answer in answers}, builder.calls) == ({200}, 3)

    asyncio.run(main())


def test_a_wrong_setting_ends_the_start() -> None:
    """Only what may pass by itself is waited for."""
    with pytest.raises(SettingsError):
        LazyApi(Builder(SettingsError("wrong")))
