"""The designs that are served: what stays when the folder, or a design in it, is gone."""

import os
import shutil
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from imgurl.design.archive import Archive
from imgurl.design.library import FILE_NAME
from imgurl.design.shelf import MISSING_SECONDS, RENEW_SECONDS, Shelf, open_shelf
from imgurl.errors import SettingsError, UnknownDesign
from imgurl.storage import open_storage
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import document, write_design
from tests.design.test_archive import Clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two designs."""
    for name in ("one", "two"):
        write_design(tmp_path / "designs", document(), name=name)
    return tmp_path / "designs"


def look(shelf: Shelf) -> bool:
    """Look at the folder and serve what is there; return whether that is something else."""
    library = shelf.look()
    return library is not None and shelf.take(library)


def test_a_folder_that_is_emptied_keeps_its_designs(folder: Path, fonts: FontCatalogue) -> None:
    """For as long as it is empty, and it is said what is wrong; back again, all is as before."""
    clock = Clock()
    shelf = open_shelf(folder, fonts, clock=clock)
    for name in ("one", "two"):
        shutil.move(folder / name, folder.parent / name)
    assert look(shelf)
    clock.now += 1_000_000
    assert (look(shelf), list(shelf.library.designs)) == (False, ["one", "two"])
    assert (sorted(shelf.library.missing), "is empty" in shelf.library.trouble) == (["one", "two"], True)
    for name in ("one", "two"):
        shutil.move(folder.parent / name, folder / name)
    assert look(shelf)
    assert (shelf.library.missing, shelf.library.trouble) == ({}, "")


def test_a_folder_that_comes_back_in_parts(folder: Path, fonts: FontCatalogue) -> None:
    """Time begins to count for a design when others are there again, however long the folder was empty."""
    clock = Clock()
    shelf = open_shelf(folder, fonts, clock=clock)
    shutil.rmtree(folder)
    folder.mkdir()
    look(shelf)
    clock.now += 1_000_000
    write_design(folder, document(), name="two")
    assert look(shelf)
    assert (list(shelf.library.designs), list(shelf.library.missing)) == (["one", "two"], ["one"])
    clock.now += MISSING_SECONDS - 1
    look(shelf)
    assert "one" in shelf.library.designs
    clock.now += 1
    assert look(shelf)
    assert (list(shelf.library.designs), shelf.library.missing) == (["two"], {})


def test_a_folder_that_can_not_be_read_keeps_its_designs(folder: Path, fonts: FontCatalogue) -> None:
    """It is said once that it can't be read; the designs stay."""
    shelf = open_shelf(folder, fonts)
    folder.rename(folder.with_name("away"))
    assert [look(shelf), look(shelf)] == [True, False]
    assert ("can't be read" in shelf.library.trouble, list(shelf.library.designs)) == (True, ["one", "two"])


def test_one_design_that_is_gone_stays_for_a_while(folder: Path, fonts: FontCatalogue) -> None:
    """Ten minutes, also where nothing else changes; then it is unknown."""
    clock = Clock()
    shelf = open_shelf(folder, fonts, clock=clock)
    shutil.rmtree(folder / "one")
    assert look(shelf)
    assert (shelf.version("one", None).id, list(shelf.library.missing)) == ("one", ["one"])
    clock.now += MISSING_SECONDS
    assert look(shelf)
    with pytest.raises(UnknownDesign):
        shelf.version("one", None)


def test_one_design_that_comes_back(folder: Path, fonts: FontCatalogue) -> None:
    """A design that is deleted and copied again is never away, and is the new one then."""
    shelf = open_shelf(folder, fonts)
    before = shelf.library.find("one")
    shutil.rmtree(folder / "one")
    look(shelf)
    kept = shelf.library.find("one")
    write_design(folder, document(title="New"), name="one")
    look(shelf)
    assert (kept is before, shelf.library.find("one").document.title, shelf.library.missing) == (True, "New", {})


def test_a_design_whose_document_is_gone_is_missing(folder: Path, fonts: FontCatalogue) -> None:
    """As in the middle of a copy that deletes first."""
    shelf = open_shelf(folder, fonts)
    (folder / "one" / FILE_NAME).unlink()
    look(shelf)
    assert (list(shelf.library.designs), list(shelf.library.missing)) == (["one", "two"], ["one"])


def test_a_start_needs_a_folder(tmp_path: Path, fonts: FontCatalogue) -> None:
    """With nothing served before there is nothing to keep: the process says so and does not start."""
    with pytest.raises(SettingsError, match="can't be read"):
        open_shelf(tmp_path / "nowhere", fonts)


def test_a_file_that_is_changed_twice_within_a_tick(folder: Path, fonts: FontCatalogue) -> None:
    """A second edit that leaves time and size as they are is seen: what changed lately is looked at once more."""
    shelf = open_shelf(folder, fonts)
    path = folder / "one" / FILE_NAME
    path.write_text(path.read_text().replace("Test", "Best"))
    look(shelf)
    status = path.stat()
    path.write_text(path.read_text().replace("Best", "Rest"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert look(shelf)
    assert shelf.library.find("one").document.title == "Rest"


class AtOnce(Executor):
    """Does everything at once, and counts."""

    done = 0

    def submit(self, work: Any, /, *given: Any, **named: Any) -> Future[Any]:
        """Do it."""
        self.done += 1
        future: Future[Any] = Future()
        future.set_result(work(*given, **named))
        return future


def test_versions_reach_the_shared_store(folder: Path, tmp_path: Path, fonts: FontCatalogue) -> None:
    """Those of the start and those of each edit, each once; another machine then has them by their pins."""
    storage, background = open_storage((tmp_path / "shared").as_uri()), AtOnce()
    shelf = open_shelf(folder, fonts, Archive(tmp_path / "a", storage), background)
    shelf.keep()
    first = shelf.library.find("one")
    write_design(folder, document(title="New"), name="one")
    assert look(shelf)
    look(shelf)
    assert background.done == 2
    other = open_shelf(folder, fonts, Archive(tmp_path / "b", storage))
    pin = first.version[:16]
    assert other.version("one", pin) == other.find("one")
    assert (other.may_fetch("one", pin), other.fetch("one", pin)) == (True, True)
    assert other.version("one", pin) == first


def test_a_version_in_use_is_noted_to_be(folder: Path, tmp_path: Path, fonts: FontCatalogue) -> None:
    """Also where it is shown from memory for months, so that pruning leaves it."""
    clock, archive = Clock(), Archive(tmp_path / "a")
    shelf = open_shelf(folder, fonts, archive, clock=clock)
    shelf.keep()
    pinned = shelf.library.find("one")
    write_design(folder, document(title="New"), name="one")
    look(shelf)
    assert shelf.version("one", pinned.version[:16]) == pinned
    manifest = tmp_path / "a" / "one" / f"{pinned.version}.json"
    os.utime(manifest, (1e9, 1e9))
    clock.now += RENEW_SECONDS
    look(shelf)
    assert manifest.stat().st_mtime > 1.5e9


def test_nothing_is_fetched_for_what_is_not_a_design_here(folder: Path, tmp_path: Path, fonts: FontCatalogue) -> None:
    """A link to a design that this machine does not have is unknown, whatever the store has."""
    storage = open_storage((tmp_path / "shared").as_uri())
    shelf = open_shelf(folder, fonts, Archive(tmp_path / "a", storage))
    assert not shelf.fetch("three", "0" * 16)
    assert not open_shelf(folder, fonts).may_fetch("one", "0" * 16)
