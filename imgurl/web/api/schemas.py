"""Models of requests. Strict: ``"dpr": "2"`` and ``"dpr": true`` are mistakes."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from imgurl.identifiers import CAMPAIGN, DESIGN_ID, PIN
from imgurl.merge.fields import FIELD_NAME

# Rows of one request; longer lists are batches.
MAX_ROWS = 10_000

# Seconds: a hundred years.
MAX_LIFETIME = 3_153_600_000


# Images of a budget.
MAX_COUNT = 1_000_000_000

DAY = {"type": "string", "format": "date"}


class Model(BaseModel):
    """Base of all requests and answers."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


def _day(value: str | None) -> str | None:
    try:
        is_day = value is None or date.fromisoformat(value).isoformat() == value
    except ValueError:
        is_day = False
    if not is_day:
        raise PydanticCustomError("day", "must be a day such as 2026-03-01")
    return value


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | int | Decimal):
        return value
    raise PydanticCustomError("scalar", "must be a string, a number, true, false or null")


def _pin(value: Any) -> Any:
    if value is None or isinstance(value, bool) or (isinstance(value, str) and PIN.fullmatch(value)):
        return value
    raise PydanticCustomError(
        "pin", "must be true for the current version, or 12 to 64 lowercase hex digits of a version"
    )


def _whole(value: Any) -> Any:
    """Return 3 for 3.0, which is an integer too (JSON Schema 2020-12, 6.1.1)."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _lifetime(value: Any) -> Any:
    value = _whole(value)
    if value is None or (isinstance(value, str) and re.fullmatch(LIFETIME, value)):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_LIFETIME:
        return value
    raise PydanticCustomError("lifetime", "must be seconds, a lifetime (90m, 12h, 30d, 8w) or a last day (2026-12-31)")


def _names(value: Any) -> Any:
    is_names = isinstance(value, list) and all(isinstance(name, str) for name in value)
    is_mapping = isinstance(value, dict) and all(name is None or isinstance(name, str) for name in value.values())
    if is_names or is_mapping:
        return value
    raise PydanticCustomError(
        "open", "must be a list of field names, or an object with the platform's name for each field"
    )


LIFETIME = r"[1-9][0-9]{0,5}[smhdw]|[0-9]{4}-[0-9]{2}-[0-9]{2}"
FIELD = rf"^{FIELD_NAME.pattern}$"

Scalar = Annotated[
    Any, AfterValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean", "null"], "title": "Value"})
]
Values = Annotated[
    dict[str, Scalar],
    Field(description="Values by field name. null and a blank string count as missing.", max_length=100),
]
Fallbacks = Annotated[
    dict[str, str],
    Field(description="Text for a missing value, by field name; without one the design's fallback is used."),
]
DesignId = Annotated[str, Field(description="Id of the design.", pattern=f"^{DESIGN_ID.pattern}$")]
Format = Annotated[
    Literal["png", "jpg", "jpeg", "gif", "webp", "avif", "pdf"],
    Field(description="Format; the design's by default. Email clients need png, jpg or gif; pdf is a page to print."),
]
Dpr = Annotated[int, Field(ge=1, le=3, description="Device pixels per CSS pixel."), BeforeValidator(_whole)]
Lifetime = Annotated[
    Any,
    AfterValidator(_lifetime),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": MAX_LIFETIME},
                {"type": "string", "pattern": f"^({LIFETIME})$"},
                {"type": "null"},
            ]
        }
    ),
    Field(description="How long the link shows its values: seconds, 90m, 12h, 30d, 8w, or a last day (2026-12-31)."),
]
Pin = Annotated[
    Any,
    AfterValidator(_pin),
    WithJsonSchema(
        {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": f"^{PIN.pattern}$"}, {"type": "null"}]}
    ),
    Field(description="true: keep showing the current version, whatever is edited later. Or the digest of a version."),
]
# The same in a query, where everything is text.
LifetimeText = Annotated[
    Any,
    BeforeValidator(lambda text: int(text) if re.fullmatch("[0-9]{1,10}", text) else text),
    AfterValidator(_lifetime),
    WithJsonSchema({"type": "string", "pattern": f"^({LIFETIME}|[1-9][0-9]{{0,8}})$"}),
    Field(description="How long the links show their values: seconds, 90m, 12h, 30d, 8w, or a last day (2026-12-31)."),
]
PinText = Annotated[
    Any,
    BeforeValidator(lambda text: {"true": True, "false": False}.get(text, text)),
    AfterValidator(_pin),
    WithJsonSchema({"type": "string", "pattern": f"^(true|false|{PIN.pattern})$"}),
    Field(description="true: keep showing the current version, whatever is edited later. Or the digest of a version."),
]
Campaign = Annotated[
    str, Field(description="Label for statistics: lowercase letters, digits, - and _.", pattern=f"^{CAMPAIGN.pattern}$")
]
OpenFields = Annotated[
    Any,
    AfterValidator(_names),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            ]
        }
    ),
    Field(description="Fields that an email platform fills: their names, or {field: the platform's name for it}."),
]
IgnoreUnknown = Annotated[
    bool, Field(description="Ignore names that the design does not have, instead of refusing the request.")
]


def as_text(value: Any) -> str:
    """Return a JSON value as the text that is drawn: 12.50 stays 12.50, 1e3 becomes 1000, null becomes ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


class Controls(Model):
    """What a link contains in addition to its values."""

    format: Format | None = None
    dpr: Dpr = 1
    expires_in: Lifetime = None
    pin: Pin = None
    campaign: Campaign | None = None
    ignore_unknown: IgnoreUnknown = False


