"""Facts of imgurl.words."""

import pytest

from imgurl.words import did_you_mean


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("firstName", ["first_name", "last_name"], ": did you mean 'first_name'?"),
        ("ctiy", ["city", "first_name"], ": did you mean 'city'?"),
        ("offer_name", ["first_name", "last_name", "name"], ""),
        ("newsletter", ["newsletter-hero-may", "offer"], ": did you mean 'newsletter-hero-may'?"),
        ("FIRST-NAME", ["first_name"], ": did you mean 'first_name'?"),
        ("fist_name", ["first_name", "city"], ": did you mean 'first_name'?"),
        ("zip", ["first_name", "city"], ""),
        ("", ["first_name"], ""),
        ("---", ["first_name"], ""),
        ("x", [], ""),
    ],
)
def test_a_near_word_is_offered(word: str, known: list[str], hint: str) -> None:
    """Letters alone are compared; nothing is offered where nothing is near."""
    assert hint == did_you_mean(word, known)


def test_at_most_three_words_are_offered() -> None:
    """The nearest first."""
    hint = did_you_mean("name1", ["name2", "name3", "name4", "name5", "name1x"])
    assert hint.startswith(": did you mean 'name1x' or ")
    assert hint.count("'") == 6
