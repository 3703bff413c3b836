"""Merge fields and what mail platforms make of them: dialects, cleaning, resolving."""
