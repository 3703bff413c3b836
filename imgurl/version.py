"""The version of imgurl, for every room: ``imgurl`` itself names what is public, and that is in higher rooms."""

__version__ = "0.2.0"
