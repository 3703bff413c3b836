"""Facts of imgurl.urls.reading: what happened to a URL on its way is undone, where what was signed comes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from imgurl.errors import BadSignature, BadTarget, InvalidUrl, NotAnImageUrl, RevokedKey, TargetTooLong
from imgurl.merge.folds import Cause
from imgurl.urls import reading
from imgurl.urls.reading import Read, read_url
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from imgurl.urls.target import parse_target
from tests.urls.reading import DESIGN, FIRST, PAIRS, RING, SEALED, SECOND, SIGNATURE, VECTORS, signed

GOOD = f"/i/{DESIGN}.png?{SEALED}&_s={SIGNATURE}&city=Rome&first_name=Zoe&_z=1"
# As links are minted now: a space is a plus.
NOW = GOOD.replace("%20", "+")


def found(target: str, ring: KeyRing = RING) -> Read:
    """Read a target as a server does."""
    path, _, query = target.encode().partition(b"?")
    return read_url(path, query, ring)


@contextmanager
def counted_readings() -> Iterator[list[Any]]:
    """Count how often a URL is parsed."""
    with patch.object(reading, "parse_target", wraps=parse_target) as parse:
        yield parse.call_args_list


def test_a_good_url_is_read_once() -> None:
    """Nothing is undone, and nothing is tried."""
    with counted_readings() as readings:
        read = found(GOOD)
    assert len(readings) == 1
    assert (read.key, dict(read.url.pairs), read.repairs) == (FIRST, PAIRS, ())


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: str(case["label"]))
def test_each_vector_has_its_status(case: dict[str, Any]) -> None:
    """None of the refused ones is an accident."""
    status = 200
    try:
        found(case["target"])
    except (InvalidUrl, NotAnImageUrl, TargetTooLong) as error:
        status = error.status_hint
    assert case["expect"] == status


@pytest.mark.parametrize("good", [GOOD, NOW], ids=["percent-20", "plus"])
@pytest.mark.parametrize("fold", ["%20", "!%20", " ", "! "])
@pytest.mark.parametrize(
    "before",
    [
        "newsletter",
        ".png",
        "?_k",
        "_k=k1&_o",
        "first_name&offer",
        "&_s=",
        f"_s={SIGNATURE[:20]}",
        f"_s={SIGNATURE}",
        "%25",
        "%2",
    ],
)
def test_a_broken_line_is_put_together(good: str, fold: str, before: str) -> None:
    """In the path, a name, a control, a value, an escape or the signature."""
    place = good.index(before) + len(before)
    read = found(good[:place] + fold + good[place:])
    assert (read.url.design, dict(read.url.pairs), read.url.signature) == (DESIGN, PAIRS, SIGNATURE)
    assert [repair.cause for repair in read.repairs] == [Cause.FOLDED]


@pytest.mark.parametrize(
    "spoilt", ["&%20amp;", "&a%20mp;", "&am%20p;", "&amp%20;", "&%20;", "&amp;%20", "&am!%20p;", "&!%20;"]
)
def test_a_broken_ampersand_is_put_together(spoilt: str) -> None:
    """Broken before its semicolon, a browser has read it already."""
    assert dict(found(NOW.replace("&offer", f"{spoilt}offer")).url.pairs) == PAIRS


def test_the_end_of_a_sealed_url_may_be_broken() -> None:
    """A space at the end of an address is dropped by browsers, a ! is not."""
    sealed = signed({"_k": "k1", "full_name": "Ava"})
    assert [found(sealed + end).key for end in ("", "!", "!%20", "%20")] == [FIRST] * 4


def test_a_link_of_now_may_be_broken_often() -> None:
    """All of its %20 are damage and are taken out at once."""
    folded = "".join(letter + "!%20" * (number % 7 == 0) for number, letter in enumerate(NOW[:150])) + NOW[150:]
    with counted_readings() as readings:
        assert dict(found(folded.replace("/i!%20", "/i")).url.pairs) == PAIRS
    assert len(readings) <= 3


def test_a_url_that_qt_encoded_twice_is_read() -> None:
    """A lone % in a name makes every % of the URL a %25, the open part too."""
    read = found(GOOD.replace("Zoe", "50%").replace("%", "%25"))
    assert dict(read.url.pairs) == PAIRS
    assert read.url.open_query == "city=Rome&first_name=50%&_z=1"
    assert [repair.cause for repair in read.repairs] == [Cause.ENCODED_TWICE]


def test_one_value_that_was_encoded_twice_is_refused() -> None:
    """Where another % is bare it was no client, nor where a letter is encoded: the value is another one."""
    for damaged in (GOOD.replace("24%20%25", "24%2520%25"), signed({"_k": "k1", "a": "Ava"}).replace("Ava", "%2541va")):
        with pytest.raises(BadSignature):
            found(damaged)


@pytest.mark.parametrize("spoilt", ["%C2%AE", "%c2%ae", "®", "%AE", "%26reg%3B", "&reg;", "%26%23174%3B"])
def test_an_entity_in_a_sealed_name_is_undone(spoilt: str) -> None:
    """``&reg_no`` behind a bare & is ``®_no`` for an HTML tool, whatever it then writes for that."""
    target = signed({"_k": "k1", "city": "Rome", "reg_no": "A 1"})
    read = found(target.replace("&reg_no", f"{spoilt}_no"))
    assert read.url.sealed == {"city": "Rome", "reg_no": "A 1"}
    assert [repair.cause for repair in read.repairs] == [Cause.ENTITY]


def test_an_entity_and_a_broken_line_are_undone_together() -> None:
    """Two accidents to one link."""
    target = signed({"_k": "k1", "city": "Rome", "reg_no": "A1"})
    read = found(target.replace("&reg_no", "%C2%AE_no").replace("city", "ci%20ty"))
    assert [repair.cause for repair in read.repairs] == [Cause.ENTITY, Cause.FOLDED]


@pytest.mark.parametrize(
    "change",
    [
        ("24", "25"),
        ("_k=k1", "_k=k2"),
        ("city.first_name", "city"),
        ("&_s=", "&a=b&_s="),
        (SIGNATURE[:2], "xx"),
        (".png", ".jpg"),
    ],
)
@pytest.mark.parametrize("also", ["", "!%20", "%20%20"])
def test_what_was_changed_is_refused(change: tuple[str, str], also: str) -> None:
    """Even if an accident could be undone too."""
    with pytest.raises(InvalidUrl):
        found(GOOD.replace(*change, 1).replace("offer", f"of{also}fer"))


def test_the_error_is_that_of_the_url_as_it_came() -> None:
    """Whoever reads it looks at that."""
    with pytest.raises(BadTarget, match="'of fer_name' is neither"):
        found(GOOD.replace("offer", "of%20fer").replace("24", "25"))
    with pytest.raises(NotAnImageUrl):
        found(GOOD.replace(".png", ".p%20ng").replace("24", "25").replace("/i/", "/x/"))


def test_a_revoked_key_is_reported_after_a_repair_too() -> None:
    """And nothing more is tried."""
    ring = KeyRing((SigningKey("k1", KeyState.REVOKED, FIRST.secret), SigningKey("k2", KeyState.SIGN, SECOND.secret)))
    for target in (GOOD, NOW.replace("offer", "of%20fer")):
        with pytest.raises(RevokedKey):
            found(target, ring)


@pytest.mark.parametrize(
    "query",
    [
        SEALED.replace("24", "25") + f"&_s={SIGNATURE}",
        "_k=k1&a=" + "%20" * 2_500 + "&_s=" + "A" * 43,
        "_k=k1&a=" + "%25" * 2_500 + "&_s=" + "A" * 43,
        "+" * 8_000,
        "_s=" * 2_600,
        "_k=k1&b=" + "%C2%AE_a=" * 800,
        "!" * 8_000,
        "&".join(f"f{number}=a+b%20c" for number in range(40)) + "&_s=" + "A" * 43,
        "&" * 8_000,
        "=" * 8_000,
    ],
    ids=range(10),
)
def test_garbage_is_tried_a_bounded_number_of_times(query: str) -> None:
    """At most 21 ways more, and fewer of a long part: together some three times the longest URL."""
    with counted_readings() as readings, pytest.raises(InvalidUrl):
        found(f"/i/{DESIGN}.png?{query}")
    assert len(readings) <= 22
    assert sum(len(arguments.args[1]) for arguments in readings) <= 5 * 8_192 + 24_576
