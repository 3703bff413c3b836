"""Layers: for each kind what it looks like, and how far it can reach."""
