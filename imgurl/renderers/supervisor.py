"""Keeps a number of renderers alive: starts them, kills what hangs, replaces what ends, and ends all of them."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

from imgurl.renderers.failures import Death, StudioFailed
from imgurl.renderers.orders import Limits, Recipe
from imgurl.renderers.processes import Renderer, Zygote
from imgurl.renderers.wire import Frame, Kind

Task = TypeVar("Task")
Process = TypeVar("Process", Zygote, Renderer[Any])

# Renderers that die one after the other without one answer between are started again at once so often for each one that
# there should be; then after a pause that doubles. So are zygotes after the first.
FREE_DEATHS = 4
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0

# How long a process may take to end that was killed.
KILLED_SECONDS = 1.0

# How long renderers may take to end that have nothing to do, and how long the zygote after them.
ENDING_SECONDS = 5.0


class Owner(Protocol[Task]):
    """What receives the renderers' messages."""

    def started(self, renderer: Renderer[Task]) -> None:
        """Take note of a renderer that waits for its first task."""

    def answered(self, renderer: Renderer[Task], frame: Frame) -> None:
        """Take the answer to a renderer's task."""

    def ended(self, death: Death, task: Task | None) -> None:
        """Take note that a renderer has ended, and what it had to do; or a zygote."""

    def unopened(self, error: StudioFailed) -> None:
        """Take note that the studio was opened with its spare settings, and why."""


