"""What a campaign needs: pictures, processors, store and network, by its recipients and the curve of its opens.

``docs/capacity.md`` shows the formulae and these tables; the simulated campaign (``campaign``) predicts with the same
functions what it then measures. Speeds are those of ``docs/costs.md``, measured on one named processor: to plan for
another one, measure there and give its figures.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import NamedTuple

NORMAL = NormalDist()

# Head of a request and of an answer, with TLS and TCP: what a picture takes on the network besides its own bytes.
OVERHEAD_BYTES = 2_500

# Every server process writes its counts to Postgres in one transaction, so often.
SYNC_SECONDS = 2.0

# Of the processors that a peak takes, so many are bought: what is left is for a node that dies, and for surprises.
HEADROOM = 2.0

# How many waits stand for all of those who come again.
WAITS = 100

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Curve:
    """When recipients open: a send takes ``send`` minutes; from a mail's arrival to its open the wait is log-normal."""

    median: float = 60.0
    sigma: float = 2.0
    send: float = 30.0

    def opened(self, minutes: float) -> float:
        """Return the share of all opens that have come this long after the send began."""
        return (self._area(minutes) - self._area(minutes - self.send)) / self.send

    def rate(self, minutes: float) -> float:
        """Return the share of all opens that come in a minute, at this time."""
        return (self._share(minutes) - self._share(minutes - self.send)) / self.send

    def waits(self, count: int) -> list[float]:
        """Return minutes from arrival to open that are equally likely."""
        return [self.median * math.exp(self.sigma * NORMAL.inv_cdf((n + 0.5) / count)) for n in range(count)]

    @property
    def peak(self) -> "Peak":
        """When most opens come, to a tenth of a minute, and their share in a minute."""
        times = [step / 10 for step in range(1, 20 * round(self.send + self.median))]
        at = max(times, key=self.rate)
        return Peak(at, self.rate(at))

    def _share(self, minutes: float) -> float:
        return NORMAL.cdf(math.log(minutes / self.median) / self.sigma) if minutes > 0 else 0.0

    def _area(self, minutes: float) -> float:
        """Return the integral of ``_share`` from 0."""
        if minutes <= 0:
            return 0.0
        mean = self.median * math.exp(self.sigma**2 / 2)
        return minutes * self._share(minutes) - mean * NORMAL.cdf(
            math.log(minutes / self.median) / self.sigma - self.sigma
        )


class Peak(NamedTuple):
    """The minute of a campaign in which most opens come."""

    minute: float
    share: float


@dataclass(frozen=True, slots=True)
class Speed:
    """Processor milliseconds of a request, by its kind, and the kilobytes of a picture."""

    name: str
    new: float
    cached: float
    conditional: float
    kilobytes: float

    def per_second(self, kind: str) -> float:
        """Return how many requests of a kind one core answers in a second."""
        return 1e3 / float(getattr(self, kind))


# ``benchmarks serve`` on the processor that docs/costs.md names. A 304 counts like an image from memory: it takes the
# same way, and sends less.
HERO_JPEG = Speed("hero, JPEG", new=1e3 / 380, cached=1e3 / 24_900, conditional=1e3 / 24_900, kilobytes=111)
HERO_PNG = Speed("hero, PNG", new=1e3 / 160, cached=1e3 / 24_900, conditional=1e3 / 24_900, kilobytes=845)
SPEEDS = (HERO_JPEG, HERO_PNG)


@dataclass(frozen=True, slots=True)
class Campaign:
    """Who gets a mail and opens it. Of those who open, ``again`` ask once more, ``conditional`` with an ETag."""

    recipients: int = 1_000_000
    opening: float = 0.35
    again: float = 0.1
    conditional: float = 0.1
    curve: Curve = field(default_factory=Curve)

    @property
    def pictures(self) -> float:
        """Different pictures: one for each recipient who opens."""
        return self.recipients * self.opening

    @property
    def opens(self) -> float:
        """Requests in all."""
        return self.pictures * (1 + self.again + self.conditional)

    def rate(self, minute: float) -> float:
        """Return the requests a second at a minute after the send began. Who comes again does so after another wait."""
        second = sum(self.curve.rate(minute - wait) for wait in self.curve.waits(WAITS)) / WAITS
        return self.pictures * (self.curve.rate(minute) + (self.again + self.conditional) * second) / 60

    @property
    def peak(self) -> float:
        """Requests a second in the minute with the most."""
        return self.rate(self.curve.peak.minute)


@dataclass(frozen=True, slots=True)
class Need:
    """What a campaign takes. Processors of imgurl alone: not those of the proxy, the store and Postgres."""

    opens: float
    first_hour: float
    peak: float
    cores: float
    cores_to_have: float
    processor_hours: float
    store_gigabytes: float
    store_writes: float
    store_reads: float
    transactions: float
    network_gigabytes: float
    peak_megabits: float

    def price(self, core_hour: float) -> float:
        """Return what the processors cost that are really used, at a price of one core for an hour."""
        return self.processor_hours * core_hour


