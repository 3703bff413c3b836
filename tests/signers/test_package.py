"""The npm package docs/signers/imgurl-mint mints what ``imgurl.Minter`` mints, wherever JavaScript runs."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgurl.errors import BadValue, UnknownDialect
from imgurl.merge.dialects import DIALECTS, VARIABLE, Dialect
from imgurl.merge.plain import plain_text
from imgurl.urls.mint import Minter, image_tag
from imgurl.urls.target import EXTENSIONS, MAX_PAIRS, MAX_TARGET_BYTES
from imgurl.version import __version__
from tests.pages import ROOT, blocks
from tests.servers.process import missing, needed
from tests.signers.cases import AWKWARD, BASE, SECRET, as_read, vector_jobs

HERE: Final = Path(__file__).parent
PACKAGE: Final = ROOT / "docs" / "signers" / "imgurl-mint"
FILE: Final = PACKAGE / "imgurl-mint.mjs"
TYPES: Final = PACKAGE / "imgurl-mint.d.mts"
TSC: Final = ROOT / "tests" / "clients" / "node_modules" / ".bin" / "tsc"
# The libraries of the compiler itself are not checked: that takes most of the time.
STRICT: Final = ("--strict", "--noUncheckedSideEffectImports", "--exactOptionalPropertyTypes", "--noEmit",
                 "--target", "es2022", "--module", "nodenext", "--skipDefaultLibCheck")  # fmt: skip
NODE_TYPES: Final = ("--skipLibCheck", "--types", "node", "--typeRoots", str(TSC.parents[1] / "@types"))
EXPIRED: Final = "expired long ago"  # which neither minter signs
MINTER: Final = Minter.from_keys(f"k1:sign:{SECRET}", BASE)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command and return what it prints."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def mint(jobs: Sequence[Mapping[str, Any]], *options: str) -> dict[str, Any]:
    """Return what the package makes of jobs."""
    basis = {"secret": SECRET, "base": BASE, "key": "k1", "design": "hero", "values": {}, "options": {}, "alt": ""}
    done = subprocess.run(
        [needed("node", "nodejs"), HERE / "drivers" / "driver.mjs", FILE, *options],
        input=json.dumps([{**basis, **job} for job in jobs]), capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_each_good_vector_is_signed() -> None:
    """The pairs of a vector, handed over as values and options, give its signature."""
    vectors = {label: (job, signature) for label, (job, signature) in vector_jobs().items() if label != EXPIRED}
    assert {job.pairs["_k"] for job, _ in vectors.values()} == {"k1", "k2"}
    jobs = []
    for job, _ in vectors.values():
        controls = {"_x": "expires", "_v": "pin", "_m": "esp", "_dpr": "dpr", "_c": "campaign"}
        options: dict[str, Any] = {controls[name]: value for name, value in job.pairs.items() if name in controls}
        numbers: dict[str, Any] = {name: int(options[name]) for name in ("expires", "dpr") if name in options}
        values = {name: value for name, value in job.pairs.items() if not name.startswith("_")}
        jobs.append({
            "secret": job.secret, "key": job.pairs["_k"], "design": job.design, "values": values,
            "options": options | numbers | {"ext": job.ext, "open": list(job.tags)},
        })  # fmt: skip
    for (label, (job, signature)), done in zip(vectors.items(), mint(jobs)["done"], strict=True):
        assert f"&_s={signature}" in done.get("url", done), label
        assert as_read(done["url"])[:3] == (job.design, job.ext, job.sealed), label


JOBS: Final[tuple[dict[str, Any], ...]] = (
    *({"values": {"offer_name": value}, "alt": value} for value in AWKWARD),
    {"values": {f"field_{number}": value for number, value in enumerate(AWKWARD)}},
    {"values": {"b": "2", "a": "1", "constructor": "x"}, "options": {"open": ["constructor", "name"], "esp": "apollo"}},
    *(
        {"values": {"city": "Oslo"}, "options": {"open": opened, "esp": dialect.id, "ext": "jpg"}, "alt": "'\"<&>"}
        for dialect in DIALECTS
        for opened in (
            ["first_name", "last_name", "company_name", "email", "city", "plan_tier", "a__b_"],
            {"city": "Town", "a": None},
        )
    ),
    {"options": {"open": {"first_name": "VORNAME", "city": None}}},
    {"options": {"expires": 4_102_444_800, "pin": "0123456789abcdef", "dpr": 3, "campaign": "spring", "ext": "webp"}},
    {"values": {"a": None, "b": True, "c": False, "d": 0, "e": -12, "f": 89.5, "g": 0.1 + 0.2, "h": 1e-9, "i": 1.5e25,
                "j": -0.0, "k": 123456.789, "l": 1e21, "m": 5e-324, "n": 2.5e-7, "o": -99.95}},
)  # fmt: skip


def minted_here(job: Mapping[str, Any]) -> dict[str, str]:
    """Return what imgurl itself makes of a job."""
    url = MINTER.mint(job.get("design", "hero"), job.get("values", {}), **job.get("options", {}))
    return {"url": url, "tag": image_tag(url, 600, 315, job.get("alt", ""))}


@pytest.mark.parametrize("options", [(), ("--without-crypto",)], ids=["as it is", "as in Node.js 18"])
def test_urls_and_images_are_those_of_the_minter(options: tuple[str, ...]) -> None:
    """Awkward values, all platforms with all names, controls and numbers; with and without Web Crypto as a global."""
    answer = mint(JOBS, *options)
    assert answer["hasCrypto"] is not bool(options)
    assert answer["done"] == [minted_here(job) for job in JOBS]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(
    st.lists(
        st.dictionaries(
            st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True),
            st.one_of(
                st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
                st.integers(-(2**53) + 1, 2**53 - 1),
                # A whole number is one of Python's floats, but JavaScript has no other: there it is exact.
                st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not 1e15 <= abs(number) < 2**53),
            ),
            max_size=5,
        ),
        min_size=20,
        max_size=60,
    )
)
def test_any_values_are_minted_alike(rows: list[dict[str, Any]]) -> None:
    """Texts of any letters, and numbers of any size."""
    assert [done["url"] for done in mint([{"values": row} for row in rows])["done"]] == [
        MINTER.mint("hero", row) for row in rows
    ]


REFUSED: Final[tuple[dict[str, Any], ...]] = (
    {"values": {"a": "two\nlines"}}, {"values": {"a": "\x85"}}, {"values": {"a": "\ud800"}}, {"values": {"A": "x"}},
    {"values": {"_k": "x"}}, {"values": {"a": ["x"]}}, {"values": {"a": "李" * 1_000}}, {"design": "Hero"},
    {"options": {"ext": "bmp"}}, {"options": {"expires": 1}}, {"options": {"expires": 4_102_444_800_000}},
    {"options": {"expires": 1.5}}, {"options": {"dpr": 4}}, {"options": {"pin": "12"}}, {"options": {"campaign": "B"}},
    {"options": {"esp": "mailchump"}}, {"options": {"esp": "constructor"}}, {"options": {"open": ["First"]}},
    {"options": {"open": {"a": "x y"}}}, {"options": {"open": {"a": "x-y"}, "esp": "klaviyo"}},
    {"values": {f"a{number}": "x" for number in range(48)}}, {"values": {"a": "x" * 8_000}, "options": {"open": ["b"]}},
)  # fmt: skip


@pytest.mark.parametrize("job", REFUSED, ids=range(len(REFUSED)))
def test_the_minter_refuses_what_the_package_refuses(job: dict[str, Any]) -> None:
    """Each of the cases below is wrong for imgurl too."""
    with pytest.raises((BadValue, UnknownDialect)):
        minted_here(job)


def test_what_no_server_takes_is_refused_with_a_sentence() -> None:
    """Wrong values, controls, names and keys."""
    keys = ({"secret": ""}, {"secret": "AAEC"}, {"secret": "?" * 43}, {"key": "K 1"}, {"base": "img.example.com"})
    answers = mint([*REFUSED, *keys])["done"]
    assert [place for place, answer in enumerate(answers) if "error" not in answer] == []


def test_no_number_that_an_image_can_not_show_is_signed() -> None:
    """NaN and infinities, which JSON can't hand over."""
    program = f"""
    import {{ Minter }} from {json.dumps(FILE.as_uri())};
    const minter = await Minter.fromSecret("{SECRET}", "", "k1");
    const wrong = [NaN, Infinity, -Infinity, Symbol("x"), () => 1];
    const refused = await Promise.all(wrong.map(a => minter.mint("hero", {{ a }}).then(() => "", e => e.name)));
    console.log(JSON.stringify([...refused, await minter.mint("hero", {{ a: 12345678901234567890n }})]));
    """
    *refused, url = json.loads(run(needed("node", "nodejs"), "--input-type=module", "--eval", program, cwd=HERE))
    assert refused == ["MintError"] * 5
    assert "a=12345678901234567890&" in url


