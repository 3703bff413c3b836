"""Why a value is not drawn, in words for whoever sent it: with the limit of its own field."""

from typing import Any

import pytest

from imgurl.merge.judge import REASONS, Flag, judge, reason_of
from tests.merge.factories import make

COUNTED = ", and 200 with accents and parts of emoji counted one by one"


@pytest.mark.parametrize(
    ("rules", "text", "reason"),
    [
        ({"type": "name"}, "x" * 41, "is too long: at most 40 characters"),
        ({"type": "name"}, "x" * 999, "is too long: at most 40 characters"),
        ({"max_length": 3}, "Zoë!", "is too long: at most 3 characters"),
        ({}, "x" * 81, f"is too long: at most 80 characters{COUNTED}"),
        # Eighty letters at the most, of three code points each: too many all the same.
        ({}, "क्ष" * 70, f"is too long: at most 80 characters{COUNTED}"),
        ({"type": "name"}, "asdf", REASONS[Flag.REFUSED_WORD]),
        ({"type": "name"}, "Ava", ""),
    ],
)
def test_a_reason_names_the_limit_of_the_field(rules: dict[str, Any], text: str, reason: str) -> None:
    """No word of grapheme clusters; a value that is drawn needs no reason."""
    field = make(**rules)
    assert judge(field, text).reason_in(field) == reason


def test_without_its_field_a_reason_names_no_limit_of_one() -> None:
    """As where a design has lost a field that a link names."""
    assert "40" not in reason_of(Flag.TOO_LONG, None)
    assert reason_of(Flag.TOO_LONG, None).startswith("is too long: ")
