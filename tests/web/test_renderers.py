"""A server whose pictures are drawn by processes: what it is spared, and what it survives."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.web import faults
from tests.web.designs import DEFAULT, FALLBACK, TINT_AT, card, write_design
from tests.web.faulty import FAILED_SECONDS
from tests.web.server import KEYS, Answer, Server, running_server, signed, wait_until

ROOT = Path(__file__).parents[2]

# How often a renderer is killed while a load runs.
KILLS = 12

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="renderers are forked")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two renderers that can be told to do the worst, and the small design."""
    folder = tmp_path_factory.mktemp("renderers")
    write_design(folder / "designs")
    with running_server(
        folder, "--designs", str(folder / "designs"), "--renderers", "2", module="tests.web.faulty", python_path=ROOT,
        signing_keys=KEYS, render_deadline="2", reload_seconds="0.1", job_workers="0",
    ) as server:  # fmt: skip
        yield server


def tint(answer: Answer) -> object:
    """Return the colour that tells which values were drawn."""
    assert answer.status == 200
    return answer.picture().convert("RGB").getpixel(TINT_AT)


def link(name: str, color: str = "#ff0000", ext: str = "png") -> str:
    """Return a link with a name, which may be that of a fault."""
    return signed("card", {"tint": color, "first_name": name, "code": "B2"}, ext=ext)


