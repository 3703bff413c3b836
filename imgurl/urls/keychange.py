"""Writing the key file: made once, changed under a lock, never seen half written.

Apart from ``keyfile``, because filelock takes longer to import than all that a program needs to mint.
"""

import contextlib
import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from imgurl.errors import SettingsError
from imgurl.files import whole_file
from imgurl.urls.keyfile import FILE_NAME, entries_of, read_key_file, require_folder
from imgurl.urls.signing import KeyRing, KeyState, SigningKey, encode_secret

# Beside the key file, empty; it stays, so that all who wait have the same file.
LOCK_NAME = ".keys.lock"

# A change takes milliseconds; a stalled disk takes some seconds.
LOCK_SECONDS = 30.0

# What file systems without hard links say.
NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}

#: From the keys in the file, none if it does not exist yet, to those that will be in it.
Change = Callable[[tuple[SigningKey, ...]], tuple[SigningKey, ...]]


def make_first_key(data: Path) -> KeyRing:
    """Return the keys of the key file; where there is none, one is made with one new key.

    Of all that do so at the same time one makes it, and all return that one. Raises SettingsError for a file that is
    wrong, OSError where none can be written: then nobody has a key that is gone after a restart.
    """
    path = data / FILE_NAME
    if not path.exists():
        change_keys(data, lambda keys: keys or (SigningKey.generate("k1", KeyState.SIGN),))
    return read_key_file(path)


def change_keys(data: Path, change: Change) -> KeyRing:
    """Change the key file and return what is in it now. One process changes it at a time; the others wait.

    ``change`` may be called twice. What it raises passes, and nothing has changed. Raises SettingsError, OSError.
    """
    path = data / FILE_NAME
    require_folder(data)
    data.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        while True:
            before = entries_of(path)
            after = change(before or ())
            if before is not None and after == before:
                return KeyRing(before)
            ring = KeyRing(after)
            # A first key is also made where locks do not reach, by two machines on one folder: one of them wins.
            with contextlib.suppress(FileExistsError):
                _write(path, ring, is_first=before is None)
                return ring


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    try:
        with FileLock(data / LOCK_NAME, mode=0o600, timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise SettingsError(f"another process is changing the keys in {data}; try again when it has finished") from None


def _write(path: Path, ring: KeyRing, *, is_first: bool) -> None:
    """Write the file with mode 0600, whole or not at all, on the disk before this returns.

    Raises FileExistsError where it was to be the first and is not.
    """
    listing = [{"id": key.id, "state": key.state.value, "secret": encode_secret(key.secret)} for key in ring.keys]
    publish = _link if is_first else os.replace
    with whole_file(path, mode=0o600, durable=True, publish=publish) as file:
        file.write(json.dumps({"keys": listing}, indent=1).encode())


def _link(whole: Path, path: Path) -> None:
    """Give a whole file its name, unless another one has it. Raises FileExistsError."""
    try:
        os.link(whole, path)
        whole.unlink()
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        # Without hard links the lock alone keeps others away.
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        whole.replace(path)
