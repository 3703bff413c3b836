"""Reading booleans: what databases, programs and spreadsheets write for yes and no."""

import re

from imgurl.merge.icu import plain
from imgurl.merge.kinds import NotOfType

# Programs and databases; then what Excel writes in its languages, and what people write in theirs.
YES = frozenset(
    """
    true t yes y on 1 -1 .t. checked enabled ✓ ✔ ☑ ✅ wahr vrai verdadero verdadeiro vero waar sant sand sann tosi
    prawda pravda igaz adevărat adevarat doğru αληθησ истина істина ja oui sí si sim da tak ano áno igen evet kyllä
    ναι да так はい 是 예 네 نعم כן हाँ vâng có ya
    """.split()
)
NO = frozenset(
    """
    false f no n off 0 .f. unchecked disabled ✗ ✘ ☐ ❌ falsch faux falso onwaar falskt falsk usann epätosi fałsz falsz
    nepravda hamis fals yanlış yanliş yanlis ψευδησ ложь хибність nein non não nao nee nej nei nie ne nem hayır hayir
    ei όχι нет ні いいえ 否 아니요 아니오 لا לא नहीं không tidak
    """.split()
)


def read_boolean(text: str) -> bool | None:
    """Return what a text says, None if it says neither: ``t``, ``1.0``, ``WAHR``, ``VRAI``, ``нет``."""
    folded = text.strip().casefold().replace("i\u0307", "i")
    if folded in YES:
        return True
    if folded in NO:
        return False
    try:
        # pandas makes 1.0 of a column in which a cell is empty; a decimal comma comes from a spreadsheet.
        number = re.fullmatch(r"([01])[.,]0+|([01])", plain(text, "not-a-flag"))
    except NotOfType:
        return None
    return None if number is None else "1" in number.groups()
