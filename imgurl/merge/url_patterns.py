"""URLs with placeholders: ``https://cdn.example.com/logos/<<domain>>.png``.

A value is percent-encoded as a part of one path segment or as a part of the query. It can change neither the host nor
the path's structure: a value with a slash, and one that makes a segment ``.`` or ``..``, give no URL.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, unquote

from imgurl.merge.template import parse_template
from imgurl.outbound.web_urls import WebUrl, read_web_url

# Scheme, host and port, and the sign that ends them.
ORIGIN = re.compile(r"https?://[^/?<>]+[/?]")

FORM = (
    "write for example https://cdn.example.com/logos/<<domain>>.png: https, a host without placeholders, no user, no "
    "password, no fragment, no [[ ]]; special characters percent-encoded"
)


def pattern_mistake(pattern: str) -> str:
    """Return what is wrong with a URL pattern, "" if nothing is. Raises ValueError where brackets do not pair."""
    template = parse_template(pattern)
    sample = filled(pattern, dict.fromkeys(template.fields, "x"))
    if any(optional for optional, _ in template.pieces) or sample is None:
        return f"'{pattern}' is not a URL that can be fetched; {FORM}"
    return ""


@lru_cache(maxsize=4096)
def host_of(pattern: str) -> str:
    """Return the host of a good pattern."""
    url = filled(pattern, dict.fromkeys(parse_template(pattern).fields, "x"))
    return url.host if url else ""


def filled(pattern: str, values: Mapping[str, str]) -> WebUrl | None:
    """Return the URL for some values; None if one is missing, or would change the structure of the URL."""
    origin = ORIGIN.match(pattern)
    if origin is None:
        return read_web_url(pattern)
    url = ""
    for part in parse_template(pattern).fill(values):
        if part.field is None:
            url += part.text
            continue
        is_in_query = "?" in url
        if not is_in_query and ("/" in part.text or "\\" in part.text):
            return None
        url += quote(part.text, safe="")
    if not all(values.get(field) for field in parse_template(pattern).fields):
        return None
    path = url[len(origin.group()) - 1 :].partition("?")[0]
    # %2E%2E is as good as .. to a server.
    if any(unquote(segment) in (".", "..") for segment in path.split("/")):
        return None
    return read_web_url(url)
