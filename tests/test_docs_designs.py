"""docs/designs.md names every key of a design, and its example is one."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from imgurl.cli.fitting import fitting_in_words
from imgurl.design.backgrounds import BackgroundCase, ChooseBackground, PictureBackground
from imgurl.design.brand import MAX_NAMES as BRAND_NAMES
from imgurl.design.brand import Brand, read_brand
from imgurl.design.document import MAX_AREA, MAX_REMOTE, MAX_SIDE, Document, JpegModel, PdfModel, Size
from imgurl.design.layers.chart import MAX_NUMBERS, Baseline, ChartLayer
from imgurl.design.layers.choose import Case, Choose
from imgurl.design.layers.code import GEOMETRIES, BarcodeLayer, QrLayer
from imgurl.design.layers.coding import Symbology
from imgurl.design.layers.conditions import All, AnyOf, Not, Test
from imgurl.design.layers.countdown import Cell, CountdownLayer, Labels, Message
from imgurl.design.layers.image import AssetMap, ImageLayer, Initials
from imgurl.design.layers.layer import After, BoxModel, Shadow, Stroke
from imgurl.design.layers.names import MAX_FILES
from imgurl.design.layers.progress import ProgressLayer
from imgurl.design.layers.rating import RatingLayer
from imgurl.design.layers.shape import Bindings, Bound, BoundRotation, Hug, ShapeLayer, ShapeStroke
from imgurl.design.layers.table import Clip, GroupLayer, Stack
from imgurl.design.layers.text import ArcModel, FontModel, SpanStyle, TextLayer
from imgurl.design.library import load_library
from imgurl.design.paint import Linear, Radial
from imgurl.design.reading import MAX_VARIANTS, parse_documents, parse_raw, read_raw
from imgurl.design.sizes import MAX_SIZES, SizeModel
from imgurl.design.sources import MAX_HOSTS, MAX_SOURCES, Source
from imgurl.design.svg import MAX_BYTES as MAX_SVG_BYTES
from imgurl.design.svg import MAX_DEPTH, MAX_ELEMENTS, MAX_USES
from imgurl.gathering.pictures import MAX_BYTES
from imgurl.merge.fields import MAX_CODE_POINTS, MergeField
from imgurl.plate.contrast import LARGE_BOLD_PX, LARGE_PX, NEEDED, NEEDED_LARGE
from imgurl.raster.pictures import REMOTE_PIXELS
from imgurl.text.fit import FitStep, Fitting
from imgurl.text.font_files import MAX_FONT_BYTES, MAX_FONT_FILES
from imgurl.text.fonts import FontCatalogue, load_catalogue
from imgurl.text.woff2 import MAX_UNPACKED_BYTES
from tests.design.documents import parse_document
from tests.pages import PAGES, ROOT, block, blocks

PAGE = "docs/designs.md"
TEXT = PAGES[PAGE]
MODELS: tuple[type[BaseModel], ...] = (
    Document, Brand, Size, SizeModel, PictureBackground, ChooseBackground, BackgroundCase, Choose, Case, JpegModel,
    PdfModel, MergeField, BoxModel, Test, All, AnyOf, Not, FontModel, ArcModel, SpanStyle,
    Shadow, Stroke, After, Hug, GroupLayer, Stack, Clip, AssetMap, TextLayer, ImageLayer, ShapeLayer, ShapeStroke,
    Bound, BoundRotation, Bindings, QrLayer, BarcodeLayer, RatingLayer, ProgressLayer, ChartLayer, Baseline, Linear,
    Radial, CountdownLayer, Cell, Labels, Message, Initials, Source,
)  # fmt: skip


def test_the_example_is_a_good_design(fonts: FontCatalogue) -> None:
    """The document that the page begins with is read without a mistake."""
    document = parse_document("welcome", block(PAGE, "json"), (), fonts)
    assert [field.name for field in document.fields] == ["first_name", "city"]


def test_the_example_of_what_is_elsewhere_is_one_of_a_good_design(fonts: FontCatalogue) -> None:
    """With a title and a size it is a document without a mistake."""
    raw = {"title": "Remote", "size": {"width": 200, "height": 150}} | json.loads(block(PAGE, "remote"))
    document = parse_document("remote", json.dumps(raw), (), fonts)
    assert (len(document.remote_layers), [*document.sources]) == (1, ["shop"])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_every_key_is_on_the_page(model: type[BaseModel]) -> None:
    """Each key of a model is in code on the page."""
    code = [
        *re.findall(r"```.*?```", TEXT, re.DOTALL),
        *re.findall(r"`[^`]+`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)),
    ]
    words = set(re.findall(r"[$\w]+", " ".join(code)))
    assert {field.alias or name for name, field in model.model_fields.items()} <= words


def test_the_other_examples_are_good(fonts: FontCatalogue) -> None:
    """The design in two languages, and the layer that chooses."""
    documents, _ = parse_documents("welcome", block(PAGE, "design"), (), fonts)
    assert list(documents) == ["en", "de"]
    fields = [
        {"name": "tier", "type": "choice", "choices": ["gold"], "sample": "gold", "fallback": ""},
        {"name": "points", "type": "number", "sample": "100", "fallback": ""},
    ]
    raw = {"title": "A", "size": {"width": 600, "height": 200}, "fields": fields}
    text = json.dumps(raw | {"layers": [json.loads(block(PAGE, "layer"))]})
    assert parse_document("choose", text, ["lounge.jpg"], fonts).asset_places == {
        "lounge.jpg": "/layers/0/cases/0/layers/0/asset"
    }
    ends = {
        "name": "ends",
        "type": "datetime",
        "time_zone": "Europe/Berlin",
        "sample": "2026-12-31 18:00",
        "fallback": "",
    }
    text = json.dumps(raw | {"fields": [ends], "layers": [json.loads(block(PAGE, "layer-countdown"))]})
    assert parse_document("sale", text, (), fonts).countdowns[0].clock == "ends.left"


def test_the_sizes_of_the_page(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Each is a design, and differs as the page says."""
    (tmp_path / "hero").mkdir()
    (tmp_path / "hero" / "design.json").write_text(block(PAGE, "sizes"))
    library = load_library(tmp_path, fonts)
    assert (list(library.designs), dict(library.broken)) == (["hero", "hero--square", "hero--story"], {})
    square, story = (library.find(f"hero--{size}") for size in ("square", "story"))
    assert square.document.layers[0].model_dump()["box"] == {"x": 60, "y": 60, "width": 960, "height": 200}
    assert (story.document.background, story.document.size.height) == ("#0b3d2e", 1920)
    assert f"further `sizes`, up to {MAX_SIZES}," in TEXT


