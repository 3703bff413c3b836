"""The headers that are sent to live sources, by the names that designs call them by."""

import json
import re
from pathlib import Path

from imgurl.errors import SettingsError
from imgurl.gathering.sources import Headers
from imgurl.strict_json import DoubledKey, NotANumber, no_constant, unique_keys

NAME = re.compile("[a-z][a-z0-9_-]{0,31}")
# RFC 9110, 5.6.2 and 5.5.
HEADER = re.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,4000}[\x21-\x7e])?")

# Those that the connection itself needs to be right.
OWN = frozenset(("host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "upgrade"))

FORM = '{"shop": {"Authorization": "Bearer …"}}'


def read_headers(setting: str) -> Headers:
    """Return the headers of ``IMGURL_SOURCE_HEADERS``: JSON, or the path of a file that has it.

    Raises SettingsError, which never repeats a value.
    """
    if not setting:
        return {}
    try:
        text = setting if setting.lstrip().startswith("{") else Path(setting).read_text(encoding="utf-8")
        named = json.loads(text, object_pairs_hook=unique_keys, parse_constant=no_constant)
    except OSError as error:
        raise SettingsError(f"IMGURL_SOURCE_HEADERS: the file can't be read: {error.strerror}") from None
    except (ValueError, RecursionError, DoubledKey, NotANumber):
        raise SettingsError(f"IMGURL_SOURCE_HEADERS is not JSON; write for example {FORM}") from None
    if not isinstance(named, dict):
        raise SettingsError(f"IMGURL_SOURCE_HEADERS must be an object; write for example {FORM}")
    for name, headers in named.items():
        if not NAME.fullmatch(name) or not isinstance(headers, dict) or not headers:
            raise SettingsError(f"IMGURL_SOURCE_HEADERS: '{name}' is not a name with headers; write for example {FORM}")
        for header, value in headers.items():
            if not HEADER.fullmatch(header) or header.lower() in OWN:
                raise SettingsError(f"IMGURL_SOURCE_HEADERS: '{name}' has '{header}', which is not a header to be set")
            if not isinstance(value, str) or not VALUE.fullmatch(value):
                raise SettingsError(f"IMGURL_SOURCE_HEADERS: the value of '{header}' of '{name}' is not plain ASCII")
    return named
