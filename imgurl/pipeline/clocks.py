"""What countdowns show at a time: pure functions of a design, resolved texts, the format and the second.

Texts have the seconds that are left under the name of each clock, so that all that shows them, keys too, follows from
the texts. Formats that do not move say a sentence, which is the same until the end: their pictures last as long.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from imgurl.design.document import Document
from imgurl.design.layers.countdown import ENDED, STILL
from imgurl.formats import ImageFormat
from imgurl.merge.kinds import reading_name
from imgurl.pipeline.picture import Picture

#: The formats in which a clock runs: the one animation that mail programs show.
MOVING = (ImageFormat.GIF,)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The state of each clock by its name, and when that is another one (Unix seconds); None: never."""

    texts: Mapping[str, str] = field(default_factory=dict)
    changes_at: int | None = None
    is_live: bool = False


NO_CLOCKS = Clocks()


def clocks_of(document: Document, texts: Mapping[str, str], ext: str, now: float) -> Clocks:
    """Return the clocks of a design at a time (Unix seconds). One without a readable end stands still."""
    if not document.countdowns:
        return NO_CLOCKS
    # The second that has begun: all who ask within it share one picture.
    second = math.floor(now)
    states: dict[str, str] = {}
    ends: list[int] = []
    for layer in document.countdowns:
        end = layer.moment
        if layer.field is not None and (read := texts.get(reading_name(layer.field))):
            end = datetime.fromisoformat(read)
        left = None if end is None else math.floor(end.timestamp()) - second
        states[layer.clock] = STILL if left is None else ENDED if left <= 0 else str(left) if ext in MOVING else STILL
        ends += [] if left is None or left <= 0 else [second + left]
    is_live = any(state not in (STILL, ENDED) for state in states.values())
    return Clocks(states, second + 1 if is_live else min(ends, default=None), is_live)


def stopped(picture: Picture) -> Picture:
    """Return a picture with its clocks standing still, if its design wants that for programs that fetch ahead."""
    layers = [layer for layer in picture.design.document.countdowns if layer.proxies == "static"]
    still = {layer.clock: STILL for layer in layers if layer.is_running(picture.texts)}
    # Still kept by nobody: the next one who asks with the same URL may be the reader.
    return replace(picture, texts={**picture.texts, **still}) if still else picture
