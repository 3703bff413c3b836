# /// script
# requires-python = ">=3.11.4"
# dependencies = ["fonttools==4.68.0", "uharfbuzz==0.57.0"]
# ///
"""Build the default font folder of imgurl: the font files, their licences and ``fonts.json``.

    python fonts/build.py           build the folder again
    python fonts/build.py --check   build in a temporary folder and compare, change nothing

Every source package is fetched by name, pinned version and SHA-256 with ``pip download``, ``npm pack`` or
``apt-get download``, so pip, npm and Debian 12 (apt-get, dpkg-deb) are needed. The same packages and the same
fontTools give the same bytes. Nothing is changed before every new font has passed ``check_font``.

Only the faces with a ``change`` below are modified; all others are byte for byte as published. Fonts with a
Reserved Font Name (Playfair Display, Dancing Script) must never be modified under that name.
"""

from __future__ import annotations

import argparse
import bz2
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import fontTools
import uharfbuzz as hb
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).resolve().parent
FONTTOOLS_VERSION = "4.68.0"
SIZE_LIMIT = 30_000_000


class BuildError(Exception):
    """The folder cannot be built; the message says what to do."""


# --- code points to keep in the fonts that are cut down ----------------------------------------------------


def code_points(*ranges: tuple[int, int]) -> frozenset[int]:
    """Return every code point of the inclusive ranges."""
    return frozenset(c for first, last in ranges for c in range(first, last + 1))


def two_byte_set(codec: str, first_lead: int, last_lead: int) -> frozenset[int]:
    """Return what the two-byte sequences of a codec decode to, for a range of lead bytes."""
    codes: set[int] = set()
    for lead in range(first_lead, last_lead + 1):
        for trail in range(0x40, 0xFF):
            try:
                text = bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1:  # two characters means two single bytes, not one two-byte sequence
                codes.add(ord(text))
    return frozenset(codes)


ASCII = code_points((0x20, 0x7E))
CJK_PUNCTUATION = code_points((0x3000, 0x303F))
HANGUL = code_points((0xAC00, 0xD7A3))
JAMO = code_points((0x1100, 0x11FF), (0x3131, 0x3163), (0x3165, 0x318E), (0xA960, 0xA97C), (0xD7B0, 0xD7C6))
KANA = code_points((0x3041, 0x3096), (0x3099, 0x30FF))
FULL_WIDTH = code_points((0xFF01, 0xFF5E))
DEVANAGARI = code_points((0x0900, 0x097F), (0x1CD0, 0x1CFF), (0xA830, 0xA839), (0xA8E0, 0xA8FF))

CHINESE_JAPANESE = (
    two_byte_set("gb2312", 0xA1, 0xFE)
    | two_byte_set("big5", 0xA1, 0xC6)  # symbols and level 1
    | two_byte_set("euc_jp", 0xA1, 0xFE)  # JIS X 0208
    | two_byte_set("cp932", 0xED, 0xFC)  # forms that Japanese names have beyond it: 髙, 﨑
    | code_points((0x20, 0x7E), (0x3000, 0x30FF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF))
)
# Lists in Unihan (Unicode Standard Annex #38) of the characters that people's names are written with, besides the sets
# above: the table of general standard characters of China (8,105), those that Japan allows in names and teaches, and
# the core that all of East Asia has in common.
NAME_LISTS = ("kTGH", "kJinmeiyoKanji", "kJoyoKanji", "kIICore")
KOREAN = HANGUL | JAMO | ASCII | CJK_PUNCTUATION


# --- changes to fonts --------------------------------------------------------------------------------------

NameLists = dict[str, frozenset[int]]
# Of a font and the lists of names (only fonts that are cut down look at these).
Change = Callable[[bytes, NameLists], bytes]


def open_font(data: bytes) -> TTFont:
    """Open a font so that saving it keeps its time stamp."""
    return TTFont(io.BytesIO(data), recalcTimestamp=False)


