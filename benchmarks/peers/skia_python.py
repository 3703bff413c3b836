"""Skia by skia-python: drawString on the flat background."""

import skia


def prepare(scene):
    background = skia.Image.open(scene["background"]).makeRasterImage()
    # Opaque, so that the PNG has no alpha channel either.
    info = skia.ImageInfo.MakeN32(scene["width"], scene["height"], skia.kOpaque_AlphaType)
    lines = []
    for line in scene["lines"]:
        font = skia.Font(skia.Typeface.MakeFromFile(line["font"]), line["size"])
        font.setSubpixel(True)
        font.setHinting(skia.FontHinting.kNone)
        lines.append((font, skia.Paint(Color=skia.Color(*line["color"]), AntiAlias=True), line))

    def draw(texts, ext):
        surface = skia.Surface.MakeRaster(info)
        canvas = surface.getCanvas()
        canvas.drawImage(background, 0, 0)
        for (font, paint, line), text in zip(lines, texts, strict=True):
            canvas.drawString(text, line["x"], line["baseline"], font, paint)
        kind = skia.kPNG if ext == "png" else skia.kJPEG
        return bytes(surface.makeImageSnapshot().encodeToData(kind, 100 if ext == "png" else 85))

    return draw
