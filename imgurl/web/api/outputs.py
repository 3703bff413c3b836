"""Models of answers."""

from typing import Annotated, Literal

from pydantic import Field

from imgurl.web.api.schemas import Model


class FieldOut(Model):
    """A merge field of a design."""

    name: str
    type: str
    label: str
    required: bool
    fallback: str | None
    sample: str
    max_length: Annotated[int, Field(description="Characters as a reader counts them (grapheme clusters).")]
    openable: Annotated[bool, Field(description="Whether an email platform may fill it.")]
    choices: list[str]
    pattern: str | None


class DesignOut(Model):
    """A design in a list."""

    design_id: str
    title: str
    version: Annotated[str, Field(description="First digits of the version's digest; usable as a pin.")]
    width: Annotated[int, Field(description="CSS pixels.")]
    height: Annotated[int, Field(description="CSS pixels.")]
    url: str
    preview_url: str


class DesignsOut(Model):
    """A page of the designs this key may use."""

    designs: list[DesignOut]
    next: Annotated[str | None, Field(description="URL of the next page; null on the last one.")]


class SizeOut(Model):
    """A size a design can be drawn in."""

    dpr: int
    width: Annotated[int, Field(description="Device pixels.")]
    height: Annotated[int, Field(description="Device pixels.")]


class DesignDetail(DesignOut):
    """A design with its fields, sizes and formats."""

    description: str
    alt: Annotated[str, Field(description="Alternative text, with merge tags.")]
    fields: list[FieldOut]
    sizes: list[SizeOut]
    formats: list[str]
    sample_url: Annotated[str, Field(description="A link that shows the sample values.")]


class ValueOut(Model):
    """The text that a field shows."""

    text: str
    origin: Annotated[str, Field(alias="from", description="Origin of the text.")]
    flags: Annotated[list[str], Field(description="What was noticed about the value.")]


class GenerateOut(Model):
    """An image and its link."""

    image_url: str
    status: Literal["completed"]
    design_id: str
    version: str
    width: Annotated[int, Field(description="Device pixels.")]
    height: Annotated[int, Field(description="Device pixels.")]
    bytes: Annotated[int, Field(description="Size of the image file.")]
    fields: dict[str, ValueOut]
    warnings: list[str]
    image_base64: str | None = None


class LinkOut(Model):
    """A link, or the reason why there is none."""

    image_url: str | None
    error: str | None
    warnings: list[str]


class LinksOut(Model):
    """Links in the order of the rows."""

    design_id: str
    version: str
    links: list[LinkOut]


class WebhookOut(Model):
    """The delivery of a job's webhook."""

    status: Literal["waiting", "retrying", "delivered", "refused", "given_up"]
    tries: int
    next_try: Annotated[int | None, Field(description="Unix seconds; null if there is no further attempt.")]
    detail: Annotated[str | None, Field(description="Result of the last attempt.")]


class JobOut(Model):
    """The status of a job."""

    job_id: str
    status: Literal["queued", "running", "completed", "failed", "cancelled"]
    total: Annotated[int, Field(description="Rows; 0 until they are counted.")]
    done: int
    failed: Annotated[int, Field(description="Rows with an error instead of a link.")]
    fallbacks: Annotated[dict[str, int], Field(description="Number of rows in which a field shows its fallback.")]
    rate: Annotated[float, Field(description="Rows per second.")]
    eta_s: Annotated[float | None, Field(description="Estimated seconds until it is finished.")]
    created: Annotated[int, Field(description="Unix seconds.")]
    ended: Annotated[int | None, Field(description="Unix seconds.")]
    error: Annotated[str | None, Field(description="Why the job failed.")]
    url: str
    result_url: Annotated[str | None, Field(description="URL of the result, once the job is completed.")]
    webhook: Annotated[WebhookOut | None, Field(description="Delivery of the webhook, once the job has ended.")]
    image_url: Annotated[
        str | None, Field(description="Link of an image made with mode async, once the job is completed.")
    ]
    notes: Annotated[
        list[str],
        Field(
            description="How the list was read, in sentences: its charset and delimiter if unusual, columns with other "
            "names. Only in the answer that accepts the list."
        ),
    ]


