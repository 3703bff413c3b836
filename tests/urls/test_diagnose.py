"""Facts of imgurl.urls.diagnose: the sentence for each accident."""

import time
from urllib.parse import quote_plus

import pytest

from imgurl.urls.diagnose import as_requested, why_refused
from imgurl.urls.mint import Minter
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from tests.urls.reading import DESIGN, FIRST, RING, SECOND, SIGNATURE, signed

BASE = "https://img.example.com"
MINTED = Minter(FIRST, BASE).mint(
    DESIGN, {"offer_name": "Tea & cake"}, open=["first_name", "city"], expires=4_102_444_800
)
DESIGNS = ("cert-2025", DESIGN, "product-card")
GENERIC = "the signature does not belong to this sealed part"


def told(url: str, ring: KeyRing = RING) -> str:
    """Return the sentence for a URL as somebody pastes it."""
    return why_refused(*as_requested(url), ring, DESIGNS)


def test_a_good_url_is_not_refused() -> None:
    """The sentence says so."""
    assert told(MINTED) == "the signature is right"


@pytest.mark.parametrize("ext", ["jpg", "gif", "webp", "avif"])
def test_a_changed_format_is_reported(ext: str) -> None:
    """With what it was."""
    assert told(MINTED.replace(".png?", f".{ext}?")) == "the format was changed: it was .png"


def test_a_changed_design_is_reported() -> None:
    """With what it was, among the designs that are there."""
    assert told(MINTED.replace(DESIGN, "cert-2025")) == f"the design was changed: it was '{DESIGN}'"
    assert told(MINTED.replace(DESIGN, "another")) == f"the design was changed: it was '{DESIGN}'"


def test_without_a_list_of_designs_a_changed_one_is_not_guessed() -> None:
    """Then the general sentence is right."""
    assert why_refused(*as_requested(MINTED.replace(DESIGN, "another")), RING).startswith(GENERIC)


@pytest.mark.parametrize("pair", ["utm_source=mail", "city=Rome", "_c=spring", "_dpr=2", "width=600"])
def test_an_added_pair_is_reported(pair: str) -> None:
    """By its name."""
    name = pair.partition("=")[0]
    assert told(MINTED.replace("&_s=", f"&{pair}&_s=")) == f"'{name}' was added after signing"


def test_a_changed_key_id_is_reported() -> None:
    """With what it was, whether the new id is known or not."""
    for key_id in ("k2", "k9"):
        expected = "the key id _k was changed: it was 'k1' when the URL was signed"
        assert expected == told(MINTED.replace("_k=k1", f"_k={key_id}"))


def test_an_unknown_key_id_is_reported_with_the_known_ones() -> None:
    """Where no known key signed the URL either."""
    stranger = SigningKey("k9", KeyState.SIGN, bytes(range(100, 132)))
    url = Minter(stranger, BASE).mint(DESIGN, {"offer_name": "x"})
    assert told(url) == "no key with the id 'k9' is known here; known are k1, k2"


def test_a_revoked_key_is_reported() -> None:
    """And nothing is looked for: the signature is right."""
    ring = KeyRing((SigningKey("k1", KeyState.REVOKED, FIRST.secret), SigningKey("k2", KeyState.SIGN, SECOND.secret)))
    assert told(MINTED, ring) == "the key 'k1' was revoked: URLs signed with it are dead for good"


def test_an_accident_to_a_url_of_a_revoked_key_is_reported() -> None:
    """What was changed is found although the key is dead."""
    ring = KeyRing((SigningKey("k1", KeyState.REVOKED, FIRST.secret), SigningKey("k2", KeyState.SIGN, SECOND.secret)))
    assert told(MINTED.replace(".png", ".jpg"), ring) == "the format was changed: it was .png"


def test_an_html_escaped_value_is_reported() -> None:
    """Tea &amp; cake where Tea & cake was signed."""
    url = MINTED.replace(quote_plus("Tea & cake"), quote_plus("Tea &amp; cake"))
    assert url != MINTED
    assert told(url) == "the value of 'offer_name' was HTML-escaped after signing"


@pytest.mark.parametrize("twice", ["Tea%2520%2526%2520cake", "Tea%2B%2526%2Bcake", "Tea%2B%2526%2bcake"])
def test_a_doubly_encoded_value_is_reported(twice: str) -> None:
    """%2520 or %2B where a space was signed."""
    url = MINTED.replace("Tea+%26+cake", twice)
    assert url != MINTED
    assert told(url) == "the value of 'offer_name' was percent-encoded twice"


def test_a_plus_that_was_not_encoded_is_reported() -> None:
    """A raw + is read as a space."""
    url = Minter(FIRST, BASE).mint(DESIGN, {"offer_name": "C++"})
    assert told(url.replace("%2B", "+")) == "a plus in the value of 'offer_name' was not encoded"


