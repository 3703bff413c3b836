"""What is written, and that it stays in its box."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.design.layers.text import TextLayer
from imgurl.geometry import Box
from imgurl.plate.compile import Plate
from imgurl.plate.layers.text import TextPainter
from imgurl.raster.glyphs import run_mask
from tests.design.documents import box, document, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import FIELDS, small
from tests.plate.plates import changed, drawn, outside, picture


class TestTexts:
    """What is written."""

    def lines(self, plate_of: PlateOf, layer: dict[str, Any], **values: str) -> list[str]:
        """Return the lines of a layer's text as they are drawn."""
        plate = plate_of(document(fields=FIELDS, layers=[layer]))
        (model,) = plate.design.document.layers
        assert isinstance(model, TextLayer)
        layout = TextPainter(model, plate.context).layout(values)
        return [line.text for line in layout.lines] if layout else []

    WIDE = box(0, 0, 900, 40)

    @pytest.mark.parametrize(
        ("text", "values", "written"),
        [
            ("Hi <<name>>, spring[[ in <<city>>]].", {"name": "Ava", "city": "Rome"}, "Hi Ava, spring in Rome."),
            ("Hi <<name>>, spring[[ in <<city>>]].", {"name": "Ava", "city": ""}, "Hi Ava, spring."),
            ("[[<<name>>, ]][[<<city>>, ]]hello", {"city": "Rome"}, "Rome, hello"),
            ("[[<<name>> of <<city>>, ]]hello", {"city": "Rome"}, "hello"),
            (r"Type \<<name>> and \[[x\]]", {"name": "Ava"}, "Type <<name>> and [[x]]"),
        ],
    )
    def test_optional_pieces(self, plate_of: PlateOf, text: str, values: dict[str, str], written: str) -> None:
        """A piece in double brackets vanishes with any of its values."""
        assert self.lines(plate_of, text_layer(text, box=self.WIDE), **values) == [written]

    def test_nothing_is_written(self, plate_of: PlateOf) -> None:
        """A text of missing values leaves the picture as it is."""
        plate = plate_of(document(fields=FIELDS, layers=[text_layer("[[Hi <<name>>]]")]))
        assert picture(plate, name="").tobytes() == plate.base.tobytes()

    @pytest.mark.parametrize(
        ("casing", "language", "written"),
        [
            ("none", "en", "Hi Ava ivy"),
            ("upper", "en", "HI AVA IVY"),
            ("lower", "en", "hi ava ivy"),
            ("title", "en", "Hi Ava Ivy"),
            ("upper", "tr", "Hİ AVA İVY"),
        ],
    )
    def test_casing(self, plate_of: PlateOf, casing: str, language: str, written: str) -> None:
        """Of the whole text, the values too, as the layer's language does it."""
        layer = text_layer("Hi <<name>>", casing=casing, language=language, box=self.WIDE)
        assert self.lines(plate_of, layer, name="Ava ivy") == [written]

    def test_styles(self, plate_of: PlateOf) -> None:
        """One field's value in its own colour, the text around it in the layer's."""
        layer = text_layer("I <<name>> I", box=box(0, 0, 200, 40), color="red", styles={"name": {"color": "blue"}})
        drawn_letters = set("".join(drawn(plate_of(small(200, 40, layer)), name="III")))
        assert drawn_letters >= {"R", "B", "W"}

    def test_bold_is_more_ink(self, plate_of: PlateOf) -> None:
        """A field's weight and slope are drawn: heavier has more ink than the layer's own."""
        inks = []
        for style in ({}, {"weight": 800}, {"family": "Great Vibes"}):
            layer = text_layer("<<name>>", styles={"name": style}, box=box(0, 0, 200, 40))
            inks.append(
                255 * 8_000 - int(np.asarray(picture(plate_of(small(200, 40, layer)), name="Ava").convert("L")).sum())
            )
        assert (inks[0] < inks[1], inks[2] not in inks[:2]) == (True, True)

    def test_crossed_out(self, plate_of: PlateOf) -> None:
        """A value that is crossed out has a line through all of it, and only through it."""
        layer = text_layer(
            "now <<city>>", color="red", box=box(0, 0, 200, 40),
            styles={"city": {"line_through": True, "color": "blue"}},
        )  # fmt: skip
        rows = drawn(plate_of(small(200, 40, layer)), city="iiii iiii")
        struck = max(rows, key=lambda row: row.count("B"))
        assert struck.count("B") == struck.rindex("B") - struck.index("B") + 1 > 30

    def test_a_stroke_keeps_to_the_box(self, plate_of: PlateOf) -> None:
        """Letters that fill the box leave room for their outline, which is not cut off."""
        layer = text_layer(
            "WWWW", box=box(20, 20, 150, 80), color="white", line_height=1, valign="middle",
            font={"family": "Inter", "size": 80, "min_size": 10}, stroke={"color": "black", "width": 6},
        )  # fmt: skip
        dark = np.asarray(plate_of(small(190, 120, layer)).base.convert("L")) < 128
        columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
        assert (columns[0] >= 20, columns[-1] < 170, rows[0] >= 20, rows[-1] < 100) == (True, True, True, True)
        # Round on all sides: where it were cut the first column would be dark from top to bottom.
        assert dark[:, columns[0]].sum() < 0.6 * len(rows)
        assert dark[:, columns[-1]].sum() < 0.6 * len(rows)

    def test_names_are_shortened_like_names(self, plate_of: PlateOf) -> None:
        """A name too long becomes Maximilian F., a text of the same words is cut."""
        layer = text_layer("<<name>>", box=box(0, 0, 130, 40))
        other = text_layer("<<city>>", box=box(0, 0, 130, 40))
        value = "Maximilian Featherstonehaugh"
        assert self.lines(plate_of, layer, name=value) == ["Maximilian F."]
        assert self.lines(plate_of, other, city=value)[0].endswith("…")


