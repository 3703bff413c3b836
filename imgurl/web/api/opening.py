"""Opens what the API needs: its database, its store, its limits. Imports libraries that images need none of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from imgurl.access.database import open_database
from imgurl.access.idempotency import Idempotency
from imgurl.access.keys import ApiKeys
from imgurl.access.sessions import EndedSessions
from imgurl.config import Settings, secret_of
from imgurl.errors import SettingsError, StorageError
from imgurl.jobs.webhooks import Webhooks, read_hosts, read_secrets
from imgurl.pipeline.path import Pipeline
from imgurl.storage import Storage, open_storage
from imgurl.urls.signing import Keys
from imgurl.web.api.lazy import SharedParts
from imgurl.web.api.rates import Rates
from imgurl.web.api.routes import ApiParts


@dataclass(frozen=True, slots=True)
class OpenedParts:
    """What the API is built of, and what closes its connections."""

    parts: ApiParts
    close: Callable[[], Awaitable[None]]


def open_parts(settings: Settings, pipeline: Pipeline, keys: Keys, shared: SharedParts) -> OpenedParts:
    """Open what the API needs. Raises SettingsError, and StorageError or DatabaseDown for what may work later."""
    rates = Rates(settings.api_rate, secret_of(settings.redis_url))
    webhooks = Webhooks(read_hosts(settings.webhook_hosts), read_secrets(secret_of(settings.webhook_secret) or ""))
    storage = _job_files(settings)
    database = open_database(settings.data, secret_of(settings.database_url))

    async def close() -> None:
        await rates.close()
        database.dispose()

    parts = ApiParts(
        pipeline=pipeline,
        keys=keys,
        links_begin_with=settings.links_begin_with,
        images=shared.images,
        api_keys=ApiKeys(database),
        ended_sessions=EndedSessions(database),
        idempotency=Idempotency(database),
        rates=rates,
        storage=storage,
        jobs=shared.jobs,
        campaigns=shared.campaigns,
        webhook_objection=webhooks.objection,
        count=shared.count,
        look_again=shared.look_again,
    )
    return OpenedParts(parts, close)


def _job_files(settings: Settings) -> Storage:
    if settings.store_url:
        return open_storage(settings.store_url)
    try:
        return open_storage(settings.files_url)
    except SettingsError as error:
        # It is the data folder and not a setting that is wrong: images go out without it.
        raise StorageError("the data folder can't be written to") from error
