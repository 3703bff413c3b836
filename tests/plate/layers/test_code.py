"""Codes: every one is read back, at every size and in every format, and none means something else."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.errors import BadDesign
from imgurl.plate.compile import Plate
from imgurl.plate.layers.code import CodePainter
from imgurl.plate.precoded import precode
from imgurl.plate.render import render
from tests.conformance.test_decoders import needed
from tests.design.documents import box, document, field
from tests.plate.conftest import PlateOf
from tests.plate.layers.codes import FIELDS, LAYERS, TICKET, at_half_size, design_with, read, read_by_others
from tests.plate.plates import changed, picture, resolved, samples

FILTERS = (Image.Resampling.BILINEAR, Image.Resampling.BOX, Image.Resampling.LANCZOS)


def served(plate: Plate, ext: str) -> Image.Image:
    """Return the picture of the samples as it is served."""
    return Image.open(BytesIO(render(plate, samples(plate), ext, precode(plate, ext)).body))


class TestReadBack:
    """Scanners read what the design says."""

    @pytest.mark.parametrize("dpr", [1, 2, 3])
    @pytest.mark.parametrize("ext", ["png", "jpg", "gif"])
    @pytest.mark.parametrize("kind", LAYERS)
    def test_as_it_is_served_and_at_half_size(self, plate_of: PlateOf, kind: str, ext: str, dpr: int) -> None:
        """With the smallest modules that a design may have; halved by any of three filters, as a screen shows it."""
        layer, data = LAYERS[kind]
        shown = served(plate_of(design_with(layer), dpr=dpr), ext)
        assert read(shown) == [data]
        for filter_ in FILTERS:
            assert read(at_half_size(shown, filter_)) == [data], filter_

    @pytest.mark.parametrize("kind", LAYERS)
    def test_in_the_worst_jpeg(self, plate_of: PlateOf, kind: str) -> None:
        """At the lowest quality that a design may name, also at half size."""
        layer, data = LAYERS[kind]
        shown = served(plate_of(design_with(layer, jpeg={"quality": 40})), "jpg")
        assert read(shown) == [data]
        assert read(at_half_size(shown, Image.Resampling.BILINEAR)) == [data]

    @pytest.mark.parametrize("ext", ["png", "jpg"])
    @pytest.mark.parametrize("kind", ["qr", "code128", "ean13", "upca", "datamatrix"])
    def test_by_other_readers(self, plate_of: PlateOf, tmp_path: Path, kind: str, ext: str) -> None:
        """Zbar and libdmtx, which share nothing with zxing-cpp, read the same."""
        needed("zbarimg")
        needed("dmtxread")
        layer, data = LAYERS[kind]
        file = tmp_path / "code.png"
        served(plate_of(design_with(layer), dpr=2), ext).convert("RGB").save(file)
        assert read_by_others(file) == data

    @pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
    def test_error_correction(self, plate_of: PlateOf, level: str) -> None:
        """More of it makes a larger code; with the highest a tenth may be covered."""
        layer = LAYERS["qr"][0] | {"error_correction": level, "box": box(20, 20, 200, 200)}
        plate = plate_of(design_with(layer))
        shown = picture(plate, **samples(plate))
        assert read(shown) == [LAYERS["qr"][1]]
        if level == "H":
            shown.paste((200, 0, 0), (100, 100, 140, 140))
            assert read(shown) == [LAYERS["qr"][1]]

    @pytest.mark.parametrize("degrees", [90, 180, 270])
    @pytest.mark.parametrize("kind", ["qr", "datamatrix", "pdf417"])
    def test_turned(self, plate_of: PlateOf, kind: str, degrees: int) -> None:
        """Turned by a quarter its modules are as sharp, of two colours."""
        layer, data = LAYERS[kind]
        layer = layer | {"rotation": degrees, "box": box(0, 0, 400, 400)}
        plate = plate_of(document(size={"width": 400, "height": 400}, fields=FIELDS, layers=[layer]))
        shown = picture(plate, **samples(plate))
        assert read(shown) == [data]
        assert len(shown.getcolors() or ()) == 2

    @pytest.mark.parametrize("kind", ["qr", "datamatrix", "aztec", "pdf417"])
    @pytest.mark.parametrize("guest", ["Zoë Müller", "Привет", "李雷", "محمد عبد الله", "Ünï 🎉", "Ava"])
    def test_letters_of_all_scripts(self, plate_of: PlateOf, kind: str, guest: str) -> None:
        """A name is read as it was written, not as another charset would have it."""
        layer = LAYERS[kind][0] | {"data": "BEGIN:VCARD\nFN:<<guest>>\nEND:VCARD", "box": box(0, 0, 700, 700)}
        plate = plate_of(document(size={"width": 700, "height": 700}, fields=FIELDS, layers=[layer]))
        assert read(picture(plate, guest=guest)) == [f"BEGIN:VCARD\nFN:{guest}\nEND:VCARD"]


class TestDrawn:
    """Where modules and ground are."""

    @pytest.mark.parametrize("dpr", [1, 2, 3])
    def test_whole_pixels_in_two_colors(self, plate_of: PlateOf, dpr: int) -> None:
        """Nothing is blurred; the ground fills the box, and the code's modules are squares of equal size."""
        layer = LAYERS["qr"][0] | {"color": "navy", "background": "#fffbe6", "box": box(0, 0, 130, 121)}
        raw = document(size={"width": 130, "height": 121}, fields=FIELDS, layers=[layer])
        plate = plate_of(raw, dpr=dpr)
        pixels = np.asarray(picture(plate, ticket=TICKET))
        assert {tuple(color) for color in pixels.reshape(-1, 3)} == {(0, 0, 128), (255, 251, 230)}
        rows, columns = np.nonzero(pixels[..., 0] == 0)
        # 29 modules of version 3 and a border of 4: 37 in 121 px.
        size = dpr * 121 // 37
        assert (columns.max() - columns.min() + 1, rows.max() - rows.min() + 1) == (29 * size, 29 * size)
        assert abs(columns.min() - (130 * dpr - 1 - columns.max())) <= 1

    def test_lines_are_as_high_as_the_box(self, plate_of: PlateOf) -> None:
        """A scanner's ray crosses all of them wherever it is."""
        plate = plate_of(design_with(LAYERS["ean13"][0]))
        inside = np.asarray(picture(plate, **samples(plate)))[13:73, 17:368]
        assert (inside == inside[0]).all()

    @pytest.mark.parametrize(
        ("kind", "values"),
        [
            ("qr", {"ticket": ""}),
            ("ean13", {"ean": "4006381333930"}),
            ("ean13", {"ean": "400638133393"}),
            ("upca", {"upc": "036000291453"}),
            ("ean13", {"ean": "036000291452"}),
            ("code128", {"ticket": "KÖLN"}),
            ("qr", {"ticket": "K" * 60}),
        ],
    )
    def test_nothing_for_what_a_code_cannot_hold(self, plate_of: PlateOf, kind: str, values: dict[str, str]) -> None:
        """Not a code that means something else, and not its ground."""
        plate = plate_of(design_with(LAYERS[kind][0]))
        assert not changed(picture(plate, **values), plate.base).any()

    def test_a_fixed_code_is_static(self, plate_of: PlateOf) -> None:
        """Without placeholders it is painted into the plate."""
        plate = plate_of(design_with(LAYERS["qr"][0] | {"data": "https://example.com"}))
        assert (plate.slots, read(plate.base)) == ((), ["https://example.com"])