def saved(font: TTFont) -> bytes:
    """Return the bytes of a font."""
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def cut(font: TTFont, keep: Iterable[int]) -> bytes:
    """Cut a font down to some code points; all layout features, names and hints stay."""
    options = subset.Options()
    options.layout_features = ["*"]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.harfbuzz_repacker = False  # fontTools alone decides the bytes
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=keep)
    subsetter.subset(font)
    return saved(font)


def only(keep: frozenset[int]) -> Change:
    """Return the change that keeps only these code points."""
    return lambda data, _names: cut(open_font(data), keep)


def only_and_names(keep: frozenset[int]) -> Change:
    """Return the change that keeps only these code points and the characters of names."""
    return lambda data, names: cut(open_font(data), keep.union(*names.values()))


def regular_without_devanagari(data: bytes, _names: NameLists) -> bytes:
    """Take the Regular of a variable font, without the script that has its own family here."""
    font = instancer.instantiateVariableFont(open_font(data), {"wght": 400, "wdth": 100})
    return cut(font, font.getBestCmap().keys() - DEVANAGARI)


def without_svg(data: bytes, _names: NameLists) -> bytes:
    """Drop the SVG table: HarfBuzz paints the COLR table, and SVG is four fifths of the file."""
    font = open_font(data)
    del font["SVG "]
    return saved(font)


# --- what to build -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Package:
    """A source package; ``registry`` is PyPI, npm or Debian."""

    registry: str
    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.registry} {self.name} {self.version}"


@dataclass(frozen=True)
class Face:
    """One font file: where it is in the package and what it is called here."""

    member: str
    file: str
    style: str = "normal"
    weight: int | None = None  # None: variable, the axes are read from the font
    change: Change | None = None


@dataclass(frozen=True)
class Family:
    """One family; ``must_draw`` are characters that every face has to cover."""

    name: str
    role: str
    package: Package
    licence: str | None  # member of the package; None: OFL text plus the copyright line of the font
    faces: tuple[Face, ...]
    must_draw: str

    @property
    def slug(self) -> str:
        """The folder of the family."""
        return self.name.lower().replace(" ", "-")


INTER = Package(
    "PyPI", "fontpkg-inter", "4.1.post1", "b1105c8b368787112e9352ba657fe4fd32feb0722cc3046a308f65962298ddf8"
)
PLAYFAIR = Package(
    "PyPI",
    "fontpkg-playfair-display",
    "1.203",
    "5941b14cc9742d6d93b8a163b4582b81761d1fd99fbe312ad2efb116f1d1106e",
)
DANCING = Package(
    "PyPI",
    "fontpkg-dancing-script",
    "2.1",
    "93289d8e20448317d94091f8aac2201009d75e650ac7e88639d8c88587782f25",
)
NOTO_SANS = Package(
    "PyPI", "fontpkg-noto-sans", "2.15", "54016cb4dfbfdd8f0cae3d71a9401a73e786a473debd12f1d79067e349c9a4a3"
)
NOTO_CORE = Package(
    "Debian",
    "fonts-noto-core",
    "20201225-1",
    "58f4f0bb6720f919f92096b3508e1412a0f1544424ade6c5b5bf1eb694dd64ba",
)
UNIHAN = Package(
    "Debian", "unicode-data", "15.0.0-1", "5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc"
)
# Read for its lists only; nothing of it is in the fonts.
UNIHAN_LISTS = tuple((UNIHAN, f"./usr/share/unicode/Unihan_{part}.txt.bz2") for part in ("OtherMappings", "IRGSources"))
OFL_TEXT = (NOTO_SANS, "fontpkg_noto_sans/LICENSE")  # its first line is the copyright, the rest the OFL 1.1
WEIGHTS = {400: "Regular", 700: "Bold"}


def variable(name: str, role: str, package: Package, faces: dict[str, str], must_draw: str) -> Family:
    """Describe an unmodified family from PyPI; ``faces`` maps a style to the file name in the package."""
    folder = package.name.replace("-", "_")
    plain = name.replace(" ", "")
    files = {"normal": f"{plain}.ttf", "italic": f"{plain}-Italic.ttf"}
    styles = tuple(Face(f"{folder}/files/{file}", files[style], style) for style, file in faces.items())
    return Family(name, role, package, f"{folder}/LICENSE", styles, must_draw)


