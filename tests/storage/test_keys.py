"""Facts of imgurl.storage.keys: no key leads out of the store."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.storage import Storage
from imgurl.storage.keys import KEY


@pytest.mark.parametrize(
    "key",
    ["", "/", "/a", "a/", "a//b", "..", "a/../b", ".", "a/./b", ".hidden", "a b", "a%2e", "ä", "a\\b", "a\n", "a\0"],
)
def test_what_is_not_a_key_is_refused(storage: Storage, key: str) -> None:
    """Each method refuses a name that could lead out of the store, before anything is touched."""
    calls = (
        lambda: storage.get(key), lambda: storage.put(key, b""), lambda: storage.delete(key), lambda: storage.list(key),
        lambda: storage.size(key), lambda: storage.get_range(key, 0, 1), lambda: list(storage.stream(key)),
        lambda: storage.put_stream(key, ()), lambda: asyncio.run(storage.get_async(key)),
    )  # fmt: skip
    for call in calls:
        with pytest.raises(ValueError, match="is not a valid key"):
            call()


@settings(max_examples=50)
@given(st.from_regex(KEY, fullmatch=True))
def test_a_key_stays_below_the_folder(key: str) -> None:
    """Whatever the grammar allows, the path is below the folder."""
    assert Path("/srv/store", key) == Path(os.path.normpath(f"/srv/store/{key}"))
    assert Path("/srv/store") in Path("/srv/store", key).parents
