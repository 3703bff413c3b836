"""The charset of the page that a link was sent from, recognised by a mark in the link itself.

A browser encodes the query of a link in the charset of the page (https://url.spec.whatwg.org/#query-state), and the
mark together with the merge values next to it. So the bytes in which the mark arrives reveal the charset of the values.
Mail clients that encode all queries in UTF-8 do so with the mark too.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from imgurl.merge.folds import FOLD

# One letter of each family of charsets, then three that distinguish within a family (Windows-1252 from 1258,
# KOI8-R from KOI8-U, IBM866 from Mac Cyrillic). As numeric references in HTML a browser encodes them in the
# charset of that very attribute. New letters go to the end: the marks of older links are beginnings of it.
MARK = "éąşЯΆאعก日šіđ"

# Names of https://encoding.spec.whatwg.org/#names-and-labels with Python's codec, the more usual ones first. A label
# that is none of these is an alias (iso-8859-1 and us-ascii of windows-1252, gb2312 of gbk). Browsers read GBK as
# GB18030. The replacement encoding, UTF-16 and x-user-defined encode queries in UTF-8 or can't be declared by a page.
CODECS = {
    "UTF-8": "utf-8", "windows-1252": "cp1252", "windows-1251": "cp1251", "GBK": "gbk", "Shift_JIS": "cp932",
    "EUC-KR": "cp949", "windows-1250": "cp1250", "Big5": "big5hkscs", "windows-1254": "cp1254",
    "windows-1256": "cp1256", "windows-1253": "cp1253", "windows-1255": "cp1255", "windows-874": "cp874",
    "windows-1257": "cp1257", "windows-1258": "cp1258", "EUC-JP": "euc_jp", "ISO-2022-JP": "iso2022_jp",
    "KOI8-R": "koi8_r", "KOI8-U": "koi8_u", "gb18030": "gb18030", "ISO-8859-2": "iso8859_2",
    "ISO-8859-15": "iso8859_15", "ISO-8859-7": "iso8859_7", "ISO-8859-5": "iso8859_5", "ISO-8859-8": "iso8859_8",
    "ISO-8859-6": "iso8859_6", "ISO-8859-4": "iso8859_4", "ISO-8859-13": "iso8859_13", "ISO-8859-3": "iso8859_3",
    "ISO-8859-10": "iso8859_10", "ISO-8859-14": "iso8859_14", "ISO-8859-16": "iso8859_16", "IBM866": "cp866",
    "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
}  # fmt: skip

# How bytes are read where that is not as they are written: GBK as above, and JIS with the rows that NEC and IBM added,
# which Python has in cp932 alone. ISO-2022-JP is UTF-8 by the time it is read here, see iso_2022_jp.py.
READERS = {"gbk": "gb18030", "iso2022_jp": "utf-8"}

# What UTF-8 looks like when it is read as Windows-1252.
MOJIBAKE = re.compile("[Â-ô][^\x00-\x7f]")
EUC_JP_CHARACTER = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]")
UTF8_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")

# Letters of the languages of Western Europe beyond ASCII. Not ð þ ý: those bytes are ğ ş ı in Turkish.
WESTERN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŠšŽžŸ")
# Typographic signs where Western text has them: quotes around something, an apostrophe or an ellipsis after a letter.
WESTERN_SIGNS = re.compile("“[^“”]*”|‘[^‘’]*’|(?<=[A-Za-z])[’…]|(?<= )[–—](?= )", re.DOTALL)
# Bytes below 0xA0, which begin a character in Shift_JIS and its neighbours: of "Œc" nobody can say what it is.
FIRST_BYTES_ELSEWHERE = frozenset("ŒœŠšŽžŸ")
# é before F: the second is the trail byte of one character of GBK, Big5 or Shift_JIS.
TRAIL_BYTE = re.compile("[à-ÿœšž][A-Z]")


@lru_cache(maxsize=256)
def charsets_of(mark: str) -> tuple[str, ...]:
    """Return the charsets whose pages send such a mark, the more usual ones first; none if it reveals nothing.

    ``mark`` is the mark as it is in the query. It may have been cut, folded by a mail server, encoded twice, or be
    the shorter one of an older link. Several charsets may send what is left of it; decode_in asks all of them.
    """
    if len(mark) > 512:
        return ()
    once = FOLD.sub("\x1a", mark)
    for text in (once, unquote_to_bytes(once.encode("latin-1", "replace")).decode("latin-1")):
        start, _, end = unquote_to_bytes(text.encode("latin-1", "replace")).partition(b"\x1a")
        if start or end:
            names = [name for name, sent in _marks() if sent.startswith(start) and sent.endswith(end)]
            if names:
                return tuple(names)
    return ()


@lru_cache(maxsize=1)
def _marks() -> tuple[tuple[str, bytes], ...]:
    return tuple((name, mark_in(name)) for name in CODECS)


def mark_in(charset: str) -> bytes:
    """Return the bytes of the mark from a page in this charset, percent-decoded.

    A letter that the charset lacks comes as a numeric reference. Of ISO-2022-JP as iso_2022_jp.py rewrites it.
    """
    codec = CODECS[charset]
    return b"".join(_letter_in(codec, letter) for letter in MARK)


def _letter_in(codec: str, letter: str) -> bytes:
    reference = b"&#%d;" % ord(letter)
    try:
        encoded = letter.encode(codec)
    except UnicodeEncodeError:
        return reference
    if codec == "iso2022_jp":
        return letter.encode()
    # Browsers read JIS X 0212 and the Hong Kong supplement of Big5, but do not write them.
    is_read_only = (codec == "euc_jp" and encoded[0] == 0x8F) or (codec == "big5hkscs" and encoded[0] < 0xA1)
    return reference if is_read_only else encoded


def decode_in(charsets: Iterable[str], data: bytes) -> str | None:
    """Return the text of bytes that came from a page in one of these charsets; None if the charsets disagree."""
    texts = {text for text in (_read(CODECS[charset], data) for charset in charsets) if text is not None}
    if len(texts) != 1:
        return None
    (text,) = texts
    # What looks like mojibake and is UTF-8 was encoded before the browser saw it, by some program.
    if UTF8_SEQUENCE.search(data) and not all(map(_is_of_words, text)):
        return decode_utf8(data) or text
    return text


def decode_utf8(data: bytes) -> str | None:
    """Return the text of bytes in UTF-8; None if they are not valid UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def decode_western(data: bytes) -> str | None:
    """Return the text of bytes in Windows-1252; None if they are more likely in another charset.

    Single-byte charsets decode any bytes. So every letter beyond ASCII must be one of Western Europe, there must be a
    letter of ASCII, and at most half of the letters may be beyond it.
    """
    if UTF8_SEQUENCE.search(data):
        return None  # damaged UTF-8, or of the Far East
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    bare = WESTERN_SIGNS.sub(lambda match: re.sub("[“”‘’…–—]", "", match.group()), text)
    beyond = [character for character in bare if character > "\x7f" and character != "\xa0"]
    ascii_letters = sum(character < "\x80" and character.isalpha() for character in bare)
    least = 1 if FIRST_BYTES_ELSEWHERE.isdisjoint(beyond) else 2
    is_western = WESTERN.issuperset(beyond) and ascii_letters >= max(least, len(beyond))
    return text if is_western and not TRAIL_BYTE.search(bare) else None


