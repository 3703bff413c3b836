"""All checks, in an order in which the first that fails explains the others."""

from collections.abc import Iterator

from imgurl.config import Settings
from imgurl.doctor.findings import Finding
from imgurl.doctor.journey import look_at_links
from imgurl.doctor.machine import look_at_disk, look_at_limits, look_at_settings
from imgurl.doctor.services import look_at_databases, look_at_designs, look_at_keys, look_at_redis, look_at_store
from imgurl.errors import ImgurlError
from imgurl.pipeline.path import Pipeline
from imgurl.urls.signing import KeyRing


def examine(
    settings: Settings, server: str, pipeline: Pipeline | ImgurlError, ring: KeyRing | ImgurlError, cores: int
) -> Iterator[Finding]:
    """Yield findings as they are made. ``server`` is the address of the server itself, such as http://127.0.0.1:8000.

    ``pipeline`` and ``ring`` may be why there are none: the rest is looked at all the same. Nothing is changed but a
    file of the store and temporary ones, which are deleted again.
    """
    opened = None if isinstance(pipeline, ImgurlError) else pipeline
    yield from look_at_settings(settings)
    yield look_at_keys(ring)
    yield from look_at_designs(pipeline if isinstance(pipeline, ImgurlError) else pipeline.library)
    yield from look_at_disk(settings)
    yield from look_at_limits(settings, cores)
    yield from look_at_databases(settings)
    yield look_at_store(settings)
    yield look_at_redis(settings)
    yield from look_at_links(settings, server, opened, None if isinstance(ring, ImgurlError) else ring)