class DesignValues(Model):
    """Values for a design. Comes after ``Controls`` in a list of bases, so that its fields come first."""

    design_id: DesignId
    data: Values = {}
    fallbacks: Fallbacks = {}


class GenerateRequest(Controls, DesignValues):
    """One image for one recipient."""

    mode: Annotated[
        Literal["sync", "async"],
        Field(description="sync waits for the image; async answers immediately with a job."),
    ] = "sync"
    return_: Annotated[
        Literal["url", "base64"], Field(alias="return", description="base64 also includes the image in the answer.")
    ] = "url"
    at: Annotated[
        AwareDatetime | None,
        Field(
            strict=False,
            description="Time that the image in this answer shows in its countdowns, for previews; by default now. "
            "The link itself always shows the time at which it is opened.",
            examples=["2026-12-31T17:00:00Z"],
        ),
    ] = None


class LinksRequest(Controls, DesignValues):
    """Links without images: each image is made when its link is first opened."""

    rows: Annotated[
        list[Values] | None,
        Field(
            description="Values of each link, in addition to data. Without rows one link is made.",
            max_length=MAX_ROWS,
            fail_fast=True,
        ),
    ] = None
    open: OpenFields = []
    esp: Annotated[
        str | None, Field(description="Email platform that fills the open fields, for example mailchimp.")
    ] = None


class BatchSettings(Model):
    """Settings of a batch, whatever the form of its list."""

    design_id: DesignId
    warm: Annotated[bool, Field(description="Render each image in advance, so that it is fast when first opened.")] = (
        False
    )
    webhook: Annotated[
        str | None, Field(description="https URL that is called when the batch is finished.", max_length=2_000)
    ] = None


class BatchRequest(Controls, BatchSettings):
    """Many rows at once. Longer lists are sent as CSV or NDJSON."""

    rows: Annotated[
        list[dict[str, Scalar]],
        Field(
            description="One object per row. Members that are not fields are copied to the result.",
            min_length=1,
            max_length=MAX_ROWS,
            # Only the first bad row is reported: the mistakes of 10,000 others cost too much.
            fail_fast=True,
        ),
    ]
    map: Annotated[dict[str, str], Field(description="{field: column}, for fields whose column has another name.")] = {}
    fallbacks: Fallbacks = {}


class BatchQuery(Controls, BatchSettings):
    """Options of a list that is the body of the request."""

    dpr: Annotated[int, Field(ge=1, le=3, description="Device pixels per CSS pixel.")] = 1
    expires_in: LifetimeText = None
    pin: PinText = None
    map: dict[str, str] = {}
    fallback: dict[str, str] = {}


class PreflightQuery(Model):
    """Options of a list that is judged before it is sent."""

    design_id: DesignId
    dpr: Annotated[int, Field(ge=1, le=3, description="Device pixels per CSS pixel.")] = 1
    pictures: Annotated[bool, Field(description="Whether the worst recipients come with their pictures.")] = True
    fail_on: Annotated[
        str,
        Field(description="Criteria such as overflow,fallback>5%; those that are met are in failed.", max_length=400),
    ] = ""
    name: Annotated[str, Field(description="What the list is called in the answer.", max_length=120)] = "list"
    map: dict[str, str] = {}
    fallback: dict[str, str] = {}


class ExplainRequest(Model):
    """A link to explain."""

    url: Annotated[str, Field(description="The link, complete or starting at /i/.", min_length=1, max_length=20_000)]


class PageQuery(Model):
    """A page of a list."""

    limit: Annotated[int, Field(ge=1, le=100, description="Entries per page.")] = 50


class DesignsQuery(PageQuery):
    """A page of the list of designs."""

    after: Annotated[str | None, Field(description="The page starts after this id.", max_length=64)] = None


class JobsQuery(PageQuery):
    """A page of the list of jobs."""

    before: Annotated[str | None, Field(description="The page starts after this job.", max_length=64)] = None


class CampaignsQuery(PageQuery):
    """A page of the list of campaigns."""

    after: Annotated[str | None, Field(description="The page starts after this label.", max_length=64)] = None


class StatsQuery(Model):
    """Days of statistics."""

    from_: Annotated[
        str | None,
        Field(alias="from", description="First day, in UTC (2026-03-01); 29 days before the last one by default."),
        AfterValidator(_day),
        WithJsonSchema(DAY),
    ] = None
    to: Annotated[
        str | None,
        Field(description="Last day, in UTC; today by default."),
        AfterValidator(_day),
        WithJsonSchema(DAY),
    ] = None


class CampaignRequest(Model):
    """What is to be changed of a campaign. What is left out stays as it is."""

    stopped: Annotated[
        bool | None, Field(description="true: every link shows the default image; false: links show their images.")
    ] = None
    per_hour: Annotated[
        int | None,
        Field(description="Images that may be drawn in a clock hour; null: any number.", ge=0, le=MAX_COUNT),
        BeforeValidator(_whole),
    ] = None
    total: Annotated[
        int | None,
        Field(description="Images that may be drawn in all; null: any number.", ge=0, le=MAX_COUNT),
        BeforeValidator(_whole),
    ] = None


class ResultQuery(Model):
    """The format of a result."""

    format: Annotated[
        Literal["csv", "ndjson"] | None,
        Field(description="csv or ndjson; by default what Accept asks for, otherwise csv."),
    ] = None


class NoQuery(Model):
    """No parameters."""
