"""Facts about clusters, scripts and font fallback."""

import pytest

from imgurl.text.clusters import clusters, is_emoji
from imgurl.text.fonts import FontCatalogue, FontStack
from imgurl.text.itemize import itemize, missing_clusters


def items_of(text: str, stack: FontStack) -> list[tuple[str, str, str]]:
    """Return each item's text, script and font file."""
    items = itemize(text, [0] * len(text), [0] * len(text), [0] * len(text), [stack])
    return [(text[item.start : item.end], item.script, item.font.key.split("/")[0]) for item in items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ava", ("A", "v", "a")),
        ("e\u0301a", ("e\u0301", "a")),
        ("👩🏽‍🚀!", ("👩🏽‍🚀", "!")),
        ("🇩🇪🇫🇷", ("🇩🇪", "🇫🇷")),
        ("नमस्ते", ("न", "म", "स्ते")),
    ],
)
def test_clusters_are_what_people_call_characters(text: str, expected: tuple[str, ...]) -> None:
    """Marks, joined emoji, flags and conjuncts stay whole."""
    assert clusters(text) == expected


@pytest.mark.parametrize("text", ["🎉", "❤️", "1️⃣", "👍🏽", "🇩🇪", "⌚"])
def test_emoji_are_recognised(text: str) -> None:
    """By nature, by selector, as keycap, with skin tone, as flag."""
    assert is_emoji(text)


@pytest.mark.parametrize("text", ["❤", "©", "1", "⌚\ufe0e", "A"])
def test_text_is_not_an_emoji(text: str) -> None:
    """Signs that are text by nature, and emoji with the text selector."""
    assert not is_emoji(text)


def test_a_text_that_the_family_covers_is_one_item(inter: FontStack) -> None:
    """Latin with digits and punctuation is shaped in one go."""
    assert items_of("Hi Ava, 24 % off!", inter) == [("Hi Ava, 24 % off!", "Latn", "inter")]


def test_scripts_split_a_text_and_spaces_follow_what_precedes(inter: FontStack) -> None:
    """Each script gets its own font; a space stays in the family's."""
    assert items_of("Ava 李雷 🎉", inter) == [
        ("Ava ", "Latn", "inter"),
        ("李雷", "Hani", "noto-sans-sc"),
        (" ", "Hani", "inter"),
        ("🎉", "Hani", "noto-color-emoji"),
    ]


def test_a_closing_bracket_is_set_like_its_opening_one(inter: FontStack) -> None:
    """What is between two brackets does not change how they are set."""
    scripts = {text: script for text, script, _ in items_of("abc (李雷) d", inter)}

    assert scripts["李雷"] == "Hani"
    assert scripts[") "] == "Latn" if ") " in scripts else scripts[") d"] == "Latn"


def test_a_word_is_set_in_one_face(fonts: FontCatalogue) -> None:
    """A script face that has only some Greek letters draws none of a Greek name."""
    stack = fonts.stack("Great Vibes")

    assert ord("λ") in stack.primary.coverage or ord("π") in stack.primary.coverage
    assert items_of("Αλέξανδρος", stack) == [("Αλέξανδρος", "Grek", "inter")]


@pytest.mark.parametrize("name", ["Анна-Мария", "О’Коннор", "Анна‑Мария", "Ана·Мария"])
def test_a_sign_inside_a_name_is_set_like_its_letters(fonts: FontCatalogue, name: str) -> None:
    """A script face without Cyrillic has a hyphen all the same: it would stand out between letters of another face."""
    assert len(items_of(name, fonts.stack("Dancing Script"))) == 1


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Анна, Мария!", {", ", "!"}),
        ("Анна Мария", {" "}),
        ("Анна❤️Мария", {"❤️"}),
        ("Ann-Мария", {"Ann-"}),
        ("-Анна", {"-"}),
    ],
)
def test_a_sign_elsewhere_keeps_its_face(fonts: FontCatalogue, text: str, signs: set[str]) -> None:
    """What is between two words, two scripts or at an end is set in the design's face; an emoji stays one."""
    stack = fonts.stack("Dancing Script")
    letters = items_of("Анна", stack)[0][2]
    assert {part for part, _, file in items_of(text, stack) if file != letters} == signs


def test_one_font_draws_a_whole_cluster(inter: FontStack) -> None:
    """A base and its mark come from one font, though the family has the base."""
    assert items_of("s\u0329", inter) == [("s\u0329", "Latn", "noto-sans")]


def test_nothing_is_missing_from_a_covered_text(inter: FontStack) -> None:
    """Names of many scripts, with joiners and selectors that need no glyph, can be drawn."""
    text = "José Zoë 李雷 محمد अनिता สมชาย Nguyễn Ⱥ́ O'Brien ❤️ 👩🏽‍🚀 髙﨑 می‌خواهم"

    assert missing_clusters(text, inter) == ()


def test_clusters_without_a_glyph_are_named(inter: FontStack) -> None:
    """Hieroglyphs and rare ideographs are reported, not drawn as boxes."""
    assert missing_clusters("A𓀀B𠮷", inter) == ("𓀀", "𠮷")
