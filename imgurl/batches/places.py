"""Where the files of a batch lie in the store: all under ``jobs/<job id>/``."""

import re

from imgurl.errors import UnknownJob

# The grammar of job ids: one segment of a key, so that no id leads anywhere else.
JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def folder_of(job_id: str) -> str:
    """Return what all keys of a batch begin with. Raises UnknownJob for what is no job id."""
    if not JOB_ID.fullmatch(job_id):
        raise UnknownJob(job_id[:64])
    return f"jobs/{job_id}"


def input_key(job_id: str) -> str:
    """Return where the list lies as it came. Deleted when the result is there."""
    return f"{folder_of(job_id)}/input"


def order_key(job_id: str) -> str:
    """Return where the order lies. It is written last: with it the batch is accepted."""
    return f"{folder_of(job_id)}/order.json"


def plan_key(job_id: str) -> str:
    """Return where it is written which chunk has which bytes of the list."""
    return f"{folder_of(job_id)}/plan.txt"


def rows_folder(job_id: str) -> str:
    """Return what the keys of the chunks' rows begin with. Deleted when the result is there."""
    return f"{folder_of(job_id)}/rows"


def rows_key(job_id: str, number: int) -> str:
    """Return where the finished rows of a chunk lie."""
    return f"{rows_folder(job_id)}/{number:06d}"


def tally_key(job_id: str, number: int) -> str:
    """Return where it is counted what became of a chunk. Written after its rows: with it the chunk is done."""
    return f"{folder_of(job_id)}/tallies/{number:06d}.json"


def room_key(job_id: str) -> str:
    """Return where it is written for how many images the cache has room."""
    return f"{folder_of(job_id)}/room.json"


def columns_key(job_id: str) -> str:
    """Return where the columns lie that the rows of an NDJSON list have together."""
    return f"{folder_of(job_id)}/columns.json"


def result_key(job_id: str) -> str:
    """Return where the result lies, in the form of the list."""
    return f"{folder_of(job_id)}/result"
