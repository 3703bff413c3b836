"""Plates: what is painted once, what a value may change."""
