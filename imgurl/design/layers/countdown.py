"""Countdown layers: days, hours, minutes and seconds until a moment, in cells; and sentences where nothing runs."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator

from imgurl.design.layers.layer import FAR, Layer
from imgurl.design.layers.names import TemplateText
from imgurl.design.layers.text import FontModel
from imgurl.design.model import HOLDS_PLACEHOLDERS, Model, NotEmpty, known, mistake
from imgurl.design.paint import ColorText, PaintModel
from imgurl.merge.fields import is_time_zone
from imgurl.merge.kinds import FieldType, Notation, NotOfType, reading_name
from imgurl.merge.moments import read_moment
from imgurl.merge.template import parse_template

#: States of a clock besides the seconds that are left: none runs, and it is not said or not known whether it has ended;
#: it has ended; it runs, and the cells are shown without their digits.
STILL, ENDED, BLANK = "", "0", "-"

# Three digits of days: more are shown so.
MOST = 999


class Unit(StrEnum):
    """What a cell counts."""

    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"


SECONDS_IN = {Unit.DAYS: 86_400, Unit.HOURS: 3_600, Unit.MINUTES: 60, Unit.SECONDS: 1}

TWO_DIGITS = tuple(f"{count:02d}" for count in range(60))


def _check_end(text: str, info: ValidationInfo) -> str:
    """Accept ``<<name>>`` of a field of type datetime, or a moment; its zone is checked with ``time_zone``."""
    example = 'write for example 2026-12-31T18:00, or "<<ends>>" for a field of type datetime'
    if "<<" not in text:
        try:
            read_moment(text, Notation(FieldType.DATETIME))
        except NotOfType:
            raise mistake(f"'{text}' is not a day with its time; {example}") from None
        return text
    names = parse_template(text).fields
    types = known(info).fields
    if text != f"<<{names[0] if names else ''}>>" or (types is not None and types.get(names[0]) != FieldType.DATETIME):
        raise mistake(f"'{text}' is not a field of type datetime; {example}")
    return text


End = Annotated[str, Field(max_length=64), AfterValidator(_check_end), HOLDS_PLACEHOLDERS]
Label = Annotated[str, Field(max_length=40)]


class Cell(Model):
    """What is behind the digits of each unit, and behind the sentences."""

    fill: PaintModel
    radius: Annotated[float, Field(ge=0, le=FAR)] = 0.0


class Labels(Model):
    """The word under each cell; ``gap`` px are between them."""

    font: FontModel
    color: ColorText | None = None
    gap: Annotated[int, Field(ge=0, le=200)] = 4
    days: Label = ""
    hours: Label = ""
    minutes: Label = ""
    seconds: Label = ""


class Message(Model):
    """How the sentences are written where it is not as the digits are."""

    font: FontModel | None = None
    color: PaintModel | None = None


class CountdownLayer(Layer):
    """The time that is left, in cells of equal width that fill the box; or a sentence in their place."""

    type: str = Field("countdown", pattern="^countdown$")
    to: End
    time_zone: Annotated[str | None, Field(max_length=40, validate_default=True)] = None
    units: Annotated[tuple[Annotated[Unit, Field(strict=False)], ...], Field(strict=False), NotEmpty] = tuple(Unit)
    #: Said by formats that do not move, and after the end.
    static: TemplateText
    expired: TemplateText
    font: FontModel
    color: PaintModel = "#000000"
    gap: Annotated[int, Field(ge=0, le=500)] = 12
    cell: Cell | None = None
    separator: Annotated[str, Field(max_length=3)] = ""
    separator_color: ColorText | None = None
    labels: Annotated[Labels | None, Field(validate_default=True)] = None
    message: Message = Message()
    #: What programs get that fetch pictures before anyone opens the mail: the clock, or the sentence.
    proxies: Annotated[str, Field(pattern="^(play|static)$")] = "play"
    shadow: None = None

    @property
    def field(self) -> str | None:
        """The field that says when it ends; None where the design does."""
        return next(iter(parse_template(self.to).fields), None) if "<<" in self.to else None

    @cached_property
    def moment(self) -> datetime | None:
        """When it ends; None where a field says so."""
        return None if self.field else read_moment(self.to, Notation(FieldType.DATETIME, time_zone=self.time_zone))

    @property
    def clock(self) -> str:
        """The name under which texts have the seconds that are left. No field can have this name."""
        return f"{self.field or (self.moment and self.moment.isoformat())}.left"

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The fields of the layer, the moment as it was read, and the clock."""
        read = (reading_name(self.field),) if self.field else ()
        return super().placeholders | {*read, self.clock}

    def is_running(self, texts: Mapping[str, str]) -> bool:
        """Say whether cells are shown for resolved values, and not a sentence."""
        return texts.get(self.clock, STILL) not in (STILL, ENDED)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, time_zone: str | None, info: ValidationInfo) -> str | None:
        end = info.data.get("to")
        if time_zone is not None and not is_time_zone(time_zone):
            raise mistake(f"'{time_zone}' is not a known time zone; write for example Europe/Berlin")
        if end is None:
            return time_zone
        if "<<" in end:
            if time_zone is not None:
                raise mistake("the field has a time zone of its own; leave this one out")
        elif time_zone is None and not _has_zone(end):
            raise mistake(
                f"'{end}' is another moment in each time zone; name one, for example Europe/Berlin, or write "
                f"{end}Z for UTC"
            )
        return time_zone

    @field_validator("units")
    @classmethod
    def _without_holes(cls, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        order = list(Unit)
        if any(order.index(second) != order.index(first) + 1 for first, second in pairwise(units)):
            raise mistake("write the units from days to seconds without leaving one out in between, each once")
        return units

    @field_validator("labels")
    @classmethod
    def _cells_have_room(cls, labels: Labels | None, info: ValidationInfo) -> Labels | None:
        if not {"box", "font", "units", "gap"} <= info.data.keys():
            return labels
        box, font, units = info.data["box"], info.data["font"], info.data["units"]
        width = (box.width - info.data["gap"] * (len(units) - 1)) // len(units)
        height = box.height - label_height(labels)
        if width < font.size or height < font.size:
            raise mistake(
                f"a cell is {max(0, width)} × {max(0, height)} px, too small for digits of {font.size:g} px; make the "
                "box larger, or font.size or gap smaller",
                beside="box",
            )
        return labels


def label_height(labels: Labels | None) -> int:
    """Return how many px labels take below the cells."""
    return labels.gap + round(labels.font.size * 1.2) if labels else 0


def digits_of(units: tuple[Unit, ...], left: int) -> tuple[str, ...]:
    """Return what the cells show for so many seconds: two digits, or three for the largest unit."""
    counts = []
    for unit in units:
        count, left = divmod(left, SECONDS_IN[unit])
        counts.append(count)
    return (f"{min(counts[0], MOST):02d}", *(TWO_DIGITS[count] for count in counts[1:]))


def _has_zone(text: str) -> bool:
    """Say whether a moment is the same one wherever it is read."""
    seen: set[Any] = {
        read_moment(text, Notation(FieldType.DATETIME, time_zone=zone)).timestamp() for zone in ("UTC", "Asia/Tokyo")
    }
    return len(seen) == 1
