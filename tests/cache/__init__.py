"""Tests of the memory cache, the disk cache and the render key."""
