"""The brand beside the designs: names for colours, fonts and logos, put in place before a document is read."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imgurl.design.archive import Archive
from imgurl.design.brand import FILE_NAME, read_brand, with_brand
from imgurl.design.layers.image import Initials
from imgurl.design.library import Design, fingerprint, load_design, make_design
from imgurl.errors import BadDesign
from imgurl.pipeline.orders import files_of
from imgurl.plate.compile import compile_plate
from imgurl.plate.render import render
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import Json, box, document, field, image_layer, shape_layer, text_layer, write_design
from tests.text.fontmaking import font_file

BRAND = {
    "colors": {"primary": "#0b3d2e", "accent": "oklch(70% 0.15 150)", "unused": "tomato"},
    "fonts": {"heading": "Playfair Display", "body": "Inter"},
    "logos": {"logo": "mark.png", "other": "other.png"},
}
COLOR = {"name": "shade", "type": "color", "sample": "brand:accent", "fallback": "brand:primary"}
BRANDED = document(
    background={"type": "linear", "stops": [{"offset": 0, "color": "brand:primary"}, {"offset": 1, "color": "white"}]},
    fields=[COLOR, field("name")],
    default_values={"shade": "brand:accent", "name": "brand:primary"},
    layers=[
        text_layer("brand:primary", color="brand:accent", font={"family": "brand:heading", "size": 20}),
        image_layer({"by": "name", "assets": {"Ava": "brand:logo"}, "else": ""}),
        {"type": "group", "box": {"x": 0, "y": 0, "width": 9, "height": 9}, "layers": [shape_layer(fill="<<shade>>")]},
    ],
)


def workspace(folder: Path, raw: Json = BRANDED, brand: Any = BRAND) -> Path:
    """Write a brand and a design beside it; return the design's folder."""
    (folder / "brand").mkdir(exist_ok=True)
    for name, color in (("mark.png", "red"), ("other.png", "blue")):
        Image.new("RGB", (3, 3), color).save(folder / "brand" / name)
    (folder / FILE_NAME).write_text(brand if isinstance(brand, str) else json.dumps(brand))
    return write_design(folder, raw)


def mistakes(folder: Path, fonts: FontCatalogue) -> list[tuple[str, str]]:
    """Return pointer and sentence of each mistake."""
    with pytest.raises(BadDesign) as caught:
        load_design(folder, fonts)
    return [(problem.pointer, problem.sentence) for problem in caught.value.problems]


def with_colors(**colors: str) -> Json:
    """Return the brand with other colours."""
    return BRAND | {"colors": BRAND["colors"] | colors}


def test_what_the_brand_says_is_put_in_place(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Wherever a colour, a family or a picture goes; what people read stays as it is."""
    design = load_design(workspace(tmp_path), fonts)
    text, image, _ = design.layers.values()
    assert design.document.background.model_dump()["stops"][0]["color"] == "#0b3d2e"  # type: ignore[union-attr]
    assert text.model_dump(include={"text", "color"}) == {"text": "brand:primary", "color": "oklch(70% 0.15 150)"}
    assert design.document.families == {"Playfair Display"}
    assert image.files({}) == {"brand/mark.png": "/asset/assets/Ava"}
    assert (design.document.fields[0].sample, design.document.fields[0].fallback) == ("oklch(70% 0.15 150)", "#0b3d2e")
    assert design.document.default_values == {"shade": "oklch(70% 0.15 150)", "name": "brand:primary"}


def test_only_what_is_used_is_kept(tmp_path: Path, fonts: FontCatalogue) -> None:
    """The used names are a file of the design, and so is the used logo."""
    design = load_design(workspace(tmp_path), fonts)
    assert design.assets.keys() == {FILE_NAME, "brand/mark.png"}
    assert json.loads(design.assets[FILE_NAME]) == {
        "colors": {"accent": "oklch(70% 0.15 150)", "primary": "#0b3d2e"},
        "fonts": {"heading": "Playfair Display"},
        "logos": {"logo": "mark.png"},
    }
    assert design.pictures.keys() == {"brand/mark.png"}


@pytest.mark.parametrize(
    ("change", "is_new"),
    [
        (with_colors(primary="#0b3d2f"), True),
        (with_colors(unused="black"), False),
        (with_colors(more="black"), False),
        (BRAND | {"fonts": {"heading": "Inter"}}, True),
        (BRAND | {"fonts": {"heading": "Playfair Display"}}, False),
        (BRAND | {"logos": {"logo": "other.png"}}, True),
    ],
)
def test_a_version_changes_with_what_is_used(tmp_path: Path, fonts: FontCatalogue, change: Json, is_new: bool) -> None:
    """A change of what the design does not use changes no picture and no version."""
    before = load_design(workspace(tmp_path), fonts)
    after = load_design(workspace(tmp_path, brand=change), fonts)
    assert (after.version != before.version) is is_new


def test_a_design_without_names_knows_no_brand(tmp_path: Path, fonts: FontCatalogue) -> None:
    """Its version is the same with and without a brand, however broken that is."""
    plain = document(layers=[text_layer("Say brand:primary")])
    alone = load_design(write_design(tmp_path / "alone", plain), fonts)
    beside = load_design(workspace(tmp_path, plain, "{"), fonts)
    assert (beside.version, dict(beside.assets)) == (alone.version, {})


def pixels(design: Design) -> bytes:
    """Return the picture of a design's samples."""
    return render(compile_plate(design, design.fonts), design.samples, "png").body


def test_an_old_version_has_its_brand(tmp_path: Path, fonts: FontCatalogue) -> None:
    """A pinned link shows the colours, fonts and logo that it was made with, whatever happens to the folder."""
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "acme.woff2").write_bytes(font_file(is_woff2=True))
    raw = BRANDED | {"size": {"width": 90, "height": 60}}
    brand = BRAND | {"fonts": {"heading": "Acme Sans"}}
    old, archive = load_design(workspace(tmp_path, raw, brand), fonts), Archive(tmp_path / "kept")
    archive.keep(old)
    before = pixels(old)
    (tmp_path / "fonts" / "acme.woff2").unlink()
    Image.new("RGB", (3, 3), "green").save(tmp_path / "brand" / "mark.png")
    new = load_design(workspace(tmp_path, raw, with_colors(primary="pink")), fonts)
    found = archive.find("test", old.version[:12], fonts)
    assert found == old
    assert found is not None
    assert (pixels(found), pixels(new) != before) == (before, True)


