"""The parts of a stream on their way to a store."""

import contextlib
from collections.abc import Iterable, Iterator

from imgurl.errors import StorageError


class CountedParts:
    """Counts the bytes of parts. Mutable state: ``bytes`` seen so far, and what the parts raised."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts
        self._failure: BaseException | None = None
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield the parts that are not empty."""
        try:
            for part in self._parts:
                self.bytes += len(part)
                if part:
                    yield part
        except GeneratorExit:  # the store has failed and wants no more
            raise
        except BaseException as error:
            self._failure = error
            raise

    @contextlib.contextmanager
    def raising_own_errors(self) -> Iterator[None]:
        """Raise what the parts raised as it was, where the store has made a failure of its own of it."""
        try:
            yield
        except StorageError:
            if self._failure is not None:
                raise self._failure from None
            raise
