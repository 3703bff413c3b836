"""What pydantic says about a design document, in words for its author, with the place."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from imgurl.design.model import pick
from imgurl.errors import Problem, pointer_of
from imgurl.words import did_you_mean

# What pydantic calls a mistake, and what a designer should read. {…} are pydantic's facts.
SENTENCES = {
    "missing": "this key is required",
    "string_type": "write a text in double quotes here",
    "string_unicode": "contains an unpaired surrogate; write valid Unicode",
    "int_type": "write a whole number here",
    "int_from_float": "write a whole number here",
    "float_type": "write a number here",
    "bool_type": "write true or false here",
    "list_type": "write a list here: [ … ]",
    "tuple_type": "write a list here: [ … ]",
    "dict_type": "write an object here: {{ … }}",
    "model_type": "write an object here: {{ … }}",
    "model_attributes_type": "write an object here: {{ … }}",
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "needs at least {min_length} entries",
    "too_long": "may have at most {max_length} entries",
    "string_pattern_mismatch": "is not of the form {pattern}",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "finite_number": "must be a finite number",
    "union_tag_not_found": 'is of an unknown kind; a layer has "type": "text", "image", "shape", "qr", "barcode", '
    '"rating", "progress", "chart", "countdown", "group" or, outside of groups, "choose"; a fill is a colour or has '
    '"type": "linear" or "radial"',
    "condition": 'is not a condition; write {{"field": "name"}} with a test, {{"all": […]}}, {{"any": […]}} or '
    '{{"not": …}}',
    "mistake": "{sentence}",
}

# A variant is which layers a design has: those of its own list.
INNER_CHOICE = (
    'a "choose" is allowed only in the "layers" of the design, not inside a group or another "choose"; move it there, '
    'or give each of the layers here a "when"'
)


def problem_of(details: ErrorDetails, model: type[BaseModel]) -> Problem:
    """Return a mistake that pydantic found while reading this model, in words for the author of the design."""
    context = details.get("ctx", {})
    # «…» is the model that a union took, [key] says that an object's key is wrong, not its value.
    parts = [str(part) for part in details["loc"] if part != "[key]" and not str(part).startswith("«")]
    # A check of several keys runs with the last of them, and may be about another one.
    if beside := context.get("beside"):
        parts[-1] = beside
    pointer = pointer_of(parts)
    kind = details["type"]
    if kind == "extra_forbidden":
        near = did_you_mean(parts[-1], _all_keys(model) - {parts[-1]})
        return Problem(pointer, f"there is no key '{parts[-1]}' here{near}" + ("" if near else "; remove it"))
    if kind == "missing" and isinstance(place := details["loc"][-1], int):
        # An entry of a list of fixed length, which has no place of its own yet.
        return Problem(pointer_of(parts[:-1]), f"entry {place + 1} is missing")
    if kind == "value_error":
        return Problem(pointer, str(context.get("error", details["msg"])))
    if kind == "union_tag_not_found" and pick(details["input"], "type") == "choose":
        return Problem(pointer, INNER_CHOICE)
    sentence = SENTENCES.get(kind)
    return Problem(pointer, sentence.format(**context) if sentence else details["msg"])


def _all_keys(model: type[BaseModel]) -> frozenset[str]:
    def properties(node: Any) -> Iterable[str]:
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                yield from node["properties"]
            for child in node.values():
                yield from properties(child)

    return frozenset(properties(model.model_json_schema()))
