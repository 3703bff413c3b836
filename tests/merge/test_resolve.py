"""Facts of imgurl.merge.resolve: what is drawn for each field, where it came from, and why."""

from typing import Any

import pytest

from imgurl.merge.booleans import NO, YES
from imgurl.merge.fields import CHOICE_TYPES
from imgurl.merge.judge import Flag, Words, count_clusters, design_fallback, judge
from imgurl.merge.kinds import FieldType
from imgurl.merge.open_part import Damage, OpenPart, OpenValue, read_open_part
from imgurl.merge.resolve import Origin, Resolved, Value, resolve
from tests.merge.factories import accepted, make, resolve_one, resolve_open

NAME = make("first_name", type="name", fallback="there")
CITY = make("city", fallback="your city")


def test_a_sealed_value_is_drawn() -> None:
    """And said to be sealed."""
    assert resolve([NAME], {"first_name": "Ava"}) == Resolved((Value("first_name", "Ava", Origin.SEALED),))


def test_an_open_value_is_drawn() -> None:
    """And said to be open."""
    assert resolve_one("first_name=Ava&_z=1", NAME) == Value("first_name", "Ava", Origin.OPEN)


def test_the_open_value_comes_before_the_fallback_of_the_url_and_that_before_the_designs() -> None:
    """The order of the specification."""
    assert [
        resolve_one("first_name=Ava&_z=1", NAME, sealed="friend"),
        resolve_one("first_name=&_z=1", NAME, sealed="friend"),
        resolve_one("first_name=&_z=1", NAME),
    ] == [
        Value("first_name", "Ava", Origin.OPEN),
        Value("first_name", "friend", Origin.URL_FALLBACK, (Flag.MISSING,)),
        Value("first_name", "there", Origin.DESIGN_FALLBACK, (Flag.MISSING,)),
    ]


def test_an_authors_own_words_are_not_mended() -> None:
    """A name that came as AVA is mended; a fallback that its author wrote small stays small."""
    field = make("first_name", type="name", fallback="there", casing="name")
    drawn = [resolve_one(f"first_name={name}&_z=1", field, sealed="friend").text for name in ("AVA", "ava", "")]
    assert drawn == ["Ava", "Ava", "friend"]
    assert resolve_one("_z=1", field).text == "there"


@pytest.mark.parametrize("sealed", ["", " ", "None", "{{x}}", "Ava\ufffd", "x" * 41, "x" * 201])
def test_a_fallback_of_the_url_keeps_the_rules_too(sealed: str) -> None:
    """A bad one gives way to the design's."""
    value = resolve_one("_z=1", NAME, sealed=sealed)
    assert (value.text, value.origin) == ("there", Origin.DESIGN_FALLBACK)


def test_a_sealed_value_that_breaks_a_rule_falls_back_on_the_designs() -> None:
    """It was the value and the fallback of this URL in one."""
    (value,) = resolve([NAME], {"first_name": "asdf"}).values
    assert value == Value("first_name", "there", Origin.DESIGN_FALLBACK, (Flag.REFUSED_WORD,))


@pytest.mark.parametrize("text", ["evil.example", "+1 415 555 0132", "ava@evil.example", "Winter School 2024-2025"])
def test_a_signers_own_words_are_drawn(text: str) -> None:
    """What looks like an address in them is flagged, never refused: as a value and as a fallback of the URL."""
    flags = () if "School" in text else (Flag.LINK,)
    assert resolve([CITY], {"city": text}).values == (Value("city", text, Origin.SEALED, flags),)
    expected = Value("city", text, Origin.URL_FALLBACK, (Flag.MISSING, *flags))
    assert expected == resolve_one("city=&_z=1", CITY, sealed=text)
    assert text == design_fallback(make(fallback=text)).text


def test_a_fallback_may_say_what_somebody_is() -> None:
    """A name that came as "Customer" is a placeholder; the same word from a signer or in the design is meant."""
    assert resolve_one("first_name=Customer&_z=1", NAME, sealed="Valued customer").text == "Valued customer"
    assert resolve([NAME], {"first_name": "Customer"}).texts == {"first_name": "Customer"}
    assert judge(NAME, "Customer", Words.DATA).refusal is Flag.REFUSED_WORD
    assert design_fallback(make(type="name", fallback="test")).text == "test"