class JobsOut(Model):
    """A page of jobs, newest first."""

    jobs: list[JobOut]
    next: Annotated[str | None, Field(description="URL of the next page; null on the last one.")]


class GatheredOut(Model):
    """What a link shows that was fetched from elsewhere."""

    source: Annotated[str | None, Field(description="Name of the live source; null for a remote picture.")]
    url: str
    age: Annotated[int | None, Field(description="Seconds since it was fetched; null if it could not be.")]
    good_for: Annotated[int | None, Field(description="Seconds until it is fetched again; 0 if that is overdue.")]
    problem: Annotated[str | None, Field(description="Why it could not be fetched.")]


class CampaignOut(Model):
    """A campaign: its limits, and what was drawn and answered for it."""

    campaign: str
    stopped: Annotated[int | None, Field(description="Since when it is stopped, in Unix seconds; null: it is not.")]
    per_hour: Annotated[int | None, Field(description="Images that may be drawn in a clock hour; null: any number.")]
    total: Annotated[int | None, Field(description="Images that may be drawn in all; null: any number.")]
    renders: Annotated[int, Field(description="Images drawn so far.")]
    renders_this_hour: int
    stats_url: str


class ListedCampaign(CampaignOut):
    """A campaign in a list."""

    served: Annotated[int, Field(description="Requests that were answered.")]
    first_day: Annotated[str | None, Field(description="Day of the first request, in UTC.")]
    last_day: Annotated[str | None, Field(description="Day of the last request, in UTC.")]


class CampaignsOut(Model):
    """A page of campaigns, by label."""

    campaigns: list[ListedCampaign]
    next: Annotated[str | None, Field(description="URL of the next page; null on the last one.")]


class CountsOut(Model):
    """Counts of requests."""

    served: Annotated[int, Field(description="Answered with an image, or with 304.")]
    rendered: Annotated[int, Field(description="Waited for the image to be drawn.")]
    fallbacks: Annotated[dict[str, int], Field(description="Showed a field's fallback, by field.")]
    unresolved: Annotated[int, Field(description="Came with a merge tag that was not replaced.")]
    cut: Annotated[int, Field(description="Came without the end of the link.")]
    charset: Annotated[int, Field(description="Came with a value in another charset, which was read.")]
    folded: Annotated[int, Field(description="Came with a line that a mail server broke.")]
    default: Annotated[int, Field(description="Showed the default image: a required value was missing, or no time.")]
    expired: Annotated[int, Field(description="Came after the link had expired.")]
    stopped: Annotated[int, Field(description="Showed the default image because the campaign was stopped.")]
    over_budget: Annotated[int, Field(description="Showed the default image because the budget was used up.")]
    refused: Annotated[int, Field(description="Refused although the signature is good: the design is gone.")]


class DayOut(CountsOut):
    """Counts of one day, one design and one kind of reader."""

    day: Annotated[str, Field(description="In UTC.")]
    design_id: str
    via: Annotated[str, Field(description="gmail, yahoo and apple are proxies of mail platforms; other is the rest.")]


class StatsOut(Model):
    """The statistics of a campaign."""

    campaign: str
    from_: Annotated[str, Field(alias="from", description="First day, in UTC.")]
    to: Annotated[str, Field(description="Last day, in UTC.")]
    total: CountsOut
    via: Annotated[dict[str, CountsOut], Field(description="The same by who fetched the images.")]
    days: list[DayOut]


class ExplainOut(Model):
    """What a link shows and why."""

    url: str
    status: Annotated[int, Field(description="Status of the image request.")]
    outcome: str
    reason: str
    notes: Annotated[list[str], Field(description="Damage to the link that was repaired, one sentence each.")]
    design: str | None
    key: str | None
    fields: dict[str, ValueOut]
    warnings: Annotated[list[str], Field(description="What was noticed about the values, in words.")]
    gathered: list[GatheredOut]


class ErrorOut(Model):
    """One mistake in a request."""

    pointer: Annotated[str, Field(description="JSON Pointer into the body (RFC 6901), or ?name for the query.")]
    detail: str


class ProblemOut(Model):
    """A problem (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ErrorOut]
    request_id: str
