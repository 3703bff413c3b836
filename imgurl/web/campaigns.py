"""The campaigns of a server process: what is counted, and what is stopped or over its budget.

Requests add to numbers in memory. One task writes them every few seconds, and reads in the same transaction what was
stopped, started or limited, and what other servers have drawn. While the database is down images go out as the last
known limits say, and what is counted waits.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

import structlog

from imgurl.campaigns.control import Batch, Control, Controls, day_of, hour_of
from imgurl.campaigns.facts import Line, Tally, lines_of
from imgurl.campaigns.lazy import FileStates, LazyLedger
from imgurl.errors import ImgurlError
from imgurl.web.render_queue import NotDrawn

# How often counts are written and limits read. A kill -9 loses the counts of this time.
SYNC_SECONDS = 2.0

# How long the start waits for the limits, and the end for the last counts to be written.
START_SECONDS = 2.0
END_SECONDS = 3.0

# Different requests that are counted before they are taken apart into lines. One signed link with open fields has some
# thousand ways to be answered.
MAX_TALLIES = 4_096

# Lines that wait to be written: 20 MB. Only a database that is down for long lets so many come together.
MAX_LINES = 50_000

# Counts are kept for so many days.
KEPT_DAYS = 400
DAY_SECONDS = 86_400


class OverBudget(NotDrawn):
    """Raised in place of drawing a picture for a campaign that has no renders left."""

    def __init__(self, campaign: str) -> None:
        super().__init__(f"the budget of the campaign {campaign} is used up")
        self.campaign = campaign


class Campaigns:
    """What one server process knows and counts of campaigns. Its event loop is the owner.

    ``ledger`` None is for a server without a database of campaigns: nothing is kept. ``count_lost`` gets the number of
    counts that found no place.

    Mutable state: the limits as they were read last; counts and renders that wait, and those that are being written;
    the task that writes, whether the database answered last time, and on which day old counts were deleted.
    """

    def __init__(
        self,
        ledger: LazyLedger | None = None,
        count_lost: Callable[[int], object] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._count_lost = count_lost
        self._clock = clock
        self._changed: Callable[[], object] = lambda: None
        self._controls: Controls = {}
        self._stopped: frozenset[str] = frozenset()
        self._tallies: defaultdict[tuple[Tally, str], int] = defaultdict(int)
        self._lines: dict[Line, int] = {}
        self._drawn: dict[tuple[str, int], int] = {}
        self._written = Batch()
        self._files: FileStates = ()
        self._is_down = False
        self._tidied = ""
        self._exchanging = asyncio.Lock()
        self._ends = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger()

    def on_stops(self, changed: Callable[[], object]) -> None:
        """Have this called when other campaigns are stopped than before."""
        self._changed = changed

    def count(self, tally: Tally, via: str) -> None:
        """Count a request, which was sent by what ``via_of`` says."""
        self._tallies[tally, via] += 1
        if len(self._tallies) >= MAX_TALLIES:
            self._take_apart()

    def is_stopped(self, campaign: str | None) -> bool:
        """Say whether a campaign is stopped, as far as this process knows."""
        return campaign in self._stopped

    def spend(self, campaign: str) -> int:
        """Count a picture that is about to be drawn for a campaign; return the hour.

        Raises OverBudget if it must not be drawn.
        """
        hour = hour_of(self._clock())
        control = self._controls.get(campaign)
        if control is not None and not self._allows(control, hour):
            raise OverBudget(campaign)
        self._drawn[campaign, hour] = self._drawn.get((campaign, hour), 0) + 1
        return hour

    def give_back(self, campaign: str, hour: int) -> None:
        """Take back what was spent in an hour on a picture that there was no place for in the queue."""
        self._drawn[campaign, hour] = self._drawn.get((campaign, hour), 0) - 1

    async def start(self) -> None:
        """Begin to write and read every few seconds.

        Limits that there are already are read before the first request, unless the database takes too long.
        """
        self._task = asyncio.create_task(self._run(), name="campaigns")
        if self._ledger is not None and self._ledger.is_there:
            reading = asyncio.ensure_future(self._exchange(self._ledger))
            await asyncio.wait((reading,), timeout=START_SECONDS)

    async def finish(self) -> None:
        """Write what waits, unless the database takes too long, and close its connections."""
        self._ends.set()
        if self._task is not None:
            await asyncio.wait((self._task,), timeout=END_SECONDS)
            self._task.cancel()
        if self._ledger is not None:
            self._ledger.close()

    async def _run(self) -> None:
        is_last = False
        while not is_last:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ends.wait(), SYNC_SECONDS)
            # Not what it is afterwards: what is counted while this writes wants to be written too.
            is_last = self._ends.is_set()
            try:
                await self.sync()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next counts are to be written
                self._log.error("campaigns were not written", error=type(error).__name__)

    async def sync(self) -> None:
        """Write what was counted, and read what was changed; nothing where there is nothing of either."""
        self._take_apart()
        ledger = self._ledger
        if ledger is None:
            self._lines, self._drawn = {}, {}
            return
        has_news = self._lines or self._drawn
        if not has_news and not ledger.is_there:
            return
        files = ledger.file_states()
        if has_news or not files or files != self._files or self._is_down:
            await self._exchange(ledger)

    async def _exchange(self, ledger: LazyLedger) -> None:
        async with self._exchanging:
            batch = Batch(self._lines, self._drawn)
            self._written, self._lines, self._drawn = batch, {}, {}
            # Looked at before: a change while we read is seen the next time.
            files = ledger.file_states()
            try:
                controls = await asyncio.to_thread(lambda: ledger.opened().exchange(batch))
            except BaseException as error:
                self._put_back(batch)
                if not isinstance(error, ImgurlError):
                    raise
                self._note_state(error)
                return
            self._written = Batch()
            # What we wrote ourselves changes the files too, so that there is another look before all is quiet.
            self._files = files if batch.is_empty else ()
            self._note_state(None)
            self._take_in(controls)
            await self._tidy(ledger)

    def _allows(self, control: Control, hour: int) -> bool:
        drawn = [*self._drawn.items(), *self._written.renders.items()]
        more = sum(count for (campaign, _), count in drawn if campaign == control.campaign)
        in_hour = sum(count for (campaign, at), count in drawn if campaign == control.campaign and at == hour)
        return control.allows(hour, in_hour, more)

    def _take_in(self, controls: Controls) -> None:
        self._controls = controls
        stopped = frozenset(name for name, control in controls.items() if control.stopped is not None)
        if stopped != self._stopped:
            self._log.info(
                "campaigns changed", stopped=sorted(stopped - self._stopped), started=sorted(self._stopped - stopped)
            )
            self._stopped = stopped
            self._changed()

    def _take_apart(self) -> None:
        """Turn what was counted into lines, as many as there is place for."""
        self._add(lines_of(self._tallies, day_of(self._clock())))
        self._tallies.clear()

    def _add(self, lines: Mapping[Line, int]) -> None:
        lost = 0
        for line, count in lines.items():
            if line in self._lines or len(self._lines) < MAX_LINES:
                self._lines[line] = self._lines.get(line, 0) + count
            else:
                lost += count
        if lost:
            self._count_lost(lost)

    def _put_back(self, batch: Batch) -> None:
        self._written = Batch()
        self._add(batch.lines)
        for key, count in batch.renders.items():
            self._drawn[key] = self._drawn.get(key, 0) + count

    def _note_state(self, error: ImgurlError | None) -> None:
        if error is not None and not self._is_down:
            self._log.error("campaigns: the database is down; the last known limits hold", reason=str(error))
        elif error is None and self._is_down:
            self._log.info("campaigns: the database is back")
        self._is_down = error is not None

    async def _tidy(self, ledger: LazyLedger) -> None:
        """Delete old counts, once a day."""
        today = day_of(self._clock())
        if today != self._tidied:
            self._tidied = today
            with contextlib.suppress(ImgurlError):
                before = day_of(self._clock() - KEPT_DAYS * DAY_SECONDS)
                await asyncio.to_thread(lambda: ledger.opened().forget(before))
