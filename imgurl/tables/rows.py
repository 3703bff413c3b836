"""Read the rows of a list, or of a span of it. A bad row says what is wrong with it and stops nothing."""

import csv
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from imgurl.tables.form import Kind, TableForm
from imgurl.tables.records import Record, cut, decode

SURROGATE = re.compile("[\ud800-\udfff]")

NUL = "holds a NUL character: was the list damaged, or is it UTF-16?"
TOO_DEEP = "has brackets too deep to be read"
NO_OBJECT = 'is no JSON object; write one a line, for example {"first_name": "Ava"}'


class Row(NamedTuple):
    """A row: its number and the line it begins in, both from 1, and its values by column.

    Every value is text; a missing one is blank. ``problem`` says what is wrong with the row, "" where nothing is; a row
    that can't be read has no values. ``text`` is the row as it stands in the list. ``rest`` holds the cells beyond the
    header, ``nested`` the columns whose value is a list or an object; it is given as JSON.
    """

    number: int
    line: int
    values: dict[str, str]
    problem: str
    text: str
    rest: tuple[str, ...] = ()
    nested: frozenset[str] = frozenset()


class _Number(str):
    """A number of JSON as it is written: 12.50 stays 12.50."""

    __slots__ = ()


class _Unreadable(ValueError):
    """Raised for JSON that no two programs read alike; the message is the row's problem."""


def rows(data: bytes, form: TableForm, first_row: int = 1, first_line: int | None = None) -> Iterator[Row]:
    """Yield the rows of whole records: of all behind a list's header, or of a span. Never raises.

    ``first_row`` and ``first_line`` are what the first of them is called; without a line it is the list's first.
    """
    read = _ndjson_row if form.kind is Kind.NDJSON else _csv_row
    line = form.data_line if first_line is None else first_line
    for number, record in enumerate(cut(data, form, line), start=first_row):
        yield read(data, form, number, record)


def _csv_row(data: bytes, form: TableForm, number: int, record: Record) -> Row:
    text, problem = _text(data, form, record)
    if record.fault:
        return Row(number, record.line, {}, problem, text)
    cells = next(csv.reader((text,), delimiter=form.delimiter))
    values = dict(zip(form.columns, cells, strict=False))
    width = len(form.columns)
    if len(cells) == width:
        return Row(number, record.line, values, problem, text)
    counted = f"has {len(cells)} cell{'' if len(cells) == 1 else 's'}, the header has {width}"
    if len(cells) > width:
        counted += f"; is a {NAMES.get(form.delimiter, form.delimiter)} not quoted?"
    values |= dict.fromkeys(form.columns[len(cells) :], "")
    return Row(number, record.line, values, problem or counted, text, tuple(cells[width:]))


NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


def _ndjson_row(data: bytes, form: TableForm, number: int, record: Record) -> Row:
    text, problem = _text(data, form, record)
    if problem:
        return Row(number, record.line, {}, problem, text)
    try:
        found = DECODER.decode(text)
        if not isinstance(found, dict):
            return Row(number, record.line, {}, NO_OBJECT, text)
        values = {name: _as_text(value) for name, value in found.items()}
    except json.JSONDecodeError as error:
        return Row(number, record.line, {}, f"is no JSON at column {error.colno}: {error.msg}", text)
    except _Unreadable as error:
        return Row(number, record.line, {}, _without_surrogates(str(error)), text)
    except RecursionError:
        return Row(number, record.line, {}, TOO_DEEP, text)
    if "\\u" in text:
        values = {_without_surrogates(name): _without_surrogates(value) for name, value in values.items()}
    nested = frozenset(name for name, value in found.items() if isinstance(value, dict | list))
    return Row(number, record.line, values, "", text, nested=nested)


def _text(data: bytes, form: TableForm, record: Record) -> tuple[str, str]:
    text, damage = decode(data[record.start : record.end], form.encoding)
    problem = record.fault or damage or (NUL if "\0" in text else "")
    return text.rstrip("\r\n"), problem


def _to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise _Unreadable(f"has the key '{doubled}' twice in one object; keep one")
    return found


def _no_constant(word: str) -> None:
    raise _Unreadable(f"holds {word}, which is no JSON; write null for a missing value")


DECODER = json.JSONDecoder(
    object_pairs_hook=_to_object, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant
)


def _as_text(value: Any) -> str:
    """Return a value of JSON as text: null is blank, a list or an object is JSON again."""
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_json(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return value if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _without_surrogates(text: str) -> str:
    """Return a text that can be encoded: half a character becomes U+FFFD."""
    return SURROGATE.sub("\ufffd", text)
