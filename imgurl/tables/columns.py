"""Which column of a list a field is in: the one of its name, or one whose name means the same.

The names come from exports of some forty programs. Only letters and digits are compared, without accents.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

FIRST, LAST, FULL, COMPANY, CITY = "first name", "last name", "full name", "company", "city"

# Names that match equally well are in one line; a line takes precedence over those after it.
ALIASES = {
    FIRST: (
        "first name", "firstname", "fname", "first", "given name", "forename", "prenom", "vorname", "nombre", "nome",
        "förnamn", "voornaam", "fornavn", "etunimi", "imię", "имя", "名",
        "attendee first name, billing first name, buyer first name, contact first name, customer first name",
        "shipping first name",
    ),
    LAST: (
        "last name", "lname", "surname", "family name", "nachname", "apellido, apellidos", "cognome", "sobrenome",
        "efternamn", "achternaam", "efternavn", "sukunimi", "nazwisko", "фамилия", "姓",
        "attendee last name, billing last name, buyer last name, contact last name, customer last name",
        "shipping last name",
    ),
    FULL: (
        "full name", "fullname", "name", "display name", "contact name", "attendee name", "customer name",
        "person name", "name original name", "user name original name", "your name", "your full name",
        "what is your name", "whats your name", "nom complet", "vollständiger name", "nombre completo",
        "nome completo", "namn", "姓名", "氏名",
    ),
    COMPANY: (
        "company", "company name", "organization, organisation", "organization name, organisation name",
        "organization 1 name", "account name", "employer", "business name", "firm", "firma", "unternehmen", "societe",
        "entreprise", "empresa", "azienda", "företag", "bedrijf", "компания", "公司",
        "default address company, billing company", "associated company", "shipping company",
    ),
    CITY: (
        "city", "town", "mailing city", "billing city, default address city", "address 1 city",
        "city home, home city, city work, business city, city business", "ville", "stadt", "ort", "ciudad", "citta",
        "cidade", "plaats", "miasto", "город", "城市", "shipping city",
    ),
}  # fmt: skip

# Next to one of these, a column "Name" is the last name.
FIRST_BESIDE_NAME = ("prenom", "vorname", "förnamn", "nombre", "nome", "imię")
# ... and next to one of these it is the name of something else.
THINGS = ("company", "product", "event", "deal", "company name", "product name", "event name", "deal name")

# Letters that Unicode does not decompose into a base letter and an accent.
BASES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Matched:
    """``columns`` is the column of each field that has one, ``aliases`` are those of another name.

    ``undecided`` are the fields that several columns match equally well, with these columns.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    undecided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def match_columns(columns: Iterable[str], names: Iterable[str]) -> Matched:
    """Return the column of each name: ``First Name`` matches ``first_name``, and so does ``Vorname``.

    A column of the field's own name takes precedence, the first of two; a name without a column is omitted.
    """
    by_letters: dict[str, list[str]] = {}
    for column in columns:
        by_letters.setdefault(letters(column), []).append(column)
    by_letters.pop("", None)
    matches: dict[str, str] = {}
    aliases: dict[str, str] = {}
    undecided: dict[str, tuple[str, ...]] = {}
    fields = tuple(names)
    own = {name: by_letters[letters(name)][0] for name in fields if letters(name) in by_letters}
    for name in fields:
        if name in own:
            matches[name] = own[name]
            continue
        fitting = [column for column in _by_alias(name, by_letters) if column not in own.values()]
        if len(fitting) == 1:
            matches[name] = aliases[name] = fitting[0]
        elif fitting:
            undecided[name] = tuple(fitting)
    return Matched(matches, aliases, undecided)


def _by_alias(name: str, by_letters: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the columns that mean the same as a field: those of the first line of aliases that has any."""
    meaning = _meanings().get(letters(name))
    if meaning is None:
        return []
    name_column = by_letters.get("name", by_letters.get("nom", ()))
    is_last = "nom" in by_letters and "name" not in by_letters
    is_last = is_last or any(letters(each) in by_letters for each in FIRST_BESIDE_NAME)
    if meaning == LAST and is_last and name_column:
        return [*name_column[:1]]
    for rank in _ranks(meaning):
        fitting = [column for alias in rank for column in by_letters.get(alias, ())[:1]]
        if meaning == FULL and rank == ("name",) and (is_last or any(letters(each) in by_letters for each in THINGS)):
            continue
        if fitting:
            return fitting
    return []


def known_names(cells: Iterable[str]) -> int:
    """Count the cells that are known column names: this distinguishes a header from what comes before it."""
    return sum(letters(cell) in _meanings() or letters(cell) in MAIL for cell in cells)


def meaning_of(name: str) -> str:
    """Return what a column or field of this name holds, ``FIRST`` or another of ``ALIASES``; "" for any other."""
    return _meanings().get(letters(name), "")


def mail_column(columns: Iterable[str]) -> str:
    """Return the column of mail addresses, "" if none is called so."""
    return next((column for column in columns if letters(column) in MAIL), "")


MAIL = frozenset(("email", "emailaddress", "mail", "useremail", "emailadresse", "courriel", "epost"))


@lru_cache(maxsize=1)
def names_of_columns() -> frozenset[bytes]:
    """Return the known column names as they are usually written, in lowercase and UTF-8."""
    names = {alias for ranks in ALIASES.values() for rank in ranks for alias in rank.split(", ")} | MAIL
    names |= {"email address", "e-mail", "user email", "prénom", "société"}
    return frozenset(name.replace(" ", mark).encode() for name in names for mark in (" ", "_", "-", ""))


@lru_cache(maxsize=8)
def _ranks(meaning: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(letters(alias) for alias in rank.split(", ")) for rank in ALIASES[meaning])


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, str]:
    """Return what each alias means, by its letters."""
    return {alias: meaning for meaning in ALIASES for rank in _ranks(meaning) for alias in rank}


@lru_cache(maxsize=4096)
def letters(name: str) -> str:
    """Return the letters and digits of a name, in lowercase and without accents."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(BASES))
    return re.sub(r"[\W_]", "", "".join(each for each in plain if not unicodedata.combining(each)))
