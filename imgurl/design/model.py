"""What all models of a design document share: strictness, and what a validator may look up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo
from pydantic_core import PydanticCustomError

from imgurl.merge.kinds import FieldType
from imgurl.text.fonts import FontCatalogue


class Model(BaseModel):
    """A strict, frozen part of a design document."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Known:
    """What surrounds a document while it is checked; None where a check is not wanted.

    ``fields`` and ``choices`` come from the raw document, so that a text is checked against the field names even
    when something else about the fields is wrong.
    """

    fields: Mapping[str, FieldType | None] | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assets: frozenset[str] | None = None
    fonts: FontCatalogue | None = None


def known(info: ValidationInfo) -> Known:
    """Return what surrounds the document."""
    return info.context if isinstance(info.context, Known) else Known()


def mistake(sentence: str, beside: str = "") -> PydanticCustomError:
    """Return an error of a validator; ``beside`` names the key beside the validated one that it is about."""
    return PydanticCustomError("mistake", "{sentence}", {"sentence": sentence, "beside": beside})


def pick(value: Any, key: str) -> Any:
    """Return a key's value from raw JSON or from a model: a discriminator sees either."""
    return value.get(key) if isinstance(value, dict) else getattr(value, key, None)
