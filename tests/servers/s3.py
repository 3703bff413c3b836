"""An S3 server inside the test process (moto), and the variables that lead a store to it."""

import logging
from collections.abc import Iterator
from itertools import count
from urllib.request import Request, urlopen

import pytest

NUMBERS = count(1)

# No retries wait for an answer of the metadata service of some cloud, and no profile of the user's is read.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "access", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


def lead_to(monkeypatch: pytest.MonkeyPatch, endpoint: str, **more: str) -> None:
    """Set the variables by which obstore, here and in processes started from here, finds an S3 server."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT": endpoint, "AWS_ALLOW_HTTP": "true", **more}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server for all tests of this process."""
    # Imported here: it takes as long as many tests together.
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty bucket, for ``open_storage``; the variables that lead there are set."""
    bucket = f"test-bucket-{next(NUMBERS)}"
    with urlopen(Request(f"{s3_endpoint}/{bucket}", method="PUT")) as made:
        assert made.status == 200
    lead_to(monkeypatch, s3_endpoint)
    return f"s3://{bucket}/some/prefix"
