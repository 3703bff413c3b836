"""Conformance to the Unicode Standard, measured with its own test files."""
