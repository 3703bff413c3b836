"""The one tree of errors. Every leaf carries its facts and the HTTP status that fits it.

ImgurlError
├── SettingsError          a setting, a key file or a key list is wrong: the process does not start
├── Refused                the sealed part of a URL is wrong: 403
│   ├── BadTarget          the bytes are not of the form imgurl-url-1
│   ├── UnknownKey         no key with this id
│   ├── RevokedKey         the key was revoked
│   └── BadSignature       the signature is another one
├── NotAnImageUrl          the path is not of the grammar: 404
├── TargetTooLong          over 8,192 bytes: 414
├── UnknownDesign          no design of this name: 404
├── BadDesign              a design document has mistakes: all of them at once
├── BadValue               a value given to the minter breaks its field's rules: 400
├── UnknownField           the design has no field of this name: 400
├── NotOpenable            the field may not be filled by a mail platform: 400
├── UnknownDialect         no dialect of this id: 400
└── RenderFailed           drawing did not succeed
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class ImgurlError(Exception):
    """Base of all errors of this package.

    ``status_hint`` suggests the HTTP status a server might answer with; nothing here knows HTTP beyond that.
    """

    status_hint = 500


class SettingsError(ImgurlError):
    """Raised when a setting or a key is wrong; the message says which and what to do."""


class Refused(ImgurlError):
    """Raised when the sealed part of a URL is not one that a key of this server signed."""

    status_hint = 403


class BadTarget(Refused):
    """Raised when the bytes of the sealed part are not of the form imgurl-url-1."""


class UnknownKey(Refused):
    """Raised when ``_k`` names a key that this server does not have."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key with the id '{key_id}' is known here")
        self.key_id = key_id


class RevokedKey(Refused):
    """Raised when the key that signed a URL was revoked."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"the key '{key_id}' was revoked: URLs signed with it are dead for good")
        self.key_id = key_id


class BadSignature(Refused):
    """Raised when the signature is not the one this URL's sealed part has."""

    def __init__(self) -> None:
        super().__init__("the signature does not belong to this sealed part")


class NotAnImageUrl(ImgurlError):
    """Raised when a path is not ``/i/{design}.{ext}``."""

    status_hint = 404


class TargetTooLong(ImgurlError):
    """Raised when a request target is over the limit, in bytes."""

    status_hint = 414

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the URL is {length:,} bytes long, at most {limit:,} are read")
        self.length = length
        self.limit = limit


class UnknownDesign(ImgurlError):
    """Raised when no design has this name; the message offers near ones."""

    status_hint = 404

    def __init__(self, design: str, known: Iterable[str]) -> None:
        super().__init__(f"there is no design '{design}'{did_you_mean(design, known)}")
        self.design = design


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a design document.

    ``pointer`` is a JSON Pointer (RFC 6901) such as ``/layers/2/box/width``; ``sentence`` says what is wrong
    and what to do.
    """

    pointer: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.sentence}"


class BadDesign(ImgurlError):
    """Raised with all mistakes of one design document."""

    def __init__(self, design: str, problems: Iterable[Problem]) -> None:
        self.design = design
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"design '{design}' has {count} mistake{'s' if count != 1 else ''}:{lines}")


class BadValue(ImgurlError):
    """Raised when a value given for a field breaks the field's rules."""

    status_hint = 400

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"the value for '{field}' {reason}")
        self.field = field
        self.reason = reason


class UnknownField(ImgurlError):
    """Raised when a design has no field of this name."""

    status_hint = 400

    def __init__(self, field: str, known: Iterable[str]) -> None:
        names = tuple(known)
        listing = ", ".join(names) or "none at all"
        hint = did_you_mean(field, names)
        super().__init__(f"the design has no field '{field}'{hint}; its fields are: {listing}")
        self.field = field


class NotOpenable(ImgurlError):
    """Raised when a field that only a signer may fill is to be left open."""

    status_hint = 400

    def __init__(self, field: str) -> None:
        super().__init__(
            f"the field '{field}' is not openable: seal a value with --set {field}=…, "
            f'or write "openable": true into the design'
        )
        self.field = field


class UnknownDialect(ImgurlError):
    """Raised when no mail platform has this id."""

    status_hint = 400

    def __init__(self, dialect: str, known: Iterable[str]) -> None:
        names = tuple(known)
        super().__init__(
            f"no mail platform is called '{dialect}'{did_you_mean(dialect, names)}; known are: {', '.join(names)}"
        )
        self.dialect = dialect


class RenderFailed(ImgurlError):
    """Raised when a picture could not be drawn."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``": did you mean 'x' or 'y'?"`` for the nearest known words, or nothing.

    Compares letters only, so that ``firstName`` finds ``first_name``.
    """

    def letters(name: str) -> str:
        return "".join(character for character in name.lower() if character.isalnum())

    by_letters = {letters(name): name for name in known}
    near = difflib.get_close_matches(letters(word), by_letters, n=3, cutoff=0.6)
    if not near:
        return ""
    return ": did you mean " + " or ".join(f"'{by_letters[name]}'" for name in near) + "?"
