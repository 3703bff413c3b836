"""When the recipients of a simulated campaign open their mail, with what, and whether they come again."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from benchmarks.capacity import Campaign
from imgurl.campaigns.facts import Via

# Who fetches a picture, and in how many of a hundred mails that are opened. The proxies of Gmail and Apple fetch once
# for a recipient, and keep the picture; of those who fetch it themselves some come again.
AGENTS = {
    Via.GMAIL: "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    Via.APPLE: "Mozilla/5.0",
    Via.OTHER: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
}
SHARES = {Via.GMAIL: 30, Via.APPLE: 30, Via.OTHER: 40}
RETURNING = Via.OTHER


class Kind(StrEnum):
    """What an open is."""

    FIRST = "first open"
    #: On another device, or in a reader that keeps nothing.
    AGAIN = "again"
    #: With the ETag of the copy that the reader has kept.
    COPY = "again, with a copy"


class Open(NamedTuple):
    """A request that is due, in minutes after the send began."""

    minute: float
    recipient: int
    kind: Kind
    via: Via


def opens(campaign: Campaign, until: float, seed: int = 11) -> list[Open]:
    """Return the opens of a campaign until a minute, in order. The same seed gives the same opens.

    Recipients get the mail one after another in the order of their numbers. Who comes again does so after another wait
    of the same kind.
    """
    chance = random.Random(seed)
    returning = SHARES[RETURNING] / sum(SHARES.values())
    again, copy = campaign.again / returning, campaign.conditional / returning
    found = []
    for recipient in range(campaign.recipients):
        if chance.random() >= campaign.opening:
            continue
        via = chance.choices(list(SHARES), list(SHARES.values()))[0]
        arrival = campaign.curve.send * recipient / campaign.recipients
        minute = arrival + _wait(campaign, chance)
        found.append(Open(minute, recipient, Kind.FIRST, via))
        if via is RETURNING and (lot := chance.random()) < again + copy:
            kind = Kind.AGAIN if lot < again else Kind.COPY
            found.append(Open(minute + _wait(campaign, chance), recipient, kind, via))
    return sorted(each for each in found if each.minute < until)


def _wait(campaign: Campaign, chance: random.Random) -> float:
    return campaign.curve.median * chance.lognormvariate(0, campaign.curve.sigma)


@dataclass(frozen=True, slots=True)
class Pace:
    """How the minutes of a campaign become seconds of the run."""

    speed: float

    def seconds(self, minute: float) -> float:
        """Return when a minute of the campaign is due."""
        return minute * 60 / self.speed

    def busiest(self, due: list[Open], width: float = 5.0) -> tuple[float, float]:
        """Return the busiest ``width`` seconds of a run: their middle, in seconds, and requests a second in them."""
        counts = Counter(int(self.seconds(each.minute) / width) for each in due)
        place, count = max(counts.items(), key=lambda pair: pair[1], default=(0, 0))
        return (place + 0.5) * width, count / width


def by_via(due: list[Open]) -> Iterator[str]:
    """Yield how many opens come from whom, in words."""
    for via, count in Counter(each.via for each in due).most_common():
        yield f"{count:,} {via.value}"
