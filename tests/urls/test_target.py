"""Facts of imgurl.urls.target: how the sealed part is read. The threats named are rows of the project's list."""

import string
from urllib.parse import quote

import pytest

from imgurl.errors import BadSignature, BadTarget, InvalidUrl, NotAnImageUrl
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from imgurl.urls.target import MAX_PAIRS, SignedUrl, parse_target
from tests.urls.reading import (
    DESIGN,
    FIRST,
    PAIRS,
    RING,
    SEALED,
    SECOND,
    SIGNATURE,
    read,
    signature_by_hand,
    signed,
    status,
)

GOOD = f"/i/{DESIGN}.png?{SEALED}&_s={SIGNATURE}"
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def test_a_url_is_read_into_its_parts() -> None:
    """Design, format, sealed pairs, signature and the open part as it came."""
    url = read(GOOD + "&first_name=Zo%C3%AB&city=Chicago&_z=1")
    assert SignedUrl(DESIGN, "png", PAIRS, SIGNATURE, "first_name=Zo%C3%AB&city=Chicago&_z=1") == url


def test_controls_are_distinguished_from_values() -> None:
    """Each control has its property; what is left are the sealed values."""
    pairs = {
        "_k": "k1", "_o": "a.b", "_x": "1893456000", "_v": "0123456789ab", "_m": "mailchimp", "_dpr": "2",
        "_c": "spring-26", "city": "Rome",
    }  # fmt: skip
    url = read(signed(pairs))
    expected = ("k1", ("a", "b"), 1893456000, "0123456789ab", "mailchimp", 2, "spring-26", {"city": "Rome"})
    assert expected == (
        url.key_id, url.open_names, url.expires, url.pin, url.dialect, url.dpr, url.campaign, url.sealed,
    )  # fmt: skip


def test_what_is_not_there_has_a_plain_default() -> None:
    """Without controls nothing is open, nothing expires, and a CSS pixel is a device pixel."""
    url = read(signed({"_k": "k1"}))
    assert [url.expires, url.pin, url.dialect, url.campaign] == [None] * 4
    assert (url.open_names, url.dpr, url.sealed, url.open_query) == ((), 1, {}, "")


def test_the_open_part_is_kept_byte_by_byte() -> None:
    """What follows the signature is not decoded here, whatever its bytes are."""
    behind = bytes(byte for byte in range(256) if byte != 0x26)
    url = parse_target(f"/i/{DESIGN}.png".encode(), f"{SEALED}&_s={SIGNATURE}&".encode() + behind)
    assert behind == url.open_query.encode("latin-1")
    assert RING.verify(url) is FIRST


@pytest.mark.parametrize(
    "sealed",
    [
        SEALED.replace("_o=city.first_name", "_o=city.first_name.offer_name") + "&offer=free",  # 2: a value opened
        SEALED.replace("city.first_name", "city"),  # 3: an open field closed
        SEALED.replace("city.first_name", "first_name.city"),
        SEALED.replace("city.first_name", "city.city.first_name"),
        SEALED.replace("city.first_name", ""),
        SEALED.replace("city.first_name", "city..first_name"),
        "offer_name=free&" + SEALED,  # 4: a name twice
        SEALED + "&offer_name=free",
        SEALED + "&%6fffer_name=free",
        SEALED + "&_k=k1",
        SEALED.replace("24%20", SIGNATURE),  # 6: the signature as a value
        SEALED + "&_h=99999",  # 14: an option added
        SEALED.replace("offer_name=24%20%25%20off%20%26%20more", ""),
        SEALED + "&a;b=1",  # 19: another delimiter, no "=", no name
        SEALED + "&offer2",
        SEALED + "&=x",
        SEALED + "&",
        "&" + SEALED,
        SEALED + "#",
        SEALED + "&_z=1",
        SEALED + "&Offer=1",
        SEALED + "&_unknown=1",
    ],
)
def test_a_changed_sealed_part_is_refused(sealed: str) -> None:
    """Nothing can be changed, added, doubled, taken away or moved before the signature (threats 2 to 6, 14, 19)."""
    assert status(f"/i/{DESIGN}.png?{sealed}&_s={SIGNATURE}&first_name=Zoe&_z=1") == 403


@pytest.mark.parametrize("name", ["_k", "_o", "_x", "_v", "_m", "_dpr", "_c", "city"])
def test_a_name_appears_once_even_if_signed_twice(name: str) -> None:
    """A doubled name is refused by the grammar, so neither the first nor the last can win (threat 4)."""
    pairs = {
        "_k": "k1",
        "_o": "a",
        "_x": "2000000000",
        "_v": "0" * 12,
        "_m": "kit",
        "_dpr": "2",
        "_c": "c",
        "city": "x",
    }
    with pytest.raises(BadTarget, match=f"'{name}' appears twice"):
        read(signed(pairs).replace("&_s=", f"&{name}={pairs[name]}&_s="))


