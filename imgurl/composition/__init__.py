"""Composes parts from the settings, where several processes share them: what shows images, and what draws them."""
