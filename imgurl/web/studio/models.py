"""What the Studio's pages send and get, where it is not what callers of the API do."""

from typing import Annotated

from pydantic import Field

from imgurl.web.api.outputs import ValueOut
from imgurl.web.api.schemas import Campaign, Dpr, Format, Lifetime, Model

# Code points of a value that is typed; longer ones are refused by every field.
Text = Annotated[str, Field(max_length=2_000)]
Texts = Annotated[dict[str, Text], Field(max_length=64)]


class FieldSheet(Model):
    """A field, as the pages show it."""

    name: str
    label: str
    type: str
    sample: str
    fallback: str | None
    is_required: bool
    is_openable: bool
    longest: int
    choices: list[str]


class DesignSheet(Model):
    """A design, as its pages show it."""

    design_id: str
    title: str
    version: str
    width: int
    height: int
    max_dpr: int
    format: str
    alt: str
    fields: list[FieldSheet]
    languages: list[str]
    #: Unix seconds.
    changed: float | None


class GalleryDesign(Model):
    """A design in the gallery; ``faces`` are the names that its thumbnails show."""

    design_id: str
    title: str
    version: str
    width: int
    height: int
    format: str
    fields: int
    changed: float | None
    faces: list[str]


class GalleryOut(Model):
    """All designs that somebody may see, and those that can't be served, with what is wrong."""

    designs: list[GalleryDesign]
    broken: dict[str, str]


class LookRequest(Model):
    """Values to draw a design with."""

    data: Texts = Field(default_factory=dict)
    format: Format | None = None
    dpr: Dpr = 1
    width: Annotated[int, Field(ge=16, le=2_000)] | None = None


class EightRequest(LookRequest):
    """The same for the awkward eight; ``longest`` and ``shortest`` are those of a list, if one is loaded."""

    longest: Texts = Field(default_factory=dict)
    shortest: Texts = Field(default_factory=dict)


class ContactRequest(Model):
    """A contact as somebody pasted it."""

    text: Annotated[str, Field(max_length=10_000)]


class ListOut(Model):
    """A list: which column fills which field, and the values of the first rows by field."""

    columns: list[str]
    mapping: dict[str, str]
    rows: list[dict[str, str]]
    count: int


class FitOut(Model):
    """How the text of a layer was fitted."""

    layer: str
    step: str
    size: float
    full_size: float
    lines: int


class PlaceOut(Model):
    """Where a layer is whose place follows from others: its pointer, and its box in px of the design."""

    layer: str
    x: int
    y: int
    width: int
    height: int


class LookOut(Model):
    """A picture, in base64, and what is known of it. ``weight`` are the bytes of the file that is sent."""

    image: str
    media_type: str
    width: int
    height: int
    weight: int
    outcome: str
    reason: str
    alt: str
    fields: dict[str, ValueOut]
    warnings: list[str]
    fits: list[FitOut]
    places: list[PlaceOut]


class AwkwardOut(Model):
    """One of the awkward eight: what was sent, and what it shows."""

    kind: str
    values: dict[str, str]
    look: LookOut


class EightOut(Model):
    """The awkward eight."""

    pictures: list[AwkwardOut]


class WeightsOut(Model):
    """Bytes of the file in each format."""

    weights: dict[str, int]


class FieldPlan(Model):
    """Who fills a field. ``theirs`` is the platform's name of it; ``text`` its value, or its fallback if it is open."""

    is_open: bool = False
    theirs: str | None = None
    text: Text = ""


class EmbedRequest(Model):
    """What code is to be made."""

    platform: str | None = None
    fields: Annotated[dict[str, FieldPlan], Field(max_length=64)] = Field(default_factory=dict)
    width: Annotated[int, Field(ge=16, le=2_000)] | None = None
    format: Format | None = None
    expires_in: Lifetime = None
    campaign: Campaign | None = None
    is_personal_alt: bool = True
    #: What the links begin with, if not with what the server is set to.
    base_url: str | None = None


class PlatformOut(Model):
    """A mail platform, and what it would call each field of a design."""

    id: str
    name: str
    encodes: bool
    note: str
    test_send: str
    missing: str
    names: dict[str, str]
    why_no_personal_alt: str


class PlatformsOut(Model):
    """All mail platforms."""

    platforms: list[PlatformOut]


class EmbedOut(Model):
    """Code for a mail: ``tags`` are the texts in it that the platform fills."""

    html: str
    url: str
    tags: list[str]
    notes: list[str]
    width: int
    height: int
    dpr: int
    weight: int
    longest_line: int


class Piece(Model):
    """A piece of a link, and what it is."""

    kind: str
    text: str


class ExplainedField(Model):
    """A field of a link: what was sent, what is drawn, and what was noticed on the way."""

    name: str
    label: str
    sent: str | None
    is_open: bool
    is_name: bool
    text: str
    origin: str
    flags: list[str]


class ExplainedLink(Model):
    """What a link shows, and why. ``image`` is in base64, None if there is none."""

    url: str
    status: int
    outcome: str
    reason: str
    notes: list[str]
    warnings: list[str]
    design: str | None
    title: str | None
    key: str | None
    campaign: str | None
    platform: str | None
    max_age: int | None
    alt: str
    fields: list[ExplainedField]
    pieces: list[Piece]
    image: str | None
    media_type: str
    width: int
    height: int
    weight: int
    format: str


class ExplainedOut(Model):
    """All links of ours in a mail."""

    subject: str
    links: list[ExplainedLink]
    others: int
