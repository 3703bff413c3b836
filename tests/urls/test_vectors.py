"""The vectors of the specification, each through reading and verifying."""

from typing import Any

import pytest

from imgurl.urls.canonical import canonical, from_canonical
from tests.urls.reading import (
    DESIGN,
    FIRST,
    PAIRS,
    RING,
    SECOND,
    SIGNATURE,
    VECTORS,
    canonical_by_hand,
    read,
    signature_by_hand,
    status,
)

CASES: list[dict[str, Any]] = VECTORS["cases"]
GOOD = [case for case in CASES if case["expect"] == 200]
WRITTEN_OUT = [case for case in CASES if "canonical" in case]


def by_label(case: dict[str, Any]) -> str:
    """Name a case in the test report."""
    return str(case["label"])


@pytest.mark.parametrize("case", CASES, ids=by_label)
def test_each_vector_has_its_status(case: dict[str, Any]) -> None:
    """A vector is answered with the status that the file says."""
    expected = case["expect"]
    assert expected == status(case["target"])


def test_a_target_over_8192_bytes_is_too_long() -> None:
    """8,192 bytes are read, one more is 414, wherever they are."""
    target = GOOD[0]["target"]
    filled = target + "x" * (8_192 - len(target))
    assert [status(filled), status(filled + "x")] == [200, 414]
    assert status("/i/" + "a" * 8_190 + "?") == 414


@pytest.mark.parametrize("case", GOOD, ids=by_label)
def test_each_good_vector_is_signed_as_the_standard_library_would(case: dict[str, Any]) -> None:
    """HMAC-SHA256 from the standard library finds the signature of every good vector."""
    url = read(case["target"])
    key = RING.find(url.key_id)
    assert key is not None
    expected = signature_by_hand(key.secret, url.design, url.ext, url.pairs)
    assert expected == url.signature
    assert expected == key.sign(url.design, url.ext, dict(url.pairs))


@pytest.mark.parametrize("case", WRITTEN_OUT, ids=by_label)
def test_each_written_out_vector_has_its_bytes(case: dict[str, Any]) -> None:
    """Canonical bytes and signature are those of the file, and the bytes can be read back."""
    url = read(case["target"])
    expected = case["canonical"].encode()
    assert expected == canonical(url.design, url.ext, url.pairs)
    assert case["signature"] == url.signature
    assert (url.design, url.ext, url.pairs) == from_canonical(expected)


def test_the_worked_example() -> None:
    """The example of the specification has these bytes and this signature."""
    example = VECTORS["worked_example"]
    expected = example["canonical"].encode()
    assert expected == canonical(DESIGN, "png", PAIRS)
    assert expected == canonical_by_hand(DESIGN, "png", PAIRS)
    assert example["pairs"] == PAIRS
    assert example["signature"] == SIGNATURE == FIRST.sign(DESIGN, "png", PAIRS)


def test_the_keys_of_the_vectors() -> None:
    """The tests use the keys of the file."""
    expected = VECTORS["keys_hex"]
    assert expected == {key.id: key.secret.hex() for key in (FIRST, SECOND)}


def test_one_model_in_every_spelling_that_may_vary() -> None:
    """Order, +, needless escapes and html-escaped ampersands leave the sealed pairs as they were minted."""
    labels = {
        "as minted", "sealed part in another order", "space written as + in the sealed part",
        "needless escapes in the sealed part", "ampersands html-escaped by a client",
    }  # fmt: skip
    urls = [read(case["target"]) for case in CASES if case["label"] in labels]
    assert [PAIRS] * len(labels) == [url.pairs for url in urls]
