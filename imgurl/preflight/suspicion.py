"""What is suspicious about a value: it may be drawn as it is, and should make somebody look at its row."""

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from imgurl.merge.fields import MergeField
from imgurl.merge.judge import Flag, Judged
from imgurl.merge.kinds import FieldCasing, FieldType
from imgurl.merge.mojibake import mended
from imgurl.merge.refusal import folded_word
from imgurl.merge.web_addresses import looks_like_address
from imgurl.preflight.broken import is_broken, is_misread
from imgurl.preflight.companies import is_company
from imgurl.preflight.keyboard import is_repeated, is_walk
from imgurl.preflight.phrases import is_note, is_refusal, is_remark
from imgurl.preflight.words import (
    NOT_GIVEN,
    UNFILLED,
    departed_words,
    is_about_nobody,
    is_test,
    is_title,
    office_words,
    placeholder_words,
    plain_placeholders,
    tried_words,
    unlikely_words,
)
from imgurl.tables.columns import CITY, COMPANY, FIRST, FULL, LAST, letters, meaning_of


class Suspicion(StrEnum):
    """What may be wrong with a value, the gravest first."""

    TAG = "unresolved-tag"
    DEPARTED = "departed"
    TEST = "test"
    KEYBOARD = "keyboard"
    PLACEHOLDER = "placeholder"
    OFFICE = "role"
    ADDRESS = "address"
    MOJIBAKE = "broken-letters"
    DAMAGED = "lost-letters"
    HTML = "html"
    DIGITS = "digits"
    COMPANY = "company"
    TITLE = "title"
    UNLIKELY = "unlikely-name"
    SIGNS = "signs"
    INITIALS = "initials"
    CAPITALS = "capitals"


# What somebody should look at, though it may be right: a recipient with such a value still counts as personal.
MILD = frozenset((
    Suspicion.COMPANY, Suspicion.TITLE, Suspicion.UNLIKELY, Suspicion.SIGNS, Suspicion.INITIALS, Suspicion.CAPITALS,
))  # fmt: skip
# What a field can count as missing.
WORDS = frozenset((Suspicion.DEPARTED, Suspicion.TEST, Suspicion.KEYBOARD, Suspicion.PLACEHOLDER, Suspicion.OFFICE))


class State(StrEnum):
    """What becomes of a suspicious value."""

    #: Drawn as it is.
    DRAWN = "drawn"
    #: Put right before it is drawn.
    REPAIRED = "repaired"
    #: Not drawn: the fallback is.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A suspicion about a value, and what becomes of it."""

    suspicion: Suspicion
    state: State

    @property
    def is_grave(self) -> bool:
        """Whether a picture with this value should not go out."""
        return self.state is State.DRAWN and self.suspicion not in MILD


# Words that say the same wherever they are in a name.
SURE = frozenset((
    "test", "testing", "testuser", "testkunde", "testperson", "dummy", "prueba", "demo", "тест", "テスト", "测试",
    "mustermann", "musterfrau",
    "unknown", "unbekannt", "inconnu", "desconocido", "sconosciuto", "неизвестно", "undefined", "user", "admin",
    "noreply",
))  # fmt: skip

