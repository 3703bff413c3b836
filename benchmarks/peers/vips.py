"""libvips by pyvips: text masks blended into their boxes of the flat background, PNG at compression 1."""

import html

import pyvips


def prepare(scene):
    base = pyvips.Image.new_from_file(scene["background"]).extract_band(0, n=3).copy_memory()
    drops = [_baseline(line) for line in scene["lines"]]

    def draw(texts, ext):
        image = base
        for line, drop, text in zip(scene["lines"], drops, texts, strict=True):
            mask = _mask(line, text)
            left, top = line["x"] + mask.xoffset, line["baseline"] - drop + mask.yoffset
            below = base.crop(left, top, mask.width, mask.height)
            image = image.insert(mask.ifthenelse(line["color"], below, blend=True), left, top)
        if ext == "png":
            return image.pngsave_buffer(compression=1)
        return image.jpegsave_buffer(Q=85, subsample_mode="on")

    return draw


def _mask(line, text):
    return pyvips.Image.text(
        html.escape(text, quote=False), font=f"{line['family']} {line['size']:g}", fontfile=line["font"], dpi=72
    )


def _baseline(line):
    """Return how far the baseline is below the top of the layout: the foot of an H."""
    mask = _mask(line, "H")
    _, top, _, height = mask.find_trim(background=[0], threshold=64)
    return mask.yoffset + top + height
