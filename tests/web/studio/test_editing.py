"""Edit and History over HTTP: documents, drafts, saving, versions, copies, new designs, files."""

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette

from imgurl.access.keys import Scope
from imgurl.access.passes import Passes
from imgurl.config import shipped
from imgurl.text.fonts import FontCatalogue
from imgurl.web.studio.opening import open_studio
from imgurl.web.studio.sessions import CHANGE_HEADER, COOKIE
from tests.plate.test_remote import NOISE, RED, bomb, saved
from tests.web.api.client import RING, Api, ApiAnswer, dumps

CARD = "/designs/card"

# Each level uses the one before it ten times.
DOUBLING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs><rect id="u0" width="1" height="1"/>'
    + "".join(f'<g id="u{n + 1}">' + f'<use href="#u{n}"/>' * 10 + "</g>" for n in range(9))
    + '</defs><use href="#u9"/></svg>'
).encode()


def embedding(body: bytes) -> bytes:
    """Return an SVG with a picture in it."""
    data = base64.b64encode(body).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        f'<image width="9" height="9" href="data:image/png;base64,{data}"/></svg>'
    ).encode()


class Pages:
    """The endpoints of the pages, in the name of somebody who is signed in."""

    def __init__(self, api: Api, *scopes: Scope, name: str = "mara", designs: list[str] | None = None) -> None:
        self._api = api
        _, key = api.made_key(*scopes, name=name, designs=designs)
        passes = Passes(lambda: RING.signing.secret)
        session = passes.new_session(key.id)
        self._headers = {"cookie": f"{COOKIE}={session}", CHANGE_HEADER: passes.change_token(session)}
        self._app = Starlette(routes=open_studio(replace(api.parts, look_again=self._look_again)))

    def _look_again(self) -> None:
        """Take what was saved, as a server does soon after it is asked to."""
        self._api.pipeline.reload()

    def get(self, path: str) -> ApiAnswer:
        """Ask for something."""
        return self._api.run(self._api.ask("GET", f"/studio/api{path}", headers=self._headers, app=self._app))

    def post(self, path: str, body: Any = None, *, raw: bytes | None = None) -> ApiAnswer:
        """Send JSON, or bytes as they are."""
        kind = "application/json" if raw is None else "application/octet-stream"
        headers = {**self._headers, "content-type": kind}
        sent = dumps(body) if raw is None else raw
        return self._api.run(self._api.ask("POST", f"/studio/api{path}", body=sent, headers=headers, app=self._app))


@pytest.fixture
def api(tmp_path: Path, fonts: FontCatalogue) -> Iterator[Api]:
    """A server with the designs ``card`` and ``cert``."""
    made = Api(tmp_path, fonts)
    yield made
    made.close()


@pytest.fixture
def pages(api: Api) -> Pages:
    """Somebody who may do everything."""
    return Pages(api)


def titled(text: str, title: str) -> str:
    """Return a document with another title."""
    return json.dumps(json.loads(text) | {"title": title})


def picture(answer: ApiAnswer) -> Image.Image:
    """Return the picture of an answer."""
    return Image.open(io.BytesIO(answer.body))


class TestDocument:
    """A document as it is, and its next version."""

    def test_a_document_is_its_bytes(self, pages: Pages, api: Api) -> None:
        """What is sent is what the folder has, with what may be named in it."""
        found = pages.get(f"{CARD}/document").json()
        assert found["text"] == (api.designs / "card" / "design.json").read_text()
        assert (found["number"], found["by"], found["why_not"]) == (1, "", "")
        assert {"name": "Inter", "lightest": 100, "boldest": 900, "is_italic": True, "is_own": False} in found[
            "families"
        ]

    def test_two_who_save(self, pages: Pages, api: Api) -> None:
        """The first one's version is 2; the second one hears that something else is there, and nothing is lost."""
        jonas = Pages(api, name="jonas")
        began = pages.get(f"{CARD}/document").json()
        first = pages.post(f"{CARD}/document", {"text": titled(began["text"], "M"), "revision": began["revision"]})
        assert (first.status, first.json()["number"], first.json()["is_served"]) == (200, 2, True)
        second = jonas.post(f"{CARD}/document", {"text": titled(began["text"], "J"), "revision": began["revision"]})
        assert second.status == 409
        now = jonas.get(f"{CARD}/document").json()
        assert (json.loads(now["text"])["title"], now["by"], now["number"]) == ("M", "mara", 2)

    def test_mistakes_are_not_saved(self, pages: Pages) -> None:
        """All mistakes come back with their places."""
        began = pages.get(f"{CARD}/document").json()
        broken = json.loads(began["text"])
        broken["layers"][0]["fill"], broken["layers"][1]["font"]["size"] = "bleu", "big"
        answer = pages.post(f"{CARD}/document", {"text": json.dumps(broken), "revision": began["revision"]})
        assert answer.status == 400
        assert answer.errors.keys() == {"/layers/0/fill", "/layers/1/font/size"}

    def test_who_may_not_save_is_told(self, api: Api) -> None:
        """A key without the scope sees the document and drafts, and can't save."""
        reader = Pages(api, Scope.READ)
        found = reader.get(f"{CARD}/document").json()
        assert found["why_not"] == "scope"
        assert reader.post(f"{CARD}/draft", {"text": found["text"]}).status == 200
        assert reader.post(f"{CARD}/document", {"text": found["text"], "revision": found["revision"]}).status == 403

    def test_a_key_for_one_design_sees_no_other(self, api: Api) -> None:
        """Neither documents, drafts nor versions of other designs, and no new ones."""
        one = Pages(api, designs=["card"])
        assert one.get(f"{CARD}/document").status == 200
        assert {one.get(f"/designs/cert/{path}").status for path in ("document", "history", "history/1/document")} == {
            403
        }
        assert one.post("/designs/cert/draft", {"text": "{}"}).status == 403
        assert one.post("/new", {"title": "Mine"}).status == 403


