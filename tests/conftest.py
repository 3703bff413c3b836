"""What all tests share: no setting from outside, compiled modules, and one font catalogue."""

import os
import sys
from pathlib import Path

import pytest
import structlog

from imgurl.config import PREFIX, shipped
from imgurl.text.fonts import FontCatalogue, load_catalogue

# Half of the start of a process is compiling what it imports, if nobody keeps the result; and the tests start hundreds.
# Where Python was told to leave no __pycache__ next to the sources, it is kept here.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

# Fixtures of real servers: postgres_server, postgres_url, redis_server, redis_url, s3_endpoint, s3_url, swift_server,
# swift_url.
pytest_plugins = ["tests.servers.postgres", "tests.servers.redis", "tests.servers.s3", "tests.servers.swift"]


def pytest_configure() -> None:
    """Take the settings of whoever runs the tests out of the way."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]


@pytest.fixture(autouse=True)
def logs() -> None:
    """Log where this test's output goes: what other tests configured in this process may be closed."""
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def fonts() -> FontCatalogue:
    """The shipped fonts."""
    return load_catalogue(shipped("fonts"))
