"""One document in several sizes: each is a design of its own, with what differs in place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.cli.options import open_design
from imgurl.design.archive import Archive
from imgurl.design.brand import FILE_NAME
from imgurl.design.library import load_design, load_library
from imgurl.design.sizes import in_size
from imgurl.errors import UnknownDesign
from imgurl.plate.compile import compile_plate
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import Json, box, document, field, shape_layer, text_layer, write_design

SIZES = {"square": {"width": 40, "height": 40}, "story": {"width": 40, "height": 80, "background": "navy"}}
RAW = document(
    sizes=SIZES,
    fields=[field("name")],
    layers=[
        shape_layer(id="bar", sizes={"square": {"box": {"width": 40}, "fill": "red"}, "story": {"hidden": True}}),
        {"type": "group", "box": box(), "layers": [text_layer("Hi <<name>>", sizes={"story": {"font": {"size": 30}}})]},
    ],
)


def broken(folder: Path, fonts: FontCatalogue, raw: Json) -> dict[str, list[tuple[str, str]]]:
    """Return the mistakes by design."""
    write_design(folder, raw)
    library = load_library(folder, fonts)
    return {
        name: [(problem.pointer, problem.sentence) for problem in error.problems]
        for name, error in library.broken.items()
    }


def test_each_size_is_a_design(tmp_path: Path, fonts: FontCatalogue) -> None:
    """With its own pixels, and the rest as it is: boxes, fonts and background as the size says, some layers hidden."""
    write_design(tmp_path, RAW)
    library = load_library(tmp_path, fonts)
    assert [(one.id, one.document.size.width, one.document.size.height) for one in library.designs.values()] == [
        ("test", 60, 40), ("test--square", 40, 40), ("test--story", 40, 80),
    ]  # fmt: skip
    bars = [one.document.layers[0].model_dump(include={"box", "fill", "hidden"}) for one in library.designs.values()]
    assert bars == [
        {"box": box(), "fill": "black", "hidden": False},
        {"box": box(width=40), "fill": "red", "hidden": False},
        {"box": box(), "fill": "black", "hidden": True},
    ]
    sizes = [one.document.every_layer["/layers/1/layers/0"].font.size for one in library.designs.values()]  # type: ignore[union-attr]
    assert sizes == [20, 20, 30]
    plates = [compile_plate(one, fonts) for one in library.designs.values()]
    assert [plate.base.getpixel((1, 30)) for plate in plates] == [(0, 0, 0), (255, 0, 0), (0, 0, 128)]
    assert len({plate.digest for plate in plates}) == 3


def test_a_hidden_layer_is_no_slot(tmp_path: Path, fonts: FontCatalogue) -> None:
    """It costs nothing, whatever values it would show."""
    layers = [text_layer("<<name>>", hidden=True), text_layer("<<name>>")]
    design = load_design(write_design(tmp_path, document(fields=[field("name")], layers=layers)), fonts)
    assert [slot.name for slot in compile_plate(design, fonts).slots] == ["/layers/1"]


def test_versions(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Each size has one of its own; an old one is found with its size, and drawn with the brand it was made with."""
    (tmp_path / FILE_NAME).write_text('{"colors": {"sky": "skyblue"}}')
    raw = RAW | {"sizes": SIZES | {"story": {"width": 40, "height": 80, "background": "brand:sky"}}}
    write_design(tmp_path, raw)
    old, archive = load_library(tmp_path, fonts).designs, Archive(tmp_path / "kept")
    assert len({design.version for design in old.values()}) == 3
    assert [FILE_NAME in design.assets for design in old.values()] == [False, False, True]
    for design in old.values():
        archive.keep(design)
    write_design(tmp_path, document())
    assert {name: archive.find(name, design.version[:12], fonts) == design for name, design in old.items()} == (
        dict.fromkeys(old, True)
    )


