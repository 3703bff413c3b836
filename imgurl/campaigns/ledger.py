"""The counts and the limits of campaigns in their database, which servers share."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, or_, select, text, update

from imgurl.campaigns.control import Batch, Control, Controls
from imgurl.campaigns.database import CAMPAIGNS, COUNTS
from imgurl.campaigns.facts import Fact, Line, Via
from imgurl.database import reading, writing

# Statements that SQLite and Postgres both understand. Additions, so that servers that write together lose nothing.
ADD_COUNTS = text(
    "INSERT INTO imgurl_campaign_counts (campaign, day, design, via, fact, field, count) "
    "VALUES (:campaign, :day, :design, :via, :fact, :field, :count) "
    "ON CONFLICT (campaign, day, design, via, fact, field) "
    "DO UPDATE SET count = imgurl_campaign_counts.count + excluded.count"
)
ADD_CAMPAIGN = text(
    "INSERT INTO imgurl_campaigns (campaign, renders, hour, hour_renders) VALUES (:campaign, 0, 0, 0) "
    "ON CONFLICT (campaign) DO NOTHING"
)
# A later hour begins at nothing; what comes late for an earlier one is in the sum alone.
ADD_RENDERS = text(
    "UPDATE imgurl_campaigns SET renders = renders + :count, "
    "hour_renders = CASE WHEN hour = :hour THEN hour_renders + :count WHEN hour < :hour THEN :count "
    "ELSE hour_renders END, "
    "hour = CASE WHEN hour < :hour THEN :hour ELSE hour END WHERE campaign = :campaign"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A campaign in a list. ``served`` is how many requests were answered, ``last`` is the last day of one."""

    control: Control
    served: int
    first: str | None
    last: str | None


class Ledger:
    """Counts and limits. Stateless itself; may be used from any thread. Each method raises DatabaseDown."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def exchange(self, batch: Batch) -> Controls:
        """Add what was counted, and return the limits of the campaigns that have any. All of it or nothing.

        If the connection breaks in the very moment of the commit, nobody knows whether it was added: it may be twice.
        """
        if batch.is_empty:
            with reading(self._engine) as connection:
                return _controls(connection)
        with writing(self._engine) as connection:
            _add(connection, batch)
            return _controls(connection)

    def change(self, campaign: str, values: Mapping[str, int | None]) -> Control:
        """Change the limits of a campaign, which need not have been seen: ``stopped``, ``per_hour``, ``total``."""
        with writing(self._engine) as connection:
            connection.execute(ADD_CAMPAIGN, {"campaign": campaign})
            of_campaign = CAMPAIGNS.c.campaign == campaign
            if values:
                connection.execute(update(CAMPAIGNS).where(of_campaign).values(**values))
            return _control(connection.execute(select(CAMPAIGNS).where(of_campaign)).one())

    def find(self, campaign: str) -> Control | None:
        """Return a campaign; None if it was neither counted nor given a limit."""
        with reading(self._engine) as connection:
            row = connection.execute(select(CAMPAIGNS).where(CAMPAIGNS.c.campaign == campaign)).first()
        return _control(row) if row else None

    def page(self, limit: int, after: str = "", designs: Collection[str] | None = None) -> tuple[Listed, ...]:
        """Return campaigns in the order of their labels; with ``designs`` those that were counted for one of these."""
        served = func.sum(COUNTS.c.count).filter(COUNTS.c.fact == Fact.SERVED.value)
        days = select(
            COUNTS.c.campaign, served.label("served"), func.min(COUNTS.c.day).label("first"),
            func.max(COUNTS.c.day).label("last"),
        ).where(COUNTS.c.campaign > after).group_by(COUNTS.c.campaign)  # fmt: skip
        if designs is not None:
            days = days.where(COUNTS.c.design.in_(designs))
        of_days = days.subquery()
        query = (
            select(CAMPAIGNS, of_days.c.served, of_days.c.first, of_days.c.last)
            .join(of_days, of_days.c.campaign == CAMPAIGNS.c.campaign, isouter=designs is None)
            .where(CAMPAIGNS.c.campaign > after)
            .order_by(CAMPAIGNS.c.campaign)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(Listed(_control(row), int(row.served or 0), row.first, row.last) for row in rows)

    def counts(
        self, campaign: str, first: str, last: str, designs: Collection[str] | None = None
    ) -> Mapping[Line, int]:
        """Return the counts of a campaign from one day to another, both of them included, in order."""
        query = select(COUNTS).where(COUNTS.c.campaign == campaign, COUNTS.c.day >= first, COUNTS.c.day <= last)
        if designs is not None:
            query = query.where(COUNTS.c.design.in_(designs))
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        lines = {
            Line(row.campaign, row.day, row.design, Via(row.via), Fact(row.fact), row.field): int(row[-1])
            for row in rows
        }
        return dict(sorted(lines.items()))

    def forget(self, before: str) -> int:
        """Delete the counts of days before this one; return how many. Limits and sums of renders stay."""
        with writing(self._engine) as connection:
            return connection.execute(delete(COUNTS).where(COUNTS.c.day < before)).rowcount

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _add(connection: Connection, batch: Batch) -> None:
    # In order, here and below: two writers that lock the same rows in two orders would wait for each other.
    campaigns = sorted({line.campaign for line in batch.lines} | {campaign for campaign, _ in batch.renders})
    connection.execute(ADD_CAMPAIGN, [{"campaign": campaign} for campaign in campaigns])
    if batch.lines:
        connection.execute(ADD_COUNTS, [{**line._asdict(), "count": batch.lines[line]} for line in sorted(batch.lines)])
    if batch.renders:
        connection.execute(
            ADD_RENDERS,
            [{"campaign": name, "hour": hour, "count": count} for (name, hour), count in sorted(batch.renders.items())],
        )


def _controls(connection: Connection) -> Controls:
    columns = CAMPAIGNS.c
    limited = or_(columns.stopped.is_not(None), columns.per_hour.is_not(None), columns.total.is_not(None))
    return {row.campaign: _control(row) for row in connection.execute(select(CAMPAIGNS).where(limited))}


def _control(row: Row[Any]) -> Control:
    return Control(row.campaign, row.stopped, row.per_hour, row.total, row.renders, row.hour, row.hour_renders)
