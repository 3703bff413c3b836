"""Helpers of designs/art.py: one module per picture plus shared drawing tools (CC0)."""