def test_the_brand_of_the_page_is_good(tmp_path: Path, fonts: FontCatalogue) -> None:
    """The file has no mistake, and the layer is drawn with what it says."""
    brand, problems = read_brand(block(PAGE, "brand"), ["acme.png"])
    assert (problems, f"{BRAND_NAMES} of a kind" in TEXT) == ((), True)
    raw = {"title": "A", "size": {"width": 600, "height": 200}, "layers": [json.loads(block(PAGE, "layer-brand"))]}
    documents, _ = parse_raw("sale", read_raw("sale", json.dumps(raw), brand), (), fonts)
    assert documents[""].families == {"Playfair Display"}


def test_the_contrast_is_that_of_the_code() -> None:
    """The ratios and sizes at which a text is warned of."""
    said = f"below {NEEDED:g}:1, or {NEEDED_LARGE:g}:1 from {LARGE_PX:g} px on ({LARGE_BOLD_PX:.1f} px in bold)"
    assert said in " ".join(TEXT.split())


def test_the_limits_of_fonts_are_those_of_the_code() -> None:
    """Files of a folder, and what they may weigh."""
    said = f"up to {MAX_FONT_FILES} files of up to {MAX_FONT_BYTES // 1_000_000} MB"
    assert said in TEXT
    assert f"{MAX_UNPACKED_BYTES // 1_000_000} MB when it is unpacked" in TEXT


