"""What a server process loads for the Studio: nothing before somebody opens it, and never anything that draws."""

import subprocess
import sys


def loaded(program: str) -> set[str]:
    """Return the names of the modules that are loaded after a program."""
    script = f"{program}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


def test_nothing_before_somebody_opens_it() -> None:
    """The API knows the way to it, and no more."""
    names = loaded("import imgurl.web.app, imgurl.web.api.opening, imgurl.web.studio.lazy")
    assert {name for name in names if name.startswith("imgurl.web.studio.")} == {"imgurl.web.studio.lazy"}


def test_nothing_that_draws() -> None:
    """Pictures are drawn by renderers, thumbnails too."""
    drawing = {"PIL.Image", "numpy", "resvg_py", "zxingcpp", "imgurl.plate"}
    assert not loaded("import imgurl.web.studio.opening") & drawing
