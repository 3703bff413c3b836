"""Mails as people paste them: the source of one that was sent, its HTML, or a single link. Nothing of it is kept."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

from imgurl.urls.reading import is_image_path

# Headers at the beginning of the source of a mail.
HEADERS = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)+\r?\n")
MAIL_HEADER = re.compile(rb"(?im)^(?:from|to|subject|content-type|mime-version|received|date):")

# A link in a text; what ends a sentence does not belong to it.
LINK = re.compile(r"https?://[^\s<>\"']+")

SIGNATURE = re.compile(r"[?&]_s=[\w-]{43}(?=&|$)")

# Elements that only do harm in a preview, some with what is in them.
LEFT_OUT = frozenset(
    ("script", "iframe", "object", "embed", "base", "link", "meta", "form", "input", "button", "video", "audio")
)
WITH_CONTENT = frozenset({"script", "iframe", "object"})
FOREIGN_STYLE = re.compile(r"@import[^;]*;?|url\([^)]*\)", re.IGNORECASE)
ATTRIBUTES_LEFT_OUT = frozenset({"srcset", "background", "ping", "href", "http-equiv"})


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail shows: the links of our images in their order, and how many images of others there are."""

    subject: str
    links: tuple[str, ...]
    others: int


def read_letter(source: bytes) -> Letter:
    """Return what is in a mail's source, in HTML, or in a text with links."""
    subject, text, is_html = _text_of(source)
    if not is_html:
        return Letter(subject, tuple(dict.fromkeys(filter(None, map(own_link, LINK.findall(text))))), 0)
    found = _Images()
    # A tag that never ends is none, and html.parser would look for its end from each "<" again.
    found.feed(text[: text.rfind(">") + 1])
    found.close()
    own = [link for source in found.sources if (link := own_link(source))]
    return Letter(subject, tuple(dict.fromkeys(own)), len(found.sources) - len(own))


def html_of(source: bytes) -> str:
    """Return the HTML of a mail, or of what was pasted."""
    _, text, is_html = _text_of(source)
    return text if is_html else f"<pre>{escape(text)}</pre>"


def own_link(address: str) -> str | None:
    """Return the link of one of our images, also where a mail provider's proxy has put its own address before it."""
    for text in (address, address.partition("#")[2]):
        try:
            path = urlsplit(text).path
        except ValueError:
            continue
        if text.startswith(("http://", "https://")) and is_image_path(path.encode()):
            return text
    return None


def shown_letter(html: str, values: Mapping[str, str], *, are_blocked: bool) -> str:
    """Return HTML for a frame of its own: our images with these values, those of others left out, nothing that runs."""

    def own_source(address: str) -> str | None:
        link = own_link(address)
        return None if link is None or are_blocked else _on_this_server(link, values)

    writer = _Writer(own_source)
    writer.feed(html)
    writer.close()
    return "".join(writer.parts)


def pieces_of(link: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a link with what each is: host, design, control, sealed, signature, open."""
    head, mark, query = link.partition("?")
    path = re.fullmatch(r"(.*/i/)([^/.]*)(.*)", head)
    if path is None:
        yield "other", link
        return
    yield "host", path[1]
    yield "design", path[2]
    yield "control", path[3] + mark
    is_signed = False
    pairs = query.split("&")
    for number, pair in enumerate(pairs, start=1):
        name = pair.partition("=")[0]
        end = "&" if number < len(pairs) else ""
        if name == "_s":
            is_signed = True
            kind = "signature"
        elif name.startswith("_"):
            kind = "control"
        else:
            kind = "open" if is_signed else "sealed"
        yield kind, pair
        if end:
            yield "control", end


def _text_of(source: bytes) -> tuple[str, str, bool]:
    """Return the subject, the text, and whether that is HTML."""
    head = HEADERS.match(source)
    if head and MAIL_HEADER.search(head.group()):
        message = message_from_bytes(source.lstrip(), _class=EmailMessage, policy=default)
        body = message.get_body(("html", "plain"))
        if body is not None:
            try:
                text = body.get_content()
            except (LookupError, ValueError):
                payload = body.get_payload(decode=True)
                text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            return str(message["subject"] or ""), text, body.get_content_subtype() == "html"
    text = source.decode("utf-8", "replace")
    return "", text, bool(re.search(r"<\s*(?:img|html|body|table|a|div)\b", text, re.IGNORECASE))


def _on_this_server(link: str, values: Mapping[str, str]) -> str:
    """Return the path of a link, with values in place of what a platform has filled, or was to fill."""
    parts = urlsplit(link)
    query = link.partition("?")[2]
    signed = SIGNATURE.search("?" + query)
    if signed is None:
        return f"{parts.path}?{query}"
    sealed, opened = query[: signed.end() - 1], query[signed.end() :]
    pairs = [pair.partition("=") for pair in opened.split("&")]
    filled = [
        f"{name}={quote(values[name], safe='')}" if name in values else f"{name}={text}" for name, _, text in pairs
    ]
    return f"{parts.path}?{sealed}&{'&'.join(pair for pair in filled if not pair.startswith('_z'))}&_z=1"


class _Images(HTMLParser):
    """Finds the addresses of images."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an image."""
        source = dict(attrs).get("src")
        if tag == "img" and source and not source.startswith("data:"):
            self.sources.append(source.strip())


@dataclass
class _Writer(HTMLParser):
    """Writes HTML again without what may not be in a preview. Mutable state: what was written."""

    own_source: Callable[[str], str | None]
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag, with the attributes that may stay."""
        if tag in LEFT_OUT:
            self._inside = tag if tag in WITH_CONTENT else self._inside
            return
        if self._inside:
            return
        kept = [(name, text) for name, text in attrs if _may_stay(name)]
        if tag == "img":
            source = self.own_source((dict(attrs).get("src") or "").strip())
            kept = [(name, text) for name, text in kept if name != "src"]
            kept += [("src", source)] if source else []
        self.parts.append(f"<{tag}{''.join(_attribute(name, text) for name, text in kept)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag that is closed at once."""
        if tag not in LEFT_OUT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Write the end of an element."""
        if tag == self._inside:
            self._inside = ""
        elif tag not in LEFT_OUT and not self._inside:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text; in style sheets nothing is loaded from elsewhere."""
        if not self._inside:
            self.parts.append(FOREIGN_STYLE.sub("none", data) if self.cdata_elem == "style" else data)

    def handle_decl(self, decl: str) -> None:
        """Write the document type: it decides how browsers lay out the rest."""
        self.parts.append(f"<!{decl}>")

    def handle_entityref(self, name: str) -> None:
        """Write a character reference."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a character reference."""
        self.handle_data(f"&#{name};")


def _may_stay(name: str) -> bool:
    return not name.startswith("on") and name not in ATTRIBUTES_LEFT_OUT


def _attribute(name: str, text: str | None) -> str:
    if text is None:
        return f" {name}"
    clean = FOREIGN_STYLE.sub("none", text) if name == "style" else text
    return f' {name}="{escape(clean)}"'
