"""Facts about the font catalogue."""

import gc
import weakref
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from imgurl.config import shipped
from imgurl.errors import SettingsError
from imgurl.text.fonts import FontCatalogue, load_catalogue, nearest_face
from imgurl.text.itemize import missing_clusters


def test_every_family_has_a_licence_next_to_its_files(fonts: FontCatalogue) -> None:
    """No font is shipped without the text of its licence."""
    without = [name for name, faces in fonts.families.items() if not (faces[0].path.parent / "OFL.txt").is_file()]

    assert without == []


@pytest.mark.parametrize("file", ["inter/Inter.ttf", "noto-sans-sc/NotoSansSC-Regular.ttf"])
def test_coverage_is_that_of_the_character_map(fonts: FontCatalogue, file: str) -> None:
    """What HarfBuzz says a font covers is what fontTools reads from its cmap table."""
    with TTFont(shipped("fonts") / file, lazy=True) as font:
        expected = frozenset(font.getBestCmap())
    family = "Inter" if "Inter" in file else "Noto Sans SC"

    assert fonts.stack(family).primary.coverage == expected


@pytest.mark.parametrize("weight", [400, 700])
def test_the_characters_of_given_names_are_drawn(fonts: FontCatalogue, weight: int) -> None:
    """Those of China's standard table beyond GB 2312, and those that Japan allows in names, have a glyph."""
    chinese = (
        "珺祎堃垚瑄翀煊喆玥翊晞昉赟禤曌烜玹沄泠瑀琎璟栩晗晟昇昊旻旸洺浠淼煜熠琰琬瑾璇甯祯禔禛筠翃翙茗荞蓁蘅䶮㛃㙍㧑"
    )
    japanese = "槇祐禎穣凜凛煌珈琉瑛晏暉曖栞梓椛檀渚澪熙燿笙絆綸羚翔耀芹茉莉萌蓮藍蘭詩諒逢遥郁鷲麿"

    assert missing_clusters(chinese + japanese, fonts.stack("Inter", weight)) == ()


def test_a_stack_begins_with_its_family_and_names_it_once(fonts: FontCatalogue) -> None:
    """The family asked for comes first, the fallbacks behind it, each font once."""
    stack = fonts.stack("Noto Sans KR", 700)
    keys = [font.key for font in stack.fonts]

    assert keys[0].startswith("noto-sans-kr/NotoSansKR-Bold.ttf")
    assert len(set(keys)) == len(keys)


def test_one_instance_per_file_and_axis_values(fonts: FontCatalogue) -> None:
    """Stacks share font objects, so the glyph cache holds each letter once."""
    assert fonts.stack("Inter", 400, "normal", 20).primary is fonts.stack("Inter", 400, "normal", 20).primary
    assert fonts.stack("Inter", 700, "normal", 20).primary is not fonts.stack("Inter", 400, "normal", 20).primary


def test_axis_values_stay_within_the_fonts_range(fonts: FontCatalogue) -> None:
    """A weight of 1000 is the heaviest the font has, an optical size of 200 the largest."""
    assert fonts.stack("Inter", 1000, "normal", 200).primary.key == "inter/Inter.ttf?opsz=32&wght=900"


def test_the_nearest_weight_of_the_right_slope_is_taken(fonts: FontCatalogue) -> None:
    """Static families answer with their nearest face, variable ones with the right slope."""
    assert nearest_face(fonts.families["JetBrains Mono"], 600, "normal").weight == 700
    assert nearest_face(fonts.families["Inter"], 600, "italic").style == "italic"


def test_an_unknown_family_is_answered_with_near_names(fonts: FontCatalogue) -> None:
    """A typing mistake in a family's name is reported with the name that was meant."""
    with pytest.raises(ValueError, match="did you mean 'Playfair Display'"):
        fonts.require("Playfare Display")


def test_a_folder_without_a_catalogue_is_refused(tmp_path: Path) -> None:
    """No fonts, no server."""
    with pytest.raises(SettingsError, match=r"fonts\.json"):
        load_catalogue(tmp_path)


def test_a_catalogue_that_names_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A font that is gone is noticed at the start, not in a mail."""
    (tmp_path / "fonts.json").write_text(
        '{"families": [{"family": "Gone", "faces": [{"file": "gone.ttf", "style": "normal"}]}], "fallback": ["Gone"]}'
    )
    with pytest.raises(SettingsError, match=r"gone\.ttf is missing"):
        load_catalogue(tmp_path)


def test_a_file_without_glyphs_is_refused(tmp_path: Path) -> None:
    """HarfBuzz opens anything; a file that is not a font is noticed by having no glyphs."""
    (tmp_path / "bad.ttf").write_bytes(b"wOF2" + bytes(100))
    (tmp_path / "fonts.json").write_text(
        '{"families": [{"family": "Bad", "faces": [{"file": "bad.ttf", "style": "normal"}]}], "fallback": ["Bad"]}'
    )
    with pytest.raises(SettingsError, match="no glyphs"):
        load_catalogue(tmp_path).stack("Bad")


def test_a_catalogue_goes_with_its_fonts() -> None:
    """Its caches hold nothing once nobody uses it: a process that opens several keeps none for ever."""
    catalogue = load_catalogue(shipped("fonts"))
    again = catalogue.stack("Inter") is catalogue.stack("Inter")
    kept = weakref.ref(catalogue)
    del catalogue
    gc.collect()
    assert (again, kept()) == (True, None)


def test_a_list_without_its_fonts_names_the_same_versions(tmp_path: Path) -> None:
    """Who only mints needs no font for the version that a link is pinned to; whoever draws is told what is missing."""
    (tmp_path / "fonts.json").write_bytes((shipped("fonts") / "fonts.json").read_bytes())
    assert load_catalogue(tmp_path, is_list=True).digests == load_catalogue(shipped("fonts")).digests
    with pytest.raises(SettingsError, match=r"is missing; pip install 'imgurl\[server\]' brings the fonts"):
        load_catalogue(tmp_path)
