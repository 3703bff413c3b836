"""The one tree of errors. Every leaf carries its facts and the HTTP status that fits it.

ImgurlError
├── SettingsError          a setting, a key file or a key list is wrong: the process does not start
│   └── RetiredKey         a batch signs with a key that was retired meanwhile
├── InvalidUrl             the sealed part of a URL is wrong: 403
│   ├── BadTarget          the bytes are not of the form imgurl-url-1
│   ├── UnknownKey         no key with this id
│   ├── RevokedKey         the key was revoked
│   └── BadSignature       the signature does not match
├── NotAnImageUrl          the path is not of the grammar: 404
├── TargetTooLong          over 8,192 bytes: 414
├── UnknownDesign          no design of this name: 404
├── UnknownVersion         the history of a design has no version of this number: 404
├── BadDesign              a design document has mistakes: all of them at once
├── DesignChanged          somebody else has saved the design meanwhile: 409
├── DesignsReadOnly        the designs folder can't be written: 409
├── BadUpload              a file that was sent can't be a picture or a font of a design: 400
├── BadValue               a value given to the minter breaks its field's rules: 400
├── UnknownField           the design has no field of this name: 400
├── NotOpenable            the field may not be filled by a mail platform: 400
├── UnknownDialect         no dialect of this id: 400
├── BadTable               a list of recipients can't be read: 400
├── PreflightFailed        a list can't be judged to its end: 500
├── UnknownColumn          a list has no column of this name: 400
├── BadApiKey              a new API key would break a rule: 400
├── DatabaseDown           the database of API keys and jobs does not answer: 503
├── JobsNotInstalled       batches need the job engine, which is an extra: 503
├── StorageError           the store of job files and finished images failed: 503
├── UnknownJob             no job of this id: 404
├── UnknownCampaign        nothing counted of it, and no limit: 404
├── JobConflict            the state of the job does not allow this: 409
├── TooManyJobs            an owner has too many unfinished jobs: 429
├── BackupError            a backup can't be made, or a file is no good backup: 400
├── WorkerTaken            a running worker process has this id: the worker does not start
└── RenderFailed           drawing did not succeed
"""

from collections.abc import Iterable
from dataclasses import dataclass

from imgurl.words import did_you_mean

# Columns of a list that a message names; a list may have a thousand.
MAX_LISTED = 30


class ImgurlError(Exception):
    """Base of all errors of this package.

    ``status_hint`` suggests the HTTP status a server might answer with; nothing here knows HTTP beyond that.
    ``is_permanent`` says that trying again by itself is in vain: nothing was done, and somebody has to change something
    first. Workers then fail a job at once, and the API gives the Idempotency-Key back.
    """

    status_hint = 500
    is_permanent = False


class SettingsError(ImgurlError):
    """Raised when a setting or a key is wrong; the message says which and what to do."""


class RetiredKey(SettingsError):
    """Raised when a batch signs with a key that has been retired since: no retry brings it back."""

    is_permanent = True

    def __init__(self, key_id: str) -> None:
        super().__init__(f"the key '{key_id}' that this batch signs with is retired: send the list again")
        self.key_id = key_id


class InvalidUrl(ImgurlError):
    """Raised when the sealed part of a URL is not one that a key of this server signed."""

    status_hint = 403
    is_permanent = True


class BadTarget(InvalidUrl):
    """Raised when the bytes of the sealed part are not of the form imgurl-url-1."""


class UnknownKey(InvalidUrl):
    """Raised when ``_k`` names a key that this server does not have."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key with the id '{key_id}' is known here")
        self.key_id = key_id


class RevokedKey(InvalidUrl):
    """Raised when the key that signed a URL was revoked."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"the key '{key_id}' was revoked: URLs signed with it are dead for good")
        self.key_id = key_id


class BadSignature(InvalidUrl):
    """Raised when the signature is not the one this URL's sealed part has."""

    def __init__(self) -> None:
        super().__init__("the signature does not belong to this sealed part")


class NotAnImageUrl(ImgurlError):
    """Raised when a path is not ``/i/{design}.{ext}``."""

    status_hint = 404
    is_permanent = True


class TargetTooLong(ImgurlError):
    """Raised when a request target is over the limit, in bytes."""

    status_hint = 414
    is_permanent = True

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the URL is {length:,} bytes long, the limit is {limit:,}")
        self.length = length
        self.limit = limit


class UnknownDesign(ImgurlError):
    """Raised when no design has this name; the message offers near ones."""

    status_hint = 404
    is_permanent = True

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


def pointer_of(parts: Iterable[str]) -> str:
    """Return the JSON Pointer (RFC 6901) of a place."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


class BadDesign(ImgurlError):
    """Raised with all mistakes of one design document."""

    def __init__(self, design: str, problems: Iterable[Problem]) -> None:
        self.design = design
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"design '{design}' has {count} mistake{'s' if count != 1 else ''}:{lines}")


class UnknownVersion(ImgurlError):
    """Raised when the history of a design has no version of this number, or it is not kept any more."""

    status_hint = 404
    is_permanent = True

    def __init__(self, design: str, number: int) -> None:
        super().__init__(f"version {number} of the design '{design}' is not kept")


class DesignChanged(ImgurlError):
    """Raised when a design was changed since the document that somebody began from."""

    status_hint = 409
    is_permanent = True

    def __init__(self, design: str) -> None:
        super().__init__(f"the design '{design}' was saved by somebody else meanwhile; load it, and save again")


class DesignsReadOnly(ImgurlError):
    """Raised when designs can't be saved, because their folder can't be written."""

    status_hint = 409
    is_permanent = True

    def __init__(self) -> None:
        super().__init__("the server can't write into its designs folder; make the folder writable, or set another one")


class BadUpload(ImgurlError):
    """Raised for a file that can't become a picture or a font of a design."""

    status_hint = 400
    is_permanent = True


