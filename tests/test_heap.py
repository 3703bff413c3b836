"""Facts of imgurl.heap: what is held for good is not collected again."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from imgurl.heap import settle


class Ring:
    """Garbage that only a collection finds: it holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_there_is_not_visited_again() -> None:
    """No collection looks at it, until it is settled once more: then it is freed if nobody holds it."""
    ring = Ring()
    settle()
    assert gc.get_freeze_count() > 1_000
    seen = weakref.ref(ring)
    del ring
    gc.collect()
    assert seen() is not None
    settle()
    assert seen() is None


def test_garbage_is_not_kept() -> None:
    """What nobody holds is freed first."""
    seen = weakref.ref(Ring())
    settle()
    assert seen() is None
