"""Designs are saved whole or not at all, never over somebody else's, and their history says who did what."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from imgurl.design.archive import Archive
from imgurl.design.changes import changes_between
from imgurl.design.editing import DesignFolder
from imgurl.design.history import History, Saving
from imgurl.design.library import load_design, load_library
from imgurl.errors import BadDesign, DesignChanged, UnknownDesign, UnknownVersion
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import WITH_PHOTO, document, shape_layer, text_layer


@pytest.fixture
def designs(folder: Path, fonts: FontCatalogue) -> DesignFolder:
    """A folder with the design ``test``, to be changed."""
    return DesignFolder(folder, fonts)


@pytest.fixture
def history(designs: DesignFolder, tmp_path: Path) -> History:
    """The history of the designs in it."""
    return History(designs, Archive(tmp_path / "data" / "versions"))


def titled(text: str, title: str) -> str:
    """Return a document with another title."""
    return json.dumps(json.loads(text) | {"title": title})


class TestFolder:
    """A document is its bytes."""

    def test_what_is_saved_is_what_is_read(self, designs: DesignFolder, folder: Path, fonts: FontCatalogue) -> None:
        """A document is written byte for byte, blanks and line ends too, and is the design from then on."""
        first = designs.read("test")
        assert first.text == (folder / "test" / "design.json").read_text()
        text = "\n\t" + titled(first.text, "Été\u2028") + " \r\n"
        second = designs.save("test", text, first.revision)
        assert (folder / "test" / "design.json").read_bytes() == text.encode() == second.text.encode()
        assert second.revision != first.revision
        assert load_design(folder / "test", fonts).document.title == "Été\u2028"

    def test_nothing_is_written_over_what_somebody_else_saved(self, designs: DesignFolder) -> None:
        """Of two who began from the same document, the second is refused, and what the first wrote stays."""
        first = designs.read("test")
        mine = designs.save("test", titled(first.text, "Mine"), first.revision)
        with pytest.raises(DesignChanged):
            designs.save("test", titled(first.text, "Theirs"), first.revision)
        assert designs.read("test") == mine

    def test_of_many_at_once_one_saves(self, designs: DesignFolder) -> None:
        """Of twelve savers at the same time one succeeds, whose document is there."""
        first = designs.read("test")

        def save(number: int) -> int | None:
            try:
                designs.save("test", titled(first.text, f"Number {number}"), first.revision)
            except DesignChanged:
                return None
            return number

        with ThreadPoolExecutor(12) as threads:
            saved = [number for number in threads.map(save, range(12)) if number is not None]
        assert len(saved) == 1
        assert json.loads(designs.read("test").text)["title"] == f"Number {saved[0]}"

    def test_mistakes_are_not_saved(self, designs: DesignFolder) -> None:
        """A document with mistakes is refused with all of them, and the former one stays."""
        first = designs.read("test")
        with pytest.raises(BadDesign) as caught:
            designs.save("test", json.dumps(document(layers=[text_layer(color="bleu"), {"type": "x"}])), first.revision)
        assert {problem.pointer for problem in caught.value.problems} == {"/layers/0/color", "/layers/1"}
        assert designs.read("test") == first

    def test_a_new_design_gets_a_name_of_its_own(
        self, designs: DesignFolder, folder: Path, fonts: FontCatalogue
    ) -> None:
        """The id is made of the title; a second one of this title gets a number; a broken one leaves nothing."""
        text, photo = json.dumps(document()), (folder / "test" / "photo.png").read_bytes()
        assert designs.create("Frühling, 2026!", text, {}).design == "fruhling-2026"
        assert designs.create("Frühling 2026", json.dumps(WITH_PHOTO), {"photo.png": photo}).design == "fruhling-2026-2"
        assert designs.create("春", text, {}).design == "design"
        with pytest.raises(BadDesign):
            designs.create("Broken", "{}", {"photo.png": photo})
        assert set(load_library(folder, fonts).designs) == {"test", "fruhling-2026", "fruhling-2026-2", "design"}
        assert not (folder / "broken").exists()

    def test_files_are_never_overwritten(self, designs: DesignFolder, folder: Path) -> None:
        """Another picture of the same name gets another name, an equal one does not; no name leaves the folder."""
        assert designs.add_file("test", "New Photo.PNG", b"one") == "new-photo.png"
        assert designs.add_file("test", "new-photo.png", b"two") == "new-photo-2.png"
        assert designs.add_file("test", "new-photo.png", b"one") == "new-photo.png"
        assert designs.add_file("test", "../../evil.png", b"x") == "evil.png"
        assert designs.add_file("test", "Font.woff2", b"f") == "fonts/font.woff2"
        assert (folder / "test" / "fonts" / "font.woff2").read_bytes() == b"f"

    @pytest.mark.parametrize("name", ["missing", "../test", "", ".", "test/../test"])
    def test_only_designs_are_read(self, designs: DesignFolder, name: str) -> None:
        """What is no design, or outside of the folder, is unknown."""
        with pytest.raises(UnknownDesign):
            designs.read(name)

    def test_a_size_is_edited_in_its_document(self, designs: DesignFolder) -> None:
        """A design in another size has the document of the design."""
        assert designs.read("test--square").design == "test"


class TestHistory:
    """Versions have numbers, people and times."""

    def test_versions_are_counted(self, history: History) -> None:
        """What was there is version 1 of nobody; each one saved is the next, by whoever saved it."""
        written, entry = history.current("test")
        assert entry is not None
        assert (entry.number, entry.by) == (1, "")
        _, second = history.save("test", titled(written.text, "B"), written.revision, Saving("Mara"))
        assert (second.number, second.by) == (2, "Mara")
        newest, oldest = history.listing("test")
        assert [change.key for change in newest.changes] == ["title"]
        assert (newest.changes[0].before, newest.changes[0].after) == ("Test", "B")
        assert newest.is_kept
        assert oldest.is_kept

    def test_what_is_edited_by_hand_is_a_version_too(self, history: History, folder: Path) -> None:
        """A document that was changed in the folder is found once, however often somebody looks."""
        written, _ = history.current("test")
        (folder / "test" / "design.json").write_text(titled(written.text, "By hand"))
        for _ in range(2):
            assert [listed.entry.by for listed in history.listing("test")] == ["", ""]

    def test_a_broken_edit_is_none(self, history: History, folder: Path) -> None:
        """A document with mistakes is no version."""
        history.current("test")
        (folder / "test" / "design.json").write_text("{")
        written, entry = history.current("test")
        assert (written.text, entry) == ("{", None)

    def test_returning_makes_a_new_version_with_the_old_pictures(self, history: History, folder: Path) -> None:
        """Version 1 comes back as version 3: document and picture, byte for byte, whatever became of the picture."""
        written, _ = history.current("test")
        picture = (folder / "test" / "photo.png").read_bytes()
        second, _ = history.save("test", json.dumps(document(layers=[shape_layer()])), written.revision, Saving("Mara"))
        (folder / "test" / "photo.png").unlink()
        back, entry = history.return_to("test", 1, second.revision, "Jonas")
        assert (entry.number, entry.by, entry.origin) == (3, "Jonas", ("return", "1"))
        assert back.text == written.text
        assert (folder / "test" / "photo.png").read_bytes() == picture
        assert history.version("test", 3).version == history.version("test", 1).version

    def test_a_version_that_is_gone_is_said_to_be(self, history: History, tmp_path: Path) -> None:
        """A version whose files were pruned stays in the list, and can't be shown."""
        history.current("test")
        for path in (tmp_path / "data" / "versions" / "test").glob("*.json"):
            path.unlink()
        assert [listed.is_kept for listed in history.listing("test")] == [False]
        with pytest.raises(UnknownVersion):
            history.version("test", 1)