def renderers(server: Server) -> list[psutil.Process]:
    """Return the processes that draw: those below the one they are forked from."""
    found = []
    for zygote in psutil.Process(server.process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # also one that was killed and is not reaped yet
            if any("imgurl.renderers.zygote" in word for word in zygote.cmdline()):
                found += [process for process in zygote.children() if process.status() != psutil.STATUS_ZOMBIE]
    return found


def maps(pid: int) -> str:
    """Return which files a process has in memory, "" where the system does not say."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/maps").read_text()
    return ""


def deaths(server: Server, how: str) -> float:
    """Return how many renderers have ended."""
    return server.figures()[f'imgurl_renderer_deaths_total{{how="{how}"}}']


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what a process has in memory is told in /proc")
def test_each_format_is_drawn_elsewhere(running: Server) -> None:
    """The process that serves loads nothing that draws: no pixel library, in whatever format it is asked."""
    answers = [running.ask(link("Ava", ext=ext)) for ext in ("png", "jpg", "gif", "webp", "avif")]
    assert [answer["x-imgurl-outcome"] for answer in answers] == ["ok"] * 5
    assert tint(answers[0]) == (255, 0, 0)
    libraries = ("_imaging", "_multiarray_umath")
    assert [name for name in libraries if name in maps(running.process.pid)] == []
    wait_until(lambda: any(all(name in maps(process.pid) for name in libraries) for process in renderers(running)))


@pytest.mark.parametrize("fault", [faults.HANG, faults.HANG_NATIVELY])
def test_a_picture_that_hangs_costs_itself_only(running: Server, fault: str) -> None:
    """The default image goes out at the soft deadline, other pictures meanwhile, and the renderer is killed."""
    before = deaths(running, "killed")
    with ThreadPoolExecutor(1) as other:
        hanging = other.submit(running.ask, link(fault))
        others = [running.ask(link(f"Beside {fault} {number}")) for number in range(5)]
        assert tint(hanging.result()) == DEFAULT
    assert [answer["x-imgurl-outcome"] for answer in others] == ["ok"] * 5
    wait_until(lambda: deaths(running, "killed") == before + 1)
    wait_until(lambda: len(renderers(running)) == 2)


@pytest.mark.parametrize("fault", [faults.CRASH, faults.EAT])
def test_a_picture_that_ends_its_renderer_costs_itself_only(running: Server, fault: str) -> None:
    """A native crash, and memory without end: the default image, and the next picture is drawn."""
    before = deaths(running, "died") + deaths(running, "killed")
    answer = running.ask(link(f"{fault} {time.time()}"))
    assert (tint(answer), answer["cache-control"], answer["x-imgurl-outcome"]) == (DEFAULT, "no-store", "default")
    assert tint(running.ask(link(f"After {time.time()}", "#0000ff"))) == (0, 0, 255)
    # On a slow machine memory is not eaten before the time is up.
    wait_until(lambda: deaths(running, "died") + deaths(running, "killed") == before + 1)


def test_a_picture_that_ends_two_renderers_is_not_tried_again(running: Server) -> None:
    """The third time no renderer dies of it; that a picture is poisoned is a figure for an alarm."""
    before = deaths(running, "died")
    poison = link(f"{faults.CRASH} twice")
    for dead in (1, 2, 2):
        assert tint(running.ask(poison)) == DEFAULT
        wait_until(lambda dead=dead: deaths(running, "died") == before + dead)  # type: ignore[misc]
        time.sleep(FAILED_SECONDS + 0.1)
    assert running.figures()["imgurl_pictures_poisoned"] >= 1.0
    wait_until(lambda: "ended by SIGSEGV" in running.log)


def test_renderers_that_are_killed_under_load(running: Server) -> None:
    """kill -9 again and again: each request is answered 200, and each picture is its own or the default image."""
    over = threading.Event()
    seen: list[tuple[object, object, float]] = []

    def ask(worker: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            color = (worker, number // 256, number % 256)
            began = time.perf_counter()
            answer = running.ask(link("Ava", "#{:02x}{:02x}{:02x}".format(*color)))
            seen.append((color, tint(answer), time.perf_counter() - began))

    before = deaths(running, "died")
    with ThreadPoolExecutor(4) as clients:
        asking = [clients.submit(ask, worker) for worker in range(4)]
        for number in range(KILLS):
            there: list[psutil.Process] = []
            wait_until(lambda there=there: bool(there.extend(renderers(running)) or there))  # type: ignore[misc]
            there[number % len(there)].send_signal(signal.SIGKILL)
            time.sleep(0.1)
        over.set()
        for one in asking:
            one.result()
    wait_until(lambda: len(renderers(running)) == 2)
    wrong = [(color, shown) for color, shown, _ in seen if shown not in (color, DEFAULT)]
    own = sum(color == shown for color, shown, _ in seen)
    slowest = sorted(seconds for _, _, seconds in seen)
    # Shown with -s.
    print(f"{len(seen)} requests, {own} own pictures, p99 {slowest[int(len(slowest) * 0.99)] * 1e3:.0f} ms")
    assert wrong == []
    assert own > 0
    assert deaths(running, "died") > before + KILLS / 2


def test_a_zygote_that_is_killed_is_replaced(running: Server) -> None:
    """What the renderers come from ends: they go on, and are replaced by others from a new one."""
    (zygote,) = {process.parent() for process in renderers(running)}
    assert zygote is not None
    zygote.kill()
    assert tint(running.ask(link(f"Without {time.time()}", "#00ffff"))) == (0, 255, 255)
    wait_until(lambda: bool(renderers(running)) and {process.ppid() for process in renderers(running)} != {zygote.pid})
    wait_until(lambda: deaths(running, "zygote") == 1.0)
    assert tint(running.ask(link(f"With {time.time()}", "#00ffff"))) == (0, 255, 255)


def test_an_edit_is_drawn_by_renderers_that_did_not_know_it(running: Server) -> None:
    """They are sent what they lack. One that can't be compiled keeps the last good version, and says why."""
    designs = running.folder / "designs"
    fields = [{**card()["fields"][0], "fallback": "#123456"}, *card()["fields"][1:]]
    write_design(designs, document=card(fields=fields))
    wait_until(lambda: tint(running.ask(signed("card", {}))) == (0x12, 0x34, 0x56))
    (designs / "card" / "photo.png").write_bytes(b"no picture")
    write_design(designs, document=card(background={"asset": "photo.png"}))
    wait_until(lambda: '"broken_designs":["card"]' in running.ask("/readyz").body.decode().replace(" ", ""))
    assert tint(running.ask(signed("card", {"first_name": "Late"}))) == (0x12, 0x34, 0x56)
    wait_until(lambda: "photo.png can't be read as a picture" in running.log)
    write_design(designs)
    wait_until(lambda: tint(running.ask(signed("card", {"first_name": "Last"}))) == FALLBACK)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_renderers_end_with_their_server(tmp_path: Path, number: signal.Signals) -> None:
    """However it ends, no process is left."""
    write_design(tmp_path / "designs")
    with running_server(
        tmp_path, "--designs", str(tmp_path / "designs"), "--renderers", "2", signing_keys=KEYS
    ) as server:
        wait_until(lambda: len(renderers(server)) == 2)
        everyone = psutil.Process(server.process.pid).children(recursive=True)
        # There are more while the renderers are renewed.
        assert len(everyone) >= 3
        server.process.send_signal(number)
        server.process.wait(30)
        assert psutil.wait_procs(everyone, 10)[1] == []


def test_the_best_effort_is_made_once_and_shared(tmp_path: Path) -> None:
    """The first start compresses ahead quickly, then well; renderers that come after it have that from the disk."""
    write_design(tmp_path / "designs", document=card(title="New here"))
    options = ("--designs", str(tmp_path / "designs"), "--renderers", "1")
    hurried: dict[str, Any] = {"module": "tests.web.brisk", "python_path": ROOT, "signing_keys": KEYS}
    with running_server(tmp_path, *options, **hurried) as server:
        # Not as long as somebody waits for pictures: it takes a renderer.
        busy_until = time.monotonic() + 1.2
        number = 0
        while time.monotonic() < busy_until:
            number += 1
            assert tint(server.ask(link("Ava", f"#ff{number:04x}"))) == (255, number >> 8, number & 255)
        assert "renderers renewed" not in server.log
        wait_until(lambda: "renderers renewed" in server.log)
        assert tint(server.ask(link("Ava"))) == (255, 0, 0)
    with running_server(tmp_path, *options, **hurried) as server:
        assert tint(server.ask(link("Leo"))) == (255, 0, 0)
        time.sleep(2.5)
        assert "renderers renewed" not in server.log


def test_renderers_are_shared_out_among_server_processes(tmp_path: Path) -> None:
    """Four for two server processes are two for each; one for two is one for each."""
    write_design(tmp_path / "designs")
    options = ("--designs", str(tmp_path / "designs"), "--workers", "2", "--renderers", "4")
    with running_server(tmp_path, *options, signing_keys=KEYS) as server:

        def count() -> int:
            everyone = psutil.Process(server.process.pid).children(recursive=True)
            return sum(any("imgurl.renderers.zygote" in word for word in process.cmdline()) for process in everyone)

        wait_until(lambda: count() == 2 * (1 + 2))
        assert tint(server.ask(link("Ava"))) == (255, 0, 0)