def test_a_field_that_the_design_keeps_shut_is_not_opened_by_a_signature() -> None:
    """It is resolved as if it were not in _o, and flagged: the sealed value counts, else the design's fallback."""
    shut = make("city", fallback="your city", openable=False)
    part = read_open_part("city=Oslo&first_name=Mia&_z=1", ["city", "first_name"], None)
    sealed, opened = resolve([shut, NAME], {"city": "Rome"}, ["city", "first_name"], part).values
    assert sealed == Value("city", "Rome", Origin.SEALED, (Flag.NOT_OPENABLE,))
    assert opened == Value("first_name", "Mia", Origin.OPEN)
    expected = Value("city", "your city", Origin.DESIGN_FALLBACK, (Flag.NOT_OPENABLE, Flag.MISSING))
    assert resolve([shut], {}, ["city"], part).values == (expected,)
    assert not resolve([shut], {"city": "Rome"}, ["city"], read_open_part("city=Os", ["city"], None)).cut


def test_a_field_that_is_not_in_the_url_shows_the_designs_fallback() -> None:
    """Missing, and said so."""
    expected = Value("first_name", "there", Origin.DESIGN_FALLBACK, (Flag.MISSING,))
    assert (expected,) == resolve([NAME], {}).values


def test_an_open_field_without_an_open_part_is_missing() -> None:
    """Also where somebody resolves without one."""
    expected = (Value("first_name", "there", Origin.DESIGN_FALLBACK, (Flag.MISSING,)),)
    assert expected == resolve([NAME], {}, ["first_name"]).values


def test_an_open_value_of_a_field_that_is_sealed_is_not_read() -> None:
    """Only the names under the signature are open (threat 2)."""
    part = OpenPart({"first_name": OpenValue("Mallory", "Mallory")}, cut=False)
    assert resolve([NAME], {"first_name": "Ava"}, (), part).texts == {"first_name": "Ava"}


def test_pairs_that_are_not_fields_of_the_design_are_ignored() -> None:
    """An old URL may name a field that was taken out of the design."""
    assert resolve([NAME], {"first_name": "Ava", "gone": "x"}, ["gone_too"]).texts == {"first_name": "Ava"}


def test_values_come_in_the_order_of_the_design() -> None:
    """Not of the URL."""
    resolved = resolve_open("city=Rome&first_name=Ava&_z=1", NAME, CITY)
    assert [value.field for value in resolved.values] == ["first_name", "city"]
    assert resolved.texts == {"first_name": "Ava", "city": "Rome"}


@pytest.mark.parametrize(
    ("rules", "text", "flag"),
    [
        ({}, "", Flag.MISSING),
        ({}, "   ", Flag.MISSING),
        ({}, "None", Flag.NULL_WORD),
        ({}, "null", Flag.NULL_WORD),
        ({}, "[object Object]", Flag.NULL_WORD),
        ({}, "{{first_name}}", Flag.UNRESOLVED),
        ({}, "x" * 81, Flag.TOO_LONG),
        ({}, "x" * 201, Flag.TOO_LONG),
        ({"type": "name"}, "x" * 41, Flag.TOO_LONG),
        ({"max_length": 3}, "Zoë!", Flag.TOO_LONG),
        ({}, "evil.example", Flag.LINK),
        ({"type": "name"}, "+1 900 555", Flag.LINK),
        ({"type": "name"}, "asdf", Flag.REFUSED_WORD),
        ({"type": "name"}, "2026-03-01", Flag.NOT_A_NAME),
        ({"type": "name"}, ".,", Flag.NULL_WORD),
        ({"type": "name"}, ";)", Flag.NOT_A_NAME),
        ({"refuse": ["Gar keine"]}, "GAR KEINE", Flag.REFUSED_WORD),
        ({}, "Jos\ufffd", Flag.UNDECODABLE),
        ({"pattern": "[A-Z]+"}, "Ava", Flag.PATTERN),
        ({"pattern": "[A-Z]+"}, "AVA!", Flag.PATTERN),
        ({"type": "choice", "choices": ["gold", "silver"]}, "bronze", Flag.NOT_A_CHOICE),
        ({"type": "flag"}, "maybe", Flag.NOT_A_BOOLEAN),
        ({"type": "color"}, "reddish", Flag.NOT_A_COLOR),
        ({"type": "color"}, "oklch(0.7 1e300 30)", Flag.NOT_A_COLOR),
        ({"type": "number"}, "many", Flag.NOT_A_NUMBER),
        ({"type": "money"}, "cheap", Flag.NOT_A_NUMBER),
        ({"type": "date"}, "soon", Flag.NOT_A_DATE),
        ({"type": "date"}, "0001-01-01", Flag.NOT_A_DATE),
    ],
)
def test_a_value_that_breaks_a_rule_is_missing(rules: dict[str, Any], text: str, flag: Flag) -> None:
    """The flag says which, and nothing of the value is drawn."""
    drawn, flags = accepted(make(**rules), text)
    assert ("", flag) == (drawn, flags[-1])


