"""Facts of imgurl.strict_json: an object has each key once, and a number is a number."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.strict_json import DoubledKey, NotANumber, doubled_keys, no_constant, unique_keys

KEYS = st.lists(st.sampled_from("abcd"), max_size=8)


def loads(text: str) -> Any:
    """Read a text strictly."""
    return json.loads(text, object_pairs_hook=unique_keys, parse_constant=no_constant)


@given(KEYS)
def test_doubled_keys_are_those_that_come_again(keys: list[str]) -> None:
    """Each key that an object has twice or more is named once, in the order of the object; without one it is read."""
    expected = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
    pairs = [(key, index) for index, key in enumerate(keys)]
    assert [*doubled_keys(pairs)] == expected
    if not expected:
        assert unique_keys(pairs) == dict(pairs)
        return
    with pytest.raises(DoubledKey) as caught:
        unique_keys(pairs)
    assert caught.value.key == expected[0]


@pytest.mark.parametrize("text", ['{"a": {"b": 1, "c": 2, "b": 1}}', '[{"b": null, "b": null}]'])
def test_a_doubled_key_is_found_at_any_depth(text: str) -> None:
    """Also where both values are alike."""
    with pytest.raises(DoubledKey) as caught:
        loads(text)
    assert caught.value.key == "b"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_of_python_are_refused(word: str) -> None:
    """What Python reads beyond JSON is named in the error."""
    with pytest.raises(NotANumber) as caught:
        loads(f'{{"a": [{word}]}}')
    assert caught.value.word == word
