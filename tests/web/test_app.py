"""The server as a whole: health, figures, designs that change while it runs, workers, its end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from imgurl.config import Secret, Settings
from imgurl.errors import SettingsError
from imgurl.urls.keychange import change_keys
from imgurl.urls.signing import KeyState, SigningKey
from imgurl.web.app import create_app
from tests.web.asgi import PATIENCE_SECONDS, ask, until
from tests.web.designs import DEFAULT, FALLBACK, TINT_AT, card, write_design
from tests.web.server import KEYS, MINTER, Answer, Server, banner_alone, running_server, signed

ALL_WELL = {"designs": 4, "broken_designs": [], "missing_designs": [], "cache_writes": True, "default_images": True}


def settings(tmp_path: Path, **more: Any) -> Settings:
    """Return settings for designs and data below ``tmp_path``, with designs looked at very often."""
    given: dict[str, Any] = {
        "designs": tmp_path / "designs", "data": tmp_path / "data", "signing_keys": Secret(KEYS),
        "reload_seconds": 0.02, "renderers": 0,
    }  # fmt: skip
    return Settings(**{**given, **more})


def tint(answer: Answer) -> object:
    """Return the colour that tells which values were drawn."""
    assert answer.status == 200
    return answer.picture().convert("RGB").getpixel(TINT_AT)


async def ready(app: Starlette) -> dict[str, Any]:
    """Return what /readyz tells."""
    result: dict[str, Any] = json.loads((await ask(app, "/readyz")).body)
    return result


def with_fallback(color: str) -> dict[str, Any]:
    """Return the small design with another fallback colour."""
    return card(fields=[{**card()["fields"][0], "fallback": color}, *card()["fields"][1:]])


def test_healthz_says_ok(lone_server: Server) -> None:
    """/healthz answers 200 as long as the process lives."""
    answer = lone_server.ask("/healthz")
    assert (answer.status, answer.body) == (200, b"ok\n")


def test_readyz_tells_what_is_there(lone_server: Server) -> None:
    """/readyz counts the designs, names the broken ones, says whether the cache and the default images are there."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while (answer := lone_server.ask("/readyz")).status != 200 and time.monotonic() < give_up:
        time.sleep(0.05)
    told = {"designs": 4, "broken_designs": [], "missing_designs": [], "cache_writes": True, "default_images": True}
    assert (answer.status, json.loads(answer.body)) == (200, told)


def test_metrics_are_prometheus_text(lone_server: Server) -> None:
    """/metrics has the figures with their help, in the text format."""
    answer = lone_server.ask("/metrics")
    assert (answer.status, answer["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    for name in ("requests", "served", "cache_lookups", "render_seconds", "broken_designs", "process_cpu_seconds"):
        assert f"# HELP imgurl_{name}" in answer.body.decode()


def test_figures_grow_with_requests(lone_server: Server) -> None:
    """Statuses and outcomes are counted; reading /healthz or /metrics counts nothing."""
    name = 'imgurl_requests_total{outcome="ok",status="200"}'
    before = lone_server.figures().get(name, 0.0)
    for _ in range(3):
        lone_server.ask(signed("newsletter-hero-april", {"first_name": "A", "city": "Rome", "offer_name": "One"}))
        lone_server.ask("/healthz")
    assert lone_server.figures()[name] - before == 3.0


def test_an_unknown_page_is_404(lone_server: Server) -> None:
    """Nothing else is served."""
    assert [lone_server.ask(target).status for target in ("/nothing", "/i", "/designs")] == [404, 404, 404]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"signing_keys": None}, "there is no signing key"),
        ({"signing_keys": Secret("")}, "there is no signing key"),
        ({"signing_keys": Secret("k1:sign:c2hvcnQ")}, "at least 32 are needed"),
        ({"signing_keys": Secret("k1:sign:" + "A" * 43)}, "one byte repeated"),
        ({"signing_keys": Secret(KEYS.replace("sign", "verify"))}, "exactly one key must have the state sign"),
        ({"fonts": Path("/nonexistent")}, "font catalogue"),
        ({"designs": Path("/nonexistent")}, "designs folder"),
    ],
)  # fmt: skip
def test_without_key_fonts_or_designs_there_is_no_server(tmp_path: Path, more: dict[str, Any], message: str) -> None:
    """No key, a bad key, no fonts, no designs folder: the server does not start, and says why."""
    write_design(tmp_path / "designs")
    with pytest.raises(SettingsError, match=message) as raised:
        create_app(settings(tmp_path, **more))
    assert "c2hvcnQ" not in str(raised.value)


