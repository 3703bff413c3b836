"""Merge tags for images: every image is a signed URL that is drawn for its one recipient.

``Minter``, ``image_tag`` and ``link_tag`` are the public Python interface, with the exceptions of ``imgurl.errors``:
docs/python.md. They are imported when they are asked for, so that the commands and the server start without what they
do not need.
"""

from typing import TYPE_CHECKING

from imgurl.version import __version__

if TYPE_CHECKING:
    from imgurl.urls.mint import Minter, image_tag, link_tag

__all__ = ["Minter", "__version__", "image_tag", "link_tag"]


if not TYPE_CHECKING:  # a type checker takes a module with __getattr__ to have every name

    def __getattr__(name: str) -> object:
        """Return a public name of ``imgurl.urls.mint`` (PEP 562)."""
        if name in __all__:
            from imgurl.urls import mint  # noqa: PLC0415 - only programs that mint need it

            return getattr(mint, name)
        raise AttributeError(f"module 'imgurl' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
