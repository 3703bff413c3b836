"""docs/urls.md is enough to sign URLs in another language: its example is right, and its signer runs."""

import base64
import hmac
import json
import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from imgurl.merge.charsets import MARK
from imgurl.merge.dialects import BY_ID
from imgurl.merge.open_part import read_open_part
from imgurl.pipeline.picture import Outcome
from imgurl.urls.canonical import canonical
from imgurl.urls.keychange import make_first_key
from imgurl.urls.keyfile import read_key_file
from imgurl.urls.reading import read_url
from imgurl.urls.signing import KeyRing, KeyState, SigningKey, decode_secret
from imgurl.urls.target import CONTROLS, EXTENSIONS, MAX_PAIRS, MAX_TARGET_BYTES, SignedUrl, parse_target
from imgurl.urls.weakness import weakness
from tests.pages import PAGES, block

PAGE = "docs/urls.md"
TEXT = PAGES[PAGE]
SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
PAIRS = dict(re.findall(r"^\| `(_k|_m|_o|offer_name)` \| `([^`\[]*)` \|$", TEXT, re.MULTILINE))

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def example() -> SignedUrl:
    """Read the target of the worked example as a server does, but for its secret, which no server takes."""
    path, _, query = block(PAGE, "target").strip().encode().partition(b"?")
    return parse_target(path, query)


def test_the_worked_example_has_these_bytes() -> None:
    """The pairs of the table, in netstrings that are written here again, are the canonical bytes of the page."""
    parts = ["imgurl-url-1", "newsletter-hero-april", "jpg", str(len(PAIRS))]
    parts += [part for name in sorted(PAIRS) for part in (name, PAIRS[name])]
    by_hand = "".join(f"{len(part.encode())}:{part}," for part in parts)
    assert block(PAGE, "canonical").strip() == by_hand
    assert canonical("newsletter-hero-april", "jpg", PAIRS).decode() == by_hand


def test_the_worked_example_has_this_key_and_signature() -> None:
    """With nothing but HMAC from the standard library, and with the product."""
    secret = base64.urlsafe_b64decode(SECRET + "=")
    data = block(PAGE, "canonical").strip().encode()
    key = hmac.new(secret, b"imgurl/url/v1", sha256).digest()
    signature = base64.urlsafe_b64encode(hmac.new(key, data, sha256).digest()).rstrip(b"=").decode()
    assert SECRET in TEXT
    assert secret == bytes(range(32))
    assert block(PAGE, "key").strip() == key.hex()
    assert block(PAGE, "signature").strip() == signature
    assert SigningKey("k1", KeyState.SIGN, secret).sign("newsletter-hero-april", "jpg", PAIRS) == signature


def test_the_worked_example_is_the_target() -> None:
    """The URL of the page holds those pairs, that signature and the tag of the platform."""
    url = example()
    assert (url.design, url.ext, dict(url.pairs)) == ("newsletter-hero-april", "jpg", PAIRS)
    assert url.signature == block(PAGE, "signature").strip()
    assert url.open_query == "first_name=*|URL:FNAME|*&_z=1"


def test_no_server_takes_the_secret_of_the_example() -> None:
    """A server refuses to start with it, because it can be guessed."""
    assert weakness(decode_secret(SECRET, "k1")) is not None


@needs_node
def test_the_signer_in_javascript_makes_the_example() -> None:
    """The code of the page, run by Node.js with the secret of the example, prints its target to the byte."""
    assert signed_in_javascript(SECRET) == block(PAGE, "target").strip()


@needs_node
def test_a_server_takes_what_the_signer_in_javascript_signs(tmp_path: Path) -> None:
    """With the key of a first start, as ``keys.json`` writes it, the URL is verified as it came, without repairs."""
    make_first_key(tmp_path)
    (entry,) = json.loads((tmp_path / "keys.json").read_text())["keys"]
    path, _, query = signed_in_javascript(entry["secret"]).encode().partition(b"?")
    ring: KeyRing = read_key_file(tmp_path / "keys.json")
    read = read_url(path, query, ring)
    assert (entry["id"], read.key, read.repairs) == ("k1", ring.signing, ())


@needs_node
def test_the_signer_is_short() -> None:
    """docs/signers.md says 20 lines."""
    assert len(block(PAGE, "js").splitlines()) <= 24
    assert len([line for line in block(PAGE, "js").splitlines() if line.strip()]) <= 20


def signed_in_javascript(secret: str) -> str:
    """Return what the signer of the page prints for a secret in base64url."""
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", block(PAGE, "js")],
        env={**os.environ, "IMGURL_SECRET": secret}, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.parametrize("control", [name for name in CONTROLS if name != "_o"])
def test_each_control_is_on_the_page_with_its_form(control: str) -> None:
    """The table of controls has the grammar that the server reads by."""
    (row,) = re.findall(rf"^\| `{control}` \| (`.*?) \| .* \|$", TEXT, re.MULTILINE)
    if control == "_dpr":
        assert row == "`1`, `2` or `3`"
    else:
        assert row == f"`{CONTROLS[control].pattern}`"


def test_the_page_has_all_controls_outcomes_and_limits() -> None:
    """Names and numbers are those of the code."""
    named = set(re.findall(r"^\| `(_[a-z]+)` \|", TEXT.partition("## What is signed")[0], re.MULTILINE))
    assert named == set(CONTROLS)
    for outcome in Outcome:
        assert f"`{outcome.value}`" in TEXT
    for ext in EXTENSIONS:
        assert f"`{ext}`" in TEXT
    assert f"at most {MAX_TARGET_BYTES:,} bytes" in TEXT
    assert f"at most {MAX_PAIRS} |" in TEXT


def test_the_mark_of_the_charset_is_written_out() -> None:
    """A signer that writes HTML copies the end of the link from the page."""
    assert "`&amp;_z=" + "".join(f"&#{ord(letter)};" for letter in MARK) + "`" in TEXT


OPENED = re.findall(r"^\| (?:`(\w+)`|none) \| `(name=[^`]*)` \| (.*) \|$", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("platform", "query", "value"), OPENED)
def test_the_examples_of_open_values(platform: str, query: str, value: str) -> None:
    """Each open part of the page is read as the page says."""
    found = read_open_part(query, ["name"], BY_ID.get(platform)).values["name"].text
    assert found == (None if value == "missing" else value)


def test_there_are_examples_of_open_values() -> None:
    """A platform that encodes, one that does not, and none."""
    assert {platform for platform, _, _ in OPENED} == {"mailchimp", "sendgrid", ""}
    assert len(OPENED) == TEXT.count("| `name=")
