"""Facts of imgurl.merge.casing."""

import unicodedata

import pytest

from imgurl.merge.casing import set_casing
from imgurl.merge.kinds import FieldCasing


@pytest.mark.parametrize(
    ("text", "casing", "expected"),
    [
        ("straße", "upper", "STRASSE"),
        ("ΟΔΥΣΣΕΥΣ", "lower", "οδυσσευς"),
        ("AT&T", "lower", "at&t"),
        ("24 % off", "upper", "24 % OFF"),
        ("李雷", "upper", "李雷"),
        ("AVA johnson", "none", "AVA johnson"),
        ("spring is here", "title", "Spring Is Here"),
        ("SPRING", "title", "Spring"),
        ("jean-luc", "title", "Jean-Luc"),
        ("rock'n'roll", "title", "Rock'n'Roll"),
        ("ava's", "title", "Ava's"),
        ("you're here, we've won, they'll see", "title", "You're Here, We've Won, They'll See"),
        ("WE\u2019LL", "title", "We\u2019ll"),
        ("d'or", "title", "D'Or"),
        ("AVA\u2019S", "title", "Ava\u2019s"),
        ("l'oréal", "title", "L'Oréal"),
        ("3m company", "title", "3M Company"),
        ("ﬁona", "title", "Fiona"),
        ("ǆordan", "title", "ǅordan"),
        ("ßa", "title", "Ssa"),
        ("", "title", ""),
        ("", "upper", ""),
    ],
)
def test_letters_are_set_as_specified(text: str, casing: str, expected: str) -> None:
    """Each casing does what its name says, word by word."""
    assert expected == set_casing(text, FieldCasing(casing))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AVA JOHNSON", "Ava Johnson"),
        ("ava johnson", "Ava Johnson"),
        ("O'BRIEN", "O'Brien"),
        ("o'brien", "O'Brien"),
        ("D\u2019ANGELO", "D\u2019Angelo"),
        ("ANNE-MARIE", "Anne-Marie"),
        ("ZOË", "Zoë"),
        ("ОЛЬГА", "Ольга"),
        ("ΆΝΝΑ", "Άννα"),
        ("a", "A"),
        ("J. R. R. TOLKIEN", "J. R. R. Tolkien"),
        ("JOHN SMITH III", "John Smith III"),
        ("john smith iv", "John Smith IV"),
        ("HENRY TUDOR VIII", "Henry Tudor VIII"),
        ("JOHN SMITH XX", "John Smith XX"),
        ("JOHN SMITH, II", "John Smith, II"),
        ("JOHN SMITH VI", "John Smith VI"),
        ("TRAN VI", "Tran Vi"),
        ("JINPING XI", "Jinping Xi"),
        ("MALCOLM X", "Malcolm X"),
        ("JANE DOE PHD", "Jane Doe PhD"),
        ("JANE DOE, PHD", "Jane Doe, PhD"),
        ("JANE DOE PH.D.", "Jane Doe Ph.D."),
        ("JANE DOE M.D.", "Jane Doe M.D."),
        ("jane doe mba", "Jane Doe MBA"),
        ("JANE DOE, MA", "Jane Doe, MA"),
        ("YO MA", "Yo Ma"),
        ("JOHN SMITH MD", "John Smith MD"),
        ("MD RAHMAN", "Md Rahman"),
        ("JOHN SMITH II, PHD", "John Smith II, PhD"),
        ("ROBERT SMITH JR MD", "Robert Smith Jr MD"),
        ("JOHN SMITH JR.", "John Smith Jr."),
        ("JAN VAN DER BERG", "Jan van der Berg"),
        ("ludwig von stein", "Ludwig von Stein"),
        ("ANA DE LA CRUZ", "Ana de la Cruz"),
        ("MARIA DOS SANTOS", "Maria dos Santos"),
        ("LEONARDO DA COSTA", "Leonardo da Costa"),
        ("PEDRO DEL RIO", "Pedro del Rio"),
        ("AHMAD BIN ISMAIL", "Ahmad bin Ismail"),
        ("AHMED AL SAYED", "Ahmed al Sayed"),
        ("AHMED AL-RASHID", "Ahmed al-Rashid"),
        ("AL-RASHID", "Al-Rashid"),
        ("AL SMITH", "Al Smith"),
        ("VAN DER BERG", "Van der Berg"),
        ("DE SOUZA", "De Souza"),
        ("MARINE LE PEN", "Marine Le Pen"),
        ("GERARD 'T HOOFT", "Gerard 't Hooft"),
        ("NGUYEN VAN AN", "Nguyen Van An"),
        ("LI BIN HUA", "Li Bin Hua"),
        ("TJ SMITH", "TJ Smith"),
        ("tj", "TJ"),
        ("JR", "JR"),
        ("JRR TOLKIEN", "JRR Tolkien"),
        ("KIM NG", "Kim Ng"),
        ("NG", "Ng"),
        ("ST JOHN", "St John"),
        ("DR SMITH", "Dr Smith"),
        ("MRS SMITH", "Mrs Smith"),
        ("MR AND MRS SMITH", "Mr and Mrs Smith"),
        ("DR. MED. ANNA KLEIN", "Dr. med. Anna Klein"),
        ("JOHN F KENNEDY", "John F Kennedy"),
        ("MARY Y LEE", "Mary Y Lee"),
        ("JUAN E", "Juan E"),
        ("J", "J"),
        ("MCDONALD", "McDonald"),
        ("McDONALD", "McDonald"),
        ("RONALD McDONALD", "Ronald McDonald"),
        ("MCDONALD-O'BRIEN", "McDonald-O'Brien"),
        ("O'REILLY", "O'Reilly"),
        ("İBRAHİM", "İbrahim"),
        ("ΠΑΠΑΔΌΠΟΥΛΟΣ", "Παπαδόπουλος"),
        ("ADÉBỌ̀WÁLÉ", "Adébọ̀wálé"),
        ("adébọ̀wálé", "Adébọ̀wálé"),
        ("ŁUKASZ", "Łukasz"),
        ("ÞÓRA", "Þóra"),
    ],
)
def test_a_shouted_or_whispered_name_is_mended(text: str, expected: str) -> None:
    """All capitals and all lowercase letters are how databases hold names, not how people write them."""
    assert unicodedata.normalize("NFC", expected) == set_casing(text, FieldCasing.NAME)


