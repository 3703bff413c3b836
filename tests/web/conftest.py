"""Servers for the tests of this folder: one process for each HTTP parser, kept for all of them."""

from collections.abc import Iterator

import pytest

from tests.web.server import KEYS, Server, running_server


@pytest.fixture(scope="session", params=["httptools", "h11"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the keys of the vectors, once on each HTTP parser."""
    folder = tmp_path_factory.mktemp(request.param)
    with running_server(
        folder, http=request.param, signing_keys=KEYS, log_level="debug", render_deadline="60", header_seconds="60"
    ) as running:
        yield running


@pytest.fixture(scope="session")
def lone_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the default parser, for what does not depend on the parser."""
    with running_server(
        tmp_path_factory.mktemp("lone"), signing_keys=KEYS, render_deadline="60", header_seconds="60"
    ) as running:
        yield running
