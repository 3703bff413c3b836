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
from imgurl.pipeline.path import Pipeline
from imgurl.storage import Storage
from imgurl.tables.charset import Transcoder
from imgurl.tables.sniff import HEAD_BYTES, read_form
from imgurl.urls.signing import Keys
from imgurl.web.api.auth import require_design
from imgurl.web.api.bodies import media_type_of
from imgurl.web.api.gate import Call
from imgurl.web.api.jobs import CSV, NDJSON, OF_BATCH, OF_IMAGE, JobPages
from imgurl.web.api.minting import LinkRequest, check, controls_of, seal
from imgurl.web.api.problems import ProblemError, bad_request
from imgurl.web.api.replays import Claim, Fingerprint, Replays
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import BatchQuery, BatchRequest, GenerateRequest, NoQuery, as_text
from imgurl.web.api.uploads import store_upload

# Rows are counted by line ends during the upload; a row with line breaks in its cells counts several times.
MAX_LINES = 10_000_000
MAX_BYTES = 8_000_000_000

# How often a long upload renews its claim; a claim not renewed for a minute counts as abandoned.
ALIVE_SECONDS = 15.0

FIELD_PARAMETERS = ("map", "fallback")

# Some generated clients can send a file only with this media type. Then the path says what kind of list it is.
OCTETS = "application/octet-stream"
BY_PATH = {"csv": CSV, "ndjson": NDJSON}


@dataclass(frozen=True, slots=True)
class BatchServices:
    """What is needed to accept a batch.

    ``webhook_objection`` returns why a webhook may not go to a URL, or None if it may.
    """

    pipeline: Pipeline
    keys: Keys
    links_begin_with: str
    storage: Storage
    jobs: Jobs
    webhook_objection: Callable[[str], str | None]


class Batches:
    """Accepts batches. Stateless itself: lists are in the storage, jobs in the engine of jobs."""

    def __init__(self, services: BatchServices, pages: JobPages, replays: Replays) -> None:
        self._services = services
        self._pages = pages
        self._replays = replays

    async def create(self, call: Call[BatchQuery | NoQuery, BatchRequest | None]) -> Response:
        """Make a link for each row of a list, and with `warm` its image.

        JSON takes up to 10,000 rows. With CSV or NDJSON the body is the list itself, up to 10 million rows, and its
        options are in the query: `?design_id=…&warm=true&map.first_name=FirstName&fallback.city=you`. Columns named
        like a field need no `map`, nor do the usual names in exports (First Name, `Vorname`, `Account Name`); all other
        columns are copied to the result. The charset is detected if `Content-Type` does not name it. The error of a bad
        row is in its line of the result.
        """
        order = call.body if call.body is not None else call.query
        # The gate has required JSON or a list, and read the model of that.
        assert isinstance(order, BatchRequest | BatchQuery)
        design = self._design(order.design_id, call.key)
        try:
            options = self._options(order, design, call.key)
        except ProblemError as error:
            raise error if isinstance(order, BatchRequest) else _of_query(error) from None
        job_id = OF_BATCH + call.claim.id
        earlier = await self._earlier_job(job_id, call.claim)
        if isinstance(order, BatchQuery):
            return await self._stream(job_id, call, options, design, earlier)
        if earlier is not None:
            return await self._accepted(earlier)
        return await self._submit(job_id, call.key, _lines(order.rows), options, design)

    async def create_from_csv(self, call: Call[BatchQuery | NoQuery, BatchRequest | None]) -> Response:
        """Make a link for each row of a CSV list, and with `warm` its image.

        The body is the list, up to 10 million rows, with a header row. Commas, tabs and semicolons are recognised.
        """
        return await self.create(call)

    async def create_from_ndjson(self, call: Call[BatchQuery | NoQuery, BatchRequest | None]) -> Response:
        """Make a link for each row of an NDJSON list, and with `warm` its image.

        The body is the list, one JSON object per line, up to 10 million rows.
        """
        return await self.create(call)

    async def later(self, call: Call[NoQuery, GenerateRequest]) -> Response:
        """Accept a request for one image, which a worker makes."""
        body = call.body
        design = self._design(body.design_id, call.key)
        if body.return_ == "base64":
            raise bad_request([Problem("/return", "mode async answers with a job; fetch the image by its link")])
        link = LinkRequest(body.data, body.fallbacks, ignore_unknown=body.ignore_unknown)
        check(design, link)
        # Only for its mistakes: they are answered now, not by the job.
        seal(design, link)
        known = design.document.by_name
        options = BatchOptions(
            design.id,
            fallbacks={name: text for name, text in body.fallbacks.items() if name in known},
            controls=controls_of(body, design, self._services.pipeline),
            warm=True,
            test=call.key.test,
            created=int(time.time()),
            ignore_unknown=True,
        )
        row = {name: as_text(value) for name, value in body.data.items() if name in known}
        job_id = OF_IMAGE + call.claim.id
        if (earlier := await self._earlier_job(job_id, call.claim)) is not None:
            return await self._accepted(earlier)
        return await self._submit(job_id, call.key, _lines([row]), options, design)

    def _design(self, design_id: str, key: ApiKey) -> Design:
        require_design(key, design_id)
        return self._services.pipeline.library.find(design_id)

    def _options(self, order: BatchRequest | BatchQuery, design: Design, key: ApiKey) -> BatchOptions:
        objection = None if order.webhook is None else self._services.webhook_objection(order.webhook)
        if objection:
            raise bad_request([Problem("/webhook", objection)])
        return BatchOptions(
            design.id,
            mapping=order.map,
            fallbacks=order.fallbacks if isinstance(order, BatchRequest) else order.fallback,
            controls=controls_of(order, design, self._services.pipeline),
            warm=order.warm,
            test=key.test,
            webhook=order.webhook,
            created=int(time.time()),
            ignore_unknown=order.ignore_unknown,
        )

    async def _earlier_job(self, job_id: str, claim: Claim) -> JobStatus | None:
        """Return the job that an earlier owner of this claim made before it died, None if there is none."""
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
        earlier: JobStatus | None,
    ) -> Response:
        fingerprint = Fingerprint(call.request)
        parts = _bounded(fingerprint.through(self._parts(call)))
        try:
            head, is_all = await _head(parts)
            if earlier is None:
                order = await self._order(head, _kind_of_list(call.request), options, design)
                whole = _as_utf8(_whole(head, parts, is_all=is_all), order.form.encoding)
                await store_upload(self._files(job_id).list, whole)
            else:
                async for _ in parts:
                    pass
        except ClientDisconnect:
            raise ProblemError(400, "the list ended before it was complete") from None
        await self._replays.seal(call.claim, fingerprint.hex)
        return await self._accepted(earlier) if earlier is not None else await self._queue(job_id, call.key, order)

    async def _order(self, head: bytes, media_type: str, options: BatchOptions, design: Design) -> BatchOrder:
        def check_list() -> BatchOrder:
            return prepare(
                options, read_form(head, media_type), design, self._services.keys(), self._services.links_begin_with
            )

        # Reading a quarter of a megabyte takes milliseconds, in which no image would go out.
        return await to_thread.run_sync(check_list)

    async def _queue(self, job_id: str, key: ApiKey, order: BatchOrder) -> Response:
        files = self._files(job_id)

        def submit() -> JobStatus:
            try:
                accept_order(files, order)
                return self._services.jobs.submit(job_id, key.owner, webhook=order.options.webhook)
            except ImgurlError as error:
                if error.is_permanent:
                    files.everything.delete()
                raise

        return await self._accepted(await to_thread.run_sync(submit), order.notes)

    def _files(self, job_id: str) -> JobFiles:
        return JobFiles(self._services.storage, job_id)

    async def _accepted(self, job: JobStatus, notes: Iterable[str] = ()) -> Response:
        out = (await self._pages.job_out(job)).model_copy(update={"notes": list(notes)})
        response = as_json(out, 202)
        response.headers["Location"] = out.url
        return response

    async def _parts(self, call: Call[Any, Any]) -> AsyncIterator[bytes]:
        """Yield the body, and keep the claim alive meanwhile."""
        renewed = time.monotonic()
        async for part in call.request.stream():
            if time.monotonic() - renewed > ALIVE_SECONDS:
                renewed = time.monotonic()
                await self._replays.keep_alive(call.claim)
            yield part


