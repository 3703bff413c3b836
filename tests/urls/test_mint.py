"""Facts of imgurl.urls.mint; that reading undoes minting is in tests/property."""

import calendar
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from imgurl.errors import BadValue, ImgurlError, NotOpenable, SettingsError, UnknownDesign, UnknownDialect, UnknownField
from imgurl.merge.charsets import MARK
from imgurl.merge.dialects import DIALECTS, find_dialect
from imgurl.merge.judge import REASONS, WARNINGS, Flag
from imgurl.merge.plain import Value
from imgurl.urls.keychange import change_keys
from imgurl.urls.mint import Minter, image_tag, parse_lifetime
from imgurl.urls.signing import KeyRing, KeyState, encode_secret
from imgurl.urls.target import MAX_PAIRS, SignedUrl, parse_target
from tests.merge.factories import make
from tests.urls.reading import DESIGN, FIRST, RING, SECOND, read, signature_by_hand

BASE = "https://img.example.com"
FIELDS = (
    make("first_name", type="name", sample="Ava", fallback="there", openable=True),
    make("city", sample="Chicago", openable=True, max_length=20),
    make("offer_name", sample="24 % off", required=True, openable=False),
    make("code", sample="AB12", pattern="[A-Z]{2}[0-9]{2}"),
    make("tier", type="choice", sample="gold", fallback="gold", choices=("gold", "silver"), openable=True),
    make("price", type="money", sample="12", openable=False),
    make("until", type="date", sample="2026-12-31"),
    make("vip", type="flag", sample="true", fallback="false"),
    make("accent", type="color", sample="#ff0000"),
)
MINTER = Minter(FIRST, BASE)
CHECKING = Minter(FIRST, BASE, {DESIGN: FIELDS})
GOOD = {"offer_name": "24 % off"}


def parsed(url: str) -> SignedUrl:
    """Read a minted URL as a server does and verify it."""
    assert url.startswith(BASE + "/i/")
    path, _, query = url.removeprefix(BASE).encode().partition(b"?")
    signed = parse_target(path, query)
    RING.verify(signed)
    return signed


def test_a_minted_url_is_written_out() -> None:
    """Sealed pairs, signature, tags in the order of their names, end marker."""
    url = MINTER.mint(DESIGN, {"offer_name": "24 % off & more"}, open=("first_name", "city"), esp="mailchimp")
    pairs = {"_k": "k1", "_o": "city.first_name", "_m": "mailchimp", "offer_name": "24 % off & more"}
    signature = signature_by_hand(FIRST.secret, DESIGN, "png", pairs)
    expected = (
        f"{BASE}/i/{DESIGN}.png?_k=k1&_o=city.first_name&_m=mailchimp&offer_name=24+%25+off+%26+more"
        f"&_s={signature}&city=*|URL:CITY|*&first_name=*|URL:FNAME|*&_z=1"
    )
    assert expected == url


def test_a_sealed_url_ends_with_its_signature() -> None:
    """Where nothing is open there is no open part and no end marker."""
    url = MINTER.mint("cert-2025", {"full_name": "Ava Johnson"})
    pairs = {"_k": "k1", "full_name": "Ava Johnson"}
    assert url.endswith("&_s=" + signature_by_hand(FIRST.secret, "cert-2025", "png", pairs))


def test_every_control_is_minted_and_read() -> None:
    """Format, expiry, pin, device pixels and campaign come back as they were given."""
    expires = int(time.time()) + 3_600
    url = parsed(
        MINTER.mint(
            DESIGN, GOOD, open=["city"], esp="klaviyo", ext="webp", expires=expires, pin="0123456789abcdef", dpr=3,
            campaign="spring-26",
        )
    )  # fmt: skip
    expected = (DESIGN, "webp", "k1", ("city",), "klaviyo", expires, "0123456789abcdef", 3, "spring-26", GOOD)
    assert expected == (
        url.design, url.ext, url.key_id, url.open_names, url.dialect, url.expires, url.pin, url.dpr, url.campaign,
        url.sealed,
    )  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a b",
        "1+1=2",
        "a&b=c",
        "100%",
        "%41",
        "#1",
        "?/:@",
        "Zoë 🎉",
        "'\"<>",
        "&amp;",
        "é e\u0301",
        "{{x}}",
        "a" * 200,
    ],
)
def test_a_sealed_value_is_read_as_it_was_given(value: str) -> None:
    """Whatever is in it, and the URL stays within letters that no mail tool tampers with."""
    minted = MINTER.mint(DESIGN, {"offer_name": value})
    assert parsed(minted).sealed == {"offer_name": value}
    assert re.fullmatch(r"https://[\w./-]+\?[\w%&=.~+-]+", minted, re.ASCII)


