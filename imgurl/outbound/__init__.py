"""Requests that leave the server, to addresses that others choose; and when a service is not asked for a while."""
