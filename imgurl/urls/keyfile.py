"""Reading the keys: from ``keys.json`` in the data folder, which its owner alone may read, or from the environment.

``keychange`` writes the file.
"""

import json
import os
import stat
from pathlib import Path

from imgurl.errors import SettingsError
from imgurl.urls.signing import KeyRing, SigningKey, decode_secret, parse_keys, parse_state

FILE_NAME = "keys.json"


def load_keys(data: Path, from_environment: str | None) -> KeyRing:
    """Return the keys of the environment, else those of the key file.

    Raises SettingsError where there are none or one is wrong: no key, no server.
    """
    return parse_keys(from_environment) if from_environment is not None else read_key_file(data / FILE_NAME)


def read_key_file(path: Path) -> KeyRing:
    """Return the keys of a key file. Raises SettingsError if it is missing or damaged, or a key is wrong."""
    keys = entries_of(path)
    if keys is None:
        raise SettingsError(
            f"there is no signing key: {path} does not exist. 'imgurl serve' creates one on its first start, "
            "'imgurl keys add' creates one now, and IMGURL_SIGNING_KEYS sets one from outside"
        )
    return KeyRing(keys)


def require_folder(data: Path) -> None:
    """Raise SettingsError if the data folder, or one that it is in, is a file. It need not be there."""
    first = next((path for path in (data, *data.absolute().parents) if path.exists()), None)
    if first is not None and not first.is_dir():
        what = "is a file" if first == data else f"can't be made, because {first} is a file"
        raise SettingsError(
            f"the data folder {data} {what}: move the file away, or name another folder with --data or IMGURL_DATA"
        )


def entries_of(path: Path) -> tuple[SigningKey, ...] | None:
    """Return the keys of a key file one by one, including those that no ring accepts; None without a file.

    Raises SettingsError if it cannot be read, or if others may read it.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        require_folder(path.parent)
        raise SettingsError(f"the key file {path} can't be read: {error.strerror}") from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise SettingsError(f"others may read the key file {path}: run chmod 600 on it, then rotate the key")
    try:
        return tuple(
            SigningKey(
                str(entry["id"]),
                parse_state(str(entry["state"]), str(path)),
                decode_secret(str(entry["secret"]), str(entry["id"])),
            )
            for entry in json.loads(content)["keys"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"the key file {path} is damaged; restore it from a backup") from error