class TestDraft:
    """What is not saved is drawn like what is."""

    def test_a_draft_is_drawn(self, pages: Pages) -> None:
        """A changed colour is the colour of the picture, and the design is as it was."""
        began = pages.get(f"{CARD}/document").json()
        changed = began["text"].replace("<<tint>>", "#0000ff")
        found = pages.post(f"{CARD}/draft", {"text": changed}).json()
        assert found["problems"] == []
        assert (found["look"]["width"], found["look"]["height"]) == (40, 20)
        assert pages.get(f"{CARD}/document").json()["revision"] == began["revision"]

    def test_all_mistakes_of_a_draft_are_told(self, pages: Pages) -> None:
        """Not only the first; what is no JSON is one mistake."""
        text = '{"title": "", "size": {"width": 0, "height": 10}, "layers": [{"type": "cloud"}]}'
        found = pages.post(f"{CARD}/draft", {"text": text}).json()
        assert found["look"] is None
        assert {one["pointer"] for one in found["problems"]} == {"/title", "/size/width", "/layers/0"}
        assert [one["pointer"] for one in pages.post(f"{CARD}/draft", {"text": "{"}).json()["problems"]] == [""]

    def test_a_draft_in_three_parts(self, pages: Pages) -> None:
        """Below, the selection, above: three pictures of one size."""
        text = pages.get(f"{CARD}/document").json()["text"]
        found = pages.post(f"{CARD}/draft/parts", {"text": text, "selected": ["/layers/1"], "width": 40}).json()
        assert found.keys() == {"below", "selection", "above", "media_type"}

    def test_the_awkward_eight_of_a_draft(self, pages: Pages) -> None:
        """Eight pictures of a draft, none of one with mistakes."""
        text = pages.get(f"{CARD}/document").json()["text"]
        assert len(pages.post(f"{CARD}/draft/eight", {"text": text}).json()["pictures"]) == 8
        assert pages.post(f"{CARD}/draft/eight", {"text": "{}"}).json()["pictures"] == []


class TestHistory:
    """Versions as they were."""

    def test_versions_are_listed_drawn_and_brought_back(self, pages: Pages, api: Api) -> None:
        """Version 1 is drawn as it was after version 2, and comes back as version 3."""
        began = pages.get(f"{CARD}/document").json()
        blue = began["text"].replace("<<tint>>", "#0000ff")
        saved = pages.post(f"{CARD}/document", {"text": blue, "revision": began["revision"]}).json()
        listed = pages.get(f"{CARD}/history").json()["versions"]
        assert [(one["number"], one["by"]) for one in listed] == [(2, "mara"), (1, "")]
        assert [(one["id"], one["key"]) for one in listed[0]["changes"]] == [("/layers/0", "fill")]
        colors = [picture(pages.get(f"{CARD}/history/{number}/picture?width=40")).convert("RGB").getpixel((1, 1))
                  for number in (1, 2)]  # fmt: skip
        assert colors == [(255, 0, 0), (0, 0, 255)]
        assert pages.get(f"{CARD}/history/1/document").json()["text"] == began["text"]
        assert pages.get(f"{CARD}/history/1/changes/2").json()["changes"] == listed[0]["changes"]
        back = pages.post(f"{CARD}/history/1/return", {"revision": saved["revision"]}).json()
        assert (back["number"], back["revision"]) == (3, began["revision"])
        assert (api.designs / "card" / "design.json").read_text() == began["text"]

    def test_nothing_comes_back_over_what_somebody_saved(self, pages: Pages) -> None:
        """Returning too says what is there."""
        pages.get(f"{CARD}/document")
        assert pages.post(f"{CARD}/history/1/return", {"revision": 64 * "0"}).status == 409
        assert pages.get(f"{CARD}/history/9/document").status == 404


