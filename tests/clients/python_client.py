"""A batch of each kind with the client that openapi-python-client generates; run alongside the generated package."""

import io
import json
import os
import time

from imgurl_client import AuthenticatedClient
from imgurl_client.api.batches_and_jobs import (
    get_jobs_id,
    get_jobs_id_result,
    post_batches,
    post_batches_csv,
    post_batches_ndjson,
)
from imgurl_client.models import (
    BatchRequest,
    BatchRequestRowsItem,
    GetJobsIdResultFormat,
    JobOut,
    PostBatchesCsvMapAndFallback,
    ProblemOut,
)
from imgurl_client.types import File

DESIGN = "cert-2025"

client = AuthenticatedClient(base_url=os.environ["BASE"], token=os.environ["KEY"])


def result(job: JobOut | ProblemOut | None) -> str:
    """Wait for a job and return its result."""
    assert isinstance(job, JobOut), job
    while job.status in ("queued", "running"):
        time.sleep(0.2)
        found = get_jobs_id.sync(job.job_id, client=client)
        assert isinstance(found, JobOut), found
        job = found
    rows = get_jobs_id_result.sync(job.job_id, client=client, format_=GetJobsIdResultFormat.CSV)
    assert isinstance(rows, str), rows
    return rows


def row(name: str) -> BatchRequestRowsItem:
    """Return a row of a JSON batch."""
    return BatchRequestRowsItem.from_dict({"full_name": name})


as_json = post_batches.sync(
    client=client, body=BatchRequest(design_id=DESIGN, rows=[row("Ava Johnson"), row("Leo Park")])
)
as_csv = post_batches_csv.sync(
    client=client,
    body=File(io.BytesIO(b"Name\nAva Johnson\nLeo Park\n")),
    design_id=DESIGN,
    warm=True,
    map_and_fallback=PostBatchesCsvMapAndFallback.from_dict({"map.full_name": "Name"}),
)
as_ndjson = post_batches_ndjson.sync(
    client=client,
    body=File(io.BytesIO(b'{"full_name": "Ava Johnson"}\n{"full_name": "Leo Park"}\n')),
    design_id=DESIGN,
)
print(json.dumps({"json": result(as_json), "csv": result(as_csv), "ndjson": result(as_ndjson)}))
