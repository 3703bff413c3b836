"""Mint signed image URLs. Needs neither a server nor a picture library.

from imgurl import Minter

minter = Minter.from_file("imgurl-data/keys.json", "https://img.example.com")
minter.mint("cert-2025", {"full_name": "Ava Johnson"})
minter.mint("product-card", {"product_name": "Pour-over kettle", "price": 89.5})
minter.mint("newsletter-hero-april", {"offer_name": "24 % off"}, open={"first_name": None}, esp="mailchimp")
"""

import calendar
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus, urlsplit

from imgurl.errors import BadValue, NotOpenable, SettingsError, UnknownDesign, UnknownField
from imgurl.identifiers import DESIGN_ID
from imgurl.merge.charsets import MARK
from imgurl.merge.dialects import Dialect, find_dialect, neutral_tag
from imgurl.merge.fields import FIELD_NAME, MergeField
from imgurl.merge.judge import Flag, Judged, Words, as_written, judge
from imgurl.merge.open_part import END_MARKER
from imgurl.merge.plain import Value, plain_text
from imgurl.urls.controls import Controls
from imgurl.urls.keyfile import read_key_file
from imgurl.urls.signing import KeyRing, KeyState, PreparedSigner, SigningKey, decode_secret, parse_keys
from imgurl.urls.target import CONTROL_CHARACTER, MAX_PAIRS, MAX_TARGET_BYTES

# Characters that need no escape in a query and that no mail tool tampers with.
SAFE = "-._~"

# The end of a URL with an open part: as a link, and in HTML, where the browser writes the mark in the page's charset.
OPEN_END = f"&{END_MARKER}=1"
MARK_REFERENCES = [f"&#{ord(letter)};" for letter in MARK]
MARKED_END = f"&amp;{END_MARKER}={''.join(MARK_REFERENCES)}"

# Characters of the longest form in which the mark comes back: from a charset without these letters, each as the
# reference itself, percent-encoded.
LONGEST_MARK = len(quote("".join(MARK_REFERENCES), safe=""))

# What a link begins with. Without a scheme it is relative to the page that shows it; after ? or # there is no path.
BASE_URL = re.compile(r"https?://[^\s/?#@\"'<>]+(?:/[^\s?#\"'<>]*)?", re.IGNORECASE)

SURROGATE = re.compile("[\ud800-\udfff]")


