"""When a preflight fails: ``overflow``, ``fallback>5%``, ``fallback:city>100``, ``suspicious>0.1%``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from imgurl.errors import BadValue
from imgurl.preflight.facts import Mark
from imgurl.words import did_you_mean

# All rows, in percent.
ALL = 100

CRITERION = re.compile(r"([a-z-]+)(?::([a-z][a-z0-9_]*))?(?:>(\d+(?:\.\d+)?)(%?))?")


@dataclass(frozen=True, slots=True)
class Criterion:
    """Fails if more rows than ``limit``, or more percent of them, have a mark; ``field`` is for fallbacks only."""

    mark: Mark
    field: str = ""
    limit: float = 0.0
    is_share: bool = False

    def holds(self, marks: Mapping[Mark, int], fallbacks: Mapping[str, int], rows: int) -> bool:
        """Say whether more rows than allowed have it."""
        count = fallbacks.get(self.field, 0) if self.field else marks.get(self.mark, 0)
        return count * 100 > self.limit * rows if self.is_share else count > self.limit

    def __str__(self) -> str:
        name = f"{self.mark}:{self.field}" if self.field else self.mark.value
        return f"{name}>{self.limit:g}{'%' if self.is_share else ''}" if self.limit or self.is_share else name


def read_criteria(text: str, fields: tuple[str, ...]) -> tuple[Criterion, ...]:
    """Return the criteria that a text lists, separated by commas. Raises BadValue."""
    return tuple(_criterion(part.strip(), fields) for part in text.split(",") if part.strip())


def _criterion(text: str, fields: tuple[str, ...]) -> Criterion:
    match = CRITERION.fullmatch(text.lower())
    known = [mark.value for mark in Mark]
    if match is None:
        raise BadValue(
            "fail-on", f"has '{text}', which is not a criterion; write for example overflow, fallback>5% or no-link>10"
        )
    name, field, limit, percent = match.groups()
    if name not in known:
        hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
        raise BadValue("fail-on", f"has '{name}', which is not a criterion{hint}")
    if field and name != Mark.FALLBACK:
        raise BadValue("fail-on", f"names a field for {name}, which only fallback takes")
    if field and field not in fields:
        raise BadValue("fail-on", f"names '{field}', which is not a field of the design{did_you_mean(field, fields)}")
    if percent and float(limit) > ALL:
        raise BadValue("fail-on", f"has '{text}', more than all rows")
    return Criterion(Mark(name), field or "", float(limit or 0), bool(percent))
