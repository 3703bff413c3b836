"""Does a value look like a web address, a mail address or a phone number?

An open URL can be filled by anybody: what it draws must not become someone else's billboard. The test runs on a
folded copy (NFKC, all dots alike), so that ``ｅｖｉｌ．ｅｘａｍｐｌｅ`` and ``evil[.]example`` are seen too.
"""

import re
import unicodedata

# Full-width, small, one-dot-leader, ideographic and half-width ideographic full stops; NFKC folds only some.
DOTS = re.compile("[\u3002\uff0e\ufe52\u2024\uff61\u06d4\u0701\u0702]")
HIDDEN_DOT = re.compile(r"\s*[\[({]\s*(?:\.|dot)\s*[\])}]\s*", re.IGNORECASE)

SCHEME = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,15}://)|\b(?:www\d?\.|mailto:|tel:|sms:)", re.IGNORECASE)
HANDLE = re.compile(r"@[\w]")
DOMAIN = re.compile(r"(?<![\w.])((?:[\w-]{1,63}\.){1,100})([^\W\d_]{2,24})(?![\w])")
# Endings that are surely domains however they are capitalised; of others only the all-small or all-capital ones
# count, because CRM data is full of "J.Smith" and "St.Pauli".
COMMON_ENDINGS = frozenset(
    "com net org info biz io co ai app dev me tv cc ly gg to xyz top shop store online site live club vip pro link "
    "click win bet us uk de fr es it nl eu ch at be pl pt se no dk fi ru ua cn jp kr in br mx ca au nz za tr ir "
    "example test invalid local onion".split()
)

DATE = re.compile(r"(?<!\d)(?:\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./-])\d{1,2}\2\d{1,2})(?!\d)")
# Seven digits in a row, separated by nothing but what people put into phone numbers; or a plus and four digits.
PHONE = re.compile(r"(?:\d[ ().\-\u2010-\u2015]{0,3}){6}\d|(?:^|[\s(:])\+\s?\d(?:[ ().\-]{0,3}\d){3}")


def looks_like_link(text: str) -> bool:
    """Say whether ``text``, at most 200 code points, holds a web or mail address, a handle or a phone number."""
    if text.isascii() and not any(mark in text for mark in ".:@([{") and sum(map(str.isdigit, text)) < 4:
        return False
    folded = HIDDEN_DOT.sub(".", DOTS.sub(".", _seen(unicodedata.normalize("NFKC", DOTS.sub(".", text)))))
    return bool(
        SCHEME.search(folded)
        or HANDLE.search(folded)
        or _has_domain(folded)
        or PHONE.search(_western_digits(DATE.sub(" / ", folded)))
    )


def _seen(text: str) -> str:
    """Leave out joiners, variation selectors and other marks: what is drawn without them is the same address."""
    return "".join(character for character in text if unicodedata.category(character) not in ("Mn", "Me", "Cf"))


def _has_domain(text: str) -> bool:
    for match in DOMAIN.finditer(text):
        ending = match.group(2)
        if ending.lower() in COMMON_ENDINGS:
            return True
        if len(match.group(1)) > 2 and (ending.islower() or ending.isupper()):
            return True
    return False


def _western_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character, character)) for character in text)
