"""What a URL shows: pure functions of the URL, the design, the state of the key, the time, and what was gathered.

What some pictures are made of is somewhere else. A picture names what it ``needs``; that is fetched, and the same
function is called again with it. Without it, the picture shows fallbacks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from imgurl.design.library import Design, Variant
from imgurl.formats import ImageFormat
from imgurl.gathering.needs import Gathered
from imgurl.merge.dialects import BY_ID
from imgurl.merge.fields import MergeField
from imgurl.merge.judge import Flag, Words, as_written, design_fallback, judge
from imgurl.merge.kinds import reading_name
from imgurl.merge.open_part import read_open_part
from imgurl.merge.resolve import Resolved, resolve
from imgurl.pipeline.clocks import clocks_of
from imgurl.pipeline.elsewhere import look_elsewhere
from imgurl.pipeline.picture import Outcome, Picture, PictureKind
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl

# The clocks of signer and server may differ by this much.
CLOCK_SKEW_SECONDS = 60

# What a pinned URL shows never changes.
FOREVER_SECONDS = 31_536_000

#: Says whether the fonts have a glyph for every character of a text.
CanDraw = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What besides a URL and a design decides about what is shown.

    ``max_age`` is for designs that don't set their own. ``hosts`` are those that the operator allows pictures and
    values to be fetched from.
    """

    can_draw: CanDraw
    max_age: int = 0
    hosts: frozenset[str] = frozenset()
    gathered: Gathered = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """When a picture is asked for (Unix seconds), and how long a client may keep it.

    Without ``age`` nobody may; nor may it be kept as long as a mail platform has yet to fill in a tag.
    """

    now: float
    age: int | None = None
    is_pinned: bool = False


def picture_of_url(url: SignedUrl, design: Design, state: KeyState, now: float, around: Surroundings) -> Picture:
    """Say what a verified URL shows at a time (Unix seconds). Values never make it fail.

    ``design`` is the version the URL is pinned to, or the current one if that version is not here.
    """
    picture = _of_url(url, design, state, now, around)
    if not shows_its_pin(url, design):
        picture = _of_other_version(picture, url.pin)
    if state is KeyState.TEST and picture.kind is not PictureKind.EXPIRED:
        picture = replace(picture, is_test=True)
    return picture


def picture_of(
    design: Design, values: Mapping[str, str], ext: str, dpr: int, around: Surroundings, now: float = 0.0
) -> Picture:
    """Say what a design shows for values given directly; a value that breaks a rule of its field falls back."""
    shown = design.in_language_of(lambda field: resolve((field,), values).texts[field.name])
    resolved = resolve(shown.document.fields, values, can_draw=around.can_draw)
    return _of_values(shown, resolved, around, lambda values: _of_texts(shown, ext, _dpr(ext, dpr), values, Terms(now)))


def default_picture(
    design: Design, ext: str, dpr: int = 1, reason: str = "", outcome: Outcome = Outcome.DEFAULT
) -> Picture:
    """Return the default image of a design, which no cache may keep: in its default language, whatever is known."""
    usual = design.shown(Variant(design.default_language))
    texts = default_texts(usual)
    return Picture(
        design=usual.in_cases_of(texts),
        ext=ext,
        dpr=dpr,
        kind=PictureKind.DEFAULT,
        texts=texts,
        outcome=outcome,
        reason=reason,
    )


def shows_its_pin(url: SignedUrl, design: Design) -> bool:
    """Say whether a design is the version a URL is pinned to; a URL without a pin shows any."""
    return url.pin is None or design.version.startswith(url.pin)


def outcome_of(resolved: Resolved) -> tuple[Outcome, tuple[str, ...]]:
    """Say how resolving ended, and which fields it is about."""
    unresolved = resolved.fields_with(Flag.UNRESOLVED)
    if resolved.lacking:
        return Outcome.DEFAULT, resolved.lacking
    if unresolved:
        return Outcome.UNRESOLVED, unresolved
    if resolved.cut:
        return Outcome.CUT, resolved.fallbacks
    if resolved.fallbacks:
        return Outcome.FALLBACK, resolved.fallbacks
    return Outcome.OK, ()


def default_texts(design: Design) -> dict[str, str]:
    """Return what a design's default image shows: its default values, else the fallbacks."""
    defaults = design.document.default_values
    judged = {
        field.name: judge(as_written(field), defaults[field.name], Words.SIGNED)
        if field.name in defaults
        else design_fallback(field)
        for field in design.document.fields
    }
    readings = {reading_name(name): judged[name].reading for name in design.document.readings}
    return {name: value.text for name, value in judged.items()} | readings


def texts_of(design: Design, resolved: Resolved) -> dict[str, str]:
    """Return what is drawn, by field name, with the readings that the design's conditions compare."""
    names = design.document.readings
    readings = {reading_name(value.field): value.reading for value in resolved.values if value.field in names}
    return resolved.texts | readings


def undrawn(picture: Picture) -> tuple[str, ...]:
    """Say which layers show nothing because they can't use a value: a code that can't hold it, a chart of words."""
    if picture.kind is not PictureKind.VALUES:
        return ()
    document, texts = picture.design.document, picture.texts
    reasons = {
        layer.id or pointer: layer.shortcoming(texts, document.by_name)
        for pointer, layer in picture.design.every_layer.items()
        if layer.is_drawn(texts)
    }
    return tuple(f"the layer {name} is not drawn: {reason}" for name, reason in reasons.items() if reason)