def test_the_limits_are_those_of_the_server() -> None:
    """Formats, pairs and bytes."""
    code = FILE.read_text(encoding="utf-8")
    assert f"MAX_TARGET_BYTES = {MAX_TARGET_BYTES};" in code
    assert f"MAX_PAIRS = {MAX_PAIRS};" in code
    assert f"FORMATS = {json.dumps(EXTENSIONS)};" in code
    assert "export type Format = " + " | ".join(f'"{ext}"' for ext in EXTENSIONS) + ";" in TYPES.read_text()


def row(dialect: Dialect) -> str:
    """Return a platform's row of the table."""
    parts = {
        "tag": dialect.tag, "custom": dialect.custom_tag, "naming": dialect.naming.value, "names": dialect.names,
        "bare": dialect.spelling is VARIABLE,
    }  # fmt: skip
    written = ", ".join(f"{name}: {json.dumps(value)}" for name, value in parts.items() if value)
    return f"  {dialect.id}: {{ {written} }},"


@pytest.mark.parametrize(
    ("path", "what", "rows"),
    [
        (FILE, "table", [row(dialect) for dialect in DIALECTS]),
        (TYPES, "list", [f'  | "{dialect.id}"' for dialect in DIALECTS]),
    ],
)
def test_the_platforms_are_those_of_the_code(path: Path, what: str, rows: list[str]) -> None:
    """``WRITE_GOLDEN=1`` writes them again."""
    text = path.read_text(encoding="utf-8")
    pattern = rf"(?<=// Written from imgurl's own table, and checked against it\.\n).*?(?=  // End of the {what}\.\n)"
    expected = "".join(f"{line}\n" for line in rows)
    (written,) = re.findall(pattern, text, re.DOTALL)
    if written != expected and os.environ.get("WRITE_GOLDEN"):
        path.write_text(re.sub(pattern, lambda _: expected, text, flags=re.DOTALL), encoding="utf-8")
        pytest.fail(f"wrote the {what} of {path.name}; look at it, then run without WRITE_GOLDEN")
    assert written == expected, "run this test with WRITE_GOLDEN=1"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the package as npm packs and installs it, and what is in the package."""
    npm, folder = needed("npm", "npm"), tmp_path_factory.mktemp("project")
    (packed,) = json.loads(run(npm, "pack", "--json", "--pack-destination", folder, cwd=PACKAGE))
    (folder / "package.json").write_text('{"type": "module", "private": true}')
    (folder / "files.json").write_text(json.dumps([file["path"] for file in packed["files"]]))
    run(npm, "install", "--offline", "--no-audit", "--no-fund", "--no-progress", packed["filename"], cwd=folder)
    return folder


def test_the_package_is_ready_for_npm(installed: Path) -> None:
    """It has one file with its types and a page, no dependencies, and the version and license of imgurl."""
    about = json.loads((PACKAGE / "package.json").read_text())
    assert set(json.loads((installed / "files.json").read_text())) == {
        "README.md", "imgurl-mint.d.mts", "imgurl-mint.mjs", "package.json",
    }  # fmt: skip
    assert (about["version"], about["license"]) == (__version__, "MIT")
    assert not [name for name in about if "ependencies" in name]


def test_its_types_hold_for_a_strict_compiler(installed: Path) -> None:
    """What a user writes compiles and runs as the minter would; mistakes do not compile."""
    if not TSC.exists():
        missing("tsc", "npm; then npm ci --prefix tests/clients")
    shutil.copy(HERE / "consumer.ts", installed / "main.ts")
    emitting = [option for option in STRICT if option != "--noEmit"]
    run(TSC, *emitting, *NODE_TYPES, "main.ts", cwd=installed)
    done = json.loads(run(needed("node", "nodejs"), "main.js", cwd=installed, IMGURL_SECRET=SECRET))
    url = MINTER.mint(
        "newsletter-hero-april", {"offer_name": "24 % off", "price": 89.5, "vip": True, "city": None},
        open=["first_name"], esp="mailchimp", ext="jpg", campaign="spring-26", dpr=2,
    )  # fmt: skip
    named = MINTER.mint("newsletter-hero-april", open={"first_name": "VORNAME", "city": None}, expires=4_102_444_800)
    tag = image_tag(url, 600, 315, "Spring is here")
    assert done == {"url": url, "named": named, "tag": tag, "refused": True}


def test_its_code_is_typed(tmp_path: Path) -> None:
    """The strict compiler finds no fault in the file itself, nor in the types alone, with a library that has no DOM."""
    if not TSC.exists():
        missing("tsc", "npm; then npm ci --prefix tests/clients")
    shutil.copytree(PACKAGE, tmp_path, dirs_exist_ok=True)
    run(TSC, *STRICT, "--allowJs", "--checkJs", "--lib", "es2022,dom", "imgurl-mint.mjs", cwd=tmp_path)
    run(TSC, *STRICT, "--lib", "es2022", "imgurl-mint.d.mts", cwd=tmp_path)


@pytest.mark.parametrize("page", ["docs/signers.md", "docs/signers/imgurl-mint/README.md"])
def test_the_code_of_its_pages_runs(page: str, installed: Path) -> None:
    """With the secret of the vectors, each prints a URL and an image that a server takes."""
    text = (ROOT / page).read_text(encoding="utf-8")
    (code,) = re.findall(r"^```js\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (installed / "page.mjs").write_text(code)
    printed = run(needed("node", "nodejs"), "page.mjs", cwd=installed, IMGURL_SECRET=SECRET)
    tag = image_tag(
        MINTER.mint(
            "newsletter-hero-april", {"offer_name": "24 % off"}, open=["first_name"], esp="mailchimp", ext="jpg",
            campaign="spring-26",
        ),
        600, 315, "Spring is here: 24 % off",
    )  # fmt: skip
    assert printed.strip() == tag


def test_numbers_of_decimals_are_texts() -> None:
    """What JavaScript has no type for is given as text, as Decimal is signed."""
    assert plain_text(Decimal("89.50")) == "89.50" == plain_text("89.50")


def test_the_pages_say_where_it_must_not_run() -> None:
    """Whoever reads one of the pages, the file or its types is warned of putting the secret into a page."""
    for path in (FILE, PACKAGE / "README.md", ROOT / "docs" / "signers.md"):
        assert "Never in a page" in path.read_text(encoding="utf-8"), path
    assert blocks("docs/signers.md", "js")