class TestChanges:
    """What differs is told by layer, field and property."""

    def test_each_part_is_known_by_its_id(self) -> None:
        """A layer that moved in the list is the same layer; what was added and removed is said once."""
        old = document(
            fields=[{"name": "city", "sample": "Oslo", "fallback": ""}],
            layers=[
                shape_layer(id="a"),
                text_layer(id="b"),
                {"type": "group", "id": "g", "layers": [shape_layer(id="c")]},
            ],
        )
        new = document(
            fields=[
                {"name": "city", "sample": "Rome", "fallback": ""},
                {"name": "tier", "sample": "x", "fallback": ""},
            ],
            layers=[text_layer(id="b", font={"family": "Inter", "size": 24}), shape_layer(id="a"), shape_layer(id="d")],
        )
        found = {(one.part, one.id, one.key): (one.before, one.after)
                 for one in changes_between(json.dumps(old), json.dumps(new))}  # fmt: skip
        assert found == {
            ("layer", "b", "font.size"): (20, 24),
            ("layer", "d", ""): (None, "shape"),
            ("layer", "g", ""): ("group", None),
            ("layer", "c", ""): ("shape", None),
            ("design", "", "order"): (["a", "b"], ["b", "a"]),
            ("field", "city", "sample"): ("Oslo", "Rome"),
            ("field", "tier", ""): (None, "tier"),
        }

    def test_what_is_no_document_has_no_changes(self) -> None:
        """Neither a broken text nor a list differs from anything."""
        assert changes_between("{", "{}") == changes_between("{}", "[]") == ()
