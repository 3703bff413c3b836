"""Real HTML tools and template engines of the mail world. ``npm ci`` in this folder brings those of Node."""
