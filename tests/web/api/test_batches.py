"""``POST /v1/batches``: what is accepted, what is refused, and how a list is stored."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from imgurl.batches.files import JobFiles
from imgurl.batches.order import read_order
from imgurl.tables.sniff import HEAD_BYTES
from imgurl.urls.controls import Controls
from tests.web.api.client import BASE, Api, ApiAnswer, Body

CSV = {"content-type": "text/csv"}
NDJSON = {"content-type": "application/x-ndjson"}
LIST = b"tint,FirstName,email\nred,Ava,ava@example.com\n"


def streamed(api: Api, key: str, query: str = "", body: Body = LIST, **headers: str) -> ApiAnswer:
    """Send a list as the body."""
    more = {"content-type": "text/csv", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return api.call("POST", f"/v1/batches?design_id=card{query}", key, body=body, headers=more)


def stored(api: Api, answer: ApiAnswer) -> bytes:
    """Return the list as it is in the store."""
    assert answer.status == 202, answer.body
    body = JobFiles(api.storage, answer.json()["job_id"]).list.get()
    assert body is not None
    return body


def nothing_is_left(api: Api) -> bool:
    """Say whether neither a job nor a file is there."""
    return api.storage.list("jobs") == [] and list(api.jobs.list("crm", 10)) == []


def test_a_batch_is_accepted(shared: Api, admin: str) -> None:
    """202 with the job, where it is, and nothing done yet; the list is in the store as it came."""
    answer = streamed(shared, admin)
    result = answer.json()
    assert (answer.status, answer["location"]) == (202, f"/v1/jobs/{result['job_id']}")
    assert len(result["job_id"]) == 33
    assert (result["status"], result["done"], result["result_url"], result["error"]) == ("queued", 0, None, None)
    assert stored(shared, answer) == LIST


def test_the_options_come_in_the_query(shared: Api, admin: str) -> None:
    """Each reaches the order; what a field is called and what it falls back to too."""
    query = (
        "&warm=true&map.first_name=FirstName&fallback.first_name=you&format=jpeg&dpr=2&expires_in=2099-12-31&pin=true"
        "&campaign=spring&webhook=https://hooks.example.com/done&ignore_unknown=false"
    )
    answer = streamed(shared, admin, query)
    assert answer.status == 202, answer.body
    order = read_order(JobFiles(shared.storage, answer.json()["job_id"]))
    options = order.options
    assert (options.design, options.mapping, options.fallbacks) == (
        "card", {"first_name": "FirstName"}, {"first_name": "you"}
    )  # fmt: skip
    version = shared.pipeline.library.find("card").version[:16]
    assert options.controls == Controls("jpg", 4_102_444_799, version, 2, "spring")
    assert (options.warm, options.test, options.webhook) == (True, False, "https://hooks.example.com/done")
    assert (order.key_id, order.base_url) == ("k1", BASE)


def test_the_options_of_json_come_in_the_body(shared: Api, admin: str) -> None:
    """Alike; rows are objects of values, and what is not a field is carried along. Numbers keep their digits."""
    body = (
        b'{"design_id": "card", "rows": [{"FirstName": "Ava", "sum": 12.50, "vip": true, "note": null}],'
        b' "map": {"first_name": "FirstName"}, "fallbacks": {"tint": "red"}, "expires_in": 60, "format": "gif"}'
    )
    answer = shared.call("POST", "/v1/batches", admin, body=body, headers={"content-type": "application/json"})
    assert json.loads(stored(shared, answer)) == {"FirstName": "Ava", "sum": "12.50", "vip": True, "note": None}
    options = read_order(JobFiles(shared.storage, answer.json()["job_id"])).options
    assert (options.mapping, options.fallbacks, options.controls.ext) == (
        {"first_name": "FirstName"},
        {"tint": "red"},
        "gif",
    )
    assert options.controls.expires is not None
    assert 58 <= options.controls.expires - options.created <= 61


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (CSV, b"\xef\xbb\xbftint;first_name\nred;Ava\n"),
        (CSV, "tint|first_name\nred|Zoë\n".encode()),
        ({"content-type": "text/tab-separated-values"}, b"tint\tfirst_name\nred\tAva\n"),
        (NDJSON, b'{"tint": "red"}\n{"tint": "blue"}\n'),
        ({"content-type": "application/ndjson"}, b'{"tint": "red"}\n'),
        ({"content-type": "application/jsonl"}, b'{"tint": "red"}\n'),
    ],
)
def test_lists_of_many_kinds_are_taken(shared: Api, admin: str, headers: dict[str, str], body: bytes) -> None:
    """Byte-order mark, semicolons, bars, tabs, NDJSON under each of its names."""
    answer = shared.call("POST", "/v1/batches?design_id=card", admin, body=body, headers=headers)
    assert stored(shared, answer) == body


@pytest.mark.parametrize(
    ("content_type", "charset", "note"),
    [
        ("text/csv", "latin-1", "read as cp1252, a guess (Zoë), cells end at a comma, header in line 1"),
        ("text/csv; charset=windows-1252", "cp1252", "read as CP1252, cells end at a comma, header in line 1"),
        ("text/csv; charset=UTF-16", "utf-16", "read as UTF-16, cells end at a comma, header in line 1"),
        ("text/csv", "utf-16-le", "read as UTF-16-LE, cells end at a comma, header in line 1"),
    ],
)
def test_a_list_in_another_charset_becomes_utf_8(
    shared: Api, admin: str, content_type: str, charset: str, note: str
) -> None:
    """As it comes, however its bytes are chopped; the answer says how it is read."""
    body = "tint,first_name\nred,Zoë\n".encode(charset)
    for size in (1, 7, len(body)):
        parts = (body[start : start + size] for start in range(0, len(body), size))
        answer = streamed(shared, admin, body=parts, content_type=content_type)
        assert stored(shared, answer).decode().lstrip("\ufeff") == "tint,first_name\nred,Zoë\n"
        assert answer.json()["notes"] == [note]


def test_columns_of_other_names_are_reported(shared: Api, admin: str) -> None:
    """Found by what exports call them."""
    answer = streamed(shared, admin, body=b"tint,Vorname\nred,Ava\n")
    assert answer.json()["notes"] == ["first_name ← Vorname"]
    assert read_order(JobFiles(shared.storage, answer.json()["job_id"])).columns == {
        "tint": "tint",
        "first_name": "Vorname",
    }
    assert streamed(shared, admin).json()["notes"] == []


def test_a_list_comes_in_parts_of_any_size(shared: Api, admin: str) -> None:
    """One byte at a time, or in pieces larger than what is looked at first; it is stored whole."""
    rows = b"".join(b"red,Ava%d\n" % number for number in range(60_000))
    body = b"tint,first_name\n" + rows
    assert len(body) > 2 * HEAD_BYTES

    def pieces(size: int) -> Iterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    for size in (1_000, 65_536, HEAD_BYTES, len(body)):
        assert stored(shared, streamed(shared, admin, body=pieces(size))) == body

    small = b"tint\nred\n"
    assert stored(shared, streamed(shared, admin, body=[bytes([byte]) for byte in small])) == small


BAD: dict[str, tuple[str, bytes, dict[str, str], int, str]] = {
    "no design": ("/v1/batches", LIST, CSV, 400, "is missing"),
    "another design": ("/v1/batches?design_id=carx", LIST, CSV, 404, "did you mean 'card'"),
    "empty": ("/v1/batches?design_id=card", b"", CSV, 400, "the list is empty"),
    "unknown option": ("/v1/batches?design_id=card&wram=true", LIST, CSV, 400, "did you mean 'warm'?"),
    "map to nothing": ("/v1/batches?design_id=card&map.x=FirstName", LIST, CSV, 400, "no field 'x'"),
    "map from nothing": ("/v1/batches?design_id=card&map.first_name=Vorname", LIST, CSV, 400, "no column 'Vorname'"),
    "map without a field": ("/v1/batches?design_id=card&map=x", LIST, CSV, 400, "write map.first_name=…"),
    "bad fallback": ("/v1/batches?design_id=card&fallback.tint=x", LIST, CSV, 400, "is not a CSS colour"),
    "no column fits": ("/v1/batches?design_id=card", b"a,b\n1,2\n", CSV, 400, "no column matches a field"),
    "required": ("/v1/batches?design_id=cert", LIST, CSV, 400, "the field 'full_name' is required"),
    "result's column": ("/v1/batches?design_id=card", b"tint,error\nred,x\n", CSV, 400, "already has a column 'error'"),
    "gzip inside": ("/v1/batches?design_id=card", b"\x1f\x8b\x08\x00", CSV, 400, "compressed with gzip"),
    "workbook": ("/v1/batches?design_id=card", b"PK\x03\x04xl/", CSV, 400, "Excel workbook"),
    "no JSON": ("/v1/batches?design_id=card", b"tint\nred\n", NDJSON, 400, "no line of the list can be read"),
    "array": ("/v1/batches?design_id=card", b'[{"tint": "red"}]', NDJSON, 400, "is a JSON array"),
    "other kind": ("/v1/batches?design_id=card", LIST, {"content-type": "text/plain"}, 415, "text/csv"),
    "form": ("/v1/batches", LIST, {"content-type": "multipart/form-data; boundary=x"}, 415, "application/json"),
    "bad density": ("/v1/batches?design_id=card&dpr=4", LIST, CSV, 400, "less than or equal to 3"),
    "bad pin": ("/v1/batches?design_id=card&pin=0123456789ab", LIST, CSV, 400, "no version of this design"),
    "bad lifetime": ("/v1/batches?design_id=card&expires_in=soon", LIST, CSV, 400, "must be seconds"),
    "past": ("/v1/batches?design_id=card&expires_in=2020-01-01", LIST, CSV, 400, "that day is over"),
    "webhook by http": ("/v1/batches?design_id=card&webhook=http://hooks.example.com/", LIST, CSV, 400, "https://"),
    "webhook elsewhere": ("/v1/batches?design_id=card&webhook=https://evil.example/", LIST, CSV, 400, "evil.example"),
    "query for JSON": (
        "/v1/batches?warm=true", b'{"design_id": "card", "rows": [{"tint": "red"}]}',
        {"content-type": "application/json"}, 400, "?warm: belongs to a list",
    ),
    "no rows": (
        "/v1/batches", b'{"design_id": "card", "rows": []}', {"content-type": "application/json"}, 400,
        "at least 1 item",
    ),
    "JSON webhook": (
        "/v1/batches", b'{"design_id": "card", "rows": [{"tint": "red"}], "webhook": "https://10.0.0.1/"}',
        {"content-type": "application/json"}, 400, "10.0.0.1",
    ),
    "nested": (
        "/v1/batches", b'{"design_id": "card", "rows": [{"tint": ["red"]}]}', {"content-type": "application/json"}, 400,
        "must be a string",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_batch_is_reported_at_once(shared: Api, name: str) -> None:
    """Before a job is made: its status and a sentence that helps; nothing is left behind."""
    target, body, headers, status, sentence = BAD[name]
    key = shared.key(name=f"bad-{list(BAD).index(name)}")
    before = shared.storage.list("jobs")
    answer = shared.call("POST", target, key, body=body, headers=headers)
    assert answer.status == status
    result = answer.json()
    assert sentence in " ".join([result["detail"], *answer.errors.values()])
    assert shared.storage.list("jobs") == before
    assert shared.call("GET", "/v1/jobs", key).json()["jobs"] == []


def test_mistakes_of_the_query_are_reported_as_such(shared: Api, admin: str) -> None:
    """With a question mark in front: the same option of a JSON body has a slash."""
    result = streamed(shared, admin, "&webhook=https://evil.example/")
    assert list(result.errors) == ["?webhook"]
    body = {"design_id": "card", "rows": [{"tint": "red"}], "webhook": "https://evil.example/"}
    assert list(shared.call("POST", "/v1/batches", admin, json=body).errors) == ["/webhook"]


def test_an_upload_that_breaks_off_leaves_nothing(api: Api) -> None:
    """The client goes away, early or late: no job, no file."""

    def broken(parts: int) -> Iterator[bytes]:
        yield b"tint,first_name\n"
        for _ in range(parts):
            yield b"red,Ava\n" * 10_000
        raise ConnectionError

    key = api.key()
    for parts in (0, 3, 200):
        answer = streamed(api, key, body=broken(parts))
        assert (answer.status, answer.json()["detail"]) == (400, "the list ended before it was complete")
    assert nothing_is_left(api)


def test_a_list_without_end_is_cut_off(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """413 as soon as it is too much, and nothing is kept."""
    monkeypatch.setattr("imgurl.web.api.batches.MAX_LINES", 50_000)
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        yield b"tint\n"
        while True:
            read.append(1)
            yield b"red\n" * 10_000

    answer = streamed(api, api.key(), body=endless())
    assert (answer.status, answer.json()["type"]) == (413, "/docs#too-large")
    assert len(read) < 40
    assert nothing_is_left(api)


def test_too_many_jobs_are_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with Retry-After; the list that was uploaded is deleted again."""
    from imgurl.errors import TooManyJobs

    def full(*_: Any, **__: Any) -> None:
        raise TooManyJobs(100)

    monkeypatch.setattr(api.jobs, "submit", full)
    answer = streamed(api, api.key())
    assert (answer.status, answer.json()["type"]) == (429, "/docs#too-many")
    assert "100 jobs of this key are unfinished" in answer.json()["detail"]
    assert answer["retry-after"] == "5"
    assert nothing_is_left(api)


def test_a_store_that_is_away_is_503(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """With Retry-After; the answer says nothing of what is behind, the log does."""
    key = api.key()
    store = api.folder / "store"
    store.rename(api.folder / "away")
    (api.folder / "store").write_text("a file in its place")
    capsys.readouterr()
    answer = streamed(api, key)
    assert (answer.status, answer["retry-after"]) == (503, "5")
    assert str(api.folder) not in answer.body.decode()
    assert "StorageError" in capsys.readouterr().out
