"""Texts with placeholders: ``Hi <<first_name>>[[ in <<city>>]]``.

``<<name>>`` stands for a value. Text between ``[[`` and ``]]`` vanishes when one of its values is missing.
A backslash before ``<<`` or ``[[`` takes the meaning away.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from imgurl.merge.fields import FIELD_NAME

TOKEN = re.compile(r"\\(<<|>>|\[\[|\]\])|<<\s*([^<>]*?)\s*>>|(\[\[)|(\]\])")


class TextPart(NamedTuple):
    """A piece of text to draw; ``field`` names the field it came from, None for the design's own text."""

    text: str
    field: str | None


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

    def fill(self, values: Mapping[str, str]) -> tuple[TextPart, ...]:
        """Return the parts with values put in; a missing value is empty text."""
        return tuple(self._filled(values))

    def text(self, values: Mapping[str, str]) -> str:
        """Return the whole text with values put in."""
        return "".join(part.text for part in self.fill(values))

    def _filled(self, values: Mapping[str, str]) -> Iterator[TextPart]:
        for optional, parts in self.pieces:
            filled = [
                part if part.field is None else TextPart(values.get(part.field, ""), part.field) for part in parts
            ]
            if optional and any(part.field and not part.text for part in filled):
                continue
            yield from (part for part in filled if part.text)


@lru_cache(maxsize=1024)
def parse_template(text: str) -> TextTemplate:
    """Parse a text with placeholders.

    Raises ValueError with a sentence if brackets do not pair or a name is not a field name.
    """
    pieces: list[tuple[bool, tuple[TextPart, ...]]] = []
    parts: list[TextPart] = []
    inside = False
    end = 0
    for token in TOKEN.finditer(text):
        escaped, name, opening, closing = token.groups()
        parts.append(TextPart(_literal(text, end, token.start()), None))
        end = token.end()
        if escaped:
            parts.append(TextPart(escaped, None))
        elif opening or closing:
            if bool(opening) == inside:
                raise ValueError(
                    f"'{token.group()}' at character {token.start() + 1} is not paired; optional pieces do not nest"
                )
            pieces.append((inside, tuple(parts)))
            parts, inside = [], bool(opening)
        elif FIELD_NAME.fullmatch(name):
            parts.append(TextPart("", name))
        else:
            raise ValueError(f"'{token.group()}' is not a field name; those are lowercase letters, digits and _")
    if inside:
        raise ValueError("a '[[' is never closed; write ']]' after the optional piece")
    parts.append(TextPart(_literal(text, end, len(text)), None))
    pieces.append((False, tuple(parts)))
    filled = ((optional, tuple(part for part in parts if part.text or part.field)) for optional, parts in pieces)
    return TextTemplate(tuple(piece for piece in filled if piece[1]))


def _literal(text: str, start: int, end: int) -> str:
    at = text.find("<<", start, end)
    if at >= 0:
        raise ValueError(
            f"'<<' at character {at + 1} is never closed; write '>>' after the name, or '\\<<' for the sign"
        )
    return text[start:end]
