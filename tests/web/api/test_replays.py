"""``Idempotency-Key``: what is sent twice is carried out once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from imgurl.access.database import IDEMPOTENCY
from imgurl.database import reading, writing
from imgurl.errors import DatabaseDown
from imgurl.text.fonts import FontCatalogue
from tests.web.api.client import Api, ApiAnswer, dumps

RED = {"design_id": "card", "data": {"tint": "red"}}
ROWS = {"design_id": "card", "rows": [{"tint": "red"}]}
CSV = {"content-type": "text/csv"}


def posted(api: Api, key: str, path: str, body: Any, name: str = "a", **headers: str) -> ApiAnswer:
    """Send a body under an idempotency key."""
    return api.call("POST", path, key, json=body, headers={"idempotency-key": name, **headers})


def died(api: Api) -> None:
    """Let every owner of a claim look as if it died a while ago, before it could finish."""
    with writing(api.engine) as connection:
        connection.execute(update(IDEMPOTENCY).values(alive=0, status=None, headers=None, body=None))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/generate", RED),
        ("/v1/generate", {**RED, "mode": "async"}),
        ("/v1/links", {**ROWS, "expires_in": "1h"}),
        ("/v1/explain", {"url": "/i/card.png"}),
        ("/v1/batches", ROWS),
    ],
)
def test_the_same_request_is_answered_alike(shared: Api, admin: str, path: str, body: Any) -> None:
    """Status, body, place and media type; only the header tells, and each has its own request id."""
    name = f"alike-{len(dumps(body))}"
    first = posted(shared, admin, path, body, name)
    again = posted(shared, admin, path, body, name)
    assert (first.status, first.body) == (again.status, again.body)
    assert first.status in (200, 202)
    for name in ("content-type", "location", "cache-control"):
        assert first[name] == again[name]
    assert (first["idempotency-replayed"], again["idempotency-replayed"]) == ("", "true")
    assert first["x-request-id"] != again["x-request-id"]


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/v1/generate", RED, {}),
        ("/v1/links", ROWS, {}),
        ("/v1/batches", ROWS, {}),
        ("/v1/batches?design_id=card", b"tint\nred\n", CSV),
    ],
)
def test_an_answer_is_not_given_again_to_a_key_without_the_design(
    api: Api, path: str, body: Any, headers: dict[str, str]
) -> None:
    """Two keys of one name share their idempotency keys, and each sees what its own list of designs allows."""
    kind = "body" if isinstance(body, bytes) else "json"
    sent: dict[str, Any] = {"headers": {"idempotency-key": "designs", **headers}, kind: body}
    assert api.call("POST", path, api.key(name="crm"), **sent).status in (200, 202)
    refused = api.call("POST", path, api.key(name="crm", designs=["other"]), **sent)
    assert (refused.status, refused["idempotency-replayed"]) == (403, "")


def test_an_image_is_answered_again_too(shared: Api, admin: str) -> None:
    """Byte for byte, with its link."""
    first, again = (posted(shared, admin, "/v1/generate", RED, "image", accept="image/png") for _ in range(2))
    assert first.body == again.body
    assert first["content-location"] == again["content-location"] != ""
    assert again["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/v1/generate", {**RED, "dpr": 2}, {}),
        ("/v1/generate", RED, {"accept": "image/png"}),
    ],
)
def test_another_request_under_the_key_is_422(api: Api, path: str, body: Any, headers: dict[str, str]) -> None:
    """Another body, or another wanted answer."""
    key = api.key()
    posted(api, key, "/v1/generate", RED)
    answer = posted(api, key, path, body, **headers)
    assert (answer.status, answer.json()["type"]) == (422, "/docs#key-reused")


def test_the_key_belongs_to_its_caller_and_its_page(api: Api) -> None:
    """Another name, or another page, has keys of its own; a successor of the same name has the same."""
    first, successor, other = api.key(), api.key(), api.key(name="shop")
    posted(api, first, "/v1/generate", RED)
    assert posted(api, successor, "/v1/generate", RED)["idempotency-replayed"] == "true"
    assert posted(api, other, "/v1/generate", RED)["idempotency-replayed"] == ""
    assert posted(api, first, "/v1/links", ROWS).status == 200


def test_a_refused_request_may_be_mended(api: Api) -> None:
    """Nothing was done: the key is free again, for another body too."""
    key = api.key()
    assert posted(api, key, "/v1/generate", {"design_id": "carx"}).status == 404
    assert posted(api, key, "/v1/generate", {"design_id": "card", "data": {"x": 1}}).status == 400
    assert posted(api, key, "/v1/generate", RED).status == 200


@pytest.mark.parametrize("name", ["", " ", "ä", "a\tb", "x" * 256, '"', "two words"])
def test_a_malformed_key_is_refused(shared: Api, admin: str, name: str) -> None:
    """1 to 255 visible ASCII characters."""
    assert posted(shared, admin, "/v1/links", ROWS, name).status == 400


def test_two_keys_are_refused(shared: Api, admin: str) -> None:
    """Which one counts is not guessed."""
    headers = [("idempotency-key", "a"), ("idempotency-key", "b")]
    assert shared.call("POST", "/v1/links", admin, json=ROWS, headers=headers).status == 400


def test_quoted_and_bare_are_one_key(shared: Api, admin: str) -> None:
    """The draft writes a string of structured fields, most clients write the bare text."""
    posted(shared, admin, "/v1/links", ROWS, "same-key")
    assert posted(shared, admin, "/v1/links", ROWS, '"same-key"')["idempotency-replayed"] == "true"


def test_without_a_key_each_request_is_its_own(shared: Api, admin: str) -> None:
    """Two posts, two jobs."""
    jobs = {shared.call("POST", "/v1/batches", admin, json=ROWS).json()["job_id"] for _ in range(2)}
    assert len(jobs) == 2


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_fifty_at_once_are_one_job(api: Api, kind: str) -> None:
    """Each answer is that job, or says that it is being made; a CSV body too."""
    key = api.key()
    target = "/v1/batches" if kind == "json" else "/v1/batches?design_id=card"
    more: dict[str, Any] = {"json": ROWS} if kind == "json" else {"body": b"tint\nred\n"}
    headers = {"idempotency-key": "one"} | ({} if kind == "json" else CSV)
    answers = api.together(*[("POST", target, key)] * 50, headers=headers, **more)
    jobs = api.call("GET", "/v1/jobs", key).json()["jobs"]
    assert len(jobs) == 1
    told = {answer.json()["job_id"] for answer in answers if answer.status == 202}
    assert told == {jobs[0]["job_id"]}
    assert {answer.status for answer in answers} <= {202, 409}
    assert {answer["retry-after"] for answer in answers if answer.status == 409} <= {"5"}
    assert len(api.storage.list("jobs")) == 2


def test_fifty_at_once_are_drawn_once(api: Api) -> None:
    """One execution of sync generate, whatever the others are answered."""
    key = api.key()
    answers = api.together(*[("POST", "/v1/generate", key)] * 50, headers={"idempotency-key": "one"}, json=RED)
    assert len(api.drawn) == 1
    assert [answer.status for answer in answers].count(200) >= 1
    assert {answer.status for answer in answers} <= {200, 409}


def test_a_running_request_is_409(api: Api) -> None:
    """With Retry-After; another body is 422 even then."""
    key = api.key()
    drawing = asyncio.Event()

    async def main() -> list[ApiAnswer]:
        going = asyncio.Event()

        async def slowly(_: object) -> bytes:
            drawing.set()
            await going.wait()
            return b"image"

        api.draw_by(slowly)
        headers = {"idempotency-key": "one"}
        first = asyncio.create_task(api.ask("POST", "/v1/generate", key, json=RED, headers=headers))
        await drawing.wait()
        second = await api.ask("POST", "/v1/generate", key, json=RED, headers=headers)
        other = await api.ask("POST", "/v1/generate", key, json={**RED, "dpr": 2}, headers=headers)
        going.set()
        return [await first, second, other]

    first, second, other = api.run(main())
    assert [first.status, second.status, other.status] == [200, 409, 422]
    assert (second.json()["type"], second["retry-after"]) == ("/docs#not-now", "5")


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_crash_between_the_job_and_its_answer_makes_no_second_job(api: Api, kind: str) -> None:
    """Who asks again gets the job that was made; a body that is another one is still refused."""
    key = api.key()
    headers = {"idempotency-key": "one"} | ({"content-type": "application/json"} if kind == "json" else CSV)
    target = "/v1/batches" if kind == "json" else "/v1/batches?design_id=card"
    bodies = [dumps(ROWS), dumps({**ROWS, "warm": True})] if kind == "json" else [b"tint\nred\n", b"tint\nblue\n"]

    def post(body: bytes) -> ApiAnswer:
        return api.call("POST", target, key, body=body, headers=headers)

    first = post(bodies[0]).json()
    died(api)
    assert post(bodies[1]).status == 422
    again = post(bodies[0])
    assert (again.status, again.json()["job_id"]) == (202, first["job_id"])
    assert len(api.call("GET", "/v1/jobs", key).json()["jobs"]) == 1


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_failure_half_way_is_tried_again_under_the_same_job(
    api: Api, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """503 while jobs can't be queued; the same request then makes the job, at once and once."""
    key = api.key()
    more: dict[str, Any] = {"json": ROWS} if kind == "json" else {"body": b"tint\nred\n"}
    target = "/v1/batches" if kind == "json" else "/v1/batches?design_id=card"
    headers = {"idempotency-key": "one"} | ({} if kind == "json" else CSV)
    with monkeypatch.context() as broken:

        def fails(*_: object, **__: object) -> None:
            raise DatabaseDown("OperationalError")

        broken.setattr(api.jobs, "submit", fails)
        assert api.call("POST", target, key, headers=headers, **more).status == 503
    assert api.call("POST", target, key, headers=headers, **more).status == 202
    assert len(api.call("GET", "/v1/jobs", key).json()["jobs"]) == 1
    assert len({name.split("/")[1] for name in api.storage.list("jobs")}) == 1


def test_a_long_upload_keeps_its_key(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """While parts of the list come, the claim is renewed; the job is made as if it had come at once."""
    monkeypatch.setattr("imgurl.web.api.batches.ALIVE_SECONDS", 0.0)
    alive: list[int] = []

    def slow() -> Iterator[bytes]:
        yield b"tint\n"
        for _ in range(3):
            died(api)
            yield b"red\n"
            with reading(api.engine) as connection:
                alive.append(connection.scalar(select(IDEMPOTENCY.c.alive)) or 0)
        yield b"blue\n"

    headers = {"idempotency-key": "one", **CSV}
    key = api.key()
    assert api.call("POST", "/v1/batches?design_id=card", key, body=slow(), headers=headers).status == 202
    assert len(alive) == 3
    assert all(alive)


def test_an_answer_survives_the_process(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Another server on the same data folder replays it."""
    first = Api(tmp_path, fonts)
    key = first.key()
    answer = posted(first, key, "/v1/generate", RED)
    first.close()
    second = Api(tmp_path, fonts, designs=tmp_path / "designs")
    again = posted(second, key, "/v1/generate", RED)
    assert (again.body, again["idempotency-replayed"]) == (answer.body, "true")
    second.close()
