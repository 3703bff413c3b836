"""What the server has its pictures made with: those who gather what they need from elsewhere, and those who draw."""

from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog

from imgurl.cache.shared import SharedCache
from imgurl.composition.showing import disk_cache
from imgurl.config import Settings
from imgurl.errors import RenderFailed
from imgurl.gathering.counting import Count
from imgurl.gathering.needs import Gathers, Missing, Show, Shown
from imgurl.pipeline.orders import DIED_OF_IT, decode_order
from imgurl.renderers.failures import PoolClosed, QueueFull
from imgurl.renderers.port import Renderers
from imgurl.web.render_queue import RenderQueue

Thing = TypeVar("Thing", bound=Shown)


@dataclass(frozen=True, slots=True)
class Makers:
    """Who makes a picture that is in no cache. Without a ``gatherer``, no design needs anything from elsewhere."""

    queue: RenderQueue
    gatherer: Gathers | None = None

    async def complete(self, show: Show[Thing], shown: Thing) -> Thing:
        """Return what is shown once everything was gathered that could be in time.

        ``shown`` is what ``show`` has returned for nothing gathered.
        """
        if self.gatherer is None or not shown.needs:
            return shown
        try:
            return await self.gatherer.complete(show, shown)
        except Exception as error:  # noqa: BLE001 - a mail gets an image whatever broke
            structlog.get_logger().error("gathering failed", exc_info=error)
            return show(dict.fromkeys(shown.needs, Missing("an error of this server")))

    async def close(self) -> None:
        """Give up what is on its way."""
        if self.gatherer is not None:
            await self.gatherer.close()


def open_gatherer(
    settings: Settings, hosts: frozenset[str], renderers: Renderers, shared: SharedCache | None, count: Count
) -> Gathers | None:
    """Open what gathers for this server; None if no host is listed. Raises SettingsError."""
    if not hosts:
        return None
    # Not at the top: aiohttp takes longer to load than the rest, and most servers list no host.
    from imgurl.composition import gathering  # noqa: PLC0415

    return gathering.open_gatherer(settings, hosts, partial(_look, renderers), disk_cache(settings), shared, count)


async def _look(renderers: Renderers, digest: str, body: bytes) -> str | None:
    """Have a remote picture decoded by a renderer, which may die of it; return why it can't be."""
    try:
        return (await renderers.draw(decode_order(digest, body))).decode()
    except RenderFailed:
        return DIED_OF_IT
    except (QueueFull, PoolClosed):
        return None
