"""From the values of a request to a signed URL: names, blanks, fallbacks, the rules of the fields."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imgurl.access.keys import ApiKey
from imgurl.design.library import Design
from imgurl.errors import BadValue, Problem, UnknownField
from imgurl.merge.clean import TooLong, clean
from imgurl.merge.fields import MergeField
from imgurl.merge.judge import Flag, Words, as_written, judge
from imgurl.pipeline import Picture, Pipeline
from imgurl.urls.mint import Minter, parse_lifetime
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from imgurl.urls.target import PIN_DIGITS, SignedUrl, parse_target
from imgurl.web.api.problems import bad_request
from imgurl.web.api.schemas import Controls, as_text

NOT_OPENABLE = 'may not be filled by a mail platform: give a value, or write "openable": true into the design'

# Refusals that mean that there is no value, rather than a wrong one.
NO_VALUES: Mapping[Flag | None, str] = {
    Flag.NULL_WORD: "the value is a word that programs print for nothing",
    Flag.REFUSED_WORD: 'the value is a placeholder, one of the field\'s "refuse" words',
    Flag.NOT_A_NAME: "the value is no name, but a number, a date or signs",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """The values of one link. ``data`` holds JSON scalars, ``opened`` what each open field is called elsewhere."""

    data: Mapping[str, Any]
    fallbacks: Mapping[str, str]
    opened: Mapping[str, str | None]
    ignore_unknown: bool = False
    #: Where ``data`` stands in the request, as a JSON Pointer.
    place: str = "/data"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is signed into a link; ``fallen_back`` are the fields that show the fallback of the request."""

    values: Mapping[str, str]
    fallen_back: tuple[str, ...]
    warnings: tuple[str, ...]


def check(design: Design, wish: Wish) -> None:
    """Raise the 400 that names every name and fallback that can't be, whatever the values are."""
    if problems := [*unknown_names(design, wish), *_shared_mistakes(design, wish)]:
        raise bad_request(problems)


def seal(design: Design, wish: Wish) -> Sealed:
    """Return what is signed for a wish that was checked. Raises the 400 that names each value that breaks a rule."""
    problems: list[Problem] = []
    values: dict[str, str] = {}
    fallen_back: list[str] = []
    warnings = [f"{name}: left out, the design has no such field" for name in _unknown(design, wish.data)]
    for field in design.document.fields:
        try:
            text, is_fallback, warning = _value(field, wish)
        except BadValue as error:
            problems.append(Problem(f"{wish.place}/{field.name}", error.reason))
            continue
        if text:
            values[field.name] = text
        if is_fallback:
            fallen_back.append(field.name)
        if warning:
            warnings.append(f"{field.name}: {warning}")
    if problems:
        raise bad_request(problems)
    return Sealed(values, tuple(fallen_back), tuple(warnings))


def unknown_names(design: Design, wish: Wish) -> Iterator[Problem]:
    """Yield a problem for each name in ``data`` that the design does not have, unless they are to be left out."""
    if not wish.ignore_unknown:
        known = design.document.by_name
        yield from (_no_such(wish.place, name, known) for name in _unknown(design, wish.data))


def controls_of(asked: Controls, design: Design, pipeline: Pipeline) -> dict[str, Any]:
    """Return the controls of a link as the minter takes them, the format left out. Raises 400."""
    if asked.dpr > design.document.max_dpr:
        sentence = f"this design is too large for a dpr over {design.document.max_dpr}"
        raise bad_request([Problem("/dpr", sentence)])
    return {
        "expires": _expires(asked.expires_in, time.time()),
        "pin": _pin(asked.pin, design, pipeline),
        "dpr": asked.dpr,
        "campaign": asked.campaign,
    }


def extension_of(asked: Controls, design: Design) -> str:
    """Return the format as URLs have it; the design's where none was asked for."""
    return (asked.format or design.document.format).replace("jpeg", "jpg")


def signing_key(keys: KeyRing, key: ApiKey) -> SigningKey:
    """Return the key that signs the links of a caller."""
    return keys.testing if key.test else keys.signing


def minted(minter: Minter, design: Design, sealed: Sealed, wish: Wish, controls: Mapping[str, Any]) -> str:
    """Return the signed URL. Raises 400 for what the minter refuses."""
    try:
        return minter.mint(design.id, sealed.values, open=wish.opened, **controls)
    except BadValue as error:
        known = error.field in design.document.by_name
        raise bad_request([Problem(f"{wish.place}/{error.field}" if known else "", str(error))]) from error


