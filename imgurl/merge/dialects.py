"""Mail platforms: how each writes a merge tag, and what arrives in its place.

The public word for a platform is ``esp``, as in ``--esp``; its dialect is the set of its tags. One row per platform.
A tag contains no space and no quote of either kind. Tools that write HTML percent-encode the space,
end the ``src="…"`` attribute at the double quote, and turn the single one into an entity, at which Django, Jinja and
Liquid refuse the whole mail. So no tag carries a fallback of its own: what platforms print for a missing value is
nothing, ``None`` or ``null``, and imgurl counts each as missing. Facts come from the platforms' documentation, see the
project's reference on mail platforms; docs/mail-html-tools.md lists the tools.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from imgurl.errors import BadValue, UnknownDialect

# What a platform's own name for a field may be: letters of any script, digits and what platforms put between.
THEIR_NAME = re.compile(r"[\w][\w.\-$:]{0,79}")

# What Django and Jinja read as a name: a hyphen is a minus there, and a part that begins with _ is private.
VARIABLE = re.compile(r"[^\W\d_]\w*(?:\.[^\W_]\w*)*")


class Naming(StrEnum):
    """How a platform would name a field of its own that we call ``first_name``."""

    SNAKE = "first_name"
    CAMEL = "firstName"
    PASCAL = "FirstName"
    FLAT = "firstname"
    UPPER = "FIRSTNAME"
    UPPER_SNAKE = "FIRST_NAME"

    def apply(self, name: str) -> str:
        """Return a field's name in this spelling."""
        words = [word for word in name.split("_") if word]
        match self:
            case Naming.SNAKE:
                return name
            case Naming.CAMEL:
                return words[0] + "".join(word.capitalize() for word in words[1:])
            case Naming.PASCAL:
                return "".join(word.capitalize() for word in words)
            case Naming.FLAT:
                return "".join(words)
            case Naming.UPPER:
                return "".join(words).upper()
            case Naming.UPPER_SNAKE:
                return "_".join(words).upper()


@dataclass(frozen=True, slots=True)
class Dialect:
    """One mail platform."""

    #: Id in URLs (``_m``) and on the command line.
    id: str
    #: The platform's own name.
    platform: str
    #: Tag of a standard contact field; ``NAME`` is where the platform's name for it goes.
    tag: str
    #: Whether ``tag`` runs the value through a URL encoder; fixes how the value is decoded.
    encoded: bool
    #: Spelling of names where neither ``names`` nor the marketer says otherwise.
    naming: Naming
    #: What arrives for a recipient without the value.
    missing: str = "nothing"
    #: What arrives from a test send or preview.
    test_send: str = "the sample contact's value, or nothing"
    #: Our names to theirs, where the spelling rule does not give it.
    names: dict[str, str] = field(default_factory=dict)
    #: Tag of a field the platform does not know by itself; empty: the same as ``tag``.
    custom_tag: str = ""
    #: A whole value of this form is a tag that was not replaced: only for platforms whose delimiters are single
    #: characters, which would be too bold a rule for everybody.
    leaked: str = ""
    #: The platform's own names that its tags can hold without quotes.
    spelling: re.Pattern[str] = THEIR_NAME
    #: What a marketer has to know before pasting the link.
    note: str = ""

    def tag_for(self, name: str, their_name: str | None = None) -> str:
        """Return the merge tag to put into a URL as the value of the field ``name``.

        ``their_name`` is the platform's name of the field where the marketer knows it. Raises BadValue when it
        has characters that would break out of the tag or the URL.
        """
        theirs, is_custom = self.field_for(name, their_name)
        return (self.custom_tag if is_custom else self.tag).replace("NAME", theirs)

    def field_for(self, name: str, their_name: str | None = None) -> tuple[str, bool]:
        """Return the platform's name of a field, and whether it is one that the platform does not know by itself.

        Raises BadValue as ``tag_for`` does.
        """
        _check_their_name(name, their_name, self.platform, self.spelling)
        theirs = their_name or self.names.get(name) or self.naming.apply(name)
        return theirs, bool(self.custom_tag) and theirs not in self.names.values()


CONTACT = {"first_name": "first_name", "last_name": "last_name", "email": "email"}
UNREPLACED = "the tag itself"
XML_WRITERS = "cheerio's .xml() and dom-serializer write $ as &#x24;, which breaks the tag: have them write HTML."

