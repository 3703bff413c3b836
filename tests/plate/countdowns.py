"""Designs with a countdown, for tests."""

from typing import Any

from tests.design.documents import box, text_layer

ENDS = {
    "name": "ends", "type": "datetime", "time_zone": "Europe/Berlin", "format": "EEEEjmmz",
    "sample": "2026-12-06 18:00", "fallback": "",
}  # fmt: skip


def countdown(**more: Any) -> dict[str, Any]:
    """Return a countdown layer."""
    return {
        "type": "countdown", "to": "<<ends>>", "box": box(256, 14, 324, 94), "color": "#ffffff",
        "font": {"family": "Inter", "weight": 700, "size": 40}, "cell": {"fill": "#e11d48", "radius": 8},
        "static": "Ends <<ends>>", "expired": "This offer has ended",
    } | more  # fmt: skip


LABELS = {
    "days": "days", "hours": "hours", "minutes": "min", "seconds": "sec", "color": "#cbd5e1",
    "font": {"family": "Inter", "size": 13},
}  # fmt: skip


def sale(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a design of 600 × 120 with a greeting and countdowns."""
    greeting = text_layer("<<first_name>>, 20 % off", box=box(24, 20, 220, 80), color="#ffffff")
    name = {"name": "first_name", "type": "name", "sample": "Ava", "fallback": "friend", "openable": True}
    return {
        "title": "Sale", "size": {"width": 600, "height": 120}, "background": "#0f172a", "locale": "en-GB",
        "fields": [ENDS, name], "layers": [greeting, *(layers or (countdown(labels=LABELS),))],
    } | more  # fmt: skip
