"""The canonical bytes of a URL's sealed part: what the signature is over.

``NS("imgurl-url-1") NS(design) NS(ext) NS(number of pairs)``, then by ascending name bytes ``NS(name) NS(value)``,
where NS is a netstring (https://cr.yp.to/proto/netstrings.txt): decimal length, ":", the bytes, ",". Netstrings are
a prefix code and the count comes before the pairs, so two different URLs never share their canonical bytes;
``from_canonical`` is the proof.
"""

from collections.abc import Mapping
from itertools import pairwise

FORM = "imgurl-url-1"


def canonical(design: str, ext: str, pairs: Mapping[str, str]) -> bytes:
    """Return the canonical bytes, for example ``b"12:imgurl-url-1,6:spring,3:png,1:1,2:_k,2:k1,"``."""
    parts = [FORM, design, ext, str(len(pairs))]
    # Code points ascend as their UTF-8 bytes do.
    for name in sorted(pairs):
        parts += [name, pairs[name]]
    return b"".join([b"%d:%b," % (len(part), part) for part in map(str.encode, parts)])


def from_canonical(data: bytes) -> tuple[str, str, dict[str, str]]:
    """Return ``(design, ext, pairs)`` of canonical bytes. Raises ValueError where they are not canonical."""
    parts = []
    position = 0
    while position < len(data):
        colon = data.index(b":", position)
        digits = data[position:colon]
        if not digits.isdigit() or (digits != b"0" and digits.startswith(b"0")):
            raise ValueError(f"byte {position}: a netstring begins with its length")
        end = colon + 1 + int(digits)
        if data[end : end + 1] != b",":
            raise ValueError(f"byte {end}: a netstring ends with a comma")
        parts.append(data[colon + 1 : end].decode())
        position = end + 1
    form, design, ext, count, *rest = parts
    names = rest[::2]
    in_order = all(first.encode() < second.encode() for first, second in pairwise(names))
    if form != FORM or count != str(len(names)) or len(rest) % 2 or not in_order:
        raise ValueError("not canonical: another form, another count, or names that do not ascend")
    return design, ext, dict(zip(names, rest[1::2], strict=True))
