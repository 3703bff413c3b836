"""Facts of imgurl.access.idempotency."""

import threading

import pytest
from sqlalchemy import Engine, func, select

from imgurl.access.database import IDEMPOTENCY
from imgurl.access.idempotency import (
    ALIVE_SECONDS,
    KEPT_SECONDS,
    SWEEP_SECONDS,
    Beginning,
    Idempotency,
    Mismatch,
    New,
    Replay,
    Running,
)
from imgurl.database import reading
from tests.access.conftest import Clock, Opened

SCOPE = "crm POST /v1/generate"
HEADERS = (("content-type", "application/json"), ("location", "/v1/jobs/x"))


def claimed(beginning: Beginning) -> str:
    """Return the claim of a request that is to be carried out."""
    assert isinstance(beginning, New)
    return beginning.claim


def test_the_answer_is_given_again(engine: Engine) -> None:
    """New, then running, then the same status, headers and bytes for all who ask with the same request."""
    store = Idempotency(engine)
    claim = claimed(store.begin(SCOPE, "a", "f1"))
    assert (len(claim), int(claim, 16) >= 0) == (32, True)
    assert store.begin(SCOPE, "a", "f1") == Running()
    store.finish(claim, 202, HEADERS, b"{}\x00\xff")
    for _ in range(2):
        assert store.begin(SCOPE, "a", "f1") == Replay(202, HEADERS, b"{}\x00\xff", "f1")


def test_another_request_under_the_same_key_is_a_mismatch(engine: Engine) -> None:
    """While the first is under way and when it is done."""
    store = Idempotency(engine)
    claim = claimed(store.begin(SCOPE, "a", "f1"))
    assert store.begin(SCOPE, "a", "f2") == Mismatch()
    store.finish(claim, 200, (), b"")
    assert store.begin(SCOPE, "a", "f2") == Mismatch()


def test_the_same_key_elsewhere_is_another_key(engine: Engine) -> None:
    """Of another caller or for another route."""
    store = Idempotency(engine)
    claims = {claimed(store.begin(scope, "a", "f1")) for scope in (SCOPE, "shop POST /v1/generate", "crm POST /v1/x")}
    assert len(claims) == 3


def test_a_key_that_was_given_back_can_be_used_again(engine: Engine) -> None:
    """Nothing was done under it, so another request may take it; what is done stays done."""
    store = Idempotency(engine)
    first = claimed(store.begin(SCOPE, "a", "f1"))
    store.abandon(first)
    second = claimed(store.begin(SCOPE, "a", "f2"))
    assert first != second
    store.finish(second, 200, (), b"done")
    store.abandon(second)
    assert store.begin(SCOPE, "a", "f2") == Replay(200, (), b"done", "f2")


def test_of_fifty_at_once_one_is_new(opened: Opened) -> None:
    """Whatever process they come to."""
    stores = [Idempotency(opened()) for _ in range(5)]
    outcomes: list[Beginning] = []
    gate = threading.Barrier(50)

    def begin(number: int) -> None:
        gate.wait()
        outcomes.append(stores[number % len(stores)].begin(SCOPE, "a", "f1"))

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(outcome) for outcome in outcomes].count(New) == 1
    assert [type(outcome) for outcome in outcomes].count(Running) == 49


def test_an_answer_is_kept_for_a_day(engine: Engine, clock: Clock) -> None:
    """24 hours from the first request on; then the key is a new one."""
    store = Idempotency(engine, clock)
    claim = claimed(store.begin(SCOPE, "a", "f1"))
    store.finish(claim, 200, (), b"")
    clock.now += KEPT_SECONDS - 1
    assert isinstance(store.begin(SCOPE, "a", "f1"), Replay)
    clock.now += 1
    assert claimed(store.begin(SCOPE, "a", "f2")) != claim


def test_the_work_of_a_dead_owner_is_taken_over_once(opened: Opened, clock: Clock) -> None:
    """After a minute without a sign of life, by one of those who ask, under the same claim: the same job."""
    stores = [Idempotency(opened(), clock) for _ in range(2)]
    claim = claimed(stores[0].begin(SCOPE, "a", "f1"))
    clock.now += ALIVE_SECONDS - 1
    assert stores[1].begin(SCOPE, "a", "f1") == Running()
    clock.now += 1
    assert stores[1].begin(SCOPE, "a", "f2") == Mismatch()
    assert stores[1].begin(SCOPE, "a", "f1") == New(claim, "f1")
    assert stores[0].begin(SCOPE, "a", "f1") == Running()


def test_work_that_failed_half_way_is_taken_over_at_once(engine: Engine) -> None:
    """Under the same claim, so that what was done already is not done a second time."""
    store = Idempotency(engine)
    claim = claimed(store.begin(SCOPE, "a", "f1"))
    store.release(claim)
    assert store.begin(SCOPE, "a", "f1") == New(claim, "f1")
    assert store.begin(SCOPE, "a", "f1") == Running()


def test_a_claim_that_is_renewed_is_kept(engine: Engine, clock: Clock) -> None:
    """A long upload is not taken over."""
    store = Idempotency(engine, clock)
    claim = claimed(store.begin(SCOPE, "a", None))
    for _ in range(5):
        clock.now += ALIVE_SECONDS - 1
        store.keep_alive(claim)
        assert store.begin(SCOPE, "a", None) == Running()


def test_a_request_may_be_fingerprinted_after_its_claim(engine: Engine, clock: Clock) -> None:
    """A body that is streamed is known when it is over: the fingerprint is there for those who ask later."""
    store = Idempotency(engine, clock)
    claim = claimed(store.begin(SCOPE, "a", None))
    store.seal(claim, "f1")
    clock.now += ALIVE_SECONDS
    assert store.begin(SCOPE, "a", None) == New(claim, "f1")
    store.finish(claim, 202, (), b"")
    assert store.begin(SCOPE, "a", None) == Replay(202, (), b"", "f1")


def test_old_answers_go_away(engine: Engine, clock: Clock) -> None:
    """Not only those that are asked for again."""
    store = Idempotency(engine, clock)
    for number in range(10):
        store.finish(claimed(store.begin(SCOPE, str(number), "f")), 200, (), b"x" * 1_000)
    clock.now += KEPT_SECONDS + SWEEP_SECONDS
    store.begin(SCOPE, "new", "f")
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(IDEMPOTENCY)) == 1


@pytest.mark.parametrize("size", [0, 1, 4_000_000])
def test_an_answer_may_be_long(engine: Engine, size: int) -> None:
    """Ten thousand links are a few megabytes; the bytes come back as they were."""
    store = Idempotency(engine)
    body = b"https://img.example.com/i/card.png?_k=k1&" * (size // 40) if size else b""
    store.finish(claimed(store.begin(SCOPE, "a", "f")), 200, (), body)
    replay = store.begin(SCOPE, "a", "f")
    assert isinstance(replay, Replay)
    assert replay.body == body
