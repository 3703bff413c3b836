"""Facts of imgurl.merge.tags: no customer sees a merge tag, and no customer's name is taken for one (threat 33)."""

import html
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, quote_plus

import pytest

from imgurl.merge.dialects import DIALECTS, Dialect, find_dialect, neutral_tag
from imgurl.merge.judge import Flag
from imgurl.merge.resolve import Origin
from imgurl.merge.tags import is_unreplaced_tag
from imgurl.merge.web_addresses import looks_like_address
from tests.merge.corpora import SEEDS
from tests.merge.factories import make, resolve_one

FIELDS: Final = ("first_name", "last_name", "email", "company_name", "city", "order_id")


def by_id(dialect: Dialect) -> str:
    """Name a platform in the test report."""
    return dialect.id


def spaced(tag: str) -> str:
    """Put spaces where editors put them: behind the opening and before the closing signs, around pipes."""
    return tag.replace("{{", "{{ ").replace("}}", " }}").replace("|default", " | default").replace("*|", "*| ")


#: Tags of all platforms as they are left where nobody replaced them.
LEAKED: Final = (
    "{{first_name}}", "{{ first_name }}", "{{first_name | default: 'there'}}", "{{{firstName}}}",
    "{{${first_name}}}", "%7B%7Bfirst_name%7D%7D", "%257B%257Bfirst_name%257D%257D", "*|FNAME|*", "*|F|*",
    "*|URL:FNAME|*", "*|IF:FNAME|*", "[[name]]", "[[ contact.name ]]", "${name}", "${user.name}", "%FIRSTNAME%",
    "%FIRST_NAME%", "%FNAME|TITLECASE%", "%DATE%", "%%FirstName%%", "%%=v(@FirstName)=%%", "%%= v(@x) =%%",
    "<%= name %>", "<% name %>", "{% if x %}Ava{% endif %}", "{%- x -%}", "{$name}", "{$name|capitalize}",
    "{!firstname_fix}", "{!Contact.FirstName}", "%recipient.name%", "%recipient_name%", "%recipient%",
    "{contact.firstName}", "{DATA_VARIABLE:x}", "#recipient:name#", "#campaign:x#", "[firstname,fallback=]",
    "[firstname, fallback=friend]", "$[FNAME]$", "$[UD:SIZE]$", "$[FNAME|there]$", "<<first_name>>",
    "<< Test First Name >>", "<<First Name>>", "<<Vorname>>", "&lt;&lt;first_name&gt;&gt;",
    "&#123;&#123;first_name&#125;&#125;", "Hi {{name}}!", "{{lead.First Name:default=}}", "{{contact.NAME}}",
    "{{{{name}}}}", "@@first_name@@", "@@Vorname@@", "%40%40first_name%40%40", "@@姓名@@", "Hi @@a.b-c@@!",
)  # fmt: skip

SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "raw": lambda tag: tag,
    "encoded once": lambda tag: quote(tag, safe=""),
    "encoded twice": lambda tag: quote(quote(tag, safe=""), safe=""),
    "encoded with plus": lambda tag: quote_plus(spaced(tag)),
    "encoded with plus, twice": lambda tag: quote(quote_plus(spaced(tag)), safe=""),
    "encoded in small letters": lambda tag: quote(tag, safe="").lower() if tag.islower() else quote(tag, safe="/:()"),
    "as a browser sends it": lambda tag: quote(tag, safe="!$&()*+,-./:;=?@[\\]^_`{|}~%"),
    "html-escaped": html.escape,
    "html-escaped and encoded": lambda tag: quote(html.escape(tag), safe=""),
}


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("field", FIELDS)
def test_the_tag_of_every_platform_is_seen(dialect: Dialect, spelling: str, field: str) -> None:
    """Left as it was, or encoded by an editor, once or twice, with plus signs, or HTML-escaped."""
    raw = SPELLINGS[spelling](dialect.tag_for(field))
    assert is_unreplaced_tag(raw, raw, dialect, field)


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
@pytest.mark.parametrize("theirs", ["VORNAME", "CUSTOM_7"])
def test_a_tag_with_the_marketers_name_is_seen(dialect: Dialect, theirs: str) -> None:
    """The regenerated tag has another name then; the platform's form gives it away."""
    tag = dialect.tag_for("first_name", theirs)
    assert is_unreplaced_tag(tag, tag, dialect, "first_name")


@pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if dialect.id != "moosend"], ids=by_id)
@pytest.mark.parametrize("spelling", ["raw", "encoded once", "encoded twice", "as a browser sends it"])
def test_a_tag_in_a_url_makes_the_fallback_show(dialect: Dialect, spelling: str) -> None:
    """Through reading and resolving; Moosend's tag never arrives, its hash ends the URL."""
    raw = SPELLINGS[spelling](dialect.tag_for("first_name"))
    field = make("first_name", type="name", fallback="there")
    value = resolve_one(f"first_name={raw}&_z=1", field, dialect.id)
    assert (value.text, value.origin, value.flags[-1]) == ("there", Origin.DESIGN_FALLBACK, Flag.UNRESOLVED)
    # Brackets and bars that a browser would have left alone say that a tool encoded the tag before it was replaced.
    was_encoded = spelling.startswith("encoded") and bool(set("{}|[]") & set(dialect.tag_for("first_name")))
    assert (Flag.ENCODED_TAG in value.flags) == was_encoded


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
def test_a_tag_amid_other_text_is_seen(dialect: Dialect) -> None:
    """A marketer may have put it into a longer value; signs that stand alone need the platform to be known."""
    tag = f"Dear {dialect.tag_for('first_name')}, hello"
    assert is_unreplaced_tag(tag, tag, dialect, "first_name")


SINGLE: Final = {"activecampaign": "%FIRSTNAME%", "dotdigital": "@FIRSTNAME@", "loops": "{firstName}"}


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
def test_the_tags_are_seen_without_the_platform(dialect: Dialect) -> None:
    """A URL without a platform is protected too: fields are called alike everywhere."""
    tag = dialect.tag_for("first_name")
    assert is_unreplaced_tag(tag, tag, None, "first_name")


@pytest.mark.parametrize("text", LEAKED)
def test_a_tag_of_any_platform_is_seen(text: str) -> None:
    """Whoever sent it."""
    assert is_unreplaced_tag(text, text, None, "city")


@pytest.mark.parametrize("sent", ["<< Test First Name >>", "<<First Name>>", "<< Test Company >>"])
@pytest.mark.parametrize("spell", [str, quote, quote_plus])
def test_mailchimps_test_sends_show_the_fallback(sent: str, spell: Callable[[str], str]) -> None:
    """What Mailchimp puts into test mails and its public archive."""
    value = resolve_one(
        f"first_name={spell(sent)}&_z=1", make("first_name", type="name", fallback="there"), "mailchimp"
    )
    assert (value.text, value.flags) == ("there", (Flag.UNRESOLVED,))


@pytest.mark.parametrize(("esp", "tag"), SINGLE.items())
def test_single_signs_count_for_their_platform_and_a_whole_value(esp: str, tag: str) -> None:
    """{x} alone is a tag for Loops; elsewhere, and inside a sentence, it is a text."""
    dialect = find_dialect(esp)
    other = tag.replace("FIRSTNAME", "SHOESIZE").replace("firstName", "shoeSize")
    assert is_unreplaced_tag(other, other, dialect, "first_name")
    assert is_unreplaced_tag(f" {other} ", f" {other} ", dialect, "first_name")
    assert not is_unreplaced_tag(f"a {other} b", f"a {other} b", dialect, "first_name")


def test_an_activecampaign_tag_is_seen_before_it_is_decoded() -> None:
    """%DATE% begins with an escape: decoded, nothing of it is left to see."""
    value = resolve_one("first_name=%DATE%&_z=1", make("first_name", fallback="there"), "activecampaign")
    assert (value.text, value.flags) == ("there", (Flag.UNRESOLVED,))


