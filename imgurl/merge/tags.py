"""Recognise a merge tag that nobody replaced, before a customer sees it.

Three nets: the very tag this platform would have written for the field; the forms that only tags have, anywhere in a
value; and a whole value between signs, where the text between them is named like a field. The last one weighs:
``{FirstName}``, ``[First Name]`` and ``%first_name%`` are tags, ``{Ava}``, ``[sic]``, ``$uicideboy$`` and ``Ke$ha`` are
not. Both sides are in tests/data.
"""

import html
import re
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

from imgurl.merge.dialects import Dialect

ANYWHERE = re.compile(
    "|".join(
        (
            r"\*\|[^|*\n]{1,120}\|\s?\*",  # Mailchimp, Mandrill; a mail server may break the line in its end
            r"<<\s*[^\W\d_][^<>\n]{0,60}?\s*>>",  # Mailchimp's test sends and archive
            r"@@\w[\w.\-$:]{0,79}@@",  # our own notation
            r"\{\{\{?[^{}\n]{1,200}(?:\{[^{}\n]*\}[^{}\n]*)?\}?\}\}",  # Handlebars, Liquid, Django, Braze's {{${x}}}
            r"\{\{\s*[A-Za-z_$]|\*\|[A-Z_:]+$",  # … also cut off at a space
            r"\w\s*\}\}$|[A-Z_:]{2,}\|\*",  # … and what is left of one whose beginning was
            r"\{\s*[A-Za-z]+(?:_[A-Za-z0-9]+)+\s*(?:\|[^{}\n]{0,80})?\}",  # {first_name}Smith, {first_name|there}
            r"\$\([a-z_][\w.]{2,40}\)",
            r"\{%-?\s*\w[^%]{0,200}%\}",
            r"%%=?\s*[A-Za-z_][^%\n]{0,160}=?%%",  # Salesforce Marketing Cloud
            r"\[\[\s*[A-Za-z_][^\[\]\n]{0,120}\]\]",
            r"\$\[[A-Z][A-Z0-9_:]{1,40}(?:\|[^\]\n]{0,80})*\]\$",  # Zoho
            r"\{\$[A-Za-z_]\w*(?:\|[^{}\n]{0,80})?\}",  # MailerLite, Smarty
            r"\{![A-Za-z_][\w.\- ]{0,60}\}",  # AWeber, Salesforce
            r"%recipient[._]?\w*(?:\.\w+)?%",  # Mailgun
            r"\{(?:DATA_VARIABLE|contact)[:.]\w+\}",  # Loops
            r"<%=?[^%\n]{1,160}%>",
            r"[$#%@]\{[A-Za-z_][\w.]{0,60}\}",  # shells, JSP, Ruby, Razor
            r"\$!(?:\{\s*)?[A-Za-z_]\w*",  # Velocity's quiet reference …
            r"(?<![\w$])\$\{?(?=[\w.]*[a-z])[A-Za-z_]\w+(?:\.[A-Za-z_]\w+)+(?:\(|\}|\b)",  # … paths and calls
            r"(?<![\w$])\$\w{0,30}(?i:name)\b",
            r"%\([A-Za-z_]\w{0,40}\)s",  # Python
            r"@@[A-Za-z_][\w.\-$:]{0,60}@@",  # our other notation
            r"\(\([a-z_][\w ]{0,40}\)\)",  # GOV.UK Notify
            r"#(?:recipient|campaign):[^#\n]{1,60}#",  # Moosend
            r"\[[A-Za-z_][\w ]{0,40},\s*fallback=[^\]\n]{0,80}\]",  # Campaign Monitor
        )
    )
)
# Nobody's name is written in capitals between percent signs, whichever platform sent it.
# A program that writes by a form leaves %s and %1$s.
WHOLE = re.compile(r"%[A-Z][A-Z0-9_\-]{1,40}(?:\|[A-Z]*)?%|\[[A-Za-z_][\w ]{0,40},\s*fallback=.*\]|%(?:\d\$)?[sd@]")

