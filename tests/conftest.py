"""What all tests share: no setting from outside, compiled modules, and one font catalogue."""

import os
import signal
import sys

import pytest
import structlog

from imgurl.config import PREFIX, shipped
from imgurl.text.fonts import FontCatalogue, load_catalogue

# Fixtures of real servers: postgres_server, postgres_url, redis_server, redis_url, s3_endpoint, s3_url, swift_server,
# swift_url.
pytest_plugins = ["tests.servers.postgres", "tests.servers.redis", "tests.servers.s3", "tests.servers.swift"]


def pytest_configure() -> None:
    """Take the settings of whoever runs the tests out of the way, and what a shell does to jobs in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Or the programs that tests start would not hear it either.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    # Half of the start of a process is compiling what it imports, if nobody keeps the result; and tests start hundreds.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.fixture(autouse=True)
def logs() -> None:
    """Log where this test's output goes: what other tests configured in this process may be closed."""
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def fonts() -> FontCatalogue:
    """The shipped fonts."""
    return load_catalogue(shipped("fonts"))
