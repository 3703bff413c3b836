"""``imgurl designs``."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from imgurl.config import shipped
from imgurl.design.archive import Archive
from imgurl.design.library import load_design
from imgurl.text.fonts import load_catalogue
from tests.cli.conftest import Run
from tests.design.documents import SHIPPED, parse_document
from tests.text.fontmaking import font_file
from tests.web.designs import card, write_design, write_picture


def test_list_tells_size_version_and_fields(run: Run) -> None:
    """Each shipped design has a line, each of its fields another one."""
    out = run("designs", "list").out
    heads = [line for line in out.splitlines() if not line.startswith(" ")]
    assert [line.split("  ")[0] for line in heads] == list(SHIPPED)
    assert "\nsales-banner-01  600×200  version " in out
    assert "    first_name  name, fallback 'Hello', openable\n" in out
    assert "    full_name  name, required, openable\n" in out


def test_list_names_what_is_broken(run: Run, small: Path) -> None:
    """A broken design is in the list too, with the command that tells more."""
    write_design(small, "broken", {})
    out = run("designs", "list", "--designs", small).out
    assert out.splitlines()[-1] == "broken  is broken: imgurl designs check broken"
    assert out.startswith("card  2000×1000  version ")


def test_check_tells_what_to_send(run: Run) -> None:
    """For a photograph JPEG is recommended, and what is shipped is light enough for mail."""
    output = run("designs", "check", "newsletter-hero-april", "cert-2025").out
    hero = next(line for line in output.splitlines() if line.startswith("newsletter-hero-april"))
    assert hero.endswith("send jpg")
    assert [word in hero for word in ("png ", "jpg ", "gif ")] == [True, True, True]
    assert "warning" not in output


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("png", None),
        ("gif", 'warning: links name gif; for mail write "format": "png" into design.json'),
        (
            "avif",
            "warning: links name avif, which not every mail program shows; "
            'for mail write "format": "png" into design.json',
        ),
    ],
)
def test_check_compares_the_format_of_links(run: Run, small: Path, named: str, sentence: str | None) -> None:
    """What design.json says is held against what weighs less; the small design is flat, so PNG."""
    write_design(small, document=card(format=named))
    ran = run("designs", "check")
    warnings = [line.strip() for line in ran.out.splitlines() if "links name" in line]
    assert ran.code == 0
    assert warnings == ([sentence] if sentence else [])


def test_check_weighs_a_page(run: Run, small: Path) -> None:
    """A design whose links name pdf is not for mail: no warning that it should be another format."""
    write_design(small, document=card(format="pdf"))
    ran = run("designs", "check")
    assert ran.code == 0
    (line,) = [line.strip() for line in ran.out.splitlines() if "links name" in line]
    assert line.startswith("links name pdf, ")
    assert line.endswith(" kB: a page to open and to print, not for mail")


WRONG = {
    "title": "",
    "size": {"width": 40, "height": "20"},
    "fields": [
        {"name": "first name", "sample": "Ava", "fallback": ""},
        {"name": "city", "sample": "Rome"},
        {"name": "age", "type": "nummer", "sample": "1", "fallback": ""},
    ],
    "layers": [
        {"type": "text", "text": "<<firstname>>", "box": {"x": 0, "y": 0, "width": 10, "height": 10},
         "font": {"family": "Intr", "size": 10}, "color": "#00000g"},
        {"type": "image", "asset": "none.png", "box": {"x": 0, "y": 0, "width": 0, "height": 10}},
        {"type": "circle", "box": {"x": 0, "y": 0, "width": 10, "height": 10}},
    ],
    "colour": "#fff",
}  # fmt: skip


def test_check_reports_all_mistakes_at_once(run: Run, small: Path) -> None:
    """Each mistake with its JSON Pointer and a sentence, the good design next to it, exit code 1."""
    write_design(small, "wrong", WRONG)
    ran = run("designs", "check", "--designs", small)
    assert ran.code == 1
    assert "card: good, 2000×1000" in ran.out
    pointers = [line.strip().split(": ")[0] for line in ran.err.splitlines()[1:]]
    expected = {
        "/title", "/size/height", "/fields/0/name", "/fields/1", "/fields/2/type", "/layers/0/font/family",
        "/layers/0/color", "/layers/1/asset", "/layers/1/box/width", "/layers/2", "/colour",
    }  # fmt: skip
    assert expected <= set(pointers)
    assert ran.err.splitlines()[0] == f"design 'wrong' has {len(pointers)} mistakes:"
    assert all(resolve(WRONG, pointer.rpartition("/")[0]) is not None for pointer in pointers)


def resolve(document: Any, pointer: str) -> Any:
    """Return what a JSON Pointer (RFC 6901) points to; fails where it points nowhere."""
    for part in pointer.split("/")[1:]:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def test_check_of_one_design_looks_at_that_one(run: Run, small: Path) -> None:
    """With names, other designs' mistakes do not count."""
    write_design(small, "wrong", WRONG)
    assert (run("designs", "check", "card").code, run("designs", "check", "card").err) == (0, "")
    alone = run("designs", "check", "wrong")
    assert (alone.code, alone.out) == (1, "")