class TestSize:
    """A box that is too small is a mistake of the design."""

    @pytest.mark.parametrize("kind", LAYERS)
    @pytest.mark.parametrize("side", ["width", "height"])
    def test_one_pixel_less_is_too_small(self, plate_of: PlateOf, kind: str, side: str) -> None:
        """The boxes of these tests are the smallest ones; the sentence says so."""
        layer = LAYERS[kind][0]
        smallest = layer["box"] if kind not in ("code128", "ean13", "upca") else layer["box"] | {"height": 16}
        plate_of(design_with(layer | {"box": smallest}))
        with pytest.raises(BadDesign) as caught:
            plate_of(design_with(layer | {"box": smallest | {side: smallest[side] - 1}}))
        (problem,) = caught.value.problems
        assert problem.pointer == "/layers/0/box"
        assert (
            f"the code needs {smallest['width']} × {smallest['height']} px for the longest values" in problem.sentence
        )

    def test_sample_and_longest_value_are_told(self, plate_of: PlateOf) -> None:
        """What the samples need is less."""
        with pytest.raises(BadDesign) as caught:
            plate_of(design_with(LAYERS["qr"][0] | {"data": "<<guest>>", "box": box(0, 0, 50, 50)}))
        (problem,) = caught.value.problems
        assert "needs 111 × 111 px for the longest values that the fields allow (87 × 87 px for the samples)" in (
            problem.sentence
        )

    def test_too_long_for_any_code(self, plate_of: PlateOf) -> None:
        """Thirty-two fields of 200 letters with accents are more than a QR code holds."""
        fields = [field(f"f{index}", max_length=200) for index in range(20)]
        data = "".join(f"<<{item['name']}>>" for item in fields)
        layer = {"type": "qr", "data": data, "box": box(0, 0, 2000, 2000)}
        with pytest.raises(BadDesign, match="too long for a code of this kind"):
            plate_of(document(fields=fields, layers=[layer], size={"width": 2000, "height": 2000}))


ALPHABETS = {
    "ticket": st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=12),
    "guest": st.text(
        st.characters(min_codepoint=0x21, max_codepoint=0x5FF, exclude_categories=("C", "M")), max_size=20
    ),
}


@pytest.fixture(scope="module")
def plates() -> dict[tuple[str, str], Plate]:
    """Plates by the kind and the data of their code, each compiled once for all examples."""
    return {}


@settings(max_examples=300, deadline=None)
@given(values=st.fixed_dictionaries(ALPHABETS), kind=st.sampled_from(["qr", "datamatrix", "aztec", "pdf417"]),
       data=st.sampled_from(["<<ticket>>", "<<guest>>", "https://example.com/<<ticket>>/<<guest>>"]))  # fmt: skip
def test_every_value_that_the_fields_allow_has_room(
    plate_of: PlateOf, plates: dict[tuple[str, str], Plate], values: dict[str, str], kind: str, data: str
) -> None:
    """In the box that the longest value needs, no shorter one needs a larger code."""
    layer: dict[str, Any] = LAYERS[kind][0] | {"data": data, "box": box(0, 0, 3000, 3000)}
    key = kind, data
    if key not in plates:
        plates[key] = plate_of(document(size={"width": 10, "height": 10}, fields=FIELDS, layers=[layer]))
    plate = plates[key]
    (slot,) = plate.slots
    assert isinstance(slot.painter, CodePainter)
    coded = slot.painter.layer.coded(resolved(plate, values))
    if not coded:
        return
    needed, longest = (slot.painter.needed(text) for text in (coded, slot.painter.layer.longest(plate.context.fields)))
    assert needed is not None
    assert longest is not None
    assert needed[0] <= longest[0]
    assert needed[1] <= longest[1]