def need(campaign: Campaign, speed: Speed, nodes: int = 2) -> Need:
    """Return what a campaign takes on some nodes behind a balancer that gives every node its turn."""
    pictures = campaign.pictures
    whole = pictures * (1 + campaign.again)
    milliseconds = pictures * (speed.new + campaign.again * speed.cached + campaign.conditional * speed.conditional)
    cores = campaign.peak * milliseconds / campaign.opens / 1e3
    sent = whole * (speed.kilobytes * 1e3 + OVERHEAD_BYTES) + pictures * campaign.conditional * OVERHEAD_BYTES
    return Need(
        opens=campaign.opens,
        first_hour=campaign.curve.opened(60),
        peak=campaign.peak,
        cores=cores,
        cores_to_have=cores * HEADROOM,
        processor_hours=milliseconds / 3.6e6,
        store_gigabytes=pictures * speed.kilobytes / 1e6,
        store_writes=pictures,
        # A new picture is looked for in the store before it is drawn; one that is asked for again comes to a node that
        # has not drawn it as often as there are others. A copy's ETag is compared without a look.
        store_reads=pictures * (1 + campaign.again * (nodes - 1) / nodes),
        transactions=nodes * DAY_MINUTES * 60 / SYNC_SECONDS,
        network_gigabytes=sent / 1e9,
        peak_megabits=campaign.peak * sent / campaign.opens * 8 / 1e6,
    )


def speeds_table() -> Iterator[str]:
    """Yield the rows of the table of speeds, in Markdown."""
    yield "| picture | new | in memory | the reader has it (304) | kB |"
    yield "|---|---|---|---|---|"
    for speed in SPEEDS:
        counts = " | ".join(f"{speed.per_second(kind):,.0f}" for kind in ("new", "cached", "conditional"))
        yield f"| {speed.name} | {counts} | {speed.kilobytes:g} |"


def curve_table(curve: Curve) -> Iterator[str]:
    """Yield the rows of the table of a curve."""
    times = {"10 min": 10, "30 min": 30, "1 h": 60, "2 h": 120, "3 h": 180, "6 h": 360, "24 h": 1440, "7 days": 10_080}
    yield f"| after the send began | {' | '.join(times)} |"
    yield "|---" * (len(times) + 1) + "|"
    yield f"| of all opens | {' | '.join(f'{curve.opened(minutes):.0%}' for minutes in times.values())} |"


def need_table(campaign: Campaign, core_hour: float, nodes: int = 2) -> Iterator[str]:
    """Yield the rows of the table of needs."""
    needs = [need(campaign, speed, nodes) for speed in SPEEDS]
    rows = {
        "requests": [f"{it.opens:,.0f}" for it in needs],
        "requests a second in the peak": [f"{it.peak:,.0f}" for it in needs],
        "cores that the peak keeps busy": [f"{it.cores:.2f}" for it in needs],
        "cores to have": [f"{it.cores_to_have:.1f}" for it in needs],
        "processor hours": [f"{it.processor_hours:.2f}" for it in needs],
        f"at {core_hour:g} € a core hour": [f"{it.price(core_hour):.3f} €" for it in needs],
        "store and disk": [f"{it.store_gigabytes:,.0f} GB" for it in needs],
        "writes to the store": [f"{it.store_writes:,.0f}" for it in needs],
        "reads of the store": [f"{it.store_reads:,.0f}" for it in needs],
        "transactions of Postgres, a day": [f"{it.transactions:,.0f}" for it in needs],
        "sent": [f"{it.network_gigabytes:,.0f} GB" for it in needs],
        "sent in the peak": [f"{it.peak_megabits:,.0f} Mbit/s" for it in needs],
    }
    yield f"| {campaign.recipients:,} recipients | {' | '.join(speed.name for speed in SPEEDS)} |"
    yield "|---" * (len(SPEEDS) + 1) + "|"
    for name, cells in rows.items():
        yield f"| {name} | {' | '.join(cells)} |"


def main(arguments: list[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks capacity", description=__doc__)
    parser.add_argument("--recipients", type=int, default=1_000_000, metavar="N", help="who gets the mail [1000000]")
    parser.add_argument("--opening", type=float, default=0.35, metavar="SHARE", help="who opens it [0.35]")
    parser.add_argument("--send", type=float, default=30, metavar="MINUTES", help="length of the send [30]")
    parser.add_argument("--nodes", type=int, default=2, metavar="N", help="servers [2]")
    parser.add_argument("--core-hour", type=float, default=0.04, metavar="PRICE", help="of one core [0.04]")
    options = parser.parse_args(arguments)
    curve = Curve(send=options.send)
    campaign = Campaign(options.recipients, options.opening, curve=curve)
    for table in (speeds_table(), curve_table(curve), need_table(campaign, options.core_hour, options.nodes)):
        print("\n".join(table), end="\n\n")
    print(f"peak {curve.peak.minute:.0f} minutes after the send began: {curve.peak.share:.2%} of all opens a minute")