@pytest.mark.parametrize(
    "name",
    [
        "McDonald",
        "van der Berg",
        "de la Cruz",
        "DeShawn",
        "iPhone",
        "O'Brien",
        "JoAnn",
        "李雷",
        "محمد",
        "3",
        "",
        "Ava J.",
        "Tj",
        "Jan Van Der Berg",
        "McDonald III",
        "john Smith",
    ],
)
def test_a_name_in_mixed_case_is_left_alone(name: str) -> None:
    """Whoever wrote it meant it."""
    assert name == set_casing(name, FieldCasing.NAME)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("JOSE ORTEGA Y GASSET", "es-ES", "Jose Ortega y Gasset"),
        ("JOAO SOUSA E MELO", "pt-PT", "Joao Sousa e Melo"),
        ("LUCA DI MAIO", "it-IT", "Luca Di Maio"),
        ("IJSBRAND", "nl-NL", "IJsbrand"),
        ("IJAZ", "en-GB", "Ijaz"),
    ],
)
def test_a_locale_tells_what_letters_do_not(text: str, locale: str, expected: str) -> None:
    """Italians write their particles large, Spaniards join two family names with a small y."""
    assert expected == set_casing(text, FieldCasing.NAME, locale)


@pytest.mark.parametrize("locale", ["tr", "tr-TR", "az", "az-Latn-AZ"])
@pytest.mark.parametrize(
    ("text", "casing", "expected"),
    [
        ("istanbul ışık", "upper", "İSTANBUL IŞIK"),
        ("İSTANBUL IŞIK", "lower", "istanbul ışık"),
        ("ipek ırmak", "title", "İpek Irmak"),
        ("İPEK IRMAK", "name", "İpek Irmak"),
        ("ipek", "name", "İpek"),
    ],
)
def test_turkish_keeps_two_letters_i(locale: str, text: str, casing: str, expected: str) -> None:
    """Dotted and dotless, in both directions, and in Azeri too."""
    assert expected == set_casing(text, FieldCasing(casing), locale)


def test_a_turkish_name_in_an_english_design() -> None:
    """Letters that only Turkish has say whose name it is; without one, the locale of the field or design says so."""
    assert [set_casing(name, FieldCasing.NAME, "en-US") for name in ("İBRAHİM", "YAĞIZ", "IŞIL")] == [
        "İbrahim", "Yağız", "Işil",
    ]  # fmt: skip
    assert set_casing("IŞIL", FieldCasing.NAME, "tr-TR") == "Işıl"
    assert set_casing("İ", FieldCasing.LOWER, "en-US") == "i"


@pytest.mark.parametrize("text", ["ΐ", "ǰ", "ᾳ", "İ", "ŉ", "ﬃ", "e\u0301"])
@pytest.mark.parametrize("casing", list(FieldCasing))
def test_what_comes_out_is_in_normal_form(text: str, casing: FieldCasing) -> None:
    """So that a value set in capitals is the same whichever way it was typed."""
    out = set_casing(unicodedata.normalize("NFC", text), casing)
    assert unicodedata.normalize("NFC", out) == out
