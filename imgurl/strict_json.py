"""Hooks that make Python's JSON reader strict: no key twice in an object, no NaN or Infinity (RFC 8259, 4 and 6)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

Pairs = Sequence[tuple[str, Any]]


class DoubledKey(ValueError):
    """Raised for an object that has ``key`` more than once: readers disagree about which value counts."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class NotANumber(ValueError):
    """Raised for NaN, Infinity and -Infinity, which Python reads although JSON does not have them."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def unique_keys(pairs: Pairs) -> dict[str, Any]:
    """Return an object; an ``object_pairs_hook``. Raises DoubledKey."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise DoubledKey(doubled_keys(pairs)[0])
    return value


def doubled_keys(pairs: Iterable[tuple[str, Any]]) -> tuple[str, ...]:
    """Return the keys that an object has more than once, in the order in which it has them first."""
    return tuple(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)


def no_constant(word: str) -> NoReturn:
    """Refuse what is not a number; a ``parse_constant``. Raises NotANumber."""
    raise NotANumber(word)
