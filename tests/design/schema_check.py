"""As much of JSON Schema (2020-12) as pydantic writes: a second reader of the schema that editors are given."""

import math
import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}

# What needs no check: annotations, and what is read together with another keyword.
ANNOTATIONS = {"title", "description", "default", "$schema", "$defs"}


def violations(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the path and keyword of everything in a JSON value that its schema does not allow.

    Raises KeyError for a keyword that is not known here.
    """
    for keyword, expected in schema.items():
        if keyword not in ANNOTATIONS:
            yield from CHECKS[keyword](value, expected, root, path)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        rest = schema.get("additionalProperties", True)
        forms = schema.get("patternProperties", {})
        for key, child in value.items():
            matching = [child_schema for form, child_schema in forms.items() if re.search(form, key)]
            for child_schema in matching:
                yield from violations(child, child_schema, root, f"{path}/{key}")
            if key in known:
                yield from violations(child, known[key], root, f"{path}/{key}")
            elif matching:
                continue
            elif rest is False:
                yield f"{path}/{key}: additionalProperties"
            elif isinstance(rest, dict):
                yield from violations(child, rest, root, f"{path}/{key}")
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        for index, child in enumerate(value):
            item = first[index] if index < len(first) else schema.get("items", {})
            yield from violations(child, item, root, f"{path}/{index}")


def _says(keyword: str, holds: Any) -> Any:
    def check(value: Any, expected: Any, root: dict[str, Any], path: str) -> Iterator[str]:
        if not holds(value, expected):
            yield f"{path}: {keyword}"

    return check


def _of_type(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _reference(value: Any, name: str, root: dict[str, Any], path: str) -> Iterator[str]:
    yield from violations(value, root["$defs"][name.removeprefix("#/$defs/")], root, path)


def _some_of(keyword: str, few: int, many: float) -> Any:
    def check(value: Any, options: list[dict[str, Any]], root: dict[str, Any], path: str) -> Iterator[str]:
        fitting = sum(next(violations(value, option, root, path), None) is None for option in options)
        if not few <= fitting <= many:
            yield f"{path}: {keyword}"

    return check


def _number(value: Any) -> bool:
    return _of_type(value, "number")


CHECKS = {
    "$ref": _reference,
    "anyOf": _some_of("anyOf", 1, math.inf),
    "oneOf": _some_of("oneOf", 1, 1),
    "type": _says("type", _of_type),
    "enum": _says("enum", lambda value, options: value in options),
    "const": _says("const", lambda value, only: value == only),
    "pattern": _says("pattern", lambda value, form: not isinstance(value, str) or re.search(form, value) is not None),
    "minLength": _says("minLength", lambda value, least: not isinstance(value, str) or len(value) >= least),
    "maxLength": _says("maxLength", lambda value, most: not isinstance(value, str) or len(value) <= most),
    "minimum": _says("minimum", lambda value, least: not _number(value) or value >= least),
    "maximum": _says("maximum", lambda value, most: not _number(value) or value <= most),
    "exclusiveMinimum": _says("exclusiveMinimum", lambda value, least: not _number(value) or value > least),
    "minItems": _says("minItems", lambda value, least: not isinstance(value, list) or len(value) >= least),
    "minProperties": _says("minProperties", lambda value, least: not isinstance(value, dict) or len(value) >= least),
    "maxProperties": _says("maxProperties", lambda value, most: not isinstance(value, dict) or len(value) <= most),
    "maxItems": _says("maxItems", lambda value, most: not isinstance(value, list) or len(value) <= most),
    "required": _says("required", lambda value, keys: not isinstance(value, dict) or set(keys) <= set(value)),
    "properties": _says("properties", lambda value, expected: True),
    "patternProperties": _says("patternProperties", lambda value, expected: True),
    "additionalProperties": _says("additionalProperties", lambda value, expected: True),
    "items": _says("items", lambda value, expected: True),
    "prefixItems": _says("prefixItems", lambda value, expected: True),
    "propertyNames": _says("propertyNames", lambda value, expected: True),
}
