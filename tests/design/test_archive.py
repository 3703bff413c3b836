"""Versions kept for pinned URLs: in the data folder, and in the store that machines share."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imgurl.design.archive import LACKING_SECONDS, SHARE_AGAIN_SECONDS, Archive
from imgurl.design.library import FILE_NAME, Design, load_design
from imgurl.storage import Storage, open_storage
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import PHOTO, WITH_PHOTO, document, write_design
from tests.design.test_library import with_other_file


class Clock:
    """A monotonic clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive whose folder is not there yet."""
    return Archive(tmp_path / "kept" / "designs")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """The store that machines share."""
    return open_storage((tmp_path / "shared").as_uri())


def edited(folder: Path, fonts: FontCatalogue, **more: Any) -> Design:
    """Return the design after an edit."""
    write_design(folder, WITH_PHOTO | more)
    return load_design(folder / "test", fonts)


def files(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder but those that are being written."""
    paths = [path for path in folder.rglob("*") if path.is_file() and ".unfinished" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


class TestFolder:
    """Pinned URLs show the version they were made with."""

    def test_a_kept_version_is_found_after_an_edit(
        self, archive: Archive, folder: Path, design: Design, fonts: FontCatalogue
    ) -> None:
        """The old document and its pictures are found by the pin, the beginning of the version."""
        archive.keep(design)
        write_design(folder, document(title="Edited"), {"photo.png": Image.new("RGB", (4, 4), "blue")})
        archive.keep(load_design(folder / "test", fonts))
        assert archive.find("test", design.version[:12], fonts) == design

    def test_the_whole_version_is_a_pin(self, archive: Archive, design: Design, fonts: FontCatalogue) -> None:
        """A pin of all 64 digits is distinguished from one of another version that begins alike."""
        archive.keep(design)
        other = design.version[:63] + ("0" if design.version[63] != "0" else "1")
        assert (archive.find("test", design.version, fonts), archive.find("test", other, fonts)) == (design, None)

    def test_a_version_that_comes_later_is_found(self, archive: Archive, design: Design, fonts: FontCatalogue) -> None:
        """That it was not there a moment ago does not hide it."""
        before = archive.find("test", design.version[:12], fonts)
        archive.keep(design)
        assert (before, archive.find("test", design.version[:12], fonts)) == (None, design)

    def test_only_what_the_design_means_is_kept(
        self, archive: Archive, folder: Path, design: Design, tmp_path: Path
    ) -> None:
        """A manifest and the picture, none of the notes next to a design; a second time nothing is written."""
        (folder / "test" / "notes.txt").write_text("private")
        archive.keep(design)
        before = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*")}
        archive.keep(design)
        assert {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*")} == before
        kept = files(tmp_path / "kept" / "designs")
        assert [name.partition("/")[0] for name in kept] == ["_assets", "test"]
        assert next(iter(kept.values())) == design.assets["photo.png"]

    def test_a_picture_is_kept_once(
        self, archive: Archive, folder: Path, design: Design, fonts: FontCatalogue, tmp_path: Path
    ) -> None:
        """However many versions and designs use it."""
        archive.keep(design)
        for title in ("second", "third"):
            archive.keep(edited(folder, fonts, title=title))
        write_design(folder, WITH_PHOTO, PHOTO, name="other")
        archive.keep(load_design(folder / "other", fonts))
        names = [name.split("/")[0] for name in files(tmp_path / "kept" / "designs")]
        assert names == ["_assets", "other", "test", "test", "test"]
        assert archive.find("test", design.version, fonts) == design

    @pytest.mark.parametrize("pin", ["0" * 12, "f" * 12, ".new-"])
    def test_an_unknown_pin(self, archive: Archive, design: Design, fonts: FontCatalogue, pin: str) -> None:
        """Where nothing begins so, nothing is found."""
        archive.keep(design)
        assert archive.find("test", pin, fonts) is None

    def test_nothing_kept(self, archive: Archive, fonts: FontCatalogue, tmp_path: Path) -> None:
        """An archive that never kept anything finds nothing, and looking makes no folder."""
        assert archive.find("test", "0" * 12, fonts) is None
        assert not (tmp_path / "kept").exists()

    @pytest.mark.parametrize("damage", ["document", "picture", "lost picture", "emptied", "no json", "other", "names"])
    def test_a_damaged_copy_is_none(
        self, archive: Archive, design: Design, fonts: FontCatalogue, tmp_path: Path, damage: str
    ) -> None:
        """A copy that is not what its version says is never shown."""
        archive.keep(design)
        (kept,) = (tmp_path / "kept").rglob("*.json")
        (picture,) = (path for path in (tmp_path / "kept" / "designs" / "_assets").rglob("*") if path.is_file())
        match damage:
            case "document":
                kept.write_text(kept.read_text().replace("Test", "Best"))
            case "picture":
                Image.new("RGB", (4, 4), "blue").save(picture, "PNG")
            case "lost picture":
                picture.unlink()
            case "emptied":
                kept.write_bytes(b"")
            case "other":
                kept.write_text("[1, 2]")
            case "names":
                kept.write_text(json.dumps({"document": design.text, "assets": {"photo.png": "../../etc/passwd"}}))
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

    def test_the_layout_of_before_is_read(
        self, archive: Archive, folder: Path, design: Design, fonts: FontCatalogue, tmp_path: Path
    ) -> None:
        """A folder with all files for each version: found by its pin, and not kept a second time."""
        old = tmp_path / "kept" / "designs" / "test" / design.version[:32] / "test"
        shutil.copytree(folder / "test", old)
        archive.keep(design)
        assert archive.find("test", design.version[:16], fonts) == design
        assert [path.name for path in (tmp_path / "kept" / "designs").rglob("*.json")] == [FILE_NAME]
        assert [(kept.design, kept.version) for kept in archive.versions()] == [("test", design.version[:32])]


class TestSharedStore:
    """A machine that never saw a version gets it from the store that all share."""

    def test_another_machine_finds_the_version(
        self, storage: Storage, design: Design, fonts: FontCatalogue, tmp_path: Path
    ) -> None:
        """What one machine shared another fetches, and keeps: from then on it needs no store."""
        Archive(tmp_path / "one", storage).share([design])
        other = Archive(tmp_path / "two", storage)
        pin = design.version[:16]
        assert (other.find("test", pin, fonts), other.may_fetch("test", pin)) == (None, True)
        assert (other.fetch("test", pin, fonts), other.find("test", pin, fonts)) == (design, design)
        assert Archive(tmp_path / "two").find("test", pin, fonts) == design

    def test_sharing_again_writes_nothing(self, storage: Storage, design: Design, tmp_path: Path) -> None:
        """Neither the same archive nor another process writes what is there."""
        archive = Archive(tmp_path / "one", storage)
        assert archive.wants_to_share([design])
        archive.share([design])
        assert not archive.wants_to_share([design])
        before = {path: path.stat().st_mtime_ns for path in (tmp_path / "shared").rglob("*") if path.is_file()}
        archive.share([design])
        Archive(tmp_path / "two", storage).share([design])
        after = {path: path.stat().st_mtime_ns for path in (tmp_path / "shared").rglob("*") if path.is_file()}
        assert (len(after), after) == (2, before)

    def test_a_version_that_is_nowhere_is_asked_for_once_in_a_while(
        self, storage: Storage, design: Design, fonts: FontCatalogue, tmp_path: Path
    ) -> None:
        """A campaign with a pin that nobody has must not ask the store for each recipient."""
        clock = Clock()
        archive = Archive(tmp_path / "one", storage, clock)
        assert archive.fetch("test", design.version[:12], fonts) is None
        Archive(tmp_path / "two", storage).share([design])
        assert (archive.may_fetch("test", design.version[:12]), archive.fetch("test", design.version[:12], fonts)) == (
            False,
            None,
        )
        clock.now += LACKING_SECONDS
        assert archive.fetch("test", design.version[:12], fonts) == design

    def test_a_store_that_fails_costs_the_version_only(
        self, storage: Storage, design: Design, fonts: FontCatalogue, tmp_path: Path
    ) -> None:
        """Nothing is raised; sharing is tried again after half a minute, and works when the store does."""
        clock = Clock()
        archive = Archive(tmp_path / "one", storage, clock)
        with failing(tmp_path / "shared"):
            archive.share([design])
            assert archive.fetch("test", "0" * 12, fonts) is None
        assert not archive.wants_to_share([design])
        clock.now += SHARE_AGAIN_SECONDS
        assert archive.wants_to_share([design])
        archive.share([design])
        assert Archive(tmp_path / "two", storage).fetch("test", design.version[:12], fonts) == design

    def test_without_a_store_there_is_nothing_to_fetch(
        self, archive: Archive, design: Design, fonts: FontCatalogue
    ) -> None:
        """A single machine has what it has."""
        archive.share([design])
        assert (archive.wants_to_share([design]), archive.may_fetch("test", "0" * 12)) == (False, False)
        assert archive.fetch("test", design.version[:12], fonts) is None


@contextmanager
def failing(folder: Path) -> Iterator[None]:
    """Put a file in the place of a store's folder for a while."""
    away = folder.with_name("away")
    folder.rename(away)
    folder.write_text("in the way")
    yield
    folder.unlink()
    away.rename(folder)
