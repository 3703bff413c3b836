"""Pictures are light: whoever answers with one loads nothing that draws."""

import subprocess
import sys

import pytest

DRAWING = ("PIL.Image", "numpy", "zxingcpp", "obstore", "sqlalchemy", "starlette")


@pytest.mark.parametrize("module", ["imgurl.pipeline.picture", "imgurl.pipeline.showing", "imgurl.web.answers"])
def test_what_a_url_shows_is_decided_without_what_draws(module: str) -> None:
    """Neither pixels nor stores are loaded to say what a URL shows, under which key, and in which headers."""
    code = f"import sys, {module}; print([name for name in {DRAWING} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