def static(
    name: str,
    role: str,
    release: tuple[str, str],
    weights: tuple[int, ...],
    must_draw: str,
    change: Change | None = None,
) -> Family:
    """Describe a family of the npm series @expo-google-fonts; ``release`` is its version and SHA-256."""
    package = Package("npm", "@expo-google-fonts/" + name.lower().replace(" ", "-"), *release)
    plain = name.replace(" ", "")
    faces = []
    for weight in weights:
        word = f"{weight}{WEIGHTS[weight]}"
        member = f"package/{word}/{plain}_{word}.ttf"
        faces.append(Face(member, f"{plain}-{WEIGHTS[weight]}.ttf", "normal", weight, change))
    return Family(name, role, package, "package/LICENSE_FONT", tuple(faces), must_draw)


def noto(script: str, must_draw: str) -> Family:
    """Describe an unmodified Noto Sans Regular from Debian."""
    file = f"NotoSans{script.replace(' ', '')}-Regular.ttf"
    face = Face(f"./usr/share/fonts/truetype/noto/{file}", file, "normal", 400)
    return Family(f"Noto Sans {script}", "fallback", NOTO_CORE, None, (face,), must_draw)


FAMILIES = (
    variable(
        "Inter",
        "sans",
        INTER,
        {"normal": "Inter[opsz,wght].ttf", "italic": "Inter-Italic[opsz,wght].ttf"},
        "AÀĄßȺĲƷƏɓ ΆΩά ЁЯґҗ ơưạếỹ ἀᾧ 0123 “”…–— €£₹₺₫ →✓★",
    ),
    variable(
        "Playfair Display",
        "serif",
        PLAYFAIR,
        {"normal": "PlayfairDisplay[wght].ttf", "italic": "PlayfairDisplay-Italic[wght].ttf"},
        "AÀĄß ЁЯ ơưạếỹ 0123 “”…–— €",
    ),
    variable("Dancing Script", "script", DANCING, {"normal": "DancingScript[wght].ttf"}, "AÀĄß ơưạ 0123 “”…"),
    static(
        "Great Vibes",
        "script",
        ("0.4.1", "d117f1f42d10ba8eeab629a7badd6238de7d6a5b391783e7f99c991290c075e3"),
        (400,),
        "AÀĄß ЁЯ 0123 “”…",
    ),
    static(
        "JetBrains Mono",
        "mono",
        ("0.4.1", "aead50085a2d56fffdac882c5945f9fc4e4785ccb5c8d6f1988f21faa1737c9a"),
        (400, 700),
        "AÀĄß Ωά ЁЯ 0123 “”… €",
    ),
    Family(
        "Noto Sans",
        "fallback",
        NOTO_SANS,
        "fontpkg_noto_sans/LICENSE",
        (
            Face(
                "fontpkg_noto_sans/files/NotoSans[wdth,wght].ttf",
                "NotoSans-Regular.ttf",
                "normal",
                400,
                regular_without_devanagari,
            ),
        ),
        "AȺⱥⱧꞌɕ ϙϟ ԚԝҞ s̩ ű ḻ ⃀",
    ),
    static(
        "Noto Sans Arabic",
        "fallback",
        ("0.4.3", "29e966f9d48a4ce7dd3c2c4c016f29cd888089538217303fb2c87de9e7f048ed"),
        (400, 700),
        "مرحبا پچگڤ ٹڈے ٠١٢ ۰۱۲ ،؟",
    ),
    static(
        "Noto Sans Hebrew",
        "fallback",
        ("0.4.1", "f82f8e852e3355521c511f2762a0130216d208d108bf4739aa977eb6a6d3012c"),
        (400, 700),
        "שלוםםןץףך בְּ ₪",
    ),
    static(
        "Noto Sans Devanagari",
        "fallback",
        ("0.4.1", "fb9a4c288af3829f383d945fcec350c8cdf99abf18ffe55c987c495bca42e80e"),
        (400, 700),
        "नमस्ते क्षत्रिय ०१२ ।",
    ),
    static(
        "Noto Sans Thai",
        "fallback",
        ("0.4.2", "44282ae7c24587e7e50f083e5db3aafa8011ac2eac1159ef62be4fc516a66165"),
        (400, 700),
        "สวัสดีครับ ผู้ใหญ่ ๐๑๒ ฿",
    ),
    noto("Bengali", "নমস্কার ক্ষ ০১২ ৳"),
    noto("Gujarati", "નમસ્તે ક્ષ ૦૧૨"),
    noto("Oriya", "ନମସ୍କାର କ୍ଷ ୦୧୨"),
    noto("Gurmukhi", "ਸਤ ਸ੍ਰੀ ਅਕਾਲ ੦੧੨"),
    noto("Tamil", "வணக்கம் ௦௧௨"),
    noto("Telugu", "నమస్కారం ౦౧౨"),
    noto("Kannada", "ನಮಸ್ಕಾರ ೦೧೨"),
    noto("Malayalam", "നമസ്കാരം ൻർൽ ൦൧൨"),
    noto("Sinhala", "ආයුබෝවන් ශ්‍රී"),
    noto("Khmer", "សួស្តី ០១២ ៛"),
    noto("Lao", "ສະບາຍດີ ໐໑໒"),
    noto("Myanmar", "မင်္ဂလာပါ ၀၁၂"),
    noto("Georgian", "გამარჯობა ᲒᲐ ₾"),
    noto("Armenian", "Բարեւ բարև ֏"),
    noto("Ethiopic", "ሰላም ፩፪፫ ።"),
    static(
        "Noto Sans SC",
        "cjk",
        ("0.4.3", "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59"),
        (400, 700),
        "您好繁體漢字東京日本語々〆「」、。！？Ａａカナひらがなｶﾞガㄅ珺祎堃垚瑄翀䶮槇祐",
        only_and_names(CHINESE_JAPANESE),
    ),
    static(
        "Noto Sans KR",
        "cjk",
        ("0.4.3", "7614af529705ea48e8b76cb3b056b92db66b7625ef3fc97ce76366063df94d3f"),
        (400, 700),
        "안녕하세요 뷁힣 ㄱㅏㅎㆎ 「」、。",
        only(KOREAN),
    ),
    noto("Symbols", "♈☯☦"),
    noto("Symbols 2", "☀★☎✂✈⠿🠀🞄"),
    noto("Math", "∑∫√∞≤≥≠⊕ 𝐀𝒜𝔄𝕏 ⇒⟶"),
    static(
        "Noto Color Emoji",
        "emoji",
        ("0.4.6", "8199c361ebffca17e503b7afa3994833efc1db06d63839e0b01e41e2fbd62eeb"),
        (400,),
        "😀🎉❤👩🚀🇩",
        without_svg,
    ),
)

