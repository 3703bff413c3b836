"""Bodies sent from files in memory: the same bytes arrive, however much the socket takes at once."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from imgurl.web.files import HAS_FILES, LARGEST, SMALLEST, SentFile, SentFiles, send_from_file

pytestmark = pytest.mark.skipif(not HAS_FILES, reason="only Linux has files in memory")

NewLoop = Callable[[], asyncio.AbstractEventLoop]

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("times", [1, 20])
@pytest.mark.parametrize("size", [SMALLEST, 113_521, LARGEST])
def test_what_arrives_is_head_and_body(
    new_loop: Callable[[], asyncio.AbstractEventLoop], times: int, size: int
) -> None:
    """Whether the socket takes all, a part or nothing, and whatever still waits in the transport."""
    body = os.urandom(size)
    file = SentFile(body)

    async def main() -> tuple[bytes, list[bool]]:
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
        sent = []
        for _ in range(times):
            sent.append(send_from_file(transport, HEAD, body, file))
            if not sent[-1]:
                transport.writelines((HEAD, body))
        transport.close()
        received = bytearray()
        while piece := await asyncio.get_running_loop().sock_recv(theirs, 1 << 20):
            received += piece
        theirs.close()
        return bytes(received), sent

    with asyncio.Runner(loop_factory=new_loop) as runner:
        received, sent = runner.run(main())
    assert received == (HEAD + body) * times
    assert sent[0]
    assert all(sent) == (times == 1)


def test_a_broken_connection_is_the_transport_s_to_find() -> None:
    """Nothing is raised, and the connection is lost as with any other write."""

    async def main() -> bool:
        ours, theirs = socket.socketpair()
        lost = asyncio.Event()

        class Noting(asyncio.Protocol):
            def connection_lost(self, exc: Exception | None) -> None:
                lost.set()

        transport, _ = await asyncio.get_running_loop().create_connection(Noting, sock=ours)
        theirs.close()
        body = bytes(SMALLEST)
        send_from_file(transport, HEAD, body, SentFile(body))
        await asyncio.wait_for(lost.wait(), 10)
        return lost.is_set()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(main())


def test_what_is_sent_again_has_a_file() -> None:
    """From the second time on, and always the same one; what is too small or too large has none."""
    files, body = SentFiles(), bytes(SMALLEST)
    first, second, third = (files.file_of(body) for _ in range(3))
    assert first is None
    assert second is not None
    assert third is second
    for other in (bytes(SMALLEST - 1), bytes(LARGEST + 1)):
        assert [files.file_of(other) for _ in range(3)] == [None] * 3


def test_files_are_few_and_are_closed() -> None:
    """Those of the bodies sent least lately go, with their descriptors."""

    def open_files() -> int:
        return sum("memfd:body" in os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink())

    files, before = SentFiles(3), open_files()
    bodies = [bytes([number]) * SMALLEST for number in range(10)]
    for body in bodies:
        assert [files.file_of(body) is None for _ in range(2)] == [True, False]
    assert open_files() - before == 3
    assert files.file_of(bodies[-1]) is not None
    assert files.file_of(bodies[0]) is None
    del files
    assert open_files() == before
