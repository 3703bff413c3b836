"""Names that HTML reads as a character after a bare ``&``: ``&reg_no=1`` becomes ``®_no=1``.

106 old entities need no semicolon. In an attribute a browser leaves them alone before ``=``, a letter or a digit
(https://html.spec.whatwg.org/#named-character-reference-state), so the field ``reg`` is safe there and ``reg_no`` is
not. Some old engines do not know this exception.
"""

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from html.entities import html5
from typing import NamedTuple

from imgurl.merge.folds import Repair

# Only lowercase letters and digits, as in names of fields: not Eacute or AMP.
OLD_ENTITIES = tuple(
    sorted((name for name in html5 if re.fullmatch("[a-z][a-z0-9]*", name)), key=lambda name: (-len(name), name))
)
# A name and the longest spelling of a character before it.
LONGEST = 32 + 16
BEGINS_WITH_ENTITY = re.compile(f"({'|'.join(OLD_ENTITIES)})_")


def entity_in(name: str) -> str | None:
    """Return the old entity that a field's name begins with, if a browser would read it; None for other names."""
    match = BEGINS_WITH_ENTITY.match(name)
    return match.group(1) if match else None


def with_names_back(query: str, names: Iterable[str]) -> tuple[str, tuple[Repair, ...]]:
    """Return a query with these names as they were minted, and what was undone."""
    repairs: tuple[Repair, ...] = ()
    for name in names:
        spoilt = _spoilt(name)
        if spoilt and spoilt.pattern.search(query):
            repairs += (Repair.entity(spoilt.entity),)
            query = spoilt.pattern.sub(f"&{name}=", query)
    return query, repairs


def with_all_names_back(sealed: str) -> tuple[str, tuple[Repair, ...]]:
    """Return a sealed part in which every character that may have been the beginning of a name is one again.

    And what was undone. Only for a part that is verified afterwards.
    """
    *names, last = sealed.split("=")
    # Values of a sealed part hold no "=", so what precedes one ends with a name.
    matches = [_any_spoilt().search(before[-LONGEST:]) for before in names]
    entities = [_entity_of()[spoilt.group(1)] for spoilt in matches if spoilt]
    return "=".join([*map(_with_name_back, names), last]), tuple(map(Repair.entity, entities))


def _with_name_back(before: str) -> str:
    start, end = before[:-LONGEST], before[-LONGEST:]
    return start + _any_spoilt().sub(lambda spoilt: f"&{_entity_of()[spoilt.group(1)]}", end)


class _Spoilt(NamedTuple):
    """What became of a name that begins with an entity."""

    entity: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=1024)
def _spoilt(name: str) -> _Spoilt | None:
    entity = next((entity for entity in OLD_ENTITIES if name.startswith(entity)), None)
    if entity is None or (entity == "amp" and not name.startswith("amp_")):
        return None
    rest = name.removeprefix(entity)
    if entity == "amp":
        return _Spoilt(entity, re.compile(f"&{rest}=")) if rest != "_z" else None
    return _Spoilt(entity, re.compile(f"(?:{'|'.join(map(re.escape, _spellings(entity)))}){rest}="))


@lru_cache(maxsize=1)
def _entity_of() -> dict[str, str]:
    # Shorter names first, so that the longer of two for one character wins.
    return {spelt: name for name in reversed(OLD_ENTITIES) if name != "amp" for spelt in _spellings(name)}


@lru_cache(maxsize=1)
def _any_spoilt() -> re.Pattern[str]:
    spellings = sorted(_entity_of(), key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, spellings))})(?=[a-z0-9_]*$)")


def _spellings(entity: str) -> list[str]:
    """Return how a browser may send the character: in UTF-8, in a charset of one byte, as a reference, or bare."""
    character = html.unescape(f"&{entity};")
    utf_8 = character.encode()
    byte = character.encode("cp1252", "replace")
    escaped = ["".join(f"%{part:02X}" for part in data) for data in (utf_8, byte)]
    references = [f"%26%23{ord(character)}%3B", f"%26{entity}%3B", f"&{entity};"]
    return list(dict.fromkeys([*escaped, *map(str.lower, escaped), *references, utf_8.decode("latin-1"), character]))
