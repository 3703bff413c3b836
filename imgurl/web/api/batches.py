"""``POST /v1/batches``, and ``POST /v1/generate`` with mode async, which is a batch of one row."""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.batches.files import JobFiles
from imgurl.batches.order import BatchOptions, BatchOrder, accept_order, prepare
from imgurl.design.library import Design
from imgurl.errors import ImgurlError, Problem, UnknownJob
from imgurl.jobs.port import Jobs, JobStatus
from imgurl.pipeline import Pipeline
from imgurl.storage import Storage
from imgurl.tables.charset import Transcoder
from imgurl.tables.sniff import HEAD_BYTES, read_form
from imgurl.urls.signing import Keys
from imgurl.web.api.auth import require_design
from imgurl.web.api.bodies import media_type_of
from imgurl.web.api.designs import as_json
from imgurl.web.api.gate import Call
from imgurl.web.api.jobs import CSV, NDJSON, OF_BATCH, OF_IMAGE, JobPages
from imgurl.web.api.minting import Wish, check, controls_of, extension_of, seal
from imgurl.web.api.problems import Refusal, refused
from imgurl.web.api.replays import Claim, Fingerprint, Replays
from imgurl.web.api.schemas import BatchQuery, BatchRequest, GenerateRequest, NoQuery, as_text
from imgurl.web.api.uploads import store_upload

# Rows are counted by their line ends while they come; a row with line breaks in its cells has several.
MAX_LINES = 10_000_000
MAX_BYTES = 8_000_000_000

# How often a long upload says that it goes on; after a minute without, it counts as dead.
ALIVE_SECONDS = 15.0

FIELD_PARAMETERS = ("map", "fallback")

# Just bytes: some generated clients can send a file as nothing else. There the path says what kind of list it is.
OCTETS = "application/octet-stream"
BY_PATH = {"csv": CSV, "ndjson": NDJSON}


@dataclass(frozen=True, slots=True)
class BatchServices:
    """What accepting a batch needs.

    ``webhook_objection`` says why a webhook may not go to a URL, None where it may.
    """

    pipeline: Pipeline
    keys: Keys
    links_begin_with: str
    storage: Storage
    jobs: Jobs
    webhook_objection: Callable[[str], str | None]


