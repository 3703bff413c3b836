"""Countdowns over HTTP: each second has its picture, and nobody keeps one that is over."""

import asyncio
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from imgurl.config import Secret, Settings
from imgurl.web.app import create_app
from imgurl.web.proxies import is_mail_proxy
from tests.plate.countdowns import countdown, sale
from tests.web.asgi import ask
from tests.web.designs import write_design
from tests.web.server import KEYS, Answer, signed

GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


def frames(answer: Answer) -> int:
    """Return how many frames a picture has."""
    with Image.open(BytesIO(answer.body)) as file:
        return int(getattr(file, "n_frames", 1))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A server with a sale, and with one that shows mail proxies its sentence."""
    for name, proxies in (("sale", "play"), ("careful", "static")):
        write_design(tmp_path / "designs", name, sale(countdown(proxies=proxies)))
    return Settings(
        designs=tmp_path / "designs", data=tmp_path / "data", signing_keys=Secret(KEYS), renderers=0, render_deadline=60
    )


def test_each_second_has_its_picture(settings: Settings, tmp_path: Path) -> None:
    """Asked again and again, a link shows the second in which it is asked: no answer is kept ready for the next."""
    target = signed("sale", {"ends": str(int(time.time()) + 3_600)}, ext="gif")

    async def ask_often() -> list[Answer]:
        app = create_app(settings)
        answers = [await ask(app, target)]
        until = time.monotonic() + 20
        while len({answer["etag"] for answer in answers}) < 3 and time.monotonic() < until:
            answers.append(await ask(app, target))
            await asyncio.sleep(0.2)
        return answers

    answers = asyncio.run(ask_often())
    assert len({answer["etag"] for answer in answers}) == len({answer.body for answer in answers}) == 3
    assert {answer["cache-control"] for answer in answers} == {"no-cache, max-age=0"}
    assert {frames(answer) for answer in answers} == {60}
    assert not list((tmp_path / "data" / "cache").rglob("*.gif"))


def test_a_sentence_lasts_until_the_end(settings: Settings) -> None:
    """A PNG may be kept for half of the time that is left; after the end like any other picture."""

    async def ask_both() -> tuple[Answer, Answer]:
        app, now = create_app(settings), int(time.time())
        first, second = (signed("sale", {"ends": str(now + left)}) for left in (1_000, -1_000))
        return await ask(app, first), await ask(app, second)

    running, over = asyncio.run(ask_both())
    assert running["cache-control"].startswith("public, max-age=4")
    assert over["cache-control"] == "public, max-age=86400"
    assert running.body != over.body


def test_programs_that_fetch_ahead_get_the_sentence_where_the_design_says_so(settings: Settings) -> None:
    """One frame, kept by nobody; readers, and all others of the other design, get the clock."""

    async def ask_all() -> list[int]:
        app, found = create_app(settings), []
        for design in ("careful", "sale"):
            target = signed(design, {"ends": str(int(time.time()) + 3_600)}, ext="gif")
            for agent in (GMAIL, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"):
                answer = await ask(app, target, headers={"user-agent": agent})
                assert answer["cache-control"] == "no-cache, max-age=0"
                found.append(frames(answer))
        return found

    assert asyncio.run(ask_all()) == [1, 60, 60, 60]


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (GMAIL, True),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", True),
        ("Mozilla/5.0", True),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)", False),
        ("", False),
    ],
)
def test_who_fetches_ahead(agent: str, *, expected: bool) -> None:
    """Those that say so; Apple Mail itself names its system."""
    assert is_mail_proxy(agent) is expected
