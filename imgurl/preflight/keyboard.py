"""Walks over a keyboard: what fingers type that have nothing to say. ``asdf``, ``qwertz``, ``jkljkl``, ``йцукен``."""

import re
from functools import lru_cache

ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiopü", "asdfghjklöä", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "1234567890",
    # Dvorak, Colemak, Neo, Turkish F; Greek, Hebrew, Arabic, Armenian, Georgian, Ukrainian, Bulgarian.
    "aoeuidhtns", "qjkxbmwvz", "qwfpgjluy", "arstdhneio", "uiaeosnrtdy", "xvlcwkhgfq", "fgğıodrnhpqw", "uieaütkmlyş",
    "ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ", "קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ", "ضصثقفغعهخحجد",
    "شسيبلاتنمكط", "ئءؤرىةوزظ",
    "ქწერტყუიოპ", "ასდფგჰჯკლ", "ზხცვბნმ", "йцукенгшщзхї", "фівапролджє", "явертъуиопшщ", "асдфгхйкл", "зьцжбнм",
    # Korean, as its letters are typed; Thai; Devanagari (InScript).
    "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ", "ๆไำพะัีรนยบล", "ฟหกดเ้่าสวง", "ผปแอิืทมใฝ", "ौैाीूबहगदज",
    # Columns, which fingers walk down as well.
    "qaz", "wsx", "edc", "rfv", "tgb", "yhn", "ujm", "qay", "aqw", "zsx", "йфя", "цыч", "увс",
)  # fmt: skip
# From the left and from the right.
LINES = " ".join(line for row in ROWS for line in (row, row[::-1]))

# A walk of so many keys is one by itself; of a shorter one there have to be several, and nothing else.
LONG, SHORT = 4, 3

# Stretches of a row that are names or words: Mr Trew, Ms Wert, Ms Reza.
# In other layouts: Ms Arst, Ms Neio; words of Greek, Arabic and Hebrew that lie in a row.
REAL = frozenset(("trew", "wert", "tyui", "poi", "rew", "ert", "treu", "oiu", "lkj", "azer", "reza"))

# Where hands rest or begin, and the first three letters of alphabets: too short to be walks, and no names.
BEGINNINGS = frozenset((
    "asd", "qwe", "zxc", "yxc", "jkl", "qsd", "wxc", "йцу", "фыв", "ячс", "фів", "ασδ", "ςερ", "ㅁㄴㅇ", "ㅂㅈㄷ",
    "شسي", "שדג",
    "abc", "абв", "αβγ", "אבג", "あいう", "アイウ", "가나다", "ㄱㄴㄷ", "กขค", "अआइ",
))  # fmt: skip
ALPHABETS = "abcdefghijklmnopqrstuvwxyz абвгдежзийклмнопрстуфхцчшщъыьэюя αβγδεζηθικλμνξοπρστυφχψω"

# The home row and the lowest one without vowels: no name is written with these alone. Typed with one hand's rest.
MASHED = re.compile(r"[sdfghjkl]{4,}|[zxcvbnm]{4,}|[йцкнгшщзхъ]{5,}")
# John III; what "xxx" is says imgurl.preflight.words.
NOT_TYPED = frozenset(("iii", "xxx"))
REPEATED = re.compile(r"(.{1,4}?)\1{2,}")


@lru_cache(maxsize=4096)
def is_walk(text: str) -> bool:
    """Say whether a text in lowercase is walks over a keyboard alone; blanks and signs between them don't count."""
    keys = re.sub(r"[\W_]+", "", text)
    if keys in BEGINNINGS:
        return True
    if len(keys) < LONG or keys in REAL:
        return False
    if keys in LINES or MASHED.fullmatch(keys):
        return True
    # asdasd, qweqwe: too short to be one walk, and the same again.
    return len(keys) >= 2 * SHORT and keys[:SHORT] in LINES and _is_paved(keys)


def _is_paved(keys: str) -> bool:
    """Say whether a text is nothing but stretches of rows, each of at least three keys."""
    ends = {0}
    for end in range(SHORT, len(keys) + 1):
        if any(
            start in ends and keys[start:end] not in REAL and keys[start:end] in LINES
            for start in range(max(0, end - 12), end - SHORT + 1)
        ):
            ends.add(end)
    return len(keys) in ends


def is_repeated(text: str) -> bool:
    """Say whether a text in lowercase is a few signs over and over (aaa, xyxyxy), or an alphabet's in their order."""
    keys = re.sub(r"[\W_]+", "", text)
    if len(keys) >= SHORT and len(set(keys)) == 1 and keys.upper() != keys:
        return keys not in NOT_TYPED
    once = re.sub(r"(.)\1+", r"\1", keys)
    if len(keys) >= LONG and len(once) >= SHORT and once in ALPHABETS:
        return once not in REAL
    match = REPEATED.fullmatch(keys)
    return match is not None and len(keys) >= LONG
