"""Backups: what a server can't make again, in one ZIP file, taken while it runs; and what restores them."""
