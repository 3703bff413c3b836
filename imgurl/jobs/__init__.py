"""Durable jobs behind a small port; the engine (DBOS) is imported only here."""
