"""The library on disk: loading, versions, reloading."""

import json
import os
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from imgurl.config import shipped
from imgurl.design.library import FILE_NAME, Design, fingerprint, load_design, load_library
from imgurl.design.surroundings import MAX_ASSET_BYTES
from imgurl.errors import BadDesign, Problem, SettingsError, UnknownDesign
from imgurl.text.fonts import FontCatalogue, load_catalogue
from tests.design.documents import SHIPPED, WITH_PHOTO, document, field, image_layer, write_design


def problems_of(folder: Path, fonts: FontCatalogue) -> tuple[Problem, ...]:
    """Return what is wrong with a design's folder."""
    with pytest.raises(BadDesign) as caught:
        load_design(folder, fonts)
    return caught.value.problems


class TestLoadDesign:
    """One folder, one design."""

    def test_what_it_holds(self, folder: Path, design: Design) -> None:
        """Id, document, and the bytes of the files that it means."""
        photo = (folder / "test" / "photo.png").read_bytes()
        text = (folder / "test" / FILE_NAME).read_text()
        found = (design.id, design.text, design.document.title, dict(design.assets))
        assert found == ("test", text, "Test", {"photo.png": photo})

    def test_a_file_that_is_too_large(self, folder: Path, fonts: FontCatalogue) -> None:
        """Files of a design stay in memory: one of hundreds of megabytes is a mistake."""
        with (folder / "test" / "photo.png").open("r+b") as file:
            file.truncate(MAX_ASSET_BYTES + 1)
        (problem,) = problems_of(folder / "test", fonts)
        assert str(problem) == ("/layers/0/asset: photo.png can't be read: it is larger than 40 MB, make it smaller")

    @pytest.mark.parametrize("name", ["Test", "-test", "te st", "été", "a" * 65, "test.bak"])
    def test_folder_names_are_ids(self, tmp_path: Path, fonts: FontCatalogue, name: str) -> None:
        """A folder whose name can't be in a URL is reported."""
        (problem,) = problems_of(write_design(tmp_path, document(), name=name), fonts)
        assert problem.sentence == "the name of a design's folder may contain only lowercase letters, digits, - and _"

    def test_no_document(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """A folder without design.json is reported as having none."""
        (tmp_path / "test").mkdir()
        assert problems_of(tmp_path / "test", fonts) == (Problem("", "the folder has no design.json"),)

    def test_not_utf_8(self, folder: Path, fonts: FontCatalogue) -> None:
        """A document in another encoding is reported."""
        (folder / "test" / FILE_NAME).write_bytes(json.dumps(document()).encode("utf-16"))
        (problem,) = problems_of(folder / "test", fonts)
        assert problem.sentence.startswith("design.json can't be read as UTF-8")

    @pytest.mark.parametrize("target", ["photo.png", "/etc/hostname"])
    def test_a_link_is_not_an_asset(self, folder: Path, fonts: FontCatalogue, target: str) -> None:
        """A symlink in a design's folder is not followed, wherever it leads."""
        (folder / "test" / "link.png").symlink_to(target)
        write_design(folder, document(layers=[image_layer("link.png")]))
        (problem,) = problems_of(folder / "test", fonts)
        assert (problem.pointer, "has no file 'link.png'" in problem.sentence) == ("/layers/0/asset", True)

    def test_a_folder_is_not_an_asset(self, folder: Path, fonts: FontCatalogue) -> None:
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

    def test_the_same_files_have_the_same_version(
        self, folder: Path, design: Design, tmp_path: Path, fonts: FontCatalogue
    ) -> None:
        """A version is the same on every server and after every start: 64 hex digits."""
        copy = shutil.copytree(folder / "test", tmp_path / "elsewhere" / "test")
        assert (load_design(copy, fonts).version, len(design.version)) == (design.version, 64)

    @pytest.mark.parametrize("change", [b"\n", b" "])
    def test_any_byte_of_the_document(self, folder: Path, design: Design, fonts: FontCatalogue, change: bytes) -> None:
        """White space at the end is a change."""
        path = folder / "test" / FILE_NAME
        path.write_bytes(path.read_bytes() + change)
        assert load_design(folder / "test", fonts).version != design.version

    def test_line_ends_of_the_document(self, folder: Path, fonts: FontCatalogue) -> None:
        """Two documents that differ in nothing but CR and LF are two."""
        path = folder / "test" / FILE_NAME
        text = json.dumps(WITH_PHOTO, indent=1)
        versions = set()
        for end in ("\n", "\r\n", "\r"):
            path.write_bytes(text.replace("\n", end).encode())
            versions.add(load_design(folder / "test", fonts).version)
        assert len(versions) == 3

    def test_any_byte_of_an_asset(self, folder: Path, design: Design, fonts: FontCatalogue) -> None:
        """One changed byte of a picture, of the same size and at the same time, is a change."""
        path = folder / "test" / "photo.png"
        before = path.stat()
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert load_design(folder / "test", fonts).version != design.version

    def test_swapped_assets(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """The same pictures under each other's names are a change."""
        raw = document(layers=[image_layer("a.png"), image_layer("b.png")])
        red, blue = (Image.new("RGB", (2, 2), color) for color in ("red", "blue"))
        first = load_design(write_design(tmp_path / "1", raw, {"a.png": red, "b.png": blue}), fonts)
        second = load_design(write_design(tmp_path / "2", raw, {"a.png": blue, "b.png": red}), fonts)
        assert first.version != second.version

    def test_an_unrelated_file(self, folder: Path, design: Design, fonts: FontCatalogue) -> None:
        """A file that the document does not mean is not part of the version."""
        (folder / "test" / "notes.txt").write_text("remember the milk")
        (folder / "test" / "unused.png").write_bytes((folder / "test" / "photo.png").read_bytes())
        assert load_design(folder / "test", fonts).version == design.version

    def test_a_font_that_is_used(self, folder: Path, design: Design, fonts: FontCatalogue) -> None:
        """Another file of the family, of a fallback or of the emoji is a change; one that nothing uses is none."""
        versions = {
            family: load_design(folder / "test", with_other_file(fonts, family)).version == design.version
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
        """The four designs load, and nothing else in the folder is taken for one."""
        library = load_library(shipped("designs"), fonts)
        assert (tuple(library.designs), dict(library.broken)) == (SHIPPED, {})

    def test_good_ones_load_next_to_broken_ones(self, folder: Path, fonts: FontCatalogue) -> None:
        """A broken design is out, with its mistakes; the others are in."""
        write_design(folder, document(size={"width": 0, "height": 0}), name="broken")
        library = load_library(folder, fonts)
        found = (list(library.designs), [problem.pointer for problem in library.broken["broken"].problems])
        assert found == (["test"], ["/size/width", "/size/height"])

    def test_what_is_not_a_design(self, folder: Path, fonts: FontCatalogue) -> None:
        """Files, and folders without a document, are passed over without a word."""
        (folder / "art.py").write_text("")
        (folder / "artkit").mkdir()
        library = load_library(folder, fonts)
        assert (list(library.designs), list(library.broken)) == (["test"], [])

    def test_no_folder(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """A folder that is not there is a wrong setting."""
        with pytest.raises(SettingsError, match="set IMGURL_DESIGNS"):
            load_library(tmp_path / "nowhere", fonts)

    def test_find(self, folder: Path, fonts: FontCatalogue) -> None:
        """A design is found by its id; for another one the near ids are reported."""
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


def test_what_requests_look_up_is_built_once(design: Design, folder: Path, fonts: FontCatalogue) -> None:
    """Fields by name and by design are the same objects each time; having looked changes no comparison."""
    library, again = load_library(folder, fonts), load_library(folder, fonts)
    assert design.document.by_name is design.document.by_name
    assert library.fields is library.fields
    assert [*library.fields] == ["test"]
    assert library == again
    assert design == again.find("test")


class TestReload:
    """An edit is taken over; a broken one is not."""

    def test_a_broken_edit_keeps_the_last_good(self, folder: Path, fonts: FontCatalogue) -> None:
        """The design stays as it was and its mistakes are reported; mended, it is the new one."""
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

    def test_a_design_that_has_not_changed_is_the_same(self, folder: Path, fonts: FontCatalogue) -> None:
        """Its bytes are in memory once, however often the folder is loaded."""
        write_design(folder, document(), name="other")
        first = load_library(folder, fonts)
        write_design(folder, document(title="Edited"), name="other")
        second = load_library(folder, fonts, first)
        assert [second.find(name) is first.find(name) for name in ("test", "other")] == [True, False]

    def test_a_design_that_can_not_be_read_is_broken(self, folder: Path, fonts: FontCatalogue) -> None:
        """A folder or file that fails to be read is not gone: the last good version stays, the others go on."""
        write_design(folder, document(), name="other")
        first = load_library(folder, fonts)
        path = folder / "test" / FILE_NAME
        path.unlink()
        path.symlink_to(FILE_NAME)  # a loop: looking at it fails, also for root
        second = load_library(folder, fonts, first)
        assert (sorted(second.designs), list(second.broken)) == (["other", "test"], ["test"])

    def test_the_fingerprint_sees_a_copy_that_keeps_time_and_size(self, folder: Path) -> None:
        """As ``cp -p`` and ``rsync -t`` make it."""
        photo = folder / "test" / "photo.png"
        before, status = fingerprint(folder), photo.stat()
        photo.write_bytes(bytes(status.st_size))
        os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert fingerprint(folder) != before

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


def test_the_catalogue_of_the_tests_is_the_shipped_one(fonts: FontCatalogue) -> None:
    """Two catalogues of one folder have the same digests: versions do not depend on the process."""
    again = load_catalogue(fonts.folder)
    assert dict(again.digests) == dict(fonts.digests)
