"""Which column of a list a field stands in: the one of its name, or one that programs call what the field means.

The names come from exports of some forty programs. Letters and digits alone are compared, without accents.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

FIRST, LAST, FULL, COMPANY, CITY = "first name", "last name", "full name", "company", "city"

# Names that fit equally well stand in one line; a line above goes before those below.
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

# Beside one of these, a column "Name" is the last name.
FIRST_BESIDE_NAME = ("prenom", "vorname", "förnamn", "nombre", "nome", "imię")
# ... and beside one of these it is the name of something else.
THINGS = ("company", "product", "event", "deal", "company name", "product name", "event name", "deal name")

# Letters that are no base letter with an accent to Unicode.
BASES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Matched:
    """``columns`` is the column of each field that has one, ``aliases`` are those that are named otherwise.

    ``undecided`` are the fields that several columns fit equally well, with these columns.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    undecided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def match_columns(columns: Iterable[str], names: Iterable[str]) -> Matched:
    """Return the column of each of the names: ``First Name`` is found for ``first_name``, and so is ``Vorname``.

    A column of the field's own name goes first, the first of two such; a name without a column is left out.
    """
    by_letters: dict[str, list[str]] = {}
    for column in columns:
        by_letters.setdefault(letters(column), []).append(column)
    by_letters.pop("", None)
    found: dict[str, str] = {}
    aliases: dict[str, str] = {}
    undecided: dict[str, tuple[str, ...]] = {}
    wanted = tuple(names)
    own = {name: by_letters[letters(name)][0] for name in wanted if letters(name) in by_letters}
    for name in wanted:
        if name in own:
            found[name] = own[name]
            continue
        fitting = [column for column in _by_alias(name, by_letters) if column not in own.values()]
        if len(fitting) == 1:
            found[name] = aliases[name] = fitting[0]
        elif fitting:
            undecided[name] = tuple(fitting)
    return Matched(found, aliases, undecided)


def _by_alias(name: str, by_letters: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the columns that mean what a field does: those of the first line of aliases that has any."""
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
    """Count the cells that are names of columns for people: how a header is told from what stands above it."""
    return sum(letters(cell) in _meanings() or letters(cell) in MAIL for cell in cells)


MAIL = frozenset(("email", "emailaddress", "mail", "useremail", "emailadresse", "courriel", "epost"))


@lru_cache(maxsize=1)
def names_of_columns() -> frozenset[bytes]:
    """Return the names of columns for people as they are mostly written, in small letters and UTF-8."""
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
    """Return the letters and digits of a name, small and without accents."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(BASES))
    return re.sub(r"[\W_]", "", "".join(each for each in plain if not unicodedata.combining(each)))
