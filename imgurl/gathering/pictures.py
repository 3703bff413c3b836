"""Remote pictures: fetched once for all processes and machines that share a cache, and looked at before they are used.

On disk and in the shared store are the bytes of a picture under their digest, and under the URL's digest a record of
when it was fetched and what came. No URL is written anywhere.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey, remote_picture_key, remote_record_key
from imgurl.cache.shared import SharedCache
from imgurl.gathering.counting import Count, Fetch, Kind, uncounted
from imgurl.gathering.fetching import Body, Fetcher, NotFetched, Wanted
from imgurl.gathering.keeping import Keeper, Kept, Terms
from imgurl.gathering.needs import Found, Missing, RemotePicture

MAX_BYTES = 5_000_000
MEMORY_BYTES = 64_000_000
ITEM_BYTES = 500

# A picture that can't be fetched again is shown for so long after its time, and not kept by clients.
MAX_STALE_SECONDS = 7 * 86_400.0

# That a host has no such picture, or one that can't be read, is taken for good for so long at the most.
ABSENT_SECONDS = 3_600.0
BROKEN_SECONDS = 600.0

# How files of the four types begin. What the host says of the type does not count.
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")

NO_PICTURE = "it is not a PNG, JPEG, GIF or WebP"

#: Says why a picture, given its digest and bytes, can't be read: "" if it can, None if that can't be known now.
Look = Callable[[str, bytes], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A picture that was fetched; without a digest, there is none: ``broken`` says why, if there is something else."""

    digest: str = ""
    broken: str = ""
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where pictures are kept for other processes and machines."""

    disk: DiskCache | None = None
    shared: SharedCache | None = None

    async def get(self, key: RenderKey) -> bytes | None:
        """Return what is kept under a key."""
        found = await asyncio.to_thread(self.disk.get, key) if self.disk else None
        if found is None and self.shared is not None:
            found = await self.shared.get(key)
        return found

    async def put(self, key: RenderKey, body: bytes) -> None:
        """Keep something under a key."""
        if self.disk:
            await asyncio.to_thread(self.disk.put, key, body)
        if self.shared:
            self.shared.put(key, body)


class Pictures:
    """The remote pictures of a process. Mutable state: those in memory, and those on their way.

    ``look`` has a picture decoded by somebody who may die of it.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        look: Look,
        shelves: Shelves = Shelves(),
        clock: Callable[[], float] = time.time,
        count: Count = uncounted,
    ) -> None:
        self._fetcher = fetcher
        self._look = look
        self._shelves = shelves
        self._clock = clock
        self._count = partial(count, Kind.PICTURE)
        self._keeper: Keeper[Fetched] = Keeper(
            MEMORY_BYTES, lambda picture: ITEM_BYTES + len(picture.body), clock, self._count
        )

    async def get(self, need: RemotePicture, wait: float) -> Found | Missing:
        """Return a picture, waiting so many seconds for it."""
        kept = await self._keeper.get(need.url, self._terms(need, wait), lambda before: self._fetch(need, before))
        if isinstance(kept, Missing):
            return kept
        if kept.item.broken:
            return Missing(kept.item.broken)
        age = max(0.0, self._clock() - kept.at)
        return Found(age, max(0.0, kept.good_for(need.ttl) - age), kept.item.digest, kept.item.body)

    def start(self, need: RemotePicture) -> None:
        """Begin to fetch a picture that will be needed."""
        self._keeper.start(need.url, self._terms(need, 0.0), lambda before: self._fetch(need, before))

    async def close(self) -> None:
        """Give up what is on its way."""
        await self._keeper.close()

    def _terms(self, need: RemotePicture, wait: float) -> Terms:
        return Terms(need.ttl, MAX_STALE_SECONDS, wait)

    async def _fetch(self, need: RemotePicture, newer_than: float | None) -> Kept[Fetched] | Missing:
        stored = await self._stored(need)
        if stored is not None and (newer_than is None or stored.at > newer_than) and self._is_usable(stored, need):
            return stored
        fetched = await self._fetcher.fetch(Wanted(need.url, need.hosts, MAX_BYTES))
        if isinstance(fetched, NotFetched):
            self._count(Fetch.LEFT_ALONE if fetched.is_left_alone else Fetch.FAILED)
            return Missing(fetched.reason)
        picture = await self._looked_at(fetched)
        if isinstance(picture, Missing):
            self._count(Fetch.FAILED)
            return picture
        self._count(Fetch.UNUSABLE if picture.broken else Fetch.OK if picture.digest else Fetch.ABSENT)
        kept = _kept(picture, self._clock())
        await self._shelves.put(remote_record_key(need.url), _record(kept))
        return kept

    def _is_usable(self, kept: Kept[Fetched], need: RemotePicture) -> bool:
        return -1.0 <= self._clock() - kept.at <= kept.good_for(need.ttl) + MAX_STALE_SECONDS

    async def _looked_at(self, fetched: Body) -> Fetched | Missing:
        """Return a picture that was decoded by somebody once, or what is wrong with it."""
        if not fetched.is_there:
            return Fetched()
        body = fetched.body
        if not body.startswith(MAGIC) and not (body.startswith(b"RIFF") and body[8:12] == b"WEBP"):
            return Fetched(broken=NO_PICTURE)
        digest = sha256(body).hexdigest()
        # First, because renderers read it from the disk.
        await self._shelves.put(remote_picture_key(digest), body)
        reason = await self._look(digest, body)
        if reason is None:
            return Missing("there was no time to look at it")
        return Fetched(broken=reason) if reason else Fetched(digest, body=body)

    async def _stored(self, need: RemotePicture) -> Kept[Fetched] | None:
        """Return what another process or machine has fetched from the same URL."""
        record = await self._shelves.get(remote_record_key(need.url))
        kept = _read_record(record) if record is not None else None
        if kept is None or not kept.item.digest:
            return kept
        body = await self._shelves.get(remote_picture_key(kept.item.digest))
        # Whoever can write into a cache must not choose what this process takes for looked at.
        if body is None or sha256(body).hexdigest() != kept.item.digest:
            return None
        return _kept(Fetched(kept.item.digest, body=body), kept.at)


def _kept(picture: Fetched, at: float) -> Kept[Fetched]:
    most = BROKEN_SECONDS if picture.broken else None if picture.digest else ABSENT_SECONDS
    return Kept(picture, at, most)


def _record(kept: Kept[Fetched]) -> bytes:
    return json.dumps({"at": kept.at, "digest": kept.item.digest, "broken": kept.item.broken}).encode()


def _read_record(record: bytes) -> Kept[Fetched] | None:
    try:
        read = json.loads(record)
        return _kept(Fetched(str(read["digest"]), str(read["broken"])), float(read["at"]))
    except (ValueError, TypeError, KeyError):
        return None
