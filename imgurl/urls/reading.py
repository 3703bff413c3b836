"""Read an image URL as it arrives, with what happened to it on its way undone. For the server, ``explain`` and the API.

A correct URL is read as it is. In any other, the known accidents are undone, a bounded number of ways,
and each result is verified like any URL: only the very bytes that were signed pass. How many ways there are depends on
the bytes of the request alone, never on a secret.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from imgurl.errors import InvalidUrl, NotAnImageUrl, RevokedKey, TargetTooLong
from imgurl.merge.entities import with_all_names_back
from imgurl.merge.folds import FOLD, Repair, name_of
from imgurl.urls.signing import KeyRing, SigningKey
from imgurl.urls.target import MAX_TARGET_BYTES, PATH, SignedUrl, parse_target

# Broken lines that are taken out one at a time. More spaces than this has a sealed part of an old link rarely; links
# minted now have + for each, so that there all %20 are taken out at once. Fewer of a very long part, so that what a
# refused URL costs has a bound.
MAX_SINGLE_TRIES = 16
MAX_BYTES_TRIED = 24_576

PATH_FOLD = re.compile(FOLD.pattern.encode())
# A ! at the very end: the space after it went with the line break.
SIGNATURE_PAIR = re.compile(
    rf"_(?:{FOLD.pattern})?s(?:{FOLD.pattern})?=(?:(?:{FOLD.pattern})?[A-Za-z0-9_-]){{43}}(?:{FOLD.pattern}|!$)?(?=&|$)"
)
# What a broken line leaves in a sealed part. Links minted now have no %20 and no bare ! of their own.
SEALED_FOLD = re.compile(r"(?<=&)!?(?:%20|[ +]);|!?(?:%20| )|!\+|!$")
ANY_SEALED_FOLD = re.compile(rf"{SEALED_FOLD.pattern}|\+")

ESCAPED_PERCENTS_ONLY = re.compile(r"(?:[^%]|%25)*")
# %41 for A: no link is minted so, and a client that encodes twice encodes what was there.
NEEDLESS_ESCAPE = re.compile(r"%(?:2[DEde]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])")
# "/i/" with a line broken in it.
BROKEN_BEGINNING = re.compile(rb"/(?:!?%20)?i(?:!?%20)?/")


@dataclass(frozen=True, slots=True)
class Read:
    """A URL that a key of this server signed, that key, and what had to be undone to see it."""

    url: SignedUrl
    key: SigningKey
    repairs: tuple[Repair, ...] = ()


def is_image_path(raw_path: bytes) -> bool:
    """Say whether a request is for an image; also where a mail server broke the line in ``/i/``."""
    return raw_path.startswith(b"/i/") or BROKEN_BEGINNING.match(raw_path) is not None


def read_url(raw_path: bytes, query: bytes, keys: KeyRing, max_bytes: int = MAX_TARGET_BYTES) -> Read:
    """Read and verify the path and the query of a request, together at most ``max_bytes`` long.

    Raises TargetTooLong, NotAnImageUrl for the path, InvalidUrl for anything wrong up to and including ``_s``: what is
    wrong with the URL as it came.
    """
    try:
        url = parse_target(raw_path, query, max_bytes)
        return Read(url, keys.verify(url))
    except RevokedKey:
        raise
    except (InvalidUrl, NotAnImageUrl) as error:
        read = _read_repaired(raw_path, query, keys, max_bytes)
        if read is None:
            raise error from None
        return read


def _read_repaired(raw_path: bytes, query: bytes, keys: KeyRing, max_bytes: int) -> Read | None:
    path, broken = raw_path, tuple[Repair, ...]()
    if PATH.fullmatch(raw_path) is None:
        path = PATH_FOLD.sub(b"", raw_path)
        if PATH.fullmatch(path) is None:
            return None
        fold = PATH_FOLD.search(raw_path)
        broken = (Repair.folded(raw_path.decode("latin-1"), fold.start() if fold else 0),)
    for repaired, repairs in _ways(query.decode("latin-1"), is_path_broken=bool(broken)):
        try:
            url = parse_target(path, repaired.encode("latin-1"), max_bytes)
            return Read(url, keys.verify(url), broken + repairs)
        except RevokedKey:
            raise
        except (InvalidUrl, TargetTooLong):
            continue
    return None


def _ways(query: str, *, is_path_broken: bool) -> Iterator[tuple[str, tuple[Repair, ...]]]:
    """Yield the queries that this one may have been, with what then happened to it. At most 21."""
    if is_path_broken:
        yield query, ()
    if "%25" in query and ESCAPED_PERCENTS_ONLY.fullmatch(query):
        once = query.replace("%25", "%")
        if not NEEDLESS_ESCAPE.search(once.partition("_s=")[0]):
            yield once, (Repair.encoded_twice(),)
    signature = SIGNATURE_PAIR.search(query)
    if signature is None:
        return
    rest = query[signature.end() :]
    sealed, entities = with_all_names_back(query[: signature.end()])
    if entities:
        yield sealed + rest, entities
    for whole in dict.fromkeys((SEALED_FOLD.sub("", sealed), _without_folds_outside_values(sealed))):
        if whole != sealed:
            yield whole + rest, (*entities, Repair.folded(sealed, _first_difference(sealed, whole)))
    # A ! is damage for certain, %20 rather than the + of links minted now.
    folds = sorted(ANY_SEALED_FOLD.finditer(sealed), key=lambda fold: fold[0].endswith("+") - fold[0].startswith("!"))
    for fold in folds[: min(MAX_SINGLE_TRIES, MAX_BYTES_TRIED // len(sealed))]:
        repair = Repair.folded(sealed, fold.start())
        yield sealed[: fold.start()] + sealed[fold.end() :] + rest, (*entities, repair)


def _without_folds_outside_values(sealed: str) -> str:
    """Return a sealed part with spaces in its values alone: names, controls and the signature have none."""
    return "&".join(map(_without_folds_outside_value, sealed.split("&")))


def _without_folds_outside_value(segment: str) -> str:
    name = name_of(segment)
    _, equals, value = segment.partition("=")
    return name + equals + (FOLD.sub("", value).rstrip("!") if name.startswith("_") else value)


def _first_difference(before: str, after: str) -> int:
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (one, other) in pairs if one != other), len(after))