class Supervisor(Generic[Task]):
    """Renderers, as many as there should be, and the zygote they come from. It is driven by one event loop."""

    def __init__(self, recipe: Recipe, size: int, limits: Limits, owner: Owner[Task]) -> None:
        self._recipe = recipe
        self._size = size
        self._limits = limits
        self._owner = owner
        self._zygote: Zygote | None = None
        self._zygotes: set[Zygote] = set()
        self._minding: asyncio.Task[None] | None = None
        self._renderers: set[Renderer[Task]] = set()
        self._leaving: set[Renderer[Task]] = set()
        self._deaths_in_row = 0
        self._growing: asyncio.TimerHandle | None = None
        self._watching: asyncio.TimerHandle | None = None
        self._is_closing = False

    @property
    def renderers(self) -> frozenset[Renderer[Task]]:
        """Those that are there or being started, without those that are leaving."""
        return frozenset(self._renderers)

    @property
    def zygote(self) -> Zygote | None:
        """Where renderers come from now."""
        return self._zygote

    async def start(self) -> None:
        """Open the studio and start the renderers. Raises StudioFailed."""
        try:
            self._zygote = await self._opened(self._recipe)
        except BaseException:
            await self.close(0.0)
            raise
        self._minding = asyncio.create_task(self._mind(), name="zygote")
        self._grow()
        await asyncio.wait([renderer.greeted for renderer in self._renderers])

    async def renew(self, recipe: Recipe) -> None:
        """Replace all renderers by those of another recipe: each finishes its task first.

        Raises StudioFailed; those that are there go on then.
        """
        old, fresh = self._zygote, await self._opened(recipe)
        self._recipe = recipe
        self._adopt(fresh)
        if old is not None:
            old.retire()

    def give(self, renderer: Renderer[Task], task: Task, body: bytes) -> bool:
        """Hand over a task to an idle renderer, or again the one that it has; it is killed if it takes too long.

        The time for which it waits for a processor does not count (``Limits``). Returns False where the process was
        gone already, so that the task may be given to another one.
        """
        now = asyncio.get_running_loop().time()
        deadline = now + self._limits.order_seconds
        self._watch_from(deadline)
        return renderer.give(task, body, now, deadline)

    def release(self, renderer: Renderer[Task]) -> bool:
        """Say whether a renderer without a task may have another one; one of an earlier recipe is replaced."""
        if renderer.zygote is self._zygote and not self._is_closing:
            return renderer.is_idle
        self._retire(renderer)
        self._grow()
        return False

    async def close(self, drain_seconds: float) -> None:
        """End all processes: what is being drawn may be finished within some seconds."""
        self._is_closing = True
        if self._minding is not None:
            self._minding.cancel()
        for timer in (self._growing, self._watching):
            if timer is not None:
                timer.cancel()
        for renderer in self.renderers:
            if renderer.task is None:
                self._retire(renderer)
        everyone = (*self._renderers, *self._leaving)
        for renderer in await _late([renderer for renderer in everyone if renderer.task is not None], drain_seconds):
            renderer.kill(0.0)
        for seconds in (ENDING_SECONDS, KILLED_SECONDS):
            for renderer in await _late(everyone, seconds):
                renderer.kill(0.0)
        zygotes = [*self._zygotes]
        for zygote in zygotes:
            zygote.retire()
        for zygote in await _late(zygotes, ENDING_SECONDS):
            zygote.kill()
            await zygote.ended

    async def _opened(self, recipe: Recipe) -> Zygote:
        try:
            return await self._open(recipe)
        except StudioFailed as error:
            if recipe.spare_settings is None:
                raise
            self._owner.unopened(error)
            return await self._open(replace(recipe, settings=recipe.spare_settings))

    async def _open(self, recipe: Recipe) -> Zygote:
        zygote = Zygote(recipe, self._limits)
        self._zygotes.add(zygote)
        zygote.ended.add_done_callback(lambda _: self._zygotes.discard(zygote))
        try:
            async with asyncio.timeout(self._limits.open_seconds):
                await asyncio.shield(zygote.ready)
        except TimeoutError:
            zygote.kill()
            raise StudioFailed(f"opening what the renderers draw with took {self._limits.open_seconds:g} s") from None
        except BaseException:
            zygote.kill()
            raise
        return zygote

    async def _mind(self) -> None:
        """Replace the zygote whenever it ends."""
        failures = 0
        while True:
            zygote = self._zygote
            assert zygote is not None
            death = await asyncio.shield(zygote.ended)
            if zygote is not self._zygote:
                continue
            self._owner.ended(death, None)
            while zygote is self._zygote:
                await asyncio.sleep(_pause(failures))
                failures += 1
                with contextlib.suppress(StudioFailed, OSError):
                    fresh = await self._opened(self._recipe)
                    if zygote is self._zygote:
                        self._adopt(fresh)
                    else:
                        # Another recipe came meanwhile.
                        fresh.retire()
            failures = 0

    def _adopt(self, zygote: Zygote) -> None:
        """Have all renderers come from another zygote: each finishes what it has to do."""
        self._zygote = zygote
        for renderer in self.renderers:
            if renderer.is_idle:
                self._retire(renderer)
        self._grow()

    def _grow(self) -> None:
        """Start the renderers that are missing, now or after a pause."""
        zygote, missing = self._zygote, self._size - len(self._renderers)
        if self._is_closing or self._growing or zygote is None or not zygote.is_ready or missing <= 0:
            return
        pause = _pause(self._deaths_in_row - FREE_DEATHS * self._size)
        if pause:
            self._growing = asyncio.get_running_loop().call_later(pause, self._grow_after_pause)
        else:
            self._start(zygote, missing)

    def _grow_after_pause(self) -> None:
        self._growing = None
        zygote = self._zygote
        if zygote is not None and zygote.is_ready and not self._is_closing:
            self._start(zygote, self._size - len(self._renderers))

    def _start(self, zygote: Zygote, count: int) -> None:
        deadline = asyncio.get_running_loop().time() + self._limits.start_seconds
        try:
            for _ in range(count):
                self._renderers.add(Renderer(zygote, deadline, self._hear, self._end))
        except OSError:
            # This process has no descriptor left.
            self._growing = asyncio.get_running_loop().call_later(LONGEST_PAUSE_SECONDS, self._grow_after_pause)
        self._watch_from(deadline)

    def _hear(self, renderer: Renderer[Task], frame: Frame) -> None:
        if frame.kind != Kind.HELLO:
            self._deaths_in_row = 0
            self._owner.answered(renderer, frame)
        elif self.release(renderer):
            self._owner.started(renderer)

    def _end(self, renderer: Renderer[Task]) -> None:
        """Replace a renderer that has ended, and find out how it did."""
        self._renderers.discard(renderer)
        self._leaving.discard(renderer)
        task, pid, is_leaving = renderer.take(), renderer.pid, renderer.is_leaving
        seconds = asyncio.get_running_loop().time() - renderer.began if task is not None else 0.0

        def report(status: int | None) -> None:
            if not is_leaving or renderer.is_overdue:
                self._owner.ended(Death("renderer", pid, status, seconds, renderer.is_overdue), task)

        renderer.zygote.reap(renderer.name if pid is None else pid, report)
        if not is_leaving:
            self._deaths_in_row += 1
        self._grow()

    def _retire(self, renderer: Renderer[Task]) -> None:
        self._renderers.discard(renderer)
        if not renderer.ended.done():
            self._leaving.add(renderer)
            deadline = asyncio.get_running_loop().time() + self._limits.order_seconds
            renderer.retire(deadline)
            self._watch_from(deadline)

    def _watch_from(self, deadline: float) -> None:
        """See to it that somebody looks when something may be overdue: one timer for all, not one for each order."""
        if self._watching is not None:
            if self._watching.when() <= deadline:
                return
            self._watching.cancel()
        self._watching = asyncio.get_running_loop().call_at(deadline, self._watch)

    def _watch(self) -> None:
        """Kill what is overdue, and look again when the next one may be."""
        self._watching = None
        now = asyncio.get_running_loop().time()
        everyone = (*self._renderers, *self._leaving)
        for renderer in everyone:
            if renderer.deadline is not None and renderer.deadline <= now and not renderer.extend(now):
                renderer.kill(now + KILLED_SECONDS)
        deadlines = [renderer.deadline for renderer in everyone if renderer.deadline is not None]
        if deadlines:
            self._watch_from(min(deadlines))


async def _late(processes: Sequence[Process], seconds: float) -> list[Process]:
    """Wait until processes have ended; return those that have not after some seconds."""
    if processes:
        await asyncio.wait([process.ended for process in processes], timeout=seconds)
    return [process for process in processes if not process.ended.done()]


def _pause(failures: int) -> float:
    """Return how long to wait after so many failures in a row: not at all after the first one."""
    return 0.0 if failures <= 0 else min(FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE_SECONDS)
