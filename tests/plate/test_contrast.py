"""How well texts stand out: the ratio of WCAG, on the pixels that are really behind the letters."""

from pathlib import Path

import pytest
from PIL import Image

from imgurl.design.library import load_design, load_library
from imgurl.pipeline.showing import Surroundings, picture_of
from imgurl.plate.contrast import Contrast, contrasts
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import Json, box, document, field, image_layer, shape_layer, text_layer, write_design
from tests.text.fontmaking import font_file

BIG = {"family": "Inter", "weight": 700, "size": 40}


def measured(folder: Path, fonts: FontCatalogue, raw: Json, **values: str) -> dict[str, Contrast]:
    """Return the contrast of each text of a document, by its pointer."""
    picture = {"photo.png": Image.linear_gradient("L").rotate(90).convert("RGB")}
    design = load_design(write_design(folder, raw, picture), fonts)
    shown = picture_of(design, design.samples | values, "png", 1, Surroundings(lambda _: True))
    return {found.pointer: found for found in contrasts(shown.design, shown.texts)}


def text(color: str, **more: object) -> Json:
    """Return a large text over the whole of a design of 240 × 80 px."""
    return text_layer("HAMBURG", **{"color": color, "font": BIG, "box": box(0, 0, 240, 80), **more})


def on(background: object, *layers: Json, **more: object) -> Json:
    """Return a document of 240 × 80 px."""
    return document(size={"width": 240, "height": 80}, background=background, layers=[*layers], **more)


@pytest.mark.parametrize(
    ("color", "background", "ratio"),
    [
        ("#000", "#fff", 21.0),
        ("#777", "#fff", 4.48),  # the well-known pair of greys about 4.5:1
        ("#767676", "#fff", 4.54),
        ("#fff", "#1a73e8", 4.51),
        ("rgb(0 0 0 / 50%)", "#fff", 3.98),
        ("#c00", "#c00", 1.0),
    ],
)
def test_the_ratios_of_wcag(tmp_path: Path, fonts: FontCatalogue, color: str, background: str, ratio: float) -> None:
    """As other tools give them, to a level of a colour."""
    found = measured(tmp_path, fonts, on(background, text(color)))
    assert found["/layers/0"].ratio == pytest.approx(ratio, abs=0.08)


def test_what_is_needed_depends_on_the_size(tmp_path: Path, fonts: FontCatalogue) -> None:
    """3:1 from 24 px on, or from 18.7 px in bold; 4.5:1 below."""
    sizes = {(24, 400): 3.0, (23, 400): 4.5, (19, 700): 3.0, (18, 700): 4.5}
    layers = [
        text_layer("Hamburg", font={"family": "Inter", "size": size, "weight": weight}, box=box(0, 40 * index, 240, 40))
        for index, (size, weight) in enumerate(sizes)
    ]
    raw = document(size={"width": 240, "height": 160}, layers=layers)
    assert [found.needed for found in measured(tmp_path, fonts, raw).values()] == [*sizes.values()]


def test_the_worst_part_counts(tmp_path: Path, fonts: FontCatalogue) -> None:
    """White on a photograph that goes from black to white: readable at one end, not at the other."""
    ratio = measured(tmp_path, fonts, on("#fff", image_layer("photo.png", box=box(0, 0, 240, 80), fit="fill"),
                                         text("#fff")))["/layers/1"].ratio  # fmt: skip
    assert 1.0 < ratio < 3.0


@pytest.mark.parametrize(
    "more",
    [
        {"shadow": {"x": 0, "y": 0, "blur": 2, "color": "#000"}},
        {"stroke": {"color": "#000", "width": 2}},
    ],
)
def test_shadows_and_outlines_are_behind(tmp_path: Path, fonts: FontCatalogue, more: Json) -> None:
    """White on white is read by its shadow or outline."""
    alone = measured(tmp_path, fonts, on("#fff", text("#fff")))["/layers/0"]
    helped = measured(tmp_path, fonts, on("#fff", text("#fff", **more)))["/layers/0"]
    assert (alone.is_low, helped.is_low) == (True, False)


def test_in_groups_and_cases_turned_and_faded(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Each text is found where it is, whatever is done with it, and is measured as it is seen."""
    group = {"type": "group", "box": box(0, 0, 240, 80), "layers": [shape_layer(fill="#fff", box=box(0, 0, 240, 80)),
                                                                    text("#000", rotation=20)]}  # fmt: skip
    choose = {
        "type": "choose",
        "cases": [{"when": {"field": "tier", "is": "gold"}, "layers": [text("#000", box=box(0, 80, 240, 80))]}],
        "else": [text("#ddd", box=box(0, 80, 240, 80), opacity=0.5)],
    }
    raw = on("#fff", group, choose, fields=[field("tier", type="choice", choices=["gold", "none"], sample="gold")])
    raw["size"]["height"] = 160
    gold, none = measured(tmp_path, fonts, raw), measured(tmp_path, fonts, raw, tier="none")
    assert {pointer: found.is_low for pointer, found in gold.items()} == {
        "/layers/0/layers/1": False, "/layers/1/cases/0/layers/0": False,
    }  # fmt: skip
    assert none["/layers/1/else/0"].ratio == pytest.approx(1.15, abs=0.05)


def test_with_a_brand_fonts_and_sizes(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Colours of the brand, a font that was dropped in, and another colour in one of the sizes."""
    (tmp_path / "brand.json").write_text('{"colors": {"ink": "#333"}, "fonts": {"own": "Acme Sans"}}')
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "acme.woff2").write_bytes(font_file(is_woff2=True))
    font, pale = BIG | {"family": "brand:own"}, {"pale": {"color": "#ddd"}}
    layer = text("brand:ink", font=font, sizes=pale) | {"text": "HAva"}
    write_design(tmp_path, on("#fff", layer, sizes={"pale": {"width": 240, "height": 80}}))
    found = {
        design.id: [one.ratio for one in contrasts(design, {})]
        for design in load_library(tmp_path, fonts).designs.values()
    }
    assert found == {"test": [pytest.approx(12.63, abs=0.1)], "test--pale": [pytest.approx(1.36, abs=0.02)]}


def test_each_text_has_its_own(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Thirty texts one below the other, darker and darker: no one is taken for another."""
    shades = [f"rgb({level} {level} {level})" for level in range(245, 5, -8)]
    layers = [text(shade, font=BIG | {"size": 20}, box=box(0, 24 * row, 240, 24)) for row, shade in enumerate(shades)]
    raw = document(size={"width": 240, "height": 24 * len(shades)}, layers=layers)
    ratios = [found.ratio for found in measured(tmp_path, fonts, raw).values()]
    assert len(ratios) == len(shades)
    assert ratios == sorted(ratios)


def test_what_is_not_seen_is_not_measured(tmp_path: Path, fonts: FontCatalogue) -> None:
    """A text below a shape, one outside of the picture, an emoji, which has colours of its own."""
    hidden = shape_layer(fill="#fff", box=box(0, 0, 240, 80))
    raw = on("#fff", text("#eee"), hidden, text("#eee", box=box(0, 400, 240, 80)), text("#eee") | {"text": "🎉"})
    assert measured(tmp_path, fonts, raw) == {}