def test_renderers_get_all_of_it(tmp_path: Path, fonts: FontCatalogue) -> None:
    """The files that a design is sent as make the same design."""
    design = load_design(workspace(tmp_path), fonts)
    sent = files_of(design)
    assert make_design(sent.id, sent.text, sent.assets, sent.assets.__getitem__, fonts) == design


def test_a_change_of_the_brand_is_seen(tmp_path: Path) -> None:
    """brand.json, a logo, a font that all share and a font of the design, also where only the content changes."""
    design = workspace(tmp_path)
    for folder in (tmp_path / "fonts", design / "fonts"):
        folder.mkdir()
        (folder / "a.ttf").write_bytes(b"a")
    for path in (tmp_path / FILE_NAME, tmp_path / "brand" / "mark.png", tmp_path / "fonts" / "a.ttf",
                 design / "fonts" / "a.ttf"):  # fmt: skip
        before = fingerprint(tmp_path)
        path.write_bytes(path.read_bytes() + b" ")
        assert fingerprint(tmp_path) != before, path


class TestMistakes:
    """Each with its place, and what was most likely meant."""

    @pytest.mark.parametrize(
        ("layer", "pointer", "sentence"),
        [
            (shape_layer(fill="brand:primry"), "/layers/0/fill", "no colour 'primry': did you mean 'primary'?"),
            (shape_layer(fill="brand:xyz"), "/layers/0/fill", "no colour 'xyz'; name it in brand.json"),
            (shape_layer(fill="brand:heading"), "/layers/0/fill", "'heading' of the brand is a font; name a colour"),
            (image_layer("brand:lgo"), "/layers/0/asset", "no logo 'lgo': did you mean 'logo'?"),
            (text_layer(font={"family": "brand:head", "size": 9}), "/layers/0/font/family", "did you mean 'heading'?"),
        ],
    )
    def test_names(self, tmp_path: Path, fonts: FontCatalogue, layer: Json, pointer: str, sentence: str) -> None:
        """A name that means nothing is the only mistake."""
        ((place, found),) = mistakes(workspace(tmp_path, document(layers=[layer])), fonts)
        assert (place, sentence in found) == (pointer, True)

    @pytest.mark.parametrize(
        ("brand", "sentence"),
        [
            ("{", "brand.json: brand.json is not valid JSON (line 1"),
            ("[]", "brand.json must hold one object"),
            ('{"colors": {"primary": "grün"}}', "brand.json/colors/primary: 'grün' is not a CSS colour"),
            ('{"colours": {}}', "brand.json/colours: there is no key 'colours' here: did you mean 'colors'?"),
            ('{"colors": {"Primary": "red"}}', "a name may contain only lowercase letters"),
            ('{"logos": {"logo": "mrak.png"}}', "has no file 'mrak.png': did you mean 'mark.png'?"),
            ('{"colors": {"primary": "red"}, "colors": {"primary": "blue"}}', 'the key "colors" appears twice'),
        ],
    )
    def test_in_the_brand(self, tmp_path: Path, fonts: FontCatalogue, brand: str, sentence: str) -> None:
        """They are those of each design that refers to it, and hide what follows from them."""
        raw = document(layers=[shape_layer(fill="brand:primary"), shape_layer(fill="brand:accent")])
        ((place, found),) = mistakes(workspace(tmp_path, raw, brand), fonts)
        assert (place, sentence in found) == ("", True)

    def test_no_brand(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """Without a file, each name says what to do."""
        raw = document(layers=[shape_layer(fill="brand:primary")])
        ((place, found),) = mistakes(write_design(tmp_path, raw), fonts)
        assert (place, "there is no brand.json beside the designs" in found) == ("/layers/0/fill", True)

    def test_in_one_language(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """A logo may differ by language; its mistake is at the language."""
        language = {"name": "lang", "type": "language", "choices": ["en", "de"], "sample": "de", "fallback": "en"}
        raw = document(fields=[language], layers=[image_layer({"en": "brand:logo", "de": "brand:lago"})])
        ((place, found),) = mistakes(workspace(tmp_path, raw), fonts)
        assert (place, "did you mean 'logo'?" in found) == ("/layers/0/asset/de", True)


class TestFonts:
    """Fonts in fonts/ of a design, or beside all designs."""

    RAW = document(layers=[text_layer("Ava", font={"family": "Acme Sans", "size": 20})])

    def put(self, folder: Path, **files: bytes) -> None:
        """Put font files into a folder."""
        (folder / "fonts").mkdir(parents=True, exist_ok=True)
        for name, body in files.items():
            (folder / "fonts" / f"{name}.ttf").write_bytes(body)

    def test_of_all_designs_and_of_one(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """Those beside the designs are for all; those of a design for it alone, and they come first."""
        one, other = write_design(tmp_path, self.RAW, name="one"), write_design(tmp_path, self.RAW, name="other")
        self.put(tmp_path, a=font_file(), b=font_file("Unused"))
        self.put(one, c=font_file(usWeightClass=700))
        assert load_design(one, fonts).assets.keys() == {"fonts/c.ttf"}
        assert load_design(other, fonts).assets.keys() == {"shared/fonts/a.ttf"}

    def test_the_version_is_over_the_fonts_that_are_used(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """Another file of another family changes nothing; another byte of the used one does."""
        design = write_design(tmp_path, self.RAW)
        versions = []
        for used, unused in ((font_file(), font_file("A")), (font_file(), font_file("B")),
                             (font_file(usWeightClass=500), font_file("B"))):  # fmt: skip
            self.put(tmp_path, used=used, unused=unused)
            versions.append(load_design(design, fonts).version)
        assert (versions[0] == versions[1], versions[1] == versions[2]) == (True, False)

    def test_bad_files_are_mistakes_of_those_who_need_them(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """Two equal faces: the design that names the family is broken, another one is not."""
        design = write_design(tmp_path, self.RAW)
        self.put(tmp_path, a=font_file(), b=font_file(), c=b"no font")
        ((place, found),) = mistakes(design, fonts)
        assert (place, "is the same face as shared/fonts/a.ttf" in found) == ("/layers/0/font/family", True)
        other = load_design(write_design(tmp_path, document(layers=[text_layer()]), name="other"), fonts)
        assert dict(other.assets) == {}

    def test_a_family_that_is_not_there(self, tmp_path: Path, fonts: FontCatalogue) -> None:
        """Names of dropped-in families are among those that may have been meant, and bad files are named."""
        design = write_design(tmp_path, self.RAW)
        self.put(tmp_path, a=font_file("Acme Sanz"))
        ((place, found),) = mistakes(design, fonts)
        assert (place, "did you mean 'Acme Sanz'?" in found) == ("/layers/0/font/family", True)
        self.put(tmp_path, a=b"no font")
        assert mistakes(design, fonts) == [("", "shared/fonts/a.ttf is not a font; fonts are TTF, OTF or WOFF2 files")]


def test_a_brand_that_says_nothing() -> None:
    """Every part is optional; a document without names is the same object's content."""
    brand, problems = read_brand("{}", ())
    assert (brand.names, problems) == ({"colors": {}, "fonts": {}, "logos": {}}, ())
    raw = document(layers=[shape_layer()])
    assert with_brand(raw, None).document == raw


def test_the_fallback_of_a_remote_picture(tmp_path: Path, fonts: FontCatalogue) -> None:
    """A logo of the brand, or initials in its colours and fonts."""
    remote = {"type": "image", "url": "https://cdn.example.com/a.png", "box": box()}
    initials = {"initials": "<<name>>", "fill": "brand:primary", "color": "brand:accent", "family": "brand:heading"}
    raw = document(
        hosts=["cdn.example.com"],
        fields=[field("name")],
        layers=[remote | {"fallback": "brand:logo"}, remote | {"fallback": initials}],
    )
    design = load_design(workspace(tmp_path, raw), fonts)
    logo, disc = (layer.fallback for layer in design.document.remote_layers)
    assert logo == "brand/mark.png"
    assert isinstance(disc, Initials)
    assert (disc.fill, disc.color, disc.family) == ("#0b3d2e", "oklch(70% 0.15 150)", "Playfair Display")
