"""The one path from a signed URL to an image. No HTTP, no asyncio.

``picture`` is what a URL shows, ``showing`` decides it, ``press`` draws it, ``path`` puts the three in order.
"""
