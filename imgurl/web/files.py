"""Bodies that are sent again and again, as files in memory: the system sends those without copying them.

Of a hit of 110 kB the copy into the socket is half of the processor time. Only Linux has such files.
"""

import asyncio
import contextlib
import os
import socket
import weakref
from collections import OrderedDict

# A smaller body is copied faster than sent with a call more. Larger ones would take too much memory.
SMALLEST, LARGEST = 32_768, 262_144

# Bodies sent lately; those that are sent again while they are among these have a file. All together: 8 MB at most.
MAX_FILES = 32

HAS_FILES = hasattr(os, "memfd_create") and hasattr(socket, "MSG_MORE")


class SentFile:
    """A body as a file in memory, closed with this object."""

    def __init__(self, body: bytes) -> None:
        self.descriptor = os.memfd_create("body", os.MFD_CLOEXEC)
        weakref.finalize(self, os.close, self.descriptor)
        with open(self.descriptor, "wb", closefd=False) as file:
            file.write(body)


class SentFiles:
    """The files of the bodies sent most lately. Mutable state: these."""

    def __init__(self, max_files: int = MAX_FILES) -> None:
        self._max_files = max_files
        # By the identity of the body, which is kept, so that no other gets the same.
        self._files: OrderedDict[int, tuple[bytes, SentFile | None]] = OrderedDict()

    def file_of(self, body: bytes) -> SentFile | None:
        """Return the file of a body that is about to be sent, None if it has none."""
        if not (HAS_FILES and SMALLEST <= len(body) <= LARGEST):
            return None
        known = self._files.get(id(body))
        if known is None:
            self._files[id(body)] = body, None
            if len(self._files) > self._max_files:
                self._files.popitem(last=False)
            return None
        self._files.move_to_end(id(body))
        if known[1] is None:
            with contextlib.suppress(OSError):  # no file left, no memory
                known = self._files[id(body)] = body, SentFile(body)
        return known[1]


def send_from_file(transport: asyncio.WriteTransport, head: bytes, body: bytes, file: SentFile) -> bool:
    """Send a head and a body from its file, past the transport, which gets what the socket does not take at once.

    Return False, and send nothing, where that can't be done.
    """
    plain = transport.get_extra_info("socket")
    if plain is None or transport.get_write_buffer_size():
        return False
    sent = from_file = 0
    # If the connection is broken, the transport finds that out with the rest.
    with contextlib.suppress(OSError):
        sent = _send_more(plain, head)
        if sent == len(head):
            from_file = os.sendfile(plain.fileno(), file.descriptor, 0, len(body))
    if from_file < len(body):
        transport.writelines((head[sent:], memoryview(body)[from_file:]))
    return True


def _send_more(plain: socket.socket, head: bytes) -> int:
    """Send the beginning of something; what a loop hands out in place of a socket can't."""
    real = socket.socket(plain.family, plain.type, plain.proto, plain.fileno())
    try:
        return real.send(head, socket.MSG_MORE)
    finally:
        real.detach()
