"""How many images of a batch the cache has room for: known before the first one is drawn.

A disk cache that is too small for a batch would throw the first images out for the last ones, and the mail that is sent
then would find none of them. So no more are drawn than stay; the others are drawn when they are asked for.
"""

import json
from dataclasses import asdict, dataclass

from imgurl.batches.order import BatchOrder
from imgurl.batches.places import room_key
from imgurl.errors import BadDesign, RenderFailed
from imgurl.pipeline.path import Pipeline
from imgurl.storage import Storage


@dataclass(frozen=True, slots=True)
class Room:
    """``rows`` is how many rows, from the first on, get their image drawn ahead; None for all of them.

    ``warning`` says why not all, "" where all.
    """

    rows: int | None = None
    warning: str = ""

    def has(self, row: int) -> bool:
        """Say whether there is room for the image of a row, numbered from 1."""
        return self.rows is None or row <= self.rows


def room_for(pipeline: Pipeline, order: BatchOrder, rows: int) -> Room:
    """Estimate the room for a batch of so many rows, from the weight of the picture of the design's sample values."""
    room = pipeline.room_bytes
    if room is None:
        return Room()
    design = pipeline.library.find(order.options.design)
    try:
        sample = pipeline.picture_of(design, design.samples, order.options.controls.ext, order.options.controls.dpr)
        weight = len(pipeline.cached(sample.key) or pipeline.render(sample).body)
    except (BadDesign, RenderFailed):
        return Room()  # each row will tell
    if rows * weight <= room:
        return Room()
    some = room // weight
    return Room(
        some,
        f"{rows:,} images of about {weight / 1000:.0f} kB need {rows * weight / 1e6:,.0f} MB, and the disk cache keeps "
        f"{room / 1e6:,.0f} MB: the first {some:,} are drawn ahead, the others when they are asked for. To draw all of "
        "them ahead, set IMGURL_DISK_CACHE_MB higher or set IMGURL_STORE_URL",
    )


def write_room(storage: Storage, job_id: str, room: Room) -> None:
    """Write the room of a batch down, so that all of its chunks go by the same."""
    storage.put(room_key(job_id), json.dumps(asdict(room)).encode())


def read_room(storage: Storage, job_id: str) -> Room | None:
    """Return the room of a batch, None where it was not estimated."""
    body = storage.get(room_key(job_id))
    return None if body is None else Room(**json.loads(body))
