"""``/v1/campaigns``: what was counted of campaigns, stopping them, and their budgets."""

import time
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from anyio import to_thread
from starlette.responses import Response

from imgurl.access.keys import ApiKey
from imgurl.campaigns.control import Control, day_of, hour_of
from imgurl.campaigns.facts import Fact, Line
from imgurl.campaigns.lazy import LazyLedger
from imgurl.errors import Problem, UnknownCampaign
from imgurl.identifiers import CAMPAIGN
from imgurl.web.api.gate import Call
from imgurl.web.api.outputs import CampaignOut, CampaignsOut, CountsOut, DayOut, ListedCampaign, StatsOut
from imgurl.web.api.problems import ProblemError, bad_request
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import CampaignRequest, CampaignsQuery, NoQuery, StatsQuery

# Days of one answer.
DEFAULT_DAYS = 30
MAX_DAYS = 400


class CampaignPages:
    """The endpoints about campaigns."""

    def __init__(self, ledger: LazyLedger) -> None:
        self._ledger = ledger

    async def listing(self, call: Call[CampaignsQuery, None]) -> Response:
        """List the campaigns that were counted or limited, by label.

        A key that is limited to some designs sees those that were counted for one of them. Counts are written every
        two seconds.
        """
        limit, after, designs = call.query.limit, call.query.after or "", call.key.designs
        found = await to_thread.run_sync(lambda: self._ledger.opened().page(limit + 1, after, designs))
        page = [
            ListedCampaign(**_limits(one.control), served=one.served, first_day=one.first, last_day=one.last)
            for one in found[:limit]
        ]
        query = urlencode({"limit": limit, "after": page[-1].campaign}) if len(found) > limit else ""
        return as_json(CampaignsOut(campaigns=page, next=f"/v1/campaigns?{query}" if query else None))

    async def stats(self, call: Call[StatsQuery, None]) -> Response:
        """Show what was counted of a campaign, by day, design and who fetched the images.

        Proxies of mail platforms are told by their User-Agent; those that do not say so count as `other`. Requests of
        test keys are not counted.
        """
        campaign = _label(call.request.path_params["id"])
        first, last = _days(call.query)
        counts = await to_thread.run_sync(self._counts, campaign, first, last, call.key)
        days: dict[tuple[str, str, str], dict[Line, int]] = {}
        for line, count in counts.items():
            days.setdefault((line.day, line.design, line.via.value), {})[line] = count
        via = sorted({line.via for line in counts})
        return as_json(
            StatsOut(
                campaign=campaign,
                to=last,
                total=CountsOut(**_counts_of(counts)),
                via={
                    one.value: CountsOut(**_counts_of({line: n for line, n in counts.items() if line.via is one}))
                    for one in via
                },
                days=[
                    DayOut(day=day, design_id=design, via=via, **_counts_of(lines))
                    for (day, design, via), lines in days.items()
                ],
                **{"from": first},
            )
        )

    async def change(self, call: Call[NoQuery, CampaignRequest]) -> Response:
        """Stop or start a campaign, or change its budget.

        A stopped campaign shows the default image of each design, which nobody may cache, on every server within a few
        seconds. A budget limits the images that are drawn, per clock hour and in all: what was drawn before is shown
        from the caches, everything else as the default image. A campaign may be limited before it is sent.
        """
        campaign = _label(call.request.path_params["id"])
        if call.key.designs is not None or call.key.test:
            raise ProblemError(403, "a test key, or one that is limited to some designs, may not change a campaign")
        values = _changes(call.body)
        control = await to_thread.run_sync(lambda: self._ledger.opened().change(campaign, values))
        return as_json(CampaignOut(**_limits(control)))

    def _counts(self, campaign: str, first: str, last: str, key: ApiKey) -> Mapping[Line, int]:
        ledger = self._ledger.opened()
        counts = ledger.counts(campaign, first, last, key.designs)
        # The same words for a campaign of other designs: nobody learns that it exists.
        if not counts and (ledger.find(campaign) is None or key.designs is not None):
            raise UnknownCampaign(campaign)
        return counts


def _changes(body: CampaignRequest) -> dict[str, int | None]:
    """Return the new values of what a request names."""
    values: dict[str, int | None] = {
        name: getattr(body, name) for name in ("per_hour", "total") if name in body.model_fields_set
    }
    if body.stopped is not None:
        values["stopped"] = int(time.time()) if body.stopped else None
    return values


def _label(text: str) -> str:
    if not CAMPAIGN.fullmatch(text):
        raise UnknownCampaign(text[:64])
    return text


def _days(query: StatsQuery) -> tuple[str, str]:
    """Return the first and the last day. Raises 400 if they are in the wrong order, or too far from each other."""
    last = query.to or day_of(time.time())
    latest = date.fromisoformat(last)
    try:
        first = query.from_ or (latest - timedelta(DEFAULT_DAYS - 1)).isoformat()
    except OverflowError:
        first = last
    if not 0 <= (latest - date.fromisoformat(first)).days < MAX_DAYS:
        sentence = f"must be before 'to', or the same day, and at most {MAX_DAYS} days of them can be asked for"
        raise bad_request([Problem("?from", sentence)])
    return first, last


def _limits(control: Control) -> dict[str, Any]:
    return {
        "campaign": control.campaign,
        "stopped": control.stopped,
        "per_hour": control.per_hour,
        "total": control.total,
        "renders": control.renders,
        "renders_this_hour": control.renders_in(hour_of(time.time())),
        "stats_url": f"/v1/campaigns/{control.campaign}/stats",
    }


def _counts_of(counts: Mapping[Line, int]) -> dict[str, Any]:
    """Return the sums of counts by fact, those of fallbacks by field."""
    fallbacks: dict[str, int] = {}
    for line, count in counts.items():
        if line.fact is Fact.FALLBACK:
            fallbacks[line.field] = fallbacks.get(line.field, 0) + count
    sums = {fact.value.replace("-", "_"): _sum(counts, fact) for fact in Fact if fact is not Fact.FALLBACK}
    return {**sums, "fallbacks": fallbacks}


def _sum(counts: Mapping[Line, int], fact: Fact) -> int:
    found: Iterable[int] = (count for line, count in counts.items() if line.fact is fact)
    return sum(found)
