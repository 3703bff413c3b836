"""Image layers whose picture is somewhere else, and what is drawn in its place."""

import io
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imgurl.design.library import load_design
from imgurl.merge.kinds import picture_name
from imgurl.plate.compile import Plate, compile_plate
from imgurl.plate.drawing import Drawing
from imgurl.plate.layers.initials import initials_of
from imgurl.plate.page import compile_page, render_page
from imgurl.plate.precoded import precode
from imgurl.plate.remote import RemotePictures
from imgurl.plate.render import render, render_whole
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import box, document, field, write_design
from tests.pdf.readers import drawn_by_pdfium
from tests.plate.plates import drawn
from tests.raster.grids import picture as picture_of

URL = "https://cdn.example.com/<<domain>>.png"
NAME = picture_name(URL)
REMOTE = RemotePictures()


def learn(picture: Image.Image) -> str:
    """Have a picture decoded, and return its digest."""
    body = io.BytesIO()
    picture.save(body, "PNG")
    digest = sha256(body.getvalue()).hexdigest()
    assert REMOTE.learn(digest, body.getvalue()) == ""
    return digest


@pytest.fixture
def plate_with(fonts: FontCatalogue, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a function that compiles a design with one remote picture over all of it."""

    def compiled(width: int, height: int, dpr: int = 1, **more: Any) -> Plate:
        layer = {"type": "image", "url": URL, "box": box(0, 0, width, height)} | more
        layer = {key: value for key, value in layer.items() if value is not None}
        raw = document(
            size={"width": width, "height": height}, layers=[layer], hosts=["cdn.example.com"],
            fields=[field("domain"), field("company"), field("tint", type="color", sample="red")],
        )  # fmt: skip
        folder = write_design(tmp_path_factory.mktemp("designs"), raw, {"none.png": picture_of("BG\nGB")})
        return compile_plate(load_design(folder, fonts), fonts, dpr, remote=REMOTE.get)

    return compiled


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ({"fit": "contain"}, ["WWWW", "RGBY", "RGBY", "WWWW"]),
        ({"fit": "fill"}, ["RGBY"] * 4),
    ],
)
def test_it_is_fitted_like_any_picture(plate_with: Any, more: dict[str, Any], rows: list[str]) -> None:
    """Into the layer's box."""
    plate = plate_with(4, 4, **more)
    assert drawn(plate, **{NAME: learn(picture_of("RGBY\nRGBY"))}) == rows


def test_its_edges_are_trimmed_first(plate_with: Any) -> None:
    """A logo fills its box, whatever it was saved with."""
    padded = picture_of("WWWW\nWRGW\nWRGW\nWWWW")
    assert drawn(plate_with(2, 2, trim=True, fit="contain"), **{NAME: learn(padded)}) == ["RG", "RG"]


@pytest.mark.parametrize("texts", [{}, {NAME: ""}, {NAME: "0" * 64}])
def test_without_it_the_fallback_is_drawn(plate_with: Any, texts: dict[str, str]) -> None:
    """Nothing, or a file of the folder: also where it can't be read."""
    assert drawn(plate_with(2, 2), **texts) == ["WW", "WW"]
    assert drawn(plate_with(2, 2, fallback="none.png"), **texts) == ["BG", "GB"]


def test_initials_are_drawn_on_a_disc(plate_with: Any) -> None:
    """Of the very colours, round in the middle of the box; without letters nothing is drawn."""
    fallback = {"initials": "<<company>>", "fill": "#00aa00", "color": "#ffffff", "family": "Inter"}
    plate = plate_with(80, 60, fallback=fallback)
    pixels = np.asarray(Drawing(plate, {"company": "Acme Tools"}).whole()[0].convert("RGB"))
    green, ink = (pixels == (0, 170, 0)).all(axis=2), (pixels[15:45, 25:55] == 255).all(axis=2)
    assert (green[30, 12], green[30, 67], green[2, 12], green[2, 40]) == (True, True, False, True)
    assert ink.sum() > 100
    square = plate_with(80, 60, fallback=fallback, radius=8)
    assert (np.asarray(Drawing(square, {"company": "A"}).whole()[0].convert("RGB"))[30, 2] == (0, 170, 0)).all()
    assert set("".join(drawn(plate_with(8, 8, fallback=fallback), company="…"))) == {"W"}


def test_it_depends_on_its_picture_and_on_its_fallback_alone(plate_with: Any) -> None:
    """Not on the values that name the picture: the same logo is the same fragment."""
    initials = {"initials": "<<company>>", "fill": "<<tint>>"}
    (plain,) = plate_with(4, 4).design.document.layers
    (named,) = plate_with(4, 4, fallback=initials).design.document.layers
    assert plain.placeholders == {NAME}
    assert named.placeholders == {NAME, "company", "tint"}


@pytest.mark.parametrize("ext", ["png", "jpg"])
def test_splicing_makes_the_same_picture(plate_with: Any, ext: str) -> None:
    """As drawing all of it does, at any resolution; with the picture, and with initials."""
    plate = plate_with(64, 48, 2, circle=True, fallback={"initials": "<<company>>"}, opacity=0.8)
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (30, 40, 3), np.uint8))
    precoded = precode(plate, ext)
    for texts in ({NAME: learn(noise), "company": "Acme"}, {"company": "Acme"}):
        spliced, whole = render(plate, texts, ext, precoded), render_whole(plate, texts, ext)
        first, second = (np.asarray(Image.open(io.BytesIO(one.body)).convert("RGB")) for one in (spliced, whole))
        assert (first == second).all()