@pytest.mark.parametrize(
    ("rules", "text", "drawn"),
    [
        ({}, "Ava", "Ava"),
        ({}, "x" * 80, "x" * 80),
        ({"type": "name"}, "xy" * 20, "xy" * 20),
        ({"links": True}, "visit evil.example", "visit evil.example"),
        ({"links": True, "type": "name", "refuse": []}, "+1 900 555", "+1 900 555"),
        ({"pattern": "[A-Z]{2}[0-9]+"}, "AB12", "AB12"),
        ({"type": "choice", "choices": ["Gold", "Silver"]}, "gOLD", "Gold"),
        ({"type": "choice", "choices": ["straße"]}, "STRASSE", "straße"),
        ({"type": "color"}, "RED", "#ff0000"),
        ({"type": "color"}, "rgb(255 0 0 / 50%)", "#ff000080"),
        ({"type": "number"}, "1299.5", "1,299.5"),
        ({"type": "number"}, "5550100999", "5,550,100,999"),
        ({"type": "money", "locale": "de-DE", "currency": "EUR"}, "5", "5,00\u00a0€"),
        ({"type": "date", "input": ["%d.%m.%Y"]}, "01.03.2026", "March 1, 2026"),
        ({"casing": "upper"}, "24 % off", "24 % OFF"),
        ({"casing": "upper", "locale": "tr-TR"}, "istanbul", "İSTANBUL"),
        ({"type": "name", "casing": "name"}, "AVA O'BRIEN", "Ava O'Brien"),
        ({"type": "name", "casing": "name"}, "Ava McDonald", "Ava McDonald"),
        ({"type": "choice", "choices": ["gold"], "casing": "title"}, "GOLD", "Gold"),
        ({"max_length": 4}, "👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀", "👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀"),
        ({"max_length": 1}, "क्षि", "क्षि"),
        ({}, "{0.__class__} <b>x</b> `id` :smile:", "{0.__class__} <b>x</b> `id` :smile:"),
        ({"type": "choice", "choices": ["none", "gold"]}, "None", "none"),
        ({"type": "name", "refuse": []}, "test", "test"),
        ({"type": "name", "refuse": ["Ava"]}, "test", "test"),
    ],
)
def test_a_value_that_keeps_the_rules_is_drawn(rules: dict[str, Any], text: str, drawn: str) -> None:
    """As its field says: the choice as the design spells it, numbers and dates as the locale does."""
    assert (drawn, []) == accepted(make(**rules), text)


@pytest.mark.parametrize(
    ("rules", "text", "drawn", "flags"),
    [
        ({}, "M&amp;M", "M&M", [Flag.CLEANED]),
        ({}, "Northwind undefined", "Northwind", [Flag.NULL_WORD]),
        ({"type": "name"}, "Ava  null", "Ava", [Flag.CLEANED, Flag.NULL_WORD]),
    ],
)
def test_what_was_mended_is_drawn_and_flagged(rules: dict[str, Any], text: str, drawn: str, flags: list[Flag]) -> None:
    """The flags of a text only inform."""
    assert (drawn, flags) == accepted(make(**rules), text)


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize("text", ["", " ", "\u200b", "None", "{{x}}", "x" * 201, "\n\n", "\u202e", "%%FirstName%%"])
def test_nothing_to_draw_is_nothing_for_every_type(kind: FieldType, text: str) -> None:
    """Blank, null word, tag, too long: refused before the type is looked at."""
    hosts = ["cdn.example.com"] * (kind is FieldType.URL)
    field = make(type=kind.value, choices=["de"] * (kind in CHOICE_TYPES), hosts=hosts)
    assert accepted(field, text)[0] == ""


