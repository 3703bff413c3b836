"""Which chunk of a batch has which bytes of its list.

The plan is a file with one line per chunk, all of one length: doing a chunk reads its line and no more, also in a plan
of thousands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from imgurl.batches.files import JobFiles
from imgurl.batches.prefetch import prefetch
from imgurl.errors import StorageError
from imgurl.tables.byte_ranges import ByteRange

# Digits for: first byte, byte after the last, first row, rows, first line, records left out so far.
DIGITS = (15, 15, 12, 6, 15, 12)
LINE_BYTES = sum(DIGITS) + len(DIGITS)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a batch was split: ``chunks`` are numbered from 0, ``rows`` are those of all of them.

    ``left_out`` counts the records that are not rows: headers of joined files, footers of reports.
    """

    chunks: int
    rows: int
    left_out: int = 0


def write_plan(files: JobFiles, ranges: Iterable[ByteRange]) -> None:
    """Write which chunk has which range."""
    files.plan.put_stream(prefetch(map(_line, ranges)))


def read_plan(files: JobFiles) -> Plan | None:
    """Return how a batch was split, None if it is not split yet."""
    length = files.plan.size()
    if length is None:
        return None
    if not length:
        return Plan(0, 0)
    last = _range(files.plan.get_range(length - LINE_BYTES, length))
    return Plan(length // LINE_BYTES, last.first_row - 1 + last.rows, last.left_out)


def all_ranges(files: JobFiles) -> Iterator[ByteRange]:
    """Yield the ranges of all chunks in their order."""
    rest = b""
    for part in files.plan.stream():
        *lines, rest = (rest + part).split(b"\n")
        yield from map(_range, lines)


def range_of_chunk(files: JobFiles, number: int) -> ByteRange:
    """Return the range of a chunk. Raises StorageError if the plan does not have it."""
    return _range(files.plan.get_range(number * LINE_BYTES, (number + 1) * LINE_BYTES))


def _line(each: ByteRange) -> bytes:
    numbers = (each.start, each.end, each.first_row, each.rows, each.first_line, each.left_out)
    return " ".join(f"{number:0{digits}d}" for number, digits in zip(numbers, DIGITS, strict=True)).encode() + b"\n"


def _range(line: bytes) -> ByteRange:
    try:
        start, end, first_row, rows, first_line, left_out = map(int, line.split())
    except ValueError as error:
        raise StorageError("the plan of a batch is damaged: send the list again") from error
    return ByteRange(start, end, first_row, rows, first_line, left_out)