def test_a_picture_that_was_forgotten_is_still_drawn_with_its_item(plate_with: Any) -> None:
    """What was laid out has its own pixels."""
    digest = learn(picture_of("RR\nRR"))
    painter = next(iter(plate_with(2, 2).slots)).painter
    item = painter.item({NAME: digest})
    assert item is not None
    assert item.size >= 16


@pytest.mark.parametrize(
    ("text", "initials"),
    [
        ("Ava Johnson", "AJ"), ("ava", "A"), ("Dr. Ava Marie Johnson", "AJ"), ("Acme Tools GmbH", "AT"),
        ("Acme Inc.", "A"), ("3M", "3"), ("李雷", "李"), ("李 雷", "李"),
        ("Émile Zola", "ÉZ"), ("e\u0301mile", "E\u0301"), ("إبراهيم علي", "إ"), ("", ""), ("…", ""),
        ("'t Hooft", "TH"), ("O’Neill", "O"), ("(Acme) [Tools]", "AT"), ("Dr.", "D"),
    ],
)  # fmt: skip
def test_initials(text: str, initials: str) -> None:
    """Of the first and the last word that count; of a script without capitals one letter."""
    assert initials_of(text) == initials


@pytest.mark.parametrize("more", [{"circle": True}, {"radius": 8}])
def test_in_a_group_it_looks_as_outside(plate_with: Any, more: dict[str, Any]) -> None:
    """With the picture, and with initials: where the group is, not where the layer's own box says."""
    image = {"type": "image", "url": URL, "fallback": {"initials": "<<company>>"}, **more}
    alone = plate_with(80, 60, 2, **image, box=box(20, 10, 40, 40))
    member = {**image, "box": box(5, 6, 40, 40)}
    grouped = plate_with(80, 60, 2, type="group", url=None, box=box(15, 4, 60, 56), layers=[member])
    for texts in ({NAME: learn(picture_of("RG\nBY")), "company": "Acme"}, {"company": "Acme Tools"}):
        first, second = (np.asarray(Drawing(plate, texts).whole()[0].convert("RGB")) for plate in (alone, grouped))
        assert (first == second).all()
        assert (first != 255).any()


def test_a_page_shows_it(plate_with: Any) -> None:
    """The picture, or initials on their disc; or nothing."""
    page = compile_page(plate_with(40, 30, fallback={"initials": "<<company>>"}))
    red = {NAME: learn(Image.new("RGB", (40, 30), "red"))}
    shown, initials, empty = (
        drawn_by_pdfium(render_page(page, texts).body) for texts in (red, {"company": "Acme"}, {})
    )
    assert (shown == (255, 0, 0)).all()
    assert (empty == 255).all()
    assert 100 < (initials != 255).any(axis=2).sum() < 900
