"""Write what a program has as a value the way a person would."""

from decimal import Decimal, InvalidOperation
from numbers import Integral, Real

#: What a program may hand over as the value of a field.
Value = str | int | float | Decimal | bool | None

# A decimal of so many digits comes back from a float as it went in (DBL_DIG of IEEE 754 binary64); digits after those
# belong to the float alone: 0.1 + 0.2 is 0.3.
FLOAT_DIGITS = 15


def plain_text(value: object) -> str | None:
    """Return a value as text: 89.5 is "89.5", 89.0 is "89", Decimal("89.50") is "89.50", 1e21 has 22 digits.

    True and False are "true" and "false", which a field of the type ``flag`` reads. None stays None. Numbers of numpy
    and pandas are numbers. Raises ValueError with the end of a sentence ("is …") for anything else.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Decimal | Real):
        return _number(value)
    raise ValueError(f"is of the type {type(value).__name__}; give a text or a number")


def _number(value: Decimal | Real) -> str:
    exact = _exact(value)
    if not exact.is_finite():
        raise ValueError(
            f"is {value}, which is not a number that an image can show; leave the field out if it is not known"
        )
    # Not "-0": nobody writes that.
    return format(exact, "f") if exact else format(abs(exact), "f")


def _exact(value: Decimal | Real) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, float):
        # The shortest digits of a type of its own, such as numpy's float32.
        try:
            return Decimal(str(value))
        except InvalidOperation:
            pass
    return Decimal(f"{float(value):.{FLOAT_DIGITS}g}")
