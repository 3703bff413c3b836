"""Where keys are kept between starts: ``keys.json`` in the data folder, readable by its owner alone."""

import json
import os
import stat
import tempfile
from pathlib import Path

from imgurl.errors import SettingsError
from imgurl.urls.signing import (
    KeyRing,
    KeyState,
    SigningKey,
    decode_secret,
    encode_secret,
    parse_keys,
    parse_state,
)

FILE_NAME = "keys.json"


def load_keys(data: Path, from_environment: str | None) -> KeyRing:
    """Return the keys of the environment, else those of the key file.

    Raises SettingsError where there are none or one is wrong: no key, no server.
    """
    if from_environment is not None:
        return parse_keys(from_environment)
    path = data / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise SettingsError(
            f"there is no signing key: {path} does not exist. 'imgurl serve' makes one on its first start, "
            "'imgurl keys add' makes one now, and IMGURL_KEYS gives one from outside"
        ) from None
    except OSError as error:
        raise SettingsError(f"the key file {path} can't be read: {error.strerror}") from error
    return _parse(content, path)


def make_first_key(data: Path) -> KeyRing:
    """Write a key file with one new key, unless there is a file already; return the keys that are there now."""
    path = data / FILE_NAME
    if not path.exists():
        save_keys(data, KeyRing((SigningKey.generate("k1", KeyState.SIGN),)))
    return load_keys(data, None)


def save_keys(data: Path, ring: KeyRing) -> None:
    """Write the key file: mode 0600, whole or not at all, on the disk before this returns."""
    data.mkdir(parents=True, exist_ok=True)
    listing = [{"id": key.id, "state": key.state.value, "secret": encode_secret(key.secret)} for key in ring.keys]
    # mkstemp makes the file with mode 0600 from the start.
    handle, name = tempfile.mkstemp(dir=data, prefix=".keys-")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump({"keys": listing}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(data / FILE_NAME)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(data, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _parse(content: bytes, path: Path) -> KeyRing:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(f"others may read the key file {path}: run chmod 600 on it, then rotate the key")
    try:
        entries = json.loads(content)["keys"]
        keys = tuple(
            SigningKey(
                str(entry["id"]),
                parse_state(str(entry["state"]), str(path)),
                decode_secret(str(entry["secret"]), str(entry["id"])),
            )
            for entry in entries
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"the key file {path} is damaged; restore it from a backup") from error
    return KeyRing(keys)
