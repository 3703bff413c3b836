"""Cairo by cairocffi: show_text on a copy of the flat background. Cairo writes PNG; for JPEG it needs Pillow's encoder."""

from io import BytesIO

import cairocffi
from PIL import Image


def prepare(scene):
    picture = Image.open(scene["background"]).convert("RGB")
    width, height = picture.size
    stride = cairocffi.ImageSurface.format_stride_for_width(cairocffi.FORMAT_RGB24, width)
    assert stride == width * 4
    pixels = bytearray(picture.convert("RGBA").tobytes("raw", "BGRA"))
    options = cairocffi.FontOptions(
        antialias=cairocffi.ANTIALIAS_GRAY, hint_style=cairocffi.HINT_STYLE_NONE,
        hint_metrics=cairocffi.HINT_METRICS_OFF,
    )

    def draw(texts, ext):
        data = bytearray(pixels)
        surface = cairocffi.ImageSurface(cairocffi.FORMAT_RGB24, width, height, data, stride)
        pen = cairocffi.Context(surface)
        pen.set_font_options(options)
        for line, text in zip(scene["lines"], texts, strict=True):
            pen.select_font_face(line["family"])
            pen.set_font_size(line["size"])
            pen.set_source_rgb(*(channel / 255 for channel in line["color"]))
            pen.move_to(line["x"], line["baseline"])
            pen.show_text(text)
        surface.flush()
        out = BytesIO()
        if ext == "png":
            surface.write_to_png(out)
        else:
            image = Image.frombuffer("RGB", (width, height), data, "raw", "BGRX", stride, 1)
            image.save(out, "JPEG", quality=85, subsampling="4:2:0")
        return out.getvalue()

    return draw
