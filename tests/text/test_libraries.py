"""Text needs no library of the system: what is drawn does not depend on the machine.

Pillow's own text module looks for libfribidi when ImageDraw is imported; our text does not go through it.
"""

import subprocess
import sys

import pytest

CODE = """
from imgurl.config import shipped
from imgurl.design.shelf import open_shelf
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.press import Press
from imgurl.text.fonts import load_catalogue
fonts = load_catalogue(shipped("fonts"))
pipeline = PressPipeline(open_shelf(shipped("designs"), fonts), Press(fonts))
names = "محمد कुमार สมชาย 李雷 🎉"
pipeline.render(pipeline.picture_of(pipeline.library.find("cert-2025"), {"full_name": names}, "png"))
print("\\n".join({line.split()[-1] for line in open("/proc/self/maps") if ".so" in line}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the mapped libraries are listed in /proc, which only Linux has")
def test_no_text_library_of_the_system_is_loaded() -> None:
    """ICU, HarfBuzz, FreeType and GL of the system are not loaded; those in wheels are their packages' own."""
    mapped = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True, text=True).stdout.split()
    forbidden = ("libicu", "libharfbuzz", "libfreetype", "libraqm", "libGL", "libEGL")
    found = [path for path in mapped if "site-packages" not in path and any(name in path for name in forbidden)]

    assert any("uharfbuzz" in path for path in mapped)
    assert found == []
