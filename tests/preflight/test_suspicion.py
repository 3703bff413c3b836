"""Facts of imgurl.preflight.suspicion: what is named in a list, and what never is."""

import json
from pathlib import Path

import pytest

from imgurl.merge.fields import MergeField
from imgurl.preflight.keyboard import is_repeated, is_walk
from imgurl.preflight.suspicion import MILD, State, Suspect, Suspicion, suspects_of
from imgurl.preflight.words import departed_words, office_words, placeholder_words, tried_words
from imgurl.urls.sealing import candidate
from tests.merge.corpora import person_names
from tests.merge.factories import make

NAME = make("first_name", type="name", sample="Zz", fallback="there")
#: The same as somebody makes it who does not know of names: nothing is refused.
TEXT = make("first_name", type="text", sample="Zz", fallback="there")
CITY = make("city", type="text", sample="Zz", fallback="you")
COMPANY = make("company", type="text", sample="Zz", fallback="you")
CASED = make("full_name", type="name", sample="Zz", fallback="there", casing="name")

SEEDS = json.loads((Path(__file__).parents[1] / "data" / "value-corpus.json").read_text(encoding="utf-8"))
# Names of some 70 locales. Words that they showed to be names (Reza, Senora, Company) were taken out of the lists.
PEOPLE = json.loads((Path(__file__).parent / "people.json").read_text(encoding="utf-8"))


# Written as a list of what people type and programs write, in some forty languages; the rules were mended by it since.
SUSPICIOUS = json.loads((Path(__file__).parent / "suspicious.json").read_text(encoding="utf-8"))
# Written for three fields by people who had not read the rules, which were mended by it since.
FIELDS = json.loads((Path(__file__).parent / "fields.json").read_text(encoding="utf-8"))
# A name as well, or as good as one: letters in the wrong charset that are letters of a language, two people, Mr Lord.
NOT_NAMED = {
    "Anna & Peter", "Anna\tMaria", "b'Anna'", "Lena 2. Versuch", "provapersona", "tst", "ttest", "testanvändare",
    "wqewqe", "xyzxyz", "Erben Schmidt", "ãgir", "Sšderstršm", "Þule", "No-Name", "IT", "Don", "Lord",
}  # fmt: skip


def found(field: MergeField, value: str) -> set[Suspicion]:
    """Return what is suspicious about a value."""
    return {suspect.suspicion for suspect in suspects(field, value)}


def suspects(field: MergeField, value: str) -> tuple[Suspect, ...]:
    """Return the suspicions about a value, with what becomes of it."""
    came = candidate(field, value)
    return suspects_of(field, value, came.text, came.judged)


