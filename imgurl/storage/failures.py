"""What a store raises becomes a StorageError, whose sentence holds no path, host or address."""

import contextlib
import re
from collections.abc import Iterator

from obstore.exceptions import BaseError

from imgurl.errors import StorageError

REASON_CHARACTERS = 200


@contextlib.contextmanager
def translating_errors(action: str, key: str) -> Iterator[None]:
    """Turn what a store raises into a StorageError; ``action`` is a word like "reading". The cause keeps the rest."""
    try:
        yield
    except (BaseError, OSError, NotImplementedError) as error:
        raise StorageError(
            f"{action} '{key}' in the store failed: {reason_of(error)}; "
            f"check IMGURL_STORE_URL, the free space of the store and its credentials"
        ) from error


def reason_of(error: BaseException) -> str:
    """Return what a store said, without the paths, hosts and addresses in it."""
    sentence = re.sub(r"\S*/\S*", "…", first_line(error))
    return re.sub(r"^Generic |:? ?<\?xml.*$", "", sentence)[:REASON_CHARACTERS]


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).partition("\n")[0].strip()
