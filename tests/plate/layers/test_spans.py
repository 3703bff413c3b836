"""Words in a style of their own, and lines under and through them."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from imgurl.plate.layers.text import TextPainter
from imgurl.text.layout import TextLayout
from tests.design.documents import box, document, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.layers.documents import FIELDS
from tests.plate.plates import picture

WIDE = {"width": 500, "height": 80}
RED, BLUE = (255, 0, 0), (0, 0, 255)
ACCENT = {"accent": {"weight": 700, "color": "red"}}


def plain(text: str, **more: Any) -> dict[str, Any]:
    """Return a document with one text of 40 px."""
    layer = text_layer(text, box=box(10, 10, 480, 60), font={"family": "Inter", "size": 40}, **more)
    return document(size=WIDE, fields=FIELDS, layers=[layer])


def layout_of(plate_of: PlateOf, raw: dict[str, Any], **values: str) -> TextLayout:
    """Return the layout of the only layer."""
    plate = plate_of(raw)
    (layer,) = plate.design.layers.values()
    painter = TextPainter(layer, plate.context)  # type: ignore[arg-type]  # it is a text
    layout = painter.layout(values)
    assert layout is not None
    return layout


def pixels(plate_of: PlateOf, raw: dict[str, Any], color: tuple[int, ...], **values: str) -> NDArray[np.bool_]:
    """Return which pixels of the picture have a colour."""
    found: NDArray[np.bool_] = (np.asarray(picture(plate_of(raw), **values)) == color).all(axis=2)
    return found


@pytest.mark.parametrize(
    ("text", "styled"),
    [
        ("Only <accent>today</accent>", "today"),
        ("רק <accent>היום</accent> בלבד", "היום"),
        ("عرض <accent>اليوم</accent>", "اليوم"),
        ("仅限<accent>今天</accent>", "今天"),
        ("<accent>Hi <<name>></accent>", "Hi Ava"),
    ],
)
def test_words_between_tags_have_their_style(plate_of: PlateOf, text: str, styled: str) -> None:
    """In any script: as many glyphs in it as the words have alone, and none of the others."""
    layout = layout_of(plate_of, plain(text, spans=ACCENT), name="Ava")
    alone = layout_of(plate_of, plain(f"<accent>{styled}</accent>", spans=ACCENT), name="Ava")
    counts = [sum(len(run.glyphs) for run in one.lines[0].runs if run.style) for one in (layout, alone)]
    assert counts[0] == counts[1] > 0
    assert styled in layout.lines[0].text


def test_a_value_is_drawn_as_it_is_written(plate_of: PlateOf) -> None:
    """Whoever is called <accent>."""
    layout = layout_of(plate_of, plain("Hi <<city>>", spans=ACCENT), city="<accent>x</accent>")
    assert layout.lines[0].text == "Hi <accent>x</accent>"
    assert {run.style for run in layout.lines[0].runs} == {0}


def test_what_a_field_says_holds_over_the_span(plate_of: PlateOf) -> None:
    """Its colour; what it does not say is the span's, so the value is as wide as bold letters."""
    raw = plain("<accent>I <<city>></accent>", spans=ACCENT, styles={"city": {"color": "blue"}})
    assert pixels(plate_of, raw, BLUE, city="III").any()
    assert pixels(plate_of, raw, RED, city="III").any()
    bold = layout_of(plate_of, plain("<accent>I III</accent>", spans=ACCENT))
    assert layout_of(plate_of, raw, city="III").lines[0].width == pytest.approx(bold.lines[0].width)


def test_letters_join_across_tags(plate_of: PlateOf) -> None:
    """An Arabic word has the same forms of its letters, whatever part of it is in colour."""
    raws = [plain(text, spans={"same": {"color": "red"}}) for text in ("السلام ع<same>لي</same>كم", "السلام عليكم")]
    ids = [[glyph for run in layout_of(plate_of, raw).lines[0].runs for glyph, _, _ in run.glyphs] for raw in raws]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    "raw",
    [
        plain("Hello <<name>>", underline=True, color="red"),
        plain("<u>Hello <<name>></u>", spans={"u": {"underline": True, "color": "red"}}),
        plain("<<name>>", styles={"name": {"underline": True}}, color="red"),
        plain("<u>שלום <<name>></u>", spans={"u": {"underline": True, "color": "red"}}),
    ],
)
def test_an_underline_is_as_long_as_the_advance(plate_of: PlateOf, raw: dict[str, Any]) -> None:
    """One line without a gap, from where the first letter begins to where the last one ends, as thick as fonts say."""
    layout = layout_of(plate_of, raw, name="xoxo")
    (line,) = layout.lines
    found = pixels(plate_of, raw, RED, name="xoxo")
    # Below the baseline there is nothing else: none of these letters goes there.
    below = np.flatnonzero(found.sum(axis=1) * (np.arange(80) > 10 + line.baseline + 1))
    font = line.runs[-1].font
    depth, size = next(run.font.underline for run in line.runs if "inter" in run.font.key.lower())
    assert list(below) == [10 + round(line.baseline + depth * 40) + row for row in range(max(1, round(size * 40)))], (
        font
    )
    columns = np.flatnonzero(found[below[0]])
    assert (columns[0], columns[-1] + 1) == (10 + round(line.left), 10 + round(line.left + line.width))
    assert len(columns) == columns[-1] + 1 - columns[0]


def test_an_underline_in_two_directions(plate_of: PlateOf) -> None:
    """What is underlined is in two places if text of the other direction comes between."""
    raw = plain("<u>abc שלום</u> עולם def", direction="rtl", spans={"u": {"underline": True, "color": "red"}})
    layout = layout_of(plate_of, raw)
    (line,) = layout.lines
    found = pixels(plate_of, raw, RED)
    depth, _ = line.runs[0].font.underline
    columns = np.flatnonzero(found[10 + round(line.baseline + depth * 40)])
    underlined = sum(run.right - run.left for run in line.runs if run.style)
    assert len(columns) == pytest.approx(underlined, abs=2)


def test_a_line_at_the_edge_of_the_box_is_inside(plate_of: PlateOf) -> None:
    """Where the box ends at the baseline, the underline ends with it."""
    layer = text_layer(
        "HEX", box=box(10, 10, 200, 30), font={"family": "Inter", "size": 40, "min_size": 10}, line_height=0.75,
        underline=True, color="red",
    )  # fmt: skip
    found = pixels(plate_of, document(size=WIDE, layers=[layer]), RED)
    assert not found[40:].any()
    assert found[39].sum() > 50


@pytest.mark.parametrize(("style", "shown"), [({}, True), ({"underline": False}, False)])
def test_a_style_can_do_without_the_layers_line(plate_of: PlateOf, style: dict[str, Any], shown: bool) -> None:
    """What it does not say is the layer's."""
    raw = plain("xx <<name>>", underline=True, styles={"name": {"color": "red"} | style})
    layout = layout_of(plate_of, raw, name="xoxo")
    depth, _ = layout.lines[0].runs[0].font.underline
    row = 10 + round(layout.lines[0].baseline + depth * 40)
    assert bool(pixels(plate_of, raw, RED, name="xoxo")[row].any()) is shown
    assert pixels(plate_of, raw, (0, 0, 0), name="xoxo")[row].any()


def test_a_whole_layer_is_crossed_out(plate_of: PlateOf) -> None:
    """From its first letter to its last."""
    found = pixels(plate_of, plain("iii iii", line_through=True, color="red"), RED)
    longest = found[np.argmax(found.sum(axis=1))]
    columns = np.flatnonzero(longest)
    assert len(columns) == columns[-1] + 1 - columns[0] > 50
