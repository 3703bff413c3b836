"""Facts of imgurl.merge.open_part: what is read behind the signature, in the order of the specification."""

import pytest

from imgurl.merge.dialects import DIALECTS, find_dialect
from imgurl.merge.folds import Cause
from imgurl.merge.open_part import MAX_VALUE_BYTES, DecodeMode, OpenPart, OpenValue, read_open_part

NAMES = ("first_name", "city")
MODES = {"encoded": find_dialect("mailchimp"), "raw": find_dialect("instantly"), "auto": None}


def texts(query: str, mode: str = "auto") -> dict[str, str | None]:
    """Return the texts of an open part as its bytes would be read."""
    part = read_open_part(query.encode().decode("latin-1"), NAMES, MODES[mode])
    return {name: value.text for name, value in part.values.items()}


def one(raw: str, mode: str = "auto") -> str | None:
    """Return the text of one value."""
    return texts(f"first_name={raw}&_z=1", mode)["first_name"]


@pytest.mark.parametrize("mode", MODES)
def test_values_are_read_up_to_the_end_marker(mode: str) -> None:
    """In any order; what comes behind the marker was appended by somebody."""
    part = read_open_part("city=Rome&first_name=Zo%C3%AB&_z=1&city=x&utm_source=y&z", NAMES, MODES[mode])
    assert part == OpenPart({"city": OpenValue("Rome", "Rome"), "first_name": OpenValue("Zo%C3%AB", "Zoë")}, cut=False)


@pytest.mark.parametrize("marker", ["_z=1", "_z=", "_z", "_z=2", "amp;_z=1", "_z=1#x", "_z=1&&&"])
def test_the_end_marker_needs_its_name_alone(marker: str) -> None:
    """Whatever became of its value."""
    part = read_open_part(f"city=Rome&{marker}", NAMES, None)
    assert (part.cut, part.values["city"].text) == (False, "Rome")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("", {}),
        ("first_name=Zoe", {"first_name": None}),
        ("first_name=", {"first_name": None}),
        ("city=Rome&first_name=Zo", {"city": "Rome", "first_name": None}),
        ("city=Rome&first_name=Zoe&", {"city": "Rome", "first_name": None}),
        ("city=Rome&first_name=Zoe&_", {"city": "Rome", "first_name": None}),
        ("city=Rome&first_name=Zoe&utm_source=x", {"city": "Rome", "first_name": None}),
        ("city=Rome&first_na", {"city": None}),
    ],
)
def test_without_the_end_marker_the_last_value_is_damaged(mode: str, query: str, read: dict[str, str | None]) -> None:
    """The URL was cut inside or behind it: half a name is a wrong name."""
    part = read_open_part(query, NAMES, MODES[mode])
    assert part.cut
    assert read == {name: value.text for name, value in part.values.items()}
    assert [value.flag for value in part.values.values() if value.text is None] == ["cut"] * bool(part.values)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("first_name=Ava&first_name=Leo&_z=1", {"first_name": "Ava"}),
        ("first_name=Ava&first_name=Leo&offer=free&_z=1", {"first_name": "Ava"}),
        ("first_name=Ava&city=Rome&first_name=Leo&T&_z=1", {"first_name": "Ava", "city": "Rome"}),
        ("first_name=&first_name=Leo&_z=1", {"first_name": ""}),
    ],
)
def test_a_name_counts_once(mode: str, query: str, read: dict[str, str]) -> None:
    """The first value is the platform's; the second, and what is torn off it, somebody appended."""
    part = read_open_part(query, NAMES, MODES[mode])
    assert read == {name: value.text for name, value in part.values.items()}
    assert part.values["first_name"].flag == "repeated"


def test_a_name_counts_only_if_it_is_open() -> None:
    """Others were torn off a value or smuggled in."""
    query = "first_name=a&offer=free&_z=1"
    assert [texts(query, mode)["first_name"] for mode in ("raw", "encoded")] == ["a&offer=free", "a"]


