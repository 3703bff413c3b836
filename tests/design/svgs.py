"""Small SVGs."""

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(inner: str, attributes: str = 'viewBox="0 0 40 20"') -> bytes:
    """Return an SVG of 40 × 20 px."""
    return f"{HEAD} {attributes}>{inner}</svg>".encode()


DOT = svg('<rect width="40" height="20" fill="red"/>')