def test_a_copy_of_the_signature_is_plain_text() -> None:
    """After the signature or inside an open value it is open text, in the path it is not a design (threat 6)."""
    assert [
        status(f"{GOOD}&first_name={SIGNATURE}&_z=1"),
        status(f"{GOOD}&_s={SIGNATURE}"),
        status(f"/i/{DESIGN}.png?{SEALED}&_s={SIGNATURE[::-1]}&_s={SIGNATURE}"),
        status(f"/i/{SIGNATURE}/{DESIGN}.png?{SEALED}&_s={SIGNATURE}"),
    ] == [200, 200, 403, 404]


def last_character_variants() -> list[str]:
    """Return the signatures that lenient base64 would decode to the same bytes: two bits of 43 characters are spare."""
    index = ALPHABET.index(SIGNATURE[-1])
    return [SIGNATURE[:-1] + ALPHABET[index & ~3 | bits] for bits in range(4) if bits != index & 3]


@pytest.mark.parametrize(
    "spelling",
    [
        SIGNATURE + "=",
        SIGNATURE + "%3D",
        SIGNATURE + "%3d",
        SIGNATURE[:20] + "!!!!" + SIGNATURE[20:],
        SIGNATURE[:20] + "%%%%" + SIGNATURE[20:],
        SIGNATURE[:20] + "%0A%0A%0A%0A" + SIGNATURE[20:],
        SIGNATURE[:20] + "....." + SIGNATURE[20:],
        SIGNATURE + "%0A",
        SIGNATURE + "%C3%A9",
        SIGNATURE + "%20",
        SIGNATURE + "+",
        "%20" + SIGNATURE,
        "+" + SIGNATURE,
        SIGNATURE.upper(),
        SIGNATURE.lower(),
        SIGNATURE.swapcase(),
        SIGNATURE[:-1] + "%2B",
        SIGNATURE[:-1] + "/",
        SIGNATURE[:-1] + "%EF%BC%B7",
        *last_character_variants(),
    ],
)
def test_a_signature_has_one_spelling(spelling: str) -> None:
    """Padding, junk, spare bits, case and the other base64 alphabet are refused (threat 7)."""
    assert status(GOOD) == 200
    assert status(f"/i/{DESIGN}.png?{SEALED}&_s={spelling}&first_name=Zoe&_z=1") == 403


def test_the_other_base64_alphabet_is_refused() -> None:
    """A signature with - and _ is not accepted with + and / (threat 7)."""
    pairs = {"_k": "k2", "offer_name": "🎉👩🏽‍🚀 Ava"}
    target = signed(pairs, key=SECOND, path=DESIGN + ".jpg")
    front, _, signature = target.partition("&_s=")
    assert {"-", "_"} <= set(signature)
    other = signature.replace("-", "+").replace("_", "/")
    escaped = signature.replace("-", "%2B").replace("_", "%2F")
    assert [status(f"{front}&_s={spelling}") for spelling in (signature, other, escaped)] == [200, 403, 403]


@pytest.mark.parametrize("length", [42, 22, 8, 1, 0])
def test_a_truncated_signature_is_refused(length: int) -> None:
    """The length is fixed (threat 8)."""
    with pytest.raises(BadTarget, match=f"has {length} characters"):
        read(f"/i/{DESIGN}.png?{SEALED}&_s={SIGNATURE[:length]}&first_name=Zoe")


def test_a_signature_is_needed() -> None:
    """Without _s a URL was cut or never signed."""
    with pytest.raises(BadTarget, match="signature _s is missing"):
        read(f"/i/{DESIGN}.png?{SEALED}")


@pytest.mark.parametrize("key_id", ["k2", "../k1", "K1", "", "k1%00", "k1%20", "k".ljust(13, "1"), "%EF%BD%8B1"])
def test_another_key_id_is_refused(key_id: str) -> None:
    """The id is of the grammar, names a key, and is under the signature (threat 12)."""
    assert status(GOOD.replace("_k=k1", f"_k={key_id}")) == 403


def test_a_key_id_is_needed() -> None:
    """A signed URL without _k is refused by the grammar."""
    with pytest.raises(BadTarget, match=r"_k .* is missing"):
        read(signed({"offer_name": "x"}))


@pytest.mark.parametrize(
    "salt", [b"imgurl/preview/v1", b"imgurl/url/v2", b"imgurl/webhook/v1", b"", b"itsdangerous.Signer"]
)
def test_a_signature_of_another_purpose_is_refused(salt: bytes) -> None:
    """The same secret and bytes under another salt do not make a URL signature (threat 13)."""
    other = signature_by_hand(FIRST.secret, DESIGN, "png", PAIRS, salt)
    assert len(other) == 43
    with pytest.raises(BadSignature):
        RING.verify(read(f"/i/{DESIGN}.png?{SEALED}&_s={other}"))


