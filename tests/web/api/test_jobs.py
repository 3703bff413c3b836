"""``/v1/jobs``: jobs on their way from accepted to done, with a worker process."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imgurl.access.keys import Scope
from imgurl.text.fonts import FontCatalogue
from tests.web.api.client import Api
from tests.web.api.worker import ended, running_worker

CSV = {"content-type": "text/csv"}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, fonts: FontCatalogue) -> Iterator[Api]:
    """An API with a worker."""
    opened = Api(tmp_path_factory.mktemp("busy"), fonts)
    with running_worker(opened):
        yield opened
    opened.close()


@pytest.fixture(scope="module")
def crm(busy: Api) -> str:
    """A key of the busy API."""
    return busy.key()


def explained(api: Api, key: str, url: str) -> Any:
    """Return what explain says of a link."""
    return api.call("POST", "/v1/explain", key, json={"url": url}).json()


def batched(api: Api, key: str, **body: Any) -> str:
    """Make a batch of two rows; return where its job is."""
    rows = [{"tint": "red"}, {"tint": "blue"}]
    result = api.call("POST", "/v1/batches", key, json={"design_id": "card", "rows": rows, **body}).json()
    return str(result["url"])


def test_a_batch_is_done(busy: Api, crm: str) -> None:
    """Counts, fallbacks, and a result in the order of the list with the row's own columns; a bad row stops nothing."""
    rows = "".join(f"{number},Name{number},{'red' if number % 2 else ''}\n" for number in range(1_200))
    body = ("id;Who;tint\n" + rows.replace(",", ";")).encode() + b'x;"<<FNAME>>";red;too;many\n'
    answer = busy.call("POST", "/v1/batches?design_id=card&map.first_name=Who", crm, body=body, headers=CSV)
    told = ended(busy, crm, answer.json()["url"])
    assert (told["status"], told["total"], told["done"], told["failed"]) == ("completed", 1_201, 1_200, 1)
    assert told["fallbacks"]["tint"] == 600
    assert told["result_url"] == f"{told['url']}/result"
    assert (told["image_url"], told["eta_s"]) == (None, None)
    result = busy.call("GET", told["result_url"], crm)
    assert (result.status, result["content-type"]) == (200, "text/csv; charset=utf-8")
    assert result["content-disposition"] == f'attachment; filename="{told["job_id"]}.csv"'
    read = list(csv.DictReader(io.StringIO(result.body.decode()), delimiter=";"))
    assert [row["id"] for row in read] == [*map(str, range(1_200)), "x"]
    assert [bool(row["image_url"]) for row in read] == [True] * 1_200 + [False]
    fields = explained(busy, crm, read[7]["image_url"])["fields"]
    assert (fields["first_name"]["text"], fields["tint"]["text"]) == ("Name7", "#ff0000")


@pytest.mark.parametrize(
    ("query", "accept", "form"),
    [
        ("", "", "csv"),
        ("", "*/*", "csv"),
        ("", "application/x-ndjson", "ndjson"),
        ("", "application/ndjson;q=0.9, text/csv;q=0.1", "ndjson"),
        ("?format=ndjson", "text/csv", "ndjson"),
        ("?format=csv", "application/x-ndjson", "csv"),
    ],
)
def test_a_result_has_the_wanted_form(busy: Api, crm: str, query: str, accept: str, form: str) -> None:
    """As the query says, else as Accept does."""
    url = batched(busy, crm)
    assert ended(busy, crm, url)["status"] == "completed"
    result = busy.call("GET", f"{url}/result{query}", crm, headers={"accept": accept})
    lines = result.body.decode().splitlines()
    if form == "csv":
        assert result["content-type"].startswith("text/csv")
        assert lines[0] == "tint,image_url,image_path,error,warnings"
        assert len(lines) == 3
    else:
        assert result["content-type"] == "application/x-ndjson"
        assert [json.loads(line)["tint"] for line in lines] == ["red", "blue"]


