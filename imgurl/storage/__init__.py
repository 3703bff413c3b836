"""Files under keys, in a folder or in an object store (S3, Google, Azure): job files, finished images, old versions."""

from imgurl.storage.protocol import Storage

__all__ = ["Storage", "open_storage"]


def open_storage(url: str) -> Storage:
    """Open the store of a URL, see ``opening``. Raises SettingsError."""
    # Not at the top: who only mints a list knows what a store is, and needs no library for one.
    from imgurl.storage import opening  # noqa: PLC0415

    return opening.open_storage(url)