TEXTUAL = (FieldType.TEXT, FieldType.NAME)
NAMES = (FIRST, LAST, FULL)
# Fields that hold the name of a company or a place; any other text may hold anything, such as an offer.
LABELS = (COMPANY, CITY)

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|&(?:amp|quot|nbsp|lt|gt|apos)\b")
MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,80}>|_x000[aAdD9]_|\\[rn]")
# What is left of mojibake that nobody could mend.
BROKEN = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u0192\u2018-\u203a\u20ac\u2122]|\u00e2\u20ac|[\u00d0\u00d1][\u0080-\u00bf]"
    "|\u00ef\u00bf\u00bd|\u221a[\u00a9\u00b0\u00b1\u2202]"
)
# What is left of a tag that no platform filled and ``merge`` does not know: "{FNAME,fallback=}", "MERGEFIELD Name".
TAG = re.compile(r"[{}]|^\s*\[.*\]\s*$|MERGEFIELD|%%|\$[{!]|<<|>>|\*\||\|\*|^%.*%$|^#.*#$")
# What no name is written with; at the ends also what is written inside of some.
ODD = re.compile(
    r"[\"\\;=<>|_/*~^!:+§%$#@()\[\]„“”«»]|^[-,.'’&]|[-,&]$|^'.*'$|\.\.|,(?! (?:Jr|Sr|MD|PhD|Esq|MBA|[IVX]+)\b)|:\)"
)
# Typed with the capitals locked: aVA.
CAPS_LOCK = re.compile(r"[a-z][A-Z]{2,}")
# Where one note ends and another begins: "xxx - unknown", "Ava (test)", "Office: Ava".
PIECES = re.compile(r"\s[-–—]+\s|[()\[\]:;,/|]+|\s-+|-+\s")
# A letter that a charset lacked: M?ller, Jos?, ?ukasz. In names only, where nobody asks.
LOST = re.compile(r"\w\?\w|^\?+\w|\w\?$|\ufffd")
# Where one question mark may be meant, two of them inside a word are lost letters.
LOST_INSIDE = re.compile(r"\w\?{2,}\w|\ufffd")
# An address that is no company's name, as Amazon.com is.
SURE_ADDRESS = re.compile(r"://|^www\.|/|\S@\S+\.\S|^(?:tel:)?\+?[\d\s().-]{6,}$", re.IGNORECASE)
# Fewer are an abbreviation; of a city one more is: ÅRE is a place of three letters.
MIN_CAPITALS = 3
ORDINAL = re.compile(r"\b\d{1,2}(?:st|nd|rd|th|\.|º|ª|er|e|ème|ste|de)(?!\w)", re.IGNORECASE)
INITIALS = re.compile(
    r"[^\W\d_]-[^\W\d_]|([^\W\d_])(?i:\1)|(?-i:[B-DF-HJ-NP-TV-XZ]{2,3})|[^\W\d_]\.?|(?:[^\W\d_]\.[\s-]?){1,4}|(?:[^\W\d_][.\s]+){1,3}[^\W\d_]\.?"
)


def suspects_of(field: MergeField, raw: str, text: str, judged: Judged) -> tuple[Suspect, ...]:
    """Return what is suspicious about a value of a field.

    ``raw`` is the value as the list has it, ``text`` what of it would be sealed, ``judged`` what its field says of it.
    The design's own sample and fallback never are.
    """
    if not text and not judged.flags:
        return ()
    if text in (field.fallback, field.sample):
        return ()
    if raw.isascii() and field.type not in TEXTUAL and judged.text:
        return ()
    state = State.DRAWN if judged.text else State.REFUSED
    if (tagged := judged.refusal) in (Flag.UNRESOLVED, Flag.ENCODED_TAG):
        return (Suspect(Suspicion.TAG, state),)
    meaning = meaning_of(field.name)
    is_name = field.type is FieldType.NAME or meaning in NAMES
    is_label = not is_name and meaning in LABELS
    found = [*_damaged(raw, text, state, is_name=is_name, is_label=is_label)]
    if field.type in TEXTUAL:
        whole = text or " ".join(raw.split())
        word = _word(field, whole, is_name=is_name) or (_of_labels(whole) if is_label else None)
        if word is None and is_name:
            word = _part(field, text)
        if word is None and tagged is Flag.NULL_WORD:
            word = Suspicion.PLACEHOLDER
        if word is None and tagged in (Flag.REFUSED_WORD, Flag.NOT_A_NAME):
            word = Suspicion.DIGITS if any(map(str.isdigit, text)) else Suspicion.PLACEHOLDER
        found += [Suspect(word, state)] if word else []
        is_address = Flag.LINK in judged.flags or looks_like_address(text[:200], is_name=is_name)
        if is_address and not field.links and (meaning != COMPANY or is_name or SURE_ADDRESS.search(text)):
            found.append(Suspect(Suspicion.ADDRESS, state))
        elif is_name and word is None and not found:
            found += _of_names(field, text, state)
        elif meaning == CITY and word is None and not found:
            found += _loud(field, text, state, MIN_CAPITALS + 1)
    return tuple(found)


def _damaged(raw: str, text: str, state: State, *, is_name: bool, is_label: bool) -> list[Suspect]:
    """Return what happened to the letters of a value on its way."""
    if raw.isascii() and not any(sign in raw for sign in "&<\\?_"):
        return []
    found = []
    # An entity may hide mojibake, and the other way round; whichever was there is gone if the judged text has none.
    is_mended = mended(raw) != raw
    if is_mended or BROKEN.search(raw) or (is_name and is_broken(raw)) or (is_label and is_misread(raw)):
        left = BROKEN.search(text) or (is_name and is_broken(text)) or (is_label and is_misread(text))
        found.append(Suspect(Suspicion.MOJIBAKE, state if left or state is State.REFUSED else State.REPAIRED))
    if ENTITY.search(raw) or MARKUP.search(raw) or (html.unescape(raw) != raw and (is_name or "&#" in raw)):
        left = bool(ENTITY.search(text) or MARKUP.search(text))
        found.append(Suspect(Suspicion.HTML, state if left or state is State.REFUSED else State.REPAIRED))
    if "\ufffd" in raw or (is_name and LOST.search(text)) or (is_label and LOST_INSIDE.search(text)):
        found.append(Suspect(Suspicion.DAMAGED, state))
    return found