def _of_url(url: SignedUrl, design: Design, state: KeyState, now: float, around: Surroundings) -> Picture:
    dpr = min(_dpr(url.ext, url.dpr), design.document.max_dpr)
    if state is KeyState.RETIRED:
        return default_picture(design, url.ext, dpr, "the key that signed this URL is retired")
    left = None if url.expires is None else url.expires - now
    if left is not None and left + CLOCK_SKEW_SECONDS < 0:
        return _expired(design, url.ext, dpr)
    dialect = BY_ID.get(url.dialect or "")
    open_part = read_open_part(url.open_query, url.open_names, dialect)

    def resolved(fields: Sequence[MergeField], can_draw: CanDraw | None = None) -> Resolved:
        return resolve(fields, url.sealed, url.open_names, open_part, dialect, can_draw)

    shown = design.in_language_of(lambda field: resolved((field,)).texts[field.name])
    is_pinned = url.pin is not None
    terms = Terms(now, _age(design, around.max_age, is_pinned=is_pinned, left=left), is_pinned)
    return _of_values(
        shown, resolved(shown.document.fields, around.can_draw), around,
        lambda values: _of_texts(shown, url.ext, dpr, values, terms),
    )  # fmt: skip


def _of_values(
    design: Design, resolved: Resolved, around: Surroundings, show: Callable[[Resolved], Picture]
) -> Picture:
    """Return the picture of resolved values, with what is somewhere else if the design has anything there.

    ``show`` returns the picture of values alone. Without something that was to be gathered, no client may keep it.
    """
    document = design.document
    if not around.hosts or not (document.sources or document.remote_layers):
        return show(resolved)
    elsewhere = look_elsewhere(design, resolved, around.hosts, around.gathered, around.can_draw)
    picture = show(elsewhere.resolved)
    max_age = None if picture.max_age is None else elsewhere.limit(picture.max_age)
    picture = replace(
        picture, needs=elsewhere.needs, gathered=elsewhere.gathered, max_age=max_age,
        immutable=picture.immutable and max_age is not None and not elsewhere.gathered,
    )  # fmt: skip
    if picture.kind is PictureKind.DEFAULT:
        return picture
    is_worse = elsewhere.has_fallbacks and picture.outcome is Outcome.OK
    return replace(
        picture, texts={**picture.texts, **elsewhere.texts},
        outcome=Outcome.FALLBACK if is_worse else picture.outcome,
        reason="; ".join(filter(None, (picture.reason, *elsewhere.reasons))),
    )  # fmt: skip


def _of_texts(design: Design, ext: str, dpr: int, resolved: Resolved, terms: Terms) -> Picture:
    """Return the picture of resolved values, which is the default image if a required one is lacking."""
    outcome, concerned = outcome_of(resolved)
    if resolved.lacking:
        reason = f"the default image is shown; required and without a value: {', '.join(concerned)}"
        default = default_picture(design, ext, dpr, reason)
        is_unresolved = bool(resolved.fields_with(Flag.UNRESOLVED))
        return replace(
            default, concerned=concerned, max_age=None if is_unresolved else terms.age, values=resolved.values,
            damage=resolved.damage,
        )  # fmt: skip
    max_age = None if outcome is Outcome.UNRESOLVED else terms.age
    texts = texts_of(design, resolved)
    clocks = clocks_of(design.document, texts, ext, terms.now)
    texts = {**texts, **clocks.texts} if clocks.texts else texts
    # Half of what is left, as for links that end: see web.answers.
    if max_age is not None and clocks.changes_at is not None:
        max_age = min(max_age, max(0, int(clocks.changes_at - terms.now)) // 2)
    is_immutable = terms.is_pinned and max_age is not None and clocks.changes_at is None
    return Picture(
        design=design.in_cases_of(texts), ext=ext, dpr=dpr, kind=PictureKind.VALUES, texts=texts, outcome=outcome,
        concerned=concerned, max_age=max_age, immutable=is_immutable, values=resolved.values,
        reason=_reason(outcome, concerned), changes_at=clocks.changes_at, is_live=clocks.is_live,
        damage=resolved.damage,
    )  # fmt: skip


def _dpr(ext: str, dpr: int) -> int:
    """Return the device pixels per CSS pixel that count: a PDF has none."""
    return 1 if ext == ImageFormat.PDF else dpr


def _age(design: Design, max_age: int, *, is_pinned: bool, left: float | None) -> int:
    own = design.document.max_age
    age = FOREVER_SECONDS if is_pinned else max_age if own is None else own
    return age if left is None else max(0, min(age, int(left)))


def _expired(design: Design, ext: str, dpr: int) -> Picture:
    reason = "the URL has expired"
    if design.document.expired_image is None:
        return default_picture(design, ext, dpr, reason, Outcome.EXPIRED)
    return Picture(
        design=design, ext=ext, dpr=dpr, kind=PictureKind.EXPIRED, texts={}, outcome=Outcome.EXPIRED, reason=reason
    )


def _of_other_version(picture: Picture, pin: str | None) -> Picture:
    """Say that a picture is of the current version instead of a pinned one: nobody may keep it under the pin."""
    also = f"; {picture.reason}" if picture.reason else ""
    reason = f"the version {pin} of the design is not kept here, the current one is shown{also}"
    is_own = picture.outcome in (Outcome.DEFAULT, Outcome.EXPIRED)
    outcome = picture.outcome if is_own else Outcome.OTHER_VERSION
    return replace(picture, outcome=outcome, reason=reason, max_age=None, immutable=False)


def _reason(outcome: Outcome, concerned: tuple[str, ...]) -> str:
    match outcome:
        case Outcome.FALLBACK:
            return f"the fallback is shown for: {', '.join(concerned)}"
        case Outcome.UNRESOLVED:
            return f"a merge tag was not replaced: {', '.join(concerned)}"
        case Outcome.CUT:
            return 'the end of the URL is missing, it was cut at a # or " or by a length limit'
        case _:
            return ""
