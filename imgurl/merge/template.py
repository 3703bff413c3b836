"""Texts with placeholders: ``Hi <<first_name>>[[ in <<city>>]]``.

``<<name>>`` stands for a value. Text between ``[[`` and ``]]`` vanishes when one of its values is missing.
A backslash before ``<<`` or ``[[`` takes the meaning away.

Texts that are drawn may also have tags, ``Only <accent>today</accent>``: they name a style for what is between them.
Values never have any: what a recipient is called is not parsed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from imgurl.merge.fields import FIELD_NAME

TOKEN = re.compile(r"\\(<<|>>|\[\[|\]\])|<<\s*([^<>]*?)\s*>>|(\[\[)|(\]\])()")

# The same with tags. Not after another "<": "<<name>" is a placeholder that is not closed.
TOKEN_OR_TAG = re.compile(r"\\(<<|>>|\[\[|\]\]|</?[a-z]+>)|<<\s*([^<>]*?)\s*>>|(\[\[)|(\]\])|(?<!<)(</?[a-z]+>)")


class TextPart(NamedTuple):
    """A piece of text to draw; ``field`` names the field it came from, None for the design's own text.

    ``style`` is the name of the tag around it, "" for none.
    """

    text: str
    field: str | None
    style: str = ""


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A parsed text: pieces, each with its parts and whether it is optional.

    In a part of a template ``text`` is empty where ``field`` is set.
    """

    pieces: tuple[tuple[bool, tuple[TextPart, ...]], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields named, in order, each once."""
        return tuple(dict.fromkeys(part.field for _, parts in self.pieces for part in parts if part.field))

    @property
    def styles(self) -> tuple[str, ...]:
        """The tags used, in order, each once."""
        return tuple(dict.fromkeys(part.style for _, parts in self.pieces for part in parts if part.style))

    def fill(self, values: Mapping[str, str]) -> tuple[TextPart, ...]:
        """Return the parts with values put in; a missing value is empty text."""
        return tuple(self._filled(values))

    def text(self, values: Mapping[str, str]) -> str:
        """Return the whole text with values put in."""
        return "".join(part.text for part in self.fill(values))

    def _filled(self, values: Mapping[str, str]) -> Iterator[TextPart]:
        for optional, parts in self.pieces:
            filled = [part if part.field is None else part._replace(text=values.get(part.field, "")) for part in parts]
            if optional and any(part.field and not part.text for part in filled):
                continue
            yield from (part for part in filled if part.text)


@lru_cache(maxsize=1024)
def parse_template(text: str, *, with_tags: bool = False) -> TextTemplate:
    """Parse a text with placeholders, and with tags if it may have some.

    Raises ValueError with a sentence if brackets or tags do not pair or a name is not a field name.
    """
    pieces: list[tuple[bool, tuple[TextPart, ...]]] = []
    parts: list[TextPart] = []
    inside = False
    opened = _NO_TAG
    end = 0
    for token in (TOKEN_OR_TAG if with_tags else TOKEN).finditer(text):
        escaped, name, opening, closing, tag = token.groups()
        parts.append(TextPart(_literal(text, end, token.start()), None, opened.name))
        end = token.end()
        if escaped:
            parts.append(TextPart(escaped, None, opened.name))
        elif opening or closing:
            if bool(opening) == inside:
                raise ValueError(
                    f"'{token.group()}' at character {token.start() + 1} is not paired; optional pieces do not nest"
                )
            pieces.append((inside, tuple(parts)))
            parts, inside = [], bool(opening)
        elif tag:
            opened = _after_tag(opened, tag, token.start() + 1, len(pieces) if inside else None)
        elif FIELD_NAME.fullmatch(name):
            parts.append(TextPart("", name, opened.name))
        else:
            raise ValueError(f"'{token.group()}' is not a field name; those are lowercase letters, digits and _")
    if inside:
        raise ValueError("a '[[' is never closed; write ']]' after the optional piece")
    if opened.name:
        raise ValueError(
            f"'<{opened.name}>' at character {opened.at} is never closed; write '</{opened.name}>' after the words, or "
            f"'\\<{opened.name}>' for the sign"
        )
    parts.append(TextPart(_literal(text, end, len(text)), None))
    pieces.append((False, tuple(parts)))
    filled = ((optional, tuple(part for part in parts if part.text or part.field)) for optional, parts in pieces)
    return TextTemplate(tuple(piece for piece in filled if piece[1]))


class _OpenTag(NamedTuple):
    """The tag that is open, with its place, and the number of the optional piece that it is in."""

    name: str
    at: int
    piece: int | None


_NO_TAG = _OpenTag("", 0, None)


def _after_tag(opened: _OpenTag, tag: str, at: int, piece: int | None) -> _OpenTag:
    """Return what is open after a tag. Raises ValueError if it does not pair."""
    name = tag.strip("</>")
    if not tag.startswith("</"):
        if opened.name:
            raise ValueError(
                f"'{tag}' at character {at} is inside of '<{opened.name}>'; tags do not nest, close that one first"
            )
        return _OpenTag(name, at, piece)
    if name != opened.name:
        raise ValueError(
            f"'{tag}' at character {at} closes nothing; write '<{name}>' before the words, or '\\{tag}' for the sign"
        )
    if piece != opened.piece:
        raise ValueError(
            f"'<{name}>' at character {opened.at} and its '{tag}' are on two sides of a '[[' or ']]'; put both on one"
        )
    return _NO_TAG


def _literal(text: str, start: int, end: int) -> str:
    at = text.find("<<", start, end)
    if at >= 0:
        raise ValueError(
            f"'<<' at character {at + 1} is never closed; write '>>' after the name, or '\\<<' for the sign"
        )
    return text[start:end]
