"""Live sources: JSON documents, fetched once for all who ask, and the values in them."""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial

from imgurl.gathering.counting import Count, Fetch, Kind, uncounted
from imgurl.gathering.fetching import Fetcher, NotFetched, Wanted
from imgurl.gathering.keeping import Keeper, Kept, Terms
from imgurl.gathering.needs import Found, LiveSource, Missing
from imgurl.merge.json_paths import NotJson, Scalar, values_in

MAX_BYTES = 256_000

# Values of sources in memory, and what one entry takes besides its texts.
MEMORY_BYTES = 16_000_000
ITEM_BYTES = 1_000

#: Headers by the name that designs call them by.
Headers = Mapping[str, Mapping[str, str]]


class Sources:
    """The live sources of a process. Mutable state: the values in memory, and those on their way."""

    def __init__(
        self, fetcher: Fetcher, headers: Headers, clock: Callable[[], float] = time.time, count: Count = uncounted
    ) -> None:
        self._fetcher = fetcher
        self._headers = headers
        self._clock = clock
        self._count = partial(count, Kind.SOURCE)
        self._keeper: Keeper[Mapping[str, Scalar]] = Keeper(MEMORY_BYTES, _size, clock, self._count)

    async def get(self, need: LiveSource, wait: float) -> Found | Missing:
        """Return the values of a source, waiting so many seconds for it, or as long as the source says."""
        terms = Terms(need.ttl, need.max_stale, min(wait, need.deadline))
        # By all that is asked: two designs may look for other values at one URL, or send other headers.
        key = need.url, need.paths, need.headers, need.hosts
        kept = await self._keeper.get(key, terms, lambda _: self._fetch(need))
        if isinstance(kept, Missing):
            return kept
        age = max(0.0, self._clock() - kept.at)
        return Found(age, max(0.0, need.ttl - age), values=kept.item)

    async def close(self) -> None:
        """Give up what is on its way."""
        await self._keeper.close()

    async def _fetch(self, need: LiveSource) -> Kept[Mapping[str, Scalar]] | Missing:
        headers = self._headers.get(need.headers, {}) if need.headers else {}
        if need.headers and not headers:
            return Missing(f"the operator has set no headers named '{need.headers}'")
        fetched = await self._fetcher.fetch(Wanted(need.url, need.hosts, MAX_BYTES, headers))
        if isinstance(fetched, NotFetched):
            self._count(Fetch.LEFT_ALONE if fetched.is_left_alone else Fetch.FAILED)
            return Missing(fetched.reason)
        if not fetched.is_there:
            self._count(Fetch.ABSENT)
            return Missing("the host says that there is no such document")
        try:
            # On a thread: a document of this size takes some milliseconds, and a path through all of it some more.
            values = await asyncio.to_thread(values_in, fetched.body, dict(need.paths))
        except NotJson as error:
            self._count(Fetch.UNUSABLE)
            return Missing(str(error))
        self._count(Fetch.OK if values else Fetch.UNUSABLE)
        return Kept(values, self._clock()) if values else Missing("it has none of the values")


def _size(values: Mapping[str, Scalar]) -> int:
    return ITEM_BYTES + sum(len(value) for value in values.values() if isinstance(value, str))
