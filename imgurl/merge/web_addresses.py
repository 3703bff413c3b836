"""Does a value look like a web address, a mail address, a handle or a phone number?

An open URL can be filled by anybody: what it draws must not become someone else's billboard. The test runs on a
folded copy (NFKC, all dots alike), so that ``ｅｖｉｌ．ｃｏｍ``, ``evil[.]com`` and ``evil · com`` are seen too.

A name that is lost harms its recipient as surely as an address that is drawn, so both sides are weighed: initials,
titles, degrees, company forms and names in capitals are full of dots. tests/data/value-corpus.json holds both sides,
tests/merge/test_web_addresses.py the bounds.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from imgurl.merge.phones import holds_phone_number

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

# Small, one-dot-leader, ideographic and half-width ideographic full stops; NFKC folds only some. And raised ones.
DOTS = re.compile("[\u3002\uff0e\ufe52\u2024\uff61\u06d4\u0701\u0702]")
RAISED = "\u00b7\u0387\u2022\u2027\u2219\u22c5\u30fb"
# Not between two l, as Catalan has it: Al·lot.
RAISED_DOT = re.compile(rf"(?<=[^\Wl])[{RAISED}](?=\w)|(?<=l)[{RAISED}](?=[^\Wl])", re.IGNORECASE)
HIDDEN_DOT = re.compile(r"\s*[\[({<]\s*(?:\.|dot|punkt|punto|point)\s*[\])}>]\s*", re.IGNORECASE)

# Endings that are surely domains, however they are capitalised …
COMMON = (
    "com net org info biz io app dev xyz top shop store online site website club vip click bet casino loan icu buzz "
    "example test invalid local onion localhost"
)
COMMON_ENDINGS = frozenset(COMMON.split())
# … and those of special use (RFC 6761, RFC 7686), which no list of delegated ones has.
SPECIAL_ENDINGS = frozenset("example test invalid local onion localhost".split())
# "evil . com", "evil .com", "evil dot com": no sentence is spaced so. "evil. com" and "evil · com" could be one, but
# not with these endings. And .NET is a thing to talk about.
SPACED_DOT = re.compile(
    rf"(?<=\w)(?:\s+\.\s*|\s+dot\s+)(?=(?:{'|'.join(sorted(COMMON_ENDINGS - {'net'}))}|co|ru|cn|de|uk|me)\b)"
    rf"|(?<=\w)(?:\s*[.{RAISED}]\s+|\s+[.{RAISED}]\s*|\s+dot\s+)(?=(?:com|org|net|example)\b(?-i:(?<!NET)))",
    re.IGNORECASE,
)

SPELT_DOT = re.compile(r"\sdot\s", re.IGNORECASE)

SCHEME = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,15}://)|\b(?:www\d?\.|mailto:|tel:|sms:)", re.IGNORECASE)
HANDLE = re.compile(r"@[\w]")
HOST = re.compile(r"(?<![\w.-])((?:[\w-]{1,63}\.){1,100})([\w-]{1,63})(?![\w-])")
PATH = re.compile(r"\.?(?:/[\w~%?#.@-]|\?\w+=|:\d{2,5}(?!\d)|#\w)")

# What comes before a dot in names of people and companies: titles, degrees, company forms, short given names.
ABBREVIATIONS = frozenset(
    "dr dra prof mr mrs ms mx st ste sr sra srta jr rev fr hon ing mag dipl univ lic capt col gen lt sgt maj ph phd "
    "sc msc bsc com arch ed eng tech med jur rer nat phil oec vet habil ba ma mba llm llb ll bs be me hons co cie "
    "corp inc ltd pty pvt sdn bhd pte llc plc gmbh mbh kg ag sa sl srl sp spa oy oyj ab as asa bv nv cv snc sas sarl "
    "eurl cia lda ltda ooo zao oao pao ao tov kft zrt nyrt doo dd sro aps hf ehf md mohd muhd moh kh sk mst abd abu "
    "bin wm jas lek mgr dent av avda ul chas geo thos robt jos jo nr no vol bd jan feb mar apr jun jul aug sep sept "
    "oct nov dec mon tue wed thu fri sat sun mo di mi do str ave blvd rd vs etc approx dept".split()
)
# Particles of family names that are delegated too: "Maria.de Souza", "J.La Rue".
PARTICLES = frozenset(("de", "la", "al", "do", "st", "mc", "li"))
# Words that are delegated too: "Thanks.so much", where the space after a full stop is missing.
WORDS = frozenset(("so", "it", "is", "in", "my", "no", "to", "be", "at", "as", "am", "us", "do", "me"))
DOT_NET = frozenset(("ASP", "VB", "ADO", "ML", "CLR"))
# Cyrillic and Greek letters that look like Latin ones: evil.сom.
LOOKALIKES = str.maketrans("асеіјорѕхуԁһոαοριντυκϲ", "aceijopsxydhnaopivtukc")


def looks_like_address(text: str, *, is_name: bool = False) -> bool:
    """Say whether ``text``, at most 200 code points, holds a web or mail address, a handle or a phone number.

    ``is_name`` says that it is to be a person's name, in which any seven digits are a number.
    """
    if not SPELT_DOT.search(text):
        if text.replace(" ", "").isalpha():
            return False
        if text.isascii() and not any(mark in text for mark in ".:@([{<") and sum(map(str.isdigit, text)) < 4:
            return False
    folded = _folded(text)
    return bool(
        SCHEME.search(folded)
        or HANDLE.search(folded)
        or ("." in folded and _has_host(folded))
        or holds_phone_number(_western_digits(folded), is_name=is_name)
    )


def _folded(text: str) -> str:
    if text.isascii():
        folded = text
    else:
        # NFKC makes a raised dot of none of its kind; what is drawn without marks is the same address.
        folded = DOTS.sub(".", _seen(unicodedata.normalize("NFKC", DOTS.sub(".", text))))
        folded = RAISED_DOT.sub(".", folded)
    return SPACED_DOT.sub(".", HIDDEN_DOT.sub(".", folded))


def _seen(text: str) -> str:
    """Leave out joiners, variation selectors and other marks: what is drawn without them is the same address."""
    return "".join(character for character in text if unicodedata.category(character) not in ("Mn", "Me", "Cf"))


def _has_host(text: str) -> bool:
    return any(_is_host(text, match) for match in HOST.finditer(text))


def _is_host(text: str, match: re.Match[str]) -> bool:
    """Say whether a run of labels is a registered-looking host rather than somebody's initials or title."""
    host = match.group()
    labels = host.split(".")
    ending = _registered_ending(labels)
    if not ending:
        return _is_address(text, match)
    is_lower = host == host.lower()
    real = [label for label in labels[:-1] if _is_real(label)]
    if PATH.match(text, match.end()):
        return bool(real) or is_lower
    if not real:
        # x.shop, and one-letter labels by the dozen; not b.com (hons), which is a degree.
        return is_lower and (len(labels) > 4 or (ending in COMMON_ENDINGS and host not in ("b.com", "m.com")))
    if labels[-1] == "NET" and labels[-2] in DOT_NET:
        return False
    # Of three labels, the one that is registered has to be more than an initial: will.i.am is called so.
    if ending in COMMON_ENDINGS or len(labels) > 2:
        return ending in COMMON_ENDINGS or _is_real(_registered_label(labels, ending))
    behind = text[match.end() : match.end() + 2].strip()
    if (ending in PARTICLES and behind.isupper()) or (ending in WORDS and behind.islower() and host[0].isupper()):
        return False
    # Evil.de and evil.de; not Anna.Li, MD.RAHMAN or MARIA.DE.
    return labels[-1] == labels[-1].lower()


