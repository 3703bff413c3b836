"""The status of a job, read from the ledger, and what a webhook says about it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, select

from imgurl.jobs.database import FALLBACKS, TASKS, WEBHOOKS
from imgurl.jobs.port import JobState, JobStatus, WebhookState, WebhookStatus
from imgurl.jobs.rows import JobRow

# How many chunks the rate is measured over: with two workers, the last half minute or so.
LATELY = 32


def status_of(connection: Connection, job: JobRow, now: int) -> JobStatus:
    """Return the status of a job; ``now`` is in milliseconds since 1970. Reads some of its chunks at most."""
    fallbacks = connection.execute(
        select(FALLBACKS.c.field, FALLBACKS.c.rows).where(FALLBACKS.c.job_id == job.job_id).order_by(FALLBACKS.c.field)
    )
    is_running = job.status is JobState.RUNNING
    rate = _rate(connection, job.job_id, job.started, now) if is_running and job.started else 0.0
    left = job.total - job.done - job.failed
    return JobStatus(
        job_id=job.job_id,
        owner=job.owner,
        status=job.status,
        total=job.total,
        done=job.done,
        failed=job.failed,
        fallbacks={row.field: row.rows for row in fallbacks},
        rate=round(rate, 3),
        eta_s=round(left / rate, 1) if rate else None,
        created=job.created // 1000,
        ended=None if job.ended is None else job.ended // 1000,
        error=job.error,
        webhook=_webhook(connection, job.job_id) if job.webhook else None,
    )


def payload_of(status: JobStatus) -> Mapping[str, object]:
    """Return what a webhook says about a finished job: type, time and data, as Standard Webhooks recommends.

    ``result_url`` is a path of the API, as in the job itself.
    """
    is_done = status.status is JobState.COMPLETED
    return {
        "type": f"job.{status.status}",
        "timestamp": datetime.fromtimestamp(status.ended or 0, UTC).isoformat(),
        "data": {
            "job_id": status.job_id,
            "status": str(status.status),
            "total": status.total,
            "done": status.done,
            "failed": status.failed,
            "fallbacks": dict(status.fallbacks),
            "error": status.error,
            "result_url": f"/v1/jobs/{status.job_id}/result" if is_done else None,
        },
    }


def _webhook(connection: Connection, job_id: str) -> WebhookStatus | None:
    row = connection.execute(select(WEBHOOKS).where(WEBHOOKS.c.job_id == job_id)).first()
    if row is None:
        return None
    due = None if row.due is None else row.due // 1000
    return WebhookStatus(WebhookState(row.state), row.tries, due if row.tries else None, row.said)


def _rate(connection: Connection, job_id: str, started: int, now: int) -> float:
    """Return rows per second over the last chunks, up to now: it falls while nothing gets done."""
    lately = and_(TASKS.c.job_id == job_id, TASKS.c.ended >= started, TASKS.c.number >= 0)
    newest = select(TASKS.c.ended, TASKS.c.rows).where(lately).order_by(TASKS.c.ended.desc()).limit(LATELY + 1)
    ended = connection.execute(newest).all()
    since = ended[-1].ended if len(ended) > LATELY else started
    rows = sum(task.rows for task in ended[:LATELY])
    return float(1000 * rows / max(1, now - since))
