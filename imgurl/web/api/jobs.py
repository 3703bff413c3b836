"""``/v1/jobs``: the status of jobs, their results, cancelling and resuming. Other owners' jobs are not found."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from anyio import to_thread
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse

from imgurl.access.keys import ApiKey
from imgurl.errors import UnknownJob
from imgurl.jobs.port import Jobs, JobState, JobStatus, WebhookStatus
from imgurl.tables.form import Kind
from imgurl.web.api.accepting import preferred
from imgurl.web.api.gate import Call
from imgurl.web.api.outputs import JobOut, JobsOut, WebhookOut
from imgurl.web.api.problems import ProblemError
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import JobsQuery, NoQuery, ResultQuery

# Prefixes of job ids: a batch, or one image. Then 128 random bits.
OF_BATCH = "b"
OF_IMAGE = "g"
JOB_ID = re.compile(rf"[{OF_BATCH}{OF_IMAGE}][0-9a-f]{{32}}")

CSV, NDJSON = "text/csv", "application/x-ndjson"

Result = Callable[[str, Kind], Iterator[bytes]]


class JobPages:
    """The endpoints about jobs."""

    def __init__(self, jobs: Jobs, result: Result) -> None:
        self._jobs = jobs
        self._result = result

    async def listing(self, call: Call[JobsQuery, None]) -> Response:
        """List the jobs of this key's name, newest first.

        A key and its successor of the same name see the same jobs. A page has up to 100 entries.
        """
        limit = call.query.limit
        jobs = await to_thread.run_sync(self._jobs.list, call.key.owner, limit + 1, call.query.before)
        page = [await self.job_out(job) for job in jobs[:limit]]
        query = urlencode({"limit": limit, "before": jobs[limit - 1].job_id}) if len(jobs) > limit else ""
        return as_json(JobsOut(jobs=page, next=f"/v1/jobs?{query}" if query else None))

    async def status(self, call: Call[NoQuery, None]) -> Response:
        """Show the status of a job."""
        return as_json(await self.job_out(await self._own(call.request.path_params["id"], call.key)))

    async def cancel(self, call: Call[NoQuery, None]) -> Response:
        """Cancel a job. Work in progress may finish; links that were made stay valid."""
        job = await self._own(call.request.path_params["id"], call.key)
        return as_json(await self.job_out(await to_thread.run_sync(self._jobs.cancel, job.job_id)))

    async def resume(self, call: Call[NoQuery, None]) -> Response:
        """Resume a job that was cancelled or failed. What is done is not done again."""
        job = await self._own(call.request.path_params["id"], call.key)
        return as_json(await self.job_out(await to_thread.run_sync(self._jobs.resume, job.job_id)))

    async def result(self, call: Call[ResultQuery, None]) -> Response:
        """Read the result of a completed batch: its rows in their order, each with its link.

        A row keeps its own columns; `image_url`, `image_path` (what follows `/i/` in the link), `error` and `warnings`
        are added. A row that failed has an `error` and does not affect the others. In CSV, a cell that a spreadsheet
        would run as a formula is prefixed with an apostrophe.
        """
        job = await self._own(call.request.path_params["id"], call.key)
        if job.status is not JobState.COMPLETED:
            raise ProblemError(409, f"the job is {job.status.value}; it has a result when it is completed")
        accept = call.request.headers.get("accept", "")
        kind = Kind(call.query.format) if call.query.format else _preferred_kind(accept)
        parts = self._result(job.job_id, kind)
        # The first part is read before the status is sent, so that a failing store still gets a 503.
        first = await to_thread.run_sync(next, parts, b"")
        return StreamingResponse(
            iterate_in_threadpool(_joined(first, parts)),
            headers={"Content-Disposition": f'attachment; filename="{job.job_id}.{kind.value}"'},
            media_type=f"{CSV}; charset=utf-8" if kind is Kind.CSV else NDJSON,
        )

    async def job_out(self, job: JobStatus) -> JobOut:
        """Return a job as a client sees it."""
        is_done = job.status is JobState.COMPLETED
        image_url, error = None, job.error or None
        if is_done and job.job_id.startswith(OF_IMAGE):
            image_url, error = await to_thread.run_sync(self._only_row, job.job_id)
        url = f"/v1/jobs/{job.job_id}"
        return JobOut(
            job_id=job.job_id,
            status=job.status.value,
            total=job.total,
            done=job.done,
            failed=job.failed,
            fallbacks=dict(job.fallbacks),
            rate=round(job.rate, 1),
            eta_s=None if job.eta_s is None else round(job.eta_s, 1),
            created=job.created,
            ended=job.ended,
            error=error,
            url=url,
            result_url=f"{url}/result" if is_done else None,
            webhook=_webhook(job.webhook),
            image_url=image_url,
            notes=[],
        )

    async def _own(self, job_id: str, key: ApiKey) -> JobStatus:
        """Return a job of a caller. Raises UnknownJob, with the same words for a job of another owner."""
        if not JOB_ID.fullmatch(job_id):
            raise UnknownJob(job_id[:64])
        job = await to_thread.run_sync(self._jobs.status, job_id)
        if job.owner != key.owner:
            raise UnknownJob(job_id)
        return job

    def _only_row(self, job_id: str) -> tuple[str | None, str | None]:
        row = json.loads(b"".join(self._result(job_id, Kind.NDJSON)))
        return row["image_url"], row["error"]


def _webhook(webhook: WebhookStatus | None) -> WebhookOut | None:
    if webhook is None:
        return None
    return WebhookOut(
        status=webhook.state.value, tries=webhook.tries, next_try=webhook.next_try, detail=webhook.detail or None
    )


def _joined(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts


def _preferred_kind(accept: str) -> Kind:
    media_type = preferred(accept, (CSV, NDJSON, "application/ndjson", "application/jsonl"))
    return Kind.CSV if media_type in (None, CSV) else Kind.NDJSON