class TestNewDesigns:
    """From nothing, from another one, from an SVG."""

    def test_a_design_from_nothing_and_a_copy(self, pages: Pages, api: Api) -> None:
        """Each is a folder of its own; a copy differs by its title alone."""
        made = pages.post("/new", {"title": "Summer sale", "width": 600, "height": 200}).json()
        assert (made["design_id"], made["number"]) == ("summer-sale", 1)
        copy = pages.post(f"{CARD}/copy", {"title": "Card 2"}).json()
        text = (api.designs / "card" / "design.json").read_text()
        assert (api.designs / copy["design_id"] / "design.json").read_text() == text.replace('"Card"', '"Card 2"')

    def test_a_design_from_an_svg(self, pages: Pages, api: Api) -> None:
        """Its text is a layer with a field, and links can be made at once after the server has looked."""
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><rect width="90" height="40" fill="#0b3d2e"/>'
            '<text x="4" y="20" font-size="12" font-family="Inter">Hi &lt;&lt;first_name&gt;&gt;</text></svg>'
        )
        made = pages.post("/new/svg?title=Hello", raw=svg.encode()).json()
        assert (made["design_id"], made["layers"], made["fields"], made["simplified"]) == ("hello", 1, 1, [])
        assert json.loads((api.designs / "hello" / "design.json").read_text())["background"] == "#0b3d2e"
        assert pages.post("/new/svg?title=Hello", raw=b"<p>").status == 400


class TestFiles:
    """Pictures and fonts are checked before they are put beside a document."""

    def test_a_picture_and_what_is_none(self, pages: Pages, api: Api) -> None:
        """A picture is put there; what can't be drawn, or is of another kind, is refused with a reason."""
        body = io.BytesIO()
        Image.new("RGB", (4, 4), "red").save(body, "PNG")
        assert pages.post(f"{CARD}/files?name=Red%20dot.png", raw=body.getvalue()).json()["name"] == "red-dot.png"
        assert (api.designs / "card" / "red-dot.png").read_bytes() == body.getvalue()
        for name, raw in (("a.png", b"no"), ("a.svg", b"<svg onload='x()'/>"), ("a.exe", b"MZ"), ("a.woff2", b"wOF2")):
            assert pages.post(f"{CARD}/files?name={name}", raw=raw).status == 400, name

    @pytest.mark.parametrize(
        ("name", "raw", "sentence"),
        [
            ("a.png", bomb(20_000, 20_000), "a.png has too many pixels; at most 64 megapixels are read"),
            ("a.png", bomb(9_000, 9_000), "a.png has 81 megapixels; at most 64 are read, make it smaller"),
            ("a.png", bomb(70_000, 1), "a.png has a side of 70,000 px; at most 65,535 are read, make it smaller"),
            ("a.png", b"", "a.png can't be read as a picture: it is empty"),
            ("a.png", NOISE[: len(NOISE) // 2], "a.png can't be read as a picture: it is damaged ("),
            ("a.png", b"<html>", "its format is unknown; save it as PNG, JPEG, WebP or GIF"),
            ("a.png", saved(RED, "TIFF"), "its format is unknown; save it as PNG, JPEG, WebP or GIF"),
            ("a.png", saved(RED, "BMP"), "its format is unknown; save it as PNG, JPEG, WebP or GIF"),
            ("a.svg", saved(RED, "PNG"), "a.svg is not an SVG but a PNG; let its name end in .png"),
            ("a.svg", saved(RED, "JPEG"), "a.svg is not an SVG but a JPEG; let its name end in .jpg"),
            ("a.svg", saved(RED, "TIFF"), "a.svg is not an SVG: it is neither UTF-8 nor UTF-16"),
            ("a.svg", DOUBLING, "a.svg can't be drawn: its <use> stand for too many elements; simplify it"),
            ("a.svg", embedding(b"no"), "a picture in a.svg can't be read: its format is unknown"),
        ],
    )  # fmt: skip
    def test_a_picture_is_refused_with_the_reason(self, pages: Pages, name: str, raw: bytes, sentence: str) -> None:
        """What is wrong with it, with the name that it was sent under, and no word about an object in memory."""
        answer = pages.post(f"{CARD}/files?name={name}", raw=raw)
        detail = answer.json()["detail"]
        assert (answer.status, sentence in detail) == (400, True), detail
        assert ("upload" in detail, " at 0x" in detail, len(detail) > len(sentence) + 60) == (False,) * 3, detail

    def test_a_font_that_is_there_already(self, pages: Pages) -> None:
        """A font brings its family; one that all designs have is refused."""
        file = next(shipped("fonts").rglob("*.ttf"))
        answer = pages.post(f"{CARD}/files?name=own.ttf", raw=file.read_bytes())
        assert answer.status == 400
        assert "already" in answer.json()["detail"]


def test_a_key_for_one_size_does_not_change_the_others(api: Api) -> None:
    """The document of a size is that of the whole design: neither read, drawn, saved nor returned to with it."""
    square = Pages(api, Scope.READ, Scope.EDIT, name="square", designs=["card--square"])
    for answer in (
        square.get("/designs/card--square/document"),
        square.get("/designs/card--square/history"),
        square.post("/designs/card--square/document", {"text": "{}", "revision": "0" * 64}),
        square.post("/designs/card--square/draft", {"text": "{}"}),
        square.post("/designs/card--square/history/1/return", {"revision": "0" * 64}),
        square.post("/designs/card--square/files?name=a.png", raw=b"x"),
    ):
        assert answer.status == 403