def test_without_a_platform_tags_are_written_plainly() -> None:
    """@@first_name@@, for anyone who fills URLs by hand."""
    assert MINTER.mint(DESIGN, open=["first_name"]).endswith("&first_name=@@first_name@@&_z=1")


def test_the_marketers_name_of_a_field_is_put_into_the_tag() -> None:
    """A mapping ties our names to theirs, with and without a platform."""
    names = {"first_name": "VORNAME", "city": None}
    assert MINTER.mint(DESIGN, open=names, esp="mailchimp").endswith(
        "&city=*|URL:CITY|*&first_name=*|URL:VORNAME|*&_z=1"
    )
    assert MINTER.mint(DESIGN, open=names).endswith("&city=@@city@@&first_name=@@VORNAME@@&_z=1")


@pytest.mark.parametrize("esp", [None, *(dialect.id for dialect in DIALECTS)])
@pytest.mark.parametrize("theirs", ["a&b", 'a"b', "a b", "", "a#b", "a>>", "<b>", "a|*", "a}}", "é\n", "x" * 81, "%41"])
def test_a_name_of_theirs_cannot_break_out_of_its_tag(esp: str | None, theirs: str) -> None:
    """What would end the tag, the value or the attribute is refused for every platform and for none."""
    with pytest.raises(BadValue, match="'first_name' maps to"):
        MINTER.mint(DESIGN, open={"first_name": theirs}, esp=esp)


def test_an_open_field_may_have_a_fallback_of_this_url() -> None:
    """A sealed value of an open field is signed, and is not another pair."""
    url = parsed(MINTER.mint(DESIGN, {"city": "your city"}, open=["city"]))
    assert (url.open_names, url.sealed) == (("city",), {"city": "your city"})


def test_a_slash_at_the_end_of_the_base_is_forgiven() -> None:
    """No double slash comes out."""
    assert Minter(FIRST, BASE + "/").mint("a") == MINTER.mint("a")


def test_the_same_order_gives_the_same_url() -> None:
    """Nothing in a URL is random, so caches see one URL for one picture."""
    assert MINTER.mint(DESIGN, {"a": "1", "b": "2"}) == MINTER.mint(DESIGN, {"a": "1", "b": "2"})


def test_a_minter_is_made_from_text() -> None:
    """From the line of IMGURL_SIGNING_KEYS, or from one secret."""
    secret = encode_secret(FIRST.secret)
    line = f"k2:verify:{encode_secret(SECOND.secret)},k1:sign:{secret}"
    expected = MINTER.mint(DESIGN, GOOD)
    assert expected == Minter.from_keys(line, BASE).mint(DESIGN, GOOD)
    assert expected == Minter.from_secret(secret, BASE, "k1").mint(DESIGN, GOOD)
    assert "_k=k7&" in Minter.from_secret(secret, BASE, "k7").mint(DESIGN, GOOD)


def test_a_minter_is_made_from_the_key_file(tmp_path: Path) -> None:
    """The key that signs, with its id, also after a rotation; without a file it says where one comes from."""
    with pytest.raises(SettingsError, match=r"keys\.json does not exist.*imgurl serve"):
        Minter.from_file(tmp_path / "keys.json", BASE)
    change_keys(tmp_path, lambda _: (FIRST, SECOND))
    assert Minter.from_file(tmp_path / "keys.json", BASE).mint(DESIGN, GOOD) == MINTER.mint(DESIGN, GOOD)
    rotated = (replace(FIRST, state=KeyState.VERIFY), replace(SECOND, state=KeyState.SIGN))
    change_keys(tmp_path, lambda _: rotated)
    url = Minter.from_file(str(tmp_path / "keys.json"), BASE).mint(DESIGN, GOOD)
    assert "?_k=k2&" in url
    assert KeyRing(rotated).verify(read(url.removeprefix(BASE))).id == "k2"


def test_a_secret_needs_the_id_of_its_key() -> None:
    """After a rotation k1 is another key: its id under a new secret would give links that the server refuses."""
    with pytest.raises(TypeError, match="key_id"):
        Minter.from_secret(encode_secret(FIRST.secret), BASE)  # type: ignore[call-arg]


