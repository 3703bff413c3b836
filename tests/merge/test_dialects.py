"""Facts of imgurl.merge.dialects: how each mail platform writes a tag."""

import re

import pytest

from imgurl.errors import BadValue, UnknownDialect
from imgurl.merge.dialects import BY_ID, DIALECTS, Dialect, Naming, find_dialect, neutral_tag

IDS = (
    "activecampaign", "apollo", "aweber", "braze", "brevo", "campaignmonitor", "constantcontact", "customerio",
    "dotdigital", "drip", "getresponse", "hubspot", "instantly", "intercom", "iterable", "kit", "klaviyo", "lemlist",
    "loops", "mailchimp", "mailerlite", "mailgun", "mandrill", "marketo", "moosend", "omnisend", "resend", "sendgrid",
    "sfmc", "smartlead", "zoho",
)  # fmt: skip
FIELDS = ("first_name", "last_name", "email", "company_name", "city", "order_id", "f2", "offer_name")

# From the platforms' documentation, see the project's reference on mail platforms, 4.6, but without quotes.
DOCUMENTED = {
    "mailchimp": "*|URL:FNAME|*",
    "mandrill": "*|URL:FNAME|*",
    "klaviyo": "{{first_name|urlencode}}",
    "hubspot": "{{contact.firstname|urlencode}}",
    "braze": "{{${first_name}|url_param_escape}}",
    "customerio": "{{customer.first_name|default:nil|url_encode}}",
    "kit": "{{subscriber.first_name|url_encode}}",
    "drip": "{{subscriber.first_name|url_encode}}",
    "sfmc": "%%=URLEncode(AttributeValue('FirstName'),1,1)=%%",
    "iterable": "{{#urlEncode}}{{{firstName}}}{{/urlEncode}}",
    "brevo": "{{contact.FIRSTNAME}}",
    "sendgrid": "{{first_name}}",
    "instantly": "{{firstName}}",
    "lemlist": "{{firstName}}",
    "smartlead": "{{first_name}}",
    "apollo": "{{first_name}}",
    "activecampaign": "%FIRSTNAME%",
    "mailerlite": "{$name}",
    "campaignmonitor": "[firstname,fallback=]",
    "constantcontact": "[[FIRSTNAME]]",
    "getresponse": "[[firstname]]",
    "omnisend": "[[contact.first_name]]",
    "zoho": "$[FNAME]$",
    "dotdigital": "@FIRSTNAME@",
    "mailgun": "%recipient.first_name%",
    "moosend": "#recipient:name#",
    "aweber": "{{subscriber.first_name}}",
    "intercom": "{{first_name}}",
    "loops": "{firstName}",
    "marketo": "{{my.first_name}}",
    "resend": "{{{FIRST_NAME}}}",
}


def by_id(dialect: Dialect) -> str:
    """Name a platform in the test report."""
    return dialect.id


def test_the_platforms_are_these() -> None:
    """31, in the order of their ids, each once."""
    assert tuple(dialect.id for dialect in DIALECTS) == IDS
    assert set(IDS) == set(BY_ID)


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
def test_the_tag_of_a_first_name_is_the_documented_one(dialect: Dialect) -> None:
    """Letter by letter."""
    assert DOCUMENTED[dialect.id] == dialect.tag_for("first_name")


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
@pytest.mark.parametrize("field", FIELDS)
def test_a_tag_survives_html_tools(dialect: Dialect, field: str) -> None:
    """It holds no space, no quote, and nothing that ends a URL but Moosend's hash; AMPscript needs quotes."""
    tag = dialect.tag_for(field)
    assert not re.search(r'[\s"&<>]', tag)
    assert ("'" in tag) == (dialect.id == "sfmc")
    assert ("#" in tag) == (dialect.id in {"moosend", "iterable"})
    assert tag.isascii()


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
def test_the_name_is_in_the_tag(dialect: Dialect) -> None:
    """Put where the pattern has NAME, in both kinds of tag."""
    tag = dialect.tag_for("first_name", "Qx7")
    kinds = {dialect.tag, dialect.custom_tag or dialect.tag}
    assert tag in {kind.replace("NAME", "Qx7") for kind in kinds}


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
def test_an_encoding_platform_has_an_encoder_in_its_tag(dialect: Dialect) -> None:
    """What is said of a platform's values is what its tag does; Marketo's encoder is in the script token."""
    tags = dialect.tag + dialect.custom_tag
    encodes = bool(re.search(r"url:|urlencode|url_encode|url_param_escape", tags, re.IGNORECASE))
    assert encodes == (dialect.encoded and dialect.id != "marketo")


@pytest.mark.parametrize("dialect", DIALECTS, ids=by_id)
def test_a_platform_is_described_in_words(dialect: Dialect) -> None:
    """Its name, what arrives for nothing and from a test, and an id that fits into a URL."""
    assert re.fullmatch(r"[a-z0-9]{1,32}", dialect.id)
    assert dialect.platform
    assert dialect.missing
    assert dialect.test_send


def test_names_are_spelt_the_platforms_way() -> None:
    """Six spellings of one name."""
    spelt = [naming.apply("order_line_2") for naming in Naming]
    assert spelt == ["order_line_2", "orderLine2", "OrderLine2", "orderline2", "ORDERLINE2", "ORDER_LINE_2"]


@pytest.mark.parametrize("name", ["a_", "a__b", "a1", "a" * 32])
@pytest.mark.parametrize("naming", list(Naming))
def test_every_field_name_can_be_spelt(name: str, naming: Naming) -> None:
    """Doubled and trailing underscores are no words."""
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", naming.apply(name))


