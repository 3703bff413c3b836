"""Facts of imgurl.merge.plain: what a program has as a value, written as a person writes it."""

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.merge.plain import plain_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ava", "Ava"),
        ("", ""),
        (None, None),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (-1_000, "-1000"),
        (89.5, "89.5"),
        (89.0, "89"),
        (0.1 + 0.2, "0.3"),
        (1.1 * 3, "3.3"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        (-2.5, "-2.5"),
        (Decimal("89.50"), "89.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0"), "0"),
        (np.float32(89.95), "89.95"),
        (np.float64(89.95), "89.95"),
        (np.int64(12), "12"),
        (Fraction(1, 4), "0.25"),
    ],
)
def test_a_value_as_text(value: object, text: str | None) -> None:
    """No exponent, no digits that only a float has, no zero behind a whole number; a Decimal keeps its digits."""
    assert plain_text(value) == text


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("Infinity"), np.float32("nan")]
)
def test_what_is_not_a_number_is_refused(value: object) -> None:
    """An empty cell of pandas is nan: the sentence says what to do."""
    with pytest.raises(ValueError, match="not a number that an image can show; leave the field out"):
        plain_text(value)


@pytest.mark.parametrize("value", [["Ava"], {"first": "Ava"}, b"Ava", date(2026, 1, 2), object(), 1 + 2j])
def test_what_is_not_a_value_is_refused(value: object) -> None:
    """Named by its type, and not by what it holds."""
    with pytest.raises(ValueError, match=rf"is of the type {type(value).__name__}; give a text or a number"):
        plain_text(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_a_decimal_that_went_through_a_float_comes_back(number: Decimal) -> None:
    """Prices and amounts survive a program that keeps them as floats."""
    text = plain_text(float(number))
    assert text is not None
    assert Decimal(text) == number
