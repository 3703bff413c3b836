"""Models of the layers of a design document: one module a type, ``layer`` for what they share, ``table``."""
