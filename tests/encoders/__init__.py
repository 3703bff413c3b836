"""Image files, decoded again by Pillow and taken apart by hand."""
