"""Answers that are ready to send, by the bytes of their targets.

Only what was answered from memory gets here, so names that are asked for once push nothing out. Bodies stay where they
are, in the memory cache: an answer goes with its body, and all go when the designs or the keys are others.
"""

from dataclasses import dataclass

from cachetools import LRUCache

from imgurl.cache.keys import RenderKey
from imgurl.cache.memory import MemoryCache
from imgurl.campaigns.facts import Tally
from imgurl.design.library import Library
from imgurl.urls.signing import KeyRing
from imgurl.web.answers import Answer
from imgurl.web.metrics import Counters

# All answers together, without bodies: about four thousand.
MAX_BYTES = 8_000_000

# What an answer takes besides its texts: objects, slots of dictionaries.
ANSWER_BYTES = 900


@dataclass(frozen=True, slots=True)
class Ready:
    """What one target's answer is made of, its body aside."""

    #: The header lines that follow the server's own, and the empty line.
    headers: bytes
    key: RenderKey
    counters: Counters
    #: For the log, in JSON.
    facts: str
    #: What its campaign's counts are added to; None without a campaign.
    tally: Tally | None = None


class ReadyAnswers:
    """The answers that are ready. Mutable state: these, and the designs and keys that they are good for."""

    def __init__(self, memory: MemoryCache, max_bytes: int = MAX_BYTES) -> None:
        self._memory = memory
        self._answers: LRUCache[bytes, tuple[int, Ready]] = LRUCache(max_bytes, getsizeof=lambda pair: pair[0])
        self._library: Library | None = None
        self._ring: KeyRing | None = None

    def __len__(self) -> int:
        """Return how many answers are ready."""
        return len(self._answers)

    def get(self, target: bytes, library: Library, ring: KeyRing) -> tuple[Ready, bytes] | None:
        """Return a target's answer and its body, which counts as used now; None if it is not ready."""
        self._renew(library, ring)
        found = self._answers.get(target)
        if found is None:
            return None
        ready = found[1]
        body = self._memory.get(ready.key)
        if body is None:
            del self._answers[target]
            return None
        return ready, body

    def put(self, target: bytes, ready: Ready, library: Library, ring: KeyRing) -> None:
        """Keep a target's answer. It must not depend on the time."""
        self._renew(library, ring)
        size = ANSWER_BYTES + len(target) + len(ready.headers) + len(ready.facts)
        if size <= self._answers.maxsize:
            self._answers[target] = size, ready

    def clear(self) -> None:
        """Have no answer ready: other campaigns are stopped than before."""
        self._answers.clear()

    def _renew(self, library: Library, ring: KeyRing) -> None:
        if library is not self._library or ring is not self._ring:
            self._answers.clear()
            self._library, self._ring = library, ring


def header_lines(answer: Answer) -> bytes:
    """Return the headers of an answer as the server writes them, with the empty line after them."""
    return b"".join(b"%b: %b\r\n" % header for header in answer.headers) + b"\r\n"
