"""What is known of an image request once it was answered, for the log and for the counts of its campaign."""

from dataclasses import dataclass

from imgurl.campaigns.facts import Fact, Tally
from imgurl.merge.judge import Flag
from imgurl.merge.resolve import fallbacks_of
from imgurl.pipeline.picture import Outcome, Picture
from imgurl.pipeline.showing import shows_its_pin
from imgurl.urls.target import SignedUrl
from imgurl.web.logs import json_facts

# Outcomes that a campaign's counts have apart.
COUNTED_OUTCOMES: dict[str, Fact] = {
    Outcome.DEFAULT: Fact.DEFAULT,
    Outcome.EXPIRED: Fact.EXPIRED,
    Outcome.STOPPED: Fact.STOPPED,
    Outcome.OVER_BUDGET: Fact.OVER_BUDGET,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log and the figures say of a request; what is empty is left out of the log."""

    refused: str = ""
    design: str = ""
    key: str = ""
    outcome: str = ""
    lacking_version: str | None = None
    campaign: str | None = None
    test: bool = False
    fields: tuple[str, ...] = ()
    source: str = ""
    degraded: str = ""
    #: What happened to the link on its way, or to the values in it: unresolved, cut, charset, folded.
    flags: tuple[str, ...] = ()
    #: Fields that show their fallback, whatever the outcome is.
    fallbacks: tuple[str, ...] = ()

    @property
    def tally(self) -> Tally | None:
        """What this adds to the counts of its campaign; None without one, and for test keys."""
        if self.campaign is None or self.test:
            return None
        counted = [Fact.REFUSED if self.refused else Fact.SERVED]
        counted += [Fact.RENDERED] if self.source == "render" else []
        counted += [COUNTED_OUTCOMES[outcome]] if (outcome := self.outcome) in COUNTED_OUTCOMES else []
        about_link = [*((Fact.FALLBACK.value, name) for name in self.fallbacks), *((flag, "") for flag in self.flags)]
        return Tally(self.campaign, self.design, (*((fact.value, "") for fact in counted), *about_link))

    def in_json(self, status: int, length: int) -> str:
        """Return the facts of a log line, with what was sent."""
        facts = {name: fact for name in self.__slots__ if (fact := getattr(self, name))}
        return json_facts({**facts, "status": status, "bytes": length})


def facts_of(url: SignedUrl, linked: Picture, shown: Picture) -> Facts:
    """Return the facts of a link and of what is shown for it."""
    is_unresolved = any(Flag.UNRESOLVED in value.flags for value in linked.values)
    flags = (*((Fact.UNRESOLVED.value,) if is_unresolved else ()), *(damage.value for damage in linked.damage))
    return Facts(
        design=linked.design.id, key=url.key_id, outcome=shown.outcome.value,
        lacking_version=None if shows_its_pin(url, linked.design) else url.pin,
        campaign=url.campaign, test=linked.is_test, fields=linked.concerned,
        flags=flags, fallbacks=fallbacks_of(linked.values) if url.campaign is not None else (),
    )  # fmt: skip
