"""What a batch is to do: written down once, when it is accepted, so that nothing that changes later changes a URL."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from dataclasses import fields as dataclass_fields
from typing import Any

from imgurl.batches.places import order_key
from imgurl.design.library import Design
from imgurl.errors import BadTable, BadValue, StorageError, UnknownColumn, UnknownField
from imgurl.merge.fields import MergeField
from imgurl.storage import Storage
from imgurl.tables.columns import Matched, match_columns
from imgurl.tables.form import Kind, Quoting, Skipped, TableForm
from imgurl.urls.controls import Controls
from imgurl.urls.mint import BulkMinter, Minter
from imgurl.urls.sealing import fallback_mistakes
from imgurl.urls.signing import KeyRing, SigningKey
from imgurl.words import did_you_mean

# What the result has beside a row's own columns.
RESULT_COLUMNS = ("image_url", "image_path", "error", "warnings")

# Columns of a list that are named in an error message.
SHOWN_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What is wanted of a batch.

    ``mapping`` says in which column a field stands, for those that are not found; a blank one says that it has none.
    ``fallbacks`` are for rows
    without a value of their own. ``created`` is in Unix seconds. ``warm`` draws each image ahead, ``test`` signs with
    the test key. With ``ignore_unknown`` it is no mistake when columns and fields do not fit: every row shows what it
    can.
    """

    design: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    controls: Controls = Controls()
    warm: bool = False
    test: bool = False
    webhook: str | None = None
    created: int = 0
    ignore_unknown: bool = False


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """A batch that was checked: the options, and all else that its URLs depend on.

    ``fields`` are those of the design as it was, ``key_id`` says who signs, ``base_url`` what links begin with.
    ``columns`` is the column of each field that has one, ``aliases`` are those of them that were found under another
    name.
    """

    options: BatchOptions
    form: TableForm
    fields: tuple[MergeField, ...]
    key_id: str
    base_url: str

    columns: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    #: The columns that the result has beside a row's own: none of the list's may be called so.
    added: tuple[str, ...] = RESULT_COLUMNS

    @property
    def notes(self) -> tuple[str, ...]:
        """What was decided about the list and a person should know; nothing where all is as usual."""
        read_as = () if self.form.is_plain else (f"read as {self.form.read_as}",)
        unused = [column for column in self.form.columns if column not in self.columns.values()]
        lacking = (name for name in self.names if name not in self.columns and name not in self.options.mapping)
        near = ((name, did_you_mean(name, unused)) for name in lacking)
        return (
            *read_as,
            *(f"{name} ← {column}" for name, column in self.aliases.items()),
            *(f"{name} has no column{hint}" for name, hint in near if hint),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(field.name for field in self.fields)

    def bulk(self, key: SigningKey) -> BulkMinter:
        """Return what mints the URLs. Raises BadValue for a control that is not of its form."""
        minter = Minter(key, self.base_url, {self.options.design: self.fields})
        return minter.bulk(self.options.design, self.options.controls)


def prepare(
    options: BatchOptions, form: TableForm, design: Design, keys: KeyRing, base_url: str,
    *, added: tuple[str, ...] = RESULT_COLUMNS,
) -> BatchOrder:  # fmt: skip
    """Check what is wanted against the list and the design; return the order.

    ``base_url`` is what links begin with, ``added`` are the columns of the result beside a row's own. Raises
    UnknownField, UnknownColumn, BadValue, BadTable.
    """
    key = keys.testing if options.test else keys.signing
    matched = match_columns(form.columns, (each.name for each in design.document.fields))
    order = BatchOrder(
        options, form, design.document.fields, key.id, base_url, _columns(matched, options),
        {name: column for name, column in matched.aliases.items() if name not in options.mapping}, added,
    )  # fmt: skip
    dpr = options.controls.dpr
    if dpr > design.document.max_dpr:
        raise BadValue("dpr", f"is {dpr}, this design is too large for more than {design.document.max_dpr}")
    options.controls.check(options.created or time.time())
    order.bulk(key)
    _check_names(order)
    _check_fallbacks(order)
    if not options.ignore_unknown:
        _check_decided(matched, options)
        _check_fit(order)
    return order


def _columns(matched: Matched, options: BatchOptions) -> Mapping[str, str]:
    return {name: column for name, column in {**matched.columns, **options.mapping}.items() if column}


def accept_order(storage: Storage, job_id: str, order: BatchOrder) -> None:
    """Write the order down. The list lies in ``places.input_key`` by then; with this the batch is accepted."""
    written = {
        "options": _written(order.options),
        "form": asdict(order.form),
        "fields": [field.model_dump(mode="json") for field in order.fields],
        "key_id": order.key_id,
        "base_url": order.base_url,
        "columns": order.columns,
        "aliases": order.aliases,
    }
    storage.put(order_key(job_id), json.dumps(written, ensure_ascii=False, indent=1).encode())


def read_order(storage: Storage, job_id: str) -> BatchOrder:
    """Return the order of a batch. Raises StorageError where there is none."""
    data = storage.get(order_key(job_id))
    if data is None:
        raise StorageError(f"the files of job '{job_id}' are not in the store; send the list again")
    try:
        return _order(json.loads(data))
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(f"the order of job '{job_id}' is of another version: send the list again") from error


def _order(read: Mapping[str, Any]) -> BatchOrder:
    return BatchOrder(
        _options(read["options"]),
        _form(read["form"]),
        tuple(MergeField.model_validate(each) for each in read["fields"]),
        read["key_id"],
        read["base_url"],
        read["columns"],
        read["aliases"],
    )


def _written(options: BatchOptions) -> dict[str, Any]:
    """Return the options as they are written down: one flat object."""
    written = asdict(options)
    controls: dict[str, Any] = written.pop("controls")
    return written | controls


def _options(read: Mapping[str, Any]) -> BatchOptions:
    names = {each.name for each in dataclass_fields(Controls)}
    controls = Controls(**{name: value for name, value in read.items() if name in names})
    return BatchOptions(controls=controls, **{name: value for name, value in read.items() if name not in names})


def _form(read: Mapping[str, Any]) -> TableForm:
    typed = {
        "columns": tuple(read["columns"]),
        "header": tuple(read["header"]),
        "kind": Kind(read["kind"]),
        "quoting": Quoting(read["quoting"]),
        "above": Skipped(**read["above"]),
    }
    return TableForm(**{**read, **typed})


def _check_names(order: BatchOrder) -> None:
    for name in (*order.options.mapping, *order.options.fallbacks):
        if name not in order.names:
            raise UnknownField(name, order.names)
    for column in order.options.mapping.values():
        if column and column not in order.form.columns:
            raise UnknownColumn(column, order.form.columns)
    for column in order.form.columns:
        if column in order.added:
            raise BadTable(f"the list has a column '{column}' already, which the result adds; rename or remove it")


def _check_fallbacks(order: BatchOrder) -> None:
    for name, reason in fallback_mistakes(order.fields, order.options.fallbacks):
        raise BadValue(name, f"in the fallbacks {reason}")


def _check_decided(matched: Matched, options: BatchOptions) -> None:
    for name, columns in matched.undecided.items():
        if name not in options.mapping:
            both = " and ".join(f"'{column}'" for column in columns)
            raise BadTable(f"{both} fit the field '{name}' equally well; map one of them to it, or none")


def _check_fit(order: BatchOrder) -> None:
    """Raise what is wrong with all rows alike: better said now than ten million times in the result."""
    columns, options = order.columns, order.options
    lacking = (each.name for each in order.fields if each.required and each.name not in columns)
    for name in lacking:
        if not options.fallbacks.get(name, "").strip():
            raise BadTable(
                f"the field '{name}' is required, and no column of the list is named like it"
                f"{did_you_mean(name, order.form.columns)}{_listing(order.form)}; map a column to it or give a fallback"
            )
    if order.fields and not columns:
        names = ", ".join(order.names)
        raise BadTable(f"no column is named like a field ({names}){_listing(order.form)}; map a column to a field")


def _listing(form: TableForm) -> str:
    names: Iterable[str] = form.columns[:SHOWN_COLUMNS]
    more = f" and {len(form.columns) - SHOWN_COLUMNS} more" if len(form.columns) > SHOWN_COLUMNS else ""
    return f"; its columns are: {', '.join(names) or 'none at all'}{more}"