def test_numbers_are_values() -> None:
    """89.5 is signed as a person writes it; None is not a value, True and False are words."""
    values: dict[str, Value] = {"price": 89.5, "sale_price": Decimal("79.50"), "count": 3, "is_new": True, "city": None}
    pairs = dict(read(MINTER.mint(DESIGN, values).removeprefix(BASE)).pairs)
    assert pairs == {"_k": "k1", "price": "89.5", "sale_price": "79.50", "count": "3", "is_new": "true"}


@pytest.mark.parametrize(("value", "said"), [(float("nan"), "'price' is nan"), (["89"], "'price' is of the type list")])
def test_what_is_not_a_value_is_refused_by_name(value: object, said: str) -> None:
    """The field is named, and what it got."""
    with pytest.raises(BadValue, match=said):
        MINTER.mint(DESIGN, {"price": value})  # type: ignore[dict-item]


@pytest.mark.parametrize("secret", ["", "abc", "!" * 43, encode_secret(bytes(31)), encode_secret(bytes(32))])
def test_a_minter_is_not_made_from_a_weak_secret(secret: str) -> None:
    """Short, malformed and trivial secrets are refused."""
    with pytest.raises(SettingsError):
        Minter.from_secret(secret, BASE, "k1")


def test_a_minter_never_shows_its_secret() -> None:
    """Its repr tells the id of the key alone."""
    assert "k1" in repr(MINTER)
    assert repr(FIRST.secret)[2:20] not in repr(MINTER)


def test_a_field_that_the_design_does_not_have_is_refused_with_the_near_one() -> None:
    """firstName finds first_name, sealed and open."""
    calls: tuple[dict[str, Any], ...] = (
        {"values": {"firstName": "Ava"}},
        {"open": ["firstName"]},
        {"open": {"firstName": "FNAME"}},
    )
    for call in calls:
        with pytest.raises(UnknownField, match="no field 'firstName': did you mean 'first_name'") as caught:
            CHECKING.mint(DESIGN, **call)
        assert caught.value.field == "firstName"
        assert "offer_name" in str(caught.value)


def test_a_field_that_only_a_signer_may_fill_is_not_opened() -> None:
    """The message tells both ways out."""
    with pytest.raises(NotOpenable, match=r'filled by a mail platform: seal a value, or .*"openable": true') as caught:
        CHECKING.mint(DESIGN, open=["first_name", "offer_name"])
    assert caught.value.field == "offer_name"


def test_a_design_that_is_not_listed_is_refused() -> None:
    """A minter that knows designs tells a mistyped one with the near name."""
    with pytest.raises(UnknownDesign, match=f"did you mean '{DESIGN}'"):
        CHECKING.mint(DESIGN[:-1], {"offer_name": "x"})


def test_without_fields_any_field_name_goes() -> None:
    """The server judges when the URL is used."""
    assert parsed(MINTER.mint("another", {"anything": "x"})).sealed == {"anything": "x"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"offer_name": ""}, "is blank"),
        ({"offer_name": " \u200b "}, "is blank"),
        ({"offer_name": "None"}, "is a placeholder such as"),
        ({"offer_name": "{{ offer }}"}, "merge tag that was not replaced"),
        ({"city": "x" * 21}, "too long"),
        ({"city": "x" * 201}, "too long"),
        ({"first_name": "asdf"}, 'is a placeholder.*"refuse"'),
        ({"first_name": "2026-03-01"}, 'is not a name.*"refuse": \\[\\]'),
        ({"code": "ab12"}, "does not match the field's pattern"),
        ({"tier": "bronze"}, "not one of the field's choices"),
        ({"vip": "maybe"}, "neither true nor false"),
        ({"accent": "no colour"}, "not a CSS colour"),
        ({"price": "cheap"}, "not a number; write for example 1299.5"),
        ({"until": "soon"}, "not a date; write for example 2026-03-01"),
    ],
)
def test_a_value_that_would_only_fall_back_is_refused(values: dict[str, str], said: str) -> None:
    """The minter says what is wrong with it, and for which field."""
    with pytest.raises(BadValue, match=said) as caught:
        CHECKING.mint(DESIGN, GOOD | values)
    assert [caught.value.field] == list(values)


def test_a_fallback_of_this_url_is_checked_too() -> None:
    """What is sealed for an open field must be drawable when it is needed."""
    with pytest.raises(BadValue, match="'city' is too long"):
        CHECKING.mint(DESIGN, GOOD | {"city": "x" * 21}, open=["city"])


