"""Links to show a newcomer: one per design with sample values, and one for a mail platform."""

from collections.abc import Iterator

from imgurl.design.library import Design, Library
from imgurl.merge.template import parse_template
from imgurl.urls.mint import Minter, image_tag


def demo_links(library: Library, minter: Minter) -> Iterator[tuple[Design, str]]:
    """Yield each design with a link that shows it with its sample values."""
    for design in library.designs.values():
        yield design, minter.mint(design.id, design.samples)


def example_tag(library: Library, minter: Minter) -> str | None:
    """Return an ``<img>`` whose first openable field Mailchimp fills, None where no design has such a field."""
    for design in sorted(library.designs.values(), key=lambda design: design.id != "newsletter-hero-april"):
        opened = [field.name for field in design.document.fields if field.openable][:1]
        if opened:
            sealed = {name: text for name, text in design.samples.items() if name not in opened}
            return html_tag(design, minter.mint(design.id, sealed, open=opened, esp="mailchimp"), {})
    return None


def html_tag(design: Design, url: str, values: dict[str, str]) -> str:
    """Return the ``<img>`` of a URL: size of the design, its alternative text with the given values."""
    document = design.document
    texts = {field.name: values.get(field.name) or field.fallback or "" for field in document.fields}
    alt = parse_template(document.alt).text(texts) or document.title
    return image_tag(url, document.size.width, document.size.height, " ".join(alt.split()))
