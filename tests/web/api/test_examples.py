"""The examples of the reference are what the API answers about the shipped designs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from imgurl.config import shipped
from imgurl.text.fonts import FontCatalogue
from imgurl.web.api import examples
from imgurl.web.api.outputs import DesignDetail, DesignsOut, ExplainOut, GenerateOut, LinksOut
from tests.web.api.client import Api


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, fonts: FontCatalogue) -> Iterator[Api]:
    """An API that serves the shipped designs."""
    opened = Api(tmp_path_factory.mktemp("house"), fonts, designs=shipped("designs"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def key(house: Api) -> str:
    """A key for the one design of the examples."""
    return house.key(designs=[examples.DESIGN_ID])


def without_signatures(value: Any) -> Any:
    """Return JSON with each signature cut as in the examples."""
    match value:
        case str():
            return re.sub(r"_s=[\w-]{43}$", "_s=…", value)
        case list():
            return [without_signatures(one) for one in value]
        case dict():
            return {name: without_signatures(one) for name, one in value.items()}
    return value


@pytest.mark.parametrize(
    ("model", "method", "path", "body"),
    [
        (DesignsOut, "GET", "/v1/designs", None),
        (DesignDetail, "GET", f"/v1/designs/{examples.DESIGN_ID}", None),
        (LinksOut, "POST", "/v1/links", examples.LINKS),
    ],
)
def test_an_example_is_the_answer_of_today(
    house: Api, key: str, model: type[BaseModel], method: str, path: str, body: Any
) -> None:
    """Member for member, in the same order; only signatures differ."""
    answer = house.call(method, path, key, json=body).json()
    assert without_signatures(answer) == examples.ANSWERS[model]
    assert list(answer) == list(examples.ANSWERS[model])


def test_the_image_of_the_examples(house: Api, key: str) -> None:
    """Generated and then explained as the reference shows; the length of the PNG is about right."""
    result = house.call("POST", "/v1/generate", key, json=examples.GENERATE).json()
    example = examples.ANSWERS[GenerateOut]
    assert without_signatures({**result, "bytes": example["bytes"]}) == example
    assert result["bytes"] == pytest.approx(example["bytes"], rel=0.25)
    explained = house.call("POST", "/v1/explain", key, json={"url": result["image_url"]}).json()
    assert without_signatures(explained) == examples.ANSWERS[ExplainOut]


def test_a_job_just_accepted(house: Api, key: str) -> None:
    """The example differs from a real one by its id and time only."""
    job = house.call("POST", "/v1/batches", key, json=examples.BATCH).json()
    own = {name: examples.QUEUED[name] for name in ("job_id", "url", "created", "notes")}
    assert {**job, **own} == examples.QUEUED
    assert list(job) == list(examples.QUEUED)
