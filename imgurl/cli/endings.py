"""What ``imgurl designs check`` says about countdowns: when a design is looked at, and which of them have ended."""

from datetime import datetime

from imgurl.design.layers.countdown import CountdownLayer
from imgurl.design.library import Design
from imgurl.merge.judge import Words, judge

# Of a countdown that has ended, a moment is looked at in which it ran, with a digit in each cell.
BEFORE_SECONDS = 100_000


def preview_time(design: Design, now: float) -> tuple[float, list[str]]:
    """Return a time at which the countdowns of a design run, and warnings of those that have ended."""
    ends = [(layer, end.timestamp()) for layer in design.document.countdowns if (end := _end(layer, design))]
    warnings = []
    for layer, ended in ends:
        if ended > now:
            continue
        of = f"the sample of '{layer.field}'" if layer.field else "its countdown"
        warnings.append(
            f"    warning: {of} ended at {layer.to if not layer.field else design.samples[layer.field]}; "
            "name a moment that is still to come"
        )
    first = min((end for _, end in ends), default=now)
    return (now if first > now else first - BEFORE_SECONDS), warnings


def _end(layer: CountdownLayer, design: Design) -> datetime | None:
    """Return when a countdown ends with the sample values."""
    if layer.field is None:
        return layer.moment
    field = design.document.by_name[layer.field]
    reading = judge(field, field.sample, Words.SIGNED).reading
    return datetime.fromisoformat(reading) if reading else None
