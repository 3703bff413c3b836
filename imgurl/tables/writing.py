"""Write rows: UTF-8, as CSV (RFC 4180) or one JSON object a line."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def csv_bytes(rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """Return rows of cells as CSV; every row ends with a return and a line feed."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode()


def ndjson_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return objects as NDJSON."""
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def extended_object(text: str, more: Mapping[str, Any]) -> str:
    """Return the text of a JSON object with more keys at its end; what stands there stays as it is written.

    The keys must be new to the object: '{"id": 12.50}' and {"url": "x"} give '{"id": 12.50,"url":"x"}'.
    """
    beginning = text.rstrip()[:-1].rstrip()
    comma = "" if beginning.lstrip() == "{" else ","
    return beginning + comma + json.dumps(more, ensure_ascii=False, separators=(",", ":"))[1:]
