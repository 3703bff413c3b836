"""Say in words why a URL is refused. For the owner of the keys only: the server tells a client nothing of this."""

import html
from collections.abc import Iterable, Iterator
from itertools import combinations
from urllib.parse import quote, unquote, unquote_plus

from imgurl.errors import ImgurlError, RevokedKey, UnknownKey
from imgurl.urls.signing import KeyRing
from imgurl.urls.target import EXTENSIONS, SignedUrl, parse_target

# What a browser leaves alone in a path and a query (URL Standard, percent-encode sets); the rest it encodes.
LEFT_ALONE = "!$%&'()*+,-./:;=?@[\\]^_`{|}~"


def as_requested(url: str) -> tuple[bytes, bytes]:
    """Return path and query as a browser would request them: line ends gone, the fragment cut, the rest encoded."""
    bare = "".join(character for character in url.strip() if character not in "\t\r\n").partition("#")[0]
    _, separator, behind = bare.partition("://")
    if separator and not bare.startswith("/"):
        bare = "/" + behind.partition("/")[2]
    path, _, query = bare.partition("?")
    return quote(path, safe=LEFT_ALONE).encode(), quote(query, safe=LEFT_ALONE).encode()


def why_refused(path: bytes, query: bytes, keys: KeyRing, designs: Iterable[str] = ()) -> str:
    """Return one sentence on what is wrong with the sealed part.

    A signature can't tell what was changed. But the likely accidents can be undone one by one, and the one after
    which the signature fits is what happened.
    """
    try:
        url = parse_target(path, query)
        keys.verify(url)
    except UnknownKey as error:
        return _elsewhere_signed(url, keys) or f"{error}; known are {', '.join(key.id for key in keys.keys)}"
    except RevokedKey as error:
        return str(error)
    except ImgurlError as error:
        if "url" not in locals():
            return str(error)
    else:
        return "the signature is right"
    for sentence, undone in _accidents(url, designs):
        if _fits(undone, keys):
            return sentence
    return _elsewhere_signed(url, keys) or (
        "the signature does not belong to this sealed part: a value, a name or the design before _s was changed after "
        "signing, or the URL was signed with another secret"
    )


def _fits(url: SignedUrl, keys: KeyRing) -> bool:
    try:
        keys.verify(url)
    except RevokedKey:
        return True
    except ImgurlError:
        return False
    return True


def _elsewhere_signed(url: SignedUrl, keys: KeyRing) -> str:
    for key in keys.keys:
        pairs = {**url.pairs, "_k": key.id}
        if key.id != url.key_id and _fits(SignedUrl(url.design, url.ext, pairs, url.signature), keys):
            return f"the key id _k was changed: it was '{key.id}' when the URL was signed"
    return ""


def _accidents(url: SignedUrl, designs: Iterable[str]) -> Iterator[tuple[str, SignedUrl]]:
    """Yield what may have happened, in words, with the URL as it would have been before."""
    pairs = dict(url.pairs)

    def before(**changed: str) -> SignedUrl:
        return SignedUrl(url.design, url.ext, pairs | changed, url.signature)

    for ext in EXTENSIONS:
        if ext != url.ext:
            yield f"the format was changed: it was .{ext}", SignedUrl(url.design, ext, pairs, url.signature)
    for design in designs:
        if design != url.design:
            yield (
                f"the design was changed: it was '{design}'",
                SignedUrl(design, url.ext, pairs, url.signature),
            )
    for name in pairs:
        if name != "_k":
            left = {other: value for other, value in pairs.items() if other != name}
            yield f"'{name}' was added after signing", SignedUrl(url.design, url.ext, left, url.signature)
    for name, value in pairs.items():
        yield f"the value of '{name}' was HTML-escaped after signing", before(**{name: html.unescape(value)})
        # Links of before have %20 for a space, those of today +.
        for undone in (unquote(value), unquote_plus(value)):
            yield f"the value of '{name}' was percent-encoded twice", before(**{name: undone})
        yield f"a plus in the value of '{name}' was not encoded", before(**{name: value.replace(" ", "+")})
    yield from _changed_open_list(url)
    for dpr in "123":
        yield "the control _dpr was changed or removed", before(_dpr=dpr)


def _changed_open_list(url: SignedUrl) -> Iterator[tuple[str, SignedUrl]]:
    pairs = dict(url.pairs)
    candidates = sorted({*url.open_names, *url.sealed, *_names_behind(url.open_query)})[:8]
    for count in range(len(candidates) + 1):
        for names in combinations(candidates, count):
            if names == url.open_names:
                continue
            changed = {name: value for name, value in pairs.items() if name != "_o"}
            if names:
                changed["_o"] = ".".join(names)
            listing = ", ".join(names) or "empty"
            yield (
                f"the list of open names _o was changed: it was {listing}",
                SignedUrl(url.design, url.ext, changed, url.signature),
            )


def _names_behind(open_query: str) -> set[str]:
    names = {segment.partition("=")[0] for segment in open_query.split("&")}
    return {name for name in names if name.isidentifier() and not name.startswith("_")}
