"""Tell what a URL shows, and why: for ``imgurl explain`` and the API. For owners of the keys, not for mail clients."""

import time
from typing import Any

from imgurl.errors import ImgurlError, InvalidUrl
from imgurl.merge.dialects import BY_ID
from imgurl.merge.judge import sentences
from imgurl.merge.open_part import read_open_part
from imgurl.merge.resolve import FALLBACKS, Value
from imgurl.pipeline import Outcome, Picture, Pipeline
from imgurl.urls.diagnose import as_requested, why_refused
from imgurl.urls.reading import Read, read_url
from imgurl.urls.signing import KeyRing
from imgurl.urls.target import parse_target


def explanation(url: str, keys: KeyRing, pipeline: Pipeline) -> dict[str, Any]:
    """Return what a URL shows as plain data: status, outcome, reason, notes, design, key, fields.

    The notes say, one sentence each, what happened to the URL on its way and was undone.
    """
    told: dict[str, Any] = {
        "url": url, "status": 200, "outcome": Outcome.REFUSED.value, "reason": "", "notes": [], "design": None,
        "key": None, "fields": {}, "warnings": [],
    }  # fmt: skip
    path, query = as_requested(url)
    try:
        told |= _as_it_says(path, query)
        read = read_url(path, query, keys)
        told |= {"design": read.url.design, "key": read.url.key_id, "notes": _notes(read)}
        pipeline.fetch_version(read.url)
        picture = pipeline.resolve(read.url, read.key.state, time.time())
    except ImgurlError as error:
        reason = (
            why_refused(path, query, keys, pipeline.library.designs) if isinstance(error, InvalidUrl) else str(error)
        )
        return told | {"status": error.status_hint, "reason": reason}
    return told | {
        "outcome": picture.outcome.value,
        "reason": picture.reason,
        "fields": _fields(picture),
        "warnings": [f"{value.field} {sentence}" for value in picture.values for sentence in _sentences(value)],
    }


def _sentences(value: Value) -> tuple[str, ...]:
    return sentences(value.flags, is_drawn=value.origin not in FALLBACKS)


def _as_it_says(path: bytes, query: bytes) -> dict[str, str]:
    """Return design and key as a URL names them, whoever signed it; nothing where it is not of the form."""
    try:
        url = parse_target(path, query)
    except ImgurlError:
        return {}
    return {"design": url.design, "key": url.key_id}


def _notes(read: Read) -> list[str]:
    url = read.url
    part = read_open_part(url.open_query, url.open_names, BY_ID.get(url.dialect or ""))
    charsets = [f"sent from a page in {' or '.join(part.charsets)}"] if _tells_another(part.charsets) else []
    return [*(repair.sentence for repair in (*read.repairs, *part.repairs)), *charsets]


def _tells_another(charsets: tuple[str, ...]) -> bool:
    """Say whether a page's charset is known, and not the one that every page has."""
    return 0 < len(charsets) <= 3 and charsets != ("UTF-8",)


def _fields(picture: Picture) -> dict[str, Any]:
    return {
        value.field: {
            "text": value.text,
            "from": value.origin.value,
            "flags": [flag.value for flag in value.flags],
        }
        for value in picture.values
    }