def test_check_finds_pictures_that_cannot_be_read(run: Run, small: Path) -> None:
    """A file that is not a picture is a mistake of the design."""
    folder = write_design(small, "photo", card(background={"asset": "photo.jpg"}))
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff no picture")
    ran = run("designs", "check", "photo")
    assert ran.code == 1
    assert "photo.jpg" in ran.err
    write_picture(folder / "photo.jpg", (1, 2, 3))
    assert run("designs", "check", "photo").code == 0


def test_check_of_an_unknown_design_is_wrong_use(run: Run) -> None:
    """Exit code 2 and the near names."""
    ran = run("designs", "check", "sales-banner")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no design 'sales-banner': did you mean 'sales-banner-01'?" in ran.said


@pytest.mark.parametrize("command", ["list", "check"])
def test_a_folder_that_is_not_there_is_a_failure(run: Run, command: str) -> None:
    """Exit code 1 and one sentence."""
    ran = run("designs", command, "--designs", "nowhere")
    assert (ran.code, ran.out) == (1, "")
    assert "the designs folder nowhere can't be read" in ran.said


def test_prune_lists_before_it_removes(run: Run, small: Path, tmp_path: Path) -> None:
    """Without --yes nothing goes; with it the old version does, the present one and the one used lately stay."""
    fonts, archive = load_catalogue(shipped("fonts")), Archive(tmp_path / "imgurl-data" / "versions")
    versions = []
    for title, days in (("Old", 200), ("Young", 20), ("Present", 200)):
        write_design(small, document=card(title=title))
        design = load_design(small / "card", fonts)
        archive.keep(design)
        used = time.time() - days * 86_400
        os.utime(tmp_path / "imgurl-data" / "versions" / "card" / f"{design.version}.json", (used, used))
        versions.append(design.version)
    listed = run("designs", "prune")
    assert listed.out.splitlines()[0].startswith(f"card  version {versions[0][:12]}  used last ")
    assert listed.out.splitlines()[1:] == ["1 version would be removed; add --yes to remove them"]
    assert len([*archive.versions()]) == 3
    removed = run("designs", "prune", "--yes")
    assert (removed.code, removed.out.splitlines()[-1]) == (0, "1 version removed, 0.0 MB")
    assert sorted(kept.version for kept in archive.versions()) == sorted(versions[1:])
    assert run("designs", "prune", "--yes").out == "0 versions removed, 0.0 MB\n"


def test_prune_leaves_the_versions_of_a_broken_design(run: Run, small: Path, tmp_path: Path) -> None:
    """Which one is its present one is not known."""
    archive = Archive(tmp_path / "imgurl-data" / "versions")
    design = load_design(small / "card", load_catalogue(shipped("fonts")))
    archive.keep(design)
    os.utime(tmp_path / "imgurl-data" / "versions" / "card" / f"{design.version}.json", (1e9, 1e9))
    write_design(small, "other")
    write_design(small, document={"title": "Broken"})
    assert run("designs", "prune", "--yes").code == 0
    assert [kept.version for kept in archive.versions()] == [design.version]


def test_prune_needs_the_designs(run: Run, tmp_path: Path) -> None:
    """A folder without any is the wrong one: nothing is removed."""
    (tmp_path / "none").mkdir()
    ran = run("designs", "prune", "--yes", "--designs", "none")
    assert (ran.code, "has no design that can be loaded" in ran.said) == (1, True)


def test_prune_wants_an_age_it_can_tell(run: Run, small: Path) -> None:
    """The time of use is noted once a day."""
    ran = run("designs", "prune", "--unused-for", "1")
    assert (ran.code, "1 is not in the range x>=2" in ran.said) == (2, True)


def test_check_warns_of_what_takes_long_for_each_recipient(run: Run, small: Path) -> None:
    """Values under a large rotated layer with a shadow: told with the seconds, and what would be faster."""
    layer = card()["layers"][1] | {"box": {"x": 0, "y": 0, "width": 2000, "height": 800}, "rotation": 10.0}
    write_design(small, "slow", card(size={"width": 2000, "height": 1000}, layers=[layer] * 3))
    output = run("designs", "check", "slow", "--designs", small).out
    assert "warning: what values can change takes about 0.5 s to draw, again for each recipient" in output


