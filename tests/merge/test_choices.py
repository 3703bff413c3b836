"""Facts of flags, choices, languages and colours: what programs and people write for them."""

from typing import Final

import pytest

from imgurl.merge.booleans import NO, YES, read_boolean
from imgurl.merge.judge import Flag
from imgurl.merge.languages import match_language
from tests.merge.factories import accepted, make

FLAG: Final = make(type="flag")


@pytest.mark.parametrize("text", ["t", "T", "1", "1.0", "1,0", "1.00", "WAHR", "VRAI", "VERDADERO", "VERO", "WAAR",
                                  "ИСТИНА", "PRAWDA", "SANT", "DOĞRU", "Sí", "ДА", "✓", "True", "YES", "YES ",
                                  "１"])  # fmt: skip
def test_yes(text: str) -> None:
    """As Postgres, pandas, Excel in its languages and people write it."""
    assert accepted(FLAG, text)[0] == "true"


@pytest.mark.parametrize("text", ["f", "F", "0", "0.0", "0,0", "FALSCH", "FAUX", "FALSO", "ONWAAR", "ЛОЖЬ", "FAŁSZ",
                                  "FALSKT", "YANLIŞ", "nein", "НЕТ", "✗", "False", "NO", "off", "０"])  # fmt: skip
def test_no(text: str) -> None:
    """The same in the other direction."""
    assert accepted(FLAG, text)[0] == "false"


@pytest.mark.parametrize("text", ["maybe", "2", "10", "1.1", "0.5", "x", "1 0", "yes no", "01", "1e0", "½"])
def test_neither(text: str) -> None:
    """Everything else is reported as not a flag."""
    assert accepted(FLAG, text) == ("", [Flag.NOT_A_BOOLEAN])
    assert read_boolean(text) is None


def test_no_word_says_both() -> None:
    """In one language yes, in another no: such a word would be left out."""
    assert not YES & NO


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("gold", "Gold"),
        ("GOLD", "Gold"),
        ("early bird", "early-bird"),
        ("EARLY_BIRD", "early-bird"),
        ("Early\u2013Bird", "early-bird"),
        ("cafe", "Café"),
        ("CAFÉ", "Café"),
        ("resume", ""),
        ("résumé", "résumé"),
        ("goldd", ""),
        ("strasse", "Straße"),
    ],
)
def test_a_choice_is_matched(text: str, choice: str) -> None:
    """After case, then after accents, blanks, hyphens and underscores where only one choice is left."""
    field = make(type="choice", choices=["Gold", "early-bird", "Café", "Straße", "résumé", "resumé"])
    assert accepted(field, text)[0] == choice


@pytest.mark.parametrize(
    ("wanted", "choices", "choice"),
    [
        ("fr-FR", "en fr", "fr"),
        ("FR", "en fr", "fr"),
        ("de_AT", "en de", "de"),
        ("de_AT.UTF-8", "en de", "de"),
        ("sr_RS@latin", "en sr", "sr"),
        ("zh-TW", "en zh-Hans zh-Hant", "zh-Hant"),
        ("zh_HK", "en zh-Hans zh-Hant", "zh-Hant"),
        ("zh-CN", "en zh-Hant zh-Hans", "zh-Hans"),
        ("zh", "zh-Hant zh-Hans", "zh-Hans"),
        ("zh-TW", "en zh", "zh"),
        ("no", "en nb", "nb"),
        ("iw", "en he", "he"),
        ("in", "en id", "id"),
        ("tl", "en fil", "fil"),
        ("pt-BR", "en pt pt-PT", "pt"),
        ("pt-BR", "en pt-PT", "pt-PT"),
        ("es-MX", "es-ES es-419", "es-419"),
        ("en-GB", "de en-US", "en-US"),
        ("gsw", "en de", "de"),
        ("ger", "en de", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "en fr", "fr"),
        ("it, en;q=0.5", "en fr", "en"),
        ("jp", "en ja", "ja"),
        ("AT", "en de", "de"),
        ("uk", "en ru", None),
        ("ca", "en es", None),
        ("nn", "en de", None),
        ("xx", "en de", None),
        ("english", "en de", None),
        ("und", "en de", None),
        ("", "en de", None),
        ("x" * 200, "en de", None),
        (";;,q=", "en de", None),
    ],
)
def test_a_language_is_matched(wanted: str, choices: str, choice: str | None) -> None:
    """The choice a reader of that language reads; one who reads Ukrainian is not given Russian."""
    assert match_language(wanted, choices.split()) == choice


def test_a_field_of_a_language() -> None:
    """The value becomes the tag that the design has, whatever the list wrote."""
    field = make(type="language", choices=["en", "de", "zh-Hant"])
    assert [accepted(field, text)[0] for text in ("DE-at", "zh_TW", "EN", "ZH-hant", "fr")] == [
        "de", "zh-Hant", "en", "zh-Hant", "",
    ]  # fmt: skip
    assert accepted(field, "fr")[1] == [Flag.NOT_A_CHOICE]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("1a73e8", "#1a73e8"),
        ("1A73E8", "#1a73e8"),
        ("#1a73e8", "#1a73e8"),
        ("f00", "#ff0000"),
        ("f008", "#ff000088"),
        ("1a73e880", "#1a73e880"),
        ("123", "#112233"),
        ("000000", "#000000"),
        ("tomato", "#ff6347"),
        ("red", "#ff0000"),
        ("bad", "#bbaadd"),
        ("12", ""),
        ("12345", ""),
        ("1234567", ""),
        ("1a73eg", ""),
        ("##fff", ""),
        ("0x1a73e8", ""),
    ],
)
def test_a_colour_needs_no_number_sign(text: str, drawn: str) -> None:
    """It can't appear raw in a link; three, four, six or eight hexadecimal digits are a colour."""
    assert accepted(make(type="color"), text)[0] == drawn