@pytest.mark.parametrize(
    ("query", "raw", "encoded"),
    [
        ("first_name=AT&T&city=x&_z=1", "AT&T", "AT"),
        ("first_name=Ben%20&%20Jerry&city=x&_z=1", "Ben & Jerry", "Ben "),
        ("first_name=A&B&C&city=x&_z=1", "A&B&C", "A"),
        ("first_name=AT&amp;T&city=x&_z=1", "AT&T", "AT"),
        ("first_name=R&D;%20Ops&city=x&_z=1", "R&D; Ops", "R"),
        ("first_name=A&&B&city=x&_z=1", "A&&B", "A"),
        ("first_name=A&=B&city=x&_z=1", "A&=B", "A"),
        ("first_name=A&x=B&city=x&_z=1", "A&x=B", "A"),
        ("first_name=A&utm_source=B&city=x&_z=1", "A", "A"),
        ("first_name=A&utm_source&city=x&_z=1", "A&utm_source", "A"),
        ("first_name=A&&city=x&_z=1", "A&", "A"),
    ],
)
def test_what_a_raw_ampersand_tore_off_is_glued_back(query: str, raw: str, encoded: str) -> None:
    """For a raw platform or none; an encoder would have escaped it, so there it is somebody else's."""
    expected = [{"first_name": text, "city": "x"} for text in (raw, raw, encoded)]
    assert expected == [texts(query, mode) for mode in ("raw", "auto", "encoded")]


@pytest.mark.parametrize("mode", MODES)
def test_what_was_torn_off_nothing_is_dropped(mode: str) -> None:
    """Before the first value there is nothing to glue to."""
    assert texts("x&y=z&_s=abc&first_name=Zoe&_z=1", mode) == {"first_name": "Zoe"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "name", ["utm_source", "mc_cid", "mc_eid", "_kx", "_hsenc", "_hsmi", "mkt_tok", "vero_id", "gclid", "UTM_X"]
)
def test_tracking_parameters_are_dropped(mode: str, name: str) -> None:
    """Wherever somebody put them."""
    query = f"{name}=1&first_name=Zoe&{name}=2&city=Rome&{name}=3&_z=1&{name}=4"
    assert texts(query, mode) == {"first_name": "Zoe", "city": "Rome"}


@pytest.mark.parametrize("mode", MODES)
def test_html_escaped_ampersands_are_taken_back(mode: str) -> None:
    """A client that left &amp; in the link."""
    assert texts("first_name=Zoe&amp;city=Rome&amp;utm_source=x&amp;_z=1", mode) == {
        "first_name": "Zoe",
        "city": "Rome",
    }


@pytest.mark.parametrize(
    ("raw", "encoded", "as_it_is", "guessed"),
    [
        ("Ava+Lee", "Ava Lee", "Ava+Lee", "Ava Lee"),
        ("Ava%20Lee", "Ava Lee", "Ava Lee", "Ava Lee"),
        ("C++", "C  ", "C++", "C++"),
        ("C%2B%2B", "C++", "C++", "C++"),
        ("C%2B%2B+rocks", "C++ rocks", "C+++rocks", "C++ rocks"),
        ("C%2b%2b+rocks", "C++ rocks", "C+++rocks", "C++ rocks"),
        ("C++%20rocks", "C  rocks", "C++ rocks", "C++ rocks"),
        ("+1%20555", " 1555", "+1 555", "+1 555"),
        ("+1555", " 1555", "+1555", "+1555"),
        ("1+1", "1 1", "1+1", "1+1"),
        ("a+b@x.y", "a b@x.y", "a+b@x.y", "a+b@x.y"),
        ("Ben+%26+Jerry", "Ben & Jerry", "Ben+&+Jerry", "Ben & Jerry"),
        ("100%25+off", "100% off", "100%+off", "100% off"),
        ("Zo%C3%AB+%C3%89va", "Zoë Éva", "Zoë+Éva", "Zoë Éva"),
        ("%D0%90%D0%BD%D0%BD%D0%B0+%D0%9B%D0%B8", "Анна Ли", "Анна+Ли", "Анна Ли"),
        ("%E0%A4%B8%E0%A5%80+%E0%A4%B0%E0%A4%BE", "सी रा", "सी+रा", "सी रा"),
        ("%E6%9D%8E+%E9%9B%B7", "李 雷", "李+雷", "李 雷"),
        ("Ren%E9+Lee", "René Lee", "René+Lee", "René Lee"),
        ("Ava+", "Ava ", "Ava+", "Ava+"),
        ("+", " ", "+", "+"),
        ("A+B+C", "A B C", "A+B+C", "A B C"),
        ("A+B++C", "A B  C", "A+B++C", "A+B++C"),
        ("Google+", "Google ", "Google+", "Google+"),
        ("", "", "", ""),
    ],
)
def test_a_plus_is_what_the_platform_means_by_it(raw: str, encoded: str, as_it_is: str, guessed: str) -> None:
    """A space from an encoder, itself from a raw platform; without a platform it is guessed from its surroundings."""
    assert (encoded, as_it_is, guessed) == (one(raw, "encoded"), one(raw, "raw"), one(raw, "auto"))