def _is_real(label: str) -> bool:
    """Say whether a label is more than an initial, a title, a degree, a company form or a number."""
    folded = label.casefold()
    if len(label) < 2 or folded in ABBREVIATIONS or label.isdigit():
        return False
    # Kh, Md, Mst: a name without a vowel is a short form of one.
    return not (label[:1].isupper() and len(label) <= 3 and not re.search("[aeiouy]", folded) and label.isascii())


def _is_address(text: str, match: re.Match[str]) -> bool:
    """Say whether it is an IPv4 address: one with a path, or longer than versions and sections of norms are."""
    parts = match.group().split(".")
    if len(parts) != 4 or not all(part.isdecimal() and int(part) < 256 for part in parts):
        return False
    return bool(PATH.match(text, match.end())) or sum(len(part) == 3 for part in parts) > 1


def _registered_ending(labels: Sequence[str]) -> str:
    """Return the last label where it is delegated and a label before it can be registered, else ""."""
    last = labels[-1].lower()
    bare = "".join(sign for sign in unicodedata.normalize("NFD", last) if unicodedata.category(sign) != "Mn")
    for ending in dict.fromkeys((last, bare.translate(LOOKALIKES))):
        if ending in SPECIAL_ENDINGS or _registered_label(labels, ending):
            return ending
    return ""


def _registered_label(labels: Sequence[str], ending: str) -> str:
    """Return the label before a delegated suffix, evil of shop.evil.co.uk, as it is written; "" if there is none."""
    if ending in SPECIAL_ENDINGS:
        return labels[-2]
    registered = _suffixes().privatesuffix(".".join((*labels[:-1], ending)).lower())
    return labels[-len(registered.split("."))] if registered else ""


@lru_cache(maxsize=1)
def _suffixes() -> "PublicSuffixList":
    # Imported late: 80 ms, and most values have no dot.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList(only_icann=True, accept_unknown=False)


def _western_digits(text: str) -> str:
    return text if text.isascii() else "".join(str(unicodedata.decimal(character, character)) for character in text)
