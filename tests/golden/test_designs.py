"""The shipped designs for recipients of many kinds, compared with pictures that a person has looked at."""

import io
from pathlib import Path

import pytest
from PIL import Image

from imgurl.config import shipped
from imgurl.design.shelf import open_shelf
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.picture import Outcome
from imgurl.pipeline.press import Press
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import SHIPPED, TEXT_DESIGNS
from tests.golden.comparing import difference, kept
from tests.golden.values import GALLERY, KEPT, SETS

FOLDER = Path(__file__).parent / "designs"


@pytest.fixture(scope="module")
def pipeline(fonts: FontCatalogue) -> PressPipeline:
    """The shipped designs as the server draws them; how small their files are is no matter here."""
    return PressPipeline(open_shelf(shipped("designs"), fonts), Press(fonts, is_quick=True))


def drawn(pipeline: PressPipeline, name: str, recipient: str) -> Image.Image:
    """Return the picture of a recipient; who has no values gets the fallbacks, or the default image."""
    design = pipeline.library.find(name)
    fields = design.document.by_name
    values = _values(name, recipient, design.samples)
    own = {field: text for field, text in values.items() if field in fields}
    return Image.open(io.BytesIO(pipeline.render(pipeline.picture_of(design, own, "png")).body))


def _values(name: str, recipient: str, samples: dict[str, str]) -> dict[str, str]:
    """Return what is known about a recipient."""
    if name in GALLERY:
        others = GALLERY[name][recipient]
        return {} if others is None else samples | others
    return samples if recipient == "sample" else SETS.get(recipient, {})


@pytest.mark.parametrize(("design", "recipient"), KEPT)
def test_looks_as_it_did(
    pipeline: PressPipeline, tmp_path: Path, writes_golden: bool, design: str, recipient: str
) -> None:
    """The picture is the one that was looked at and found good."""
    actual = kept(drawn(pipeline, design, recipient))
    path = FOLDER / f"{design}.{recipient}.png"
    if writes_golden:
        FOLDER.mkdir(exist_ok=True)
        actual.save(path, optimize=True)
        pytest.fail(f"wrote {path}: look at it, then run the tests without WRITE_GOLDEN")
    with Image.open(path) as expected:
        found = difference(actual, expected)
    actual.save(tmp_path / path.name)
    assert found.is_small, f"{found}; expected {path}, actual {tmp_path / path.name}"


@pytest.mark.parametrize("design", TEXT_DESIGNS)
@pytest.mark.parametrize("recipient", [name for name in SETS if name != "long"])
def test_every_value_is_drawn(pipeline: PressPipeline, design: str, recipient: str) -> None:
    """No value of any script falls back: each field's rules take it and the fonts can draw it."""
    loaded = pipeline.library.find(design)
    # What is not drawn, as an article number, is the same in all scripts.
    own = {field: SETS[recipient].get(field, sample) for field, sample in loaded.samples.items()}
    picture = pipeline.picture_of(loaded, own, "png")
    assert (picture.outcome, picture.reason) == (Outcome.OK, "")
    assert {name for name, text in picture.texts.items() if not text} == set()


def test_a_value_that_no_font_can_draw_is_reported(pipeline: PressPipeline) -> None:
    """The picture that shows a fallback says so, and for which field."""
    loaded = pipeline.library.find("cert-2025")
    picture = pipeline.picture_of(loaded, loaded.samples | {"event_name": "Ava \ue123"}, "png")
    assert (picture.outcome, picture.reason) == (Outcome.FALLBACK, "the fallback is shown for: event_name")


def test_no_picture_is_left_over() -> None:
    """Every file of the folder belongs to a test."""
    assert {path.name for path in FOLDER.iterdir()} == {f"{design}.{recipient}.png" for design, recipient in KEPT}
    assert {design for design, _ in KEPT} == set(SHIPPED)
