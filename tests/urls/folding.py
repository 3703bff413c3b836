"""Links in the HTML of a mail, lines that mail servers break in them, and what a browser then asks for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from imgurl.merge.charsets import MARK
from imgurl.urls.mint import Minter
from tests.urls.reading import FIRST

BASE: Final = "https://img.example.com"

# Postfix and sendmail (https://www.postfix.org/postconf.5.html#smtp_line_length_limit, sendmail's putbody).
FOLDS: Final = (b"\r\n ", b"!\r\n ")

# What is not percent-encoded in the query of an http URL (https://url.spec.whatwg.org/#special-query-percent-encode-set).
LEFT_ALONE: Final = "!$%&()*+,-./:;=?@[\\]^_`{|}~"


@dataclass(frozen=True, slots=True)
class Mail:
    """A link as it is in the HTML of a delivered mail."""

    design: str
    sealed: Mapping[str, str]
    #: What the platform put in the place of each tag, as it is in the HTML.
    filled: Mapping[str, str]
    esp: str | None = None
    #: Whether the end marker is the one that tells the charset.
    is_marked: bool = True

    def source(self, *, spaces_as_plus: bool = True) -> bytes:
        """Return the value of the ``src`` attribute, escaped for HTML, in UTF-8."""
        url = Minter(FIRST, BASE).mint(self.design, self.sealed, open=list(self.filled), esp=self.esp)
        head, _, behind = url.partition("&_s=")
        if spaces_as_plus:
            head = head.replace("%20", "+")
        pairs = "".join(f"&amp;{name}={value}" for name, value in sorted(self.filled.items()))
        end = "".join(f"&#{ord(letter)};" for letter in MARK) if self.is_marked else "1"
        closed = f"{pairs}&amp;_z={end}" if self.filled else ""
        return (head.replace("&", "&amp;") + "&amp;_s=" + behind[:43] + closed).encode()


def asked_for(source: bytes) -> tuple[bytes, bytes]:
    """Return path and query that a browser asks for where this is the ``src`` of an image, in a page in UTF-8."""
    text = _attribute(source.decode(errors="replace").replace("\r\n", "\n"))
    url = re.sub("[\t\n\r]", "", text.strip("".join(map(chr, range(0x21)))))
    path, _, query = url.removeprefix(BASE).partition("#")[0].partition("?")
    return quote(path, safe=LEFT_ALONE).encode(), quote(query, safe=LEFT_ALONE).encode()


def _attribute(text: str) -> str:
    """Resolve references as an HTML parser does in an attribute: digits and ``amp`` need no semicolon."""
    return re.sub(
        "&(?:#([0-9]+);?|#[xX]([0-9A-Fa-f]+);?|amp;|amp(?![=A-Za-z0-9]))",
        lambda found: _character(int(found[1] or found[2], 10 if found[1] else 16)) if found[1] or found[2] else "&",
        text,
    )


def _character(number: int) -> str:
    """Return the character of a reference; 128 to 159 are those of Windows-1252."""
    return bytes([number]).decode("cp1252", "replace") if 0x80 <= number < 0xA0 else chr(number) if number else "\ufffd"


def broken(source: bytes) -> Iterator[bytes]:
    """Yield the source with each of the line breaks at each of its places behind the host."""
    for place in range(len(BASE) + 1, len(source) + 1):
        for fold in FOLDS:
            yield source[:place] + fold + source[place:]