def test_an_edit_on_disk_is_served(tmp_path: Path) -> None:
    """Designs are loaded again when their files change, without a restart."""
    write_design(tmp_path / "designs")
    app = create_app(settings(tmp_path))

    async def main() -> list[object]:
        async with app.router.lifespan_context(app):
            before = await ask(app, signed("card", {}))
            write_design(tmp_path / "designs", document=with_fallback("#123456"))

            async def is_new() -> bool:
                return (await ask(app, signed("card", {})))["etag"] != before["etag"]

            await until(is_new)
            return [tint(before), tint(await ask(app, signed("card", {})))]

    assert asyncio.run(main()) == [FALLBACK, (0x12, 0x34, 0x56)]


def test_a_broken_edit_keeps_the_last_good_version(tmp_path: Path) -> None:
    """A broken document is reported by /readyz and /metrics; its links show what they showed. Mended, all is well."""
    write_design(tmp_path / "designs")
    app = create_app(settings(tmp_path))

    async def main() -> tuple[Answer, Answer, str]:
        async with app.router.lifespan_context(app):
            before = await ask(app, signed("card", {}))
            write_design(tmp_path / "designs", document={"title": "Card"})

            async def is_broken() -> bool:
                return list((await ready(app))["broken_designs"]) == ["card"]

            async def is_whole() -> bool:
                return list((await ready(app))["broken_designs"]) == []

            await until(is_broken)
            broken = await ask(app, signed("card", {}))
            await until(lambda: counted(app, "imgurl_broken_designs 1.0"))
            write_design(tmp_path / "designs", document=with_fallback("#123456"))
            await until(is_whole)
            await until(lambda: counted(app, "imgurl_broken_designs 0.0"))
            mended = await ask(app, signed("card", {}))
            return before, broken, str(tint(mended))

    before, broken, mended = asyncio.run(main())
    assert (before.body, before["etag"]) == (broken.body, broken["etag"])
    assert mended == "(18, 52, 86)"


def test_changed_keys_count_without_a_restart(tmp_path: Path) -> None:
    """Rotated: links of the new key are served. Revoked: those of the old one are refused, also one seen before."""
    write_design(tmp_path / "designs")
    first, second = (SigningKey.generate(key_id, KeyState.SIGN) for key_id in ("k1", "k2"))
    change_keys(tmp_path / "data", lambda _: (first,))
    app = create_app(settings(tmp_path, signing_keys=None))
    old, new = signed("card", {}, key=first), signed("card", {}, key=second)

    async def main() -> list[tuple[int, int]]:
        async with app.router.lifespan_context(app):

            async def statuses() -> tuple[int, int]:
                return (await ask(app, old)).status, (await ask(app, new)).status

            seen = [await statuses()]
            for state in (KeyState.VERIFY, KeyState.REVOKED):
                change_keys(tmp_path / "data", lambda _, state=state: (replace(first, state=state), second))  # type: ignore[misc]

                async def differs() -> bool:
                    return await statuses() != seen[-1]

                await until(differs)
                seen.append(await statuses())
            return seen

    assert asyncio.run(main()) == [(200, 403), (200, 200), (403, 200)]


async def counted(app: Starlette, line: str) -> bool:
    """Say whether a line is in the figures."""
    return line in (await ask(app, "/metrics")).body.decode().splitlines()


def test_a_designs_folder_that_goes_away_does_not_end_the_watch(tmp_path: Path) -> None:
    """The folder is away for a while: links work on, and what is edited afterwards is served."""
    write_design(tmp_path / "designs")
    app = create_app(settings(tmp_path))

    async def main() -> list[object]:
        async with app.router.lifespan_context(app):
            (tmp_path / "designs").rename(tmp_path / "away")
            await asyncio.sleep(0.2)
            without = await ask(app, signed("card", {}))
            (tmp_path / "away").rename(tmp_path / "designs")
            write_design(tmp_path / "designs", document=with_fallback("#123456"))

            async def is_new() -> bool:
                return (await ask(app, signed("card", {})))["etag"] != without["etag"]

            await until(is_new)
            return [tint(without), tint(await ask(app, signed("card", {})))]

    assert asyncio.run(main()) == [FALLBACK, (0x12, 0x34, 0x56)]


