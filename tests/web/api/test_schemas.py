"""The models of requests agree with what the rest of the package knows."""

from typing import get_args

from imgurl.formats import ImageFormat, format_named
from imgurl.web.api.schemas import Format


def test_every_format_can_be_requested() -> None:
    """By its extension; JPEG by both of its names, and nothing else."""
    names = get_args(get_args(Format)[0])
    assert [name for name in names if name != "jpeg"] == [known.value for known in ImageFormat]
    assert {format_named(name) for name in names} == set(ImageFormat)
