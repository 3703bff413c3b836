"""Links to show a newcomer."""

from collections.abc import Iterator

from imgurl.design.library import Design, Library
from imgurl.snippets import html_tag
from imgurl.urls.mint import Minter


def demo_links(library: Library, minter: Minter) -> Iterator[tuple[Design, str]]:
    """Yield each design with a link that shows it with its sample values."""
    for design in library.designs.values():
        yield design, minter.mint(design.id, design.samples, ext=design.document.format)


def example_tag(library: Library, minter: Minter) -> str | None:
    """Return an ``<img>`` whose first openable field Mailchimp fills, None if no design has such a field."""
    for design in sorted(library.designs.values(), key=lambda design: design.id != "newsletter-hero-april"):
        opened = [field.name for field in design.document.fields if field.openable][:1]
        if opened:
            sealed = {name: text for name, text in design.samples.items() if name not in opened}
            url = minter.mint(design.id, sealed, open=opened, esp="mailchimp", ext=design.document.format)
            return html_tag(design, url, sealed, opened)
    return None
