"""A design as a PDF: what readers find in it, and that it looks as the picture does."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgurl.config import shipped
from imgurl.design.layers.text import TextLayer
from imgurl.plate.compile import Plate, compile_plate
from imgurl.plate.drawing import Drawing
from imgurl.plate.page import compile_page, render_expired_page, render_page
from imgurl.plate.render import Rendered
from imgurl.text.fonts import FontCatalogue, load_catalogue
from tests.design.documents import (
    TEXT_DESIGNS,
    box,
    document,
    field,
    image_layer,
    mistakes,
    shape_layer,
    shipped_text,
    text_layer,
)
from tests.encoders.contract import scene, see_through
from tests.pdf.fontfiles import with_family
from tests.pdf.readers import (
    check_by_qpdf,
    drawn_by_pdfium,
    drawn_by_poppler,
    facts_of,
    read_by_pdfium,
    read_by_poppler,
)
from tests.plate.conftest import PlateOf
from tests.plate.plates import picture, resolved, samples

# Names as people write them, each with the script that its font draws in its own way.
NAMES = {
    "Latin": "Zoë Đặng-O’Neill, office",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Юрій Їжакевич",
    "Arabic": "محمد عبد الله",
    "Hebrew": "יואב בן־דוד",
    "Hindi": "श्रीकृष्ण त्रिपाठी",
    "Bengali": "ক্ষুদ্র বন্দ্যোপাধ্যায়",
    "Tamil": "ஸ்ரீனிவாசன் கிருஷ்ணன்",
    "Thai": "ธนพล สุขสวัสดิ์",
    "Chinese": "李小龙",
    "Korean": "김민수",
    "Emoji": "Ava 🎉 Łukasz 👩🏽‍💻",
}

# What a window is called where a design says so itself.
TITLES = {"cert-2025": "Excellence in Service Design: Ava Johnson"}

RAMP = {"type": "linear", "angle": 90, "stops": [{"offset": 0, "color": "#d00"}, {"offset": 1, "color": "#00d"}]}
GROUND = {"type": "linear", "angle": 45, "stops": [{"offset": 0, "color": "#fed"}, {"offset": 1, "color": "#bde"}]}
FADE = {"type": "linear", "angle": 0, "stops": [{"offset": 0, "color": "#000"}, {"offset": 1, "color": "#0000"}]}
SHADOW = {"x": 3, "y": 4, "blur": 6, "color": "rgb(0 0 0 / 70%)"}


def page_of(plate: Plate, **values: str) -> Rendered:
    """Return the PDF for resolved values."""
    return render_page(compile_page(plate), values)


def difference(body: bytes, plate: Plate, values: dict[str, str], draw: Callable[[bytes, int], np.ndarray]) -> float:
    """Return by how many levels a page differs from the picture, in the mean."""
    painted = np.asarray(picture(plate, **values).convert("RGB")).astype(int)
    drawn = draw(body, plate.dpr)
    assert drawn.shape == painted.shape
    return float(np.abs(drawn - painted).mean())


def shown(text: str) -> str:
    """Return a text as readers give it."""
    return unicodedata.normalize("NFKC", text)


@pytest.fixture(scope="module")
def own_size(shipped_plates: dict[str, Plate], plate_of: PlateOf) -> dict[str, Plate]:
    """The shipped designs with a page as large as the picture, so that pixels can be compared."""
    raw = {key: value for key, value in json.loads(shipped_text("cert-2025")).items() if key != "pdf"}
    folder = shipped("designs") / "cert-2025"
    certificate = plate_of(raw, {path.name: path for path in folder.glob("*.png")})
    return shipped_plates | {"cert-2025": certificate}


class TestText:
    """Text is text: found, selected, copied, read aloud."""

    @pytest.mark.parametrize("script", NAMES)
    def test_a_name_is_read_back(self, shipped_plates: dict[str, Plate], tmp_path: Path, script: str) -> None:
        """On a certificate, in its place between the other lines, by PDFium and by poppler."""
        plate, name = shipped_plates["cert-2025"], NAMES[script]
        body = page_of(plate, **samples(plate) | {"full_name": name}).body
        for lines in (read_by_pdfium(body), read_by_poppler(body, tmp_path)):
            assert shown(name) in lines
            assert lines.index("This certifies that") < lines.index(shown(name))

    @pytest.mark.parametrize("design", TEXT_DESIGNS)
    def test_a_shipped_design_is_read_in_order(
        self, shipped_plates: dict[str, Plate], tmp_path: Path, design: str
    ) -> None:
        """Each value is found, and qpdf and pdfinfo find nothing wrong."""
        plate = shipped_plates[design]
        texts = samples(plate)
        body = page_of(plate, **texts).body
        check_by_qpdf(body, tmp_path)
        read = " ".join(read_by_poppler(body, tmp_path))
        for layer in plate.slots:
            if isinstance(layer.layer, TextLayer) and layer.layer.casing == "none":
                for name in layer.fields:
                    assert shown(texts[name]) in read
        title = TITLES.get(design, plate.design.document.title)
        assert f"Title:           {title}" in facts_of(body, tmp_path)

    def test_spaced_letters_are_one_word(self, plate_of: PlateOf) -> None:
        """The space between letters is part of their width; joined letters are not spaced at all."""
        raw = document(size={"width": 600, "height": 90}, layers=[
            text_layer("CERTIFICATE", letter_spacing=0.4, box=box(0, 0, 600, 40)),
            text_layer("شهادة", letter_spacing=0.4, box=box(0, 45, 600, 40)),
        ])  # fmt: skip
        assert read_by_pdfium(page_of(plate_of(raw)).body) == ["CERTIFICATE", "شهادة"]

    def test_what_shares_a_glyph_keeps_its_text(self, plate_of: PlateOf) -> None:
        """A no-break space is drawn as a space, and copied as what it is."""
        body = page_of(plate_of(document(layers=[text_layer("a\u00a0b c", box=box(0, 0, 60, 40))]))).body
        assert pypdfium2.PdfDocument(body)[0].get_textpage().get_text_range() == "a\u00a0b c"

    def test_a_fading_text_is_text(self, plate_of: PlateOf) -> None:
        """In groups, with gradients, turned, outlined, over shadows: once each."""
        words = ["Faded", "Turned", "Ramp", "Gone", "Outlined", "Shadowed", "Struck"]
        styles: list[dict[str, Any]] = [
            {"opacity": 0.4}, {"rotation": 20, "opacity": 0.9}, {"color": RAMP}, {"color": FADE},
            {"stroke": {"color": "#f00", "width": 2}}, {"shadow": SHADOW}, {},
        ]  # fmt: skip
        layers = [
            text_layer(word, box=box(20, 10 + 60 * place, 200, 45)) | more
            for place, (word, more) in enumerate(zip(words, styles, strict=True))
        ]
        body = page_of(plate_of(document(size={"width": 240, "height": 440}, layers=layers))).body
        assert sorted(" ".join(read_by_pdfium(body)).split()) == sorted(words)

    @pytest.mark.parametrize(("is_cff", "licence"), [(True, 0), (False, 0), (False, 2), (True, 2)])
    def test_a_font_of_a_brand(self, tmp_path: Path, plate_of: PlateOf, *, is_cff: bool, licence: int) -> None:
        """CFF as well as TrueType; one that may not be embedded is drawn as outlines, with the text over it unseen."""
        catalogue = load_catalogue(with_family(tmp_path, "Brand", licence=licence, is_cff=is_cff))
        text = "Zoë & Łukasz, office"
        layer = text_layer(text, box=box(0, 0, 400, 60), font={"family": "Brand", "size": 30})
        plate = plate_of(document(size={"width": 400, "height": 60}, layers=[layer]), fonts=catalogue)
        body = page_of(plate).body
        assert read_by_pdfium(body) == [text]
        assert difference(body, plate, {}, drawn_by_pdfium) < 3
        facts = (b"/FontFile3" in body, b"/FontFile2" in body, b"+Unseen" in body)
        assert facts == ((is_cff, not is_cff, False) if not licence else (False, True, True))

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=40))
    def test_no_text_makes_it_fail(self, plate_of: PlateOf, text: str) -> None:
        """Whatever comes in as a value, a reader opens the file."""
        raw = document(fields=[field("word")], layers=[text_layer("<<word>>", max_lines=2)])
        body = page_of(plate_of(raw), word=text.replace("\n", " ")).body
        assert len(pypdfium2.PdfDocument(body)) == 1


class TestLooks:
    """A page looks as the picture does."""

    @pytest.mark.parametrize("design", TEXT_DESIGNS)
    def test_a_shipped_design(self, own_size: dict[str, Plate], design: str) -> None:
        """As PDFium draws it: within two levels in the mean."""
        plate = own_size[design]
        texts = samples(plate)
        assert difference(page_of(plate, **texts).body, plate, texts, drawn_by_pdfium) < 2

    @pytest.mark.parametrize(("design", "dpr"), [("cert-2025", 2), *((name, 1) for name in TEXT_DESIGNS)])
    def test_a_shipped_design_by_poppler(
        self, own_size: dict[str, Plate], fonts: FontCatalogue, tmp_path: Path, design: str, dpr: int
    ) -> None:
        """Within two levels in the mean; where no picture is made smaller, within one."""
        plate = own_size[design]
        texts = samples(plate)
        fine = compile_plate(plate.design, fonts, dpr)
        body = page_of(plate, **texts).body
        assert difference(body, fine, texts, lambda one, at: drawn_by_poppler(one, tmp_path, at)) < 3 - dpr

    @pytest.mark.parametrize(
        "layer",
        [
            shape_layer(fill="#c33", stroke={"color": "#111", "width": 4}),
            shape_layer(shape="rounded", radius=14, fill=RAMP, stroke={"color": "rgb(0 0 0 / 50%)", "width": 5}),
            shape_layer(shape="ellipse", fill="#08f", shadow=SHADOW),
            shape_layer(shape="line", fill=None, stroke={"color": "#080", "width": 5}),
            shape_layer(shape="line", fill=None, stroke={"color": "#080", "width": 90}),
            shape_layer(fill=FADE),
            shape_layer(fill="#00f", stroke={"color": "#ff0", "width": 9}, opacity=0.5, rotation=15),
            shape_layer(fill=RAMP, rotation=-40),
            shape_layer(fill="#fff", shadow={"x": 0, "y": 2, "blur": 30, "color": "#00a"}),
            shape_layer(fill="#fff0"),
            text_layer("Shadow", shadow=SHADOW, color="#c00"),
            text_layer("Sharp", shadow={"x": 2, "y": 2, "blur": 0, "color": "#f80"}),
            text_layer("Line", stroke={"color": "rgb(0 0 0 / 50%)", "width": 3}, color="#ff0"),
            text_layer("Ramp", color=RAMP),
            text_layer("Fade", color=FADE),
            text_layer("محمد", color="rgb(0 0 0 / 40%)"),
            text_layer("Turned", rotation=30, opacity=0.5),
            text_layer("Hi 🎉"),
            image_layer("photo.jpg", radius=12),
            image_layer("photo.jpg", circle=True, shadow=SHADOW),
            image_layer("glass.png", fit="contain", rotation=10),
            image_layer("photo.jpg", fit="fill", opacity=0.5),
        ],
        ids=str,
    )  # fmt: skip
    def test_a_layer(self, plate_of: PlateOf, layer: dict[str, Any]) -> None:
        """On a ground with a gradient, as PDFium draws it."""
        raw = document(
            size={"width": 160, "height": 120},
            background=GROUND,
            layers=[layer | {"box": box(30, 25, 100, 70)}],
        )  # fmt: skip
        photo = scene().resize((200, 140))
        plate = plate_of(raw, {"photo.jpg": photo, "glass.png": see_through()})
        assert difference(page_of(plate).body, plate, {}, drawn_by_pdfium) < 2.5

    def test_a_struck_style(self, plate_of: PlateOf) -> None:
        """Crossed out where the picture is."""
        struck = {"price": {"line_through": True, "color": "#a00"}}
        raw = document(size={"width": 200, "height": 40}, fields=[field("price")], layers=[
            text_layer("was <<price>> now", box=box(0, 0, 200, 40), styles=struck)
        ])  # fmt: skip
        plate = plate_of(raw)
        assert difference(page_of(plate, price="$119").body, plate, {"price": "$119"}, drawn_by_pdfium) < 3

    def test_a_layer_without_a_form_is_placed_as_pixels(
        self, plate_of: PlateOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A type of layer that knows nothing of pages looks as it does in pictures, twice as fine; static or not."""
        raw = document(size={"width": 120, "height": 90}, fields=[field("ink", type="color", sample="#00f")], layers=[
            shape_layer(shape="ellipse", fill="<<ink>>", opacity=0.5, rotation=10, box=box(10, 20, 100, 40)),
            shape_layer(shape="ellipse", fill="#a00", box=box(10, 60, 100, 20)),
            shape_layer(fill="#a00", box=box(200, 60, 100, 20)),
        ])  # fmt: skip
        plate = plate_of(raw)
        monkeypatch.setattr("imgurl.plate.layers.shape.ShapePainter.marks", lambda *_: None)
        body = page_of(plate, ink="#0000ff").body
        assert body.count(b"/SMask") == 2
        assert b"/Width 8 " not in body
        assert difference(body, plate, {"ink": "#0000ff"}, drawn_by_pdfium) < 1

    def test_the_mark_of_test_keys_is_seen_and_not_read(self, plate_of: PlateOf) -> None:
        """As on pictures; the text stays that of the design."""
        plate = plate_of(document(size={"width": 300, "height": 200}, layers=[text_layer("Ava")]))
        page = compile_page(plate)
        plain, marked = (render_page(page, {}, is_test=is_test).body for is_test in (False, True))
        assert read_by_pdfium(marked) == ["Ava"]
        assert np.abs(drawn_by_pdfium(marked) - drawn_by_pdfium(plain)).max() > 60