@pytest.mark.parametrize(
    ("esp", "field", "tag"),
    [
        ("klaviyo", "email", "{{email|urlencode}}"),
        ("klaviyo", "full_name", "{{full_name|urlencode}}"),
        ("klaviyo", "company_name", "{{person.organization|urlencode}}"),
        ("klaviyo", "city", "{{person.City|urlencode}}"),
        ("klaviyo", "shoe_size", "{{person.shoe_size|urlencode}}"),
        ("braze", "email", "{{${email_address}|url_param_escape}}"),
        ("braze", "city", "{{${city}|url_param_escape}}"),
        ("braze", "shoe_size", "{{custom_attribute.${shoe_size}|url_param_escape}}"),
        ("mailchimp", "company_name", "*|URL:COMPANY|*"),
        ("mailchimp", "shoe_size", "*|URL:SHOE_SIZE|*"),
        ("zoho", "shoe_size", "$[UD:SHOESIZE]$"),
        ("aweber", "shoe_size", "{{subscriber.custom_field.shoe_size}}"),
        ("constantcontact", "shoe_size", "[[CUSTOM.SHOESIZE]]"),
        ("loops", "shoe_size", "{DATA_VARIABLE:shoeSize}"),
        ("mailerlite", "first_name", "{$name}"),
        ("intercom", "company_name", "{{company.name}}"),
        ("sfmc", "company_name", "%%=URLEncode(AttributeValue('Company'),1,1)=%%"),
    ],
)
def test_a_custom_field_has_its_own_tag_where_the_platform_has_one(esp: str, field: str, tag: str) -> None:
    """What the platform knows by itself, and what a marketer added there."""
    assert tag == find_dialect(esp).tag_for(field)


def test_their_own_name_of_a_known_field_is_known_too() -> None:
    """A marketer who writes FNAME means Zoho's FNAME, not a custom field."""
    assert find_dialect("zoho").tag_for("first_name", "FNAME") == "$[FNAME]$"
    assert find_dialect("zoho").tag_for("first_name", "VORNAME") == "$[UD:VORNAME]$"


@pytest.mark.parametrize("theirs", ["FNAME", "Vorname", "contact.first_name", "姓名", "a-b", "$first", "a:b", "x" * 80])
def test_a_name_of_theirs_may_be_what_platforms_allow(theirs: str) -> None:
    """Letters of any script, digits and what is between them."""
    if theirs.startswith("$"):
        with pytest.raises(BadValue):
            neutral_tag("first_name", theirs)
    else:
        assert neutral_tag("first_name", theirs) == f"@@{theirs}@@"
        assert find_dialect("sendgrid").tag_for("first_name", theirs) == f"{{{{{theirs}}}}}"


@pytest.mark.parametrize(
    "theirs", ["", " ", "a b", "a&b", 'a"b', "a'b", "a}}", "a|*", "a>>", "a#", "a\n", "-a", "x" * 81]
)
def test_a_name_that_would_break_out_is_refused(theirs: str) -> None:
    """By every platform, and by the notation without one."""
    for tag_for in (neutral_tag, *(dialect.tag_for for dialect in DIALECTS)):
        with pytest.raises(BadValue, match="'first_name' maps to") as caught:
            tag_for("first_name", theirs)
        assert caught.value.field == "first_name"


def test_the_neutral_tag() -> None:
    """Our own notation."""
    assert (neutral_tag("first_name"), neutral_tag("first_name", "Vorname")) == ("@@first_name@@", "@@Vorname@@")


@pytest.mark.parametrize("esp", ["klaviyo", "hubspot"])
def test_a_name_that_needs_quotes_is_refused_where_tags_have_none(esp: str) -> None:
    """Django and Jinja read a hyphen as a minus, and would refuse the mail; other engines take it as it is."""
    for theirs in ("shoe-size", "a:b", "_private", "a._b", "7up", "a."):
        with pytest.raises(BadValue, match="reads only in quotes") as caught:
            find_dialect(esp).tag_for("first_name", theirs)
        assert caught.value.field == "first_name"
    for theirs in ("Shoe_size", "straße", "a.b.c", "x7"):
        assert theirs in find_dialect(esp).tag_for("first_name", theirs)
    assert find_dialect("drip").tag_for("first_name", "shoe-size") == "{{subscriber.shoe-size|url_encode}}"


def test_a_note_tells_what_tools_break_a_tag() -> None:
    """The one with quotes, and those with a dollar sign, which XML writers escape too."""
    assert "dangerouslySetInnerHTML" in find_dialect("sfmc").note
    in_danger = [dialect for dialect in DIALECTS if "$" in dialect.tag]
    assert [dialect.id for dialect in in_danger] == ["braze", "mailerlite", "zoho"]
    assert all("cheerio's .xml()" in dialect.note for dialect in in_danger)


def test_a_platform_is_found_by_its_id() -> None:
    """And no other spelling."""
    assert find_dialect("mailchimp").platform == "Mailchimp"
    for wrong in ("Mailchimp", "", "mail chimp", "mailchimp "):
        with pytest.raises(UnknownDialect):
            find_dialect(wrong)


@pytest.mark.parametrize(
    ("wrong", "near"), [("klavio", "klaviyo"), ("Mail-Chimp", "mailchimp"), ("activecampain", "activecampaign")]
)
def test_a_near_platform_is_offered(wrong: str, near: str) -> None:
    """With all that are known behind it."""
    with pytest.raises(UnknownDialect, match=f"did you mean '{near}'") as caught:
        find_dialect(wrong)
    assert all(dialect in str(caught.value) for dialect in IDS)
