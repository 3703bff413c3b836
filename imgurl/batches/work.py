"""The work of a batch, step by step. Every step may be repeated: what exists already stays as it is.

Nothing here depends on when, where or how often it is done: what a URL is made of is in the order, and a chunk's rows
are written before its tally, which marks it as done. Whatever is killed and started again, the result is the same, byte
for byte.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from imgurl.batches.chunk import Outcome, make_chunk
from imgurl.batches.files import JobFiles
from imgurl.batches.order import BatchOrder, read_order
from imgurl.batches.plan import Plan, all_ranges, range_of_chunk, read_plan, write_plan
from imgurl.batches.prefetch import prefetch, with_lead
from imgurl.batches.result import all_columns, stream_as, stream_native
from imgurl.batches.row_minter import MintedRow, RowMinter
from imgurl.batches.tally import Tally
from imgurl.batches.warm import Drawn, Warmer
from imgurl.batches.warm_limit import WarmLimit, estimate_warm_limit, read_warm_limit, write_warm_limit
from imgurl.errors import RetiredKey, RevokedKey, SettingsError, StorageError
from imgurl.pipeline.warming import WarmingPipeline
from imgurl.storage import Storage
from imgurl.tables.byte_ranges import divide
from imgurl.tables.form import Kind, shortened
from imgurl.tables.rows import left_out, rows
from imgurl.urls.signing import KeyRing, Keys, KeyState, SigningKey

# Rows of a chunk: a few seconds of rendering, so that little is lost when a process dies.
CHUNK_ROWS = 500

# Images are ordered for so many rows at once, and for so many groups of rows before the first one is waited for: no
# renderer is idle while one image takes long.
ROWS_AT_ONCE = 20
GROUPS_AHEAD = 4

# Without rendering, a row takes 30 µs: reading and writing the files of a small chunk would take longer than its rows.
MINT_CHUNK_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records of a list that are not rows: how many, and the first one with its line."""

    count: int = 0
    line: int = 0
    first: str = ""


