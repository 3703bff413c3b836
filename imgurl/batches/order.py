"""The order of a batch: written once, when it is accepted, so that nothing that changes later changes a URL."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from dataclasses import fields as dataclass_fields
from typing import Any

from imgurl.batches.columns import ListColumns, find_columns
from imgurl.batches.files import JobFiles
from imgurl.design.layers.coding import Coding, Symbology
from imgurl.design.library import Design
from imgurl.errors import BadTable, BadValue, StorageError
from imgurl.merge.fields import MergeField
from imgurl.tables.form import Kind, Quoting, Skipped, TableForm
from imgurl.urls.controls import Controls
from imgurl.urls.mint import BulkMinter, Minter
from imgurl.urls.signing import KeyRing, SigningKey

# The columns that the result adds to those of a row.
RESULT_COLUMNS = ("image_url", "image_path", "error", "warnings")


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
        return ListColumns(self.form, self.fields, self.options.mapping, self.columns, self.aliases).notes

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
    for column in form.columns:
        if column in added:
            raise BadTable(f"the list already has a column '{column}', which the result adds; rename or remove it")
    fields = design.document.fields
    found = find_columns(form, fields, options.mapping, options.fallbacks, must_fit=not options.ignore_unknown)
    order = BatchOrder(
        options, form, fields, key.id, base_url, found.columns, found.aliases, added, design.document.codings
    )
    dpr = options.controls.dpr
    if dpr > design.document.max_dpr:
        raise BadValue("dpr", f"is {dpr}, which is too large for this design (maximum {design.document.max_dpr})")
    options.controls.check(options.created or time.time())
    order.bulk(key)
    return order


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
