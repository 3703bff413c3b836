"""Get pinned versions of designs from the shared store, one look however many ask."""

import asyncio

from imgurl.design.shelf import Shelf
from imgurl.urls.target import SignedUrl

# A request waits this long for a version; the look goes on, for the next request.
FETCH_SECONDS = 2.0


class Versions:
    """Looks under way, by design and pin. Mutable state with one event loop as its owner."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._looks: dict[tuple[str, str | None], asyncio.Task[bool]] = {}

    async def fetched(self, url: SignedUrl) -> bool:
        """Get the version a URL is pinned to; return whether it is here now."""
        named = url.design, url.pin
        look = self._looks.get(named)
        if look is None:
            look = self._looks[named] = asyncio.create_task(asyncio.to_thread(self._shelf.fetch, *named))
            look.add_done_callback(lambda _: self._looks.pop(named, None))
        try:
            # Shielded: the others wait for the same look.
            return await asyncio.wait_for(asyncio.shield(look), FETCH_SECONDS)
        except TimeoutError:
            return False
