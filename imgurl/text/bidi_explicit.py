"""The explicit levels of UAX #9: embeddings, overrides and isolates (rules X1 to X9); letters as in ``bidi``."""

from collections.abc import Mapping
from typing import Final

MAX_DEPTH: Final = 125  # BD2: the highest explicit embedding level
REMOVED: Final = "efoqpx"  # X9


class _DirectionalStatus:
    """The stack and the counters of X1, with ``level`` and ``override`` of its last entry at hand."""

    def __init__(self, base: int) -> None:
        self.level = base
        self.override = ""
        self._entries = [(base, "", False)]
        self._overflow_isolates = self._overflow_embeddings = self._valid_isolates = 0

    def start_embedding(self, letter: str) -> None:
        """X2 to X5: RLE, LRE, RLO, LRO."""
        override = {"o": "L", "q": "R"}.get(letter, "")
        if not self._push(override, right=letter in "fq", isolate=False) and not self._overflow_isolates:
            self._overflow_embeddings += 1

    def start_isolate(self, *, right: bool) -> None:
        """X5a to X5c: RLI, LRI, and FSI once its direction is known."""
        if self._push("", right=right, isolate=True):
            self._valid_isolates += 1
        else:
            self._overflow_isolates += 1

    def end_isolate(self) -> None:
        """X6a: PDI, which also closes the embeddings left open inside the isolate."""
        if self._overflow_isolates:
            self._overflow_isolates -= 1
        elif self._valid_isolates:
            self._overflow_embeddings = 0
            while not self._pop():
                pass
            self._valid_isolates -= 1

    def end_embedding(self) -> None:
        """X7: PDF, which cannot reach out of an isolate."""
        if self._overflow_isolates:
            return
        if self._overflow_embeddings:
            self._overflow_embeddings -= 1
        elif len(self._entries) > 1 and not self._entries[-1][2]:
            self._pop()

    def _push(self, override: str, *, right: bool, isolate: bool) -> bool:
        """Open an entry at the next odd or even level, False if that is too deep."""
        level = (self.level + 1) | 1 if right else (self.level + 2) & ~1
        if level > MAX_DEPTH or self._overflow_isolates or self._overflow_embeddings:
            return False
        self._entries.append((level, override, isolate))
        self.level, self.override = level, override
        return True

    def _pop(self) -> bool:
        """Close the last entry, True if it was an isolate."""
        _, _, isolate = self._entries.pop()
        self.level, self.override, _ = self._entries[-1]
        return isolate


def explicit_levels(letters: str, base: int, strong: Mapping[int, str]) -> tuple[list[int], list[str]]:
    """Return the explicit levels, and the letters overridden or, if X9 removes them, "x" (X1 to X9)."""
    status = _DirectionalStatus(base)
    levels: list[int] = []
    overridden: list[str] = []
    for at, letter in enumerate(letters):
        if letter == "d":
            status.end_isolate()
        elif letter == "p":
            status.end_embedding()
        levels.append(status.level)
        overridden.append("x" if letter in REMOVED else status.override or letter)
        if letter in "efoq":
            status.start_embedding(letter)
        elif letter in "ijk":
            status.start_isolate(right=letter == "j" or (letter == "k" and strong.get(at, "L") != "L"))
    return levels, overridden
