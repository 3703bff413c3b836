"""A campaign as it happens: recipients open their mail, two servers answer, and one of them is killed in the peak.

Two machines (namespaces of the network, see ``network``) run ``imgurl serve`` with one Postgres and one S3 store
(Swift), both real servers, behind HAProxy, which asks for ``/readyz``. Recipients open as a curve says
(``capacity.Curve``), some twice, some by a proxy that fetches once; every picture says whose it is and is compared. At
the peak all processes of one machine get SIGKILL; it is started again later. In the end the counts of the campaign in
Postgres are compared with what the client has seen: a kill may cost the counts of two seconds.

Time is compressed by ``--speed``, and only the first ``--hours`` are played; what rate follows is said before. Needs
root, and of Debian: postgresql, the servers of Swift, memcached, haproxy.
"""

import argparse
import asyncio
import json
import math
import sys
from collections import Counter
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import psycopg

from benchmarks.capacity import Campaign, Curve
from benchmarks.marks import DESIGN, VALUES
from benchmarks.network import balancer_figures, enclosed, is_inside, missing_programs, processor_seconds
from benchmarks.playing import KINDS, LABEL, Place, Plan, Run, prepared, simulate
from benchmarks.recipients import Open, Pace, by_via, opens
from benchmarks.serving import machine, new_key
from benchmarks.tally import DEFAULT, RIGHT, UNCHANGED, WRONG, percentile
from benchmarks.timeline import plot, slices
from imgurl.urls.mint import Minter

PROGRAMS = ("haproxy", "memcached", "swift-proxy-server", "swift-object-server")

# What kill -9 may lose: counts are written every two seconds, and writing them takes a moment.
LOST_SECONDS = 2.5
PHASES = 12
IMAGES = (RIGHT, UNCHANGED, DEFAULT, WRONG)

COUNTS = (
    "SELECT via, fact, sum(count) FROM imgurl_campaign_counts WHERE campaign = %s AND design = %s GROUP BY via, fact"
)


def counted(database: str) -> tuple[Counter[str], Counter[str], int]:
    """Return what Postgres has of the campaign: served by whom, all facts; and its transactions so far."""
    by_whom: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    with psycopg.connect(database) as connection:
        rows = connection.execute(COUNTS, (LABEL, DESIGN)).fetchall()
        ((commits,),) = connection.execute(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        ).fetchall()
    for via, fact, count in rows:
        facts[fact] += int(count)
        if fact == "served":
            by_whom[via] += int(count)
    return by_whom, facts, int(commits)


def print_phases(run: Run, plan: Plan) -> list[dict[str, float]]:
    """Print the run in parts."""
    print(f"\n{'minute':>8}{'opens/s':>9}{'model':>8}{'p50 ms':>9}{'p99':>9}{'p99.9':>9}{'drawn':>8}  not right")
    rows = []
    for part in slices(run.timeline, plan.until, PHASES):
        bad = Counter(it.outcome for it in part.answers if it.outcome not in {RIGHT, UNCHANGED})
        model = sum(plan.expected(part.start + part.seconds * (n + 0.5) / 20) for n in range(20)) / 20
        times = [part.milliseconds(share) for share in (0.5, 0.99, 0.999)]
        minute = part.start * plan.pace.speed / 60
        print(
            f"{minute:8.1f}{part.rate:9.1f}{model:8.1f}" + "".join(f"{value:9,.1f}" for value in times)
            + f"{part.rendered:8.0%}  {dict(bad) or ''}"
        )  # fmt: skip
        rows.append({"minute": minute, "opens_per_second": part.rate, "p50_ms": times[0], "p99_ms": times[1],
                     "p999_ms": times[2], "drawn": part.rendered})  # fmt: skip
    return rows


def compare_counts(run: Run, place: Place) -> dict[str, Any]:
    """Print the counts in Postgres beside those of the client."""
    by_whom, facts, commits = counted(place.database)
    seen = Counter(it.via for it in run.timeline.answers if it.outcome in IMAGES)
    at_risk = run.timeline.at_risk(LOST_SECONDS)
    retried = sum(figures["to another node"] + figures["retried"] for figures in balancer_figures(place.stats).values())
    missing = seen.total() - by_whom.total()
    verdict = "within" if -retried <= missing <= at_risk else "BEYOND"
    print(f"\n{'counts':>10}{'client':>10}{'Postgres':>10}{'missing':>9}")
    for via in sorted(seen | by_whom):
        print(f"{via:>10}{seen[via]:10,}{by_whom[via]:10,}{seen[via] - by_whom[via]:9,}")
    print(
        f"missing in all: {missing:,}, {verdict} what the kill may cost: {at_risk:,} answers of the killed node in "
        f"its last {LOST_SECONDS:g} s; requests that were answered twice could add {retried:,}"
    )
    print(f"facts in Postgres: {dict(facts)}; {commits:,} transactions")
    return {"client": dict(seen), "postgres": dict(by_whom), "missing": missing, "at_risk": at_risk,
            "retried": retried, "facts": dict(facts), "transactions": commits}  # fmt: skip


