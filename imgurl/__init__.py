"""Merge tags for images: every image is a signed URL that is drawn for its one recipient."""

__version__ = "0.1.0"
