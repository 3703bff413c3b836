"""Which kept versions go, and what is removed with them."""

import os
import shutil
import time
from pathlib import Path

import pytest
from PIL import Image

from imgurl.design.archive import ASSETS, Archive
from imgurl.design.library import load_design
from imgurl.design.pruning import SETTLED_SECONDS, prunable, prune
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import document, image_layer, write_design

NOW = time.time()
DAY = 86_400.0


class Kept:
    """An archive with versions of chosen ages."""

    def __init__(self, folder: Path, fonts: FontCatalogue) -> None:
        self.designs = folder / "designs"
        self.folder = folder / "versions"
        self.archive = Archive(self.folder)
        self._fonts = fonts

    def save(self, title: str, color: str, days: float, name: str = "test") -> str:
        """Save a design; keep it as if it had been served last so many days ago; return its version."""
        photo = {"photo.png": Image.new("RGB", (4, 4), color)}
        write_design(self.designs, document(title=title, layers=[image_layer("photo.png")]), photo, name=name)
        design = load_design(self.designs / name, self._fonts)
        self.archive.keep(design)
        used = NOW - days * DAY
        os.utime(self.folder / name / f"{design.version}.json", (used, used))
        return design.version

    def age_assets(self, seconds: float) -> None:
        """Let all files of versions be of some age."""
        for path in (self.folder / ASSETS).glob("*/*"):
            os.utime(path, (time.time() - seconds, time.time() - seconds))

    def has(self, version: str, name: str = "test") -> bool:
        """Say whether a new process finds a version."""
        return Archive(self.folder).find(name, version[:16], self._fonts) is not None

    @property
    def assets(self) -> int:
        """Files of versions there are."""
        return len(list((self.folder / ASSETS).glob("*/*")))


@pytest.fixture
def kept(tmp_path: Path, fonts: FontCatalogue) -> Kept:
    """An archive."""
    return Kept(tmp_path, fonts)


def test_old_versions_go_and_the_present_one_stays(kept: Kept) -> None:
    """By the time they were served last; the present one whatever its age."""
    old, young, present = kept.save("A", "red", 200), kept.save("B", "blue", 20), kept.save("C", "lime", 300)
    kept.age_assets(SETTLED_SECONDS + 60)
    going = prunable(kept.archive, {"test": present}, NOW - 180 * DAY)
    assert [each.version for each in going] == [old]
    pruned = prune(kept.folder, going)
    assert (pruned.versions, pruned.bytes > 0) == (1, True)
    assert [kept.has(version) for version in (old, young, present)] == [False, True, True]
    assert kept.assets == 2


def test_a_file_that_another_version_names_stays(kept: Kept) -> None:
    """The same picture in an old version and in one that stays."""
    old, present = kept.save("A", "red", 200), kept.save("B", "red", 0)
    kept.age_assets(SETTLED_SECONDS + 60)
    prune(kept.folder, prunable(kept.archive, {"test": present}, NOW - 180 * DAY))
    assert [kept.has(old), kept.has(present), kept.assets] == [False, True, 1]


def test_a_file_without_a_manifest_may_be_just_being_kept(kept: Kept) -> None:
    """It goes when it is a day old."""
    kept.save("A", "red", 200)
    prune(kept.folder, prunable(kept.archive, {}, NOW - 180 * DAY))
    young = kept.assets
    kept.age_assets(SETTLED_SECONDS + 60)
    prune(kept.folder, ())
    assert (young, kept.assets) == (1, 0)


def test_a_manifest_that_can_not_be_read_keeps_all_files(kept: Kept) -> None:
    """What it names is not known."""
    version = kept.save("A", "red", 0)
    (kept.folder / "test" / f"{version}.json").write_text("{")
    kept.age_assets(SETTLED_SECONDS + 60)
    assert (prune(kept.folder, ()).bytes, kept.assets) == (0, 1)


def test_a_design_that_is_gone_has_no_present_version(kept: Kept) -> None:
    """Its versions go by their age too."""
    version = kept.save("A", "red", 200, name="gone")
    going = prunable(kept.archive, {"test": "0" * 64}, NOW - 180 * DAY)
    assert [(each.design, each.version) for each in going] == [("gone", version)]
    prune(kept.folder, going)
    assert not (kept.folder / "gone").exists()


def test_serving_a_version_renews_its_time(kept: Kept, fonts: FontCatalogue) -> None:
    """A version that a pinned link showed, or that a server began with, is in use."""
    old, present = kept.save("A", "red", 200), kept.save("B", "blue", 200)
    Archive(kept.folder).find("test", old[:16], fonts)
    Archive(kept.folder).keep(load_design(kept.designs / "test", fonts))
    assert prunable(kept.archive, {}, NOW - DAY) == ()
    assert [kept.has(version) for version in (old, present)] == [True, True]


def test_versions_of_the_layout_of_before_go_alike(kept: Kept) -> None:
    """A folder with all files of a version; the present one stays."""
    old, present = kept.save("A", "red", 0), kept.save("B", "blue", 0)
    shutil.rmtree(kept.folder)
    for version in (old, present):
        folder = kept.folder / "test" / version[:32] / "test"
        shutil.copytree(kept.designs / "test", folder)
        os.utime(folder / "design.json", (1e9, 1e9))
    going = prunable(kept.archive, {"test": present}, NOW - 180 * DAY)
    pruned = prune(kept.folder, going)
    assert ([each.version for each in going], pruned.versions, pruned.bytes > 0) == ([old[:32]], 1, True)
    assert kept.has(present)
