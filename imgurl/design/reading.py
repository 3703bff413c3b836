"""Read ``design.json``, and report all its mistakes at once."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from math import prod
from typing import Any

from pydantic import TypeAdapter, ValidationError

from imgurl.design.budget import budget_problems
from imgurl.design.document import Document, choices_of
from imgurl.design.languages import Languages, in_language, languages_of, pointer_in
from imgurl.design.layers.table import references
from imgurl.design.mistakes import problem_of
from imgurl.design.model import Known
from imgurl.errors import BadDesign, Problem, pointer_of
from imgurl.merge.fields import LOCALE, MergeField
from imgurl.merge.judge import Words, as_written, judge
from imgurl.merge.kinds import FieldType
from imgurl.strict_json import doubled_keys
from imgurl.text.fonts import FontCatalogue
from imgurl.words import did_you_mean

MERGE_FIELD = TypeAdapter(MergeField)


# Plates are compiled for each; beyond this many, a design is rather two.
MAX_VARIANTS = 64


def parse_documents(
    design: str, text: str, assets: Iterable[str], fonts: FontCatalogue | None
) -> tuple[Mapping[str, Document], Languages]:
    """Read a design document in each of its languages, the default one first; that of a single language is "".

    Raises BadDesign with the mistakes of all languages, each once.
    """
    raw, problems = _read_json(design, text)
    languages, wrong = languages_of(raw)
    problems += [*wrong, *_doubled_fields(raw)]
    files = frozenset(assets)
    documents: dict[str, Document] = {}
    for tag in languages.tags or ("",):
        document, found = _parse(in_language(raw, languages, tag) if tag else raw, files, fonts)
        problems += [replace(problem, pointer=pointer_in(problem.pointer, languages, tag)) for problem in found]
        if document is not None:
            documents[tag] = document
            variants = prod(len(choice.cases) + 1 for choice in document.choices) * len(languages.tags or ("",))
            if variants > MAX_VARIANTS:
                problems.append(
                    Problem(
                        "/layers",
                        f"the design has {variants:,} variants, cases and languages multiplied; at most {MAX_VARIANTS} "
                        'are kept ready: use "when" on layers, or make two designs',
                    )
                )
    if problems:
        raise BadDesign(design, dict.fromkeys(problems))
    return documents, languages


def _parse(
    raw: dict[str, Any], assets: frozenset[str], fonts: FontCatalogue | None
) -> tuple[Document | None, list[Problem]]:
    """Read a document of one language: the document if it can be read, and its mistakes."""
    # Before the models read it, since a field's locale decides how its sample is read.
    raw = _with_locale(raw)
    raw_fields = _raw_fields(raw)
    problems: list[Problem] = []
    surroundings = Known(
        fields={name: _field_type(field) for name, field in raw_fields.items()},
        choices=choices_of(raw_fields),
        assets=assets,
        fonts=fonts,
    )
    # From here on nothing ends at the first mistake: whatever can be checked without what is wrong is checked.
    document = None
    try:
        document = Document.model_validate(raw, context=surroundings)
    except ValidationError as error:
        problems += [problem_of(details, Document) for details in error.errors(include_url=False)]
    if document is not None:
        problems += budget_problems(document.costliest)
        problems += [
            Problem(
                pointer,
                f"refers to the layer '{name}'; that works only among the layers of one group, so put both in one",
            )
            for pointer, layer in document.all_layers.items()
            for name in references(layer)
        ]
    good = _good_fields(raw)
    problems += _own_value_problems(good)
    problems += _default_value_problems(raw, raw_fields, good)
    return document, problems


def _with_locale(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the document with its locale in every field and text layer that names none."""
    locale = raw.get("locale")
    if not isinstance(locale, str) or not re.match(LOCALE, locale):
        return raw

    def fields(nodes: Any) -> Any:
        if not isinstance(nodes, list):
            return nodes
        return [{"locale": locale} | node if isinstance(node, dict) else node for node in nodes]

    # Layers are in groups and in cases of choices, too.
    def layers(node: Any) -> Any:
        if isinstance(node, list):
            return [layers(child) for child in node]
        if not isinstance(node, dict):
            return node
        inner = {key: layers(node[key]) for key in ("layers", "cases", "else") if isinstance(node.get(key), list)}
        return ({"language": locale} if node.get("type") == "text" else {}) | node | inner

    parts = {"fields": fields, "layers": layers}
    return raw | {key: fill(raw[key]) for key, fill in parts.items() if key in raw}


