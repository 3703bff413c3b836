"""Answers as the reference shows them, by their model."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from imgurl.web.api.outputs import DesignDetail, DesignsOut, ExplainOut, GenerateOut, JobOut, JobsOut, LinksOut
from imgurl.web.api.schemas import EXAMPLE_DESIGN, EXAMPLE_URL

VERSION = "75f1c0de20a94b3e"
JOB = "b5f3a9c0d1e2b4a68c7d09f1e2a3b4c5d"

DESIGN = {
    "design_id": EXAMPLE_DESIGN,
    "title": "Certificate",
    "version": VERSION,
    "width": 1200,
    "height": 850,
    "url": f"/v1/designs/{EXAMPLE_DESIGN}",
    "preview_url": f"/v1/designs/{EXAMPLE_DESIGN}/preview.png",
}

NAME = {"full_name": {"text": "Ava Johnson", "from": "sealed", "flags": []}}

RUNNING = {
    "job_id": JOB,
    "status": "running",
    "total": 100_000,
    "done": 41_500,
    "failed": 12,
    "fallbacks": {"first_name": 803},
    "rate": 1_450.0,
    "eta_s": 40.3,
    "created": 1_795_400_000,
    "ended": None,
    "error": None,
    "url": f"/v1/jobs/{JOB}",
    "result_url": None,
    "webhook": None,
    "image_url": None,
    "notes": [],
}

# What a job is when it was accepted a moment ago.
QUEUED = {
    **RUNNING,
    "status": "queued",
    "total": 0,
    "done": 0,
    "failed": 0,
    "fallbacks": {},
    "rate": 0.0,
    "eta_s": None,
    "notes": ["company_name ← Account Name"],
}

ANSWERS: Mapping[type[BaseModel], Mapping[str, Any]] = {
    DesignsOut: {"designs": [DESIGN], "next": None},
    DesignDetail: {
        **DESIGN,
        "description": "",
        "alt": "Certificate of completion for <<full_name>>",
        "fields": [
            {
                "name": "full_name",
                "type": "name",
                "label": "",
                "required": True,
                "fallback": None,
                "sample": "Ava Johnson",
                "max_length": 40,
                "openable": False,
                "choices": [],
                "pattern": None,
            }
        ],
        "sizes": [{"dpr": 1, "width": 1200, "height": 850}],
        "formats": ["png", "jpg", "gif", "webp", "avif"],
        "sample_url": EXAMPLE_URL,
    },
    GenerateOut: {
        "image_url": EXAMPLE_URL,
        "status": "completed",
        "design_id": EXAMPLE_DESIGN,
        "version": VERSION,
        "width": 1200,
        "height": 850,
        "bytes": 48_211,
        "fields": NAME,
        "warnings": [],
        "image_base64": None,
    },
    LinksOut: {
        "design_id": EXAMPLE_DESIGN,
        "version": VERSION,
        "links": [
            {"image_url": EXAMPLE_URL, "error": None, "warnings": []},
            {
                "image_url": None,
                "error": "/rows/1/full_name: is blank; it is required and has no fallback",
                "warnings": [],
            },
        ],
    },
    ExplainOut: {
        "url": EXAMPLE_URL,
        "status": 200,
        "outcome": "ok",
        "reason": "",
        "notes": [],
        "design": EXAMPLE_DESIGN,
        "key": "k1",
        "fields": NAME,
        "warnings": [],
    },
    JobOut: RUNNING,
    JobsOut: {"jobs": [RUNNING], "next": f"/v1/jobs?limit=50&before={JOB}"},
}