class TestPage:
    """The page, and what is said about it."""

    @pytest.mark.parametrize(
        ("size", "pdf", "points", "place"),
        [
            ((400, 200), {}, (300, 150), (0, 0, 300, 150)),
            ((400, 200), {"page": "A4"}, (841.89, 595.276), (0, 87.17, 841.89, 508.1)),
            ((200, 400), {"page": "Letter"}, (612, 792), (108, 0, 504, 792)),
            ((400, 200), {"page": "Letter", "orientation": "portrait", "margin": 96}, (612, 792), (72, 279, 540, 513)),
        ],
    )  # fmt: skip
    def test_a_design_is_scaled_to_fit_in_the_middle(
        self, plate_of: PlateOf, size: tuple[int, int], pdf: dict[str, Any], points: tuple[float, float],
        place: tuple[float, ...],
    ) -> None:  # fmt: skip
        """Paper lies as the design does, unless it is told how."""
        raw = document(size={"width": size[0], "height": size[1]}, pdf=pdf, background="#000000")
        page = pypdfium2.PdfDocument(page_of(plate_of(raw)).body)[0]
        assert page.get_size() == pytest.approx(points, abs=0.01)
        (ground,) = page.get_objects()
        assert ground.get_bounds() == pytest.approx(place, abs=0.1)

    def test_paper_is_asked_for_before_its_margin(self, fonts: FontCatalogue) -> None:
        """A margin of a page that is as large as the design is a mistake, with what to do."""
        ((pointer, sentence),) = mistakes(document(pdf={"margin": 20}), fonts)
        assert pointer == "/pdf/margin"
        assert 'Write "page": "A4" or "Letter"' in sentence

    def test_title_language_and_description(self, plate_of: PlateOf, tmp_path: Path) -> None:
        """For those who hear a page: what it is, in which language, and what is on the picture."""
        raw = document(
            size={"width": 200, "height": 80}, locale="de-AT", alt="Urkunde für <<name>>", fields=[field("name")],
            pdf={"title": "Urkunde (<<name>>)"},
            layers=[
                text_layer("Für <<name>>", box=box(0, 0, 200, 40)),
                text_layer("Merci", language="fr", box=box(0, 40, 200, 40)),
            ],
        )  # fmt: skip
        body = page_of(plate_of(raw), name="Zoë").body
        facts = facts_of(body, tmp_path)
        assert "Title:           Urkunde (Zoë)" in facts
        assert "Tagged:          yes" in facts
        tree = " ".join(facts_of(body, tmp_path, "-struct-text").split())
        assert tree.index("Document") < tree.index("Figure") < tree.index("Für Zoë") < tree.index("Merci")
        assert b"/Lang (de-AT)" in body
        assert b"/Lang (fr)" in body
        assert b"/DisplayDocTitle true" in body
        assert "Urkunde für Zoë".encode("utf-16-be").hex().upper().encode() in body

    def test_without_values_and_texts(self, plate_of: PlateOf) -> None:
        """The title is the design's; what has nothing to say is no figure."""
        body = page_of(plate_of(document(alt="<<name>>", fields=[field("name")], pdf={"title": "<<name>>"}))).body
        assert b"/Title (Test)" in body
        assert b"/Figure" not in body

    @pytest.mark.parametrize("design", TEXT_DESIGNS)
    def test_the_same_values_are_the_same_bytes(self, shipped_plates: dict[str, Plate], design: str) -> None:
        """Also of another process's page; other values are others."""
        plate = shipped_plates[design]
        texts = samples(plate)
        first, second = (render_page(compile_page(plate), texts).body for _ in range(2))
        assert first == second
        drawn = {name for slot in plate.slots for name in slot.fields}
        name = next(name for name in texts if name in drawn and f"<<{name}>>" in str(plate.design.text))
        assert render_page(compile_page(plate), texts | {name: "Other"}).body != first

    def test_pictures_are_written_once(self, plate_of: PlateOf) -> None:
        """However often they are placed."""
        layers = [image_layer("photo.jpg", box=box(20 * place, 0, 20, 40)) for place in range(3)]
        body = page_of(plate_of(document(layers=layers), {"photo.jpg": scene()})).body
        assert (body.count(b"/DCTDecode"), body.count(b"/Subtype /Image")) == (1, 1)

    def test_a_certificate_is_small_but_for_its_picture(self, shipped_plates: dict[str, Plate]) -> None:
        """Text, fonts and structure: under 40 kB."""
        page = compile_page(shipped_plates["cert-2025"])
        body = render_page(page, samples(page.plate)).body
        assert len(body) - page.pictures.size < 40_000

    def test_what_fitting_took_is_told(self, plate_of: PlateOf) -> None:
        """As for a picture: of the layers that values change."""
        raw = document(fields=[field("name")], layers=[text_layer("<<name>>", id="name"), text_layer("static")])
        plate = plate_of(raw)
        assert page_of(plate, name="Ava").fits == Drawing(plate, {"name": "Ava"}).fits

    def test_expired(self, plate_of: PlateOf) -> None:
        """A page with the picture for it, or none."""
        raw = document(size={"width": 60, "height": 40}, expired_image="over.png")
        over = Image.new("RGB", (30, 20), (10, 200, 30))
        page = render_expired_page(compile_page(plate_of(raw, {"over.png": over})))
        assert page is not None
        assert (drawn_by_pdfium(page.body)[5:35, 5:55] == (10, 200, 30)).all()
        assert render_expired_page(compile_page(plate_of(document()))) is None

    def test_values_are_resolved_ones(self, shipped_plates: dict[str, Plate]) -> None:
        """A layer whose condition does not hold is not on the page."""
        plate = shipped_plates["product-card"]
        texts = resolved(plate, {"product_name": "Kettle", "price": "89"})
        read = read_by_pdfium(page_of(plate, **texts).body)
        assert "Kettle" in " ".join(read)
