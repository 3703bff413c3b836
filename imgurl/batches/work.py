"""The work of a batch, step by step. Every step may be done again: what is there already stays as it is.

Nothing here depends on when, where or how often it is done: what a URL is made of stands in the order, and a chunk's
rows are written before its tally, which says that it is done. Whatever is killed and begun again, the result is the
same, byte for byte.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from imgurl.batches.ahead import made_aside
from imgurl.batches.chunk import do_chunk
from imgurl.batches.links import Link, Links
from imgurl.batches.order import BatchOrder, read_order
from imgurl.batches.places import columns_key, folder_of, input_key, result_key, rows_folder, rows_key, tally_key
from imgurl.batches.plan import Plan, all_spans, chunk_span, read_plan, write_plan
from imgurl.batches.result import all_columns, stream_as, stream_native
from imgurl.batches.room import Room, read_room, room_for, write_room
from imgurl.batches.tally import Tally
from imgurl.batches.warm import Warmer
from imgurl.errors import RetiredKey, RevokedKey, SettingsError, StorageError
from imgurl.pipeline.path import Pipeline
from imgurl.storage import Storage
from imgurl.tables.form import Kind, shortened
from imgurl.tables.rows import Row, left_out, rows
from imgurl.tables.spans import spans
from imgurl.urls.signing import KeyRing, Keys, KeyState, SigningKey

# Rows of a chunk: a few seconds of drawing, so that little is lost when a process dies.
CHUNK_ROWS = 500

# Without drawing a row takes 30 µs, and reading and writing the files of a chunk would take longer than its rows.
MINT_CHUNK_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records of a list that are no rows: how many, and the first with its line."""

    count: int = 0
    line: int = 0
    first: str = ""


class BatchWork:
    """Does batches whose list and order lie in the store. Holds no state but what it was given.

    ``pipeline`` may be None where no images are drawn ahead. ``chunk_rows`` is for lists that are not split yet.
    """

    def __init__(
        self, storage: Storage, pipeline: Pipeline | None, keys: Keys, *, chunk_rows: int | None = None
    ) -> None:
        self._storage = storage
        self._pipeline = pipeline
        self._keys = keys
        self._chunk_rows = chunk_rows

    def split(self, job_id: str) -> Plan:
        """Divide the list into chunks, in one pass over it; return how many there are. Raises StorageError."""
        plan = read_plan(self._storage, job_id)
        if plan is None:
            order = read_order(self._storage, job_id)
            rows_each = self._chunk_rows or (CHUNK_ROWS if order.options.warm else MINT_CHUNK_ROWS)
            write_plan(self._storage, job_id, spans(self._storage.stream(input_key(job_id)), order.form, rows_each))
            plan = read_plan(self._storage, job_id)
            if plan is not None and order.options.warm and self._pipeline is not None:
                self._pipeline.reload()
                write_room(self._storage, job_id, room_for(self._pipeline, order, plan.rows))
        if plan is None:
            raise StorageError(f"the plan of job '{job_id}' was written and is not there")
        return plan

    def run_chunk(self, job_id: str, number: int) -> Tally:
        """Do a chunk, counted from 0; return what became of its rows. One that is done is not done again.

        Raises StorageError; RevokedKey or SettingsError where the key that signs may not any more; UnknownDesign
        where images are drawn ahead and the design is gone.
        """
        held = self._storage.get(tally_key(job_id, number))
        if held is not None:
            return Tally.from_json(held)
        order = read_order(self._storage, job_id)
        span = chunk_span(self._storage, job_id, number)
        data = self._storage.get_range(input_key(job_id), span.start, span.read_end)
        key = signing_key(self._keys(), order.key_id)
        link = _Linking(order, key, self._pipeline, self.room(job_id))
        # A span without rows is what stands below the last one.
        found = rows(data, order.form, span.first_row, span.first_line) if span.rows else iter(())
        chunk = do_chunk(order.form, found, link)
        self._storage.put(rows_key(job_id, number), chunk.body)
        self._storage.put(tally_key(job_id, number), chunk.tally.to_json())
        return chunk.tally

    def room(self, job_id: str) -> Room:
        """Return for how many images of a batch the cache has room, as was estimated when it was split."""
        return read_room(self._storage, job_id) or Room()

    def left_out(self, job_id: str) -> LeftOut:
        """Return which records of the list are no rows. To be asked before ``finish``, which deletes the list."""
        order = read_order(self._storage, job_id)
        found = next((span for span in all_spans(self._storage, job_id) if span.left_out), None)
        if found is None:
            return LeftOut()
        data = self._storage.get_range(input_key(job_id), found.start, found.read_end)
        line, first = next(left_out(data, order.form, found.first_line, is_ending=not found.rows), (0, ""))
        plan = read_plan(self._storage, job_id)
        return LeftOut(plan.left_out if plan else 0, line, shortened(first))

    def is_done(self, job_id: str, number: int) -> bool:
        """Say whether a chunk is done."""
        return self._storage.size(tally_key(job_id, number)) is not None

    def finish(self, job_id: str) -> None:
        """Put the chunks together and delete what is needed no more. Raises StorageError where one is not done."""
        if self._storage.size(result_key(job_id)) is None:
            order = read_order(self._storage, job_id)
            if order.form.kind is Kind.NDJSON:
                columns = all_columns(self._storage, job_id)
                self._storage.put(columns_key(job_id), json.dumps(columns).encode())
            self._storage.put_stream(result_key(job_id), made_aside(stream_native(self._storage, job_id, order)))
        self._storage.delete(rows_folder(job_id))
        self._storage.delete(input_key(job_id))

    def result(self, job_id: str, kind: Kind, delimiter: str | None = None) -> Iterator[bytes]:
        """Yield the result as CSV or NDJSON, in the order of the list: all chunks must be done.

        In the form of the list it is streamed as it lies there; the other form, or a CSV with another delimiter, is
        made on the way. Raises StorageError.
        """
        order = read_order(self._storage, job_id)
        columns = () if kind is order.form.kind or kind is Kind.NDJSON else all_columns(self._storage, job_id)
        return stream_as(kind, stream_native(self._storage, job_id, order), order, columns, delimiter)

    def forget(self, job_id: str) -> None:
        """Delete everything of a batch."""
        self._storage.delete(folder_of(job_id))


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


class _Linking:
    """Links rows and, where it is wished, draws their images."""

    def __init__(self, order: BatchOrder, key: SigningKey, pipeline: Pipeline | None, room: Room) -> None:
        self._room = room
        self._links = Links(order, key)
        self._base = order.base_url.rstrip("/")
        self._warmer = None
        if order.options.warm:
            if pipeline is None:
                raise SettingsError("this batch draws its images ahead, and this worker can't draw")
            # As a server does: an image that is drawn ahead is that of the design as it is now.
            pipeline.reload()
            self._warmer = Warmer(pipeline, key)

    def __call__(self, row: Row) -> Link:
        link = self._links.link(row)
        if not link.url or self._warmer is None:
            return link
        drawn = self._warmer.draw(link.url.removeprefix(self._base), has_room=self._room.has(row.number))
        return Link(
            link.url, "", link.warnings + drawn.warnings, link.fallbacks + drawn.fallbacks, is_drawn=drawn.is_there
        )