class BatchWork:
    """Does batches whose list and order are in the store. Has no state of its own.

    ``pipeline`` may be None if no images are rendered in advance. ``chunk_rows`` is for lists that are not split yet.
    """

    def __init__(
        self, storage: Storage, pipeline: WarmingPipeline | None, keys: Keys, *, chunk_rows: int | None = None
    ) -> None:
        self._storage = storage
        self._pipeline = pipeline
        self._keys = keys
        self._chunk_rows = chunk_rows

    def split(self, job_id: str) -> Plan:
        """Divide the list into chunks, in one pass over it; return how many there are. Raises StorageError."""
        files = self._files(job_id)
        plan = read_plan(files)
        if plan is None:
            order = read_order(files)
            chunk_rows = self._chunk_rows or (CHUNK_ROWS if order.options.warm else MINT_CHUNK_ROWS)
            write_plan(files, divide(files.list.stream(), order.form, chunk_rows))
            plan = read_plan(files)
            if plan is not None and order.options.warm and self._pipeline is not None:
                self._pipeline.reload()
                write_warm_limit(files, estimate_warm_limit(self._pipeline, order, plan.rows))
        if plan is None:
            raise StorageError(f"the plan of job '{job_id}' was written and does not exist")
        return plan

    def run_chunk(self, job_id: str, number: int) -> Tally:
        """Do a chunk, numbered from 0, and return its tally. A chunk that is done is not done again.

        Raises StorageError; RevokedKey or SettingsError if the signing key may not sign any more; UnknownDesign if
        images are rendered in advance and the design no longer exists.
        """
        files = self._files(job_id)
        written = files.tally(number).get()
        if written is not None:
            return Tally.from_json(written)
        order = read_order(files)
        part = range_of_chunk(files, number)
        data = files.list.get_range(part.start, part.read_end)
        key = signing_key(self._keys(), order.key_id)
        mint = RowMinter(order, key).mint
        # A range without rows is what follows the last row.
        read = rows(data, order.form, part.first_row, part.first_line) if part.rows else ()
        minted: Iterable[Outcome] = ((row, mint(row)) for row in read)
        if order.options.warm:
            minted = self._rendered(self._fetching_ahead(minted, order, key), order, key, read_warm_limit(files))
        chunk = make_chunk(order.form, minted)
        files.rows(number).put(chunk.body)
        files.tally(number).put(chunk.tally.to_json())
        return chunk.tally

    def warm_limit(self, job_id: str) -> WarmLimit:
        """Return how many images are rendered in advance, as was estimated when the batch was split."""
        return read_warm_limit(self._files(job_id))

    def left_out(self, job_id: str) -> LeftOut:
        """Return which records of the list are not rows. To be asked before ``finish``, which deletes the list."""
        files = self._files(job_id)
        order = read_order(files)
        first_range = next((each for each in all_ranges(files) if each.left_out), None)
        if first_range is None:
            return LeftOut()
        data = files.list.get_range(first_range.start, first_range.read_end)
        records = left_out(data, order.form, first_range.first_line, is_ending=not first_range.rows)
        line, text = next(records, (0, ""))
        plan = read_plan(files)
        return LeftOut(plan.left_out if plan else 0, line, shortened(text))

    def is_done(self, job_id: str, number: int) -> bool:
        """Say whether a chunk is done."""
        return self._files(job_id).tally(number).size() is not None

    def finish(self, job_id: str) -> None:
        """Join the chunks and delete what is no longer needed. Raises StorageError if one is not done."""
        files = self._files(job_id)
        if files.result.size() is None:
            order = read_order(files)
            if order.form.kind is Kind.NDJSON:
                files.columns.put(json.dumps(all_columns(files)).encode())
            files.result.put_stream(prefetch(stream_native(files, order)))
        files.all_rows.delete()
        files.list.delete()

    def result(self, job_id: str, kind: Kind, delimiter: str | None = None) -> Iterator[bytes]:
        """Yield the result as CSV or NDJSON, in the order of the list; all chunks must be done.

        In the form of the list it is streamed as it is stored; the other form, or a CSV with another delimiter, is
        made on the way. Raises StorageError.
        """
        files = self._files(job_id)
        order = read_order(files)
        columns = () if kind is order.form.kind or kind is Kind.NDJSON else all_columns(files)
        return stream_as(kind, stream_native(files, order), order, columns, delimiter)

    def forget(self, job_id: str) -> None:
        """Delete everything of a batch."""
        self._files(job_id).everything.delete()

    def _files(self, job_id: str) -> JobFiles:
        return JobFiles(self._storage, job_id)

    def _fetching_ahead(self, minted: Iterable[Outcome], order: BatchOrder, key: SigningKey) -> Iterable[Outcome]:
        """Return the rows, each handed out when the remote pictures of some rows after it are on their way."""
        if self._pipeline is None or not self._pipeline.fetches_for(order.options.design):
            return minted
        warmer, base = Warmer(self._pipeline, key), order.base_url.rstrip("/")

        def begin(outcome: Outcome) -> None:
            if url := outcome[1].url:
                warmer.fetch_ahead(url.removeprefix(base))

        return with_lead(minted, begin)

    def _rendered(
        self, minted: Iterable[Outcome], order: BatchOrder, key: SigningKey, limit: WarmLimit
    ) -> Iterator[Outcome]:
        """Render the images of rows, several at a time; yield the rows in their order."""
        if self._pipeline is None:
            raise SettingsError("this batch renders its images in advance, and this worker cannot render")
        # As a server does: an image rendered in advance shows the design as it is now.
        self._pipeline.reload()
        warmer = Warmer(self._pipeline, key)
        base = order.base_url.rstrip("/")
        begun: deque[Iterator[Outcome]] = deque()
        left = iter(minted)
        while group := [*islice(left, ROWS_AT_ONCE)]:
            begun.append(_begun(group, warmer, base, limit))
            if len(begun) > GROUPS_AHEAD:
                yield from begun.popleft()
        yield from chain.from_iterable(begun)


def _begun(group: Sequence[Outcome], warmer: Warmer, base: str, limit: WarmLimit) -> Iterator[Outcome]:
    """Begin with the images of some rows; what is returned waits for them."""
    waiting = warmer.begin((link.url.removeprefix(base), limit.includes(row.number)) for row, link in group if link.url)
    return _finished(group, waiting)


def _finished(group: Sequence[Outcome], waiting: Sequence[Callable[[], Drawn]]) -> Iterator[Outcome]:
    # The last one first: then the others are done, most likely, and this thread is woken once.
    drawn = iter([wait() for wait in reversed(waiting)][::-1])
    for row, link in group:
        yield row, _with_image(link, next(drawn)) if link.url else link


def _with_image(link: MintedRow, drawn: Drawn) -> MintedRow:
    return replace(
        link,
        warnings=link.warnings + drawn.warnings,
        fallbacks=link.fallbacks + drawn.fallbacks,
        is_drawn=drawn.is_there,
    )


def signing_key(keys: KeyRing, key_id: str) -> SigningKey:
    """Return the key that a batch began to sign with: a key rotated since then still signs the rest of it.

    Raises RevokedKey, RetiredKey, and SettingsError for a key that is not known here: another worker may know it.
    """
    key = keys.find(key_id)
    if key is None:
        raise SettingsError(f"the key '{key_id}' that this batch signs with is not known to this worker")
    if key.state is KeyState.REVOKED:
        raise RevokedKey(key_id)
    if key.state is KeyState.RETIRED:
        raise RetiredKey(key_id)
    return key
