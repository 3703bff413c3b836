"""Which media type a client prefers (RFC 9110, 12.5.1)."""

import pytest

from imgurl.web.api.accepting import preferred

OFFERED = ("application/json", "image/png", "image/*")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", None),
        ("*/*", None),
        ("text/html", None),
        ("image/png", "image/png"),
        ("IMAGE/PNG", "image/png"),
        ("image/*, application/json", "image/*"),
        ("image/png;q=0.5, application/json", "application/json"),
        ("application/json;q=0.5, image/png;q=0.5", "application/json"),
        ("image/png;q=0", None),
        ("image/png;q=2, application/json", "image/png"),
        ("image/png;q=high, application/json;q=0.1", "application/json"),
        ("image/png; level=1 ; q=0.3, image/*;q=0.4", "image/*"),
        (", ;q=1, image/png", "image/png"),
    ],
)
def test_the_preferred_media_type(accept: str, media_type: str | None) -> None:
    """The greatest weight, then the first; weights are cut to 0..1, a malformed one counts as 0."""
    assert preferred(accept, OFFERED) == media_type