@pytest.mark.parametrize("word", sorted(YES | NO))
@pytest.mark.parametrize("spell", [str, str.upper, str.title])
def test_a_flag_is_true_or_false(word: str, spell: Any) -> None:
    """However an export spells it."""
    assert ("true" if word in YES else "false", []) == accepted(make(type="flag"), spell(word))


def test_a_dirty_value_is_cleaned_and_said_to_be() -> None:
    """So that dirty spellings of one name share one picture."""
    spellings = ("Ava%20%20Lee", "%E2%80%8BAva%0ALee%20", "Ava%C2%A0Lee", "%E2%80%AEAva%09Lee")
    expected = Value("first_name", "Ava Lee", Origin.OPEN, (Flag.CLEANED,))
    assert [expected] * 4 == [resolve_one(f"first_name={raw}&_z=1", NAME, "instantly") for raw in spellings]


@pytest.mark.parametrize(
    "code", [0x0A, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2029, 0x00, 0x1B, 0x2028, 0xFEFF, 0xFFFE, 0xE0041]
)
@pytest.mark.parametrize("kind", ["text", "name", "number", "money", "date", "choice", "flag", "color"])
def test_no_control_character_reaches_a_picture(code: int, kind: str) -> None:
    """Alone and mid-word, in every type of field (threat 30)."""
    field = make(type=kind, choices=["Ava"] * (kind == "choice"))
    for text in (chr(code), f"A{chr(code)}va", f"{chr(code)}1{chr(code)}", f"2026-{chr(code)}03-01"):
        assert chr(code) not in accepted(field, text)[0]


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("", Flag.MISSING),
        ("%20", Flag.MISSING),
        ("%E2%80%8B" * 50, Flag.MISSING),
        ("%E2%A0%80", Flag.MISSING),
        ("%E3%85%A4", Flag.MISSING),
        ("%EF%BB%BF", Flag.MISSING),
        ("undefined", Flag.NULL_WORD),
        ("*|FNAME|*", Flag.UNRESOLVED),
        ("%7B%7Bx%7D%7D", Flag.UNRESOLVED),
        ("A" * 600, Flag.TOO_LONG),
        ("A" * 300, Flag.TOO_LONG),
        ("A" * 50, Flag.TOO_LONG),
        ("%ED%A0%80", Flag.UNDECODABLE),
        ("evil.example", Flag.LINK),
        ("ｅｖｉｌ．ｅｘａｍｐｌｅ", Flag.LINK),
        ("Your+account+is+suspended+visit+evil.example", Flag.LINK),
    ],
)
@pytest.mark.parametrize("esp", ["mailchimp", "instantly", None])
def test_an_open_value_that_is_no_good_falls_back(raw: str, flag: Flag, esp: str | None) -> None:
    """With its reason; a picture is drawn all the same."""
    value = resolve_one(
        f"first_name={raw}&_z=1".encode().decode("latin-1"), make("first_name", fallback="there", max_length=45), esp
    )
    assert (value.text, value.origin) == ("there", Origin.DESIGN_FALLBACK)
    assert flag in value.flags


def test_a_cut_url_falls_back_for_the_last_value_alone() -> None:
    """And is known to be cut."""
    resolved = resolve_open("first_name=Ava&city=Ro", NAME, CITY)
    assert resolved == Resolved(
        (
            Value("first_name", "Ava", Origin.OPEN),
            Value("city", "your city", Origin.DESIGN_FALLBACK, (Flag.CUT,)),
        ),
        cut=True,
        damage=(Damage.CUT,),
    )


