"""Finished images by their render key: in memory, on disk, and in a store that all machines share."""