# The signs that tags begin and end with: a value without any of them, or of their escapes, is not a tag.
SIGNS = re.compile(r"[{}\[\]()<>%$#@|~*!^«»‹›&`]|^[_:\-].*[_:\-]$")
# A whole value between signs, or after the one sign that begins a variable.
BETWEEN = re.compile(
    r"(?P<open>[{\[(<«‹%$#@|~*!^_:`\-]{1,4})\s*(?P<inside>[^\W\d_][\w.:=\- ]{0,58}?\w|\w)"
    r"\s*(?P<close>[}\])>»›%$#@|~*!^_:`\-]{0,4})"
)
# The same amid other words.
AMID = re.compile(
    r"(?P<open>[{\[<«%])\s*(?P<inside>[^\W\d_][\w.\- ]{1,40}?)\s*(?P<close>[}\]>»%])(?!\w)",
)
PAIRS = {"{": "}", "[": "]", "(": ")", "<": ">", "«": "»", "‹": "›"}
# Signs that people put around a word to stress it, or to make a face.
DECORATIONS = "-*~_!:^|@"
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
PATH = re.compile(r"[^\W\d]\w*(?:[.:=][^\W\d]\w*)+")
ANY_NAME = frozenset(("name", "email", "firstname", "lastname"))
CAMEL = re.compile(r"[a-z]{2,}(?:[A-Z][a-z0-9]+)+")

# Words that fields are called by themselves …
FIELD_WORDS = frozenset(
    "name firstname lastname fullname givenname familyname surname forename nickname username displayname fname lname "
    "email mail emailaddress mailaddress phone phonenumber mobile telephone company companyname organisation "
    "organization organisationname organizationname accountname employer jobtitle city state country zip zipcode "
    "postcode postalcode address street birthday birthdate dob salutation recipient subscriber contact customer lead "
    "customername contactname clientname username user client member "
    "merge mergefield mergetag placeholder variable value field "
    "vorname nachname anrede firma ort prenom prénom nom ville societe société entreprise nombre apellido apellidos "
    "ciudad empresa nome cognome citta città azienda sobrenome voornaam achternaam bedrijf fornamn förnamn efternamn "
    "etternavn imie imię nazwisko имя фамилия 姓名 氏名 名前".split()
)
# … and those that join with them: two of either, one of the first row, are a field.
JOINED_WORDS = frozenset(
    "first last full given family middle nick display user contact customer client company account organisation "
    "organization name names email mail address phone mobile number job title city state country zip postal post code "
    "street birth date id order event offer product price amount currency coupon discount promo tracking invoice url "
    "link image recipient subscriber lead person profile member custom attribute field property data merge tag text "
    "value your test my our sender owner rep deal plan points reward".split()
)
# What a template asks its reader to do with such a field: [Insert Name], [ENTER YOUR FIRST NAME HERE].
PROMPTS = frozenset("insert enter type put your here".split())

# A fallback or filter of a tag: {name|there}.
FILTER = re.compile(r"\s*\|[^\[\]{}%<>|]{0,80}([\]}%>]+)$")

# What the URL standard leaves as it is in a query, and what older HTML tools percent-encode all the same.
ENCODED_BRACKETS = re.compile(r"%(?:25)*(?:7[BCDbcd]|5[BDbd])")


def is_unreplaced_tag(raw: str, decoded: str, dialect: Dialect | None, field: str) -> bool:
    """Say whether a value is, or holds, a merge tag that was not replaced.

    ``raw`` is the value as it stood in the URL, ``decoded`` after decoding, ``field`` our name of the field. Both
    values are looked at, because ``%DATE%`` looks like an escape and some editors encode the tag itself, up to twice.
    """
    if not SIGNS.search(raw) and not SIGNS.search(decoded):
        return False
    whole = _whole(dialect.leaked) if dialect and dialect.leaked else WHOLE
    ours = _squeezed(dialect.tag_for(field)) if dialect else None
    return any(
        ANYWHERE.search(text)
        or whole.fullmatch(text.strip())
        or _is_field_between_signs(FILTER.sub(r"\1", text.strip()), field)
        or any(map(_is_named_amid_words, AMID.finditer(text)))
        or (ours is not None and ours in _squeezed(text))
        for text in _spellings(raw, decoded)
    )