def decoded_again(text: str) -> str:
    """Return a text without an extra encoding: UTF-8 that was read as Windows-1252 and encoded in UTF-8 again."""
    return reread(text) if MOJIBAKE.search(text) else text


def reread(text: str) -> str:
    """Return what was meant by a text in UTF-8 that was read as Windows-1252; any other text as it is."""
    try:
        data = b"".join(map(_windows_1252, text))
    except UnicodeEncodeError:
        return text
    return decode_utf8(data) or text


def _windows_1252(character: str) -> bytes:
    # As browsers have it: the five bytes without a character are C1 controls.
    return bytes([ord(character)]) if "\x80" <= character <= "\x9f" else character.encode("cp1252")


def _read(codec: str, data: bytes) -> str | None:
    try:
        if codec == "euc_jp":
            return EUC_JP_CHARACTER.sub(lambda pair: jis_character(pair[0][0] & 0x7F, pair[0][1] & 0x7F), data).decode()
        return data.decode(READERS.get(codec, codec))
    except UnicodeDecodeError:
        return None


def jis_character(row: int, cell: int) -> bytes:
    """Return a character of JIS X 0208 in UTF-8; both bytes are 0x21 to 0x7E. Raises UnicodeDecodeError.

    With the extensions of NEC and IBM, as https://encoding.spec.whatwg.org/#index-jis0208 has them.
    """
    lead, trail = divmod((row - 0x21) * 94 + cell - 0x21, 188)
    shifted = bytes([lead + (0x81 if lead < 0x1F else 0xC1), trail + (0x40 if trail < 0x3F else 0x41)])
    return shifted.decode("cp932").encode()


def _is_of_words(character: str) -> bool:
    return character < "\x80" or character == "’" or unicodedata.category(character)[0] in "LM"
