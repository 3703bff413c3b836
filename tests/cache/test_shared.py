"""The shared cache: the contract of a cache, bounded in time and memory, and never an error."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from imgurl.cache import shared
from imgurl.cache.entry import pack
from imgurl.cache.keys import RenderKey
from imgurl.cache.shared import SharedCache
from imgurl.outbound.breaker import FAILURES
from imgurl.storage import Storage, open_storage
from tests.cache.contract import CacheContract, key_of
from tests.servers.s3 import lead_to
from tests.servers.stub import Request, Stub, response, run_stub

BODY = bytes(range(256)) * 40

Start = Callable[[Callable[[Request, Stub], Iterable[bytes]]], tuple[Stub, SharedCache]]

LAST_MODIFIED = "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"


class Patient:
    """A shared cache as the contract asks it: without an event loop, and what was put is there."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def get(self, key: RenderKey) -> bytes | None:
        """Ask the cache."""
        with closing(SharedCache(self._storage)) as cache:
            return asyncio.run(cache.get(key))

    def put(self, key: RenderKey, body: bytes) -> None:
        """Put an image and wait until it is kept."""
        with closing(SharedCache(self._storage)) as cache:
            cache.put(key, body)


class TestFolder(CacheContract):
    """The contract, for a store in a folder."""

    @pytest.fixture
    def cache(self, tmp_path: Path) -> Patient:
        """A cache in a folder."""
        return Patient(open_storage((tmp_path / "store").as_uri()))


class TestS3(CacheContract):
    """The contract, for S3."""

    @pytest.fixture
    def cache(self, s3_url: str, monkeypatch: pytest.MonkeyPatch) -> Patient:
        """A cache in a bucket."""
        monkeypatch.setattr(shared, "GET_SECONDS", 10.0)  # a busy machine is not a miss
        return Patient(open_storage(s3_url))


class TestSwift(CacheContract):
    """The contract, for a production object store that speaks S3."""

    @pytest.fixture
    def cache(self, swift_url: str, monkeypatch: pytest.MonkeyPatch) -> Patient:
        """A cache in a bucket of OpenStack Swift."""
        monkeypatch.setattr(shared, "GET_SECONDS", 10.0)
        return Patient(open_storage(swift_url))


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """A store in a folder."""
    return open_storage((tmp_path / "store").as_uri())


@pytest.fixture
def cache(storage: Storage) -> Iterator[SharedCache]:
    """A cache in it."""
    with closing(SharedCache(storage)) as opened:
        yield opened


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a store that answers as specified, and a cache that asks it."""
    monkeypatch.setattr(shared, "CLOSE_SECONDS", 0.2)
    with ExitStack() as stack:

        def start(answer: Callable[[Request, Stub], Iterable[bytes]]) -> tuple[Stub, SharedCache]:
            stub = stack.enter_context(run_stub(answer))
            lead_to(monkeypatch, f"http://127.0.0.1:{stub.port}")
            return stub, stack.enter_context(closing(SharedCache(open_storage("s3://bucket"))))

        yield start


def path_of(tmp_path: Path, key: RenderKey) -> Path:
    """Return the file of an entry."""
    return tmp_path / "store" / "images" / key.digest[:2] / key.file_name


def found(body: bytes) -> bytes:
    """Return a store's answer with an object."""
    return response("200 OK", body, 'ETag: "a"', LAST_MODIFIED)


def hang(request: Request, stub: Stub) -> Iterator[bytes]:
    """Answer nothing."""
    stub.closing.wait()
    yield b""


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail when it takes too long."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ask(cache: SharedCache, times: int = 1) -> list[bytes | None]:
    """Ask for Ava's image, one time after the other."""

    async def asked() -> list[bytes | None]:
        return [await cache.get(key_of("Ava")) for _ in range(times)]

    return asyncio.run(asyncio.wait_for(asked(), 20))


