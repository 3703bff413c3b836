"""The model of the answer of ``POST /v1/preflight``."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from imgurl.web.api.schemas import Model

Tone = Annotated[str, Field(description="good, fit, warn, bad, or nothing.")]


class OutcomeOut(Model):
    """A share of the list. Outcomes exclude each other and add up to the rows."""

    outcome: str
    about: Annotated[list[str], Field(description="Fields or layers that it is about; none for three or more.")]
    label: str
    rows: int
    share: str
    should_go_out: bool
    tone: Tone


class FallbackOut(Model):
    """A field whose fallback is shown."""

    field: str
    label: str
    shown: str
    rows: int
    share: str
    reasons: Annotated[dict[str, int], Field(description="Rows by the flag that says why.")]


class SameOut(Model):
    """A field without a column."""

    field: str
    label: str
    shown: Annotated[str, Field(description="What everybody sees.")]


class NamedOut(Model):
    """A suspicious value."""

    value: str
    rows: int


class SuspicionOut(Model):
    """What is suspicious about values of a field."""

    field: str
    suspicion: str
    label: str
    state: Annotated[Literal["drawn", "repaired", "refused"], Field(description="What becomes of the values.")]
    rows: int
    different: int
    values: Annotated[list[NamedOut], Field(description="The most frequent, at most 200.")]


class LayerOut(Model):
    """A text layer that is set smaller for some rows."""

    layer: str
    rows: int
    smallest: Annotated[float, Field(description="Device pixels.")]
    full: Annotated[float, Field(description="Device pixels.")]


class DuplicatesOut(Model):
    """Rows whose recipient came before."""

    by: Annotated[str | None, Field(description="The column that tells recipients apart; null: the whole row.")]
    rows: int


class PicturesOut(Model):
    """How many different pictures the list needs."""

    different: int
    bytes: Annotated[int, Field(description="About; as many each as those that were drawn.")]


class RowProblemOut(Model):
    """Why rows can't be read."""

    problem: str
    rows: int


class PlatformOut(Model):
    """What a mail platform would write in place of the list's values."""

    esp: str
    platform: str
    tags: Annotated[dict[str, str], Field(description="Merge tags of the fields that a platform may fill.")]
    same: Annotated[bool, Field(description="Whether every row would show the same.")]
    damaged_rows: Annotated[int, Field(description="Rows with values that its tags may damage, or that are refused.")]
    sealed_fields: Annotated[list[str], Field(description="Fields that only a signer may fill.")]
    note: str


class ChangeOut(Model):
    """A change of the design's document."""

    pointer: Annotated[str, Field(description="JSON pointer to an object of design.json.")]
    key: str
    value: JsonValue


class FixOut(Model):
    """What would help."""

    id: str
    what: str
    cure: str
    rows: int
    values: list[str]
    change: ChangeOut


class DrawnOut(Model):
    """A small picture."""

    webp: Annotated[str, Field(description="The file, in base64.")]
    width: int
    height: int


class WorstOut(Model):
    """A recipient that somebody should see."""

    row: int
    line: int
    kind: str
    about: str
    value: str
    chip: Annotated[str, Field(description="What is special about it, in a word or two.")]
    tone: Tone
    size: Annotated[float, Field(description="Device pixels of the text, where it is set smaller; else 0.")]
    bytes: int
    picture: DrawnOut | None


class PreflightOut(Model):
    """What a list will look like."""

    design_id: str
    title: str
    version: str
    list_name: Annotated[str, Field(alias="list")]
    read_as: str
    notes: list[str]
    rows: int
    seconds: float
    rows_per_second: int
    sentence: str
    heading: str
    outcomes: list[OutcomeOut]
    marks: Annotated[dict[str, int], Field(description="Rows by what can be said of them; a row may have several.")]
    fallbacks: list[FallbackOut]
    same_for_all: list[SameOut]
    suspicious: list[SuspicionOut]
    layers: list[LayerOut]
    languages: dict[str, int]
    untranslated: Annotated[dict[str, int], Field(description="Languages that were asked for and are not there.")]
    scripts: Annotated[dict[str, int], Field(description="Values by script (ISO 15924).")]
    duplicates: DuplicatesOut
    pictures: PicturesOut
    problems: list[RowProblemOut]
    left_out: Annotated[int, Field(description="Records that are not rows.")]
    read_with_a_warning: int
    platforms: list[PlatformOut]
    fixes: list[FixOut]
    worst: list[WorstOut]
    failed: Annotated[list[str], Field(description="The criteria of `fail_on` that the list meets.")]
