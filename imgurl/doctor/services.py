"""What a server works with: keys, fonts, designs, databases, the store, Redis."""

import os
import time
from collections.abc import Iterator

from sqlalchemy import text

from imgurl.access import database as access
from imgurl.access.tokens import FILE_NAME as ACCESS_FILE
from imgurl.campaigns import database as campaigns
from imgurl.campaigns.control import FILE_NAME as CAMPAIGNS_FILE
from imgurl.config import Settings, secret_of
from imgurl.database import connect, reading
from imgurl.design.library import Library
from imgurl.doctor.clock import look_at_time
from imgurl.doctor.findings import Finding, ok, problem, skipped, warning
from imgurl.errors import DatabaseDown, ImgurlError, SettingsError, StorageError
from imgurl.jobs import database as jobs
from imgurl.jobs.port import FILE_NAME as JOBS_FILE
from imgurl.migrations import Schema, schema_version
from imgurl.storage import open_storage
from imgurl.urls.signing import KeyRing

DATABASES = ((ACCESS_FILE, access.SCHEMA), (CAMPAIGNS_FILE, campaigns.SCHEMA), (JOBS_FILE, jobs.SCHEMA))

# Where a file is put into the store, read and deleted again. No other key begins like this.
PROBE = "doctor/"

REDIS_SECONDS = 5.0

# What is left to do where an error's own sentence says what to do about it.
AGAIN = "then ask again: links are looked at as well once this is in order"


def look_at_keys(ring: KeyRing | ImgurlError) -> Finding:
    """Say which keys there are, or why there are none: their file is damaged, missing or readable for others."""
    if isinstance(ring, ImgurlError):
        return problem("keys", str(ring), AGAIN)
    others = len(ring.keys) - 1
    return ok("keys", f"{ring.signing.id} signs" + (f", {others} more are known" if others else ""))


def look_at_designs(library: Library | ImgurlError) -> Iterator[Finding]:
    """Yield which designs can't be served, and why; or why their folder, or that of the fonts, can't be read."""
    if isinstance(library, ImgurlError):
        yield problem("designs", str(library), AGAIN)
        return
    for name, error in sorted(library.broken.items()):
        yield problem("designs", f"'{name}' is not served: {error}", "'imgurl designs check' names each mistake")
    if not library.designs:
        yield problem("designs", "there is no design that can be served", "name their folder with IMGURL_DESIGNS")
    else:
        count = len(library.designs)
        yield ok("designs", f"{count} design{'s' if count != 1 else ''} can be served, with all their fonts")


def look_at_databases(settings: Settings) -> Iterator[Finding]:
    """Yield whether the databases of API keys, campaigns and jobs answer, and which version they have."""
    url = secret_of(settings.database_url)
    for file_name, schema in DATABASES:
        if url is None and not (settings.data / file_name).exists():
            yield skipped(f"database of {schema.purpose}", f"there is no {file_name} yet")
        else:
            yield _look_at_database(settings, file_name, schema)
    if url is not None:
        yield from _look_at_database_time(settings)


def _look_at_database(settings: Settings, file_name: str, schema: Schema) -> Finding:
    check = f"database of {schema.purpose}"
    where = "Postgres" if settings.database_url else file_name
    try:
        engine = connect(settings.data, file_name, secret_of(settings.database_url))
        try:
            version = schema_version(engine, schema)
        finally:
            engine.dispose()
    except DatabaseDown as error:
        return problem(check, f"{where} can't be opened: {error}", _cure(settings))
    newest = len(schema.steps)
    if version > newest:
        return problem(
            check,
            f"{where} has schema version {version}, and this imgurl knows versions up to {newest}",
            "install the imgurl that ran here last or a newer one, or restore a backup",
        )
    if version < newest:
        return ok(check, f"{where} answers; the next start brings it from version {version} to {newest}")
    return ok(check, f"{where} answers, schema version {version}")


def _cure(settings: Settings) -> str:
    if settings.database_url:
        return "check that Postgres runs and IMGURL_DATABASE_URL names it, with its user and password"
    return "restore the file from a backup ('imgurl restore'), or delete it if you can do without"


def _look_at_database_time(settings: Settings) -> Iterator[Finding]:
    try:
        engine = connect(settings.data, "", secret_of(settings.database_url))
        with reading(engine) as connection:
            theirs = connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())"))
        engine.dispose()
    except DatabaseDown:
        return  # was said of the database itself
    yield look_at_time("Postgres", float(theirs), time.time())


def look_at_store(settings: Settings) -> Finding:
    """Put a file into the store, read it and delete it."""
    if not settings.store_url:
        return skipped("store", "IMGURL_STORE_URL is not set: files of jobs are in the data folder")
    key, body = f"{PROBE}{os.urandom(8).hex()}", os.urandom(64)
    began = time.monotonic()
    try:
        store = open_storage(settings.store_url)
        store.put(key, body)
        found = store.get(key)
        store.delete(key)
    except (SettingsError, StorageError) as error:
        cure = "check IMGURL_STORE_URL, and the credentials of the store: it has to allow reading, writing and deleting"
        return problem("store", str(error), cure)
    took = time.monotonic() - began
    if found != body:
        return problem("store", "a file that was just written is not what is read", "use a store that is consistent")
    if took > 3:
        return warning(
            "store", f"writing, reading and deleting 64 bytes took {took:.1f} s", "use a store in the same region"
        )
    return ok("store", f"a file was written, read and deleted in {took * 1000:.0f} ms")


def look_at_redis(settings: Settings) -> Finding:
    """Say whether Redis answers."""
    url = secret_of(settings.redis_url)
    if url is None:
        return skipped("redis", "IMGURL_REDIS_URL is not set: each server process counts API requests for itself")
    # Not at the top: who runs one machine has not installed it.
    from redis import Redis, RedisError  # noqa: PLC0415

    try:
        with Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS) as redis:
            redis.ping()
    except (RedisError, ValueError) as error:
        # Not the error's words: they may contain the address and the password.
        return problem("redis", f"it does not answer ({type(error).__name__})", "check IMGURL_REDIS_URL")
    return ok("redis", "it answers")
