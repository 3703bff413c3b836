"""``/v1/campaigns``: counts, limits, and who may see and change them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgurl.access.keys import Scope
from imgurl.campaigns.control import Batch, hour_of
from imgurl.campaigns.facts import Fact, Line, Via
from imgurl.text.fonts import FontCatalogue
from tests.web.api.client import Api
from tests.web.server import MINTER

DAY = "2026-11-29"


def line(fact: Fact, via: Via = Via.OTHER, *, campaign: str = "sale", design: str = "card", field: str = "") -> Line:
    """Return a line of the statistics."""
    return Line(campaign, DAY, design, via, fact, field)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, fonts: FontCatalogue) -> Iterator[Api]:
    """An API with two campaigns."""
    opened = Api(tmp_path_factory.mktemp("campaigns"), fonts)
    counts = {
        line(Fact.SERVED): 5, line(Fact.RENDERED): 2, line(Fact.FALLBACK, field="city"): 1,
        line(Fact.SERVED, Via.GMAIL): 3, line(Fact.FALLBACK, Via.GMAIL, field="city"): 2,
        line(Fact.OVER_BUDGET, design="cert"): 4,
        line(Fact.SERVED, design="cert"): 4, line(Fact.SERVED, campaign="autumn", design="cert"): 1,
    }  # fmt: skip
    opened.campaigns.opened().exchange(Batch(counts, {("sale", hour_of(time.time())): 2}))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def key(house: Api) -> str:
    """A key for campaigns alone."""
    return house.key(Scope.CAMPAIGNS)


def test_the_list(house: Api, key: str) -> None:
    """By label, page by page, with requests, days and what was drawn."""
    first = house.call("GET", "/v1/campaigns?limit=1", key).json()
    assert [one["campaign"] for one in first["campaigns"]] == ["autumn"]
    (sale,) = house.call("GET", first["next"], key).json()["campaigns"]
    assert (sale["served"], sale["first_day"], sale["last_day"], sale["renders"]) == (12, DAY, DAY, 2)


def test_the_statistics(house: Api, key: str) -> None:
    """Sums of all, by who fetched, and each day and design; fallbacks by field."""
    stats = house.call("GET", f"/v1/campaigns/sale/stats?from={DAY}&to={DAY}", key).json()
    total = stats["total"]
    assert (total["served"], total["rendered"], total["over_budget"], total["fallbacks"]) == (12, 2, 4, {"city": 3})
    assert {via: counts["served"] for via, counts in stats["via"].items()} == {"gmail": 3, "other": 9}
    days = [(day["day"], day["design_id"], day["via"], day["served"]) for day in stats["days"]]
    assert days == [(DAY, "card", "gmail", 3), (DAY, "card", "other", 5), (DAY, "cert", "other", 4)]
    nothing = house.call("GET", "/v1/campaigns/sale/stats?from=2026-01-01&to=2026-01-02", key).json()
    assert (nothing["total"]["served"], nothing["days"]) == (0, [])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2026-02-30", 400),
        ("from=2026-11-30&to=2026-11-29", 400),
        ("from=2000-01-01", 400),
        ("to=0001-01-01", 200),
    ],
)
def test_days_are_checked(house: Api, key: str, query: str, status: int) -> None:
    """Real days in their order, not too many."""
    assert house.call("GET", f"/v1/campaigns/sale/stats?{query}", key).status == status


def test_changes_leave_what_they_do_not_name(house: Api, key: str) -> None:
    """Stopped, limited, started, unlimited; and the server reads the same."""
    stopped = house.call("POST", "/v1/campaigns/sale", key, json={"stopped": True, "total": 9}).json()
    assert (stopped["stopped"] is not None, stopped["total"], stopped["per_hour"]) == (True, 9, None)
    limited = house.call("POST", "/v1/campaigns/sale", key, json={"per_hour": 3}).json()
    assert (limited["stopped"], limited["per_hour"], limited["renders_this_hour"]) == (stopped["stopped"], 3, 2)
    control = house.campaigns.opened().exchange(Batch())["sale"]
    assert (control.stopped, control.per_hour, control.total) == (stopped["stopped"], 3, 9)
    free = house.call("POST", "/v1/campaigns/sale", key, json={"stopped": False, "per_hour": None, "total": None})
    assert (free.json()["stopped"], free.json()["per_hour"], free.json()["total"]) == (None, None, None)
    assert house.campaigns.opened().exchange(Batch()) == {}


def test_explain_says_that_a_campaign_is_stopped(house: Api, key: str) -> None:
    """With the label of the link; a link of another campaign shows its own image."""
    house.call("POST", "/v1/campaigns/halted", key, json={"stopped": True})
    reader = house.key()
    values = {"first_name": "Ava", "tint": "red", "code": "A1"}
    links = [MINTER.mint("card", values, campaign=campaign) for campaign in ("halted", "sale")]
    found = [house.call("POST", "/v1/explain", reader, json={"url": link}).json() for link in links]
    assert [one["outcome"] for one in found] == ["stopped", "ok"]
    assert "'halted' is stopped" in found[0]["reason"]


@pytest.mark.parametrize("body", [{"per_hour": -1}, {"total": 1.5}, {"stopped": "yes"}, {"budget": 3}])
def test_a_wrong_change_is_refused(house: Api, key: str, body: object) -> None:
    """With the place of the mistake."""
    answer = house.call("POST", "/v1/campaigns/sale", key, json=body)
    assert (answer.status, list(answer.errors)) == (400, [f"/{next(iter(body))}"])  # type: ignore[call-overload]


def test_an_unknown_campaign_is_404(house: Api, key: str) -> None:
    """Also one whose label nobody could have."""
    assert [house.call("GET", f"/v1/campaigns/{name}/stats", key).status for name in ("none", "A!")] == [404, 404]
    assert house.call("POST", "/v1/campaigns/A!", key, json={"stopped": True}).status == 404


def test_a_key_for_some_designs_sees_theirs(house: Api) -> None:
    """Counts and campaigns of other designs do not exist for it, and it changes nothing; nor does a test key."""
    few = house.key(Scope.CAMPAIGNS, name="few", designs=["card"])
    assert [one["campaign"] for one in house.call("GET", "/v1/campaigns", few).json()["campaigns"]] == ["sale"]
    stats = house.call("GET", f"/v1/campaigns/sale/stats?from={DAY}&to={DAY}", few).json()
    assert stats["total"]["served"] == 8
    assert house.call("GET", "/v1/campaigns/autumn/stats", few).status == 404
    test = house.key(Scope.CAMPAIGNS, name="try", test=True)
    for limited in (few, test):
        assert house.call("POST", "/v1/campaigns/sale", limited, json={"stopped": True}).status == 403


def test_no_database_before_the_first_call(tmp_path: Path, fonts: FontCatalogue) -> None:
    """The API opens it when somebody asks for campaigns."""
    opened = Api(tmp_path, fonts)
    key = opened.key()
    assert opened.call("GET", "/v1/designs", key).status == 200
    assert not (tmp_path / "campaigns.db").exists()
    assert opened.call("GET", "/v1/campaigns", key).json() == {"campaigns": [], "next": None}
    opened.close()