def test_an_address_in_sealed_words_is_minted() -> None:
    """The signer's own words are drawn."""
    values = GOOD | {"city": "evil.example", "first_name": "Ava undefined"}
    assert parsed(CHECKING.mint(DESIGN, values)).sealed == values


def test_a_fallback_of_an_open_part_may_say_what_somebody_is() -> None:
    """It is drawn as it is written."""
    values = GOOD | {"first_name": "test"}
    assert parsed(CHECKING.mint(DESIGN, values, open=["first_name"])).sealed == values


def test_a_blank_value_of_a_field_with_a_fallback_is_minted() -> None:
    """That is how a row of a list says that it has none."""
    assert parsed(CHECKING.mint(DESIGN, GOOD | {"city": ""})).sealed == GOOD | {"city": ""}


def test_every_reason_for_a_refusal_is_a_sentence() -> None:
    """No flag that a value can be refused with is without words."""
    begins = ("is ", "has ", "contains ", "looks ", "does ")
    every = [*REASONS.values(), *WARNINGS.values()]
    assert [sentence for sentence in every if not sentence.startswith(begins) or "--" in sentence] == []
    # Beside a text the first two only tell; the last is of live values, which no link brings.
    assert set(Flag) - set(REASONS) == {Flag.CLEANED, Flag.REPEATED, Flag.STALE}


@pytest.mark.parametrize("esp", ["mailchmp", "Mailchimp", "mail chimp", ""])
@pytest.mark.parametrize("opened", [(), ("first_name",)])
def test_an_unknown_platform_is_refused(esp: str, opened: tuple[str, ...]) -> None:
    """Also where nothing is open, and however it is misspelt; near names are offered."""
    with pytest.raises(UnknownDialect) as caught:
        MINTER.mint(DESIGN, open=opened, esp=esp)
    assert esp == caught.value.dialect
    assert ("did you mean 'mailchimp'" in str(caught.value)) == bool(esp)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"expires": 0}, "'expires' is in the past"),
        ({"expires": -1}, "'expires' is in the past"),
        ({"expires": 1_000_000_000}, "'expires' is in the past"),
        ({"expires": "20m"}, "'expires' is of the type str; give Unix seconds, a whole number"),
        ({"expires": 2e9}, "'expires' is of the type float; give Unix seconds, a whole number"),
        ({"expires": 10**11}, "'_x' is '100000000000'"),
        ({"campaign": "Spring 26"}, "'campaign' is 'Spring 26'; labels are"),
        ({"campaign": ""}, "'campaign' is ''"),
        ({"campaign": "a" * 65}, "'campaign'"),
        ({"campaign": "-a"}, "'campaign'"),
        ({"campaign": "a\n"}, "'campaign'"),
        ({"ext": "svg"}, "'ext' is 'svg'; known are png, jpg"),
        ({"ext": "PNG"}, "'ext'"),
        ({"dpr": 0}, "'_dpr' is '0'"),
        ({"dpr": 4}, "'_dpr' is '4'"),
        ({"pin": "abc"}, "'_v' is 'abc'"),
        ({"pin": "g" * 12}, "'_v'"),
    ],
)
def test_a_control_that_the_server_would_refuse_is_not_minted(arguments: dict[str, Any], said: str) -> None:
    """A bad expiry, campaign, format, pixel ratio or pin is reported to the caller."""
    with pytest.raises(BadValue, match=said):
        MINTER.mint(DESIGN, GOOD, **arguments)


@pytest.mark.parametrize("design", ["", "Spring", "a/b", "../a", "a" * 65, "-a", "a.png", "ä", "a\n"])
def test_a_design_id_has_its_form(design: str) -> None:
    """What the path's grammar refuses is not minted."""
    with pytest.raises(BadValue, match="the design"):
        MINTER.mint(design)


@pytest.mark.parametrize("name", ["First", "first name", "", "1a", "a" * 33, "ä", "a.b", "a\n", "_k", "_x", "_z", "_s"])
def test_a_name_that_no_field_can_have_is_refused(name: str) -> None:
    """Sealed or open; a control can't be set in passing, and a.b would be two open names."""
    for values, opened in (({name: "x"}, ()), ({}, (name,))):
        with pytest.raises(BadValue, match="has a name that no field can have") as caught:
            MINTER.mint(DESIGN, values, open=opened)
        assert name == caught.value.field