class Batches:
    """Accepts batches. Needs its services, how jobs are shown, and the idempotency keys for long uploads."""

    def __init__(self, services: BatchServices, pages: JobPages, replays: Replays) -> None:
        self._services = services
        self._pages = pages
        self._replays = replays

    async def create(self, call: Call[BatchQuery | NoQuery, BatchRequest | None]) -> Response:
        """Make a link for each row of a list, and with `warm` its image.

        As JSON up to 10,000 rows; as CSV or NDJSON the body is the list, up to 10 million rows, with the options in
        the query: `?design_id=…&warm=true&map.first_name=FirstName&fallback.city=you`. Columns named like a field need
        no `map`, and neither does what exports call First Name, Company or City (`Vorname`, `Account Name`); the
        others are carried through to the result. The charset is found where `Content-Type` has none. A bad row is told
        in its own line of the result.
        """
        asked = call.body if call.body is not None else call.query
        if not isinstance(asked, BatchRequest | BatchQuery):
            raise Refusal(400, "the batch says nothing")
        design = self._design(asked.design_id, call.key)
        try:
            options = self._options(asked, design, call.key)
        except Refusal as refusal:
            raise refusal if isinstance(asked, BatchRequest) else _of_query(refusal) from None
        job_id = OF_BATCH + call.claim.id
        if (held := await self._taken_over(job_id, call.claim)) is not None and isinstance(asked, BatchRequest):
            return await self._accepted(held)
        if isinstance(asked, BatchRequest):
            return await self._submit(job_id, call.key, _lines(asked.rows), options, design)
        return await self._stream(job_id, call, options, design, held)

    async def create_from_csv(self, call: Call[BatchQuery | NoQuery, BatchRequest | None]) -> Response:
        """Make a link for each row of a CSV list, and with `warm` its image.

        The body is the list, up to 10 million rows, with a header; tabs and semicolons do as well as commas.
        """
        return await self.create(call)

    async def create_from_ndjson(self, call: Call[BatchQuery | NoQuery, BatchRequest | None]) -> Response:
        """Make a link for each row of an NDJSON list, and with `warm` its image.

        The body is the list, one JSON object a line, up to 10 million rows.
        """
        return await self.create(call)

    async def later(self, call: Call[NoQuery, GenerateRequest]) -> Response:
        """Accept one image that is made by a worker."""
        asked = call.body
        design = self._design(asked.design_id, call.key)
        if asked.return_ == "base64":
            raise refused([Problem("/return", "mode async answers with a job; its image is read by its link")])
        wish = Wish(asked.data, asked.fallbacks, {}, asked.ignore_unknown)
        check(design, wish)
        # For its mistakes: better told now than by the job.
        seal(design, wish)
        known = design.document.by_name
        options = BatchOptions(
            design.id,
            fallbacks={name: text for name, text in asked.fallbacks.items() if name in known},
            ext=extension_of(asked, design),
            **controls_of(asked, design, self._services.pipeline),
            warm=True,
            test=call.key.test,
            created=int(time.time()),
            ignore_unknown=True,
        )
        row = {name: as_text(value) for name, value in asked.data.items() if name in known}
        job_id = OF_IMAGE + call.claim.id
        if (held := await self._taken_over(job_id, call.claim)) is not None:
            return await self._accepted(held)
        return await self._submit(job_id, call.key, _lines([row]), options, design)

    def _design(self, design_id: str, key: ApiKey) -> Design:
        require_design(key, design_id)
        return self._services.pipeline.library.find(design_id)

    def _options(self, asked: BatchRequest | BatchQuery, design: Design, key: ApiKey) -> BatchOptions:
        objection = None if asked.webhook is None else self._services.webhook_objection(asked.webhook)
        if objection:
            raise refused([Problem("/webhook", objection)])
        return BatchOptions(
            design.id,
            mapping=asked.map,
            fallbacks=asked.fallbacks if isinstance(asked, BatchRequest) else asked.fallback,
            ext=extension_of(asked, design),
            **controls_of(asked, design, self._services.pipeline),
            warm=asked.warm,
            test=key.test,
            webhook=asked.webhook,
            created=int(time.time()),
            ignore_unknown=asked.ignore_unknown,
        )

    async def _taken_over(self, job_id: str, claim: Claim) -> JobStatus | None:
        """Return the job that a process made under this claim before it died, None where it did not get so far."""
        if claim.fingerprint is None:
            return None
        try:
            return await to_thread.run_sync(self._services.jobs.status, job_id)
        except UnknownJob:
            return None

    async def _submit(self, job_id: str, key: ApiKey, body: bytes, options: BatchOptions, design: Design) -> Response:
        order = await self._order(body[:HEAD_BYTES], NDJSON, options, design)
        await to_thread.run_sync(self._files(job_id).list.put, body)
        return await self._queue(job_id, key, order)

    async def _stream(
        self,
        job_id: str,
        call: Call[Any, Any],
        options: BatchOptions,
        design: Design,
        held: JobStatus | None,
    ) -> Response:
        fingerprint = Fingerprint(call.request)
        parts = _bounded(fingerprint.through(self._kept_alive(call)))
        try:
            head, is_all = await _head(parts)
            if held is None:
                order = await self._order(head, _kind_of_list(call.request), options, design)
                whole = _as_utf8(_whole(head, parts, is_all=is_all), order.form.encoding)
                await store_upload(self._files(job_id).list, whole)
            else:
                async for _ in parts:
                    pass
        except ClientDisconnect:
            raise Refusal(400, "the list ended before it was complete") from None
        await self._replays.seal(call.claim, fingerprint.hex)
        return await self._accepted(held) if held is not None else await self._queue(job_id, call.key, order)

    async def _order(self, head: bytes, media_type: str, options: BatchOptions, design: Design) -> BatchOrder:
        def checked() -> BatchOrder:
            return prepare(
                options, read_form(head, media_type), design, self._services.keys(), self._services.links_begin_with
            )

        # Reading a quarter of a megabyte takes milliseconds, in which no image would go out.
        return await to_thread.run_sync(checked)

    async def _queue(self, job_id: str, key: ApiKey, order: BatchOrder) -> Response:
        files = self._files(job_id)

        def queued() -> JobStatus:
            try:
                accept_order(files, order)
                return self._services.jobs.submit(job_id, key.owner, webhook=order.options.webhook)
            except ImgurlError as error:
                if error.is_permanent:
                    files.everything.delete()
                raise

        return await self._accepted(await to_thread.run_sync(queued), order.notes)

    def _files(self, job_id: str) -> JobFiles:
        return JobFiles(self._services.storage, job_id)

    async def _accepted(self, job: JobStatus, notes: Iterable[str] = ()) -> Response:
        told = (await self._pages.told(job)).model_copy(update={"notes": list(notes)})
        response = as_json(told, 202)
        response.headers["Location"] = told.url
        return response

    async def _kept_alive(self, call: Call[Any, Any]) -> AsyncIterator[bytes]:
        said = time.monotonic()
        async for part in call.request.stream():
            if time.monotonic() - said > ALIVE_SECONDS:
                said = time.monotonic()
                await self._replays.keep_alive(call.claim)
            yield part


