"""What the tests of this room share: the keys of the vectors, and signing and reading by a second hand."""

import base64
import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from imgurl.errors import ImgurlError
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from imgurl.urls.target import SignedUrl, parse_target

VECTORS: Final[dict[str, Any]] = json.loads((Path(__file__).parent.parent / "data" / "url-vectors.json").read_text())

FIRST: Final = SigningKey("k1", KeyState.SIGN, bytes.fromhex(VECTORS["keys_hex"]["k1"]))
SECOND: Final = SigningKey("k2", KeyState.VERIFY, bytes.fromhex(VECTORS["keys_hex"]["k2"]))
RING: Final = KeyRing((FIRST, SECOND))

DESIGN: Final = "newsletter-hero-april"
PAIRS: Final = {"_k": "k1", "_o": "city.first_name", "offer_name": "24 % off & more"}
SIGNATURE: Final = "qB-DGQ1PoQMLnAXTf-TKmcLVvu8SwJWqjZ40jB9YVwk"
SEALED: Final = "_k=k1&_o=city.first_name&offer_name=24%20%25%20off%20%26%20more"


def netstrings(*parts: bytes) -> bytes:
    """Write netstrings as https://cr.yp.to/proto/netstrings.txt has them."""
    return b"".join(str(len(part)).encode() + b":" + part + b"," for part in parts)


def canonical_by_hand(design: str, ext: str, pairs: Mapping[str, str]) -> bytes:
    """Return the canonical bytes, written again from the specification."""
    listing = [part.encode() for name in sorted(pairs, key=str.encode) for part in (name, pairs[name])]
    return netstrings(b"imgurl-url-1", design.encode(), ext.encode(), str(len(pairs)).encode(), *listing)


def signature_by_hand(
    secret: bytes, design: str, ext: str, pairs: Mapping[str, str], salt: bytes = b"imgurl/url/v1"
) -> str:
    """Return the signature with nothing but the standard library."""
    key = hmac.new(secret, salt, sha256).digest()
    digest = hmac.new(key, canonical_by_hand(design, ext, pairs), sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def signed(pairs: Mapping[str, str], behind: str = "", *, key: SigningKey = FIRST, path: str = DESIGN + ".png") -> str:
    """Return a target with the right signature, whatever the pairs are: grammar is then all that can refuse it."""
    design, _, ext = path.rpartition(".")
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs.items())
    return f"/i/{path}?{query}&_s={signature_by_hand(key.secret, design, ext, pairs)}{behind}"


def read(target: str) -> SignedUrl:
    """Read a target as a server gets it."""
    path, _, query = target.encode().partition(b"?")
    return parse_target(path, query)


def status(target: str, ring: KeyRing = RING) -> int:
    """Return the status of a GET as far as path, sealed part and signature decide it."""
    try:
        ring.verify(read(target))
    except ImgurlError as error:
        return error.status_hint
    return 200
