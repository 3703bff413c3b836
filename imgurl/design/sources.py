"""Sources: JSON documents elsewhere that have the values of fields at the moment a picture is opened."""

import re
from typing import Annotated

from pydantic import Field
from pydantic.functional_validators import AfterValidator

from imgurl.design.layers.names import FieldName, UrlPattern
from imgurl.design.model import Model, mistake
from imgurl.merge.json_paths import MAX_PATH, path_mistake
from imgurl.outbound.web_urls import is_host_pattern

MAX_SOURCES = 8
MAX_HOSTS = 20
WEEK = 604_800

SOURCE_NAME = re.compile("[a-z][a-z0-9_-]{0,31}")


def _check_host(host: str) -> str:
    if not is_host_pattern(host):
        raise mistake(f"'{host}' is not a host; write for example cdn.example.com or *.example.com")
    return host


Host = Annotated[str, AfterValidator(_check_host)]


def _check_path(path: str) -> str:
    if sentence := path_mistake(path):
        raise mistake(sentence)
    return path


JsonPath = Annotated[str, Field(max_length=MAX_PATH), AfterValidator(_check_path)]


class Source(Model):
    """A JSON document, and where in it the values of fields are.

    It is good for ``ttl`` seconds, and is used for ``max_stale`` seconds more while a newer one is fetched. A picture
    waits ``deadline`` seconds for it. ``headers`` is the name of what the operator has set to be sent along.
    """

    url: UrlPattern
    values: Annotated[dict[FieldName, JsonPath], Field(min_length=1, max_length=32)]
    ttl: Annotated[int, Field(ge=5, le=86_400)] = 300
    max_stale: Annotated[int, Field(ge=0, le=WEEK)] = 3_600
    deadline: Annotated[float, Field(ge=0.05, le=2)] = 0.8
    headers: Annotated[str, Field(pattern="^([a-z][a-z0-9_-]{0,31})?$")] = ""


def _check_sources(sources: dict[str, Source]) -> dict[str, Source]:
    fed: dict[str, str] = {}
    for name, source in sources.items():
        if not SOURCE_NAME.fullmatch(name):
            raise mistake(f"'{name}' is not a name for a source; those are lowercase letters, digits, - and _")
        for field in source.values:
            if field in fed:
                raise mistake(f"the field '{field}' has two sources, '{fed[field]}' and '{name}'; keep one")
            fed[field] = name
    return sources


Sources = Annotated[
    dict[str, Source],
    Field(max_length=MAX_SOURCES),
    AfterValidator(_check_sources),
]