def test_a_tag_in_a_cut_url_is_a_tag_all_the_same() -> None:
    """What matters more is reported: the tag was not replaced."""
    value = resolve_one("first_name=*|URL:FNAME|*", make("first_name", fallback="there"), "mailchimp")
    assert value.flags == (Flag.UNRESOLVED,)


def test_the_neutral_tag_is_seen() -> None:
    """Our own notation, for every name it can have."""
    for tag in (neutral_tag("first_name"), neutral_tag("first_name", "Vor.name-2"), neutral_tag("a")):
        assert is_unreplaced_tag(tag, tag, None, "first_name")


@pytest.mark.parametrize("tag", SEEDS["tags"])
def test_a_tag_between_any_signs_is_seen(tag: str) -> None:
    """One pair of brackets or signs around what fields are called; Velocity's variables; encoded at one end."""
    assert is_unreplaced_tag(tag, tag, None, "anything")
    query = f"city={quote(tag, safe='!$()*,-./:;=?@[]^_`{|}~%')}&_z=1"
    value = resolve_one(query, make("city", fallback="your city"))
    assert (value.text, value.flags[-1:]) == ("your city", (Flag.UNRESOLVED,))


@pytest.mark.parametrize("text", SEEDS["not_tags"])
def test_a_text_between_signs_is_none(text: str) -> None:
    """People, companies and remarks in brackets, with dollars and percents."""
    assert not is_unreplaced_tag(text, text, None, "anything")
    assert not is_unreplaced_tag(quote(text), text, None, "anything")


@pytest.mark.parametrize("form", ["{{{}}}", "[{}]", "<{}>", "%{}%", "${}", "${}$", "#{}#", "«{}»"])
@pytest.mark.parametrize("spell", [str, str.upper, str.title, lambda name: name.replace("_", " ")])
def test_the_fields_own_name_between_signs_is_a_tag(form: str, spell: Callable[[str], str]) -> None:
    """Whatever the design calls it."""
    tag = form.format(spell("shoe_size"))
    assert is_unreplaced_tag(tag, tag, None, "shoe_size")


@pytest.mark.parametrize(
    "text",
    ["Hi {FirstName}, welcome", "Dear [First Name]!", "Hello %first_name%", "Save $name", "Hi «Vorname»",
     "Hi <Last Name>", "Hi {first_name}", "For [company name]", "{firstname} {lastname}"],
)  # fmt: skip
def test_a_tag_between_single_signs_amid_words_is_seen(text: str) -> None:
    """Where it is called what only fields are."""
    assert is_unreplaced_tag(text, text, None, "note")


@pytest.mark.parametrize(
    "text",
    ["[Customer] Ava", "Ava [City] Lee", "Our {twins}", "[Name of the Rose", "50% name 20%",
     "A <Company> B",
     "Too $hort", "100% first 50% last", "50%name%",
     "In [state] of art", "The $100 name", "Ke$hame", "Mr [x] Lee", "A {B} C"],
)  # fmt: skip
def test_a_remark_amid_words_is_none(text: str) -> None:
    """A word in brackets that may be meant."""
    assert not is_unreplaced_tag(text, text, None, "note")