# What people type and programs write, in other spellings than those of the lists where there are any.
HELD_OUT = [
    (Suspicion.DEPARTED, [
        "DECEASED", "Deceased.", "*deceased*", "Verstorben", "décédée", "Fallecido", "(Deceduto)", "OVERLEDEN",
        "avliden", "Zmarły", "умер", "已故", "متوفى", "vefat etti", "Do Not Contact", "do not mail!", "Opted out",
        "abgemeldet", "GDPR deleted", "Duplicate", "no longer here", "Ausgeschieden", "Inactive", "故人",
    ]),
    (Suspicion.TEST, [
        "test", "TEST", "Test Test", "testing", "Test123", "Testkunde", "prueba", "essai", "тест", "テスト", "测试",
        "테스트", "اختبار", "Lorem Ipsum", "Foobar", "Max Mustermann", "John Doe", "blabla", "Dummy", "abc", "xyz",
    ]),
    (Suspicion.KEYBOARD, [
        "asdf", "ASDFGH", "qwertz", "Qwerty", "azerty", "zxcv", "lkjh", "asdasd", "jkljkl", "йцукен", "фыва",
        "sdfsdf", "qweqwe", "dfghdfgh", "uiop", "aaaa", "hahaha", "xcvbnm", "Asdf Jkl", "fghfgh",
    ]),
    (Suspicion.PLACEHOLDER, [
        "Unknown", "n/a", "N/A", "NA NA", "unbekannt", "Inconnu", "desconocido", "不明", "First Name", "Vorname",
        "PRÉNOM", "Nombre", "имя", "姓名", "your name here", "No Name", "Anonymous", "keine Angabe", "TBD", "-",
        "---", "...", "?", "null", "undefined", "#N/A", "(blank)", "xxx", "please select", "Sin nombre",
    ]),
    (Suspicion.OFFICE, [
        "Customer", "Valued Customer", "admin", "Info", "Webmaster", "Sehr geehrte Damen und Herren", "Support",
        "noreply", "Marketing Team", "Subscriber", "お客様", "клиент", "Resident", "House Account", "Mr.",
        "Sales Team",
    ]),
    (Suspicion.ADDRESS, [
        "info@example.com", "ava.lee@mail.example.org", "www.example.com", "https://example.com/x", "@ava_lee",
        "+1 415 555 0132", "example.com",
    ]),
    (Suspicion.TAG, [
        "*|FNAME|*", "{{first_name}}", "%%FirstName%%", "{FirstName}", "[First Name]", "{{ contact.firstname }}",
        "<<First Name>>", "[[firstname]]", "${first_name}", "{% if x %}",
    ]),
    (Suspicion.MOJIBAKE, [
        "MÃ¼ller", "JosÃ©", "ZoÃ«", "RenÃ©e", "Å\u0081ukasz", "FranÃ§ois", "SÃ¸ren", "Jos√©",
    ]),
    (Suspicion.HTML, [
        "Tom &amp; Jerry", "M&uuml;ller", "O&#39;Brien", "Ava&nbsp;Lee", "<b>Ava</b>", "Ava<br>", "Jos&eacute;",
    ]),
    (Suspicion.DAMAGED, [
        "M?ller", "Jos?", "?ukasz", "Fran?ois", "M\ufffdller",
    ]),
    (Suspicion.DIGITS, [
        "Ava2", "user 1234", "4711", "J0hn", "A1B2",
    ]),
    (Suspicion.COMPANY, [
        "Nordwind GmbH", "Acme Inc.", "Contoso Ltd", "Blaue Welle AG", "Nova Mare S.r.l.", "Miller & Sons",
        "Fabrikam LLC", "ООО «Ромашка»", "Sakura 株式会社", "Adria d.o.o.", "Hartmann Consulting", "Duna Kft.",
    ]),
    (Suspicion.INITIALS, [
        "J.", "J", "J. R.", "A.B.", "К.", "J. R. R.",
    ]),
    (Suspicion.CAPITALS, [
        "JÜRGEN", "MARÍA JOSÉ", "ДМИТРИЙ", "AVA JOHNSON",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("suspicion", "values"), HELD_OUT, ids=lambda one: one.value if isinstance(one, Suspicion) else ""
)
@pytest.mark.parametrize("field", [NAME, TEXT], ids=["name", "text"])
def test_every_suspicious_value_is_named(suspicion: Suspicion, values: list[str], field: MergeField) -> None:
    """By its kind, in a field of names and in one that is only called so."""
    assert {value for value in values if suspicion not in found(field, value)} == set()


def test_next_to_every_suspicious_value_is_named() -> None:
    """Of what somebody wrote down who had not seen the rules. What is not named is known, and is not more."""
    values = [value for values in SUSPICIOUS.values() for value in values]
    missed = {value for value in values if not found(NAME, value)}
    assert len(values) > 1_300
    assert missed <= NOT_NAMED, missed - NOT_NAMED


def test_what_else_a_row_holds() -> None:
    """A first name, a city, a company: all that is suspicious is named; of what is right next to nothing gravely."""
    fields = {"first_name": NAME, "city": CITY, "company": COMPANY}
    of_fields = {
        kind: {(fields[name], value) for name, values in lists.items() for value in values}
        for kind, lists in FIELDS.items()
    }
    assert (len(of_fields["suspicious"]), len(of_fields["honest"])) == (425, 780)
    assert [value for field, value in of_fields["suspicious"] if not found(field, value)] == []
    # Nobody can tell them from what is not meant; there is a village of the name.
    doubtful = {"Abcde", "Nan", "None", "No Name", "Deceased Pet Care"}
    assert {value for field, value in of_fields["honest"] if found(field, value) - MILD} <= doubtful


def test_honest_names_are_not_suspicious() -> None:
    """Of the names of 70 locales, and of this project's own corpus of names, next to none is; the rate is bounded."""
    names = [*PEOPLE["given"], *PEOPLE["family"], *SEEDS["given_names"], *SEEDS["family_names"], *person_names()]
    wrong = {name for name in names if found(TEXT, name) - MILD}
    assert len(names) > 15_000
    assert len(wrong) <= len(names) / 5_000, sorted(wrong)
    looked_at = {name for name in names if found(TEXT, name) & (MILD - {Suspicion.INITIALS, Suspicion.CAPITALS})}
    assert len(looked_at) <= len(names) / 200, sorted(looked_at)


def test_honest_cities_are_not_suspicious() -> None:
    """As few of them."""
    wrong = {city for city in PEOPLE["cities"] if found(CITY, city)}
    assert len(PEOPLE["cities"]) > 4_000
    assert len(wrong) <= len(PEOPLE["cities"]) / 2_500, sorted(wrong)


@pytest.mark.parametrize(
    "name", [
        "Guest", "Sample", "Tester", "Herr", "Field", "Root", "Bar", "House", "Ville", "Niemand", "Parent", "Reza",
        "Azer", "Trew", "Wert", "Poi", "Ng", "Bo", "TJ", "Ioannis", "Jojo", "Lala", "Gigi", "Anna-Lena", "O’Brien",
        "Jean-Luc", "d'Arc", "Al Amin", "John III", "Louis 14th", "Friend", "Blank", "Cash", "Foo", "Baz", "Dear",
        "Dupé", "Tót", "Ten", "No", "Yes", "Ime", "Meno",
    ]
)  # fmt: skip
def test_names_that_look_like_words_are_names(name: str) -> None:
    """Somebody is called so: at the most somebody should look."""
    assert found(TEXT, name) - MILD == set()


@pytest.mark.parametrize(
    "city",
    [
        "First",
        "Test Valley",
        "Company",
        "Value",
        "Nome",
        "Ville",
        "Other",
        "A1",
        "Paris 16",
        "ÅRE",
        "Å",
        "Void",
    ],
)
def test_a_city_is_judged_as_a_text(city: str) -> None:
    """Digits, capitals, single letters and words that only a name can't be are nothing there."""
    assert found(CITY, city) == set()


def test_a_fallback_and_a_sample_are_never_suspicious() -> None:
    """They are the design's own words."""
    field = make("first_name", type="text", sample="Test", fallback="Customer")
    assert (found(field, "Test"), found(field, "Customer")) == (set(), set())


@pytest.mark.parametrize(
    ("value", "field", "state"),
    [
        ("Deceased", NAME, State.DRAWN), ("Asdf", NAME, State.REFUSED), ("Asdf", TEXT, State.DRAWN),
        ("MÃ¼ller", TEXT, State.REPAIRED), ("Tom &amp; Jerry", TEXT, State.REPAIRED), ("<b>Ava</b>", TEXT, State.DRAWN),
        ("AVA JOHNSON", CASED, State.REPAIRED), ("AVA JOHNSON", NAME, State.DRAWN), ("*|FNAME|*", TEXT, State.REFUSED),
        ("null", TEXT, State.REFUSED),
    ],
)  # fmt: skip
def test_what_becomes_of_it_is_said(value: str, field: MergeField, state: State) -> None:
    """Drawn as it is, put right, or not drawn."""
    (suspect,) = suspects(field, value)
    assert suspect.state is state
    assert suspect.is_grave == (state is State.DRAWN and suspect.suspicion not in MILD)


def test_no_word_is_of_two_kinds() -> None:
    """Whoever must get no mail is not also a test."""
    assert departed_words() & tried_words() == set()
    assert not any(
        len(word) == 1 and word.isalpha() and word.isascii() for word in placeholder_words() | office_words()
    )


def test_a_walk_is_all_of_a_text() -> None:
    """Not part of one."""
    assert is_walk("asdf")
    assert not is_walk("asdfa b")
    assert not is_walk("alaska")
    assert is_repeated("xyxyxy")
    assert not is_repeated("xyx")
