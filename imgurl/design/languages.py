"""A design in several languages: texts written as ``{"en": …, "de": …}``, and what each language makes of them.

A document with such texts is read once for each language, with the text of that language in their place. So nothing
below knows of languages: a design in German is a design.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from imgurl.errors import Problem, pointer_of
from imgurl.merge.kinds import FieldType

# Keys whose texts may differ by language: what a recipient reads, and how numbers and dates are written.
KEYS = frozenset({
    "text", "alt", "fallback", "locale", "format", "asset", "expired_image",
    "static", "expired", "days", "hours", "minutes", "seconds",
})  # fmt: skip

# What an object is known by that is no text by language, though its key is one of these.
OWN_KEYS = frozenset({"by", "initials"})

#: Where in a document something is.
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of a design: those of its field of type ``language``, the first one being its fallback.

    ``texts`` has the places of all texts that are written by language. Without any, the design has one language,
    whatever its fields are.
    """

    tags: tuple[str, ...] = ()
    texts: Mapping[Place, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def default(self) -> str:
        """The language of who has none, "" if there is only one."""
        return self.tags[0] if self.tags else ""

    @property
    def untranslated(self) -> tuple[tuple[str, str], ...]:
        """Each pointer to a text with a language that it lacks: the default language is shown there."""
        return tuple(
            (_pointer(place), tag) for place, text in self.texts.items() for tag in self.tags if tag not in text
        )


def languages_of(raw: Mapping[str, Any]) -> tuple[Languages, tuple[Problem, ...]]:
    """Return the languages of a raw document, and what is wrong with them."""
    texts = dict(_texts_by_language(raw))
    if not texts:
        return Languages(), ()
    fields = [one for one in _list(raw.get("fields")) if one.get("type") == FieldType.LANGUAGE]
    if len(fields) != 1:
        first = _pointer(next(iter(texts)))
        return Languages(), (
            Problem(
                first,
                "texts in several languages need exactly one field of type language in the design, which picks one",
            ),
        )
    tags = tuple(tag for tag in fields[0].get("choices") or () if isinstance(tag, str))
    default = fields[0].get("fallback") or (fields[0].get("required") and tags and tags[0])
    if default not in tags:
        place = pointer_of(("fields", str(raw["fields"].index(fields[0])), "fallback"))
        sentence = "must name the language of recipients whose language is not known: one of the field's choices"
        return Languages(), (Problem(place, sentence),)
    languages = Languages((default, *(tag for tag in tags if tag != default)), texts)
    return languages, tuple(_mistakes(languages))


def in_language(raw: Mapping[str, Any], languages: Languages, tag: str) -> dict[str, Any]:
    """Return the document with the texts of one language; where one is not translated, with the default one's.

    Numbers and dates are written as that language does, where the document names no ``locale`` for it.
    """

    def translated(node: Any, place: Place) -> Any:
        if place in languages.texts:
            texts = languages.texts[place]
            return texts.get(tag, texts.get(languages.default))
        if isinstance(node, dict):
            return {key: translated(child, (*place, key)) for key, child in node.items()}
        if isinstance(node, list):
            return [translated(child, (*place, index)) for index, child in enumerate(node)]
        return node

    document: dict[str, Any] = translated(dict(raw), ())
    if tag != languages.default and ("locale",) not in languages.texts:
        document["locale"] = tag
    return document


def pointer_in(pointer: str, languages: Languages, tag: str) -> str:
    """Return where a mistake that was found in the document of one language is in the document itself."""
    for place, texts in languages.texts.items():
        text = _pointer(place)
        if pointer == text or pointer.startswith(text + "/"):
            written = tag if tag in texts else languages.default
            return f"{text}/{written}{pointer[len(text) :]}"
    return pointer


def _texts_by_language(raw: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    left: list[tuple[Place, Any]] = [((), raw)]
    while left:
        place, node = left.pop()
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, child in children:
            is_text = key in KEYS or place == ("default_values",)
            # An asset may also be picked by a field, and what a remote picture falls back to be initials: both say so.
            if is_text and place != ("sources",) and isinstance(child, dict) and OWN_KEYS.isdisjoint(child):
                yield (*place, key), child
            else:
                left.append(((*place, key), child))


def _mistakes(languages: Languages) -> Iterator[Problem]:
    for place, texts in languages.texts.items():
        for tag, text in texts.items():
            if tag not in languages.tags:
                known = ", ".join(languages.tags)
                yield Problem(_pointer((*place, tag)), f"'{tag}' is not one of the design's languages: {known}")
            elif not isinstance(text, str):
                yield Problem(_pointer((*place, tag)), "write a text in double quotes here")
        if languages.default not in texts:
            yield Problem(_pointer(place), f"lacks '{languages.default}', the language that is shown by default")


def _pointer(place: Place) -> str:
    return pointer_of(map(str, place))


def _list(nodes: Any) -> list[dict[str, Any]]:
    return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []
