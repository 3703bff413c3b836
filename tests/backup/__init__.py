"""Backups and what restores them."""