def sort_batch_query(query: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the parameters with ``map.first_name=…`` and ``fallback.first_name=…`` grouped into mappings."""
    parameters: dict[str, Any] = {name: {} for name in FIELD_PARAMETERS}
    for parameter, value in query.items():
        name, dot, field = parameter.partition(".")
        if dot and name in FIELD_PARAMETERS:
            parameters[name][field] = value
        elif parameter in FIELD_PARAMETERS:
            raise bad_request([Problem(f"?{parameter}", f"does not name a field; write {parameter}.first_name=…")])
        else:
            parameters[parameter] = value
    return parameters


def _of_query(error: ProblemError) -> ProblemError:
    """Return the same problem with pointers into the query instead of a JSON body."""
    return bad_request(Problem(f"?{mistake.pointer[1:]}", mistake.sentence) for mistake in error.errors)


def _kind_of_list(request: Request) -> str:
    """Return the media type of a list, with its parameters."""
    if media_type_of(request) == OCTETS:
        return BY_PATH[request.url.path.rpartition("/")[2]]
    return request.headers["content-type"]


async def _bounded(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the parts of a list. Raises 413 as soon as they exceed the limits."""
    length = lines = 0
    async for part in parts:
        length += len(part)
        lines += part.count(b"\n")
        if length > MAX_BYTES or lines > MAX_LINES + 1:
            raise ProblemError(413, f"the list exceeds {MAX_LINES:,} lines or {MAX_BYTES:,} bytes; split it")
        yield part


async def _head(parts: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Return the head of a list, and whether that is all of it."""
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
    """Return rows as NDJSON; a number with a point becomes a string, which keeps its digits."""
    plain = ({name: as_text(v) if isinstance(v, Decimal) else v for name, v in row.items()} for row in rows)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in plain).encode()
