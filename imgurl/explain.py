"""Explain what a URL shows, and why: for ``imgurl explain`` and the API.

For the owners of the keys, not for mail clients.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from imgurl.campaigns.control import Control, hour_of
from imgurl.errors import ImgurlError, InvalidUrl
from imgurl.gathering.needs import Found, Gathered, LiveSource, Missing, Need
from imgurl.merge.dialects import BY_ID
from imgurl.merge.judge import sentences
from imgurl.merge.open_part import read_open_part
from imgurl.merge.resolve import FALLBACKS, Value
from imgurl.pipeline.path import NOTHING, Pipeline
from imgurl.pipeline.picture import Outcome, Picture
from imgurl.pipeline.showing import undrawn
from imgurl.urls.diagnose import as_requested, why_refused
from imgurl.urls.reading import Read, read_url
from imgurl.urls.signing import KeyRing
from imgurl.urls.target import parse_target

#: Returns the limits of a campaign, None if nobody knows it. May raise what a database raises.
Limits = Callable[[str], Control | None]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a URL shows. ``status`` is what its image request gets; ``design`` and ``key`` are as the URL names them.

    The notes say, one sentence each, what happened to the URL on its way and was undone.
    """

    url: str
    status: int = 200
    outcome: Outcome = Outcome.REFUSED
    reason: str = ""
    notes: tuple[str, ...] = ()
    design: str | None = None
    key: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    gathered: Gathered = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, by the names that the API documents."""
        return {
            "url": self.url,
            "status": self.status,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "notes": list(self.notes),
            "design": self.design,
            "key": self.key,
            "fields": {name: _field_as_json(value) for name, value in self.fields.items()},
            "warnings": list(self.warnings),
            "gathered": [_gathered_as_json(need, one) for need, one in self.gathered.items()],
        }


def explanation(
    url: str, keys: KeyRing, pipeline: Pipeline, gathered: Gathered = NOTHING, limits: Limits = lambda _: None
) -> Explanation:
    """Explain a URL, with what was gathered for it. May wait for the shared store, where a pinned version may be.

    ``limits`` is asked about the URL's campaign, if it has one. ``needs`` is what is to be gathered still: nothing if
    the pipeline does that itself.
    """
    path, query = as_requested(url)
    unread = _as_named(url, path, query)
    try:
        read = read_url(path, query, keys)
    except ImgurlError as error:
        is_invalid = isinstance(error, InvalidUrl)
        reason = why_refused(path, query, keys, pipeline.library.designs) if is_invalid else str(error)
        return replace(unread, status=error.status_hint, reason=reason)
    signed = Explanation(url, notes=_notes(read), design=read.url.design, key=read.url.key_id)
    try:
        picture = pipeline.show(read.url, read.key.state, time.time(), gathered)
    except ImgurlError as error:
        return replace(signed, status=error.status_hint, reason=str(error))
    explained = replace(
        signed,
        outcome=picture.outcome,
        reason=picture.reason,
        fields={value.field: value for value in picture.values},
        warnings=_warnings(picture),
        needs=picture.needs,
        gathered=picture.gathered,
    )
    return _limited(explained, read.url.campaign, limits) if read.url.campaign else explained


def _limited(explained: Explanation, campaign: str, limits: Limits) -> Explanation:
    """Say what the limits of its campaign make of what a URL shows."""
    try:
        control = limits(campaign)
    except ImgurlError as error:
        warning = f"whether the campaign '{campaign}' is stopped is not known: {error}"
        return replace(explained, warnings=(*explained.warnings, warning))
    if control is None:
        return explained
    if control.stopped is not None:
        reason = f"the campaign '{campaign}' is stopped: the default image is shown"
        return replace(explained, outcome=Outcome.STOPPED, reason=reason)
    if not control.allows(hour_of(time.time()), 0, 0):
        warning = (
            f"the budget of the campaign '{campaign}' is used up: an image that is in no cache is the default image"
        )
        return replace(explained, warnings=(*explained.warnings, warning))
    return explained


def _as_named(url: str, path: bytes, query: bytes) -> Explanation:
    """Return design and key as a URL names them, even if its signature is bad; neither if the URL is malformed."""
    try:
        target = parse_target(path, query)
    except ImgurlError:
        return Explanation(url)
    return Explanation(url, design=target.design, key=target.key_id)


def _notes(read: Read) -> tuple[str, ...]:
    url = read.url
    part = read_open_part(url.open_query, url.open_names, BY_ID.get(url.dialect or ""))
    charsets = (f"sent from a page in {' or '.join(part.charsets)}",) if _is_unusual(part.charsets) else ()
    return *(repair.sentence for repair in (*read.repairs, *part.repairs)), *charsets


def _is_unusual(charsets: tuple[str, ...]) -> bool:
    """Say whether a page's charset is known, and is not the one that every page has."""
    return 0 < len(charsets) <= 3 and charsets != ("UTF-8",)


def _warnings(picture: Picture) -> tuple[str, ...]:
    fields = picture.design.document.by_name
    return tuple(
        f"{value.field} {sentence}"
        for value in picture.values
        for sentence in sentences(value.flags, fields.get(value.field), is_drawn=value.origin not in FALLBACKS)
    ) + undrawn(picture)


def _field_as_json(value: Value) -> dict[str, Any]:
    return {"text": value.text, "from": value.origin.value, "flags": [flag.value for flag in value.flags]}


def _gathered_as_json(need: Need, one: Found | Missing) -> dict[str, Any]:
    """Return what was fetched, from where, how old it is; or why it could not be had."""
    found = {"age": round(one.age), "good_for": round(one.left)} if isinstance(one, Found) else {}
    return {
        "source": need.name if isinstance(need, LiveSource) else None,
        "url": need.url,
        "age": None,
        "good_for": None,
        **found,
        "problem": one.reason if isinstance(one, Missing) else _absent(need, one),
    }


def _absent(need: Need, found: Found) -> str | None:
    is_absent = not isinstance(need, LiveSource) and not found.digest
    return "the host says that there is no such picture" if is_absent else None