@pytest.mark.parametrize("sign", "$%&,/:;=?@")
def test_an_encoded_sign_shows_that_a_plus_is_a_space(sign: str) -> None:
    """A browser leaves these as they are, so whoever escaped one escaped the spaces too."""
    escape = f"%{ord(sign):02X}"
    assert [f"5 {sign} 3"] * 2 == [one(f"5+{spelt}+3") for spelt in (escape, escape.lower())]
    assert one(f"5+{sign.replace('&', 'and')}+3") == f"5+{sign.replace('&', 'and')}+3"


@pytest.mark.parametrize("sign", "\"'<> ")
def test_what_a_browser_escapes_shows_nothing_of_the_plus(sign: str) -> None:
    """It escapes a quote or an angle in a raw value too."""
    assert one(f"5+%{ord(sign):02X}+3") == f"5+{sign}+3"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("100%", "100%"),
        ("%zz", "%zz"),
        ("%2", "%2"),
        ("%", "%"),
        ("5%-10%", "5%-10%"),
        ("%25", "%"),
        ("%c3%ab", "ë"),
        ("%F0%9F%8E%89", "🎉"),
        ("Zoë", "Zoë"),
        ("a%00b", "a\x00b"),
        ("a%0Ab", "a\nb"),
        ("a=b", "a=b"),
        ("a?b/c:d@e", "a?b/c:d@e"),
        ("%7B%7B7*7%7D%7D", "{{7*7}}"),
    ],
)
def test_escapes_are_decoded_leniently(mode: str, raw: str, text: str) -> None:
    """A percent sign that starts no escape stays one (threats 17, 36)."""
    assert text == one(raw, mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Ren%E9", "René"),
        ("%DCbung", "Übung"),
        ("M%FCller%20%26%20S%F6hne", "Müller & Söhne"),
        ("%93Ava%94", "“Ava”"),
        ("L%27Ha%FF", "L'Haÿ"),
        ("O%92Brien", "O’Brien"),
        ("%C9ric", "Éric"),
    ],
)
def test_windows_1252_is_read(mode: str, raw: str, text: str) -> None:
    """Bytes that are no UTF-8 come from old programs (threat 31), where they make words of Western Europe."""
    assert text == one(raw, mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "raw",
    [
        "%ED%A0%80", "%F4%90%80%80", "Zo%C3%AB%C3", "%C3%AB%FF", "%81", "Ava%8D", "%EF%BF%BD", "Ren%EF%BF%BD",
        "A&#0;B", "A%26%230%3BB", "A&#xD800;B", "%E6%9D%8E%E9%9B",
    ],
)  # fmt: skip
def test_what_is_damaged_is_not_drawn(mode: str, raw: str) -> None:
    """Surrogates, halves of characters, replacement characters: never partial garbage (threat 31)."""
    part = read_open_part(f"first_name={raw}&_z=1", NAMES, MODES[mode])
    value = part.values["first_name"]
    if mode == "encoded" and "&#" in raw:
        assert value.text == "A"
    else:
        assert (value.text, value.flag) == (None, "undecodable")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("AT%26amp%3BT", "AT&T"),
        ("O%26%23x27%3BBrien", "O'Brien"),
        ("O%26%2339%3BBrien", "O'Brien"),
        ("%26quot%3BBob%26quot%3B", '"Bob"'),
        ("%26lt%3Bb%26gt%3B", "<b>"),
        ("Zo%26euml%3B", "Zoë"),
        ("Ben%20%26amp%3Bamp%3B%20Jerry", "Ben & Jerry"),
        ("O%26amp%3B%2339%3BBrien", "O'Brien"),
        ("O%26amp%3Bamp%3B%2339%3BBrien", "O&#39;Brien"),
        ("%26copy", "&copy"),
        ("%26nosuchthing%3B", "&nosuchthing;"),
        ("R%26D%3B%20Ops", "R&D; Ops"),
        ("%26%3B", "&;"),
        ("%26%23%3B", "&#;"),
        ("%26%2399999999%3B", "&#99999999;"),
    ],
)
def test_entities_are_unescaped_up_to_twice(raw: str, text: str) -> None:
    """What one or two HTML-escaping engines left; only whole ones, with their semicolon."""
    assert [text, text, text] == [one(raw, mode) for mode in MODES]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("raw", "fits"),
    [
        ("A" * MAX_VALUE_BYTES, True),
        ("A" * (MAX_VALUE_BYTES + 1), False),
        ("%41" * MAX_VALUE_BYTES, True),
        ("%41" * (MAX_VALUE_BYTES + 1), False),
        ("%C3%AB" * (MAX_VALUE_BYTES // 2), True),
        ("%C3%AB" * (MAX_VALUE_BYTES // 2 + 1), False),
        ("A" * 100_000, False),
        ("%" * 2_049, False),
        ("a" + "%CC%81" * 32_000, False),
        ("A&" * 400, False),
    ],
)
def test_a_value_has_at_most_512_bytes(mode: str, raw: str, fits: bool) -> None:
    """Counted before anything else is done with it (threats 26 to 28)."""
    value = read_open_part(f"first_name={raw}&_z=1", NAMES, MODES[mode]).values["first_name"]
    if mode == "encoded" and "&" in raw:
        assert value.text == "A"
    else:
        assert (fits, "" if fits else "too-long") == (value.text is not None, value.flag)
        assert len(value.raw) <= 4 * MAX_VALUE_BYTES


def test_the_mode_is_the_platforms() -> None:
    """Encoded, raw, or to be guessed where none is named."""
    assert DecodeMode.of(None) is DecodeMode.AUTO
    expected = [DecodeMode.ENCODED if dialect.encoded else DecodeMode.RAW for dialect in DIALECTS]
    assert expected == [DecodeMode.of(dialect) for dialect in DIALECTS]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Jos%25C3%25A9", "José"),
        ("Ava%2520Maria", "Ava Maria"),
        ("O%2527Brien", "O'Brien"),
        ("%25E5%25B1%25B1%25E7%2594%25B0", "山田"),
        ("50%2525%2520off", "50% off"),
        ("Tom%2520%2526%2520Jerry", "Tom & Jerry"),
        ("O%2526%252339%253BBrien", "O'Brien"),
        ("100%25", "100%"),
        ("100%25%20off", "100% off"),
        ("100%25%20Caf%C3%A9", "100% Café"),
        ("5%25C3%20x%25", "5%C3 x%"),
        ("Jos%25C3", "Jos%C3"),
        ("Jos%25E9", "Jos%E9"),
        ("%2520", "%20"),
        ("Ava%252520Maria", "Ava Maria"),
        ("Jos%252525C3%252525A9", "José"),
    ],
)
def test_a_value_that_was_encoded_twice_is_put_together(mode: str, raw: str, text: str) -> None:
    """Where each % that is left begins an escape, and all are UTF-8; up to three times, and not to a blank."""
    assert text == one(raw, mode)


@pytest.mark.parametrize(
    ("raw", "encoded", "as_it_is", "guessed"),
    [
        ("San%2%200Francisco", "San Francisco", "San%2 0Francisco", "San Francisco"),
        ("San%%2020Francisco", "San Francisco", "San% 20Francisco", "San Francisco"),
        ("San%2!%200Francisco", "San Francisco", "San Francisco", "San Francisco"),
        ("San%!%2020Francisco", "San Francisco", "San%! 20Francisco", "San Francisco"),
        ("Zo%C%203%AB", "Zoë", None, "Zoë"),
        ("Zo%C3%20%AB", "Zoë", None, "Zoë"),
        ("Zo%C3!%20%AB", "Zoë", "Zoë", "Zoë"),
        ("Zo%%20C3%AB", "Zoë", None, "Zoë"),
        ("San+Fran%20cisco", "San Francisco", "San+Fran cisco", None),
        ("100%%20off", None, "100% off", "100% off"),
        ("100%%20de%20caf%C3%A9", None, "100% de café", "100% de café"),
        ("50%%2024%20h", "50$ h", "50% 24 h", None),
        ("Ale%20xandra", "Ale xandra", "Ale xandra", "Ale xandra"),
        ("Ale!%20xandra", "Alexandra", "Alexandra", "Alexandra"),
        ("!%20Ava", "Ava", "Ava", "Ava"),
        ("Ava!%20", "Ava", "Ava", "Ava"),
        ("Ava!", "Ava!", "Ava!", "Ava!"),
        ("San!%20%20Francisco", "San Francisco", "San Francisco", "San Francisco"),
        ("San%20!%20Francisco", "San Francisco", "San Francisco", "San Francisco"),
        ("Jos!%20%C3%A9", "José", "José", "José"),
        ("O!%20%27Brien", "O'Brien", "O'Brien", "O'Brien"),
        ("12!%2034", "1234", "1234", "1234"),
        ("Yahoo!%20Japan", "Yahoo! Japan", "Yahoo! Japan", "Yahoo! Japan"),
        ("Win!%2050%25", "Win! 50%", "Win! 50%", "Win! 50%"),
        ("O%26%23%2039%3BBrien", "O'Brien", "O'Brien", "O'Brien"),
        ("R%26D%3B%20Ops", "R&D; Ops", "R&D; Ops", "R&D; Ops"),
        ("Nguy%E1%BB%85n+Th%20%E1%BB%8B+Minh", "Nguyễn Thị Minh", "Nguyễn+Th ị+Minh", "Nguyễn Th ị Minh"),
        ("J%C3%BCrgen+%26+S%C3%B6hn%20e", "Jürgen & Söhne", "Jürgen+&+Söhn e", "Jürgen & Söhn e"),
        ("S%C3%B8ren+Kierk%20egaard", "Søren Kierkegaard", "Søren+Kierk egaard", None),
        ("Disney+%20Originals", "Disney Originals", "Disney+ Originals", None),
        ("100%25%20C++%20x", "100%C  x", "100% C++ x", "100% C++ x"),
        ("St!%20.%20John", "St. John", "St. John", "St. John"),
        ("O'%20;Brien", "O'Brien", "O'Brien", "O'Brien"),
        ("Hi%20;-)", "Hi ;-)", "Hi ;-)", "Hi ;-)"),
        ("O%03%209;Brien", "O\x03 9;Brien", None, None),
    ],
)
def test_lines_that_a_mail_server_broke(
    raw: str, encoded: str | None, as_it_is: str | None, guessed: str | None
) -> None:
    """A torn escape is joined or falls back where an encoder wrote it; sendmail's ! goes where nobody types it."""
    assert (encoded, as_it_is, guessed) == (one(raw, "encoded"), one(raw, "raw"), one(raw, "auto"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "separator",
    [
        "&fir%20st_name=", "&%20first_name=", "&%20amp;first_name=", "&am%20p;first_name=", "&%20;first_name=",
        "&first_name!%20=", "&!%20amp;first_name=", "&first_na+me=", "&a!%20mp;first_name=", "& first_name=",
    ],
)  # fmt: skip
def test_a_broken_name_begins_its_value(mode: str, separator: str) -> None:
    """And it is not part of the value before it."""
    part = read_open_part(f"city=Rome{separator}Alexandra&_z=1", NAMES, MODES[mode])
    assert {name: value.text for name, value in part.values.items()} == {"city": "Rome", "first_name": "Alexandra"}
    assert [repair.cause for repair in part.repairs] == [Cause.FOLDED]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "end", ["&%20_z=1", "&am%20p;_z=1", "&_!%20z=1", "&_z%20=1", "&%20;_z=1", "&_z=%201", "&_%20z"]
)
def test_a_broken_end_marker_is_one(mode: str, end: str) -> None:
    """Nothing was cut."""
    part = read_open_part(f"city=Rome{end}", NAMES, MODES[mode])
    assert (part.cut, part.values["city"].text) == (False, "Rome")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "spoilt", ["%C2%AE_no", "%c2%ae_no", "%AE_no", "\xc2\xae_no", "&reg;_no", "%26reg%3B_no", "%26%23174%3B_no"]
)
def test_a_name_that_was_read_as_an_entity_is_one_again(mode: str, spoilt: str) -> None:
    """``&reg_no`` behind a bare & became ``®_no``; the value before it does not swallow it."""
    names = ("city", "reg_no")
    part = read_open_part(f"city=Rome{spoilt}=A1&_z=1", names, MODES[mode])
    assert {name: value.text for name, value in part.values.items()} == {"city": "Rome", "reg_no": "A1"}
    assert [repair.cause for repair in part.repairs] == [Cause.ENTITY]


