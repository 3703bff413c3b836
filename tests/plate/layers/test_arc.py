"""Texts on an arc: where their letters stand, and that they stay in the box."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.design.layers.text import TextLayer
from imgurl.geometry import Box
from imgurl.plate.compile import Plate
from imgurl.plate.layers.text import TextPainter
from imgurl.text.fit import FitStep
from imgurl.text.layout import TextLayout
from tests.design.documents import box, document, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import FIELDS
from tests.plate.layers.test_text import AWKWARD
from tests.plate.plates import picture

WIDE = {"width": 500, "height": 200}


def bent(text: str, radius: float = 200, side: str = "top", **more: Any) -> dict[str, Any]:
    """Return a document with one text of 30 px on an arc."""
    how = {"font": {"family": "Inter", "size": 30, "min_size": 12}, "align": "center"} | more
    layer = text_layer(text, box=box(20, 10, 460, 180), arc={"radius": radius, "side": side}, **how)
    return document(size=WIDE, fields=FIELDS, layers=[layer])


def painter_of(plate: Plate) -> TextPainter:
    """Return the painter of the only layer."""
    (layer,) = plate.design.layers.values()
    assert isinstance(layer, TextLayer)
    return TextPainter(layer, plate.context)


def laid(plate_of: PlateOf, raw: dict[str, Any], **values: str) -> TextLayout:
    """Return the layout of the only layer."""
    layout = painter_of(plate_of(raw)).layout(values)
    assert layout is not None
    return layout


@pytest.mark.parametrize(("side", "sign"), [("top", 1), ("bottom", -1)])
@pytest.mark.parametrize("text", ["AVATAR To", "תעודה", "優秀獎狀", "شهادة التميز", "प्रमाण पत्र"])
def test_letters_stand_on_the_circle(plate_of: PlateOf, text: str, side: str, sign: int) -> None:
    """The middle of each piece is on it, and each is turned as the circle is there."""
    layout = laid(plate_of, bent(text, side=side))
    (line,) = layout.lines
    center = 230.0, line.baseline + sign * 200
    for run in line.runs:
        # Back from the first glyph's origin along the turned baseline, to where the circle has this angle.
        x, y = center[0] + sign * 200 * math.sin(run.turn), center[1] - sign * 200 * math.cos(run.turn)
        _, left, top = run.glyphs[0]
        across = (left - x) * math.cos(run.turn) + (top - y) * math.sin(run.turn)
        down = (top - y) * math.cos(run.turn) - (left - x) * math.sin(run.turn)
        assert abs(down) < 30 * 0.4  # marks are above and below the baseline
        assert abs(across) < 70


def test_the_middle_of_the_arc_is_the_middle_of_the_text(plate_of: PlateOf) -> None:
    """A text that reads alike from both sides is drawn so."""
    for side in ("top", "bottom"):
        dark = 255 - np.asarray(picture(plate_of(bent("HOXOH", side=side))).convert("L")).astype(int)
        assert np.abs(dark - dark[:, ::-1]).mean() < 0.5


def test_both_sides(plate_of: PlateOf) -> None:
    """On the top the ends are lower than the middle, in the bottom they are higher; ink touches the box's edge."""
    for side in ("top", "bottom"):
        dark = np.asarray(picture(plate_of(bent("HHHHHHHHHHH", side=side))).convert("L")) < 100
        columns = np.flatnonzero(dark.any(axis=0))
        first, middle = (int(np.flatnonzero(dark[:, c : c + 9].any(axis=1))[0]) for c in (columns[0], 248))
        assert (first > middle + 20) if side == "top" else (first < middle - 20)
        rows = np.flatnonzero(dark.any(axis=1))
        assert (rows[0] < 22) if side == "top" else (rows[-1] > 178)


def test_kerning_is_kept(plate_of: PlateOf) -> None:
    """The text is as long as on a line."""
    straight = bent("AVATAR To")
    del straight["layers"][0]["arc"]
    assert laid(plate_of, bent("AVATAR To")).lines[0].width == pytest.approx(laid(plate_of, straight).lines[0].width)


