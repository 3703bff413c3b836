"""Read ``design.json``, and report all its mistakes at once."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from pydantic import TypeAdapter, ValidationError

from imgurl.design.brand import FILE_NAME as BRAND_FILE
from imgurl.design.brand import Brand, with_brand
from imgurl.design.budget import budget_problems
from imgurl.design.document import Document, choices_of
from imgurl.design.json_object import read_object
from imgurl.design.languages import Languages, in_language, languages_of, pointer_in
from imgurl.design.layers.code import CodeLayer
from imgurl.design.layers.table import references
from imgurl.design.mistakes import problem_of
from imgurl.design.model import Known
from imgurl.design.sizes import Sized, in_size, size_in
from imgurl.errors import BadDesign, Problem, pointer_of
from imgurl.merge.fields import LOCALE, MergeField
from imgurl.merge.judge import Words, as_written, judge
from imgurl.merge.kinds import FieldType
from imgurl.text.fonts import FontCatalogue
from imgurl.words import did_you_mean

MERGE_FIELD = TypeAdapter(MergeField)


# Plates are compiled for each; beyond this many, a design is rather two.
MAX_VARIANTS = 64


def parse_documents(
    design: str, text: str, assets: Iterable[str], fonts: FontCatalogue | None
) -> tuple[Mapping[str, Document], Languages]:
    """Read a design document that knows no brand, as ``parse_raw`` does."""
    return parse_raw(design, read_raw(design, text), assets, fonts)


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as JSON, with what its brand says in place, and the mistakes so far.

    ``used`` are the names of the brand that it refers to, ``unknown`` those that the brand lacks. ``sized`` knows where
    what is different in its size is written.
    """

    document: dict[str, Any]
    problems: tuple[Problem, ...]
    used: frozenset[tuple[str, str]] = frozenset()
    unknown: tuple[Problem, ...] = ()
    sized: Sized = Sized({})

    @property
    def families(self) -> Mapping[str, str]:
        """The font families that are named, whatever else is wrong, each with the pointer to its first mention."""
        left: list[tuple[tuple[str, ...], Any]] = [((), self.document)]
        found = dict[str, str]()
        while left:
            place, node = left.pop()
            children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
            for key, child in children:
                if key == "family" and isinstance(child, str):
                    found[child] = pointer_of((*place, key))
                else:
                    left.append(((*place, str(key)), child))
        return found


def read_raw(design: str, text: str, brand: Brand | None = None, brand_problems: Iterable[Problem] = ()) -> RawDocument:
    """Read the JSON of a document, and put in place what its brand says; None if there is no brand.

    ``brand_problems`` are those of the brand, which are the design's if it refers to the brand. Raises BadDesign.
    """
    try:
        raw, problems = read_object(text, "design.json")
    except ValueError as error:
        raise BadDesign(design, (Problem("", str(error)),)) from None
    sized = in_size(raw, size_in(design, raw))
    branded = with_brand(sized.document, brand)
    wrong = [Problem("", f"{BRAND_FILE}{problem.pointer}: {problem.sentence}") for problem in brand_problems]
    if wrong and (branded.used or branded.problems):
        # What the brand lacks because of its mistakes is none of the design's.
        raise BadDesign(design, wrong)
    return RawDocument(branded.document, (*problems, *sized.problems), branded.used, branded.problems, sized)


def parse_raw(
    design: str, source: RawDocument, assets: Iterable[str], fonts: FontCatalogue | None
) -> tuple[Mapping[str, Document], Languages]:
    """Read a design document in each of its languages, the default one first; that of a single language is "".

    Raises BadDesign with the mistakes of all languages, each once.
    """
    raw, problems = source.document, [*source.problems, *source.unknown]
    # A name that the brand lacks is reported once, not again as a wrong colour.
    reported = {problem.pointer for problem in source.unknown}
    languages, wrong = languages_of(raw)
    problems += [*wrong, *_doubled_fields(raw)]
    files = frozenset(assets)
    documents: dict[str, Document] = {}
    for tag in languages.tags or ("",):
        document, found = _parse(in_language(raw, languages, tag) if tag else raw, files, fonts)
        placed = [replace(problem, pointer=pointer_in(problem.pointer, languages, tag)) for problem in found]
        problems += [problem for problem in placed if problem.pointer not in reported]
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
        written = [replace(problem, pointer=source.sized.written(problem.pointer)) for problem in problems]
        raise BadDesign(design, dict.fromkeys(written))
    return documents, languages


def _parse(
    raw: dict[str, Any], assets: frozenset[str], fonts: FontCatalogue | None
) -> tuple[Document | None, list[Problem]]:
    """Read a document of one language: the document if it can be read, and its mistakes."""
    # Before the models read it, since a field's locale decides how its sample is read.
    raw = _with_hosts(_with_locale(raw))
    raw_fields = _raw_fields(raw)
    problems: list[Problem] = []
    surroundings = Known(
        fields={name: _field_type(field) for name, field in raw_fields.items()},
        choices=choices_of(raw_fields),
        openable=frozenset(name for name, field in raw_fields.items() if field.get("openable") is True),
        assets=assets,
        fonts=fonts,
        hosts=_hosts(raw),
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
        problems += _code_problems(document)
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


def _hosts(raw: dict[str, Any]) -> tuple[str, ...]:
    hosts = raw.get("hosts")
    return tuple(host for host in hosts if isinstance(host, str)) if isinstance(hosts, list) else ()


def _with_hosts(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the document with its hosts in every field of type url that names none."""
    fields = raw.get("fields")
    if not isinstance(fields, list) or not (hosts := _hosts(raw)):
        return raw
    filled = [
        {"hosts": [*hosts]} | field if isinstance(field, dict) and field.get("type") == FieldType.URL else field
        for field in fields
    ]
    return raw | {"fields": filled}


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


def _code_problems(document: Document) -> list[Problem]:
    """A code that can't hold even the samples would never be drawn."""
    problems = []
    for pointer, layer in document.every_layer.items():
        if isinstance(layer, CodeLayer) and (data := layer.sample(document.by_name)):
            of_samples = "with the samples, " if layer.placeholders else ""
            if reason := layer.refusal(data, document.by_name):
                problems.append(Problem(f"{pointer}/data", f"{of_samples}'{data}' {reason}"))
    return problems


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
