"""From pixels to the bytes of an image file."""