def _can_begin_links(text: str) -> bool:
    try:
        urlsplit(text)  # which refuses brackets that hold no address of IPv6
    except ValueError:
        return False
    return BASE_URL.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Minter:
    """Mints URLs with one key.

    ``base_url`` is what the links begin with. With ``fields`` (design id to its fields) every name and value is
    checked against the design's rules; without, any field name goes and the server judges when the URL is used: a name
    that the design does not know is then signed and never drawn.
    """

    key: SigningKey
    base_url: str
    fields: Mapping[str, Iterable[MergeField]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise SettingsError where no link can begin with the base; "" makes targets of requests."""
        if self.base_url and not _can_begin_links(self.base_url):
            raise SettingsError(
                f"no link can begin with '{self.base_url}'; give the server's public address, for example "
                "https://img.example.com"
            )

    @classmethod
    def from_keys(cls, keys: str, base_url: str) -> "Minter":
        """Make a minter from the text of ``IMGURL_SIGNING_KEYS``, ``id:state:secret,…``. Raises SettingsError."""
        return cls(parse_keys(keys).signing, base_url)

    @classmethod
    def from_file(cls, path: str | Path, base_url: str) -> "Minter":
        """Make a minter from the server's key file, ``keys.json`` in its data folder: the key that signs now.

        The file is read once. After ``imgurl keys rotate`` what this minter makes stays good, by a key that only
        verifies; a new minter signs with the new one. Raises SettingsError.
        """
        return cls(read_key_file(Path(path)).signing, base_url)

    @classmethod
    def from_secret(cls, secret: str, base_url: str, key_id: str) -> "Minter":
        """Make a minter from one secret in base64url and its id, ``k2`` for example: the server finds the key by it.

        Both are in ``keys.json``. Raises SettingsError on a short, malformed or guessable secret.
        """
        ring = KeyRing((SigningKey(key_id, KeyState.SIGN, decode_secret(secret, key_id)),))
        return cls(ring.signing, base_url)

    def mint(  # noqa: PLR0913 - the controls of the URL form, each by its name
        self,
        design: str,
        values: Mapping[str, Value] | None = None,
        *,
        open: Iterable[str] | Mapping[str, str | None] = (),  # noqa: A002 - the word of the URL form
        esp: str | None = None,
        ext: str = "png",
        expires: int | None = None,
        pin: str | None = None,
        dpr: int = 1,
        campaign: str | None = None,
    ) -> str:
        """Return a signed URL. In HTML write it with ``image_tag``, which puts the charset mark at its end.

        ``values`` are sealed: texts, and numbers, which are written as a person writes them (``plain_text``); None is a
        field without a value. A sealed value of a field that is also in ``open`` is the fallback signed into this
        URL. ``open`` lists the fields a mail platform fills, or maps them to the platform's names. ``esp`` is the
        platform's id (``mailchimp``); without it tags are written ``@@first_name@@``. ``expires`` is in Unix
        seconds, ``pin`` a design version's digest.

        Raises UnknownDesign, UnknownField, NotOpenable, BadValue, UnknownDialect: nothing is minted that the server
        would draw with a fallback only.
        """
        controls = Controls(ext, expires, pin, dpr, campaign)
        return self.mint_with(controls, design, values, open=open, esp=esp)

    def mint_with(
        self,
        controls: Controls,
        design: str,
        values: Mapping[str, Value] | None = None,
        *,
        open: Iterable[str] | Mapping[str, str | None] = (),  # noqa: A002 - the word of the URL form
        esp: str | None = None,
    ) -> str:
        """Return a signed URL as ``mint`` does, with controls that are ready."""
        sealed = _texts(values or {})
        # A text is one name, not many of one letter each.
        names = (open,) if isinstance(open, str) else open
        opened = dict(names) if isinstance(names, Mapping) else dict.fromkeys(names)
        dialect = None if esp is None else find_dialect(esp)
        self._check_fields(design, sealed, opened)
        _check_names(sealed, opened)
        pairs = controls.pairs(self.key.id, opened, esp) | sealed
        _check_design(design)
        controls.check(time.time())
        _check_pairs(pairs)
        signature = self.key.sign(design, controls.ext, pairs)
        tags = "".join(f"&{name}={_tag(dialect, name, opened[name])}" for name in sorted(opened))
        url = f"{self._beginning(design, controls, pairs)}&_s={signature}{tags}"
        return _check_length(url + OPEN_END, reserve=LONGEST_MARK) if opened else _check_length(url)

    def bulk(self, design: str, controls: Controls = Controls()) -> "BulkMinter":  # noqa: B008 - frozen
        """Return what mints many sealed URLs of one design that differ in their values alone.

        What is alike for all is checked here, once; but not whether they expire in the past: a bulk minter goes on
        with the time it began with. Raises UnknownDesign, BadValue.
        """
        if self.fields and design not in self.fields:
            raise UnknownDesign(design, self.fields)
        pairs = controls.pairs(self.key.id)
        _check_design(design)
        controls.check(None)
        return BulkMinter(self.key.prepared(), design, controls.ext, pairs, self._beginning(design, controls, pairs))

    def _beginning(self, design: str, controls: Controls, pairs: Mapping[str, str]) -> str:
        """Return the URL up to its signature."""
        return f"{self.base_url.rstrip('/')}/i/{design}.{controls.ext}?{_query(pairs)}"

    def _check_fields(self, design: str, sealed: Mapping[str, str], opened: Mapping[str, str | None]) -> None:
        if not self.fields:
            return
        if design not in self.fields:
            raise UnknownDesign(design, self.fields)
        by_name = {field.name: field for field in self.fields[design]}
        for name in (*sealed, *opened):
            if name not in by_name:
                raise UnknownField(name, by_name)
        for name in opened:
            if not by_name[name].openable:
                raise NotOpenable(name)
        for name, value in sealed.items():
            # Beside an open part it is a fallback, which is drawn as it is written.
            rules = as_written(by_name[name]) if name in opened else by_name[name]
            judged = judge(rules, value, Words.SIGNED)
            if judged.refusal is not None and not _may_be_blank(by_name[name], judged):
                raise BadValue(name, judged.reason_in(rules))


class SealedValue(NamedTuple):
    """A value that is ready for URLs."""

    name: str
    text: str
    #: ``&name=value``, percent-encoded.
    query: str


@dataclass(frozen=True, slots=True)
class BulkMinter:
    """Mints the sealed URLs of one design; ``Minter.bulk`` makes it.

    It knows no fields: ``sealing.seal_row`` has decided which values are signed. In a long list most values recur, and
    a caller that keeps their SealedValue has each encoded once.
    """

    signer: PreparedSigner
    design: str
    ext: str
    #: The controls of every URL.
    controls: Mapping[str, str]
    #: The URL up to the last control.
    beginning: str

    def seal(self, name: str, text: str) -> SealedValue:
        """Return a value as URLs have it. Raises BadValue for a name or a character that none can have."""
        _check_names((name,), ())
        _check_characters(name, text)
        return SealedValue(name, text, f"&{_query({name: text})}")

    def mint(self, values: Iterable[SealedValue]) -> str:
        """Return the signed URL with these values. Raises BadValue for two of one field, or too many or long ones."""
        pairs = dict(self.controls)
        query = self.beginning
        for value in values:
            if value.name in pairs:
                raise BadValue(value.name, "is given twice")
            pairs[value.name] = value.text
            query += value.query
        _check_count(pairs)
        return _check_length(f"{query}&_s={self.signer.sign(self.design, self.ext, pairs)}")


def image_tag(url: str, width: int, height: int, alt: str) -> str:
    """Return ``<img …>`` for a URL, ready to paste into the HTML of a mail.

    ``width`` and ``height`` are CSS pixels; Outlook sizes by the file where they are missing. Each attribute has a
    line of its own, because mail servers break lines of more than 998 bytes (RFC 5322, 2.1.1) wherever that falls. A
    URL with an open part ends in the charset mark instead of ``_z=1``.
    """
    attributes = (
        f'src="{_in_html(url)}"',
        f'width="{width}"',
        f'height="{height}"',
        f'alt="{escape(alt)}"',
        'style="display:block;max-width:100%;height:auto;border:0"',
    )
    return "\n".join(("<img", *attributes)) + ">"


def link_tag(url: str, text: str) -> str:
    """Return ``<a …>`` for the URL of a PDF: no mail program shows one as an image. Otherwise as ``image_tag``."""
    return f'<a\nhref="{_in_html(url)}">{escape(text, quote=False)}</a>'


def _in_html(url: str) -> str:
    """Return a URL for an attribute; one with an open part ends in the charset mark."""
    opened = url.endswith(OPEN_END)
    return escape(url.removesuffix(OPEN_END), quote=False) + (MARKED_END if opened else "")


def parse_lifetime(text: str, now: float | None = None) -> int:
    """Return Unix seconds for ``30d``, ``12h``, ``90m`` from now on, or for a day like ``2026-12-31`` (its end, UTC).

    Raises ValueError with a sentence.
    """
    match = re.fullmatch(r"([1-9]\d{0,5})([smhdw])", text)
    if match:
        seconds = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}[match.group(2)]
        return int(now if now is not None else time.time()) + int(match.group(1)) * seconds
    try:
        return calendar.timegm(time.strptime(text, "%Y-%m-%d")) + 86_399
    except ValueError:
        raise ValueError(f"'{text}' is not a lifetime; write for example 30d, 12h or 2026-12-31") from None


def _texts(values: Mapping[str, Value]) -> dict[str, str]:
    """Return values as texts, without those that are None. Raises BadValue."""
    texts = {}
    for name, value in values.items():
        try:
            text = plain_text(value)
        except ValueError as error:
            raise BadValue(name, str(error)) from None
        if text is not None:
            texts[name] = text
    return texts


def _may_be_blank(field: MergeField, judged: Judged) -> bool:
    """A blank value of a field that need not have one is how a row of a list says it has none."""
    return judged.refusal is Flag.MISSING and not field.required


def _check_names(sealed: Iterable[str], opened: Iterable[str]) -> None:
    for name in (*sealed, *opened):
        if not FIELD_NAME.fullmatch(name):
            raise BadValue(name, "has a name that no field can have; names are lowercase letters, digits and _")


def _check_design(design: str) -> None:
    if not DESIGN_ID.fullmatch(design):
        raise BadValue("the design", f"is '{design}'; ids are lowercase letters, digits, - and _")


def _check_count(pairs: Mapping[str, str]) -> None:
    if len(pairs) > MAX_PAIRS:
        raise BadValue("the URL", f"would hold {len(pairs)} pairs; the server reads {MAX_PAIRS}")


def _check_pairs(pairs: Mapping[str, str]) -> None:
    _check_count(pairs)
    for name, value in pairs.items():
        _check_characters(name, value)


def _check_characters(name: str, value: str) -> None:
    if CONTROL_CHARACTER.search(value):
        raise BadValue(name, "contains a line break or another control character; write it on one line")
    if SURROGATE.search(value):
        raise BadValue(name, "contains an unpaired surrogate; send valid Unicode")


def _query(pairs: Mapping[str, str]) -> str:
    """Return the pairs percent-encoded. A space is ``+``, so that each ``%20`` in front of the signature is damage."""
    return "&".join(f"{name}={quote_plus(value, safe=SAFE)}" for name, value in pairs.items())


def _check_length(url: str, reserve: int = 0) -> str:
    length = len(url) + reserve
    if length > MAX_TARGET_BYTES:
        raise BadValue("the URL", f"would be {length:,} characters long; the server reads {MAX_TARGET_BYTES:,}")
    return url


def _tag(dialect: Dialect | None, name: str, theirs: str | None) -> str:
    return dialect.tag_for(name, theirs) if dialect else neutral_tag(name, theirs)
