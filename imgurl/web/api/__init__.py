"""The REST API under ``/v1``: keys, JSON in and out, problems in one form, and its reference page."""
