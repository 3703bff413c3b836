"""What every cache of images keeps to."""

from typing import Protocol

from imgurl.cache.keys import RenderKey, render_key


class Cache(Protocol):
    """The face that both caches share."""

    def get(self, key: RenderKey) -> bytes | None:
        """Return the image of this key, None on a miss."""

    def put(self, key: RenderKey, body: bytes) -> object:
        """Keep an image."""


def key_of(name: str, ext: str = "png") -> RenderKey:
    """Return a key that belongs to a name."""
    return render_key("plate", {"first_name": name}, ext)


class CacheContract:
    """Tests that a cache passes; a test class of a cache inherits them and gives ``cache``."""

    def test_an_unknown_key_is_a_miss(self, cache: Cache) -> None:
        """A key that was never put gives None."""
        assert cache.get(key_of("Ava")) is None

    def test_what_was_put_comes_back(self, cache: Cache) -> None:
        """The same bytes come back under the same key, as often as asked."""
        cache.put(key_of("Ava"), b"an image")
        assert [cache.get(key_of("Ava")), cache.get(key_of("Ava"))] == [b"an image", b"an image"]

    def test_keys_do_not_mix(self, cache: Cache) -> None:
        """Names and formats have entries of their own."""
        keys = [key_of("Ava"), key_of("Leo"), key_of("Ava", "jpg")]
        for key in keys:
            cache.put(key, repr(key).encode())
        assert [repr(key).encode() for key in keys] == [cache.get(key) for key in keys]

    def test_the_last_put_wins(self, cache: Cache) -> None:
        """A second body under a key takes the place of the first."""
        cache.put(key_of("Ava"), b"first")
        cache.put(key_of("Ava"), b"second")
        assert cache.get(key_of("Ava")) == b"second"

    def test_an_empty_body_is_a_body(self, cache: Cache) -> None:
        """No bytes are a hit, not a miss."""
        cache.put(key_of("Ava"), b"")
        assert cache.get(key_of("Ava")) == b""

    def test_any_bytes_come_back(self, cache: Cache) -> None:
        """Bodies are not interpreted: each byte value survives, and a body that looks like an entry too."""
        body = bytes(range(256)) + b"imgurl1\n" * 100
        cache.put(key_of("Ava"), body)
        assert cache.get(key_of("Ava")) == body