def sort_batch_query(query: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the parameters with ``map.first_name=…`` and ``fallback.first_name=…`` gathered into mappings."""
    found: dict[str, Any] = {name: {} for name in FIELD_PARAMETERS}
    for parameter, value in query.items():
        name, dot, field = parameter.partition(".")
        if dot and name in FIELD_PARAMETERS:
            found[name][field] = value
        elif parameter in FIELD_PARAMETERS:
            raise refused([Problem(f"?{parameter}", f"names no field; write {parameter}.first_name=…")])
        else:
            found[parameter] = value
    return found


def _of_query(refusal: Refusal) -> Refusal:
    """Return a refusal whose mistakes stand in the query instead of a JSON body."""
    return refused(Problem(f"?{error.pointer[1:]}", error.sentence) for error in refusal.errors)


def _kind_of_list(request: Request) -> str:
    """Return the media type of a list, with its parameters."""
    if media_type_of(request) == OCTETS:
        return BY_PATH[request.url.path.rpartition("/")[2]]
    return request.headers["content-type"]


async def _bounded(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what comes, as long as it is not too much. Raises 413."""
    length = lines = 0
    async for part in parts:
        length += len(part)
        lines += part.count(b"\n")
        if length > MAX_BYTES or lines > MAX_LINES + 1:
            raise Refusal(413, f"the list is over {MAX_LINES:,} lines or {MAX_BYTES:,} bytes; send it in several")
        yield part


async def _head(parts: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Return the beginning of a list, and whether that is all of it."""
    head = b""
    async for part in parts:
        head += part
        if len(head) >= HEAD_BYTES:
            return head, False
    return head, True


async def _whole(head: bytes, rest: AsyncIterator[bytes], *, is_all: bool) -> AsyncIterator[bytes]:
    yield head
    if not is_all:
        async for part in rest:
            yield part


async def _as_utf8(parts: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    transcoder = Transcoder(encoding)
    async for part in parts:
        yield transcoder.feed(part)
    yield transcoder.feed(b"", is_last=True)


def _lines(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as NDJSON; a number with a point as a text, which keeps its digits."""
    plain = ({name: as_text(v) if isinstance(v, Decimal) else v for name, v in row.items()} for row in rows)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in plain).encode()
