"""Campaigns (``_c`` in a URL): what is counted of them, and what they may cost."""
