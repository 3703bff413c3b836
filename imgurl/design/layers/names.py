"""Names that a layer may use: fields, texts with placeholders, files of pictures, URLs."""

from collections.abc import Mapping
from itertools import product
from math import isfinite, prod
from typing import Annotated

from pydantic import Field, ValidationInfo
from pydantic.functional_validators import AfterValidator

from imgurl.design.brand import FOLDER
from imgurl.design.model import (
    HOLDS_FIELDS_READ,
    HOLDS_PLACEHOLDERS,
    IS_FIELD_NAME,
    IS_FIELD_READ,
    NamesFields,
    known,
    mistake,
)
from imgurl.merge.kinds import FieldType, picture_name, reading_name
from imgurl.merge.template import parse_template
from imgurl.merge.url_patterns import host_of, pattern_mistake
from imgurl.outbound.web_urls import is_listed
from imgurl.words import did_you_mean

# Files that one asset name can mean: choices multiply.
MAX_FILES = 100

# Types whose values are numbers.
NUMBERS = (FieldType.NUMBER, FieldType.MONEY)

# Types whose values can't be written as text.
NO_TEXT = (FieldType.BOOLEAN, FieldType.COLOR, FieldType.URL)


def _check_field(name: str, info: ValidationInfo) -> str:
    fields = known(info).fields
    if fields is not None and name not in fields:
        raise mistake(f"the design has no field '{name}'{did_you_mean(name, fields)}")
    return name


FieldName = Annotated[str, AfterValidator(_check_field), IS_FIELD_NAME]


def _check_number(name: str, info: ValidationInfo) -> str:
    kind = (known(info).fields or {}).get(_check_field(name, info))
    if kind is not None and kind not in NUMBERS:
        raise mistake(f"the field '{name}' is of type {kind}; it must be a number or an amount of money")
    return name


#: A field whose number is shown, by its length or its angle.
NumberField = Annotated[str, AfterValidator(_check_number), IS_FIELD_READ]


def number_of(texts: Mapping[str, str], field: str) -> float | None:
    """Return a field's number for resolved values; None if it has none."""
    try:
        number = float(texts.get(reading_name(field)) or texts.get(field, ""))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _check_text(text: str, info: ValidationInfo) -> str:
    return _check_template(text, info, with_tags=False)


def _check_tagged(text: str, info: ValidationInfo) -> str:
    return _check_template(text, info, with_tags=True)


def _check_template(text: str, info: ValidationInfo, *, with_tags: bool) -> str:
    try:
        names = parse_template(text, with_tags=with_tags).fields
    except ValueError as error:
        raise mistake(str(error)) from None
    fields = known(info).fields
    if fields is None:
        return text
    problems = []
    for name in names:
        if name not in fields:
            problems.append(f"the design has no field '{name}'{did_you_mean(name, fields)}")
        elif fields[name] in NO_TEXT:
            problems.append(f"the field '{name}' is of type {fields[name]} and can't be written as text")
    if problems:
        raise mistake("; ".join(problems))
    return text


TemplateText = Annotated[str, Field(max_length=500), AfterValidator(_check_text), HOLDS_PLACEHOLDERS]

#: The same with tags around words: ``Only <accent>today</accent>``.
TaggedText = Annotated[str, Field(max_length=500), AfterValidator(_check_tagged), HOLDS_PLACEHOLDERS]


def _check_sealed(text: str, info: ValidationInfo) -> str:
    opened = sorted(known(info).openable.intersection(parse_template(_check_text(text, info)).fields))
    if opened:
        raise mistake(
            f"{' and '.join(repr(name) for name in opened)} can be filled by anybody: a code would lead your customers "
            'wherever somebody likes; only fields that are not "openable" can be in a code'
        )
    return text


#: A text for machines, whose values only a signer may fill; numbers and dates are in it as they are read.
SealedText = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_check_sealed), HOLDS_FIELDS_READ]


def _check_asset(name: str, info: ValidationInfo) -> str:
    """Accept a picture's file name; it may hold a choice or flag field: ``medal-<<tier>>.png``."""
    # Every file that the name can mean is checked, and read when the design is compiled: so no value of a recipient
    # ever decides about a path.
    surroundings = known(info)
    try:
        names = parse_template(name).fields
    except ValueError as error:
        raise mistake(str(error)) from None
    for field in names:
        _check_field(field, info)
        if surroundings.fields is not None and field not in surroundings.choices:
            raise mistake(f"'{field}' is neither a choice nor a flag, so a file can't be named after it")
    count = prod(len(surroundings.choices.get(field, ())) for field in names)
    if count > MAX_FILES:
        raise mistake(f"'{name}' can mean {count:,} files; at most {MAX_FILES} are read")
    problems = [_file_problem(file, surroundings.assets) for file in asset_files(name, surroundings.choices)]
    if any(problems):
        raise mistake("; ".join(filter(None, problems)))
    return name


def _file_problem(file: str, assets: frozenset[str] | None) -> str:
    # A logo of the brand is in a folder beside the designs.
    name = file.removeprefix(f"{FOLDER}/")
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or name.startswith("."):
        return f"'{file}' is not a plain file name; put the picture into the design's folder"
    if not file.lower().endswith((".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg")):
        return f"'{file}' is not a picture; use PNG, JPEG, WebP, GIF or SVG"
    if assets is not None and file not in assets:
        return f"the design's folder has no file '{file}'{did_you_mean(file, assets)}"
    return ""


def _check_asset_or_nothing(name: str, info: ValidationInfo) -> str:
    return _check_asset(name, info) if name else name


AssetOrNothing = Annotated[str, Field(max_length=120), AfterValidator(_check_asset_or_nothing), HOLDS_PLACEHOLDERS]
AssetName = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_check_asset), HOLDS_PLACEHOLDERS]


def asset_files(name: str, choices: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return every file that an asset name can mean, one for each combination of its fields' choices."""
    template = parse_template(name)
    options = [choices.get(field, ()) for field in template.fields]
    return tuple(template.text(dict(zip(template.fields, chosen, strict=True))) for chosen in product(*options))


def check_url_pattern(pattern: str, info: ValidationInfo) -> str:
    """Accept a URL whose path and query may hold fields, on a host that the design lists."""
    try:
        sentence = pattern_mistake(pattern)
        names = parse_template(pattern).fields
    except ValueError as error:
        raise mistake(str(error)) from None
    if sentence:
        raise mistake(sentence)
    for name in names:
        _check_field(name, info)
    hosts, host = known(info).hosts, host_of(pattern)
    if hosts is not None and not is_listed(host, hosts):
        raise mistake(f'the design does not list the host \'{host}\'; write "hosts": ["{host}"] into it')
    return pattern


UrlPattern = Annotated[str, Field(max_length=500), AfterValidator(check_url_pattern)]

#: The URL of a picture. A layer depends on the picture that was fetched, not on the values that name it.
PictureUrl = Annotated[UrlPattern, NamesFields(lambda pattern: (picture_name(pattern),))]


def _check_url_field(name: str, info: ValidationInfo) -> str:
    _check_field(name, info)
    kind = (known(info).fields or {}).get(name)
    if kind is not None and kind is not FieldType.URL:
        raise mistake(f"the field '{name}' is of type {kind}; name one of type url")
    return name


#: A field whose value is the URL of a picture.
UrlFieldName = Annotated[
    str, AfterValidator(_check_url_field), NamesFields(lambda name: (picture_name(f"<<{name}>>"),))
]