@pytest.mark.parametrize("code_point", [*range(0x20), *range(0x7F, 0xA0)])
def test_a_value_with_a_control_character_is_refused(code_point: int) -> None:
    """The server would refuse the URL; the minter says which value."""
    for minter in (MINTER, CHECKING):
        with pytest.raises(BadValue, match="'city' contains a line break or another control character"):
            minter.mint(DESIGN, GOOD | {"city": f"a{chr(code_point)}b"})


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb", "\udc00\ud800"])
def test_a_value_with_half_a_character_is_refused(value: str) -> None:
    """A lone surrogate, which JSON can hold, has no UTF-8."""
    with pytest.raises(BadValue, match="'city' contains an unpaired surrogate"):
        MINTER.mint(DESIGN, {"city": value})


def test_a_url_that_is_too_long_is_refused() -> None:
    """8,192 characters and no more."""
    room = 8_192 - len(MINTER.mint(DESIGN, {"city": ""}))
    assert len(MINTER.mint(DESIGN, {"city": "x" * room})) == 8_192
    with pytest.raises(BadValue, match="would be 8,193 characters long"):
        MINTER.mint(DESIGN, {"city": "x" * (room + 1)})


def test_a_url_with_too_many_pairs_is_refused() -> None:
    """The server reads 48, and so many are minted."""
    values = {f"f{number}": "x" for number in range(MAX_PAIRS - 1)}
    assert len(parsed(MINTER.mint(DESIGN, values)).pairs) == MAX_PAIRS
    with pytest.raises(BadValue, match="would hold 49 pairs"):
        MINTER.mint(DESIGN, values | {"one_more": "x"})


def test_all_errors_of_minting_are_reported_as_mistakes_of_the_request() -> None:
    """A server that mints for others answers them with 400."""
    calls: tuple[dict[str, Any], ...] = (
        {"values": {"firstName": "x"}}, {"open": ["price"]}, {"values": {"price": "x"}}, {"esp": "nope"},
    )  # fmt: skip
    hints = []
    for call in calls:
        with pytest.raises(ImgurlError) as caught:
            CHECKING.mint(DESIGN, **call)
        hints.append((type(caught.value).__name__, caught.value.status_hint))
    assert hints == [("UnknownField", 400), ("NotOpenable", 400), ("BadValue", 400), ("UnknownDialect", 400)]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.id)
def test_a_url_for_every_platform_is_read_back(dialect: Any) -> None:
    """The tags of all platforms follow the signature and leave the sealed part whole."""
    minted = CHECKING.mint(DESIGN, GOOD, open=["first_name", "city"], esp=dialect.id)
    url = parsed(minted)
    assert (("city", "first_name"), GOOD, dialect.id) == (url.open_names, url.sealed, url.dialect)
    tag = find_dialect(dialect.id).tag_for
    assert url.open_query == f"city={tag('city')}&first_name={tag('first_name')}&_z=1"


class Images(HTMLParser):
    """Collects the attributes of every img."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Mapping[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs))


def images_of(html: str) -> list[Mapping[str, str | None]]:
    """Return the images of a piece of HTML as a browser would see them."""
    parser = Images()
    parser.feed(html)
    parser.close()
    return parser.found


@pytest.mark.parametrize("esp", [None, *(dialect.id for dialect in DIALECTS)])
def test_an_image_tag_holds_the_url_and_the_size(esp: str | None) -> None:
    """A browser reads from it the very URL, for every platform's tags, and at its end the mark of the charset."""
    url = MINTER.mint(DESIGN, GOOD, open=["first_name", "order_id"], esp=esp)
    (image,) = images_of(image_tag(url, 600, 300, 'Hi <b> "you" & me'))
    style = "display:block;max-width:100%;height:auto;border:0"
    expected = {
        "src": url.removesuffix("1") + MARK,
        "width": "600",
        "height": "300",
        "alt": 'Hi <b> "you" & me',
        "style": style,
    }
    assert expected == image


def test_an_image_tag_leaves_merge_tags_as_they_are() -> None:
    """Quotes inside tags stay quotes: a mail platform looks for its tag in the HTML source."""
    url = MINTER.mint(DESIGN, open=["first_name"], esp="sfmc")
    assert "=%%=URLEncode(AttributeValue('FirstName'),1,1)=%%&amp;_z=" in image_tag(url, 1, 1, "")


def test_the_mark_is_written_as_references() -> None:
    """Each letter by its number, not escaped again, so that the browser encodes it as it does the values."""
    tag = image_tag(MINTER.mint(DESIGN, open=["first_name"], esp="kit"), 1, 1, "")
    references = "".join(f"&#{ord(letter)};" for letter in MARK)
    assert f'&amp;_z={references}"\n' in tag
    assert tag.isascii()


