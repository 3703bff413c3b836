"""Content negotiation: ``Accept`` (RFC 9110, 12.5.1), as far as this API needs it."""

from imgurl.encoders.whole import MEDIA_TYPES

EXTENSION_OF = {media_type: ext for ext, media_type in MEDIA_TYPES.items()}
ANY_IMAGE = "image/*"


def preferred(accept: str, offered: tuple[str, ...]) -> str | None:
    """Return the offered media type that the client prefers, None if it names none of them.

    Of equal weights the first in the header counts. ``*/*`` names nothing.
    """
    best, best_weight = None, 0.0
    for part in accept.lower().split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        weight = _weight(parameters)
        if media_type in offered and weight > best_weight:
            best, best_weight = media_type, weight
    return best


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