def shown_by(url: str, minter: Minter, pipeline: Pipeline) -> Picture:
    """Return what a URL shows. It is read as a request's is, so that what is drawn is what a request will look for."""
    path, _, query = url.removeprefix(minter.base_url.rstrip("/")).partition("?")
    return pipeline.resolve(parse_target(path.encode(), query.encode()), minter.key.state, time.time())


def _shared_mistakes(design: Design, wish: Wish) -> Iterator[Problem]:
    known = design.document.by_name
    for name, text in wish.fallbacks.items():
        if name not in known:
            if not wish.ignore_unknown:
                yield _no_such("/fallbacks", name, known)
        elif not _is_blank(text) and (reason := _mistake(known[name], text, wish)):
            yield Problem(f"/fallbacks/{name}", reason)
    for name in wish.opened:
        if name not in known:
            yield _no_such("/open", name, known)
        elif not known[name].openable:
            yield Problem(f"/open/{name}", NOT_OPENABLE)


def _mistake(field: MergeField, fallback: str, wish: Wish) -> str:
    """Say what is wrong with a fallback; where the field is open it is drawn just as it is written."""
    return judge(as_written(field) if field.name in wish.opened else field, fallback, Words.SIGNED).reason


def _unknown(design: Design, names: Iterable[str]) -> list[str]:
    known = design.document.by_name
    return [name for name in names if name not in known]


def _no_such(place: str, name: str, known: Iterable[str]) -> Problem:
    return Problem(f"{place}/{escaped(name)}", str(UnknownField(name, known)))


def escaped(name: str) -> str:
    """Return a name as a token of a JSON Pointer (RFC 6901, 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def _value(field: MergeField, wish: Wish) -> tuple[str, bool, str]:
    """Return what is sealed for a field, whether it is the request's fallback, and a warning. Raises BadValue."""
    text = as_text(wish.data.get(field.name))
    fallback = wish.fallbacks.get(field.name, "")
    missing = _why_missing(field, text)
    if not missing:
        judged = judge(field, text, Words.DATA)
        if judged.reason:
            raise BadValue(field.name, judged.reason)
        return _tidy(text), False, "; ".join(judged.warnings)
    if field.name in wish.opened:
        return _tidy(fallback), False, ""
    if not _is_blank(fallback):
        # The design's own words need no place in the URL, and are drawn just as they are written there.
        sealed = "" if fallback == field.fallback else _tidy(fallback)
        return sealed, True, f"{missing}, the fallback of the request is shown"
    if field.required:
        raise BadValue(field.name, f"is required, and {missing}: give a value or a fallback")
    # What the design leaves blank where nobody says anything is as it should be.
    return "", False, f"{missing}, the design's fallback is shown" if text or field.fallback else ""


def _why_missing(field: MergeField, text: str) -> str:
    """Say why a value counts as missing, "" where it does not."""
    if not text:
        return "no value came"
    if _is_blank(text):
        return "the value is blank"
    return NO_VALUES.get(judge(field, text, Words.DATA).refusal, "")


def _is_blank(text: str) -> bool:
    return not _tidy(text)


def _tidy(text: str) -> str:
    """Return a text without what shows nothing: the server would take it out too. What is too long stays so."""
    try:
        return clean(text)
    except TooLong:
        return text


def _expires(asked: int | str | None, now: float) -> int | None:
    if asked is None:
        return None
    try:
        expires = int(now) + asked if isinstance(asked, int) else parse_lifetime(asked, now)
    except ValueError as error:
        raise bad_request([Problem("/expires_in", str(error))]) from error
    if expires <= now:
        raise bad_request([Problem("/expires_in", "that day is over")])
    return expires


def _pin(asked: object, design: Design, pipeline: Pipeline) -> str | None:
    if not asked:
        return None
    if not isinstance(asked, str) or design.version.startswith(asked):
        return design.version[:PIN_DIGITS]
    # What a URL with this pin would show: the kept version, or today's where there is none.
    pinned = pipeline.resolve(SignedUrl(design.id, "png", {"_v": asked}, ""), KeyState.SIGN, time.time())
    if not pinned.design.version.startswith(asked):
        raise bad_request([Problem("/pin", "no version of this design that is kept here begins so; true pins today's")])
    return asked