EMOJI = "Noto Color Emoji"
FALLBACK = ["Inter", *(f.name for f in FAMILIES if f.role in ("fallback", "cjk"))]
FULL_SETS = {  # families that must cover a whole set, whatever the source package brings
    "Inter": code_points((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x148), (0x14A, 0x17F), (0x400, 0x45F), (0x1EA0, 0x1EF9)),
    "Noto Sans": code_points((0x20, 0x7E), (0xA0, 0x36F), (0x400, 0x52F), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F)),
    "Noto Sans SC": ASCII | CJK_PUNCTUATION | KANA | FULL_WIDTH | two_byte_set("gb2312", 0xB0, 0xF7),
    "Noto Sans KR": HANGUL | JAMO | ASCII,
}
SC_CODE_POINTS = 13_677  # the four sets, the lists of names, and U+2245 as the mirror of U+224C


# --- fetching ----------------------------------------------------------------------------------------------


def run(command: list[str], folder: Path, advice: str) -> bytes:
    """Run a command in a folder and return its output."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    except FileNotFoundError:
        raise BuildError(f"{command[0]} was not found. Install it and run this script again.") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip()
        raise BuildError(f"'{' '.join(command)}' failed. {advice} Its message was:\n{reason}")
    return done.stdout


def fetch(package: Package, temporary: Path) -> Path:
    """Download a package and check its SHA-256."""
    folder = temporary / package.name.replace("/", "-").lstrip("@")
    folder.mkdir()
    name, version = package.name, package.version
    if package.registry == "PyPI":
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        run([*pip, f"{name}=={version}"], folder, "Check pip and the network.")
    elif package.registry == "npm":
        run(["npm", "pack", "--silent", f"{name}@{version}"], folder, "Check npm and the network.")
    else:
        advice = "Run this script on Debian 12 (bookworm), after 'apt-get update'."
        run(["apt-get", "download", f"{name}={version}"], folder, advice)
    (archive,) = folder.iterdir()
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise BuildError(
            f"{package} has the SHA-256 {digest}, expected {package.sha256}. Do not use this file; find out "
            "why the package changed, and only then put the new SHA-256 into build.py."
        )
    return archive


def read_members(archive: Path, names: set[str]) -> dict[str, bytes]:
    """Read some files of a wheel, an npm package or a Debian package."""
    members: dict[str, bytes] = {}
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            members = {name: wheel.read(name) for name in names & set(wheel.namelist())}
    else:
        data = archive.read_bytes()
        if archive.suffix == ".deb":
            data = run(["dpkg-deb", "--fsys-tarfile", archive.name], archive.parent, "Run this script again.")
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for entry in tar:
                if entry.name in names and (opened := tar.extractfile(entry)) is not None:
                    members[entry.name] = opened.read()
    missing = sorted(names - members.keys())
    if missing:
        raise BuildError(f"{archive.name} has no {', '.join(missing)}. Correct the member names in build.py.")
    return members


def fetch_all(temporary: Path) -> dict[tuple[Package, str], bytes]:
    """Fetch every package once and return the needed files, by package and member name."""
    members_of: dict[Package, set[str]] = {}
    for package, member in [OFL_TEXT, *UNIHAN_LISTS, *((f.package, face.member) for f in FAMILIES for face in f.faces)]:
        members_of.setdefault(package, set()).add(member)
    for family in FAMILIES:
        if family.licence is not None:
            members_of[family.package].add(family.licence)
    files: dict[tuple[Package, str], bytes] = {}
    for package, names in members_of.items():
        print(f"fetch {package}")
        for name, data in read_members(fetch(package, temporary), names).items():
            files[package, name] = data
    return files


# --- checking ----------------------------------------------------------------------------------------------


def rejected(file: str, problem: str) -> BuildError:
    """Return the error for a font that is not as expected."""
    return BuildError(f"{file}: {problem}. Nothing was changed; correct this family in build.py.")


def characters_of_names(files: dict[tuple[Package, str], bytes]) -> NameLists:
    """Return the characters of each list of names."""
    lists: dict[str, set[int]] = {name: set() for name in NAME_LISTS}
    for part in UNIHAN_LISTS:
        for line in bz2.decompress(files[part]).decode().splitlines():
            code, _, rest = line.partition("\t")
            if code.startswith("U+") and (name := rest.partition("\t")[0]) in lists:
                lists[name].add(int(code.removeprefix("U+"), 16))
    if len(lists["kTGH"]) != 8_105 or not all(lists.values()):
        raise BuildError("Unihan lacks a list. Correct NAME_LISTS in build.py.")
    return {name: frozenset(characters) for name, characters in lists.items()}


def check_font(family: Family, file: str, data: bytes, names: NameLists) -> frozenset[int]:
    """Check one finished font with HarfBuzz and return its code points."""
    face = hb.Face(data)
    if face.glyph_count == 0:
        raise rejected(file, "HarfBuzz finds no glyphs")
    font = open_font(data)
    if font["OS/2"].fsType != 0:
        raise rejected(file, "the font restricts embedding (fsType is not 0)")
    covered = frozenset(face.unicodes)
    needed = frozenset(map(ord, family.must_draw)) - {0x20, 0x200D} | FULL_SETS.get(family.name, frozenset())
    if missing := sorted(needed - covered):
        raise rejected(file, "code points are missing: " + " ".join(f"U+{c:04X}" for c in missing[:20]))
    if 0 in shape(hb.Font(face), family.must_draw):
        raise rejected(file, "its sample text gives empty boxes")
    if family.name == "Noto Sans SC" and (lacking := names["kTGH"] - covered):
        raise rejected(file, f"{len(lacking)} of China's standard characters are missing")
    if family.name == "Noto Sans SC" and len(covered) != SC_CODE_POINTS:
        raise rejected(file, f"{len(covered)} code points, not {SC_CODE_POINTS}")
    if family.name == EMOJI:
        check_emoji(file, font, face)
    return covered


def shape(font: hb.Font, text: str) -> list[int]:
    """Return the glyph numbers of the words of a text."""
    glyphs: list[int] = []
    for word in text.split():
        buffer = hb.Buffer()
        buffer.add_str(word)
        buffer.guess_segment_properties()
        hb.shape(font, buffer)
        glyphs.extend(info.codepoint for info in buffer.glyph_infos)
    return glyphs


def check_emoji(file: str, font: TTFont, face: hb.Face) -> None:
    """Check that the emoji font has COLR version 1 only, joins sequences and paints in colour."""
    if "COLR" not in font or font["COLR"].version != 1:
        raise rejected(file, "there is no COLR table of version 1")
    if "CPAL" not in font or "SVG " in font:
        raise rejected(file, "there is no CPAL table, or still an SVG table")
    scaled = hb.Font(face)
    for text in ("😀", "👩🏽‍🚀", "🇩🇪", "1️⃣"):
        painted = [colours(scaled, glyph) for glyph in shape(scaled, text)]
        if len([n for n in painted if n > 0]) != 1 or max(painted) < 4:  # U+FE0F stays as an empty glyph
            raise rejected(file, f"HarfBuzz does not paint {text} as one glyph in colour")


def colours(font: hb.Font, glyph: int) -> int:
    """Paint a glyph 64 pixels high and return how many solid colours it has."""
    paint = hb.RasterPaint()
    paint.extents = hb.RasterExtents(0, -16, 96, 96, 0)
    scale = 64 / font.face.upem
    paint.transform = (scale, 0, 0, scale, 0, 0)
    if not paint.paint_glyph_or_fail(font, glyph):
        return 0
    pixels = bytes(paint.render().buffer)
    return len({pixels[i : i + 3] for i in range(0, len(pixels), 4) if pixels[i + 3] == 0xFF})


# --- building ----------------------------------------------------------------------------------------------


def licence_text(family: Family, files: dict[tuple[Package, str], bytes]) -> bytes:
    """Return the licence of a family: from its package, or OFL 1.1 with the copyright line of the font."""
    if family.licence is not None:
        return files[family.package, family.licence]
    font = open_font(files[family.package, family.faces[0].member])
    copyright_line: str = font["name"].getDebugName(0)
    _, _, rest = files[OFL_TEXT].partition(b"\n")
    return copyright_line.strip().encode() + b"\n" + rest


def face_entry(family: Family, face: Face, data: bytes) -> dict[str, object]:
    """Return the catalogue entry of one font file."""
    entry: dict[str, object] = {"file": f"{family.slug}/{face.file}", "style": face.style}
    if face.weight is not None:
        return entry | {"weight": face.weight}
    axes = sorted(open_font(data)["fvar"].axes, key=lambda axis: str(axis.axisTag), reverse=True)
    return entry | {"axes": {a.axisTag: [int(a.minValue), int(a.maxValue)] for a in axes}}


def catalogue_text(faces: dict[str, list[dict[str, object]]], built: dict[str, bytes]) -> str:
    """Write fonts.json with one line per family and per font file.

    The SHA-256 of a family is what its files add to the version of a design: imgurl.text.fonts.
    """
    families = []
    for family in FAMILIES:
        head = {
            "family": family.name,
            "role": family.role,
            "license": f"{family.slug}/OFL.txt",
            "source": str(family.package),
        }
        digests = (hashlib.sha256(built[str(face["file"])]).digest() for face in faces[family.name])
        head["sha256"] = hashlib.sha256(b"".join(digests)).hexdigest()
        lines = ",\n".join(f"      {json.dumps(entry)}" for entry in faces[family.name])
        families.append(f'    {json.dumps(head)[:-1]}, "faces": [\n{lines}\n    ]}}')
    rows = [", ".join(json.dumps(name) for name in FALLBACK[i : i + 4]) for i in range(0, len(FALLBACK), 4)]
    blocks = {"families": ",\n".join(families), "fallback": "    " + ",\n    ".join(rows)}
    lists = "".join(f'  "{key}": [\n{block}\n  ],\n' for key, block in blocks.items())
    text = f'{{\n{lists}  "emoji": {json.dumps(EMOJI)}\n}}\n'
    json.loads(text)  # it was put together by hand
    return text


def build(temporary: Path) -> dict[str, bytes]:
    """Return every file of the folder, by its path in the folder."""
    files = fetch_all(temporary)
    names = characters_of_names(files)
    built: dict[str, bytes] = {}
    entries: dict[str, list[dict[str, object]]] = {}
    covered: set[int] = set()
    for family in FAMILIES:
        print(f"build {family.name}")
        built[f"{family.slug}/OFL.txt"] = licence_text(family, files)
        for face in family.faces:
            data = files[family.package, face.member]
            data = face.change(data, names) if face.change else data
            name = f"{family.slug}/{face.file}"
            covered |= check_font(family, name, data, names)
            built[name] = data
            entries.setdefault(family.name, []).append(face_entry(family, face, data))
    built["fonts.json"] = catalogue_text(entries, built).encode()
    size = sum(map(len, built.values()))
    if size > SIZE_LIMIT:
        raise BuildError(f"The folder would be {size:,} bytes, the limit is {SIZE_LIMIT:,}. Drop a face.")
    print(f"{len(built)} files, {size:,} bytes, {len(covered):,} code points")
    return built


def present() -> dict[str, bytes]:
    """Return the built files that are in the folder now."""
    folders = [licence.parent for licence in HERE.glob("*/OFL.txt")]
    paths = [path for folder in folders for path in folder.iterdir()] + [*HERE.glob("fonts.json")]
    return {path.relative_to(HERE).as_posix(): path.read_bytes() for path in paths}


def compare(built: dict[str, bytes]) -> None:
    """Stop if the folder is not what was built."""
    now = present()
    different = sorted(name for name in built.keys() | now.keys() if built.get(name) != now.get(name))
    if different:
        raise BuildError(f"Not as built: {', '.join(different)}. Run 'python fonts/build.py' again.")
    print("the folder is as built")


def write(built: dict[str, bytes]) -> None:
    """Replace the built files of the folder."""
    for licence in HERE.glob("*/OFL.txt"):
        shutil.rmtree(licence.parent)
    for name, data in built.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


def main() -> int:
    """Build the folder, or compare it with a new build."""
    parser = argparse.ArgumentParser(description="Build the default font folder of imgurl.")
    parser.add_argument("--check", action="store_true", help="compare with a new build, change nothing")
    arguments = parser.parse_args()
    try:
        if fontTools.version != FONTTOOLS_VERSION:
            raise BuildError(f"fontTools is {fontTools.version}. Install fonttools=={FONTTOOLS_VERSION}.")
        with tempfile.TemporaryDirectory() as temporary:
            built = build(Path(temporary))
        (compare if arguments.check else write)(built)
    except (BuildError, OSError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
