"""What the tests of this room share: fields as a design document has them, and resolving one open part."""

from typing import Any

from imgurl.merge.dialects import find_dialect
from imgurl.merge.fields import MergeField
from imgurl.merge.judge import Flag, judge
from imgurl.merge.open_part import read_open_part
from imgurl.merge.resolve import Resolved, Value, resolve


def make(name: str = "x", **rules: Any) -> MergeField:
    """Make a field from the keys of a design document; it may be blank, and open, where nothing else is said."""
    zone = {"time_zone": "Europe/Berlin"} if rules.get("type") == "datetime" else {}
    given = {"name": name, "sample": "1", "openable": True} | zone | rules
    return MergeField.model_validate(given if given.get("required") else {"fallback": ""} | given)


def resolve_open(
    query: str, *fields: MergeField, esp: str | None = None, sealed: dict[str, str] | None = None
) -> Resolved:
    """Resolve an open part for fields that are all open."""
    dialect = find_dialect(esp) if esp else None
    names = [field.name for field in fields]
    return resolve(fields, sealed or {}, names, read_open_part(query, names, dialect), dialect)


def resolve_one(query: str, field: MergeField, esp: str | None = None, sealed: str | None = None) -> Value:
    """Resolve an open part for one field and return its value."""
    pairs = {} if sealed is None else {field.name: sealed}
    (value,) = resolve_open(query, field, esp=esp, sealed=pairs).values
    return value


def accepted(field: MergeField, text: str) -> tuple[str, list[Flag]]:
    """Return what is drawn for a value and why it is not, where it is not."""
    judged = judge(field, text)
    return judged.text, list(judged.flags)
