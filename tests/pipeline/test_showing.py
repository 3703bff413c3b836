"""What a URL shows, in two phases: a draft, and what it is once everything has been gathered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.cache.keys import render_key
from imgurl.config import shipped
from imgurl.design.digest import plate_digest
from imgurl.design.library import Design, load_design
from imgurl.merge.judge import Flag
from imgurl.merge.resolve import Origin
from imgurl.pipeline.picture import Outcome, Picture, PictureKind
from imgurl.pipeline.showing import Draft, complete, default_picture, draft_of, picture_of
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl

NOW = 1_800_000_000.0
DAY = 86_400

names = st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True).map(tuple)


def any_text(_: str) -> bool:
    """Draw every text."""
    return True


@pytest.fixture(scope="module")
def design(fonts: FontCatalogue) -> Design:
    """A shipped design."""
    return load_design(shipped("designs") / "sales-banner-01", fonts)


@pytest.fixture(scope="module")
def draft(design: Design) -> Picture:
    """What the design shows for its samples."""
    return picture_of(design, design.samples, "png", 1, any_text)


def url_of(design: Design, **controls: str) -> SignedUrl:
    """Return a URL with the design's samples."""
    return SignedUrl(design.id, "png", {**design.samples, **controls}, "")


@pytest.mark.parametrize("state", [KeyState.SIGN, KeyState.VERIFY, KeyState.RETIRED, KeyState.TEST])
@pytest.mark.parametrize("controls", [{}, {"_x": "1000000000"}, {"_v": "0123456789ab"}])
def test_no_design_of_today_needs_anything(design: Design, state: KeyState, controls: dict[str, str]) -> None:
    """Whatever a URL shows, it is complete at once, and is the very picture that was drafted."""
    shown = draft_of(url_of(design, **controls), design, state, NOW, DAY, any_text)
    assert shown.needs == ()
    assert complete(shown, {}) is shown.picture


def test_a_key_without_anything_gathered_is_what_it_always_was(draft: Picture) -> None:
    """Plate, texts, format and kind alone: images in caches and ETags at clients stay good."""
    plate = plate_digest(draft.design, 1)
    assert complete(Draft(draft), {}).key == render_key(plate, draft.texts, "png")
    assert replace(draft, is_test=True).key == render_key(plate, draft.texts, "png", "test")
    expired = replace(draft, kind=PictureKind.EXPIRED, texts={})
    assert expired.key == render_key(plate, {}, "png", "expired")


@given(needs=names, bodies=st.lists(st.binary(), min_size=4, max_size=4), changed=st.binary())
def test_what_was_gathered_is_in_the_key(
    draft: Picture, needs: tuple[str, ...], bodies: list[bytes], changed: bytes
) -> None:
    """Equal things gathered, in any order, make one key; another body, or one that is missing, makes another."""
    gathered = dict(zip(needs, bodies, strict=False))
    picture = complete(Draft(draft, needs), gathered)
    assert picture.key == complete(Draft(draft, needs[::-1]), dict(reversed(gathered.items()))).key
    assert picture.key == complete(Draft(draft, needs), {**gathered, "\0unasked": changed}).key
    assert replace(picture, gathered="") == draft
    others = [complete(Draft(draft, needs), {**gathered, needs[0]: gathered[needs[0]] + b"!"}), draft]
    others.append(complete(Draft(draft, needs), {name: gathered[name] for name in needs[1:]}))
    assert picture.key not in {other.key for other in others}


def test_a_test_key_marks_every_picture_but_that_of_an_expired_url(design: Design) -> None:
    """The default image too is marked; what a design shows for expired URLs has no values to try."""
    shown = draft_of(url_of(design), design, KeyState.TEST, NOW, DAY, any_text).picture
    assert shown.is_test
    assert shown.key != draft_of(url_of(design), design, KeyState.SIGN, NOW, DAY, any_text).picture.key


def test_the_default_image_shares_the_key_of_the_same_texts(design: Design) -> None:
    """It is drawn as any picture of values is."""
    default = default_picture(design, "png")
    assert replace(default, kind=PictureKind.VALUES).key == default.key


def test_a_text_that_can_not_be_drawn_falls_back(design: Design) -> None:
    """Fonts are asked through a function alone: no font is needed to say what is shown."""
    shown = picture_of(design, {"first_name": "Ava"}, "png", 1, lambda text: text != "Ava")
    (value,) = (value for value in shown.values if value.field == "first_name")
    assert (shown.outcome, value.origin, value.flags[-1]) == (Outcome.FALLBACK, Origin.DESIGN_FALLBACK, Flag.NO_GLYPH)
