"""The library on disk: loading, versions, reloading, and versions kept for pinned URLs."""

import json
import os
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from imgurl.config import shipped
from imgurl.design.library import FILE_NAME, Archive, Design, fingerprint, load_design, load_library
from imgurl.errors import BadDesign, Problem, SettingsError, UnknownDesign
from imgurl.text.fonts import FontCatalogue, load_catalogue
from tests.design.documents import SHIPPED, document, field, image_layer, text_layer, write_design

PHOTO = {"photo.png": Image.new("RGB", (4, 4), "red")}
WITH_PHOTO = document(layers=[image_layer("photo.png"), text_layer()])


def problems_of(folder: Path, fonts: FontCatalogue) -> tuple[Problem, ...]:
    """Return what is wrong with a design's folder."""
    with pytest.raises(BadDesign) as caught:
        load_design(folder, fonts)
    return caught.value.problems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the design ``test``, which has a picture."""
    write_design(tmp_path, WITH_PHOTO, PHOTO)
    return tmp_path


@pytest.fixture
def design(folder: Path, fonts: FontCatalogue) -> Design:
    """The design of that folder."""
    return load_design(folder / "test", fonts)


class TestLoadDesign:
    """One folder, one design."""

    def test_what_it_holds(self, folder: Path, design: Design) -> None:
        """Id, document and the files that it means."""
        found = (design.id, design.folder, design.document.title, dict(design.assets))
        assert found == ("test", folder / "test", "Test", {"photo.png": folder / "test" / "photo.png"})

    @pytest.mark.parametrize("name", ["Test", "-test", "te st", "été", "a" * 65, "test.bak"])
    def test_folder_names_are_ids(self, tmp_path: Path, fonts: FontCatalogue, name: str) -> None:
        """A folder whose name can't stand in a URL is told so."""
        (problem,) = problems_of(write_design(tmp_path, document(), name=name), fonts)
        assert problem.sentence == "a design's folder is named in small letters, digits, - and _"

    def test_no_document(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """A folder without design.json is told to have none."""
        (tmp_path / "test").mkdir()
        assert problems_of(tmp_path / "test", fonts) == (Problem("", "the folder has no design.json"),)

    def test_not_utf_8(self, folder: Path, fonts: FontCatalogue) -> None:
        """A document in another encoding is told so."""
        (folder / "test" / FILE_NAME).write_bytes(json.dumps(document()).encode("utf-16"))
        (problem,) = problems_of(folder / "test", fonts)
        assert problem.sentence.startswith("design.json can't be read as UTF-8")

    @pytest.mark.parametrize("target", ["photo.png", "/etc/hostname"])
    def test_a_link_is_no_asset(self, folder: Path, fonts: FontCatalogue, target: str) -> None:
        """A symlink in a design's folder is not followed, wherever it leads."""
        (folder / "test" / "link.png").symlink_to(target)
        write_design(folder, document(layers=[image_layer("link.png")]))
        (problem,) = problems_of(folder / "test", fonts)
        assert (problem.pointer, "has no file 'link.png'" in problem.sentence) == ("/layers/0/asset", True)

    def test_a_folder_is_no_asset(self, folder: Path, fonts: FontCatalogue) -> None:
        """A folder called like a picture is none."""
        (folder / "test" / "dir.png").mkdir()
        write_design(folder, document(layers=[image_layer("dir.png")]))
        assert [problem.pointer for problem in problems_of(folder / "test", fonts)] == ["/layers/0/asset"]

    def test_a_linked_document_is_none(self, folder: Path, tmp_path: Path, fonts: FontCatalogue) -> None:
        """A design.json that is a symlink is not read."""
        (tmp_path / "linked").mkdir()
        (tmp_path / "linked" / FILE_NAME).symlink_to(folder / "test" / FILE_NAME)
        assert problems_of(tmp_path / "linked", fonts) == (Problem("", "the folder has no design.json"),)


class TestVersion:
    """Another digest where other pixels may come out, and only there."""

    def test_the_same_files_have_the_same_version(self, design: Design, tmp_path: Path, fonts: FontCatalogue) -> None:
        """A version is the same on every server and after every start: 64 hex digits."""
        copy = shutil.copytree(design.folder, tmp_path / "elsewhere" / "test")
        assert (load_design(copy, fonts).version, len(design.version)) == (design.version, 64)

    @pytest.mark.parametrize("change", [b"\n", b" "])
    def test_any_byte_of_the_document(self, design: Design, fonts: FontCatalogue, change: bytes) -> None:
        """White space at the end is a change."""
        path = design.folder / FILE_NAME
        path.write_bytes(path.read_bytes() + change)
        assert load_design(design.folder, fonts).version != design.version

    def test_line_ends_of_the_document(self, folder: Path, fonts: FontCatalogue) -> None:
        """Two documents that differ in nothing but CR and LF are two."""
        path = folder / "test" / FILE_NAME
        text = json.dumps(WITH_PHOTO, indent=1)
        versions = set()
        for end in ("\n", "\r\n", "\r"):
            path.write_bytes(text.replace("\n", end).encode())
            versions.add(load_design(folder / "test", fonts).version)
        assert len(versions) == 3

    def test_any_byte_of_an_asset(self, design: Design, fonts: FontCatalogue) -> None:
        """One changed byte of a picture, of the same size and at the same time, is a change."""
        path = design.assets["photo.png"]
        before = path.stat()
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert load_design(design.folder, fonts).version != design.version

    def test_swapped_assets(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """The same pictures under each other's names are a change."""
        raw = document(layers=[image_layer("a.png"), image_layer("b.png")])
        red, blue = (Image.new("RGB", (2, 2), color) for color in ("red", "blue"))
        first = load_design(write_design(tmp_path / "1", raw, {"a.png": red, "b.png": blue}), fonts)
        second = load_design(write_design(tmp_path / "2", raw, {"a.png": blue, "b.png": red}), fonts)
        assert first.version != second.version

    def test_an_unrelated_file(self, design: Design, fonts: FontCatalogue) -> None:
        """A file that the document does not mean is no part of the version."""
        (design.folder / "notes.txt").write_text("remember the milk")
        (design.folder / "unused.png").write_bytes((design.folder / "photo.png").read_bytes())
        assert load_design(design.folder, fonts).version == design.version

    def test_a_font_that_is_used(self, design: Design, fonts: FontCatalogue) -> None:
        """Another file of the family, of a fallback or of the emoji is a change; one that nothing uses is none."""
        versions = {
            family: load_design(design.folder, with_other_file(fonts, family)).version == design.version
            for family in ("Inter", "Noto Sans Arabic", "Noto Color Emoji", "Great Vibes")
        }
        expected = {"Inter": False, "Noto Sans Arabic": False, "Noto Color Emoji": False, "Great Vibes": True}
        assert versions == expected


def with_other_file(fonts: FontCatalogue, family: str) -> FontCatalogue:
    """Return the catalogue with this family's files of other bytes: those of a monospaced font."""
    other = fonts.families["JetBrains Mono"][0].path
    faces = tuple(replace(face, path=other) for face in fonts.families[family])
    return FontCatalogue(fonts.folder, {**fonts.families, family: faces}, fonts.fallback, fonts.emoji)


class TestLibrary:
    """All designs of a folder."""

    def test_the_shipped_ones(self, fonts: FontCatalogue) -> None:
        """The four designs load, and nothing beside them is taken for one."""
        library = load_library(shipped("designs"), fonts)
        assert (tuple(library.designs), dict(library.broken)) == (SHIPPED, {})

    def test_good_ones_load_beside_broken_ones(self, folder: Path, fonts: FontCatalogue) -> None:
        """A broken design is out, with its mistakes; the others are in."""
        write_design(folder, document(size={"width": 0, "height": 0}), name="broken")
        library = load_library(folder, fonts)
        found = (list(library.designs), [problem.pointer for problem in library.broken["broken"].problems])
        assert found == (["test"], ["/size/width", "/size/height"])

    def test_what_is_no_design(self, folder: Path, fonts: FontCatalogue) -> None:
        """Files, and folders without a document, are passed over without a word."""
        (folder / "art.py").write_text("")
        (folder / "artkit").mkdir()
        library = load_library(folder, fonts)
        assert (list(library.designs), list(library.broken)) == (["test"], [])

    def test_no_folder(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """A folder that is not there is a wrong setting."""
        with pytest.raises(SettingsError, match="set --designs"):
            load_library(tmp_path / "nowhere", fonts)

    def test_find(self, folder: Path, fonts: FontCatalogue) -> None:
        """A design is found by its id; for another one the near ids are told."""
        library = load_library(folder, fonts)
        with pytest.raises(UnknownDesign, match="there is no design 'tset': did you mean 'test'"):
            library.find("tset")
        assert library.find("test") is library.designs["test"]

    def test_fields(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """The minter gets the fields of every design."""
        write_design(tmp_path, document(fields=[field("city")]), name="one")
        write_design(tmp_path, document(), name="two")
        library = load_library(tmp_path, fonts)
        assert {name: [made.name for made in fields] for name, fields in library.fields.items()} == {
            "one": ["city"],
            "two": [],
        }


class TestReload:
    """An edit is taken over; a broken one is not."""

    def test_a_broken_edit_keeps_the_last_good(self, folder: Path, fonts: FontCatalogue) -> None:
        """The design stays as it was and its mistakes are told; mended, it is the new one."""
        first = load_library(folder, fonts)
        write_design(folder, document(title=""))
        second = load_library(folder, fonts, first)
        third = load_library(folder, fonts, second)
        write_design(folder, document(title="Mended"))
        fourth = load_library(folder, fonts, third)
        assert third.find("test") is first.find("test")
        assert ([list(library.broken) for library in (first, second, third, fourth)]) == [[], ["test"], ["test"], []]
        assert fourth.find("test").document.title == "Mended"

    def test_a_design_that_is_gone(self, folder: Path, fonts: FontCatalogue) -> None:
        """A deleted folder takes its design along."""
        write_design(folder, document(), name="other")
        first = load_library(folder, fonts)
        shutil.rmtree(folder / "other")
        assert list(load_library(folder, fonts, first).designs) == ["test"]

    def test_the_fingerprint_sees_every_change(self, folder: Path) -> None:
        """A byte more, another time, another file, another design; and nothing else."""
        seen = [fingerprint(folder), fingerprint(folder)]
        photo = folder / "test" / "photo.png"
        photo.write_bytes(photo.read_bytes() + b"\0")
        seen.append(fingerprint(folder))
        os.utime(photo, ns=(1, 1))
        seen.append(fingerprint(folder))
        photo.rename(folder / "test" / "picture.png")
        seen.append(fingerprint(folder))
        write_design(folder, document(), name="other")
        seen.append(fingerprint(folder))
        changed = [first != second for first, second in pairwise(seen)]
        assert changed == [False, True, True, True, True]

    def test_a_file_that_leads_nowhere(self, folder: Path) -> None:
        """A broken symlink has no time; it is passed over."""
        before = fingerprint(folder)
        (folder / "test" / "nowhere.png").symlink_to("gone.png")
        assert fingerprint(folder) == before


class TestArchive:
    """Pinned URLs show the version they were made with."""

    @pytest.fixture
    def archive(self, tmp_path: Path) -> Archive:
        """An archive whose folder is not there yet."""
        return Archive(tmp_path / "kept" / "designs")

    def test_a_kept_version_is_found_after_an_edit(
        self, archive: Archive, folder: Path, design: Design, fonts: FontCatalogue
    ) -> None:
        """The old document and its pictures are found by the pin, the beginning of the version."""
        archive.keep(design)
        photo = design.assets["photo.png"].read_bytes()
        write_design(folder, document(title="Edited"), {"photo.png": Image.new("RGB", (4, 4), "blue")})
        archive.keep(load_design(folder / "test", fonts))
        kept = archive.find("test", design.version[:12], fonts)
        assert kept is not None
        assert (kept.version, kept.document) == (design.version, design.document)
        assert kept.assets["photo.png"].read_bytes() == photo

    def test_the_whole_version_is_a_pin(self, archive: Archive, design: Design, fonts: FontCatalogue) -> None:
        """A pin of all 64 digits is told from one of another version that begins alike."""
        archive.keep(design)
        other = design.version[:63] + ("0" if design.version[63] != "0" else "1")
        found = archive.find("test", design.version, fonts)
        assert (found is not None, archive.find("test", other, fonts)) == (True, None)

    def test_only_what_the_design_means_is_kept(self, archive: Archive, design: Design, tmp_path: Path) -> None:
        """Notes beside a design are not copied, and a second time nothing is written."""
        (design.folder / "notes.txt").write_text("private")
        archive.keep(design)
        files = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*") if path.is_file()}
        archive.keep(design)
        again = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*") if path.is_file()}
        assert (sorted(path.name for path in files), again) == (["design.json", "photo.png"], files)

    @pytest.mark.parametrize("pin", ["0" * 12, "f" * 12, ".new-"])
    def test_an_unknown_pin(self, archive: Archive, design: Design, fonts: FontCatalogue, pin: str) -> None:
        """Where nothing begins so, nothing is found."""
        archive.keep(design)
        assert archive.find("test", pin, fonts) is None

    def test_nothing_kept(self, archive: Archive, fonts: FontCatalogue) -> None:
        """An archive that never kept anything finds nothing."""
        assert archive.find("test", "0" * 12, fonts) is None

    @pytest.mark.parametrize("damage", ["document", "picture", "lost picture", "emptied", "no json"])
    def test_a_damaged_copy_is_none(
        self, archive: Archive, design: Design, fonts: FontCatalogue, tmp_path: Path, damage: str
    ) -> None:
        """A copy that is not what its version says is never shown."""
        archive.keep(design)
        (kept,) = (tmp_path / "kept").rglob(FILE_NAME)
        picture = kept.parent / "photo.png"
        match damage:
            case "document":
                kept.write_text(kept.read_text().replace('"Test"', '"Best"'))
            case "picture":
                Image.new("RGB", (4, 4), "blue").save(picture)
            case "lost picture":
                picture.unlink()
            case "emptied":
                kept.write_bytes(b"")
            case _:
                kept.unlink()
        assert archive.find("test", design.version[:12], fonts) is None

    def test_other_fonts_are_another_version(self, archive: Archive, design: Design, fonts: FontCatalogue) -> None:
        """With other font files the old pixels can't be drawn again."""
        archive.keep(design)
        assert archive.find("test", design.version[:12], with_other_file(fonts, "Inter")) is None

    def test_a_place_that_can_not_be_written(self, tmp_path: Path, design: Design, fonts: FontCatalogue) -> None:
        """A file where the archive's folder should be loses the copy and nothing else."""
        (tmp_path / "file").write_text("")
        archive = Archive(tmp_path / "file")
        archive.keep(design)
        assert archive.find("test", design.version[:12], fonts) is None

    def test_no_leftovers(self, archive: Archive, design: Design, tmp_path: Path) -> None:
        """Nothing half written stays beside the copy."""
        archive.keep(design)
        assert [path.name for path in (tmp_path / "kept" / "designs" / "test").iterdir()] == [design.version[:32]]


def test_the_catalogue_of_the_tests_is_the_shipped_one(fonts: FontCatalogue) -> None:
    """Two catalogues of one folder have the same digests: versions do not depend on the process."""
    again = load_catalogue(fonts.folder)
    assert dict(again.digests) == dict(fonts.digests)