def _read_json(design: str, text: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the document's object, and a problem for each duplicate key. Raises BadDesign for invalid JSON."""
    doubled: list[tuple[dict[str, Any], str]] = []

    def to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        node = dict(pairs)
        if len(node) < len(pairs):
            doubled.extend((node, key) for key in doubled_keys(pairs))
        return node

    try:
        raw = json.loads(text, object_pairs_hook=to_object)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadDesign(design, (Problem("", f"design.json is not valid JSON ({where}): {error.msg}"),)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or brackets as deep
        raise BadDesign(design, (Problem("", "design.json has a number too long or brackets too deep"),)) from None
    if not isinstance(raw, dict):
        raise BadDesign(design, (Problem("", "design.json must hold one object: { … }"),))
    # The hook sees objects without their places, so duplicates are located in the finished tree, by identity. An object
    # that is not in it was itself the value of a duplicate key, which another one replaced.
    places = {id(node): parts for parts, node in _objects(raw)}
    return raw, [
        Problem(pointer_of((*places[id(node)], key)), f'the key "{key}" appears twice in this object; keep one')
        for node, key in doubled
        if id(node) in places
    ]


def _objects(raw: dict[str, Any]) -> Iterable[tuple[tuple[str, ...], dict[str, Any]]]:
    left: list[tuple[tuple[str, ...], Any]] = [((), raw)]
    while left:
        parts, node = left.pop()
        if isinstance(node, dict):
            yield parts, node
            left += [((*parts, key), child) for key, child in node.items()]
        elif isinstance(node, list):
            left += [((*parts, str(index)), child) for index, child in enumerate(node)]


def _raw_fields(raw: dict[str, Any]) -> dict[str, Any]:
    fields = raw.get("fields")
    if not isinstance(fields, list):
        return {}
    return {field["name"]: field for field in fields if isinstance(field, dict) and isinstance(field.get("name"), str)}


def _field_type(raw: dict[str, Any]) -> FieldType | None:
    try:
        return FieldType(raw.get("type", "text"))
    except ValueError:
        return None


def _doubled_fields(raw: dict[str, Any]) -> list[Problem]:
    fields = raw.get("fields")
    names = [field.get("name") for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    return [
        Problem(f"/fields/{index}/name", f"two fields are named '{name}'; rename one")
        for index, name in enumerate(names)
        if isinstance(name, str) and name in names[:index]
    ]


def _good_fields(raw: dict[str, Any]) -> dict[int, MergeField]:
    """Return the fields that are right in themselves, by their index, whatever else is wrong in the document."""
    listed = raw.get("fields")
    good = {}
    for index, field in enumerate(listed if isinstance(listed, list) else ()):
        with suppress(ValidationError):
            good[index] = MERGE_FIELD.validate_python(field)
    return good


def _own_value_problems(fields: Mapping[int, MergeField]) -> list[Problem]:
    """A sample or fallback that the field's own rules refuse would never be drawn."""
    return [
        Problem(f"/fields/{index}/{key}", f"'{text}' breaks the field's own rules ({flag})")
        for index, field in fields.items()
        for key, text, rules in (("sample", field.sample, field), ("fallback", field.fallback, as_written(field)))
        if text and (flag := judge(rules, text, Words.SIGNED).refusal)
    ]


def _default_value_problems(
    raw: dict[str, Any], names: Iterable[str], fields: Mapping[int, MergeField]
) -> list[Problem]:
    texts = raw.get("default_values", {})
    if not isinstance(texts, dict):
        return []
    by_name = {field.name: field for field in fields.values()}
    problems = []
    for name, text in texts.items():
        pointer = pointer_of(("default_values", name))
        if name not in names:
            problems.append(Problem(pointer, f"the design has no field '{name}'{did_you_mean(name, names)}"))
        elif name not in by_name or not isinstance(text, str):
            continue
        elif flag := judge(as_written(by_name[name]), text, Words.SIGNED).refusal:
            problems.append(Problem(pointer, f"'{text}' breaks the field's own rules ({flag})"))
    problems += [
        Problem(
            f"/default_values/{field.name}" if "default_values" in raw else "/default_values",
            f"the required field '{field.name}' needs a value here; the default image is drawn with it when a "
            "recipient has none",
        )
        for field in fields.values()
        if field.required and field.name not in texts
    ]
    return problems