def report(run: Run, place: Place, plan: Plan) -> dict[str, Any]:
    """Print the figures and return them."""
    timeline = run.timeline
    phases = print_phases(run, plan)
    outcomes = Counter(it.outcome for it in timeline.answers)
    failed = outcomes.total() - sum(outcomes[word] for word in IMAGES)
    errors = sum(count for word, count in outcomes.items() if word.startswith("status 5"))
    times = [it.seconds for it in timeline.answers if not math.isnan(it.seconds)]
    shares = {name: percentile(times, share) * 1e3 for name, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))}
    print(
        f"\n{outcomes.total():,} opens: {outcomes[WRONG]:,} wrong pictures, {errors:,} answers 5xx, "
        f"{outcomes[DEFAULT]:,} default images, {failed - errors:,} not answered {dict(outcomes)}\n"
        + ", ".join(f"{name} {value:,.1f} ms" for name, value in shares.items())
        + f", slowest {max(times) * 1e3:,.0f} ms; the client sent {timeline.lag * 1e3:,.0f} ms late at most"
    )
    print(
        f"{timeline.victim} killed after {timeline.killed:.1f} s, started after {timeline.started:.1f} s, ready after "
        f"{timeline.ready - timeline.started:.1f} s, answers again after {timeline.back - timeline.started:.1f} s"
    )
    nodes = {}
    for node in place.nodes:
        served = timeline.total(node.name, lambda it: it.served)
        lookups = timeline.total(node.name, lambda it: it.lookups)
        most = max((it.megabytes for it in timeline.figures[node.name]), default=math.nan)
        last = next((it.megabytes for it in reversed(timeline.figures[node.name])), math.nan)
        nodes[node.name] = {"served": dict(served), "lookups": dict(lookups), "most_mb": most, "last_mb": last}
        print(
            f"{node.name}: {dict(served)}; lookups {dict(lookups)}; memory {most:.0f} MB at most, {last:.0f} at the end"
        )
    balancer = balancer_figures(place.stats)
    print(f"balancer: {balancer}")
    counts = compare_counts(run, place)
    objects, size = place.swift.usage(place.bucket)
    used = processor_seconds(KINDS)
    each = {kind: (seconds - run.processor[kind]) / outcomes.total() * 1e3 for kind, seconds in used.items()}
    print(
        f"store: {objects:,} objects, {size / 1e6:,.1f} MB\nprocessor milliseconds an open: "
        + ", ".join(f"{kind} {value:.2f}" for kind, value in each.items())
    )
    for text in run.wrong[:10]:
        print(f"wrong: {text}")
    return {
        "opens": outcomes.total(), "outcomes": dict(outcomes), "milliseconds": shares, "lag_ms": timeline.lag * 1e3,
        "killed": timeline.killed, "ready": timeline.ready, "back": timeline.back, "nodes": nodes, "counts": counts,
        "balancer": balancer, "store": {"objects": objects, "bytes": size}, "processor_ms_an_open": each,
        "phases": phases,
    }  # fmt: skip


def announce(plan: Plan, due: list[Open]) -> None:
    """Say what is going to be played."""
    campaign, speed = plan.campaign, plan.pace.speed
    at, rate = plan.pace.busiest(due)
    share = campaign.curve.opened(plan.hours * 60)
    print(
        f"{campaign.recipients:,} recipients, {campaign.opening:.0%} open, {share:.0%} of them in the {plan.hours:g} "
        f"hours that are played: {len(due):,} requests ({', '.join(by_via(due))})\n"
        f"{speed:g} times as fast as it happens: {plan.until / 60:.1f} minutes. Peak after {at:.0f} s: {rate:.0f} "
        f"requests a second, {rate / speed:.0f} as it happens; by the model {campaign.peak * speed:.0f} and "
        f"{campaign.peak:.0f}",
        flush=True,
    )


def planned(arguments: list[str]) -> tuple[Plan, argparse.Namespace]:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks campaign", description=__doc__)
    parser.add_argument("--recipients", type=int, default=1_000_000, metavar="N", help="who gets the mail [1000000]")
    parser.add_argument("--opening", type=float, default=0.35, metavar="SHARE", help="who opens it [0.35]")
    parser.add_argument("--send", type=float, default=30, metavar="MINUTES", help="length of the send [30]")
    parser.add_argument("--hours", type=float, default=3, metavar="N", help="hours of the campaign that are played [3]")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--speed", type=float, default=1, metavar="N", help="times as fast as it happens [1]")
    pace.add_argument("--minutes", type=float, metavar="N", help="length of the run instead of a speed")
    parser.add_argument("--down", type=float, default=30, metavar="SECONDS", help="the killed node is off for [30]")
    parser.add_argument("--format", default="jpg", choices=("jpg", "png"), help="of the pictures [jpg]")
    parser.add_argument("--dry", action="store_true", help="say what would be played, and end")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the run as SVG")
    options = parser.parse_args(arguments)
    if not 1 <= options.recipients <= VALUES:
        parser.error(f"--recipients is from 1 to {VALUES:,}: each has a mark")
    campaign = Campaign(options.recipients, options.opening, curve=Curve(send=options.send))
    speed = options.hours * 60 / options.minutes if options.minutes else options.speed
    return Plan(campaign, options.hours, Pace(speed), options.down, options.format), options


def main(arguments: list[str]) -> None:
    """Play a campaign in namespaces of its own, and print what was seen."""
    plan, options = planned(arguments)
    if not is_inside() and not options.dry:
        if missing := missing_programs(*PROGRAMS):
            sys.exit(f"not installed: {', '.join(missing)}")
        sys.exit(enclosed("benchmarks.campaign", arguments))
    print(machine())
    due = opens(plan.campaign, plan.hours * 60)
    announce(plan, due)
    if options.dry:
        return
    key = new_key()
    with prepared(Path(gettempdir()), key) as place:
        run = asyncio.run(simulate(place, Minter(key, ""), due, plan))
        figures = report(run, place, plan)
    if options.plot:
        title = f"{plan.campaign.recipients:,} recipients, {len(due):,} opens, two nodes"
        picture = plot(run.timeline, plan.until, title, lambda it: it * plan.pace.speed / 60, plan.expected)
        options.plot.write_text(picture)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), **figures}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
