"""What requests of the API look like. Strict: ``"dpr": "2"`` and ``"rate": false`` are mistakes."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from imgurl.identifiers import CAMPAIGN, DESIGN_ID, PIN
from imgurl.merge.fields import FIELD_NAME

# Rows of one request; longer lists are batches.
MAX_ROWS = 10_000

# Seconds: a hundred years.
MAX_LIFETIME = 3_153_600_000

EXAMPLE_DESIGN = "cert-2025"
EXAMPLE_URL = f"https://img.example.com/i/{EXAMPLE_DESIGN}.png?_k=k1&full_name=Ava%20Johnson&_s=…"


class Model(BaseModel):
    """What all requests and answers share."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | int | Decimal):
        return value
    raise PydanticCustomError("scalar", "a value is a string, a number, true, false or null")


def _pin(value: Any) -> Any:
    if value is None or isinstance(value, bool) or (isinstance(value, str) and PIN.fullmatch(value)):
        return value
    raise PydanticCustomError("pin", "write true for the version of today, or 12 to 64 hex digits of another")


def _whole(value: Any) -> Any:
    """3.0 is a whole number too (JSON Schema 2020-12, 6.1.1)."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _lifetime(value: Any) -> Any:
    value = _whole(value)
    if value is None or (isinstance(value, str) and re.fullmatch(LIFETIME, value)):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_LIFETIME:
        return value
    raise PydanticCustomError("lifetime", "write seconds, a lifetime (90m, 12h, 30d, 8w) or a last day (2026-12-31)")


def _names(value: Any) -> Any:
    is_names = isinstance(value, list) and all(isinstance(name, str) for name in value)
    is_mapping = isinstance(value, dict) and all(name is None or isinstance(name, str) for name in value.values())
    if is_names or is_mapping:
        return value
    raise PydanticCustomError("open", "list the names of fields, or give each the name the platform has for it")


LIFETIME = r"[1-9][0-9]{0,5}[smhdw]|[0-9]{4}-[0-9]{2}-[0-9]{2}"
FIELD = rf"^{FIELD_NAME.pattern}$"

Scalar = Annotated[
    Any, AfterValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean", "null"], "title": "Value"})
]
Values = Annotated[
    dict[str, Scalar],
    Field(description="Values by field name. A blank string and null count as missing.", max_length=100),
]
Fallbacks = Annotated[
    dict[str, str],
    Field(description="What is shown where the value is missing, by field name; else the design's fallback."),
]
DesignId = Annotated[str, Field(description="Id of the design.", pattern=f"^{DESIGN_ID.pattern}$")]
Format = Annotated[
    Literal["png", "jpg", "jpeg", "gif", "webp", "avif"],
    Field(description="Image format, else the design's; mail wants png, jpg or gif."),
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
    Field(description="true: show today's version of the design for ever, whatever is edited; or a version's digest."),
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
    Field(description="true: show today's version of the design for ever, whatever is edited; or a version's digest."),
]
Campaign = Annotated[
    str, Field(description="Label for statistics: small letters, digits, - and _.", pattern=f"^{CAMPAIGN.pattern}$")
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
    Field(description="Fields that a mail platform fills: their names, or {field: the platform's name for it}."),
]
IgnoreUnknown = Annotated[
    bool, Field(description="Leave out names the design does not have, instead of refusing them.")
]


def as_text(value: Any) -> str:
    """Return a JSON value as the text it is drawn as: 12.50 stays 12.50, 1e3 is 1000, null is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


class Controls(Model):
    """What a link may say beside its values."""

    format: Format | None = None
    dpr: Dpr = 1
    expires_in: Lifetime = None
    pin: Pin = None
    campaign: Campaign | None = None
    ignore_unknown: IgnoreUnknown = False


class OfDesign(Model):
    """Values for a design. Stands behind ``Controls`` in a list of bases: so its fields come first."""

    design_id: DesignId
    data: Values = {}
    fallbacks: Fallbacks = {}


class GenerateRequest(Controls, OfDesign):
    """One image for one recipient."""

    mode: Annotated[
        Literal["sync", "async"],
        Field(description="sync waits for the image; async answers at once with a job that makes it."),
    ] = "sync"
    return_: Annotated[
        Literal["url", "base64"], Field(alias="return", description="base64 puts the image into the answer as well.")
    ] = "url"


class LinksRequest(Controls, OfDesign):
    """Links without images: each image is made when its link is opened first."""

    rows: Annotated[
        list[Values] | None,
        Field(
            description="Values of each link, beside those of all. Without rows one link is made.",
            max_length=MAX_ROWS,
            fail_fast=True,
        ),
    ] = None
    open: OpenFields = []
    esp: Annotated[
        str | None, Field(description="Mail platform that fills the open fields, for example mailchimp.")
    ] = None


class BatchWishes(Model):
    """What is wanted of a batch, however its list comes."""

    design_id: DesignId
    warm: Annotated[bool, Field(description="Make each image now, so that the first opening is fast.")] = False
    webhook: Annotated[
        str | None, Field(description="https URL that is told when the batch is done.", max_length=2_000)
    ] = None


class BatchRequest(Controls, BatchWishes):
    """Many rows at once; longer lists are sent as CSV or NDJSON."""

    rows: Annotated[
        list[dict[str, Scalar]],
        Field(
            description="One object a row. What is no field is carried through.",
            min_length=1,
            max_length=MAX_ROWS,
            # The first bad row is told, and no mistake of 10,000 others is worked out.
            fail_fast=True,
        ),
    ]
    map: Annotated[dict[str, str], Field(description="{field: column}, for columns that are not named alike.")] = {}
    fallbacks: Fallbacks = {}


class BatchQuery(Controls, BatchWishes):
    """Options of a list that is the body."""

    dpr: Annotated[int, Field(ge=1, le=3, description="Device pixels per CSS pixel.")] = 1
    expires_in: LifetimeText = None
    pin: PinText = None
    map: dict[str, str] = {}
    fallback: dict[str, str] = {}


class ExplainRequest(Model):
    """A link that raises a question."""

    url: Annotated[str, Field(description="The link, whole or from /i/ on.", min_length=1, max_length=20_000)]


class PageQuery(Model):
    """A page of a list."""

    limit: Annotated[int, Field(ge=1, le=100, description="Entries a page.")] = 50


class DesignsQuery(PageQuery):
    """A page of the list of designs."""

    after: Annotated[str | None, Field(description="The id that the page begins behind.", max_length=64)] = None


class JobsQuery(PageQuery):
    """A page of the list of jobs."""

    before: Annotated[str | None, Field(description="The job that the page begins behind.", max_length=64)] = None


class ResultQuery(Model):
    """How the result of a batch is written."""

    format: Annotated[
        Literal["csv", "ndjson"] | None, Field(description="csv, or ndjson; without it what Accept asks for, else csv.")
    ] = None


class NoQuery(Model):
    """No parameters."""
