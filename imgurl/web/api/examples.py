"""Requests and answers as the reference shows them, for the shipped design ``cert-2025``.

tests/web/api/test_examples.py sends these requests and compares the answers.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from imgurl.urls.target import EXTENSIONS
from imgurl.web.api.outputs import (
    CampaignOut,
    CampaignsOut,
    DesignDetail,
    DesignsOut,
    ExplainOut,
    GenerateOut,
    JobOut,
    JobsOut,
    LinksOut,
    StatsOut,
)

DESIGN_ID = "cert-2025"
VERSION = "21e3233236de8eae"
JOB_ID = "b5f3a9c0d1e2b4a68c7d09f1e2a3b4c5d"

VALUES = {
    "full_name": "Ava Johnson",
    "event_name": "Northern Design Conference 2025",
    "award_title": "Excellence in Service Design",
}

# The signature is cut: another server has other keys.
QUERY = f"_k=k1&{urlencode(VALUES)}&_s=…"
PNG_URL = f"https://img.example.com/i/{DESIGN_ID}.png?{QUERY}"
JPG_URL = f"https://img.example.com/i/{DESIGN_ID}.jpg?{QUERY}"

GENERATE = {"design_id": DESIGN_ID, "data": VALUES, "format": "png"}
LINKS = {"design_id": DESIGN_ID, "rows": [VALUES, {"full_name": ""}]}
EXPLAIN = {"url": PNG_URL}
BATCH = {"design_id": DESIGN_ID, "rows": [{"full_name": "Ava Johnson"}, {"full_name": "Leo Park"}]}


def _field(name: str, kind: str, label: str, fallback: str | None, max_length: int) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "label": label,
        "required": fallback is None,
        "fallback": fallback,
        "sample": VALUES[name],
        "max_length": max_length,
        "openable": True,
        "choices": [],
        "pattern": None,
    }


DESIGN = {
    "design_id": DESIGN_ID,
    "title": "Certificate 2025",
    "version": VERSION,
    "width": 1600,
    "height": 1131,
    "url": f"/v1/designs/{DESIGN_ID}",
    "preview_url": f"/v1/designs/{DESIGN_ID}/preview.png",
}

FIELDS = {name: {"text": text, "from": "sealed", "flags": []} for name, text in VALUES.items()}

RUNNING = {
    "job_id": JOB_ID,
    "status": "running",
    "total": 100_000,
    "done": 41_500,
    "failed": 12,
    "fallbacks": {"event_name": 803},
    "rate": 1_450.0,
    "eta_s": 40.3,
    "created": 1_795_400_000,
    "ended": None,
    "error": None,
    "url": f"/v1/jobs/{JOB_ID}",
    "result_url": None,
    "webhook": None,
    "image_url": None,
    "notes": [],
}

# A job just after it was accepted.
QUEUED = {
    **RUNNING,
    "status": "queued",
    "total": 0,
    "done": 0,
    "failed": 0,
    "fallbacks": {},
    "rate": 0.0,
    "eta_s": None,
}

CAMPAIGN = {"per_hour": 20_000, "total": 150_000}

LIMITED = {
    "campaign": "spring-sale",
    "stopped": None,
    **CAMPAIGN,
    "renders": 41_500,
    "renders_this_hour": 1_204,
    "stats_url": "/v1/campaigns/spring-sale/stats",
}

COUNTS = {
    "served": 61_840,
    "rendered": 41_502,
    "fallbacks": {"full_name": 803},
    "unresolved": 2,
    "cut": 1,
    "charset": 12,
    "folded": 4,
    "default": 0,
    "expired": 0,
    "stopped": 0,
    "over_budget": 0,
    "refused": 0,
}

ANSWERS: Mapping[type[BaseModel], Mapping[str, Any]] = {
    DesignsOut: {"designs": [DESIGN], "next": None},
    DesignDetail: {
        **DESIGN,
        "description": "A certificate of an award, ready to print on A4 across.",
        "alt": "Certificate: <<award_title>>, <<full_name>>, <<event_name>>",
        "fields": [
            _field("full_name", "name", "Full name", None, 60),
            _field("event_name", "text", "Event", "the 2025 programme", 80),
            _field("award_title", "text", "Award", "Active Participation", 80),
        ],
        "sizes": [{"dpr": 1, "width": 1600, "height": 1131}, {"dpr": 2, "width": 3200, "height": 2262}],
        "formats": list(EXTENSIONS),
        "sample_url": JPG_URL,
    },
    GenerateOut: {
        "image_url": PNG_URL,
        "status": "completed",
        "design_id": DESIGN_ID,
        "version": VERSION,
        "width": 1600,
        "height": 1131,
        "bytes": 415_905,
        "fields": FIELDS,
        "warnings": [],
        "image_base64": None,
    },
    LinksOut: {
        "design_id": DESIGN_ID,
        "version": VERSION,
        "links": [
            {"image_url": JPG_URL, "error": None, "warnings": []},
            {
                "image_url": None,
                "error": "/rows/1/full_name: is blank; it is required and has no fallback",
                "warnings": [],
            },
        ],
    },
    ExplainOut: {
        "url": PNG_URL,
        "status": 200,
        "outcome": "ok",
        "reason": "",
        "notes": [],
        "design": DESIGN_ID,
        "key": "k1",
        "fields": FIELDS,
        "warnings": [],
        "gathered": [],
    },
    CampaignOut: LIMITED,
    CampaignsOut: {
        "campaigns": [{**LIMITED, "served": 61_840, "first_day": "2026-11-24", "last_day": "2026-11-29"}],
        "next": None,
    },
    StatsOut: {
        "campaign": "spring-sale",
        "from": "2026-10-31",
        "to": "2026-11-29",
        "total": COUNTS,
        "via": {"gmail": COUNTS},
        "days": [{"day": "2026-11-24", "design_id": DESIGN_ID, "via": "gmail", **COUNTS}],
    },
    JobOut: RUNNING,
    JobsOut: {"jobs": [RUNNING], "next": f"/v1/jobs?limit=50&before={JOB_ID}"},
}
