"""Hosts that pictures and values are fetched from: stubs under names that a test decides about."""

import asyncio
import io
import json
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from PIL import Image

from imgurl.gathering.fetching import Fetcher
from imgurl.outbound.http import Transport
from tests.outbound.names import Names
from tests.servers.stub import Request, Stub, response

Result = TypeVar("Result")

LOCAL = frozenset(("localhost",))
HOSTS = ("localhost",)


def png(color: str = "red", width: int = 20, height: int = 10) -> bytes:
    """Return a picture of one colour."""
    body = io.BytesIO()
    Image.new("RGB", (width, height), color).save(body, "PNG")
    return body.getvalue()


def as_json(value: Any) -> bytes:
    """Return a good answer with a JSON document."""
    return response("200 OK", json.dumps(value).encode(), "Content-Type: application/json")


def hang(request: Request, stub: Stub) -> Iterable[bytes]:
    """Answer never."""
    stub.closing.wait()
    return ()


def fetcher(**more: Any) -> Fetcher:
    """Return what fetches from this machine."""
    return Fetcher(LOCAL, Transport(resolver=Names(("127.0.0.1",))), **more)


def url(stub: Stub, path: str = "/a") -> str:
    """Return the URL of a path of a stub."""
    return f"http://localhost:{stub.port}{path}"


def run(work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Do some work on an event loop of its own."""
    return asyncio.run(work())
