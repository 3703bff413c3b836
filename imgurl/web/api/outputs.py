"""What answers of the API look like."""

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
    max_length: Annotated[int, Field(description="Characters as a person counts them.")]
    openable: Annotated[bool, Field(description="Whether a mail platform may fill it.")]
    choices: list[str]
    pattern: str | None


class DesignOut(Model):
    """A design in short."""

    design_id: str
    title: str
    version: Annotated[str, Field(description="Beginning of the version's digest; a pin takes it.")]
    width: Annotated[int, Field(description="CSS pixels.")]
    height: Annotated[int, Field(description="CSS pixels.")]
    url: str
    preview_url: str


class DesignsOut(Model):
    """A page of the designs this key may use."""

    designs: list[DesignOut]
    next: Annotated[str | None, Field(description="Where the next page is; null on the last.")]


class SizeOut(Model):
    """A size a design can be drawn in."""

    dpr: int
    width: Annotated[int, Field(description="Device pixels.")]
    height: Annotated[int, Field(description="Device pixels.")]


class DesignDetail(DesignOut):
    """A design with all that a request may say of it."""

    description: str
    alt: Annotated[str, Field(description="Alternative text, with merge tags.")]
    fields: list[FieldOut]
    sizes: list[SizeOut]
    formats: list[str]
    sample_url: Annotated[str, Field(description="A link that shows the samples.")]


class ValueOut(Model):
    """What one field shows."""

    text: str
    origin: Annotated[str, Field(alias="from", description="Where the text came from.")]
    flags: Annotated[list[str], Field(description="What was found on the way to it.")]


class GenerateOut(Model):
    """An image and its link."""

    image_url: str
    status: Literal["completed"]
    design_id: str
    version: str
    width: Annotated[int, Field(description="Device pixels.")]
    height: Annotated[int, Field(description="Device pixels.")]
    bytes: Annotated[int, Field(description="Length of the image.")]
    fields: dict[str, ValueOut]
    warnings: list[str]
    image_base64: str | None = None


class LinkOut(Model):
    """A link, or why there is none."""

    image_url: str | None
    error: str | None
    warnings: list[str]


class LinksOut(Model):
    """Links in the order of the rows."""

    design_id: str
    version: str
    links: list[LinkOut]


class WebhookOut(Model):
    """What became of a job's webhook."""

    status: Literal["waiting", "retrying", "delivered", "refused", "given_up"]
    tries: int
    next_try: Annotated[int | None, Field(description="Unix seconds; null when it is not tried again.")]
    detail: Annotated[str | None, Field(description="What happened at the last try.")]


class JobOut(Model):
    """Where a job stands."""

    job_id: str
    status: Literal["queued", "running", "completed", "failed", "cancelled"]
    total: Annotated[int, Field(description="Rows; 0 until they are counted.")]
    done: int
    failed: Annotated[int, Field(description="Rows that have an error instead of a link.")]
    fallbacks: Annotated[dict[str, int], Field(description="In how many rows a field shows its fallback.")]
    rate: Annotated[float, Field(description="Rows a second.")]
    eta_s: Annotated[float | None, Field(description="Seconds until it is done, as far as is known.")]
    created: Annotated[int, Field(description="Unix seconds.")]
    ended: Annotated[int | None, Field(description="Unix seconds.")]
    error: Annotated[str | None, Field(description="Why the job failed.")]
    url: str
    result_url: Annotated[str | None, Field(description="Where the result is, when the job is completed.")]
    webhook: Annotated[WebhookOut | None, Field(description="What became of the webhook, once the job has ended.")]
    image_url: Annotated[str | None, Field(description="The link of an image made with mode async, when it is done.")]
    notes: Annotated[
        list[str],
        Field(
            description="What was decided about the list, in sentences: its charset and delimiter where they are not "
            "the usual ones, columns found under other names. Told by the answer that accepts it."
        ),
    ]


class JobsOut(Model):
    """A page of jobs, the newest first."""

    jobs: list[JobOut]
    next: Annotated[str | None, Field(description="Where the next page is; null on the last.")]


class ExplainOut(Model):
    """What a link shows, and why."""

    url: str
    status: Annotated[int, Field(description="What the image endpoint answers.")]
    outcome: str
    reason: str
    notes: Annotated[
        list[str], Field(description="What happened to the link on its way and was undone, one sentence each.")
    ]
    design: str | None
    key: str | None
    fields: dict[str, ValueOut]
    warnings: Annotated[list[str], Field(description="What was found about the values, in words.")]


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
