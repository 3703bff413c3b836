"""What is kept, and what is not."""

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.plate import recent
from imgurl.plate.recent import RecentCache


def asked(cache: RecentCache[list[str]], key: str) -> list[str]:
    """Ask for a key; what is made is a new list."""
    return cache.get(key, lambda: [key])


def test_what_comes_once_takes_no_room() -> None:
    """Kept from the second time on: what comes back between a thousand new names is still there."""
    cache: RecentCache[list[str]] = RecentCache(3, lambda _: 1)
    first, second = asked(cache, "Oslo"), asked(cache, "Oslo")
    for number in range(1_000):
        asked(cache, f"name {number}")

    assert first is not second
    assert asked(cache, "Oslo") is second


def test_the_least_recently_used_goes_first() -> None:
    """Bytes are bounded; what is larger than all of them is made each time."""
    cache: RecentCache[list[str]] = RecentCache(2, lambda made: len(made[0]))
    kept = {key: [asked(cache, key) for _ in range(2)][-1] for key in ("a", "b")}
    asked(cache, "a")
    [asked(cache, "c") for _ in range(2)]

    assert asked(cache, "a") is kept["a"]
    assert asked(cache, "b") is not kept["b"]
    assert asked(cache, "long") is not asked(cache, "long")


@given(st.lists(st.text(max_size=2), max_size=60))
@settings(max_examples=100, deadline=None)
def test_a_key_always_gets_what_was_made_for_it(keys: list[str]) -> None:
    """In any order, at any size."""
    cache: RecentCache[list[str]] = RecentCache(4, lambda _: 1)

    assert [asked(cache, key) for key in keys] == [[key] for key in keys]


def test_keys_seen_are_bounded() -> None:
    """A list without end takes no memory without end."""
    cache: RecentCache[list[str]] = RecentCache(3, lambda _: 1)
    for number in range(recent.MAX_SEEN + 10):
        asked(cache, f"name {number}")

    assert len(cache._seen) <= recent.MAX_SEEN