def test_a_pinned_url_shows_its_version_after_an_edit(tmp_path: Path) -> None:
    """With the version in the URL the picture stays, byte by byte, whatever is edited later."""
    write_design(tmp_path / "designs")
    app = create_app(settings(tmp_path))

    async def main() -> tuple[Answer, Answer, Answer]:
        async with app.router.lifespan_context(app):
            plain = await ask(app, signed("card", {}))
            (kept,) = (tmp_path / "data" / "versions" / "card").iterdir()
            link = signed("card", {"_v": kept.name[:16]})
            before = await ask(app, link)
            write_design(tmp_path / "designs", document=with_fallback("#123456"))

            async def is_new() -> bool:
                return (await ask(app, signed("card", {})))["etag"] != plain["etag"]

            await until(is_new)
            return before, await ask(app, link), await ask(app, signed("card", {}))

    before, pinned, edited = asyncio.run(main())
    assert (before.body, before.headers) == (pinned.body, pinned.headers)
    assert pinned["cache-control"] == "public, max-age=31536000, immutable"
    assert [tint(pinned), tint(edited)] == [FALLBACK, (0x12, 0x34, 0x56)]


def test_default_images_are_prepared_at_the_start(tmp_path: Path) -> None:
    """A server whose pictures are all late shows the default image, which it drew ahead."""
    write_design(tmp_path / "designs")
    app = create_app(settings(tmp_path, render_deadline=0.001, disk_cache_mb=0))

    async def main() -> Answer:
        async with app.router.lifespan_context(app):
            # Each request is for another picture, so that none is ready.
            names = iter(range(10_000))
            answer = await ask(app, signed("card", {"first_name": f"Guest {next(names)}"}))

            async def has_default() -> bool:
                nonlocal answer
                answer = await ask(app, signed("card", {"first_name": f"Guest {next(names)}"}))
                return answer["x-imgurl-outcome"] == "default" and answer.picture().size != (1, 1)

            await until(has_default)
            return answer

    answer = asyncio.run(main())
    assert (tint(answer), answer["cache-control"]) == (DEFAULT, "no-store")


def test_a_data_folder_that_cannot_be_written_costs_the_cache_only(tmp_path: Path) -> None:
    """Images are served without a disk; /readyz tells that the cache is not written."""
    write_design(tmp_path / "designs")
    (tmp_path / "data").write_text("a file where the folder should be")
    app = create_app(settings(tmp_path))

    async def main() -> tuple[list[object], dict[str, Any]]:
        async with app.router.lifespan_context(app):
            tints = [tint(await ask(app, signed("card", {"tint": color}))) for color in ("#ff0000", "#0000ff")]
            return tints, await ready(app)

    tints, facts = asyncio.run(main())
    assert tints == [(255, 0, 0), (0, 0, 255)]
    assert facts["cache_writes"] is False


def test_a_server_is_ready_when_its_default_images_are(tmp_path: Path) -> None:
    """/readyz is 503 until they are drawn, even if one of them can't be; /healthz is 200 from the start."""
    write_design(tmp_path / "designs")
    folder = write_design(tmp_path / "designs", "a-photo", card(background={"asset": "photo.png"}))
    (folder / "photo.png").write_bytes(b"no picture")
    app = create_app(settings(tmp_path))

    async def main() -> list[int]:
        before = [(await ask(app, target)).status for target in ("/healthz", "/readyz")]
        async with app.router.lifespan_context(app):

            async def is_ready() -> bool:
                return (await ask(app, "/readyz")).status == 200

            await until(is_ready)
            good = await ask(app, signed("card", {}))
            bad = await ask(app, signed("a-photo", {}))
        return [*before, good.picture().width, bad.status, bad.picture().width]

    assert asyncio.run(main()) == [200, 503, 40, 200, 1]


def test_one_broken_design_does_not_stop_the_server(tmp_path: Path) -> None:
    """The good design is served; the greeting, the log, /readyz and /metrics name the broken one and its mistakes."""
    write_design(tmp_path / "designs")
    write_design(tmp_path / "designs", "broken", {"title": "Broken", "size": {"width": 0, "height": 20}})
    with running_server(tmp_path, "--designs", str(tmp_path / "designs"), signing_keys=KEYS) as server:
        assert tint(server.ask(signed("card", {}))) == FALLBACK
        assert server.ask(signed("broken", {})).status == 404
        assert json.loads(server.ask("/readyz").body)["broken_designs"] == ["broken"]
        assert server.figures()["imgurl_broken_designs"] == 1.0
    assert "Not served: design 'broken' has 1 mistake:\n  /size/width: must be 1 or more" in server.errors
    (line,) = [json.loads(line) for line in server.log.splitlines() if '"design is broken"' in line]
    assert (line["design"], line["mistakes"]) == ("broken", ["/size/width: must be 1 or more"])


