"""Does a text hold a phone number? Years, ranges, standards, amounts and register numbers are not.

Own rules, because free text names no country: of the numbers in tests/data/value-corpus.json phonenumberslite 9.0.42
finds 76 of 183 without a region (all that begin with a plus) and 152 with seven regions, and then takes order numbers,
register numbers and "20.–24.10.2026" for phones; these rules find all, and take none. The groupings are those of ITU-T
E.123 and of national plans. Digits in a row without a grouping are not a phone number but that of an order or a member.
"""

import re

# What people put between the digits, two at the most.
GAP = r"[ ().\-\u2010-\u2015/]{0,2}"

DATE = re.compile(
    r"(?<!\d)(?<!\d[./-])(?:\d{1,2}([./ -])\d{1,2}\1(?:19|20)\d{2}|\d{1,2}([./-])\d{1,2}\2\d{2}"
    r"|\d{4}([./-])\d{1,2}\3\d{1,2})(?!\d|[./-]\d)"
)
YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?:\s?[-\u2010-\u2015/]\s?(?:(?:19|20)\d\d|\d\d))?(?![\d-])")
# Of thousands: 1 000 000, also after a plus.
AMOUNT = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ .,'\u2019]\d{3})*[ .,'\u2019]000(?!\d)")
# An international number of 8 to 15 digits.
INTERNATIONAL = re.compile(rf"(?<![\w+])(?<!\d )(?:\(?\+|00 ?(?=[1-9]))(?:{GAP}\d){{8,15}}(?!\d)")
# What precedes a number that is not a phone number.
REFERENCE = re.compile(
    r"(?:\b(?:no|nr|num|number|nummer|id|ref|reference|order|invoice|inv|case|ticket|permit|licen[cs]e|reg|booking|isbn"
    r"|issn|ean|sku|vat|abn|acn|siret|siren|iban|account|konto|policy|batch|lot|serial|sn|item|art|member|code|key|po"
    r"|cert|certificate|registration|registered|part|model|bestellung|rechnung|commande|pedido|hrb|krs|nip|cvr|kvk"
    r"|rpm|iso|din|en|iec|rfc|ustid|tax|doi|imei|vin)|[#№§])[\s.:#°º-]{0,3}(?:(?:no|nr|number|id)[\s.:]{0,2})?$",
    re.IGNORECASE,
)
NATIONAL = re.compile(
    r"(?<![\w#+-])(?<!\d[.,:/])(?:"
    rf"(?<!\d )(?!\d{{3}}-\d\d-\d{{4}}(?!\d))\(?0[1-9](?:{GAP}\d){{7,11}}"  # trunk prefix 0: 06 12 34 56 78
    r"|(?:1[ .-]?)?(?:\([1-9]\d\d\) ?|[1-9]\d\d[ .\u2010-\u2015-])\d{3}[ .\u2010-\u2015-]\d{4}"  # North America
    r"|\([1-9]\d{1,3}\) ?/?(?:\d{2,5}(?:[ -]\d{2,4}){1,3}|\d{6,9})"  # area code in brackets: (11) 91234-5678
    r"|(?:8[ -])?\(?[1-9]\d\d\)?[ -]\d{3}[ -]\d{2}[ -]\d{2}"  # 3-3-2-2: Russia with its 8, Turkey, Colombia
    r"|[1-9]\d\d[ -]\d\d[ -]\d\d"  # 3-2-2, a local number
    r"|1[3-9]\d(?:[ -]\d{4}[ -]\d{4}|\d{8})"  # China's mobiles
    r"|[6-9]\d{4}[ -]\d{5}"  # India's mobiles
    r"|[1-9]\d{3}[ -]\d{3}[ -]\d{3}"  # 4-3-3
    r"|[1-9]\d/\d{3}-\d{3,4}"  # Hungary
    r"|1?-?8(?:00|33|44|55|66|77|88)-[A-Z\d-]{7,9}"  # free of charge, in letters too
    r"|555-\d{4}"
    r")(?:\s?(?:x|ext\.?)\s?\d{1,5})?(?![\w,-]|[./]\d)"
)
# Brazil, Japan without its 0: 11 91234-5678; in a text without years, "Season 12 2024-2025" is none.
TWO_FOUR_FOUR = re.compile(r"(?<![\w#+-])(?<!\d[ .,:/])[1-9]\d[ -]9?\d{4}-\d{4}(?![\w,-]|[./]\d)")
# Four pairs as in Denmark and Norway; sizes and weeks go up, phone numbers need not.
PAIRS = re.compile(r"(?<![\w#+-])(?<!\d[ .,:/])[2-9]\d(?: \d\d){3}(?![\w,-]|[ ./]\d)")
CALL = re.compile(
    r"(?:\b(?:call|dial|ring|phone|telephone|tel|mob|mobile|cell|text|sms|whats ?app|viber|signal|hotline|fax|ph|fon"
    r"|telefon|t[eé]l[eé]phone|t[eé]l|handy|anruf|anrufen|ruf|appelez|llame|llama|ll[aá]menos|ligue|chiama|bel)\b"
    r"|[\u260e\u2706\u260f\U0001f4de\U0001f4f1\U0001f57f])[\s.:!-]{0,3}"
    r"(?:(?:us|me|now|on|at|number|no|al|unter|au|le)[\s.:]{1,3}){0,2}"
    rf"[(+]?\d(?:{GAP}\d){{5,14}}",
    re.IGNORECASE,
)
# In a person's name seven digits are enough, however they are grouped, and four after a plus.
IN_A_NAME = re.compile(rf"(?:\d{GAP}){{6}}\d|(?:^|[\s(:])\+\s?\d(?:{GAP}\d){{3}}")


def holds_phone_number(text: str, *, is_name: bool = False) -> bool:
    """Say whether a folded text (NFKC, ASCII digits) holds a phone number; ``is_name``: it is to be a person's name."""
    bare = AMOUNT.sub(" # ", DATE.sub(" # ", text))
    without_years = YEARS.sub(" # ", bare)
    if is_name and IN_A_NAME.search(without_years):
        return True
    if CALL.search(without_years) or TWO_FOUR_FOUR.search(without_years):
        return True
    if any(sorted(match.group().split()) != match.group().split() for match in PAIRS.finditer(bare)):
        return True
    numbers = (*INTERNATIONAL.finditer(bare), *NATIONAL.finditer(bare))
    return any(not REFERENCE.search(bare[: match.start()]) for match in numbers)
