"""The parts of an image URL, and reading the sealed ones strictly from the bytes of a request.

Works on the raw path and the raw query. A framework's parsed parameters can't be signed over: the last duplicate
wins there, invalid UTF-8 merges, ``f`` and ``f=`` are one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

from imgurl.errors import BadTarget, NotAnImageUrl, TargetTooLong
from imgurl.formats import ImageFormat
from imgurl.identifiers import CAMPAIGN, DESIGN_ID, PIN, SIGNING_KEY_ID
from imgurl.merge.fields import FIELD_NAME

# On the wire. nginx takes 8 kB; a mail platform's longest useful URL is far below.
MAX_TARGET_BYTES = 8_192

EXTENSIONS = tuple(known.value for known in ImageFormat)
PATH = re.compile(rf"/i/({DESIGN_ID.pattern})\.({'|'.join(EXTENSIONS)})".encode())
SIGNATURE = re.compile(r"[A-Za-z0-9_-]{43}")
ESCAPES = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
CONTROL_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f]")

# Grammar of each control. _o: see _open_names; _x up to the year 5138, so that no number grows out of hand.
CONTROLS = {
    "_k": SIGNING_KEY_ID,
    "_o": re.compile(rf"{FIELD_NAME.pattern}(?:\.{FIELD_NAME.pattern})*"),
    "_x": re.compile(r"[1-9][0-9]{0,10}"),
    "_v": PIN,
    "_m": re.compile(r"[a-z0-9]{1,32}"),
    "_dpr": re.compile(r"[123]"),
    "_c": CAMPAIGN,
}

# A design has tens of fields at the most; more pairs than this is an attempt to make us work.
MAX_PAIRS = 48

# What is wrong with a URL that ends before its signature.
UNSIGNED = "the signature _s is missing: the URL was cut, or never signed"


@dataclass(frozen=True)
class SignedUrl:
    """A URL as it was read: the sealed part decoded, the open part as it came.

    Not slotted, because the properties below are computed once.
    """

    design: str
    ext: str
    #: All pairs before ``_s``, decoded: controls and sealed values.
    pairs: Mapping[str, str]
    signature: str
    #: What comes after the signature: the bytes as Latin-1 text.
    open_query: str = ""

    @property
    def key_id(self) -> str:
        """``_k``: which key signed."""
        return self.pairs["_k"]

    @cached_property
    def sealed(self) -> dict[str, str]:
        """Sealed values by field name."""
        return {name: value for name, value in self.pairs.items() if not name.startswith("_")}

    @cached_property
    def open_names(self) -> tuple[str, ...]:
        """``_o``: the names of the open fields, ascending."""
        listing = self.pairs.get("_o")
        return tuple(listing.split(".")) if listing else ()

    @property
    def expires(self) -> int | None:
        """``_x``: Unix seconds."""
        return int(self.pairs["_x"]) if "_x" in self.pairs else None

    @property
    def pin(self) -> str | None:
        """``_v``: beginning of a design version's digest."""
        return self.pairs.get("_v")

    @property
    def dialect(self) -> str | None:
        """``_m``: id of the mail platform."""
        return self.pairs.get("_m")

    @property
    def dpr(self) -> int:
        """``_dpr``: device pixels per CSS pixel, 1 to 3."""
        return int(self.pairs.get("_dpr", "1"))

    @property
    def campaign(self) -> str | None:
        """``_c``: campaign label."""
        return self.pairs.get("_c")


def parse_target(raw_path: bytes, query: bytes, max_bytes: int = MAX_TARGET_BYTES) -> SignedUrl:
    """Read the path and the query of a request.

    ``max_bytes`` is the limit for both; higher where the length on the wire was checked and bytes were encoded since.
    Raises TargetTooLong, NotAnImageUrl for the path, BadTarget for anything wrong up to and including ``_s``.
    """
    length = len(raw_path) + 1 + len(query)
    if length > max_bytes:
        raise TargetTooLong(length, max_bytes)
    path = PATH.fullmatch(raw_path)
    if path is None:
        raise NotAnImageUrl(f"an image URL's path is /i/{{design}}.{{{'|'.join(EXTENSIONS)}}}")
    design, ext = (part.decode() for part in path.groups())
    pairs: dict[str, str] = {}
    rest = query.decode("latin-1")
    if not rest:
        raise BadTarget(UNSIGNED)
    signature = None
    while signature is None:
        segment, ampersand, rest = rest.partition("&")
        name, value = _pair(segment)
        if name == "_s":
            signature = value
        else:
            _check_pair(pairs, name, value)
            pairs[name] = value
            if not ampersand:
                raise BadTarget(UNSIGNED)
    _check_controls(pairs, signature)
    return SignedUrl(design, ext, pairs, signature, rest)


def _pair(segment: str) -> tuple[str, str]:
    raw_name, equals, raw_value = segment.removeprefix("amp;").partition("=")
    if not equals:
        quoted = raw_name[:40] or "nothing"
        raise BadTarget(f"'{quoted}' is not a name=value pair; something before the signature is damaged or missing")
    name = _decode(raw_name)
    # One spelling of a signature, not one for each way to escape it: each would be a new key for every cache outside.
    return name, raw_value if name == "_s" else _decode(raw_value)


def _check_pair(pairs: Mapping[str, str], name: str, value: str) -> None:
    """Check one more pair before the signature. Raises BadTarget."""
    if name in pairs:
        raise BadTarget(f"'{name}' appears twice before the signature")
    if len(pairs) == MAX_PAIRS:
        raise BadTarget(f"more than {MAX_PAIRS} pairs come before the signature")
    grammar = CONTROLS.get(name)
    if grammar is None and not FIELD_NAME.fullmatch(name):
        raise BadTarget(f"'{name[:40]}' is neither a field name nor a control")
    if grammar is not None and not grammar.fullmatch(value):
        raise BadTarget(f"the control '{name}' has an invalid value")


def _decode(raw: str) -> str:
    """Decode once: ``%XX`` and ``+``, strict UTF-8, no control characters."""
    if not ESCAPES.fullmatch(raw):
        raise BadTarget("a % before the signature does not begin an escape; write %25 for a percent sign")
    try:
        text = unquote_to_bytes(raw.replace("+", " ").encode("latin-1")).decode()
    except UnicodeDecodeError as error:
        raise BadTarget("the sealed part is not UTF-8") from error
    if CONTROL_CHARACTER.search(text):
        raise BadTarget("the sealed part contains a control character")
    return text


def _check_controls(pairs: Mapping[str, str], signature: str) -> None:
    if not SIGNATURE.fullmatch(signature):
        raise BadTarget(f"the signature has {len(signature)} characters; it must be 43 of A-Z a-z 0-9 _ and -")
    if "_k" not in pairs:
        raise BadTarget("the control _k (id of the signing key) is missing")
    names = pairs.get("_o", "").split(".")
    if names != sorted(set(names)):
        raise BadTarget("the open names in _o are not in ascending order, or one appears twice")
