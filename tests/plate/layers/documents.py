"""Small documents for the tests of layers."""

from typing import Any

from tests.design.documents import document, field

FIELDS = [
    field("name", type="name"),
    field("city"),
    field("tint", type="color", sample="red"),
    field("tier", type="choice", sample="gold", choices=["gold", "tin"]),
    field("vip", type="flag", sample="yes"),
    field("points", type="number", sample="40"),
    field("series", sample="3,5,2", max_length=200),
    field("ticket", sample="K7", pattern="[A-Z0-9]+", max_length=4),
    field("ends", type="datetime", time_zone="Europe/Berlin", sample="2026-12-31 18:00"),
]
STOPS = [{"offset": 0.5, "color": "red"}, {"offset": 0.5, "color": "<<tint>>"}]


def small(width: int, height: int, *layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a document of few pixels."""
    return document(size={"width": width, "height": height}, layers=list(layers), fields=FIELDS, **more)
