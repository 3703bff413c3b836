"""Facts of imgurl.heap: what is held for good is not collected again."""

import gc
import importlib
import weakref
from collections.abc import Iterator

import pytest

from imgurl.heap import loading, settle


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


def test_nothing_is_collected_while_modules_are_loaded() -> None:
    """Afterwards it is again, also when an import fails; who had turned collections off keeps them off."""
    with loading():
        assert not gc.isenabled()
    with pytest.raises(ModuleNotFoundError), loading():
        importlib.import_module("imgurl.nothing")
    assert gc.isenabled()
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_garbage_is_not_kept() -> None:
    """What nobody holds is freed first."""
    seen = weakref.ref(Ring())
    settle()
    assert seen() is None