@pytest.mark.parametrize("path", ["winter.png", f"{DESIGN}.gif", f"{DESIGN}.jpg", f"{DESIGN}2.png"])
def test_a_signature_belongs_to_one_design_and_format(path: str) -> None:
    """A replay for another design or format is refused (threat 14)."""
    assert status(f"/i/{path}?{SEALED}&_s={SIGNATURE}") == 403


@pytest.mark.parametrize("changed", ["", "&_x=1893456001", "&_x=1893455999"])
def test_a_changed_expiry_is_refused(changed: str) -> None:
    """The expiry is under the signature (threat 15)."""
    target = signed({"_k": "k1", "_x": "1893456000"})
    assert [status(target), status(target.replace("&_x=1893456000", changed))] == [200, 403]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("_x", value)
            for value in ("01893456000", "-1", "1e9", "+1893456000", " 1893456000", "１８９３４５６０００")
        ),
        *(("_x", value) for value in ("1" * 12, "1" * 20, "0", "", "0x1", "1.5", "١٨٩", "1\u00a0")),
        *(("_dpr", value) for value in ("0", "4", "1.5", "nan", "-1", "01", "", "²", "22")),
        *(("_v", value) for value in ("0123456789a", "g" * 12, "ABCDEF012345", "0" * 65, "")),
        *(("_m", value) for value in ("Mailchimp", "", "mail_chimp", "m" * 33)),
        *(("_c", value) for value in ("Spring", "-a", "", "a" * 65, "a b", "a/b")),
        *(("_o", value) for value in ("", ".", "a.", "A", "a.a", "b.a", "a,b", "_k", "a" * 33, "a.b.c.b")),
    ],
)
def test_a_control_has_its_form_even_if_signed(name: str, value: str) -> None:
    """Format tricks in controls are refused although the signature is right (threats 3, 15)."""
    with pytest.raises(BadTarget, match=name):
        read(signed({"_k": "k1", name: value}))


