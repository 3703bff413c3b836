"""The initials of a person or a company: what is drawn where there is no portrait and no logo."""

import re

from imgurl.merge.name_words import TITLES
from imgurl.merge.names import key_of
from imgurl.text.clusters import clusters

WORD = re.compile(r"[^\W_]\S*")

# Acme Inc. is A, not AI.
COMPANY_FORMS = frozenset(
    "inc ltd llc llp plc corp corporation co company gmbh ag kg ohg ug se sa sas sarl srl spa bv nv ab as oy".split()
)


def initials_of(text: str) -> str:
    """Return the first letters of the first and the last word in capitals; "" for a text without letters or digits.

    Titles and company forms do not count. Of a script without capitals it is one letter: two would read as a word.
    """
    words = WORD.findall(text)
    counted = [word for word in words if key_of(word) not in TITLES and key_of(word) not in COMPANY_FORMS] or words
    if not counted:
        return ""
    first, last = clusters(counted[0])[0], clusters(counted[-1])[0]
    has_capitals = first.upper() != first.lower()
    return (first + last if has_capitals and len(counted) > 1 else first).upper()
