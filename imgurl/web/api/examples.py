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
from imgurl.web.api.preflight_out import PreflightOut

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

PREFLIGHT = {
    "design_id": DESIGN_ID,
    "title": "Certificate 2025",
    "version": VERSION,
    "list": "guests.csv",
    "read_as": "UTF-8, cells end at a comma, header in line 1",
    "notes": [],
    "rows": 2_000,
    "seconds": 0.4,
    "rows_per_second": 5_000,
    "sentence": "2,000 recipients: 99.9 % personal, 0.1 % suspicious in full_name",
    "heading": "99.9 % see their own full name. 2 should not go out.",
    "outcomes": [
        {"outcome": "personal", "about": [], "label": "Personal", "rows": 1_998, "share": "99.9 %",
         "should_go_out": True, "tone": "good"},
        {"outcome": "suspicious", "about": ["full_name"], "label": "Suspicious value: Full name", "rows": 2,
         "share": "0.1 %", "should_go_out": False, "tone": "bad"},
    ],
    "marks": {"suspicious": 2, "duplicate": 4},
    "fallbacks": [],
    "same_for_all": [{"field": "event_name", "label": "Event", "shown": "the 2025 programme"}],
    "suspicious": [
        {"field": "full_name", "suspicion": "departed", "label": "Must get no mail", "state": "drawn", "rows": 2,
         "different": 1, "values": [{"value": "Deceased", "rows": 2}]},
    ],
    "layers": [{"layer": "name", "rows": 12, "smallest": 41.5, "full": 64.0}],
    "languages": {},
    "untranslated": {},
    "scripts": {"Latn": 1_998},
    "duplicates": {"by": "email", "rows": 4},
    "pictures": {"different": 1_994, "bytes": 1_900_000_000},
    "problems": [],
    "left_out": 0,
    "read_with_a_warning": 0,
    "platforms": [
        {"esp": "mailchimp", "platform": "Mailchimp", "tags": {"full_name": "*|URL:FULL_NAME|*"}, "same": True,
         "damaged_rows": 0, "sealed_fields": [], "note": "Merge tags have at most 10 characters: look yours up."},
    ],
    "fixes": [
        {"id": "missing:full_name", "what": "1 value of Full name is hardly meant",
         "cure": "Count it as missing, so that no link is made for them: the field is required.", "rows": 2,
         "values": ["Deceased"], "change": {"pointer": "/fields/0", "key": "missing", "value": ["Deceased"]}},
    ],
    "worst": [
        {"row": 17, "line": 18, "kind": "suspicious", "about": "departed", "value": "Deceased", "chip": "No mail",
         "tone": "bad", "size": 0.0, "bytes": 970_412, "picture": None},
    ],
    "failed": [],
}  # fmt: skip

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
    PreflightOut: PREFLIGHT,
    JobOut: RUNNING,
    JobsOut: {"jobs": [RUNNING], "next": f"/v1/jobs?limit=50&before={JOB_ID}"},
}