DIALECTS = (
    Dialect(
        "activecampaign", "ActiveCampaign", "%NAME%", encoded=False, naming=Naming.UPPER,
        names={"company_name": "ACCT_NAME"}, leaked=r"%[A-Z][A-Z0-9_\-]{1,40}(?:\|[A-Z]*)?%",
        note="It has no URL encoder: names with & # or quotes arrive damaged; for those, seal one URL per recipient.",
    ),
    Dialect(
        "apollo", "Apollo", "{{NAME}}", encoded=False, naming=Naming.SNAKE,
        names={"company_name": "company"}, test_send=UNREPLACED,
    ),
    Dialect(
        "aweber", "AWeber", "{{subscriber.NAME}}", encoded=False, naming=Naming.SNAKE,
        custom_tag="{{subscriber.custom_field.NAME}}", names=CONTACT, leaked=r"\{![A-Za-z][^{}\n]{0,60}\}",
    ),
    Dialect(
        "braze", "Braze", "{{${NAME}|url_param_escape}}", encoded=True, naming=Naming.SNAKE,
        names=CONTACT
        | {"email": "email_address", "city": "city", "country": "country", "language": "language"},
        custom_tag="{{custom_attribute.${NAME}|url_param_escape}}", missing="nothing", note=XML_WRITERS,
    ),
    Dialect(
        "brevo", "Brevo", "{{contact.NAME}}", encoded=False, naming=Naming.UPPER,
        names={"company_name": "COMPANY"}, note="Brevo's urlencode filter is undocumented, so the value is sent raw.",
    ),
    Dialect(
        "campaignmonitor", "Campaign Monitor", "[NAME,fallback=]", encoded=False, naming=Naming.FLAT,
        names={"company_name": "company"}, leaked=r"\[[A-Za-z_][\w -]{0,40}\]",
    ),
    Dialect(
        "constantcontact", "Constant Contact", "[[NAME]]", encoded=False, naming=Naming.UPPER,
        custom_tag="[[CUSTOM.NAME]]",
        names={"first_name": "FIRSTNAME", "last_name": "LASTNAME", "email": "EMAIL", "company_name": "COMPANY"},
    ),
    Dialect(
        "customerio", "Customer.io", "{{customer.NAME|default:nil|url_encode}}", encoded=True, naming=Naming.SNAKE,
        names={"company_name": "company"},
        missing="nothing; without the default filter the mail would not be sent at all",
        note="Use the latest Liquid version (the editor names it at the date of the last save): the legacy one has "
        "other filters.",
    ),
    Dialect(
        "dotdigital", "Dotdigital", "@NAME@", encoded=False, naming=Naming.UPPER,
        names={"company_name": "COMPANY"}, leaked=r"@[A-Z][A-Z0-9_]{1,40}@",
    ),
    Dialect(
        "drip", "Drip", "{{subscriber.NAME|url_encode}}", encoded=True, naming=Naming.SNAKE,
        names={"company_name": "company"},
    ),
    Dialect(
        "getresponse", "GetResponse", "[[NAME]]", encoded=False, naming=Naming.FLAT,
        names={"company_name": "company"},
    ),
    Dialect(
        "hubspot", "HubSpot", "{{contact.NAME|urlencode}}", encoded=True, naming=Naming.FLAT,
        names={"company_name": "company"}, spelling=VARIABLE,
        note="Turn on programmable email for the module or coded template: HubSpot runs filters in no other e-mail. "
        "Without it, use one sealed URL per contact.",
    ),
    Dialect(
        "instantly", "Instantly", "{{NAME}}", encoded=False, naming=Naming.CAMEL, test_send=UNREPLACED,
        note='Turn off every "text only" switch of the campaign: they drop all images. Names with & or # are safest '
        "with one sealed URL per lead.",
    ),
    Dialect(
        "intercom", "Intercom", "{{NAME}}", encoded=False, naming=Naming.SNAKE, names={"company_name": "company.name"},
    ),
    Dialect(
        "iterable", "Iterable", "{{#urlEncode}}{{{NAME}}}{{/urlEncode}}", encoded=True, naming=Naming.CAMEL,
        names={"company_name": "company"},
        note="Keep the three inner braces: with two, the value is HTML-escaped before it is encoded.",
    ),
    Dialect(
        "kit", "Kit (ConvertKit)", "{{subscriber.NAME|url_encode}}", encoded=True, naming=Naming.SNAKE,
        names={"company_name": "company"},
    ),
    Dialect(
        "klaviyo", "Klaviyo", "{{NAME|urlencode}}", encoded=True, naming=Naming.SNAKE,
        # {{organization}} without person is the sender's. Names of places begin with a capital, and case matters.
        names={
            **CONTACT, "full_name": "full_name", "company_name": "person.organization", "city": "person.City",
            "country": "person.Country",
        },
        custom_tag="{{person.NAME|urlencode}}", missing="nothing, or None", spelling=VARIABLE,
        note="Do not add a default filter: HTML tools break its quotes, and imgurl has the fallback.",
    ),
    Dialect(
        "lemlist", "lemlist", "{{NAME}}", encoded=False, naming=Naming.CAMEL, test_send=UNREPLACED,
    ),
    Dialect(
        "loops", "Loops", "{NAME}", encoded=False, naming=Naming.CAMEL, custom_tag="{DATA_VARIABLE:NAME}",
        names={"first_name": "firstName", "last_name": "lastName", "email": "email"},
        leaked=r"\{[A-Za-z_][\w:]{0,60}\}",
    ),
    Dialect(
        "mailchimp", "Mailchimp", "*|URL:NAME|*", encoded=True, naming=Naming.UPPER_SNAKE,
        names={"first_name": "FNAME", "last_name": "LNAME", "company_name": "COMPANY"},
        test_send="<< Test First Name >>, and <<First Name>> in the public archive",
        note="Merge tags have at most 10 characters: look yours up under Audience fields.",
    ),
    Dialect(
        "mailerlite", "MailerLite", "{$NAME}", encoded=False, naming=Naming.SNAKE,
        names={"first_name": "name", "company_name": "company"}, note=XML_WRITERS,
    ),
    Dialect(
        "mailgun", "Mailgun", "%recipient.NAME%", encoded=False, naming=Naming.SNAKE, missing=UNREPLACED,
        test_send=UNREPLACED,
    ),
    Dialect(
        "mandrill", "Mandrill", "*|URL:NAME|*", encoded=True, naming=Naming.UPPER_SNAKE,
        names={"first_name": "FNAME", "last_name": "LNAME", "company_name": "COMPANY"}, missing=UNREPLACED,
        test_send=UNREPLACED,
    ),
    Dialect(
        "marketo", "Marketo", "{{my.NAME}}", encoded=True, naming=Naming.SNAKE, missing="nothing",
        test_send="the chosen lead's value",
        note="Create a Velocity e-mail script token for each name, with the text $!esc.url($lead.FirstName): Marketo's "
        "own lead tokens contain spaces and are not encoded.",
    ),
    Dialect(
        "moosend", "Moosend", "#recipient:NAME#", encoded=False, naming=Naming.FLAT,
        names={"first_name": "name"}, test_send="nothing: an unreplaced tag begins with # and cuts the URL",
    ),
    Dialect(
        "omnisend", "Omnisend", "[[contact.NAME]]", encoded=False, naming=Naming.SNAKE,
        names={"company_name": "company"},
    ),
    Dialect(
        "resend", "Resend", "{{{NAME}}}", encoded=False, naming=Naming.UPPER_SNAKE,
        missing="nothing; a template variable without a value must have a fallback there",
    ),
    Dialect(
        "sendgrid", "SendGrid", "{{NAME}}", encoded=False, naming=Naming.SNAKE, names={"company_name": "company"},
        note="Keep two braces: they turn a double quote in a name into an entity instead of ending the attribute.",
    ),
    Dialect(
        "sfmc", "Salesforce Marketing Cloud", "%%=URLEncode(AttributeValue('NAME'),1,1)=%%", encoded=True,
        naming=Naming.PASCAL, names={"email": "emailaddr", "company_name": "Company"},
        missing="nothing, because AttributeValue is used; a plain unknown column would stop the send",
        note="AMPscript has no form of this tag without single quotes. React Email's <Img> and XML writers turn them "
        "into entities: insert the <img> after these tools, or with dangerouslySetInnerHTML.",
    ),
    Dialect(
        "smartlead", "Smartlead", "{{NAME}}", encoded=False, naming=Naming.SNAKE, test_send=UNREPLACED,
    ),
    Dialect(
        "zoho", "Zoho Campaigns", "$[NAME]$", encoded=False, naming=Naming.UPPER, custom_tag="$[UD:NAME]$",
        names={"first_name": "FNAME", "last_name": "LNAME", "email": "EMAIL", "company_name": "COMPANYNAME"},
        note=XML_WRITERS,
    ),
)  # fmt: skip

BY_ID = {dialect.id: dialect for dialect in DIALECTS}


def find_dialect(dialect: str) -> Dialect:
    """Return the platform of this id. Raises UnknownDialect, which offers near ones."""
    if dialect not in BY_ID:
        raise UnknownDialect(dialect, BY_ID)
    return BY_ID[dialect]


def neutral_tag(name: str, their_name: str | None = None) -> str:
    """Return ``@@first_name@@``, the notation for those who have no platform yet or fill URLs by hand.

    The same text in a URL and in HTML, where ``<<first_name>>`` would be escaped. Raises BadValue as
    ``Dialect.tag_for`` does.
    """
    _check_their_name(name, their_name, "a platform", THEIR_NAME)
    return f"@@{their_name or name}@@"


def _check_their_name(name: str, their_name: str | None, platform: str, spelling: re.Pattern[str]) -> None:
    if their_name is None:
        return
    if not THEIR_NAME.fullmatch(their_name):
        raise BadValue(name, f"maps to '{their_name}', which is not a valid field name of {platform}")
    if not spelling.fullmatch(their_name):
        raise BadValue(
            name,
            f"maps to '{their_name}', which {platform} reads only in quotes, and HTML tools break quotes; copy it "
            "into a property named with letters, digits and _",
        )