def test_a_url_with_nothing_open_is_never_cut() -> None:
    """It needs no end marker."""
    assert not resolve([NAME], {"first_name": "Ava"}, (), OpenPart({}, cut=True)).cut


def test_a_required_field_without_a_value_is_lacking() -> None:
    """It has no fallback of its own; one of the URL will do."""
    field = make("full_name", type="name", required=True)
    assert resolve([field], {}).lacking == ("full_name",)
    assert resolve([field], {"full_name": " "}).lacking == ("full_name",)
    assert resolve([field], {"full_name": "Ava"}).lacking == ()
    assert resolve([field], {"full_name": "friend"}, ["full_name"], OpenPart({}, cut=False)).lacking == ()


def test_a_blank_fallback_is_a_fallback() -> None:
    """A design may want nothing there: then nothing is lacking."""
    resolved = resolve([make("city", fallback="")], {})
    assert (resolved.texts, resolved.lacking, resolved.fallbacks) == ({"city": ""}, (), ("city",))


def test_the_fields_concerned_can_be_asked_for() -> None:
    """By flag, and those that show a fallback of either kind."""
    fields = (NAME, CITY, make("offer", fallback="x"))
    resolved = resolve_open("first_name={{x}}&city=null&offer=24&_z=1", *fields, sealed={"city": "Rome"})
    assert resolved.fields_with(Flag.UNRESOLVED) == ("first_name",)
    assert resolved.fields_with(Flag.NULL_WORD) == ("city",)
    assert resolved.fields_with(Flag.LINK) == ()
    assert resolved.fallbacks == ("first_name", "city")


def no_digits(text: str) -> bool:
    """Draw everything but digits."""
    return not any(char.isdigit() for char in text)


@pytest.mark.parametrize(
    ("query", "sealed", "expected"),
    [
        ("first_name=Ava&_z=1", "friend", Value("first_name", "Ava", Origin.OPEN)),
        ("first_name=Ava+2&_z=1", "friend", Value("first_name", "friend", Origin.URL_FALLBACK, (Flag.NO_GLYPH,))),
        ("first_name=Ava+2&_z=1", "you 2", Value("first_name", "there", Origin.DESIGN_FALLBACK, (Flag.NO_GLYPH,))),
        ("first_name=&_z=1", "you 2",
         Value("first_name", "there", Origin.DESIGN_FALLBACK, (Flag.MISSING, Flag.NO_GLYPH))),
    ],
)  # fmt: skip
def test_a_value_that_no_font_can_draw_falls_back(query: str, sealed: str, expected: Value) -> None:
    """On the fallback of the URL if that can be drawn, else on the design's; the flag comes after all others."""
    field = make("first_name", fallback="there")
    pairs = {"first_name": sealed}
    part = read_open_part(query, ["first_name"], None)
    assert resolve([field], pairs, ["first_name"], part, None, no_digits).values == (expected,)


def test_a_required_value_that_no_font_can_draw_is_lacking() -> None:
    """There is nothing to draw in its place."""
    field = make("full_name", type="name", required=True)
    assert resolve([field], {"full_name": "Ava"}, can_draw=lambda _: False).lacking == ("full_name",)


def test_only_what_is_drawn_as_text_needs_glyphs() -> None:
    """A number or a choice is written by the design's own rules."""
    fields = [make("count", type="number", fallback="1"), make("tint", type="color", fallback="tomato")]
    resolved = resolve(fields, {"count": "7", "tint": "#ff0000"}, can_draw=lambda _: False)
    assert [value.origin for value in resolved.values] == [Origin.SEALED, Origin.SEALED]


def test_a_flag_is_reported_once() -> None:
    """A missing value and a missing fallback are one fact."""
    assert resolve_one("first_name=&_z=1", NAME, sealed=" ").flags == (Flag.MISSING, Flag.CLEANED)


