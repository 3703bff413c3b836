"""A change to the sealed part of a minted URL is refused, or it is another spelling of the very same model."""

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.errors import InvalidUrl, NotAnImageUrl
from imgurl.urls.mint import Minter
from imgurl.urls.reading import read_url
from imgurl.urls.target import SignedUrl, parse_target
from tests.urls.reading import FIRST, RING, SECOND

MINTED: Final = tuple(
    minter.mint(design, values, open=opened, esp=esp, expires=expires, dpr=dpr).encode()
    for minter, design, values, opened, esp, expires, dpr in (
        (Minter(FIRST, ""), "spring", {"offer": "24 % + Zoë*"}, ("city", "first_name"), None, None, 1),
        (Minter(SECOND, ""), "a", {}, (), None, 4_102_444_800, 3),
        (Minter(FIRST, ""), "n-1", {"b": "", "c": "1&b=2"}, ("b",), "mailchimp", None, 2),
    )
)
SEALED_BYTES: Final = tuple(url.index(b"&_s=") + len("&_s=") + 43 for url in MINTED)


def verified(target: bytes) -> SignedUrl | None:
    """Read a target as a server gets it; None where it is refused."""
    path, _, query = target.partition(b"?")
    try:
        url = parse_target(path, query)
        RING.verify(url)
    except (InvalidUrl, NotAnImageUrl):
        return None
    return url


def repaired(target: bytes) -> SignedUrl | None:
    """Read a target as a server does, with what happened on its way undone; None where it is refused all the same."""
    path, _, query = target.partition(b"?")
    try:
        return read_url(path, query, RING).url
    except (InvalidUrl, NotAnImageUrl):
        return None


def model(url: SignedUrl) -> tuple[str, str, dict[str, str], str]:
    """Return what is signed, and the signature."""
    return url.design, url.ext, dict(url.pairs), url.signature


MODELS: Final = tuple(model(found) for url in MINTED if (found := verified(url)))


def is_harmless(which: int, changed: bytes) -> bool:
    """Say whether a changed URL is refused or means what it meant."""
    url = verified(changed)
    return url is None or model(url) == MODELS[which]


def is_harmless_repaired(which: int, changed: bytes) -> bool:
    """Say the same where accidents are undone: what passes is what was signed, byte by byte."""
    url = repaired(changed)
    return is_harmless(which, changed) and (url is None or model(url) == MODELS[which])


def test_the_minted_urls_are_good() -> None:
    """Else the laws below would hold for nothing."""
    assert len(MINTED) == len(MODELS)


def test_no_other_byte_at_any_place() -> None:
    """Every byte of the sealed part, replaced by each of the 255 others."""
    wrong = [
        (MINTED[which], position, byte)
        for which, length in enumerate(SEALED_BYTES)
        for position in range(length)
        for byte in range(256)
        if byte != MINTED[which][position]
        and not is_harmless(which, MINTED[which][:position] + bytes([byte]) + MINTED[which][position + 1 :])
    ]
    assert not wrong


def test_some_spellings_are_allowed() -> None:
    """Hex digits in either case and + for a space: one model, one signature."""
    url = MINTED[0]
    spellings = {url.replace(b"%C3%AB", b"%c3%aB"), url.replace(b"+", b"%20"), url.replace(b"offer", b"%6fffer")}
    assert url not in spellings
    assert [MODELS[0]] * 3 == [model(found) for spelling in spellings if (found := verified(spelling))]


@given(st.sampled_from(range(len(MINTED))), st.data())
@settings(max_examples=200, deadline=None)
def test_no_bytes_put_in_taken_out_or_moved(which: int, data: st.DataObject) -> None:
    """Pieces of the URL itself, or anything at all, in place of any part of it."""
    url, length = MINTED[which], SEALED_BYTES[which]
    start = data.draw(st.integers(0, length))
    end = data.draw(st.integers(start, length))
    own = st.tuples(st.integers(0, len(url)), st.integers(0, 30)).map(lambda cut: url[cut[0] : cut[0] + cut[1]])
    signs = st.lists(
        st.sampled_from(
            [
                b"&",
                b"=",
                b"%",
                b"%26",
                b"%25",
                b"%20",
                b"!%20",
                b"+",
                b"_s=",
                b"_k=k2",
                b"amp;",
                b"?",
                b"#",
                b"a",
                b"\xae_",
                b"%C2%AE_",
            ]
        )
    ).map(b"".join)
    put = data.draw(st.one_of(own, signs, st.binary(max_size=6)))
    assert is_harmless_repaired(which, url[:start] + put + url[end:])


@given(st.sampled_from(range(len(MINTED))), st.integers(0), st.integers(0))
@settings(max_examples=200, deadline=None)
def test_no_two_bytes_swapped(which: int, one: int, other: int) -> None:
    """Anywhere in the sealed part."""
    swapped = bytearray(MINTED[which])
    one, other = one % SEALED_BYTES[which], other % SEALED_BYTES[which]
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert is_harmless_repaired(which, bytes(swapped))


@given(st.sampled_from(range(len(MINTED))), st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_nothing_after_the_signature_can_refuse_a_url(which: int, behind: bytes) -> None:
    """The open part is open: whatever is there, the model is what it was."""
    url = verified(MINTED[which][: SEALED_BYTES[which]] + b"&" + behind)
    assert url is not None
    assert MODELS[which] == model(url)
    assert url == repaired(MINTED[which][: SEALED_BYTES[which]] + b"&" + behind)


@given(st.binary(max_size=120), st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_reading_raises_nothing_but_its_own_errors(path: bytes, query: bytes) -> None:
    """Any bytes at all are refused, as a path or as a sealed part."""
    for read in (verified, repaired):
        assert read(path + b"?" + query) is None
        assert read(b"/i/spring.png?" + query) is None


@given(st.sampled_from(range(len(MINTED))), st.data())
@settings(max_examples=200, deadline=None)
def test_no_other_value_looks_repaired(which: int, data: st.DataObject) -> None:
    """Accidents of all kinds on top of a change that is none: what passes is what was signed."""
    changed = MINTED[which]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, SEALED_BYTES[which]))
        put = data.draw(st.sampled_from([b"%20", b"!%20", b"+", b"%C2%AE", b";", b"a", b"&b=c", b"%2B"]))
        changed = changed[:place] + put + changed[place + data.draw(st.integers(0, 2)) :]
    assert is_harmless_repaired(which, changed)
    assert is_harmless_repaired(which, changed.replace(b"%", b"%25"))