def test_a_large_circle_is_a_line(plate_of: PlateOf) -> None:
    """The glyphs are where they are on a line, to a fraction of a pixel."""
    raw = bent("Certificate شهادة", radius=8_000)
    straight = document(size=WIDE, fields=FIELDS, layers=[dict(raw["layers"][0])])
    del straight["layers"][0]["arc"]
    (one,), (other,) = (laid(plate_of, each).lines for each in (raw, straight))
    pairs = [[glyph for run in line.runs for glyph in run.glyphs] for line in (one, other)]
    assert [glyph for glyph, _, _ in pairs[0]] == [glyph for glyph, _, _ in pairs[1]]
    for (_, bent_x, bent_y), (_, x, y) in zip(*pairs, strict=True):
        assert bent_x == pytest.approx(x, abs=0.5)
        assert bent_y - one.baseline == pytest.approx(y - other.baseline, abs=2.5)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("abc", 3),
        ("שלום", 4),
        ("é́x", 2),
        ("شهادة التميز", 3),  # two words and the space between
        ("प्रमाण पत्र", 3),
        ("优秀", 2),
    ],
)
def test_what_is_turned_together(plate_of: PlateOf, text: str, pieces: int) -> None:
    """A cluster; where letters hang together, a word."""
    assert len(laid(plate_of, bent(text)).lines[0].runs) == pieces


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("Short", FitStep.FULL_SIZE),
        ("A text that is longer than the arc in the box", FitStep.SMALLER),
        ("A text that is much longer than the arc in the box, whatever its size is", FitStep.ELLIPSIS),
    ],
)
def test_a_long_text_is_fitted(plate_of: PlateOf, text: str, step: FitStep) -> None:
    """As on a line that is as long as the arc in the box."""
    layout = laid(plate_of, bent(text, font={"family": "Inter", "size": 30, "min_size": 20}))
    assert (layout.fitting.step, layout.fitting.lines) == (step, 1)
    assert text.startswith(layout.lines[0].text.rstrip("…"))


def test_a_name_is_shortened(plate_of: PlateOf) -> None:
    """As names are everywhere."""
    layout = laid(
        plate_of,
        bent("<<name>>", radius=100, font={"family": "Inter", "size": 40}),
        name="Maximilian Featherstonehaugh",
    )
    assert layout.fitting.step is FitStep.SHORTENED
    assert layout.lines[0].text == "Maximilian F."


def test_the_baseline_stays(plate_of: PlateOf) -> None:
    """A long text is smaller on the same circle: what is drawn around it fits both."""
    short, long = (laid(plate_of, bent(text)) for text in ("Short", "A text that is longer than the arc in the box"))
    assert long.size < short.size
    assert short.lines[0].baseline == long.lines[0].baseline


layers = st.fixed_dictionaries(
    {
        "radius": st.integers(40, 400),
        "side": st.sampled_from(["top", "bottom"]),
        "align": st.sampled_from(["start", "center", "end"]),
        "family": st.sampled_from(["Inter", "Great Vibes", "Playfair Display"]),
        "letter_spacing": st.sampled_from([-0.1, 0.0, 0.3]),
    },
    optional={
        "stroke": st.just({"color": "blue", "width": 3}),
        "shadow": st.just({"x": 4, "y": 3, "blur": 5}),
        "rotation": st.just(20),
        "opacity": st.just(0.5),
    },
)


@pytest.fixture(scope="module")
def one_text(plate_of: PlateOf) -> Plate:
    """A plate with a text of a value on an arc."""
    layer = text_layer("<<city>>", box=box(20, 20, 140, 90), arc={"radius": 80})
    return plate_of(document(size={"width": 200, "height": 150}, fields=FIELDS, layers=[layer]))


@settings(max_examples=100, deadline=None)
@given(text=st.lists(st.sampled_from([*AWKWARD, "Ava "]), min_size=1, max_size=9).map("".join), how=layers)
def test_ink_never_leaves_the_box(one_text: Plate, text: str, how: dict[str, Any]) -> None:
    """The law that patches depend on: nothing is drawn beyond what the item says, nor beyond the layer's extent."""
    (layer,) = one_text.design.layers.values()
    raw = layer.model_dump(exclude={"id", "show_if"}, exclude_none=True)
    more = {key: how[key] for key in how if key not in ("radius", "side", "family")}
    more["arc"] = {"radius": how["radius"], "side": how["side"]}
    more["font"] = {"family": how["family"], "size": 30, "min_size": 8}
    painter = TextPainter(TextLayer.model_validate(raw | more), one_text.context)
    canvas = Image.new("RGBA", (500, 400))
    item = painter.item({"city": text})
    if item is None:
        return
    item.draw(canvas, -150, -100)
    for around in (item.box, painter.extent):
        left = canvas.copy()
        shown = around.move(150, 100).intersect(Box(0, 0, 500, 400))
        left.paste((0, 0, 0, 0), shown.corners if not shown.is_empty else (0, 0, 0, 0))
        assert left.getbbox() is None
