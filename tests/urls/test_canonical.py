"""Facts of imgurl.urls.canonical; that it has an inverse is in tests/property."""

from itertools import combinations

import pytest

from imgurl.urls.canonical import canonical, from_canonical

HEAD = b"12:imgurl-url-1,6:spring,3:png,"


def test_the_bytes_are_netstrings() -> None:
    """Form, design, format, count, then name and value."""
    assert canonical("spring", "png", {"_k": "k1"}) == HEAD + b"1:1,2:_k,2:k1,"


def test_lengths_are_counted_in_bytes() -> None:
    """An ë has two bytes, an emoji four."""
    assert canonical("spring", "png", {"a": "Zoë🎉"}) == HEAD + b"1:1,1:a,8:Zo\xc3\xab\xf0\x9f\x8e\x89,"


def test_pairs_are_in_the_order_of_their_name_bytes() -> None:
    """The order in which pairs were given does not matter."""
    expected = canonical("spring", "png", {"_k": "1", "a": "2", "a_b": "3", "ab": "4"})
    assert expected == canonical("spring", "png", {"ab": "4", "a_b": "3", "a": "2", "_k": "1"})
    assert expected.index(b"3:a_b,") < expected.index(b"2:ab,")


def test_nothing_is_normalised() -> None:
    """é as one code point and as two are two values."""
    assert canonical("spring", "png", {"a": "\u00e9"}) != canonical("spring", "png", {"a": "e\u0301"})


COLLIDERS: tuple[dict[str, str], ...] = (
    {}, {"a": ""}, {"a": "1&b=2"}, {"a": "1", "b": "2"}, {"foo": "bar"}, {"foob": "ar"}, {"a": "3:abc,"},
    {"a": "", "b": ""}, {"a": "1:b,0:,"}, {"ab": ""}, {"a": "b"}, {"a": "1"}, {"a": "①"}, {"a": "+"}, {"a": " "},
    {"a": "%20"},
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), list(combinations(COLLIDERS, 2)))
def test_two_models_never_share_their_bytes(one: dict[str, str], other: dict[str, str]) -> None:
    """Delimiters inside values and names do not make two models one."""
    assert canonical("spring", "png", one) != canonical("spring", "png", other)


def test_design_and_format_are_inside() -> None:
    """The same pairs of another design or format have other bytes."""
    seen = {canonical(design, ext, {"a": "1"}) for design in ("spring", "winter") for ext in ("png", "jpg")}
    assert len(seen) == 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"12:imgurl-url-1,",
        HEAD,
        HEAD + b"1:1,",
        HEAD + b"1:1,2:_k,",
        HEAD + b"1:2,2:_k,2:k1,",
        HEAD + b"1:0,2:_k,2:k1,",
        HEAD + b"2:01,2:_k,2:k1,",
        HEAD + b"1:1,2:_k,2:k1",
        HEAD + b"1:1,2:_k,2:k1,,",
        HEAD + b"1:1,2:_k,2:k1;",
        HEAD + b"1:1,2:_k,02:k1,",
        HEAD + b"1:1,2:_k,+2:k1,",
        HEAD + b"1:1,2:_k,:k1,",
        HEAD + b"1:1,2:_k,9:k1,",
        HEAD + b"1:1,2:_k,2:\xff\xff,",
        HEAD + b"1:2,1:b,1:1,1:a,1:2,",
        HEAD + b"1:2,1:a,1:1,1:a,1:2,",
        b"12:imgurl-url-2,6:spring,3:png,1:0,",
        b"nonsense",
    ],
)
def test_other_bytes_are_not_canonical(data: bytes) -> None:
    """Another form, count, order, length or a missing comma is refused."""
    with pytest.raises(ValueError, match=r".+"):
        from_canonical(data)
