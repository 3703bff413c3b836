"""From the values of a request to a signed URL: names, blanks, fallbacks, the rules of the fields."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from imgurl.access.keys import ApiKey
from imgurl.design.library import Design
from imgurl.errors import BadValue, NotOpenable, Problem, UnknownField, pointer_of
from imgurl.formats import format_named
from imgurl.gathering.needs import Gathered
from imgurl.identifiers import PIN_DIGITS
from imgurl.merge.judge import Flag
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.picture import Picture
from imgurl.urls.controls import Controls
from imgurl.urls.mint import Minter, parse_lifetime
from imgurl.urls.sealing import Note, Shown, fallback_mistakes, seal_row
from imgurl.urls.signing import KeyRing, SigningKey
from imgurl.web.api.problems import bad_request
from imgurl.web.api.schemas import Controls as RequestControls
from imgurl.web.api.schemas import as_text


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """The values of one link. ``data`` holds JSON scalars, ``opened`` what each open field is called elsewhere."""

    data: Mapping[str, Any]
    fallbacks: Mapping[str, str]
    opened: Mapping[str, str | None] = field(default_factory=dict)
    #: The mail platform that fills the open fields.
    esp: str | None = None
    ignore_unknown: bool = False
    #: Where ``data`` is in the request, as a JSON Pointer.
    place: str = "/data"


@dataclass(frozen=True, slots=True)
class SealedValues:
    """What is signed into a link; ``fallen_back`` are the fields that show the fallback of the request."""

    values: Mapping[str, str]
    fallen_back: tuple[str, ...]
    warnings: tuple[str, ...]


def check(design: Design, link: LinkRequest) -> None:
    """Raise the 400 that names every name and fallback that can't be, whatever the values are."""
    if problems := [*unknown_names(design, link), *_shared_mistakes(design, link)]:
        raise bad_request(problems)


def seal(design: Design, link: LinkRequest) -> SealedValues:
    """Return what is signed for a request that was checked. Raises the 400 that names each value that breaks a rule."""
    data = {name: as_text(value) for name, value in link.data.items()}
    row = seal_row(design.document.fields, data, link.fallbacks, link.opened)
    problems = [
        Problem(f"{link.place}/{note.field}", note.reason if note.is_wrong else note.consequence)
        for note in row.notes
        if note.is_wrong or note.shown is Shown.NOTHING
    ]
    if problems:
        raise bad_request(problems)
    left_out = (f"{name} is left out: the design has no such field" for name in _unknown(design, link.data))
    warnings = (str(note) for note in row.notes if not _goes_without_saying(note, design))
    return SealedValues(row.values, row.fields_showing(Shown.FALLBACK), (*left_out, *warnings))


def unknown_names(design: Design, link: LinkRequest) -> Iterator[Problem]:
    """Yield a problem for each name in ``data`` that the design does not have, unless they are to be left out."""
    if not link.ignore_unknown:
        known = design.document.by_name
        yield from (_no_such(link.place, name, known) for name in _unknown(design, link.data))


def controls_of(request: RequestControls, design: Design, pipeline: Pipeline) -> Controls:
    """Return the controls of a link. Raises 400."""
    if request.dpr > design.document.max_dpr:
        sentence = f"this design is too large for a dpr over {design.document.max_dpr}"
        raise bad_request([Problem("/dpr", sentence)])
    return Controls(
        extension_of(request, design),
        expiry_of(request.expires_in),
        _pin(request.pin, design, pipeline),
        request.dpr,
        request.campaign,
    )


def expiry_of(lifetime: int | str | None) -> int | None:
    """Return when a link made now ends, in Unix seconds. Raises 400."""
    now = time.time()
    if lifetime is None:
        return None
    try:
        expires = int(now) + lifetime if isinstance(lifetime, int) else parse_lifetime(lifetime, now)
    except ValueError as error:
        raise bad_request([Problem("/expires_in", str(error))]) from error
    if expires <= now:
        raise bad_request([Problem("/expires_in", "that day is over")])
    return expires


def extension_of(request: RequestControls, design: Design) -> str:
    """Return the format as URLs have it; the design's if the request names none."""
    return format_named(request.format or design.document.format).value


def signing_key(keys: KeyRing, key: ApiKey) -> SigningKey:
    """Return the key that signs the links of a caller."""
    return keys.testing if key.test else keys.signing


def minted(minter: Minter, design: Design, sealed: SealedValues, link: LinkRequest, controls: Controls) -> str:
    """Return the signed URL. Raises 400 for what the minter refuses."""
    try:
        return minter.mint_with(controls, design.id, sealed.values, open=link.opened, esp=link.esp)
    except BadValue as error:
        known = error.field in design.document.by_name
        raise bad_request([Problem(f"{link.place}/{error.field}" if known else "", str(error))]) from error


def shown_by(url: str, minter: Minter, pipeline: Pipeline, gathered: Gathered, now: float | None = None) -> Picture:
    """Return what a URL shows that was just signed, with what was gathered for it."""
    target, moment = url.removeprefix(minter.base_url.rstrip("/")), time.time() if now is None else now
    return pipeline.show_target(target, minter.key.state, moment, gathered)


def _shared_mistakes(design: Design, link: LinkRequest) -> Iterator[Problem]:
    known = design.document.by_name
    if not link.ignore_unknown:
        yield from (_no_such("/fallbacks", name, known) for name in _unknown(design, link.fallbacks))
    for name, reason in fallback_mistakes(design.document.fields, link.fallbacks, link.opened):
        yield Problem(f"/fallbacks/{name}", reason)
    for name in link.opened:
        if name not in known:
            yield _no_such("/open", name, known)
        elif not known[name].openable:
            yield Problem(f"/open/{name}", NotOpenable.reason)


def _goes_without_saying(note: Note, design: Design) -> bool:
    """Say whether nothing came for a field that the design leaves blank: that is as it should be."""
    is_blank = note.refusal in (None, Flag.MISSING)
    return note.shown is Shown.DESIGN_FALLBACK and is_blank and not design.document.by_name[note.field].fallback


def _unknown(design: Design, names: Iterable[str]) -> list[str]:
    known = design.document.by_name
    return [name for name in names if name not in known]


def _no_such(place: str, name: str, known: Iterable[str]) -> Problem:
    return Problem(f"{place}{pointer_of([name])}", str(UnknownField(name, known)))


def _pin(pin: object, design: Design, pipeline: Pipeline) -> str | None:
    if not pin:
        return None
    if not isinstance(pin, str) or design.version.startswith(pin):
        return design.version[:PIN_DIGITS]
    # What a URL with this pin would show: the kept version, or today's where there is none.
    if not pipeline.shelf.version(design.id, pin).version.startswith(pin):
        raise bad_request([Problem("/pin", "no version of this design that is kept here begins so; true pins today's")])
    return pin
