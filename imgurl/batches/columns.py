"""Which column of a list each field of a design is in; what cannot be meant is refused before any row is read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from imgurl.errors import BadTable, BadValue, UnknownColumn, UnknownField
from imgurl.merge.fields import MergeField
from imgurl.tables.columns import Matched, letters, match_columns
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
        names = (field.name for field in self.fields)
        lacking = (name for name in names if name not in self.columns and name not in self.mapping)
        near = ((name, did_you_mean(name, self.free)) for name in lacking)
        return (
            *read_as,
            *(f"{name} ← {column}" for name, column in self.aliases.items()),
            *self._doubles(),
            *(f"{name} has no column{hint}" for name, hint in near if hint),
        )

    @property
    def free(self) -> tuple[str, ...]:
        """The columns that a field without one may mean: written in the list, and neither used nor a used one again."""
        written = {cell.strip() for cell in self.form.header}
        used = {letters(column) for column in self.columns.values()}
        return tuple(column for column in self.form.columns if column in written and letters(column) not in used)

    def _doubles(self) -> Iterator[str]:
        """Yield a note on each column that was used without being asked for, though others are called the same."""
        cells = {column: cell.strip() for column, cell in zip(self.form.columns, self.form.header, strict=True)}
        used = {*self.columns.values()}
        for name, column in self.columns.items():
            others = [each for each in cells if each not in used and letters(cells[each]) == letters(column)]
            if others and name not in self.mapping:
                count = "two" if len(others) == 1 else len(others) + 1
                both = [f"'{column}' (used)", *(_named(each, cells[each]) for each in others)]
                yield f"{name} has {count} columns: {', '.join(both[:-1])} and {both[-1]}"


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
                f"{did_you_mean(field.name, found.free)}{_listing(header)}; map a column to it or give a fallback"
            )
    if found.fields and not found.columns:
        names = ", ".join(field.name for field in found.fields)
        raise BadTable(f"no column matches a field ({names}){_listing(header)}; map a column to a field")


def _named(column: str, cell: str) -> str:
    """Return a column as the list has it, with the name by which it can be mapped where that is another one."""
    return f"'{cell}'" if cell == column else f"'{cell}' (which can be mapped as '{column}')"


def _listing(columns: Sequence[str]) -> str:
    names = columns[:SHOWN_COLUMNS]
    more = f" and {len(columns) - SHOWN_COLUMNS} more" if len(columns) > SHOWN_COLUMNS else ""
    return f"; its columns are: {', '.join(names) or 'none at all'}{more}"
