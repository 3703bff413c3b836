"""``/v1/designs``."""

from pathlib import Path

import pytest

from imgurl.config import shipped
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import SHIPPED
from tests.web.api.client import BASE, Api
from tests.web.designs import SIZE, TINT_AT, card, write_design


def test_the_list_is_a_summary(shared: Api, admin: str) -> None:
    """Each design with its id, title, version, size and where more is."""
    answer = shared.call("GET", "/v1/designs", admin)
    assert (answer.status, answer["content-type"], answer["cache-control"]) == (200, "application/json", "no-store")
    designs = answer.json()["designs"]
    assert [design["design_id"] for design in designs] == ["card", "cert"]
    version = shared.pipeline.library.find("card").version
    assert designs[0] == {
        "design_id": "card", "title": "Card", "version": version[:16], "width": SIZE[0], "height": SIZE[1],
        "url": "/v1/designs/card", "preview_url": "/v1/designs/card/preview.png",
    }  # fmt: skip
    assert answer.json()["next"] is None


def test_the_list_comes_in_pages(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Following next gives every design once, in order; a design that goes away in between skips none."""
    for number in range(7):
        write_design(tmp_path / "all", f"d{number}")
    api = Api(tmp_path, fonts, designs=tmp_path / "all")
    key = api.key()
    seen: list[list[str]] = []
    target: str | None = "/v1/designs?limit=3"
    while target:
        page = api.call("GET", target, key).json()
        seen.append([design["design_id"] for design in page["designs"]])
        target = page["next"]
    assert seen == [["d0", "d1", "d2"], ["d3", "d4", "d5"], ["d6"]]
    after = api.call("GET", "/v1/designs?limit=2&after=d1x", key).json()["designs"]
    assert [design["design_id"] for design in after] == ["d2", "d3"]
    api.close()


@pytest.mark.parametrize(
    ("query", "pointer", "words"),
    [
        ("limit=0", "?limit", "greater than or equal to 1"),
        ("limit=101", "?limit", "less than or equal to 100"),
        ("limit=ten", "?limit", "valid integer"),
        ("limt=3", "?limt", "did you mean 'limit'?"),
        ("limit=3&limit=4", "?limit", "is given more than once"),
    ],
)
def test_a_wrong_parameter_is_reported(shared: Api, admin: str, query: str, pointer: str, words: str) -> None:
    """400 that names it."""
    answer = shared.call("GET", f"/v1/designs?{query}", admin)
    assert answer.status == 400
    assert words in answer.errors[pointer]


def test_a_query_without_end_is_refused(shared: Api, admin: str) -> None:
    """Hundreds of parameters are not looked at one by one."""
    query = "&".join(f"p{number}=1" for number in range(300))
    assert "the limit is 200" in shared.call("GET", f"/v1/designs?{query}", admin).json()["detail"]


def test_a_design_is_described_in_full(shared: Api, admin: str) -> None:
    """Its fields with their rules, its sizes, formats, version, and a link that shows the samples."""
    result = shared.call("GET", "/v1/designs/cert", admin).json()
    assert [field["name"] for field in result["fields"]] == ["full_name", "tint", "first_name", "code"]
    assert result["fields"][0] == {
        "name": "full_name", "type": "name", "label": "", "required": True, "fallback": None, "sample": "Ava Johnson",
        "max_length": 40, "openable": False, "choices": [], "pattern": None,
    }  # fmt: skip
    assert result["sizes"] == [{"dpr": dpr, "width": SIZE[0] * dpr, "height": SIZE[1] * dpr} for dpr in (1, 2, 3)]
    assert (result["title"], result["alt"]) == ("Certificate", "For <<first_name>>")
    assert result["formats"] == ["png", "jpg", "gif", "webp", "avif", "pdf"]
    assert result["sample_url"].startswith(f"{BASE}/i/cert.png?")
    explained = shared.call("POST", "/v1/explain", admin, json={"url": result["sample_url"]}).json()
    assert (explained["outcome"], explained["fields"]["full_name"]["text"]) == ("ok", "Ava Johnson")


@pytest.mark.parametrize("design", ["carx", "CARD", "..", "%2e%2e", "card%00", "a" * 100])
@pytest.mark.parametrize("page", ["", "/preview.png"])
def test_a_design_that_is_not_there_is_404(shared: Api, admin: str, design: str, page: str) -> None:
    """Near names are offered."""
    answer = shared.call("GET", f"/v1/designs/{design}{page}", admin)
    assert (answer.status, answer.json()["type"]) == (404, "/docs#not-found")
    if design == "carx":
        assert "did you mean 'card'" in answer.json()["detail"]


def test_the_preview_shows_the_samples(shared: Api, admin: str) -> None:
    """A PNG in the design's size, with the sample colour."""
    answer = shared.call("GET", "/v1/designs/card/preview.png", admin)
    assert (answer.status, answer["content-type"]) == (200, "image/png")
    picture = answer.picture().convert("RGB")
    assert (picture.size, picture.getpixel(TINT_AT)) == (SIZE, (255, 0, 0))


def test_a_broken_design_is_not_there(tmp_path: Path, fonts: FontCatalogue) -> None:
    """It can't be drawn, so it is not listed."""
    write_design(tmp_path / "all", "good")
    write_design(tmp_path / "all", "bad", card(layers=3))
    api = Api(tmp_path, fonts, designs=tmp_path / "all")
    key = api.key()
    assert [design["design_id"] for design in api.call("GET", "/v1/designs", key).json()["designs"]] == ["good"]
    assert api.call("GET", "/v1/designs/bad", key).status == 404
    api.close()


def test_every_shipped_design_is_described(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Whatever fields and sizes it has; each sample link is good."""
    api = Api(tmp_path, fonts, designs=shipped("designs"))
    key = api.key()
    designs = api.call("GET", "/v1/designs", key).json()["designs"]
    assert [design["design_id"] for design in designs] == list(SHIPPED)
    for design in designs:
        result = api.call("GET", design["url"], key).json()
        explained = api.call("POST", "/v1/explain", key, json={"url": result["sample_url"]}).json()
        assert (explained["status"], explained["outcome"]) == (200, "ok")
    api.close()
