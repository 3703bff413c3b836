"""``POST /v1/preflight``: the same as ``imgurl preflight``, for lists of a bounded size.

Lists are judged in processes of their own: a server loads nothing that draws, and its images go out meanwhile.
"""

import os
import tempfile
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from anyio import CapacityLimiter, Lock, from_thread, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from imgurl.design.library import Design
from imgurl.errors import BadValue
from imgurl.pipeline.path import Pipeline
from imgurl.preflight.crew import ProcessCrew
from imgurl.preflight.criteria import Criterion, read_criteria
from imgurl.preflight.order import PreflightOptions
from imgurl.preflight.report import Report, report_on
from imgurl.preflight.run import count_list, order_for
from imgurl.web.api.auth import require_design
from imgurl.web.api.gate import Call
from imgurl.web.api.preflight_out import PreflightOut
from imgurl.web.api.problems import RETRY_SECONDS, ProblemError
from imgurl.web.api.replays import Fingerprint, Replays
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import PreflightQuery

# What is judged while a client waits. Longer lists: the command.
MAX_BYTES = 64_000_000
MAX_LINES = 250_000

# A page that holds values of recipients is saved, and neither shown here nor kept by a cache.
AS_FILE = {"Content-Disposition": "attachment", "Cache-Control": "no-store"}

# Lists that arrive or wait at once: a slow connection holds up nobody, and the temporary folder is not filled.
MAX_LISTS = 8

# Processes of one request.
WORKERS = 2

TOO_LONG = (
    f"the list exceeds {MAX_LINES:,} lines or {MAX_BYTES:,} bytes; send a part of it, or use the command "
    "'imgurl preflight', which takes millions"
)


class Preflight:
    """The endpoint that judges lists. Mutable state: how many there are, and whether one is being judged."""

    def __init__(self, pipeline: Pipeline, replays: Replays) -> None:
        self._pipeline = pipeline
        self._replays = replays
        self._lists = CapacityLimiter(MAX_LISTS)
        self._lock = Lock()

    async def judge(self, call: Call[PreflightQuery, None]) -> Response:
        """Say what each row of a list will look like, before it is sent.

        The body is the list as CSV or NDJSON, up to 250,000 lines; its options are in the query, as for a batch:
        `?design_id=…&map.first_name=FirstName&fallback.city=you`. Every row is judged and laid out without being drawn,
        then the worst 24 are drawn. Nothing is signed, sent or fetched, and the list is deleted before the answer. One
        list is judged at a time: while another one is, the answer is 429, but for a list that was on its way before.
        Whoever closes the connection is not waited for, so that the next list can be judged.
        """
        report, criteria = await self._report(call)
        told = report.as_json(with_pictures=call.query.pictures) | {"failed": report.failed(criteria)}
        return as_json(PreflightOut.model_validate(told))

    async def page(self, call: Call[PreflightQuery, None]) -> Response:
        """Return the same as one HTML file, which `imgurl preflight --report` writes."""
        report, _ = await self._report(call)
        return Response(await to_thread.run_sync(_page, report), media_type="text/html; charset=utf-8", headers=AS_FILE)

    async def _report(self, call: Call[PreflightQuery, None]) -> tuple[Report, tuple[Criterion, ...]]:
        query = call.query
        require_design(call.key, query.design_id)
        design = self._pipeline.library.find(query.design_id)
        if query.dpr > design.document.max_dpr:
            raise BadValue("dpr", f"is {query.dpr}, which is too large for this design")
        if self._lock.locked():
            raise _come_again("another list is being judged")
        if not self._lists.available_tokens:
            raise _come_again(f"{MAX_LISTS} lists are arriving already")
        async with self._lists:
            with tempfile.TemporaryDirectory(prefix="imgurl-preflight-") as folder:
                source = Path(folder) / "list"
                fingerprint = Fingerprint(call.request)
                try:
                    await _store(source, fingerprint.through(call.request.stream()))
                except ClientDisconnect:
                    raise ProblemError(400, "the list ended before it was complete") from None
                await self._replays.seal(call.claim, fingerprint.hex)
                hint = call.request.headers["content-type"]
                async with self._lock:
                    # A thread of its own: it waits for processes for seconds.
                    return await to_thread.run_sync(
                        partial(_judged, design, source, hint, call), limiter=CapacityLimiter(1)
                    )


def _come_again(reason: str) -> ProblemError:
    return ProblemError(429, f"{reason}; try again in a moment", headers={"Retry-After": str(RETRY_SECONDS)})


def _judged(
    design: Design, source: Path, hint: str, call: Call[PreflightQuery, None]
) -> tuple[Report, tuple[Criterion, ...]]:
    query = call.query
    criteria = read_criteria(query.fail_on, tuple(field.name for field in design.document.fields))
    options = PreflightOptions(query.map, query.fallback, "", query.dpr, time.time())
    fonts = (design.fonts.base or design.fonts).folder
    order = order_for(design, source, hint, None, options, fonts)
    with ProcessCrew(order, WORKERS, partial(_check_is_there, call.request)) as crew:
        return report_on(design, query.name, count_list(order, source, crew), crew), criteria


def _check_is_there(request: Request) -> None:
    """Raise 400 once the client has closed the connection: the next list need not wait for what nobody reads."""
    if from_thread.run(request.is_disconnected):
        raise ProblemError(400, "the client left before the list was judged")


def _page(report: Report) -> str:
    from imgurl.preflight.page import html_of  # noqa: PLC0415 - templates are loaded for pages only

    return html_of(report)


async def _store(path: Path, parts: AsyncIterator[bytes]) -> None:
    """Write a list into a file that only this user can read. Raises 413 as soon as it exceeds the limits."""
    length = lines = 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        async for part in parts:
            length += len(part)
            lines += part.count(b"\n")
            if length > MAX_BYTES or lines > MAX_LINES + 1:
                raise ProblemError(413, TOO_LONG)
            # Into the page cache of the machine: a fraction of a millisecond.
            file.write(part)
