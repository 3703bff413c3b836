"""JSON logs, one object a line. They contain no merge value, no signature, no query, no secret.

The lines of a process go through one ``LogWriter``, in the order in which they were logged.
"""

import atexit
import contextlib
import itertools
import json
import logging
import os
import secrets
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache

import structlog

# A server process writes its lines this often; a kill -9 loses those of this time.
PAUSE_SECONDS = 0.05

# Lines that wait while standard output takes none: about 10 MB, one to five seconds of the busiest server.
MAX_LINES = 32_768
LINES_AT_ONCE = 1_024

# How long a server that ends waits for a standard output that takes nothing.
STOP_SECONDS = 5.0


class LogWriter:
    """Writes lines to a file descriptor: at once, or between ``start`` and ``stop`` on a thread of its own.

    So no request waits for the reader of the log. If it reads nothing, lines wait up to a bound. Those beyond it are
    lost, which is counted, and reported in the log as soon as it is read again.

    Mutable state: the lines that wait, how many were lost, the thread. ``write`` may be called from any thread.
    """

    def __init__(self, descriptor: int, max_lines: int = MAX_LINES) -> None:
        self._descriptor = descriptor
        self._max_lines = max_lines
        self._lines: deque[str] = deque()
        self._writing = threading.Lock()
        self._counting = threading.Lock()
        self._lost = 0
        self._is_torn = False
        self._count_lost: Callable[[int], object] = lambda count: None
        self._has_lines = threading.Event()
        self._stops = threading.Event()
        self._thread: threading.Thread | None = None

    def write(self, line: str) -> None:
        """Take a line, which ends with a line feed. Never waits while the thread runs."""
        if len(self._lines) >= self._max_lines:
            self._lose(1)
            return
        self._lines.append(line)
        if self._thread is None:
            self._write_lines()
        elif not self._has_lines.is_set():
            self._has_lines.set()

    def flush(self) -> None:
        """Do nothing: files that are logged to have this method."""

    def start(self, count_lost: Callable[[int], object]) -> None:
        """Begin to write on a thread; ``count_lost`` is called with numbers of lost lines, from any thread."""
        self._count_lost = count_lost
        self._stops.clear()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Write what waits, and from now on write at once."""
        thread = self._thread
        if thread is None:
            return
        self._stops.set()
        self._has_lines.set()
        thread.join(STOP_SECONDS)
        # One that is still writing will never be done: nobody reads, and nothing more may wait for that.
        if not thread.is_alive():
            self._thread = None
            self._write_lines()
            atexit.unregister(self.stop)

    def _run(self) -> None:
        while not self._stops.is_set():
            self._has_lines.wait()
            self._stops.wait(PAUSE_SECONDS)
            self._has_lines.clear()
            self._write_lines()

    def _write_lines(self) -> None:
        with self._writing:
            while self._lines or self._lost:
                lines = [self._lines.popleft() for _ in range(min(len(self._lines), LINES_AT_ONCE))]
                # What was lost came after all that had room.
                lost = 0 if self._lines else self._lost
                if lost:
                    lines.append(_line_of({"lost": lost, "event": "log lines lost", "level": "warning"}))
                unwritten = self._write_bytes("".join(lines).encode())
                if unwritten:
                    self._lose(unwritten - bool(lost))
                    return
                with self._counting:
                    self._lost -= lost

    def _write_bytes(self, data: bytes) -> int:
        """Write whole lines; return how many could not be written."""
        whole = b"\n" + data if self._is_torn else data
        written = 0
        while written < len(whole):
            try:
                written += os.write(self._descriptor, memoryview(whole)[written:])
            except BlockingIOError:
                with contextlib.suppress(OSError, ValueError):
                    select.select((), (self._descriptor,), (), 1.0)
            except OSError:
                # No space, or the reader is gone. Said when it works again.
                break
        if written:
            self._is_torn = whole[written - 1 : written] != b"\n"
        return whole.count(b"\n", written)

    def _lose(self, count: int) -> None:
        with self._counting:
            self._lost += count
        self._count_lost(count)


class ImageLog:
    """The lines of image requests. Mutable state: how many requests there were.

    ``write`` takes a line; None: the level of the log is above theirs.
    """

    def __init__(self, write: Callable[[str], object] | None) -> None:
        self._write = write
        # Ids: random for the process and counted in it, because asking for random bytes is a system call.
        self._process = secrets.token_hex(4)
        self._count = itertools.count(1)

    def new_id(self) -> str:
        """Return the id of a request."""
        return f"{self._process}{next(self._count):08x}"

    def line(self, request_id: str, facts: str, started: float) -> None:
        """Write the line of a request, with facts as ``json_facts`` returns them, that began at ``started``."""
        if self._write is not None:
            ms = round((time.perf_counter() - started) * 1e3, 2)
            self._write(
                f'{{"request_id": "{request_id}", {facts}, "ms": {ms}, "event": "image", "level": "info", '
                f'"timestamp": "{_now()}"}}\n'
            )


def json_facts(facts: Mapping[str, object]) -> str:
    """Return facts as they stand in a JSON object.

    >>> json_facts({"status": 200, "bytes": 5})
    '"status": 200, "bytes": 5'
    """
    return json.dumps(facts)[1:-1]


class JsonLines(logging.Formatter):
    """Writes what other libraries log, uvicorn above all, as one JSON object a line too."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        facts = {"event": record.getMessage(), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        facts["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        return json.dumps(facts)


@cache
def log_writer() -> LogWriter:
    """Return the writer of this process, to standard output."""
    try:
        return LogWriter(sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):  # it was replaced, or closed
        return LogWriter(1)


def configure_logs(level: str) -> ImageLog:
    """Send all logs of the process to standard output as JSON. Return the log of image requests."""
    number = getattr(logging, level.upper())
    writer = log_writer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(writer),  # type: ignore[arg-type]  # has what is used of a file
        cache_logger_on_first_use=True,
    )
    # uvicorn's own lines: start, stop, trouble. Its access log would contain queries and is off.
    handler = logging.StreamHandler(writer)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=number, handlers=[handler])
    logging.getLogger("uvicorn.access").disabled = True
    return ImageLog(writer.write if number <= logging.INFO else None)


def _now() -> str:
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{_in_iso(seconds)}.{nanoseconds // 1_000:06d}Z"


@lru_cache(2)
def _in_iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _line_of(facts: Mapping[str, object]) -> str:
    return json.dumps({**facts, "timestamp": _now()}) + "\n"