def test_an_entry_is_under_its_render_key(storage: Storage, tmp_path: Path) -> None:
    """images/, two digits, the key and the extension; the form is that of the disk cache."""
    Patient(storage).put(key_of("Ava"), BODY)
    assert pack(key_of("Ava"), BODY) == path_of(tmp_path, key_of("Ava")).read_bytes()


def test_another_machine_finds_the_entry(storage: Storage, tmp_path: Path) -> None:
    """What one server kept, another one has."""
    Patient(storage).put(key_of("Ava"), BODY)
    assert Patient(open_storage((tmp_path / "store").as_uri())).get(key_of("Ava")) == BODY


@pytest.mark.parametrize("place", [0, 1, len(pack(key_of("Ava"), BODY)) // 2, len(pack(key_of("Ava"), BODY)) - 1])
def test_a_damaged_entry_is_a_miss_until_it_is_kept_again(storage: Storage, tmp_path: Path, place: int) -> None:
    """Cut, zeroed or flipped, at any place: never served; the next put mends it."""
    cache = Patient(storage)
    whole = pack(key_of("Ava"), BODY)
    flipped = bytearray(whole)
    flipped[place] ^= 0x01
    cache.put(key_of("Ava"), BODY)
    for damaged in (whole[:place], whole[:place] + bytes(len(whole) - place), bytes(flipped), whole + b"\x00"):
        path_of(tmp_path, key_of("Ava")).write_bytes(damaged)
        assert cache.get(key_of("Ava")) is None
    cache.put(key_of("Ava"), BODY)
    assert cache.get(key_of("Ava")) == BODY


@pytest.mark.parametrize(
    "answer",
    [
        found(pack(key_of("Ava"), BODY))[:-1],
        found(pack(key_of("Ava"), BODY))[:-5_000],
        found(pack(key_of("Ava"), BODY)[:-1]),
        found(b"<html>Welcome to the hotel's network</html>"),
        found(b""),
        response("206 Partial Content", pack(key_of("Ava"), BODY)[:100]),
        response("301 Moved Permanently", b"", "Location: http://127.0.0.1:1/"),
        response("403 Forbidden", b"<Error><Code>RequestTimeTooSkewed</Code></Error>"),
        response("404 Not Found"),
        response("500 Internal Server Error"),
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"+PONG\r\n",
        b"",
    ],
    ids=["less than announced", "half", "cut entry", "a portal", "nothing", "partial", "moved", "clock skew",
         "not found", "broken", "no length", "another protocol", "closed"],
)  # fmt: skip
def test_what_is_not_a_whole_entry_is_a_miss(serve: Start, answer: bytes) -> None:
    """Whatever a store or somebody in its place answers: no image, no error."""
    _, cache = serve(lambda request, stub: [answer])
    assert ask(cache) == [None]


def test_the_same_answer_whole_is_a_hit(serve: Start) -> None:
    """The misses of the test before come from the damage."""
    _, cache = serve(lambda request, stub: [found(pack(key_of("Ava"), BODY))])
    assert ask(cache) == [BODY]


def test_a_store_that_does_not_answer_is_a_miss_and_then_left_alone(serve: Start) -> None:
    """Each request gets its answer while the store hangs; after five of them the store is not asked any more."""
    stub, cache = serve(hang)
    assert ask(cache, FAILURES) == [None] * FAILURES
    asked = stub.connections
    assert asked >= FAILURES
    assert not cache.is_reading
    assert ask(cache, 100) == [None] * 100
    assert asked == stub.connections


def test_a_slow_body_is_broken_off(serve: Start) -> None:
    """One byte now and then: the request goes on without it, and the connection is closed, not kept waiting."""
    gone = threading.Event()

    def drip(request: Request, stub: Stub) -> Iterator[bytes]:
        try:
            yield found(pack(key_of("Ava"), BODY))[:-2_000]
            while not stub.closing.wait(0.02):
                yield b"\x00"
        finally:
            gone.set()

    _, cache = serve(drip)
    assert ask(cache) == [None]
    assert gone.wait(10)


@pytest.mark.parametrize("status", ["500 Internal Server Error", "403 Forbidden"])
def test_a_failing_store_is_left_alone_and_tried_again(
    serve: Start, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    """Five failures open the breaker; after its rest one request finds that the store works again, and all go there."""
    works = threading.Event()

    def answer(request: Request, stub: Stub) -> Iterator[bytes]:
        yield found(pack(key_of("Ava"), BODY)) if works.is_set() else response(status)

    monkeypatch.setattr("imgurl.outbound.breaker.OPEN_SECONDS", 0.5)
    _, cache = serve(answer)
    assert ask(cache, FAILURES) == [None] * FAILURES
    assert not cache.is_reading
    works.set()
    until(lambda: ask(cache) == [BODY])
    assert cache.is_reading
    assert ask(cache, 3) == [BODY] * 3


def test_a_missing_image_is_not_a_failure(serve: Start) -> None:
    """A store that answers 404 works: a thousand misses leave it in use."""
    _, cache = serve(lambda request, stub: [response("404 Not Found")])
    assert ask(cache, 30) == [None] * 30
    assert cache.is_reading


def test_a_client_that_leaves_is_not_a_failure(serve: Start) -> None:
    """Requests that are broken off say nothing about the store."""
    _, cache = serve(hang)

    async def leave() -> None:
        for _ in range(3 * FAILURES):
            asking = asyncio.create_task(cache.get(key_of("Ava")))
            await asyncio.sleep(0.01)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking

    asyncio.run(leave())
    assert cache.is_reading


def test_putting_does_not_wait_for_the_store(serve: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the store hangs, images are taken up to a limit of bytes; what is beyond it is dropped, nobody waits."""
    monkeypatch.setattr(shared, "MAX_WAITING_BYTES", 20 * len(BODY))
    _, cache = serve(hang)
    for number in range(100):
        cache.put(key_of(str(number)), BODY)
    assert cache.dropped == 80


def test_many_small_images_do_not_pile_up_either(serve: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a limit of images too, besides those that are on their way."""
    monkeypatch.setattr(shared, "MAX_WAITING", 30)
    _, cache = serve(hang)
    for number in range(100):
        cache.put(key_of(str(number)), b"")
    assert 70 - shared.WRITERS <= cache.dropped <= 70


def test_a_patient_cache_waits_for_room(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever draws ahead, faster than the store takes, loses none of it."""
    monkeypatch.setattr(shared, "MAX_WAITING_BYTES", 2 * len(BODY))
    keys = [key_of(f"patient {number}") for number in range(60)]
    with closing(SharedCache(storage, is_patient=True)) as cache:
        for key in keys:
            cache.put(key, BODY)
        dropped = cache.dropped
    assert dropped == 0
    with closing(SharedCache(storage)) as cache:
        assert [asyncio.run(cache.get(key)) for key in keys] == [BODY] * 60


def test_room_is_given_back(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images that were kept make room for others: ten times the limit goes through."""
    monkeypatch.setattr(shared, "MAX_WAITING_BYTES", 3 * len(BODY))
    with closing(SharedCache(storage)) as cache:
        for number in range(30):
            while True:
                dropped = cache.dropped
                cache.put(key_of(str(number)), BODY)
                if dropped == cache.dropped:
                    break
                time.sleep(0.01)
    assert len(storage.list("images")) == 30


def test_a_store_that_takes_nothing_is_still_read(serve: Start) -> None:
    """Credentials that may only read: images are dropped, without an error, and those that are there are served."""

    def answer(request: Request, stub: Stub) -> Iterator[bytes]:
        yield found(pack(key_of("Ava"), BODY)) if request.method == "GET" else response("403 Forbidden")

    stub, cache = serve(answer)
    for number in range(50):
        cache.put(key_of(str(number)), BODY)
    until(lambda: cache.dropped == 50)
    assert not cache.is_writing
    puts = [request for request in stub.requests if request.method == "PUT"]
    assert FAILURES <= len(puts) <= FAILURES + shared.WRITERS
    assert ask(cache) == [BODY]
    assert cache.is_reading


def test_a_put_that_hangs_is_broken_off(serve: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that takes the bytes and never answers is a failure when the store's own time-out is over."""
    monkeypatch.setenv("AWS_TIMEOUT", "200ms")
    _, cache = serve(hang)
    for number in range(FAILURES):
        cache.put(key_of(str(number)), BODY)
    until(lambda: cache.dropped == FAILURES)
    assert not cache.is_writing


def test_only_some_images_are_sent_at_once(serve: Start) -> None:
    """However many wait, the store sees a few connections of this process."""
    lock = threading.Lock()
    busy, most = 0, 0

    def answer(request: Request, stub: Stub) -> Iterator[bytes]:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        stub.closing.wait(0.02)
        with lock:
            busy -= 1
        yield response("200 OK", b"", 'ETag: "a"')

    stub, cache = serve(answer)
    for number in range(60):
        cache.put(key_of(str(number)), BODY)
    until(lambda: len(stub.requests) == 60)
    assert 1 < most <= shared.WRITERS
    assert cache.dropped == 0


def test_closing_keeps_what_waits(storage: Storage) -> None:
    """A server that is stopped does not throw away what it has drawn last."""
    cache = SharedCache(storage)
    for number in range(200):
        cache.put(key_of(str(number)), BODY)
    cache.close()
    assert len(storage.list("images")) == 200


def test_closing_does_not_wait_for_a_store_that_hangs(serve: Start) -> None:
    """What is not written in time is dropped; closing again does nothing."""
    stub, cache = serve(hang)
    for number in range(20):
        cache.put(key_of(str(number)), BODY)
    until(lambda: stub.connections == shared.WRITERS)
    cache.close()
    cache.close()
    assert cache.dropped == 20 - shared.WRITERS


def test_closing_ends_the_threads(storage: Storage) -> None:
    """Nothing runs on."""
    cache = SharedCache(storage)
    for number in range(20):
        cache.put(key_of(str(number)), BODY)
    writers = [thread for thread in threading.enumerate() if thread.name == "shared-cache"]
    assert len(writers) >= shared.WRITERS
    cache.close()
    assert [thread for thread in cache._writers if thread.is_alive()] == []


def test_a_closed_cache_takes_nothing_and_still_answers(cache: SharedCache) -> None:
    """Requests that are finished while the server stops get no error."""
    cache.put(key_of("Ava"), BODY)
    cache.close()
    cache.put(key_of("Leo"), BODY)
    assert cache.dropped == 1
    assert ask(cache) == [BODY]


def test_a_process_that_does_not_close_ends_well(storage: Storage, tmp_path: Path) -> None:
    """A process that ends keeps what waits, complains about nothing and is not held up by the thread."""
    script = (
        "import sys\nfrom imgurl.cache.keys import RenderKey\nfrom imgurl.cache.shared import SharedCache\n"
        "from imgurl.storage import open_storage\ncache = SharedCache(open_storage(sys.argv[1]))\n"
        "for number in range(50):\n  cache.put(RenderKey(f'{number:064}', 'png'), b'image')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, (tmp_path / "store").as_uri()], capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(storage.list("images")) == 50


def test_threads_share_a_cache(storage: Storage) -> None:
    """Eight threads put at once: all images are there, each under its own key."""
    cache = SharedCache(storage)

    def work(seed: int) -> None:
        for step in range(20):
            cache.put(key_of(f"{seed} {step}"), f"{seed} {step}".encode())

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cache.close()
    patient = Patient(storage)
    names = [f"{seed} {step}" for seed in range(8) for step in (0, 19)]
    assert [patient.get(key_of(name)) for name in names] == [name.encode() for name in names]
    assert len(storage.list("images")) == 160
