"""A spliced file is the whole picture: for the shipped designs, and for random ones."""

import json
from collections.abc import Mapping
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.config import shipped
from imgurl.design.library import Design, load_design
from imgurl.encoders.jpeg import JpegSettings, encode_whole
from imgurl.encoders.palette import MAX_ERROR
from imgurl.geometry import Box
from imgurl.plate.compile import Plate, compile_plate
from imgurl.plate.drawing import Drawing, Fits, ItemCache, overlapping
from imgurl.plate.precoded import PrecodedIndexedPng, file_without_values, precode, refined, restore
from imgurl.plate.render import render
from imgurl.plate.splice import FragmentCache
from imgurl.text.fonts import load_catalogue
from tests.design.documents import SHIPPED

FONTS = load_catalogue(shipped("fonts"))
NAMES = st.sampled_from(
    ("", "A", "Ava Johnson", "محمد", "李雷", "🎉 Kim", "O'Brien-Smythe-Featherstonehaugh", "gjpqy|Ŵ")
)
COLORS = st.sampled_from(("#ffffff", "#123456", "rgb(200 30 60 / 50%)", "tomato", "transparent"))


def boxes(width: int, height: int) -> st.SearchStrategy[dict[str, int]]:
    """Boxes anywhere: inside, over the edges, outside, larger than the canvas."""
    return st.fixed_dictionaries(
        {
            "x": st.integers(-20, width), "y": st.integers(-20, height),
            "width": st.integers(1, width + 30), "height": st.integers(1, height + 30),
        }
    )  # fmt: skip