@pytest.mark.parametrize(
    ("rules", "drawn"),
    [
        ({"fallback": "there"}, "there"),
        ({"fallback": "there", "casing": "upper"}, "THERE"),
        ({"fallback": "there", "casing": "name"}, "there"),
        ({"fallback": ""}, ""),
        ({"required": True}, ""),
        ({"fallback": "9.5", "type": "money"}, "$9.50"),
        ({"fallback": "evil.example"}, "evil.example"),
        ({"fallback": "Customer", "type": "name"}, "Customer"),
        ({"fallback": "–"}, "–"),
        ({"fallback": "{{x}}"}, ""),
    ],
)
def test_the_designs_fallback_is_drawn_as_a_value_is(rules: dict[str, Any], drawn: str) -> None:
    """Cased and formatted; one that breaks the rules is blank, which a design's check tells its maker."""
    assert drawn == design_fallback(make(**rules)).text


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("", 0),
        ("Ava", 3),
        ("Zoe\u0308", 3),
        ("👩🏽‍🚀", 1),
        ("🇩🇪🇫🇷", 2),
        ("한국", 2),
        ("क्षि", 1),
        ("\r\n", 1),
        ("a\u0301\u0316b", 2),
    ],
)
def test_a_cluster_is_what_a_person_calls_a_character(text: str, clusters: int) -> None:
    """UAX #29."""
    assert clusters == count_clusters(text)


def test_a_limit_counts_clusters_not_code_points() -> None:
    """Twenty astronauts of four code points are twenty characters."""
    astronauts = "👩🏽‍🚀" * 20
    assert accepted(make(max_length=20), astronauts) == (astronauts, [])
    assert accepted(make(max_length=19), astronauts) == ("", [Flag.TOO_LONG])


@pytest.mark.parametrize(
    ("raw", "name", "company"),
    [
        ("Mc!%20Donald", "McDonald", "Mc! Donald"),
        ("Yahoo!%20Japan", "YahooJapan", "Yahoo! Japan"),
        ("Mary%20Ann", "Mary Ann", "Mary Ann"),
        ("Mary!%20%20Ann", "Mary Ann", "Mary Ann"),
    ],
)
def test_no_person_is_called_by_an_exclamation(raw: str, name: str, company: str) -> None:
    """sendmail breaks lines with ! and a space: in a name they go, of a company nobody can know."""
    fields = (make("first_name", type="name"), make("company_name"))
    texts = resolve_open(f"first_name={raw}&company_name={raw}&_z=1", *fields, esp="sendgrid").texts
    assert texts == {"first_name": name, "company_name": company}


def test_a_value_that_came_twice_is_flagged() -> None:
    """The first is drawn."""
    value = resolve_one("first_name=Ava&first_name=Leo&_z=1", make("first_name", type="name"))
    assert (value.text, value.origin, value.flags) == ("Ava", Origin.OPEN, (Flag.REPEATED,))
    refused = resolve_one("first_name=null&first_name=Leo&_z=1", make("first_name", type="name", fallback="there"))
    assert (refused.text, refused.flags) == ("there", (Flag.REPEATED, Flag.NULL_WORD))


@pytest.mark.parametrize(
    ("text", "drawn", "refusal"),
    [
        ("https://cdn.example.com/a.png", "https://cdn.example.com/a.png", None),
        ("https://cdn.example.com/Ava Zoë.png", "https://cdn.example.com/Ava%20Zo%C3%AB.png", None),
        ("https://a.shop.example/x?y=%20z", "https://a.shop.example/x?y=%20z", None),
        ("https://evil.example/a.png", "", Flag.OTHER_HOST),
        ("http://cdn.example.com/a.png", "", Flag.NOT_A_URL),
        ("https://cdn.example.com@evil.example/", "", Flag.NOT_A_URL),
        ("https://cdn.example.com\\@evil.example/", "", Flag.NOT_A_URL),
        ("https://127.0.0.1/", "", Flag.NOT_A_URL),
        ("cdn.example.com/a.png", "", Flag.NOT_A_URL),
    ],
)
def test_a_url_is_one_of_the_listed_hosts(text: str, drawn: str, refusal: Flag | None) -> None:
    """What a browser's address bar decodes is encoded again; no trick leads elsewhere."""
    field = make(type="url", hosts=["cdn.example.com", "*.shop.example"])
    found = judge(field, text, Words.SIGNED)
    assert (found.text, found.refusal) == (drawn, refusal)
