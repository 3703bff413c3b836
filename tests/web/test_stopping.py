"""The end of a server: not ready first, then no new requests, then the end."""

import asyncio
import contextlib
import signal
from pathlib import Path

import pytest

from imgurl.web.stopping import Stopping
from tests.web.server import KEYS, MINTER, Server, banner_alone, request, running_server, wait_until
from tests.web.wire import advance, run, settle

BANNER = MINTER.mint("sales-banner-01", {"first_name": "Ava", "company_name": "Acme", "rep_name": "Leo"})


def until_not_ready(server: Server) -> None:
    """Wait until /readyz says 503; a server that has gone fails the test."""
    while server.ask("/readyz").status != 503:
        pass


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_makes_a_server_unready_before_it_stops(tmp_path: Path, workers: str) -> None:
    """/readyz says 503 while whoever is still sent here is answered; then the server ends, with exit code 0."""
    with running_server(
        tmp_path,
        "--workers",
        workers,
        signing_keys=KEYS,
        designs=banner_alone(),
        render_deadline="60",
        unready_seconds="2.5",
    ) as server:
        server.process.terminate()
        until_not_ready(server)
        answers = [server.ask(target) for target in (BANNER, "/healthz")]
        code = server.process.wait(30)
    assert [answer.status for answer in answers] == [200, 200]
    # Nothing follows the greeting.
    assert (code, server.errors.endswith("for 10 minutes.\n\n")) == (0, True)


def test_a_second_sigterm_stops_at_once(tmp_path: Path) -> None:
    """Who asks twice means it."""
    with running_server(tmp_path, signing_keys=KEYS, designs=banner_alone(), unready_seconds="600") as server:
        server.process.terminate()
        until_not_ready(server)
        code = server.stop()
    assert code == 0


def test_server_processes_end_with_their_main_process(tmp_path: Path) -> None:
    """Killed, it ends nobody; the others see it, and the port is free for the next start."""
    with running_server(
        tmp_path, "--workers", "2", signing_keys=KEYS, designs=banner_alone(), unready_seconds="600"
    ) as server:
        server.process.kill()
        server.process.wait(30)
        with contextlib.suppress(ConnectionError):
            # A connection that is accepted while its process ends gets no answer.
            while server.exchange(request("/healthz")):
                pass
        # The log is written by a thread of each process, some milliseconds later.
        wait_until(lambda: server.log.count("the main process is gone; this server process ends too") == 2)


def test_the_signal_is_handed_on_later() -> None:
    """To the handler that was there, after the time that was set, once; at the end that handler is back."""

    async def main() -> list[object]:
        seen: list[int] = []
        signal.signal(signal.SIGTERM, handler := lambda number, _: seen.append(number))
        told: list[object] = []
        with Stopping(5) as stopping:
            told.append(stopping.begun)
            signal.raise_signal(signal.SIGTERM)
            await settle()
            await advance(4.5)
            told += [stopping.begun, list(seen)]
            await advance(1)
            told.append(list(seen))
            signal.raise_signal(signal.SIGTERM)
            told.append(list(seen))
        return [*told, signal.getsignal(signal.SIGTERM) is handler]

    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run(main) == [False, True, [], [15], [15, 15], True]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_signal_that_nobody_handles_is_left_alone() -> None:
    """Without a server around the application, SIGTERM ends the process as ever."""

    async def main() -> object:
        with Stopping(5):
            return signal.getsignal(signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        assert asyncio.run(main()) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
