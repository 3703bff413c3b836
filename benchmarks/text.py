"""Microseconds to lay out and to draw distinct strings, next to Pillow's ``draw.text`` with Raqm in the same run.

*cold*: every string for the first time, glyph cache and memos empty. *warm*: other strings of the same letters, glyphs
at hand, which is what a server sees in the middle of a campaign. Pillow has no font fallback: it draws each sample in
the one font that has its letters, and no emoji.
"""

import argparse
import json
import statistics
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from time import perf_counter

from PIL import Image, ImageDraw, ImageFont, features

from imgurl.color import Color
from imgurl.config import shipped
from imgurl.geometry import Box
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.text import TextPaint, draw_text
from imgurl.text.fonts import FontStack, load_catalogue
from imgurl.text.layout import TextBox, TextLayout, lay_out
from imgurl.text.paragraph import TextSpan

SIZE = 64
INK = TextPaint((Color(20, 30, 60),))
BOX = TextBox(1200, 100, SIZE, 20)
LATIN = ("Ava", "Leo", "Mia", "Noah", "Zoe", "Ida", "Max", "Eva", "Tom", "Liv")
FAMILY = ("Johnson", "Smith", "Miller", "Brown", "Garcia", "Davis", "Lopez", "Wilson", "Young", "King")
ARABIC = ("محمد", "علي", "أحمد", "سارة", "ليلى", "عمر", "يوسف", "نور", "هدى", "كريم")


def samples() -> dict[str, tuple[list[str], str]]:
    """Return 100 distinct strings of about 30 characters for each kind, and the font file Pillow draws them with."""
    latin = [f"Welcome back, {first} {name}!!!!!!"[:30] for first, name in product(LATIN, FAMILY)]
    arabic = [f"مرحبا {first} و{second} العرض الخاص" for first, second in product(ARABIC, ARABIC)]
    chinese = [f"{a}{b}的专属优惠🎉第{b}期" for a, b in product("李王张刘陈杨赵黄周吴", "雷明丽强伟芳娜敏静勇")]
    return {
        "latin": (latin, "inter/Inter.ttf"),
        "arabic": (arabic, "noto-sans-arabic/NotoSansArabic-Regular.ttf"),
        "cjk with emoji": (chinese, "noto-sans-sc/NotoSansSC-Regular.ttf"),
    }


def median_us(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the median of microseconds over the texts, each once."""
    times = []
    for text in texts:
        started = perf_counter()
        work(text)
        times.append((perf_counter() - started) * 1e6)
    return statistics.median(times)


def lay(stack: FontStack, text: str) -> TextLayout:
    """Lay a value out as a server does."""
    return lay_out((TextSpan(text, isolated=True),), (stack,), BOX)


def measure(texts: list[str], file: str) -> dict[str, float]:
    """Return the figures of one kind of text, ours and Pillow's interleaved."""
    fonts = load_catalogue(shipped("fonts"))
    stack = fonts.stack("Inter", 400, "normal", SIZE)
    canvas = Image.new("RGB", (1200, 120), (255, 255, 255))
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.truetype(str(shipped("fonts") / file), SIZE, layout_engine=ImageFont.Layout.RAQM)
    glyphs = GlyphCache()

    def draw(text: str) -> None:
        draw_text(canvas, lay(stack, text), Box(0, 0, 1200, 100), INK, glyphs)

    cold, warm = texts[::2], texts[1::2]
    figures = {
        "layout cold": median_us(lambda text: lay(stack, text), cold),
        "layout and drawing cold": median_us(draw, cold),
        "layout warm": median_us(lambda text: lay(stack, text), warm),
    }
    ours, theirs = [], []
    for _ in range(5):
        ours.append(median_us(draw, warm))
        theirs.append(median_us(lambda text: pen.text((0, 0), text, font=font, fill=(20, 30, 60)), warm))
    figures["layout and drawing warm"] = statistics.median(ours)
    figures["Pillow draw.text"] = statistics.median(theirs)
    figures["times faster, warm"] = figures["Pillow draw.text"] / figures["layout and drawing warm"]
    return figures


def main(arguments: list[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks text", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    options = parser.parse_args(arguments)
    if not features.check("raqm"):
        print("Pillow has no Raqm here (libfribidi is missing): its figures are for unjoined letters")
    figures = {kind: measure(*sample) for kind, sample in samples().items()}
    print(f"µs, median of 50 distinct strings, {SIZE} px")
    for kind, row in figures.items():
        print(f"\n{kind}")
        for name, value in row.items():
            print(f"  {name:26}{value:8.1f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False))