def test_the_layers_shown_are_good(fonts: FontCatalogue) -> None:
    """Codes and marks of the page are read without a mistake in a design with their fields."""
    fields = [
        {"name": "ticket", "sample": "K7QX-2M4P", "required": True, "pattern": "[A-Z0-9-]+", "max_length": 9},
        {"name": "stars", "type": "number", "sample": "4.5", "fallback": ""},
        {"name": "points", "type": "number", "sample": "1250", "fallback": ""},
        {"name": "series", "sample": "3,5,8.5,2", "fallback": "", "max_length": 200},
    ]
    layers = [json.loads(line) for text in blocks(PAGE, "layers") for line in text.splitlines()]
    size = {"width": 600, "height": 200}
    raw = {"title": "Page", "size": size, "fields": fields, "default_values": {"ticket": "AAAA-0000"}, "layers": layers}
    document = parse_document("page", json.dumps(raw), (), fonts)
    assert [layer.type for layer in document.layers] == [layer["type"] for layer in layers]


@pytest.mark.parametrize("symbology", Symbology)
def test_every_kind_of_code_is_on_the_page(symbology: Symbology) -> None:
    """By the word that a design writes."""
    assert f"`{symbology}`" in TEXT


def test_a_chart_holds_as_many_numbers_as_the_page_says() -> None:
    """And a module is as large."""
    words = " ".join(TEXT.split())
    assert f"at most {MAX_NUMBERS} (" in words
    sizes = {kind: geometry.module for kind, geometry in GEOMETRIES.items()}
    assert sizes == dict.fromkeys(sizes, 3) | {Symbology.AZTEC: 4}
    assert "3 pixels a module (Aztec: 4)" in words


@pytest.mark.parametrize("example", ["layer-spans", "layer-arc"])
def test_the_examples_of_layers_are_good(fonts: FontCatalogue, example: str) -> None:
    """Each is a layer that a design can have."""
    fields = [{"name": name, "sample": "Ava", "fallback": ""} for name in ("first_name", "offer")]
    raw = {"title": "A", "size": {"width": 600, "height": 200}, "fields": fields}
    text = json.dumps(raw | {"layers": [json.loads(block(PAGE, example))]})
    assert len(parse_document("example", text, ["logo.svg"], fonts).layers) == 1


def test_a_field_without_a_sample_is_a_mistake() -> None:
    """The page says that ``sample`` is required, and so it is."""
    assert "| `sample` | **required**" in TEXT
    assert MergeField.model_fields["sample"].is_required()


def test_the_defaults_of_a_shadow_are_those_of_the_page() -> None:
    """The page shows a shadow with its defaults."""
    (shown,) = re.findall(r"\*\*`shadow`\*\*: `(\{.*?\})`", TEXT)
    assert json.loads(shown) == Shadow().model_dump()


def test_the_limits_are_those_of_the_code() -> None:
    """Numbers that a designer meets."""
    assert f"| {MAX_SIDE:,} pixels, {MAX_AREA // 1_000_000} megapixels" in TEXT
    assert f"| a value, a fallback, a sample | {MAX_CODE_POINTS} code points |" in TEXT
    svg = f"{MAX_SVG_BYTES // 1_000_000} MB, {MAX_ELEMENTS:,} elements, {MAX_DEPTH} in each other, {MAX_USES} `<use>`"
    assert f"| an SVG | {svg}" in TEXT
    assert f"| files that one `asset` can mean | {MAX_FILES} |" in TEXT
    assert f"languages, multiplied | {MAX_VARIANTS} |" in TEXT
    (fields,) = (item.max_length for item in Document.model_fields["fields"].metadata if hasattr(item, "max_length"))
    (layers,) = (item.max_length for item in Document.model_fields["layers"].metadata if hasattr(item, "max_length"))
    assert f"| fields, layers | {fields}, {layers} |" in TEXT
    assert f"| `hosts`, `sources` | {MAX_HOSTS}, {MAX_SOURCES} |" in TEXT
    assert f"| {MAX_REMOTE}; {MAX_BYTES // 1_000_000} MB, {REMOTE_PIXELS // 1_000_000} megapixels |" in TEXT


