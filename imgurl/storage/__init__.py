"""Files under keys, in a folder or in an object store (S3, Google, Azure): job files, finished images, old versions."""

from imgurl.storage.opening import open_storage
from imgurl.storage.protocol import Storage

__all__ = ["Storage", "open_storage"]
