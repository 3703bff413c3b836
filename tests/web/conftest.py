"""Servers for the tests of this folder: one process for each HTTP parser, kept for all of them."""

from collections.abc import Iterator

import pytest

from tests.web.serving import KEYS, Server, serving


@pytest.fixture(scope="session", params=["httptools", "h11"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the keys of the vectors, once on each HTTP parser."""
    folder = tmp_path_factory.mktemp(request.param)
    with serving(
        folder, http=request.param, signing_keys=KEYS, log_level="debug", render_deadline="60", header_seconds="60"
    ) as running:
        yield running


@pytest.fixture(scope="session")
def lone_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the default parser, for what does not depend on the parser."""
    with serving(
        tmp_path_factory.mktemp("lone"), signing_keys=KEYS, render_deadline="60", header_seconds="60"
    ) as running:
        yield running
