"""What a server does besides answering: it watches the designs, and has renderers prepare what requests will need."""

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog

from imgurl.design.library import Design, Library, changed_designs, with_broken
from imgurl.errors import BadDesign, RenderFailed
from imgurl.heap import settle
from imgurl.pipeline.orders import compile_order, draw_order, problems_in, refine_order, uncompiled
from imgurl.pipeline.path import Pipeline
from imgurl.renderers.failures import PoolClosed, QueueFull, StudioFailed
from imgurl.renderers.orders import Order, Recipe
from imgurl.renderers.port import Renderers
from imgurl.web.images import ImageEndpoint
from imgurl.web.metrics import Metrics

# Seconds until the server tries an order of its own again if the queue is full.
QUEUE_SECONDS = 0.2

# The best effort takes a renderer up to a second a design: it begins once nothing was drawn for so long, or after the
# longest wait, on a server that is never quiet.
QUIET_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 600.0


class Preparation:
    """Watches the designs, and prepares plates and default images. Mutable state: what is being refined.

    ``recipe`` returns what renderers are opened with, given the designs; None if one thread draws and there are no
    renderers to replace. ``prepared`` is set when all default images have been drawn.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        images: ImageEndpoint,
        renderers: Renderers,
        metrics: Metrics,
        recipe: Callable[[Library], Recipe] | None,
    ) -> None:
        self._pipeline = pipeline
        self._images = images
        self._renderers = renderers
        self._metrics = metrics
        self._recipe = recipe
        self._refining: asyncio.Task[None] | None = None
        self._log = structlog.get_logger()
        self._is_due = asyncio.Event()
        self.prepared = asyncio.Event()

    def look_soon(self) -> None:
        """Look for changed designs at once: somebody has saved one here."""
        self._is_due.set()

    async def watch(self, seconds: float) -> None:
        """Start the renderers and prepare what there is, then look for changed designs every few seconds, forever."""
        is_new, is_changed = True, False
        try:
            await self._renderers.start()
        except StudioFailed as error:
            # Not ready, and never: the images that are in the caches go out, and default images for the others.
            self._log.critical("nothing can be drawn", error=str(error))
            return
        try:
            while True:
                try:
                    is_changed = await self._reload() or is_changed
                    if is_new or is_changed:
                        self._report()
                        for design in self._pipeline.library.designs.values():
                            # One at a time: the first requests get their turn in between.
                            await self._prepare_default(design)
                        # This stops all threads for a moment, so it is done before the server reports that it is ready.
                        await asyncio.to_thread(settle)
                        self.prepared.set()
                        self._refine_in_background(is_changed=is_changed)
                        is_new = is_changed = False
                except PoolClosed:
                    return
                except Exception as error:  # noqa: BLE001 - a folder that is away for a moment must not end the watch
                    self._log.error("designs could not be loaded", error=str(error))
                self._metrics.renderers.note(self._renderers.facts)
                await self._due(seconds)
        finally:
            if self._refining is not None:
                self._refining.cancel()

    async def _due(self, seconds: float) -> None:
        """Wait until it is time to look again."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_due.wait(), seconds)
        self._is_due.clear()

    async def _reload(self) -> bool:
        """Load the designs again if one of their files has changed; a broken edit keeps the last good version.

        Returns whether other designs are served than before, or there is something else to say about them.
        """
        shelf = self._pipeline.shelf
        library = await asyncio.to_thread(shelf.look)
        if library is None:
            return False
        broken = dict[str, BadDesign]()
        for design in changed_designs(library, shelf.library):
            # Ahead of the first request for it.
            if (error := await self._mistakes(design)) is not None:
                broken[design.id] = error
        return await asyncio.to_thread(shelf.take, with_broken(library, shelf.library, broken))

    async def _mistakes(self, design: Design) -> BadDesign | None:
        try:
            return problems_in(design.id, await self._insist(compile_order(design)))
        except RenderFailed as error:
            return uncompiled(design.id, error)

    async def _prepare_default(self, design: Design) -> None:
        """Have the default image of a design at hand, for when there is no time to draw."""
        picture = self._images.missing_default(design)
        if picture is None:
            return
        try:
            body = self._pipeline.cached(picture.key) or await self._insist(draw_order(picture))
        except RenderFailed as error:
            # The other designs' default images are wanted all the same.
            self._log.error("default image failed", design=design.id, error=str(error))
            return
        self._images.keep_default(picture, body)

    def _refine_in_background(self, *, is_changed: bool) -> None:
        if self._refining is not None:
            self._refining.cancel()
        if self._recipe is not None:
            self._refining = asyncio.create_task(self._refine(self._recipe, is_changed=is_changed), name="refining")

    async def _refine(self, recipe: Callable[[Library], Recipe], *, is_changed: bool) -> None:
        """Have the best effort made for what is encoded ahead, once; then go on with renderers that share it.

        They share the variants of designs, too.
        """
        is_better = False
        for design in self._pipeline.library.designs.values():
            await self._quiet()
            try:
                is_better = bool(await self._insist(refine_order(design))) or is_better
            except RenderFailed as error:
                self._log.error("design was not refined", design=design.id, error=str(error))
            except PoolClosed:
                return
        has_variants = any(design.has_variants for design in self._pipeline.library.designs.values())
        if is_better or is_changed or has_variants:
            await self._quiet()
            try:
                await self._renderers.renew(recipe(self._pipeline.library))
            except StudioFailed as error:
                self._log.error("renderers were not renewed", error=str(error))
            else:
                self._log.info("renderers renewed")

    async def _quiet(self) -> None:
        """Wait until nobody's picture is being drawn."""
        give_up = time.monotonic() + LONGEST_WAIT_SECONDS
        before = None
        while time.monotonic() < give_up:
            facts = self._renderers.facts
            if not facts.busy and not facts.waiting and facts.drawn == before:
                return
            before = facts.drawn
            await asyncio.sleep(QUIET_SECONDS)

    async def _insist(self, order: Order) -> bytes:
        """Have one of the server's own orders done, however full the queue is."""
        while True:
            try:
                return await self._renderers.draw(order)
            except QueueFull:
                await asyncio.sleep(QUEUE_SECONDS)

    def _report(self) -> None:
        library = self._pipeline.library
        self._metrics.broken_designs.set(len(library.broken))
        for name, error in library.broken.items():
            kept = name in library.designs
            mistakes = [str(problem) for problem in error.problems]
            self._log.error("design is broken", design=name, last_good_version_kept=kept, mistakes=mistakes)
        if library.trouble:
            self._log.error("designs folder is away", trouble=library.trouble, kept=sorted(library.missing))
        elif library.missing:
            self._log.warning("designs are gone and served for a while", designs=sorted(library.missing))
        self._log.info("designs loaded", designs=sorted(library.designs))
