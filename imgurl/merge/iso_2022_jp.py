"""Names from pages in ISO-2022-JP, which are in a query as ``%1B$B;3ED%1B(B``.

The bytes of that charset are those of ASCII, and a browser encodes only a few of them, so that within a name ``&``,
``=`` and ``%`` are bare. Such names are rewritten as what a page in UTF-8 would have sent, before the query is split.
"""

import re
from urllib.parse import quote

from imgurl.merge.charsets import jis_character

# From "the next bytes are JIS X 0208" to "they are ASCII", or the Roman set that is nearly ASCII.
ESCAPED = re.compile(r"(?:%1[Bb]|\x1b)(\$|%24)(?:[B@]|%40)((?:[^\x1b%]|%(?!1[Bb]))*)(?:%1[Bb]|\x1b)(?:\(|%28)[BJ]")

# What a browser encodes of these bytes in a query. An encoder encodes all except letters and digits.
BY_BROWSERS = frozenset(("%22", "%23", "%27", "%3C", "%3E", "%3c", "%3e"))
HEX_ESCAPE = re.compile("%[2-7][0-9A-Fa-f]")

# The longest spelling of 200 characters, far more than a name has.
MAX_SPELT = 200 * 2 * 3


def in_utf_8(query: str) -> str:
    """Return a query with its names in ISO-2022-JP as percent-encoded UTF-8.

    What can't be read keeps its escape, which no name contains: such a value falls back.
    """
    if "%1B" not in query and "%1b" not in query and "\x1b" not in query:
        return query
    return ESCAPED.sub(lambda match: _rewritten(match[0], match[2], by_encoder=match[1] != "$"), query)


def _rewritten(whole: str, spelt: str, *, by_encoder: bool) -> str:
    characters = _characters(spelt, by_encoder=by_encoder)
    return whole if characters is None else quote(characters, safe="")


def _characters(spelt: str, *, by_encoder: bool) -> str | None:
    """Return the text of a name; None if it can't be read.

    ``%3E.`` is an encoded byte and another one (小) or three bare ones. The first is far more likely: the other would
    be a katakana right before a kanji. So the last choice in favour of an encoded byte is revised only if the rest
    can't be read, and only so many times.
    """
    if len(spelt) > MAX_SPELT:
        return None
    choices: list[tuple[int, bytes]] = [(0, b"")]
    tried = 0
    while choices and (tried := tried + 1) <= 2 * len(spelt) + 2:
        position, data = choices.pop()
        if position == len(spelt):
            text = _text(data)
            if text is not None:
                return text
            continue
        escape = spelt[position : position + 3]
        is_escape = HEX_ESCAPE.fullmatch(escape) is not None
        if not (by_encoder and is_escape) and "!" <= spelt[position] <= "~":
            choices.append((position + 1, data + spelt[position].encode()))
        if is_escape and (by_encoder or escape in BY_BROWSERS):
            choices.append((position + 3, data + bytes.fromhex(escape[1:])))
    return None


def _text(data: bytes) -> str | None:
    if len(data) % 2:
        return None
    try:
        return b"".join(map(jis_character, data[::2], data[1::2])).decode()
    except UnicodeDecodeError:
        return None
