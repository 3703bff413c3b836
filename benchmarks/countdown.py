"""What a countdown takes: the GIF of a minute, once warm, with Pillow writing the same frames in the same run.

The opens of a campaign: one design, the same values, another second each time. Before the time is taken, an hour of
opens has passed. Pillow gets its frames painted and with one palette, so only its writing is measured.
"""

import argparse
import json
import statistics
import tempfile
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

from PIL import Image

from imgurl.config import shipped
from imgurl.design.library import load_design
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.press import Press
from imgurl.pipeline.showing import Surroundings, picture_of
from imgurl.text.fonts import load_catalogue

END = 1_800_000_000

FONT = {"family": "Inter", "weight": 700}
DESIGN = {
    "title": "Sale", "size": {"width": 600, "height": 120}, "background": "#0f172a", "format": "gif",
    "fields": [
        {"name": "ends", "type": "datetime", "time_zone": "UTC", "sample": "2027-01-15 08:00", "fallback": ""},
        {"name": "first_name", "type": "name", "sample": "Ava", "fallback": "friend"},
    ],
    "layers": [
        {"type": "text", "text": "<<first_name>>, your 20 % end in",
         "box": {"x": 24, "y": 20, "width": 220, "height": 80},
         "font": FONT | {"size": 26, "min_size": 14}, "color": "#ffffff", "valign": "middle", "max_lines": 3},
        {"type": "countdown", "to": "<<ends>>", "box": {"x": 256, "y": 14, "width": 324, "height": 94},
         "font": FONT | {"size": 40}, "color": "#ffffff", "cell": {"fill": "#e11d48", "radius": 8},
         "labels": {"days": "days", "hours": "hours", "minutes": "min", "seconds": "sec", "color": "#cbd5e1",
                    "font": {"family": "Inter", "size": 13}},
         "static": "Ends <<ends>>", "expired": "This offer has ended"},
    ],
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks countdown", description=__doc__)
    parser.add_argument("--opens", type=int, default=200)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    figures = measured(options.opens)
    for name, figure in figures.items():
        print(f"{name:28} {figure:10.2f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


def measured(opens: int) -> dict[str, float]:
    """Return the figures by name: milliseconds, and bytes."""
    fonts = load_catalogue(shipped("fonts"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sale"
        path.mkdir()
        (path / "design.json").write_text(json.dumps(DESIGN))
        design = load_design(path, fonts)
    press = Press(fonts)

    def picture(left: float) -> Picture:
        return picture_of(
            design, design.samples | {"ends": str(END)}, "gif", 1, Surroundings(lambda _: True), END - left
        )

    first = _milliseconds(lambda: press.render(picture(90_000)))
    for left in range(90_000, 86_400, -7):
        press.render(picture(left))
    pictures = [picture(90_000 - 17.3 * number) for number in range(opens)]
    resolving = [_milliseconds(lambda number=number: picture(90_000 - number)) for number in range(20)]
    warm: list[float] = []
    pillow: list[float] = []
    sizes: list[int] = []
    theirs: list[int] = []
    for each in pictures:
        warm.append(_milliseconds(lambda each=each: press.render(each)))
        body = press.render(each).body
        sizes.append(len(body))
        if len(pillow) < 10:
            frames = _frames(body)
            pillow.append(_milliseconds(lambda frames=frames: theirs.append(len(_by_pillow(frames)))))
    return {
        "first open, ms": first,
        "resolve, ms": statistics.median(resolving),
        "warm, median ms": statistics.median(warm),
        "warm, p90 ms": statistics.quantiles(warm, n=10)[-1],
        "Pillow, median ms": statistics.median(pillow),
        "bytes, most": max(sizes),
        "Pillow's bytes, most": max(theirs),
    }


def _frames(body: bytes) -> list[Image.Image]:
    """Return the pictures of a GIF, with the palette of the file."""
    with Image.open(BytesIO(body)) as file:
        palette = file.getpalette() or []
        frames = []
        plain = Image.new("P", (1, 1))
        plain.putpalette(palette)
        for number in range(getattr(file, "n_frames", 1)):
            file.seek(number)
            frames.append(file.convert("RGB").quantize(palette=plain, dither=Image.Dither.NONE))
    return frames


def _by_pillow(frames: list[Image.Image]) -> bytes:
    out = BytesIO()
    durations = [1_000] * (len(frames) - 1) + [655_350]
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, disposal=1,
        palette=bytes(frames[0].getpalette() or []),
    )  # fmt: skip
    return out.getvalue()


def _milliseconds(work: Any) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1_000


if __name__ == "__main__":
    main([])