@pytest.mark.parametrize("listing", ["city", "first_name", "city.first_name.offer_name", "city.first_name.zip"])
def test_a_changed_open_list_is_reported(listing: str) -> None:
    """With what it was."""
    url = MINTED.replace("_o=city.first_name", f"_o={listing}")
    assert told(url) == "the list of open names _o was changed: it was city, first_name"


def test_a_dropped_open_list_is_reported() -> None:
    """The names behind the signature say what it may have been."""
    url = MINTED.replace("_o=city.first_name&", "")
    assert told(url) == "the list of open names _o was changed: it was city, first_name"


def test_an_added_open_list_is_reported() -> None:
    """A sealed URL that somebody opened."""
    url = Minter(FIRST, BASE).mint(DESIGN, {"offer_name": "x"})
    assert told(url.replace("_k=k1", "_k=k1&_o=offer_name")) == "'_o' was added after signing"


def test_a_removed_pixel_ratio_is_reported() -> None:
    """There are but three."""
    url = Minter(FIRST, BASE).mint(DESIGN, {"offer_name": "x"}, dpr=2)
    for changed in (url.replace("&_dpr=2", ""), url.replace("_dpr=2", "_dpr=3")):
        assert told(changed) == "the control _dpr was changed or removed"


@pytest.mark.parametrize(
    ("old", "new"),
    [("_x=4102444800", "_x=4102444801"), ("&_x=4102444800", ""), ("Tea", "Pie"), ("&offer_name=Tea+%26+cake", "")],
)
def test_what_cannot_be_guessed_is_reported_in_general(old: str, new: str) -> None:
    """A tampered expiry, a changed or a lost value: any of many may have stood there."""
    assert old in MINTED
    expected = (
        "the signature does not belong to this sealed part: a value, a name or the design before _s was changed after "
        "signing, or the URL was signed with another secret"
    )
    assert expected == told(MINTED.replace(old, new))


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (f"/i/{DESIGN}.png?_k=k1&a=b", "the signature _s is missing: the URL was cut, or never signed"),
        (f"/i/{DESIGN}.png", "the signature _s is missing"),
        (f"/i/{DESIGN}.png?", "the signature _s is missing"),
        (f"/i/{DESIGN}.png?_k=k1&&a=b", "'nothing' is not a name=value pair"),
        (f"/i/{DESIGN}.png?_k=k1&a=%zz&_s={SIGNATURE}", "does not begin an escape; write %25"),
        (f"/i/{DESIGN}.png?_k=k1&_s={SIGNATURE[:9]}", "the signature has 9 characters"),
        ("/i/a.svg?_k=k1", "an image URL's path is"),
        ("/i/a.png?" + "a" * 9_000, "the limit is 8,192"),
    ],
)
def test_a_url_that_is_not_of_the_form_is_reported_by_what_is_wrong(target: str, sentence: str) -> None:
    """The reader's own sentence."""
    assert sentence in told(target)


def seconds_of(names: int) -> float:
    """Return the shortest time of an explanation with so many names behind the signature."""
    url = signed({"_k": "k1", "a": "b"}).replace("a=b", "a=c") + "".join(f"&n{number}=x" for number in range(names))

    def once() -> float:
        start = time.perf_counter()
        assert told(url).startswith(GENERIC)
        return time.perf_counter() - start

    return min(once() for _ in range(5))


def test_a_long_open_list_is_not_searched_for_ever() -> None:
    """Forty names behind the signature cost about as much as eight, not four thousand million times."""
    assert any(seconds_of(40) < 5 * seconds_of(8) for _ in range(8))


def test_a_url_is_read_as_a_browser_requests_it() -> None:
    """The fragment goes, line ends and tabs go, spaces and letters beyond ASCII are encoded, tags stay."""
    path, query = as_requested("  https://img.example.com/i/a.png?b=Zoë\n x&c=*|F|*\t&d={{e|f:'g'}}#h  ")
    assert path == b"/i/a.png"
    assert query == b"b=Zo%C3%AB%20x&c=*|F|*&d={{e|f:'g'}}"


@pytest.mark.parametrize(
    ("url", "path", "query"),
    [
        ("/i/a.png?b=c", b"/i/a.png", b"b=c"),
        ("/i/a.png?b=https://c.example/d", b"/i/a.png", b"b=https://c.example/d"),
        ("https://x/i/a.png?b=https://c.example/d?e", b"/i/a.png", b"b=https://c.example/d?e"),
        ("https://x", b"/", b""),
        ("https://x/i/a.png", b"/i/a.png", b""),
        ("https://x/i/a.png?b=%20%zz", b"/i/a.png", b"b=%20%zz"),
        ("", b"", b""),
    ],
)
def test_host_and_scheme_do_not_matter(url: str, path: bytes, query: bytes) -> None:
    """A target is read from a whole URL or from its path on, an address inside a value is left alone."""
    assert (path, query) == as_requested(url)
