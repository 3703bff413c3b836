"""Puts parts together as settings say, for whoever has them in common: what shows images, and what draws them."""
