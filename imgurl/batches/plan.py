"""Which chunk of a batch has which bytes of its list.

A file of lines of one length, one a chunk: whoever does a chunk reads its line and no more, also in a plan of
thousands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from imgurl.batches.ahead import made_aside
from imgurl.batches.places import plan_key
from imgurl.errors import StorageError
from imgurl.storage import Storage
from imgurl.tables.spans import Span

# Digits for: first byte, byte behind the last, first row, rows, first line, records left out so far.
DIGITS = (15, 15, 12, 6, 15, 12)
LINE_BYTES = sum(DIGITS) + len(DIGITS)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a batch was split: ``chunks`` are numbered from 0, ``rows`` are those of all of them.

    ``left_out`` counts the records that are no rows: headers of joined files, footers of reports.
    """

    chunks: int
    rows: int
    left_out: int = 0


def write_plan(storage: Storage, job_id: str, spans: Iterable[Span]) -> None:
    """Write which chunk has which span."""
    storage.put_stream(plan_key(job_id), made_aside(map(_line, spans)))


def read_plan(storage: Storage, job_id: str) -> Plan | None:
    """Return how a batch was split, None where that was not done yet."""
    length = storage.size(plan_key(job_id))
    if length is None:
        return None
    if not length:
        return Plan(0, 0)
    last = _span(storage.get_range(plan_key(job_id), length - LINE_BYTES, length))
    return Plan(length // LINE_BYTES, last.first_row - 1 + last.rows, last.left_out)


def all_spans(storage: Storage, job_id: str) -> Iterator[Span]:
    """Yield the spans of all chunks in their order."""
    held = b""
    for part in storage.stream(plan_key(job_id)):
        *lines, held = (held + part).split(b"\n")
        yield from map(_span, lines)


def chunk_span(storage: Storage, job_id: str, number: int) -> Span:
    """Return the span of a chunk. Raises StorageError where the plan has no such chunk."""
    return _span(storage.get_range(plan_key(job_id), number * LINE_BYTES, (number + 1) * LINE_BYTES))


def _line(span: Span) -> bytes:
    numbers = (span.start, span.end, span.first_row, span.rows, span.first_line, span.left_out)
    return " ".join(f"{number:0{digits}d}" for number, digits in zip(numbers, DIGITS, strict=True)).encode() + b"\n"


def _span(line: bytes) -> Span:
    try:
        start, end, first_row, rows, first_line, left_out = map(int, line.split())
    except ValueError as error:
        raise StorageError("the plan of a batch is damaged: send the list again") from error
    return Span(start, end, first_row, rows, first_line, left_out)
