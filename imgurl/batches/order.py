"""The order of a batch: written once, when it is accepted, so that nothing that changes later changes a URL."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from dataclasses import fields as dataclass_fields
from typing import Any

from imgurl.batches.files import JobFiles
from imgurl.design.layers.coding import Coding, Symbology
from imgurl.design.library import Design
from imgurl.errors import BadTable, BadValue, StorageError, UnknownColumn, UnknownField
from imgurl.merge.fields import MergeField
from imgurl.tables.columns import Matched, match_columns
from imgurl.tables.form import Kind, Quoting, Skipped, TableForm
from imgurl.urls.controls import Controls
from imgurl.urls.mint import BulkMinter, Minter
from imgurl.urls.sealing import fallback_mistakes
from imgurl.urls.signing import KeyRing, SigningKey
from imgurl.words import did_you_mean

# The columns that the result adds to those of a row.
RESULT_COLUMNS = ("image_url", "image_path", "error", "warnings")

# How many columns of a list an error message names.
SHOWN_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a batch is asked to do.

    ``mapping`` gives the columns of fields that are not found by name; a blank one means that the field has none.
    ``fallbacks`` are for rows without a value of their own. ``created`` is in Unix seconds. ``warm`` renders each image
    in advance, ``test`` signs with the test key. With ``ignore_unknown``, columns and fields need not match: every row
    shows what it can.
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
    """A batch that was checked: its options, and everything else that its URLs depend on.

    ``fields`` are those of the design when the batch was accepted, ``key_id`` is the signing key, ``base_url`` is what
    links begin with. ``columns`` is the column of each field that has one; ``aliases`` are those of them that were
    found under another name.
    """

    options: BatchOptions
    form: TableForm
    fields: tuple[MergeField, ...]
    key_id: str
    base_url: str

    columns: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    #: The columns that the result adds; no column of the list may have one of these names.
    added: tuple[str, ...] = RESULT_COLUMNS
    #: What the codes of the design are made of, by the names of their layers.
    codes: Mapping[str, Coding] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was decided about the list and a person should know; empty if everything is as usual."""
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
    """Check the options against the list and the design; return the order.

    ``base_url`` is what links begin with, ``added`` are the columns that the result adds. Raises UnknownField,
    UnknownColumn, BadValue, BadTable.
    """
    key = keys.testing if options.test else keys.signing
    matched = match_columns(form.columns, (each.name for each in design.document.fields))
    order = BatchOrder(
        options, form, design.document.fields, key.id, base_url, _columns(matched, options),
        {name: column for name, column in matched.aliases.items() if name not in options.mapping}, added,
        design.document.codings,
    )  # fmt: skip
    dpr = options.controls.dpr
    if dpr > design.document.max_dpr:
        raise BadValue("dpr", f"is {dpr}, which is too large for this design (maximum {design.document.max_dpr})")
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


def accept_order(files: JobFiles, order: BatchOrder) -> None:
    """Write the order. The list must be stored by then: with the order, the batch is accepted."""
    values = {
        "options": _options_out(order.options),
        "form": asdict(order.form),
        "fields": [field.model_dump(mode="json") for field in order.fields],
        "key_id": order.key_id,
        "base_url": order.base_url,
        "columns": order.columns,
        "aliases": order.aliases,
        "codes": {name: asdict(coding) for name, coding in order.codes.items()},
    }
    files.order.put(json.dumps(values, ensure_ascii=False, indent=1).encode())


def read_order(files: JobFiles) -> BatchOrder:
    """Return the order of a batch. Raises StorageError if it does not exist."""
    data = files.order.get()
    if data is None:
        raise StorageError(f"the files of job '{files.job_id}' are not in the store; send the list again")
    try:
        return _order(json.loads(data))
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(
            f"the order of job '{files.job_id}' was written by another version: send the list again"
        ) from error


def _order(values: Mapping[str, Any]) -> BatchOrder:
    return BatchOrder(
        _options_in(values["options"]),
        _form(values["form"]),
        tuple(MergeField.model_validate(each) for each in values["fields"]),
        values["key_id"],
        values["base_url"],
        values["columns"],
        values["aliases"],
        # An order from before there were codes has none.
        codes={name: Coding(Symbology(each["kind"]), each["data"]) for name, each in values.get("codes", {}).items()},
    )


def _options_out(options: BatchOptions) -> dict[str, Any]:
    """Return the options as the order's file has them: one flat object."""
    values = asdict(options)
    controls: dict[str, Any] = values.pop("controls")
    return values | controls


def _options_in(values: Mapping[str, Any]) -> BatchOptions:
    names = {each.name for each in dataclass_fields(Controls)}
    controls = Controls(**{name: value for name, value in values.items() if name in names})
    return BatchOptions(controls=controls, **{name: value for name, value in values.items() if name not in names})


def _form(values: Mapping[str, Any]) -> TableForm:
    typed = {
        "columns": tuple(values["columns"]),
        "header": tuple(values["header"]),
        "kind": Kind(values["kind"]),
        "quoting": Quoting(values["quoting"]),
        "above": Skipped(**values["above"]),
    }
    return TableForm(**{**values, **typed})


def _check_names(order: BatchOrder) -> None:
    for name in (*order.options.mapping, *order.options.fallbacks):
        if name not in order.names:
            raise UnknownField(name, order.names)
    for column in order.options.mapping.values():
        if column and column not in order.form.columns:
            raise UnknownColumn(column, order.form.columns)
    for column in order.form.columns:
        if column in order.added:
            raise BadTable(f"the list already has a column '{column}', which the result adds; rename or remove it")


def _check_fallbacks(order: BatchOrder) -> None:
    for name, reason in fallback_mistakes(order.fields, order.options.fallbacks):
        raise BadValue(name, f"in the fallbacks {reason}")


def _check_decided(matched: Matched, options: BatchOptions) -> None:
    for name, columns in matched.undecided.items():
        if name not in options.mapping:
            both = " and ".join(f"'{column}'" for column in columns)
            raise BadTable(f"{both} match the field '{name}' equally well; map one of them to it, or none")


def _check_fit(order: BatchOrder) -> None:
    """Raise BadTable for what is wrong in every row: better said once, now, than ten million times in the result."""
    columns, options = order.columns, order.options
    lacking = (each.name for each in order.fields if each.required and each.name not in columns)
    for name in lacking:
        if not options.fallbacks.get(name, "").strip():
            raise BadTable(
                f"the field '{name}' is required, and no column of the list matches its name"
                f"{did_you_mean(name, order.form.columns)}{_listing(order.form)}; map a column to it or give a fallback"
            )
    if order.fields and not columns:
        names = ", ".join(order.names)
        raise BadTable(f"no column matches a field ({names}){_listing(order.form)}; map a column to a field")


def _listing(form: TableForm) -> str:
    names: Iterable[str] = form.columns[:SHOWN_COLUMNS]
    more = f" and {len(form.columns) - SHOWN_COLUMNS} more" if len(form.columns) > SHOWN_COLUMNS else ""
    return f"; its columns are: {', '.join(names) or 'none at all'}{more}"
