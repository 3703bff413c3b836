"""Facts of imgurl.urls.mint.BulkMinter: the quick way to many URLs makes the same ones."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.errors import BadValue, UnknownDesign
from imgurl.urls.controls import Controls
from imgurl.urls.mint import Minter, SealedValue
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from tests.merge.factories import make
from tests.property.test_minting_is_undone_by_reading import orders
from tests.urls.reading import DESIGN, FIRST, RING, SECOND, read, signature_by_hand
from tests.urls.test_mint import BASE, CHECKING

MINTER = Minter(FIRST, BASE)


@given(orders, st.sampled_from([FIRST, SECOND]))
@settings(max_examples=200, deadline=None)
def test_a_bulk_minter_mints_what_the_minter_mints(order: dict[str, Any], key: SigningKey) -> None:
    """For every control and any values, byte for byte."""
    controls = {name: value for name, value in order.items() if name not in ("open", "esp", "values", "design")}
    minter = Minter(key, BASE)
    bulk = minter.bulk(order["design"], Controls(**controls))
    url = bulk.mint([bulk.seal(name, text) for name, text in order["values"].items()])
    assert minter.mint(order["design"], order["values"], **controls) == url


def test_a_prepared_signer_signs_as_its_key_does() -> None:
    """The standard library signs the same."""
    pairs = {"_k": "k1", "city": "Öl"}
    expected = signature_by_hand(FIRST.secret, DESIGN, "png", pairs)
    assert FIRST.prepared().sign(DESIGN, "png", pairs) == FIRST.sign(DESIGN, "png", pairs) == expected
    assert "signer" not in repr(FIRST.prepared())


def test_a_test_key_signs_in_bulk_too() -> None:
    """The URL names the test key, and the ring that has its parent verifies it."""
    ring = KeyRing((FIRST,))
    bulk = Minter(ring.testing, "").bulk(DESIGN)
    assert ring.verify(read(bulk.mint([]))).state is KeyState.TEST


@pytest.mark.parametrize(
    ("controls", "sentence"),
    [
        ({"design": "Not An Id"}, "ids are lowercase letters"),
        ({"ext": "bmp"}, "ext"),
        ({"campaign": "Not A Label"}, "labels are lowercase letters"),
        ({"pin": "xyz"}, "which is not valid"),
        ({"dpr": 4}, "which is not valid"),
        ({"expires": -1}, "which is not valid"),
    ],
)
def test_what_is_alike_for_all_is_checked_once(controls: dict[str, Any], sentence: str) -> None:
    """When the bulk minter is made."""
    with pytest.raises(BadValue, match=sentence):
        MINTER.bulk(controls.pop("design", DESIGN), Controls(**controls))


def test_a_bulk_minter_goes_on_after_its_own_expiry() -> None:
    """A list that is worked at for longer than its links live gets the links it was promised."""
    past = int(time.time()) - 10
    assert read(MINTER.bulk(DESIGN, Controls(expires=past)).mint([]).removeprefix(BASE)).expires == past


def test_names_are_checked() -> None:
    """The design, the form of names, and that no field comes twice."""
    with pytest.raises(UnknownDesign):
        CHECKING.bulk("other")
    with pytest.raises(BadValue, match="has a name that no field can have"):
        MINTER.bulk(DESIGN).seal("_k", "k1")
    bulk = MINTER.bulk(DESIGN)
    with pytest.raises(BadValue, match="'city' is given twice"):
        bulk.mint([bulk.seal("city", "Rome"), bulk.seal("city", "Oslo")])


def test_a_url_that_no_server_reads_is_refused() -> None:
    """Too many pairs, too many characters."""
    bulk = MINTER.bulk(DESIGN)
    with pytest.raises(BadValue, match="would hold 49 pairs"):
        bulk.mint([bulk.seal(f"f{number}", "x") for number in range(48)])
    with pytest.raises(BadValue, match="characters long; the server reads 8,192"):
        bulk.mint([bulk.seal(f"f{number}", "李" * 200) for number in range(5)])


def test_a_checked_value_is_ready_for_a_url() -> None:
    """What a caller keeps."""
    checking = Minter(FIRST, BASE, {DESIGN: [make("city", sample="x")]})
    sealed = checking.bulk(DESIGN).seal("city", "Öl & Co")
    assert sealed == SealedValue("city", "Öl & Co", "&city=%C3%96l+%26+Co")
    assert RING.verify(read(checking.bulk(DESIGN).mint([sealed]).removeprefix(BASE))) is FIRST