@pytest.mark.parametrize(
    "raw", ["%zz", "%", "%2", "50%", "%u0041", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%FF", "%C3", "Ren%E9", "%00"]
)
def test_a_sealed_value_is_strict(raw: str) -> None:
    """Broken escapes and what is not UTF-8 are refused before a signature is looked at (threat 17)."""
    with pytest.raises(BadTarget):
        read(f"/i/{DESIGN}.png?_k=k1&offer_name={raw}&_s={SIGNATURE}")


@pytest.mark.parametrize("code_point", [*range(0x20), *range(0x7F, 0xA0)])
def test_a_sealed_value_holds_no_control_character(code_point: int) -> None:
    """C0, DEL and C1 are refused although the signature is right."""
    with pytest.raises(BadTarget, match="control character"):
        read(signed({"_k": "k1", "offer_name": f"a{chr(code_point)}b"}))


def test_a_sealed_value_is_decoded_once() -> None:
    """%2526 is the text %26 and nothing more (threat 17)."""
    url = read(signed({"_k": "k1", "offer_name": "%26"}))
    assert url.sealed == {"offer_name": "%26"}
    assert RING.verify(url) is FIRST


@pytest.mark.parametrize(
    "path",
    [
        f"/i/%6e{DESIGN[1:]}.png", "/i/Spring.png", "//i/spring.png", "/i/./spring.png", "/i/../i/spring.png",
        "/i/spring.png;v=1", "/i/spring.png%00.jpg", "/i/a%2Fb.png", "http://evil/i/spring.png", "/i/spring.png/",
        "/i/spring", "/i/spring.", "/i/.png", "/i/spring.svg", "/i/spring.PNG", "/i/-spring.png", "/i/_spring.png",
        "/i/spring.png\n", "/i/spr\u00efng.png", "/I/spring.png", "/i//spring.png", "/spring.png", "", "/", "*",
        "/i/" + "a" * 65 + ".png", "/i/spring.png.png", "/i/spring.png ", "/i/sp ring.png", "/i/spring.png#",
    ],
)  # fmt: skip
def test_another_path_is_not_an_image_url(path: str) -> None:
    """The path is matched as it came, nothing in it is decoded or resolved (threat 18)."""
    with pytest.raises(NotAnImageUrl):
        parse_target(path.encode(), f"{SEALED}&_s={SIGNATURE}".encode())


@pytest.mark.parametrize("design", ["a", "0", "a" * 64, "a_b-c", "2026-spring"])
@pytest.mark.parametrize("ext", ["png", "jpg", "gif", "webp", "avif"])
def test_every_design_id_and_format_of_the_grammar_is_read(design: str, ext: str) -> None:
    """Ids of up to 64 characters in the five formats."""
    url = read(signed({"_k": "k1"}, path=f"{design}.{ext}"))
    assert (design, ext) == (url.design, url.ext)
    assert RING.verify(url) is FIRST


def test_a_hash_after_the_signature_is_refused() -> None:
    """A fragment that an HTTP parser leaves in the query does not pass (threat 19)."""
    assert status(f"{GOOD}#&first_name=x") == 403


@pytest.mark.parametrize(("minted", "sent"), [("é", "e\u0301"), ("1", "①"), ("K", "\u212a"), ("a", "а"), ("x", "X")])
def test_a_signature_is_over_the_very_characters(minted: str, sent: str) -> None:
    """Look-alikes and other normal forms are other values (threat 20)."""
    target = signed({"_k": "k1", "offer_name": minted})
    forged = target.replace(f"offer_name={quote(minted)}", f"offer_name={quote(sent)}")
    assert target != forged
    assert [status(target), status(forged)] == [200, 403]


def test_plus_and_percent_20_are_both_a_space() -> None:
    """A proxy may write one for the other; %2B stays a plus (threat 21)."""
    target = signed({"_k": "k1", "offer_name": "24 + 1"})
    assert "offer_name=24%20%2B%201" in target
    assert [
        status(target),
        status(target.replace("%20", "+")),
        status(target.replace("%2B", "+")),
        status(target.replace("%20", "%2B")),
    ] == [200, 200, 403, 403]


def test_escapes_may_be_of_either_case_or_needless() -> None:
    """%c3 and %C3, and %6f for o in a name or a value, are one model."""
    target = signed({"_k": "k1", "offer_name": "Zoë"})
    spellings = (target.replace("%C3%AB", "%c3%ab"), target.replace("offer", "%6Fffer"), target.replace("Zo", "Z%6f"))
    assert [status(spelling) for spelling in spellings] == [200, 200, 200]
    assert target not in spellings


def test_unescaped_utf_8_is_read() -> None:
    """A client that sends ë as its two bytes sends the same value."""
    target = signed({"_k": "k1", "offer_name": "Zoë"})
    assert status(target.replace("%C3%AB", "ë")) == 200


def test_html_escaped_ampersands_are_taken_back_once() -> None:
    """amp; before a name goes away, amp;amp; is a mistake somebody has to see."""
    assert [status(GOOD.replace("&", "&amp;")), status(GOOD.replace("&", "&amp;amp;"))] == [200, 403]


def test_the_number_of_sealed_pairs_is_capped() -> None:
    """48 pairs are read, the 49th is refused."""
    pairs = {"_k": "k1"} | {f"f{number}": "x" for number in range(MAX_PAIRS - 1)}
    assert len(read(signed(pairs)).pairs) == MAX_PAIRS
    with pytest.raises(BadTarget, match="more than 48"):
        read(signed(pairs | {"one_more": "x"}))


def test_a_field_name_has_at_most_32_characters() -> None:
    """The grammar of names holds for signed URLs too."""
    name = "a" * 32
    assert read(signed({"_k": "k1", name: "x"})).sealed == {name: "x"}
    for wrong in (name + "a", "1a", "a-b", "_a", "a.b", "ä", "a b"):
        with pytest.raises(BadTarget, match="neither a field name nor a control"):
            read(signed({"_k": "k1", wrong: "x"}))


def test_a_revoked_key_is_refused_and_a_retired_one_found() -> None:
    """Old mail signed with a retired key gets a picture, with a revoked one nothing."""
    states = {state: SigningKey("k1", state, FIRST.secret) for state in KeyState if state is not KeyState.TEST}
    signing = SigningKey("k9", KeyState.SIGN, SECOND.secret)
    answers = {
        state.value: status(GOOD, KeyRing((key, signing) if state is not KeyState.SIGN else (key,)))
        for state, key in states.items()
    }
    assert answers == {"sign": 200, "verify": 200, "retired": 200, "revoked": 403}


def test_every_refusal_is_of_one_kind() -> None:
    """A server can answer all of them alike."""
    for target in (GOOD[:-1], GOOD.replace("k1", "k9"), GOOD.replace("24", "99"), GOOD.replace("=", "", 1)):
        with pytest.raises(InvalidUrl):
            RING.verify(read(target))


def test_an_escaped_signature_is_another_one() -> None:
    """An escaped signature is another text than the signature: every spelling would be a new key for caches outside."""
    escaped = "%" + f"{ord('A'):02X}" + "A" * 42
    with pytest.raises(BadTarget, match="the signature has 45 characters"):
        parse_target(b"/i/spring.png", f"_k=k1&_s={escaped}".encode())
