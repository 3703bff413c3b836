"""The formats that a URL can name."""

import pytest

from imgurl.formats import MEDIA_TYPES, ImageFormat, format_named


@pytest.mark.parametrize(("name", "ext"), [("png", "png"), ("JPG", "jpg"), ("jpeg", "jpg"), ("Jpeg", "jpg")])
def test_names_that_people_use(name: str, ext: str) -> None:
    """In any case, and JPEG by both of its names."""
    assert format_named(name) == ext


@pytest.mark.parametrize("name", ["", "bmp", ".png"])
def test_no_format(name: str) -> None:
    """Anything else is none."""
    with pytest.raises(ValueError, match="ImageFormat"):
        format_named(name)


def test_each_has_a_media_type() -> None:
    """None of them is forgotten."""
    assert [known.media_type for known in ImageFormat] == [*MEDIA_TYPES.values()]