# Characters that reach far: accents in a stack, swashes, deep scripts, emoji, and none at all.
AWKWARD = [
    "Ǻ̃̂́", "ǰ̣̱", "f", "ffi", "Q", "j", "ÅÉÎ", "gjpqy", "W", "ﷺ", "نستعلیق", "שָׁלוֹם", "क्षत्रिय", "ปั้มน้ำ", "ญี่ปุ่น",
    "တိုင်း", "\N{FAMILY}", "\U0001f469\u200d\U0001f4bb", "\U0001f1e9\U0001f1ea", "漢字", "한국어", "…", "—", " ", "1",
    "\u0301",
]  # fmt: skip


awkward_texts = st.lists(st.sampled_from(AWKWARD) | st.text(max_size=6), min_size=1, max_size=9).map("".join)


layouts = st.fixed_dictionaries(
    {
        "family": st.sampled_from(["Inter", "Playfair Display", "Great Vibes", "Dancing Script", "JetBrains Mono"]),
        "style": st.sampled_from(["normal", "italic"]),
        "size": st.integers(8, 60),
        "smallest": st.floats(0.4, 1),
        "align": st.sampled_from(["start", "center", "end", "left", "right"]),
        "valign": st.sampled_from(["top", "middle", "bottom"]),
        "line_height": st.sampled_from([0.5, 0.9, 1.2, 2.0]),
        "letter_spacing": st.sampled_from([-0.1, 0.0, 0.3]),
        "max_lines": st.integers(1, 3),
        "stroke": st.sampled_from([None, {"color": "blue", "width": 3}]),
        "styles": st.sampled_from([{}, {"city": {"line_through": True, "weight": 800}}]),
        "underline": st.booleans(),
    }
)


@pytest.fixture(scope="module")
def one_text(plate_of: PlateOf) -> Plate:
    """A design with only one text layer over a flat colour."""
    layer = text_layer("<<city>>", box=box(20, 20, 120, 50), color="white")
    return plate_of(small(160, 90, layer, background="#336699"))


def layer_of(plate: Plate, how: dict[str, Any]) -> TextLayer:
    """Return the plate's layer, set otherwise."""
    (layer,) = plate.design.document.layers
    font = {
        "family": how["family"],
        "style": how["style"],
        "size": how["size"],
        "min_size": how["size"] * how["smallest"],
    }
    font["min_size"] = max(4.0, min(font["min_size"], 49 / how["line_height"]))
    font["size"] = max(font["size"], font["min_size"])
    keys = ("align", "valign", "line_height", "letter_spacing", "max_lines", "stroke", "styles", "underline")
    raw = (
        layer.model_dump(exclude={"id", "show_if"}, exclude_none=True)
        | {"font": font}
        | {key: how[key] for key in keys}
    )
    return TextLayer.model_validate(raw)


@settings(max_examples=150, deadline=None)
@given(text=awkward_texts, how=layouts)
def test_ink_never_leaves_the_box(one_text: Plate, text: str, how: dict[str, Any]) -> None:
    """Whatever is written, however it is set: beyond the layer's box the picture is the background."""
    canvas = one_text.base.copy()
    TextPainter(layer_of(one_text, how), one_text.context).paint(canvas, {"city": text})
    touched = changed(canvas, one_text.base)
    assert not (touched & outside(touched.shape, Box(20, 20, 140, 70))).any()


@settings(max_examples=150, deadline=None)
@given(text=awkward_texts, how=layouts)
def test_no_ink_is_cut_at_the_box(one_text: Plate, text: str, how: dict[str, Any]) -> None:
    """The ink of the layout is in the box, to an eighth of a pixel: there is nothing that its edge could cut off."""
    layout = TextPainter(layer_of(one_text, how), one_text.context).layout({"city": text})
    if layout is None:
        return
    runs = [run for line in layout.lines for run in line.runs if not run.font.paints_color]
    everywhere, room = Box(-500, -500, 900, 900), 3 if how["stroke"] else 0
    drawn_at = run_mask(runs, layout.size, everywhere)
    if drawn_at is None:
        return
    mask, left, top = drawn_at
    heavy = mask.point([255 if level > 32 else 0 for level in range(256)]).getbbox() or (0, 0, 0, 0)
    inked = Box(left + heavy[0], top + heavy[1], left + heavy[2], top + heavy[3])
    inside = Box(0, 0, 120 - 2 * room, 50 - 2 * room)
    assert inked.is_empty or inked.intersect(inside) == inked
