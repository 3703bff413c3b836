"""The memory cache."""

import pytest

from imgurl.cache.memory import ENTRY_BYTES, MemoryCache
from tests.cache.contract import CacheContract, key_of


class TestMemoryCache(CacheContract):
    """The contract, for a roomy memory cache."""

    @pytest.fixture
    def cache(self) -> MemoryCache:
        """A cache of a megabyte."""
        return MemoryCache(1_000_000)


def test_the_bytes_held_are_those_of_the_entries() -> None:
    """The size counts bodies and what an entry costs besides its body."""
    cache = MemoryCache(1_000_000)
    cache.put(key_of("Ava"), b"x" * 1_000)
    cache.put(key_of("Leo"), b"x" * 500)
    cache.put(key_of("Ava"), b"x" * 10)
    assert cache.size == 510 + 2 * ENTRY_BYTES


def test_the_limit_holds() -> None:
    """However much is put, the bytes held stay at or below the limit."""
    limit = 20_000
    cache = MemoryCache(limit)
    sizes = []
    for number in range(200):
        cache.put(key_of(str(number)), bytes(number * 37 % 5_000))
        sizes.append(cache.size)
    assert max(sizes) <= limit
    assert max(sizes) > limit * 0.7


def test_the_least_recently_used_goes_first() -> None:
    """Reading an entry keeps it; the one that nobody asked for longest makes room."""
    cache = MemoryCache(3 * (1_000 + ENTRY_BYTES))
    for name in ("Ava", "Leo", "Mia"):
        cache.put(key_of(name), b"x" * 1_000)
    cache.get(key_of("Ava"))
    cache.put(key_of("Zoe"), b"x" * 1_000)
    assert [cache.get(key_of(name)) is not None for name in ("Ava", "Leo", "Mia", "Zoe")] == [True, False, True, True]


def test_an_image_of_exactly_the_limit_is_kept() -> None:
    """The limit itself still fits."""
    cache = MemoryCache(1_000 + ENTRY_BYTES)
    cache.put(key_of("Ava"), b"x" * 1_000)
    assert cache.get(key_of("Ava")) == b"x" * 1_000


def test_an_image_larger_than_the_cache_is_not_kept() -> None:
    """One byte over the limit: no error, no entry, and what was there stays."""
    cache = MemoryCache(1_000 + ENTRY_BYTES)
    cache.put(key_of("Leo"), b"small")
    cache.put(key_of("Ava"), b"x" * 1_001)
    assert [cache.get(key_of("Ava")), cache.get(key_of("Leo"))] == [None, b"small"]


def test_a_cache_of_no_bytes_keeps_nothing() -> None:
    """A limit of 0 switches the cache off."""
    cache = MemoryCache(0)
    cache.put(key_of("Ava"), b"")
    assert cache.get(key_of("Ava")) is None
