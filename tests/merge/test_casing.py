"""Facts of imgurl.merge.casing."""

import unicodedata

import pytest

from imgurl.merge.casing import set_casing
from imgurl.merge.fields import FieldCasing


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
def test_letters_are_set_as_told(text: str, casing: str, expected: str) -> None:
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
        ("ADÉBỌ̀WÁLÉ", "Adébọ̀wálé"),
        ("adébọ̀wálé", "Adébọ̀wálé"),
        ("ŁUKASZ", "Łukasz"),
        ("ÞÓRA", "Þóra"),
    ],
)
def test_a_shouted_or_whispered_name_is_mended(text: str, expected: str) -> None:
    """All capitals and all small letters are how databases hold names, not how people write them."""
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
    ],
)
def test_a_name_in_mixed_case_is_left_alone(name: str) -> None:
    """Whoever wrote it meant it."""
    assert name == set_casing(name, FieldCasing.NAME)


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
    """The dotted capital keeps its dot in one code point, whatever its way."""
    assert set_casing("İSTANBUL", FieldCasing.NAME, "en-US") == "İstanbul"
    assert set_casing("İ", FieldCasing.LOWER, "en-US") == "i\u0307"


@pytest.mark.parametrize("text", ["ΐ", "ǰ", "ᾳ", "İ", "ŉ", "ﬃ", "e\u0301"])
@pytest.mark.parametrize("casing", list(FieldCasing))
def test_what_comes_out_is_in_normal_form(text: str, casing: FieldCasing) -> None:
    """So that a value set in capitals is the same whichever way it was typed."""
    out = set_casing(unicodedata.normalize("NFC", text), casing)
    assert unicodedata.normalize("NFC", out) == out