def test_a_character_that_begins_no_known_name_stays() -> None:
    """It is part of the value."""
    assert texts("city=Caf%C3%A9%C2%AE_no=1&_z=1", "raw") == {"city": "Café®_no=1"}


def test_amp_before_an_underscore_leaves_the_ampersand() -> None:
    """``&amp_x=`` became ``&_x=``."""
    part = read_open_part("city=Rome&_x=A1&_z=1", ("city", "amp_x"), None)
    assert part.values["amp_x"].text == "A1"


# What the reference on mail platforms measured in a real browser: bytes after "first_name=", by kind of tag.
MEASURED = (
    ("Ben & Jerry", "Ben%20&%20Jerry", "Ben%20%26%20Jerry", "Ben+%26+Jerry", "Ben+%26amp%3B+Jerry"),
    ("O'Brien", "O%27Brien", "O%27Brien", "O%27Brien", "O%26%23x27%3BBrien"),
    ('"Bob"', "%22Bob%22", "%22Bob%22", "%22Bob%22", "%26quot%3BBob%26quot%3B"),
    ("José", "Jos%C3%A9", "Jos%C3%A9", "Jos%C3%A9", "Jos%C3%A9"),
    ("C++", "C++", "C%2B%2B", "C%2B%2B", "C%2B%2B"),
    ("100% off", "100%%20off", "100%25%20off", "100%25+off", "100%25+off"),
    ("a#b", None, "a%23b", "a%23b", "a%23b"),
    ("a/b?c=d", "a/b?c=d", "a/b%3Fc%3Dd", "a%2Fb%3Fc%3Dd", "a%2Fb%3Fc%26%23x3D%3Bd"),
)


@pytest.mark.parametrize(("value", "raw", "django", "liquid", "handlebars"), MEASURED)
def test_what_engines_send_is_read_back(value: str, raw: str | None, django: str, liquid: str, handlebars: str) -> None:
    """Without a filter, and through the encoders of three engines; the guess is right for all of them."""
    for sent in (django, liquid, handlebars):
        assert [value, value] == [one(sent, "encoded"), one(sent, "auto")]
    if raw is not None:
        assert [value, value] == [one(raw, "raw"), one(raw, "auto")]


@pytest.mark.parametrize("byte", range(256))
def test_every_byte_is_read_without_an_error(byte: int) -> None:
    """Raw, and as an escape."""
    for raw in (bytes([65, byte, 66]).decode("latin-1"), f"A%{byte:02X}B", f"A%{byte:02x}"):
        for mode in MODES.values():
            part = read_open_part(f"first_name={raw}&_z=1", NAMES, mode)
            assert set(part.values) == {"first_name"}


def test_a_url_with_nothing_open_has_nothing_to_read() -> None:
    """Whatever follows its signature."""
    assert read_open_part("first_name=Zoe&utm_source=x", (), None) == OpenPart({}, cut=True)
