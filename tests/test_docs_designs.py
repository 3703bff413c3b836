"""docs/designs.md names every key of a design, and its example is one."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from imgurl.cli.fitting import fitting_in_words
from imgurl.design.backgrounds import BackgroundCase, ChooseBackground, PictureBackground
from imgurl.design.document import MAX_AREA, MAX_SIDE, Document, JpegModel, Size
from imgurl.design.layers.choose import Case, Choose
from imgurl.design.layers.conditions import All, AnyOf, Not, Test
from imgurl.design.layers.image import AssetMap, ImageLayer
from imgurl.design.layers.layer import After, BoxModel, Shadow, Stroke
from imgurl.design.layers.names import MAX_FILES
from imgurl.design.layers.shape import Hug, ShapeLayer
from imgurl.design.layers.table import Clip, GroupLayer, Stack
from imgurl.design.layers.text import FontModel, SpanStyle, TextLayer
from imgurl.design.paint import Linear, Radial
from imgurl.design.reading import MAX_VARIANTS, parse_documents
from imgurl.merge.fields import MAX_CODE_POINTS, MergeField
from imgurl.text.fit import FitStep, Fitting
from imgurl.text.fonts import FontCatalogue, load_catalogue
from tests.design.documents import parse_document
from tests.pages import PAGES, ROOT, block

PAGE = "docs/designs.md"
TEXT = PAGES[PAGE]
MODELS: tuple[type[BaseModel], ...] = (
    Document, Size, PictureBackground, ChooseBackground, BackgroundCase, Choose, Case, JpegModel, MergeField,
    BoxModel, Test, All, AnyOf, Not, FontModel, SpanStyle,
    Shadow, Stroke, After, Hug, GroupLayer, Stack, Clip, AssetMap, TextLayer, ImageLayer, ShapeLayer, Linear, Radial,
)  # fmt: skip


def test_the_example_is_a_good_design(fonts: FontCatalogue) -> None:
    """The document that the page begins with is read without a mistake."""
    document = parse_document("welcome", block(PAGE, "json"), (), fonts)
    assert [field.name for field in document.fields] == ["first_name", "city"]


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
    assert f"| files that one `asset` can mean | {MAX_FILES} |" in TEXT
    assert f"languages, multiplied | {MAX_VARIANTS} |" in TEXT
    (fields,) = (item.max_length for item in Document.model_fields["fields"].metadata if hasattr(item, "max_length"))
    (layers,) = (item.max_length for item in Document.model_fields["layers"].metadata if hasattr(item, "max_length"))
    assert f"| fields, layers | {fields}, {layers} |" in TEXT


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
