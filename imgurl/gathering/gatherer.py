"""Gathers what pictures need from elsewhere, within the time that a picture has."""

import asyncio
import time
from collections.abc import Iterable
from typing import TypeVar

from imgurl.gathering.needs import Found, LiveSource, Missing, Need, RemotePicture, Show, Shown
from imgurl.gathering.pictures import Pictures
from imgurl.gathering.sources import Sources

# The URL of a picture may depend on a live value: so once more after the first time, and no more.
ROUNDS = 2


Thing = TypeVar("Thing", bound=Shown)


class Gatherer:
    """Fetches remote pictures and live values. Has no state of its own; one event loop is its owner.

    A picture waits ``patience`` seconds for all that it needs.
    """

    def __init__(self, pictures: Pictures, sources: Sources, patience: float) -> None:
        self._pictures = pictures
        self._sources = sources
        self._patience = patience

    async def complete(self, show: Show[Thing], shown: Thing | None = None) -> Thing:
        """Return what is shown once everything was gathered that could be in time.

        ``shown`` is what ``show`` has returned for nothing gathered, if that is known.
        """
        until = time.monotonic() + self._patience
        gathered: dict[Need, Found | Missing] = {}
        shown = show(gathered) if shown is None else shown
        for _ in range(ROUNDS):
            if not shown.needs:
                break
            wait = max(0.0, until - time.monotonic())
            outcomes = await asyncio.gather(*(self._get(need, wait) for need in shown.needs))
            gathered |= dict(zip(shown.needs, outcomes, strict=True))
            shown = show(gathered)
        return shown

    def start(self, needs: Iterable[Need]) -> None:
        """Begin to fetch pictures that will be needed, without waiting for them."""
        for need in needs:
            if isinstance(need, RemotePicture):
                self._pictures.start(need)

    async def close(self) -> None:
        """Give up what is on its way."""
        await self._pictures.close()
        await self._sources.close()

    async def _get(self, need: Need, wait: float) -> Found | Missing:
        if isinstance(need, LiveSource):
            return await self._sources.get(need, wait)
        return await self._pictures.get(need, wait)
