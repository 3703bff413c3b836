"""Write rows: UTF-8, as CSV (RFC 4180) or one JSON object a line."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# What a spreadsheet would run when it opens a CSV: a formula, a call or a link to another program after + - @.
# Numbers, telephone numbers, handles and ="0012345", which is text, are not formulas.
FORMULA = re.compile(r"""[\t\r\n ]*(?:=(?!"(?:[^"]|"")*"\s*\Z)|[+\-@][^\n]*?(?:[^\W\d_][\w.]*\s*\(|[|!]))""")


def csv_bytes(rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """Return rows of cells as CSV; every row ends with a return and a line feed."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode()


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs: a formula gets an apostrophe, which reading a list removes again.

    A recipient who signs up as ``=HYPERLINK(…)`` must not act in the sheet of the person who opens the result
    (https://owasp.org/www-community/attacks/CSV_Injection). Everything else stays as it is: the result goes back into
    mail platforms, and +49 30 901820 or -5 with an apostrophe would be damaged there.
    """
    return "'" + cell if cell[:1] in "=+-@\t\r\n " and FORMULA.match(cell) else cell


def ndjson_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return objects as NDJSON."""
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def extended_object(text: str, more: Mapping[str, Any]) -> str:
    """Return the text of a JSON object with more keys at its end; the rest keeps its spelling.

    The keys must be new to the object: '{"id": 12.50}' and {"url": "x"} give '{"id": 12.50,"url":"x"}'.
    """
    beginning = text.rstrip()[:-1].rstrip()
    comma = "" if beginning.lstrip() == "{" else ","
    return beginning + comma + json.dumps(more, ensure_ascii=False, separators=(",", ":"))[1:]


def json_array(lines: Iterable[bytes]) -> Iterable[bytes]:
    """Yield NDJSON, line by line, as one JSON array."""
    before = b"[\n"
    for line in lines:
        yield before + line.rstrip(b"\n")
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"
