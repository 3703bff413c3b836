"""A studio for tests: it does what it is told, also the worst."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from imgurl.renderers.orders import Drawn, Lacking


class Toy:
    """Does what the verb of an order says."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.known: dict[str, bytes] = {}

    def draw(self, work: Any) -> Drawn:
        verb, *values = work
        do: Callable[..., Drawn] = getattr(self, verb)
        return do(*values)

    def learn(self, supply: tuple[str, bytes]) -> None:
        self.known |= dict([supply])

    def echo(self, body: bytes) -> Drawn:
        return body, None

    def kept(self, size: int) -> Drawn:
        # Made once, so that what is measured is the way of the answer.
        if str(size) not in self.known:
            self.known[str(size)] = b"x" * size
        return self.known[str(size)], None

    def sleep(self, seconds: float, body: bytes = b"") -> Drawn:
        time.sleep(seconds)
        return body, None

    def work(self, seconds: float) -> Drawn:
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        return b"done", None

    def spin(self) -> Drawn:
        while True:
            pass

    def hang_natively(self) -> Drawn:
        # One call in C that no signal handler of Python could interrupt.
        return bytes(sum(range(10**12))), None

    def leave_a_copy(self) -> Drawn:
        # A child that outlives us for a while keeps all our connections.
        if os.fork() == 0:
            time.sleep(6)
            os._exit(0)
        time.sleep(10)
        return b"", None

    def eat(self, megabytes: int) -> Drawn:
        return bytes(len(bytearray(megabytes * 1_000_000)) and 1), None

    def raises(self, text: str) -> Drawn:
        raise ValueError(text)

    def signal(self, number: int) -> Drawn:
        os.kill(os.getpid(), number)
        time.sleep(10)
        return b"alive", None

    def crash(self) -> Drawn:
        return self.signal(signal.SIGSEGV)

    def exit(self, status: int) -> Drawn:
        os._exit(status)

    def pid(self) -> Drawn:
        return str(os.getpid()).encode(), None

    def environment(self) -> Drawn:
        return b"\0".join([*map(os.fsencode, os.environ), Path("/proc/self/environ").read_bytes()]), None

    def parent(self) -> Drawn:
        return str(os.getppid()).encode(), None

    def nice(self) -> Drawn:
        return str(os.nice(0)).encode(), None

    def setting(self) -> Drawn:
        return str(self.settings).encode(), None

    def design(self, name: str) -> Drawn:
        if name not in self.known:
            raise Lacking
        return self.known[name], None

    def afterwards(self, path: str, seconds: float) -> Drawn:
        def write() -> None:
            time.sleep(seconds)
            Path(path).write_text("written")

        return b"answered", write

    def fail_afterwards(self) -> Drawn:
        def fail() -> None:
            raise OSError("the disk is full")

        return b"answered", fail


def open_toy(settings: Any) -> Toy:
    return Toy(settings)


def open_broken(settings: Any) -> Toy:
    raise RuntimeError(f"no designs in {settings}")


def open_dying(settings: Any) -> Toy:
    os._exit(7)


def open_stillborn(settings: Any) -> Toy:
    os.register_at_fork(after_in_child=lambda: os._exit(3))
    return Toy(settings)


def open_with_thread(settings: Any) -> Toy:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return Toy(settings)