def _has_room(layer: dict[str, Any]) -> bool:
    """Say whether a line of the smallest size fits into a text's box."""
    return bool(layer["box"]["height"] >= 5)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Designs of all sizes down to one pixel, with static layers and slots in any order."""
    # Up to three JPEG tiles across, and several bands and rows of tiles down.
    width, height = draw(st.integers(1, 220) | st.integers(240, 700)), draw(st.integers(1, 120))
    shadows = st.fixed_dictionaries(
        {"x": st.integers(-8, 8), "y": st.integers(-8, 8), "blur": st.sampled_from((0, 1, 7)), "color": COLORS}
    )
    common = {
        "box": boxes(width, height),
        "opacity": st.sampled_from((1.0, 1.0, 0.5)),
        "rotation": st.sampled_from((0, 0, 90, 17)),
    }
    text: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        common
        | {
            "type": st.just("text"),
            "text": st.sampled_from(
                (
                    "<<name>>",
                    "Hi <<name>>!",
                    "static",
                    "[[<<name>>]]",
                    "<<city>>",
                    "[[<<city>>, ]]<<name>>",
                    "<a><<name>></a> gj",
                )
            ),
            "font": st.fixed_dictionaries({"family": st.just("Inter"), "size": st.just(20), "min_size": st.just(4)}),
            "color": COLORS,
            "align": st.sampled_from(("start", "center", "end")),
            "max_lines": st.integers(1, 3),
            "shadow": st.none() | shadows,
            "stroke": st.none() | st.fixed_dictionaries({"width": st.integers(1, 3), "color": COLORS}),
            "styles": st.sampled_from(({}, {"name": {"line_through": True}})),
            "spans": st.sampled_from(({"a": {}}, {"a": {"underline": True, "weight": 700, "color": "#c00"}})),
        }
    ).filter(_has_room)
    bent = st.builds(
        lambda layer, radius: {**layer, "arc": {"radius": radius}, "styles": {}, "spans": {"a": {}}, "max_lines": 1},
        text.filter(lambda layer: bool(layer["box"]["height"] >= 24)),
        st.sampled_from((30, 100)),
    )
    shape = st.fixed_dictionaries(
        common
        | {
            "type": st.just("shape"),
            "shape": st.sampled_from(("rectangle", "ellipse")),
            "fill": st.one_of(COLORS, st.just("<<color>>")),
            "shadow": st.none() | shadows,
        }
    )
    conditional = shape.map(lambda layer: {**layer, "when": {"field": "name", "is_set": True}})
    blended = shape.map(lambda layer: {**layer, "blend": "multiply"})
    group = st.builds(
        lambda layers, where, more: {"type": "group", "layers": layers, **where, **more},
        st.lists(st.one_of(text, shape, blended, bent), min_size=1, max_size=3),
        st.fixed_dictionaries({"box": common["box"]}),
        st.fixed_dictionaries(
            {},
            optional={
                "clip": st.just({"shape": "ellipse"}),
                "opacity": st.just(0.5),
                "rotation": st.just(17),
                "blend": st.sampled_from(["multiply", "screen"]),
            },
        ),
    )
    choose = st.builds(
        lambda first, second: {
            "type": "choose",
            "cases": [{"when": {"field": "city", "is": "Oslo"}, "layers": first}],
            "else": second,
        },
        st.lists(st.one_of(text, shape), max_size=2),
        st.lists(st.one_of(text, group), max_size=2),
    )
    marks = st.fixed_dictionaries(
        common
        | {
            "type": st.sampled_from(("rating", "progress", "chart")),
            "field": st.just("points"),
            "color": COLORS,
            "shadow": st.none() | shadows,
        }
    ).map(lambda layer: {**layer, "field": "series" if layer["type"] == "chart" else "points"})
    ring = marks.filter(lambda layer: layer["type"] == "progress").map(lambda layer: {**layer, "form": "ring"})
    bound = shape.map(
        lambda layer: (
            {**layer, "rotation": 0, "stroke": {"color": "black", "width": 2, "dash": [3, 2]}}
            | {"bind": {"width": {"field": "points"}, "rotation": {"field": "points", "pivot": [0, 0.5]}}}
        )
    )
    code = st.fixed_dictionaries(
        {
            "type": st.just("barcode"), "symbology": st.just("datamatrix"), "data": st.just("<<ticket>>"),
            "box": boxes(width, height).map(lambda box: box | {side: box[side] + 48 for side in ("width", "height")}),
            "rotation": st.sampled_from((0, 90)),
        }
    )  # fmt: skip
    return {
        "title": "Random",
        "size": {"width": width, "height": height},
        "background": draw(COLORS),
        "fields": [
            {"name": "name", "type": "name", "sample": "Ava", "fallback": ""},
            {"name": "city", "type": "text", "sample": "Chicago", "fallback": ""},
            {"name": "color", "type": "color", "sample": "red", "fallback": "#00f"},
            {"name": "points", "type": "number", "sample": "40", "fallback": ""},
            {"name": "series", "sample": "3,5,-2", "fallback": ""},
            {"name": "ticket", "sample": "K7", "fallback": "", "pattern": "[A-Z0-9]+", "max_length": 4},
        ],
        "layers": draw(
            st.lists(
                st.one_of(text, bent, shape, conditional, blended, group, choose, marks, ring, bound, code), max_size=5
            )
        ),
    }


def design_of(document: dict[str, Any], folder: Path) -> Design:
    """Load a document as a design."""
    home = folder / "random"
    home.mkdir(exist_ok=True)
    (home / "design.json").write_text(json.dumps(document))
    return load_design(home, FONTS)


class Splicing:
    """A plate with what is encoded ahead of it, once for all that is compared."""

    def __init__(self, plate: Plate) -> None:
        self._plate = plate
        self._png = precode(plate, "png")
        self._jpg = precode(plate, "jpg")
        self._tolerance = MAX_ERROR if isinstance(self._png, PrecodedIndexedPng) else 0

    def whole(self, texts: Mapping[str, str]) -> "Whole":
        """Return what splicing has to give."""
        image, fits = Drawing(self._plate, texts).whole()
        jpeg = self._plate.design.document.jpeg
        settings = JpegSettings(jpeg.quality, jpeg.subsampling)
        return Whole(image, fits, encode_whole(image, settings) if self._jpg else None)

    def check(self, texts: Mapping[str, str], whole: "Whole", held: FragmentCache | None = None) -> None:
        """Compare spliced files with the picture painted as a whole."""
        spliced = render(self._plate, texts, "png", self._png, held)
        with Image.open(BytesIO(spliced.body)) as file:
            off = np.abs(np.asarray(file.convert(whole.image.mode)).astype(int) - np.asarray(whole.image))
            assert file.mode in (whole.image.mode, "P")
        assert off.max() <= self._tolerance
        assert spliced.fits == whole.fits
        if self._jpg is not None:
            assert render(self._plate, texts, "jpg", self._jpg, held).body == whole.jpeg


class Whole(NamedTuple):
    """A picture painted as a whole, how its texts fit, and its bytes as JPEG where that is spliced too."""

    image: Image.Image
    fits: Fits
    jpeg: bytes | None


class TestSplicedIsWhole:
    """Decoded pixels of a spliced PNG, and all bytes of a spliced JPEG, are those of the whole render."""

    @given(documents(), NAMES)
    @settings(max_examples=100, deadline=None)
    def test_random_designs(
        self, tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], name: str
    ) -> None:
        """Layers overlapping, rotated, with alpha, empty, over the edges."""
        design = design_of(document, tmp_path_factory.getbasetemp())

        values = {"points": str(7 * len(name)), "series": "2,8,-3" if name else "9", "ticket": name[:4].upper()}
        texts = {"name": name, "city": "Oslo", "color": "#00ff00"} | values
        splicing = Splicing(compile_plate(design, FONTS))
        splicing.check(texts, splicing.whole(texts))

    @pytest.mark.parametrize("design", SHIPPED)
    def test_shipped_designs(self, design: str) -> None:
        """Short, missing, right-to-left and long values."""
        loaded = load_design(shipped("designs") / design, FONTS)
        variants = list(loaded.variants)
        for shown in variants[:: max(1, len(variants) - 1)]:
            splicing = Splicing(compile_plate(shown, FONTS))
            for name in ("Ava", "", "محمد عبد الله", "🎉 Kim of the very long name that has no end"):
                texts = {field.name: name for field in loaded.document.fields}
                splicing.check(texts, splicing.whole(texts))


RECIPIENTS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "city": st.sampled_from(("", "Oslo", "Llanfair by the sea")),
        "points": st.sampled_from(("", "0", "55", "100")),
        "series": st.sampled_from(("", "3,5,-2", "1,,4")),
        "ticket": st.sampled_from(("", "K7", "Z9Z9")),
        "color": st.sampled_from(("red", "#00f")),
    }
)


@given(documents(), st.lists(RECIPIENTS, min_size=2, max_size=6))
@settings(max_examples=50, deadline=None)
def test_what_was_kept_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], recipients: list[dict[str, str]]
) -> None:
    """A picture put together from what others left behind, in any order, is the picture made by itself."""
    splicing = Splicing(compile_plate(design_of(document, tmp_path_factory.getbasetemp()), FONTS))
    wholes = [splicing.whole(texts) for texts in recipients]
    held = FragmentCache()
    for texts, whole in [*zip(recipients, wholes, strict=True)] * 3:
        splicing.check(texts, whole, held)


def test_a_value_that_comes_back_is_not_laid_out_again(tmp_path: Path) -> None:
    """Of three people in one city the third one costs a name; once told apart from names, a city is kept."""
    text = {"type": "text", "font": {"family": "Inter", "size": 20}, "color": "#000"}
    fields = [{"name": name, "type": "text", "sample": "A", "fallback": ""} for name in ("name", "city")]
    layers = [
        {**text, "text": f"<<{name}>>", "box": {"x": 10, "y": top, "width": 300, "height": 30}}
        for name, top in (("name", 10), ("city", 15))
    ]
    document = {"title": "Two", "size": {"width": 320, "height": 60}, "background": "#fff", "fields": fields}
    plate = compile_plate(design_of(document | {"layers": layers}, tmp_path), FONTS)
    cache = ItemCache()
    _, second, third = (Drawing(plate, {"name": name, "city": "Oslo"}, cache).items for name in ("Ava", "Leo", "Mia"))

    assert second[1] is third[1]
    assert second[0] is not third[0]


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(1, 9)] * 2), max_size=12))
def test_groups_of_boxes_share_no_pixel(parts: list[tuple[int, int, int, int]]) -> None:
    """Every box is whole in one group, and no two groups overlap, however they are ordered."""
    boxes = {number: Box(left, top, left + wide, top + high) for number, (left, top, wide, high) in enumerate(parts)}
    groups = overlapping(boxes)

    assert sorted(key for _, keys in groups for key in keys) == sorted(boxes)
    assert all(around.union(boxes[key]) == around for around, keys in groups for key in keys)
    assert not any(one.overlaps(other) for (one, _), (other, _) in combinations(groups, 2))
    assert {frozenset(keys) for _, keys in groups} == {
        frozenset(keys) for _, keys in overlapping(dict(reversed(boxes.items())))
    }


BANNER_TEXTS = {"first_name": "Ava", "company_name": "Acme", "rep_name": ""}


@pytest.fixture(scope="module")
def banner() -> Plate:
    """A shipped design that is drawn in truecolour."""
    return compile_plate(load_design(shipped("designs") / "sales-banner-01", FONTS), FONTS)


def test_a_refined_template_draws_the_same_picture_smaller(banner: Plate) -> None:
    """The best effort changes bytes, not pixels."""
    quick = precode(banner, "png") or pytest.fail("not precoded")
    best = refined(quick, banner)
    drawn = [render(banner, BANNER_TEXTS, "png", precoded).body for precoded in (quick, best)]
    pixels = [np.asarray(Image.open(BytesIO(body))).tolist() for body in drawn]

    assert pixels[0] == pixels[1]
    assert best.size < 0.97 * quick.size


def test_a_png_template_comes_back_from_its_file(banner: Plate) -> None:
    """What was kept on disk gives the same bytes as what was refined."""
    best = refined(precode(banner, "png") or pytest.fail("not precoded"), banner)
    restored = restore(banner, file_without_values(best) or b"")

    assert render(banner, BANNER_TEXTS, "png", restored).body == render(banner, BANNER_TEXTS, "png", best).body


def test_a_damaged_file_gives_no_template(banner: Plate) -> None:
    """A kept file that is another one is not taken for a precoded."""
    assert restore(banner, b"\x89PNG\r\n\x1a\n" + bytes(100)) is None


def flat_design(tmp_path: Path) -> Design:
    """A design of flat colours with two inks."""
    text = {"type": "text", "font": {"family": "Inter", "weight": 600, "size": 40, "min_size": 12}}
    layers = [
        {"type": "shape", "shape": "rectangle", "box": {"x": 0, "y": 0, "width": 900, "height": 90}, "fill": "#14264f"},
        {**text, "text": "April", "color": "#ffffff", "box": {"x": 40, "y": 15, "width": 400, "height": 60}},
        {**text, "text": "Hi <<name>>", "color": "#b5452c", "box": {"x": 40, "y": 200, "width": 800, "height": 60}},
    ]
    fields = [{"name": "name", "type": "name", "sample": "Ava Johnson", "fallback": "there"}]
    size = {"width": 900, "height": 500}
    return design_of(
        {"title": "Flat", "size": size, "background": "#fbf7f0", "fields": fields, "layers": layers}, tmp_path
    )


def test_a_flat_design_is_indexed_and_a_quarter_of_the_size(tmp_path: Path) -> None:
    """One byte a pixel, no error that shows, a quarter of truecolour's bytes at the most per changed row."""
    plate = compile_plate(flat_design(tmp_path), FONTS)
    precoded = precode(plate, "png")
    assert isinstance(precoded, PrecodedIndexedPng)
    texts = {"name": "Zoë van der Berg"}
    body = render(plate, texts, "png", precoded).body
    with Image.open(BytesIO(body)) as file:
        assert file.mode == "P"
        off = np.abs(np.asarray(file.convert("RGB")).astype(int) - np.asarray(Drawing(plate, texts).whole()[0]))

    assert off.max() <= MAX_ERROR
    assert len(body) < len(render(plate, texts, "png", precoded.truecolor).body)


def test_an_emoji_on_a_flat_design_keeps_its_colors(tmp_path: Path) -> None:
    """Colours that the palette lacks make this one picture truecolour."""
    plate = compile_plate(flat_design(tmp_path), FONTS)
    precoded = precode(plate, "png")
    body = render(plate, {"name": "🎉 Kim"}, "png", precoded).body
    with Image.open(BytesIO(body)) as file:
        assert file.mode == "RGB"
        assert np.array_equal(np.asarray(file), np.asarray(Drawing(plate, {"name": "🎉 Kim"}).whole()[0]))
