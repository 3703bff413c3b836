"""From a plate and values to the bytes of an image file."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.encoders.encodings import ENCODINGS
from imgurl.plate.compile import Plate, compile_plate
from imgurl.plate.drawing import Drawing
from imgurl.plate.render import render, render_expired
from imgurl.text.fit import FitStep
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import TEXT_DESIGNS, box, document, field, shape_layer, text_layer
from tests.plate.conftest import PlateOf
from tests.plate.plates import changed, outside, picture, resolved, samples
from tests.raster.grids import letters
from tests.raster.grids import picture as picture_of

# Each format of the smallest design, each design in the formats of mails.
FILES = [("sales-banner-01", ext) for ext in ENCODINGS] + [
    (name, ext) for name in TEXT_DESIGNS[:3] for ext in ("png", "jpg")
]


def opened(body: bytes) -> Image.Image:
    """Return the picture in a file."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


class TestRender:
    """One file for one recipient."""

    @pytest.mark.parametrize(("design", "ext"), FILES)
    def test_what_it_tells(self, shipped_plates: dict[str, Plate], design: str, ext: str) -> None:
        """Size and media type are those of the file."""
        plate = shipped_plates[design]
        rendered = render(plate, samples(plate), ext)
        image = opened(rendered.body)
        assert ((rendered.width, rendered.height), rendered.media_type) == (image.size, Image.MIME[image.format or ""])
        assert image.size == (plate.width, plate.height)

    @pytest.mark.parametrize("design", TEXT_DESIGNS)
    def test_a_png_is_what_was_painted(self, shipped_plates: dict[str, Plate], design: str) -> None:
        """Every pixel."""
        plate = shipped_plates[design]
        texts = samples(plate)
        assert opened(render(plate, texts, "png").body).tobytes() == Drawing(plate, texts).whole()[0].tobytes()

    @pytest.mark.parametrize(("design", "ext"), FILES)
    def test_the_same_values_are_the_same_bytes(
        self, fonts: FontCatalogue, shipped_plates: dict[str, Plate], design: str, ext: str
    ) -> None:
        """Again, after other values, and from a plate compiled again: ETags rely on it."""
        plate = shipped_plates[design]
        texts = samples(plate)
        first = render(plate, texts, ext).body
        render(plate, dict.fromkeys(texts, "Zoë"), ext)
        again = compile_plate(plate.design, fonts)
        assert [render(plate, texts, ext).body == first, render(again, texts, ext).body == first] == [True, True]

    @pytest.mark.parametrize("design", TEXT_DESIGNS)
    def test_values_show(self, shipped_plates: dict[str, Plate], design: str) -> None:
        """Each field alone changes the picture, but that which a live value is looked up by."""
        plate = shipped_plates[design]
        texts = samples(plate)
        plain = render(plate, texts, "png").body
        others = {name: "$7" if name.endswith("price") else "Zoë" for name in texts}
        same = [name for name, other in others.items() if render(plate, texts | {name: other}, "png").body == plain]
        assert same == (["sku"] if design == "product-card" else [])

    def test_transparency(self, plate_of: PlateOf) -> None:
        """A design with a transparent background is a PNG with alpha."""
        raw = document(
            size={"width": 3, "height": 1},
            background="transparent",
            fields=[field("tint", type="color", sample="red")],
            layers=[shape_layer(fill="<<tint>>", box=box(1, 0, 1, 1))],
        )
        plate = plate_of(raw)
        assert letters(opened(render(plate, {"tint": "#0000ff"}, "png").body)) == ["_B_"]

    def test_fits(self, plate_of: PlateOf) -> None:
        """What it took is known for each text of a slot, by the layer's id or its place in the document."""
        font = {"family": "Inter", "size": 20, "min_size": 5}
        raw = document(
            fields=[field("city")],
            layers=[
                shape_layer(fill="red"),
                text_layer("<<city>>", id="where", font=font),
                text_layer("static", font=font),
                text_layer("<<city>>", font=font),
                text_layer("[[<<city>>]]", id="empty", show_if={"field": "city", "negate": True}),
            ],
        )
        fits = render(plate_of(raw), {"city": "Llanfairpwll"}, "png").fits
        assert [name for name, _ in fits] == ["where", "/layers/3"]
        assert all((fitting.step, fitting.lines) == (FitStep.SMALLER, 1) for _, fitting in fits)
        assert all(fitting.size < fitting.full_size == 20 for _, fitting in fits)

    def test_missing_values_are_drawn_like_empty_ones(self, shipped_plates: dict[str, Plate]) -> None:
        """A value that is not given at all is not an error."""
        for plate in shipped_plates.values():
            empty = dict.fromkeys(plate.design.document.by_name, "")
            assert render(plate, {}, "png").body == render(plate, empty, "png").body


class TestExpired:
    """The picture for URLs that have expired."""

    def test_none(self, plate_of: PlateOf) -> None:
        """A design need not have one."""
        assert render_expired(plate_of(document()), "png") is None

    @pytest.mark.parametrize("dpr", [1, 2])
    def test_it_covers_the_design(self, plate_of: PlateOf, dpr: int) -> None:
        """In the design's size, cut where it must be, without a word of its file."""
        raw = document(size={"width": 4, "height": 2}, expired_image="over.png")
        over = picture_of("RRRR\nGGGG\nGGGG\nRRRR").resize((4 * dpr, 4 * dpr), Image.Resampling.NEAREST)
        over.info["dpi"] = (300, 300)
        made = render_expired(plate_of(raw, {"over.png": over}, dpr), "png")
        assert made is not None
        image = opened(made.body)
        assert (letters(image), image.info) == (["G" * 4 * dpr] * 2 * dpr, {})


# What recipients are called, and what exports make of it.
values = (
    st.text(max_size=70)
    | st.sampled_from(
        [
            "",
            "Ava",
            "W" * 40,
            "Wolfeschlegelsteinhausenbergerdorff",
            "محمد",
            "שרה",
            "प्रिया",
            "สมชาย",
            "王小明",
            "김민준",
            "🎉🎉",
        ]
    )
    | st.integers(0, 10**7).map(str)
)


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_values_change_nothing_outside_their_slots(shipped_plates: dict[str, Plate], data: st.DataObject) -> None:
    """Of a shipped design with any values, every pixel outside all slots is that of the plate without values."""
    plate = shipped_plates[data.draw(st.sampled_from(TEXT_DESIGNS))]
    texts = resolved(plate, {name: data.draw(values, label=name) for name in plate.design.document.by_name})
    touched = changed(picture(plate, **texts), plate.base_with_overlays)
    assert not (touched & outside(touched.shape, *(slot.box for slot in plate.slots))).any()


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_value_changes_nothing_outside_its_own_slots(shipped_plates: dict[str, Plate], data: st.DataObject) -> None:
    """Two pictures that differ in one field are the same outside the slots of this field."""
    plate = shipped_plates[data.draw(st.sampled_from(TEXT_DESIGNS))]
    name = data.draw(st.sampled_from(sorted(plate.design.document.by_name)))
    texts = samples(plate)
    other = resolved(plate, texts | {name: data.draw(values)})
    touched = changed(picture(plate, **texts), picture(plate, **texts | {name: other[name]}))
    boxes = [slot.box for slot in plate.slots if name in slot.fields]
    assert not (touched & outside(touched.shape, *boxes)).any()