def test_one_size_is_opened_by_its_id(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Also where nothing but one link is wanted; an unknown size is answered with the designs there are."""
    write_design(tmp_path, RAW)
    assert open_design(tmp_path, "test--story") == load_library(tmp_path, fonts).find("test--story")
    with pytest.raises(UnknownDesign, match="did you mean 'test--story'"):
        open_design(tmp_path, "test--stroy")


def test_a_folder_whose_name_looks_like_a_size(tmp_path: Path, fonts: FontCatalogue) -> None:
    """It is a design like any other."""
    write_design(tmp_path, document(), name="a--b")
    assert list(load_library(tmp_path, fonts).designs) == ["a--b"]
    assert open_design(tmp_path, "a--b").id == "a--b"
    write_design(tmp_path, RAW, name="a--square")
    library = load_library(tmp_path, fonts)
    assert (list(library.designs), [str(error) for error in library.broken.values()]) == (["a--b"], [
        "design 'a--square' has 1 mistake:\n  /sizes: the name of a folder whose design has sizes can't contain --; "
        "rename the folder"
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("change", "design", "pointer", "sentence"),
    [
        ({"sizes": {"Big": {"width": 1, "height": 1}}}, "test", "/sizes/Big", "'Big' can't be in an id"),
        ({"sizes": {"square": {"width": 9}}}, "test", "/sizes/square/height", "this key is required"),
        ({"sizes": {"square": {"width": 9_000, "height": 9}}}, "test--square", "/sizes/square/width", "4096 or less"),
        ({"layers": [shape_layer(sizes={"sqare": {}})]}, "test", "/layers/0/sizes/sqare", "did you mean 'square'?"),
        ({"layers": [shape_layer(sizes={"square": 5})]}, "test", "/layers/0/sizes/square", "write what differs here"),
        ({"layers": [shape_layer(sizes=5)]}, "test", "/layers/0/sizes", "write an object here"),
        ({"layers": [shape_layer(sizes={"square": {"box": {"widht": 5}}})]}, "test--square",
         "/layers/0/sizes/square/box/widht", "there is no key 'widht' here"),
        ({"layers": [shape_layer(sizes={"square": {"fill": "grün"}})]}, "test--square",
         "/layers/0/sizes/square/fill", "is not a CSS colour"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, fonts: FontCatalogue, change: Json, design: str, pointer: str, sentence: str) -> None:
    """Each is at the place where it is written, and of the size that has it."""
    found = broken(tmp_path, fonts, document(sizes=SIZES) | change)
    assert [sentence in said for place, said in found[design] if place == pointer] == [True]


def test_what_is_wrong_with_all_sizes_is_reported_once(tmp_path: Path, fonts: FontCatalogue) -> None:
    """And the last good version of each stays."""
    write_design(tmp_path, RAW)
    before = load_library(tmp_path, fonts)
    write_design(tmp_path, RAW | {"title": ""})
    after = load_library(tmp_path, fonts, before)
    assert (list(after.broken), after.designs) == (["test"], before.designs)


LEAVES = st.none() | st.integers(0, 3) | st.sampled_from(["a", "b"])
KEYS = st.sampled_from("abcd")
INNER = LEAVES | st.dictionaries(KEYS, LEAVES, max_size=3)
JSON_OBJECTS = st.dictionaries(KEYS, INNER | st.lists(INNER, max_size=2) | st.dictionaries(KEYS, INNER), max_size=4)


def patched(target: Any, patch: Any) -> Any:
    """Apply a patch as the pseudocode of RFC 7396 does."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = patched(target.get(name), value)
    return target


@given(JSON_OBJECTS, JSON_OBJECTS)
def test_what_differs_is_a_merge_patch(layer: Json, patch: Json) -> None:
    """As the RFC has it, for any JSON."""
    raw = {"sizes": {"square": {}}, "layers": [{"type": "x", **layer, "sizes": {"square": patch}}]}
    text = json.dumps(raw)
    assert in_size(raw, "square").document["layers"] == [patched({"type": "x", **layer}, patch)]
    assert in_size(raw, "").document["layers"] == [{"type": "x", **layer}]
    assert json.dumps(raw) == text