@pytest.mark.parametrize(
    ("model", "key", "words"),
    [
        (FontModel, "size", "`size` in pixels ({low:,} to {high:,})"),
        (FontModel, "weight", "`weight` ({low} to {high}, default {default})"),
        (TextLayer, "max_lines", "{low} to {high} lines, default {default}"),
        (TextLayer, "line_height", "{low} to {high} times the size, default {default}"),
        (TextLayer, "letter_spacing", "in em, {low} to {high}, default {default:g}"),
        (TextLayer, "opacity", "`opacity` ({low} to {high})"),
        (TextLayer, "rotation", "around the centre of the box, {low} to {high})"),
        (JpegModel, "quality", "quality from {low} to {high}"),
        (ImageLayer, "ttl", "seconds a remote picture is good for, {low:,} to {high:,}; default {default:,}"),
        (Source, "ttl", "seconds that it is good for, {low:,} to {high:,}; default {default:,}"),
        (Source, "max_stale", "is fetched, {low:,} to {high:,}; default {default:,}"),
        (Source, "deadline", "waits for it, {low} to {high}; default {default}"),
        (Shadow, "blur", "`blur` is a radius of {low} to {high} pixels"),
    ],
)
def test_ranges_and_defaults_are_those_of_the_code(model: type[BaseModel], key: str, words: str) -> None:
    """What a key may be, and what it is if nobody says."""
    field = model.model_fields[key]
    (low,) = (item.ge for item in field.metadata if hasattr(item, "ge"))
    (high,) = (item.le for item in field.metadata if hasattr(item, "le"))
    assert words.format(low=low, high=high, default=field.default) in " ".join(TEXT.split())


@pytest.mark.parametrize(
    ("fitting", "words"),
    [
        (Fitting(FitStep.FULL_SIZE, 44, 44, 1), "`1 line`"),
        (Fitting(FitStep.SMALLER, 31.5, 44, 2), "`shrunk to 31.5 px, 2 lines`"),
        (Fitting(FitStep.SHORTENED, 44, 44, 1), "`name shortened, 1 line`"),
    ],
)
def test_what_fitting_took_is_said_as_on_the_page(fitting: Fitting, words: str) -> None:
    """The page shows what the commands print."""
    assert words == f"`{fitting_in_words(fitting)}`"
    assert words in " ".join(TEXT.split())


def test_a_family_of_ones_own_is_listed_as_the_page_shows(tmp_path: Path) -> None:
    """The entry of the page, put into a copy of fonts.json, makes the family known."""
    entry = json.loads(block(PAGE, "fonts"))
    listing = json.loads((ROOT / "fonts" / "fonts.json").read_text(encoding="utf-8"))
    for file in sorted({face["file"] for family in listing["families"] for face in family["faces"]}):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).symlink_to(ROOT / "fonts" / file)
    for face in entry["faces"]:
        (tmp_path / face["file"]).parent.mkdir(exist_ok=True)
        (tmp_path / face["file"]).symlink_to(ROOT / "fonts" / "inter" / "Inter.ttf")
    (tmp_path / "fonts.json").write_text(json.dumps({**listing, "families": [*listing["families"], entry]}))
    catalogue = load_catalogue(tmp_path)
    catalogue.require("Acme Sans")
    assert catalogue.stack("Acme Sans").primary.coverage


def test_the_defaults_of_a_pdf_are_those_of_the_page() -> None:
    """The page shows them."""
    (shown,) = re.findall(r"\| `pdf` \| `(\{.*?\})`", TEXT)
    assert json.loads(shown) == PdfModel().model_dump(mode="json")
