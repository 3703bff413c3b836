"""What all models of a design document share: strictness, their placeholders, and what a validator may look up."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationInfo
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from imgurl.merge.kinds import FieldType, reading_name
from imgurl.merge.template import parse_template
from imgurl.text.fonts import FontCatalogue


@dataclass(frozen=True, slots=True)
class NamesFields:
    """Marks a type of text, in its ``Annotated``, that names fields of the design; ``fields_in`` finds them in one."""

    fields_in: Callable[[str], Iterable[str]]


def _fields_in_template(text: str) -> tuple[str, ...]:
    return parse_template(text).fields if "<<" in text else ()


#: A text, a colour or a file name with ``<<placeholders>>``.
HOLDS_PLACEHOLDERS = NamesFields(_fields_in_template)
#: The bare name of a field.
IS_FIELD_NAME = NamesFields(lambda name: (name,))
#: The same where a value counts as it was read (``1299.5``), not as it is drawn (``€1,299.50``).
IS_FIELD_READ = NamesFields(lambda name: (name, reading_name(name)))
HOLDS_FIELDS_READ = NamesFields(
    lambda text: tuple(also for name in _fields_in_template(text) for also in (name, reading_name(name)))
)


class Model(BaseModel):
    """A strict, frozen part of a design document."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The fields whose values change how this part of a design looks; none if it is static.

        Found by walking the model: each text whose type is marked with ``NamesFields``, and each model inside it. So a
        new key of a layer counts as soon as it has its type; nobody keeps a list.
        """
        marks = _marks(type(self))
        return frozenset(name for key in marks for name in _fields_named(getattr(self, key), marks[key]))


@cache
def _marks(model: type[Model]) -> Mapping[str, tuple[NamesFields, ...]]:
    """Return for each key of a model the marks in its type."""
    return {
        name: (
            *(mark for mark in info.metadata if isinstance(mark, NamesFields)),
            *_marks_in(info.annotation),
        )
        for name, info in model.model_fields.items()
    }


def _marks_in(annotation: Any) -> Iterator[NamesFields]:
    if isinstance(annotation, NamesFields):
        yield annotation
    # The keys of a dict are not looked at: `styles` says how a value looks where the text names its field.
    parts = get_args(annotation)
    for part in parts[1:] if get_origin(annotation) is dict else parts:
        yield from _marks_in(part)


def _fields_named(value: Any, marks: tuple[NamesFields, ...]) -> Iterator[str]:
    if isinstance(value, Model):
        yield from value.placeholders
    elif isinstance(value, str):
        for mark in marks:
            yield from mark.fields_in(value)
    elif isinstance(value, tuple):
        for part in value:
            yield from _fields_named(part, marks)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _fields_named(part, marks)


@dataclass(frozen=True, slots=True)
class Known:
    """What surrounds a document while it is checked; None for what is not to be checked.

    ``fields``, ``choices`` and ``openable`` come from the raw document, so that a text is checked against the field
    names even when something else about the fields is wrong.
    """

    fields: Mapping[str, FieldType | None] | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    openable: frozenset[str] = frozenset()
    assets: frozenset[str] | None = None
    fonts: FontCatalogue | None = None
    hosts: tuple[str, ...] | None = None


def known(info: ValidationInfo) -> Known:
    """Return what surrounds the document."""
    return info.context if isinstance(info.context, Known) else Known()


def mistake(sentence: str, beside: str = "") -> PydanticCustomError:
    """Return an error of a validator; ``beside`` names another key of the object, if it is about that one."""
    return PydanticCustomError("mistake", "{sentence}", {"sentence": sentence, "beside": beside})


def _check_some(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    # Not by min_length, which counts only the good ones and so reports a wrong part as a missing one as well.
    if not parts:
        raise mistake("needs at least one entry")
    return parts


#: A list that has at least one entry.
NotEmpty = AfterValidator(_check_some)


def pick(value: Any, key: str) -> Any:
    """Return a key's value from raw JSON or from a model: a discriminator sees either."""
    return value.get(key) if isinstance(value, dict) else getattr(value, key, None)
