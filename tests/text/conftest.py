"""What tests of the text room draw from."""

import pytest

from imgurl.text.fonts import FontCatalogue, FontStack


@pytest.fixture(scope="session")
def inter(fonts: FontCatalogue) -> FontStack:
    """Inter, regular, with all fallbacks."""
    return fonts.stack("Inter", 400, "normal", 32)