def test_one_image_made_later_has_its_link_in_the_job(busy: Api, crm: str) -> None:
    """The link sync would have given, and its image in the cache; where it could not be made, the reason."""
    body = {"design_id": "card", "data": {"tint": "red"}, "fallbacks": {"first_name": "you"}, "mode": "async", "dpr": 2}
    result = ended(busy, crm, busy.call("POST", "/v1/generate", crm, json=body).json()["url"])
    now = busy.call("POST", "/v1/generate", crm, json={**body, "mode": "sync"}).json()
    assert (result["status"], result["total"], result["done"]) == ("completed", 1, 1)
    assert result["image_url"] == now["image_url"]
    assert busy.pipeline.cached(busy.drawn[-1].key) is not None
    blank = busy.call("POST", "/v1/generate", crm, json={"design_id": "card", "mode": "async"}).json()
    assert ended(busy, crm, blank["url"])["image_url"] is not None


def test_a_result_waits_for_its_end(api: Api) -> None:
    """409 while the job is queued; a cancelled job has none; resuming queues it again; what is over can't be."""
    key = api.key()
    url = batched(api, key)
    early = api.call("GET", f"{url}/result", key)
    assert (early.status, early.json()["type"]) == (409, "/docs#not-now")
    assert "the job is queued" in early.json()["detail"]
    assert api.call("POST", f"{url}/resume", key).json()["status"] == "queued"
    cancelled = api.call("POST", f"{url}/cancel", key)
    assert (cancelled.status, cancelled.json()["status"]) == (200, "cancelled")
    assert api.call("GET", f"{url}/result", key).status == 409
    resumed = api.call("POST", f"{url}/resume", key)
    assert (resumed.status, resumed.json()["status"]) == (200, "queued")
    with running_worker(api):
        assert ended(api, key, url)["status"] == "completed"
    over = [api.call("POST", f"{url}/{step}", key) for step in ("cancel", "resume")]
    assert [answer.status for answer in over] == [409, 409]
    assert [answer.json()["type"] for answer in over] == ["/docs#not-now"] * 2


def test_somebody_elses_job_is_not_there(busy: Api, crm: str) -> None:
    """404 on every page, in the words of a job that never was; not in the list either. A successor sees it."""
    url = batched(busy, crm)
    other, successor = busy.key(name="shop"), busy.key()
    ended(busy, crm, url)
    pages = [("GET", ""), ("GET", "/result"), ("POST", "/cancel"), ("POST", "/resume")]
    nobody = url[:-4] + "0000"
    for method, page in pages:
        theirs, none = (busy.call(method, place + page, other) for place in (url, nobody))
        assert theirs.status == none.status == 404
        said = [{**answer.json(), "request_id": ""} for answer in (theirs, none)]
        assert str(said[0]).replace(url[-33:], "") == str(said[1]).replace(nobody[-33:], "")
    assert busy.call("GET", "/v1/jobs", other).json()["jobs"] == []
    assert busy.call("GET", url, successor).json()["status"] == "completed"


@pytest.mark.parametrize("job", ["x", "b1", "..", "%2e%2e%2fkeys", "b" + "g" * 32, "B" + "0" * 32, "b" + "0" * 33])
def test_what_is_not_an_id_of_a_job_is_not_there(shared: Api, admin: str, job: str) -> None:
    """404 without asking any store."""
    for method, page in [("GET", ""), ("GET", "/result"), ("POST", "/cancel"), ("POST", "/resume")]:
        assert shared.call(method, f"/v1/jobs/{job}{page}", admin).status == 404


def test_the_list_comes_in_pages(tmp_path: Path, fonts: FontCatalogue) -> None:
    """The newest first; following next gives every job once."""
    api = Api(tmp_path, fonts)
    key = api.key()
    urls = [batched(api, key) for _ in range(5)]
    seen: list[list[str]] = []
    target: str | None = "/v1/jobs?limit=2"
    while target:
        page = api.call("GET", target, key).json()
        seen.append([job["url"] for job in page["jobs"]])
        target = page["next"]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert sorted(url for page in seen for url in page) == sorted(urls)
    assert seen[0][0] == urls[-1]
    assert api.call("GET", "/v1/jobs?before=nothing", key).status == 404
    assert api.call("GET", "/v1/jobs?limit=0", key).status == 400
    api.close()


def test_who_makes_images_sees_his_jobs_and_stops_none(busy: Api) -> None:
    """The scope render is enough to wait for an image, not to cancel."""
    key = busy.key(Scope.RENDER, name="app")
    result = busy.call("POST", "/v1/generate", key, json={"design_id": "card", "mode": "async"}).json()
    assert ended(busy, key, result["url"])["image_url"]
    assert busy.call("POST", f"{result['url']}/cancel", key).status == 403
