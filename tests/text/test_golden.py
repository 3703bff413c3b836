"""Golden images: one small picture per script, and 100 real names on every shipped design.

Canonical on one platform, Linux on x86-64. ``WRITE_GOLDEN=1`` writes them again; look at every one before it is
committed. Sheets of all names on each design go to a temporary place then: no test reads them.
"""

import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from imgurl.color import Color
from imgurl.config import shipped
from imgurl.geometry import Box
from imgurl.merge.kinds import FieldType
from imgurl.merge.resolve import Origin
from imgurl.plate.drawing import Drawing
from imgurl.raster.glyphs import GlyphCache
from imgurl.raster.text import TextPaint, draw_text
from imgurl.text.fit import FitStep
from imgurl.text.fonts import FontCatalogue
from imgurl.text.layout import TextBox, lay_out
from imgurl.text.paragraph import TextSpan
from tests.design.documents import TEXT_DESIGNS
from tests.pipeline.factories import pipeline_over

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = (Path(__file__).parents[1] / "data" / "names.txt").read_text().splitlines()
WRITE = bool(os.environ.get("WRITE_GOLDEN"))

# Mean difference of a channel, out of 255, that another build of the same libraries may show.
TOLERANCE = 2.0

SAMPLES = {
    "latin": ("Inter", "Hamburgefonstiv AVA fi 1299"),
    "latin-marks": ("Inter", "Ⱥ́ Ọ̀kọ́ńjọ́ Dvořák Łódź ǅ"),
    "vietnamese": ("Inter", "Nguyễn Thị Ngọc Ánh"),
    "greek": ("Inter", "Αλέξανδρος ΐ ώς"),
    "cyrillic": ("Inter", "Щербакова Ђорђе Ґанна"),
    "serif": ("Playfair Display", "Dearest Ava, fi ffl"),
    "script": ("Great Vibes", "Ava Johnson"),
    "handwriting": ("Dancing Script", "Ava Johnson"),
    "mono": ("JetBrains Mono", "SAVE-24-AVA 0O1l"),
    "arabic": ("Inter", "محمّد عبد الله 50% (الآن)"),
    "persian": ("Inter", "می‌خواهم علی گچ"),
    "hebrew": ("Inter", "דָּוִד כהן 24.5%"),
    "devanagari": ("Inter", "श्रीकृष्ण त्रिपाठी क्षि"),
    "bengali": ("Inter", "রবীন্দ্রনাথ ক্ষ"),
    "tamil": ("Inter", "லக்ஷ்மி கோ"),
    "telugu": ("Inter", "శ్రీనివాస్ క్ష"),
    "kannada": ("Inter", "ಕೃಷ್ಣ ಮೂರ್ತಿ"),
    "malayalam": ("Inter", "ശ്രീജിത്ത് നായർ"),
    "gujarati": ("Inter", "શ્રીકૃષ્ણ પટેલ"),
    "gurmukhi": ("Inter", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
    "oriya": ("Inter", "ସୁଭାଷ ପଟ୍ଟନାୟକ"),
    "sinhala": ("Inter", "සුනිල් ශ්‍රී"),
    "thai": ("Inter", "ปิ่นแก้ว น้ำ ญู"),
    "lao": ("Inter", "ສົມພອນ ນ້ຳ"),
    "khmer": ("Inter", "សុខ សុភាព ក្រុង"),
    "myanmar": ("Inter", "အောင်ဆန်း"),
    "ethiopic": ("Inter", "አበበ ቢቂላ"),
    "georgian": ("Inter", "გიორგი ბერიძე"),
    "armenian": ("Inter", "Գայանե Հակոբյան"),
    "chinese": ("Inter", "欧阳娜娜，諸葛亮"),
    "japanese": ("Inter", "髙橋さくら・ヤマダ"),
    "korean": ("Inter", "남궁민 최똠방각하"),
    "emoji": ("Inter", "🎉👩🏽‍🚀🇩🇪1️⃣❤️❤🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
    "mixed": ("Inter", "Ava אבג 李雷 محمد 42!"),
}


@pytest.mark.parametrize("script", SAMPLES)
def test_script_looks_as_it_was_approved(fonts: FontCatalogue, script: str, tmp_path: Path) -> None:
    """Each script is drawn as in the picture that a person looked at."""
    family, text = SAMPLES[script]
    canvas = Image.new("RGB", (440, 64), (255, 255, 255))
    layout = lay_out((TextSpan(text),), (fonts.stack(family, 400, "normal", 34),), TextBox(424, 56, 34, 16))
    draw_text(canvas, layout, Box(8, 4, 432, 60), TextPaint((Color(20, 30, 60),)), GlyphCache())

    assert_golden(canvas, GOLDEN / "scripts" / f"{script}.png", tmp_path)


def assert_golden(actual: Image.Image, path: Path, tmp_path: Path) -> None:
    """Compare a picture with the approved one, within the tolerance."""
    if WRITE:
        actual.save(path, optimize=True)
        pytest.fail(f"wrote {path.name}; look at it, then run without WRITE_GOLDEN")
    with Image.open(path) as file:
        expected = file.convert("RGB")
    difference = ImageChops.difference(actual, expected)
    worst = max(ImageStat.Stat(difference).mean)
    if worst > TOLERANCE:
        actual.save(tmp_path / path.name)
    assert worst <= TOLERANCE, f"{path.name} differs by {worst:.1f}/255; the new picture is in {tmp_path}"


@pytest.mark.parametrize("design", TEXT_DESIGNS)
def test_names_of_the_world_fit_every_design(fonts: FontCatalogue, design: str, tmp_path: Path) -> None:
    """100 real names of all scripts are drawn whole: no fallback, nothing cut, nothing left out."""
    pipeline = pipeline_over(shipped("designs"), fonts)
    loaded = pipeline.library.find(design)
    plate = pipeline.press.plate(loaded)
    texts = (field for field in loaded.document.fields if field.type in (FieldType.NAME, FieldType.TEXT))
    # Not one that only looks something up, and is no text for people.
    field = next(field for field in texts if not field.pattern)
    samples = {other.name: other.sample for other in loaded.document.fields}
    thumbs = []
    for name in NAMES:
        picture = pipeline.picture_of(loaded, {**samples, field.name: name}, "png")
        (value,) = (value for value in picture.values if value.field == field.name)
        image, fits = Drawing(plate, picture.texts).whole()
        assert (value.origin, name) == (Origin.SEALED, name)
        assert {fitting.step for _, fitting in fits} & {FitStep.ELLIPSIS, FitStep.NOTHING} == set(), name
        if WRITE:
            thumbs.append(image.convert("RGB").resize((300, 300 * image.height // image.width)))
    if WRITE:
        high = thumbs[0].height
        sheet = Image.new("RGB", (10 * 300, 10 * high))
        for index, thumb in enumerate(thumbs):
            sheet.paste(thumb, (index % 10 * 300, index // 10 * high))
        sheet.save(tmp_path / f"{design}.jpg", quality=80)
        pytest.fail(f"wrote the contact sheet {tmp_path / design}.jpg; look at it, then run without WRITE_GOLDEN")
