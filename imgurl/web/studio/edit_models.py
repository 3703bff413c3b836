"""What the pages Edit and History send and get."""

from typing import Annotated, Any

from pydantic import Field

from imgurl.design.editing import MAX_DOCUMENT
from imgurl.web.api.schemas import Dpr, Model
from imgurl.web.studio.models import AwkwardOut, LookOut, Texts

DocumentText = Annotated[str, Field(max_length=MAX_DOCUMENT)]
Revision = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Width = Annotated[int, Field(ge=16, le=4_096)]


class DraftRequest(Model):
    """A document that is not saved, and values to draw it with."""

    text: DocumentText
    data: Texts = Field(default_factory=dict)
    dpr: Dpr = 1
    width: Width | None = None


class PartsRequest(DraftRequest):
    """The same, with the layers that are selected: JSON pointers."""

    selected: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=100)]


class SaveRequest(Model):
    """A document to save, and the revision of the one that the edits began from."""

    text: DocumentText
    revision: Revision


class ReturnRequest(Model):
    """The revision of the document that is there now."""

    revision: Revision


class CopyRequest(Model):
    """A copy's title, and what is copied: a text, or a version, or else the document as it is."""

    title: Title
    text: DocumentText | None = None
    number: int | None = None


class NewRequest(Model):
    """A design from nothing."""

    title: Title
    width: Annotated[int, Field(ge=1, le=4_096)] = 1_200
    height: Annotated[int, Field(ge=1, le=4_096)] = 630


class UploadQuery(Model):
    """What a file is called."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


class PictureQuery(Model):
    """How wide a picture is, in pixels."""

    width: Width = 1_200


class ImportQuery(Model):
    """The title of the design that an SVG becomes."""

    title: Title


class ProblemOut(Model):
    """A mistake, with the pointer to its place."""

    pointer: str
    sentence: str


class FamilyOut(Model):
    """A font family: its weights, and whether it has italics."""

    name: str
    lightest: int
    boldest: int
    is_italic: bool
    is_own: bool


class DocumentOut(Model):
    """A document as it is in the folder, and what it may use."""

    design_id: str
    text: str
    revision: str
    number: int | None
    saved: float
    by: str
    pictures: list[str]
    families: list[FamilyOut]
    #: Why it can't be saved, "" if it can: ``folder`` or ``scope``.
    why_not: str


class DraftOut(Model):
    """What is wrong with a draft; or what it looks like."""

    problems: list[ProblemOut]
    look: LookOut | None


class PartsOut(Model):
    """What is below a selection, the selection, and what is above, as pictures in base64; "" for nothing."""

    below: str
    selection: str
    above: str
    media_type: str


class DraftEightOut(Model):
    """A draft for the awkward eight; none if it has mistakes."""

    pictures: list[AwkwardOut]


class SavedOut(Model):
    """A version that was saved. ``is_served`` if links show it already; otherwise they will in some seconds."""

    design_id: str
    number: int
    revision: str
    version: str
    saved: float
    is_served: bool


class UploadOut(Model):
    """A file as the document may name it; of a font the families that it brings."""

    name: str
    families: list[FamilyOut]


class ChangeOut(Model):
    """One difference between two versions."""

    part: str
    id: str
    key: str
    before: Any
    after: Any


class VersionOut(Model):
    """A version in the list."""

    number: int
    version: str
    revision: str
    saved: float
    by: str
    origin: str
    detail: str
    changes: list[ChangeOut]
    is_kept: bool


class HistoryOut(Model):
    """The versions of a design, the newest one first."""

    design_id: str
    revision: str
    why_not: str
    versions: list[VersionOut]


class CompareOut(Model):
    """What differs between two versions."""

    changes: list[ChangeOut]


class TextOut(Model):
    """The document of a version."""

    text: str


class ImportOut(SavedOut):
    """A design that was made of an SVG: counts, and what was simplified, by its place in the file."""

    layers: int
    fields: int
    simplified: list[str]
