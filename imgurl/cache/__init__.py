"""Finished images under their render key: in memory, on disk."""