# People, companies, products and offers as they are really called.
NOT_TAGS: Final = (
    "Ava", "Ava Johnson", "O'Brien", "D\u2019Angelo", "Anne-Marie", "José", "Zoë", "Nguyễn Thị Minh", "李雷",
    "王小明", "김민준", "さくら", "Ольга", "Ірина", "محمد", "فاطمة", "שרה", "सीता", "ปรีชา", "Ἀλέξανδρος", "Gülşah",
    "Łukasz", "Þóra", "Ọláolúwa", "X Æ A-12", "AT&T", "C++", "C#", "F#", ".NET", "100% Pure", "100%", "50% off",
    "5%-10%", "% of sales", "Yahoo!", "R&D; Ops", "R&D", "Ben & Jerry", "Procter & Gamble", "H&M", "M&M's",
    "Toys \"R\" Us", "7-Eleven", "3M", "A*STAR", "E*TRADE", "[a|b]", "[solidcore]", "[x]", "(Ava)", "{Ava}",
    "<Ava>", "Ava <3", "a < b > c", "<<", ">>", "a << b", "x >> y", "->", "Guess?", "Who?", "#1 Fan", "#winning",
    "$100", "US$5", "$AAPL", "€5", "~Ava~", "*Ava*", "**Ava**", "_Ava_", "|Ava|", "||", "a|b|c", "*|*", "Ke$ha",
    "P!nk", "will i am", "deadmau5", "Sunn O)))", "!!!", "+44", "+/-", "1+1=2", "a=b", "x==y", "N/A GmbH", "Nullarbor",
    "None of us", "{ }", "{}", "{{}}", "[[]]", "[[1]]", "[ ]", "%%", "%", "%20", "100%%", "a%b%c", "%d items", "$",
    "${}", "$[]$", "<%", "%>", "@home", "@Ava", "A@B", "\\o/", "/dev/null", "C:\\Users", "¯\\_(ツ)_/¯", "👩🏽‍🚀",
    "❤️", "🇩🇪", "I ❤ NY", "½ price", "№ 5", "Ava & Leo {twins}", "[Team] Ava", "Dr. [h.c.] Ava", "A {B} C",
    "Love, Ava", "Mr %", "&c.", "& Sons", "&Sons", "&Co;",
)  # fmt: skip


@pytest.mark.parametrize("name", NOT_TAGS)
def test_a_name_is_not_taken_for_a_tag(name: str) -> None:
    """Neither without a platform nor for one with double signs, raw or decoded."""
    for dialect in (
        None,
        find_dialect("mailchimp"),
        find_dialect("klaviyo"),
        find_dialect("sendgrid"),
        find_dialect("sfmc"),
    ):
        assert not is_unreplaced_tag(name, name, dialect, "first_name")
        assert not is_unreplaced_tag(quote(name), name, dialect, "first_name")


COMPANIES: Final = [name for name in NOT_TAGS if not looks_like_address(name)]


def test_the_list_is_long_enough() -> None:
    """Of all scripts, and but a few that look like handles or addresses."""
    assert len(NOT_TAGS) >= 100
    assert sorted(set(NOT_TAGS) - set(COMPANIES)) == ["@Ava", "@home", "A@B"]


@pytest.mark.parametrize("name", COMPANIES)
@pytest.mark.parametrize("esp", ["mailchimp", "klaviyo", "iterable", "sfmc"])
def test_a_name_is_drawn_as_it_is(name: str, esp: str) -> None:
    """Through an encoding platform, reading and resolving, letter by letter."""
    value = resolve_one(f"company_name={quote_plus(name)}&_z=1", make("company_name", fallback="there"), esp)
    assert (name, Origin.OPEN) == (value.text, value.origin)


@pytest.mark.parametrize("name", [name for name in COMPANIES if not set(name) & set('%+#"<>&')])
@pytest.mark.parametrize("esp", ["instantly", "sendgrid", "intercom", None])
def test_a_name_without_signs_of_the_url_is_drawn_raw(name: str, esp: str | None) -> None:
    """Through a platform that encodes nothing, after the browser did."""
    sent = quote(name, safe="!$()*,-./:;=?@[\\]^_`{|}~")
    value = resolve_one(f"company_name={sent}&_z=1", make("company_name", fallback="there"), esp)
    assert (name, Origin.OPEN) == (value.text, value.origin)


@pytest.mark.parametrize(
    "name", ["AT&T", "Ben & Jerry", "C++", "100% Pure", "Yahoo!", "R&D; Ops", "100%", "1+1=2", "M&M's", "& Sons"]
)
@pytest.mark.parametrize("esp", ["instantly", "sendgrid", None])
def test_a_name_with_signs_of_the_url_survives_a_raw_platform(name: str, esp: str | None) -> None:
    """Everything but # and a double quote, which end the URL in the browser."""
    value = resolve_one(f"company_name={name.replace(' ', '%20')}&_z=1", make("company_name", fallback="there"), esp)
    assert (name, Origin.OPEN) == (value.text, value.origin)
