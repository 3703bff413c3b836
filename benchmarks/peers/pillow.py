"""Pillow: draw.text on a copy of the flat background. Variant: the PNG compress_level, "default" for Pillow's own."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

OPTIONS = {"PNG": {}, "JPEG": {"quality": 85, "subsampling": "4:2:0"}}


def set_variant(level):
    if level != "default":
        OPTIONS["PNG"] = {"compress_level": int(level)}


def prepare(scene):
    base = Image.open(scene["background"]).convert("RGB")
    lines = [(ImageFont.truetype(line["font"], line["size"]), line) for line in scene["lines"]]

    def draw(texts, ext):
        image = base.copy()
        pen = ImageDraw.Draw(image)
        for (font, line), text in zip(lines, texts, strict=True):
            pen.text((line["x"], line["baseline"]), text, font=font, fill=tuple(line["color"]), anchor="ls")
        out = BytesIO()
        kind = "PNG" if ext == "png" else "JPEG"
        image.save(out, kind, **OPTIONS[kind])
        return out.getvalue()

    return draw
