"""What a field refuses though it is a text: placeholders that people and programs put where a name was asked for.

Compared without case, accents and the signs around a word. A name that is also a placeholder stays a name where many
people have it: Guest, Sample, Tester, Herr and Kunde are family names, and none of the words below.
"""

import re
import unicodedata
from functools import lru_cache

from imgurl.merge.fields import MergeField
from imgurl.merge.kinds import FieldType

# What a field of the type "name" refuses unless its design says otherwise: what is never meant …
NAME_PLACEHOLDERS = (
    # Typed to get on: keyboard rows and tests.
    "asd", "asdf", "asdfg", "asdfgh", "asdfghjkl", "asdasd", "asdfasdf", "sdf", "sdfg", "sdfsdf", "dfg", "dfgdfg",
    "fgh", "ghj", "hjk", "hjkl", "jkl", "qwe", "qwer", "qwert", "qwerty", "qwertz", "azerty", "qweqwe", "zxc", "zxcv",
    "zxcvb", "yxcv", "abc", "abcd", "abcde", "xyz", "foobar", "foo bar", "lorem", "ipsum", "lorem ipsum", "blah",
    "blabla", "test", "tests", "testing", "test1", "test2", "test123", "prueba", "essai",
    "test test", "test name", "test user", "test account", "test contact", "test customer", "test person", "test lead",
    "test testing", "testfirst", "testlast", "dummy", "dummy user", "demo user", "sample name", "example name",
    "fake name",
    # What stands for an unknown person.
    "unknown", "unknown name", "unknown user", "unbekannt", "inconnu", "inconnue", "desconocido", "desconocida",
    "desconhecido", "sconosciuto", "onbekend", "okand", "ukendt", "nieznany", "anonymous", "anonymous user", "anonym",
    "anonimo", "anonyme", "nobody", "no name", "noname", "sans nom", "sin nombre", "not provided", "not available",
    "not applicable", "not set", "not given", "not specified", "not known", "none given", "no data", "no value",
    "none provided", "none of your business", "keine angabe", "k.a", "t.b.d",
    "no first name", "no last name", "missing", "empty", "tbd", "tba", "tbc", "n/a", "xx",
    "to be determined", "to be announced", "to be confirmed", "deleted", "deleted user", "removed", "redacted",
    "do not use", "do not contact", "do not email", "duplicate", "inactive",
    # A salutation without a name, what a form calls its own field.
    "customer name", "client name", "username", "user name", "admin", "administrator", "webmaster", "info", "sir/madam",
    "dear sir or madam", "dear sir/madam", "sir or madam", "to whom it may concern", "mr", "mrs", "ms", "mx", "mr/mrs",
    "mr/ms", "name", "first name", "firstname", "last name", "lastname", "given name", "family name", "surname",
    "full name", "fullname", "your name", "your first name", "your last name", "my name", "first last",
    "first name last name", "firstname lastname", "name surname", "fname", "lname", "vorname", "nachname",
    "vorname nachname", "prenom", "prenom nom", "nom prenom", "nombre", "apellido", "nombre apellido", "cognome",
    "nome cognome", "sobrenome", "voornaam", "achternaam", "fornamn", "efternamn", "imie", "nazwisko",
)  # fmt: skip
# … and what somebody is to a company. Nobody's name in a list, but a good fallback, so a signer may have sealed it.
ROLES = (
    "customer", "valued customer", "dear customer", "dear valued customer", "our customer", "new customer",
    "existing customer", "cash customer", "walk-in customer", "guest customer", "guest user", "client", "valued client",
    "new client", "cliente", "user", "new user", "subscriber", "new subscriber", "valued subscriber", "member",
    "valued member", "recipient", "contact", "new contact", "lead", "new lead", "prospect", "sir", "madam", "dear sir",
    "dear madam",
)  # fmt: skip

SIGNS = re.compile(r"^[\W_]+|[\W_]+$")
DIGIT = re.compile(r"\d")
# But III, who is the third of that name.
ONE_LETTER_OVER_AND_OVER = re.compile(r"([a-hj-z])\1{2,}")

MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
# 12 Mar 2024, 7-Feb-22, Mar 22, 2025 7:13 PM, Fri Mar 01 2024 12:30:00 GMT+0000 (…).
DATE = re.compile(
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[ ,]+)?(?:\d{{1,2}}[ .-]+{MONTH}|{MONTH}[ .-]+\d{{1,2}})"
    r"[ ,.-]+'?\d{2,4}(?:[ ,t].*)?",
    re.IGNORECASE,
)
# A date or a time whose only letters are a zone's: 2024-03-01T12:30:00Z, 2026-10-01 10:00 PM, 2024-03-01 12:30 UTC.
STAMP = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ]\d.*)?")


def is_refused_word(field: MergeField, text: str, *, is_signed: bool = False) -> bool:
    """Say whether a cleaned value is one of the words that its field refuses; its own sample never is.

    ``is_signed``: it is under a signature, and may be a fallback.
    """
    if field.refuse is None:
        words = _placeholders(with_roles=not is_signed) if field.type is FieldType.NAME else frozenset()
    else:
        words = _folded_words(field.refuse)
    if field.missing:
        words |= _folded_words(field.missing)
    if not words or text == field.sample:
        return False
    folded = folded_word(text)
    if folded in words:
        return True
    first, _, rest = folded.partition(" ")
    # Doubled: "test test", "asdf asdf".
    return bool(rest) and first in words and set(rest.split()) == {first}


def is_no_name(field: MergeField, text: str) -> bool:
    """Say whether a cleaned value can't be a name: no letter, a date, one letter over and over."""
    if field.type is not FieldType.NAME or field.refuse == () or text == field.sample:
        return False
    if text.isalpha():
        return len(text) > 2 and ONE_LETTER_OVER_AND_OVER.fullmatch(text.casefold()) is not None
    # A sign of private use is for a font to decide.
    if not any(sign.isalpha() or unicodedata.category(sign) == "Co" for sign in text):
        return True
    return DIGIT.search(text) is not None and bool(DATE.fullmatch(text) or STAMP.fullmatch(text))


@lru_cache(maxsize=2)
def _placeholders(*, with_roles: bool) -> frozenset[str]:
    return frozenset(map(folded_word, (*NAME_PLACEHOLDERS, *ROLES) if with_roles else NAME_PLACEHOLDERS))


@lru_cache(maxsize=256)
def _folded_words(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(folded_word, words))


def folded_word(text: str) -> str:
    """Return a text without case, accents and signs around it."""
    folded = text.casefold()
    if folded.isalpha() and folded.isascii():
        return folded
    if not folded.isascii():
        folded = "".join(
            sign for sign in unicodedata.normalize("NFKD", folded) if unicodedata.category(sign) not in ("Mn", "Me")
        )
    return SIGNS.sub("", folded) or folded
