r"""Patterns of fields: regular expressions in Python's syntax, matched in linear time.

A pattern is written by a designer and matched on the event loop with what anybody puts into a link. Python's engine
backtracks: two repetitions that overlap take years for a value of 200 characters. RE2 takes a time in proportion to
the value, whatever the pattern; what it can't do in linear time (looking around, referring back) it does not offer.

RE2 knows ``\w``, ``\d`` and ``\s`` for ASCII only. A name is more than that: they are written out as the ranges that
Python means by them, and so are a few spellings that only Python has.
"""

import re
import sys
from array import array
from functools import lru_cache
from typing import Any

# What Python has and RE2 has not, as its author sees it.
REFERS_BACK = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")
LOOKS_AROUND = re.compile(r"\(\?<?[=!]")

TOKEN = re.compile(
    r"\\N\{[^}]*\}|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\.|\[\^?\]?|\{,|.", re.DOTALL
)  # fmt: skip

NOTHING_ELSE = 'write it with letters, [sets], groups, | and repetitions ("[A-Z]{2}[0-9]{4}")'


class NotLinear(ValueError):
    """Raised for a pattern that RE2 does not take."""


@lru_cache(maxsize=1024)
def unsafe_pattern(pattern: str) -> str | None:
    """Say why a pattern can't be used, as the end of a sentence; None for one that may be used.

    It is not a regular expression, or has something that can't be matched in linear time.
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return f"is not a regular expression: {error}"
    # Without the signs that mean themselves.
    bare = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\[^1-9]", "x", pattern, flags=re.DOTALL)
    if REFERS_BACK.search(bare):
        return "may not refer back to a group"
    if LOOKS_AROUND.search(bare):
        return f"may not look ahead or behind; {NOTHING_ELSE}"
    try:
        _compiled(pattern)
    except NotLinear as error:
        return f"can't be matched in a time that is known ({error}); {NOTHING_ELSE}"
    return None


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern matches a whole text. Raises NotLinear for a pattern that can't be used."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    import re2  # noqa: PLC0415 - few designs have a field with a pattern

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(_in_re2(pattern), options)
    except re2.error as error:
        message = error.args[0]
        raise NotLinear(message.decode() if isinstance(message, bytes) else str(message)) from None


def _in_re2(pattern: str) -> str:
    """Return a pattern of Python in the syntax of RE2."""
    written = []
    in_set = False
    for sign in TOKEN.findall(pattern):
        if in_set:
            in_set = sign[0] == "\\" or sign[-1] != "]"
            # "[[:alpha:]" is a class of RE2 and three signs in Python.
            written.append("\\" + sign if sign.startswith("[") else _in_set(sign))
        elif sign.startswith("["):
            in_set = True
            written.append(sign.removesuffix("]") + ("\\]" if sign.endswith("]") else ""))
        elif sign == "{,":
            written.append("{0,")
        elif sign[0] == "\\" and sign[1:] in "wWdDsS":
            written.append(f"[{_ranges(sign)}]")
        else:
            written.append(_escape(sign))
    return "".join(written)


def _in_set(sign: str) -> str:
    if sign[0] == "\\" and sign[1:] in "wWdDsS":
        return _ranges(sign)
    return "\\x08" if sign == "\\b" else _escape(sign)


def _escape(sign: str) -> str:
    """Return a character or an escape, in a set or outside, in the syntax of RE2."""
    if len(sign) < 2 or sign[0] != "\\":
        return sign
    if sign == "\\Z":
        return "\\z"
    if sign in ("\\b", "\\B"):
        raise NotLinear("a border of a word")
    if sign[1] in "xuUN" or ord(sign[1]) > 127:
        character = sign[1] if ord(sign[1]) > 127 else sign.encode().decode("unicode_escape")
        return f"\\x{{{ord(character):x}}}"
    return sign


@lru_cache(maxsize=6)
def _ranges(category: str) -> str:
    r"""Return what ``\w`` and its like mean to Python, as the inside of a set of RE2."""
    # Surrogates are not characters, and RE2 has none.
    runs = re.finditer(f"{category}+", _all_characters())
    return "".join(f"\\x{{{ord(run[0][0]):x}}}-\\x{{{ord(run[0][-1]):x}}}" for run in runs)


def _all_characters() -> str:
    codes = array("I", (*range(0xD800), *range(0xE000, sys.maxunicode + 1)))
    return codes.tobytes().decode(f"utf-{8 * codes.itemsize}-{'le' if sys.byteorder == 'little' else 'be'}")
