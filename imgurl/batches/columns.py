"""Which column of a list each field of a design is in; what cannot be meant is refused before any row is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imgurl.errors import BadTable, BadValue, UnknownColumn, UnknownField
from imgurl.merge.fields import MergeField
from imgurl.tables.columns import Matched, match_columns
from imgurl.tables.form import TableForm
from imgurl.urls.sealing import fallback_mistakes
from imgurl.words import did_you_mean

# How many columns of a list an error message names.
SHOWN_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class ListColumns:
    """``columns`` is the column of each field that has one; ``aliases`` are those found under another name.

    ``mapping`` is what was asked for; a blank column means that the field has none.
    """

    form: TableForm
    fields: tuple[MergeField, ...]
    mapping: Mapping[str, str]
    columns: Mapping[str, str]
    aliases: Mapping[str, str]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was decided about the list and a person should know; empty if everything is as usual."""
        read_as = () if self.form.is_plain else (f"read as {self.form.read_as}",)
        unused = [column for column in self.form.columns if column not in self.columns.values()]
        names = (field.name for field in self.fields)
        lacking = (name for name in names if name not in self.columns and name not in self.mapping)
        near = ((name, did_you_mean(name, unused)) for name in lacking)
        return (
            *read_as,
            *(f"{name} ← {column}" for name, column in self.aliases.items()),
            *(f"{name} has no column{hint}" for name, hint in near if hint),
        )


def find_columns(
    form: TableForm,
    fields: tuple[MergeField, ...],
    mapping: Mapping[str, str],
    fallbacks: Mapping[str, str],
    *,
    must_fit: bool = True,
) -> ListColumns:
    """Return the column of each field. Raises UnknownField, UnknownColumn, BadValue.

    Raises BadTable for what would be wrong in every row, if ``must_fit``.
    """
    matched = match_columns(form.columns, (field.name for field in fields))
    columns = {name: column for name, column in {**matched.columns, **mapping}.items() if column}
    aliases = {name: column for name, column in matched.aliases.items() if name not in mapping}
    names = [field.name for field in fields]
    for name in (*mapping, *fallbacks):
        if name not in names:
            raise UnknownField(name, names)
    for column in mapping.values():
        if column and column not in form.columns:
            raise UnknownColumn(column, form.columns)
    for name, reason in fallback_mistakes(fields, fallbacks):
        raise BadValue(name, f"in the fallbacks {reason}")
    found = ListColumns(form, fields, mapping, columns, aliases)
    if must_fit:
        _check_decided(matched, mapping)
        _check_fit(found, fallbacks)
    return found


def _check_decided(matched: Matched, mapping: Mapping[str, str]) -> None:
    for name, columns in matched.undecided.items():
        if name not in mapping:
            both = " and ".join(f"'{column}'" for column in columns)
            raise BadTable(f"{both} match the field '{name}' equally well; map one of them to it, or none")


def _check_fit(found: ListColumns, fallbacks: Mapping[str, str]) -> None:
    """Raise BadTable for what is wrong in every row: better said once, now, than ten million times in the result."""
    header = found.form.columns
    for field in found.fields:
        if field.required and field.name not in found.columns and not fallbacks.get(field.name, "").strip():
            raise BadTable(
                f"the field '{field.name}' is required, and no column of the list matches its name"
                f"{did_you_mean(field.name, header)}{_listing(header)}; map a column to it or give a fallback"
            )
    if found.fields and not found.columns:
        names = ", ".join(field.name for field in found.fields)
        raise BadTable(f"no column matches a field ({names}){_listing(header)}; map a column to a field")


def _listing(columns: Sequence[str]) -> str:
    names = columns[:SHOWN_COLUMNS]
    more = f" and {len(columns) - SHOWN_COLUMNS} more" if len(columns) > SHOWN_COLUMNS else ""
    return f"; its columns are: {', '.join(names) or 'none at all'}{more}"