def test_the_schema_is_json_that_editors_take(run: Run) -> None:
    """schema prints a JSON Schema of 2020-12 that knows each part of a shipped design."""
    ran = run("designs", "schema")
    schema = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    assert {"title", "size", "fields", "layers", "background"} <= schema["properties"].keys()
    references = [text for text in walk(schema) if isinstance(text, str) and text.startswith("#/$defs/")]
    assert references
    assert [text for text in references if text.removeprefix("#/$defs/") not in schema["$defs"]] == []


def walk(node: Any) -> list[Any]:
    """Return all leaves of a JSON document."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else None
    return [node] if children is None else [leaf for child in children for leaf in walk(child)]


def test_a_document_may_name_its_schema(run: Run) -> None:
    """The key that an editor looks for is allowed in a document."""
    text = json.dumps({"$schema": "design.schema.json", **card()})
    assert parse_document("card", text, (), None).title == "Card"


class TestBesideTheDesigns:
    """The brand and fonts that somebody put into the folder."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder with a design, and fonts for all and for it alone."""
        shutil.copytree(shipped("designs") / "sales-banner-01", tmp_path / "designs" / "banner")
        for place, body in (("", font_file()), ("banner", font_file("Acme Script", fsType=2, is_woff2=True))):
            (tmp_path / "designs" / place / "fonts").mkdir()
            (tmp_path / "designs" / place / "fonts" / "acme.ttf").write_bytes(body)
        return tmp_path / "designs"

    def test_fonts(self, run: Run, folder: Path) -> None:
        """All families with their weights, where they are from, and whether they may be embedded."""
        ran = run("designs", "fonts", "--designs", folder)
        lines = ran.out.splitlines()
        assert (ran.code, ran.err) == (0, "")
        assert {"Inter  100 to 900, italic 100 to 900", "Acme Sans  400  in fonts/"} <= set(lines)
        place = lines.index("Acme Script  400  in banner/fonts/")
        assert "forbid embedding it" in lines[place + 1]

    def test_a_design_with_a_font_that_no_file_may_hold(self, run: Run, folder: Path) -> None:
        """Its check says what a PDF shows in place of it; one that names another font has no such line."""
        place = folder / "banner" / "design.json"
        written = json.loads(place.read_text())
        assert "fsType" not in run("designs", "check", "--designs", folder).out
        next(layer for layer in written["layers"] if layer["type"] == "text")["font"]["family"] = "Acme Script"
        place.write_text(json.dumps(written))
        lines = run("designs", "check", "--designs", folder).out.splitlines()
        (line,) = [line for line in lines if "fsType" in line]
        assert "'Acme Script'" in line
        assert "as outlines" in line

    def test_mistakes_beside_the_designs(self, run: Run, folder: Path) -> None:
        """Also those that no design meets: exit code 1, each with its file."""
        (folder / "brand.json").write_text('{"colors": {"a": "grün"}}')
        (folder / "banner" / "fonts" / "bad.otf").write_bytes(b"nothing")
        ran = run("designs", "check", "--designs", folder)
        assert (ran.code, ran.err.splitlines()) == (1, [
            "brand.json/colors/a: 'grün' is not a CSS colour; write for example #1a73e8, rgb(26 115 232 / 80%) or "
            "tomato",
            "banner/fonts/bad.otf is not a font; fonts are TTF, OTF or WOFF2 files",
        ])  # fmt: skip
        (folder / "brand.json").write_text('{"fonts": {"heading": "Acme Sanz", "body": "Acme Sans"}}')
        assert run("designs", "check", "--designs", folder).err.splitlines()[0] == (
            "brand.json/fonts/heading: there is no font family 'Acme Sanz': did you mean 'Acme Sans'?"
        )
        ran = run("designs", "fonts", "--designs", folder)
        assert (ran.code, ran.err) == (1, "banner/fonts/bad.otf is not a font; fonts are TTF, OTF or WOFF2 files\n")


def test_check_warns_of_what_is_hard_to_read(run: Run, tmp_path: Path) -> None:
    """A text of little contrast is named with its ratio, the one that it needs, and what to do."""
    box = {"x": 0, "y": 0, "width": 400, "height": 60}
    layer = {"type": "text", "id": "greeting", "text": "Hamburg", "box": box, "font": {"family": "Inter", "size": 20}}
    raw = {"title": "A", "size": {"width": 400, "height": 60}, "layers": [layer | {"color": "#aaa"}]}
    write_design(tmp_path / "designs", "pale", raw)
    out = run("designs", "check", "--designs", tmp_path / "designs").out
    assert "warning: greeting: the contrast to what is behind is 2.3:1; from 4.5:1 on a text of this size" in out
    write_design(tmp_path / "designs", "pale", raw | {"layers": [layer]})
    assert "contrast" not in run("designs", "check", "--designs", tmp_path / "designs").out