class BadValue(ImgurlError):
    """Raised when a value given for a field breaks the field's rules."""

    status_hint = 400
    is_permanent = True

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"the value for '{field}' {reason}")
        self.field = field
        self.reason = reason


class UnknownField(ImgurlError):
    """Raised when a design has no field of this name."""

    status_hint = 400
    is_permanent = True

    def __init__(self, field: str, known: Iterable[str]) -> None:
        names = tuple(known)
        listing = ", ".join(names) or "none at all"
        hint = did_you_mean(field, names)
        super().__init__(f"the design has no field '{field}'{hint}; its fields are: {listing}")
        self.field = field


class NotOpenable(ImgurlError):
    """Raised when a field that only a signer may fill would be left open."""

    status_hint = 400
    is_permanent = True

    #: The end of a sentence that begins with the field's name.
    reason = 'may not be filled by a mail platform: seal a value, or write "openable": true into the design'

    def __init__(self, field: str) -> None:
        super().__init__(f"the field '{field}' {self.reason}")
        self.field = field


class UnknownDialect(ImgurlError):
    """Raised when no mail platform has this id."""

    status_hint = 400
    is_permanent = True

    def __init__(self, dialect: str, known: Iterable[str]) -> None:
        names = tuple(known)
        super().__init__(
            f"no mail platform is called '{dialect}'{did_you_mean(dialect, names)}; known are: {', '.join(names)}"
        )
        self.dialect = dialect


class BadTable(ImgurlError):
    """Raised when a list cannot be read as CSV or NDJSON; the message says what it is and what to do."""

    status_hint = 400
    is_permanent = True


class PreflightFailed(ImgurlError):
    """Raised when a list could not be judged to its end; the message says why, and holds no value."""


class UnknownColumn(ImgurlError):
    """Raised when a list has no column of this name."""

    status_hint = 400
    is_permanent = True

    def __init__(self, column: str, known: Iterable[str]) -> None:
        names = tuple(known)
        listing = ", ".join(names[:MAX_LISTED]) or "none at all"
        more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
        super().__init__(
            f"the list has no column '{column}'{did_you_mean(column, names)}; its columns are: {listing}{more}"
        )
        self.column = column


class BadApiKey(ImgurlError):
    """Raised when a new API key would break a rule; the message says which and what to do."""

    status_hint = 400
    is_permanent = True


class DatabaseDown(ImgurlError):
    """Raised when the database of API keys and jobs does not answer, or fails.

    The message names no address and no value; the cause may.
    """

    status_hint = 503

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the database can't be used ({reason}); check IMGURL_DATABASE_URL, or the free space and "
            "ownership of the data folder"
        )
        self.reason = reason


class JobsNotInstalled(ImgurlError):
    """Raised when a batch is sent to a server that has no job engine."""

    status_hint = 503
    is_permanent = True

    def __init__(self) -> None:
        super().__init__("this server has no job engine, so it takes no batches: pip install 'imgurl[jobs]'")


class StorageError(ImgurlError):
    """Raised when the store at ``IMGURL_STORE_URL`` fails, or lacks something that must be in it.

    The message names the key but no path, host or credential of the store; the cause may.
    """

    status_hint = 503


class UnknownJob(ImgurlError):
    """Raised when no job has this id, for example because it was purged."""

    status_hint = 404
    is_permanent = True

    def __init__(self, job_id: str) -> None:
        super().__init__(f"there is no job '{job_id}'")
        self.job_id = job_id


class UnknownCampaign(ImgurlError):
    """Raised when nothing was counted of a campaign, and it has no limit."""

    status_hint = 404
    is_permanent = True

    def __init__(self, campaign: str) -> None:
        super().__init__(f"there is no campaign '{campaign}'")
        self.campaign = campaign


class JobConflict(ImgurlError):
    """Raised when a job is in a state in which it cannot be cancelled or resumed."""

    status_hint = 409
    is_permanent = True

    def __init__(self, job_id: str, status: str, action: str) -> None:
        super().__init__(f"the job '{job_id}' is {status} and can't be {action}")
        self.job_id = job_id
        self.status = status


class TooManyJobs(ImgurlError):
    """Raised when an owner has as many unfinished jobs as one may have."""

    status_hint = 429
    is_permanent = True

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit:,} jobs of this key are unfinished, which is the limit; wait for some or cancel some")
        self.limit = limit


class BackupError(ImgurlError):
    """Raised when a backup can't be made or restored; the message says which file and what to do."""

    status_hint = 400
    is_permanent = True


class WorkerTaken(ImgurlError):
    """Raised when a running worker process has this id."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(
            f"a worker with the id '{worker_id}' is already running; set another IMGURL_WORKER_ID on this machine"
        )
        self.worker_id = worker_id


class RenderFailed(ImgurlError):
    """Raised when a picture could not be drawn."""
