"""What a URL shows, without anything from elsewhere; tests/pipeline/test_elsewhere.py has the rest."""

from dataclasses import replace

import pytest

from imgurl.cache.keys import render_key
from imgurl.config import shipped
from imgurl.design.digest import plate_digest
from imgurl.design.library import Design, load_design
from imgurl.merge.judge import Flag
from imgurl.merge.resolve import Origin
from imgurl.pipeline.picture import Outcome, Picture, PictureKind
from imgurl.pipeline.showing import Surroundings, default_picture, picture_of, picture_of_url
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl

NOW = 1_800_000_000.0
ANY_TEXT = Surroundings(lambda _: True, max_age=86_400)


@pytest.fixture(scope="module")
def design(fonts: FontCatalogue) -> Design:
    """A shipped design."""
    return load_design(shipped("designs") / "sales-banner-01", fonts)


@pytest.fixture(scope="module")
def shown(design: Design) -> Picture:
    """What the design shows for its samples."""
    return picture_of(design, design.samples, "png", 1, ANY_TEXT)


def url_of(design: Design, **controls: str) -> SignedUrl:
    """Return a URL with the design's samples."""
    return SignedUrl(design.id, "png", {**design.samples, **controls}, "")


@pytest.mark.parametrize("state", [KeyState.SIGN, KeyState.VERIFY, KeyState.RETIRED, KeyState.TEST])
@pytest.mark.parametrize("controls", [{}, {"_x": "1000000000"}, {"_v": "0123456789ab"}])
def test_a_design_without_remote_parts_needs_nothing(design: Design, state: KeyState, controls: dict[str, str]) -> None:
    """Whatever a URL shows, and whichever hosts are listed."""
    around = replace(ANY_TEXT, hosts=frozenset(("*.example.com",)))
    shown = picture_of_url(url_of(design, **controls), design, state, NOW, around)
    assert (shown.needs, shown.gathered) == ((), {})
    assert shown == picture_of_url(url_of(design, **controls), design, state, NOW, ANY_TEXT)


def test_its_key_is_what_it_always_was(shown: Picture) -> None:
    """Plate, texts, format and kind alone: images in caches and ETags at clients stay good."""
    plate = plate_digest(shown.design, 1)
    assert shown.key == render_key(plate, shown.texts, "png")
    assert replace(shown, is_test=True).key == render_key(plate, shown.texts, "png", "test")
    expired = replace(shown, kind=PictureKind.EXPIRED, texts={})
    assert expired.key == render_key(plate, {}, "png", "expired")


def test_a_test_key_marks_every_picture_but_that_of_an_expired_url(design: Design) -> None:
    """The default image too is marked; what a design shows for expired URLs has no values to try."""
    shown = picture_of_url(url_of(design), design, KeyState.TEST, NOW, ANY_TEXT)
    assert shown.is_test
    assert shown.key != picture_of_url(url_of(design), design, KeyState.SIGN, NOW, ANY_TEXT).key


def test_the_default_image_shares_the_key_of_the_same_texts(design: Design) -> None:
    """It is drawn as any picture of values is."""
    default = default_picture(design, "png")
    assert replace(default, kind=PictureKind.VALUES).key == default.key


def test_a_text_that_can_not_be_drawn_falls_back(design: Design) -> None:
    """Fonts are asked through a function alone: no font is needed to say what is shown."""
    shown = picture_of(design, {"first_name": "Ava"}, "png", 1, Surroundings(lambda text: text != "Ava"))
    (value,) = (value for value in shown.values if value.field == "first_name")
    assert (shown.outcome, value.origin, value.flags[-1]) == (Outcome.FALLBACK, Origin.DESIGN_FALLBACK, Flag.NO_GLYPH)
