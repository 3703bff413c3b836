"""How many images of a batch the cache has space for, estimated before the first one is rendered.

A disk cache that is too small for a batch would evict the first images for the last ones, and mail sent then would find
none of them. So no more images are rendered than stay in the cache; the others are rendered on request.
"""

import json
from dataclasses import asdict, dataclass

from imgurl.batches.files import JobFiles
from imgurl.batches.order import BatchOrder
from imgurl.errors import BadDesign, RenderFailed
from imgurl.pipeline.warming import WarmingPipeline


@dataclass(frozen=True, slots=True)
class WarmLimit:
    """The images of the first ``rows`` rows are rendered in advance; None means all.

    ``warning`` says why not all, "" if there is no limit.
    """

    rows: int | None = None
    warning: str = ""

    def includes(self, row: int) -> bool:
        """Say whether the image of a row, numbered from 1, is rendered in advance."""
        return self.rows is None or row <= self.rows


def estimate_warm_limit(pipeline: WarmingPipeline, order: BatchOrder, rows: int) -> WarmLimit:
    """Estimate the limit for a batch of so many rows, from the size of the image of the design's sample values."""
    space = pipeline.room_bytes
    if space is None:
        return WarmLimit()
    design = pipeline.library.find(order.options.design)
    try:
        sample = pipeline.picture_of(design, design.samples, order.options.controls.ext, order.options.controls.dpr)
        size = len(pipeline.cached(sample.key) or pipeline.draw(sample))
    except (BadDesign, RenderFailed):
        return WarmLimit()  # each row will say so
    if rows * size <= space:
        return WarmLimit()
    some = space // size
    return WarmLimit(
        some,
        f"{rows:,} images of about {size / 1000:.0f} kB need {rows * size / 1e6:,.0f} MB, and the disk cache keeps "
        f"{space / 1e6:,.0f} MB: the first {some:,} are rendered in advance, the others on request. To render all of "
        "them in advance, raise IMGURL_DISK_CACHE_MB or set IMGURL_STORE_URL",
    )


def write_warm_limit(files: JobFiles, limit: WarmLimit) -> None:
    """Write the limit of a batch, so that all of its chunks use the same."""
    files.warm_limit.put(json.dumps(asdict(limit)).encode())


def read_warm_limit(files: JobFiles) -> WarmLimit:
    """Return the limit of a batch; no limit if it was not estimated."""
    body = files.warm_limit.get()
    return WarmLimit() if body is None else WarmLimit(**json.loads(body))