def _word(field: MergeField, text: str, *, is_name: bool) -> Suspicion | None:
    """Return what a whole value is if it is one of the known words, or a walk over the keyboard."""
    folded = folded_word(text)
    if not folded:
        return None
    once = _single(folded)
    for words, suspicion in ((departed_words(), Suspicion.DEPARTED), (tried_words(), Suspicion.TEST)):
        if folded in words or once in words:
            return suspicion
    if is_name and is_test(folded):
        return Suspicion.TEST
    if is_walk(text.casefold()) or is_repeated(folded):
        # Digits are a matter of their own; a repeated sign of another script may be a word.
        return None if any(map(str.isdigit, folded)) or not folded[0].isalpha() else Suspicion.KEYBOARD
    if is_name and (folded in office_words() or once in office_words()):
        return Suspicion.OFFICE
    if is_name and is_note(text):
        return Suspicion.DEPARTED
    if folded in (placeholder_words() if is_name else plain_placeholders()):
        return Suspicion.PLACEHOLDER
    if is_name and NOT_GIVEN.fullmatch(text):
        return Suspicion.PLACEHOLDER
    # A form's own question as its answer: "Ort" in the column of the field "ort", labelled "Ort".
    if letters(text) in {letters(field.name), letters(field.label)} - {""}:
        return Suspicion.PLACEHOLDER
    return None


def _of_labels(text: str) -> Suspicion | None:
    """Return what stands in place of a company's or a city's name."""
    if is_test(folded_word(text)):
        return Suspicion.TEST
    if is_refusal(text) or is_remark(text):
        return Suspicion.DEPARTED
    return Suspicion.PLACEHOLDER if UNFILLED.fullmatch(text) or is_about_nobody(text) else None


def _part(field: MergeField, text: str) -> Suspicion | None:
    """Return what a part of a value is that says something of its own: a note beside a name, or its last word."""
    if text.isalpha():
        return None
    pieces = [piece for piece in PIECES.split(text) if piece.strip()]
    if len(pieces) > 1:
        for piece in pieces:
            word = _word(field, piece.strip(), is_name=True)
            if word is not None:
                return word
    if any(map(str.isdigit, text)):
        return None
    words = [word for word in re.split(r"[\s-]+", text) if folded_word(word) in SURE]
    return _word(field, words[0], is_name=True) if words and words[0] != text else None


def _single(folded: str) -> str:
    """Return a text that says one thing over and over once: "test test"."""
    first, _, rest = folded.partition(" ")
    return first if rest and set(rest.split()) == {first} else folded


def _of_names(field: MergeField, text: str, state: State) -> list[Suspect]:
    """Return what is suspicious about somebody's name that is no known word."""
    is_word = text.isalpha()
    if not is_word and any(map(str.isdigit, ORDINAL.sub("", text) or text)):
        return [Suspect(Suspicion.DIGITS, state)]
    if not is_word and TAG.search(text):
        return [Suspect(Suspicion.TAG, state)]
    found = []
    if is_company(text):
        found.append(Suspect(Suspicion.COMPANY, state))
    elif INITIALS.fullmatch(text) and text[0].upper() != text[0].lower():
        found.append(Suspect(Suspicion.INITIALS, state))
    elif is_title(text):
        found.append(Suspect(Suspicion.TITLE, state))
    elif folded_word(text) in unlikely_words() or is_about_nobody(text) or is_remark(text):
        found.append(Suspect(Suspicion.UNLIKELY, state))
    elif not is_word and ODD.search(text):
        found.append(Suspect(Suspicion.SIGNS, state))
    return found or _loud(field, text, state, MIN_CAPITALS)


def _loud(field: MergeField, text: str, state: State, fewest: int) -> list[Suspect]:
    """Return whether a text is in capitals."""
    is_loud = text.isupper() or CAPS_LOCK.fullmatch(text) is not None
    if not is_loud or sum(unicodedata.category(sign) in ("Lu", "Ll") for sign in text) < fewest:
        return []
    is_cased = field.casing is not FieldCasing.NONE and field.casing is not FieldCasing.UPPER
    return [Suspect(Suspicion.CAPITALS, State.REPAIRED if is_cased and state is State.DRAWN else state)]
