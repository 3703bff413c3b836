"""``pip install imgurl`` alone mints and signs: with nothing but the libraries of its own dependencies."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from imgurl import Minter
from imgurl.config import shipped
from tests.web.server import KEYS, VECTORS

ROOT = Path(__file__).parents[1]

# Runs without what is named in argv[1]: an import of it fails as if it were not installed.
ALONE = """
import json, sys
missing = set(sys.argv.pop(1).split(","))

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Finder())
"""
COMMANDS = """
from imgurl.cli import main
for line in json.load(sys.stdin):
    sys.argv[1:] = line
    try:
        main()
    except SystemExit as end:
        print("exit", end.code)
"""


def missing_modules() -> set[str]:
    """Return the names that libraries are imported by which neither we nor our base dependencies ask for."""
    names = packages_distributions()
    waiting = [*tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]]
    found: set[str] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        waiting += distribution(name).requires or ()
    return {
        module
        for module, owners in names.items()
        if not {canonicalize_name(owner) for owner in owners} & (found | {"imgurl"})
    }


def alone(source: str, told: object, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program that has only the light libraries, of the fonts only the list, and no time zones of the machine."""
    (folder / "fonts.json").write_bytes((shipped("fonts") / "fonts.json").read_bytes())
    command = [sys.executable, "-c", ALONE + source, ",".join(missing_modules()), *arguments]
    return subprocess.run(
        command, cwd=folder, input=json.dumps(told), capture_output=True, text=True, timeout=60, check=False,
        env={"IMGURL_SIGNING_KEYS": KEYS, "IMGURL_FONTS": str(folder), "PYTHONPATH": str(ROOT), "PYTHONTZPATH": ""},
    )  # fmt: skip


def test_every_vector_is_read_as_the_specification_says(tmp_path: Path) -> None:
    """Verified and refused as by the server, and minted to the byte."""
    script = """
from imgurl import Minter
from imgurl.errors import ImgurlError
from imgurl.urls.keyfile import load_keys
from imgurl.urls.target import parse_target
from pathlib import Path

def status(ring, target):
    try:
        ring.verify(parse_target(*target.encode().partition(b"?")[::2]))
    except ImgurlError as error:
        return error.status_hint
    return 200

ring = load_keys(Path("."), sys.argv[1])
minter = Minter.from_keys(sys.argv[1], "")
example = minter.mint("newsletter-hero-april", {"offer_name": "24 % off & more"}, open=["city", "first_name"])
print(json.dumps([[status(ring, target) for target in json.load(sys.stdin)], example]))
"""
    ran = alone(script, [case["target"] for case in VECTORS["cases"]], tmp_path, KEYS)
    assert ran.returncode == 0, ran.stderr
    statuses, example = json.loads(ran.stdout)
    assert statuses == [case["expect"] for case in VECTORS["cases"]]
    assert f"&_s={VECTORS['worked_example']['signature']}&" in example


def test_the_commands_that_mint_need_no_more(tmp_path: Path) -> None:
    """Links, an <img>, a column of links and keys; whatever else is asked for says what it lacks, in one sentence."""
    (tmp_path / "list.csv").write_text("email,first_name\na@example.com,José\nb@example.com,Łukasz " + "x" * 90)
    base = ("--base-url", "https://img.example.com")
    ran = alone(
        COMMANDS,
        [
            ["mint", "sales-banner-01", "--set", "first_name=Zoë", *base],
            ["mint", "newsletter-hero-april", "--open", "first_name", "--esp", "mailchimp", "--html", *base],
            ["mint", "sales-banner-01", "--csv", "list.csv", "--out", "out.csv", *base],
            ["keys", "list"],
            *(["mint", "coupon", "--set", "valid_until=2026-12-31"], ["mint", "flash-sale-countdown"]),
            *(["serve"], ["render", "coupon"], ["keys", "api"]),
        ],
        tmp_path,
    )
    assert ran.returncode == 0, ran.stderr
    minter = Minter.from_keys(KEYS, "https://img.example.com")
    assert ran.stdout.startswith(minter.mint("sales-banner-01", {"first_name": "Zoë"}, ext="jpg") + "\nexit 0\n<img\n")
    assert "k1  sign\nk2  verify\n" in ran.stdout
    assert len(re.findall(r"https://img.example.com/i/sales-banner-01", (tmp_path / "out.csv").read_text())) == 2
    lacking = re.findall(r"^imgurl: this needs (\w+), which is not installed: (.*)$", ran.stderr, re.MULTILINE)
    assert [remedy for _, remedy in lacking] == ["pip install 'imgurl[server]'"] * 5
    assert [module for module, _ in lacking[:2]] == ["icu4py"] * 2