def test_sigterm_finishes_what_was_begun(tmp_path: Path) -> None:
    """A picture that takes its time is asked for and the server told to end: the picture comes, the exit code is 0."""
    with running_server(tmp_path, signing_keys=KEYS, render_deadline="60") as server:
        # Four times the pixels of a certificate, as AVIF: a second or more.
        target = MINTER.mint("cert-2025", {"full_name": "Ava Johnson"}, ext="avif", dpr=2)
        with ThreadPoolExecutor(1) as client:
            asked = client.submit(server.ask, target)
            while server.figures()["imgurl_renders_waiting"] == 0.0 and not asked.done():
                threading.Event().wait(0.01)
            assert not asked.done()
            code = server.stop()
            answer = asked.result(30)
    assert (answer.status, answer.picture().size) == (200, (3200, 2262))
    assert answer["x-imgurl-outcome"].startswith("fallback")
    assert code == 0
    assert "Traceback" not in server.errors + server.log


def test_sigint_ends_the_server_too(tmp_path: Path) -> None:
    """Ctrl-C is a way to stop: no traceback."""
    with running_server(tmp_path, signing_keys=KEYS, designs=banner_alone()) as server:
        server.process.send_signal(signal.SIGINT)
        server.process.wait(30)
    assert "Traceback" not in server.errors + server.log


def test_workers_share_disk_cache_and_figures(tmp_path: Path) -> None:
    """Two server processes: a picture is drawn once, the other process finds it on disk; /metrics adds both up."""
    with running_server(
        tmp_path, "--workers", "2", signing_keys=KEYS, designs=banner_alone(), render_deadline="60"
    ) as server:
        target = MINTER.mint("sales-banner-01", {"first_name": "Both"})
        first = server.ask(target)
        asked = 1
        figures = server.figures()
        # Which process takes a connection is up to the system: ask in bursts until both have.
        while not figures.get('imgurl_served_total{source="disk"}') and asked < 2_000:
            with ThreadPoolExecutor(16) as clients:
                answers = list(clients.map(server.ask, [target] * 32))
            asked += len(answers)
            assert {first.body} == {answer.body for answer in answers}
            figures = server.figures()
        code = server.stop()
    served = {source: figures.get(f'imgurl_served_total{{source="{source}"}}', 0.0) for source in ("render", "disk")}
    assert served == {"render": 1.0, "disk": 1.0}
    assert figures["imgurl_render_seconds_count"] == 1.0
    assert sum(value for name, value in figures.items() if name.startswith("imgurl_requests_total")) == asked
    assert code == 0


def test_servers_that_share_a_data_folder_count_for_themselves(tmp_path: Path) -> None:
    """A second server with several processes on the same data: the first one's figures stay, and are not added."""
    target = MINTER.mint("sales-banner-01", {"first_name": "Both"})
    second_folder = tmp_path / "second"
    second_folder.mkdir()
    options = ("--workers", "2", "--renderers", "0", "--data", str(tmp_path / "data"), "--designs", banner_alone())
    name = 'imgurl_requests_total{outcome="fallback",status="200"}'
    with running_server(tmp_path, *options, signing_keys=KEYS, render_deadline="60") as first:
        for _ in range(3):
            first.ask(target)
        with running_server(second_folder, *options, signing_keys=KEYS, render_deadline="60") as second:
            second.ask(target)
            counted = [first.figures()[name], second.figures()[name]]
        first.ask(target)
        counted.append(first.figures()[name])
    assert counted == [3.0, 1.0, 4.0]


def test_a_port_that_is_taken_is_an_error(lone_server: Server, tmp_path: Path) -> None:
    """A second server on the same port ends with exit code 1 and says so."""
    command = [sys.executable, "-m", "imgurl", "serve", "--port", str(lone_server.port)]
    environment = {**os.environ, "IMGURL_SIGNING_KEYS": KEYS}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    said = f"imgurl: cannot listen on 127.0.0.1:{lone_server.port}: Address already in use"
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(said)
    assert len(ended.stderr.splitlines()) == 1


def test_without_a_database_the_api_waits_and_images_go_out(tmp_path: Path) -> None:
    """A database that is away at the start costs the API, with 503, and nothing else."""
    write_design(tmp_path / "designs")
    away = Secret("postgresql://nobody@127.0.0.1:1/imgurl")
    app = create_app(settings(tmp_path, database_url=away))

    async def main() -> tuple[object, Answer]:
        async with app.router.lifespan_context(app):
            return tint(await ask(app, signed("card", {"tint": "#ff0000"}))), await ask(app, "/v1/designs")

    drawn, refused = asyncio.run(main())
    assert (drawn, refused.status, refused["retry-after"]) == ((255, 0, 0), 503, "5")
    assert b"127.0.0.1" not in refused.body
