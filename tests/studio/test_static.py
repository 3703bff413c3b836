"""The Studio's files: their types, their words, and that nothing in them is from elsewhere."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from imgurl.web.studio.files import read_files

HERE = Path(__file__).parent
STATIC = Path(__file__).parents[2] / "imgurl" / "web" / "studio" / "static"
SCRIPTS = sorted(path for path in STATIC.rglob("*.js") if path.parent.name != "vendor")
WORDS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((STATIC / "words").glob("*.json"))}

# A key of words in a script: t("…"), rich("…"), or any text with a dot that is one.
KEY = re.compile(r"""\b(?:t|rich)\(\s*"([^"]+)\"""")
BEGINNING = re.compile(r"\b(?:t|rich)\(\s*`([a-z_.]+)\$\{")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def forms(sentence: str | dict[str, str]) -> list[str]:
    """Return a sentence in all its forms."""
    return [sentence] if isinstance(sentence, str) else list(sentence.values())


def test_all_languages_have_the_same_sentences() -> None:
    """No key is missing in a language, and none has other placeholders."""
    assert set(WORDS) == {"en", "de"}
    for language, words in WORDS.items():
        assert words.keys() == WORDS["en"].keys(), language
        for key, sentence in words.items():
            expected = {name for form in forms(WORDS["en"][key]) for name in PLACEHOLDER.findall(form)}
            found = {name for form in forms(sentence) for name in PLACEHOLDER.findall(form)}
            assert found | {"count"} == expected | {"count"}, (language, key)
            assert isinstance(sentence, str) or "other" in sentence, (language, key)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_every_word_of_a_script_is_known(script: Path) -> None:
    """Each key that a script asks for is there; a key with an ending that is computed has at least one."""
    text = script.read_text(encoding="utf-8")
    assert [key for key in KEY.findall(text) if key not in WORDS["en"]] == []
    assert [start for start in BEGINNING.findall(text) if not any(key.startswith(start) for key in WORDS["en"])] == []


def test_every_word_is_used() -> None:
    """No sentence is left over: each key, or the beginning of it, is somewhere in a script."""
    text = "\n".join(script.read_text(encoding="utf-8") for script in SCRIPTS)
    beginnings = tuple(BEGINNING.findall(text))
    assert [key for key in WORDS["en"] if f'"{key}"' not in text and not key.startswith(beginnings)] == []


@pytest.mark.skipif(shutil.which("npx") is None, reason="needs npm")
def test_the_types_are_right() -> None:
    """``tsc --checkJs --strict`` finds nothing."""
    done = subprocess.run(["npx", "tsc", "-p", "."], cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("npx") is None, reason="needs npm")
def test_lit_is_what_its_package_makes(tmp_path: Path) -> None:
    """The one file of lit-html is what esbuild makes of the version in the lock file, with its licence."""
    made = tmp_path / "lit.js"
    subprocess.run(
        ["npx", "esbuild", "lit.mjs", "--bundle", "--format=esm", "--minify", "--legal-comments=inline",
         "--target=es2022", f"--outfile={made}", "--log-level=error"],
        cwd=HERE, timeout=60, check=True,
    )  # fmt: skip
    assert made.read_text() == (STATIC / "vendor" / "lit.js").read_text()
    assert "BSD-3-Clause" in made.read_text()


def test_nothing_breaks_the_policy() -> None:
    """No script writes HTML or inline styles, and nothing is loaded from another host."""
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|unsafeHTML", text), (
            script
        )
        assert not re.search(r"<[a-z][^>]*\sstyle=", text), script
    for path in STATIC.rglob("*"):
        if path.suffix in {".css", ".js"} and path.parent.name != "vendor":
            assert not re.search(
                r"""(?:src|href|url|import|fetch)\s*[(=]?\s*["'(]*(?:https?:)?//""", path.read_text()
            ), path


def test_files_are_known_by_what_is_in_them() -> None:
    """Two readings have one digest, which is in every address of the page; each file has its type."""
    first, second = read_files({}), read_files({})
    assert first.digest == second.digest
    assert f"/studio/s/{first.digest}/main.js".encode() in first.page.plain
    assert all(
        reference in {*first.files, "names.css"}
        for reference in re.findall(rf"/studio/s/{first.digest}/([^\"]+)", first.page.plain.decode())
    )
    assert "fonts/inter-OFL.txt" in first.files
