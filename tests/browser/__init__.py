"""Headless Chromium as the referee of the text room."""
