"""The room pipeline/: from a signed URL to an image."""