def has_encoded_brackets(raw: str) -> bool:
    """Say whether the brackets or bars of a tag came percent-encoded, as no browser sends them."""
    return ENCODED_BRACKETS.search(raw) is not None


def _spellings(raw: str, decoded: str) -> set[str]:
    spellings = {raw, decoded}
    for text in (raw, decoded):
        if "%" in text or "+" in text or "&" in text:
            once = unquote(text, errors="replace")
            spellings |= {
                once,
                unquote(once, errors="replace"),
                unquote_plus(text, errors="replace"),
                html.unescape(text),
                # A proxy encodes the percent sign that begins no escape: %ACCOUNT_NAME%25.
                re.sub("%(?:25)+", "%", text),
            }
    return spellings


def _is_field_between_signs(text: str, field: str) -> bool:
    match = BETWEEN.fullmatch(text)
    if match is None:
        return False
    opening, inside, closing = match.group("open", "inside", "close")
    if not closing:
        return opening in {"$", "$!", "@", ":"} and _is_called_as_a_field(inside, field, opening[0])
    sign = opening[0]
    if PAIRS.get(sign, sign) != closing[-1]:
        return False
    if _is_called_as_a_field(inside, field, sign):
        return True
    if sign == "%":
        return inside.isascii() and " " not in inside
    if "_" in inside.strip("_"):
        return sign not in DECORATIONS
    if PATH.fullmatch(inside):
        # {contactfield=firstname}; but [St.Pauli], (Dr.Oetker) and <A.B> are words.
        return sign == "{" or (sign in "[<«‹$#" and inside[0].islower() and len(inside) > 3)
    return sign == "{" and CAMEL.fullmatch(inside) is not None


def _is_named_amid_words(match: re.Match[str]) -> bool:
    """Say whether the text between signs, amid other words, is a name that only fields have."""
    sign, inside, closing = match.group("open", "inside", "close")
    if PAIRS.get(sign, sign) != closing or not _is_called_as_a_field(inside, "", sign):
        return False
    if sign == "%" and (" " in match.group() or match.string[: match.start()][-1:].isdigit()):
        return False  # two percentages
    # "[Customer] Ava" is a remark, "[Customer Name]" is none.
    return sign in "{%«" or "name" in inside.casefold() or "email" in inside.casefold()


def _is_called_as_a_field(inside: str, field: str, sign: str) -> bool:
    """Say whether a text is the name of this field, or what fields are called anywhere."""
    plain = re.sub(r"[\W_]", "", inside).casefold()
    if plain in FIELD_WORDS:
        return True
    if plain == field.replace("_", ""):
        return sign != "(" and sign not in DECORATIONS
    words = [word.casefold() for word in WORD.findall(inside)]
    rest = [word for word in words if word not in PROMPTS]
    if len(rest) < len(words) and "".join(rest) in FIELD_WORDS:
        return True
    if len(words) < 2:
        return False
    if sign == "(" and not ANY_NAME & set(words):
        return False
    if sign == "$" and "_" in inside and inside == inside.lower():
        return True
    return all(
        word in FIELD_WORDS or word in JOINED_WORDS or (word.isdigit() and sign in "{%$") for word in rest or words
    )


@lru_cache(maxsize=64)
def _whole(leaked: str) -> re.Pattern[str]:
    return re.compile(f"{WHOLE.pattern}|{leaked}")


def _squeezed(text: str) -> str:
    return "".join(text.split())
