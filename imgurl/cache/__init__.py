"""Finished images under their render key: in memory, on disk, in a store that all machines share."""
