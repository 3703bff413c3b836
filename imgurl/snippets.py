"""The ``<img>`` around a link, ready to paste into a mail: for the command and the Studio."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from imgurl.design.library import Design
from imgurl.formats import ImageFormat
from imgurl.merge.alternative import alternative_text, personal_text
from imgurl.merge.dialects import Dialect
from imgurl.merge.kinds import FieldType
from imgurl.merge.resolve import resolve
from imgurl.merge.template import parse_template
from imgurl.urls.mint import image_tag, link_tag

# CSS pixels: the width of a mail's column, whatever the client. Classic Outlook obeys the attribute alone.
MAIL_WIDTH = 600

# Fields whose image shows the text as the platform has it; numbers and dates are written the design's way.
PLAIN = frozenset((FieldType.NAME, FieldType.TEXT))


@dataclass(frozen=True, slots=True)
class Personal:
    """The platform that puts its values into the alternative text, and its own names of the open fields."""

    dialect: Dialect
    names: Mapping[str, str | None] = field(default_factory=dict)


def html_tag(
    design: Design, url: str, sealed: Mapping[str, str], opened: Iterable[str] = (), width: int | None = None,
    personal: Personal | None = None,
) -> str:  # fmt: skip
    """Return the ``<img>`` of a URL, or of a PDF's the link.

    ``sealed`` and ``opened`` are what the URL was minted with: the alternative text says what the image says for a
    recipient without values of their own, or with ``personal`` what it says for each. ``width`` is in CSS pixels; by
    default the design's own, at most 600. The height is in proportion.
    """
    document = design.in_language_of(lambda field: resolve((field,), sealed, opened).texts[field.name]).document
    texts = resolve(document.fields, sealed, opened).texts
    template = parse_template(document.alt, with_tags=True)
    if personal:
        plain = [name for name in personal.names if document.by_name[name].type in PLAIN]
        alt = personal_text(template, texts, plain, personal.dialect, personal.names)
    else:
        alt = alternative_text(template, texts)
    if urlsplit(url).path.endswith(f".{ImageFormat.PDF}"):
        return link_tag(url, alt or document.title)
    return image_tag(url, *shown_size(design, width), alt or document.title)


def shown_size(design: Design, width: int | None) -> tuple[int, int]:
    """Return width and height of a design in a mail, in CSS pixels: of this width, or of its own, at most 600."""
    size = design.document.size
    shown = width or min(size.width, MAIL_WIDTH)
    return shown, max(1, round(size.height * shown / size.width))
