"""Tell what a URL shows, and why: for ``imgurl explain`` and the API. For owners of the keys, not for mail clients."""

import time
from typing import Any

from imgurl.errors import ImgurlError, Refused
from imgurl.merge.judge import sentences
from imgurl.merge.resolve import FALLBACKS, Value
from imgurl.pipeline import Outcome, Picture, Pipeline
from imgurl.urls.diagnose import as_requested, why_refused
from imgurl.urls.signing import KeyRing
from imgurl.urls.target import parse_target


def explanation(url: str, keys: KeyRing, pipeline: Pipeline) -> dict[str, Any]:
    """Return what a URL shows as plain data: status, outcome, reason, design, key, fields."""
    told: dict[str, Any] = {
        "url": url, "status": 200, "outcome": Outcome.REFUSED.value, "reason": "", "design": None, "key": None,
        "fields": {}, "warnings": [],
    }  # fmt: skip
    path, query = as_requested(url)
    try:
        signed = parse_target(path, query)
        told |= {"design": signed.design, "key": signed.key_id}
        key = keys.verify(signed)
        pipeline.fetch_version(signed)
        picture = pipeline.resolve(signed, key.state, time.time())
    except ImgurlError as error:
        reason = why_refused(path, query, keys, pipeline.library.designs) if isinstance(error, Refused) else str(error)
        return told | {"status": error.status_hint, "reason": reason}
    return told | {
        "outcome": picture.outcome.value,
        "reason": picture.reason,
        "fields": _fields(picture),
        "warnings": [f"{value.field} {sentence}" for value in picture.values for sentence in _sentences(value)],
    }


def _sentences(value: Value) -> tuple[str, ...]:
    return sentences(value.flags, is_drawn=value.origin not in FALLBACKS)


def _fields(picture: Picture) -> dict[str, Any]:
    return {
        value.field: {
            "text": value.text,
            "from": value.origin.value,
            "flags": [flag.value for flag in value.flags],
        }
        for value in picture.values
    }
