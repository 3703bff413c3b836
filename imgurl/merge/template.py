"""Texts with placeholders: ``Hi <<first_name>>[[ in <<city>>]]``.

``<<name>>`` stands for a value. What stands between ``[[`` and ``]]`` vanishes when one of its values is missing.
A backslash before ``<<`` or ``[[`` takes the meaning away.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from imgurl.merge.fields import FIELD_NAME

TOKEN = re.compile(r"\\(<<|>>|\[\[|\]\])|<<\s*([^<>]*?)\s*>>|(\[\[)|(\]\])")


class Span(NamedTuple):
    """A piece of text to draw; ``field`` names the field it came from, None for the design's own text."""

    text: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text: pieces of spans, each piece with whether it is optional.

    In a span of a template ``text`` is empty where ``field`` is set.
    """

    pieces: tuple[tuple[bool, tuple[Span, ...]], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields named, in order, each once."""
        return tuple(dict.fromkeys(span.field for _, spans in self.pieces for span in spans if span.field))

    def fill(self, values: Mapping[str, str]) -> tuple[Span, ...]:
        """Return the spans with values put in; a missing value is empty text."""
        return tuple(self._filled(values))

    def text(self, values: Mapping[str, str]) -> str:
        """Return the whole text with values put in."""
        return "".join(span.text for span in self.fill(values))

    def _filled(self, values: Mapping[str, str]) -> Iterator[Span]:
        for optional, spans in self.pieces:
            filled = [span if span.field is None else Span(values.get(span.field, ""), span.field) for span in spans]
            if optional and any(span.field and not span.text for span in filled):
                continue
            yield from (span for span in filled if span.text)


@lru_cache(maxsize=1024)
def parse_template(text: str) -> Template:
    """Parse a text with placeholders.

    Raises ValueError with a sentence where brackets do not pair or a name is no field name.
    """
    pieces: list[tuple[bool, tuple[Span, ...]]] = []
    spans: list[Span] = []
    inside = False
    end = 0
    for token in TOKEN.finditer(text):
        escaped, name, opening, closing = token.groups()
        spans.append(Span(_literal(text, end, token.start()), None))
        end = token.end()
        if escaped:
            spans.append(Span(escaped, None))
        elif opening or closing:
            if bool(opening) == inside:
                raise ValueError(
                    f"'{token.group()}' at character {token.start() + 1} has no partner; pieces do not nest"
                )
            pieces.append((inside, tuple(spans)))
            spans, inside = [], bool(opening)
        elif FIELD_NAME.fullmatch(name):
            spans.append(Span("", name))
        else:
            raise ValueError(f"'{token.group()}' names no field; a field name is small letters, digits and _")
    if inside:
        raise ValueError("a '[[' is never closed; write ']]' after the optional piece")
    spans.append(Span(_literal(text, end, len(text)), None))
    pieces.append((False, tuple(spans)))
    kept = ((optional, tuple(span for span in spans if span.text or span.field)) for optional, spans in pieces)
    return Template(tuple(piece for piece in kept if piece[1]))


def _literal(text: str, start: int, end: int) -> str:
    at = text.find("<<", start, end)
    if at >= 0:
        raise ValueError(
            f"'<<' at character {at + 1} is never closed; write '>>' behind the name, or '\\<<' for the sign"
        )
    return text[start:end]