def test_a_sealed_url_has_no_mark() -> None:
    """Nothing in it is left to a browser's charset; and a value that looks like an end marker is none."""
    url = MINTER.mint(DESIGN, {"city": "&_z=1"})
    assert "_z" not in image_tag(url, 1, 1, "").replace("%26_z%3D1", "")


def test_each_attribute_has_a_line_of_its_own() -> None:
    """Mail servers break lines of more than 998 bytes; whole tags would often be longer."""
    lines = image_tag(MINTER.mint(DESIGN, GOOD), 600, 300, "one\ntwo").split("\n")
    assert [line.partition("=")[0] for line in lines] == ["<img", "src", "width", "height", "alt", 'two"', "style"]


def test_a_space_is_a_plus_in_the_sealed_part() -> None:
    """So each %20 before the signature is what a mail server or an editor put there."""
    url = MINTER.mint(DESIGN, {"city": " a  b+c "}, open=["first_name"], esp="kit")
    assert "&city=+a++b%2Bc+&_s=" in url
    assert "%20" not in url


def test_the_mark_counts_for_the_length_of_a_url() -> None:
    """In the longest form in which a browser sends it: each letter as its reference, percent-encoded."""
    sent = quote("".join(f"&#{ord(letter)};" for letter in MARK), safe="")
    room = 8_192 - len(MINTER.mint(DESIGN, {"offer_name": ""}, open=["city"])) - len(sent)
    url = MINTER.mint(DESIGN, {"offer_name": "x" * room}, open=["city"])
    assert len(url.removesuffix("1") + sent) < 8_192
    with pytest.raises(BadValue, match="would be 8,193 characters long"):
        MINTER.mint(DESIGN, {"offer_name": "x" * (room + 1)}, open=["city"])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1), ("90m", 5_400), ("12h", 43_200), ("30d", 2_592_000), ("8w", 4_838_400), ("999999s", 999_999)],
)
def test_a_lifetime_counts_from_now(text: str, seconds: int) -> None:
    """Seconds, minutes, hours, days and weeks."""
    assert 1_000_000 + seconds == parse_lifetime(text, 1_000_000.9)
    assert 0 <= parse_lifetime(text) - seconds - int(time.time()) <= 1


def test_a_lifetime_to_a_day_ends_with_it() -> None:
    """The last second of the day in UTC, whatever now is."""
    expected = calendar.timegm((2026, 12, 31, 23, 59, 59))
    assert [expected, expected] == [parse_lifetime("2026-12-31"), parse_lifetime("2026-12-31", 5.0)]


@pytest.mark.parametrize(
    "text", ["", "30", "d", "0d", "-1d", "1.5d", "30 d", "30D", "1y", "1000000s", "2026-02-30", "31.12.2026", "soon"]
)
def test_what_is_not_a_lifetime_is_refused(text: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(ValueError, match=re.escape(f"'{text}' is not a lifetime; write for example 30d")):
        parse_lifetime(text)


def test_minting_imports_no_server_and_no_pictures() -> None:
    """A backend that mints loads neither starlette nor Pillow nor uharfbuzz, nor what they would bring."""
    source = (
        "import sys, imgurl.urls.mint as m; "
        "minter = m.Minter.from_secret('3q8Vw0Zr1nYkTgB5LhXs7cJdMu2PfEoA9iKxQvRyWtU', 'https://x', 'k1'); "
        "minter.mint('d', {'a': 'b'}, open=['c'], esp='kit'); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-W", "error", "-c", source], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert {"imgurl", "itsdangerous"} <= loaded
    heavy = {
        "starlette",
        "uvicorn",
        "PIL",
        "uharfbuzz",
        "fontTools",
        "numpy",
        "icu4py",
        "coloraide",
        "prometheus_client",
        "zxingcpp",
    }
    assert set() == heavy & loaded


@pytest.mark.parametrize(
    "base",
    [
        "img.example.com",
        "//img.example.com",
        "ftp://img.example.com",
        "http://[",
        "https://",
        "https://x/?a",
        "https://x/#a",
        "a b",
    ],
)
def test_a_link_begins_with_a_scheme_and_a_host(base: str) -> None:
    """Else the image of every mail would be missing, or asked for somewhere else."""
    with pytest.raises(SettingsError, match="give the server's public address"):
        Minter(FIRST, base)


def test_one_open_field_is_given_as_a_text() -> None:
    """And not taken for fields of one letter each."""
    assert MINTER.mint(DESIGN, open="city") == MINTER.mint(DESIGN, open=["city"])
